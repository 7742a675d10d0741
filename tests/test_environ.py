from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask
from flask.testing import EnvironBuilder
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request

from effort import examples
from routelab.environ import Base, build_environ
from routelab.requestline.parsing import parse
from routelab.requestline.record import BodyKind, RequestLine
from tables import each

ASIDE = {"wsgi.input", "wsgi.errors", "HTTP_USER_AGENT", "werkzeug.request"}


def as_flask_builds_it(request: RequestLine, **config: str | None) -> dict[str, Any]:
    """Let Flask's own test client build the environ of the same request."""
    app = Flask("app")
    app.config.update(config)
    authority = (
        f"{request.scheme or ''}{':' if request.scheme else ''}//{request.host}" if request.host else ""
    )
    query = f"?{request.query_string}" if request.query_string else ""
    builder = EnvironBuilder(
        app,
        f"{authority}{request.path}{query}",
        method=request.method,
        headers=list(request.headers),
        data=request.body,
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    return builder.get_environ()


def without_aside(environ: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in environ.items() if key not in ASIDE}


LINES = [
    "GET /user/alice",
    "GET /",
    "HEAD /x",
    "AHOY /x",
    "DELETE /login",
    "GET /al%20ice",
    "GET '/ann lee'",
    "GET /q/100%",
    "GET /user/%FF",
    "GET /user/ülkü",
    "GET /user/%C3%BClk%C3%BC",
    "GET /中文/€/😀?q=中",
    "GET /a/é%C3/%e2%82",
    "GET /a//b/",
    "GET /a;b=c/d@e:f",
    "GET /x?",
    "GET /x?a=1&a=2",
    "GET /x?a=%zz&b=%20+c",
    "GET /x?a=ü",
    "GET /x?a=1?b/c",
    "GET /x#top",
    "GET /x q==cat 'q==two words' e==",
    "GET http://example.com/x",
    "GET https://example.com/x",
    "GET https://example.com:8443/x?y",
    "GET ws://example.com/chat",
    "GET :3000/x",
    "GET localhost/x",
    "GET http://[::1]:5000/x",
    "GET http://münchen.example/x",
    "GET /x X-Token:1 x-token:2 X_Token:3",
    "GET /x 'Cookie:a=1; b=2'",
    "GET /x Host:other.example:81",
    "GET /x X:é 'Y;'",
    "GET /x Content-Type:text/plain",
    "GET /x Content-Length:5",
    "GET /x Content-Length:abc",
    "GET /x -f",
    "GET /x -j",
    "GET /x -a ann:secret",
    "POST /x",
    "POST /login username=ann password=x -f",
    "POST /x a=1 b:=2",
    "POST /x a=ü --multipart",
    "POST /x --raw hello Content-Length:99",
    "POST /x --raw ''",
    "PUT /x --raw ü Content-Type:text/plain",
    "POST /x a=1 Content-Type:",
]
CONFIGS: list[dict[str, str | None]] = [
    {},
    {"SERVER_NAME": "example.org"},
    {"SERVER_NAME": "example.org:5000", "PREFERRED_URL_SCHEME": "https"},
    {"APPLICATION_ROOT": "/app"},
    {"APPLICATION_ROOT": "deep/äpp%20x/"},
]


@each("config", CONFIGS)
@each("line", LINES)
def test_the_environ_is_the_one_of_flasks_test_client(line: str, config: dict[str, str | None]) -> None:
    request = parse(line)
    expected = as_flask_builds_it(request, **config)
    base = Base(
        server_name=config.get("SERVER_NAME"),
        application_root=config.get("APPLICATION_ROOT") or "/",
        scheme=config.get("PREFERRED_URL_SCHEME") or "http",
    )
    environ = build_environ(request, base)
    assert without_aside(environ) == without_aside(expected)
    assert environ["wsgi.input"].read() == expected["wsgi.input"].read()


path_text = st.text(
    alphabet=st.sampled_from("abc/é中😀%20+;=@:&'\"<>[]{}|\\^`~ .") | st.characters(exclude_categories=["C"])
)
header_names = st.sampled_from(
    ["X-A", "x-a", "X_A", "Accept", "Cookie", "Host", "Authorization", "If-None-Match"]
)
header_values = st.text(
    alphabet=st.characters(min_codepoint=32, max_codepoint=300, exclude_categories=["C"]), max_size=8
)


@settings(max_examples=examples(100))
@given(
    path=path_text.map(lambda text: "/" + text.replace("?", "").replace("#", "").lstrip("/")),
    query=path_text.map(lambda text: quote(text, safe="%/?&=;:@+[]")),
    headers=st.lists(st.tuples(header_names, header_values.map(str.strip)), max_size=4),
    body=st.none() | st.binary(max_size=20),
    content_type=st.sampled_from(["text/plain", "application/x-www-form-urlencoded; charset=utf-8", None]),
)
@example(path="/%", query="%", headers=[], body=None, content_type=None)
def test_any_environ_is_the_one_of_flasks_test_client(
    path: str, query: str, headers: list[tuple[str, str]], body: bytes | None, content_type: str | None
) -> None:
    if content_type:
        headers = [*headers, ("Content-Type", content_type)]
    request = RequestLine(
        method="POST", path=path, query_string=query, headers=tuple(headers), body=body, kind=BodyKind.RAW
    )
    environ = build_environ(request)
    expected = as_flask_builds_it(request)
    assert without_aside(environ) == without_aside(expected)
    assert environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace") == unquote(path)


@each("path", ["//user//alice", "///", "//a"])
def test_leading_slashes_belong_to_the_path_and_name_no_host(path: str) -> None:
    environ = build_environ(parse(["GET", path]))
    assert (environ["PATH_INFO"], environ["RAW_URI"], environ["HTTP_HOST"]) == (path, path, "localhost")


def test_the_body_is_a_fresh_stream() -> None:
    request = parse("POST /x --raw hi")
    first, second = build_environ(request), build_environ(request)
    assert isinstance(first["wsgi.input"], BytesIO)
    assert first["wsgi.input"].read() == b"hi" == second["wsgi.input"].read()


@each(
    ("line", "jar", "sent"),
    [
        ("GET /x", None, None),
        ("GET /x", "", None),
        ("GET /x", "a=1; b=2", "a=1; b=2"),
        ("GET /x Cookie:c=3", None, "c=3"),
        ("GET /x Cookie:a=9", "a=1; b=2", "a=9; a=1; b=2"),
        ("GET /x Cookie:", "a=1", None),
        ("GET /x cookie:", "a=1", None),
    ],
)
def test_typed_cookies_come_before_those_of_the_jar(line: str, jar: str | None, sent: str | None) -> None:
    environ = build_environ(parse(line), cookies=jar)
    assert environ.get("HTTP_COOKIE") == sent
    if sent and "a=9" in sent:
        assert Request(environ).cookies["a"] == "9"


@each(
    ("line", "missing"),
    [
        ("GET /x User-Agent:", "HTTP_USER_AGENT"),
        ("GET /x Host:", "HTTP_HOST"),
        ("POST /x a=1 Accept:", "HTTP_ACCEPT"),
        ("POST /x a=1 Content-Type:", "CONTENT_TYPE"),
    ],
)
def test_an_unset_header_is_not_sent(line: str, missing: str) -> None:
    assert missing not in build_environ(parse(line))


def test_the_user_agent_is_our_own_or_the_one_typed() -> None:
    assert build_environ(parse("GET /x"))["HTTP_USER_AGENT"] == "routelab"
    assert build_environ(parse("GET /x User-Agent:Bacon/1.0"))["HTTP_USER_AGENT"] == "Bacon/1.0"


def test_a_typed_content_length_does_not_lie_about_a_body() -> None:
    assert build_environ(parse("POST /x --raw hello Content-Length:99"))["CONTENT_LENGTH"] == "5"
