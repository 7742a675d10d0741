"""What is printed is told once: with the view, hook or handler that printed it, and else in a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of

pytestmark = pytest.mark.worker

APP = """
from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.routing import BaseConverter
app = Flask(__name__)
app.secret_key = "k"
class Loud(BaseConverter):
    def to_python(self, value):
        print("converter")
        return value
app.url_map.converters["loud"] = Loud
class Middleware:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, environ, start_response):
        print("middleware before")
        answer = self.inner(environ, start_response)
        print("middleware after")
        return answer
app.wsgi_app = Middleware(app.wsgi_app)
class Sessions(SecureCookieSessionInterface):
    def open_session(self, app, request):
        print("session")
        return super().open_session(app, request)
app.session_interface = Sessions()
@app.before_request
def before():
    print("hook")
@app.errorhandler(ValueError)
def handler(error):
    print("handler")
    return "sorry"
@app.route("/<loud:word>")
def view(word):
    print("view")
    if word == "fail":
        raise ValueError
    def pieces():
        print("body")
        yield "a"
    return pieces() if word == "stream" else word
"""
AROUND = ["middleware before", "session", "converter", "middleware after"]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_printed_is_told_once(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for word, more, printing in (
            ("plain", [], ["hook", "view"]),
            ("stream", ["body"], ["hook", "view"]),
            ("fail", [], ["hook", "view", "handler"]),
        ):
            document = checked(lab.send(f"GET /{word}"))
            (note,) = (it["text"] for it in document["notes"] if it["code"] == "printed_elsewhere")
            assert note.endswith(repr("\n".join([*AROUND, *more])))
            calls = [step.get("handler") or step for step in document["steps"]]
            assert [it["printed"].strip() for it in calls if it.get("printed")] == printing


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_noted_where_nothing_else_printed(engine: str, tmp_path: Path) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef view():\n    print('x')\n    return 'y'\n"
    with lab_of(tmp_path, source, engine) as lab:
        assert [note.code for note in lab.send("GET /").notes] == []
