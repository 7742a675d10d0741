"""What an audit finds: each planted fault, with true evidence, and nothing in a map that has none."""

import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from routelab.routing.auditing import audit
from routelab.routing.examples import adapter_for
from routelab.routing.finding import (
    AuditFinding,
    ExampleRequest,
    NamedRule,
    NeverWins,
    OrderDecides,
    RefusalHides,
    Reordered,
)
from tables import each


class Dummy(BaseConverter):
    pass


class Pair(BaseConverter):
    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = "[a-z]+/[a-z]+"


OWN = {"dummy": Dummy, "pair": Pair}


def audited(*rules: str | Rule, **options: Any) -> list[tuple[str, str]]:
    return [(each.code.value, each.about.rule) for each in findings(*rules, **options)]


def _copy(rule: Rule) -> Rule:
    copy = rule.empty()
    copy.websocket = rule.websocket
    return copy


def fresh(rules: list[str | Rule]) -> list[str | Rule]:
    """Copy rules, since a Rule can be in one map only."""
    return [rule if isinstance(rule, str) else _copy(rule) for rule in rules]


def findings(*rules: str | Rule, views: set[str] | None = None, **options: Any) -> tuple[AuditFinding, ...]:
    made = [rule if isinstance(rule, Rule) else Rule(rule, endpoint=rule) for rule in rules]
    return audit(Map(made, converters=OWN, **options), views)


PLANTED: list[tuple[list[str | Rule], list[tuple[str, str]]]] = [
    (["/o/<name>", "/o/<uuid:u>"], [("R101", "/o/<uuid:u>")]),
    (["/<name>", "/<any(a, b):w>"], [("R101", "/<any(a, b):w>")]),
    (["/u/<id>", "/u/<name>"], [("R102", "/u/<name>")]),
    (
        [Rule("/d", endpoint="a", methods=["GET"]), Rule("/d", endpoint="b", methods=["GET", "POST"])],
        [("R102", "/d")],
    ),
    (["/p/<any(a, b):w>", "/p/<w>"], [("R103", "/p/<w>")]),
    (["/<string:v>/x", "/<dummy:v>", "/<string:v>"], [("R101", "/<dummy:v>"), ("R104", "/<dummy:v>")]),
    (["/r/<int(min=5):n>", "/r/<s>"], [("R105", "/r/<int(min=5):n>")]),
    (["/search?q=<q>"], [("R201", "/search?q=<q>")]),
    (
        ["/caf%C3%A9", "/page#top", "/my%20<x>"],
        [("R211", "/caf%C3%A9"), ("R211", "/page#top"), ("R211", "/my%20<x>")],
    ),
    (["/n/<int(min=9, max=3):n>"], [("R212", "/n/<int(min=9, max=3):n>")]),
    (["/n/<pair:p>", "/n/<path:head>/<pair:p>"], [("R213", "/n/<pair:p>")]),
    (["/u/{id}", "/v/:id"], [("R202", "/u/{id}"), ("R202", "/v/:id")]),
    ([Rule("/a", endpoint="a", methods=["GET, POST"])], [("R203", "/a")]),
    ([Rule("/a", endpoint="a", methods=tuple("PUT"))], [("R203", "/a")]),
    ([Rule("/a", endpoint="a", methods=["*"])], [("R203", "/a")]),
    ([Rule("/s/", endpoint="s", methods=["POST"])], [("R204", "/s/")]),
    (
        [
            Rule("/shop/x", endpoint="shop.x"),
            Rule("/shop/y", endpoint="shop.y"),
            Rule("/shopz", endpoint="shop.z"),
        ],
        [("R205", "/shopz")],
    ),
]


@each(("rules", "expected"), PLANTED)
def test_each_planted_fault_is_found(rules: list[str | Rule], expected: list[tuple[str, str]]) -> None:
    assert audited(*fresh(rules)) == expected


SOUND: list[list[str | Rule]] = [
    ["/", "/about", "/<name>", "/user/<int:id>", "/user/<name>", "/user/me", "/files/<path:p>"],
    [Rule("/d", endpoint="a", methods=["GET"]), Rule("/d", endpoint="b", methods=["POST"])],
    ["/price/<int:amount>", "/price/<float:amount>"],
    ["/shop/", "/shop/<int:id>", "/shop/<int:id>/edit"],
    [Rule("/users/", endpoint="u", defaults={"page": 1}), Rule("/users/page/<int:page>", endpoint="u")],
    [Rule("/old", endpoint="x", alias=True), Rule("/new", endpoint="x")],
    [Rule("/old/<x>", endpoint="old", redirect_to="new/<x>"), Rule("/new/<x>", endpoint="new")],
    [Rule("/s", endpoint="s", websocket=True), Rule("/s", endpoint="t")],
    [
        Rule("/a", endpoint="a", subdomain="api"),
        Rule("/a", endpoint="b"),
        Rule("/a", endpoint="c", subdomain="<x>"),
    ],
    [Rule("/static/<path:f>", endpoint="static", build_only=True)],
    ["/r/<int(min=1, max=9):n>", "/lang/<string(length=2):c>", "/v<int:major>.<int:minor>"],
]


