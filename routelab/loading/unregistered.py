"""Routes that somebody wrote and that are in no table: blueprints never registered, files never imported.

It must not know requests. It runs nothing of the app's, and files it has doubts about are passed over in
silence: a note that is wrong costs more than one that is missing.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from routelab.loading.modules import AppModules
from routelab.loading.records import LoadedApp
from routelab.pythontext import parsed
from routelab.regularfile import read_bytes
from routelab.tracing.facts import Note
from routelab.tracing.phrases import one_line
from routelab.tracing.watching.code.decorators import ROUTES

_MOST_FILES = 200
_MOST_BYTES = 200_000
_HAS_ROUTE = rb"(?m)^@\w+\.(?:" + "|".join(ROUTES).encode() + rb")\("
_NO_PART_OF_AN_APP = r"test_.*|.*_test|conftest|__main__"
# A rule that waits for its blueprint is kept as a function, made where rules are added: so in both engines.
_ADDS_RULE = "Blueprint.add_url_rule.<locals>."


def unregistered_routes(loaded: LoadedApp) -> tuple[Note, ...]:
    """Note each blueprint without registration, and each file with routes that was not imported or failed."""
    blueprint: type = sys.modules["flask"].Blueprint
    return (
        *_unregistered(loaded, blueprint),
        *_not_imported(loaded, blueprint),
        *_failed_to_import(loaded.modules),
    )


def _unregistered(loaded: LoadedApp, blueprint: type) -> Iterator[Note]:
    modules = loaded.modules
    bound = [
        (module, name, value)
        for module in modules
        for name, value in names_of(module).items()
        if issubclass(type(value), blueprint)
    ]
    # What becomes of a blueprint inside another is told of the outermost.
    nested = {id(inner) for _, _, outer in bound for inner, _ in outer._blueprints}
    known = _registered(modules, loaded.app) | nested
    for module, name, value in bound:
        rules = _rules_of(value)
        line = line_of_assignment(module, name, modules)
        if id(value) in known or not rules or line is None:
            continue
        known.add(id(value))
        file = modules.relative(str(module.__file__))
        left_out = "its rule is not" if rules == 1 else f"none of its {rules} rules is"
        text = f"{name} ({file}:{line}) was never registered, so {left_out} in the table"
        yield Note(code="blueprint_not_registered", text=text, file=file, line=line)


def _registered(modules: AppModules, app: Any) -> set[int]:
    """Identify the blueprints of the app, and of any other app that stands beside it in the same files."""
    values = (value for module in modules for value in names_of(module).values())
    apps = [app, *(value for value in values if issubclass(type(value), type(app)))]
    return {id(each) for known in apps for each in known.blueprints.values()}


def _rules_of(outermost: Any) -> int:
    """Count the rules that wait in a blueprint and in those inside it."""
    inside = {id(outermost): outermost}
    waiting = [outermost]
    while waiting:
        for inner, _ in waiting.pop()._blueprints:
            if id(inner) not in inside:
                inside[id(inner)] = inner
                waiting.append(inner)
    return sum(_adds_rule(function) for each in inside.values() for function in each.deferred_functions)


def _adds_rule(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and code.co_qualname.startswith(_ADDS_RULE)


def names_of(module: ModuleType) -> dict[str, Any]:
    """Return a copy of a module's names; an app may have put anything in a module's place."""
    return dict(getattr(module, "__dict__", {}))


def line_of_assignment(module: ModuleType, name: str, modules: AppModules) -> int | None:
    """Find the line `name = ...(...)` of a module that has run; None where the name came otherwise."""
    file = getattr(module, "__file__", None)
    return line_assigned(str(file), name, modules) if file in modules.files else None


def line_assigned(file: str, name: str, modules: AppModules) -> int | None:
    """Find the last line `name = ...(...)` of a file that has run."""
    lines = [node.lineno for node, target, _ in assigned_calls(modules.tree(file)) if target == name]
    return lines[-1] if lines else None


def _not_imported(loaded: LoadedApp, blueprint: type) -> Iterator[Note]:
    for name, tree in routes_beside(loaded.modules):
        if _runs_by_itself(tree):
            continue
        takers = {*_new_blueprints(tree), *_imported_takers(tree, loaded, blueprint)}
        lines = [line for line, taker, _ in routes_in(tree) if taker in takers]
        if lines:
            count = "a route" if len(lines) == 1 else f"{len(lines)} routes"
            text = f"{name} has {count}, and {_import_under_main(Path(name).stem, loaded.modules)}"
            yield Note(code="module_not_imported", text=text, file=name, line=lines[0])


def _failed_to_import(modules: AppModules) -> Iterator[Note]:
    for failed in modules.failed:
        lines = [line for line, _, _ in routes_in(modules.tree(failed.file))]
        if lines:
            name = modules.relative(failed.file)
            count = "a route" if len(lines) == 1 else f"{len(lines)} routes"
            where = (
                "" if failed.where is None else f" at {modules.relative(failed.where[0])}:{failed.where[1]}"
            )
            text = f"{name} has {count}, and its import failed with {one_line(failed.raised)}{where}"
            yield Note(code="import_failed", text=text, file=name, line=lines[0])


def _import_under_main(stem: str, modules: AppModules) -> str:
    """Say that nothing imported a module; where a main part would have, that it does so only as a script."""
    for path in modules.files:
        for part in (node for node in modules.tree(path).body if _is_main_part(node)):
            for node in ast.walk(part):
                names = [alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)]
                if stem in (*names, getattr(node, "module", None)):
                    line = f"{modules.relative(path)}:{getattr(node, 'lineno', 0)}"
                    return f'{line} imports it only under if __name__ == "__main__", which was not true here'
    return "nothing imported it"


def routes_beside(modules: AppModules) -> Iterator[tuple[str, ast.Module]]:
    """Give name and tree of each file that has something like `@app.route(` and that nothing imported."""
    for file in islice(_files_beside(modules), _MOST_FILES):
        source = source_of(file)
        if re.search(_HAS_ROUTE, source):
            yield modules.relative(str(file)), parsed(source)


def _files_beside(modules: AppModules) -> Iterator[Path]:
    """List the Python files that did not run, in the folders of those that did."""
    for folder in sorted({Path(file).parent for file in modules.files}):
        for file in sorted(folder.glob("*.py")):
            if str(file) not in modules.files and not re.fullmatch(_NO_PART_OF_AN_APP, file.stem):
                yield file


def source_of(file: Path) -> bytes:
    """Read a file that may be part of the app; nothing of one that is very long or cannot be read."""
    try:
        return read_bytes(file, _MOST_BYTES)
    except OSError:
        return b""


def _runs_by_itself(tree: ast.Module) -> bool:
    """Tell whether a file makes an app of its own, or has a main part."""
    made = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(map(_is_main_part, tree.body)) or any(last_name(function) == "Flask" for function in made)


def _is_main_part(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__main__" in ast.dump(node.test)


def _new_blueprints(tree: ast.Module) -> Iterator[str]:
    """Name the blueprints that a file makes, of Flask's or of an extension's class."""
    flasks = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).startswith("flask")
    }
    for _, name, call in assigned_calls(tree):
        if last_name(call.func).endswith("Blueprint") and _first_name(call.func) in flasks:
            yield name


def _imported_takers(tree: ast.Module, loaded: LoadedApp, blueprint: type) -> Iterator[str]:
    """Name what a file imports from the app's own modules and can give routes to: the app, or a blueprint."""
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        sources = loaded.modules.meant_by(node)
        for alias in node.names:
            found = (names_of(module).get(alias.name) for module in sources)
            if any(value is loaded.app or issubclass(type(value), blueprint) for value in found):
                yield alias.asname or alias.name


def routes_in(tree: ast.Module | ast.FunctionDef) -> Iterator[tuple[int, str, str]]:
    """List `@X.route("/...")` and the like above functions of a file, or in one: line, X, and the rule."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                match decorator:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id=taker), attr=method),
                        args=[ast.Constant(value=str(rule)), *_],
                    ) if method in ROUTES and rule.startswith("/"):
                        yield decorator.lineno, taker, rule


def assigned_calls(tree: ast.Module) -> Iterator[tuple[ast.stmt, str, ast.Call]]:
    """List `name = call(...)` of a file."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                yield node, name, call
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                yield node, name, call


def last_name(node: ast.expr) -> str:
    """Return what a dotted name ends with: "Flask" for `flask.Flask`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
