"""Where the app's own files write and read a setting or an attribute, by its name.

It reads sources and runs nothing. A name that is built while the app runs is not seen.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache, cached_property

from routelab.loading.modules import AppModules
from routelab.regularfile import read_bytes
from routelab.tracing.watching.code.sources import in_libraries

_ASKS = ("get", "pop", "get_namespace")
_FLASKS = frozenset(
    {"flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker", "routelab"}
)
_MOST_BYTES = 20_000_000


class Usage:
    """What the files of an app do with names; they are read when the first is asked for."""

    def __init__(self, modules: AppModules) -> None:
        self._read: set[str] = set()
        self._written: dict[str, tuple[str, int]] = {}
        self._keywords: set[str] = set()
        for path in modules.files:
            file = modules.relative(path)
            for node in ast.walk(modules.tree(path)):
                self._note(node, file)

    def reads(self, name: str) -> bool:
        """Tell whether the app's files ask for a name, or what is installed and loaded has it in its text."""
        return name in self._read or self._in_packages(name)

    def asks(self, name: str) -> bool:
        """Tell whether the app's own files ask for a name."""
        return name in self._read

    def place(self, name: str) -> tuple[str, int] | tuple[None, None]:
        """Return where a name is first given a value."""
        return self._written.get(name, (None, None))

    def gives(self, keyword: str) -> bool:
        """Tell whether any call in the app's files has this keyword."""
        return keyword in self._keywords

    def _in_packages(self, name: str) -> bool:
        """Look for a name in the text of installed packages that are loaded: an extension may ask for it."""
        if self._packages is None:
            return True
        wanted = re.compile(rb"\b%s\b" % re.escape(name.encode()))
        return any(map(wanted.search, self._packages))

    @cached_property
    def _packages(self) -> list[bytes] | None:
        """The texts of packages that may ask Flask's apps; None where they are too long to look through."""
        read = [_read_of_flask(file) for file in _package_files()]
        return [text for _, text in read if text] if sum(size for size, _ in read) <= _MOST_BYTES else None

    def _note(self, node: ast.AST, file: str) -> None:
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=context):
                self._see(name, file, node.lineno, reads=isinstance(context, ast.Load))
            case ast.Attribute(attr=name, ctx=context):
                self._see(name, file, node.lineno, reads=isinstance(context, ast.Load))
            case ast.Name(id=name, ctx=context):
                self._see(name, file, node.lineno, reads=isinstance(context, ast.Load))
            case ast.Call(func=ast.Attribute(attr=asks), args=[ast.Constant(value=str(name)), *_]) if (
                asks in _ASKS
            ):
                self._read.add(name)
            case ast.keyword(arg=str(name)):
                self._keywords.add(name)
                self._see(name, file, node.lineno, reads=False)
            case ast.Dict(keys=keys):
                for key in keys:
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self._see(key.value, file, key.lineno, reads=False)

    def _see(self, name: str, file: str, line: int, *, reads: bool) -> None:
        if reads:
            self._read.add(name)
        else:
            self._written.setdefault(name, (file, line))


def _package_files() -> Iterator[str]:
    """Name the files of installed packages that are loaded, Flask's own left out."""
    for name, module in tuple(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] in _FLASKS or not isinstance(file, str) or not file.endswith(".py"):
            continue
        if in_libraries(file) is not None:
            yield file


@cache  # what is loaded stays as it was loaded, and each load asks for all of it
def _read_of_flask(file: str) -> tuple[int, bytes]:
    """Return a file's size, and its text where that names Flask, as does what asks Flask's apps."""
    try:
        text = read_bytes(file)
    except OSError:
        return 0, b""
    return len(text), text if b"lask" in text else b""
