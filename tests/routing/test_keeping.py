"""A match on a copy of its map is explained as it was, whatever becomes of the map; held on random maps."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import Any

import pytest
from werkzeug.routing import Map, Rule

from effort import examples
from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.keeping import FEW_RULES, KeptMap
from routing.random_maps import random_askings, random_maps

TOLD = (
    "outcome", "rule", "endpoint", "args", "allowed_methods", "redirect_to", "reliable", "rules_looked_at",
    "patterns_tried", "rules_total", "walk", "values", "candidates", "looked_at", "closest", "authors", "redirect",
    "suggestions", "scope",
)  # fmt: skip


def told_by(explanation: MatchExplanation) -> dict[str, Any]:
    return {name: repr(getattr(explanation, name)) for name in TOLD}


def changed(url_map: Any) -> None:
    for rule in url_map._rules:
        rule.rule, rule.endpoint, rule.strict_slashes, rule.methods = "/changed", "changed", False, {"TRACE"}
    url_map._rules.clear()
    url_map._rules_by_endpoint.clear()
    url_map._matcher._root.static.clear()
    url_map.add(Rule("/<path:anything>", endpoint="changed"))


def test_what_is_kept_is_explained_as_at_once() -> None:
    random, kept_maps = Random(11), 0
    for random_map in islice(random_maps(random), examples(200)):
        copy = KeptMap(random_map.url_map)
        if not copy.keeps:
            continue
        kept_maps += 1
        pairs = []
        for asking in islice(random_askings(random, random_map), 6):
            live = observe(
                asking.bind(random_map.url_map), asking.path, asking.method, websocket=asking.websocket
            )
            kept = live.kept(copy)
            if kept is not None:
                pairs.append((asking, told_by(live), kept))
        assert copy.is_current(random_map.url_map)
        changed(random_map.url_map)
        assert not copy.is_current(random_map.url_map)
        for asking, expected, kept in pairs:
            assert told_by(kept) == expected, (asking, random_map.texts)
    assert kept_maps > 20


def ordinary() -> tuple[Map, Rule]:
    rule = Rule("/user/<name>", endpoint="user", methods=["GET"], defaults={"page": 1})
    return Map([Rule("/", endpoint="home"), rule]), rule


@pytest.mark.parametrize(
    "change",
    [
        lambda url_map, rule: url_map.add(Rule("/new", endpoint="new")),
        lambda url_map, rule: rule.methods.add("PUT"),
        lambda url_map, rule: rule.defaults.update(page=2),
        lambda url_map, rule: setattr(rule, "endpoint", "other"),
        lambda url_map, rule: setattr(rule, "strict_slashes", False),
        lambda url_map, rule: setattr(url_map, "merge_slashes", False),
        lambda url_map, rule: setattr(url_map, "redirect_defaults", False),
    ],
)
def test_any_change_of_a_map_makes_a_new_copy(change: Any) -> None:
    url_map, rule = ordinary()
    copy = KeptMap(url_map)
    assert copy.keeps
    assert copy.is_current(url_map)
    change(url_map, rule)
    assert not copy.is_current(url_map)


def test_what_runs_code_of_the_app_is_not_kept() -> None:
    from routing.random_maps import CONVERTERS

    name = next(iter(CONVERTERS))
    for url_map in (
        Map([Rule(f"/<{name}:value>", endpoint="own")], converters=CONVERTERS),
        Map([Rule("/old", endpoint="old", redirect_to=lambda _adapter: "new")]),
        Map([Rule("/", endpoint="api", subdomain="api")]),
        Map([Rule("/", endpoint="home", host="a.test")], host_matching=True),
        Map([Rule(f"/{number}", endpoint=str(number)) for number in range(FEW_RULES + 1)]),
    ):
        assert not KeptMap(url_map).keeps
