"""What an answer to a task is worth: traces and guesses in, results out.

Each check and each prediction gets a fresh app, so that no result depends on what was sent before. It must
not know where an app's files lie, nor how a result is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import TypeAlias

from routelab.errors import RoutelabError
from routelab.lab import Lab, load
from routelab.lessons.difference import same
from routelab.lessons.judging import Result, all_passed, judge_all
from routelab.lessons.queries import Nothing, Observation, Seen
from routelab.lessons.records import (
    Check,
    Choice,
    EditTask,
    Mistake,
    PredictTask,
    TryTask,
    TypedRequest,
)
from routelab.tracing.records import LoadStep, Trace

Labs: TypeAlias = Callable[[], Lab]
# Seconds for each request of a check: no lesson's view needs a tenth of it.
TIME_LIMIT = 2.0
LOADING_LIMIT = 5.0  # seconds: the first app of a session waits for its engine, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a predicted request really gave; `right` is None where the answer is not among the choices."""

    trace: Trace
    answer: Observation
    right: Choice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What became of one check of an edit task."""

    check: Check
    trace: Trace
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether everything that was expected holds."""
        return all_passed(self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What an edited app is worth.

    `mistake` is the foreseen one that was made, where the task is not fulfilled. `no_app` says why there is
    nothing to check: the file is gone, or has no Flask app in it.
    """

    checks: tuple[CheckResult, ...] = ()
    mistake: Mistake | None = None
    no_app: str | None = None

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.no_app is None and all(check.passed for check in self.checks)

    @property
    def loaded(self) -> bool:
        """Whether there was an app at all."""
        return any(not isinstance(step, LoadStep) for check in self.checks for step in check.trace.steps)


def labs_in(folder: Path, engine: str) -> Labs:
    """Return what loads the folder's app.py anew at each call; one that takes too long has failed."""
    return lambda: load("app.py", engine=engine, folder=folder, seconds=LOADING_LIMIT)


def prepare(lab: Lab, before: Iterable[TypedRequest]) -> None:
    """Send the requests that come before a task's own, in the same lab."""
    for request in before:
        lab.send(request.line, seconds=TIME_LIMIT, suggestions=False)


def grade_try(task: TryTask, trace: Trace) -> tuple[Result, ...]:
    """Grade the trace of a learner's request, sent with all candidates."""
    return judge_all(task.expect, trace)


def run_example(task: TryTask, labs: Labs) -> tuple[Result, ...]:
    """Grade the task's own example in a fresh lab."""
    *first, last = task.example
    return grade_try(task, _send(labs, (*task.brief.before, *first), last))


def predict(task: PredictTask, labs: Labs) -> Prediction:
    """Run the request of a prediction in a fresh lab, and find the choice that is right."""
    trace = _send(labs, task.brief.before, task.request)
    answer = task.question.query.observe(trace, task.question.argument)
    return Prediction(
        trace=trace,
        answer=answer,
        right=next((choice for choice in task.choices if _is_answer(choice, answer)), None),
    )


def read_guess(task: PredictTask, typed: str) -> Choice | None:
    """Find the choice that was typed: its letter ("b", "B)") or its value; None for neither."""
    guess = typed.strip().casefold()
    letter = guess.rstrip(").")
    if len(letter) == 1 and letter in ascii_lowercase[: len(task.choices)]:
        return task.choices[ascii_lowercase.index(letter)]
    for choice in task.choices:
        forms = {choice.label.casefold()}
        if not choice.nothing:
            forms.add(json.dumps(choice.value, ensure_ascii=False).casefold())
        if guess in forms:
            return choice
    return None


def grade_edit(task: EditTask, labs: Labs) -> EditResult:
    """Run all checks of an edit task, each on a fresh app; where one fails, look for a foreseen mistake."""
    labs = _until_failed(labs)
    try:
        checks = tuple(_run_check(check, labs) for check in task.checks)
        if all(check.passed for check in checks):
            return EditResult(checks=checks)
        return EditResult(checks=checks, mistake=recognise(task.mistakes, labs))
    except RoutelabError as error:
        # What the error suggests beside is for those who chose the app themselves.
        return EditResult(no_app=str(error).partition("; ")[0])


def recognise(mistakes: Iterable[Mistake], labs: Labs) -> Mistake | None:
    """Find the first mistake whose request is answered as the mistake would have it."""
    return next((mistake for mistake in mistakes if _shows(mistake, labs)), None)


def _until_failed(labs: Labs) -> Labs:
    """Load anew at each call, until the app does not load: the next time it would fail in the same way."""
    failed: list[Lab] = []

    def fresh() -> Lab:
        if not failed:
            lab = labs()
            if lab.failure is None:
                return lab
            failed.append(lab)
        return failed[0]

    return fresh


def _run_check(check: Check, labs: Labs) -> CheckResult:
    trace = _send(labs, check.before, check.request)
    return CheckResult(check=check, trace=trace, results=judge_all(check.expect, trace))


def _shows(mistake: Mistake, labs: Labs) -> bool:
    trace = _send(labs, mistake.before, mistake.request)
    return all_passed(judge_all(mistake.expect, trace))


def _is_answer(choice: Choice, answer: Observation) -> bool:
    match answer:
        case Nothing():
            return choice.nothing
        case Seen(value=value):
            return not choice.nothing and same(choice.value, value)
        case _:
            return False


def _send(labs: Labs, before: Sequence[TypedRequest], request: TypedRequest) -> Trace:
    lab = labs()
    prepare(lab, before)
    return lab.send(request.line, seconds=TIME_LIMIT, all_candidates=True)
