"""What observe says, case by case, and that they leave everything as it was."""

import gc
import weakref
from typing import Any

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map, MapAdapter, RequestRedirect, Rule

from routelab.routing.candidate import Verdict
from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.observation import decision_order
from routelab.routing.obstacle import Reason
from routelab.routing.outcome import Outcome, RedirectCause
from routelab.routing.walk import BackedUp, BeganAgain, LookedUp, PathEnd, Reached, Tried


class FailingConverter(BaseConverter):
    def to_python(self, value: str) -> str:
        raise KeyError(value)


class MissingConverter(BaseConverter):
    """Looks something up and answers 404 by itself, as get_or_404 does."""

    def to_python(self, value: str) -> str:
        raise NotFound(f"no {value}")


CONVERTERS = {"failing": FailingConverter, "missing": MissingConverter}


def a_map() -> Map:
    return Map(
        [
            Rule("/", endpoint="home", methods=["GET"]),
            Rule("/user/<int:id>", endpoint="by_id", methods=["GET"]),
            Rule("/user/<name>", endpoint="by_name", methods=["GET"]),
            Rule("/user/me", endpoint="me", methods=["GET"]),
            Rule("/files/<path:p>", endpoint="files"),
            Rule("/projects/", endpoint="projects", methods=["GET"]),
            Rule("/submit/", endpoint="submit", methods=["POST"]),
            Rule("/r/<int(min=5):n>", endpoint="bounded"),
            Rule("/r/<s>", endpoint="free"),
            Rule("/login", endpoint="form", methods=["GET"]),
            Rule("/login", endpoint="login", methods=["POST"]),
            Rule("/list/", endpoint="list", defaults={"page": 1}),
            Rule("/list/<int:page>", endpoint="list"),
            Rule("/old", endpoint="home", alias=True, methods=["GET"]),
            Rule("/away", endpoint="away", redirect_to="login"),
            Rule("/ws", endpoint="ws", websocket=True),
            Rule("/fails/<failing:x>", endpoint="fails"),
            Rule("/gone/<missing:x>", endpoint="gone"),
            Rule("/static/<path:f>", endpoint="static", build_only=True),
            Rule("/api", endpoint="api", subdomain="api"),
        ],
        converters=CONVERTERS,
    )


@pytest.fixture
def adapter() -> MapAdapter:
    return a_map().bind("localhost", query_args="q=1")


CASES: list[tuple[str, str, Outcome, str | None, dict[str, Any]]] = [
    ("GET", "/", Outcome.MATCHED, "/", {}),
    ("get", "/user/7", Outcome.MATCHED, "/user/<int:id>", {"id": 7}),
    ("GET", "/user/ann", Outcome.MATCHED, "/user/<name>", {"name": "ann"}),
    ("GET", "/user/me", Outcome.MATCHED, "/user/me", {}),
    ("GET", "/files/a/b", Outcome.MATCHED, "/files/<path:p>", {"p": "a/b"}),
    ("GET", "/list/2", Outcome.MATCHED, "/list/<int:page>", {"page": 2}),
    ("GET", "/list/", Outcome.MATCHED, "/list/", {"page": 1}),
    ("GET", "//user/7", Outcome.MATCHED, "/user/<int:id>", {"id": 7}),
    ("GET", "/projects", Outcome.REDIRECT, "/projects/", {}),
    ("GET", "", Outcome.REDIRECT, "/", {}),
    ("GET", "/user//7", Outcome.REDIRECT, "/user/<int:id>", {}),
    ("GET", "/list/1", Outcome.REDIRECT, "/list/<int:page>", {}),
    ("GET", "/old", Outcome.REDIRECT, "/old", {}),
    ("GET", "/away", Outcome.REDIRECT, "/away", {}),
    ("GET", "/nope", Outcome.NOT_FOUND, None, {}),
    ("GET", "/submit", Outcome.NOT_FOUND, None, {}),
    ("GET", "/r/3", Outcome.NOT_FOUND, None, {}),
    ("GET", "/api", Outcome.NOT_FOUND, None, {}),
    ("GET", "/static/x", Outcome.NOT_FOUND, None, {}),
    ("GET", "/submit/", Outcome.METHOD_NOT_ALLOWED, None, {}),
    ("PUT", "/login", Outcome.METHOD_NOT_ALLOWED, None, {}),
    ("GET", "/ws", Outcome.WEBSOCKET_MISMATCH, None, {}),
    ("GET", "/fails/x", Outcome.RAISED, None, {}),
    ("GET", "/gone/x", Outcome.RAISED, None, {}),
]


