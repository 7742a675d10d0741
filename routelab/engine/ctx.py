"""CONTEXT and MATCH: what is true while one request is answered.

Pushing the request context makes `request`, `session`, `g` and `current_app` mean this request, opens its
session, and asks the router. What the router found (or why it found nothing) is stored: no view runs yet.
"""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, Any, Self, cast

from werkzeug.exceptions import HTTPException

from .globals import active_app_context, active_request_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextvars import Token

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import MapAdapter

    from .app import Flask
    from .sessions import SessionMixin
    from .typing import AnyFunction, Hook
    from .wrappers import Request

KEEP_CONTEXT = "werkzeug.debug.preserve_context"
"""The key of an environ by which a client keeps the contexts of its requests."""
UNKNOWN: Any = object()
"""Stands for an argument that was not given, where None would be an answer."""


class AppGlobals:
    """`g`: an empty object for whatever belongs to this request."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __delattr__(self, name: str) -> None:
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def get(self, name: str, default: Any = None) -> Any:
        return self.__dict__.get(name, default)

    def pop(self, name: str, *default: Any) -> Any:
        return self.__dict__.pop(name, *default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        return self.__dict__.setdefault(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __repr__(self) -> str:
        context = active_app_context.get(None)
        return object.__repr__(self) if context is None else f"<flask.g of '{context.app.name}'>"


class AppContext:
    """Which app is meant, and its `g`; enough for url_for and for work outside a request."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.url_adapter = app.create_url_adapter(None)
        self.g = app.app_ctx_globals_class()
        self._tokens: list[Token[AppContext]] = []

    def push(self) -> None:
        """Become the active app context. It can be pushed again while it is active."""
        self._tokens.append(active_app_context.set(self))

    def pop(self, exc: BaseException | None = UNKNOWN) -> None:
        """Stop being active; the last pop runs the teardown_appcontext hooks."""
        try:
            if len(self._tokens) == 1:
                self.app.do_teardown_appcontext(sys.exc_info()[1] if exc is UNKNOWN else exc)
        finally:
            active = active_app_context.get()
            active_app_context.reset(self._tokens.pop())
        if active is not self:
            raise AssertionError(f"Popped wrong app context. ({active!r} instead of {self!r})")

    def __enter__(self) -> Self:
        self.push()
        return self

    def __exit__(self, exc_type: object, exc: BaseException | None, traceback: object) -> None:
        self.pop(exc)


class RequestContext:
    """One request, with its session, its flashed messages and what the router said."""

    def __init__(
        self,
        app: Flask,
        environ: WSGIEnvironment,
        request: Request | None = None,
        session: SessionMixin | None = None,
    ) -> None:
        self.app = app
        if request is None:
            request = app.request_class(environ)
            request.json_module = app.json
        self.request = request
        self.url_adapter: MapAdapter | None = None
        try:
            self.url_adapter = app.create_url_adapter(request)
        except HTTPException as refused:  # a host that is not trusted: no router is asked
            request.routing_exception = refused
        self.flashes: list[tuple[str, str]] | None = None
        self._session = session
        self._after_request_functions: list[Hook] = []
        self._pushes: list[tuple[Token[RequestContext], AppContext | None]] = []

    @property
    def session(self) -> SessionMixin:
        """The session. Looking at it is noted: the answer then varies with the cookie."""
        assert self._session is not None, "The session has not yet been opened."
        self._session.accessed = True
        return self._session

    def push(self) -> None:
        """Become the active request: app context, session, match, in this order."""
        active = active_app_context.get(None)
        app_context = None
        if active is None or active.app is not self.app:
            app_context = self.app.app_context()
            app_context.push()
        self._pushes.append((active_request_context.set(self), app_context))

        # The session comes first, so that a converter may look into it.
        if self._session is None:
            sessions = self.app.session_interface
            self._session = sessions.open_session(self.app, self.request)
            if self._session is None:
                self._session = sessions.make_null_session(self.app)

        if self.url_adapter is not None:
            self.match_request()

    def match_request(self) -> None:
        """Ask the router, and store its answer: a rule with its values, or the exception to raise later."""
        request, adapter = self.request, self.url_adapter
        assert adapter is not None
        try:
            request.url_rule, request.view_args = adapter.match(return_rule=True)  # type: ignore[assignment]
        except HTTPException as error:
            request.routing_exception = error

    def pop(self, exc: BaseException | None = UNKNOWN) -> None:
        """Stop being active; the last pop runs the teardown hooks and closes uploaded files."""
        last = len(self._pushes) == 1
        try:
            if last:
                exc = sys.exc_info()[1] if exc is UNKNOWN else exc
                self.app.do_teardown_request(exc)
                self.request.close()
        finally:
            active = active_request_context.get()
            token, app_context = self._pushes.pop()
            active_request_context.reset(token)
            if last:
                self.request.environ["werkzeug.request"] = None  # breaks a reference cycle
            if app_context is not None:
                app_context.pop(exc)
            if active is not self:
                raise AssertionError(f"Popped wrong request context. ({active!r} instead of {self!r})")

    def copy(self) -> RequestContext:
        """Return another context for the same request and session, to be pushed elsewhere."""
        return type(self)(self.app, self.request.environ, self.request, self._session)

    def __enter__(self) -> Self:
        self.push()
        return self

    def __exit__(self, exc_type: object, exc: BaseException | None, traceback: object) -> None:
        self.pop(exc)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.request.url!r} [{self.request.method}] of {self.app.name}>"


def has_request_context() -> bool:
    """Whether `request` means something here."""
    return active_request_context.get(None) is not None


def has_app_context() -> bool:
    """Whether `current_app` means something here."""
    return active_app_context.get(None) is not None


def after_this_request(f: AnyFunction) -> AnyFunction:
    """Run a function on the response of this request only, before the after_request hooks."""
    context = context_for("after_this_request")
    context._after_request_functions.append(f)
    return f


def copy_current_request_context(f: AnyFunction) -> AnyFunction:
    """Make a function carry this request along, into another thread for example."""
    context = context_for("copy_current_request_context").copy()

    @wraps(f)
    def inside_copy(*args: Any, **kwargs: Any) -> Any:
        with context:
            return context.app.ensure_sync(f)(*args, **kwargs)

    return cast("AnyFunction", inside_copy)


def context_for(function_name: str) -> RequestContext:
    """Return the active request context; raises RuntimeError where there is none."""
    context = active_request_context.get(None)
    if context is None:
        raise RuntimeError(
            f"'{function_name}' can only be used when a request context is active, such as in a view"
            " function."
        )
    return context
