"""Each finding where it must fire and, beside it, the nearest case where it must not: a table for both engines.

The pages of explain are cases where each must fire; here are other shapes of the same, and what only looks so.
"""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from textwrap import dedent

import pytest

from routelab.lab import load
from routelab.routing.outcome import Outcome
from routelab.tracing.findings.kinds import KINDS
from support import ENGINES, write_app

HEAD = """
from functools import wraps
import json, sys
from flask import *
from werkzeug.exceptions import NotFound
app = Flask(__name__)
app.secret_key = "x"
"""

# (what it is, the app below HEAD, requests of which the last counts, the codes)
CASES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "one branch returns nothing",
        '@app.get("/<int:n>")\ndef f(n):\n    if n > 3:\n        return "big"',
        ("GET /1",),
        ("R401",),
    ),
    (
        "the other branch",
        '@app.get("/<int:n>")\ndef f(n):\n    if n > 3:\n        return "big"',
        ("GET /4",),
        (),
    ),
    (
        "the status after the headers",
        '@app.get("/")\ndef f():\n    return "x", {"X-A": "b"}, 201',
        ("GET /",),
        ("R403",),
    ),
    (
        "the status after headers as pairs",
        '@app.get("/")\ndef f():\n    return "x", [("X-A", "b")], 404',
        ("GET /",),
        ("R403",),
    ),
    ("three items in order", '@app.get("/")\ndef f():\n    return "x", 201, {"X-A": "201"}', ("GET /",), ()),
    ("headers that are none", '@app.get("/")\ndef f():\n    return "x", 201, 202', ("GET /",), ()),
    ("an empty string", '@app.get("/")\ndef f():\n    return ""', ("GET /",), ()),
    (
        "a handler returns nothing",
        "@app.errorhandler(404)\ndef f(e):\n    print(e)",
        ("GET /",),
        (),
    ),
    (
        "the response is in the tuple",
        '@app.get("/")\ndef f():\n    r = make_response("x")\n    return r, 201',
        ("GET /",),
        (),
    ),
    (
        "a response is made of a response",
        '@app.get("/")\ndef f():\n    return make_response(redirect("/x?")), 302\n@app.get("/x")\ndef x():\n    return "x"',
        ("GET /",),
        (),
    ),
    (
        "a made response is dropped",
        '@app.get("/")\ndef f():\n    r = make_response("x")\n    r.headers["A"] = "1"\n    return "x"',
        ("GET /",),
        ("R402",),
    ),
    (
        "a made response whose body is returned",
        '@app.get("/")\ndef f():\n    r = make_response("x")\n    r.headers["A"] = "1"\n    return r.get_data()',
        ("GET /",),
        (),
    ),
    (
        "what set_cookie gives",
        '@app.get("/")\ndef f():\n    r = make_response("x")\n    return r.set_cookie("a", "1")',
        ("GET /",),
        ("R402",),
    ),
    (
        "a redirect in a branch",
        '@app.get("/")\ndef f():\n    redirect("/x")\n    return "stays"',
        ("GET /",),
        ("R402",),
    ),
    (
        "a page that is rendered and dropped",
        '@app.get("/")\ndef f():\n    render_template_string("x")',
        ("GET /",),
        ("R402",),
    ),
    (
        "a page for a mail",
        '@app.get("/")\ndef f():\n    render_template_string("mail")\n    return "sent"',
        ("GET /",),
        (),
    ),
    ("two numbers", '@app.get("/")\ndef f():\n    return 404, 404', ("GET /",), ()),
    ("a number that is no status", '@app.get("/")\ndef f():\n    return 7, "x"', ("GET /",), ()),
    ("body and status", '@app.get("/")\ndef f():\n    return "x", 404', ("GET /",), ()),
    ("status as text", '@app.get("/")\ndef f():\n    return "x", "404 Gone fishing"', ("GET /",), ()),
    ("a tuple of four", '@app.get("/")\ndef f():\n    return 1, 2, 3, 4', ("GET /",), ()),
    (
        "JSON with its type",
        '@app.get("/")\ndef f():\n    return json.dumps({"a": 1}), {"Content-Type": "application/json"}',
        ("GET /",),
        (),
    ),
    ("an array in text", '@app.get("/")\ndef f():\n    return "[1]"', ("GET /",), ()),
    ("braces that are no JSON", '@app.get("/")\ndef f():\n    return "{a}"', ("GET /",), ()),
    ("jsonify of a set", '@app.get("/")\ndef f():\n    return jsonify({1})', ("GET /",), ("R407",)),
    (
        "a set deep inside",
        '@app.get("/")\ndef f():\n    return {"a": [{"b": {1}}]}',
        ("GET /",),
        ("R407",),
    ),
    (
        "a TypeError deeper",
        '@app.get("/<a>")\ndef f(a):\n    return len()',
        ("GET /x",),
        (),
    ),
    (
        "one argument too few",
        '@app.get("/")\ndef f(a):\n    return a',
        ("GET /",),
        ("R408",),
    ),
    (
        "a decorator that answers",
        "def d(v):\n    @wraps(v)\n    def w(*a, **k):\n        return 'no', 403\n    return w\n"
        '@app.get("/")\n@d\ndef f():\n    return "x"',
        ("GET /",),
        (),
    ),
    (
        "a decorator and a view that both return nothing",
        "def d(v):\n    @wraps(v)\n    def w(*a, **k):\n        return v(*a, **k)\n    return w\n"
        '@app.get("/")\n@d\ndef f():\n    pass',
        ("GET /",),
        ("R401",),
    ),
    (
        "a route on top",
        "def d(v):\n    @wraps(v)\n    def w(*a, **k):\n        return v(*a, **k)\n    return w\n"
        '@app.get("/")\n@d\ndef f():\n    return "x"',
        ("GET /",),
        (),
    ),
    (
        "a name used for something else",
        '@app.get("/")\ndef f():\n    return "x"\n\ndef g():\n    pass\nf = g',
        ("GET /",),
        (),
    ),
    ("two routes on one view", '@app.get("/a")\n@app.get("/b")\ndef f():\n    return "x"', ("GET /a",), ()),
    (
        "app.run below",
        '@app.get("/")\ndef f():\n    return "x"\napp.run()',
        ("GET /",),
        (),
    ),
    (
        "app.run under a guard",
        'if __name__ == "__main__":\n    app.run()\n@app.get("/")\ndef f():\n    return "x"',
        ("GET /",),
        (),
    ),
    ("no handler exists", '@app.get("/")\ndef f():\n    raise KeyError("x")', ("GET /",), ()),
    (
        "a returned status and its handler",
        '@app.errorhandler(404)\ndef h(e):\n    return "page", 404\n'
        '@app.get("/")\ndef f():\n    return "none", 404',
        ("GET /",),
        (),
    ),
    (
        "a handler that raises another HTTP error",
        '@app.errorhandler(KeyError)\ndef h(e):\n    abort(404)\n@app.get("/")\ndef f():\n    raise KeyError',
        ("GET /",),
        ("R804",),  # Flask makes a 500 of whatever a handler raises
    ),
    (
        "the key is in the query",
        '@app.post("/")\ndef f():\n    return request.form["a"]',
        ("POST /?a=1",),
        ("R501",),
    ),
    (
        "get has a default",
        '@app.post("/")\ndef f():\n    return request.form.get("a", "none")',
        ("POST /?a=1",),
        (),
    ),
    (
        "a KeyError of the app's own",
        '@app.post("/")\ndef f():\n    request.get_json()\n    shelf = {}\n    return shelf["a"]',
        ("POST / b=1",),
        (),
    ),
    (
        "the key of nested JSON",
        '@app.post("/")\ndef f():\n    d = request.json\n    return d["b"]["a"]',
        ("POST / b:={}",),
        (),
    ),
    (
        "a 415 of the view's own",
        '@app.post("/")\ndef f():\n    abort(415)',
        ("POST / Content-Type:text/plain --raw {}",),
        (),
    ),
    (
        "a body that is not JSON",
        '@app.post("/")\ndef f():\n    return request.get_json()',
        ("POST / Content-Type:text/plain --raw hello",),
        (),
    ),
    (
        "a file that nobody sent",
        '@app.post("/")\ndef f():\n    return request.files["a"].filename',
        ("POST / b=1 -f",),
        ("R501",),
    ),
    (
        "multipart without a boundary",
        '@app.post("/")\ndef f():\n    return request.form.get("a", "none")',
        ("POST / Content-Type:multipart/form-data --raw x",),
        ("R504",),
    ),
    *(
        (
            f"bool of the text {text!r}",
            f"@app.route('/', methods=['GET', 'POST'])\ndef f():\n    {ask}\n    return 'x'",
            (line,),
            codes,
        )
        for text, codes in (("False", ("R505",)), ("0", ("R505",)), ("true", ()), ("", ()))
        for ask, line in (
            ("request.args.get('a', type=bool)", f"GET /?a={text}"),
            ("request.form.get('a', False, bool)", f"POST / -f a={text}"),
        )
    ),
    (
        "a redirect to another host",
        '@app.get("/")\ndef f():\n    return redirect("http://other.test/x")',
        ("GET /",),
        (),
    ),
    (
        "a redirect that a slash completes",
        '@app.get("/")\ndef f():\n    return redirect("/a")\n@app.get("/a/")\ndef a():\n    return "a"',
        ("GET /",),
        (),
    ),
    (
        "a redirect to what only takes POST",
        '@app.get("/")\ndef f():\n    return redirect("/a")\n@app.post("/a")\ndef a():\n    return "a"',
        ("GET /",),
        (),
    ),
    (
        "post, redirect, get",
        '@app.route("/", methods=["GET", "POST"])\ndef f():\n    return redirect("/") '
        'if request.method == "POST" else "x"',
        ("POST / a=1 -f",),
        (),
    ),
    (
        "a redirect to itself with a cookie",
        '@app.get("/")\ndef f():\n    if "n" in session:\n        return "x"\n    session["n"] = 1\n'
        '    return redirect("/")',
        ("GET /",),
        (),
    ),
    (
        "the language in the query",
        '@app.get("/")\ndef f():\n    return "x" if "lang" in request.args else redirect("/?lang=de")',
        ("GET /",),
        (),
    ),
    (
        "the next page reads nothing of the form",
        '@app.post("/")\ndef f():\n    return redirect("/a")\n@app.get("/a")\ndef a():\n    return "a"',
        ("POST / n=1 -f -F",),
        (),
    ),
    (
        "a condition on a name that is not there",
        '@app.get("/")\ndef f():\n    return render_template_string("{% if user %}x{% endif %}", users=[])',
        ("GET /",),
        (),
    ),
    (
        "a misspelt name",
        '@app.get("/")\ndef f():\n    return render_template_string("{{ albun }}", album="Blue")',
        ("GET /",),
        ("R702",),
    ),
    (
        "a name with a default",
        '@app.get("/")\ndef f():\n    return render_template_string("{{ albun|default(1) }}", album="Blue")',
        ("GET /",),
        (),
    ),
    (
        "an error outside of comments",
        '@app.get("/")\ndef f():\n    return render_template_string("<!-- x -->\\n{{ url_for(\'nope\') }}")',
        ("GET /",),
        ("R604",),
    ),
    (
        "text that looks like a file",
        '@app.get("/")\ndef f():\n    return "index.html"',
        ("GET /",),
        (),
    ),
    (
        "abort leaves the view",
        '@app.get("/")\ndef f():\n    try:\n        abort(404)\n    except ValueError:\n        return "x"',
        ("GET /",),
        (),
    ),
    (
        "abort that is caught by its name",
        '@app.get("/")\ndef f():\n    try:\n        abort(404)\n    except NotFound:\n        return "x"',
        ("GET /",),
        (),
    ),
    (
        "abort, raised again",
        '@app.get("/")\ndef f():\n    try:\n        abort(404)\n    except Exception:\n        raise',
        ("GET /",),
        (),
    ),
    (
        "a bare except",
        '@app.get("/")\ndef f():\n    try:\n        abort(404)\n    except:\n        return "x"',
        ("GET /",),
        ("R801",),
    ),
    (
        "a bare except in a helper",
        "def find():\n    try:\n        abort(404)\n    except Exception:\n        return None\n"
        '@app.get("/")\ndef f():\n    return str(find())',
        ("GET /",),
        ("R801",),
    ),
    (
        "a bare except around a helper's abort",
        "class Shop:\n    def find(self):\n        abort(404)\n"
        "def found():\n    try:\n        return Shop().find()\n    except:\n        return None\n"
        '@app.get("/")\ndef f():\n    return str(found())',
        ("GET /",),
        ("R801",),
    ),
    (
        "abort in a helper that is caught by its name",
        "def find():\n    try:\n        abort(404)\n    except NotFound:\n        return None\n"
        '@app.get("/")\ndef f():\n    return str(find())',
        ("GET /",),
        (),
    ),
    (
        "abort in a helper, raised again",
        "def find():\n    try:\n        abort(404)\n    except Exception:\n        raise\n"
        '@app.get("/")\ndef f():\n    return str(find())',
        ("GET /",),
        (),
    ),
    (
        "an error handler's tuple",
        '@app.errorhandler(404)\ndef lost(error):\n    return 404, "lost"',
        ("GET /",),
        ("R403",),
    ),
    (
        "a hook's tuple",
        '@app.before_request\ndef gate():\n    return 403, "no"\n@app.get("/")\ndef f():\n    return "x"',
        ("GET /",),
        ("R403",),
    ),
    (
        "an error handler's tuple in the right order",
        '@app.errorhandler(404)\ndef lost(error):\n    return "lost", 404',
        ("GET /",),
        (),
    ),
    (
        "modified is set",
        '@app.get("/s")\ndef s():\n    session["a"] = []\n    return "s"\n'
        '@app.get("/")\ndef f():\n    session["a"].append(1)\n    session.modified = True\n    return "x"',
        ("GET /s", "GET /"),
        (),
    ),
    (
        "a session that is read",
        '@app.get("/s")\ndef s():\n    session["a"] = []\n    return "s"\n'
        '@app.get("/")\ndef f():\n    return str(session["a"])',
        ("GET /s", "GET /"),
        (),
    ),
    (
        "after_request returns the response",
        '@app.after_request\ndef a(r):\n    return r\n@app.get("/")\ndef f():\n    return "x"',
        ("GET /",),
        (),
    ),
    (
        "middleware that answers well",
        "class M:\n    def __init__(self, app):\n        self.app = app\n"
        "    def __call__(self, e, s):\n        s('200 OK', [])\n        return [b'up']\n"
        "app.wsgi_app = M(app.wsgi_app)",
        ("GET /",),
        (),
    ),
    (
        "a cookie that is kept",
        '@app.get("/")\ndef f():\n    r = make_response("x")\n    r.set_cookie("a", "1")\n    return r',
        ("GET /",),
        (),
    ),
    (
        "a cookie that is deleted",
        '@app.get("/s")\ndef s():\n    r = make_response("x")\n    r.set_cookie("a", "1")\n    return r\n'
        '@app.get("/")\ndef f():\n    r = make_response("x")\n    r.delete_cookie("a")\n    return r',
        ("GET /s", "GET /"),
        (),
    ),
    (
        "a setting of the app's own",
        'app.config["SHOP_NAME"] = "Blue"\n@app.get("/")\ndef f():\n    return app.config["SHOP_NAME"]',
        ("GET /",),
        (),
    ),
    ("a plain 404", '@app.get("/")\ndef f():\n    return "x"', ("GET /nope",), ()),
    ("a plain 405", '@app.get("/")\ndef f():\n    return "x"', ("POST /",), ()),
    (
        "a method of an odd name, and another asked",
        '@app.route("/", methods=["GET, POST"])\ndef f():\n    return "x"',
        ("DELETE /",),
        (),
    ),
    (
        "braces, and another path",
        '@app.route("/u/{id}")\ndef f():\n    return "x"',
        ("GET /v/7",),
        (),
    ),
    (
        "a handler for an HTTP error that works",
        '@app.errorhandler(404)\ndef f(e):\n    return "none", 404',
        ("GET /nope",),
        (),
    ),
    ("OPTIONS", '@app.get("/")\ndef f():\n    return "x"', ("OPTIONS /",), ()),
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("app", "requests", "codes"), [it[1:] for it in CASES], ids=[it[0] for it in CASES])
def test_it_fires_where_it_must_and_nowhere_else(
    app: str, requests: tuple[str, ...], codes: tuple[str, ...], engine: str, tmp_path: Path
) -> None:
    with load(write_app(tmp_path, HEAD + dedent(app) + "\n"), engine=engine, folder=tmp_path) as lab:
        assert lab.failure is None, lab.failure
        traces = [lab.send(request) for request in requests]
    assert tuple(it.code for it in traces[-1].findings) == codes


