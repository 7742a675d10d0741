"""Why Werkzeug gave no body: the limit that it was over, or that it had been read before.

It reads the frame that raised. It knows exceptions and frames, and no request.
"""

from __future__ import annotations

from io import BytesIO
from traceback import walk_tb
from types import FrameType

from werkzeug import wsgi
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request

from routelab.tracing.body_reads import READ_BEFORE
from routelab.tracing.watching.code.layers import class_with
from routelab.tracing.watching.exceptions.raising import raising_point

_DECLARED = wsgi.get_input_stream.__code__
_WHILE_READ = wsgi.LimitedStream.on_exhausted.__code__
_ENDS_EARLY = wsgi.LimitedStream.on_disconnect.__code__
_OF_BODY = "max_content_length"
# Of the parser of multipart forms: its attribute, that of the request, and what that limits.
_OF_FORMS = (
    ("max_parts", "max_form_parts", "the form has more parts"),
    ("max_form_memory_size", "max_form_memory_size", "the form takes more memory"),
)
_READS_SETTINGS = ("flask", "routelab")  # whose classes of requests ask the app's config for the limits


def why_refused(error: BaseException) -> str | None:
    """Say which limit was passed, or that the body was read before; None where the app raised it itself."""
    if type(error) is ClientDisconnected:
        return _was_read(error)
    if type(error) is not RequestEntityTooLarge:
        return None
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    asked = (frame.f_locals.get("self") for frame in frames)
    request = next((each for each in asked if isinstance(each, Request)), None)
    return _limit_in(frames[-1], request) if frames else None


def _was_read(error: BaseException) -> str | None:
    """Tell of a stream that came to its end too soon that it had all of its bytes, and so was read before."""
    way = raising_point(error)
    if way is None or way.tb_frame.f_code is not _ENDS_EARLY:
        return None
    limited = way.tb_frame.f_locals["self"]
    stream = limited._stream
    if type(stream) is not BytesIO or len(stream.getbuffer()) < limited.limit:
        return None
    return READ_BEFORE


def _limit_in(frame: FrameType, request: Request | None) -> str | None:
    known = frame.f_locals
    if frame.f_code is _DECLARED:
        most = known["max_content_length"]
        return f"the body has {known['content_length']} bytes, and {_named(_OF_BODY, request)} allows {most}"
    if frame.f_code is _WHILE_READ:
        return f"the body has more bytes than {_named(_OF_BODY, request)} allows, {known['self'].limit}"
    parser = known.get("self")
    if not str(frame.f_globals.get("__name__")).startswith("werkzeug."):
        return None
    for attribute, asked, what in _OF_FORMS:
        most = getattr(parser, attribute, None)
        if most is not None and attribute in frame.f_code.co_names and _is_passed(frame, attribute, most):
            return f"{what} than {_named(asked, request)} allows, {most}"
    return None


def _named(attribute: str, request: Request | None) -> str:
    """Name what a limit was set by: the app's setting, or the request's own attribute."""
    if request is not None:
        mine = vars(request)
        owner = class_with(type(request), attribute) or Request
        set_here = mine.get(attribute) is not None or mine.get(f"_{attribute}") is not None
        if set_here or owner.__module__.partition(".")[0] not in _READS_SETTINGS:
            return f"request.{attribute}"
    return attribute.upper()


def _is_passed(frame: FrameType, attribute: str, most: int) -> bool:
    """Tell which of a parser's limits it was, where one function holds several."""
    parser = frame.f_locals.get("self")
    if attribute == "max_parts":
        return bool(getattr(parser, "_parts_decoded", 0) > most)
    return True
