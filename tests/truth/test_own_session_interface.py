"""A session interface of the app's own that fails, or gives no session: its doing is told, and no other cause."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

APP = """
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
class Kept(dict, SessionMixin):
    pass
class Keeps({base}):
    def open_session(self, app, request):
        {opens}
    def save_session(self, app, session, response):
        {saves}
app = Flask(__name__)
app.secret_key = {key!r}
app.session_interface = Keeps()
@app.route("/")
def home():
    session["user"] = "ann"
    return "home"
"""
BASES = ("SessionInterface", "SecureCookieSessionInterface")
# What opening does, what saving does, what is said, and what is not.
DOES = {
    "opening raises": (
        "raise KeyError('down')",
        "session.get('user')",
        "Opening the session raised KeyError: 'down' at app.py:7.",
        "The session raised",
    ),
    "opening gives none": (
        "return None",
        "pass",
        "The key is not what lacks: the app's session interface gave no session.",
        "R906",
    ),
    "saving raises": (
        "return Kept()",
        "raise OSError('full')",
        "Saving the session raised OSError: full at app.py:9.",
        "Opening",
    ),
    "saving deletes": (
        "return Kept(kept=1)",
        "response.delete_cookie('session')",
        "Session: a cookie is sent that deletes the client's.",
        "Session: saved",
    ),
    "saving sets": (
        "return Kept(kept=1)",
        "response.set_cookie('session', 'key')",
        "Session: saved: a cookie is sent.",
        "deletes",
    ),
    "nothing fails": ("return Kept()", "pass", "home() returned a string", "could not be"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("base", "does"), list(product(BASES, DOES)))
def test_the_interface_is_told_of(base: str, does: str, engine: str, tmp_path: Path) -> None:
    opens, saves, said, unsaid = DOES[does]
    source = APP.format(base=base, opens=opens, saves=saves, key="k")
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    shown = plain(trace)
    assert said in shown, shown
    assert unsaid not in shown, shown


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_key_flasks_own_interface_gives_none(engine: str, tmp_path: Path) -> None:
    source = APP.format(
        base=BASES[1], opens="return super().open_session(app, request)", saves="pass", key=""
    )
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /"))
    assert "the app has no secret key: set app.secret_key. (R906)" in shown
    assert "gave no session" not in shown
