"""What debug mode adds: three mistakes get an explanation of their own instead of a bare error.

It knows what went wrong, and nothing of when it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from .wrappers import Request


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


class FormDataRoutingRedirect(AssertionError):  # noqa: N818  (the name is Flask's)
    """A redirect to the canonical URL that would lose the form's data."""

    def __init__(self, request: Request) -> None:
        redirect = request.routing_exception
        assert isinstance(redirect, RequestRedirect)
        text = (
            f"A request was sent to '{request.url}', but routing issued a redirect to the canonical URL"
            f" '{redirect.new_url}'."
        )
        if redirect.new_url.partition("?")[0] == f"{request.base_url}/":
            text += (
                " The URL was defined with a trailing slash. Flask will redirect to the URL with a trailing"
                " slash if it was accessed without one."
            )
        super().__init__(
            f"{text} Send requests to the canonical URL, or use 307 or 308 for routing redirects. Otherwise,"
            " browsers will drop form data.\n\nThis exception is only raised in debug mode."
        )
