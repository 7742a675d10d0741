"""Request lines: text to request, and back; one syntax for command line, prompt, lessons and `lab.send`.

It must not know apps, routing or terminals. These are the package's public names. Its rooms: `quoting` has
the words, `options` the options, `target` method and URL, `items`, `nested` and `body` the data, `record`
what comes of it, and `writing` the way back.
"""

from .errors import RequestLineError
from .options import OPTIONS, TAKE_VALUE
from .parsing import parse
from .record import BODY_LIMIT, MAX_REDIRECTS, BodyKind, RequestLine
from .writing import format_request

__all__ = [
    "BODY_LIMIT",
    "MAX_REDIRECTS",
    "OPTIONS",
    "TAKE_VALUE",
    "BodyKind",
    "RequestLine",
    "RequestLineError",
    "format_request",
    "parse",
]
