"""A file of the app that has the name of a library: `python app.py` imports the file in the library's place.

It must not know Flask. It runs nothing: which of the two was imported here is seen in `sys.modules`.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator, Set
from importlib.machinery import PathFinder
from types import ModuleType

from routelab.loading.modules import AppModules
from routelab.pythontext import parsed
from routelab.tracing.facts import Note
from routelab.tracing.steps.load import ShadowedLibrary

# Python itself has these before it reads any file, so no file of theirs is ever imported.
_AT_THE_START = frozenset(
    {*sys.builtin_module_names, "abc", "codecs", "encodings", "genericpath", "io", "ntpath", "os",
     "posixpath", "runpy", "site", "stat"}
)  # fmt: skip


def on_shadows(modules: AppModules) -> Iterator[Note]:
    """Note each file that would be imported for a library, and was not here: the library was there first."""
    hidden = _hidden(modules)
    if not hidden:  # nearly always: then no file has to be read
        return
    told: set[str] = set()
    for file in tuple(modules.files):
        for name, line in _imports(modules.text(file), hidden.keys() - told):
            if name in told:
                continue
            told.add(name)
            text = (
                f"{modules.relative(hidden[name])} has the name of the library {name}: python app.py imports "
                "it in the place of the library; rename the file"
            )
            yield Note(code="file_shadows_library", text=text, file=modules.relative(file), line=line)


def shadowed_library(error: BaseException, modules: AppModules) -> ShadowedLibrary | None:
    """Find the file that was imported for a library, where what failed was looked for in it."""
    name = None
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        name = error.obj.__name__
    elif isinstance(error, ImportError):
        name = error.name
    if not isinstance(name, str):
        return None
    library = name.partition(".")[0]
    # Python takes out a module that failed while it was imported.
    file = getattr(sys.modules.get(library), "__file__", None) or _beside(library, modules)
    if not isinstance(file, str) or file not in modules.files or not _is_library(library, modules):
        return None
    return ShadowedLibrary(library=library, file=modules.relative(file))


def _hidden(modules: AppModules) -> dict[str, str]:
    """Map the top-level modules that were imported here from elsewhere to the app's file of that name."""
    try:
        names = {entry.name.partition(".")[0] for entry in os.scandir(modules.root)}
    except OSError:  # the folder is gone
        return {}
    names = (names & sys.modules.keys()) - _AT_THE_START - modules.names
    beside = {name: _beside(name, modules) for name in names}
    return {
        name: file
        for name, file in beside.items()
        if file is not None and getattr(sys.modules.get(name), "__file__", None) != file
    }


def _imports(source: str, wanted: Set[str]) -> Iterator[tuple[str, int]]:
    """List (top-level module, line) of a file's imports of what is wanted."""
    if not any(name in source for name in wanted):
        return
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        yield from ((top, node.lineno) for name in names if (top := name.partition(".")[0]) in wanted)


def _beside(name: str, modules: AppModules) -> str | None:
    """Find the file in the app's folder that has this name."""
    spec = PathFinder.find_spec(name, [modules.root])
    return None if spec is None or not spec.has_location else spec.origin


def _is_library(name: str, modules: AppModules) -> bool:
    elsewhere = [folder for folder in sys.path if folder and folder != modules.root]
    spec = PathFinder.find_spec(name, elsewhere)
    return name in sys.stdlib_module_names or (spec is not None and spec.has_location)
