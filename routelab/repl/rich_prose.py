"""What a page says, as rich renderables: paragraphs, lists, tables, code with its line numbers.

It knows records without markup, and nothing of pages or tasks.
"""

from __future__ import annotations

from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as RichText

from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Style, Table, Text
from routelab.screen.lines import numbered, one_line
from routelab.screen.looks import LABEL, QUIET
from routelab.screen.text import harmless

_LOOKS = {
    Style.PLAIN: "",
    Style.CODE: "bold cyan",
    Style.EMPHASIS: "italic",
    Style.STRONG: "bold",
    Style.LINK: "underline",
}


def prose(text: Text, *, before: str = "", look: str = "") -> RichText:
    """Show styled text; code keeps its backticks, since colour alone would not tell it."""
    shown = RichText(before, look, overflow="fold")
    for span in text:
        words = f"`{span.text}`" if span.style is Style.CODE else span.text
        shown.append(harmless(words), _LOOKS[span.style])
        if span.url and span.url != span.text:
            shown.append(f" ({harmless(span.url)})", QUIET)
    return shown


def block_view(block: Block) -> RenderableType:
    """Show one block of a page."""
    match block:
        case Paragraph(text=text):
            return prose(text)
        case ItemList(items=items, numbered=in_order):
            marks = (f"{n}. " if in_order else "- " for n in range(1, len(items) + 1))
            return Group(*(prose(item, before=f"  {mark}") for mark, item in zip(marks, items, strict=True)))
        case Table():
            return _table(block)
        case Code():
            return _code(block)
    assert_never(block)


def _table(table: Table) -> RenderableType:
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style=LABEL, pad_edge=False)
    for cell in table.header:
        grid.add_column(prose(cell), overflow="fold")
    for row in table.rows:
        grid.add_row(*(prose(cell) for cell in row))
    return Padding(grid, (0, 0, 0, 2))


def _code(code: Code) -> RenderableType:
    if code.source is None:
        return Group(*(one_line(f"    {line}") for line in code.text.splitlines()))
    lines = enumerate(code.text.splitlines(), start=code.source.first_line)
    return Group(
        one_line(str(code.source.file), QUIET),
        *(numbered(number, line) for number, line in lines),
    )
