"""Paths that differ from the asked one in one place and that some rule takes, by the look of it.

It follows the asked path through the matcher's states with at most one change, and stops after a fixed
number of states, so its cost does not grow with the map. Whether a path really matches is for the router.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
from string import ascii_lowercase, digits
from typing import Any

from werkzeug.routing import Rule

from routelab.routing.comparison import Asked
from routelab.routing.order import rules_below
from routelab.routing.pattern import Dynamic
from routelab.routing.patternbook import PatternBook
from routelab.routing.sample import nearest_sample
from routelab.routing.suggestion import Change

_MOST_STATES = 400
_MOST_CHILDREN = 200  # up to here every sibling is compared, above only those one keystroke away
_MOST_ADDED = 30
_FAR_LESS_SIMILAR = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """One path near the asked one, and the rules that it seems to reach. `distance` orders such paths."""

    path: str
    change: Change
    segment: int | None
    was: str
    now: str
    distance: float
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the search stands: a state, what is left of the path, what was kept of it, the change so far."""

    state: Any
    left: tuple[str, ...]
    kept: tuple[str, ...]
    depth: int  # of the state, which is the index of the part that leaves it
    change: Change | None = None
    segment: int | None = None
    was: str = ""
    now: str = ""
    distance: float = 0.0

    def kept_on(self, state: Any, text: str, count: int = 1) -> "_Place":
        """Follow the path as it is."""
        return replace(
            self, state=state, left=self.left[count:], kept=(*self.kept, text), depth=self.depth + 1
        )

    def changed(self, change: Change, was: str, now: str, distance: float) -> "_Place":
        """Note the one change that is made here."""
        segment = len(self.kept)
        return replace(self, change=change, segment=segment, was=was, now=now, distance=distance)


def near_paths(root: Any, asked: Asked, book: PatternBook) -> list[Near]:
    """Find such paths, the nearest first."""
    starts = list(_domain_states(root, asked.domain))
    waiting = [_Place(state, asked.segments, (), 0) for state in reversed(starts)]
    found: dict[str, Near] = {}
    for _ in range(_MOST_STATES):
        if not waiting:
            break
        place = waiting.pop()
        for near in _ends(place):
            if near.path not in found or near.distance < found[near.path].distance:
                found[near.path] = near
        waiting += reversed(list(_next_places(place, book)))
    found.pop(asked.path, None)
    return sorted(found.values(), key=lambda near: near.distance)


def _domain_states(root: Any, domain: str) -> Iterator[Any]:
    if domain in root.static:
        yield root.static[domain]
    for part, state in islice(root.dynamic, _MOST_CHILDREN):
        if not part.final and re.match(part.content, domain):
            yield state


def _ends(place: _Place) -> Iterator[Near]:
    """Where the path may end: here, or with a slash more or less."""
    if place.left == () and place.state.rules:
        yield _near(place, place.kept, place.state.rules)
    if place.left == () and "" in place.state.static and place.state.static[""].rules:
        ended = place if place.change else place.changed(Change.SLASH_ADDED, "", "/", 0.1)
        yield _near(ended, (*place.kept, ""), place.state.static[""].rules)
    if place.left == ("",) and len(place.kept) > 1 and place.state.rules:
        ended = place if place.change else place.changed(Change.SLASH_DROPPED, "/", "", 0.1)
        yield _near(ended, place.kept, place.state.rules)


def _near(place: _Place, kept: tuple[str, ...], rules: list[Rule]) -> Near:
    return Near(
        path="/".join(kept),
        change=place.change or Change.VALUE,
        segment=place.segment,
        was=place.was,
        now=place.now,
        distance=place.distance,
        rules=tuple(rules),
    )


def _next_places(place: _Place, book: PatternBook) -> Iterator[_Place]:
    if place.left:
        yield from _unchanged(place)
    if place.change is None and place.depth > 0:
        if place.left:
            yield from _other_texts(place)
            yield from _dropped(place)
        yield from _other_values(place, book)
        yield from _added(place)


