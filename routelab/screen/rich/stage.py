"""The classroom's screen: big, few words, nothing dim, one thing below the other in the upper two thirds.

A function from a DemoView and a size to lines. It knows no key and asks no terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from rich.cells import cell_len

from routelab.screen.blocks import CodeFrame, Fragment, Mark, Meaning, Phrase, phrase, words_of
from routelab.screen.rich.console import drawn, drawn_line
from routelab.screen.rich.panes import PLAINER, cells, cut_phrase, filled
from routelab.screen.selection import select
from routelab.screen.shown.answer import verdict_meaning
from routelab.screen.shown.demo import code_frame, hands_words, step_dots
from routelab.screen.shown.replies import reply_blocks
from routelab.session.demo.scene import HeldAgainst, Piece, Scene, Thing, pieces_of
from routelab.session.demo.stage import DemoView

_INDENT = 6  # columns in front of what is shown; none where it is narrow
_NARROW = 60
_KEYS = ("Space: reveal", "a-d: hands", "n/p: page", "+ -: detail", ".: black", "Tab: type", "Esc: end")
_BOX = 6  # columns of the box around the question
_HEADERS = 6
_WIDEST = 96  # columns: what stands further right is not seen from the last row

Section = list[Phrase]
# Where there is no room for all of it, the code goes first; what came last always stays.
_GIVE_WAY = (Thing.CODE, Thing.RULE, Thing.CROSS)


def stage_lines(view: DemoView, width: int, height: int, *, colour: bool, plainer: bool = False) -> list[str]:
    """Draw a view in exactly `height` lines of at most `width` columns."""
    if view.black:
        return [""] * height
    stage = _Stage(view, width, colour)
    foot = stage.foot()
    room = height - len(foot)
    body = filled(stage.body(room), room)
    lines = [*body, *foot][:height]
    return [line.translate(PLAINER) for line in lines] if plainer else lines


class _Stage:
    def __init__(self, view: DemoView, width: int, colour: bool) -> None:
        self._view = view
        self._width = width
        self._colour = colour
        self._indent = _INDENT if width >= _NARROW else 1
        self._room = min(width - self._indent - 1, _WIDEST)

    def body(self, height: int) -> list[str]:
        """Draw what is revealed."""
        view = self._view
        named = [*self._sections()]
        sections = [section for _, section in named]
        airy = sum(map(len, sections)) + len(sections) + 2 <= height
        for gives_way in _GIVE_WAY:
            if sum(len(section) + airy for section in sections) + 1 <= height:
                break
            named = [(name, section) for name, section in named if name is not gives_way]
            sections = [section for _, section in named]
        lines = [self._head(), *([""] if airy else [])]
        if view.scene is not None and view.scene.items and not view.scene.things:
            drawing = drawn(reply_blocks(view.scene.items), width=self._width - 2, colour=self._colour)
            return [*lines, *(f" {line}" for line in drawing)][:height]
        for section in sections:
            lines += [self._draw(line) for line in section]
            lines += [""] if airy else []
        return lines[:height]

    def foot(self) -> list[str]:
        """Draw how far the request is, and the keys."""
        view = self._view
        keys = ""
        for key in ("Tab: back to the script", "Enter: run") if view.free else _KEYS:
            longer = f"{keys}   {key}" if keys else f" {key}"
            if len(longer) > self._width:
                break
            keys = longer
        steps = self._steps()
        before = max(0, self._width - cell_len("".join(it.text for it in steps)) - 1)
        return [
            f"{' ' * before}{drawn_line(cut_phrase(steps, self._width - 1), colour=self._colour)}",
            "─" * self._width,
            keys,
        ]

    def _head(self) -> str:
        view = self._view
        cursor = "" if view.scene is not None or view.finished else "▁"
        line = " ".join(f"{view.line}{cursor}".split())
        where = f"{view.title}, " if view.title and self._width >= _NARROW else ""
        where = "your own line" if view.free else f"{where}{view.page} of {view.pages}"
        where = "" if view.pages == 1 and not view.title and not view.free else where
        room = self._width - len(where) - 4
        left = drawn_line(cut_phrase(phrase(f" {line}", Meaning.STRONG), room), colour=self._colour)
        right = drawn_line(phrase(where, Meaning.TITLE), colour=self._colour)
        return f"{left}{' ' * max(1, self._width - cells(left) - cells(right) - 1)}{right}"

    def _steps(self) -> Phrase:
        view = self._view
        scene = view.scene
        if scene is None or not scene.steps:
            return ()
        said = step_dots(view)
        if len(said) > self._width - 2:
            said = f"{view.steps_seen} of {len(scene.steps)} steps"
        return phrase(said, Meaning.TITLE)

    def _draw(self, said: Phrase) -> str:
        return " " * self._indent + drawn_line(cut_phrase(said, self._room), colour=self._colour)

    # Sections, in the order in which they are revealed

    def _sections(self) -> Iterator[tuple[Thing, Section]]:
        view, scene = self._view, self._view.scene
        if view.finished:
            yield Thing.PATH, [phrase("Now you:", Meaning.TITLE)]
            yield Thing.ANSWER, self._folded(view.end, Meaning.STRONG)
            return
        if scene is None or not scene.things:
            return
        things = view.things
        if Thing.PATH in things and Thing.RULE not in things:
            yield Thing.PATH, list(self._path(scene))
        if Thing.RULE in things and scene.held is not None:
            yield Thing.RULE, list(self._rule(scene, scene.held))
        if Thing.CROSS in things and scene.nothing_near:
            yield Thing.CROSS, self._folded(f"✗ {scene.nothing_near}", Meaning.WRONG)
        if Thing.CODE in things and scene.code is not None:
            yield Thing.CODE, list(self._code(code_frame(scene.code, told=view.told)))
        if view.asks:
            yield Thing.QUESTION, list(self._question(scene))
        if view.told:
            yield Thing.ANSWER, list(self._answer(scene))
        for section in self._details(scene):
            yield Thing.ANSWER, section

    def _path(self, scene: Scene) -> Iterator[Phrase]:
        """Set the path where it stays when the rule comes below it."""
        pieces = pieces_of(scene)
        widths = _widths(pieces)
        if not self._fits(widths):  # then the rule does not come below it
            widths = [cell_len(piece.path) for piece in pieces]
        yield _row([piece.path for piece in pieces], widths)
        yield _row([_under(piece.path) for piece in pieces], widths)

    def _rule(self, scene: Scene, held: HeldAgainst) -> Iterator[Phrase]:
        """Set path and rule under each other, cut at the slashes, with the marks that are revealed."""
        ticks, cross = Thing.TICK in self._view.things, Thing.CROSS in self._view.things
        pieces = pieces_of(scene)
        widths = _widths(pieces)
        marks = [_mark(piece.fits, ticks, cross) for piece in pieces]
        if not self._fits(widths):
            yield from self._stacked(pieces, marks)
        else:
            yield from self._path(scene)
            yield _row([piece.rule for piece in pieces], widths)
            yield _row([_under(piece.rule) for piece in pieces], widths)
            yield _marks(marks, widths)
        yield phrase(held.view)
        if cross and held.why:
            yield from self._folded(held.why, Meaning.WRONG)

    def _fits(self, widths: list[int]) -> bool:
        return sum(widths) + 2 * len(widths) <= self._room

    def _stacked(self, pieces: list[Piece], marks: list[str]) -> Iterator[Phrase]:
        """Set each piece on a line of its own, where they do not fit beside each other."""
        for piece, mark in zip(pieces, marks, strict=True):
            meaning = Meaning.WRONG if mark == "✗" else Meaning.RIGHT
            against = f"   {piece.rule}" if piece.rule and piece.rule != piece.path else ""
            yield (*phrase(f"{mark or ' '} ", meaning), *phrase(f"{piece.path}{against}", Meaning.STRONG))

    def _code(self, code: CodeFrame) -> Iterator[Phrase]:
        mark = code.mark or Mark(line=0)
        for number, text in enumerate(code.lines, start=code.first):
            marked = number == mark.line
            sign = f"{'▶' if marked else ' '}{number:>3}  "
            yield (*phrase(sign, Meaning.STRONG), *phrase(text, Meaning.STRONG if marked else Meaning.TEXT))
            if marked and mark.end > mark.start and self._width >= _NARROW:
                under = " " * cell_len(text[: mark.start]) + "^" * cell_len(text[mark.start : mark.end])
                yield phrase(" " * len(sign) + under, Meaning.WRONG)

    def _question(self, scene: Scene) -> Iterator[Phrase]:
        asked = scene.question
        if asked is None:
            return
        ask = self._folded(asked.ask, Meaning.TITLE, room=self._room - _BOX)
        hands = f"     ({self._view.hands} hands for ...)" if self._view.hands else ""
        choices = [
            f"{letter}  {label}" + (f" ({count})" if (count := self._view.votes.get(letter)) else "")
            for letter, label in asked.choices
        ]
        together = "     ".join(choices)
        rows = [phrase(f"{together}{hands}", Meaning.STRONG)]
        if cell_len(together) > self._room - _BOX:
            rows = [phrase(choice, Meaning.STRONG) for choice in choices]
        yield from _boxed([*ask, *rows]) if self._width >= _NARROW else [*ask, *rows]

    def _answer(self, scene: Scene) -> Iterator[Phrase]:
        trace = scene.trace
        if trace is None:
            return
        yield phrase(scene.verdict, verdict_meaning(trace))
        if said := hands_words(self._view):
            yield phrase(said, Meaning.TITLE)
        yield from self._folded(scene.said_below)[:4]

    def _details(self, scene: Scene) -> Iterator[Section]:
        view, trace = self._view, scene.trace
        if not view.told or trace is None:
            return
        if view.detail >= 1 and trace.response is not None:
            yield [
                (*phrase(f"{name}: ", Meaning.HEADER), *phrase(value))
                for name, value in trace.response.headers[:_HEADERS]
            ]
        if view.detail >= 2:
            yield [
                (*phrase(f"{step.label or step.kind()}   ", Meaning.LABEL), *phrase(step.headline))
                for _, step in select(trace, verbose=False).steps
            ]

    def _folded(self, text: str, meaning: Meaning = Meaning.TEXT, *, room: int = 0) -> Section:
        width = max(10, room or self._room)
        lines = textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)
        return [phrase(line, meaning) for line in lines]


def _mark(fits: bool | None, ticks: bool, cross: bool) -> str:
    if fits is None:
        return ""
    return ("✓" if ticks or cross else "") if fits else ("✗" if cross else "")


def _under(piece: str) -> str:
    """Underline a piece, but for its slash."""
    slash = piece.startswith("/")
    return " " * slash + "─" * (cell_len(piece) - slash)


def _boxed(lines: Section) -> Section:
    """Draw a box around lines, so that the question is found at once."""
    width = max(cell_len(words_of(line)) for line in lines)
    inside = [
        (*phrase("│  "), *line, *phrase(f"{' ' * (width - cell_len(words_of(line)))}  │")) for line in lines
    ]
    return [phrase(f"┌{'─' * (width + 4)}┐"), *inside, phrase(f"└{'─' * (width + 4)}┘")]


def _marks(marks: list[str], widths: list[int]) -> Phrase:
    """Set each mark under the middle of its piece."""
    meanings = {"✓": Meaning.RIGHT, "✗": Meaning.WRONG}
    return tuple(
        Fragment(text=f"{mark.center(width)}  ", meaning=meanings.get(mark, Meaning.TEXT))
        for mark, width in zip(marks, widths, strict=True)
    )


def _row(cells_of: list[str], widths: list[int]) -> Phrase:
    padded = (text + " " * (width - cell_len(text)) for text, width in zip(cells_of, widths, strict=True))
    return phrase("  ".join(padded).rstrip(), Meaning.STRONG)


def _widths(pieces: list[Piece]) -> list[int]:
    return [max(cell_len(piece.path), cell_len(piece.rule)) for piece in pieces]
