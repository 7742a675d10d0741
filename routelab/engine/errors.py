"""ERROR: which function handles an exception; and what the engine says of the parts of Flask it leaves out.

It knows tables and classes, and nothing of requests: the app decides when a handler is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from werkzeug.exceptions import HTTPException, default_exceptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .typing import Hook, Name

HandlersByCode: TypeAlias = "dict[int | None, dict[type[Exception], Hook]]"
"""`{404: {NotFound: page}, None: {ZeroDivisionError: other}}`: None holds what has no status code."""


def class_and_code(code_or_exception: int | type[Exception]) -> tuple[type[Exception], int | None]:
    """`404` gives `(NotFound, 404)`, `ValueError` gives `(ValueError, None)`."""
    if isinstance(code_or_exception, int):
        try:
            exception_class: Any = default_exceptions[code_or_exception]
        except KeyError:
            raise ValueError(
                f"'{code_or_exception}' is not a recognized HTTP error code."
                " Use a subclass of HTTPException with that code instead."
            ) from None
    else:
        exception_class = code_or_exception
    advice = "Handlers can only be registered for Exception classes or HTTP error codes."
    if isinstance(exception_class, Exception):
        raise TypeError(f"{exception_class!r} is an instance, not a class. {advice}")
    if not issubclass(exception_class, Exception):  # which raises Python's own TypeError for what is no class
        raise ValueError(f"'{exception_class.__name__}' is not a subclass of Exception. {advice}")
    code = exception_class.code if issubclass(exception_class, HTTPException) else None
    return exception_class, code


def handler_for(
    exception_class: type[Exception],
    code: int | None,
    spec: Mapping[Name, HandlersByCode],
    blueprints: Iterable[str],
) -> Hook | None:
    """Return the function that answers, or None.

    Handlers of the exception's status code come before handlers of classes, the blueprint's before the app's,
    and the nearest base class before a farther one.
    """
    for wanted in (code, None) if code is not None else (None,):
        for name in (*blueprints, None):
            handlers = spec[name][wanted]
            if not handlers:
                continue
            for base in exception_class.__mro__:
                if base in handlers:
                    return handlers[base]
    return None


WAY_OUT = "use --engine flask, which needs Flask"


class NotInEngine(RuntimeError):
    """The app asked for something that Flask does and this engine does not."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"routelab's engine has no {what}; {WAY_OUT}")


class LeftOut:
    """An attribute of Flask that this engine lacks: reading it says so, and `hasattr` is False."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"{owner.__name__}.{name}"

    def __get__(self, instance: object, owner: type) -> NoReturn:
        said = f"routelab's engine has no {self.name}; {WAY_OUT}"
        raise AttributeError(said, name=self.name, obj=None)  # of an object Python suggests others like it
