"""What one request line asks for, as one checked value: a RequestLine that exists can be sent.

It must not know how the line was written, nor the app that will answer.
"""

import re
from dataclasses import dataclass
from enum import Enum

from .errors import (
    BadHeaderNameError,
    BadHostError,
    BadMethodError,
    BodyTooLargeError,
    ControlCharacterError,
    HeaderWithoutNameError,
    NotAPathError,
    NotUtf8Error,
)
from .items import Item

BODY_LIMIT = 10 * 1024 * 1024  # bytes: ample for a lesson, and no trap for the memory of a classroom laptop
MAX_REDIRECTS = 30  # as HTTPie and most browsers have it

SCHEMES = ("http", "https", "ws", "wss")

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch  # RFC 9110, 5.6.2
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::[0-9]{1,5})?").fullmatch
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f]").search
_UNSENDABLE_IN_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search  # a tab may stand in a value
_SURROGATE = re.compile(r"[\ud800-\udfff]").search


class BodyKind(Enum):
    """How the body of a request was made."""

    NONE = "none"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
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

    def __post_init__(self) -> None:
        if not _TOKEN(self.method):
            raise BadMethodError(self.method)
        if not self.path.startswith("/"):
            raise NotAPathError(self.path)
        _refuse_unsendable("path", self.path)
        if self.query_string:
            _refuse_unsendable("query", self.query_string)
        if self.host is not None and not _HOST(self.host):
            raise BadHostError(self.host)
        for name, value in self.headers:
            _check_header(name, value)
        for name in self.unset:
            _check_header(name, "")
        if self.body is not None and len(self.body) > BODY_LIMIT:
            raise BodyTooLargeError(size=len(self.body), limit=BODY_LIMIT)


def _check_header(name: str, value: str) -> None:
    if not name:
        raise HeaderWithoutNameError(f":{value}")
    if not _TOKEN(name):
        raise BadHeaderNameError(name)
    if found := _UNSENDABLE_IN_HEADER(value):
        raise ControlCharacterError(f"value of header {name}", found[0])
    if not value.isascii() and _SURROGATE(value):
        raise NotUtf8Error(f"value of header {name}")


def _refuse_unsendable(where: str, text: str) -> None:
    if found := _UNSENDABLE(text):
        raise ControlCharacterError(where, found[0])
    if not text.isascii() and _SURROGATE(text):
        raise NotUtf8Error(where)
