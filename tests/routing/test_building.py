"""How URLs are built: what Werkzeug builds, which rules it passed over, and whether the URL leads back."""

from itertools import islice
from random import Random
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError, Map, Rule

from effort import examples
from routelab.routing.building import explain_build
from routelab.routing.built import BuildExplanation, BuildVerdict
from routelab.routing.outcome import Outcome
from routing.random_maps import VARIABLES, random_maps
from tables import each

URL_MAP = Map(
    [
        Rule("/me", endpoint="profile", methods=["GET"]),
        Rule("/user/<int:user_id>", endpoint="profile", methods=["GET"]),
        Rule("/hello", endpoint="hello", methods=["POST"]),
        Rule("/hello/<name>", endpoint="hello", methods=["GET"]),
        Rule("/home", endpoint="homepage"),
        Rule("/w/<any(a,b):x>", endpoint="any"),
        Rule("/users/", endpoint="users", defaults={"page": 1}),
        Rule("/users/page/<int:page>", endpoint="users"),
        Rule("/z/<int:zid>", endpoint="z"),
        Rule("/api/<v>", endpoint="api", subdomain="api"),
        Rule("/static/<path:f>", endpoint="static", build_only=True),
    ]
)


def built(endpoint: Any, values: dict[str, Any] | None = None, method: str = "GET") -> BuildExplanation:
    return explain_build(URL_MAP.bind("localhost", default_method=method), endpoint, values)


CASES: list[tuple[str, dict[str, Any], str, str | None, str, list[tuple[str, str | None]]]] = [
    (
        "profile",
        {"user_id": 42, "tab": "posts"},
        "GET",
        "/user/42?tab=posts",
        "built /user/42?tab=posts",
        [("/user/<int:user_id>", None), ("/me", "not_reached")],
    ),
    (
        "profile",
        {"id": 5},
        "GET",
        "/me?id=5",
        "built /me?id=5",
        [("/user/<int:user_id>", "missing"), ("/me", None)],
    ),
    (
        "hello",
        {"name": "Todd"},
        "POST",
        "/hello?name=Todd",
        "built /hello?name=Todd",
        [("/hello/<name>", "method"), ("/hello", None)],
    ),
    (
        "users",
        {"page": 1},
        "GET",
        "/users/",
        "built /users/",
        [("/users/", None), ("/users/page/<int:page>", "not_reached")],
    ),
    (
        "users",
        {"page": 2},
        "GET",
        "/users/page/2",
        "built /users/page/2",
        [("/users/", "default_differs"), ("/users/page/<int:page>", None)],
    ),
    (
        "z",
        {"id": 3},
        "GET",
        None,
        "no URL: zid has no value; id is not a variable of it",
        [("/z/<int:zid>", "missing")],
    ),
    (
        "z",
        {"zid": None},
        "GET",
        None,
        "no URL: zid has no value (zid was None, which counts as not given)",
        [("/z/<int:zid>", "missing")],
    ),
    (
        "any",
        {"x": "c"},
        "GET",
        None,
        "no URL: ValueError: 'c' is not one of 'a', 'b'",
        [("/w/<any(a,b):x>", "failed")],
    ),
    ("/home", {}, "GET", None, 'no URL: "/home" is a URL, not an endpoint; its endpoint is "homepage"', []),
    (
        "/user/42",
        {},
        "GET",
        None,
        'no URL: "/user/42" is a URL, not an endpoint; its endpoint is "profile"',
        [],
    ),
    ("homepag", {}, "GET", None, 'no URL: there is no endpoint "homepag"; the nearest is "homepage"', []),
    ("q", {}, "GET", None, 'no URL: there is no endpoint "q"', []),
    (
        "api",
        {"v": 1},
        "GET",
        "http://api.localhost/api/1",
        "built http://api.localhost/api/1",
        [("/api/<v>", None)],
    ),
]


@each(("endpoint", "values", "method", "url", "words", "rules"), CASES)
def test_what_was_built_and_why(
    endpoint: str,
    values: dict[str, Any],
    method: str,
    url: str | None,
    words: str,
    rules: list[tuple[str, str | None]],
) -> None:
    explanation = built(endpoint, values, method)
    assert explanation.url == url
    assert explanation.reliable
    assert explanation.text == words
    assert [(each.rule, each.reason and each.reason.value) for each in explanation.rules] == rules
    assert all(each.text for each in explanation.rules)


BACK = [
    ("profile", {"user_id": 42}, True, Outcome.MATCHED),
    ("profile", {"user_id": "42"}, True, Outcome.MATCHED),
    ("profile", {"user_id": -5}, False, Outcome.NOT_FOUND),
    ("hello", {"name": "a/b"}, False, Outcome.NOT_FOUND),
    ("hello", {"name": "a b"}, True, Outcome.MATCHED),
    ("hello", {"name": "ä%2F"}, True, Outcome.MATCHED),
    ("hello", {"name": ""}, False, Outcome.NOT_FOUND),
    ("users", {"page": 1}, True, Outcome.MATCHED),
    ("api", {"v": "x"}, True, Outcome.MATCHED),
    ("static", {"f": "a.css"}, False, Outcome.NOT_FOUND),
]


@each(("endpoint", "values", "same", "outcome"), BACK)
def test_whether_the_url_matches_back(
    endpoint: str, values: dict[str, Any], same: bool, outcome: Outcome
) -> None:
    back = built(endpoint, values).back
    assert back is not None
    assert (back.same, back.outcome) == (same, outcome)
    assert ("matches back" in back.text) is same


