"""A trace that is played, as panes of blocks: the code, what is looked at, the map of the steps, the words.

One moment is one press of a key: a step, or within the match a rule that is held against the path. Nothing of
a later moment is in what an earlier one shows. It knows no terminal, no size and no colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from routelab.record import Record
from routelab.routing.candidate import Verdict
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    Line,
    Meaning,
    Phrase,
    line,
    phrase,
    status_meaning,
)
from routelab.screen.selection import Selection, response_maker
from routelab.screen.shown.code_pane import CodePane, Moment
from routelab.screen.shown.rules_pane import HERE, RulesPane
from routelab.screen.shown.step import conversions, step_row
from routelab.tracing.answers.answer import Way
from routelab.tracing.facts import Call
from routelab.tracing.phrases import cut
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from routelab.tracing.verdict import decision_answer

if TYPE_CHECKING:
    from routelab.lessons.tasks.answer import Guess  # a trace that no lesson asked about is played, too

DONE = "✓"
HIDDEN = "..."
_WORDS = {
    "make_response": "make_response",
    "error": "exception",
    "match": "router",
    "converters": "converter",
}


class MapRow(Record):
    """A step on the map: what it is called and what it said; "..." for both while it is hidden."""

    number: int
    mark: str
    label: str
    what: Phrase


class Panes(Record):
    """One moment, pane by pane. `focus` is the block of a pane that has to be in sight.

    `word` is one that can be explained, `way` a request to try. `question` stands there until it is answered,
    and `choices` beside it: each is a label, and behind it whether the learner chose it. `builtin` tells
    whether the rule that Flask adds is shown, None where none can be shown or hidden at this moment.
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
    choices: tuple[Phrase, ...]
    word: str
    number: int
    total: int
    builtin: bool | None


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
        self._rules = RulesPane(self._match, builtin=builtin)
        self._code = CodePane(trace, self.steps, self._match, self._rules)

    def with_builtin(self) -> PanesModel:
        """Show the rule that Flask adds, or hide it again."""
        chosen = Selection(steps=tuple(enumerate(self.steps, start=1)), total=len(self.steps))
        return PanesModel(
            self.trace, chosen, guess=self._guess, heading=self._heading, builtin=not self._builtin
        )

    @property
    def rules(self) -> tuple[PlacedCandidate, ...]:
        """The rules that have a place in the pane, in the order of decision."""
        return self._rules.rules

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """All moments, in order; the last of each step shows it whole."""
        return tuple(moment for at, step in enumerate(self.steps) for moment in self._moments_of(at, step))

    def _moments_of(self, at: int, step: AnyStep) -> Iterator[Moment]:
        if step is not self._match:
            yield Moment(step=at)
            return
        for stop in self._rules.stops:
            yield Moment(step=at, ticked=stop, whole=stop == len(self._rules.tried))

    def panes(self, at: int) -> Panes:
        """Return moment number `at`, from 0."""
        moment = self.moments[at]
        step = self.steps[moment.step]
        code, focus = self._code.at(moment)
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
            choices=() if self._answered(moment) else self._choices,
            word=self._word(moment, step),
            number=moment.step + 1,
            total=len(self.steps),
            builtin=self._rules.builtin if step is self._match else None,
        )

    # The panes

    def _facts(self, moment: Moment, step: AnyStep) -> tuple[str, tuple[Block, ...], int]:
        """Return the title and the blocks of the pane beside the code, and the one to keep in sight."""
        if isinstance(step, MatchStep):
            blocks = tuple(self._rules.lines(moment.ticked))
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
        if moment.step == 0:
            return step.title().upper(), (Line(text=row.what), *row.details), 0
        if row.details:
            return step.title().upper(), row.details, 0
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
        if not self._answered(moment):
            return phrase(guess.ask, Meaning.TASK)
        return phrase(guess.said, Meaning.RIGHT if guess.right else Meaning.TASK)

    @property
    def _choices(self) -> tuple[Phrase, ...]:
        guess = self._guess
        given = () if guess is None else guess.choices
        yours = "" if guess is None else guess.chosen
        return tuple(
            phrase(f"{letter} {label}") + (phrase(" (yours)") if letter == yours else ())
            for letter, label in given
        )

    def _answered(self, moment: Moment) -> bool:
        """Tell whether what was reached answers the question."""
        if self._guess is None:
            return True
        told = self._told_at
        return moment.step > told or (moment.step == told and moment.whole)

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


def _variables(rule: str) -> Iterator[str]:
    """Yield the variables of a rule as they are written: "<int:post_id>"."""
    for piece in rule.split("<")[1:]:
        yield f"<{piece.partition('>')[0]}>"
