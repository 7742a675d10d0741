"""What one request line asks for, as one checked value: a RequestLine that exists can be sent.

It must not know how the line was written, nor the app that will answer.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from routelab.headers import lower_names
from routelab.oneof import OneOf
from routelab.record import Record
from routelab.requestline.errors import Fault, RequestLineError

if TYPE_CHECKING:
    from routelab.requestline.items import Item  # which only who reads lines has

BODY_LIMIT = 10 * 1024 * 1024  # bytes: ample for a lesson, and no trap for the memory of a classroom laptop
MAX_REDIRECTS = 30  # as HTTPie and most browsers have it

URLENCODED = "application/x-www-form-urlencoded"  # a form, as browsers and curl send it
SCHEMES = ("http", "https", "ws", "wss")

# Sets where every request line is checked: to compile a pattern takes longer than many such checks.
_OF_A_TOKEN = frozenset(f"!#$%&'*+.^_`|~-{ascii_letters}{digits}")  # RFC 9110, 5.6.2
_UNSENDABLE = frozenset((*map(chr, range(0x20)), "\x7f"))
_UNSENDABLE_IN_HEADER = _UNSENDABLE - {"\t"}  # which may stand in a value
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::[0-9]{1,5})?"
_SURROGATE = r"[\ud800-\udfff]"


class BodyKind(OneOf):
    """How the body of a request was made."""

    NONE = "none"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    RAW = "raw"


class RequestLine(Record):
    """One request to simulate.

    `path` is as typed: `/al%20ice` stays encoded, `/q/100%` stays as it is. `query_string` is encoded and has
    no `?`. `headers` are (name, value) pairs in order; `unset` names those that must not be sent at all.
    `items` are the data items that `body` was made of, for writing the line again. Raises a RequestLineError
    if no client could send such a request.
    """

    method: str
    path: str
    query_string: str = ""
    fragment: str | None = None  # a browser keeps it to itself: it is never sent
    headers: tuple[tuple[str, str], ...] = ()
    unset: tuple[str, ...] = ()
    body: bytes | None = None
    kind: BodyKind = BodyKind.NONE
    items: tuple[Item, ...] = ()
    follow: bool = False
    max_redirects: int = MAX_REDIRECTS
    scheme: str | None = None
    host: str | None = None

    @property
    def named_headers(self) -> set[str]:
        """The names, in lower case, of what is sent or must not be sent: nobody adds such a header."""
        return lower_names(self.headers) | {name.lower() for name in self.unset}

    def _check(self) -> None:
        if not _is_token(self.method):
            raise RequestLineError(Fault.BAD_METHOD, method=self.method)
        if not self.path.startswith("/"):
            raise not_a_path(self.path)
        _refuse_unsendable("path", self.path)
        if self.query_string:
            _refuse_unsendable("query", self.query_string)
        if self.fragment:
            _refuse_unsendable("fragment", self.fragment)
        if self.host is not None and not re.fullmatch(_HOST, self.host):
            raise RequestLineError(Fault.BAD_HOST, host=self.host)
        for name, value in self.headers:
            _check_header(name, value)
        for name in self.unset:
            _check_header(name, "")
        if self.body is not None and len(self.body) > BODY_LIMIT:
            raise too_large(len(self.body))


def not_a_path(word: str, method: str | None = None) -> RequestLineError:
    """Make the error for a path without a slash at its start; the one with it is what may be meant."""
    path = f"/{word}"
    return RequestLineError(Fault.NOT_A_PATH, f"{method or 'GET'} {path}", word=word, path=path)


def too_large(size: int, item: str | None = None) -> RequestLineError:
    """Make the error for a body of `size` bytes; a device that says 0 may yet never end."""
    amount = f"{size / 2**20:.1f} MiB" if size > BODY_LIMIT else "more"
    most = f"{BODY_LIMIT // 2**20} MiB"
    fault = Fault.BODY_TOO_LARGE if item is None else Fault.FILE_TOO_LARGE
    return RequestLineError(fault, size=size, limit=BODY_LIMIT, item=item, amount=amount, most=most)


def is_no_text(text: str) -> bool:
    """Tell whether a string has half of a character in it, which UTF-8 has no bytes for."""
    return not text.isascii() and re.search(_SURROGATE, text) is not None


def _check_header(name: str, value: str) -> None:
    if not name:
        raise RequestLineError(Fault.HEADER_WITHOUT_NAME, item=f":{value}")
    if not _is_token(name):
        raise RequestLineError(Fault.BAD_HEADER_NAME, name=name)
    if (found := _first_of(_UNSENDABLE_IN_HEADER, value)) is not None:
        raise RequestLineError(Fault.CONTROL_IN_HEADER, where=f"value of header {name}", character=found)
    if is_no_text(value):
        raise RequestLineError(Fault.NOT_UTF8, where=f"value of header {name}")


def _refuse_unsendable(where: str, text: str) -> None:
    if (found := _first_of(_UNSENDABLE, text)) is not None:
        raise RequestLineError(Fault.CONTROL_CHARACTER, where=where, character=found, code=ord(found))
    if is_no_text(text):
        raise RequestLineError(Fault.NOT_UTF8, where=where)


def _is_token(text: str) -> bool:
    return bool(text) and _OF_A_TOKEN.issuperset(text)


def _first_of(characters: frozenset[str], text: str) -> str | None:
    if characters.isdisjoint(text):
        return None
    return next(character for character in text if character in characters)
