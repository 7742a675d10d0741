"""What is written in an app's files: texts and numbers that its pages may be asked with, keys, lines, tests.

It reads Python as a tree and runs nothing; a file that is no Python says nothing. It must not know requests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from routelab.lessons.files import Project
from routelab.pythontext import parsed
from routelab.regularfile import read_text

_LONGEST = 40  # characters of a text that could be a value
_URL_FOR = re.compile(r"\burl_for\(")


class WrittenTest(NamedTuple):
    """A test function, and what it lacks to be one of the app."""

    file: PurePosixPath
    name: str
    asserts: bool
    asks_app: bool


class Written:
    """The text of an app's files."""

    def __init__(self, files: Project) -> None:
        self.texts = dict(_texts(files))

    @cached_property
    def trees(self) -> dict[PurePosixPath, ast.Module]:
        """The Python files that can be read."""
        return dict(_trees(self.texts))

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """Short texts in the code, each once."""
        return tuple(dict.fromkeys(it for it in self._constants() if isinstance(it, str) and _is_short(it)))

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Texts that may stand in a path: the keys of dicts and what is in lists come before all others."""
        first: list[str] = []
        for node in self._nodes(ast.Dict, ast.List, ast.Tuple, ast.Set):
            match node:
                case (
                    ast.Dict(keys=inside)
                    | ast.List(elts=inside)
                    | ast.Tuple(elts=inside)
                    | ast.Set(elts=inside)
                ):
                    first += [
                        it.value
                        for it in inside
                        if isinstance(it, ast.Constant) and isinstance(it.value, str)
                    ]
                case _:
                    pass
        return tuple(dict.fromkeys(it for it in (*first, *self.strings) if _is_short(it)))

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Whole numbers in the code, each once."""
        found = (it for it in self._constants() if type(it) is int and 0 <= it < 10**9)
        return tuple(dict.fromkeys(found))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What is looked up by name: x["title"], x.get("title"); a form's fields are among them."""
        return tuple(dict.fromkeys(it for it in self._keys() if it.isidentifier()))

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Two texts that stand together, such as a name and a password: in a dict, a tuple, a comparison."""
        return tuple(dict.fromkeys(self._pairs()))

    @property
    def links_built(self) -> bool:
        """Whether url_for is called anywhere."""
        return any(_URL_FOR.search(text) for text in self.texts.values())

    @cached_property
    def lines(self) -> int:
        """How many lines of Python and of templates somebody wrote: neither blank nor only a comment."""
        return sum(
            1
            for name, text in self.texts.items()
            if name.suffix in (".py", ".html", ".htm", ".jinja", ".j2")
            for line in text.splitlines()
            if line.strip() and not line.strip().startswith("#")
        )

    @cached_property
    def tests(self) -> tuple[WrittenTest, ...]:
        """The test functions in files that pytest looks into."""
        return tuple(
            WrittenTest(
                name,
                function.name,
                any(_asserts(node) for node in ast.walk(function)),
                "test_client" in ast.unparse(tree),
            )
            for name, tree in self.trees.items()
            if name.name.startswith("test_") or name.stem.endswith("_test")
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test")
        )

    def _constants(self) -> Iterator[object]:
        for node in self._nodes(ast.Constant):
            if isinstance(node, ast.Constant):
                yield node.value

    @cached_property
    def _all_nodes(self) -> tuple[ast.AST, ...]:
        return tuple(node for tree in self.trees.values() for node in ast.walk(tree))

    def _nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in self._all_nodes if isinstance(node, kinds))

    def _keys(self) -> Iterator[str]:
        for node in self._nodes(ast.Subscript, ast.Call):
            match node:
                case ast.Subscript(slice=ast.Constant(value=str(key))):
                    yield key
                case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
                    yield key
                case _:
                    pass

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for node in self._nodes(ast.Dict, ast.Tuple, ast.BoolOp, ast.Call, ast.If):
            if isinstance(node, ast.Dict):
                values = zip(node.keys, node.values, strict=True)
                yield from (
                    (key, word)
                    for name, value in values
                    if name is not None
                    for key in _texts_in(name)
                    for word in _texts_in(value)
                )
            inside = node.test if isinstance(node, ast.If) else node
            texts = list(_texts_in(inside))[:6]
            yield from ((one, two) for one in texts for two in texts if one != two)


def _asserts(node: ast.AST) -> bool:
    """Whether this fails where something is not so: `assert`, `self.assertEqual`, `pytest.raises`."""
    match node:
        case ast.Assert() | ast.Call(func=ast.Attribute(attr="raises" | "fail")):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith("assert")
    return False


def _texts_in(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and _is_short(each.value):
            yield each.value


def _is_short(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable() and not set(text) & set("/<>{}")


def _texts(files: Project) -> Iterator[tuple[PurePosixPath, str]]:
    for name, path in files.items():
        if name.suffix in (".py", ".html", ".htm", ".jinja", ".j2", ".sql"):
            yield name, _text(path)


def _text(path: Path) -> str:
    try:
        return read_text(path, "replace")
    except OSError:
        return ""


def _trees(texts: dict[PurePosixPath, str]) -> Iterator[tuple[PurePosixPath, ast.Module]]:
    for name, text in texts.items():
        if name.suffix == ".py":
            yield name, parsed(text)
