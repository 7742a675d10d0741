"""What steps say: asserted on real traces of both engines, so that each sentence is true of what happened."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from routelab.screen.selection import select
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of, live, step


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def only(trace: Trace, wanted: str) -> AnyStep:
    """Return the one step of a kind, after the trace was held against its schema."""
    checked(trace)
    (found,) = [each for each in trace.steps if each.kind() == wanted]
    return found


# The request

ANY_PATH = """
    from flask import Flask
    app = Flask(__name__)

    @app.route("/<path:where>")
    def show(where):
        return where

    class Mounted:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, environ, start_response):
            if environ["PATH_INFO"].startswith("/shop/"):
                environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/shop", environ["PATH_INFO"][5:]
            return self.inner(environ, start_response)

    app.wsgi_app = Mounted(app.wsgi_app)
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GET /user/AC%2FDC", "path /user/AC/DC, sent as /user/AC%2FDC"),
        ("GET /al%20ice?q=%20", "path /al ice, sent as /al%20ice, query q=' '"),
        ("GET /caf%C3%A9", "path /café, sent as /caf%C3%A9"),
        ("GET /café", "path /café"),
        ("GET /100%", "path /100%"),
        ("GET /shop/cart", "path /cart, below /shop"),
        ("GET /shop/c%61rt", "path /cart, below /shop, sent as /shop/c%61rt"),
    ],
)
def test_a_path_that_is_decoded_is_told_both_ways(tmp_path: Path, engine: str, line: str, said: str) -> None:
    assert only(lab_of(tmp_path, ANY_PATH, engine).send(line), "request").headline == said


def test_the_path_as_sent_is_a_fact(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, ANY_PATH, engine)
    facts = [
        (each["path"], each["sent_path"])
        for each in (step(checked(lab.send(line)), "request") for line in ("GET /a%2Fb", "GET /a/b"))
    ]
    assert facts == [("/a/b", "/a%2Fb"), ("/a/b", None)]


# What a view returns

RETURNS = """
    from flask import Flask, jsonify
    app = Flask(__name__)

    @app.route("/json")
    def json():
        response = jsonify(saved=True)
        response.status_code = 201
        return response

    @app.route("/tuple")
    def in_a_tuple():
        return jsonify(saved=True), 201, {"X-Shop": "Time Machine"}

    @app.route("/dict")
    def a_dict():
        return {"saved": True}
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GET /json", "a Response is sent as it is: application/json; 201, as the returned response says"),
        (
            "GET /tuple",
            "a Response is sent with what the tuple adds: application/json; 201, as the returned tuple says",
        ),
        ("GET /dict", "a dict became JSON, sent as application/json; 200, because no status was given"),
    ],
)
def test_what_became_of_the_returned_value(tmp_path: Path, engine: str, line: str, said: str) -> None:
    assert only(lab_of(tmp_path, RETURNS, engine).send(line), "make_response").headline == said


# A response that the view made, and did not return

KEPT_BACK = """
    import weakref
    from flask import Flask, after_this_request, g, make_response, render_template_string
    from flask.views import MethodView
    from werkzeug.exceptions import BadRequest

    app = Flask(__name__)
    app.logger.disabled = True  # pytest keeps what is logged, with its traceback
    seen = []

    def seated():
        response = make_response("One ticket")
        response.headers["X-Seat"] = "17"
        seen.append(weakref.ref(response))
        return response

    @app.route("/forgotten")
    def forgotten():
        seated()
        return "One ticket"

    @app.route("/nothing")
    def nothing():
        seated()

    @app.route("/second")
    def second():
        seated()
        return make_response("One ticket")

    @app.route("/its/text")
    def its_text():
        return seated().get_data()

    class Item(MethodView):
        def get(self):
            seated()
            return "One ticket"

    app.add_url_rule("/class", view_func=Item.as_view("item"))

    @app.route("/returned")
    def returned():
        return seated()

    @app.route("/in/a/tuple")
    def in_a_tuple():
        return seated(), 201

    @app.route("/made/twice")
    def made_twice():
        return make_response(seated(), 201)

    @app.route("/in/an/error")
    def in_an_error():
        return BadRequest(response=seated())

    @app.route("/raised")
    def raised():
        raise BadRequest(response=seated())

    @app.route("/called")
    def called():
        response = seated()
        return lambda environ, start: response(environ, start)

    @app.route("/sent/by/a/hook")
    def sent_by_a_hook():
        response = seated()
        after_this_request(lambda other: response)
        return "One ticket"

    @app.route("/inner")
    def inner():
        return app.test_client().get("/forgotten").data

    @app.route("/hook")
    def hooked():
        return "One ticket"

    @app.before_request
    def hook():
        from flask import request
        if request.path == "/hook":
            seated()

    @app.route("/plain")
    def plain():
        return "One ticket"
