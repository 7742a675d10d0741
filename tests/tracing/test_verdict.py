"""The answer of a trace: verdict and cause in words, the place with its mark, the way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.spots import Spot, found_spot
from routelab.tracing.verdict import decision_answer
from support import ENGINES, checked, lab_of, write_app

SHOP = """
    import functools, time
    from flask import Flask, abort, g, redirect, render_template, request, session, url_for
    app = Flask(__name__)
    app.secret_key = "x"

    def login_required(view):
        @functools.wraps(view)
        def wrapped(**arguments):
            return redirect("/login")
        return wrapped

    @app.before_request
    def gate():
        if "closed" in request.args:
            return "closed", 503

    @app.errorhandler(409)
    def conflict(error):
        return "twice", 409

    @app.route("/")
    def home():
        return "Hello"

    @app.route("/invoices/<int:invoice_id>")
    def show(invoice_id):
        return {"id": invoice_id}

    @app.route("/files/<path:name>/raw")
    def raw(name):
        return name

    @app.route("/admin")
    @login_required
    def admin():
        return "secret"

    @app.route("/boom")
    def boom():
        prices = {}
        return prices["blue"]

    @app.route("/page")
    def page():
        return render_template("nope.html")

    @app.route("/none")
    def none():
        pass

    @app.route("/about/")
    def about():
        return "about", 201

    @app.post("/login")
    def login():
        return request.form["name"]

    @app.route("/link")
    def link():
        return url_for("nowhere")

    @app.route("/twice")
    def twice():
        abort(409)

    @app.route("/loop")
    def loop():
        while True:
            time.sleep(0.01)  # one of a minute could not be ended in a browser's Python
