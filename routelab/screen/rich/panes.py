"""Panes as lines of a terminal: beside each other where there is room, else the code above what it tells.

A function from a moment and a size to lines. It knows no key and asks no terminal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from routelab.screen.blocks import Block, CodeFrame, Fragment, Line, Meaning, Phrase, phrase, words_of
from routelab.screen.rich.console import drawn, drawn_line
from routelab.screen.shown.panes import MapRow, Panes

WIDE = (100, 24)  # columns and rows from which on four panes stand beside each other
SMALL = (60, 20)  # and two above each other; below, a trace is played in lines
_WIDEST = 140  # columns: further to the right a pane's lines end, and its neighbour is out of sight
_STEERING = re.compile(r"\x1b\[[0-9;]*m")
PLAINER = str.maketrans("▶✓✗─│┬┼┴●○┌┐└┘▁", ">vx-|+++*o++++_")  # for a terminal that has ASCII alone
_MORE = "  ..."
_BETWEEN = "   "  # choices on one line
_NUMBERED = 8  # columns of a line's number and what stands around it
_AROUND = 4  # steps of a map on one line, whose names need some ten columns each
_LABEL = 11  # columns of a step's name on the map


def panes_lines(shown: Panes, width: int, height: int, *, colour: bool, plainer: bool = False) -> list[str]:
    """Draw a moment in at most `height` lines of `width` columns; one line of the screen is left for keys.

    `plainer` is for a terminal that has no marks but those of ASCII.
    """
    drawing = _Drawing(shown, min(width, _WIDEST), colour=colour)
    beside = width >= WIDE[0] and height + 1 >= WIDE[1]
    lines = drawing.wide(height) if beside else drawing.small(height)
    return [it.translate(PLAINER) for it in lines] if plainer else lines


class _Drawing:
    """A moment on a screen of so many columns."""

    def __init__(self, shown: Panes, width: int, *, colour: bool) -> None:
        self._shown = shown
        self._width = width
        self._colour = colour

    def wide(self, height: int) -> list[str]:
        width = self._width
        left = width * 52 // 100
        right = width - left - 1
        asked = self._question()
        room = height - 3 - len(asked) - (1 if asked else 0)
        below = min(max(len(self._shown.map) + 2, 7), room // 2)
        above = room - below - 1
        top = _beside(self._code(left, above), self._facts(right - 1, above), left, above)
        bottom = _beside(self._map(left, below), self._words(right - 1, below), left, below)
        lines = [self._head(), _rule(width, left, "┬"), *top, _rule(width, left, "┼"), *bottom]
        lines.append(_rule(width, left, "┴"))
        return [*lines, *asked, *([_rule(width)] if asked else [])][:height]

    def small(self, height: int) -> list[str]:
        width = self._width
        asked = self._question()
        room = height - 5 - len(asked) - (1 if asked else 0)
        words = self._words(width - 1, room)
        told = min(len(words), max(4, room // 3))
        facts = self._facts(width - 1, room)
        code_wants = sum(len(it.lines) + 1 for it in self._shown.code) + 1
        code = min(code_wants, max(5, (room - told) // 2)) if self._shown.code else 0
        rest = room - told - code
        lines = [self._head(), _rule(width)]
        lines += filled(self._code(width, code), code) if code else []
        lines += [_rule(width)] if code else [""]
        lines += filled(self._facts(width - 1, rest) if len(facts) > rest else facts, rest)
        lines += [_rule(width), *filled(words, told), self._one(self._path_of_steps(), width)]
        return [*lines, *([_rule(width)] if asked else []), *asked][:height]

    def _head(self) -> str:
        shown = self._shown
        room = self._width - 2 - (len(shown.aside) + 2 if shown.aside else 0)
        request = cell_len(words_of(shown.request))
        heading = f" {shown.heading}   " if shown.heading else " "
        if cell_len(heading) + request > room:
            heading = " "
        left = self._one((*phrase(heading, Meaning.TITLE), *shown.request), max(room, 20))
        between = self._width - cells(left) - len(shown.aside) - 1
        if not shown.aside or between < 1:
            return left
        return f"{left}{' ' * between}{self._one(phrase(shown.aside, Meaning.TASK), len(shown.aside))}"

    def _code(self, width: int, height: int) -> list[str]:
        lines: list[str] = []
        focus, file = 0, ""
        frames = [_narrow(frame, width - _NUMBERED) for frame in self._shown.code]
        for number, (frame, rows) in enumerate(zip(frames, self._blocks(frames, width - 1), strict=True)):
            begin = len(lines)
            if frame.file != file:
                lines += [*([""] if lines else []), f" {rows[0]}"]
                file = frame.file
            else:
                lines.append("")
            lines += rows[1:]
            if number == self._shown.code_focus:
                focus = _marked(frame, rows, begin, len(lines))
        return _window(lines, focus, height)

    def _facts(self, width: int, height: int) -> list[str]:
        head = self._one(phrase(self._shown.facts_title, Meaning.TITLE), width)
        lines: list[str] = []
        focus = 0
        for number, rows in enumerate(self._blocks(self._shown.facts, width)):
            if number == self._shown.facts_focus:
                focus = len(lines)
            lines += rows
        return [head, *_window(lines, focus, height - 1)]

    def _map(self, width: int, height: int) -> list[str]:
        rows = [self._one(_map_row(row), width - 1) for row in self._shown.map]
        head = self._one(phrase(" THE REQUEST SO FAR", Meaning.TITLE), width - 1)
        return [head, *_window(rows, self._shown.number - 1, height - 1)]

    def _path_of_steps(self) -> Phrase:
        """Return the map on one line: "✓ request   ▶ match   ...   ..."; of many steps those around this one.

        The last one is there with what came out.
        """
        shown = self._shown
        rows = [f"{row.mark} {row.label}".strip() for row in shown.map]
        if shown.number == shown.total:  # the status: the words say why
            rows[-1] += f" {words_of(shown.map[-1].what)}"
        first = 0 if len(rows) <= _AROUND else max(0, min(shown.number - 3, len(rows) - _AROUND))
        before, after = ["..."] if first else [], ["..."] if first + _AROUND < len(rows) else []
        return phrase(f" {'   '.join([*before, *rows[first : first + _AROUND], *after])}", Meaning.LABEL)

    def _words(self, width: int, height: int) -> list[str]:
        rows = [text for block in self._shown.words for text in self._blocks([block], width)[0]]
        way = []
        if self._shown.way is not None:
            said = (
                *phrase("Would match: "),
                *phrase(self._shown.way.request, Meaning.REQUEST),
                *phrase("   t tries it"),
            )
            way = self._blocks([Line(text=said)], width)[0]
        kept = _window(rows, 0, max(1, height - len(way)))
        return [*kept, *way][:height]

    def _question(self) -> list[str]:
        shown = self._shown
        if not shown.question:
            return []
        room = self._width - 2
        whole = _in_a_row((shown.question, *shown.choices))
        if cell_len(words_of(whole)) <= room:
            return [f" {self._one(whole, room)}"]
        if not shown.choices:
            return [f" {row}" for row in self._blocks([Line(text=shown.question)], room)[0][:2]]
        # None is without its letter, nor the learner's without its mark.
        choices = _in_a_row(_shared(shown.choices, room))
        return [f" {self._one(shown.question, room)}", f" {self._one(choices, room)}"]

    def _blocks(self, blocks: Sequence[Block], width: int) -> list[list[str]]:
        """Draw each block by itself."""
        return [drawn([block], width=max(8, width), colour=self._colour) for block in blocks]

    def _one(self, said: Phrase, width: int) -> str:
        """Draw a phrase on one line, cut where it is too long."""
        return drawn_line(cut_phrase(said, width), colour=self._colour)


# Parts of a pane


def _narrow(frame: CodeFrame, width: int) -> CodeFrame:
    """Cut lines of code that are too long for the pane: all of them stand in the file."""
    lines = tuple(it if cell_len(it) <= width else f"{it[: max(1, width - 4)]} ..." for it in frame.lines)
    return frame.replace(lines=lines)


def _marked(frame: CodeFrame, rows: list[str], begin: int, end: int) -> int:
    """Return the line of the pane to keep in sight: the marked one, else the frame's first."""
    found = [at for at, row in enumerate(rows) if _STEERING.sub("", row).lstrip().startswith(">")]
    return end - len(rows) + found[0] if found and frame.mark is not None else begin


