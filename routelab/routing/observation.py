"""Werkzeug's own matcher, watched: the untouched `match` runs over states that note each read of them.

This is the only module that knows `Map._matcher` and the states below its `_root`; where they are not what it
expects, there is no observation, and the match runs as if nobody watched. It knows no verdicts and no words.
"""

# How Werkzeug is watched
#
# Werkzeug cuts each rule into parts: the host, then a part for each piece between slashes, which is fixed
# text or one regular expression. All rules share one tree. A state of it has `static`, a dict from fixed
# text to the next state; `dynamic`, a list of pairs of a pattern and the next state, the lighter pattern
# first; and `rules`, those that end there. To match is to walk down: look the text up in `static`, else
# hold it against each pattern of `dynamic`, and back up from a dead end. So there is no list of "rules
# tried": in a map of 10,000 rules a match looks five texts up and takes up one rule. What a learner wants
# to be told, "why not mine?", is in the states that the walk came by, and Werkzeug tells nobody which
# they were.
#
# There are other ways to learn it. To copy the walk, and let the copy tell, is easy and fast, and drifts
# away from the original with some release: then the tool lies. To match every rule alone, in a map of its
# own, costs 150 times a match at 100 rules, and lies too: a rule that fits alone may have lost to a
# refusal or a slash redirect. To compare every rule with the path, as comparison.py does for the full
# table, tells nothing of the walk.
#
# So the data are watched, not the code. The matcher reads three attributes of a state and nothing else. A
# WatchedState has these three names, notes each read, and answers with what the real state has, its
# children watched in turn. Put in place of the root, it makes Werkzeug's own `match` write down its walk.
# The verdict is Werkzeug's, in one run, so no converter of the app's is asked twice; another release that
# walks in another order is told in that order; and a map of 10,000 rules costs no more than one of ten
# (1.6 to 2 times the plain match, and 30 microseconds the first time).
#
# Nothing of the app's is touched: the match runs on a twin of the adapter, whose map is a twin with a
# twin of the matcher, and each of these is a shallow copy that differs in one attribute. Two things are
# subtle.
#
# * A pattern that fits cannot be told from one that does not by the read alone: the matcher goes through
#   `dynamic` and keeps what its regular expression said to itself. But one that fits leads on, and the
#   state that it leads to is then read. So each visit has a number, every note says which visit made it,
#   and a pattern fitted if there are notes of the visit to which it leads.
# * Rules are read from a list, up to the one that wins. The matcher gets an ordinary list iterator, and
#   how many rules it took is asked of the iterator afterwards (`__length_hint__`), which costs the match
#   nothing.

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from functools import cache
from itertools import chain
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath

from routelab.record import Record

_new = object.__new__


class TextLookup(NamedTuple):
    """Fixed text was looked for in a state.

    Visits go by numbers: each has that of the event which led there, from 1; 0 is where the search began.
    """

    visit: int
    text: str
    state: Any  # where it led, None when it was not there


class PatternTrial(NamedTuple):
    """A pattern was held against the text; it fitted if a later event says that `state` was visited."""

    visit: int
    part: Any
    state: Any


class RulesRead(NamedTuple):
    """The rules of a state were gone through, as far as `left` was consumed."""

    visit: int
    left: Any  # the list iterator that the matcher got: it knows what is left of it
    rules: list[Rule]

    @property
    def seen(self) -> list[Rule]:
        """The rules that the matcher took, in its order."""
        return self.rules[: len(self.rules) - self.left.__length_hint__()]


MatcherEvent: TypeAlias = TextLookup | PatternTrial | RulesRead

_LIST_ITERATOR: type = type(iter([]))
_ROUTERS_OWN = (NoMatch, RequestPath, RequestAliasRedirect)


