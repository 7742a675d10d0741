"""One recorder, two engines: for one app both must answer alike and be told alike, step by step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from routelab.lab import Lab, load
from support import ENGINES, Object, checked, kinds, lab_of, live, step
from test_trace_parity import FRAMEWORK_FRAMES

TUTORIAL = """
    from flask import Flask, request

    app = Flask(__name__)

    @app.route("/")
    def index():
        return "Index Page"

    @app.route("/user/<username>")
    def show_user_profile(username):
        return f"User {username}"

    @app.route("/post/<int:post_id>")
    def show_post(post_id):
        return f"Post {post_id}"

    @app.route("/login", methods=["GET", "POST"])
    def login():
        if request.method == "POST":
            return f"Welcome, {request.form['username']}"
        return "<form method=post>"

    @app.errorhandler(404)
    def page_not_found(error):
        return "This page does not exist", 404
"""

HOOKS = """
    from flask import (Blueprint, Flask, abort, after_this_request, current_app, g, redirect, request,
                       render_template_string, session, stream_with_context, url_for)
    from flask.views import MethodView

    app = Flask(__name__)
    app.secret_key = "k"

    @app.url_value_preprocessor
    def pull_language(endpoint, values):
        g.language = (values or {}).pop("language", "en")

    @app.before_request
    def load_user():
        print("loading")
        g.user = request.args.get("user")
        if g.user == "banned":
            return "Go away", 403

    @app.after_request
    def stamp(response):
        response.headers["X-Stamp"] = "app"
        return response

    @app.teardown_request
    def close(error):
        print("closing")

    @app.teardown_appcontext
    def close_all(error):
        pass

    @app.context_processor
    def extras():
        return {"shop": "Time Machine"}

    @app.route("/<language>/hello")
    def hello(name="you"):
        @after_this_request
        def once(response):
            response.headers["X-Once"] = "yes"
            return response
        return f"Hello {name}, in {g.language}"

    @app.route("/page")
    def page():
        return render_template_string("{{ shop }} {{ name }}", name="<Ann>")

    @app.route("/nested")
    def nested():
        inner = current_app.test_client().get("/go")
        return {"inner": inner.status_code}

    @app.route("/go")
    def go():
        return redirect(url_for("page"))

    @app.route("/stream")
    def stream():
        def parts():
            yield "path "
            yield request.path
        return stream_with_context(parts())

    @app.route("/broken-stream")
    def broken_stream():
        def parts():
            yield "a"
            raise RuntimeError("in the middle")
        return parts()

    @app.route("/remember")
    def remember():
        session["cart"] = ["record"]
        return "kept"

    class Item(MethodView):
        def get(self, number):
            return {"number": number}
        def post(self, number):
            raise KeyError("no stock")

    app.add_url_rule("/item/<int(min=5):number>", view_func=Item.as_view("item"))

    @app.errorhandler(KeyError)
    def key_error(error):
        return {"missing": str(error)}, 409

    @app.errorhandler(410)
    def gone(error):
        raise ValueError("the handler fails, too")

    @app.route("/gone")
    def is_gone():
        abort(410)

    @app.route("/none")
    def none():
        return None

    @app.route("/swapped")
    def swapped():
        return 404, "Not found"

    @app.route("/made")
    def made():
        return "made", 201, {"X-Made": "yes"}

    shop = Blueprint("shop", __name__, url_prefix="/shop")

    @shop.before_request
    def shop_opens():
        g.shop = True

    @shop.after_request
    def shop_closes(response):
        response.headers["X-Shop"] = "closed"
        return response

    @shop.route("/")
    def items():
        return ["records"]

    app.register_blueprint(shop)
