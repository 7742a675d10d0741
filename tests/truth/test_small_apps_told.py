"""Small apps of kinds that people write: what is said of each request, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = "from flask import *\nfrom flask.views import MethodView, View\n"
GUARDED = """
@app.before_request
def guard():
    if request.path != "/login" and "open" not in request.args: return redirect("/login")
@app.get("/login")
def login(): return "form"
@app.get("/admin/")
def admin(): return "admin"
"""
DISPATCHING = """
class Own(Flask):
    def dispatch_request(self):
        return "magic" if request.path in ("/magic", "/x") else super().dispatch_request()
app = Own(__name__)
@app.get("/y")
def y(): return "y"
@app.post("/x")
def x(): return "x"
"""
CLASSES = """
class Things(MethodView):
    methods = ["GET", "PUT"]
    def get(self): return "x"
app.add_url_rule("/things", view_func=Things.as_view("things"))
class Empty(View):
    label = staticmethod(lambda: "x")
app.add_url_rule("/empty", view_func=Empty.as_view("empty"))
"""
STORED = """
from flask.sessions import SessionInterface, SessionMixin
class Held(dict, SessionMixin):
    modified = False
KEPT = Held(cart=[])
class Keeps(SessionInterface):
    def open_session(self, app, request): return KEPT
    def save_session(self, app, session, response): pass
if OWN: app.session_interface = Keeps()
app.secret_key = "k"
@app.get("/set")
def set_it():
    session["cart"] = []
    return "x"
@app.get("/add")
def add():
    session["cart"].append(1)
    return str(session["cart"])
"""
XML = """
class Xml(Response):
    default_mimetype = "application/xml"
app.response_class = Xml
@app.get("/str")
def text(): return "<a/>"
@app.get("/dict")
def pairs(): return {}
"""
FAILS = """
@app.errorhandler(LookupError)
def handle(error): abort(409)
@app.get("/key")
def key(): return {}["x"]
@app.get("/cookie")
def cookie(): return request.cookies["a"]
@app.get("/none")
def none(): return None, 204
@app.get("/attribute")
def attribute(): return render_template_string("{{ find().name }}", find=lambda: None)
"""
UNREAD = """
app.config["JSON_SORT_KEYS"] = False
@app.get("/1")
def one(): return {1}
@app.get("/2")
def two():
    @after_this_request
    def add(response):
        response.set_cookie("a", "b", domain="else.test")
        return response
    return {}["y"]
"""
MOUNTED = """
class Prefix:
    def __init__(self, app): self.app = app
    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith("/shop"):
            start_response("404 Not Here", [("X-By", "prefix")])
            return [b"not here"]
        environ["PATH_INFO"] = path[5:] if REST else "/s"
        return self.app(environ, start_response)
def marks(app):
    def inner(environ, start):
        return app(environ, lambda status, headers, *more: start(status, [*headers, ("X-Mark", "1")], *more))
    return inner
app.wsgi_app = Prefix(app.wsgi_app)
if MARKED: app.wsgi_app = marks(app.wsgi_app)
@app.get("/s/")
def s(): return "s"
"""

# An app, the requests that are sent in turn, and of the last: what is said, and what is not.
TOLD = {
    "what a hook answered is no way out of": (
        GUARDED, ["GET /admin"], "guard() at app.py:5 answered", "GET /admin/ "),
    "what the router answered is": (GUARDED, ["GET /admin?open"], "GET /admin/?open  ->  admin", "guard() at"),
    "no rule, and own dispatch": (
        DISPATCHING, ["GET /magic"], "the app's own code answered, in the place of Flask's dispatch", "GET /y"),
    "no method, and own dispatch": (
        DISPATCHING, ["GET /x"], "the app's own code answered, in the place of Flask's dispatch", "POST /x "),
    "no rule, and Flask's dispatch": (DISPATCHING, ["GET /z"], "No rule begins with /z", "own code answered"),
    "a class without the method": (CLASSES, ["PUT /things"], "Things.dispatch_request() (app.py:4)", "MethodView."),
    "a class without any": (CLASSES, ["GET /empty"], "Empty.dispatch_request()", "View.dispatch_request()"),
    "Flask's own session": (
        f"OWN = False{STORED}", ["GET /set", "GET /add"], "so the change is lost", "session interface"),
    "a session that is kept elsewhere": (
        f"OWN = True{STORED}", ["GET /set", "GET /add"],
        "whether the app's own session interface keeps the change is not seen", "is lost"),
    "a response class's own type": (
        XML, ["GET /str"], "the default_mimetype of the app's response class", "because a str was"),
    "JSON all the same": (XML, ["GET /dict"], "because a dict was returned", "default_mimetype"),
    "a sentence that ends": (FAILS, ["GET /key"], "was being processed. (R804)", "processed.."),
    "no cookies": (FAILS, ["GET /cookie"], "the request has no cookies", "no query"),
    "another cookie": (FAILS, ["GET /cookie Cookie:b=1"], "request.cookies has 'b'", "no cookies"),
    "None in a tuple": (FAILS, ["GET /none"], "None cannot be the body of a tuple", "ends without return"),
    "a path behind a prefix": (
        f"REST = MARKED = True{MOUNTED}", ["GET /shop/s"], "Would match: GET /shop/s/", "Would match: GET /s/"),
    "a path that is another": (
        f"REST = False; MARKED = True{MOUNTED}", ["GET /shop/t"], "ends in a slash", "Would match"),
    "a header of the one that answered": (
        f"REST = True; MARKED = False{MOUNTED}", ["GET /t"], "X-By: prefix (set by the middleware Prefix)", "X-Mark"),
    "a header of one that wraps it": (
        f"REST = MARKED = True{MOUNTED}", ["GET /t"], "X-Mark: 1 (set by WSGI middleware)",
        "X-Mark: 1 (set by the middleware"),
    "an error beside a setting": (
        UNREAD, ["GET /1"], "set cannot become a response; Flask accepts", ". (R907) TypeError was not"),
    "an error beside a cookie": (UNREAD, ["GET /2"], "two() raised KeyError: 'y'", ". (R905) KeyError was not"),
    "an attribute of a call": (FAILS, ["GET /attribute"], "None has no attribute name", "no the"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", TOLD)
def test_what_is_said_is_so_and_what_is_not_is_not_said(tmp_path: Path, kind: str, engine: str) -> None:
    source, lines, said, unsaid = TOLD[kind]
    with lab_of(tmp_path, f"{HEAD}app = Flask(__name__)\n{source.lstrip()}", engine) as lab:
        trace = [lab.send(line) for line in lines][-1]
    checked(trace)
    assert said in plain(trace)
    assert unsaid not in plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_template_that_a_loop_includes_is_told_once_where_all_goes_alike(
    tmp_path: Path, engine: str
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "list.html").write_text("{% for x in xs %}{% include 'row.html' %}{% endfor %}")
    (tmp_path / "templates" / "row.html").write_text("{{ x.n }};")
    source = (
        f"{HEAD}app = Flask(__name__)\n@app.get('/')\ndef rows():\n"
        "    return render_template('list.html', xs=[{'n': 1}] * 3 + [{}] * 2 + [{'n': 2}])\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    steps = list(trace.each(TemplateStep))
    assert [(step.name, step.times, len(step.undefined)) for step in steps] == [
        ("list.html", 1, 0),
        ("row.html", 3, 0),
        ("row.html", 2, 1),
        ("row.html", 1, 0),
    ]
    assert "row.html, asked for by list.html 3 times in a row" in plain(trace, verbose=True)
    assert answer_of(trace).cause
