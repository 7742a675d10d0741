"""A function that took the name of something else in its module: an import, a list, one of Python's own.

A view is often called as what it shows. It reads the frame that raised and the text of its file, and calls
nothing of the app's.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from types import FrameType, FunctionType, TracebackType

from routelab.pythontext import parsed
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.exceptions.operands import failing_piece

_OF_A_FUNCTION = re.compile(
    r"'function' object |object of type 'function'|Object of type function |argument of type 'function'"
)
_OF_ITS_CALL = re.compile(r"(\w+)\(\) (?:takes|missing|got) ")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)


def taken_name_words(error: BaseException, sources: Sources) -> str | None:
    """Say which name in the line that raised stands for a function, and what it stood for before."""
    way = _own_end(error, sources)
    if way is None:
        return None
    lines = sources.texts[way.tb_frame.f_code.co_filename]
    name = _name_meant(error, way, lines)
    return None if name is None else _taken(name, parsed("\n".join(lines)))


def _own_end(error: BaseException, sources: Sources) -> TracebackType | None:
    """Find the innermost line of the app's own; a library behind it may have asked for what it was given."""
    way, last = error.__traceback__, None
    while way is not None:
        last = way if way.tb_frame.f_code.co_filename in sources.texts else last
        way = way.tb_next
    return last


def _name_meant(error: BaseException, way: TracebackType, lines: Sequence[str]) -> str | None:
    """Tell which name of a function the exception complains of; None where it may be another, too."""
    frame, message = way.tb_frame, str(error)
    called = _OF_ITS_CALL.match(message)
    if isinstance(error, RecursionError):
        name = frame.f_code.co_name
        return name if _is_function(name, frame) else None
    if called is None and not _OF_A_FUNCTION.search(message):
        return None
    failing = failing_piece(way, lines)
    names = () if failing is None else tuple(dict.fromkeys(_names_in(failing.node, called is not None)))
    functions = [name for name in names if _is_function(name, frame)]
    if called is not None:
        functions = [name for name in functions if name == called[1]]
    return functions[0] if len(functions) == 1 else None


def _names_in(node: ast.AST, is_call: bool) -> Iterator[str]:
    """Yield the names that a piece is about: what is called, or what is asked for more."""
    match node:
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            yield from _names_in(inner, is_call)
        case ast.Call(func=ast.Name(id=name)) if is_call:
            yield name
        case ast.Call(args=given, keywords=named):
            for each in (*given, *(it.value for it in named)):
                yield from _names_in(each, is_call)
        case _:
            yield from (it.id for it in ast.walk(node) if isinstance(it, ast.Name))


def _is_function(name: str, frame: FrameType) -> bool:
    own = name in frame.f_code.co_varnames or name in frame.f_code.co_freevars
    return not own and isinstance(frame.f_globals.get(name), FunctionType)


def _taken(name: str, tree: ast.Module) -> str | None:
    """Say whose name a function of the module took; None where it is its own."""
    bound = list(_bindings(tree.body, name))
    made = next((node for node in reversed(bound) if isinstance(node, _FUNCTIONS)), None)
    if made is None or bound[-1] is not made:
        return None
    said = f"{name} is the function in line {made.lineno} here"
    remedy = "under another name the function leaves it alone"
    if len(bound) > 1:
        before = bound[-2]
        what = "the import in" if isinstance(before, ast.Import | ast.ImportFrom) else "what is made in"
        return f"{said}, which took the name of {what} line {before.lineno}; {remedy}"
    if hasattr(builtins, name):
        return f"{said}, which took the name of Python's own {name}; {remedy}"
    return None


def _bindings(body: Sequence[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """Yield what gives a name its value in a module, as it runs from top to bottom."""
    for node in body:
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                if any((it.asname or it.name.partition(".")[0]) == name for it in names):
                    yield node
            case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
                if own == name:
                    yield node
            case ast.Assign(targets=targets):
                if any(isinstance(it, ast.Name) and it.id == name for it in targets):
                    yield node
            case ast.AnnAssign(target=ast.Name(id=own)) if own == name:
                yield node
            case _ if isinstance(node, _BLOCKS):
                inner = [it for it in ast.iter_child_nodes(node) if isinstance(it, ast.stmt)]
                yield from _bindings(inner, name)
