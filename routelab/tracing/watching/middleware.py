"""WSGI middleware in `app.wsgi_app`: what it is called, and which other Flask apps it may give requests to.

It looks at attributes and calls nothing. What it finds is watched while a request runs.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from inspect import CO_VARARGS
from itertools import islice
from types import FrameType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any, TypeAlias

from routelab.tracing.watching.code.layers import Layer, class_with, contents_of
from routelab.tracing.watching.code.sources import FLASKS_OWN
from routelab.tracing.watching.request_step import headers_of

# Takes an app that was given a request, and one with the headers that it answered with.
Called: TypeAlias = Callable[[Any], None]
Started: TypeAlias = Callable[[Any, Any], None]

_MOST_LOOKED_AT = 200  # objects: middleware holds a few, and anything may hang on one of them
TOLD = {"REQUEST_METHOD": "method", "PATH_INFO": "path", "SCRIPT_NAME": "root", "wsgi.url_scheme": "scheme",
        "HTTP_HOST": "host", "QUERY_STRING": "query"}  # fmt: skip
_LEADS_INSIDE = ("app", "wsgi_app", "application", "wrapped", "_app")


def layers_before(app: Any) -> tuple[Any, ...]:
    """Return the middleware that stands before an app's own part, outermost first."""
    outer = vars(app).get("wsgi_app")
    layers: list[Any] = []
    while outer is not None and not _is_apps_own(outer, app) and len(layers) < 20:
        layers.append(outer)
        outer = _inside(outer, app)
    call, own = own_method(app, "__call__"), own_method(app, "wsgi_app")
    return tuple(layer for layer in (call, *layers, own) if layer is not None)


def _inside(outer: Any, app: Any) -> Any:
    """Return what middleware hands on to: what leads to the app, else what has one of the usual names."""
    usual = _usual(outer)
    held = (*usual, *_attributes(outer).values(), *_in_tables(outer))
    return next((each for each in held if _leads_to(app, each)), usual[0] if usual else None)


def _usual(outer: Any) -> list[Any]:
    held = _attributes(outer)
    return [held[name] for name in _LEADS_INSIDE if held.get(name) is not None]


def _in_tables(outer: Any) -> Iterator[Any]:
    """Yield what middleware holds in tables, as one of mounts is."""
    tables = (each for each in _attributes(outer).values() if isinstance(each, dict))
    return islice((value for table in tables for value in table.values()), _MOST_LOOKED_AT)


def _leads_to(app: Any, thing: Any) -> bool:
    waiting, met = [thing], set[int]()
    while waiting and len(met) < _MOST_LOOKED_AT:
        each = waiting.pop()
        if _is_apps_own(each, app):
            return True
        if id(each) not in met and callable(each) and not isinstance(each, type) and not _is_app(each):
            met.add(id(each))
            waiting.extend((*_in_tables(each), *_attributes(each).values()))
    return False


def own_method(app: Any, name: str) -> FunctionType | None:
    """Return the method that a class of the app's own has in the place of Flask's; None where it has none."""
    if str(getattr(type(app), name).__module__).startswith(FLASKS_OWN):  # nearly always
        return None
    owner = class_with(type(app), name)
    if owner is None or owner.__module__.startswith(FLASKS_OWN):
        return None
    method = vars(owner)[name]
    return method if isinstance(method, FunctionType) else None


def name_of(middleware: Any) -> str:
    """Name middleware by its function, or by its class."""
    if isinstance(middleware, FunctionType):
        outer = middleware.__qualname__.split(".<locals>.")
        return outer[-2] if len(outer) > 1 else outer[0]
    if isinstance(middleware, MethodType):
        whole = middleware.__name__ == "wsgi_app" and _is_app(middleware.__self__)
        return str(middleware.__self__.name) if whole else middleware.__qualname__  # type: ignore[attr-defined]
    return type(middleware).__name__


def callable_by_itself(middleware: Any) -> bool:
    """Tell whether middleware is a function or a method, and not an object of a class that is called."""
    return isinstance(middleware, (FunctionType, MethodType))


def other_apps(app: Any) -> Iterator[Any]:
    """Find the Flask apps, others than this, that its middleware holds, or names in its own code."""
    layers = layers_before(app)
    return apps_inside((*layers, *(each for layer in layers for each in _named_in(layer))), but=app)


def name_beside(app: Any, other: Any) -> str:
    """Name another app; where both have one name, as two in one file do, by what its file calls it."""
    name = str(other.name)
    if name != app.name:
        return name
    module = sys.modules.get(str(other.import_name))
    names = list(vars(module).items()) if isinstance(module, ModuleType) else []
    return next((key for key, value in names if value is other), name)


def mounted_beside(app: Any) -> Iterator[Any]:
    """Find what else middleware may give requests to, as a table of mounts has it: other than Flask apps."""
    layers = layers_before(app)
    passed = set(map(id, layers))
    for layer in layers:
        for each in (*_in_tables(layer), *_usual(layer)):
            if (
                callable(each)
                and not isinstance(each, type)
                and id(each) not in passed
                and not _is_app(each)
                and not _leads_to(app, each)
            ):
                yield each


