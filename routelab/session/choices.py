"""Ways to go on from what was typed: paths, endpoints, header names, or any list of words.

It knows the rules of an app as values, and no place, command or key.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from routelab.record import Record

if TYPE_CHECKING:
    from routelab.router import KnownRule

_HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Cache-Control", "Content-Type", "Cookie", "Host",
    "If-Modified-Since", "If-None-Match", "Origin", "Referer", "User-Agent", "X-Forwarded-For",
    "X-Requested-With",
)  # fmt: skip


class Completion(Record):
    """One way to go on: `text` replaces the last `length` characters, `shown` stands in the menu."""

    text: str
    length: int
    shown: str
    about: str = ""


def those(pairs: Iterable[tuple[str, str]], last: str, *, ignore_case: bool = False) -> Iterator[Completion]:
    """Offer those of (text, what it is) that go on from what was typed."""
    begin = last.casefold() if ignore_case else last
    for text, about in pairs:
        if (text.casefold() if ignore_case else text).startswith(begin) and text != last:
            yield Completion(text=text, length=len(last), shown=text, about=about)


def paths(routes: Sequence[KnownRule], last: str, method: str = "") -> Iterator[Completion]:
    """Offer paths up to their first variable; the whole rule is what is shown."""
    start = bisect_left(routes, last, key=lambda route: route.rule)
    offered = set()
    for route in islice(routes, start, None):
        if not route.rule.startswith(last):
            break
        if method and route.methods and method not in route.methods:
            continue
        text = route.rule.partition("<")[0]
        if len(text) >= len(last) and (text, route.rule) not in offered:
            offered.add((text, route.rule))
            yield Completion(text=text, length=len(last), shown=route.rule, about=route.endpoint)


def endpoints(routes: Iterable[KnownRule]) -> Iterator[tuple[str, str]]:
    """Yield each endpoint with the first of its rules."""
    rules: dict[str, str] = {}
    for route in routes:
        rules.setdefault(route.endpoint, route.rule)
    yield from sorted(rules.items())


def variables(routes: Iterable[KnownRule], endpoint: str) -> Iterator[tuple[str, str]]:
    """Yield the variables of an endpoint, as they are written."""
    names = dict.fromkeys(name for route in routes if route.endpoint == endpoint for name in route.variables)
    yield from ((f"{name}=", f"a variable of {endpoint}") for name in names)


def header_names(last: str) -> Iterator[Completion]:
    """Offer the names of headers."""
    yield from those(((f"{name}:", "a header") for name in _HEADERS), last, ignore_case=True)
