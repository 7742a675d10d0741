"""What stands in the fields of a form that is sent, and how a browser encodes it.

It knows a page's forms and what is written in an app's files, and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias
from urllib.parse import urlencode

from routelab.lessons.mine.html import Field, Form
from routelab.lessons.mine.written import Written
from routelab.requestline.record import URLENCODED

Values: TypeAlias = list[tuple[str, str]]

TEXT = "Juniper"
"""What stands in each field of text that is sent, so that a page can be asked for it."""

NUMBER = "7"
"""The same, where a number is wanted."""

_BOUNDARY = "routelab-form"
_KINDS = {
    "number": NUMBER,
    "range": NUMBER,
    "email": "juniper@example.org",
    "url": "https://example.org/juniper",
    "date": "2031-05-06",
    "time": "12:30",
    "datetime-local": "2031-05-06T12:30",
    "month": "2031-05",
    "tel": "5550100",
    "color": "#336699",
    "password": "Juniper-1",
}


def filled_in(form: Form, first: str, others: str) -> Values:
    """Fill in a form: its first field of text, and the others."""
    values: Values = []
    texts = iter([first])
    for field in form.fields:
        if field.kind == "radio" and any(name == field.name for name, _ in values):
            continue
        value = _value_of(field)
        if value is None:
            value = next(texts, others)
        if field.kind != "file":
            values.append((field.name, value))
    return values


def left_empty(form: Form) -> Values:
    """Leave the fields of a form empty: hidden values go along, and boxes are not ticked."""
    fields = [field for field in form.fields if field.kind not in ("checkbox", "radio", "file")]
    return [(it.name, it.value if it.kind == "hidden" else "") for it in fields]


def login_values(form: Form, written: Written) -> Iterator[Values]:
    """Give values for a login: what a sign-up was sent, then what stands in the app's own files."""
    yield filled_in(form, TEXT, TEXT)
    words = [field.name for field in form.fields if _value_of(field) is None]
    secrets = [field.name for field in form.fields if field.kind == "password"]
    fixed = [(it.name, it.value) for it in form.fields if it.name not in (*words, *secrets)]
    if (words and secrets) or len(words) == 2:
        name, secret = (words[0], secrets[0]) if secrets else (words[0], words[1])
        for one, two in written.pairs:
            yield [*fixed, (name, one), (secret, two)]
    elif len(words) + len(secrets) == 1:
        for word in written.strings:
            yield [*fixed, ((*words, *secrets)[0], word)]


def encoded(form: Form, values: Iterable[tuple[str, str]]) -> tuple[str, bytes]:
    """Encode values as the form has it: the type of the body, and the body."""
    if not form.multipart:
        return URLENCODED, urlencode(list(values)).encode()
    files = [field.name for field in form.fields if field.kind == "file"]
    return f"multipart/form-data; boundary={_BOUNDARY}", _multipart(values, files)


def _value_of(field: Field) -> str | None:
    """Return what a field is filled in with; None where it takes text."""
    if field.kind == "hidden":
        return field.value
    if field.kind == "select":
        return field.options[0] if field.options else ""
    if field.kind in ("checkbox", "radio"):
        return field.value or "on"
    return _KINDS.get(field.kind)


def _multipart(values: Iterable[tuple[str, str]], files: Iterable[str]) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values
    ]
    parts += [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="juniper.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\nJuniper\n\r\n".encode()
        for name in files
    ]
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
