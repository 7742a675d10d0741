"""What a browser makes of an app's cookies: told where it is not what the app meant, and done by the jar.

Every attribute, from every kind of place, on both engines: a cookie comes back to the app exactly where the
news does not say that it stays away.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from routelab.cookies import CookieJar
from routelab.fates import Fate, HeldBack, Policy, Refusal
from routelab.lab import Lab
from routelab.record import Extent
from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.cookies import CookieHeldBack, CookieSet
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of

APP = """
from flask import Flask, Response, make_response, request, session

app = Flask(__name__)
app.secret_key = "k"

@app.post("/set")
@app.post("/shop/set")
def put():
    response = Response("set")
    for header in request.form.getlist("cookie"):
        response.headers.add("Set-Cookie", header)
    return response

@app.get("/")
@app.get("/shop/cart")
def seen():
    return dict(request.cookies)

@app.get("/out")
def out():
    response = make_response("out")
    for name in ("cart", "never"):
        response.delete_cookie(name)
    return response
"""
PLACES = ("http://localhost", "http://shop.test", "https://shop.test", "http://127.0.0.1:5000")
# A cookie, and what a browser says of it at each of the places: a letter of REFUSED, or "." where it is kept.
COOKIES = {
    "a=1": "....",
    "a=1; Secure": ".s..",
    "a=1; SameSite=None": "nnnn",
    "a=1; SameSite=None; Secure": ".s..",
    "a=1; SameSite=Lax": "....",
    "a=1; Domain=shop.test": "d..d",
    "a=1; Domain=other.test": "dddd",
    "a=1; Domain=test": "pppp",
    "__Secure-a=1": "2222",
    "__Host-a=1; Path=/": "3333",
    "__Host-a=1; Path=/; Secure": ".s..",
    f"a={'x' * 4095}": "....",
    f"a={'x' * 4096}": "LLLL",
    f"{'a' * 4090}=xxxxxxx": "LLLL",
}
REFUSED = {
    "s": (Refusal.SECURE, "Secure"),
    "n": (Refusal.SAME_SITE_NONE, "SameSite=None"),
    "d": (Refusal.DOMAIN, "is for"),
    "p": (Refusal.PUBLIC_DOMAIN, "test"),
    "2": (Refusal.SECURE_PREFIX, "__Secure-"),
    "3": (Refusal.HOST_PREFIX, "__Host-"),
    "L": (Refusal.TOO_LARGE, "4,097"),
}
CASES = [
    (header, place, letter)
    for header, letters in COOKIES.items()
    for place, letter in zip(PLACES, letters, strict=True)
]


def screen(trace: Trace) -> list[str]:
    return [line.strip() for line in lines(trace_blocks(trace))]


def set_by(lab: Lab, url: str, *headers: str) -> tuple[CookieSet, ...]:
    fields = " ".join(f"cookie='{header}'" for header in headers)
    trace = lab.send(f"POST {url} {fields} -f")
    checked(trace)
    news = tuple(each for each in trace.cookies if isinstance(each, CookieSet))
    for each in news:
        assert (each.text in screen(trace)) is each.telling
    return news


def seen_by(lab: Lab, url: str) -> tuple[dict[str, str], Trace]:
    trace = lab.send(f"GET {url}")
    checked(trace)
    assert trace.response is not None
    return json.loads(trace.response.body), trace


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cookie_comes_back_exactly_where_no_browser_refuses_it(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for header, place, letter in CASES:
            lab.cookies = CookieJar(Policy.BROWSER)
            (news,) = set_by(lab, f"{place}/set", header)
            back, _ = seen_by(lab, f"{place}/")
            name = header.partition("=")[0]
            assert (name in back) is (letter == "."), (header, place)
            if letter == ".":
                assert (news.fate, news.refusal) == (Fate.KEPT, None)
                # A Secure cookie over http is kept only where the host is the browser's own machine.
                assert news.telling is ("Secure" in header and place.startswith("http:"))
                continue
            refusal, word = REFUSED[letter]
            assert (news.fate, news.refusal, news.telling) == (Fate.REFUSED, refusal, True)
            assert word in news.text
            assert "browser refuses" in news.text


@pytest.mark.parametrize("engine", ENGINES)
def test_flasks_client_takes_all_and_a_browsers_refusal_is_told(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for header, place, letter in CASES:
            lab.cookies = CookieJar(Policy.FLASK)
            (news,) = set_by(lab, f"{place}/set", header)
            assert news.fate is Fate.KEPT
            assert news.refusal is (REFUSED[letter][0] if letter != "." else None)
            if news.refusal is not None:
                assert "Flask's test client accepts this cookie; a browser refuses it" in news.text
            host = place.partition("://")[2].partition(":")[0]
            domain = header.partition("Domain=")[2].partition(";")[0] or host
            back, _ = seen_by(lab, f"{place}/")
            assert bool(back) is (host == domain or host.endswith(f".{domain}"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("header", "set_at", "asked", "reason"),
    [
        ("a=1; Path=/admin", "http://localhost/set", "http://localhost/", HeldBack.PATH),
        ("a=1", "http://localhost/shop/set", "http://localhost/", HeldBack.PATH),
        ("a=1; Path=/shop", "http://localhost/set", "http://localhost/shop/cart", None),
        ("a=1", "http://localhost/set", "http://shop.test/", HeldBack.DOMAIN),
        ("a=1; Domain=shop.test", "http://shop.test/set", "http://www.shop.test/", None),
        ("a=1", "http://shop.test/set", "http://www.shop.test/", HeldBack.DOMAIN),
        ("a=1; Secure", "https://shop.test/set", "http://shop.test/", HeldBack.SECURE),
        ("a=1; Secure", "https://shop.test/set", "https://shop.test/", None),
        ("a=1; Max-Age=1", "http://localhost/set", "http://localhost/", HeldBack.EXPIRED),
    ],
)
def test_a_cookie_that_stays_behind_says_why(
    tmp_path: Path, engine: str, header: str, set_at: str, asked: str, reason: HeldBack | None
) -> None:
    now = [1_900_000_000.0]
    with lab_of(tmp_path, APP, engine) as lab:
        lab._clock = lambda: now[0]
        set_by(lab, set_at, header)
        now[0] += 60
        back, trace = seen_by(lab, asked)
        assert bool(back) is (reason is None)
        news = [each for each in trace.cookies if isinstance(each, CookieHeldBack)]
        assert [each.reason for each in news] == ([] if reason is None else [reason])
        for each in news:
            assert each.text in screen(trace)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("kept", "missed"),
    [
        ("cart=1; Path=/", False),
        ("cart=1; Path=/shop", True),
        ("cart=1; Domain=shop.test; Path=/", True),
    ],
)
def test_a_deletion_that_misses_names_the_cookie_that_stays(
    tmp_path: Path, engine: str, kept: str, missed: bool
) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        set_by(lab, "http://shop.test/set", kept)
        trace = lab.send("GET http://shop.test/out")
        cart, never = (each for each in trace.cookies if isinstance(each, CookieSet))
        assert cart.fate is (Fate.DELETION_MISSED if missed else Fate.DELETED)
        assert never.fate is Fate.DELETION_MISSED
        assert cart.telling is missed
        if missed:
            assert "deletes nothing" in cart.text
            assert kept.partition("=")[2].partition("=")[2].partition(";")[0] in cart.text
        assert never.text == "this deletes nothing: no cookie of this name is kept"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_deletion_of_a_cookie_that_was_typed_is_no_miss(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        trace = lab.send("GET /out Cookie:cart=1")
        assert [
            each.cookie.name for each in trace.cookies if isinstance(each, CookieSet) and each.cookie
        ] == ["never"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("attribute", "told"),
    [("Path=shop", True), ("Max-Age=soon", True), ("SameSite=Always", True), ("Priority=High", False)],
)
def test_an_attribute_that_does_not_count_is_told(
    tmp_path: Path, engine: str, attribute: str, told: bool
) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        (news,) = set_by(lab, "/set", f"a=1; {attribute}")
        assert news.telling is told
        assert ("has no effect" in news.text) is told


SESSION = """
from flask import Flask, session

