"""What a line of a demo reveals, one thing at a time: path, rule, ticks, cross, code, question, answer.

It reads a finished trace and says nothing of its own that is not in it; it knows no key and no screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from routelab.oneof import OneOf
from routelab.pythontext import unindented
from routelab.routing.candidate import Verdict
from routelab.routing.outcome import Outcome
from routelab.routing.wording import method_word
from routelab.session.demo.script import AskedOf, DemoLine
from routelab.session.reply import Item
from routelab.tracing.answers.answer import Comparison
from routelab.tracing.answers.router import asked_path, asked_segments, segments
from routelab.tracing.facts import Place
from routelab.tracing.phrases import location
from routelab.tracing.steps.match import MatchStep, PlacedAllowingRule, PlacedCandidate
from routelab.tracing.steps.step import Importance
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace

_ASK = "What will the browser get?"
_USUAL = (200, 404, 405, 500)
_CODE = 6  # lines; more nobody reads from the last row


class Thing(OneOf):
    """What is revealed with one key, in this order."""

    PATH = "path"
    RULE = "rule"
    TICK = "tick"
    CROSS = "cross"
    CODE = "code"
    QUESTION = "question"
    ANSWER = "answer"


class Piece(NamedTuple):
    """A piece of the path above the piece of the rule that it is held against; both may be "".

    `fits` is None where the two were not compared any more.
    """

    path: str
    rule: str
    fits: bool | None


class HeldAgainst(NamedTuple):
    """The path held against one rule; the first piece may be the method. `why` is why it does not fit."""

    pieces: tuple[Piece, ...]
    methods: str
    method_fits: bool | None
    endpoint: str
    place: Place
    why: str

    @property
    def rule(self) -> str:
        """The rule, whole."""
        return "".join(piece.rule for piece in self.pieces)

    @property
    def decides(self) -> int | None:
        """Which piece does not fit; None where all do, or none was compared."""
        return next((at for at, piece in enumerate(self.pieces) if piece.fits is False), None)

    @property
    def view(self) -> str:
        """The view behind the rule: "show_post   app.py:12"."""
        return "   ".join(filter(None, (self.endpoint, location(self.place))))


class CodeShown(NamedTuple):
    """Lines of the view that decides, from line `first` on, with the piece of line `marked` that counts.

    `decides` is the line to mark once the answer is told: before, it would give the answer away.
    """

    file: str
    first: int
    lines: tuple[str, ...]
    marked: int
    start: int = 0
    end: int = 0
    decides: int = 0


class Scene(NamedTuple):
    """What a line came to: of a request all there is to reveal, of anything else the reply's items."""

    typed: str
    things: tuple[Thing, ...] = ()
    trace: Trace | None = None
    held: HeldAgainst | None = None
    nothing_near: str = ""
    code: CodeShown | None = None
    question: AskedOf | None = None
    verdict: str = ""
    said: str = ""
    steps: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def said_below(self) -> str:
        """What the answer says beside the verdict; "" where that stands above already."""
        above = "" if self.held is None else f"{self.held.why}."
        return "" if self.said == above else self.said

    @property
    def right(self) -> str:
        """The letter of the right choice; "" where there is none, or no question."""
        return "" if self.question is None or self.trace is None else self.question.answered(self.trace)


def scene_of(line: DemoLine, trace: Trace) -> Scene:
    """Find what a request reveals."""
    match = trace.first(MatchStep)
    held = None if match is None else _held_against(trace, match)
    cause = trace.answer.cause
    near = "" if held is not None or match is None or match.outcome is Outcome.NOT_TRIED else cause[0]
    code = next(_codes(trace, held), None)
    things = [Thing.PATH]
    if held is not None:
        things.append(Thing.RULE)
        things += [Thing.TICK] if any(it.fits for it in held.pieces) else []
        things += [Thing.CROSS] if held.method_fits is False or held.decides is not None else []
    elif near:
        things.append(Thing.CROSS)
    things += [Thing.CODE] if code is not None else []
    return Scene(
        typed=line.typed,
        things=(*things, Thing.QUESTION, Thing.ANSWER),
        trace=trace,
        held=held,
        nothing_near=near,
        code=code,
        question=line.question or _question(trace),
        verdict=trace.verdict,
        said=" ".join(cause),
        steps=tuple(
            step.label or step.kind() for step in trace.steps if step.importance is not Importance.DETAIL
        ),
    )


# Path and rule


def _held_against(trace: Trace, match: MatchStep) -> HeldAgainst | None:
    """Hold the path against one rule: the nearest, the one that won, or that refused or redirected."""
    if trace.answer.nearest is not None:
        return _nearest(trace, trace.answer.nearest, trace.answer.comparison)
    if match.outcome is Outcome.MATCHED:
        winner = next((it for it in match.candidates if it.candidate.verdict is Verdict.MATCH), None)
        return None if winner is None else _fitting(trace, winner, why="")
    if match.authors:
        return _other_method(trace, match, match.authors[0])
    if match.redirect is not None:
        asked = next((it for it in match.candidates if it.candidate.rule == match.redirect.rule), None)
        return None if asked is None else _whole(trace, asked, fits=False)._replace(why=match.headline)
    return None


