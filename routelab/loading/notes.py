"""What is worth saying of an app's files beside whether they load: one note for each thing.

It must not know how a note is shown. It runs nothing of the app's.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from inspect import unwrap
from itertools import islice, pairwise
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeGuard

from routelab.lacking_names import lacking_words
from routelab.loading.apps import FACTORIES
from routelab.loading.modules import AppModules
from routelab.loading.unregistered import routes_in
from routelab.pythontext import parsed
from routelab.regularfile import read_text
from routelab.removed_names import Removed, look_up, removed_name
from routelab.routing.wording import listed
from routelab.tracing.facts import Note
from routelab.tracing.watching.code.decorators import ROUTES
from routelab.tracing.watching.code.sources import FLASKS_OWN, LIBRARIES

_INSTALLED = (*LIBRARIES, "node_modules")
_DECORATORS = (*ROUTES, "errorhandler")
# A quick look, before a file is parsed for it: an app can have thousands.
_BARE_CALL = rf"(?m)^[^\s@#].*\.\s*(?:{'|'.join(_DECORATORS)})\s*\("
_MOST_FILES = 500
_MOST_BYTES = 200_000
_WORD = r"\w+"


class IgnoredRuns:
    """Stands in for `Flask.run` while an app loads: no server starts, and who asked for one is noted."""

    def __init__(self, flask: type, modules: AppModules) -> None:
        self._flask, self._modules = flask, modules
        self.notes: list[Note] = []

    def __enter__(self) -> None:
        self._original = vars(self._flask)["run"]
        self._flask.run = self._stand_in()  # type: ignore[attr-defined]

    def __exit__(self, *_: object) -> None:
        self._flask.run = self._original  # type: ignore[attr-defined]

    def _stand_in(self) -> Any:
        def run(_app: object, *_arguments: object, **_keywords: object) -> None:
            caller = sys._getframe(1)
            file, line = _place(caller.f_code.co_filename, caller.f_lineno, self._modules)
            text = "app.run() was ignored: routelab sends requests without a server"
            self.notes.append(Note(code="app_run_ignored", text=text, file=file, line=line))

        return run


def on_functions(module: ModuleType, modules: AppModules) -> Iterator[Note]:
    """Note what in the app's main file looks like a view, and has no route and no other use."""
    file = str(module.__file__)
    if module.__name__.partition(".")[2] or hasattr(module, "__path__"):
        return  # the functions of a package are there for others, who may not have come yet
    source = modules.text(file)
    lines = source.split("\n")
    candidates = [value for name, value in vars(module).items() if _is_bare(name, value, module, lines)]
    if not candidates:
        return
    told = {function for _, _, function in _above_functions(source)}
    used = _names_used(source) | _names_elsewhere(module, modules) | told
    unused = [function for function in candidates if function.__name__ not in used]
    if unused:
        elsewhere = _words_beside(Path(file))
    for function in unused:
        if function.__name__ not in elsewhere:
            text = f"{function.__name__}() has no route, and nothing in the file uses it"
            inside = _routes_inside(function, source)
            if inside:
                added = listed(inside, "and")
                text = (
                    f"{function.__name__}() adds {added} when it is called, and nothing in the file calls it"
                )
            line = function.__code__.co_firstlineno
            yield Note(code="function_without_route", text=text, file=modules.relative(file), line=line)


def on_decorators(modules: AppModules) -> Iterator[Note]:
    """Note each `@app.route` without parentheses: it took the function for a rule, and registered nothing."""
    for module in modules:
        for name, value in vars(module).items():
            function = _swallowed(name, value)
            if function is None or function.__code__.co_filename not in modules.files:
                continue
            code = function.__code__
            decorator, line = _bare_decorator(modules.lines(code.co_filename), code.co_firstlineno)
            text = f"{decorator} has no parentheses, so it did nothing with {name}(); write {decorator}(...)"
            file = modules.relative(code.co_filename)
            yield Note(code="decorator_without_parentheses", text=text, file=file, line=line)


def on_calls_of_decorators(modules: AppModules) -> Iterator[Note]:
    """Note each `app.route(...)` above a function that has no @: the function was not handed to it."""
    for file, _ in modules.by_file():
        for call, line, function in _above_functions(modules.text(file)):
            text = f"{call} has no @ in front, so it did nothing with {function}()"
            yield Note(code="decorator_without_at", text=text, file=modules.relative(file), line=line)


def on_removed_names(
    error: BaseException, file: str | None, line: int | None, modules: AppModules
) -> tuple[Note, ...]:
    """Note each name of the failing import that there was once, and what to use."""
    found = removed_name(error)
    every = dict.fromkeys(filter(None, (found, *_imported_with(error, file, line, modules))))
    return tuple(Note(code="name_removed", text=each.text, file=file, line=line) for each in every)