app = Flask(__name__)
app.secret_key = "k"
app.config["{setting}"] = {value!r}

@app.get("/in")
def log_in():
    session["user"] = "ann"
    return "in"

@app.get("/me")
def me():
    return str(session.get("user"))
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("setting", "value", "host", "comes_back", "told"),
    [
        ("SESSION_COOKIE_SECURE", True, "http://shop.test", False, True),
        ("SESSION_COOKIE_SECURE", True, "https://shop.test", True, False),
        ("SESSION_COOKIE_SECURE", True, "", True, True),  # localhost: kept, and not anywhere else
        ("SESSION_COOKIE_DOMAIN", "shop.test", "", False, True),
        ("SESSION_COOKIE_DOMAIN", "shop.test", "http://shop.test", True, False),
        ("SESSION_COOKIE_SAMESITE", "None", "", False, True),
        ("SESSION_COOKIE_SAMESITE", "Lax", "", True, False),
        ("SESSION_COOKIE_NAME", "__Host-session", "https://shop.test", False, True),
    ],
)
def test_a_session_that_never_comes_back_says_why(
    tmp_path: Path, engine: str, setting: str, value: object, host: str, comes_back: bool, told: bool
) -> None:
    with lab_of(tmp_path, SESSION.format(setting=setting, value=value), engine) as lab:
        (news,) = lab.send(f"GET {host}/in").cookies
        assert news.telling is told
        response = lab.send(f"GET {host}/me").response
        assert response is not None
        assert response.body == (b"ann" if comes_back else b"None")


def test_both_engines_tell_alike(tmp_path: Path) -> None:
    told = []
    for engine in ENGINES:
        with lab_of(tmp_path, APP, engine) as lab:
            news = [set_by(lab, f"{place}/set", header) for place, header in product(PLACES, COOKIES)]
            told.append([each.to_json(Extent.TOLD) for one in news for each in one])
    assert told[0] == told[1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("host", "domain", "told"),
    [
        ("shop.co.uk", "co.uk", True),
        ("shop.com.au", ".com.au", True),
        ("www.shop.co.uk", "shop.co.uk", False),
        ("www.example.com", "example.com", False),
        ("shop.co.uk", "shop.co.uk", False),
    ],
)
def test_a_domain_that_may_be_a_public_suffix_is_told(
    tmp_path: Path, engine: str, host: str, domain: str, told: bool
) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        (news,) = set_by(lab, f"http://{host}/set", f"a=1; Domain={domain}")
        assert news.telling is told
        assert ("public suffix" in news.text) is told


ROOTS = """
from flask import Flask, session
app = Flask(__name__)
app.secret_key = "k"
app.config["APPLICATION_ROOT"] = {root!r}
@app.get("/")
def home():
    session["seen"] = True
    return "home"
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("root", "more", "told"),
    [
        ("/", "", False),
        ("/shop", "", True),
        ("/shop/", "", True),
        ("/shop", 'app.config["SESSION_COOKIE_PATH"] = "/"\n', False),
    ],
)
def test_a_session_below_application_root_is_told(
    tmp_path: Path, engine: str, root: str, more: str, told: bool
) -> None:
    with lab_of(tmp_path, ROOTS.format(root=root) + more, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    (news,) = trace.cookies
    assert news.telling is told
    assert ("only where a server really has the app at /shop" in news.text) is told
