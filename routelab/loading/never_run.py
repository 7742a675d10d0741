"""Routes that stand in the app's own files, in lines that did not run when the app was loaded.

It reads what a file's text says for sure, and runs nothing of the app's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from types import ModuleType

from routelab.loading.other_apps import may_fit
from routelab.loading.records import LoadedApp
from routelab.loading.unregistered import names_of, routes_in
from routelab.pythontext import parsed
from routelab.tracing.facts import Note

# A quick look, before a file is parsed for it: a route or its like that does not stand at the margin.
_INSIDE = re.compile(r"^[ \t]+(?:@\w+\.\w+\(|\w+\.add_url_rule\()", re.MULTILINE).search


def never_run(loaded: LoadedApp, path: str | None) -> Iterator[Note]:
    """Note each route that stands where nothing came to it: for a path that led to no rule, or for any."""
    for file, module in loaded.modules.by_file():
        source = loaded.modules.text(file)
        if _INSIDE(source) is None:
            continue
        name = loaded.modules.relative(file)
        for line, rule, why in _left_out(parsed(source), module, loaded):
            if path is None or may_fit(rule, path):
                text = f"{name}:{line} would add {rule}, but it {why}"
                yield Note(code="never_run", text=text, file=name, line=line)


def _left_out(tree: ast.Module, module: ModuleType, loaded: LoadedApp) -> Iterator[tuple[int, str, str]]:
    """Yield (line, rule, why it did not run) of a file."""
    for node in ast.walk(tree):
        match node:
            case ast.If(
                test=ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant(value=main)])
            ):
                if main != module.__name__:
                    why = f"is below if __name__ == {main!r}, and the file runs as {module.__name__}"
                    for line, _, rule in _routes(node.body):
                        yield line, rule, why
            case ast.FunctionDef(name=name, body=body):
                end = next((at for at, each in enumerate(body) if isinstance(each, ast.Return)), len(body))
                for line, _, rule in _routes(body[end:]):
                    yield line, rule, f"is behind the return of {name}(), so nothing comes to it"
            case ast.If() if node in tree.body:
                yield from _not_taken(node, module, loaded)


def _not_taken(node: ast.If, module: ModuleType, loaded: LoadedApp) -> Iterator[tuple[int, str, str]]:
    """Yield the routes below an `if` of the file that the app, which they are for, does not have."""
    names, table = names_of(module), {rule.rule for rule in loaded.app.url_map.iter_rules()}
    for branch in (node.body, node.orelse):
        for line, taker, rule in _routes(branch):
            if names.get(taker) is loaded.app and rule not in table:
                yield line, rule, f"is below the if in line {node.lineno}, in a branch that did not run"


def _routes(body: list[ast.stmt]) -> Iterator[tuple[int, str, str]]:
    """List what adds routes in a block: line, what gets them, and the rule."""
    yield from routes_in(ast.Module(body=body, type_ignores=[]))
    for node in body:
        match node:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=taker), attr="add_url_rule"),
                    args=[ast.Constant(value=str(rule)), *_],
                )
            ):
                yield node.lineno, taker, rule