class WatchedState:
    """Stands in for one state, for one visit of the matcher; what is read of it is noted, and read on.

    Notes name visits by number: notes and visits that held each other would be garbage that only the
    collector finds. They are plain tuples while the match runs, since a traced request waits for them; what
    they mean is told by `events_of`.
    """

    __slots__ = ("notes", "number", "state")

    def __init__(self, state: Any, notes: list[Any], number: int) -> None:
        self.state = state
        self.notes = notes
        self.number = number

    @property
    def static(self) -> "WatchedState":
        return self

    def __contains__(self, text: str) -> bool:
        if text in self.state.static:
            return True
        self.notes.append((self.number, text, None))
        return False

    def __getitem__(self, text: str) -> "WatchedState":
        state, notes = self.state.static[text], self.notes
        notes.append((self.number, text, state))
        return WatchedState(state, notes, len(notes))

    @property
    def dynamic(self) -> Any:
        return self._trials() if self.state.dynamic else ()

    def _trials(self) -> Iterator[tuple[Any, "WatchedState"]]:
        notes, number = self.notes, self.number
        for part, state in self.state.dynamic:
            notes.append((number, part, state))
            yield part, WatchedState(state, notes, len(notes))

    @property
    def rules(self) -> Any:
        rules = self.state.rules
        left = iter(rules)
        self.notes.append((self.number, left, rules))
        return left


class MatchRun(NamedTuple):
    """What one match came to: `rule` and `args`, or `error`; `notes` is None when it could not be watched."""

    rule: Rule | None
    args: Any
    error: Exception | None
    notes: list[Any] | None


def watch(adapter: MapAdapter, arguments: tuple[Any, ...], root: Any = None) -> MatchRun:
    """Run `adapter.match(*arguments)` once, watched; the adapter and its map are left as they are.

    The match runs on a twin of the adapter whose map is a twin of the map, and the twin's matcher begins at a
    watched root. `arguments` are those of MapAdapter.match with return_rule=True; `root` is what
    `compiled_root` made of the map's states, else they are read themselves.
    """
    notes: list[Any] = []
    try:
        watched = WatchedState(root or root_of(adapter.map), notes, 0)
        twin = _twin(adapter, watched, compiled=root is not None)
    except AttributeError:  # another Werkzeug, with no such matcher
        return _run(adapter, arguments, None)
    run = _run(twin, arguments, notes)
    if run[2] is not None and not isinstance(run[2], HTTPException) and not _has_winner(notes):
        # Nothing of the app's runs before a rule is found: the matcher stumbled over a WatchedState.
        return _run(adapter, arguments, None)
    return run


def unwatched(adapter: MapAdapter, arguments: tuple[Any, ...]) -> MatchRun:
    """Run `adapter.match(*arguments)` once, and note nothing."""
    return _run(adapter, arguments, None)


def winner_of(adapter: MapAdapter, arguments: tuple[Any, ...], root: Any) -> Rule | None:
    """Run the match once, unwatched, and give the rule that won; None where there was none, or a redirect."""
    try:
        twin = adapter if root is None else _twin(adapter, root, compiled=True)
    except AttributeError:  # as above
        twin = adapter
    return _run(twin, arguments, None).rule


def compiled_root(url_map: Map) -> Any:
    """Copy the states of a map with each pattern compiled, to ask it thousands of times; None if that fails.

    The matcher compiles a pattern whenever it tries it, and leans on the 512 that `re` remembers. With more
    in one place each trial is a compilation, which takes a hundred times as long.
    """
    try:
        return _compiled(root_of(url_map))
    except (AttributeError, TypeError):  # as above
        return None


def _compiled(state: Any) -> Any:
    made = copy(state)
    made.static = {text: _compiled(child) for text, child in state.static.items()}
    made.dynamic = [
        (replace(part, content=re.compile(part.content)), _compiled(child)) for part, child in state.dynamic
    ]
    return made


@cache
def _of_compiled(matcher: type[Any]) -> type[Any]:
    """Give a matcher whose `match` is the same code, and gets back at once what it wants compiled and is.

    Python's own `re.compile` looks for that among the patterns it remembers, which takes most of a trial.
    """
    match = matcher.match
    quick = SimpleNamespace(**{**vars(re), "compile": lambda pattern: pattern})
    names = {**match.__globals__, "re": quick}
    same = FunctionType(match.__code__, names, match.__name__, match.__defaults__, match.__closure__)
    return type(matcher.__name__, (matcher,), {"match": same})


