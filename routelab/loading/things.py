"""What stands where an app should be: middleware around one, a function, a module, nothing at all.

It describes objects of the app's and calls none of them; what took the app's name is read in the file's text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from routelab.loading.unregistered import assigned_calls, last_name, source_of
from routelab.pythontext import parsed
from routelab.tracing.watching.middleware import apps_inside, name_of

_CONTAINERS = (tuple, list, dict, set)


def not_the_app(value: Any, source: str, file: str, flask: type) -> str:
    """Say what a variable, or the result of a factory, is instead of the app, and the way out.

    `source` is "app" or "create_app()", `file` where it stands, as people type it.
    """
    where = f"{source} in {file}"
    made = source.endswith("()")
    if value is None:
        way_out = (
            "return the app from it" if made else "give it the value of Flask(...) while the file is imported"
        )
        return f"{where} {'returns' if made else 'is'} None; {way_out}"
    if isinstance(value, type):
        return f"{where} is a class, {value.__name__}; make an app of it, as in Flask(__name__)"
    if isinstance(value, ModuleType):
        return f"{where} is the module {value.__name__}{_app_of_module(value, flask)}"
    kind = _with_article(type(value).__name__)
    if isinstance(value, _CONTAINERS):
        if next(apps_inside([value]), None) is None:
            return f"{where} is {kind} and not a Flask app; {_way_out(made)}"
        comma = (
            ": is there a comma after Flask(...)?" if isinstance(value, tuple) else "; name the app itself"
        )
        return f"{where} is {kind} with a Flask app in it{comma}"
    inside = next(apps_inside([value]), None)
    if inside is not None:
        only = "and Flask loads only the app itself"
        return f"{where} is not the Flask app but {around(value)}, {only}; {_kept(value, source)}"
    if isinstance(value, FunctionType):
        return f"{where} is a function and not a Flask app; to call it, name it as in {file}:{source}"
    return f"{where} is {kind} and not a Flask app; {_way_out(made)}"


def around(value: Any) -> str:
    """Name what stands around an app: "a ProxyFix around the Flask app"."""
    if isinstance(value, FunctionType):
        return f"a function that {name_of(value)}() put around the Flask app"
    return f"{_with_article(name_of(value))} around the Flask app"


def what_stands_around(
    names: dict[str, Any], app: Any, candidates: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    """Find the usual names under which something stands that holds the app, and is not it."""
    for name in candidates:
        value = names.get(name)
        if value is None or value is app or isinstance(value, (ModuleType, type)):
            continue
        if any(inside is app for inside in apps_inside([value])):
            yield name, value


def _kept(value: Any, name: str) -> str:
    kind = type(value)
    if kind.__module__.startswith("werkzeug.middleware."):
        return f"write {name}.wsgi_app = {kind.__name__}({name}.wsgi_app, ...) instead"
    return f"give what wraps the app another name than {name}"


def _way_out(made: bool) -> str:
    return "return the app from it" if made else "name the variable that is Flask(...)"


def _app_of_module(module: ModuleType, flask: type) -> str:
    found = [name for name, value in vars(module).items() if isinstance(value, flask)]
    if not found:
        return ", and not a Flask app; name the variable that is Flask(...)"
    return f", and not the app in it; name that, as in {module.__name__}:{found[0]}"


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


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
