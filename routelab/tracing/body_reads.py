"""What the app asked of the request's body and did not get, and why.

Facts, and the words for them; it knows no request.
"""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record

READ_BEFORE = "the body had been read before, and it can be read once"


class Asked(OneOf):
    """What was asked for."""

    JSON = "json"
    FORM = "form"
    BYTES = "bytes"
    FILES = "files"


class Lacking(OneOf):
    """Why there was none."""

    NO_BODY = "no_body"
    OTHER_TYPE = "other_type"  # the Content-Type names something else, or there is none
    NO_BOUNDARY = "no_boundary"  # multipart/form-data that does not say where its parts end
    NOT_VALID = "not_valid"  # it says that it is JSON, and is not
    TOO_LARGE = "too_large"  # longer than the app takes
    NOT_MULTIPART = "not_multipart"  # a form, but of the kind that has no files
    READ_AS_FORM = "read_as_form"  # the bytes are gone: they were read as a form before
    READ_BEFORE = "read_before"  # they are gone: something else had read the stream


class EmptyRead(Record):
    """The app asked for what is in the body, and got nothing.

    `written` is how it asked, "request.get_json(silent=True)"; file and line are the app's own. `raised` is
    the status of the error that told it; None where nothing did, and `hidden` the one that `silent` hid.
    `limit` is what the body was too large for, as a sentence.
    """

    asked: Asked
    written: str
    lacking: Lacking
    content_type: str = ""
    raised: int | None = None
    hidden: int | None = None
    file: str | None = None
    line: int | None = None
    limit: str | None = None

    @property
    def words(self) -> str:
        """Say what was asked, what came of it, and why."""
        where = "" if self.file is None else f" at {self.file}:{self.line}"
        hidden = "" if self.hidden is None else f"; silent=True hides the {self.hidden}"
        return f"{self.written}{where} {self._came()}: {self._why()}{hidden}"

    def _came(self) -> str:
        if self.raised is not None:
            return f"raised a {self.raised}"
        if self.asked is Asked.FILES:
            return "is empty"
        return "gave None" if self.asked is Asked.JSON else "found nothing"

    def _why(self) -> str:
        match self.lacking:
            case Lacking.NO_BODY:
                return "the request has no body" + ("" if self.content_type else " and no Content-Type")
            case Lacking.OTHER_TYPE:
                return self._other_type()
            case Lacking.NO_BOUNDARY:
                return f"the Content-Type, {self.content_type}, has no boundary, so its parts cannot be told"
            case Lacking.NOT_VALID:
                return "the body is not valid JSON"
            case Lacking.TOO_LARGE:
                return self.limit or "the body is longer than the app accepts"
            case Lacking.NOT_MULTIPART:
                return (
                    "files come only in a form of multipart/form-data (in HTML, enctype), and this one is "
                    f"{self.content_type}"
                )
            case Lacking.READ_AS_FORM:
                return "the body was read as a form, and request.form has it"
            case Lacking.READ_BEFORE:
                return f"{READ_BEFORE}; request.get_data() keeps it"
        assert_never(self.lacking)

    def _other_type(self) -> str:
        wanted = "JSON" if self.asked is Asked.JSON else "a form"
        if not self.content_type:
            return f"no Content-Type came, so the body does not count as {wanted}"
        if self.asked is Asked.FORM and "json" in self.content_type.lower():
            said = f"the body is JSON (Content-Type {self.content_type}), not a form"
            return f"{said}; request.get_json() reads it"
        return f"the Content-Type is {self.content_type}, not that of {wanted}"