def _nearest(trace: Trace, nearest: PlacedCandidate, compared: Comparison | None) -> HeldAgainst:
    if compared is None:
        return _whole(trace, nearest, fits=False)
    pieces = tuple(
        Piece(path=path, rule=rule, fits=at < compared.decides if at <= compared.decides else None)
        for at, (path, rule) in enumerate(zip_longest(compared.path, compared.rule, fillvalue=""))
    )
    return HeldAgainst(
        pieces=pieces,
        methods="",
        method_fits=None,
        endpoint=compared.endpoint,
        place=compared.place,
        why=nearest.candidate.text,
    )


def _other_method(trace: Trace, match: MatchStep, author: PlacedAllowingRule) -> HeldAgainst | None:
    allowed = next((it for it in match.candidates if it.candidate.endpoint == author.rule.endpoint), None)
    if allowed is None:
        return None
    methods = ", ".join(map(method_word, author.rule.methods))
    held = _fitting(trace, allowed, why=f"{trace.request.method} is not {methods}")
    return held._replace(methods=methods, method_fits=False)


def _fitting(trace: Trace, placed: PlacedCandidate, *, why: str) -> HeldAgainst:
    """Set each piece of the path above its piece of the rule, where both have as many."""
    path, rule = asked_segments(asked_path(trace)), segments(placed.candidate.rule)
    if len(path) != len(rule) or any("<path" in piece for piece in rule):
        return _whole(trace, placed, fits=True)._replace(why=why)
    pieces = tuple(Piece(path=one, rule=other, fits=True) for one, other in zip(path, rule, strict=True))
    return _whole(trace, placed, fits=True)._replace(pieces=pieces, why=why)


def _whole(trace: Trace, placed: PlacedCandidate, *, fits: bool) -> HeldAgainst:
    piece = Piece(path=asked_path(trace), rule=placed.candidate.rule, fits=fits)
    return HeldAgainst(
        pieces=(piece,),
        methods="",
        method_fits=None,
        endpoint=placed.candidate.endpoint,
        place=placed.place,
        why="" if fits else placed.candidate.text,
    )


def pieces_of(scene: Scene) -> list[Piece]:
    """Give the method, and the pieces of the path, each with what the rule has for it."""
    assert scene.trace is not None
    request, held = scene.trace.request, scene.held
    if held is None:
        return [Piece(path=it, rule="", fits=None) for it in (request.method, request.path)]
    if held.method_fits is False:
        return [Piece(path=request.method, rule=held.methods, fits=False), *held.pieces]
    return [Piece(path=request.method, rule="", fits=None), *held.pieces]


# Code


def _codes(trace: Trace, held: HeldAgainst | None) -> Iterator[CodeShown]:
    """Show the view that ran, or that of the rule that came near; the piece that decides is marked."""
    spot = trace.answer.spot
    view = trace.first(ViewStep)
    if view is not None and view.call.place.file is not None and view.call.first_line is not None:
        call = view.call
        decides = spot.line if spot is not None and spot.file == call.place.file else 0
        shown = _windowed(call.place.file or "", call.first_line or 1, call.source, decides or 1)
        yield shown._replace(marked=call.place.line or 0, decides=decides)
    match = trace.first(MatchStep)
    for near in () if match is None or held is None else match.nearby:
        if held is not None and near.place == held.place:
            yield _with_piece(_windowed(near.place.file or "", near.first, near.lines, near.first), held)
    if spot is not None:
        yield CodeShown(
            file=spot.file,
            first=spot.first,
            lines=spot.lines,
            marked=spot.line,
            start=spot.start,
            end=spot.end,
        )


def _windowed(file: str, first: int, lines: tuple[str, ...], marked: int) -> CodeShown:
    """Keep the lines around the marked one, where there are more than can be read."""
    at = max(0, min(marked - first - _CODE + 2, len(lines) - _CODE)) if len(lines) > _CODE else 0
    kept = lines[at : at + _CODE]
    return CodeShown(file=file, first=first + at, lines=unindented(kept), marked=marked)


def _with_piece(code: CodeShown, held: HeldAgainst) -> CodeShown:
    """Mark the piece of the decorator at which path and rule part."""
    at = held.decides
    bad = "" if at is None else held.pieces[at].rule
    before = "".join(piece.rule for piece in held.pieces[:at])
    for number, text in enumerate(code.lines):
        if (found := text.find(held.rule)) >= 0 and text.lstrip().startswith("@"):
            start = found + len(before) + bad.startswith("/")
            end = found + len(before) + len(bad)
            return code._replace(marked=code.first + number, start=start, end=end)
    return code


# The question


def _question(trace: Trace) -> AskedOf:
    """Ask for the status, with the usual ones to choose from; the one that it is has its place among them."""
    response = trace.response
    status = 0 if response is None else response.status
    usual = _USUAL if status in _USUAL or response is None else tuple(sorted({200, 404, 500, status}))
    labels = [*map(str, usual[:3]), "nothing"] if response is None else list(map(str, usual))
    choices = tuple(zip("abcd", labels, strict=True))
    return AskedOf(ask=_ASK, choices=choices, answered=_status_letter)


def _status_letter(trace: Trace) -> str:
    status = "nothing" if trace.response is None else str(trace.response.status)
    return next((letter for letter, label in _question(trace).choices if label == status), "")
