"""Request lines: text to request, and back; one syntax for command line, prompt, lessons and `lab.send`.

It must not know apps, routing or terminals. These are the package's public names. Its rooms: `quoting` has
the words, `options` the options, `target` method and URL, `items`, `nested` and `body` the data, `record`
what comes of it, and `writing` the way back; `curl` and `shellwords` are curl's way of saying the same, and
`from_curl` and `to_curl` are looked up when they are first used.
"""

from typing import TYPE_CHECKING, Any

from .errors import RequestLineError
from .options import OPTIONS, TAKE_VALUE
from .parsing import parse
from .record import BODY_LIMIT, MAX_REDIRECTS, BodyKind, RequestLine
from .writing import format_request

if TYPE_CHECKING:
    from .curl import from_curl, to_curl

__all__ = [
    "BODY_LIMIT",
    "MAX_REDIRECTS",
    "OPTIONS",
    "TAKE_VALUE",
    "BodyKind",
    "RequestLine",
    "RequestLineError",
    "format_request",
    "from_curl",
    "parse",
    "to_curl",
]


def __getattr__(name: str) -> Any:
    if name in ("from_curl", "to_curl"):
        from . import curl

        return getattr(curl, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