@pytest.mark.parametrize(("method", "path", "outcome", "rule", "args"), CASES)
def test_the_result_is_werkzeugs(
    adapter: MapAdapter, method: str, path: str, outcome: Outcome, rule: str | None, args: dict[str, Any]
) -> None:
    explanation = observe(adapter, path, method)
    assert (explanation.outcome, explanation.rule, explanation.args) == (outcome, rule, args)
    assert explanation.reliable


REDIRECTS = [
    ("/projects", RedirectCause.SLASH, "http://localhost/projects/?q=1", "/projects/"),
    ("/user//7", RedirectCause.MERGED_SLASHES, "http://localhost/user/7?q=1", "/user/<int:id>"),
    ("/list/1", RedirectCause.DEFAULTS, "http://localhost/list/?q=1", "/list/"),
    ("/old", RedirectCause.ALIAS, "http://localhost/?q=1", "/"),
    ("/away", RedirectCause.REDIRECT_TO, "http://localhost/login", "/login"),
]


@pytest.mark.parametrize(("path", "cause", "url", "canonical"), REDIRECTS)
def test_a_redirect_names_its_cause_and_where_it_leads(
    adapter: MapAdapter, path: str, cause: RedirectCause, url: str, canonical: str
) -> None:
    redirect = observe(adapter, path, "GET").redirect
    assert redirect is not None
    assert (redirect.cause, redirect.url, redirect.canonical) == (cause, url, canonical)


