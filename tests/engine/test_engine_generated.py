"""The same oracle with generated apps: nobody thought of these rules, values, bodies and hooks beforehand."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import flask
import flask.sessions
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

import routelab.engine
import routelab.engine.sessions
from effort import examples
from engine.twins import Answer, masked, send, told

reproducible = settings(derandomize=True, database=None)
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")

Build = Callable[[ModuleType], Any]


def answers(build: Build, *requests: Any) -> list[Answer]:
    """Send requests to an app built twice; return the engine's answers, which are Flask's as well."""
    on_flask, on_engine = (answers_of(build, module, requests) for module in (flask, routelab.engine))
    assert on_engine == on_flask
    return on_engine


def answers_of(build: Build, module: ModuleType, requests: tuple[Any, ...]) -> list[Answer]:
    try:
        app = build(module)
    except Exception as error:
        return [Answer(raised=f"at load: {told(error)}")]
    client = app.test_client()
    return [send(app, client, request) for request in requests]


# Rule maps

PIECES = ("a", "b", "<x>", "<int:x>", "<int(min=5):x>", "<float:x>", "<any(a, c):x>", "<path:x>", "v<int:x>")
TEXTS = ("a", "b", "c", "7", "3", "1.5", "-1", "", "a/b", "v2", "é", "a b")


def to_rule(pieces: list[str], slash: bool) -> str:
    """`/a/<int:x0>/<x1>/`: each variable gets a name of its own."""
    named = [piece.replace("x>", f"x{n}>") for n, piece in enumerate(pieces)]
    return "/" + "/".join(named) + ("/" if slash and pieces else "")


rules = st.builds(to_rule, st.lists(st.sampled_from(PIECES), max_size=3), st.booleans())
rule_options = st.fixed_dictionaries(
    {},
    optional={
        "methods": st.lists(st.sampled_from(METHODS[:4]), min_size=1, max_size=3, unique=True),
        "strict_slashes": st.booleans(),
        "merge_slashes": st.booleans(),
        "provide_automatic_options": st.booleans(),
        "defaults": st.fixed_dictionaries({"x0": st.sampled_from(["a", 7])}),
    },
)
RuleMap = list[tuple[str, dict[str, Any]]]
texts = st.sampled_from(TEXTS)


@st.composite
def rule_maps_and_requests(draw: st.DrawFn) -> tuple[RuleMap, list[tuple[str, str]]]:
    """Draw rules, and paths of which about half were made from the rules, with or without a final slash."""
    rule_map = draw(st.lists(st.tuples(rules, rule_options), min_size=1, max_size=6))
    requests = []
    for _ in range(draw(st.integers(5, 12))):
        pieces = draw(st.lists(texts, min_size=1, max_size=4))
        if draw(st.booleans()):
            rule, _ = draw(st.sampled_from(rule_map))
            pieces = [draw(texts) if "<" in piece else piece for piece in rule.strip("/").split("/")]
        path = "/" + "/".join(pieces) + draw(st.sampled_from(["", "", "/"]))
        requests.append((draw(st.sampled_from(METHODS)), path))
    return rule_map, requests


def test_random_rule_maps() -> None:
    outcomes: Counter[str | None] = Counter()

    @settings(reproducible, max_examples=examples(60))
    @given(rule_maps_and_requests())
    def hold(drawn: tuple[RuleMap, list[tuple[str, str]]]) -> None:
        rule_map, requests = drawn

        def build(module: ModuleType) -> Any:
            app = module.Flask("generated", static_folder=None)
            for n, (rule, options) in enumerate(rule_map):
                app.add_url_rule(rule, f"view{n}", lambda n=n, **values: f"view{n} {values}", **options)

            def say_what_would_be_built(response: Any) -> Any:
                for n in range(len(rule_map)):
                    response.headers.add("X-Url", url_or_error(module, f"view{n}"))
                return response

            app.after_request(say_what_would_be_built)
            return app

        sent = [
            (f"{method} /", {"environ_overrides": {"PATH_INFO": wsgi(path)}}) for method, path in requests
        ]
        outcomes.update(answer.status for answer in answers(build, *sent))

    hold()
    assert min(outcomes[status] for status in ("200 OK", "404 NOT FOUND", "405 METHOD NOT ALLOWED")) > 30
    assert outcomes["308 PERMANENT REDIRECT"] > 10


def wsgi(path: str) -> str:
    return path.encode().decode("latin-1")


def url_or_error(module: ModuleType, endpoint: str) -> str:
    try:
        url: str = module.url_for(endpoint, x0="a", x1=7, x2="b", q="é")
    except Exception as error:
        return told(error).replace("\n", " ")
    return url


# Return values

bodies = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        | st.tuples(inner)
    ),
    max_leaves=5,
)
statuses = st.one_of(
    st.integers(100, 599), st.sampled_from(["404", "201 Made", "", "x", b"404", None, 3.5, True, "200\n"])
)
headers = st.one_of(
    st.dictionaries(st.sampled_from(["X-A", "Content-Type", "Location"]), st.text("ab/é", max_size=3)),
    st.lists(st.tuples(st.just("X-A"), st.text("ab", max_size=2)), max_size=2),
    st.just("X-A: 1"),
)
shapes = st.one_of(
    bodies,
    st.tuples(bodies, statuses),
    st.tuples(bodies, headers),
    st.tuples(bodies, statuses, headers),
    st.lists(bodies, max_size=5).map(tuple),
)


def test_random_return_values() -> None:
    outcomes: Counter[str | None] = Counter()

    @settings(reproducible, max_examples=examples(120))
    @given(shapes, st.sampled_from(["as it is", "made", "iterated"]), st.booleans())
    def hold(value: Any, way: str, debug: bool) -> None:
        def build(module: ModuleType) -> Any:
            app = module.Flask("generated", static_folder=None)
            app.config.update(DEBUG=debug, PROPAGATE_EXCEPTIONS=False)

            def view() -> Any:
                if way == "made":
                    return module.make_response(value)
                return iter(value) if way == "iterated" and isinstance(value, list) else value

            app.add_url_rule("/", view_func=view)
            return app

        [answer, _] = answers(build, "GET /", "HEAD /")
        outcomes[answer.status and answer.status[:1]] += 1

    hold()
    assert outcomes["2"] > 20
    assert outcomes["5"] > 20


# What is read of a request

content_types = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "text/plain",
        "application/vnd.x+json",
        "",
    ]
)
payloads = st.one_of(
    st.binary(min_size=1, max_size=20),
    bodies.map(lambda value: json.dumps(value, default=str, skipkeys=True).encode()),
    st.sampled_from(
        [
            b"a=1&b=%C3%A9&a=2",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nyz\r\n--b--\r\n',
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
        ]
    ),
)
reads = st.sampled_from(
    [
        "r.args",
        "r.form",
        "r.values.to_dict()",
        "{name: file.read().decode('latin-1') for name, file in r.files.items()}",
        "r.json",
        "r.get_json(silent=True)",
        "r.get_json(force=True)",
        "r.get_data().decode('latin-1')",
        "r.data.decode('latin-1')",
        "r.form['a']",
        "r.args['a']",
        "r.files['f'].filename",
        "[r.mimetype, r.content_length, r.is_json, r.url]",
    ]
)


def test_random_bodies_and_queries() -> None:
    outcomes: Counter[str | None] = Counter()

    @settings(reproducible, max_examples=examples(60))
    @given(
        st.lists(reads, min_size=1, max_size=3),
        payloads,
        content_types,
        st.text("a=&%1é+", max_size=8),
        st.booleans(),
    )
    def hold(expressions: list[str], payload: bytes, content_type: str, query: str, debug: bool) -> None:
        def build(module: ModuleType) -> Any:
            app = module.Flask("generated", static_folder=None)
            app.debug = debug

            def view() -> Any:
                return [eval(expression, {"r": module.request}) for expression in expressions]

            app.add_url_rule("/", view_func=view, methods=["POST"])
            return app

        sent = ("POST /", {"data": payload, "content_type": content_type, "query_string": query})
        outcomes.update(answer.status for answer in answers(build, sent))

    hold()
    assert min(outcomes[status] for status in ("200 OK", "400 BAD REQUEST", "415 UNSUPPORTED MEDIA TYPE")) > 0


# Hooks and handlers that answer, fail or do nothing, anywhere in the loop

acts = st.sampled_from(
    ["nothing", "nothing", "nothing", "answer", "none", "int", "abort 404", "abort 400", "key", "value"]
)
places = st.sampled_from(
    [
        "before_request",
        "after_request",
        "teardown_request",
        "teardown_appcontext",
        "errorhandler 404",
        "errorhandler 500",
        "errorhandler KeyError",
        "errorhandler LookupError",
        "errorhandler Exception",
        "errorhandler HTTPException",
        "after_this_request",
        "context_processor",
        "url_value_preprocessor",
    ]
)
CLASSES = {
    "KeyError": KeyError,
    "LookupError": LookupError,
    "Exception": Exception,
    "HTTPException": HTTPException,
}
programs = st.lists(st.tuples(st.booleans(), places, acts), max_size=6)


def do(module: ModuleType, act: str, otherwise: Any = None) -> Any:
    match act.split():
        case ["abort", code]:
            return module.abort(int(code))
        case ["answer"]:
            return module.make_response(f"answered by {otherwise!r:.20}", 299)
        case ["key"]:
            raise KeyError("key")
        case ["value"]:
            raise ValueError("value")
        case ["int"]:
            return 5
        case ["none"]:
            return None
        case _:
            return otherwise


def install(module: ModuleType, owner: Any, place: str, act: str) -> None:
    """Register one hook or handler; owner is an app or a blueprint."""
    match place.split():
        case ["errorhandler", name]:
            what = int(name) if name.isdigit() else CLASSES[name]
            owner.register_error_handler(what, lambda error: do(module, act, (type(error).__name__, 298)))
        case ["after_this_request"]:
            once = module.after_this_request
            owner.before_request(lambda: print(once(lambda response: do(module, act, response)) and "later"))
        case ["context_processor"]:
            owner.context_processor(lambda: do(module, act, {"name": act}))
        case ["url_value_preprocessor"]:
            owner.url_value_preprocessor(lambda endpoint, values: do(module, act))
        case ["after_request"]:
            owner.after_request(lambda response: do(module, act, response))
        case ["teardown_request"]:
            owner.teardown_request(lambda error: do(module, act, print("teardown", repr(error))))
        case ["teardown_appcontext"] if hasattr(owner, "teardown_appcontext"):  # a blueprint has none
            owner.teardown_appcontext(lambda error: print("appcontext", repr(error)))
        case ["before_request"]:
            owner.before_request(lambda: do(module, act))


def test_random_hooks_and_handlers() -> None:
    outcomes: Counter[str | None] = Counter()

    @settings(reproducible, max_examples=examples(100))
    @given(programs, acts, st.sampled_from([{}, {"TESTING": True}, {"TRAP_HTTP_EXCEPTIONS": True}]))
    def hold(program: list[tuple[bool, str, str]], view_act: str, config: dict[str, bool]) -> None:
        def build(module: ModuleType) -> Any:
            app = module.Flask("generated", static_folder=None)
            app.config.update(config)
            app.secret_key = "k"
            part = module.Blueprint("part", "generated", url_prefix="/part")
            for on_part, place, act in program:
                install(module, part if on_part else app, place, act)
            for owner in (app, part):
                owner.add_url_rule(
                    "/view", "view", lambda: do(module, view_act, module.render_template_string("{{ name }}"))
                )
            app.register_blueprint(part)
            return app

        sent = ("GET /view", "GET /part/view", "POST /part/view", "GET /nope", "OPTIONS /view")
        outcomes.update(answer.raised or answer.status for answer in answers(build, *sent))

    hold()
    assert len(outcomes) > 12, outcomes
    assert min(outcomes[status] for status in ("200 OK", "299 UNKNOWN", "500 INTERNAL SERVER ERROR")) > 3


# Sessions

session_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.binary(max_size=4)
    | st.builds(Markup, st.text(max_size=3))
    | st.builds(UUID, int=st.integers(0, 2**100))
    | st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["a", "b", " t", " di", " b", " t__"]), inner, max_size=2)
    ),
    max_leaves=6,
)


def test_random_sessions_are_written_alike_and_come_back() -> None:
    @settings(reproducible, max_examples=examples(60))
    @given(st.dictionaries(st.text(max_size=3), session_values, max_size=3))
    def hold(content: dict[str, Any]) -> None:
        mine = routelab.engine.sessions.SecureCookieSessionInterface.serializer
        flasks = flask.sessions.session_json_serializer
        assert mine.dumps(content) == flasks.dumps(content)
        assert mine.loads(flasks.dumps(content)) == content

    hold()


def test_each_reads_the_cookies_of_the_other() -> None:
    apps = [module.Flask("generated") for module in (flask, routelab.engine)]
    for app in apps:
        app.secret_key = "shared"
    signers = [app.session_interface.get_signing_serializer(app) for app in apps]
    content = {"user": ("ann", b"\x00"), "when": datetime(2024, 2, 29, tzinfo=UTC)}
    for writer, reader in (signers, reversed(signers)):
        assert masked(str(reader.loads(writer.dumps(content)))) == str(content)
