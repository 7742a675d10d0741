"""Where a callable stands in the learner's files, and its lines as they were when the app was loaded.

It reads the app's files and nothing else, and knows nothing of requests.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import decode_source
from pathlib import Path
from traceback import walk_tb
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, TracebackType
from typing import Any, TypeAlias

from routelab.pythontext import parsed
from routelab.record import Record
from routelab.regularfile import read_bytes
from routelab.stopping import raised_again
from routelab.tracing.facts import Frame, Place
from routelab.tracing.ourframes import OURS
from routelab.tracing.steps.view import Catcher
from routelab.tracing.watching.code.layers import class_with, code_of, stands_alone, wrapped_by

_DEEPEST = 60  # frames between the app's own line and the framework: extensions stand between
_DEF = re.compile(r"\s*(async\s+)?def\s")
_LAMBDA = r".*\blambda\b"
_DECORATED_BY = re.compile(r"\s*@\s*([\w.]+)")
_BARE = rf"{_DECORATED_BY.pattern}\s*(#.*)?$"
# Whose code it is: routelab's, a library's, Flask's own on either engine. All else may be the app's.
LIBRARIES = ("site-packages", "dist-packages", "__pypackages__")
FLASKS_OWN = ("flask.", "routelab.engine.")
_NO_LIBRARY = frozenset({"__main__", "builtins", "functools"})
_STATIC = "static"  # what the endpoint of that view is called; its function is a lambda, or a method

_MOST_KNOWN = 1000  # functions: an app may make new ones in each request; and files of all apps
_SETTLED = 2_000_000_000  # nanoseconds: where a file's time is a round one, two changes may have the same

# A callable's place, its lines, and the number of the first of them.
Placed: TypeAlias = tuple[Place, tuple[str, ...], int | None]


def in_libraries(path: str) -> str | None:
    """Return a path as seen from the folder of libraries that it lies in; None where it lies in none."""
    for folder in LIBRARIES:
        _, found, inside = path.rpartition(f"{os.sep}{folder}{os.sep}")
        if found:
            return inside.replace(os.sep, "/")
    return None


class _Known(Record):
    """A function with nothing around it, and what of it may change. It is held: its number stays its own."""

    function: FunctionType
    code: CodeType
    name: str
    placed: Placed

    def is_still(self, function: Any) -> bool:
        return (
            function is self.function
            and function.__code__ is self.code
            and function.__qualname__ is self.name
            and not function.__dict__
        )


class Sources:
    """The files of one app, below `folder`; everything else counts as somebody else's code.

    `files` are read now, and of those that ran before `texts` has what ran: once the learner edits a file, it
    no longer says what runs. `package` narrows them to one package of the folder: an installed one, whose
    neighbours are libraries.
    """

    def __init__(
        self,
        folder: Path,
        files: Iterable[str] = (),
        *,
        texts: Iterable[tuple[str, str]] = (),
        package: str | None = None,
    ) -> None:
        self._prefix = str(folder.resolve()) + os.sep
        self._package = package
        self._lines = {file: _read_lines(file) for file in files}
        self._lines.update((file, tuple(text.splitlines())) for file, text in texts)
        self._files: dict[str, str | None] = {}
        self._places: dict[tuple[str, int, str], Placed] = {}
        self._known: dict[int, _Known] = {}
        self._listed: dict[type, tuple[str, ...]] = {}

    @property
    def folder(self) -> str:
        """The app's folder, without a slash at its end."""
        return self._prefix[: -len(os.sep)]

    def place(self, function: Callable[..., Any]) -> Place:
        """Name a callable, with the file and the line of its `def` where it is the learner's own."""
        return self.place_and_lines(function)[0]

    def lines(self, function: Callable[..., Any]) -> tuple[str, ...]:
        """Return a callable's source lines, decorators included; none for somebody else's code."""
        return self.place_and_lines(function)[1]

    def decorators_written(self, function: Callable[..., Any], *, bare: bool = False) -> tuple[str, ...]:
        """List the names behind the `@`s above an own function: `cached` of `@cache.cached(60)`.

        `bare`: only those without parentheses.
        """
        names = []
        for line in self.lines(function):
            if _DEF.match(line):
                break
            written = re.match(_BARE, line) if bare else _DECORATED_BY.match(line)
            if written is not None:
                names.append(written[1].rpartition(".")[2])
        return tuple(names)

    def decorators_listed(self, kind: type) -> tuple[str, ...]:
        """List the names in `decorators` of an own class-based view, outermost first: the last one is."""
        owner = class_with(kind, "decorators") or kind
        if owner not in self._listed:
            place = self._class_place(owner)
            lines = () if place.file is None else self._lines_of(self._prefix + place.file)
            self._listed[owner] = tuple(_listed_in(lines, owner.__name__, place.line))
        return self._listed[owner]

    def place_and_lines(self, function: Callable[..., Any]) -> Placed:
        """Return what `place` and `lines` do, and the number of the first of the lines."""
        known = self._known.get(id(function))
        if known is not None and known.is_still(function):
            return known.placed
        placed = self._place_and_lines(function)
        if stands_alone(function):  # and holds nothing of the app's
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[id(function)] = _Known(
                function=function, code=function.__code__, name=function.__qualname__, placed=placed
            )
        return placed

    def _place_and_lines(self, function: Callable[..., Any]) -> Placed:
        if isinstance(function, type):
            return self._class_place(function), (), None
        plain = innermost(function)
        name = getattr(plain, "__qualname__", None) or type(plain).__qualname__
        name = name.rpartition("<locals>.")[2]
        code = getattr(plain, "__code__", None)
        call = code_of(plain) if code is None else None
        if self.is_own(call):  # an object that is called
            code = call
        if code is None:
            if not isinstance(function, BuiltinFunctionType):
                name = self._with_module(name, type(plain).__module__, _file_of(type(plain)))
            return Place(function=name), (), None
        key = (code.co_filename, code.co_firstlineno, name)
        if key not in self._places:
            self._places[key] = self._read(
                _STATIC if is_static_view(plain) else name, code, _module_of(plain)
            )
        return self._places[key]

    def place_of_code(self, function: Callable[..., Any]) -> Place:
        """Name a callable by the code that runs, not by what `functools.wraps` wrote over it."""
        code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
        if not isinstance(code, CodeType):
            # Written in C, as functools.lru_cache is: what it is around is another function.
            inside = wrapped_by(function) is not None
            return Place(function=type(function).__qualname__) if inside else self.place(function)
        name = _name_of(code) if hasattr(function, "__code__") else type(function).__qualname__
        return self._read(name, code, _module_of(function))[0]

    def catcher(self, way: TracebackType) -> Catcher | None:
        """Describe the function that an exception's way begins with, where that is the app's own."""
        code = way.tb_frame.f_code
        place, source, first_line = self._read(_name_of(code), code, None)
        if place.file is None:
            return None
        return Catcher(place=place, at=way.tb_lineno, source=source, first_line=first_line)

    def functions_above(self, frame: FrameType | None, until: CodeType) -> list[str]:
        """Name the functions that called a frame, up to that of `until`, outermost first; no framework's."""
        found: dict[CodeType, str] = {}
        while frame is not None and frame.f_code is not until:
            code, module = frame.f_code, frame.f_globals.get("__name__")
            if not _is_no_ones(module):
                name = _name_of(code)
                found[code] = self._read(name, code, module)[0].function or name
            frame = frame.f_back
        return [*reversed(found.values())]

    def own_file(self, filename: str) -> str | None:
        """Return a file's path as seen from the app's folder, or None for a file that is not the app's."""
        if filename not in self._files:
            self._files[filename] = self._relative(filename)
        return self._files[filename]

    def is_own(self, code: CodeType | None) -> bool:
        """Tell whether code stands in one of the app's files."""
        return code is not None and self.own_file(code.co_filename) is not None

    def frames(self, error: BaseException) -> tuple[Frame, ...]:
        """Return the learner's own frames of a traceback, outermost first, at most 20."""
        found = next(filter(None, map(self._own_frames, raised_again(error))), [])
        return tuple(found[:10] + found[max(10, len(found) - 10) :])

    def library_function(self, error: BaseException) -> str | None:
        """Name the innermost function of a library on the way of an exception."""
        for frame, _ in reversed(list(walk_tb(error.__traceback__))):
            code, module = frame.f_code, frame.f_globals.get("__name__")
            if not _is_no_ones(module) and not self.is_own(code):
                return self._read(_name_of(code), code, module)[0].function
        return None

    def caller(self, frame: FrameType | None) -> FrameType | None:
        """Find the innermost of the app's own frames that called a frame; None where none is near."""
        for _ in range(_DEEPEST):
            if frame is None or self.is_own(frame.f_code):
                return frame
            frame = frame.f_back
        return None

    def line_of(self, frame: FrameType) -> Frame:
        """Name the line that one of the app's own frames is at."""
        code, line = frame.f_code, frame.f_lineno
        file = self.own_file(code.co_filename) or ""
        return Frame(file=file, line=line, function=code.co_name, source=self._line(code.co_filename, line))

    @property
    def texts(self) -> Mapping[str, Sequence[str]]:
        """The lines of the files that are known, by the names that code has for them."""
        return self._lines

    def own_line(self, error: BaseException) -> tuple[str, int, CodeType] | None:
        """Find the innermost of the learner's own lines on an exception's way: its file, it, and its code."""
        found = None
        for code, line in _walk(error.__traceback__):
            if (file := self.own_file(code.co_filename)) is not None:
                found = file, line, code
        return found

    def line_text(self, code: CodeType, line: int) -> str:
        """Return a line of the file that some code is from."""
        return self._line(code.co_filename, line)

    def _own_frames(self, error: BaseException) -> list[Frame]:
        return [
            Frame(file=file, line=line, function=code.co_name, source=self._line(code.co_filename, line))
            for code, line in _walk(error.__traceback__)
            if (file := self.own_file(code.co_filename)) is not None
        ]

    def _relative(self, filename: str) -> str | None:
        if not filename.startswith(self._prefix):
            return None
        # In a checkout of routelab itself, routelab's own modules stand below the folder, too.
        if filename.startswith(OURS) and not self._prefix.startswith(OURS):
            return None
        relative = filename[len(self._prefix) :].replace(os.sep, "/")
        if self._package is not None and relative.partition("/")[0].removesuffix(".py") != self._package:
            return None
        # A virtual environment often stands inside the project: its packages are not the learner's.
        return None if any(part in LIBRARIES for part in relative.split("/")) else relative

    def _with_module(self, name: str, module: Any, filename: str | None) -> str:
        """Put its module before the name of a library's function: "flask_wtf.csrf:csrf_protect"."""
        if not isinstance(module, str) or module.startswith(FLASKS_OWN) or module in _NO_LIBRARY:
            return name
        # What was made from a string has no file, and what has one of the app's is the app's.
        if not filename or filename.startswith("<") or self.own_file(filename) is not None:
            return name
        # A file that lies beside the app, and not in a package, may be the app's own for all that is known.
        if "." not in module and not any(part in Path(filename).parts for part in LIBRARIES):
            return name
        return f"{module}:{name}"

    def _class_place(self, kind: type) -> Place:
        """Find a class by its methods' file and its own name there: a class keeps no line of its own."""
        for attribute in vars(kind).values():
            code = getattr(innermost(attribute), "__code__", None)
            file = None if code is None else self.own_file(code.co_filename)
            if code is not None and file is not None:
                header = re.compile(rf"\s*class\s+{re.escape(kind.__name__)}\b")
                lines = self._lines_of(code.co_filename)
                line = next((n for n, text in enumerate(lines, start=1) if header.match(text)), None)
                return Place(function=kind.__qualname__, file=file, line=line)
        return Place(function=self._with_module(kind.__qualname__, kind.__module__, _file_of(kind)))

    def _read(self, name: str, code: CodeType, module: str | None) -> Placed:
        file = self.own_file(code.co_filename)
        if file is None:
            return Place(function=self._with_module(name, module, code.co_filename)), (), None
        first = code.co_firstlineno
        lines = self._lines_of(code.co_filename)[first - 1 : _last_line(code)]
        # co_firstlineno is the first decorator's line; people look for the `def`.
        beginning = re.compile(_LAMBDA) if code.co_name == "<lambda>" else _DEF
        offset = next((n for n, line in enumerate(lines) if beginning.match(line)), 0)
        return Place(function=name, file=file, line=first + offset), tuple(lines), first

    def _line(self, filename: str, line: int) -> str:
        lines = self._lines_of(filename)
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""

    def _lines_of(self, filename: str) -> tuple[str, ...]:
        if filename not in self._lines:
            self._lines[filename] = _read_lines(filename)
        return self._lines[filename]


