"""What `g` was asked for and did not have, and which lines of the app's files set that.

Flask's own message is no more than the name. It reads the frame that raised and the text of files, and calls
nothing of the app's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType
from typing import NamedTuple, TypeAlias

from routelab.nearest import nearest
from routelab.pythontext import parsed
from routelab.tracing.facts import Place
from routelab.tracing.watching.exceptions.raising import raising_point
from routelab.tracing.watching.templates.undefined_names import MODULES_OF_G

_ASKS = ("__getattr__", "__delattr__")
_MOST = 2  # lines that are named
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

OwnFile: TypeAlias = tuple[str, Sequence[str]]  # as seen from the app's folder, with its lines


class _Line(NamedTuple):
    """A line that sets a name on `g`; `elsewhere`: inside a `with app.app_context():`, which has its own.

    `is_flasks`: that g is imported from Flask; else it is only called so.
    """

    place: Place
    elsewhere: bool
    is_flasks: bool


class _Around(NamedTuple):
    """The function in which a line stands, and what the names stand for there."""

    names: dict[str, str]
    function: str | None = None
    elsewhere: bool = False


class NameNotOnG(NamedTuple):
    """A name that `g` does not have, and one that it has and that is nearly the same."""

    name: str
    near: str | None


def lacking_on_g(error: BaseException) -> NameNotOnG | None:
    """Find what `g` was asked for in vain; None for what another object raised."""
    way = raising_point(error)
    return None if type(error) is not AttributeError or way is None else _asked(way.tb_frame)


def _asked(frame: FrameType) -> NameNotOnG | None:
    name, holder = frame.f_locals.get("name"), frame.f_locals.get("self")
    if frame.f_code.co_name not in _ASKS or frame.f_globals.get("__name__") not in MODULES_OF_G:
        return None
    if not isinstance(name, str):
        return None
    return NameNotOnG(name, nearest(name, vars(holder)))


def words_on_g(lacking: NameNotOnG, files: Iterable[OwnFile]) -> str:
    """Say what `g` lacks, and where the app's own files set it."""
    name = lacking.name
    found = [line for file, lines in files for line in _set_in(file, lines, name)]
    told = [line for line in found if line.is_flasks]
    if told:
        return f"g has no {name} here; {' and '.join(map(_who, told[:_MOST]))}"
    if lacking.near is not None:
        return f"g has no {name} here; it has {lacking.near}"
    if found:  # on what is called g, and may be another thing
        return f"g has no {name} here"
    return f"g has no {name} here, and no file that was read at loading has a line g.{name} = ..."


def _who(line: _Line) -> str:
    place = line.place
    who = f"{place.function}()" if place.function else "a line"
    which = ", on the g of another app context" if line.elsewhere else ""
    return f"{who} sets it at {place.file}:{place.line}{which}"


def _set_in(file: str, lines: Sequence[str], name: str) -> Iterator[_Line]:
    text = "\n".join(lines)
    if name not in text:
        return
    tree = parsed(text)
    waiting: list[tuple[ast.AST, _Around]] = [(tree, _Around(names=_bound_in(tree)))]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            around = _Around(function=node.name, names={**around.names, **_bound_in(node)})
        if isinstance(node, ast.With) and any(map(_pushes, node.items)):
            around = around._replace(elsewhere=True)
        held = _set_on(node, name)
        if held is not None and (_is_called_g(held) or _is_flasks(held, around.names)):
            line = getattr(node, "lineno", None)
            place = Place(function=around.function, file=file, line=line)
            yield _Line(place, around.elsewhere, is_flasks=_is_flasks(held, around.names))
        inner = [] if isinstance(node, ast.AugAssign) else ast.iter_child_nodes(node)
        waiting += [(child, around) for child in reversed(list(inner))]


def _bound_in(scope: ast.AST) -> dict[str, str]:
    """Return what a module's or function's own names stand for: "flask.g", "flask", or "" for all else."""
    bound: dict[str, str] = {}
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        match node:
            case ast.ImportFrom(module=module, names=names):
                for it in names:
                    bound[it.asname or it.name] = f"{module}.{it.name}"
            case ast.Import(names=names):
                for it in names:
                    bound[it.asname or it.name.partition(".")[0]] = it.name
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound[name] = ""
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound[name] = ""
                continue  # what is inside is bound there
            case ast.Lambda():
                continue
        waiting += ast.iter_child_nodes(node)
    return bound


def _pushes(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Attribute(attr="app_context" | "test_request_context")):
            return True
    return False


def _set_on(node: ast.AST, name: str) -> ast.expr | None:
    """Return that on which a name is set here."""
    match node:
        case ast.Attribute(attr=attr, value=held, ctx=ast.Store()) if attr == name:
            return held
        case ast.Call(func=ast.Name(id="setattr"), args=[held, ast.Constant(value=given), *_]) if (
            given == name
        ):
            return held
        case ast.Call(
            func=ast.Attribute(attr="setdefault", value=held), args=[ast.Constant(value=given), *_]
        ) if given == name:
            return held
    return None


def _is_called_g(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="g") | ast.Attribute(attr="g"):
            return True
    return False


def _is_flasks(node: ast.expr, names: dict[str, str]) -> bool:
    """Tell whether a name is surely Flask's g, by the imports of its file."""
    match node:
        case ast.Name(id=name):
            return names.get(name) == "flask.g"
        case ast.Attribute(attr="g", value=ast.Name(id=name)):
            return names.get(name) == "flask"
    return False
