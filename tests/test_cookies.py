from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import dump_cookie
from werkzeug.test import Client

from effort import examples
from routelab.cookies import CookieJar
from tables import each

NOW = 1_700_000_000.0  # 2023-11-14


class Werkzeugs:
    """Werkzeug's own test client over an app that sets what it is told and notes the cookies it got."""

    def __init__(self) -> None:
        self.client = Client(self.app)
        self.to_set: list[str] = []
        self.got: str | None = None

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.got = environ.get("HTTP_COOKIE")
        start_response("200 OK", [("Set-Cookie", header) for header in self.to_set])
        return []

    def visit(self, host: str, path: str, to_set: list[str]) -> str | None:
        self.to_set = to_set
        self.client.open(path, base_url=f"http://{host}/")
        return self.got


def visit(jar: CookieJar, host: str, path: str, to_set: list[str]) -> str | None:
    sent = jar.sending(host, path, now=NOW).header
    jar.store(host, path, to_set, NOW)
    return sent


Visit = tuple[str, str, list[str]]
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"

# what each visit sets; the Cookie header of every visit must be the one that Werkzeug's client sends
SEQUENCES: list[list[Visit]] = [
    [("localhost", "/", ["a=1"]), ("localhost", "/", []), ("localhost", "/deep/er", [])],
    [("localhost", "/", ["a=1", "b=2"]), ("localhost", "/", ["a=3"]), ("localhost", "/", [])],
    [
        ("localhost", "/", ["a=1; Path=/"]),
        ("localhost", "/", ["a=; Max-Age=0; Path=/"]),
        ("localhost", "/", []),
    ],
    [("localhost", "/", ["a=1"]), ("localhost", "/", [f"a=; Expires={EPOCH}"]), ("localhost", "/", [])],
    [("localhost", "/", ["a=1"]), ("localhost", "/", ["a=; Max-Age"]), ("localhost", "/", [])],
    [
        ("localhost", "/", ["a=1; Max-Age=60", "b=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT"]),
        ("localhost", "/", []),
    ],
    [("localhost", "/shop/cart", ["a=1"]), ("localhost", "/shop", []), ("localhost", "/shop/x", [])],
    [("localhost", "/shop/", ["a=1"]), ("localhost", "/shop", []), ("localhost", "/shopping", [])],
    [("localhost", "/", ["a=1; Path=/shop"]), ("localhost", "/shop", []), ("localhost", "/shop/x", [])],
    [("localhost", "/", ["a=1; Path=/shop/"]), ("localhost", "/shop", []), ("localhost", "/shop/x", [])],
    [("localhost", "/", ["a=1; Path=/shop"]), ("localhost", "/shopping", []), ("localhost", "/", [])],
    [("localhost", "/", ["a=1", "a=2; Path=/x"]), ("localhost", "/x", []), ("localhost", "/", [])],
    [("localhost", "/", ["a=1; Path=nowhere"]), ("localhost", "/", [])],
    [("localhost", "/x", ["a=1; Path="]), ("localhost", "/", [])],
    [
        ("example.com", "/", ["a=1"]),
        ("example.com", "/", []),
        ("sub.example.com", "/", []),
        ("other.com", "/", []),
    ],
    [
        ("example.com", "/", ["a=1; Domain=example.com"]),
        ("sub.example.com", "/", []),
        ("badexample.com", "/", []),
    ],
    [
        ("sub.example.com", "/", ["a=1; Domain=example.com"]),
        ("example.com", "/", []),
        ("sub.example.com", "/", []),
    ],
    [("example.com", "/", ["a=1; Domain="]), ("sub.example.com", "/", [])],
    [("localhost", "/", ["a=1; Domain=other.com"]), ("localhost", "/", []), ("other.com", "/", [])],
    [("localhost:5000", "/", ["a=1"]), ("localhost", "/", []), ("localhost:81", "/", [])],
    [("LocalHost", "/", ["a=1"]), ("localhost", "/", [])],
    [("localhost", "/", ["a=1; Secure; HttpOnly; SameSite=Lax"]), ("localhost", "/", [])],
    [("localhost", "/", ["a = 1 ;Path = / ; PATH=/x"]), ("localhost", "/x", [])],
    [("localhost", "/", ['a="x y"', "b=c=d", "e", 'f="x\\054y"']), ("localhost", "/", [])],
    [("localhost", "/", [dump_cookie("ü", "ä; b"), dump_cookie("k", 'q"q')]), ("localhost", "/", [])],
    [
        ("localhost", "/", ["a=1", "b=2", "c=3"]),
        ("localhost", "/", ["b=; Max-Age=0", "a=9", "d=4"]),
        ("localhost", "/", []),
    ],
]