def test_where_each_value_went() -> None:
    explanation = built("profile", {"user_id": 42, "tab": "posts", "old": None})
    assert explanation.sentences == (
        "user_id=42 went into the path as 42",
        "tab is not a variable of the rule, so it went into the query string",
        "old was None, which counts as not given",
    )


SHOP = Map(
    [
        Rule("/new", endpoint="shop.new"),
        Rule("/logout", endpoint="logout"),
        Rule("/login", endpoint="auth.login"),
        Rule("/<int:first>/<int:second>", endpoint="pair"),
        Rule("/<slug>", endpoint="shop.item"),
    ]
)
TOLD = [
    # Not "logout", whose letters are nearer.
    ("login", {}, 'no URL: there is no endpoint "login"; the nearest is "auth.login"'),
    ("auth.logout", {}, 'no URL: there is no endpoint "auth.logout"; the nearest is "logout"'),
    ("pair", {"x": 1, "y": 2}, "no URL: first and second have no value; x and y are not variables of it"),
    (
        "pair",
        {"first": None, "second": None},
        "no URL: first and second have no value (first and second were None, which counts as not given)",
    ),
]


@each(("endpoint", "values", "words"), TOLD)
def test_why_no_url_came_out(endpoint: str, values: dict[str, Any], words: str) -> None:
    assert explain_build(SHOP.bind("localhost"), endpoint, values).text == words


LED = [
    ("shop.item", {"slug": "new"}, "GET /new does not lead back: /new (shop.new) takes it"),
    ("pair", {"first": "007", "second": 1}, "GET /7/1 leads back, but with another value of first"),
    ("pair", {"first": 7, "second": 1}, "GET /7/1 matches back: pair"),
    (
        "pair",
        {"first": "07", "second": "01"},
        "GET /7/1 leads back, but with another value of first and second",
    ),
]


@each(("endpoint", "values", "words"), LED)
def test_where_a_built_url_leads(endpoint: str, values: dict[str, Any], words: str) -> None:
    back = explain_build(SHOP.bind("localhost"), endpoint, values).back
    assert back is not None
    assert back.text == words


@pytest.mark.parametrize("host_matching", [False, True])
def test_a_value_of_the_host_went_into_the_host(host_matching: bool) -> None:
    host, subdomain = ("<who>.shop.test", None) if host_matching else (None, "<who>")
    rule = Rule("/by/<int:day>", endpoint="x", host=host, subdomain=subdomain)
    url_map = Map([rule], host_matching=host_matching)
    said = explain_build(url_map.bind("shop.test"), "x", {"who": "ann", "day": 3}).sentences
    assert said == ("who='ann' went into the host as ann", "day=3 went into the path as 3")


def test_a_rule_for_building_only_is_told_as_that() -> None:
    url_map = Map([Rule("/old/<name>", endpoint="old", build_only=True)])
    back = explain_build(url_map.bind("localhost"), "old", {"name": "a"}).back
    assert back is not None
    assert back.text == "GET /old/a does not match back: the rule is for building only: it never matches"


def test_an_empty_value_is_told_as_nothing() -> None:
    explanation = explain_build(SHOP.bind("localhost"), "shop.item", {"slug": ""})
    assert explanation.sentences == ("slug='' went into the path as nothing",)


def test_a_view_function_is_no_endpoint() -> None:
    def homepage() -> None: ...

    explanation = built(homepage)
    assert explanation.nearest == "homepage"
    assert explanation.error is not None
    assert explanation.error.type == BuildError.__name__


def rules_taken(explanation: BuildExplanation) -> list[str]:
    return [each.rule for each in explanation.rules if each.verdict is BuildVerdict.TAKE]


def test_the_rule_of_the_current_host_comes_first() -> None:
    url_map = Map(
        [Rule("/a", endpoint="x", host="one.org"), Rule("/b", endpoint="x", host="two.org")],
        host_matching=True,
    )
    explanation = explain_build(url_map.bind("two.org"), "x")
    assert (explanation.url, rules_taken(explanation)) == ("/b", ["/b"])
    assert explanation.rules[0].reason is not None
    assert explanation.rules[0].reason.value == "other_host"


def test_builds_of_random_maps_are_those_of_werkzeug() -> None:
    random = Random(5)
    taken = 0
    for random_map in islice(random_maps(random), examples(100)):
        adapter = random_map.url_map.bind("example.org", default_method=random.choice(("GET", "POST")))
        for rule in random_map.url_map.iter_rules():
            values = {name: random.choice(("5", 5, "a", "a/b", -3, None, "en")) for name in rule.arguments}
            values |= {"extra": 1} if random.random() < 0.3 else {}
            method = random.choice((None, "GET", "PUT"))
            explanation = explain_build(adapter, rule.endpoint, MultiDict(values), method)
            try:
                theirs: object = adapter.build(rule.endpoint, MultiDict(values), method)
            except Exception as error:
                theirs = {"type": type(error).__name__, "message": str(error)}
            ours = explanation.url if explanation.error is None else explanation.error.to_json()
            assert ours == theirs
            assert explanation.reliable, (rule, values, method, explanation)
            taken += bool(rules_taken(explanation))
    assert taken > 100
    assert VARIABLES
