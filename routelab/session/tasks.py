"""What a learner's answer to a task leads to: traces, guesses and edits in, things to show out.

It judges by `lessons.grading`, and must not know which page comes next, nor what is saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

from routelab.learner.progress import State
from routelab.lessons.prose import plain
from routelab.lessons.records import Choice, EditTask, PredictTask, Task, TryTask
from routelab.session.reply import AuthorSays, Checked, Item, NotYet, Says, Tone, TraceShown

if TYPE_CHECKING:
    from routelab.learner.watch import News
    from routelab.lessons.grading import Labs, Prediction
    from routelab.tracing.records import Trace

_AROUND = "`'\".,!? "


class Outcome(NamedTuple):
    """What an answer leads to: things to show, and what the page counts as now, None where as before.

    `line` is offered in the prompt; `loaded` tells whether there was an app that loads.
    """

    items: tuple[Item, ...]
    state: State | None = None
    line: str = ""
    loaded: bool = True

    def preceded_by(self, *items: Item) -> Outcome:
        """Return the same with other things shown first."""
        return self._replace(items=(*items, *self.items))


def unsure_letter(task: PredictTask) -> str:
    """Return the letter of the choice that the learner does not want to guess."""
    return ascii_lowercase[len(task.choices)]


def lettered_choices(task: PredictTask) -> Iterator[tuple[str, str]]:
    """Yield the letter and the label of each choice: ("a", "200"), the way out last."""
    yield from zip(ascii_lowercase, (choice.label for choice in task.choices), strict=False)
    yield unsure_letter(task), "not sure, show me"


def is_unsure(task: PredictTask, typed: str) -> bool:
    """Tell whether the learner asks to be shown."""
    return typed.strip(f"{_AROUND})").casefold() in (unsure_letter(task), "not sure", "show me", "no idea")


def read_choice(task: PredictTask, typed: str) -> Choice | None:
    """Find the choice that was typed, by letter or value, also in quotes or as a sentence ends."""
    from routelab.lessons.grading import read_guess

    return read_guess(task, typed) or read_guess(task, typed.strip(_AROUND))


def judge_request(task: TryTask, trace: Trace) -> Outcome:
    """Say whether a request did what was asked."""
    from routelab.lessons.grading import grade_try
    from routelab.lessons.judging import all_passed

    results = grade_try(task, trace)
    if not all_passed(results):
        failed = tuple(result for result in results if not result.passed)
        return Outcome(items=(NotYet(results=failed),))
    return Outcome(items=_right("Right.", task), state=State.DONE)


def judge_guess(task: PredictTask, choice: Choice | None, labs: Labs, show: tuple[str, ...]) -> Outcome:
    """Run the request of a prediction, and hold the guess against it; None is no guess at all."""
    from routelab.lessons.grading import predict

    prediction = predict(task, labs)
    right = choice is not None and prediction.right is choice
    seen = TraceShown(trace=prediction.trace, show=show, stepwise=True)
    said = Says(text=_verdict(prediction, right), tone=Tone.RIGHT if right else Tone.PLAIN)
    why = (AuthorSays(text=choice.say),) if choice is not None and choice.say and not right else ()
    state = State.SEEN if choice is None else State.DONE
    return Outcome(items=(Says(text="Let us see."), seen, said, *why, *_after(task)), state=state)


def judge_edit(task: EditTask, labs: Labs, now: datetime, news: News) -> Outcome:
    """Run the checks of an edit."""
    from routelab.lessons.grading import grade_edit

    result = grade_edit(task, labs)
    shown = Checked(result=result, at=now, news=news)
    if not result.passed:
        return Outcome(items=(shown,), loaded=result.loaded)
    return Outcome(items=(shown, *_right("Right: all of it holds.", task)), state=State.DONE)


def show_example(task: TryTask) -> Outcome:
    """Show the requests that do what is asked; the one that counts is offered in the prompt."""
    *before, last = (request.typed for request in task.example)
    first = (Says(text=f"First: {line}") for line in before)
    return Outcome(items=(*first, Says(text="This request does it:")), state=State.SEEN, line=last)


def _right(said: str, task: Task) -> tuple[Item, ...]:
    return (Says(text=said, tone=Tone.RIGHT), *_after(task))


def _after(task: Task) -> Iterator[Item]:
    if plain(task.brief.after):
        yield AuthorSays(text=task.brief.after)


def _verdict(prediction: Prediction, right: bool) -> str:
    if prediction.right is None:
        return "It was none of the choices: see the trace."
    label = prediction.right.label
    stop = "" if label.endswith((".", "!", "?")) else "."
    return f"Right: {label}{stop}" if right else f"It was {label}{stop}"
