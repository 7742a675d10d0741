"""The make_response step: what was returned, and what it was made into.

It looks at the value and at the finished response, and never converts anything itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from routelab.tracing.facts import Raised
from routelab.tracing.steps.make_response import MakeResponseStep, Shape, StatusFrom
from routelab.tracing.watching.code.layers import class_with

if TYPE_CHECKING:
    from routelab.tracing.watching.recorded import MadeResponse

_BY_TYPE: tuple[tuple[type | tuple[type, ...], Shape], ...] = (
    (str, Shape.STR),
    ((bytes, bytearray), Shape.BYTES),
    (dict, Shape.DICT),
    (list, Shape.LIST),
    (HTTPException, Shape.HTTP_EXCEPTION),
    (Response, Shape.RESPONSE),
    (Iterator, Shape.ITERATOR),
)
_READ_OFF_HEADERS = Response.mimetype
_MOST_USUAL = 100  # an app may make up a content type for each answer
# Most bodies are of these very types, and need not be held against all.
_EXACTLY: dict[type, Shape] = {
    type(None): Shape.NONE,
    str: Shape.STR,
    bytes: Shape.BYTES,
    dict: Shape.DICT,
    list: Shape.LIST,
}


def shape_of(body: object) -> Shape:
    """Sort a body as Flask's `make_response` does: the first kind that fits."""
    exactly = _EXACTLY.get(type(body))
    if exactly is not None:
        return exactly
    for kinds, shape in _BY_TYPE:
        if isinstance(body, kinds):
            return shape
    return Shape.CALLABLE if callable(body) else Shape.OTHER


def make_response_step(returned: Any, response: Response | None, raised: Raised | None) -> MakeResponseStep:
    """Describe how `returned` became `response`, or how it was refused with `raised`."""
    body, status_given, parts = split(returned)
    shape = shape_of(body)
    return MakeResponseStep(
        shape=shape,
        body_type=type(body).__name__,
        parts=parts,
        status=None if response is None else _number(response.status_code),
        status_from=_status_from(shape, body, response, status_given),
        mimetype=None if response is None else _text(response.mimetype),
        mimetype_from=None if response is None else _mimetype_from(returned, shape),
        raised=raised,
        carried=shape is Shape.HTTP_EXCEPTION and carries_response(body),
    )


def carries_response(error: Any) -> bool:
    """Tell whether an HTTP error has a response of its own; an app's own class may raise when it is asked."""
    try:
        return isinstance(error, HTTPException) and error.response is not None
    except Exception:
        return False


def makes_its_page(kind: type) -> bool:
    """Tell whether an HTTP error is of somebody's class that makes another response than Werkzeug's do."""
    for name in ("get_response", "get_headers", "get_body"):
        owner = class_with(kind, name)
        if owner is not None and not owner.__module__.startswith("werkzeug."):
            return issubclass(kind, HTTPException)
    return False


class UsualSteps:
    """The steps of one app's usual answers: each made once, for what it tells is the same every time.

    That is of a text, a dict or a list, and a response whose mimetype is read off its headers by Werkzeug.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[type, type, object, object], MakeResponseStep] = {}

    def step(self, returned: Any, response: Response) -> MakeResponseStep:
        """Describe how `returned` became `response`."""
        kind = type(response)
        if type(returned) not in _EXACTLY or getattr(kind, "mimetype", None) is not _READ_OFF_HEADERS:
            return make_response_step(returned, response, None)
        status = response.status_code
        if type(status) is not int or type(response.headers) is not Headers:
            return make_response_step(returned, response, None)
        key = (type(returned), kind, status, response.headers.get("Content-Type"))
        step = self._made.get(key)
        if step is None:
            if len(self._made) >= _MOST_USUAL:
                self._made.clear()
            step = self._made[key] = make_response_step(returned, response, None)
        return step


def _number(status: object) -> int | None:
    """Read a status code, which a class of the app's own may give as text: "299 fine"."""
    if type(status) is int and status >= 0:
        return status
    first = str(status).split(None, 1)[:1]
    return int(first[0]) if first and first[0].isdecimal() else None


def _text(mimetype: object) -> str | None:
    return None if mimetype is None else str(mimetype)


def unsent_responses(made: tuple[MadeResponse, ...], returned: Any) -> tuple[MadeResponse, ...]:
    """Return those of the responses that a view made which are not in what it returned.

    None of them where that may hold one out of sight: an error has a response, a callable may call one.
    """
    if shape_of(split(returned)[0]) in (Shape.HTTP_EXCEPTION, Shape.CALLABLE):
        return ()
    parts = returned if isinstance(returned, tuple) else (returned,)
    return tuple(each for each in made if all(part is not each.response for part in parts))


def constant_in(response: Any) -> str | None:
    """Return the first NaN or Infinity that a body of JSON has for a number; None where it has none."""
    pieces = getattr(response, "response", None)
    if not isinstance(pieces, list) or not all(type(piece) is bytes for piece in pieces):
        return None
    body = b"".join(pieces)
    if b"NaN" not in body and b"Infinity" not in body:
        return None
    found: list[str] = []
    try:
        json.loads(body, parse_constant=found.append)
    except (ValueError, RecursionError):
        return None
    return next(iter(found), None)


def header_names_given(returned: Any) -> frozenset[str]:
    """Return the lower-case names of the headers in a returned tuple."""
    if not isinstance(returned, tuple):
        return frozenset()
    try:
        headers = headers_part(returned)
        pairs = headers.items() if hasattr(headers, "items") else headers
        return frozenset(str(name).lower() for name, _ in pairs)
    except (TypeError, ValueError):
        return frozenset()


def split(returned: Any) -> tuple[Any, bool, int]:
    """Return the body part, whether the tuple gave a status, and the tuple's length.

    `("made", 201)` gives `("made", True, 2)`; `("made", {"X-A": "1"})` gives `("made", False, 2)`.
    """
    if not isinstance(returned, tuple):
        return returned, False, 0
    if len(returned) == 3:
        return returned[0], returned[1] is not None, 3
    if len(returned) == 2:
        return returned[0], headers_part(returned) == () and returned[1] is not None, 2
    return returned, False, len(returned)


def headers_part(returned: Any) -> Any:
    if not isinstance(returned, tuple) or len(returned) not in (2, 3):
        return ()
    last = returned[-1]
    is_headers = (
        last is not None
        if len(returned) == 3
        else isinstance(last, (dict, tuple, list)) or hasattr(last, "getlist")
    )
    return last if is_headers else ()


def _status_from(shape: Shape, body: Any, response: Response | None, given: bool) -> StatusFrom:
    if given:
        return StatusFrom.TUPLE
    if shape is Shape.HTTP_EXCEPTION:
        said = getattr(body, "code", None)
        if response is None or (not carries_response(body) and _number(response.status_code) == said):
            return StatusFrom.ERROR
        own = said is not None or carries_response(body) or makes_its_page(type(body))
        return StatusFrom.RESPONSE if own else StatusFrom.DEFAULT
    return StatusFrom.RESPONSE if shape in (Shape.RESPONSE, Shape.CALLABLE) else StatusFrom.DEFAULT


def _mimetype_from(returned: Any, shape: Shape) -> str:
    given = isinstance(returned, tuple) and "content-type" in header_names_given(returned)
    return "headers" if given else shape.value
