"""The request's body, watched: what the app asks of it and does not get.

`get_json` and `get_data` are wrapped on the request while it is traced; whether the form was asked for is
seen afterwards, from what Werkzeug keeps. Nothing is read that the app did not read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from types import FrameType, MethodType
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.formparser import parse_form_data

from routelab.tracing.body_reads import Asked, EmptyRead, Lacking
from routelab.tracing.watching.code.layers import class_with, layers_of
from routelab.tracing.watching.code.sources import FLASKS_OWN
from routelab.tracing.watching.exceptions.body_limits import why_refused
from routelab.tracing.watching.exceptions.raising import raising_point

if TYPE_CHECKING:
    from routelab.tracing.watching.code.sources import Sources

_TOO_LARGE = 413
_MOST = 5
# What of a request's class decides how a form is read.
_PARSING = ("_load_form_data", "make_form_data_parser", "form_data_parser_class", "want_form_data_parsed")
_HOLDERS = ("form", "args", "files", "values", "cookies", "headers")
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded", "application/x-url-encoded")


class BodyReads:
    """What one request's body was asked for in vain; `body` is a copy of its bytes."""

    _request: Any = None
    _found_json = False
    _inside = False  # `get_json` asks `get_data`
    _form_by_data = False  # `request.data` parses a form on its way

    def __init__(self, body: bytes, sources: Sources) -> None:
        self._body = body
        self._sources = sources
        self._reads: list[EmptyRead] = []

    def watch(self, request: Any) -> None:
        """Stand before the request's own `get_json` and `get_data`."""
        self._request = request
        mine = vars(request)
        # Methods, as the request's own are: an app that forgets to call one is told so.
        with suppress(Exception):
            mine["get_json"] = MethodType(partial(self._get_json, request.get_json), request)
            mine["get_data"] = MethodType(partial(self._get_data, request.get_data), request)

    def forget(self) -> None:
        """Leave the request as it was."""
        if self._request is not None:
            vars(self._request).pop("get_json", None)
            vars(self._request).pop("get_data", None)

    @property
    def may_tell(self) -> bool:
        """Whether there may be anything to tell."""
        return self._request is not None and bool(self._body or self._reads)

    def told(self, status: int | None, view: Any = None) -> tuple[EmptyRead, ...]:
        """Return what is worth a line: not the second of two ways to read a body, where the first one did.

        `status` is the response's; None where none came. `view` is the view function: one that speaks of
        `files` is told why there are none.
        """
        form = vars(self._request).get("form")
        has_form = self._was_form
        fine = status is not None and status < 400
        reads = [read for read in self._reads if not (has_form and fine and read.asked is Asked.JSON)]
        if self._body and form is not None and not (has_form or self._found_json or self._form_by_data):
            reads = [*reads, *self._of_form()]
        if form is not None and self._body and self._has_no_files_to_read and _speaks_of_files(view):
            content_type = self._request.content_type
            read = EmptyRead(
                asked=Asked.FILES,
                written="request.files",
                lacking=Lacking.NOT_MULTIPART,
                content_type=content_type,
            )
            reads = [*reads, read]
        return tuple(dict.fromkeys(reads))[:_MOST]

    def _get_json(self, original: Callable[..., Any], _request: Any, /, *args: Any, **kwargs: Any) -> Any:
        outer, self._inside = self._inside, True
        try:
            found = original(*args, **kwargs)
        except HTTPException as error:
            with suppress(Exception):
                self._note(args, kwargs, error)
            raise
        finally:
            self._inside = outer
        if found is None:
            with suppress(Exception):
                self._note(args, kwargs, None)
        else:
            self._found_json = True
        return found

    def _get_data(self, original: Callable[..., Any], _request: Any, /, *args: Any, **kwargs: Any) -> Any:
        request = self._request
        before = "form" in vars(request)
        found = original(*args, **kwargs)
        if not self._inside:
            self._form_by_data = self._form_by_data or (not before and "form" in vars(request))
            if not found and self._body:
                with suppress(Exception):
                    self._note_bytes()
        return found

    @property
    def _was_form(self) -> bool:
        return bool(vars(self._request).get("form") or vars(self._request).get("files"))

    @property
    def _sent_fields(self) -> bool:
        """Whether the body has fields of a form, or files."""
        parts = {"CONTENT_TYPE": self._request.content_type, "CONTENT_LENGTH": str(len(self._body))}
        _, form, files = parse_form_data({**parts, "wsgi.input": BytesIO(self._body)})
        return bool(form or files)

    @property
    def _has_no_files_to_read(self) -> bool:
        return not vars(self._request).get("files") and self._request.mimetype in _FORMS[1:]

    def _note_bytes(self) -> None:
        place = _asking(sys._getframe(2), self._sources, "data")
        if place is None:
            return
        file, line, by_property = place
        written = "request.data" if by_property else "request.get_data()"
        lacking = Lacking.READ_AS_FORM if self._was_form else Lacking.READ_BEFORE
        self._reads.append(
            EmptyRead(asked=Asked.BYTES, written=written, lacking=lacking, file=file, line=line)
        )

    def _note(self, args: tuple[Any, ...], kwargs: dict[str, Any], error: HTTPException | None) -> None:
        request, raised = self._request, None if error is None else error.code
        place = _asking(sys._getframe(2), self._sources, "json")
        if place is None:
            return
        given = dict(zip(("force", "silent", "cache"), args, strict=False)) | kwargs
        silent = bool(given.get("silent"))
        lacking = _lacking_by(error) or self._lacking_json(bool(given.get("force")))
        if lacking is None or (type(error) is ClientDisconnected and lacking is not Lacking.READ_BEFORE):
            return
        hidden = 415 if lacking is Lacking.OTHER_TYPE or not self._says_json else 400
        if given.get("force"):
            hidden = 400
        file, line, by_property = place
        said = ", ".join(f"{name}={given[name]!r}" for name in ("force", "silent") if given.get(name))
        self._reads.append(
            EmptyRead(
                asked=Asked.JSON,
                written="request.json" if by_property else f"request.get_json({said})",
                lacking=lacking,
                content_type=request.content_type or "",
                raised=raised,
                hidden=hidden if silent and raised is None else None,
                file=file,
                line=line,
                limit=None if error is None else why_refused(error),
            )
        )

    @property
    def _says_json(self) -> bool:
        return bool(self._request.is_json)

    def _lacking_json(self, force: bool) -> Lacking | None:
        if not (force or self._says_json):
            return Lacking.OTHER_TYPE if self._body or self._request.content_type else Lacking.NO_BODY
        if not self._body:
            return Lacking.NO_BODY
        if self._was_form:
            return Lacking.READ_AS_FORM
        if vars(self._request).get("_cached_data") == b"":
            return Lacking.READ_BEFORE
        return None if self._body.strip() == b"null" else Lacking.NOT_VALID

    def _of_form(self) -> list[EmptyRead]:
        request = self._request
        content_type = request.content_type or ""
        if request.mimetype not in _FORMS:
            lacking = Lacking.OTHER_TYPE
        elif request.mimetype == _FORMS[0] and not request.mimetype_params.get("boundary"):
            lacking = Lacking.NO_BOUNDARY
        elif self._sent_fields and _parses_as_usual(type(request)):
            lacking = Lacking.READ_BEFORE
        else:
            return []
        written = "what asked for the form (request.form, values or files)"
        return [EmptyRead(asked=Asked.FORM, written=written, lacking=lacking, content_type=content_type)]


