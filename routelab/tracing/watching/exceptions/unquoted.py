"""A name that Python does not know: the app has a string of that text, or a library has that name.

What Python suggests then is one of its own names, as `tuple` for `title`. It reads the frame that raised and
the text of files, and calls nothing of the app's.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import FrameType

from routelab.pythontext import parsed
from routelab.tracing.watching.exceptions.raising import raising_point

_NAMES_ONE = r"Did you mean: '(\w+)'\?"
_MOST_KEYS = 1000  # of a dict that are looked at
# What apps import, by where it is: no other module is asked what it has.
IMPORTED = {
    "flask": (
        "Blueprint", "Flask", "Response", "abort", "current_app", "flash", "g", "get_flashed_messages",
        "jsonify", "make_response", "redirect", "render_template", "render_template_string", "request",
        "send_file", "send_from_directory", "session", "stream_with_context", "url_for",
    ),
    "markupsafe": ("Markup", "escape"),
    "werkzeug.exceptions": ("BadRequest", "Forbidden", "HTTPException", "NotFound", "Unauthorized"),
    "werkzeug.security": ("check_password_hash", "generate_password_hash"),
    "werkzeug.utils": ("secure_filename",),
}  # fmt: skip


def import_of(name: str) -> str | None:
    """Return the line that imports a name which apps often use: "from flask import url_for"."""
    return next((f"from {module} import {name}" for module, names in IMPORTED.items() if name in names), None)


def unquoted_words(
    error: BaseException,
    suggested: str | None,
    files: Mapping[str, Sequence[str]],
    own_file: Callable[[str], str | None],
) -> str | None:
    """Say what imports a name, or where it stands in quotes: asked for as a key, or one of Python's is near.

    A name of the app's that Python suggests is nearer: then nothing is said.
    """
    way = raising_point(error)
    if type(error) is not NameError or way is None or not isinstance(error.name, str):
        return None
    name = error.name
    file = way.tb_frame.f_code.co_filename
    found = re.fullmatch(_NAMES_ONE, suggested or "")
    if file not in files or own_file(file) is None:
        return None
    if suggested and not (found and hasattr(builtins, found[1])):
        return None
    tree = parsed("\n".join(files[file]))
    template = next(_templates(tree, way.tb_lineno, name, file), None)
    if template is not None:
        return f"in quotes, {template!r} is a file in templates"
    holders = tuple(_asked_of(tree, way.tb_lineno, name))
    for holder in filter(None, holders):
        if _has_key(_value(way.tb_frame, holder), name):
            return f"{holder} has the key {name!r}, in quotes"
    if (line := import_of(name)) is not None:
        return f"import it: {line}"
    if not holders and not suggested:
        return None
    at = next(_strings([file, *files], files, name), None)
    return None if at is None else f"in quotes it is a string, as at {own_file(at[0])}:{at[1]}"


def _asked_of(tree: ast.Module, line: int, name: str) -> Iterator[str]:
    """Yield the name of each thing that is asked for a key by a bare name; "" for what has no name."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=held, slice=key) if _is_name(key, name, line):
                yield held.id if isinstance(held, ast.Name) else ""
            case ast.Dict(keys=keys) if any(_is_name(key, name, line) for key in keys):
                yield ""


def _templates(tree: ast.Module, line: int, name: str, file: str) -> Iterator[str]:
    """Yield what is a template's name if it had quotes: `index.html` is read as an attribute of `index`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_name(node.value, name, line):
            text = f"{name}.{node.attr}"
            if Path(file).parent.joinpath("templates", text).is_file():
                yield text


def _is_name(node: ast.expr | None, name: str, line: int) -> bool:
    return isinstance(node, ast.Name) and (node.id, node.lineno) == (name, line)


def _value(frame: FrameType, name: str) -> object:
    return frame.f_locals.get(name, frame.f_globals.get(name))


def _has_key(thing: object, name: str) -> bool:
    return type(thing) is dict and any(type(key) is str and key == name for key in islice(thing, _MOST_KEYS))


def _strings(
    order: Iterable[str], files: Mapping[str, Sequence[str]], name: str
) -> Iterator[tuple[str, int]]:
    """Yield (file, line) of each string of that text."""
    for file in order:
        text = "\n".join(files[file])
        if f'"{name}"' in text or f"'{name}'" in text:
            for node in ast.walk(parsed(text)):
                if isinstance(node, ast.Constant) and type(node.value) is str and node.value == name:
                    yield file, node.lineno
