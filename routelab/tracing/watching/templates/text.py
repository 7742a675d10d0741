"""What a template's own text says: how it uses its names, what it extends, what of it is never rendered.

It asks Jinja for the tree of the text, renders nothing, and knows no app.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from jinja2 import nodes

from routelab.record import Record
from routelab.tracing.steps.template import Unrendered
from routelab.tracing.steps.undefined import Use

# Read(name) gives the text of another template, or None.
Read = Callable[[str], "str | None"]
_GUARDS = ("default", "d")  # filters that are there for what is undefined
_ASKS_WHETHER = ("defined", "undefined")
_KEEPS_WHAT_IT_SETS = ("For", "Block", "Macro", "CallBlock", "With", "FilterBlock")
_UNRENDERED_SHOWN = 5
_PARENTS = 20
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TREES_KEPT = 100  # of an environment's class
_TAG = re.compile(r"\{[{%]")
# One process may have one app after another, with the same templates; a class of an app's goes with it.
_trees: WeakKeyDictionary[type, dict[tuple[Any, str], _Tree]] = WeakKeyDictionary()


class NameUse(Record):
    """A place in a template where a name is used; None where it asks whether the name is there at all."""

    name: str  # as it is written: "album", "album.title"
    line: int
    use: Use | None


def lies_in_comment(source: str, line: int) -> bool:
    """Tell whether all of Jinja's tags on a line stand in comments of HTML, which mean nothing to Jinja."""
    lines = source.splitlines(keepends=True)
    begin = sum(map(len, lines[: line - 1]))
    end = begin + len(lines[line - 1]) if line <= len(lines) else begin
    tags = [tag.start() for tag in _TAG.finditer(source, begin, end)]
    comments = [comment.span() for comment in _COMMENT.finditer(source)]
    return bool(tags) and all(any(first <= tag < last for first, last in comments) for tag in tags)


class TemplateText:
    """The tree of one template. Raises TemplateSyntaxError where there is none."""

    def __init__(self, environment: Any, source: str) -> None:
        self._environment = environment
        self._whole = _tree_of(environment, source)
        self._tree = self._whole.root

    def uses_of(self, name: str, line: int | None, *, attribute: bool) -> tuple[NameUse, ...]:
        """Return how a name, or an attribute of that name, is used: on a line, or anywhere."""
        found = [
            use
            for use in self._whole.uses
            if (use.name.endswith(f".{name}") if attribute else use.name == name)
        ]
        return tuple([use for use in found if use.line == line] or found)

    def set_inside(self, name: str) -> int | None:
        """Return the line that sets a name, where all that set it stand inside something that keeps it."""
        lines = [(line, kept) for set_name, line, kept in _settings(self._tree, False) if set_name == name]
        return lines[0][0] if lines and all(kept for _, kept in lines) else None

    def includes_optionally(self, name: str) -> bool:
        """Tell whether it includes a template of this name with `ignore missing`."""
        return any(
            node.ignore_missing and name in _constants(node.template)
            for node in self._tree.find_all(nodes.Include)
        )

    @property
    def extends(self) -> str | None:
        """The template that it extends whatever happens, where the text names it."""
        extends = self._extends()
        return None if extends is None else next(iter(_constants(extends.template)), None)

    def unrendered(self, read: Read) -> tuple[Unrendered, ...]:
        """Return what a template that extends another one loses."""
        extends = self._extends()
        if extends is None:
            return ()
        after = self._tree.body[self._tree.body.index(extends) + 1 :]
        lost = [*_outside(after), *self._blocks_of_nobody(after, read)]
        return tuple(sorted(lost, key=lambda part: part.line)[:_UNRENDERED_SHOWN])

    def _extends(self) -> Any:
        return next((node for node in self._tree.body if isinstance(node, nodes.Extends)), None)

    def _blocks_of_nobody(self, after: list[Any], read: Read) -> Iterator[Unrendered]:
        """Yield the blocks that no template above has, if those can all be read and none asks for `self`."""
        above: set[str] = set()
        asks_self, text = self._whole.asks_for_self, self
        for _ in range(_PARENTS):
            name = text.extends
            if name is None:
                break
            source = read(name)
            if source is None:
                return
            text = TemplateText(self._environment, source)
            above |= text._whole.blocks
            asks_self = asks_self or text._whole.asks_for_self
        # A parent may be chosen while it is rendered: then nobody knows its blocks here.
        if asks_self or text._whole.extends_anything:
            return
        for node in after:
            if isinstance(node, nodes.Block) and node.name not in above:
                yield Unrendered(line=node.lineno, block=node.name)


