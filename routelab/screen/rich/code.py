"""Code, HTML and JSON in colour, where there is colour, and what is marked in them.

Pygments is loaded with the first piece that is shown in colour, and is not Python. It knows text and
languages, no block.
"""

from __future__ import annotations

from itertools import accumulate

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from routelab.screen.blocks import Meaning
from routelab.screen.pythontokens import PYTHON, pieces_of
from routelab.screen.rich.lines import PlainLines
from routelab.screen.rich.looks import LOOKS, TOKENS
from routelab.screen.text import escape_line

# Of more than that nobody reads the colours: some 50 milliseconds.
_MOST_CHARACTERS = 20_000
_NUMBERED = 6  # columns of a line's number and the room behind it


class CodeView:
    """Lines of a language; `first` numbers them, and `mark` is the line that decides with its piece."""

    def __init__(
        self,
        lines: tuple[str, ...],
        language: str,
        *,
        first: int | None = None,
        mark: tuple[int, int, int] | None = None,
    ) -> None:
        self._lines = tuple(map(escape_line, lines))
        self._raw = lines
        self._language = language
        self._first = first
        self._mark = mark

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        colour = console.color_system is not None and not console.no_color
        if self._first is None and not (colour and _has_colours(self._lines, self._language)):
            yield PlainLines(self._lines)
            return
        shown = coloured(self._lines, self._language) if colour else [Text(text) for text in self._lines]
        if self._first is None:
            yield from shown
            return
        for number, (raw, text) in enumerate(zip(self._raw, shown, strict=True), start=self._first):
            mark = self._mark if self._mark is not None and self._mark[0] == number else None
            look = LOOKS[Meaning.TEXT if mark is None else Meaning.STRONG]
            count = Text(f"{number if mark is None else f'>{number}':>4}  ", look)
            begin, end = (0, 0) if mark is None else (_cells(raw[: mark[1]]), _cells(raw[: mark[2]]))
            at = 0
            for piece in _folded(text, options.max_width - _NUMBERED):
                yield Text.assemble(count if at == 0 else " " * _NUMBERED, piece, no_wrap=True)
                start, stop = max(begin, at), min(end, at + piece.cell_len)
                if start < stop:
                    under = ("~" * (stop - start), LOOKS[Meaning.WRONG])
                    yield Text.assemble(" " * (_NUMBERED + start - at), under, no_wrap=True)
                at += piece.cell_len


def _cells(code: str) -> int:
    return cell_len(escape_line(code))


def _folded(line: Text, width: int) -> list[Text]:
    """Cut a line that is too long where its columns end, so that what continues it stands below it."""
    if line.cell_len <= width:
        return [line]
    cuts = list(accumulate(map(len, chop_cells(line.plain, max(width, 2)))))
    return list(line.divide(cuts[:-1]))


def _has_colours(lines: tuple[str, ...], language: str) -> bool:
    return bool(language) and sum(map(len, lines)) <= _MOST_CHARACTERS


def get_ready() -> None:
    """Load what colours views and their pages: a line of each is coloured, and thrown away."""
    coloured(("pass",), PYTHON)
    coloured(("<p>",), "html")


def coloured(lines: tuple[str, ...], language: str) -> list[Text]:
    """Colour lines; as they are where the language is not known or they are too many."""
    plain = [Text(line, overflow="fold") for line in lines]
    if not _has_colours(lines, language):
        return plain
    if language == PYTHON:
        for number, begin, end, kind in pieces_of(lines):
            plain[number].stylize(TOKENS[kind], begin, end)
        return plain
    from routelab.screen.rich.colouring import coloured_lines  # Pygments takes a while

    found = coloured_lines("\n".join(lines), language)
    # A lexer is free with blank lines and tabs; then the code itself counts for more than its colours.
    return found if [line.plain.rstrip() for line in found] == [line.rstrip() for line in lines] else plain
