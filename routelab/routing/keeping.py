"""A map as it was when a match ran, so that the match can be explained later, whatever becomes of the map.

Rules and states are copied once; before each explanation is kept, the rules are held against what was copied.
It knows no app, and explains nothing.
"""

from __future__ import annotations

from operator import attrgetter, is_, length_hint
from typing import Any
from uuid import UUID

from werkzeug.routing import Map, MapAdapter, Rule

from routelab.routing.observation import MatchRun, root_of
from routelab.routing.patterncache import patterns_of
from routelab.routing.variable import ConverterKind

FEW_RULES = 500  # to hold one against its copy takes half a microsecond
_new = object.__new__
_facts_of_map = attrgetter(
    "host_matching",
    "_matcher.merge_slashes",
    "_matcher._root",
    "redirect_defaults",
    "default_subdomain",
    "sort_parameters",
)
_UNCHANGING = frozenset({str, int, float, bool, UUID, type(None)})
_LIST_ITERATOR: type = type(iter([]))


class KeptMap:
    """A copy of a map, its rules and the states of its matcher.

    It runs none of the app's code: `keeps` is False for a map with more than 500 rules, with converters or
    redirects of the app's own, or with rules for hosts, which only the app can bind.
    """

    def __init__(self, url_map: Map) -> None:
        url_map.update()
        live: Any = url_map
        self._count = len(live._rules)
        self.keeps = False
        if self._count > FEW_RULES or type(url_map) is not Map:
            return
        self._live_rules: list[Rule] = [*live._rules]
        self._facts = [_facts_of(rule) for rule in self._live_rules]
        self._of_map = _facts_of_map(url_map)
        self._rules: dict[int, Rule] = {}
        self._states: dict[int, Any] = {}
        self._lists: dict[int, list[Rule]] = {}
        self._live_root = root_of(url_map)  # held, so that no other state gets the number of one of these
        self.keeps = self._copy(live)

    def is_current(self, url_map: Map) -> bool:
        """Tell whether the map still is what was copied; one that is not kept, by the number of its rules."""
        live: Any = url_map
        rules = live._rules
        if not self.keeps or live._remap or len(rules) != self._count:
            return not self.keeps and len(rules) == self._count
        return (
            all(map(is_, rules, self._live_rules))
            and [rule.__dict__ for rule in rules] == self._facts
            and _facts_of_map(url_map) == self._of_map
        )

    def kept(self, adapter: MapAdapter, run: MatchRun) -> tuple[MapAdapter, MatchRun] | None:
        """Give a match as one of the copy; None where it cannot be one."""
        if run.notes is None or type(adapter) is not MapAdapter or (run.notes and run.notes[0][1] != ""):
            return None
        if run.args and not _UNCHANGING.issuperset(map(type, run.args.values())):
            return None
        error = None if run.error is None else _copy_of(run.error)
        rule = None if run.rule is None else self._rules[id(run.rule)]
        twin = _new(MapAdapter)
        twin.__dict__ = {**adapter.__dict__, "map": self.map}
        twin.__dict__.pop("match", None)  # a recorder may have put itself there
        states = self._states
        notes = [
            self._read(visit, what, where)
            if type(what) is _LIST_ITERATOR
            else (visit, what, where and states[id(where)])
            for visit, what, where in run.notes
        ]
        return twin, MatchRun(rule, run.args, error, notes)

    def _read(self, visit: int, left: Any, where: list[Rule]) -> tuple[Any, ...]:
        """Make an iterator that has taken as many of the copied rules."""
        rules = self._lists[id(where)]
        copy = iter(rules)
        copy.__setstate__(len(where) - length_hint(left))  # type: ignore[attr-defined]
        return visit, copy, rules

    def _copy(self, live: Any) -> bool:
        root = self._live_root
        if live.host_matching or root.dynamic or root.static.keys() - {""}:
            return False
        if any(type(rule) is not Rule or callable(rule.redirect_to) for rule in self._live_rules):
            return False
        twin = self.map = _new(Map)
        twin.__dict__ = {**live.__dict__, "converters": dict(live.converters)}
        patterns = patterns_of(twin)
        for rule, facts in zip(self._live_rules, self._facts, strict=True):
            copy = self._rules[id(rule)] = _new(Rule)
            copy.__dict__ = {**facts, "map": twin, **_rebound(facts, copy)}
            pattern = patterns.of(copy)
            if pattern is None or any(each.kind is ConverterKind.CUSTOM for each in pattern.variables):
                return False
        matcher = _new(type(live._matcher))
        matcher.__dict__ = {**live._matcher.__dict__, "_root": self._state(root)}
        twin.__dict__["_matcher"] = matcher
        twin.__dict__["_rules"] = self._those(self._live_rules)
        by_endpoint = {name: self._those(rules) for name, rules in live._rules_by_endpoint.items()}
        twin.__dict__["_rules_by_endpoint"] = by_endpoint
        return True

    def _state(self, state: Any) -> Any:
        copy = self._states[id(state)] = _new(type(state))
        copy.static = {text: self._state(child) for text, child in state.static.items()}
        copy.dynamic = [(part, self._state(child)) for part, child in state.dynamic]
        copy.rules = self._lists[id(state.rules)] = self._those(state.rules)
        return copy

    def _those(self, rules: list[Rule]) -> list[Rule]:
        return [self._rules[id(rule)] for rule in rules]


def _facts_of(rule: Rule) -> dict[str, Any]:
    """Copy a rule's attributes, and those among them that may change in place."""
    facts = dict(rule.__dict__)
    for name in ("methods", "arguments"):
        if isinstance(facts.get(name), set):
            facts[name] = set(facts[name])
    for name in ("defaults", "_converters"):
        if isinstance(facts.get(name), dict):
            facts[name] = dict(facts[name])
    return facts


def _rebound(facts: dict[str, Any], rule: Rule) -> dict[str, Any]:
    """Bind to a copied rule the functions that build its URL."""
    return {
        name: facts[name].__func__.__get__(rule, None)
        for name in ("_build", "_build_unknown")
        if hasattr(facts.get(name), "__func__")
    }


def _copy_of(error: Exception) -> Exception:
    """Copy what the router raised: the app may change the error that it is given."""
    copy: Exception = Exception.__new__(type(error))
    copy.__dict__.update(error.__dict__)
    methods = copy.__dict__.get("valid_methods")
    if methods is not None:
        copy.__dict__["valid_methods"] = tuple(methods)
    copy.__context__ = error.__context__
    return copy
