"""Paths that differ from the asked one in one place and that some rule takes, by the look of it.

It follows the asked path through the matcher's states with at most one change, and stops after a fixed
number of states, so its cost does not grow with the map. Whether a path really matches is for the router.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from string import ascii_lowercase, digits
from typing import Any, NamedTuple
from urllib.parse import quote

from werkzeug.routing import Rule

from routelab.record import Record
from routelab.routing.comparison import MatchQuery
from routelab.routing.examples import nearest_sample
from routelab.routing.lookalikes import SIMILAR, other_forms, similarity
from routelab.routing.observation import MatcherEvent, TextLookup, begins, rules_below, visited_states
from routelab.routing.pattern import Dynamic
from routelab.routing.patterncache import PatternCache
from routelab.routing.suggestion import RequestChange

# A path takes up to 22 states in maps of 10 to 10,000 rules shaped as apps have them, some half a
# millisecond. Where every state leads to every other, 400 stop the search after ten milliseconds, which
# nobody notices.
_MOST_STATES = 400
# Up to here every sibling is compared: 200 similarities are three milliseconds. Above, only those one
# keystroke away are looked up, which costs the same for any number.
_MOST_CHILDREN = 200
_MOST_BEFORE = 1_000  # ways to what the path begins with: half a millisecond
_MOST_ADDED = 30  # what may be put in is made up, and beyond some thirty of them nobody meant this one

# How similar two texts must be, beside SIMILAR: a text that is known itself was hardly mistyped, so beside it
# only 0.8 counts. And 0.2 below the best is another word.
_NEARLY_THE_SAME = 0.8
_FAR_LESS_SIMILAR = 0.2

# How far a path is from the asked one; only the order counts. One slash (0.1) is no other path at all,
# and is told before anything else. A mistyped text is at 2 minus its similarity, so 1.0 to 1.4. Next
# comes a value that the converter takes, for one that it refuses (1.4): it changes what was asked for. To
# leave a segment out (1.6 the last, 1.7 the first) throws away what somebody typed, and is more often
# right at the end of a path. Last comes what nobody typed: a value made up (1.8), which the rule says is
# wanted there, before a text (1.9), of which a map has many.
_SLASH = 0.1
_OTHER_VALUE = 1.4
_LAST_LEFT_OUT = 1.6
_FIRST_LEFT_OUT = 1.7
_VALUE_ADDED = 1.8
_TEXT_ADDED = 1.9
_ONE_MORE = 0.001  # of several texts put in, the fewest first

# Of which rules the three closest are chosen: enough that the best are among them, and few enough that
# judging them (two microseconds each) costs less than the search that found them.
_LOOKED_AT = 20
_NEAR_PATHS = 8
_PER_STATE = 5
_DEEPEST = 3
_FEW = 20  # texts below a state: of more, the first five would be any five


class NearMiss(Record):
    """One path near the asked one, and the rules that it seems to reach. `distance` orders such paths."""

    path: str
    change: RequestChange
    segment: int | None
    was: str
    now: str
    distance: float
    rules: tuple[Rule, ...]


class _Position(NamedTuple):
    """Where the search stands: a state, what is left of the path, what was kept of it, the change so far."""

    state: Any
    left: tuple[str, ...]
    kept: tuple[str, ...]
    depth: int  # of the state, which is the index of the part that leaves it
    change: RequestChange | None = None
    segment: int | None = None
    was: str = ""
    now: str = ""
    distance: float = 0.0

    def kept_on(self, state: Any, text: str, count: int = 1) -> "_Position":
        """Follow the path as it is."""
        return self._replace(
            state=state, left=self.left[count:], kept=(*self.kept, text), depth=self.depth + 1
        )

    def changed(self, change: RequestChange, was: str, now: str, distance: float) -> "_Position":
        """Note the one change that is made here."""
        segment = len(self.kept)
        return self._replace(change=change, segment=segment, was=was, now=now, distance=distance)


def near_paths(root: Any, asked: MatchQuery, patterns: PatternCache) -> list[NearMiss]:
    """Find such paths, the nearest first."""
    starts = list(_domain_states(root, asked.domain))
    waiting = [_Position(state, asked.segments, (), 0) for state in reversed(starts)]
    found: dict[str, NearMiss] = {}
    for _ in range(_MOST_STATES):
        if not waiting:
            break
        place = waiting.pop()
        for near in _ends(place):
            if near.path not in found or near.distance < found[near.path].distance:
                found[near.path] = near
        waiting += reversed(list(_next_places(place, patterns)))
    found.pop(asked.path, None)
    return sorted(found.values(), key=lambda near: near.distance)


def _domain_states(root: Any, domain: str) -> Iterator[Any]:
    if domain in root.static:
        yield root.static[domain]
    for part, state in islice(root.dynamic, _MOST_CHILDREN):
        if not part.final and re.match(part.content, domain):
            yield state


def _ends(place: _Position) -> Iterator[NearMiss]:
    """Where the path may end: here, or with a slash more or less."""
    if place.left == () and place.state.rules:
        yield _near(place, place.kept, place.state.rules)
    if place.left == () and "" in place.state.static and place.state.static[""].rules:
        ended = place if place.change else place.changed(RequestChange.SLASH_ADDED, "", "/", _SLASH)
        yield _near(ended, (*place.kept, ""), place.state.static[""].rules)
    if place.left == ("",) and len(place.kept) > 1 and place.state.rules:
        ended = place if place.change else place.changed(RequestChange.SLASH_DROPPED, "/", "", _SLASH)
        yield _near(ended, place.kept, place.state.rules)


def _near(place: _Position, kept: tuple[str, ...], rules: list[Rule]) -> NearMiss:
    return NearMiss(
        path="/".join(kept),
        change=place.change or RequestChange.VALUE,
        segment=place.segment,
        was=place.was,
        now=place.now,
        distance=place.distance,
        rules=tuple(rules),
    )


def _next_places(place: _Position, patterns: PatternCache) -> Iterator[_Position]:
    if place.left:
        yield from _unchanged(place)
    if place.change is None and place.depth > 0:
        if place.left:
            yield from _other_texts(place)
            yield from _dropped(place)
        yield from _other_values(place, patterns)
        yield from _added(place)


def _unchanged(place: _Position) -> Iterator[_Position]:
    text = place.left[0]
    if text in place.state.static:
        yield place.kept_on(place.state.static[text], text)
    for part, state in islice(place.state.dynamic, _MOST_CHILDREN):
        taken = "/".join(place.left) if part.final else text
        if re.match(part.content, taken):
            yield place.kept_on(state, taken, count=len(place.left) if part.final else 1)


def _other_texts(place: _Position) -> Iterator[_Position]:
    text = place.left[0]
    for near in near_texts(text, place.state.static):
        distance = 2 - similarity(text, near)
        yield place.changed(RequestChange.TEXT, text, near, distance).kept_on(place.state.static[near], near)


def _other_values(place: _Position, patterns: PatternCache) -> Iterator[_Position]:
    """Put in a text that a variable takes, for one that it refuses or at the end of the path.

    Fixed text that is known here was meant as such, so no variable is tried in its place.
    """
    if place.left and place.left[0] and place.left[0] in place.state.static:
        return
    for part, state in islice(place.state.dynamic, _MOST_ADDED):
        given = "/".join(place.left) if part.final else "".join(place.left[:1])
        if given and re.match(part.content, given):
            continue
        text = _sample(state, place.depth, given, patterns)
        if text is None:
            continue
        count = len(place.left) if part.final else 1
        change, distance = (
            (RequestChange.VALUE, _OTHER_VALUE) if given else (RequestChange.SEGMENT_ADDED, _VALUE_ADDED)
        )
        yield place.changed(change, given, text, distance).kept_on(state, text, count=count)


def _sample(state: Any, depth: int, given: str, patterns: PatternCache) -> str | None:
    rule = next(rules_below(state), None)
    pattern = patterns.of(rule) if rule is not None else None
    part = pattern.parts[depth] if pattern and depth < len(pattern.parts) else None
    if not isinstance(part, Dynamic):
        return None
    if given and not (given.startswith(part.prefix) and given.endswith(part.suffix)):
        return None
    core = given.removeprefix(part.prefix).removesuffix(part.suffix)
    texts = tuple(nearest_sample(variable, core) for variable in part.variables)
    known = tuple(text for text in texts if text is not None)
    return part.filled(known).removesuffix("/") if len(known) == len(texts) else None


def _dropped(place: _Position) -> Iterator[_Position]:
    """Leave out the first segment or the last one, but not the only one."""
    is_first, is_last = place.depth == 1, place.left[1:] in ((), ("",))
    if place.left[0] and is_first != is_last:
        distance = _LAST_LEFT_OUT if is_last else _FIRST_LEFT_OUT
        changed = place.changed(RequestChange.SEGMENT_DROPPED, place.left[0], "", distance)
        yield changed._replace(left=place.left[1:])


def _added(place: _Position) -> Iterator[_Position]:
    """Put in fixed text that leads on to where the path goes on: a prefix that was forgotten, an end."""
    wanted = place.left[0] if place.left else None
    # Only what stands before a whole path has several parts, as "/api/v1" of a blueprint.
    deep = place.depth == 1 and bool(wanted)
    for texts, state in islice(_fixed_below(place.state, deep=deep), _MOST_BEFORE if deep else _MOST_ADDED):
        if wanted is None or wanted in state.static:
            distance = _TEXT_ADDED + _ONE_MORE * (len(texts) - 1)
            changed = place.changed(RequestChange.SEGMENT_ADDED, "", "/".join(texts), distance)
            yield changed._replace(state=state, kept=(*place.kept, *texts), depth=place.depth + len(texts))


def _fixed_below(state: Any, *, deep: bool) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the states to which a fixed text leads, or several where it is `deep`; the shortest way first."""
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), state)])
    while waiting:
        before, here = waiting.popleft()
        for text, below in here.static.items():
            if text:
                yield (*before, text), below
                if deep:
                    waiting.append(((*before, text), below))


