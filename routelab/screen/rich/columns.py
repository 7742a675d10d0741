"""What stands in columns, as rich renderables: steps, pairs, grids; where it is narrow, in lines.

It knows no page and no order of blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.text import Text

from routelab.screen.blocks import Conversions, Facts, Grid, Meaning, PathAndRule, Phrase, Role, words_of
from routelab.screen.plain import row_sentence
from routelab.screen.rich.lines import NARROW, Behind, one_line, styled
from routelab.screen.rich.looks import LOOKS
from routelab.screen.text import escape_line

if TYPE_CHECKING:
    from rich.table import Table

_QUIET_ROLES = (Role.ORDER, Role.PLACE)
# Before a slash, before a variable without one, and between words.
_AT_A_FOLD = re.compile(r"(?<=.)(?=/)|(?<=[^/])(?=<)|(?<= )(?=[^ ])")


def tables() -> type[Table]:
    """Load what draws tables: that takes a while, and the first prompt has none."""
    from rich.table import Table

    return Table


class Labelled:
    """A numbered and labelled step; where it is narrow, its content stands below the label."""

    def __init__(self, number: int, label: str, *content: RenderableType) -> None:
        self._number = number
        self._label = label
        self._content = Group(*content)

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        quiet, label = LOOKS[Meaning.QUIET], LOOKS[Meaning.LABEL]
        if options.max_width < NARROW:
            yield Text.assemble((f"{self._number:>2} ", quiet), (self._label, label))
            yield Padding(self._content, (0, 0, 0, 3))
            return
        grid = tables().grid(padding=(0, 1), expand=True)
        grid.add_column(width=2, justify="right", style=quiet)
        grid.add_column(width=11, style=label)
        grid.add_column(ratio=1)
        grid.add_row(str(self._number), self._label, self._content)
        yield grid


class PartingView:
    """A path and a rule under each other, with a mark under the pieces that do not go together."""

    def __init__(self, block: PathAndRule) -> None:
        self._block = block

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        block = self._block
        path, rule = ([escape_line(piece) for piece in pieces] for pieces in (block.path, block.rule))
        widths = [
            max(cell_len(_at(path, at)), cell_len(_at(rule, at))) for at in range(max(len(path), len(rule)))
        ]
        aside = "  ".join(filter(None, map(escape_line, (block.view, block.where))))
        if 8 + sum(widths) + len(widths) > options.max_width:
            yield from self._folded(path, rule, aside)
            return
        before = 8 + sum(widths[: block.decides]) + block.decides
        label = LOOKS[Meaning.LABEL]
        yield Text.assemble(("  path  ", label), _row(path, widths, block.decides))
        row = Text.assemble(("  rule  ", label), _row(rule, widths, block.decides))
        beside = row.cell_len + 2 + cell_len(aside) <= options.max_width
        yield Behind(row, one_line(aside, Meaning.PLACE), column=50) if beside else row
        yield Text(" " * before + "~" * widths[block.decides], LOOKS[Meaning.WRONG])
        yield from [] if beside else [Padding(one_line(aside, Meaning.PLACE), (0, 0, 0, 8))]

    def _folded(self, path: list[str], rule: list[str], aside: str) -> RenderResult:
        label = LOOKS[Meaning.LABEL]
        for name, text in (("path", "".join(path)), ("rule", "".join(rule))):
            yield Text(f"  {name}", label)
            yield Padding(PathText(text), (0, 0, 0, 4))
        asked, written = map(escape_line, self._block.pieces)
        place, there = f"at {asked}" if asked else "where the path ends", written or "nothing"
        yield Padding(one_line(f"It fails {place}, where the rule has {there}."), (0, 0, 0, 4))
        yield from [Padding(one_line(aside, Meaning.PLACE), (0, 0, 0, 4))] if aside else []


def _at(pieces: list[str], at: int) -> str:
    return pieces[at] if at < len(pieces) else ""


def _row(pieces: list[str], widths: list[int], decides: int) -> Text:
    row = Text()
    for at, piece in enumerate(pieces):
        row.append(piece, LOOKS[Meaning.STRONG] if at == decides else "")
        row.append(" " * (widths[at] - cell_len(piece) + 1))
    row.rstrip()
    return row


def conversions_view(conversions: Conversions) -> RenderableType:
    """Show what each converter made, a row each: `album_id   "2"  --string-->  '2'  str`."""
    return _Conversions(tuple(tuple(map(escape_line, row)) for row in conversions.rows))


class _Conversions:
    def __init__(self, rows: tuple[tuple[str, ...], ...]) -> None:
        self._rows = rows

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        widths = [max(cell_len(row[at]) for row in self._rows) for at in range(5)]
        for name, raw, converter, value, kind in self._rows:
            arrow = f"--{converter}{'-' * (widths[2] - cell_len(converter))}-->"
            cells = (_wide(name, widths[0]), _wide(raw, widths[1]), arrow, _wide(value, widths[3]), kind)
            together = "  ".join(cells)
            if cell_len(together) > options.max_width:
                together = f"{name}  {raw}  --{converter}-->  {value}  {kind}"
            yield Text(together, overflow="fold")


def _wide(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def facts_view(facts: Facts) -> RenderableType:
    """Show pairs in two columns."""
    grid = tables().grid(padding=(0, 2, 0, 0))
    grid.add_column(style=LOOKS[Meaning.LABEL], overflow="fold", max_width=30)
    grid.add_column(overflow="fold")
    for name, about in facts.rows:
        grid.add_row(one_line(name), one_line(about))
    return Padding(grid, (0, 0, 0, 2))


def grid_view(grid: Grid) -> RenderableType:
    """Show a grid; one whose columns have roles is said row by row where it is narrow."""
    if all(column.role is Role.TEXT for column in grid.columns):
        return Padding(_table(grid), (0, 0, 0, 2))
    return RoleColumns(grid)


class RoleColumns:
    """A grid of rules in columns, or a sentence a row."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < NARROW:
            yield from (one_line(row_sentence(self._grid.columns, row)) for row in self._grid.rows)
        else:
            yield _table(self._grid)


