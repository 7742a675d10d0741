"""The text of a Python file, read as Python reads it; nothing of it is run.

It must not know whose the file is, nor what is looked for in it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import decode_source

# How files begin that editors, word processors and Windows' own shell write in the place of plain text.
_NO_TEXT = (
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"{\\rtf", "a document of a word processor"),
    (b"PK\x03\x04", "a zip archive, as documents of word processors are"),
)


def parsed(source: str | bytes) -> ast.Module:
    """Parse a file's text; a file with mistakes is an empty one."""
    try:
        with unwarned():
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def unindented(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Move lines of code to the left, as far as all of them can."""
    indent = min((len(it) - len(it.lstrip()) for it in lines if it.strip()), default=0)
    return tuple(it[indent:] for it in lines)


def saved_as(source: bytes) -> str | None:
    """Say as what a file was saved that Python cannot read as text; None for one that it can."""
    for begin, kind in _NO_TEXT:
        if source.startswith(begin):
            return kind
    try:
        decode_source(source)
    except (SyntaxError, UnicodeDecodeError):
        return "text in another encoding"
    return None


@contextmanager
def unwarned() -> Iterator[None]:
    """Parse without Python's warnings, as those about backslashes, which it prints from 3.12 on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