def near_texts(text: str, known: Mapping[str, Any]) -> list[str]:
    """Find the known texts that someone may have meant, at a cost that does not grow with their number.

    "usr" in {"user": ..., "users": ...} gives ["user", "users"]. A text that is known itself is no slip of
    the pen, so only a very similar one counts beside it; and none that is far less similar than the best.
    """
    if not text:
        return []
    variants = [
        text.lower(),
        text.replace("_", "-"),
        text.replace("-", "_"),
        text + "s",
        text.removesuffix("s"),
        *other_forms(text),
        quote(text, safe=""),
    ]
    found = [variant for variant in variants if variant != text and variant in known]
    if len(known) <= _MOST_CHILDREN:
        cutoff = _NEARLY_THE_SAME if text in known else SIMILAR
        found += _of_the_best(text, get_close_matches(text, known, n=4, cutoff=cutoff))
    elif len(text) <= 40:
        found += [variant for variant in _one_keystroke_away(text) if variant in known]
    return [near for near in dict.fromkeys(found) if near and near != text][:3]


def _of_the_best(text: str, near: list[str]) -> list[str]:
    """Keep the matches that are about as similar as the best one, which stands first."""
    others = [each for each in near if each != text]
    ratios = [similarity(each, text) for each in others]
    return [each for each, ratio in zip(others, ratios, strict=True) if ratio > ratios[0] - _FAR_LESS_SIMILAR]


