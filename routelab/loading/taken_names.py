"""The app's name, given to another thing below the line that made the app: a view called `app`, for example.

It reads the text of one file, and runs nothing of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from routelab.loading.unregistered import assigned_calls, last_name, source_of
from routelab.pythontext import parsed
from routelab.tracing.watching.middleware import apps_inside


def taken_name(module: ModuleType, name: str, flask: type, file: str) -> str | None:
    """Say which line took a name from the app that had it; None where the text does not tell."""
    value = vars(module).get(name)
    around = not isinstance(value, (ModuleType, type)) and next(apps_inside([value]), None) is not None
    if module.__file__ is None or around:
        return None  # what has the name now stands around the app, and that is told
    tree = parsed(source_of(Path(module.__file__)))
    calls = [(node.lineno, call) for node, target, call in assigned_calls(tree) if target == name]
    made = [line for line, call in calls if _makes(call, module, flask)]
    later = [(line, what) for line, what in _bindings(tree, name) if made and line > made[-1]]
    if not later:
        return None
    line, what = later[-1]
    return (
        f"{name} in {file} was the Flask app from line {made[-1]} on, until {what} in line {line} took that "
        "name; use another name there"
    )


def _makes(call: ast.Call, module: ModuleType, flask: type) -> bool:
    kind = vars(module).get(last_name(call.func))
    return last_name(call.func) == "Flask" or (isinstance(kind, type) and issubclass(kind, flask))


def _bindings(tree: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    """List what else a file gives the name to, outside of functions and blocks."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) if bound == name:
                yield node.lineno, f"the function {name}()"
            case ast.ClassDef(name=bound) if bound == name:
                yield node.lineno, f"the class {name}"
            case ast.Import(names=names) | ast.ImportFrom(names=names) if any(
                (each.asname or each.name.partition(".")[0]) == name for each in names
            ):
                yield node.lineno, "an import"
            case ast.Assign(targets=[ast.Name(id=bound)]) if bound == name:
                yield node.lineno, "an assignment"
