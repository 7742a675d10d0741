"""Code for a page: as it stands in the lesson file, or taken from the lesson's own files.

It finds names in Python text by parsing it, and runs nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from textwrap import dedent

from routelab.lessons.findings import CheckRule, Findings
from routelab.lessons.markdown import Fence
from routelab.lessons.prose import Code, Source
from routelab.nearest import did_you_mean
from routelab.pythontext import unwarned
from routelab.regularfile import read_text

_CORRECT_IT = "correct the block's first line"
COLUMNS = 80  # that code may have
_NUMBERS = 6  # columns of the line numbers that stand before code from a file


def read_code(fence: Fence, folder: Path, findings: Findings) -> Code:
    """Read a fence: "python app.py:show_post" takes that function from the file, decorators and all.

    A fence that is taken from a file may be empty, or must say what the file says.
    """
    language, _, reference = fence.words.partition(" ")
    text = fence.text.rstrip("\n")
    found = _taken(reference, folder) if reference else None
    source = None
    if isinstance(found, str):
        findings.add(CheckRule.SOURCE, fence.line, found)
    elif found is not None:
        source, taken = found
        if text and text != taken:
            problem = f"this is not what {source.file} says; leave the block empty to take it from there"
            findings.add(CheckRule.SOURCE, fence.line + 1 + _first_difference(text, taken), problem)
        text = taken
    check_width(text, fence.line, COLUMNS - (_NUMBERS if source else 0), findings)
    return Code(text=text, language=language, source=source)


def _taken(reference: str, folder: Path) -> tuple[Source, str] | str:
    """Return the text that `app.py:show_post` or `templates/user.html` names, or what is wrong with it."""
    name, colon, member = reference.partition(":")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or " " in reference:
        return f"{reference!r} names no file of the lesson; write a block's words as in: python app.py:home"
    try:
        text = read_text(folder / path)
    except (OSError, UnicodeDecodeError):
        files = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
        return f"there is no text file {name!r} in the lesson; {did_you_mean(name, files, _CORRECT_IT)}"
    if not colon:
        return Source(file=path, first_line=1), text.rstrip("\n")
    try:
        with unwarned():
            nodes = dict(_named_nodes(ast.parse(text).body))
    except (SyntaxError, ValueError):
        return f"{name} cannot be parsed, so {member!r} cannot be taken from it; write the block out"
    if member not in nodes:
        hint = did_you_mean(member, nodes, _CORRECT_IT)
        return f"{name} has no function, class or variable {member!r}; {hint}"
    return _lines_of(nodes[member], path, text)


def _named_nodes(body: Iterable[ast.stmt], prefix: str = "") -> Iterable[tuple[str, ast.stmt]]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield prefix + name, node
            case ast.ClassDef(name=name, body=members):
                yield prefix + name, node
                yield from _named_nodes(members, f"{prefix}{name}.")
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield prefix + name, node


def _lines_of(node: ast.stmt, path: PurePosixPath, text: str) -> tuple[Source, str]:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    return Source(file=path, first_line=first), dedent("\n".join(lines))


def _first_difference(text: str, taken: str) -> int:
    """Count the lines that are alike from the top."""
    pairs = zip(text.splitlines(), taken.splitlines(), strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), 0)


def check_width(text: str, line: int, columns: int, findings: Findings) -> None:
    """Find the lines of a fence at `line` that are too wide."""
    for number, content in enumerate(text.splitlines(), start=1):
        if len(content) > columns:
            problem = f"this line of code has {len(content)} columns, and {columns} fit; break it"
            findings.add(CheckRule.WIDTH, line + number, problem)