def _one_keystroke_away(text: str) -> Iterator[str]:
    letters = ascii_lowercase + digits + "-_"
    for place in range(len(text) + 1):
        before, after = text[:place], text[place:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def closest_rules(
    events: tuple[MatcherEvent, ...], nears: list[NearMiss], looked_at: tuple[Rule, ...]
) -> tuple[Rule, ...]:
    """Gather a few rules worth judging: looked at, reached by a near path, below where the search gave up.

    Without a near path, a text that is nearly the one looked up leads to such rules, whatever else they want.
    """
    rules = [*looked_at[:_LOOKED_AT]]
    for near in nears[:_NEAR_PATHS]:
        rules += near.rules[:_PER_STATE]
    for state in () if nears else _states_of_near_texts(events):
        rules += islice(rules_below(state), _PER_STATE)
    for state in _deepest_states(events):
        if len(state.static) <= _FEW:
            rules += islice(rules_below(state), _PER_STATE)
    return tuple({id(rule): rule for rule in rules}.values())


def _states_of_near_texts(events: tuple[MatcherEvent, ...]) -> Iterator[Any]:
    """Yield the states behind texts that are nearly one looked up in vain, the last look-up first."""
    states = visited_states(events)
    in_vain = [
        event
        for event in events
        if isinstance(event, TextLookup) and event.state is None and event.visit in states
    ]
    for event in reversed(in_vain[-_DEEPEST:]):
        known = states[event.visit].static
        yield from (known[near] for near in near_texts(event.text, known))


def _deepest_states(events: tuple[MatcherEvent, ...]) -> list[Any]:
    """List the states visited last before the search first gave up, without those that every path passes."""
    again = (place for place, event in enumerate(events) if place and begins(event))
    return list(visited_states(events[: next(again, None)]).values())[1:][-_DEEPEST:]
