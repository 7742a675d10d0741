"""The text of a Python file, read as Python reads it; nothing of it is run.

It must not know whose the file is, nor what is looked for in it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


def parsed(source: str | bytes) -> ast.Module:
    """Parse a file's text; a file with mistakes is an empty one."""
    try:
        with unwarned():
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


@contextmanager
def unwarned() -> Iterator[None]:
    """Parse without Python's warnings, as those about backslashes, which it prints from 3.12 on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
