"""The data items of a request line as the bytes of a body, with the content type that tells what they are.

It must not know methods, paths or headers. It opens the files that items name, relative ones in `folder`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote_plus

from routelab.record import Record
from routelab.regularfile import TooLarge, read_bytes
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.items import Item, Separator, assemble
from routelab.requestline.record import BODY_LIMIT, URLENCODED, BodyKind, too_large

JSON_TYPE = "application/json"
JSON_ACCEPT = "application/json, */*;q=0.5"
FORM_TYPE = f"{URLENCODED}; charset=utf-8"
BOUNDARY = "routelab-boundary"


class Body(Record):
    content: bytes
    kind: BodyKind
    content_type: str | None


def raw_body(text: str, content_type: str | None) -> Body:
    """Encode the text of `--raw`."""
    return Body(content=_encoded(text, "--raw text"), kind=BodyKind.RAW, content_type=content_type)


def build_body(items: Sequence[Item], kind: BodyKind, folder: Path | None, boundary: str | None) -> Body:
    """Encode data items as the kind of body that was asked for; `boundary` overrides multipart's own.

    A single upload without a name is the whole body. Raises a RequestLineError that names the item at fault.
    """
    try:
        return _built(items, kind, folder, boundary)
    except RecursionError:
        longest = max(items, key=lambda item: len(item.typed))
        raise _invalid(longest, "nested too deeply") from None


def _built(items: Sequence[Item], kind: BodyKind, folder: Path | None, boundary: str | None) -> Body:
    if whole := next((item for item in items if item.separator is Separator.UPLOAD and not item.name), None):
        if len(items) > 1:
            second = next(item.typed for item in items if item is not whole)
            raise RequestLineError(Fault.TWO_BODIES, first=whole.typed, second=second)
        path, content_type = _upload(whole)
        return Body(content=_content(path, whole, folder), kind=BodyKind.RAW, content_type=content_type)
    match kind:
        case BodyKind.FORM if any(item.separator is Separator.UPLOAD for item in items):
            return _multipart(items, folder, boundary)
        case BodyKind.FORM:
            return Body(content=_form(items, folder), kind=kind, content_type=FORM_TYPE)
        case BodyKind.MULTIPART:
            return _multipart(items, folder, boundary)
        case _:
            return Body(content=_json(items, folder), kind=BodyKind.JSON, content_type=JSON_TYPE)


def text_of(item: Item, folder: Path | None) -> str:
    """Read the text file that an item names (`=@`, `:=@`, `==@`, `:@`)."""
    try:
        return _content(item.value, item, folder).decode()
    except UnicodeDecodeError:
        raise RequestLineError(Fault.NOT_TEXT, item=item.typed, path=item.value) from None


def _json(items: Sequence[Item], folder: Path | None) -> bytes:
    for item in items:
        _encoded(item.typed, "data")  # JSON could carry half a character as an escape, but nobody types one
    document = assemble([(item.name, _json_value(item, folder)) for item in items])
    return json.dumps(document).encode()


def _json_value(item: Item, folder: Path | None) -> Any:
    match item.separator:
        case Separator.TEXT:
            return item.value
        case Separator.TEXT_FILE:
            return text_of(item, folder)
        case Separator.JSON:
            return _parsed_json(item, item.value)
        case Separator.JSON_FILE:
            return _parsed_json(item, text_of(item, folder))
        case Separator.UPLOAD:
            raise RequestLineError(Fault.UPLOAD_NEEDS_FORM, item=item.typed, name=item.name)
        case _:
            raise AssertionError(f"{item.separator} is not a data item")


def _parsed_json(item: Item, text: str) -> Any:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"JSON has no {constant}")

    def number(digits: str) -> float:
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            raise ValueError(f"{digits} is out of range")
        return value

    try:
        return json.loads(text, parse_constant=refuse, parse_float=number)
    except json.JSONDecodeError as error:
        raise _invalid(item, f"{error.msg} at column {error.colno}") from None
    except ValueError as error:
        raise _invalid(item, str(error).partition(";")[0]) from None


def _form_text(item: Item, folder: Path | None) -> str:
    value = _json_value(item, folder)
    match value:
        case str():
            return value
        case int() | float():
            return json.dumps(value)  # true stays true: the text is the one that was typed
        case _:
            raise RequestLineError(Fault.NOT_A_FORM_VALUE, item=item.typed)


def _form(items: Sequence[Item], folder: Path | None) -> bytes:
    try:
        return "&".join(
            f"{quote_plus(item.name)}={quote_plus(_form_text(item, folder))}" for item in items
        ).encode("ascii")
    except UnicodeEncodeError:
        raise RequestLineError(Fault.NOT_UTF8, where="form") from None


def _multipart(items: Sequence[Item], folder: Path | None, boundary: str | None) -> Body:
    parts = [_part(item, folder) for item in items]
    chosen = boundary or _free_boundary(parts)
    opening = f"--{chosen}\r\n".encode()
    content = (
        b"".join(piece for part in parts for piece in (opening, part, b"\r\n")) + f"--{chosen}--\r\n".encode()
    )
    return Body(
        content=content, kind=BodyKind.MULTIPART, content_type=f"multipart/form-data; boundary={chosen}"
    )


def _part(item: Item, folder: Path | None) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{_in_quotes(item.name)}"'
    if item.separator is not Separator.UPLOAD:
        return _encoded(f"{disposition}\r\n\r\n{_form_text(item, folder)}", "form")
    path, content_type = _upload(item)
    head = f'{disposition}; filename="{_in_quotes(Path(path).name)}"'
    if content_type:
        head += f"\r\nContent-Type: {content_type}"
    return _encoded(f"{head}\r\n\r\n", "form") + _content(path, item, folder)


def _upload(item: Item) -> tuple[str, str | None]:
    """Take `cv.txt;type=text/markdown` apart: the path and the content type, guessed where none is given."""
    path, _, content_type = item.value.partition(";type=")
    if not content_type.isprintable():
        character = next(character for character in content_type if not character.isprintable())
        where = f"type of {item.name if item.name.isprintable() else 'a file'}"
        raise RequestLineError(Fault.CONTROL_IN_HEADER, where=where, character=character)
    if content_type:
        return path, content_type
    import mimetypes  # few requests have files

    return path, mimetypes.guess_type(path, strict=False)[0]


def _in_quotes(name: str) -> str:
    """Escape what would end a quoted name, as browsers do (WHATWG, multipart/form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _free_boundary(parts: Sequence[bytes]) -> str:
    """Find a boundary that no part contains: the same one for the same parts, every time."""
    boundary, count = BOUNDARY, 1
    while any(boundary.encode() in part for part in parts):
        count += 1
        boundary = f"{BOUNDARY}-{count}"
    return boundary


def _content(path: str, item: Item, folder: Path | None) -> bytes:
    try:
        place = Path(path).expanduser()
        return read_bytes(folder / place if folder else place, BODY_LIMIT)
    except TooLarge:
        raise too_large((folder / place if folder else place).stat().st_size, item.typed) from None
    except (OSError, ValueError, RuntimeError) as error:  # NUL in the path; no home for `~nobody`
        reason = getattr(error, "strerror", None) or str(error)
        raise RequestLineError(Fault.UNREADABLE_FILE, item=item.typed, path=path, reason=reason) from None


def _encoded(text: str, where: str) -> bytes:
    """Encode what was typed; raises RequestLineError for what is not valid text."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise RequestLineError(Fault.NOT_UTF8, where=where) from None


def _invalid(item: Item, problem: str) -> RequestLineError:
    return RequestLineError(Fault.INVALID_JSON, item=item.typed, problem=problem)