def _imported_with(
    error: BaseException, file: str | None, line: int | None, modules: AppModules
) -> Iterator[Removed]:
    """Look up what else the same statement imports: Python names only the first that is missing."""
    path = None if file is None else str(Path(modules.root, file))
    if not isinstance(error, ImportError) or path not in modules.files:
        return
    for node in ast.walk(modules.tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.lineno == line:
            missing = (
                each.name for each in node.names if not hasattr(sys.modules.get(node.module), each.name)
            )
            yield from filter(None, (look_up(f"{node.module}.{name}") for name in missing))


def on_failure(error: BaseException, file: str | None, line: int | None) -> Iterator[Note]:
    """Note when it is routelab's engine that an app cannot load on, and what would help."""
    if text := lacking_words(error):
        yield Note(code="engine_lacks_name", text=text, file=file, line=line)
    elif isinstance(error, ModuleNotFoundError) and error.name == "click":
        text = "commands need click, which comes with Flask; install flask"
        yield Note(code="commands_need_click", text=text, file=file, line=line)


def on_instance_folder(folder: Path) -> Iterator[Note]:
    """Note an instance folder that is not there, where one lies above it, which Flask never asks."""
    here = Path.cwd()
    if folder.parent == here or folder.is_dir() or not folder.is_relative_to(here):
        return  # nearly always it is the folder where one stands that has the code
    for above in folder.parent.parents:
        if not above.is_relative_to(here):
            return
        if (other := above / folder.name).is_dir():
            own, found = (each.relative_to(here).as_posix() for each in (folder, other))
            text = (
                f"the app's instance folder is {own}, beside its code, and there is none; {found} is not it, "
                "unless Flask is given that as its instance_path"
            )
            yield Note(code="instance_elsewhere", text=text)
            return


def on_missing_file(error: BaseException) -> Iterator[Note]:
    """Note the same of an app that did not load for want of a file in such a folder."""
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        for folder in Path(error.filename).parents:
            if folder.name == "instance":
                yield from on_instance_folder(folder)


def on_printed(printed: str) -> Iterator[Note]:
    """Note what the app printed while it loaded."""
    if printed:
        yield Note(code="printed_at_load", text=f"printed while loading: {printed.rstrip()}")


def _place(file: str, line: int, modules: AppModules) -> tuple[str, int] | tuple[None, None]:
    return (modules.relative(file), line) if file in modules.files else (None, None)


def _is_bare(name: str, value: object, module: ModuleType, lines: Sequence[str]) -> TypeGuard[FunctionType]:
    """Tell whether this is a public function of the file, under its own name and no decorator."""
    if type(value) is not FunctionType or value.__code__.co_filename != module.__file__:
        return False
    if value.__name__ != name or value.__module__ != module.__name__:
        return False
    if value.__code__.co_qualname != name:  # a decorator made it, and gave it this name
        return False
    if name.startswith("_") or name in FACTORIES:
        return False
    first = value.__code__.co_firstlineno  # of a decorator, where there is one
    return not lines[first - 1].lstrip().startswith("@")


def _routes_inside(function: FunctionType, source: str) -> tuple[str, ...]:
    """List the rules that decorators inside a function of the file would add."""
    first = function.__code__.co_firstlineno
    found = (
        node for node in parsed(source).body if isinstance(node, ast.FunctionDef) and node.lineno == first
    )
    return tuple(rule for node in found for _, _, rule in routes_in(node))


def _swallowed(name: str, value: object) -> FunctionType | None:
    """Find the function that a decorator of Flask's still holds, where it should have given it back."""
    if type(value) is not FunctionType or not (value.__module__ or "").startswith(FLASKS_OWN):
        return None
    held = (unwrap(cell.cell_contents) for cell in value.__closure__ or () if callable(cell.cell_contents))
    return next((inner for inner in held if type(inner) is FunctionType and inner.__name__ == name), None)


def _bare_decorator(lines: Sequence[str], first: int) -> tuple[str, int]:
    """Find the decorator without parentheses above a function, whose first decorator stands at `first`."""
    for line, text in enumerate(lines[first - 1 :], start=first):
        decorator = text.strip()
        if decorator.startswith("@") and "(" not in decorator:
            return decorator, line
        if decorator.startswith(("def ", "async ")):
            break
    return "a decorator", first


def _above_functions(source: str) -> Iterator[tuple[str, int, str]]:
    """Find each call of a decorator that stands alone right above a function: it, its line, the function."""
    if re.search(_BARE_CALL, source) is None:
        return
    for above, below in pairwise(parsed(source).body):
        if not isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = min((each.lineno for each in below.decorator_list), default=below.lineno)
        match above:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name)), end_lineno=end) if (
                name in _DECORATORS and end == first - 1
            ):
                call = " ".join((ast.get_source_segment(source, above) or name).split())
                yield call, above.lineno, below.name


def _names_used(source: str) -> set[str]:
    """List the names that a file reads, bare or after a dot."""
    nodes = tuple(ast.walk(parsed(source)))
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _words_beside(file: Path) -> set[str]:
    """List the words of the other Python files in a file's folder and below: tests, scripts, late imports."""
    words: set[str] = set()
    for other in islice(file.parent.rglob("*.py"), _MOST_FILES):
        if other == file or any(part in _INSTALLED for part in other.parts):
            continue
        try:
            words.update(re.findall(_WORD, read_text(other, "replace", _MOST_BYTES)))
        except OSError:
            continue
    return words


def _names_elsewhere(module: ModuleType, modules: AppModules) -> set[str]:
    """List the functions of a module that other modules of the app have imported."""
    others = [vars(other) for other in modules if other is not module]
    return {
        value.__name__
        for names in others
        for value in tuple(names.values())
        if type(value) is FunctionType and value.__module__ == module.__name__
    }