@each("visits", SEQUENCES)
def test_the_cookies_sent_are_those_of_werkzeugs_client(visits: list[Visit]) -> None:
    jar, theirs = CookieJar(), Werkzeugs()
    assert [visit(jar, *each) for each in visits] == [theirs.visit(*each) for each in visits]


set_cookie = st.builds(
    "{}={}{}".format,
    st.sampled_from(["a", "b", "session"]),
    st.sampled_from(["1", "2", "", "x=y"]),
    st.lists(
        st.sampled_from(
            [
                "; Path=/",
                "; Path=/x",
                "; Path=/x/",
                "; Domain=example.com",
                "; Domain=sub.example.com",
                "; Max-Age=0",
                "; Max-Age=60",
                f"; Expires={EPOCH}",
                "; Secure",
                "; HttpOnly",
            ]
        ),
        max_size=2,
        unique=True,
    )
    .filter(lambda attributes: len([each for each in attributes if "Max" in each or "Exp" in each]) < 2)
    .map("".join),
)
visits = st.tuples(
    st.sampled_from(["example.com", "sub.example.com", "deep.sub.example.com:81", "localhost"]),
    st.sampled_from(["/", "/x", "/x/", "/x/y", "/xy"]),
    st.lists(set_cookie, max_size=3),
)


@settings(max_examples=examples(60))
@given(st.lists(visits, max_size=8))
def test_any_visits_send_the_cookies_of_werkzeugs_client(sequence: list[Visit]) -> None:
    jar, theirs = CookieJar(), Werkzeugs()
    assert [visit(jar, *each) for each in sequence] == [theirs.visit(*each) for each in sequence]


@each(
    ("attributes", "lasts"),
    [
        ("Max-Age=60", 60),
        ("Max-Age=-1", 0),
        ("Max-Age=0", 0),
        ("Max-Age=soon", None),
        ("Max-Age=" + "9" * 400, None),
        ("Expires=Tue, 14 Nov 2023 22:14:20 GMT", 60),
        ("Expires=Tue, 14 Nov 2023 22:00:00 GMT", 0),
        ("Expires=whenever", None),
        ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("Max-Age=0; Expires=Wed, 01 Jan 2031 00:00:00 GMT", 0),
        ("HttpOnly", None),
    ],
)
def test_a_cookie_lasts_as_long_as_it_says(attributes: str, lasts: int | None) -> None:
    jar = CookieJar()
    jar.store("localhost", "/", [f"a=1; {attributes}"], NOW)
    assert len(jar) == (0 if lasts == 0 else 1)
    if lasts is None:
        assert jar.sending("localhost", "/", now=NOW + 1e9).header == "a=1"
    elif lasts:
        assert jar.sending("localhost", "/", now=NOW + lasts - 1).header == "a=1"
        assert jar.sending("localhost", "/", now=NOW + lasts).header is None
        assert len(jar) == 0


@each("path", ["/ü/x", "/%C3%BC/x", "/%c3%bc"])
def test_a_path_is_the_same_encoded_or_not(path: str) -> None:
    jar = CookieJar()
    jar.store("localhost", "/", [dump_cookie("a", "1", path="/ü")], NOW)
    assert jar.sending("localhost", path).header == "a=1"
    assert jar.sending("localhost", "/u").header is None


@each("header", ["", "=1", "; Path=/", " =x"])
def test_a_header_that_names_no_cookie_is_ignored(header: str) -> None:
    jar = CookieJar()
    jar.store("localhost", "/", [header], NOW)
    assert len(jar) == 0
    assert jar.sending("localhost", "/").header is None


def test_a_name_that_werkzeug_cannot_read_is_kept_as_browsers_do() -> None:
    jar = CookieJar()
    jar.store("localhost", "/", ["ä=1", "a b=2"], NOW)
    assert jar.sending("localhost", "/").header == "ä=1; a b=2"


def test_the_jar_lists_what_it_holds() -> None:
    jar = CookieJar()
    jar.store(
        "example.com", "/shop/cart", [dump_cookie("ü", "1", secure=True, samesite="Lax", max_age=5)], NOW
    )
    (cookie,) = jar
    assert (cookie.key, cookie.name, cookie.value) == ("ü", "Ã¼", "1")
    assert (cookie.domain, cookie.host_only, cookie.path) == ("example.com", True, "/")
    assert (cookie.expires, cookie.secure, cookie.http_only, cookie.same_site) == (
        NOW + 5,
        True,
        False,
        "Lax",
    )


def test_ipv6_hosts_keep_their_cookies() -> None:
    jar = CookieJar()
    jar.store("[::1]:5000", "/", ["a=1"], NOW)
    assert jar.sending("[::1]", "/").header == "a=1"