class _Tree:
    """The tree of a text, and what is found by walking all of it: once, however many requests render it."""

    def __init__(self, root: Any) -> None:
        self.root = root

    @cached_property
    def uses(self) -> tuple[NameUse, ...]:
        return tuple(_uses(self.root, Use.OTHER))

    @cached_property
    def blocks(self) -> frozenset[str]:
        return frozenset(node.name for node in self.root.find_all(nodes.Block))

    @cached_property
    def asks_for_self(self) -> bool:
        return any(node.name == "self" for node in self.root.find_all(nodes.Name))

    @cached_property
    def extends_anything(self) -> bool:
        return any(self.root.find_all(nodes.Extends))


def _tree_of(environment: Any, source: str) -> _Tree:
    """Parse a text, once for all environments that would read it in the same way.

    So do those of one class that have no extensions, no methods of their own, and the same delimiters.
    """
    kind = type(environment)
    if environment.extensions or any(callable(getattr(kind, name, None)) for name in vars(environment)):
        return _Tree(environment.parse(source))
    trees = _trees.setdefault(kind, {})
    key = environment.lexer, source
    if key not in trees:
        if len(trees) >= _TREES_KEPT:
            trees.clear()
        root = environment.parse(source)
        root.set_environment(None)  # it would keep an app
        trees[key] = _Tree(root)
    return trees[key]


def _outside(after: list[Any]) -> Iterator[Unrendered]:
    """Yield text behind `extends` that is in no block, one a node."""
    for node in after:
        if not isinstance(node, nodes.Output):
            continue
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                text = part.data.strip()
                if text:
                    before = part.data[: len(part.data) - len(part.data.lstrip())]
                    yield Unrendered(
                        line=part.lineno + before.count("\n"), text=text.splitlines()[0].rstrip()
                    )
            else:
                yield Unrendered(line=part.lineno, text=f"{{{{ {_written(part) or '...'} }}}}")


def _constants(template: Any) -> tuple[str, ...]:
    """Return the names of templates that are written out: one, or a list of them."""
    items = template.items if isinstance(template, (nodes.List, nodes.Tuple)) else [template]
    return tuple(
        item.value for item in items if isinstance(item, nodes.Const) and isinstance(item.value, str)
    )


def _settings(node: Any, kept: bool) -> Iterator[tuple[str, int, bool]]:
    """Yield (name, line, whether it is kept inside something) for all that is set."""
    for child in node.iter_child_nodes():
        inside = kept or type(child).__name__ in _KEEPS_WHAT_IT_SETS
        if isinstance(child, (nodes.Assign, nodes.AssignBlock)):
            for target in (child.target, *child.target.find_all(nodes.Name)):
                if isinstance(target, nodes.Name):
                    yield target.name, child.lineno, kept
        yield from _settings(child, inside)


def _written(node: Any) -> str | None:
    """Write a name and its attributes as the template does: "album.artist.name"."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        of = _written(node.node)
        return None if of is None else f"{of}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        of = _written(node.node)
        return None if of is None else f"{of}.{node.arg.value}"
    return None


def _uses(node: Any, use: Use | None) -> Iterator[NameUse]:
    """Yield every name and attribute that is used below a node; `use` is what is done with the node."""
    if isinstance(node, (nodes.Name, nodes.Getattr, nodes.Getitem)):
        written = _written(node)
        if written is not None and getattr(node, "ctx", "load") == "load":
            yield NameUse(name=written, line=node.lineno, use=use)
    done = _done_with_children(node, use)
    for field, child in _fields(node):
        yield from _uses(child, done.get(field, Use.OTHER))


def _done_with_children(node: Any, use: Use | None) -> Mapping[str, Use | None]:
    """Tell what a node does with its children, by their fields."""
    if isinstance(node, nodes.Output):
        return {"nodes": Use.PRINTED}
    if isinstance(node, nodes.Concat):
        return {"nodes": use}
    if isinstance(node, nodes.Call):
        return {"node": Use.CALLED}
    if isinstance(node, (nodes.Getattr, nodes.Getitem)):
        return {"node": Use.ASKED}
    if isinstance(node, nodes.If):
        return {"test": Use.CONDITION}
    if isinstance(node, nodes.CondExpr):
        return {"test": Use.CONDITION, "expr1": use, "expr2": use}
    if isinstance(node, nodes.For):
        return {"iter": Use.LOOP}
    if isinstance(node, nodes.Not):
        return {"node": Use.CONDITION}
    if isinstance(node, (nodes.And, nodes.Or)):
        return {"left": Use.CONDITION, "right": use}
    if isinstance(node, nodes.Filter) and node.name in _GUARDS:
        return {"node": None}
    if isinstance(node, nodes.Test) and node.name in _ASKS_WHETHER:
        return {"node": None}
    return {}


def _fields(node: Any) -> Iterator[tuple[str, Any]]:
    for field, value in node.iter_fields():
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, nodes.Node):
                yield field, child
