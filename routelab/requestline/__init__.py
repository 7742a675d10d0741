"""Request lines: text to request, and back; one syntax for command line, prompt, lessons and `lab.send`.

It must not know apps, routing or terminals. These are the package's public names. Its rooms: `quoting` has
the words, `options` the options, `target` method and URL, `items` and `body` the data, `record` what comes of
it, and `writing` the way back; `curl` reads curl's way of saying the same, and is loaded with its first use.
"""

from typing import TYPE_CHECKING, Any

from .errors import Fault, RequestLineError
from .options import OPTIONS, TAKE_VALUE
from .parsing import parse
from .record import BODY_LIMIT, MAX_REDIRECTS, BodyKind, RequestLine
from .writing import format_request, to_curl

if TYPE_CHECKING:
    from .curl import from_curl

__all__ = [
    "BODY_LIMIT",
    "MAX_REDIRECTS",
    "OPTIONS",
    "TAKE_VALUE",
    "BodyKind",
    "Fault",
    "RequestLine",
    "RequestLineError",
    "format_request",
    "from_curl",
    "parse",
    "to_curl",
]


def __getattr__(name: str) -> Any:
    if name == "from_curl":
        from .curl import from_curl

        return from_curl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