def prefix_of(app: Any, middleware: Any) -> str | None:
    """Return below which path Werkzeug's DispatcherMiddleware has an app; None where it is not there."""
    mounts = getattr(middleware, "mounts", None)
    if type(middleware).__name__ != "DispatcherMiddleware" or not isinstance(mounts, dict):
        return None
    return next((str(path) for path, mounted in mounts.items() if _leads_to(app, mounted)), None)


def apps_inside(things: Iterable[Any], *, but: Any = None) -> Iterator[Any]:
    """Find the Flask apps that objects hold, however deep."""
    waiting: deque[Any] = deque(things)
    met = {id(but)}
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            return
        thing = waiting.popleft()
        if id(thing) in met:
            continue
        met.add(id(thing))
        if _is_app(thing):
            yield thing
            continue
        if isinstance(thing, dict):
            waiting.extend(thing.values())
        elif isinstance(thing, (list, tuple)):
            waiting.extend(thing)
        elif isinstance(thing, MethodType):
            waiting.append(thing.__self__)
        else:
            waiting.extend(_attributes(thing).values())


class Passed(Layer):
    """Middleware of which only that is noted whether it was called, and which request it was given."""

    given: dict[str, str] | None = None  # by the names of an environ; None where no environ was seen
    start_response: Any = None

    def __init__(self, middleware: Any) -> None:
        self.middleware = middleware
        super().__init__(middleware.__func__ if isinstance(middleware, MethodType) else middleware)

    def enter(self, frame: FrameType) -> None:
        """Note nothing else of its arguments: a whole environ would be described."""
        self.entered = True
        code = frame.f_code
        positional = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
        if code.co_flags & CO_VARARGS:
            more = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
            positional.extend(frame.f_locals.get(more, ()))
        held = (each for each in positional if isinstance(each, dict))
        environ = next((each for each in held if "REQUEST_METHOD" in each), None)
        self.given = None if environ is None else told_of(environ)
        self.start_response = positional[-1] if positional else None

    def leave(self, result: Any) -> None:
        """Note which object its body is, and read nothing of it: that is the exchange's to do."""
        self.result = result

    def gave(self, body: Any) -> bool:
        """Tell whether this is the body that it gave; a generator's own code is entered when that is read."""
        if self.makes_generator:
            return isinstance(body, GeneratorType) and body.gi_code is self.code
        return self.result is body


class Bottom(Passed):
    """The app itself, below its middleware: Flask's own `wsgi_app`, which other apps have, too."""

    def __init__(self, app: Any) -> None:
        kinds = (kind for kind in type(app).__mro__ if kind.__module__.startswith(FLASKS_OWN))
        super().__init__(next(vars(kind)["wsgi_app"] for kind in kinds if "wsgi_app" in vars(kind)))
        self._app = app

    def enter(self, frame: FrameType) -> None:
        """Note the call of this app alone."""
        if frame.f_locals.get("self") is self._app:
            super().enter(frame)


def told_of(environ: Any) -> dict[str, str]:
    """Return those values of an environ that are told where middleware changed them, and its headers."""
    return {**headers_of(environ), **{key: str(environ.get(key, "")) for key in TOLD}}


@contextmanager
def watched_calls(apps: tuple[Any, ...], called: Called, started: Started) -> Iterator[None]:
    """Tell `called` of each of these apps that is given a request, and `started` of its headers."""
    hidden = [(vars(app), vars(app).get("wsgi_app")) for app in apps]
    for app, (attributes, _) in zip(apps, hidden, strict=True):
        attributes["wsgi_app"] = _telling(app, app.wsgi_app, called, started)
    try:
        yield
    finally:
        for attributes, own in hidden:
            del attributes["wsgi_app"]
            if own is not None:
                attributes["wsgi_app"] = own


def _telling(app: Any, original: Callable[..., Any], called: Called, started: Started) -> Callable[..., Any]:
    def wsgi_app(environ: Any, start_response: Any) -> Any:
        called(app)

        def telling(status: Any, headers: Any, *more: Any) -> Any:
            started(app, headers)
            return start_response(status, headers, *more)

        return original(environ, telling)

    return wsgi_app


def _is_apps_own(thing: Any, app: Any) -> bool:
    return thing is app or (isinstance(thing, MethodType) and thing.__self__ is app)


def _attributes(thing: Any) -> dict[str, Any]:
    if isinstance(thing, FunctionType):
        cells = zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True)
        return {name: contents_of(cell) for name, cell in cells}
    try:
        return dict(getattr(thing, "__dict__", {}))
    except Exception:  # a proxy of a request asks for it, and there is none
        return {}


def _named_in(middleware: Any) -> Iterator[Any]:
    """Yield the apps of its module that the code of middleware names."""
    function = middleware if callable_by_itself(middleware) else type(middleware).__call__
    code = getattr(function, "__code__", None)
    known = getattr(function, "__globals__", {})
    for name in () if code is None else code.co_names:
        if _is_app(known.get(name)):
            yield known[name]


def _is_app(thing: Any) -> bool:
    return hasattr(type(thing), "wsgi_app") and hasattr(thing, "url_map")
