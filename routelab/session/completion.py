"""What may follow what was typed so far: methods, the app's own paths, endpoints, header names, commands.

It returns choices and must not know keys or menus.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from routelab.learner.settings import SWITCHES
from routelab.session.app_place import AppPlace
from routelab.session.commands import Place
from routelab.session.lines import METHODS, command_word
from routelab.session.sandbox import AppSandbox

if TYPE_CHECKING:
    from routelab.router import KnownRule
    from routelab.session.session import Session

_MOST = 40  # choices at once: nobody reads more
_HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Cache-Control", "Content-Type", "Cookie", "Host",
    "If-Modified-Since", "If-None-Match", "Origin", "Referer", "User-Agent", "X-Forwarded-For",
    "X-Requested-With",
)  # fmt: skip
_OPTIONS = (
    ("-f", "send the data as a form"),
    ("-j", "send the data as JSON"),
    ("-F", "follow redirects"),
    ("-a", "USER:PASS, basic authentication"),
    ("--raw", "TEXT, the body as it stands"),
    ("--multipart", "send the data as a multipart form"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to go on: `text` replaces the last `length` characters, `shown` stands in the menu."""

    text: str
    length: int
    shown: str
    about: str = ""


def completions(session: Session, typed: str) -> Iterator[Choice]:
    """Yield what may follow `typed`, the text in front of the cursor."""
    if "\n" not in typed:
        yield from islice(_choices(session.place, typed), _MOST)


def _choices(place: Place, typed: str) -> Iterator[Choice]:
    *words, last = typed.split(" ")
    before = [word for word in words if word]
    sandbox = place.sandbox if isinstance(place, AppPlace) else None
    if sandbox is not None and typed.startswith("url_for("):
        yield from _in_url_for(sandbox, typed.removeprefix("url_for("))
    elif not before:
        yield from _first_word(place, sandbox, last)
    elif sandbox is not None and (before[0].upper() in METHODS or before[0].startswith("/")):
        yield from _in_request(sandbox, before, last)
    else:
        yield from _after(place, sandbox, before, last)


def _first_word(place: Place, sandbox: AppSandbox | None, last: str) -> Iterator[Choice]:
    if last.startswith("/"):
        yield from _paths(sandbox, last, "")
        return
    if not last:
        return  # an empty line means Enter; a menu would stand in the way
    if sandbox is not None:
        yield from _those(((method, "a request") for method in METHODS), last, ignore_case=True)
    names = [(command.name, command.summary) for command in place.words]
    yield from _those(names, last)
    if sandbox is not None:
        yield from _those([("url_for(", "show how a URL is built"), ("curl ", "a curl command")], last)


def _in_request(sandbox: AppSandbox, before: list[str], last: str) -> Iterator[Choice]:
    has_path = any(word.startswith("/") for word in before)
    if not has_path:
        yield from _paths(sandbox, last, before[0].upper())
    elif last.startswith("-"):
        yield from _those(_OPTIONS, last)
    elif last and last[0].isalpha():
        yield from _header_names(last)


def _after(place: Place, sandbox: AppSandbox | None, before: list[str], last: str) -> Iterator[Choice]:
    command = place.command(command_word(before[0]))
    match command.name if command is not None else None:
        case "help":
            from routelab.lessons.glossary import terms

            yield from _those([(each.name, each.summary) for each in place.words], last)
            yield from _those(((word, "a word of the field") for word in terms()), last)
        case "switch":
            yield from _those([(name, "") for name in (*SWITCHES, "plain")], last)
        case "lessons":
            yield from _those([(str(each.number), each.title) for each in place.course.summaries], last)
        case "set":
            yield from _header_names(last)
        case "unset" if sandbox is not None:
            yield from _those([(name, "") for name in sandbox.header_names], last)
        case "match" if sandbox is not None:
            if len(before) == 1 and not last.startswith("/"):
                yield from _those([(method, "") for method in METHODS], last, ignore_case=True)
            yield from _paths(sandbox, last, "")
        case "build" | "source" if sandbox is not None:
            yield from _endpoint_or_variable(sandbox, before, last)


def _endpoint_or_variable(sandbox: AppSandbox, before: list[str], last: str) -> Iterator[Choice]:
    if len(before) == 1:
        yield from _those(_endpoints(sandbox.known_routes), last)
    else:
        yield from _those(_variables(sandbox.known_routes, before[1]), last)


def _in_url_for(sandbox: AppSandbox, inside: str) -> Iterator[Choice]:
    """Offer endpoints in quotes, then the variables of the one that was named."""
    first, comma, rest = inside.partition(",")
    if comma:
        endpoint = first.strip().strip("'\"")
        yield from _those(_variables(sandbox.known_routes, endpoint), rest.rpartition(",")[2].strip())
        return
    quote = inside[:1] if inside[:1] in ("'", '"') else ""
    begun = inside[len(quote) :]
    opening, closing = ("", quote) if quote else ("'", "'")
    for endpoint, rule in _endpoints(sandbox.known_routes):
        if endpoint.startswith(begun):
            text = f"{opening}{endpoint}{closing}"
            yield Choice(text=text, length=len(begun), shown=endpoint, about=rule)


def _endpoints(routes: Iterable[KnownRule]) -> Iterator[tuple[str, str]]:
    """Yield each endpoint with the first of its rules."""
    rules: dict[str, str] = {}
    for route in routes:
        rules.setdefault(route.endpoint, route.rule)
    yield from sorted(rules.items())


def _variables(routes: Iterable[KnownRule], endpoint: str) -> Iterator[tuple[str, str]]:
    names = dict.fromkeys(name for route in routes if route.endpoint == endpoint for name in route.variables)
    yield from ((f"{name}=", f"a variable of {endpoint}") for name in names)


def _paths(sandbox: AppSandbox | None, last: str, method: str) -> Iterator[Choice]:
    """Offer paths up to their first variable; the whole rule is what is shown."""
    routes = () if sandbox is None else sandbox.known_routes
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
            yield Choice(text=text, length=len(last), shown=route.rule, about=route.endpoint)


def _header_names(last: str) -> Iterator[Choice]:
    yield from _those(((f"{name}:", "a header") for name in _HEADERS), last, ignore_case=True)


def _those(pairs: Iterable[tuple[str, str]], last: str, *, ignore_case: bool = False) -> Iterator[Choice]:
    begin = last.casefold() if ignore_case else last
    for text, about in pairs:
        if (text.casefold() if ignore_case else text).startswith(begin) and text != last:
            yield Choice(text=text, length=len(last), shown=text, about=about)