"""
OWN_PAGE = "was not handled, so Flask sent its own 500 page."
SAID = (
    ("GET /", "200 OK", "home() returned a string, which became the body."),
    ("GET /invoices/2", "200 OK", "show(invoice_id=2) returned a dict, which became JSON."),
    ("GET /about/", "201 CREATED", "about() returned a tuple with a string, which became the body."),
    (
        "GET /invoice/7",
        "404 NOT FOUND",
        'No rule begins with /invoice. Nearest is /invoices/<int:invoice_id>: "invoice" is not "invoices".',
    ),
    (
        "GET /invoices/abc",
        "404 NOT FOUND",
        "No rule continues with /abc after /invoices. Nearest is /invoices/<int:invoice_id>: "
        'int accepts only digits, not "abc".',
    ),
    (
        "GET /invoices/2?closed=1",
        "503 SERVICE UNAVAILABLE",
        "The before_request function gate() at app.py:13 answered, so Flask called no view.",
    ),
    (
        "GET /admin",
        "302 FOUND -> /login",
        "admin() never ran: login_required (wrapped() at app.py:8) redirected to /login.",
    ),
    (
        "GET /login",
        "405 METHOD NOT ALLOWED",
        "A rule fits the path, but not this method. /login accepts POST (login, app.py:56).",
    ),
    (
        "POST /login",
        "400 BAD REQUEST",
        "login() asked for 'name' at app.py:57, and the request did not send it (BadRequestKeyError).",
    ),
    (
        "GET /about",
        "308 PERMANENT REDIRECT -> http://localhost/about/",
        "/about/ ends in a slash and the path does not, so the router redirects to http://localhost/about/; "
        "only for GET, HEAD and OPTIONS.",
    ),
    (
        "GET /boom",
        "500 INTERNAL SERVER ERROR",
        f"boom() raised KeyError: 'blue' at app.py:41. KeyError {OWN_PAGE}",
    ),
    (
        "GET /page",
        "500 INTERNAL SERVER ERROR",
        "page() asked for the template nope.html, which is not in templates: there is no folder templates. "
        f"TemplateNotFound {OWN_PAGE}",
    ),
    (
        "GET /twice",
        "409 CONFLICT",
        "twice() raised Conflict at app.py:65. The error handler conflict() (app.py:18) handled Conflict.",
    ),
    ("GET /loop", "stopped after 1 second", "The time limit of 1 second was reached. It was at app.py:"),
)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_trace_says_what_came_out_and_why(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, SHOP, engine) as lab:
        for line, verdict, cause in SAID:
            document = checked(lab.send(line, seconds=1 if line == "GET /loop" else 60))
            assert (document["verdict"], document["cause"][: len(cause)]) == (verdict, cause), line


def piece(spot: Spot | None) -> tuple[int, str]:
    """Return the number of the deciding line and its marked piece."""
    assert spot is not None
    return spot.line, spot.lines[spot.line - spot.first][spot.start : spot.end]


MARKED = (
    ("GET /boom", (41, "blue")),
    ("GET /page", (45, "nope.html")),
    ("GET /admin", (34, "@login_required")),
    ("POST /login", (57, "name")),
    ("GET /link", (61, "nowhere")),
    ("GET /none", (48, "")),
)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_piece_that_decides_is_marked_in_its_line(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, SHOP, engine) as lab:
        assert [(line, piece(lab.send(line).answer.spot)) for line, _ in MARKED] == list(MARKED)


def test_what_the_exception_names_is_marked_and_not_what_only_reads_alike(tmp_path: Path) -> None:
    source = """
        from flask import Flask, request, url_for
        app = Flask(__name__)
        @app.get("/key")
        def key(): name = request.args["name"]; return name
        @app.get("/number")
        def number(): page1 = {}[1]; return page1
        @app.get("/link")
        def link(): path = url_for("path"); return path
        @app.get("/name")
        def name(): my_name = _name; return my_name
    """
    marked = {"/key": '"', "/number": "[", "/link": '"', "/name": " "}
    with lab_of(tmp_path, source) as lab:
        for path, before in marked.items():
            spot = lab.send(path).answer.spot
            assert spot is not None
            assert spot.start > 0
            assert spot.lines[spot.line - spot.first][spot.start - 1] == before, path


@pytest.mark.parametrize(
    ("pattern", "first", "lines", "marked"),
    [
        ("return 1", 3, ["@app.get('/')", "def a():", "    return 1"], "return 1"),
        (r"^\s+return", 3, ["@app.get('/')", "def a():", "    return 1"], "return"),
        (r"(?s)\A.*app\.get", 3, ["@app.get('/')", "def a():"], "@app.get"),
        (r"get\('/'\)\ndef a\(\):\s", 3, ["@app.get('/')", "def a():", "    return 1"], "def a():"),
        ("(?!x)", None, [], ""),
    ],
)
def test_what_was_found_in_a_file_is_marked_where_it_ends(
    pattern: str, first: int | None, lines: list[str], marked: str
) -> None:
    found = re.search(pattern, "import os\n\n@app.get('/')\ndef a():\n    return 1\n", re.MULTILINE)
    assert found is not None
    spot = found_spot("app.py", found)
    if first is None:
        assert spot is None
    else:
        assert spot is not None
        assert spot.first == first
        assert list(spot.lines) == lines
        assert piece(spot)[1] == marked


def test_path_and_rule_are_cut_at_the_slashes(tmp_path: Path) -> None:
    with lab_of(tmp_path, SHOP) as lab:

        def parts(path: str) -> tuple[object, ...] | None:
            compared = lab.send(path).answer.comparison
            return None if compared is None else (compared.path, compared.rule, compared.decides)

        assert parts("/invoices/abc") == (("/invoices", "/abc"), ("/invoices", "/<int:invoice_id>"), 1)
        assert parts("/invoices") == (("/invoices",), ("/invoices", "/<int:invoice_id>"), 1)
        assert parts("/none/") == (("/none", "/"), ("/none",), 1)
        # What a path variable took cannot be cut: the pieces would not stand under each other.
        assert parts("/files/a/b/row") is None


# It cuts this many slashes off the front of the path, or adds so many, as middleware does that knows a prefix "/".
SLASHES = """
    def slashed(inner):
        def outer(environ, start_response):
            environ["PATH_INFO"] = "/" * int(environ["QUERY_STRING"] or 1) + environ["PATH_INFO"].lstrip("/")
            return inner(environ, start_response)
        return outer
    app.wsgi_app = slashed(app.wsgi_app)
