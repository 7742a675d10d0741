"""The jar as a browser has it: tables of what is kept, of what is sent, and of the reasons for the rest."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.http import http_date, parse_date
from werkzeug.http import parse_cookie as werkzeugs_parse_cookie

from routelab.cookies import CookieJar, Stored
from routelab.fates import Fate, HeldBack, Policy, Refusal
from routelab.setcookie import parse_cookie
from tables import each

NOW = 1_700_000_000.0  # 2023-11-14
DAY = 24 * 60 * 60
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


def store(jar: CookieJar, url: str, header: str, now: float = NOW) -> Stored:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    (stored,) = jar.store(host, slash + path or "/", [header], now, scheme=scheme)
    return stored


def sent(jar: CookieJar, url: str, now: float | None = NOW) -> str | None:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return jar.sending(host, slash + path or "/", now, scheme=scheme).header


# What becomes of a cookie: one letter for each of the places that set it.
MEANING: dict[str, Refusal | bool] = {
    "k": True,  # kept, for this host alone
    "d": False,  # kept, for the domain and the hosts below it
    "s": Refusal.SECURE,
    "n": Refusal.SAME_SITE_NONE,
    "m": Refusal.DOMAIN,
    "p": Refusal.PUBLIC_DOMAIN,
    "S": Refusal.SECURE_PREFIX,
    "H": Refusal.HOST_PREFIX,
}
PLACES = (
    "http://localhost:5000",
    "https://localhost",
    "http://127.0.0.1:5000",
    "http://[::1]:5000",
    "http://shop.localhost",
    "http://example.com",
    "https://example.com",
    "wss://sub.example.com",
    "http://192.168.0.1",
)
KEPT = {
    # own machine   example.com   an address
    "a=1": "kkkkk kkk k",
    "a=1; HttpOnly": "kkkkk kkk k",
    "a=1; Secure": "kkkkk skk s",
    "a=1; secure=no; PATH=/": "kkkkk skk s",
    "a=1; SameSite=Lax": "kkkkk kkk k",
    "a=1; SameSite=Strict": "kkkkk kkk k",
    "a=1; SameSite=Whatever": "kkkkk kkk k",
    "a=1; SameSite=None": "nnnnn nnn n",
    "a=1; SameSite=none; Secure": "kkkkk skk s",
    "a=1; Partitioned; Secure; Path=/": "kkkkk skk s",
    "a=1; Domain": "kkkkk kkk k",
    "a=1; Domain=": "kkkkk kkk k",
    "a=1; Domain=.": "kkkkk kkk k",
    "a=1; Domain=localhost": "kkppp ppp p",
    "a=1; Domain=localhost:5000": "mmmmm mmm m",
    "a=1; Domain=com": "ppppp ppp p",
    "a=1; Domain=.com": "ppppp ppp p",
    "a=1; Domain=example.com": "mmmmm ddd m",
    "a=1; Domain=.EXAMPLE.com": "mmmmm ddd m",
    "a=1; Domain=sub.example.com": "mmmmm mmd m",
    "a=1; Domain=ample.com": "mmmmm mmm m",
    "a=1; Domain=other.com": "mmmmm mmm m",
    "a=1; Domain=shop.localhost": "mmmmd mmm m",
    "a=1; Domain=127.0.0.1": "mmdmm mmm m",
    "a=1; Domain=168.0.1": "mmmmm mmm m",
    "a=1; Domain=other.com; Domain=example.com": "mmmmm ddd m",
    "__Secure-a=1": "SSSSS SSS S",
    "__SECURE-a=1; Secure": "kkkkk skk s",
    "__Secure-a=1; Secure; Domain=example.com": "mmmmm sdd m",
    "__Host-a=1": "HHHHH HHH H",
    "__Host-a=1; Secure": "HHHHH sHH s",
    "__Host-a=1; Secure; Path=/": "kkkkk skk s",
    "__host-a=1; Secure; Path=/x": "HHHHH sHH s",
    "__Host-a=1; Secure; Path=/; Domain=example.com": "mmmmm sHH m",
    "__Host-a=1; Secure; Path=/; SameSite=None": "kkkkk skk s",
    "=__Host-a; Secure; Path=/": "HHHHH sHH s",
    "__Hostess=1": "kkkkk kkk k",
}
KEPT_CASES = [
    (header, place, letter)
    for header, letters in KEPT.items()
    for place, letter in zip(PLACES, letters.replace(" ", ""), strict=True)
]


@each(("header", "place", "letter"), KEPT_CASES)
def test_a_cookie_is_kept_or_refused_for_a_reason(header: str, place: str, letter: str) -> None:
    jar = CookieJar(Policy.BROWSER)
    stored = store(jar, f"{place}/", header)
    meaning = MEANING[letter]
    assert stored.cookie is not None
    if isinstance(meaning, Refusal):
        assert (stored.fate, stored.refusal, len(jar)) == (Fate.REFUSED, meaning, 0)
        return
    assert (stored.fate, stored.refusal, stored.cookie.host_only) == (Fate.KEPT, None, meaning)
    assert tuple(jar) == (stored.cookie,)
    assert sent(jar, f"{place}/") == header.partition(";")[0]


@each(("header", "place", "letter"), KEPT_CASES)
def test_flasks_client_refuses_nothing(header: str, place: str, letter: str) -> None:
    stored = store(CookieJar(), f"{place}/", header)
    assert stored.fate is (Fate.REFUSED if header.startswith("=") else Fate.KEPT)


REQUESTS = (
    "http://example.com/",
    "https://example.com/",
    "http://sub.example.com/",
    "https://sub.example.com/",
    "https://badexample.com/",
    "http://localhost/",
    "http://localhost:81/",
    "https://localhost/",
    "http://shop.localhost/",
)
FROM_HOST = {  # "+" sent, "d" another domain, "s" Secure and not over TLS
    ("https://example.com/", ""): "++ddd dddd",
    ("https://example.com/", "Secure"): "s+ddd dddd",
    ("https://example.com/", "Domain=example.com"): "++++d dddd",
    ("https://example.com/", "Domain=example.com; Secure"): "s+s+d dddd",
    ("https://sub.example.com/", "Domain=example.com"): "++++d dddd",
    ("https://sub.example.com/", ""): "dd++d dddd",
    ("http://localhost:5000/", ""): "ddddd +++d",
    ("http://localhost:5000/", "Secure"): "ddddd +++d",
    ("http://localhost:5000/", "Domain=localhost"): "ddddd +++d",
    ("http://shop.localhost/", "Secure"): "ddddd ddd+",
}
HOST_CASES = [
    (place, attributes, request, letter)
    for (place, attributes), letters in FROM_HOST.items()
    for request, letter in zip(REQUESTS, letters.replace(" ", ""), strict=True)
]


@each(("place", "attributes", "request_url", "letter"), HOST_CASES)
def test_a_cookie_is_sent_to_its_domain_and_over_its_scheme(
    place: str, attributes: str, request_url: str, letter: str
) -> None:
    jar = CookieJar(Policy.BROWSER)
    assert store(jar, place, f"a=1; {attributes}").fate is Fate.KEPT
    scheme, _, rest = request_url.partition("://")
    sending = jar.sending(rest.rstrip("/"), "/", NOW, scheme=scheme)
    reasons = {"+": None, "d": HeldBack.DOMAIN, "s": HeldBack.SECURE}
    assert sending.held_back == (() if letter == "+" else ((*jar, reasons[letter]),))
    assert sending.header == ("a=1" if letter == "+" else None)
    assert sending.sent == (tuple(jar) if letter == "+" else ())


PATHS = ("/", "/shop", "/shop/", "/shop/cart", "/shopping", "/Shop", "/%C3%BC", "/ü/x")
FROM_PATH = {  # by the page that sets it and its Path: the pages that get it
    ("/", None): "++++++++",
    ("/", "/"): "++++++++",
    ("/shop", None): "++++++++",
    ("/shop/cart", None): "-+++----",
    ("/shop/", None): "-+++----",
    ("/", "/shop"): "-+++----",
    ("/", "/shop/"): "--++----",
    ("/elsewhere", "/shop"): "-+++----",
    ("/shop/cart", "shop"): "-+++----",
    ("/shop/cart", ""): "-+++----",
    ("/", "/Shop"): "-----+--",
    ("/", "/%C3%BC"): "------++",
    ("/ü/", None): "------++",
    ("/", "/%c3%bc"): "--------",
}
PATH_CASES = [
    (page, path, request, letter)
    for (page, path), letters in FROM_PATH.items()
    for request, letter in zip(PATHS, letters, strict=True)
]


@each(("page", "path", "request_path", "letter"), PATH_CASES)
def test_a_cookie_is_sent_below_its_path(page: str, path: str | None, request_path: str, letter: str) -> None:
    jar = CookieJar(Policy.BROWSER)
    jar.store("localhost", page, ["a=1" if path is None else f"a=1; Path={path}"], NOW)
    sending = jar.sending("localhost", request_path, NOW)
    assert sending.header == ("a=1" if letter == "+" else None)
    assert sending.held_back == (() if letter == "+" else ((*jar, HeldBack.PATH),))


@each(("name", "total"), list(itertools.product((0, 1, 100, 4_000), (100, 4_095, 4_096, 4_097, 20_000))))
def test_name_and_value_have_at_most_4096_bytes(name: int, total: int) -> None:
    pair = f"{'n' * min(name, total)}={'v' * max(0, total - name)}"
    kept = Fate.KEPT if max(name, total) <= 4_096 else Fate.REFUSED
    attributes = "; Path=/; HttpOnly; Max-Age=60"
    stored = store(CookieJar(Policy.BROWSER), "http://localhost/", pair + attributes)
    assert (stored.fate, stored.refusal) == (kept, None if kept is Fate.KEPT else Refusal.TOO_LARGE)


def test_bytes_are_counted_as_they_are_sent() -> None:
    jar = CookieJar(Policy.BROWSER)
    two_bytes_each = "ü".encode().decode("latin-1")
    assert store(jar, "http://localhost/", f"a={two_bytes_each * 2_047}").fate is Fate.KEPT
    assert store(jar, "http://localhost/", f"a={two_bytes_each * 2_048}").refusal is Refusal.TOO_LARGE


@each("length", [1_000, 1_023, 1_024, 1_025, 5_000])
def test_a_longer_attribute_is_as_if_it_was_not_there(length: int) -> None:
    path = f"/{'p' * (length - 1)}"
    stored = store(CookieJar(Policy.BROWSER), "http://localhost/", f"a=1; Path={path}")
    assert stored.cookie is not None
    assert stored.cookie.path == (path if length <= 1_024 else "/")
    assert stored.ignored == (() if length <= 1_024 else (("path", path),))


AGES = {
    "": None,
    "Max-Age=60": 60,
    "Max-Age=0": 0,
    "Max-Age=-1": 0,
    "Max-Age": None,
    "Max-Age=1.5": None,
    "Max-Age=+60": None,
    "Max-Age=60s": None,
    "Max-Age=٣": None,
    "Max-Age=60; Max-Age=soon": 60,
    "Max-Age=60; Max-Age=120": 120,
    f"Max-Age={400 * DAY}": 400 * DAY,
    f"Max-Age={401 * DAY}": 400 * DAY,
    "Max-Age=" + "9" * 1_000: 400 * DAY,
    "Max-Age=" + "9" * 5_000: None,
    "Max-Age=-" + "9" * 1_000: 0,
    "Expires=Tue, 14 Nov 2023 22:14:20 GMT": 60,
    "Expires=Tue, 14-Nov-23 22:14:20 GMT": 60,
    "Expires=Tue Nov 14 22:14:20 2023": 60,
    "Expires=14 Nov 2023 22:14:20 +0900": 60,
    "Expires=22:14:20 14 november 23": 60,
    f"Expires={EPOCH}": 0,
    "Expires=Tue, 14 Nov 2023": None,
    "Expires=Tue, 31 Feb 2024 00:00:00 GMT": None,
    "Expires=Tue, 14 Nov 2023 25:14:20 GMT": None,
    "Expires=Tue, 14 Nov 1600 22:14:20 GMT": None,
    "Expires=0": None,
    "Expires=Fri, 31 Dec 9999 23:59:59 GMT": 400 * DAY,
    f"Max-Age=60; Expires={EPOCH}": 60,
    f"Expires={EPOCH}; Max-Age=60": 60,
    f"Expires={EPOCH}; Max-Age=soon": 0,
    "Max-Age=0; Expires=Wed, 01 Jan 2031 00:00:00 GMT": 0,
}


@each(("attributes", "lasts"), AGES.items())
def test_a_cookie_lasts_as_long_as_a_browser_keeps_it(attributes: str, lasts: int | None) -> None:
    jar = CookieJar(Policy.BROWSER)
    stored = store(jar, "http://localhost/", f"a=1; {attributes}")
    if lasts == 0:
        assert (stored.fate, len(jar)) == (Fate.DELETION_MISSED, 0)
        return
    assert stored.fate is Fate.KEPT
    assert stored.cookie is not None
    assert stored.cookie.expires == (None if lasts is None else NOW + lasts)
    if lasts:
        (cookie,) = jar
        assert jar.sending("localhost", "/", NOW + lasts - 1).header == "a=1"
        assert jar.sending("localhost", "/", NOW + lasts).held_back == ((cookie, HeldBack.EXPIRED),)
        assert len(jar) == 0


@each("policy", Policy)
@each(
    ("header", "fate", "left"),
    [
        ("a=; Max-Age=0", Fate.DELETED, "a=2"),
        ("a=; Max-Age=0; Path=/", Fate.DELETED, "a=2"),
        (f"a=; Expires={EPOCH}; Path=/shop", Fate.DELETED, "a=1"),
        ("a=; Max-Age=0; Path=/sh", Fate.DELETION_MISSED, "a=2; a=1"),
        ("a=; Max-Age=0; Path=/shop/", Fate.DELETION_MISSED, "a=2; a=1"),
        ("b=; Max-Age=0; Path=/", Fate.DELETION_MISSED, "a=2; a=1"),
        ("a=3; Path=/", Fate.REPLACED, "a=2; a=3"),
        ("a=3; Path=/shop", Fate.REPLACED, "a=3; a=1"),
        ("b=3; Path=/shop", Fate.KEPT, "a=2; b=3; a=1"),
    ],
)
def test_only_the_same_name_domain_and_path_is_replaced_or_deleted(
    policy: Policy, header: str, fate: Fate, left: str
) -> None:
    jar = CookieJar(policy)
    for header_kept in ("a=1; Path=/", "a=2; Path=/shop"):
        store(jar, "http://example.com/", header_kept)
    before = tuple(jar)
    stored = store(jar, "http://example.com/", header)
    assert stored.fate is fate
    if fate is Fate.DELETION_MISSED:
        assert stored.others == (before if header[0] == "a" else ())
    header_sent = sent(jar, "http://example.com/shop") or ""
    assert sorted(header_sent.split("; ")) == sorted(left.split("; "))
    if policy is Policy.BROWSER:
        assert header_sent == left, "the longest path first, then the oldest"


def test_a_deletion_with_another_domain_misses_in_a_browser() -> None:
    jar = CookieJar(Policy.BROWSER)
    store(jar, "https://example.com/", "a=1; Domain=example.com")
    stored = store(jar, "https://example.com/", "a=; Max-Age=0")
    assert (stored.fate, stored.others) == (Fate.DELETION_MISSED, tuple(jar))
    assert store(jar, "https://example.com/", "a=; Max-Age=0; Domain=example.com").fate is Fate.DELETED


@each(
    ("place", "header", "refusal"),
    [
        ("http://example.com/", "a=2", Refusal.HIDES_SECURE),
        ("http://example.com/x", "a=2; Path=/x", Refusal.HIDES_SECURE),
        ("http://sub.example.com/", "a=2; Domain=example.com", Refusal.HIDES_SECURE),
        ("http://sub.example.com/", "a=2", Refusal.HIDES_SECURE),
        ("http://example.com/", "a=; Max-Age=0", Refusal.HIDES_SECURE),
        ("http://example.com/", "b=2", None),
        ("https://example.com/", "a=2", None),
        ("http://other.com/", "a=2", None),
    ],
)
def test_http_leaves_secure_cookies_alone(place: str, header: str, refusal: Refusal | None) -> None:
    jar = CookieJar(Policy.BROWSER)
    store(jar, "https://example.com/", "a=1; Secure; Domain=example.com; Path=/")
    assert store(jar, place, header).refusal is refusal


@each(
    ("header", "refusal", "header_sent"),
    [
        ("", Refusal.EMPTY, None),
        ("=", Refusal.EMPTY, None),
        ("; Path=/", Refusal.EMPTY, None),
        ("a=", None, "a="),
        ("alone", None, "alone"),
        ("=x", None, "x"),
        ("a=b=c", None, "a=b=c"),
        ('a="x y"', None, 'a="x y"'),
        ("a=\tx", None, "a=x"),
        ("a=x\x7f", Refusal.CONTROL_CHARACTER, None),
        ("a=x; Path=/\x00", Refusal.CONTROL_CHARACTER, None),
        ("a\x1b=x", Refusal.CONTROL_CHARACTER, None),
    ],
)
def test_odd_pairs(header: str, refusal: Refusal | None, header_sent: str | None) -> None:
    jar = CookieJar(Policy.BROWSER)
    assert store(jar, "http://localhost/", header).refusal is refusal
    assert sent(jar, "http://localhost/") == header_sent


headers = st.lists(
    st.sampled_from(
        ["a", "b", "=", ";", "; ", "Path=", "/", "/x", "Domain=", "example.com", "Max-Age=", "60", "Expires=", EPOCH, '"',
         "\\", "\\303\\274", "Secure", "SameSite=None", "__Host-", " ", ",", "9" * 5_000, "\0", "ü", "\ud800", "."]
    ) | st.text(max_size=3),
    max_size=10,
).map("".join)  # fmt: skip
hosts = st.sampled_from(
    ["localhost", "example.com", "sub.example.com:81", "[::1]:5000", "[::1", "", "127.0.0.1"]
)
paths = st.sampled_from(["/", "/x", "/x/y", "/%C3%BC", "/ü", "/a b"])


@given(
    st.sampled_from(tuple(Policy)),
    st.lists(st.tuples(hosts, paths, headers, st.sampled_from(["http", "https"]))),
)
def test_any_header_has_a_fate_and_the_jar_holds_what_was_told(
    policy: Policy, visits: list[tuple[str, str, str, str]]
) -> None:
    jar = CookieJar(policy)
    for host, path, header, scheme in visits:
        before = set(jar)
        (stored,) = jar.store(host, path, [header], NOW, scheme=scheme)
        assert (stored.fate is Fate.REFUSED) == (stored.refusal is not None)
        if stored.fate in (Fate.REFUSED, Fate.DELETION_MISSED):
            assert set(jar) == before
        else:
            assert (stored.cookie in tuple(jar)) == (stored.fate is not Fate.DELETED)
        sending = jar.sending(host, path, NOW, scheme=scheme)
        assert {*sending.sent, *(cookie for cookie, _ in sending.held_back)} == set(jar)
        assert sending.header == jar.sending(host, path, NOW, scheme=scheme).header


@given(headers | st.text(st.characters(max_codepoint=255), max_size=20))
@example('a="x\\054y"; a=2; b; c = 3 ;;d="')
@example("Ã¼=1; ä=2")
def test_a_cookie_header_is_read_as_werkzeug_reads_it(header: str) -> None:
    try:
        theirs = werkzeugs_parse_cookie(header).to_dict()
    except UnicodeError:  # not latin-1, or not UTF-8 within: no server hands that on
        parse_cookie(header)
        return
    assert parse_cookie(header) == theirs


@given(st.integers(0, 4_000_000_000))
def test_a_date_is_the_one_that_werkzeug_reads(moment: int) -> None:
    (stored,) = CookieJar().store("localhost", "/", [f"a=1; Expires={http_date(moment)}"], 0)
    theirs = parse_date(http_date(moment))
    assert stored.cookie is not None
    assert theirs is not None
    assert stored.cookie.expires == theirs.timestamp() == moment
