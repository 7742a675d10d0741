"""Texts of a request that its app has converted, watched: `get` and `getlist` with a `type`.

Werkzeug says nothing where a converter fails. Nothing is parsed that the app did not ask for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any

from routelab.tracing.conversions import ConvertedText
from routelab.tracing.watching.code.values import short_repr

if TYPE_CHECKING:
    from routelab.tracing.watching.code.sources import Sources

_MOST = 5
_ASKING = ("get", "getlist")
_HOLDERS = ("args", "form", "cookies")
# What a request makes its dicts of: of a query and forms, and of cookies.
_STORAGES = ("parameter_storage_class", "dict_storage_class")
_NO_VALUE = (ValueError, TypeError)  # as Werkzeug takes them


class TextConversions:
    """The conversions of one request that did not give what a reader of the line may expect."""

    _request: Any = None

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._watched: list[Any] = []
        self._seen: dict[ConvertedText, None] = {}

    def watch(self, request: Any) -> None:
        """Stand before the classes of the request's dicts, which are made when they are first asked for."""
        self._request = request
        with suppress(Exception):
            vars(request).update({name: partial(self._make, getattr(request, name)) for name in _STORAGES})

    def forget(self) -> None:
        """Leave the request and its dicts as they were."""
        for holder, names in ((self._request, _STORAGES), *((each, _ASKING) for each in self._watched)):
            for name in names if holder is not None else ():
                vars(holder).pop(name, None)
        self._watched.clear()

    @property
    def told(self) -> tuple[ConvertedText, ...]:
        """Return what is worth a line, each once."""
        return tuple(self._seen)

    def _make(self, storage: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        made = storage(*args, **kwargs)
        with suppress(Exception):
            for name in _ASKING:
                vars(made)[name] = MethodType(partial(self._ask, name, getattr(made, name)), made)
            self._watched.append(made)
        return made

    def _ask(self, name: str, original: Callable[..., Any], holder: Any, /, *args: Any, **kwargs: Any) -> Any:
        place = 2 if name == "get" else 1  # of the converter, where it is given without its name
        convert = kwargs.get("type", args[place] if len(args) > place else None)
        if convert is None or len(self._seen) >= _MOST:
            return original(*args, **kwargs)
        odd: list[tuple[Any, str | None]] = []
        watched = partial(_converted, convert, odd)
        if "type" in kwargs:
            found = original(*args, **kwargs | {"type": watched})
        else:
            found = original(*args[:place], watched, *args[place + 1 :], **kwargs)
        if odd:
            with suppress(Exception):
                asked = f"{self._name_of(holder)}.{name}({_written(args, kwargs, convert)})"
                self._note(asked, _name(convert), None if name == "getlist" else short_repr(found), odd)
        return found

    def _name_of(self, holder: Any) -> str:
        kept = vars(self._request)  # where Werkzeug keeps them once they were asked for
        return next(
            (f"request.{name}" for name in _HOLDERS if kept.get(name) is holder), type(holder).__name__
        )

    def _note(self, asked: str, converter: str, gave: str | None, odd: list[tuple[Any, str | None]]) -> None:
        own = self._sources.caller(sys._getframe(2))
        if own is None:
            return  # a library asked
        file, line = self._sources.own_file(own.f_code.co_filename), own.f_lineno
        for text, raised in odd:
            if gave is not None or raised is not None:
                told = ConvertedText(
                    written=asked,
                    text=text,
                    converter=converter,
                    gave=gave,
                    raised=raised,
                    file=file,
                    line=line,
                )
                self._seen[told] = None


def _converted(convert: Callable[[Any], Any], odd: list[tuple[Any, str | None]], text: Any) -> Any:
    try:
        converted = convert(text)
    except _NO_VALUE as error:
        odd.append((text, type(error).__name__))
        raise
    if convert is bool:
        odd.append((text, None))
    return converted


def _written(args: tuple[Any, ...], kwargs: dict[str, Any], convert: Any) -> str:
    """Write the arguments of a call as the app may have written them."""
    values = [*((None, each) for each in args), *kwargs.items()]
    texts = ((name, _name(each) if each is convert else short_repr(each)) for name, each in values)
    return ", ".join(text if name is None else f"{name}={text}" for name, text in texts)


def _name(convert: Any) -> str:
    """Name a converter; a function without a name is written by what it is."""
    return getattr(convert, "__name__", None) or short_repr(convert)