"""
KEPT = "the view also made a response with make_response, and did not return it"


@pytest.mark.parametrize(
    ("path", "kept_back"),
    [
        ("/forgotten", True),
        ("/nothing", True),
        ("/second", True),
        ("/its/text", True),
        ("/class", True),
        ("/returned", False),
        ("/in/a/tuple", False),
        ("/made/twice", False),
        ("/in/an/error", False),
        ("/raised", False),
        ("/called", False),
        ("/sent/by/a/hook", False),
        ("/inner", False),
        ("/hook", False),
        ("/plain", False),
    ],
)
def test_a_response_that_the_view_made_and_did_not_return_is_told(
    tmp_path: Path, engine: str, path: str, kept_back: bool
) -> None:
    app, lab = live(tmp_path, KEPT_BACK, engine)
    seen = app.view_functions["plain"].__globals__["seen"]
    trace = lab.send(f"GET {path}")
    gc.collect()
    assert [reference() for reference in seen if reference() is not None] == []
    first = next(each for each in trace.steps if each.kind() == "make_response")
    assert (KEPT in first.details) is kept_back
    assert step(checked(trace), "make_response")["kept_back"] is kept_back
    shown = [each for _, each in select(trace, verbose=False).steps]
    assert (first in shown) is kept_back
    assert trace.response is not None
    if trace.response.header("X-Seat"):
        assert not kept_back


LOST = """
    from flask import Flask, make_response, redirect
    app = Flask(__name__)

    @app.route("/old")
    def old():
        redirect("/new")

    @app.route("/ticket")
    def ticket():
        response = make_response("One ticket")
        response.set_cookie("seat", "17")
        return "One ticket"

    def away():
        redirect("/new")

    @app.route("/away")
    def leave():
        away()
        return "stays"

    @app.route("/read")
    def read():
        return str(make_response("One ticket"))
"""


@pytest.mark.parametrize(
    ("path", "marked", "named"),
    [
        ("/old", '    redirect("/new")', "old() at app.py:6"),
        ("/ticket", '    response = make_response("One ticket")', "ticket() at app.py:10"),
        ("/away", 'redirect("/new")', "away() at app.py:15"),
        ("/read", "def read():", None),
    ],
)
def test_the_line_that_made_a_response_which_is_lost_is_shown(
    tmp_path: Path, engine: str, path: str, marked: str, named: str | None
) -> None:
    _, lab = live(tmp_path, LOST, engine)
    trace = lab.send(f"GET {path}")
    spot = trace.answer.spot
    assert spot is not None
    assert spot.lines[spot.line - spot.first] == marked
    assert [it.text.split(" made a response in ")[1].split(",")[0] for it in trace.findings] == (
        [] if named is None else [named]
    )


# Templates

UNKNOWN_NAMES = """
    from flask import Flask, render_template_string
    app = Flask(__name__)

    @app.route("/printed")
    def printed():
        return render_template_string("<p>{{ album }}</p>")

    @app.route("/asked")
    def asked():
        return render_template_string("<p>{{ album.title }}</p>")
"""


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        (
            "/printed",
            200,
            ["line 1 prints album, a name that was given no value; an undefined value prints as nothing"],
        ),
        (
            "/asked",
            500,
            [
                "line 1 asks album for more, a name that was given no value; asking an undefined value for an attribute "
                "or an item raises UndefinedError",
                "raised UndefinedError: 'album' is undefined in line 1 of the text",
            ],
        ),
    ],
)
def test_an_unknown_name_in_a_template_says_when_it_is_an_error(
    tmp_path: Path, engine: str, path: str, status: int, told: list[str]
) -> None:
    trace = lab_of(tmp_path, UNKNOWN_NAMES, engine).send(f"GET {path}")
    assert trace.response is not None
    assert trace.response.status == status
    assert (trace.exception.type if trace.exception else None) == (
        "UndefinedError" if status == 500 else None
    )
    assert list(only(trace, "template").details) == told


# Flask's own view

STATIC = """
    from flask import Blueprint, Flask, send_from_directory

    class Careful(Flask):
        def send_static_file(self, filename):
            print("careful")
            return super().send_static_file(filename)

    app = {flask}(__name__)
    shop = Blueprint("shop", __name__, static_folder="static", url_prefix="/shop")
    app.register_blueprint(shop)
    app.add_url_rule("/mine/<filename>", "mine", lambda filename: app.send_static_file(filename))
    app.add_url_rule("/there/<filename>", "there", lambda filename: send_from_directory("static", filename))
"""


@pytest.mark.parametrize("flask", ["Flask", "Careful"])
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/static/a.css", "static(filename='a.css'), Flask's own view for files"),
        ("/static/lost.css", "static(filename='lost.css'), Flask's own view for files"),
        ("/shop/static/a.css", "static(filename='a.css'), Flask's own view for files"),
        ("/mine/a.css", "<lambda>(filename='a.css')"),
        ("/there/a.css", "<lambda>(filename='a.css')"),
    ],
)
def test_flasks_own_view_is_told_from_a_lambda_of_the_learners(
    tmp_path: Path, engine: str, flask: str, path: str, said: str
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("p {}")
    trace = lab_of(tmp_path, STATIC.format(flask=flask), engine).send(f"GET {path}")
    view = only(trace, "view")
    assert view.headline == said
    name = said.partition("(")[0]
    facts = step(trace.to_dict(), "view")
    assert (facts["function"], facts["builtin"]) == (name, name == "static")
    if "lost" not in path:
        assert trace.response is not None
        assert trace.response.status == 200
        sent = step(trace.to_dict(), "response")["headers"]
        assert {each["from"]["function"] for each in sent if each["name"] == "Cache-Control"} == {name}
