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

_REPR = re.compile(
    r"<(bound method|built-in method|function|generator object|coroutine object) "
    r"(\S{1,100})[^\n]{0,200}? at 0x"
)
_WAYS = {
    "generator object": ("generator", "list(...) reads it"),
    "coroutine object": ("coroutine", "await gives what it returns"),
}
_CALLED = "with ( ) behind its name it is called"
# A template of Jinja's has two braces, and one of JavaScript's a dollar.
_PLACE = re.compile(r"(?<![${])\{([A-Za-z_]\w*)(?:[.\[][^{}\n]{0,60})?\}(?!\})")
_EVERYWHERE = frozenset({"request", "session", "g"})


def text_of_a_thing(body: str) -> str | None:
    """Say that a text has Python's own text for a function, a method, a generator or a coroutine."""
    found = _REPR.search(unescape(body))
    if found is None:
        return None
    kind, way = _WAYS.get(found[1], (found[1].rpartition(" ")[2], _CALLED))
    return f"The body has Python's text for the {kind} {found[2]}, and not what comes of it: {way}."


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
