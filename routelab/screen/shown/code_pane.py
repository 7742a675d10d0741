"""The code that is known at a moment of a trace, with the line that decides marked.

Of the other panes it knows the rules alone. Nothing of a later moment is in what an earlier one shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from routelab.record import Record
from routelab.routing.outcome import Outcome
from routelab.screen.blocks import CodeFrame, Mark
from routelab.screen.filetypes import language_of
from routelab.screen.shown.rules_pane import RulesPane
from routelab.tracing.facts import Call
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace


class Moment(Record):
    """A place in a trace: step number `step`, from 0, with so many of its `ticked` rules held up."""

    step: int
    ticked: int = 0
    whole: bool = True


class Spotted(Record):
    """The line that a moment is about; of a `rule` that is written in it, the `piece` that decides."""

    file: str
    line: int
    rule: str = ""
    piece: str = ""


class CodePane:
    """The code of a trace's chosen steps."""

    def __init__(
        self, trace: Trace, steps: tuple[AnyStep, ...], match: MatchStep | None, rules: RulesPane
    ) -> None:
        self._trace = trace
        self._steps = steps
        self._match = match
        self._rules = rules

    def at(self, moment: Moment) -> tuple[tuple[CodeFrame, ...], int]:
        """Return the code that is known by now, with the line that decides marked."""
        frames: dict[tuple[str, int], tuple[str, ...]] = {}
        for file, first, lines in (*self._nearby(moment), *self._winners_rule(moment)):
            frames.setdefault((file, first), lines)
        for done in self._steps[: moment.step + 1]:
            for ran in _calls(done):
                if ran.place.file is not None and ran.first_line is not None and ran.source:
                    frames.setdefault((ran.place.file, ran.first_line), ran.source)
        spot = self._deciding(moment, self._steps[moment.step])
        shown: list[CodeFrame] = []
        focus = 0
        for (file, first), lines in sorted(frames.items()):
            inside = spot is not None and spot.file == file and first <= spot.line < first + len(lines)
            if inside:
                focus = len(shown)
            mark = _marked(lines, first, spot) if inside and spot is not None else None
            shown.append(
                CodeFrame(lines=lines, file=file, first=first, language=language_of(file), mark=mark)
            )
        return tuple(shown), focus

    def _nearby(self, moment: Moment) -> Iterator[tuple[str, int, tuple[str, ...]]]:
        match = self._match
        if match is None:
            return
        reached = match in self._steps[: moment.step + moment.whole]
        own = {it.place for it in match.candidates if it.place.file is not None}
        if not reached and len(match.nearby) < len(own):
            return  # what is near would give away what the router is about to find
        for it in match.nearby:
            if it.place.file is not None:
                yield it.place.file, it.first, it.lines

    def _winners_rule(self, moment: Moment) -> Iterator[tuple[str, int, tuple[str, ...]]]:
        """Give the lines above the view that won, which hold its rule; the view itself has not run yet."""
        match, view = self._match, self._trace.first(ViewStep)
        if (
            match is None
            or match.outcome is not Outcome.MATCHED
            or view is None
            or view in self._seen(moment)
        ):
            return
        call = view.call
        if match in self._seen(moment) and call.place.file is not None and call.first_line is not None:
            above = (call.place.line or 0) - call.first_line + 1
            if above > 1:
                yield call.place.file, call.first_line, call.source[:above]

    def _seen(self, moment: Moment) -> tuple[AnyStep, ...]:
        return self._steps[: moment.step + moment.whole]

    def _deciding(self, moment: Moment, step: AnyStep) -> Spotted | None:
        """Return the line that this moment is about."""
        if isinstance(step, MatchStep):
            return self._rule_line(moment)
        if isinstance(step, ConvertersStep):
            return self._rule_line(Moment(step=moment.step, ticked=len(self._rules.tried)))
        if isinstance(step, ViewStep) and step.call.answered_by is not None:
            spot = self._trace.answer.spot
            return None if spot is None else Spotted(file=spot.file, line=spot.line)
        for ran in _calls(step):
            raised = ran.raised
            if raised is not None and raised.file == ran.place.file and raised.line is not None:
                return Spotted(file=raised.file or "", line=raised.line)
            if ran.place.file is not None and ran.place.line is not None:
                return Spotted(file=ran.place.file, line=ran.place.line)
        return None

    def _rule_line(self, moment: Moment) -> Spotted | None:
        if not moment.ticked or moment.ticked > len(self._rules.rules):
            return None
        placed = self._rules.rules[moment.ticked - 1]
        answer = self._trace.answer
        if moment.whole and answer.nearest is not None:
            placed = answer.nearest
        place, rule = placed.place, placed.candidate.rule
        if place.file is None or place.line is None:
            return None
        compared = answer.comparison if moment.whole else None
        at = None if compared is None or compared.decides >= len(compared.rule) else compared.decides
        piece = rule if compared is None or at is None else compared.rule[at]
        return Spotted(file=place.file, line=place.line, rule=rule, piece=piece)


def _calls(step: AnyStep) -> tuple[Call, ...]:
    """Return the runs of the app's own functions that a step tells of."""
    if isinstance(step, ViewStep | HookStep):
        return (step.call,)
    if isinstance(step, ErrorStep) and step.handler is not None:
        return (step.handler,)
    return ()


def _marked(lines: Sequence[str], first: int, spot: Spotted) -> Mark:
    """Mark a line; of a rule the decorator that it is written in, where the view's lines show it."""
    for at, text in enumerate(lines if spot.rule else ()):
        for written in (f'"{spot.rule}"', f"'{spot.rule}'"):
            if (found := text.find(written)) >= 0 and text.lstrip().startswith("@"):
                # The last place of the piece: the same piece may stand in front of it.
                start = text.rfind(spot.piece, found + 1, found + 1 + len(spot.rule))
                slash = spot.piece.startswith("/") and len(spot.piece) > 1
                return Mark(line=first + at, start=start + slash, end=start + len(spot.piece))
    return Mark(line=spot.line)
