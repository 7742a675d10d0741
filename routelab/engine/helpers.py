"""What views call by name: `redirect`, `flash`, `send_file` and the like. Most ask the current app.

BUILD is here as well: how the app turns an endpoint and values back into a URL. These functions know the
contexts and the router; none of them knows how the loop runs.
"""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

import werkzeug.exceptions
import werkzeug.utils
from werkzeug.routing import BuildError

from .ctx import context_for
from .globals import active_app_context, active_request_context, current_app, request, request_ctx, session
from .tables import functions_for, nesting_of

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator

    from werkzeug.routing import MapAdapter
    from werkzeug.wrappers import Response as WerkzeugResponse

    from .app import Flask
    from .scaffold import Scaffold
    from .wrappers import Response

ANCHOR_SAFE = "%!#$&'()*+,/:;=?@"
NO_SERVER_NAME = (
    "Unable to build URLs outside an active request without 'SERVER_NAME' configured. Also configure"
    " 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as needed."
)


def abort(code: int | WerkzeugResponse, *args: Any, **kwargs: Any) -> NoReturn:
    """Raise the HTTPException of a status code: the view ends here."""
    if current_app:
        current_app.aborter(code, *args, **kwargs)
    werkzeug.exceptions.abort(code, *args, **kwargs)


def redirect(location: str, code: int = 302, Response: Any = None) -> WerkzeugResponse:  # noqa: N803  (the name is Flask's)
    """Make an answer that sends the client elsewhere; it must be returned."""
    if current_app:
        return current_app.redirect(location, code=code)
    return werkzeug.utils.redirect(location, code=code, Response=Response)


def make_response(*args: Any) -> Response:
    """Make the Response that returning the same value would become, to set more on it."""
    if not args:
        return current_app.response_class()
    return current_app.make_response(args[0] if len(args) == 1 else args)


def url_for(endpoint: str, **values: Any) -> str:
    """Build the URL of an endpoint: `url_for("profile", user_id=42)`."""
    return current_app.url_for(endpoint, **values)


def flash(message: str, category: str = "message") -> None:
    """Keep a message in the session for the next page."""
    flashes = session.get("_flashes", [])
    flashes.append((category, message))
    session["_flashes"] = flashes  # only an assignment is noticed


def get_flashed_messages(with_categories: bool = False, category_filter: Collection[str] = ()) -> list[Any]:
    """Take the messages out of the session; within one request the same ones are given again."""
    flashes = request_ctx.flashes
    if flashes is None:
        flashes = session.pop("_flashes") if "_flashes" in session else []
        request_ctx.flashes = flashes
    if category_filter:
        flashes = [flashed for flashed in flashes if flashed[0] in category_filter]
    return flashes if with_categories else [flashed[1] for flashed in flashes]


def get_template_attribute(template_name: str, attribute: str) -> Any:
    """Return a macro or a variable of a template, to be used from Python."""
    return getattr(current_app.jinja_env.get_template(template_name).module, attribute)


def stream_with_context(generator_or_function: Any) -> Any:
    """Let a generator use `request` although it runs when the request is over."""
    try:
        chunks = iter(generator_or_function)
    except TypeError:

        def streaming(*args: Any, **kwargs: Any) -> Any:
            return stream_with_context(generator_or_function(*args, **kwargs))

        return update_wrapper(streaming, generator_or_function)

    stream = _inside_context(chunks)
    next(stream)  # runs up to the first yield, while the request is still there
    return stream


def _inside_context(chunks: Iterator[Any]) -> Iterator[Any]:
    request_context = context_for("stream_with_context")
    app_context = active_app_context.get()
    yield None
    with app_context, request_context:
        try:
            yield from chunks
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


def send_file(path_or_file: Any, *args: Any, max_age: Any = None, **options: Any) -> Response:
    """Answer with a file. A relative path starts at the app's folder; never pass one that a client sent."""
    return werkzeug.utils.send_file(  # type: ignore[misc,return-value]
        path_or_file, request.environ, *args, **options, **_of_this_app(max_age)
    )


def send_from_directory(
    directory: os.PathLike[str] | str, path: os.PathLike[str] | str, *, max_age: Any = None, **options: Any
) -> Response:
    """Answer with a file out of a folder, and with 404 for a path that leads out of it."""
    return werkzeug.utils.send_from_directory(  # type: ignore[return-value]
        directory, path, **options, **_of_this_app(max_age), environ=request.environ
    )


def serve_static(owner: Scaffold, filename: str) -> Response:
    """Answer with a file of a static folder; no other view is there before you write one."""
    if owner.static_folder is None:
        raise RuntimeError("'static_folder' must be set to serve static_files.")
    return send_from_directory(owner.static_folder, filename, max_age=owner.get_send_file_max_age(filename))


def _of_this_app(max_age: Any) -> dict[str, Any]:
    return {
        "max_age": current_app.get_send_file_max_age if max_age is None else max_age,
        "use_x_sendfile": current_app.config["USE_X_SENDFILE"],
        "response_class": current_app.response_class,
        "_root_path": current_app.root_path,
    }


# BUILD: these three are methods of the app


def build_url(
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
