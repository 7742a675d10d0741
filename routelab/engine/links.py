"""BUILD: the way back, from an endpoint and values to a URL.

The three public functions are methods of the app. They know contexts and the router, and nothing of views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.routing import BuildError

from .globals import active_app_context, active_request_context
from .tables import functions_for, nesting_of

if TYPE_CHECKING:
    from werkzeug.routing import MapAdapter

    from .app import Flask

ANCHOR_SAFE = "%!#$&'()*+,/:;=?@"
NO_SERVER_NAME = (
    "Unable to build URLs outside an active request without 'SERVER_NAME' configured. Also configure"
    " 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as needed."
)


def url_for(
    app: Flask,
    /,
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: Any,
) -> str:
    """Build `/user/42?tab=posts` for `app.url_for("profile", user_id=42, tab="posts")`.

    Inside a request the URL is relative unless a scheme is asked for; outside, it is always a full one.
    """
    adapter, endpoint, inside_request = _adapter_for(app, endpoint)
    if _external is None:
        _external = _scheme is not None if inside_request else True
    if _scheme is not None and not _external:
        raise ValueError("When specifying '_scheme', '_external' must be True.")

    app.inject_url_defaults(endpoint, values)
    try:
        url = adapter.build(endpoint, values, method=_method, url_scheme=_scheme, force_external=_external)
    except BuildError as error:
        values.update(_anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external)
        return app.handle_url_build_error(error, endpoint, values)
    return url if _anchor is None else f"{url}#{quote(_anchor, safe=ANCHOR_SAFE)}"


def _adapter_for(app: Flask, endpoint: str) -> tuple[MapAdapter, str, bool]:
    """Return the router to ask, the full endpoint, and whether a request is active.

    `.index` means `index` of the blueprint that is answering.
    """
    context = active_request_context.get(None)
    if context is not None:
        if endpoint[:1] == ".":
            blueprint = context.request.blueprint
            endpoint = endpoint[1:] if blueprint is None else f"{blueprint}{endpoint}"
        return context.url_adapter, endpoint, True  # type: ignore[return-value]  # None fails in build, as in Flask

    app_context = active_app_context.get(None)
    adapter = app.create_url_adapter(None) if app_context is None else app_context.url_adapter
    if adapter is None:
        raise RuntimeError(NO_SERVER_NAME)
    return adapter, endpoint, False


def inject_url_defaults(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    """Let the url_defaults functions add values: the app's first, then those of the endpoint's blueprints."""
    for function in functions_for(app.url_default_functions, nesting_of(endpoint)):
        function(endpoint, values)


def handle_url_build_error(app: Flask, error: BuildError, endpoint: str, values: dict[str, Any]) -> str:
    """Return the first URL that a url_build_error_handler gives, else raise the last BuildError."""
    for handler in app.url_build_error_handlers:
        try:
            url = handler(error, endpoint, values)
        except BuildError as raised:
            error = raised
        else:
            if url is not None:
                return url
    raise error
