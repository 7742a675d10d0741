"""Lines of text as rich renderables: harmless, folded where they are too long, two side by side.

Light, since the first prompt waits for it: it knows phrases and styles, no table and no record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.containers import Lines
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from routelab.screen.blocks import Meaning, Phrase
from routelab.screen.rich.looks import LOOKS
from routelab.screen.text import escape_line, with_blanks_again, without_breaks_in_code

NARROW = 60  # columns; below, what would stand side by side stands one below the other
WIDEST = 80  # columns; what is read from left to right does not spread out further
_GAP = 2  # columns at least between two that stand side by side


class _Prose(Text):
    """Text that breaks between words, and not within short code."""

    def wrap(self, console: Console, width: int, **how: Any) -> Lines:
        text = without_breaks_in_code(self.plain, width)
        if text == self.plain:
            return super().wrap(console, width, **how)
        held = self.copy()
        held.plain = text
        lines = held.wrap(console, width, **how)
        for line in lines:
            line.plain = with_blanks_again(line.plain)
        return lines


def one_line(text: str, meaning: Meaning = Meaning.TEXT) -> Text:
    """Make text that folds where it is too long, with nothing in it that steers a terminal."""
    return _Prose(escape_line(text), LOOKS[meaning], overflow="fold")


def styled(said: Phrase, look: str = "", *, before: str = "") -> Text:
    """Draw a phrase; code keeps its backticks, since colour alone would not tell it."""
    shown = _Prose(escape_line(before), look, overflow="fold")
    for it in said:
        text = f"`{it.text}`" if it.meaning is Meaning.CODE else it.text
        shown.append(escape_line(text), LOOKS[it.meaning])
        if it.url and it.url != it.text:
            shown.append(escape_line(f" ({it.url})"), LOOKS[Meaning.URL])
    return shown


def beside(main: Phrase | Text, aside: str, meaning: Meaning) -> Beside:
    """Put something of one meaning at the right edge, beside a phrase."""
    return Beside(main if isinstance(main, Text) else styled(main), one_line(aside, meaning))


def behind(main: Phrase | Text, aside: str, meaning: Meaning, *, column: int = 0) -> Behind:
    """Put something of one meaning right behind a phrase, in a column where it is not too long for that."""
    return Behind(main if isinstance(main, Text) else styled(main), one_line(aside, meaning), column=column)


class PlainLines:
    """Lines without looks, harmless already; rich folds those that are too long, and no others."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        end = Segment.line()
        for line in self._lines:
            if cell_len(line) > options.max_width:
                yield Text(line, overflow="fold")
            else:
                yield Segment(line)
                yield end


class Trimmed:
    """What is read from left to right, not spread out, its lines without blanks at the end."""

    def __init__(self, content: RenderableType) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update_width(min(WIDEST, options.max_width))
        for row in Segment.split_lines(console.render(self._content, inner)):
            while row and not row[-1].text.strip():
                row.pop()
            if row:
                row[-1] = row[-1]._replace(text=row[-1].text.rstrip())
            yield from row
            yield Segment.line()


class Beside:
    """Two things side by side, the second at the right edge; one below the other where it is narrow."""

    def __init__(self, main: Text, aside: Text) -> None:
        self._main = main
        self._aside = aside

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        between = options.max_width - self._main.cell_len - self._aside.cell_len
        if not self._aside:
            yield self._main
        elif options.max_width < NARROW or between < _GAP:
            yield self._main
            yield Padding(self._aside, (0, 0, 0, 2))
        else:
            yield Text.assemble(self._main, " " * between, self._aside)


class Behind:
    """A fact and what is said of it, two spaces behind or in a column; below it where there is no room."""

    def __init__(self, main: Text, aside: Text, *, column: int = 0) -> None:
        self._main = main
        self._aside = aside
        self._column = column

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        main, aside, width = self._main, self._aside, options.max_width
        at = max(self._column, main.cell_len + _GAP)
        if at + aside.cell_len > width:
            at = main.cell_len + _GAP
        if not aside:
            yield main
        elif at + aside.cell_len <= width:
            yield Text.assemble(main, " " * (at - main.cell_len), aside)
        else:
            yield main
            yield Padding(aside, (0, 0, 0, 2))


class RuleLine:
    """A rule, what is said of it and its place on one line; what is said stands below where it must."""

    def __init__(self, rule: Text, said: Text, where: Text, *, below: int) -> None:
        self._rule = rule
        self._said = said
        self._where = where
        self._below = below

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        together = Text("  ").join(part for part in (self._rule, self._said, self._where) if part)
        if together.cell_len <= options.max_width:
            yield together
        else:
            yield Behind(self._rule, self._where)
            yield Padding(self._said, (0, 0, 0, self._below))


class Marked:
    """A mark, and beside it lines that fold below each other and not below the mark."""

    def __init__(self, mark: Text, *content: RenderableType) -> None:
        self._mark = mark
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        mark, width = self._mark, self._mark.cell_len
        mark.end = ""
        inner = options.update_width(max(1, options.max_width - width))
        lines = [line for each in self._content for line in console.render_lines(each, inner, pad=False)]
        for number, line in enumerate(lines):
            yield mark if number == 0 else Text(" " * width, end="")
            yield from line
            yield Segment.line()