def _table(grid: Grid) -> Table:
    table = tables()(
        box=SIMPLE_HEAD,  # a rule below the heads, and nothing else
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style=LOOKS[Meaning.LABEL],
        pad_edge=False,
    )
    seen = [column for column in grid.columns if column.role is not Role.SPOKEN]
    for column in seen:
        order, quiet = column.role is Role.ORDER, column.role in _QUIET_ROLES
        table.add_column(
            styled(column.head),
            overflow="fold",
            justify="right" if order else "left",
            style=LOOKS[Meaning.QUIET] if quiet else None,
        )
    for row in grid.rows:
        pairs = zip(grid.columns, row, strict=True)
        table.add_row(*(_cell(column.role, cell) for column, cell in pairs if column.role is not Role.SPOKEN))
    return table


def _cell(role: Role, cell: Phrase) -> RenderableType:
    seen = tuple(it for it in cell if it.meaning is not Meaning.SPOKEN)
    return PathText(words_of(seen)) if role in (Role.RULE, Role.PLACE) else styled(seen)


class PathText:
    """A rule or a path; where it is too long it folds before a `/` or a `<`, and anywhere only if it must."""

    def __init__(self, text: str) -> None:
        self._text = escape_line(text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = ""
        for piece in _AT_A_FOLD.split(self._text):
            if line and cell_len(line + piece.rstrip()) > options.max_width:
                yield Text(line.rstrip(), overflow="fold")
                line = ""
            line += piece
        yield Text(line.rstrip(), overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max(map(cell_len, _AT_A_FOLD.split(self._text)))
        return Measurement(longest, cell_len(self._text)).with_maximum(options.max_width)
