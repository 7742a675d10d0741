"""Request lines: text to request, and back; one syntax for command line, prompt, lessons and `lab.send`.

It must not know apps, routing or terminals. These are the package's public names. Its rooms: `quoting` has
the words, `options` the options, `target` method and URL, `items` and `body` the data, `record` what comes of
it, and `writing` the way back; `curl` reads curl's way of saying the same, and is loaded with its first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .curl import from_curl
    from .errors import Fault, RequestLineError
    from .options import OPTIONS
    from .parsing import parse
    from .record import BODY_LIMIT, MAX_REDIRECTS, BodyKind, RequestLine
    from .writing import format_request, to_curl

__all__ = [
    "BODY_LIMIT",
    "MAX_REDIRECTS",
    "OPTIONS",
    "BodyKind",
    "Fault",
    "RequestLine",
    "RequestLineError",
    "format_request",
    "from_curl",
    "parse",
    "to_curl",
]


# Each is loaded with the module that owns it, when it is first wanted: a worker needs the record alone.
_OWNERS = {
    "errors": ("Fault", "RequestLineError"),
    "options": ("OPTIONS",),
    "parsing": ("parse",),
    "record": ("BODY_LIMIT", "MAX_REDIRECTS", "BodyKind", "RequestLine"),
    "writing": ("format_request", "to_curl"),
    "curl": ("from_curl",),
}


def __getattr__(name: str) -> Any:
    for module, names in _OWNERS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
