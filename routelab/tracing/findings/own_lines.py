"""What a function's own lines tell of a mistake: read as they stood when it ran, and not run again.

It must not know which finding asks, nor any step.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator
from textwrap import dedent

from routelab.pythontext import parsed
from routelab.tracing.facts import Call, Raised
from routelab.tracing.steps.view import Catcher

_BROAD = ("Exception", "BaseException")
# Python's own kinds, of which no HTTP error is one.
_NEVER_HTTP = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)
} - {*_BROAD}
# What returns something else than None, whatever it is given.
_NEVER_NONE = {"render_template", "render_template_string", "jsonify", "redirect", "make_response", "str"}


def failing_line(call: Call, raised: Raised) -> str:
    """Return the text of the line that raised, where it is one of the function's own; else ""."""
    number = _number_of(raised, call)
    return "" if number is None else call.source[number - 1].strip()


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def takes_no_object(call: Call) -> bool:
    """Tell whether a function has no parameter for the object that Python gives a method first."""
    function = next(iter(_tree_of(call).body), None)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    taken = function.args
    static = any(isinstance(it, ast.Name) and it.id == "staticmethod" for it in function.decorator_list)
    return not static and not (taken.posonlyargs or taken.args or taken.vararg)


def why_none(call: Call) -> str:
    """Say by which way out a function can have returned None, so far as its own lines tell."""
    function = next(iter(_tree_of(call).body), None)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "a function returns None where no return gives a value"
    given = [node.value for node in _of_its_own(function) if isinstance(node, ast.Return)]
    if not given:
        return "the function has no return"
    if all(value is None or _is_none(value) for value in given):
        return "no return of the function gives a value"
    if all(value is not None and _is_never_none(value) for value in given):
        return "the lines that ran end without a return"
    return "the lines that ran end without a return, or with one that gives None"


def _of_its_own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, and not in those inside it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _of_its_own(node)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_never_none(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in _NEVER_NONE
    sure = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.Dict, ast.List, ast.BinOp)
    return isinstance(value, sure) and not _is_none(value)


def broad_handler(catcher: Catcher) -> tuple[str, int] | None:
    """Return what takes any exception around the line that raised, "except" or "suppress", and its line.

    None where something nearer to that line may have meant this very error.
    """
    first = catcher.first_line
    if first is None:
        return None
    at = catcher.at - first + 1
    around = (
        node
        for node in ast.walk(_tree_of(catcher))
        if isinstance(node, ast.Try | ast.With)
        and node.body[0].lineno <= at <= (node.body[-1].end_lineno or 0)
    )
    for node in reversed(list(around)):  # from the inside out
        for what, line, kinds in _taken_by(node):
            if not kinds or any(_is_named(kind, _BROAD) for kind in kinds):
                return what, line + first - 1
            if not all(_is_named(kind, _NEVER_HTTP) for kind in kinds):
                return None
    return None


def _taken_by(node: ast.Try | ast.With) -> Iterator[tuple[str, int, list[ast.expr]]]:
    """Yield what takes exceptions, its line, and the kinds that it names: none for any exception."""
    if isinstance(node, ast.Try):
        for handler in node.handlers:
            kind = handler.type
            yield (
                "except",
                handler.lineno,
                kind.elts if isinstance(kind, ast.Tuple) else [kind] if kind else [],
            )
        return
    for item in node.items:
        context = item.context_expr
        if isinstance(context, ast.Call) and _name_of(context.func) == "suppress" and context.args:
            yield "suppress", node.lineno, context.args


def _is_named(kind: ast.expr, names: Collection[str]) -> bool:
    return isinstance(kind, ast.Name) and kind.id in names


def reads_json(call: Call, raised: Raised, key: str) -> bool:
    """Tell whether the line that failed takes this key from what get_json, or request.json, gave.

    By the function's own lines: the name is given a value there once, and that is the JSON.
    """
    line = _number_of(raised, call)
    if line is None:
        return False
    tree = _tree_of(call)
    names: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names.setdefault(target.id, []).append(node.value)
    asked = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == key
    ]
    return bool(asked) and all(_is_json_of_request(node.value, names) for node in asked)


def _is_json_of_request(node: ast.expr, names: dict[str, list[ast.expr]]) -> bool:
    match node:
        case ast.Name(id=name):
            values = names.get(name, [])
            return (
                len(values) == 1
                and not isinstance(values[0], ast.Name)
                and _is_json_of_request(values[0], names)
            )
        case ast.Call(func=ast.Attribute(value=ast.Name(id="request"), attr="get_json")):
            return True
        case ast.Attribute(value=ast.Name(id="request"), attr="json"):
            return True
    return False


def _tree_of(call: Call | Catcher) -> ast.Module:
    return parsed(dedent("\n".join(call.source)))


def _number_of(raised: Raised, call: Call) -> int | None:
    """Return the number of the line that raised among the function's own, from 1; None for any other."""
    if raised.file is None or raised.file != call.place.file:
        return None
    if raised.line is None or call.first_line is None:
        return None
    number = raised.line - call.first_line + 1
    return number if 1 <= number <= len(call.source) else None
