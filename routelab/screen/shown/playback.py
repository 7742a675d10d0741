"""A trace that is played moment by moment: where one is in it, and what each of its keys does.

State and no terminal: a key comes in as a call, and what is to be seen are Panes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from routelab.screen.blocks import Line, StepRow, line, phrase
from routelab.screen.selection import Selection
from routelab.screen.shown.panes import Panes, PanesModel
from routelab.screen.shown.trace import step_rows
from routelab.session.reply import Prompt
from routelab.tracing.trace import Trace

if TYPE_CHECKING:
    from routelab.lessons.tasks.answer import Guess

# Not `b` and `a`, which do the same: what was guessed may have been b) or a).
_WAYS = ("Left back", "End all")
KEYS = (*_WAYS, "Esc leave")
"""The keys beside Enter where a trace is played in lines."""


class Left(NamedTuple):
    """Why the learner left: with a line to answer at once, or with text pasted or begun; both may be ""."""

    line: str = ""
    pasted: str = ""


class Playback:
    """Where one is: moment `at` of `total`, from 1; `steps` has the number of each moment's step, from 1."""

    def __init__(self, steps: tuple[int, ...], at: int = 1) -> None:
        self.steps, self.at = steps, at
        self.explaining = False
        self.left = Left()

    @property
    def total(self) -> int:
        """How many moments there are."""
        return len(self.steps)

    @property
    def step(self) -> int:
        """The number of the step that this moment is of."""
        return self.steps[self.at - 1]

    def forward(self, *, whole: bool = False) -> bool:
        """Go on by a moment, or to the end of the next step; False where all was shown already."""
        self.explaining = False
        if self.at >= self.total:
            return False
        self.at += 1
        while whole and self.at < self.total and self.steps[self.at] == self.step:
            self.at += 1
        return True

    def back(self, *, whole: bool = False) -> None:
        """Go back by a moment, or to the end of the step before."""
        self.explaining = False
        before = self.step
        self.at = max(1, self.at - 1)
        while whole and self.at > 1 and self.step == before:
            self.at -= 1

    def rest(self) -> None:
        """Show all."""
        self.explaining = False
        self.at = self.total

    def bottom(self, width: int, others: tuple[str, ...] = KEYS) -> str:
        """Return the bottom line, as much of it as has room."""
        place = f"{self.step} of {self.steps[-1]}"
        rule = self.at < self.total and self.steps[self.at] == self.step
        enter = "go on" if self.at == self.total else f"next {'rule' if rule else 'step'} ({place})"
        return Prompt(enter=enter, others=others).bottom(width)


class Played:
    """What is played: the model of its panes, and its steps as rows for a screen that is too small for them.

    `tries` tells whether a way out can be tried from here, `edits` whether there is a file to open.
    """

    def __init__(
        self, model: PanesModel, rows: tuple[StepRow, ...], *, tries: bool = False, edits: bool = False
    ) -> None:
        self.model = model
        self.rows = rows
        self.tries = tries
        self.edits = edits
        self.playback = Playback(steps=tuple(moment.step + 1 for moment in model.moments))

    @property
    def panes(self) -> Panes:
        """What this moment shows; the word under the arrow is explained where that was asked for."""
        shown = self.model.panes(self.playback.at - 1)
        if not self.tries and shown.way is not None:
            shown = shown.replace(way=None)
        return shown.replace(words=(_explained(shown.word),)) if self.playback.explaining else shown

    def toggle_builtin(self) -> None:
        """Show the rule that Flask adds, or hide it again; the learner stays in the same step."""
        step = self.playback.step
        self.model = self.model.with_builtin()
        steps = tuple(moment.step + 1 for moment in self.model.moments)
        last = max(number for number, each in enumerate(steps, start=1) if each == step)
        self.playback = Playback(steps=steps, at=last)

    def others(self) -> tuple[str, ...]:
        """Return the keys beside Enter, those that do something now."""
        keys = [*_WAYS]
        keys += ["t try it"] if self.panes.way is not None else []
        keys += ["e edit"] if self.edits else []
        return (*keys, "? word", "Esc leave")


def played_trace(
    trace: Trace, selection: Selection, *, guess: Guess | None = None, heading: str = "", edits: bool = False
) -> Played:
    """Return a trace and its chosen steps as they are played, from the first moment."""
    panes = PanesModel(trace, selection, guess=guess, heading=heading)
    return Played(panes, step_rows(trace, selection), tries=True, edits=edits)


def _explained(word: str) -> Line:
    from routelab.lessons.glossary import find_term  # few ask

    term = find_term(word)
    if term is None:
        return line(f"{word} is not in the list of words.")
    return Line(text=phrase(term.means), label=term.word)
