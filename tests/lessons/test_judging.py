"""Expectations held against real traces: what holds, what there was instead, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons.lessonkit import judged
from routelab.lessons import words
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.judging import all_hold
from routelab.lessons.queries import QUERIES
from routelab.lessons.query import Missing, Nothing, NotJson, Seen
from routelab.tracing.facts import Escaped, Raised
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import PlacedCandidate
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.trace import Trace
from routelab.tracing.untold import told_later
from support import lab_of, write_app
from tables import each

APP = """
    import uuid
    from flask import Flask, abort, make_response, redirect, render_template

    app = Flask(__name__)


    @app.route("/")
    def home():
        return "Hello\\n"


    @app.route("/post/<int:post_id>")
    def show_post(post_id):
        return {"id": post_id, "tags": ["a", {"name": "b"}], "ok": True}


    @app.route("/login", methods=["GET"])
    def login_form():
        return ""


    @app.route("/login", methods=["POST"])
    def login():
        response = make_response(redirect("/"))
        response.set_cookie("user", "Ann Lee")
        response.headers["X-Two"] = "one"
        response.headers.add("X-Two", "two")
        return response


    @app.route("/user/me")
    def me():
        return "me"


    @app.route("/user/<name>")
    def show_user(name):
        return name


    @app.route("/id/<uuid:key>")
    def by_key(key):
        return str(key)


    @app.route("/crash")
    def crash():
        return 1 / 0


    @app.route("/gone")
    def gone():
        abort(410)


    @app.route("/bytes")
    def binary():
        return b"\\xff\\xfe"


    @app.route("/page")
    def page():
        return render_template("page.html")


    @app.route("/links/here")
    def links():
        return "<A HREF='/one'>1</A> <a href=two>2</a> <a href = \\"/3?n=1#end\\">3</a> <img src=/4.png> href='/5'"


    @app.route("/loop")
    def loop():
        while True:
            pass


    def forgotten():
        return ""
