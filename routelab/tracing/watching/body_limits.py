"""Which limit a body was over: read from the frame in which Werkzeug raised its 413.

It knows exceptions and frames, and no request.
"""

from __future__ import annotations

from types import FrameType

from werkzeug import wsgi
from werkzeug.exceptions import RequestEntityTooLarge

_DECLARED = wsgi.get_input_stream.__code__
_WHILE_READ = wsgi.LimitedStream.on_exhausted.__code__
# Of the parser of multipart forms: its attribute, the setting, and what that limits.
_OF_FORMS = (
    ("max_parts", "MAX_FORM_PARTS", "the form has more parts"),
    ("max_form_memory_size", "MAX_FORM_MEMORY_SIZE", "the form takes more memory"),
)


def limit_passed(error: BaseException) -> str | None:
    """Say which limit was passed, and by what; None where the app raised the error itself."""
    if type(error) is not RequestEntityTooLarge or error.__traceback__ is None:
        return None
    way = error.__traceback__
    while way.tb_next is not None:
        way = way.tb_next
    return _limit_in(way.tb_frame)


def _limit_in(frame: FrameType) -> str | None:
    known = frame.f_locals
    if frame.f_code is _DECLARED:
        most = known["max_content_length"]
        return f"the body has {known['content_length']} bytes, and MAX_CONTENT_LENGTH allows {most}"
    if frame.f_code is _WHILE_READ:
        return f"the body has more bytes than MAX_CONTENT_LENGTH allows, {known['self'].limit}"
    parser = known.get("self")
    if not str(frame.f_globals.get("__name__")).startswith("werkzeug."):
        return None
    for attribute, setting, what in _OF_FORMS:
        most = getattr(parser, attribute, None)
        if most is not None and attribute in frame.f_code.co_names and _is_passed(frame, attribute, most):
            return f"{what} than {setting} allows, {most}"
    return None


def _is_passed(frame: FrameType, attribute: str, most: int) -> bool:
    """Tell which of a parser's limits it was, where one function holds several."""
    parser = frame.f_locals.get("self")
    if attribute == "max_parts":
        return bool(getattr(parser, "_parts_decoded", 0) > most)
    return True