def test_each_is_asked_about_what_bears_its_sign() -> None:
    """A detector takes what `findings_of` gives it: a step of the kind, the match, a note, or nothing."""
    for kind in KINDS:
        match kind.where:
            case None:
                bearer = "None"
            case Outcome():
                bearer = "MatchStep"
            case str():
                bearer = "Note"
            case step:
                bearer = step.__name__
        about, _trace = signature(kind.find).parameters.values()
        assert about.annotation == bearer, kind.code


@pytest.mark.parametrize("engine", ENGINES)
def test_a_trace_shows_two_at_most(engine: str, tmp_path: Path) -> None:
    source = HEAD + dedent(
        """
        app.config["TEMPLATE_AUTO_RELOAD"] = True
        @app.get("/")
        def f():
            redirect("/")
            make_response("x").set_cookie("a", "1")
            return json.dumps({"a": 1}), {"Set-Cookie": "a=" + "x" * 5000}
        """
    )
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        assert [it.code for it in lab.send("GET /").findings] == ["R402", "R406"]


# What is wrong in the playground, so that it can be seen there.
ON_PURPOSE = {"/nothing": ("R401",)}


@pytest.mark.parametrize("name", ["playground"])
@pytest.mark.parametrize("engine", ENGINES)
def test_no_request_to_a_healthy_app_shows_any(name: str, engine: str) -> None:
    """Every rule of the playground is asked, with each of its methods."""
    with load(name, engine=engine) as lab:
        for rule in lab.known_rules():
            path = rule.rule
            for kind, text in (("<int:", "7"), ("<path:", "a/b"), ("<", "alice")):
                while kind in path:
                    begin = path.index(kind)
                    path = path[:begin] + text + path[path.index(">", begin) + 1 :]
            for method in rule.methods:
                if method in ("GET", "HEAD", "OPTIONS"):
                    trace = lab.send(f"{method} {path}")
                    found = tuple(it.code for it in trace.findings)
                    assert found == (ON_PURPOSE.get(path, ()) if method != "OPTIONS" else ()), (method, path)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gap_that_nobody_filled_in_is_told_as_that(engine: str, tmp_path: Path) -> None:
    source = (
        f'{HEAD}\n@app.get("/<part>")\ndef f(part):\n    return {{part: ... if part == "a" else {{1}}}}\n'
    )
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        (gap,), (other,) = (lab.send(f"GET /{part}").findings for part in "ab")
    assert gap.text.endswith("the part is ['a'], of type ellipsis. That is a `...` that nobody filled in.")
    assert other.text.endswith("['b'], of type set. Make a list, a dict or a string of it first.")