def test_a_slash_redirect_spares_the_methods_that_its_rule_does_not_take(adapter: MapAdapter) -> None:
    redirect = observe(adapter, "/projects", "GET").redirect
    assert redirect is not None
    assert redirect.spared == ("POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_a_405_names_its_authors(adapter: MapAdapter) -> None:
    explanation = observe(adapter, "/login", "PUT")
    assert explanation.allowed_methods == ("GET", "HEAD", "POST")
    told = [(author.endpoint, author.methods, author.added) for author in explanation.authors]
    assert told == [("form", ("GET",), ("HEAD",)), ("login", ("POST",), ())]


def test_a_refusal_can_make_a_405_although_the_method_is_registered() -> None:
    url_map = Map(
        [
            Rule("/r/<int:n>", endpoint="post", methods=["POST"]),
            Rule("/r/<int(max=9):n>", endpoint="get", methods=["GET"]),
        ]
    )
    explanation = observe(url_map.bind(""), "/r/99", "GET")
    assert (explanation.outcome, explanation.allowed_methods) == (Outcome.METHOD_NOT_ALLOWED, ("POST",))
    reasons = [(each.endpoint, each.verdict, each.reason) for each in explanation.looked_at]
    assert reasons == [
        ("post", Verdict.ALMOST, Reason.METHOD),
        ("get", Verdict.ALMOST, Reason.CONVERTER_REFUSED),
    ]


# What observe() must keep


def outcome_of(call: Any) -> tuple[str, Any]:
    try:
        return "returned", call()
    except Exception as error:
        return "raised", error


@pytest.mark.parametrize(("method", "path"), [case[:2] for case in CASES])
@pytest.mark.parametrize("return_rule", [False, True])
def test_replay_does_what_match_did(adapter: MapAdapter, method: str, path: str, return_rule: bool) -> None:
    theirs = outcome_of(lambda: adapter.match(path, method, return_rule))  # type: ignore[call-overload]
    explanation = observe(adapter, path, method, return_rule)
    ours = outcome_of(explanation.replay)
    assert ours[0] == theirs[0]
    if ours[0] == "returned":
        assert ours == theirs
    else:
        assert type(ours[1]) is type(theirs[1])
        assert getattr(ours[1], "new_url", None) == getattr(theirs[1], "new_url", None)
        assert ours[1] is explanation.error is outcome_of(explanation.replay)[1]


def test_the_arguments_are_the_very_mapping_and_what_they_were_is_kept(adapter: MapAdapter) -> None:
    explanation = observe(adapter, "/user/7", "GET")
    _, args = explanation.replay()
    assert isinstance(args, dict)
    args["id"] = 8
    assert explanation.replay()[1] is args
    assert explanation.args == {"id": 7}


def test_adapter_and_map_are_left_as_they_were(adapter: MapAdapter) -> None:
    url_map = adapter.map
    url_map.update()
    before = dict(vars(adapter)), dict(vars(url_map)), vars(url_map)["_matcher"]._root
    for method, path, *_ in CASES:
        explanation = observe(adapter, path, method)
        assert explanation.candidates
        assert explanation.suggestions is not None
    assert (dict(vars(adapter)), dict(vars(url_map)), vars(url_map)["_matcher"]._root) == before


def test_converters_run_once() -> None:
    ran: list[str] = []

    class Counting(BaseConverter):
        def to_python(self, value: str) -> str:
            ran.append(value)
            return value

    url_map = Map([Rule("/<c:x>", endpoint="x"), Rule("/y/<c:x>", endpoint="y")], converters={"c": Counting})
    explanation = observe(url_map.bind(""), "/a", "GET")
    assert explanation.looked_at
    assert explanation.values
    assert explanation.walk.steps
    explanation.replay()
    assert ran == ["a"]


def test_a_hook_in_the_place_of_match_is_not_called_again(adapter: MapAdapter) -> None:
    seen: list[MatchExplanation] = []

    def hook(*args: Any, **kwargs: Any) -> Any:
        seen.append(observe(adapter, *args, **kwargs))
        return seen[-1].replay()

    adapter.match = hook  # type: ignore[method-assign]
    assert adapter.match("/user/7") == ("by_id", {"id": 7})
    with pytest.raises(RequestRedirect):
        adapter.match("/projects")
    assert len(seen) == 2


def test_a_map_is_not_kept_alive() -> None:
    url_map = a_map()
    gone = weakref.ref(url_map)
    explanation = observe(url_map.bind(""), "/user/7")
    assert explanation.candidates
    del explanation, url_map
    gc.collect()
    assert gone() is None


def test_rules_that_come_later_are_seen(adapter: MapAdapter) -> None:
    assert observe(adapter, "/new").outcome is Outcome.NOT_FOUND
    total = observe(adapter, "/new").rules_total
    adapter.map.add(Rule("/new", endpoint="new"))
    explanation = observe(adapter, "/new")
    assert (explanation.rule, explanation.rules_total) == ("/new", total + 1)
    assert len(explanation.candidates) == total + 1


def test_a_rule_that_comes_later_is_counted_in_a_large_map() -> None:
    url_map = Map([Rule(f"/r{number}/<x>", endpoint=f"e{number}") for number in range(600)])
    adapter = url_map.bind("")
    assert observe(adapter, "/r5/a").rules_total == 600
    url_map.add(Rule("/r5/<x>/more", endpoint="more"))
    assert observe(adapter, "/r5/a").rules_total == 601


# Where Werkzeug is not what we know


def test_without_the_matchers_states_only_the_result_is_told(
    adapter: MapAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher: Any = vars(adapter.map)["_matcher"]

    class OtherMatcher:
        def match(self, *args: Any) -> Any:
            return type(matcher).match(matcher, *args)

        def update(self) -> None:
            matcher.update()

    monkeypatch.setattr(adapter.map, "_matcher", OtherMatcher())
    explanation = observe(adapter, "/user/7", "GET")
    assert (explanation.outcome, explanation.rule, explanation.args) == (
        Outcome.MATCHED,
        "/user/<int:id>",
        {"id": 7},
    )
    assert not explanation.reliable
    assert (explanation.candidates, explanation.looked_at, explanation.suggestions) == ((), (), ())
    assert explanation.walk.steps == ()
    assert observe(adapter, "/projects").redirect_to == "http://localhost/projects/?q=1"
    assert not decision_order(adapter.map).reliable


def test_a_matcher_that_reads_its_states_in_another_way_is_run_unwatched(
    adapter: MapAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher_class: Any = type(vars(adapter.map)["_matcher"])
    original = matcher_class.match

    def needs_more(self: Any, *args: Any) -> Any:
        assert len(self._root.static) > 0
        return original(self, *args)

    monkeypatch.setattr(matcher_class, "match", needs_more)
    explanation = observe(adapter, "/user/7", "GET")
    assert (explanation.rule, explanation.reliable) == ("/user/<int:id>", False)


def test_a_story_that_contradicts_the_result_is_not_told(
    adapter: MapAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routelab.routing.search.rules_asked", lambda notes: [])
    explanation = observe(adapter, "/user/7", "GET")
    assert (explanation.rule, explanation.reliable, explanation.candidates) == ("/user/<int:id>", False, ())


# The walk, the values, the candidates


def test_the_walk_tells_look_ups_patterns_and_dead_ends() -> None:
    url_map = Map([Rule("/a/b", endpoint="fixed"), Rule("/<x>/c", endpoint="free")])
    explanation = observe(url_map.bind(""), "/a/c")
    assert explanation.walk.steps == (
        LookedUp(segment=0, text="", found=True),
        LookedUp(segment=1, text="a", found=True),
        LookedUp(segment=2, text="c", found=False),
        BackedUp(segment=1),
        Tried(segment=1, text="a", pattern=r"(?P<__werkzeug_0>[^/]{1,})\Z", fits=True),
        LookedUp(segment=2, text="c", found=True),
        Reached(rule="/<x>/c", at=PathEnd.END),
    )
    assert (explanation.rules_total, explanation.rules_looked_at, explanation.patterns_tried) == (2, 1, 1)


def test_a_search_that_finds_nothing_begins_again() -> None:
    walk = observe(Map([Rule("/a", endpoint="a")]).bind(""), "/b//c").walk
    assert walk.steps.count(BeganAgain(path="/b/c")) == 1
    assert walk.reach == 0


def test_values_show_text_and_value(adapter: MapAdapter) -> None:
    (value,) = observe(adapter, "/user/007", "GET").values
    assert (value.name, value.converter, value.raw, value.value) == ("id", "int", "007", 7)
    (default,) = observe(adapter, "/list/", "GET").values
    assert (default.name, default.converter, default.raw, default.value) == ("page", None, None, 1)
    (refused,) = observe(adapter, "/r/3", "GET").values
    assert (refused.raw, refused.refused, refused.converted) == ("3", True, False)


def test_the_one_of_several_converters_that_refused_is_named() -> None:
    rule = Rule("/<int(max=5):a>-<int(min=5):b>/<c>", endpoint="x")
    explanation = observe(Map([rule]).bind(""), "/1-2/z")
    assert [(value.name, value.refused) for value in explanation.values] == [
        ("a", False),
        ("b", True),
        ("c", False),
    ]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/user/ann", [("by_id", "almost", "converter", 2), ("by_name", "match", None, None)]),
        ("GET", "/user/ann/x", [("by_id", "no", "converter", 2), ("by_name", "no", "too_many_segments", 3)]),
        ("GET", "/submit", [("submit", "no", "slash", None)]),
        ("GET", "/r/3", [("bounded", "almost", "converter_refused", 2)]),
        ("GET", "/ws", [("ws", "almost", "websocket", None)]),
        ("GET", "/fails/x", [("fails", "almost", "converter_refused", 2)]),
    ],
)
def test_the_rules_that_the_router_looked_at(
    adapter: MapAdapter, method: str, path: str, expected: list[tuple[str, str, str | None, int | None]]
) -> None:
    told = [
        (each.endpoint, each.verdict.value, each.reason and each.reason.value, each.segment)
        for each in observe(adapter, path, method).looked_at
    ]
    assert told == expected


def test_the_whole_table_tells_why_each_rule_lost(adapter: MapAdapter) -> None:
    table = {each.rule: each for each in observe(adapter, "/user/me", "GET").candidates}
    assert len(table) == 19  # two of the twenty rules are /login
    assert table["/user/me"].verdict is Verdict.MATCH
    assert (table["/user/<name>"].verdict, table["/user/<name>"].reason) == (
        Verdict.SHADOWED,
        Reason.OUTRANKED,
    )
    assert table["/user/<int:id>"].reason is Reason.CONVERTER
    assert table["/api"].reason is Reason.SUBDOMAIN
    assert table["/static/<path:f>"].reason is Reason.BUILD_ONLY
    assert [each.rule for each in table.values() if each.looked_at] == ["/user/me"]


def test_many_patterns_tried_in_vain_do_not_hide_the_winner() -> None:
    rules = [Rule(f"/<int(min={number}):n>/x{number}", endpoint=f"e{number}") for number in range(30)]
    rules += [Rule(f"/<any(a{number}, b{number}):x>", endpoint=f"any{number}") for number in range(40)]
    explanation = observe(Map([*rules, Rule("/<path:p>", endpoint="all")]).bind(""), "/zzz")
    assert len(explanation.looked_at) == 20
    assert explanation.looked_at[-1].verdict is Verdict.MATCH


def test_the_order_of_decision(adapter: MapAdapter) -> None:
    url_map = Map(
        [
            Rule("/<path:p>", endpoint="5"),
            Rule("/user/<name>", endpoint="3"),
            Rule("/user/<int:id>", endpoint="2"),
            Rule("/user/me", endpoint="1"),
            Rule("/link", endpoint="6", build_only=True),
            Rule("/<x>", endpoint="4"),
        ]
    )
    order = decision_order(url_map)
    assert order.reliable
    assert [rule.endpoint for rule in order.rules] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("host", ["api.example.org", "example.org"])
def test_host_matching(host: str) -> None:
    url_map = Map(
        [
            Rule("/", endpoint="api", host="api.example.org"),
            Rule("/", endpoint="any", host="<name>.org"),
        ],
        host_matching=True,
    )
    explanation = observe(url_map.bind(host), "/")
    assert explanation.endpoint == ("api" if host.startswith("api") else "any")
    assert explanation.reliable
    other = observe(url_map.bind("other.net"), "/")
    assert {each.reason for each in other.candidates} == {Reason.HOST}
    assert {each.verdict for each in other.candidates} == {Verdict.ALMOST}