"""

APPS = {
    "tutorial": (
        TUTORIAL,
        (
            "GET /", "GET /user/alice", "GET /post/5", "GET /post/hello", "POST /login username=ann password=x -f",
            "POST /login a=1 -f", "POST /login username=ann", "DELETE /login", "OPTIONS /login", "HEAD /login",
            "GET /nope", "GET /user/", "GET /user/a%20b?x=1", "GET /static/x.css", "BREW /login",
        ),
    ),
    "hooks": (
        HOOKS,
        (
            "GET /en/hello", "GET /page?user=banned", "GET /page", "GET /nested", "GET /go -F", "GET /stream",
            "GET /broken-stream", "GET /remember", "GET /remember", "GET /item/7", "GET /item/3", "GET /item/x",
            "POST /item/9", "PUT /item/9", "GET /gone", "GET /none", "GET /swapped", "GET /made", "GET /shop/",
            "GET /shop", "HEAD /stream", "GET /nope", "GET //page", "GET /item//7",
        ),
    ),
}  # fmt: skip
REQUESTS = [(name, line) for name, (_, lines) in APPS.items() for line in lines]


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Lab]:
    made = {}
    for name, (source, _) in APPS.items():
        folder = tmp_path_factory.mktemp(name)
        for engine in ENGINES:
            made[name, engine] = lab_of(folder, source, engine)
    return made


def masked(document: Object) -> Object:
    """Remove what may differ: the engine's name, the order of Allow (a set), and signatures made at another second."""

    def mask(thing: Any) -> Any:
        if isinstance(thing, dict):
            masked = {key: mask(value) for key, value in thing.items()}
            if masked.get("name") == "Allow":
                masked["value"] = ", ".join(sorted(str(masked["value"]).split(", ")))
            return masked
        if isinstance(thing, list):
            if len(thing) == 2 and thing[0] == "Allow":
                return ["Allow", ", ".join(sorted(thing[1].split(", ")))]
            if len(thing) == 2 and thing[0] == "session":
                return ["session", "signed"]
            return [mask(item) for item in thing]
        if isinstance(thing, str):
            return re.sub(r"session='?[\w.-]+", "session=signed", FRAMEWORK_FRAMES.sub("", thing))
        return thing

    without_engine = {key: value for key, value in document.items() if key != "engine"}
    without_engine["redirects"] = [masked(hop) for hop in document["redirects"]]
    return {key: mask(value) for key, value in without_engine.items()}


@pytest.mark.parametrize(("app", "line"), REQUESTS)
def test_both_engines_are_told_alike(labs: dict[tuple[str, str], Lab], app: str, line: str) -> None:
    small, real = (checked(labs[app, engine].send(line)) for engine in ENGINES)
    assert masked(small) == masked(real)


def test_the_answers_are_real_flasks(tmp_path: Path) -> None:
    """The same requests through Flask's own test client, untraced, give the same status, headers and body."""
    traced, (app, _) = lab_of(tmp_path, TUTORIAL, "flask"), live(tmp_path, TUTORIAL, "flask")
    client = app.test_client()
    sent: list[tuple[str, Any]] = [
        ("GET /user/alice", client.get("/user/alice")),
        ("GET /post/hello", client.get("/post/hello")),
        (
            "POST /login username=ann password=x -f",
            client.post("/login", data={"username": "ann", "password": "x"}),
        ),
        ("DELETE /login", client.delete("/login")),
        ("GET /nope", client.get("/nope")),
    ]
    for line, expected in sent:
        response = traced.send(line).response
        assert response is not None
        assert (response.status, response.body) == (expected.status_code, expected.data)
        assert sorted((n, sorted(v.split(", "))) for n, v in response.headers) == sorted(
            (n, sorted(v.split(", "))) for n, v in expected.headers
        )


@pytest.fixture(params=ENGINES)
def tutorial(request: pytest.FixtureRequest, tmp_path: Path) -> Lab:
    return lab_of(tmp_path, TUTORIAL, request.param)


def test_int_refused_hello(tutorial: Lab) -> None:
    match = step(checked(tutorial.send("GET /post/hello")), "match")
    assert match["outcome"] == "not_found"
    candidate = next(c for c in match["candidates"] if c["rule"] == "/post/<int:post_id>")
    assert (candidate["verdict"], candidate["reason"], candidate["segment"]) == ("almost", "converter", 2)
    assert candidate["text"] == 'int accepts only digits, not "hello"'
    assert (candidate["file"], candidate["line"]) == ("app.py", 14)