"""
KEY = "12345678-1234-5678-1234-567812345678"


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trace]:
    folder = tmp_path_factory.mktemp("app")
    write_app(folder, "{% extends 'base.html' %}", "templates/page.html")
    write_app(folder, "<p>base</p>", "templates/base.html")
    lab = lab_of(folder, APP)
    lines = {line for line, _, _ in CASES} | {line for line, _, _ in FAILURES}
    return {
        line: lab.send(line, all_candidates=True, seconds=0.2 if line == "GET /loop" else 60)
        for line in lines
    }


CASES = [
    ("GET /", "finding not exists", True),
    ("GET /", 'finding == "R401"', False),
    ("GET /", "status == 200", True),
    ("GET /", "status != 200", False),
    ("GET /", "status not == 404", True),
    ("GET /", "status < 300", True),
    ("GET /", "status >= 201", False),
    ("GET /", 'reason_phrase == "OK"', True),
    ("GET /", 'outcome == "matched"', True),
    ("GET /", 'rule == "/"', True),
    ("GET /", 'endpoint == "home"', True),
    ("GET /", 'view == "home"', True),
    ("GET /", 'body == "Hello\\n"', True),
    ("GET /", 'body == "Hello"', False),
    ("GET /", 'body contains "ell"', True),
    ("GET /", 'body startsWith "Hell"', True),
    ("GET /", 'body endsWith "o"', False),
    ("GET /", 'body matches "^H.*o$"', True),
    ("GET /", "links isEmpty", True),
    ("GET /links/here", 'links == ["/one", "/links/two", "/3?n=1", "/4.png"]', True),
    ("GET /links/here", 'links contains "/5"', False),
    ("GET /", "body isEmpty", False),
    ("GET /login", "body isEmpty", True),
    ("GET /", "body exists", True),
    ("GET /", "redirects == 0", True),
    ("GET /", "exception not exists", True),
    ("GET /", "exception exists", False),
    ("GET /", "load not exists", True),
    ("GET /", "template not exists", True),
    ("GET /", 'note "function_without_route" contains "forgotten"', True),
    ("GET /", 'note "app_run_ignored" not exists', True),
    ("GET /", 'header "content-type" startsWith "text/html"', True),
    ("GET /", 'header "X-Two" not exists', True),
    ("GET /", "location not exists", True),
    ("GET /post/7", 'arg "post_id" == 7', True),
    ("GET /post/7", 'arg "post_id" == "7"', False),
    ("GET /post/7", 'arg "post_id" == 7.0', False),
    ("GET /post/7", 'arg "post_id" < 7.5', True),
    ("GET /post/7", 'arg "name" not exists', True),
    ("GET /post/7", 'json "id" == 7', True),
    ("GET /post/7", 'json "tags" contains "a"', True),
    ("GET /post/7", 'json "tags" contains {"name": "b"}', True),
    ("GET /post/7", 'json "tags[1].name" == "b"', True),
    ("GET /post/7", 'json "tags[2]" not exists', True),
    ("GET /post/7", 'json contains "tags"', True),
    ("GET /post/7", 'json "ok" == true', True),
    ("GET /post/7", 'json "ok" == 1', False),
    ("GET /post/7", 'json "ok" > 0', False),
    ("GET /post/7", 'json == {"ok": true, "tags": ["a", {"name": "b"}], "id": 7}', True),
    ("GET /post/7", 'json "id" contains "7"', False),
    ("GET /post/7", 'json "tags" startsWith "a"', False),
    ("GET /post/7", 'json "tags" isEmpty', False),
    ("GET /", "json not exists", True),
    # No view runs, so the argument is what the converter made of it.
    ("OPTIONS /post/7", 'arg "post_id" == 7', True),
    ("OPTIONS /post/7", "view not exists", True),
    ("GET /post/x", 'candidate "/post/<int:post_id>" == "almost"', True),
    ("GET /post/x", 'candidate "/nowhere" not exists', True),
    ("GET /post/x", "rule not exists", True),
    ("GET /post/x", "view not exists", True),
    # A query that finds nothing fulfils `not exists` and nothing else.
    ("GET /post/x", 'view != "home"', False),
    ("GET /post/x", 'view not == "home"', False),
    ("GET /user/me", 'candidate "/user/<name>" == "shadowed"', True),
    ("DELETE /login", 'outcome == "method_not_allowed"', True),
    ("DELETE /login", 'header "Allow" == "GET, HEAD, OPTIONS, POST"', True),
    ("GET /login", 'candidate "/login" == "match"', True),
    ("GET /login", 'candidate "POST /login" == "almost"', True),
    ("POST /login", 'cookie "user" == "Ann Lee"', True),
    ("POST /login", 'cookie "theme" not exists', True),
    ("POST /login", 'header "X-Two" == "one, two"', True),
    ("POST /login", 'location == "/"', True),
    ("POST /login -F", "redirects == 1", True),
    ("POST /login -F", 'view == "home"', True),
    ("POST /login -F", "status == 200", True),
    (f"GET /id/{KEY}", 'arg "key" exists', True),
    (f"GET /id/{KEY}", f'arg "key" == "{KEY}"', False),
    (f"GET /id/{KEY}", f'arg "key" != "{KEY}"', True),
    ("GET /crash", 'exception == "ZeroDivisionError"', True),
    ("GET /crash", "status == 500", True),
    ("GET /bytes", "body exists", True),
    ("GET /bytes", 'body contains ""', False),
    ("GET /page", 'template == "page.html"', True),
    ("GET /page", 'template "base.html" exists', True),
    ("GET /page", 'template "other.html" not exists', True),
    ("GET /loop", "status not exists", True),
]


@each(("line", "expectation", "holds"), CASES)
def test_expectations_on_traces(traces: dict[str, Trace], line: str, expectation: str, holds: bool) -> None:
    result = judged(expectation, traces[line])
    assert result.passed is holds, words.actual(result)
    assert all_hold((result.expectation,), traces[line]) is holds


def test_whether_it_holds_asks_for_no_cause(traces: dict[str, Trace]) -> None:
    def tell() -> Trace:
        raise AssertionError("its steps are asked for")

    known = {name: value for name, value in vars(traces["GET /"]).items() if name != "steps"}
    trace = told_later(tell, **known)
    expected = [read_expectation(text) for text in ("status == 200", "status == 404")]
    assert [all_hold((each,), trace) for each in expected] == [True, False]
    assert not all_hold(expected, trace)
    assert not all_hold((), trace)


FAILURES = [
    ("GET /", "status == 404", ["it was 200"]),
    ("GET /", 'view == "me"', ['it was "home"', "no /user/me: ..."]),
    (
        "GET /",
        'body == "Hello"',
        [
            'it was "Hello\\n"',
            'expected "Hello"',
            "first difference at character 6: expected the end, found a line break",
        ],
    ),
    ("GET /", 'body == "Hexagon"', ['it was "Hello\\n"']),
    (
        "GET /user/a%20b",
        'body == "a  b"',
        [
            'it was "a·b"',
            'expected "a··b"',
            "first difference at character 3: expected a space, found 'b'",
        ],
    ),
    (
        "GET /post/7",
        'json == {"id": 8}',
        ['it was {"id": 7, "ok": true, "tags": ["a", {"name": "b"}]}', "at id: expected 8, found 7"],
    ),
    (
        "GET /post/7",
        'json "tags" == ["a", {"name": "c"}]',
        [
            'it was ["a", {"name": "b"}]',
            "at [1].name: first difference at character 1: expected 'c', found 'b'",
        ],
    ),
    (
        "GET /post/7",
        'json "tags" == ["a"]',
        ['it was ["a", {"name": "b"}]', 'at [1]: expected nothing, found {"name": "b"}'],
    ),
    (
        "GET /post/x",
        "status == 200",
        ["it was 404", "almost /post/<int:post_id>: ..."],
    ),
    (
        "GET /post/x",
        'view == "show_post"',
        ["no view ran", "almost /post/<int:post_id>: ..."],
    ),
    (
        "GET /user/me",
        'view == "show_user"',
        [
            'it was "me"',
            "shadowed /user/<name>: ...",
        ],
    ),
    (
        "GET /user/me",
        'candidate "/user/<name>" == "match"',
        [
            'it was "shadowed"',
            "shadowed /user/<name>: ...",
        ],
    ),
    ("GET /crash", "status == 200", ["it was 500", "ZeroDivisionError at app.py:48: division by zero"]),
    ("GET /gone", "status == 200", ["it was 410", "Gone: 410 Gone: ..."]),
    ("GET /gone", 'exception == "Gone"', ["no exception was raised"]),
    ("GET /loop", "status == 200", ["no response came out", "the time limit of 0.2 seconds was reached"]),
    ("GET /bytes", 'body == "x"', ["it was 2 bytes that are not text (bytes)"]),
    (f"GET /id/{KEY}", f'arg "key" == "{KEY}"', [f"it was UUID('{KEY}') (UUID)"]),
]


@each(("line", "expectation", "said"), FAILURES)
def test_a_failure_says_what_came_and_why(
    traces: dict[str, Trace], line: str, expectation: str, said: list[str]
) -> None:
    result = judged(expectation, traces[line])
    assert not result.passed
    came = [words.actual(result), *words.reasons(result)]
    assert [_beginning(line) for line in came] == said


def _beginning(line: str) -> str:
    """Cut what is worded elsewhere: here it counts which rule and which error is named."""
    if "/<" in line or "/me" in line:
        return line.partition(": ")[0] + ": ..."
    return "Gone: 410 Gone: ..." if line.startswith("Gone") and line.endswith(" at app.py:53") else line


def test_causes_are_facts(traces: dict[str, Trace]) -> None:
    kinds = {
        "GET /post/x": PlacedCandidate,
        "GET /crash": Escaped,
        "GET /gone": Raised,
        "GET /loop": StoppedStep,
    }
    for line, kind in kinds.items():
        (cause,) = judged("status == 200", traces[line]).causes
        assert isinstance(cause, kind)


def test_where_a_handler_failed_it_is_the_cause_and_not_the_router(tmp_path: Path) -> None:
    lab = lab_of(
        tmp_path,
        """
        from flask import Flask

        app = Flask(__name__)


        @app.route("/")
        def home():
            return "Hello"


        @app.errorhandler(405)
        def failed():
            return "not this way", 405
        """,
    )
    trace = lab.send("POST /")
    (cause,) = judged("status == 405", trace).causes
    assert isinstance(cause, Escaped)
    assert isinstance(judged('view == "home"', trace).causes[0], PlacedCandidate)


def test_a_long_body_is_compared_whole_and_shown_cut(tmp_path: Path) -> None:
    lab = lab_of(
        tmp_path,
        """
        from flask import Flask

        app = Flask(__name__)


        @app.route("/")
        def home():
            return "x" * 5000 + "y" + "x" * 5000
        """,
    )
    result = judged(f'body == "{"x" * 10_001}"', lab.send("GET /"))
    said = [words.expected(result), words.actual(result), *words.reasons(result)]
    assert "first difference at character 5001: expected 'x', found 'y'" in said
    assert words.actual(result).startswith('it was "...xxx')
    assert words.actual(result).endswith('xxx..."')
    assert "y" in words.actual(result).removeprefix("it was")
    assert all(len(line) < 130 for line in said)
    assert judged(f'body == "{"x" * 5000}y{"x" * 5000}"', lab.send("GET /")).passed


def test_a_load_failure_is_the_cause_of_all_failures(tmp_path: Path) -> None:
    from routelab.lab import load

    write_app(tmp_path, "from flask import Flask\nimport nowhere_at_all\n")
    trace = load("app.py", engine="routelab", folder=tmp_path).send("GET /")
    assert judged('load == "ModuleNotFoundError"', trace).passed
    assert not judged('load == "SyntaxError"', trace).causes
    assert judged("finding not exists", trace).passed is (not trace.findings)
    for asked in ("outcome not exists", "view not exists", 'header "Allow" not exists'):
        assert not judged(asked, trace).passed, "nobody can tell"
    assert judged('candidate "/" == "no"', trace).observed == Nothing(missing=Missing.APP)
    result = judged("status == 200", trace)
    assert result.observed == Nothing(missing=Missing.APP)
    (cause,) = result.causes
    assert isinstance(cause, LoadStep)
    assert "the app does not load at app.py:2: ModuleNotFoundError" in words.cause_words(cause)


def test_observations_keep_types(traces: dict[str, Trace]) -> None:
    assert judged("status == 1", traces["GET /"]).observed == Seen(value=200)
    observed = judged('arg "key" == 1', traces[f"GET /id/{KEY}"]).observed
    assert observed == NotJson(type="UUID", repr=f"UUID('{KEY}')")


def test_every_query_is_in_the_table() -> None:
    asked = {expectation.split()[0] for _, expectation, _ in CASES}
    assert QUERIES.keys() <= asked | {"endpoint"}