"""


@pytest.mark.parametrize("path", ["/invoices/abc", "/invoices", "/none/", "/invoices/7/8"])
def test_slashes_at_the_front_move_no_piece(tmp_path: Path, path: str) -> None:
    with lab_of(tmp_path, SHOP + SLASHES) as lab:
        once, *others = (lab.send(f"{path}?{number}").answer.comparison for number in (1, 0, 2, 5))
        assert once is not None
        assert others == [once] * 3
        assert lab.send(f"///{path}").answer.comparison == once
        for line in (f"{path}?0", f"//{path}"):
            for way in lab.send(line).answer.ways:
                assert way.request.startswith("GET /")
                assert not way.request.startswith("GET //")


def test_the_way_out_is_a_line_to_paste(tmp_path: Path) -> None:
    with lab_of(tmp_path, SHOP) as lab:
        (way,) = lab.send("/invoice/7").answer.ways
        assert (way.request, way.endpoint) == ("GET /invoices/7", "show")
        assert way.command.endswith("app.py GET /invoices/7")
        assert lab.send(way.request).verdict == "200 OK"
        assert lab.send("/quite/another").answer.ways == ()


def test_the_router_alone_has_a_verdict_too(tmp_path: Path) -> None:
    from routelab.requestline.parsing import parse

    with lab_of(tmp_path, SHOP) as lab:

        def answer(line: str) -> Answer:
            request = parse(line)
            return decision_answer(lab.match(request).match, request.method, request.path, "app.py")

        assert answer("/invoices/2").verdict == "/invoices/<int:invoice_id>  ->  show"
        assert answer("/invoice/2").verdict == "no rule fits"
        assert answer("/invoice/2").text.startswith("No rule begins with /invoice.")
        assert answer("DELETE /login").verdict == "method not allowed"
        assert answer("/about").verdict == "redirect -> http://localhost/about/"
        assert answer("/invoice/2").ways[0].command == "routelab match -A app.py GET /invoices/2"


def test_an_app_that_does_not_load_says_where(tmp_path: Path) -> None:
    write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)\nprint(nobody)\n")
    trace = load("app.py", folder=tmp_path).send("/")
    assert trace.verdict == "the app does not load"
    assert trace.cause == "NameError: name 'nobody' is not defined."
    assert piece(trace.answer.spot) == (3, "nobody")


def test_a_server_answers_for_what_left_the_app(tmp_path: Path) -> None:
    source = """
        from flask import Flask
        app = Flask(__name__)
        app.testing = True
        @app.route("/")
        def home():
            return 1 / 0
    """
    with lab_of(tmp_path, source) as lab:
        trace = lab.send("/")
    assert trace.verdict == "500 INTERNAL SERVER ERROR: ZeroDivisionError left the app"
    assert trace.cause == (
        "home() raised ZeroDivisionError: division by zero at app.py:6. "
        "TESTING let it out of the app, so no handler for 500 was called."
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_of_an_app_without_a_home_page_no_rule_is_called_near(tmp_path: Path, engine: str) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/about')\ndef about():\n    return ''\n"
    )
    document = checked(lab_of(tmp_path, source, engine).send("GET /"))
    assert document["cause"] == 'No rule is just /; a view for it has the rule "/".'


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", ["/nope", "/shut"])
def test_a_handler_that_fails_twice_in_the_same_way_is_told_once(
    tmp_path: Path, engine: str, path: str
) -> None:
    source = """
        from flask import Flask, abort
        from werkzeug.exceptions import HTTPException
        app = Flask(__name__)

        @app.errorhandler(HTTPException)
        def failed():
            return "x"

        @app.route("/shut")
        def shut():
            abort(403)
        """
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        cause = lab.send(f"GET {path}").answer.cause
    assert [text.startswith("The error handler failed() (app.py:6) failed") for text in cause[1:]] == [True]