def test_who_allows_what(tutorial: Lab) -> None:
    match = step(checked(tutorial.send("DELETE /login")), "match")
    assert match["outcome"] == "method_not_allowed"
    assert match["allowed_methods"] == ["GET", "HEAD", "OPTIONS", "POST"]
    candidate = next(c for c in match["candidates"] if c["endpoint"] == "login")
    assert (candidate["reason"], candidate["line"]) == ("method", 18)
    assert candidate["methods"] == ["GET", "HEAD", "OPTIONS", "POST"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_steps_stand_where_they_began(tmp_path: Path, engine: str) -> None:
    document = checked(lab_of(tmp_path, HOOKS, engine).send("GET /page"))
    hooks = [step["when"] for step in document["steps"] if step["kind"] == "hook"]
    assert kinds(document) == [
        "request", "context", "session", "match", "hook", "hook", "view", "template", "hook", "make_response", "hook",
        "session", "response", "hook", "hook", "context",
    ]  # fmt: skip
    assert hooks == [
        "url_value_preprocessor", "before_request", "context_processor", "after_request", "teardown_request",
        "teardown_appcontext",
    ]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_each_header_says_where_it_came_from(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, HOOKS, engine)
    headers = {h["name"]: h["from"] for h in step(checked(lab.send("GET /shop/")), "response")["headers"]}
    assert headers["Content-Type"]["stage"] == "make_response"
    assert (headers["X-Stamp"]["function"], headers["X-Stamp"]["file"]) == ("stamp", "app.py")
    assert headers["X-Shop"]["function"] == "shop_closes"
    made = {h["name"]: h["from"] for h in step(checked(lab.send("GET /made")), "response")["headers"]}
    assert (made["X-Made"]["stage"], made["X-Made"]["function"]) == ("view", "made")
    kept = {h["name"]: h["from"] for h in step(checked(lab.send("GET /remember")), "response")["headers"]}
    assert kept["Set-Cookie"]["stage"] == kept["Vary"]["stage"] == "session"
    refused = {h["name"]: h["from"] for h in step(checked(lab.send("PUT /item/9")), "response")["headers"]}
    assert (refused["Allow"]["stage"], refused["Allow"]["function"]) == ("error", "MethodNotAllowed")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_class_based_view_is_one_step_with_the_method_that_ran(tmp_path: Path, engine: str) -> None:
    view = step(checked(lab_of(tmp_path, HOOKS, engine).send("GET /item/7")), "view")
    assert (view["function"], view["endpoint"], view["source"][0].strip()) == (
        "Item.get",
        "item",
        "def get(self, number):",
    )
    assert view["arguments"]["number"]["json"] == 7


@pytest.mark.parametrize("engine", ENGINES)
def test_a_refusing_converter_is_told(tmp_path: Path, engine: str) -> None:
    match = step(checked(lab_of(tmp_path, HOOKS, engine).send("GET /item/3")), "match")
    (refused,) = [c for c in match["candidates"] if c["reason"] == "converter_refused"]
    assert "a rejection ends the search" in refused["text"]


@pytest.mark.parametrize("engine", ENGINES)
def test_traces_leave_the_app_as_an_untraced_twin_is(tmp_path: Path, engine: str) -> None:
    (app, lab), (twin, _) = live(tmp_path, HOOKS, engine), live(tmp_path, HOOKS, engine)
    for path in ("/page", "/remember", "/nope", "/item/7", "/none"):
        lab.send(f"GET {path}")
        twin.test_client().get(path)
    assert vars(app).keys() == vars(twin).keys()
    for name, value in vars(app).items():
        assert type(value) is type(vars(twin)[name]), name
    assert "match" not in vars(app.jinja_env)
    assert vars(app.jinja_env).keys() == vars(twin.jinja_env).keys()
    assert "open_session" not in vars(type(app).session_interface)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_playground_answers(engine: str) -> None:
    assert checked(load("playground", engine=engine).send("GET /"))["response"]["status"] == 200


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "render_template('hello.html', visitor='Ann')",
            {"missing": ["name"], "searched": [], "available": []},
        ),
        ("render_template('hello.html', name='Ann')", {"missing": []}),
        ("render_template_string('{{ shop }} {{ name }}', shop=1)", {"name": "<text>", "missing": ["name"]}),
        (
            "render_template('templates/hello.html')",
            {"searched": ["templates"], "available": ["hello.html"], "missing": []},
        ),
    ],
)
def test_a_template_says_what_it_lacks(tmp_path: Path, engine: str, source: str, expected: Object) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "hello.html").write_text(
        "{% set a = 1 %}Hello {{ name }}{{ a }}{{ request.path }}"
    )
    app = f"""
        from flask import Flask, render_template, render_template_string
        app = Flask(__name__)
        @app.route("/")
        def home():
            return {source}
    """
    template = step(checked(lab_of(tmp_path, app, engine).send("GET /")), "template")
    assert {key: template[key] for key in expected} == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_form_key_is_named(tmp_path: Path, engine: str) -> None:
    view = step(checked(lab_of(tmp_path, TUTORIAL, engine).send("POST /login name=ann -f")), "view")
    assert view["raised"]["type"] == "BadRequestKeyError"
    assert view["raised"]["missing_key"] == "'username'"


@pytest.mark.parametrize("engine", ENGINES)
def test_debug_mode_lets_the_exception_out(tmp_path: Path, engine: str) -> None:
    app, lab = live(tmp_path, HOOKS, engine)
    assert not step(checked(lab.send("GET /gone")), "error", 1)["propagated"]
    app.debug = True
    document = checked(lab.send("GET /gone"))
    assert step(document, "error", 1)["propagated"]
    assert (document["response"]["status"], document["response"]["from_server"]) == (500, True)
