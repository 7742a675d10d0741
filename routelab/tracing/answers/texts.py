"""What stands in a body where a value was meant: `<function price at 0x...>`, or `{name}`.

It reads a text and the lines of the function that returned it, and knows no step.
"""

from __future__ import annotations

import ast
import re
from html import unescape
from textwrap import dedent

from routelab.pythontext import parsed
from routelab.tracing.facts import Call

_CALLED, _READ = "with ( ) behind its name it is called", "list(...) reads it"
# How Python and Jinja write a thing, with its name; what it is, and what gives what was meant.
_THINGS = tuple(
    (re.compile(text), kind, way)
    for text, kind, way in (
        (
            r"<(?:built-in method (\S{1,100})[^\n]{0,200}? at 0x|bound method (\S{1,100}) of <)",
            "method",
            _CALLED,
        ),
        (r"<function (\S{1,100}) at 0x", "function", _CALLED),
        (r"<generator object (\S{1,100}) at 0x", "generator", _READ),
        (r"<coroutine object (\S{1,100}) at 0x", "coroutine", "await gives what it returns"),
        (r"<(map|filter|zip|enumerate|reversed|\w+iterator) object at 0x", "iterator", _READ),
        (r"<Macro '(\w+)'>", "macro", _CALLED),
        (
            r"<jinja2\.runtime\.(BlockReference) object at 0x",
            "block of super or self, a",
            _CALLED,
        ),
    )
)
# A template of Jinja's has two braces, and one of JavaScript's a dollar.
_PLACE = re.compile(r"(?<![${])\{([A-Za-z_]\w*)(?:[.\[][^{}\n]{0,60})?\}(?!\})")
_EVERYWHERE = frozenset({"request", "session", "g"})


def text_of_a_thing(body: str) -> str | None:
    """Say that a text has Python's own text for a function, a method, a generator or the like."""
    text = unescape(body)
    for written, kind, way in _THINGS:
        if "<" in text and (found := written.search(text)) is not None:
            name = next(filter(None, found.groups()))
            return f"The body has Python's text for the {kind} {name}, and not what comes of it: {way}."
    return None


def status_in_json(ran: Call, body: str) -> str | None:
    """Say that a list that went out as JSON ends with the status that jsonify was given as one more value."""
    if not body.rstrip().endswith("]"):
        return None
    for node in ast.walk(parsed(dedent("\n".join(ran.source)))):
        match node:
            case ast.Return(
                value=ast.Call(func=ast.Name(id="jsonify"), args=[_, *_, ast.Constant(value=int(status))])
            ):
                if 100 <= status <= 599 and body.rstrip("] \n").endswith(f"{status}"):
                    return (
                        f"jsonify made a list of what it was given, and {status} is the last of it: a status "
                        f"goes behind the call, as in return jsonify(...), {status}."
                    )
    return None


def braces_kept(ran: Call, body: str) -> str | None:
    """Say that a text has a name in { } of which the function has the value: its quotes lack an f."""
    if "{" not in body:
        return None
    tree = parsed(dedent("\n".join(ran.source)))
    names = {it.arg for it in ast.walk(tree) if isinstance(it, ast.arg)} | _EVERYWHERE
    names |= {it.id for it in ast.walk(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Return):
            continue
        given = node.value.elts[0] if isinstance(node.value, ast.Tuple) and node.value.elts else node.value
        if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
            continue
        for place in _PLACE.finditer(given.value):
            if place[1] in names and place[0] in body:
                return (
                    f"The body has {place[0]} as it is written: with an f before the quotes it is the value."
                )
    return None
