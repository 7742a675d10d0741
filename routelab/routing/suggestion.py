"""Requests near the asked one that the router was asked about, and that match: no view runs.

Wishes are cheap guesses; only those that a real match fulfils become suggestions.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from werkzeug.routing import MapAdapter

from routelab.routing.comparison import Asked
from routelab.routing.nearby import Change, Near
from routelab.routing.obstacle import Refused
from routelab.routing.pattern import Dynamic, Pattern
from routelab.routing.sample import nearest_sample, samples

_MOST = 3
_MOST_ASKED = 12  # of the router, for one list of suggestions
_OTHER_LENGTHS = (Change.SEGMENT_DROPPED, Change.SEGMENT_ADDED)
_COME_BY_THEMSELVES = ("HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request that might match. `path` is decoded; `was` became `now` in `segment`, where one changed."""

    method: str
    path: str
    change: Change
    segment: int | None = None
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A request that matches, as the router said, and how it differs from the one that was asked."""

    wish: Wish
    rule: str
    endpoint: Any

    @property
    def method(self) -> str:
        """The method to send."""
        return self.wish.method

    @property
    def path(self) -> str:
        """The path to send, decoded."""
        return self.wish.path

    @property
    def change(self) -> Change:
        """What is different."""
        return self.wish.change


# Ask the router about a path and a method: the rule and the endpoint of a match, else None.
Asker = Callable[[str, str], tuple[str, Any] | None]


def fulfilled(wishes: Iterable[Wish], ask: Asker) -> tuple[Suggestion, ...]:
    """Keep the first three wishes that the router fulfils; it is asked about a dozen at most.

    Where the path can be mended without leaving a part of it out, that is not suggested beside.
    """
    found: list[Suggestion] = []
    met: set[tuple[str, str]] = set()
    for wish in wishes:
        if len(found) == _MOST or len(met) == _MOST_ASKED:
            break
        if (wish.path, wish.method) in met or any(_says_the_same(wish, each.wish) for each in found):
            continue
        met.add((wish.path, wish.method))
        answer = ask(wish.path, wish.method)
        if answer is not None:
            found.append(Suggestion(wish=wish, rule=answer[0], endpoint=answer[1]))
    mended = any(each.change not in _OTHER_LENGTHS for each in found)
    return tuple(each for each in found if not (mended and each.change is Change.SEGMENT_DROPPED))


def _says_the_same(wish: Wish, other: Wish) -> bool:
    """Whether one more value in the same place, or HEAD beside GET, would teach nothing new."""
    if wish.change is Change.METHOD:
        return wish.method in _COME_BY_THEMSELVES
    in_place = other.change in (Change.VALUE, Change.TEXT) and wish.segment == other.segment
    return wish.change is Change.VALUE and in_place


def with_other_methods(asked: Asked, allowed: tuple[str, ...]) -> Iterator[Wish]:
    """Wish for the same path with each method that Allow names, chosen ones before automatic ones."""
    real = filter(str.isalpha, allowed)  # "GET, POST" is a slip of the pen
    for method in sorted(real, key=lambda name: name in _COME_BY_THEMSELVES):
        yield Wish(method=method, path=asked.path, change=Change.METHOD, was=asked.method, now=method)


def with_slashes_or_text_mended(asked: Asked) -> Iterator[Wish]:
    """Wish for the path with doubled slashes merged, or with a percent-encoding undone."""
    if asked.merged.path != asked.path:
        yield Wish(method=asked.method, path=asked.merged.path, change=Change.SLASHES_MERGED)
    decoded = unquote(asked.path)
    if decoded != asked.path:
        yield Wish(method=asked.method, path=decoded, change=Change.DECODED)


def with_another_value(asked: Asked, pattern: Pattern, refused: Refused) -> Iterator[Wish]:
    """Wish for values that the refusing converter takes, the nearest first."""
    variable, segment = refused.variable, refused.segment
    if variable is None or segment is None:
        return
    part = pattern.parts[segment]
    assert isinstance(part, Dynamic)
    found = part.regex.match(
        "/".join(asked.segments[segment:]) if part.takes_rest else asked.segments[segment]
    )
    if found is None:
        return
    raw = dict(zip(part.variables, part.raw(found), strict=True))
    for value in (nearest_sample(variable, refused.got), *samples(variable)[:4]):
        if value is not None and value != refused.got:
            text = part.filled(tuple((raw | {variable: value})[each] for each in part.variables))
            after = () if part.takes_rest else asked.segments[segment + 1 :]
            yield Wish(
                method=asked.method,
                path="/".join((*asked.segments[:segment], text, *after)),
                change=Change.VALUE,
                segment=segment,
                was=refused.got,
                now=value,
            )


def with_near_paths(asked: Asked, nears: Iterable[Near]) -> Iterator[Wish]:
    """Wish for each path that differs in one place, with a method that its rules take.

    A question mark in a rule is a slip of the pen, so no such path is wished for.
    """
    for near in nears:
        if "?" in near.path:
            continue
        yield Wish(
            method=_method_for(near, asked.method),
            path=near.path,
            change=near.change,
            segment=near.segment,
            was=near.was,
            now=near.now,
        )


def _method_for(near: Near, method: str) -> str:
    if any(rule.methods is None or method in rule.methods for rule in near.rules):
        return method
    chosen = sorted(set().union(*(rule.methods or () for rule in near.rules)) - {*_COME_BY_THEMSELVES})
    return chosen[0] if chosen else method


def with_the_redirect_followed(asked: Asked, adapter: MapAdapter, url: str) -> Iterator[Wish]:
    """Wish for the path that the router redirects to, where it is on the same host."""
    target = urlsplit(url)
    prefix = adapter.script_name.rstrip("/")
    if target.netloc == adapter.get_host(None) and unquote(target.path).startswith(prefix):
        path = unquote(target.path).removeprefix(prefix)
        yield Wish(method=asked.method, path=path, change=Change.REDIRECTED, was=asked.path, now=path)


def for_an_endpoint(asked: Asked, path: str | None) -> Iterator[Wish]:
    """Wish for the path of the rule whose endpoint's name was taken for a URL."""
    if path is not None and "?" not in path and not path.startswith(f"{asked.path.rstrip('/')}/"):
        yield Wish(
            method=asked.method, path=path, change=Change.ENDPOINT, was=asked.path.strip("/"), now=path
        )
