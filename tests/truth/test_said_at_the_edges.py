"""First lines at the edges: a body that HEAD leaves unread, redirects to nowhere, what `abort` was given to say."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, live
from truth.shown import plain

SOURCE = """
from flask import Flask, Response, abort, redirect, render_template_string
app = Flask(__name__)
app.secret_key = "k"
ran = []
def pieces():
    ran.append(1)
    yield "a"
@app.get("/stream/<int:status>")
def stream(status): return pieces(), status
@app.get("/nowhere/<int:status>")
def nowhere(status): return "x", status
@app.get("/empty/<int:status>")
def empty(status): return redirect("", status)
@app.get("/there/<int:status>")
def there(status): return redirect("/stream/200", status)
@app.get("/said/<int:status>")
def said(status): abort(status, "no page 9")
@app.get("/unsaid/<int:status>")
def unsaid(status): abort(status)
@app.get("/template")
def template(): return render_template_string("{{ session.user }}")
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_body_is_called_read_where_it_was(engine: str, tmp_path: Path) -> None:
    app, lab = live(tmp_path, SOURCE, engine)
    ran = app.view_functions["stream"].__globals__["ran"]
    for method, status in product(("GET", "HEAD"), (200, 204, 304)):
        ran.clear()
        cause = " ".join(answer_of(lab.send(f"{method} /stream/{status}")).cause)
        assert ("the body was read piece by piece" in cause) is bool(ran), (method, status)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_redirect_without_a_place_to_go_is_told_as_that(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, SOURCE, engine)
    for path, status in product(("nowhere", "empty", "there"), (200, 301, 302, 307)):
        trace = lab.send(f"GET /{path}/{status}")
        checked(trace)
        lacks = f"A {status} needs a Location" in " ".join(answer_of(trace).cause)
        assert lacks is (path != "there" and status != 200)
        assert "R602" not in [found.code for found in findings_of(trace)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_abort_was_given_to_say_is_in_the_first_line(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, SOURCE, engine)
    for status, name in ((403, "Forbidden"), (404, "NotFound"), (418, "ImATeapot")):
        cause = answer_of(lab.send(f"GET /said/{status}")).cause[0]
        assert cause.startswith(f"said() raised {name}: no page 9 at app.py:")
        cause = answer_of(lab.send(f"GET /unsaid/{status}")).cause[0]
        assert cause.startswith(f"unsaid() raised {name} at app.py:")
    told = plain(lab.send("GET /template"), verbose=True)
    assert re.search(
        "but (session|the SecureCookieSession) has no user", told
    )  # before Flask 3.1.3, the other


OWN = """
from flask import Flask, request
class App(Flask):
    def {method}(self):
        if request.path == "/pre": return {answer}
        return super().{method}()
app = App(__name__)
{hook}
@app.get("/pre")
def pre(): return "never"
@app.get("/x")
def x(): return "x"
"""
HOOK = "@app.before_request\ndef hook(): return 'hook' if request.path == '/x' else None\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_method_of_the_apps_class_that_answers_before_the_view_is_named(
    engine: str, tmp_path: Path
) -> None:
    answers = {"preprocess_request": "'own', 203", "full_dispatch_request": "self.make_response('own')"}
    for number, ((method, answer), hook) in enumerate(product(answers.items(), ("", HOOK))):
        (folder := tmp_path / str(number)).mkdir()
        _, lab = live(folder, OWN.format(method=method, answer=answer, hook=hook), engine)
        cause = answer_of(lab.send("GET /pre")).cause
        assert cause == (f"pre() never ran: App.{method}() answered in its place.",)
        cause = answer_of(lab.send("GET /x")).cause
        assert (f"App.{method}" in " ".join(cause)) is False
        assert ("hook()" in cause[0]) is bool(hook)


AFTER = """
from flask import Flask
app = Flask(__name__)
@app.before_request
def early(): {early}
@app.after_request
def late(response): {late}
@app.errorhandler(KeyError)
def handled(error): return "handled", 400
@app.get("/")
def home(): return "home"
"""
EARLY = {"pass": "", "return 'early'": "answered", "raise KeyError('k')": "raised KeyError: 'k'"}
LATE = {"return response": "", "raise ValueError('v')": "ValueError: v", "raise OSError": "OSError"}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_hook_that_failed_last_is_in_the_first_line_too(engine: str, tmp_path: Path) -> None:
    for number, (early, late) in enumerate(product(EARLY, LATE)):
        (folder := tmp_path / str(number)).mkdir()
        _, lab = live(folder, AFTER.format(early=early, late=late), engine)
        trace = lab.send("GET /")
        cause = " ".join(answer_of(trace).cause)
        assert trace.response is not None
        assert (trace.response.status == 500) is bool(LATE[late])
        if "raise" in early:
            assert f"early() {EARLY[early]}" in cause
        if LATE[late]:
            then = "then " if "raise" in early else ""
            assert f"The after_request function late() {then}raised {LATE[late]} at app.py:6." in cause