@each("rules", SOUND)
def test_nothing_is_found_in_a_sound_map(rules: list[str | Rule]) -> None:
    assert audited(*fresh(rules)) == []


def test_endpoints_without_a_view() -> None:
    assert audited("/a", "/b", views={"/a"}) == [("R206", "/b")]


def test_rules_without_a_host() -> None:
    rules = [Rule("/a", endpoint="a"), Rule("/b", endpoint="b", host="<any>")]
    assert audited(*rules, host_matching=True) == [("R207", "/a")]


def test_the_words_name_the_evidence() -> None:
    (finding,) = findings("/o/<name>", "/o/<uuid:u>")
    assert finding.text == (
        "no URL of 2 tried reaches it: GET /o/12345678-1234-5678-1234-567812345678 goes to /o/<name> "
        "(/o/<name>); it would fit, but <name> of /o/<name> weighs the same as <uuid:u>, "
        "and the one that a rule used first at this place is tried first"
    )


def test_a_star_is_not_called_a_string_that_was_meant_as_a_list() -> None:
    (star,) = findings(*fresh([Rule("/a", endpoint="a", methods=["*"])]))
    (letters,) = findings(*fresh([Rule("/a", endpoint="a", methods=tuple("PUT"))]))
    assert ("list them" in star.text, "not one string" in letters.text) == (True, True)


@each("rules", [rules for rules, _ in PLANTED])
def test_every_finding_has_words(rules: list[str | Rule]) -> None:
    assert all(finding.text for finding in findings(*fresh(rules)))


WRITTEN = ("", "dummy:", "int:", "uuid:", "any(a, b):", "path:", "string(length=2):", "int(min=5):")
FORMS = ("/<{}x>", "/<{}x>/x", "/a/<{}x>", "/<{}x>/<y>")


def test_the_evidence_is_true_in_random_maps_of_rivals() -> None:
    """Whoever is said to win the example wins it, and what a refusal hides is not found."""
    random = Random(9)
    codes: Counter[str] = Counter()
    for _ in range(60):
        strings = [random.choice(FORMS).format(random.choice(WRITTEN)) for _ in range(7)]
        rules = [Rule(string, endpoint=f"e{number}") for number, string in enumerate(strings)]
        url_map = Map(rules, converters=OWN)
        for finding in audit(url_map):
            codes[finding.code.value] += 1
            match finding:
                case NeverWins() | OrderDecides() | Reordered():
                    _assert_wins(url_map, finding.example, finding.winner)
                case RefusalHides(example=example):
                    assert not adapter_for(example, url_map).test(example.path, example.method)
                case _:
                    assert finding.code.value == "R102"
    assert codes["R104"]
    assert all(codes[code] > 10 for code in ("R101", "R102", "R103", "R105"))


def _assert_wins(url_map: Map, example: ExampleRequest, winner: NamedRule) -> None:
    try:
        endpoint, _ = adapter_for(example, url_map).match(example.path, example.method)
    except NotFound:  # the winner refused the value
        return
    assert endpoint == winner.endpoint


def test_many_patterns_in_one_place_are_compiled_a_few_times_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python remembers 512; with more, a matcher that compiles what it tries compiles a thousand a request."""
    compiler: Any = vars(re)["_compiler"]
    compiled: Counter[str] = Counter()
    original = compiler.compile

    def counted(pattern: str, flags: int = 0) -> Any:
        compiled[pattern] += 1
        return original(pattern, flags)

    url_map = Map([Rule(f"/p/<any(a{number}, b{number}):x>", endpoint=str(number)) for number in range(530)])
    monkeypatch.setattr(compiler, "compile", counted)
    assert audit(url_map) == ()
    assert compiled.total() < 4 * 530


def test_what_is_compiled_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[Any] = Counter()
    original = re.compile

    def counted(pattern: Any, flags: int = 0) -> Any:
        asked[pattern] += 1
        return original(pattern, flags)

    url_map = Map([Rule(f"/p/<any(a{number}, b{number}):x>", endpoint=str(number)) for number in range(30)])
    monkeypatch.setattr(re, "compile", counted)
    assert audit(url_map) == ()
    assert asked.total() < 10 * 30  # a trial of each pattern for each rule would be 900