def _map_row(row: MapRow) -> Phrase:
    meaning = Meaning.STRONG if row.mark.strip() else Meaning.QUIET
    return (
        *phrase(f" {row.mark} {row.number:>2}  "),
        *phrase(f"{row.label:<{_LABEL}} ", meaning),
        *(Fragment(text=" ".join(it.text.split()), meaning=it.meaning) for it in row.what),
    )


def _in_a_row(parts: Sequence[Phrase]) -> Phrase:
    between = phrase(_BETWEEN)
    return tuple(it for number, part in enumerate(parts) for it in ((*between, *part) if number else part))


def _shared(choices: tuple[Phrase, ...], room: int) -> list[Phrase]:
    """Cut labels that are too long for one line; what the short ones leave, the long ones share."""
    wants = [cell_len(words_of(it)) for it in choices]
    left = room - len(_BETWEEN) * (len(choices) - 1)
    cut = list(choices)
    for rank, number in enumerate(sorted(range(len(choices)), key=wants.__getitem__)):
        share = min(wants[number], max(left, 0) // (len(choices) - rank))
        left -= share
        label, mark = choices[number][:1], choices[number][1:]
        cut[number] = (*cut_phrase(label, share - cell_len(words_of(mark))), *mark)
    return cut


# Lines


def cut_phrase(said: Phrase, width: int) -> Phrase:
    """Cut a phrase visibly where it is wider than so many columns."""
    kept: list[Fragment] = []
    room = width
    for it in said:
        if cell_len(it.text) > room:
            text = it.text
            while text and cell_len(text) > max(0, room - 3):
                text = text[:-1]
            return (*kept, Fragment(text=f"{text}...", meaning=it.meaning))
        kept.append(it)
        room -= cell_len(it.text)
    return tuple(kept)


def _window(lines: list[str], focus: int, height: int) -> list[str]:
    """Cut lines to a height, so that the one that counts is among them, and say where some are missing."""
    height = max(1, height)
    if len(lines) <= height:
        return lines
    begin = 0 if focus < height - 2 else max(0, min(focus - height // 2, len(lines) - height))
    shown = lines[begin : begin + height]
    if begin:
        shown[0] = _MORE
    if begin + height < len(lines):
        shown[-1] = _MORE
    return shown


def filled(lines: list[str], height: int) -> list[str]:
    """Cut lines to a height, or add empty ones."""
    return [*lines[:height], *[""] * (height - len(lines))]


def _beside(left: list[str], right: list[str], width: int, height: int) -> list[str]:
    rows = zip(filled(left, height), filled(right, height), strict=True)
    return [f"{one}{' ' * (width - cells(one))}│ {other}" for one, other in rows]


def _rule(width: int, at: int | None = None, crossing: str = "") -> str:
    return "─" * width if at is None else f"{'─' * at}{crossing}{'─' * (width - at - 1)}"


def cells(text: str) -> int:
    """Return how many columns a drawn line takes."""
    return cell_len(_STEERING.sub("", text))