def _unchanged(place: _Place) -> Iterator[_Place]:
    text = place.left[0]
    if text in place.state.static:
        yield place.kept_on(place.state.static[text], text)
    for part, state in islice(place.state.dynamic, _MOST_CHILDREN):
        taken = "/".join(place.left) if part.final else text
        if re.match(part.content, taken):
            yield place.kept_on(state, taken, count=len(place.left) if part.final else 1)


def _other_texts(place: _Place) -> Iterator[_Place]:
    text = place.left[0]
    for near in near_texts(text, place.state.static):
        distance = 2 - SequenceMatcher(None, text, near).ratio()
        yield place.changed(Change.TEXT, text, near, distance).kept_on(place.state.static[near], near)


def _other_values(place: _Place, book: PatternBook) -> Iterator[_Place]:
    """Put in a text that a variable takes, for one that it refuses or at the end of the path.

    Fixed text that is known here was meant as such, so no variable is tried in its place.
    """
    if place.left and place.left[0] and place.left[0] in place.state.static:
        return
    for part, state in islice(place.state.dynamic, _MOST_ADDED):
        given = "/".join(place.left) if part.final else "".join(place.left[:1])
        if given and re.match(part.content, given):
            continue
        text = _sample(state, place.depth, given, book)
        if text is None:
            continue
        count = len(place.left) if part.final else 1
        change, distance = (Change.VALUE, 1.4) if given else (Change.SEGMENT_ADDED, 1.8)
        yield place.changed(change, given, text, distance).kept_on(state, text, count=count)


def _sample(state: Any, depth: int, given: str, book: PatternBook) -> str | None:
    rule = next(rules_below(state), None)
    pattern = book.of(rule) if rule is not None else None
    part = pattern.parts[depth] if pattern and depth < len(pattern.parts) else None
    if not isinstance(part, Dynamic):
        return None
    if given and not (given.startswith(part.prefix) and given.endswith(part.suffix)):
        return None
    core = given.removeprefix(part.prefix).removesuffix(part.suffix)
    texts = tuple(nearest_sample(variable, core) for variable in part.variables)
    known = tuple(text for text in texts if text is not None)
    return part.filled(known).removesuffix("/") if len(known) == len(texts) else None


def _dropped(place: _Place) -> Iterator[_Place]:
    """Leave out the first segment or the last one, but not the only one."""
    is_first, is_last = place.depth == 1, place.left[1:] in ((), ("",))
    if place.left[0] and is_first != is_last:
        distance = 1.6 if is_last else 1.7
        changed = place.changed(Change.SEGMENT_DROPPED, place.left[0], "", distance)
        yield replace(changed, left=place.left[1:])


def _added(place: _Place) -> Iterator[_Place]:
    """Put in fixed text that leads on to where the path goes on: a prefix that was forgotten, an end."""
    wanted = place.left[0] if place.left else None
    for text, state in islice(place.state.static.items(), _MOST_ADDED):
        if text and (wanted is None or wanted in state.static):
            changed = place.changed(Change.SEGMENT_ADDED, "", text, 1.9)
            yield replace(changed, state=state, kept=(*place.kept, text), depth=place.depth + 1)


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
    ]
    found = [variant for variant in variants if variant != text and variant in known]
    if len(known) <= _MOST_CHILDREN:
        found += _of_the_best(text, get_close_matches(text, known, n=4, cutoff=0.8 if text in known else 0.6))
    elif len(text) <= 40:
        found += [variant for variant in _one_keystroke_away(text) if variant in known]
    return [near for near in dict.fromkeys(found) if near and near != text][:3]


def _of_the_best(text: str, near: list[str]) -> list[str]:
    """Keep the matches that are about as similar as the best one, which stands first."""
    others = [each for each in near if each != text]
    ratios = [SequenceMatcher(None, each, text).ratio() for each in others]
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
