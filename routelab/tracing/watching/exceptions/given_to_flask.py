"""What a call into Flask or Werkzeug was given, where the exception that came of it does not say so.

It reads the frames of the library that raised, and calls nothing of the app's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from json import JSONEncoder
from traceback import walk_tb
from types import FrameType, FunctionType, NoneType
from typing import Any

from werkzeug.exceptions import Aborter, HTTPException, SecurityError
from werkzeug.http import dump_cookie
from werkzeug.routing import BaseConverter, Rule
from werkzeug.utils import ImportStringError
from werkzeug.wrappers import Response

from routelab.routing.wording import listed
from routelab.tracing.phrases import cut
from routelab.tracing.watching.code.layers import class_with
from routelab.tracing.watching.code.sources import FLASKS_OWN
from routelab.tracing.watching.exceptions.raising import raising_point

_NEEDS_PIECES = Response._ensure_sequence.__code__
_TOLD = (str, int, float, bool, NoneType)
_OUTSIDE = "Working outside of "  # as Flask's messages begin where there is no context
_WHAT_IS_HANDLED = ("exc_class_or_code", "code_or_exception")  # as Flask and the engine call it
_DEEPEST = 20  # dicts within each other
_BY_METHOD = ("get", "post", "put", "patch", "delete")


def words_on_given(error: BaseException) -> str | None:
    """Say which value, response or class it was; None where no call into a library made the exception."""
    if isinstance(error, SecurityError):
        return _untrusted_host(error)
    if isinstance(error, HTTPException):
        return _unused_status(error)
    if type(error) is NotImplementedError:
        return _not_dispatched(error)
    if type(error) is AssertionError:
        return _without_method(error)
    if isinstance(error, ImportStringError):
        return f"{type(error.exception).__name__}: {error.exception}"
    if type(error) is RuntimeError and (frame := _raiser(error)) and frame.f_code is _NEEDS_PIECES:
        return "the body is passed on unread; response.direct_passthrough = False before that lets it be read"
    if type(error) is RuntimeError and str(error).startswith(_OUTSIDE):
        return _in_another_thread(error)
    of_call = _status_as_headers(error) or _no_status(error)
    return of_call or _unsorted_keys(error) or _cookies_value(error) or _refused_value(error)


def _no_status(error: BaseException) -> str | None:
    """Tell of errorhandler that a string is neither a status nor a class."""
    frame = _raiser(error)
    if type(error) is not TypeError or frame is None or not _is_flasks(frame):
        return None
    given = next((frame.f_locals[name] for name in _WHAT_IS_HANDLED if name in frame.f_locals), None)
    if type(given) is not str or not str(error).startswith("issubclass()"):
        return None
    meant = given if re.fullmatch(r"[45]\d\d", given) else "404"
    return f"the string {cut(repr(given))} is no status, which is a number: errorhandler({meant})"


def _status_as_headers(error: BaseException) -> str | None:
    """Tell of make_response(body, headers, status) that the status comes before the headers."""
    for frame, _ in walk_tb(error.__traceback__) if type(error) is TypeError else ():
        if frame.f_code.co_name == "make_response" and _is_flasks(frame):
            match frame.f_locals.get("args"):
                case (_, dict() | list(), int(status)):
                    return f"the status comes before the headers: make_response(body, {status}, headers)"
    return None


def _unsorted_keys(error: BaseException) -> str | None:
    """Tell of JSON which dict has keys that cannot be sorted, as they are before they are written."""
    frame = _raiser(error)
    if type(error) is not TypeError or not str(error).startswith("'<' not supported") or frame is None:
        return None
    if frame.f_globals.get("__name__") != JSONEncoder.__module__:
        return None
    part = _of_several_types(frame.f_locals.get("o"), "")
    if part is None:
        return None
    by_flask = any(it.f_code.co_name == "dumps" and _is_flasks(it) for it, _ in walk_tb(error.__traceback__))
    setting = "app.json.sort_keys" if by_flask else "sort_keys"
    return f"{part}, and they are sorted for JSON: make strings of all, or set {setting} = False"


def _of_several_types(value: object, path: str, depth: int = 0) -> str | None:
    """Say of which types the keys of a dict are, where some are strings, or None, and others are not."""
    if depth > _DEEPEST:
        return None
    inner: Iterable[tuple[object, object]] = ()
    if type(value) is dict:
        kinds = {type(key).__name__ for key in value}
        if len(kinds) > 1 and kinds & {"str", "NoneType"}:
            named = f"{path} has keys" if path else "the dict has keys"
            return f"{named} of the types {listed(tuple(sorted(kinds)), 'and')}"
        inner = value.items()
    elif type(value) in (list, tuple):
        inner = enumerate(value)  # type: ignore[arg-type]
    found = (_of_several_types(each, f"{path}[{key!r:.60}]", depth + 1) for key, each in inner)
    return next(filter(None, found), None)


def _cookies_value(error: BaseException) -> str | None:
    """Tell of set_cookie which value is no text."""
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code is dump_cookie.__code__ and type(error) is TypeError:
            key, value = frame.f_locals.get("key"), frame.f_locals.get("value")
            if type(key) is str and not isinstance(value, str | bytes):
                kind = type(value).__name__
                return (
                    f"the cookie {cut(key)} was given an object of the type {kind}, and a cookie is text: "
                    "str(...) makes some"
                )
    return None


def _in_another_thread(error: BaseException) -> str | None:
    """Tell of a thread that the app started, which has no context of its own."""
    modules = [frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)]
    if "threading" not in modules and "concurrent.futures.thread" not in modules:
        return None
    if "request context" in str(error):
        return "another thread has no request: flask.copy_current_request_context(function) gives it this one"
    return "another thread has no application context: a block with app.app_context() in it has one"


def _untrusted_host(error: SecurityError) -> str | None:
    """Tell which hosts an app trusts, where its setting is what was asked."""
    way = [frame for frame, _ in walk_tb(error.__traceback__)]
    trusted: Any = way[-1].f_locals.get("trusted_hosts") if way else None
    if not any(frame.f_code.co_name == "create_url_adapter" for frame in way):
        return None
    if type(trusted) not in (list, tuple) or not all(type(host) is str for host in trusted):
        return None
    hosts = [f"{host[1:]} and its subdomains" if host.startswith(".") else host for host in trusted]
    return f"the setting TRUSTED_HOSTS has {listed(tuple(hosts), 'and')}"


def _unused_status(error: HTTPException) -> str | None:
    """Tell of `abort(response, 400)`, which sends the response as it is."""
    frame = _raiser(error)
    if error.code is not None or frame is None or not issubclass(type(frame.f_locals.get("self")), Aborter):
        return None
    match frame.f_locals.get("args"):
        case (int(status), *_):
            return (
                f"the {status} behind the response was not used: abort sends a response as it is, "
                f"so give it that status before, as make_response(..., {status}) does"
            )
    return None


def _without_method(error: BaseException) -> str | None:
    """Tell of a MethodView whose rule accepts a method that it has no function for."""
    frame = _raiser(error)
    if frame is None or frame.f_code.co_name != "dispatch_request" or not _is_flasks(frame):
        return None
    kind = type(frame.f_locals.get("self"))
    wanted = re.fullmatch(r"Unimplemented method '(\w+)'", str(error))
    if wanted is None:
        return None
    has = [f"{each}()" for each in _BY_METHOD if class_with(kind, each) is not None]
    has.append(f"no {wanted[1].lower()}()")
    return f"the rule accepts {wanted[1]}, and {kind.__name__} has {listed(tuple(has), 'and')}"


def _not_dispatched(error: BaseException) -> str | None:
    """Tell of a View that has get() and no dispatch_request()."""
    frame = _raiser(error)
    if frame is None or frame.f_code.co_name != "dispatch_request" or not _is_flasks(frame):
        return None
    kind = type(frame.f_locals.get("self"))
    name = next((each for each in _BY_METHOD if class_with(kind, each) is not None), None)
    if name is None:
        return f"{kind.__name__} is a View, and has no dispatch_request() of its own"
    return f"a View has one dispatch_request(); {kind.__name__} has {name}(), which a MethodView would call"


def _refused_value(error: BaseException) -> str | None:
    """Tell what url_for was given for an endpoint, or which value it could not write into which rule."""
    rule = None
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code.co_name == "url_for" and _is_flasks(frame):
            given = frame.f_locals.get("endpoint")
            if given is not None and not isinstance(given, str):
                return _no_endpoint(given)
        local = frame.f_locals if frame.f_code.co_name in ("build", "to_url") else {}
        whose = local.get("self")
        if issubclass(type(whose), Rule):
            rule = whose
        elif rule is not None and issubclass(type(whose), BaseConverter) and "value" in local:
            return _of_rule(rule, whose, local["value"])
    return None


def _no_endpoint(given: Any) -> str:
    """Say what url_for was given in the place of an endpoint; of a function its name may be the one."""
    name = given.__name__ if isinstance(given, FunctionType) else None
    example = f"by default a view's name: {name!r}" if name is not None and name != "<lambda>" else "a string"
    return (
        f"url_for was given an object of the type {type(given).__name__} for the endpoint, which is {example}"
    )


def _of_rule(rule: Any, converter: Any, value: Any) -> str | None:
    name = next((name for name, each in rule._converters.items() if each is converter), None)
    written = None if name is None else re.search(rf"<(?:[^<>]*:)?{re.escape(name)}>", rule.rule)
    if written is None:
        return None
    # Of another type it would be code of the app's that makes the text.
    told = repr(value) if type(value) in _TOLD else f"an object of the type {type(value).__name__}"
    return f"url_for was to write {cut(told)} into {written[0]} of the rule {rule.rule}"


def _raiser(error: BaseException) -> FrameType | None:
    way = raising_point(error)
    return None if way is None else way.tb_frame


def _is_flasks(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith(FLASKS_OWN)