def _listed_in(lines: Sequence[str], name: str, line: int | None) -> Iterator[str]:
    for found in ast.walk(parsed("\n".join(lines))):
        if not (isinstance(found, ast.ClassDef) and (found.name, found.lineno) == (name, line)):
            continue
        for node in found.body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id="decorators")], value=ast.List(elts=given))
                    | ast.Assign(targets=[ast.Name(id="decorators")], value=ast.Tuple(elts=given))
                ):
                    yield from filter(None, map(_name_written, reversed(given)))


def _name_written(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _name_written(function)
    return None


def innermost(function: Callable[..., Any]) -> Callable[..., Any]:
    """Look through methods, partials and `functools.wraps`, to the function that somebody wrote."""
    seen = 0
    while seen < 100:
        if isinstance(function, MethodType):
            function = function.__func__
        elif isinstance(function, functools.partial):
            function = function.func
        elif (wrapped := wrapped_by(function)) is not None:
            function = wrapped
        else:
            break
        seen += 1
    return function


def is_static_view(function: Callable[..., Any]) -> bool:
    """Tell whether this is the view of Flask's own that answers with the files of a static folder."""
    plain = innermost(function)
    code = getattr(plain, "__code__", None)
    if code is None or not (plain.__module__ or "").startswith(FLASKS_OWN):
        return False
    # An app's view is a lambda that calls this method of the app; a blueprint's view is the method.
    return "send_static_file" in (code.co_name, *code.co_names)


def is_frameworks(function: Callable[..., Any]) -> bool:
    """Tell whether a function is Flask's own, of whichever engine."""
    return (_module_of(function) or "").startswith(FLASKS_OWN)


def _name_of(code: CodeType) -> str:
    """Name a function by its own code, without the functions around it."""
    return code.co_qualname.rpartition("<locals>.")[2]


def _is_no_ones(module: object) -> bool:
    """Tell whether a module is Python's, Flask's, Werkzeug's or routelab's."""
    top = module.partition(".")[0] if isinstance(module, str) else ""
    return top in ("flask", "werkzeug", "routelab") or top in sys.stdlib_module_names - {"__main__"}


def _module_of(function: Callable[..., Any]) -> str | None:
    """Name the module whose code runs, whatever `functools.wraps` wrote over it."""
    code_globals = getattr(function, "__globals__", None)
    if code_globals is None:
        code_globals = getattr(vars(type(function)).get("__call__"), "__globals__", {})
    name = code_globals.get("__name__")
    return name if isinstance(name, str) else None


def _file_of(kind: type) -> str | None:
    return getattr(sys.modules.get(kind.__module__), "__file__", None)


def _read_lines(filename: str) -> tuple[str, ...]:
    """Return a file's lines as they are now; a file that is as it was is read once for all apps."""
    try:
        status = os.stat(filename)  # noqa: PTH116 - a path of its own would take longer than the rest
        if time.time_ns() - status.st_mtime_ns < _SETTLED:
            return _lines_in(filename)
        return _lines_as_of(filename, status.st_ino, status.st_mtime_ns, status.st_size)
    except (OSError, SyntaxError, ValueError):
        return ()  # code made from a string, for example, has a name but no file


def _lines_in(filename: str) -> tuple[str, ...]:
    return tuple(decode_source(read_bytes(filename)).splitlines())


@functools.lru_cache(_MOST_KNOWN)
def _lines_as_of(filename: str, *_status: int) -> tuple[str, ...]:
    return _lines_in(filename)


def _walk(traceback: TracebackType | None) -> Iterator[tuple[CodeType, int]]:
    for frame, line in walk_tb(traceback):
        # A frame stopped between two lines has no line of its own; its first line is near enough.
        yield frame.f_code, line or frame.f_code.co_firstlineno


def _last_line(code: CodeType) -> int:
    lines = [line for _, _, line in code.co_lines() if line is not None]
    inner = [_last_line(const) for const in code.co_consts if isinstance(const, CodeType)]
    return max([code.co_firstlineno, *lines, *inner])
