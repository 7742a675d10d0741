"""What debug mode adds: a form that forgot its enctype is told so, instead of a bare KeyError.

It knows what the form sent, and nothing of when it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage, ImmutableMultiDict

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
