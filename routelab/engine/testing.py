"""A client without a network: it makes the environ that a server would make, and calls the app with it.

It knows WSGI, and nothing of what happens inside the app.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import werkzeug.test
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wsgi import get_current_url

from .ctx import KEEP_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers
    from werkzeug.test import TestResponse

    from .app import Flask
    from .sessions import SessionMixin


@cache
def _user_agent() -> str:
    from importlib.metadata import version  # it takes a while

    return f"Werkzeug/{version('werkzeug')}"


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Werkzeug's builder, with the host, the root and the JSON of an app."""

    def __init__(
        self,
        app: Flask,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        assert not (base_url and (subdomain or url_scheme)), (
            'Cannot pass "subdomain" or "url_scheme" with "base_url".'
        )
        if base_url is None:
            base_url, path = _split_url(app, path, subdomain, url_scheme)
        self.app = app
        super().__init__(path, base_url, *args, **kwargs)

    def json_dumps(self, obj: Any, **kwargs: Any) -> str:
        return self.app.json.dumps(obj, **kwargs)


def _split_url(app: Flask, path: str, subdomain: str | None, scheme: str | None) -> tuple[str, str]:
    """`("http://localhost/", "/a?b=1")` of `/a?b=1`; a whole URL keeps its own scheme and host."""
    url = urlsplit(path)
    host = app.config["SERVER_NAME"] or "localhost"
    if subdomain:
        host = f"{subdomain}.{host}"
    scheme = url.scheme or scheme or app.config["PREFERRED_URL_SCHEME"]
    base_url = f"{scheme}://{url.netloc or host}/{app.config['APPLICATION_ROOT'].lstrip('/')}"
    return base_url, f"{url.path}?{url.query}" if url.query else url.path


class FlaskClient(werkzeug.test.Client):
    """Werkzeug's client, with the app's sessions, and with contexts that stay for a look inside."""

    application: Flask

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preserve_context = False
        self._new_contexts: list[AbstractContextManager[Any]] = []
        self._kept_contexts = ExitStack()
        self.environ_base = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": _user_agent()}

    def open(
        self, *args: Any, buffered: bool = False, follow_redirects: bool = False, **kwargs: Any
    ) -> TestResponse:
        """Send a request, given as a path with options, a builder, an environ or a request."""
        request = self._request_from(args, kwargs)
        self._kept_contexts.close()
        response = super().open(request, buffered=buffered, follow_redirects=follow_redirects)
        response.json_module = self.application.json  # type: ignore[assignment]
        for context in self._new_contexts:
            self._kept_contexts.enter_context(context)
        self._new_contexts.clear()
        return response

    def run_wsgi_app(
        self, environ: WSGIEnvironment, buffered: bool = False
    ) -> tuple[Iterable[bytes], str, Headers]:
        """Call the app, and look into the cookie jar only if need be: each look parses the whole URL."""
        if self._cookies == {}:
            environ.pop("HTTP_COOKIE", None)
        else:
            self._add_cookies_to_wsgi(environ)
        answer = werkzeug.test.run_wsgi_app(self.application, environ, buffered)
        if set_cookies := answer[2].getlist("Set-Cookie"):
            url = urlsplit(get_current_url(environ))
            self._update_cookies_from_response(url.hostname or "localhost", url.path, set_cookies)
        return answer

    def _request_from(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> WerkzeugRequest:
        given = args[0] if args else None
        if isinstance(given, WerkzeugRequest):
            request = copy(given)
            request.environ = self._environ_over(request.environ)
            return request
        builder: werkzeug.test.EnvironBuilder
        if isinstance(given, werkzeug.test.EnvironBuilder):
            builder = copy(given)
        elif isinstance(given, dict):
            builder = EnvironBuilder.from_environ(given, app=self.application)
        else:
            builder = EnvironBuilder(self.application, *args, **kwargs)
        builder.environ_base = self._environ_over(builder.environ_base or {})
        with closing(builder):
            return builder.get_request()

    def _environ_over(self, environ: Mapping[str, Any]) -> WSGIEnvironment:
        merged = {**self.environ_base, **environ}
        if self.preserve_context:
            merged[KEEP_CONTEXT] = self._new_contexts.append
        return merged

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Open the session that the client's cookies hold, to look at it or to change it."""
        if self._cookies is None:
            raise TypeError("Cookies are disabled. Create a client with 'use_cookies=True'.")
        app = self.application
        context = app.test_request_context(*args, **kwargs)
        self._add_cookies_to_wsgi(context.request.environ)
        with context:
            session = app.session_interface.open_session(app, context.request)
        if session is None:
            raise RuntimeError("Session backend did not open a session.")

        yield session

        if app.session_interface.is_null_session(session):
            return
        response = app.response_class()
        with context:
            app.session_interface.save_session(app, session, response)
        self._update_cookies_from_response(
            context.request.host.partition(":")[0],
            context.request.path,
            response.headers.getlist("Set-Cookie"),
        )

    def __enter__(self) -> Self:
        if self.preserve_context:
            raise RuntimeError("Cannot nest client invocations")
        self.preserve_context = True
        return self

    def __exit__(self, *_: object) -> None:
        self.preserve_context = False
        self._kept_contexts.close()
