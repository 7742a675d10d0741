"""A trace that is played, as panes of blocks: the code, what is looked at, the map of the steps, the words.

One moment is one press of a key: a step, or within the match a rule that is held against the path. Nothing of
a later moment is in what an earlier one shows. It knows no terminal, no size and no colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from routelab.record import Record
from routelab.routing.candidate import Candidate, Verdict
from routelab.routing.outcome import Outcome
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    Details,
    Fragment,
    Line,
    Mark,
    Meaning,
    Phrase,
    line,
    phrase,
    status_meaning,
)
from routelab.screen.filetypes import language_of
from routelab.screen.selection import Selection, response_maker
from routelab.screen.shown.trace import conversions, step_row
from routelab.tracing.answers.answer import Way
from routelab.tracing.facts import Call
from routelab.tracing.phrases import count, cut
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from routelab.tracing.verdict import decision_answer

if TYPE_CHECKING:
    from routelab.lessons.tasks.answer import Guess  # a trace that no lesson asked about is played, too

_RULES = 10  # rules in the pane; of more, those that came near, and a count of the others
_FEW_RULES = 4  # of which each that does not fit has its reason below it
_RULE = 22  # characters: of longer rules the endpoints do not stand in a column
_METHOD, _METHODS = 4, 10  # characters: the column of the methods is as wide as GET and POST, or DELETE, ask
HERE, DONE, YES, NO = "▶", "✓", "✓", "✗"
HIDDEN = "..."
_WORDS = {
    "make_response": "make_response",
    "error": "exception",
    "match": "router",
    "converters": "converter",
}


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


class MapRow(Record):
    """A step on the map: what it is called and what it said; "..." for both while it is hidden."""

    number: int
    mark: str
    label: str
    what: Phrase


class Panes(Record):
    """One moment, pane by pane. `focus` is the block of a pane that has to be in sight.

    `word` is one that can be explained, `way` a request to try. `question` stands there until it is answered.
    """

    request: Phrase
    heading: str
    aside: str
    code: tuple[CodeFrame, ...]
    code_focus: int
    facts_title: str
    facts: tuple[Block, ...]
    facts_focus: int
    map: tuple[MapRow, ...]
    words: tuple[Block, ...]
    way: Way | None
    question: Phrase
    word: str
    number: int
    total: int


class PanesModel:
    """A trace and its chosen steps, moment by moment; `builtin` shows also the rule that Flask adds."""

    def __init__(
        self,
        trace: Trace,
        selection: Selection,
        *,
        guess: Guess | None = None,
        heading: str = "",
        builtin: bool = False,
    ) -> None:
        self.trace = trace
        self.steps: tuple[AnyStep, ...] = tuple(step for _, step in selection.steps)
        self._guess = guess
        self._heading = heading
        self._builtin = builtin
        self._match = next((step for step in self.steps if isinstance(step, MatchStep)), None)

    def with_builtin(self) -> PanesModel:
        """Show the rule that Flask adds, or hide it again."""
        chosen = Selection(steps=tuple(enumerate(self.steps, start=1)), total=len(self.steps))
        return PanesModel(
            self.trace, chosen, guess=self._guess, heading=self._heading, builtin=not self._builtin
        )

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """All moments, in order; the last of each step shows it whole."""
        return tuple(moment for at, step in enumerate(self.steps) for moment in self._moments_of(at, step))

    def _moments_of(self, at: int, step: AnyStep) -> Iterator[Moment]:
        if step is not self._match:
            yield Moment(step=at)
            return
        ends = [number for number, row in enumerate(self._tried, start=1) if self._stops(row)]
        total = len(self._tried)
        stops = [*(end for end in ends if end < total), total]
        for stop in stops:
            yield Moment(step=at, ticked=stop, whole=stop == total)

    def panes(self, at: int) -> Panes:
        """Return moment number `at`, from 0."""
        moment = self.moments[at]
        step = self.steps[moment.step]
        code, focus = self._code(moment, step)
        title, facts, facts_focus = self._facts(moment, step)
        return Panes(
            request=phrase(cut(self.trace.request.words), Meaning.REQUEST),
            heading=self._heading,
            aside="" if self._guess is None or not self._guess.chosen else f"you said {self._guess.own}",
            code=code,
            code_focus=focus,
            facts_title=title,
            facts=facts,
            facts_focus=facts_focus,
            map=tuple(self._map(moment)),
            words=tuple(self._words(moment, step)),
            way=self._way(moment),
            question=self._question(moment),
            word=self._word(moment, step),
            number=moment.step + 1,
            total=len(self.steps),
        )

    # The rules

    @cached_property
    def rules(self) -> tuple[PlacedCandidate, ...]:
        """The rules that have a place in the pane, in the order of decision."""
        if self._match is None:
            return ()
        every = [it for it in (*self._match.candidates, *self._elsewhere) if self._is_shown(it)]
        if len(every) <= _RULES:
            return tuple(every)
        return tuple([it for it in every if self._is_near(it)][:_RULES])

    @property
    def _elsewhere(self) -> Iterator[PlacedCandidate]:
        """The closest rules of a map of which only those that were looked at are told."""
        assert self._match is not None
        known = [it.candidate for it in self._match.candidates]
        yield from (it for it in self._match.closest if it.candidate not in known)

    def _is_shown(self, placed: PlacedCandidate) -> bool:
        own = placed.place.file is not None or placed.candidate.endpoint != "static"
        return own or self._builtin or self._is_near(placed)

    def _is_near(self, placed: PlacedCandidate) -> bool:
        assert self._match is not None
        candidate = placed.candidate
        return (
            candidate.looked_at
            or candidate.verdict is not Verdict.NO
            or any(candidate == it.candidate for it in self._match.closest)
        )

    @cached_property
    def _tried(self) -> tuple[PlacedCandidate, ...]:
        """The rules up to the one that won: what comes later in the order was not asked."""
        won = [number for number, it in enumerate(self.rules) if it.candidate.verdict is Verdict.MATCH]
        return self.rules[: won[0] + 1] if won else self.rules

    def _stops(self, placed: PlacedCandidate) -> bool:
        """Whether the walk stops at a rule: at each of a few, else at those that came near."""
        return len(self._tried) <= _RULES // 2 or self._is_near(placed)

    def _rule_lines(self, moment: Moment) -> Iterator[Block]:
        widest = max((len(it.candidate.rule) for it in self.rules), default=0)
        methods = max((len(_methods(it.candidate)) for it in self.rules), default=0)
        columns = (max(_METHOD, min(methods, _METHODS)), widest if widest <= _RULE else 0)
        for number, placed in enumerate(self.rules, start=1):
            candidate = placed.candidate
            ticked, here = number <= moment.ticked, number == moment.ticked
            yield _rule_line(candidate, columns, ticked=ticked, here=here)
            fits = candidate.verdict is Verdict.MATCH
            if ticked and not fits and (here or self._is_near(placed) or len(self.rules) <= _FEW_RULES):
                yield Details(blocks=(Details(blocks=(line(candidate.text, Meaning.REASON),)),))
        if self._match is not None and (more := self._match.rules_total - len(self.rules)) > 0:
            added = " (s shows Flask's own)" if more == 1 and self._hides_builtin else ""
            yield line(f"and {count(more, 'more rule')}{added}", Meaning.QUIET)

    @property
    def _hides_builtin(self) -> bool:
        return self._match is not None and any(not self._is_shown(it) for it in self._match.candidates)

    # The panes

    def _facts(self, moment: Moment, step: AnyStep) -> tuple[str, tuple[Block, ...], int]:
        """Return the title and the blocks of the pane beside the code, and the one to keep in sight."""
        if isinstance(step, MatchStep):
            blocks = tuple(self._rule_lines(moment))
            lines = [number for number, it in enumerate(blocks) if isinstance(it, Line)]
            return "RULES, in the order of decision", blocks, lines[max(0, moment.ticked - 1)] if lines else 0
        if isinstance(step, ViewStep):
            return "ARGUMENTS", tuple(self._arguments(step.call)), 0
        if isinstance(step, ConvertersStep):
            shown = conversions(step)
            return "ARGUMENTS", (shown,) if shown is not None else (line(step.headline),), 0
        row = step_row(self.trace, moment.step + 1, step)
        if isinstance(step, ResponseStep):
            return "HEADERS", row.details, 0
        if row.details:
            return step.title().upper(), row.details, 0
        if moment.step == 0:
            return step.title().upper(), (Line(text=row.what),), 0
        # What is left to say of this step stands in the words; what led to it stays in sight.
        before = next(it for it in reversed(self.moments) if it.step == moment.step - 1)
        return self._facts(before, self.steps[before.step])

    def _arguments(self, ran: Call) -> Iterator[Block]:
        rule = "" if self._match is None else self._match.rule or ""
        for argument in ran.arguments:
            written = next((it for it in _variables(rule) if it.strip("<>").endswith(argument.name)), "")
            yield Line(
                text=(
                    *phrase(f"{argument.name} = ", Meaning.LABEL),
                    *phrase(argument.value.repr, Meaning.STRONG),
                ),
                aside=phrase(f"from {written}" if written else "", Meaning.REASON),
            )
        if not ran.arguments:
            yield line("none")

    def _map(self, moment: Moment) -> Iterator[MapRow]:
        for number, step in enumerate(self.steps):
            seen = number < moment.step or (number == moment.step and moment.whole)
            label = step.label or step.kind()
            if number > moment.step:
                yield MapRow(number=number + 1, mark=" ", label=HIDDEN, what=())
                continue
            mark = HERE if number == moment.step else DONE
            yield MapRow(number=number + 1, mark=mark, label=label, what=self._said(step) if seen else ())

    def _said(self, step: AnyStep) -> Phrase:
        if isinstance(step, RequestStep):
            return phrase(cut(self.trace.request.words))
        if isinstance(step, ResponseStep):
            return phrase(step.headline, status_meaning(step.status))
        return phrase(step.headline)

    def _words(self, moment: Moment, step: AnyStep) -> Iterator[Block]:
        """Say what just happened, in the trace's own sentences."""
        if isinstance(step, MatchStep):
            yield from self._match_words(moment, step)
            return
        if moment.step == len(self.steps) - 1 and (cause := self.trace.cause):
            yield line(cause)
            return
        if isinstance(step, ResponseStep):
            why = step.why(response_maker(self.trace))
            yield line(f"{step.headline}: {why}." if why else f"{step.headline}.")
            return
        if isinstance(step, RequestStep):
            yield line("This is what the client sends. Nothing is decided yet.")
            return
        if isinstance(step, ViewStep) and step.details:  # "home() returned 'Hello' (str)"
            yield line(f"{step.headline} {step.details[0]}")
            yield from map(line, step.details[1:])
            return
        yield line(f"{step.title()}: {step.headline}.")
        if isinstance(step, ConvertersStep):  # beside these stands something else
            yield from map(line, step.details)

    def _match_words(self, moment: Moment, step: MatchStep) -> Iterator[Block]:
        if moment.whole:
            said = decision_answer(
                step, self.trace.request.method, self.trace.request.path, self.trace.app.target
            ).cause
            yield from map(line, said or (f"{step.headline}.",))
            yield from map(line, step.details)
        elif moment.ticked:
            candidate = self.rules[moment.ticked - 1].candidate
            why = "does not fit" if candidate.verdict is Verdict.NO else f"is not it: {candidate.text}"
            yield line(f"{candidate.rule} {why}.")

    def _way(self, moment: Moment) -> Way | None:
        if self._match is None or self._match not in self.steps[: moment.step + moment.whole]:
            return None
        ways = self.trace.answer.ways
        return ways[0] if ways else None

    def _question(self, moment: Moment) -> Phrase:
        guess = self._guess
        if guess is None:
            return ()
        told = self._told_at
        if moment.step > told or (moment.step == told and moment.whole):
            meaning = Meaning.RIGHT if guess.right else Meaning.TASK
            return (Fragment(text=guess.said, meaning=meaning),)
        choices = "   ".join(
            f"{letter} {label}{' (yours)' if letter == guess.chosen else ''}"
            for letter, label in guess.choices
        )
        return (*phrase(f"{guess.ask}   ", Meaning.TASK), *phrase(choices))

    @property
    def _told_at(self) -> int:
        """The number of the step that answers the question: the last where none of that kind is there."""
        assert self._guess is not None
        kind = self._guess.told_at
        found = [number for number, step in enumerate(self.steps) if step.kind() == kind]
        return found[0] if found else len(self.steps) - 1

    def _word(self, moment: Moment, step: AnyStep) -> str:
        if isinstance(step, MatchStep) and 0 < moment.ticked <= len(self.rules):
            reason = self.rules[moment.ticked - 1].candidate.reason
            words = {"converter": "converter", "method": "method", "outranked": "shadowed"}
            return words.get(reason.value, "rule") if reason is not None else "rule"
        return _WORDS.get(step.kind(), step.kind())

    # The code

    def _code(self, moment: Moment, step: AnyStep) -> tuple[tuple[CodeFrame, ...], int]:
        """Return the code that is known by now, with the line that decides marked."""
        frames: dict[tuple[str, int], tuple[str, ...]] = {}
        for each in self._nearby(moment):
            frames.setdefault((each[0], each[1]), each[2])
        for file, first, lines in self._winners_rule(moment):
            frames.setdefault((file, first), lines)
        for done in self.steps[: moment.step + 1]:
            for ran in _calls(done):
                if ran.place.file is not None and ran.first_line is not None and ran.source:
                    frames.setdefault((ran.place.file, ran.first_line), ran.source)
        spot = self._deciding(moment, step)
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
        reached = match in self.steps[: moment.step + moment.whole]
        own = {it.place for it in match.candidates if it.place.file is not None}
        if not reached and len(match.nearby) < len(own):
            return  # what is near would give away what the router is about to find
        for it in match.nearby:
            if it.place.file is not None:
                yield it.place.file, it.first, it.lines

    def _winners_rule(self, moment: Moment) -> Iterator[tuple[str, int, tuple[str, ...]]]:
        """Give the lines above the view that won, which hold its rule; the view itself has not run yet."""
        match, view = self._match, self.trace.first(ViewStep)
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
        return self.steps[: moment.step + moment.whole]

    def _deciding(self, moment: Moment, step: AnyStep) -> Spotted | None:
        """Return the line that this moment is about."""
        if isinstance(step, MatchStep):
            return self._rule_line(moment)
        if isinstance(step, ConvertersStep):
            return self._rule_line(Moment(step=moment.step, ticked=len(self._tried)))
        if isinstance(step, ViewStep) and step.call.answered_by is not None:
            spot = self.trace.answer.spot
            return None if spot is None else Spotted(file=spot.file, line=spot.line)
        for ran in _calls(step):
            raised = ran.raised
            if raised is not None and raised.file == ran.place.file and raised.line is not None:
                return Spotted(file=raised.file or "", line=raised.line)
            if ran.place.file is not None and ran.place.line is not None:
                return Spotted(file=ran.place.file, line=ran.place.line)
        return None

    def _rule_line(self, moment: Moment) -> Spotted | None:
        if not moment.ticked or moment.ticked > len(self.rules):
            return None
        placed = self.rules[moment.ticked - 1]
        answer = self.trace.answer
        if moment.whole and answer.nearest is not None:
            placed = answer.nearest
        place, rule = placed.place, placed.candidate.rule
        if place.file is None or place.line is None:
            return None
        compared = answer.comparison if moment.whole else None
        at = None if compared is None or compared.decides >= len(compared.rule) else compared.decides
        piece = rule if compared is None or at is None else compared.rule[at]
        return Spotted(file=place.file, line=place.line, rule=rule, piece=piece)


def _methods(candidate: Candidate) -> str:
    named = ",".join(it for it in candidate.methods or ("any",) if it not in ("HEAD", "OPTIONS"))
    return named or "OPTIONS"


def _rule_line(candidate: Candidate, columns: tuple[int, int], *, ticked: bool, here: bool) -> Line:
    """Show a rule of the pane, ticked off or not yet; `columns` are those of its methods and its path."""
    fits = candidate.verdict is Verdict.MATCH
    mark = (YES if fits else NO) if ticked else " "
    return Line(
        text=(
            *phrase(f"{HERE if here else ' '} ", Meaning.STRONG),
            *phrase(f"{mark} ", Meaning.RIGHT if fits else Meaning.WRONG),
            *phrase(f"{_methods(candidate):<{columns[0]}} "),
            *phrase(f"{candidate.rule:<{columns[1]}}", Meaning.STRONG if here else Meaning.RULE),
            *phrase(f"  {candidate.endpoint}"),
        )
    )


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


def _variables(rule: str) -> Iterator[str]:
    """Yield the variables of a rule as they are written: "<int:post_id>"."""
    for piece in rule.split("<")[1:]:
        yield f"<{piece.partition('>')[0]}>"
