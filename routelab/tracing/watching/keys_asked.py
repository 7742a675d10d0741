"""What an app asks its request for by name, watched: a text that is not converted, a key that is not there.

Werkzeug says nothing of either where `get` and `getlist` are called. Nothing is parsed that the app did not
ask for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from types import FrameType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from routelab.nearest import nearest
from routelab.tracing.answers.sent_keys import keys_sent
from routelab.tracing.keys_asked import ConvertedText, MissedKey
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.watching.code.values import short_repr

if TYPE_CHECKING:
    from routelab.tracing.watching.code.sources import Sources

_MOST = 5
_ASKING = ("get", "getlist")
_HOLDERS = ("args", "form", "files", "cookies")
# What a request makes its dicts of: of a query and forms, and of cookies.
_STORAGES = ("parameter_storage_class", "dict_storage_class")
_TOUCHED = frozenset({"form", "stream", "_cached_data"})  # what Werkzeug keeps once the body was asked for
_NO_VALUE = (ValueError, TypeError)  # as Werkzeug takes them
_ALIKE = 0.75  # "file" and "files", "user" and "username"; not "page" and "size"


class _Asked(NamedTuple):
    """A call of one of the methods, and the app's own line."""

    written: str
    asked_of: str
    key: Any
    file: str | None
    line: int


class KeysAsked:
    """The asking of one request that did not give what a reader of the line may expect."""

    _request: Any = None

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._watched: list[Any] = []
        self._converted: dict[ConvertedText, None] = {}
        self._missed: dict[_Asked, None] = {}
        self._found: set[Any] = set()

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

    def told(self, sent: Callable[[], RequestStep]) -> dict[str, Any]:
        """Return what is worth a line, each once, as facts of the request's step, which is `sent`."""
        missed = [asked for asked in self._missed if asked.key not in self._found]
        found = tuple(_with_what_came(missed, self._keys_there(sent()))) if missed else ()
        told: dict[str, Any] = {"conversions": tuple(self._converted), "missed": found}
        return {name: facts for name, facts in told.items() if facts}

    def _keys_there(self, sent: RequestStep) -> dict[str, Collection[str]]:
        """Return the keys that the app would find: of a body that it has touched, those that it found."""
        kept = vars(self._request)
        there: dict[str, Collection[str]] = {name: keys_sent(sent)[name] for name in _HOLDERS}
        if not _TOUCHED.isdisjoint(kept):
            there.update({name: tuple(kept.get(name) or ()) for name in ("form", "files")})
        return there

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
        odd: list[tuple[Any, str | None]] = []
        if convert is None:
            found = original(*args, **kwargs)
        elif "type" in kwargs:
            found = original(*args, **kwargs | {"type": partial(_converted, convert, odd)})
        else:
            found = original(*args[:place], partial(_converted, convert, odd), *args[place + 1 :], **kwargs)
        with suppress(Exception):
            key = args[0] if args else kwargs["key"]
            there = key in holder
            if there:
                self._found.add(key)
            if odd or not there:
                arguments = partial(_written, args, kwargs, convert)
                asked = self._asked(sys._getframe(1), holder, key, name, arguments)
                if asked is not None and not there and len(self._missed) < _MOST:
                    self._missed[asked] = None
                elif asked is not None and len(self._converted) < _MOST:
                    self._note(asked, _name(convert), None if name == "getlist" else short_repr(found), odd)
        return found

    def _asked(
        self, frame: FrameType, holder: Any, key: Any, method: str, arguments: Callable[[], str]
    ) -> _Asked | None:
        """Describe a call of the app's own; None for a library's."""
        if not self._sources.is_own(frame.f_code):
            return None
        kept = vars(self._request)  # where Werkzeug keeps them once they were asked for
        name = next(name for name in _HOLDERS if kept.get(name) is holder)
        file = self._sources.own_file(frame.f_code.co_filename)
        return _Asked(f"request.{name}.{method}({arguments()})", name, key, file, frame.f_lineno)

    def _note(
        self, asked: _Asked, converter: str, gave: str | None, odd: list[tuple[Any, str | None]]
    ) -> None:
        for text, raised in odd:
            if gave is not None or raised is not None:
                told = ConvertedText(
                    written=asked.written,
                    text=text,
                    converter=converter,
                    gave=gave,
                    raised=raised,
                    file=asked.file,
                    line=asked.line,
                )
                self._converted[told] = None


def _with_what_came(missed: list[_Asked], came: dict[str, Collection[str]]) -> Iterator[MissedKey]:
    """Yield the keys that the request has elsewhere, or one like it in the same place."""
    for asked in missed:
        key = str(asked.key)
        elsewhere = tuple(name for name, keys in came.items() if key in keys and name != asked.asked_of)
        near = None if elsewhere else _like(key, sorted(came[asked.asked_of]))
        if elsewhere or near is not None:
            yield MissedKey(
                written=asked.written,
                asked_of=asked.asked_of,
                key=key,
                near=near,
                elsewhere=elsewhere,
                file=asked.file,
                line=asked.line,
            )


def _like(key: str, keys: list[str]) -> str | None:
    same = (each for each in keys if each.casefold() == key.casefold())
    return next(same, None) or nearest(key, keys, cutoff=_ALIKE)


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
