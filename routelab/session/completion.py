"""What may follow what was typed so far: methods, the app's own paths, endpoints, header names, commands.

It returns choices and must not know keys or menus; what may follow a command word stands with the word.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from routelab.session.choices import Completion, endpoints, header_names, paths, those, variables
from routelab.session.commands import SessionPlace
from routelab.session.lines import METHODS, command_word

if TYPE_CHECKING:
    from routelab.session.sandbox import AppSandbox
    from routelab.session.session import Session

_MOST = 40  # choices at once: nobody reads more
_OPTIONS = (
    ("-f", "send the data as a form"),
    ("-j", "send the data as JSON"),
    ("-F", "follow redirects"),
    ("-a", "USER:PASS, basic authentication"),
    ("--raw", "TEXT, the body exactly as written"),
    ("--multipart", "send the data as a multipart form"),
)


def completions(session: Session, typed: str) -> Iterator[Completion]:
    """Yield what may follow `typed`, the text in front of the cursor."""
    if "\n" not in typed:
        yield from islice(_choices(session.place, typed), _MOST)


def _choices(place: SessionPlace, typed: str) -> Iterator[Completion]:
    *words, last = typed.split(" ")
    before = [word for word in words if word]
    sandbox = place.sandbox
    if sandbox is not None and typed.startswith("url_for("):
        yield from _in_url_for(sandbox, typed.removeprefix("url_for("))
    elif not before:
        yield from _first_word(place, sandbox, last)
    elif sandbox is not None and (before[0].upper() in METHODS or before[0].startswith("/")):
        yield from _in_request(sandbox, before, last)
    else:
        command = place.command(command_word(before[0]))
        if command is not None and command.completes is not None:
            yield from command.completes(place, before, last)


def _first_word(place: SessionPlace, sandbox: AppSandbox | None, last: str) -> Iterator[Completion]:
    if last.startswith("/"):
        yield from paths(() if sandbox is None else sandbox.known_routes, last)
        return
    if not last:
        return  # an empty line means Enter; a menu would stand in the way
    if sandbox is not None:
        yield from those(((method, "a request") for method in METHODS), last, ignore_case=True)
    names = [(command.name, command.summary) for command in place.words]
    yield from those(names, last)
    if sandbox is not None:
        yield from those([("url_for(", "show how a URL is built"), ("curl ", "a curl command")], last)


def _in_request(sandbox: AppSandbox, before: list[str], last: str) -> Iterator[Completion]:
    has_path = any(word.startswith("/") for word in before)
    if not has_path:
        yield from paths(sandbox.known_routes, last, before[0].upper())
    elif last.startswith("-"):
        yield from those(_OPTIONS, last)
    elif last and last[0].isalpha():
        yield from header_names(last)


def _in_url_for(sandbox: AppSandbox, inside: str) -> Iterator[Completion]:
    """Offer endpoints in quotes, then the variables of the one that was named."""
    first, comma, rest = inside.partition(",")
    if comma:
        endpoint = first.strip().strip("'\"")
        yield from those(variables(sandbox.known_routes, endpoint), rest.rpartition(",")[2].strip())
        return
    quote = inside[:1] if inside[:1] in ("'", '"') else ""
    begun = inside[len(quote) :]
    opening, closing = ("", quote) if quote else ("'", "'")
    for endpoint, rule in endpoints(sandbox.known_routes):
        if endpoint.startswith(begun):
            text = f"{opening}{endpoint}{closing}"
            yield Completion(text=text, length=len(begun), shown=endpoint, about=rule)