def _lacking_by(error: HTTPException | None) -> Lacking | None:
    """Tell what an error says of the body, whatever it has."""
    if type(error) is ClientDisconnected and why_refused(error) is not None:
        return Lacking.READ_BEFORE
    return Lacking.TOO_LARGE if error is not None and error.code == _TOO_LARGE else None


def _parses_as_usual(kind: type) -> bool:
    """Tell whether a request class reads a form as Werkzeug does: its own may do anything."""
    owners = [class_with(kind, name) for name in _PARSING]
    return all(f"{owner.__module__}.".startswith(("werkzeug.", *FLASKS_OWN)) for owner in owners if owner)


def _speaks_of_files(view: Any) -> bool:
    """Tell whether a view's own code names `files`, as `request.files` does."""
    kind = getattr(view, "view_class", None)
    functions = filter(callable, vars(kind).values() if isinstance(kind, type) else [view])
    codes = [code for each in functions if (code := layers_of(each, "")[-1].code) is not None]
    return any("files" in code.co_names for code in codes)


def asked_of(error: BaseException, request: Any) -> str | None:
    """Tell which attribute of a request was asked for the key that it does not have: "form"."""
    way = raising_point(error)
    holder = None if way is None else way.tb_frame.f_locals.get("self")
    kept = vars(request)  # where Werkzeug keeps them once they were asked for
    return next((name for name in _HOLDERS if holder is not None and kept.get(name) is holder), None)


def _asking(frame: FrameType | None, sources: Sources, name: str) -> tuple[str, int, bool] | None:
    """Find the app's own line that asked, and whether through the property of that name.

    None where a library asked.
    """
    own, by_property = sources.caller(frame), False
    if own is None:
        return None
    while frame is not None and frame is not own:
        code, frame = frame.f_code, frame.f_back
        by_property = by_property or (code.co_name == name and "werkzeug" in code.co_filename)
    return sources.own_file(own.f_code.co_filename) or "", own.f_lineno, by_property
