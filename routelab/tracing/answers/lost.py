"""A response that a view made and did not return: what its lines do with it, and where it was made.

It reads the view's own lines, and the step of what was returned.
"""

from __future__ import annotations

import ast
from textwrap import dedent

from routelab.oneof import OneOf
from routelab.pythontext import parsed
from routelab.tracing.answers.spots import Spot, line_spot, spot_around
from routelab.tracing.facts import Call, Frame, Place
from routelab.tracing.steps.make_response import MakeResponseStep


class ResultUse(OneOf):
    """What a view's lines do with what a call makes."""

    NONE = "none"  # it is thrown away
    CHANGED = "changed"  # it is changed, or returned elsewhere, and nothing else
    OTHER = "other"


def lost_spot(ran: Call, made: MakeResponseStep | None) -> Spot | None:
    """Return the line that made a response which is lost; None where the view may have meant to read it."""
    at = None if made is None else made.kept_back_at
    if made is None or at is None or use_of(ran, made.kept_back_from or "") is ResultUse.OTHER:
        return None
    return _spot_in(ran, at) or line_spot(at.file, at.line, at.source)


def lost_place(ran: Call, made: MakeResponseStep) -> Place:
    """Return where a response was made that is lost: in the view, or in what it called."""
    at = made.kept_back_at
    if at is None:
        return ran.place
    function = at.function if _spot_in(ran, at) is None else ran.place.function
    return Place(function=function, file=at.file, line=at.line)


def _spot_in(ran: Call, at: Frame) -> Spot | None:
    return spot_around(ran, at.line) if at.file == ran.place.file else None


def use_of(ran: Call, maker: str) -> ResultUse:
    """Tell what a view's lines do with what `maker` makes: they may read it, or hand it on."""
    tree = parsed(dedent("\n".join(ran.source)))
    gives_none = ran.returned is None or ran.returned.is_none
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_called(node.func, maker)]
    names: set[str] = set()
    for call in calls:
        holder = above[call]
        if isinstance(holder, ast.Expr):
            return ResultUse.NONE
        if isinstance(holder, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = holder.targets if isinstance(holder, ast.Assign) else [holder.target]
            names |= {each.id for each in targets if isinstance(each, ast.Name)}
        elif not isinstance(holder, ast.Return) and not _only_changes(call, above, gives_none=gives_none):
            return ResultUse.OTHER
    loads = (it for it in ast.walk(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load))
    used = any(it.id in names and not _only_changes(it, above, gives_none=gives_none) for it in loads)
    return ResultUse.OTHER if used else ResultUse.CHANGED


def _is_called(function: ast.expr, maker: str) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == maker


def _only_changes(node: ast.AST, above: dict[ast.AST, ast.AST], *, gives_none: bool) -> bool:
    """Tell whether a name stands in a line that only changes what it is, as `response.status_code = 3`.

    One that returns what a method of it gives does so where that is None, as of `set_cookie`.
    """
    itself = node
    while isinstance(holder := above[node], ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(holder, ast.Call) and node is not holder.func:
            return False  # an argument
        node = holder
    if isinstance(holder, ast.Assign | ast.AugAssign):
        return holder.value is not node
    if isinstance(holder, ast.Return):
        return node is itself or gives_none
    return isinstance(holder, ast.Expr)
