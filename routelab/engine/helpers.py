"""What views call by name: `redirect`, `url_for`, `flash` and the like. Most ask the current app.

They know the contexts; none of them knows how the loop runs.
"""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn

import werkzeug.exceptions
import werkzeug.utils

from .ctx import context_for
from .globals import active_app_context, current_app, request, request_ctx, session

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator

    from werkzeug.wrappers import Response as WerkzeugResponse

    from .wrappers import Response


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


def _of_this_app(max_age: Any) -> dict[str, Any]:
    return {
        "max_age": current_app.get_send_file_max_age if max_age is None else max_age,
        "use_x_sendfile": current_app.config["USE_X_SENDFILE"],
        "response_class": current_app.response_class,
        "_root_path": current_app.root_path,
    }
