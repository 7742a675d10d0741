from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from routelab.environ import Base, build_environ
from routelab.errors import RoutelabError
from routelab.redirects import REDIRECTS, RedirectRefusedError, next_hop
from routelab.requestline.parsing import parse
from tables import each

ASIDE = {"wsgi.input", "wsgi.errors", "HTTP_USER_AGENT", "werkzeug.request"}


class Redirecting:
    """A WSGI app: `/go` answers with a redirect of the given status and Location, all else with 200."""

    def __init__(self, status: int, location: str) -> None:
        self.status, self.location = status, location
        self.arrived: dict[str, Any] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/go":
            start_response(f"{self.status} Redirect", [("Location", self.location)])
        else:
            self.arrived = environ | {"body": environ["wsgi.input"].read()}
            start_response("200 OK", [])
        return []


REDIRECTED = [
    "GET /go",
    "HEAD /go",
    "POST /go name=ann -f",
    "PUT /go a=1 X-Token:7",
    "DELETE /go",
    "POST /go f=1 --multipart Transfer-Encoding:x",
    "GET /go?page=1 -a ann:secret",
    "GET /go Host:other.example",
    "GET https://example.com:8443/go",
]
LOCATIONS = [
    "/next",
    "/next?q=a%20b&c",
    "/näxt/%C3%BC",
    "/next#part",
    "/next/?",
    "http://localhost/next",
    "https://localhost/next",
    "http://localhost:5000/next",
    "http://example.com/next",
    "http://other.example/next",
    "http://sub.localhost/next",
    "//elsewhere.example/x",
]


@each("root", ["/", "/app"])
@each("location", LOCATIONS)
@each("line", REDIRECTED)
def test_the_next_hop_is_the_one_of_werkzeugs_client(line: str, location: str, root: str) -> None:
    if root != "/":
        location = location.replace("/n", "/app/n")
    request, base = parse(line), Base(application_root=root)
    for status in REDIRECTS:
        app = Redirecting(status, location)
        environ = build_environ(request, base)
        try:
            Client(app, use_cookies=False).open(environ, follow_redirects=True)
        except RuntimeError:
            with pytest.raises(RedirectRefusedError):
                next_hop(request, status, location, base)
            continue
        ours = build_environ(next_hop(request, status, location, base), base)
        theirs = app.arrived
        assert ours["wsgi.input"].read() == theirs.pop("body"), status
        assert _comparable(ours) == _comparable(theirs), status


def _comparable(environ: dict[str, Any]) -> dict[str, Any]:
    """Leave out what Werkzeug's client forgets (the address) or builds anew (the raw URI, a length of 0)."""
    forgotten = ("RAW_URI", "REQUEST_URI", "REMOTE_ADDR")
    kept = {key: value for key, value in environ.items() if key not in ASIDE and key not in forgotten}
    return {key: value for key, value in kept.items() if (key, value) != ("CONTENT_LENGTH", "0")}


@each(
    ("line", "location", "url"),
    [
        ("GET /user/alice", "edit", "GET /user/edit"),
        ("GET /user/alice", "?tab=posts", "GET '/user/alice?tab=posts'"),
        ("GET /user/alice", "../x", "GET /x"),
        ("GET /user/", "./alice", "GET /user/alice"),
        ("GET /x?a=1", "", "GET '/x?a=1'"),
        ("GET /x", "http://LOCALHOST/y", "GET http://LOCALHOST/y"),
        ("GET /x -F --max-redirects 3", "/y", "GET /y -F --max-redirects 3"),
        ("GET http://a.example/x", "/y", "GET http://a.example/y"),
        ("GET /x", "http://localhost/y", "GET /y"),
        ("GET /x", "/y z", "GET '/y z'"),
        ("GET https://a.example/x", "//a.example/y", "GET https://a.example/y"),
    ],
)
def test_a_location_is_resolved_as_browsers_do(line: str, location: str, url: str) -> None:
    assert next_hop(parse(line), 302, location) == parse(url)


def test_a_307_sends_the_same_request_again_and_a_302_does_not() -> None:
    request = parse("POST /login name=ann X-Token:7")
    assert next_hop(request, 307, "/in") == parse("POST /in name=ann X-Token:7")
    assert next_hop(request, 302, "/in") == parse("GET /in X-Token:7 'Accept:application/json, */*;q=0.5'")


@each(
    ("location", "named"),
    [
        ("https://example.com/login", "network"),
        ("mailto:ann@example.com", "network"),
        ("javascript:alert(1)", "network"),
        ("http://sub.localhost/x", "network"),
        ("http://localhost:port/x", "port"),
        ("http://[bad/x", "IPv6"),
        ("/a\x07b", "control character"),
        ("/a\x1b[31mb", "control character"),
    ],
)
def test_a_redirect_that_leaves_is_refused_with_its_reason(location: str, named: str) -> None:
    with pytest.raises(RedirectRefusedError) as caught:
        next_hop(parse("GET /x"), 302, location)
    error = caught.value
    assert isinstance(error, RoutelabError)
    assert named in error.reason
    assert str(error).isprintable()


def test_a_redirect_out_of_the_application_root_is_refused() -> None:
    assert next_hop(parse("GET /x"), 302, "/app", Base(application_root="/app")) == parse("GET /")
    for location in ("/x", "/application", "/"):
        with pytest.raises(RedirectRefusedError, match="APPLICATION_ROOT"):
            next_hop(parse("GET /x"), 302, location, Base(application_root="/app"))
