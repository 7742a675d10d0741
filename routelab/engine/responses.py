"""RESPONSE: what a view returned becomes a Response, or an error that says why it cannot.

It knows shapes of values, and nothing of who returned them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as WerkzeugResponse

from .globals import request

if TYPE_CHECKING:
    from .app import Flask
    from .typing import HeadersValue
    from .wrappers import Response

ACCEPTED = (
    "The view function did not return a valid response. The return type must be a string, dict, list, tuple"
    " with headers or status, Response instance, or WSGI callable, but it was a {}."
)


def response_from(app: Flask, returned: Any) -> Response:
    """Turn a view's return value into a Response of the app's class.

    `"hi"`, `("hi", 201)`, `("hi", {"X-A": "1"})`, `({"a": 1}, 201, {"X-A": "1"})`. Raises TypeError for other
    shapes.
    """
    body, status, headers = _split(returned)
    if body is None:
        raise TypeError(
            f"The view function for {request.endpoint!r} did not return a valid response. The function either"
            " returned None or ended without a return statement."
        )
    if isinstance(body, app.response_class):
        response = body
    elif isinstance(body, (str, bytes, bytearray, Iterator)):
        # Here the class itself weighs status and headers: a Content-Type given is not set twice.
        return app.response_class(body, status=status, headers=headers)  # type: ignore[arg-type]
    elif isinstance(body, (dict, list)):
        response = app.json.response(body)
    else:
        response = _forced(app, body)

    if isinstance(status, (str, bytes, bytearray)):
        response.status = status  # type: ignore[assignment]
    elif status is not None:
        response.status_code = status
    if headers:
        response.headers.update(headers)
    return response


def _split(returned: Any) -> tuple[Any, Any, HeadersValue | None]:
    """`(body, status, headers)` of any return value; what was not given is None."""
    if not isinstance(returned, tuple):
        return returned, None, None
    if len(returned) == 3:
        return returned
    if len(returned) == 2:
        body, other = returned
        if isinstance(other, (Headers, dict, tuple, list)):
            return body, None, other
        return body, other, None
    raise TypeError(
        "The view function did not return a valid response tuple. The tuple must have the form"
        " (body, status, headers), (body, status), or (body, headers)."
    )


def _forced(app: Flask, body: Any) -> Response:
    """Take another Response class, or run a WSGI callable (an HTTPException is one) and take its answer."""
    accepted = ACCEPTED.format(type(body).__name__)
    if not (isinstance(body, WerkzeugResponse) or callable(body)):
        raise TypeError(accepted)
    try:
        return app.response_class.force_type(body, request.environ)  # type: ignore[return-value]
    except TypeError as error:
        raise TypeError(f"{error}\n{accepted}").with_traceback(error.__traceback__) from None
