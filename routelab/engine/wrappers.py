"""REQUEST and RESPONSE: Werkzeug's two objects, with what the loop adds to them.

A request learns which rule it matched; a response is HTML unless it says otherwise. Neither knows how it is
routed, made or sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from . import json
from .globals import active_app_context, current_app
from .tables import nesting_of

if TYPE_CHECKING:
    from werkzeug.routing import Rule


class ConfiguredLimit:
    """A limit on the request's body: set for one request, else the app's setting, else Werkzeug's own."""

    def __init__(self, setting: str) -> None:
        self.setting = setting

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, request: Request | None, owner: type) -> Any:
        if request is None:
            return self
        limit = request.__dict__.get(self.name)
        if limit is not None:
            return limit
        context = active_app_context.get(None)
        return getattr(WerkzeugRequest, self.name) if context is None else context.app.config[self.setting]

    def __set__(self, request: Request, value: int | None) -> None:
        request.__dict__[self.name] = value


class Request(WerkzeugRequest):
    """What came in, and what routing made of it."""

    json_module: Any = json

    url_rule: Rule | None = None
    """The rule that matched, if one did."""
    view_args: dict[str, Any] | None = None
    """What the rule's converters made of the path."""
    routing_exception: HTTPException | None = None
    """Why no rule matched: kept while the before_request hooks run, and raised after them."""

    max_content_length = ConfiguredLimit("MAX_CONTENT_LENGTH")
    max_form_memory_size = ConfiguredLimit("MAX_FORM_MEMORY_SIZE")
    max_form_parts = ConfiguredLimit("MAX_FORM_PARTS")

    @property
    def endpoint(self) -> str | None:
        """`"shop.admin.index"`; None while no rule has matched."""
        return None if self.url_rule is None else self.url_rule.endpoint

    @property
    def blueprint(self) -> str | None:
        """`"shop.admin"` of the endpoint `shop.admin.index`."""
        return next(iter(self.blueprints), None)

    @property
    def blueprints(self) -> list[str]:
        """`["shop.admin", "shop"]`: the blueprint, then those that it is nested in."""
        return nesting_of(self.endpoint or "")

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if current_app and current_app.debug and self.mimetype != "multipart/form-data" and not self.files:
            self.files = FilesOfPlainForm(self)

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Answer 400 for broken JSON, the parser's words in debug mode only, and 415 without the type."""
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as told:
            if current_app and current_app.debug:
                raise
            raise BadRequest from told


class Response(WerkzeugResponse):
    """What goes out: HTML unless it says otherwise, and with the Location exactly as written."""

    default_mimetype = "text/html"
    json_module = json
    autocorrect_location_header = False

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """The length at which Werkzeug warns that browsers may drop a cookie."""
        context = active_app_context.get(None)
        return super().max_cookie_size if context is None else context.app.config["MAX_COOKIE_SIZE"]


class DebugFilesKeyError(KeyError, AssertionError):
    """A file was asked for, and the form has only its name: its enctype is missing."""

    def __init__(self, request: Request, key: str) -> None:
        text = (
            f"You tried to access the file {key!r} in the request.files dictionary but it does not exist."
            f" The mimetype for the request is {request.mimetype!r} instead of 'multipart/form-data' which"
            " means that no file contents were transmitted. To fix this error you should provide"
            ' enctype="multipart/form-data" in your form.'
        )
        if names := request.form.getlist(key):
            sent = ", ".join(repr(name) for name in names)
            text += f"\n\nThe browser instead transmitted some file names. This was submitted: {sent}"
        self.text = text

    def __str__(self) -> str:
        return self.text


class FilesOfPlainForm(ImmutableMultiDict[str, FileStorage]):
    """The files of a form that sent none."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request

    def __getitem__(self, key: str) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            if key not in self.request.form:
                raise
            raise DebugFilesKeyError(self.request, key) from None