def _twin(adapter: MapAdapter, root: Any, *, compiled: bool) -> MapAdapter:
    url_map: Any = adapter.map
    matcher = url_map._matcher
    watched = _new(_of_compiled(matcher.__class__) if compiled else matcher.__class__)
    watched.__dict__ = {**matcher.__dict__, "_root": root}
    map_twin = _new(url_map.__class__)
    map_twin.__dict__ = {**url_map.__dict__, "_matcher": watched}
    twin: MapAdapter = _new(adapter.__class__)
    twin.__dict__ = {**adapter.__dict__, "map": map_twin}
    twin.__dict__.pop("match", None)  # a recorder may have put itself there
    return twin


def _run(adapter: MapAdapter, arguments: tuple[Any, ...], notes: list[Any] | None) -> MatchRun:
    try:
        rule, values = type(adapter).match(adapter, *arguments)
    except Exception as error:
        forget_frames(error)
        return MatchRun(None, None, error, notes)
    return MatchRun(rule, values, None, notes)


def forget_frames(error: BaseException) -> None:
    """Drop the frames of an answer of the router's own: they tell nothing, and keep all that they hold."""
    link = error if isinstance(error.__context__, _ROUTERS_OWN) else None
    for _ in range(3):  # the answer, what the matcher raised, and what made it do so
        if link is None or not type(link).__module__.startswith("werkzeug."):
            return
        link.__traceback__ = None
        link = link.__context__


def _has_winner(notes: list[Any]) -> bool:
    return bool(notes) and isinstance(notes[-1][1], _LIST_ITERATOR) and bool(RulesRead(*notes[-1]).seen)


def root_of(url_map: Map) -> Any:
    """Read the state in which each search begins. Raises AttributeError where there is none."""
    url_map.update()
    matcher: Any = url_map._matcher
    return matcher._root


def events_of(run: MatchRun) -> tuple[MatcherEvent, ...]:
    """Tell the notes of a run as events."""
    return tuple(_named(event) for event in run.notes or ())


def _named(event: tuple[Any, ...]) -> MatcherEvent:
    if isinstance(event[1], str):
        return TextLookup(*event)
    return RulesRead(*event) if isinstance(event[1], _LIST_ITERATOR) else PatternTrial(*event)


def begins(event: MatcherEvent) -> bool:
    """Whether a search begins with this event; a second one does when slashes are merged."""
    return event.visit == 0 and isinstance(event, TextLookup)


def visited_states(events: tuple[MatcherEvent, ...]) -> dict[int, Any]:
    """Map each visit that was made to its state, in order, without the one where the search began."""
    led = ((event.visit, events[event.visit - 1]) for event in events if event.visit)
    return {visit: event.state for visit, event in led if not isinstance(event, RulesRead)}


class DecisionOrder(Record):
    """All rules of a map; of two that fit the same request, the first one here wins.

    Rules that are only for building come last. When `reliable` is False the order is that of Map.iter_rules.
    """

    rules: tuple[Rule, ...]
    reliable: bool


def decision_order(url_map: Map) -> DecisionOrder:
    """Put the rules of a map in the order in which the router decides among them."""
    every = {id(rule): rule for rule in url_map.iter_rules()}
    try:
        decided = tuple(rules_below(root_of(url_map)))
    except AttributeError:  # another Werkzeug, with other states
        decided = ()
    matchable = {number for number, rule in every.items() if not rule.build_only}
    if {id(rule) for rule in decided} != matchable:
        return DecisionOrder(rules=tuple(every.values()), reliable=False)
    others = (rule for number, rule in every.items() if number not in matchable)
    return DecisionOrder(rules=(*decided, *others), reliable=True)


def rules_below(state: Any) -> Iterator[Rule]:
    """Yield the rules that end at or below a state, in the order in which they are decided."""
    waiting: list[Iterator[Any]] = [iter((state,))]
    while waiting:
        for state in waiting[-1]:
            yield from state.rules
            waiting.append(chain(state.static.values(), (child for _, child in state.dynamic)))
            break
        else:
            waiting.pop()
