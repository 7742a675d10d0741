"""The shapes that pass through the loop, as types: what a view may return, what a hook is.

It knows no module of the engine: it only names shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.datastructures import Headers
    from werkzeug.wrappers import Response

ResponseValue: TypeAlias = Union[
    "Response", str, bytes, list[Any], Mapping[str, Any], Iterator[str], Iterator[bytes], "WSGIApplication"
]
HeadersValue: TypeAlias = Union["Headers", Mapping[str, Any], Sequence[tuple[str, Any]]]
ResponseReturnValue: TypeAlias = (
    ResponseValue
    | tuple[ResponseValue, HeadersValue]
    | tuple[ResponseValue, int]
    | tuple[ResponseValue, int, HeadersValue]
)

Name: TypeAlias = str | None
"""The key of every table of hooks: a blueprint's full name, or None for the app."""

# What learners write is called as it comes, so these say how, not with which arguments.
View: TypeAlias = Callable[..., Any]
Hook: TypeAlias = Callable[..., Any]

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
"""What a decorator takes, and gives back unchanged."""
