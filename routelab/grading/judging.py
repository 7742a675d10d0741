"""One submission judged: copied, asked what the lesson's edit tasks ask, and given points.

What is asked and what is right stand with the tasks; the submission's process gets requests and sends traces.
It knows one submission at a time, and not where the result goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import NamedTuple, assert_never

from routelab.errors import AppNotFound, RoutelabError, SystemRefused
from routelab.grading.assignment import Assignment, GradedTask
from routelab.grading.confinement import Sandbox
from routelab.grading.records import SubmissionGrade, SubmissionVerdict, TaskGrade
from routelab.grading.submissions import Submission
from routelab.grading.unpacking import Copied, UnreadableSubmission, copy_submission
from routelab.lab import Lab
from routelab.lessons import words
from routelab.lessons.files import APP_FILE, MINE
from routelab.lessons.mine.judging import AppResult, MineCheck, judge_app
from routelab.lessons.mine.project import target_in
from routelab.lessons.prose import plain
from routelab.lessons.tasks.checks import CheckResult, EditResult, ahead_of, was_sent_first
from routelab.lessons.tasks.edit import EditTask, judge_edit
from routelab.lessons.tasks.running import LOADING_LIMIT, AppFactory, Runs
from routelab.lessons.told import not_yet
from routelab.routing.wording import listed
from routelab.tracing.facts import Escaped, Raised
from routelab.tracing.phrases import one_line
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import Trace
from routelab.workerhost import AppToLoad, WorkerHost

_LONGEST = 400  # characters of a message
_MOST_NAMED, _MOST_LOOKED_AT = 3, 1000  # files that are there in the place of an app
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,16}\b")  # differs from run to run, and says nothing
_OTHER_VERSION = "was handed in with another version of the lesson; it is graded on this one"


class Judged(NamedTuple):
    """A grade, and what there is to say of it to whoever grades."""

    grade: SubmissionGrade
    notes: tuple[str, ...] = ()


def judge_submission(
    assignment: Assignment, submission: Submission, sandbox: Sandbox, *, python: str, seconds: float
) -> Judged:
    """Grade a submission in a sandbox that is free; `seconds` is the time limit of each request.

    Whatever it does, there is a grade.
    """
    began = monotonic()
    notes: tuple[str, ...] = ()
    try:
        sandbox.lay_out()
        copied = copy_submission(submission.path, sandbox.copy, assignment.key)
        notes = tuple(_notes(assignment, submission, copied))
        sandbox.hand_over()
    except UnreadableSubmission as error:
        tasks = tuple(_nothing_for(task, str(error)) for task in assignment.tasks)
        verdict = SubmissionVerdict.UNREADABLE
    else:
        try:
            app = _factory(assignment, sandbox, python, max(seconds, LOADING_LIMIT))
            edits = [task.task for task in assignment.tasks if isinstance(task.task, EditTask)]
            ahead = chain.from_iterable(ahead_of(task.checks) for task in edits)
            with Runs(app, seconds=seconds, folder=sandbox.copy, ahead=ahead) as runs:
                own = partial(judge_app, app=app, seconds=seconds, folder=sandbox.copy)
                verdict, tasks = _judged(assignment, runs, own, sandbox)
        finally:
            sandbox.sweep()
    isolation, took = sandbox.isolation.value, round(monotonic() - began, 3)
    return Judged(_grade(assignment, submission, verdict, tasks, isolation=isolation, seconds=took), notes)


def lost_submission(assignment: Assignment, submission: Submission) -> Judged:
    """Grade what cannot be judged at all: whatever judges it is lost each time."""
    tasks = tuple(_nothing_for(task, "what judged it was lost each time") for task in assignment.tasks)
    return Judged(_grade(assignment, submission, SubmissionVerdict.ENDED, tasks, isolation="", seconds=0.0))


def _grade(
    assignment: Assignment,
    submission: Submission,
    verdict: SubmissionVerdict,
    tasks: tuple[TaskGrade, ...],
    *,
    isolation: str,
    seconds: float,
) -> SubmissionGrade:
    return SubmissionGrade(
        submission=submission.name,
        verdict=verdict,
        score=sum(task.score for task in tasks),
        max_score=assignment.max_score,
        tasks=tasks,
        isolation=isolation,
        seconds=seconds,
        lesson_digest=assignment.digest,
    )


def _notes(assignment: Assignment, submission: Submission, copied: Copied) -> Iterator[str]:
    if copied.hand_in is not None:
        digest = copied.hand_in.digests.get(assignment.key)
        if digest not in (None, assignment.digest):
            yield f"{submission.name} {_OTHER_VERSION}"


def _factory(assignment: Assignment, sandbox: Sandbox, python: str, seconds: float) -> AppFactory:
    """Return what loads the submission's app, each time in another worker."""

    def load() -> Lab:
        app = AppToLoad(
            target=target_in(sandbox.copy) if assignment.key == MINE else "app.py",
            engine=assignment.engine,
            python=python,
            folder=sandbox.seen,
            seconds=seconds,
            env_files=False,
        )
        return Lab("app.py", WorkerHost(app, sandbox.surroundings))

    return load


def _judged(
    assignment: Assignment, runs: Runs, own: Callable[[Iterable[MineCheck]], AppResult], sandbox: Sandbox
) -> tuple[SubmissionVerdict, tuple[TaskGrade, ...]]:
    verdicts: list[SubmissionVerdict] = []
    tasks: list[TaskGrade] = []
    for task in assignment.tasks:
        result = _result(task, runs, own)
        if isinstance(result, str):
            verdicts.append(SubmissionVerdict.ENDED)
            tasks.append(_nothing_for(task, result))
            continue
        verdicts += _verdicts(result)
        tasks.append(
            TaskGrade(
                id=task.id,
                passed=result.passed,
                score=task.score(result),
                max_score=task.max_score,
                mistakes=_mistakes(result),
                message=""
                if result.passed
                else _clean(f"{_why(result)}{_instead(result, sandbox.copy)}", sandbox.seen),
            )
        )
    return next(iter(verdicts), SubmissionVerdict.GRADED), tuple(tasks)


def _mistakes(result: EditResult | AppResult) -> tuple[str, ...]:
    mistake = None if isinstance(result, AppResult) else result.mistake
    return () if mistake is None else (plain(mistake.say),)


def _result(
    task: GradedTask, runs: Runs, own: Callable[[Iterable[MineCheck]], AppResult]
) -> EditResult | AppResult | str:
    """Judge; what a submission sends in the place of a trace may be anything, and then there is no result.

    Nor is there one where the judge's own system refuses something, which is no word on the submission.
    """
    try:
        return judge_edit(task.task, runs) if isinstance(task.task, EditTask) else own(task.task.checks)
    except Exception as error:
        refused = SystemRefused.by(error)
        if refused is not None:
            return f"it could not be judged: {refused}"
        return f"what its process sent back could not be judged ({type(error).__name__})"


def _nothing_for(task: GradedTask, why: str) -> TaskGrade:
    return TaskGrade(
        id=task.id, passed=False, score=0, max_score=task.max_score, message=_clean(why, Path("/nowhere"))
    )


# What became of it


def _verdicts(result: EditResult | AppResult) -> Iterator[SubmissionVerdict]:
    """Say what kept it from being judged to the end; nothing where nothing did."""
    match result.problem:
        case None:
            yield from filter(None, map(_verdict_on, result.failed_traces))
        case AppNotFound():
            yield SubmissionVerdict.NO_APP
        case RoutelabError():
            yield SubmissionVerdict.ENDED


def _verdict_on(trace: Trace) -> SubmissionVerdict | None:
    hop = trace.last_hop
    for step in hop.steps:
        match step:
            case LoadStep(timed_out=True):
                return SubmissionVerdict.TIME
            case LoadStep(exception="ProcessEnded"):
                return SubmissionVerdict.ENDED
            case LoadStep(exception="MemoryError"):
                return SubmissionVerdict.MEMORY
            case LoadStep():
                return SubmissionVerdict.DID_NOT_LOAD
            case StoppedStep(reason=reason):
                return _verdict_on_stop(reason)
            case _:
                pass
    if hop.exception is not None and hop.exception.type == "MemoryError":
        return SubmissionVerdict.MEMORY
    return None


def _verdict_on_stop(reason: Stop) -> SubmissionVerdict:
    match reason:
        case Stop.LIMIT:
            return SubmissionVerdict.TIME
        case Stop.MEMORY:
            return SubmissionVerdict.MEMORY
        case Stop.INTERRUPT | Stop.EXIT | Stop.ENDED:
            return SubmissionVerdict.ENDED
    assert_never(reason)


# Words


def _instead(result: EditResult | AppResult, folder: Path) -> str:
    """Say what was handed in where that is no app: whoever graded it would look for it next."""
    # An app may have deleted itself; of a file that is there, what it lacks was said.
    if result.no_app is None or not folder.is_dir() or (folder / APP_FILE).exists():
        return ""
    held = list(islice(folder.iterdir(), _MOST_LOOKED_AT))
    whole = [each for each in held if (each / APP_FILE).is_file() or each.suffix == ".zip"]
    if len(whole) > 1:
        return f"; it contains {len(whole)} submissions: unpack it, and name the folder"
    names = sorted(each.name for each in held if each.is_file())
    code = [name for name in names if name.endswith(".py")]
    return f", but {listed(tuple((code or names)[:_MOST_NAMED]), 'and')}" if names else ""


def _why(result: EditResult | AppResult) -> str:
    """Say what the first check that failed got, in the words that a learner reads; nothing of hidden ones.

    Where none failed, a mistake was made that passes them.
    """
    if result.no_app is not None:
        return result.no_app
    if isinstance(result, AppResult) and result.broken is not None:
        return result.broken.answer.text
    failed = [each for each in result.checks if not each.passed]
    seen = next((each for each in failed if not each.check.hidden), None)
    if not failed and isinstance(result, EditResult) and result.mistake is not None:
        return plain(result.mistake.say)
    if seen is None:
        return "a check that is not shown did not pass" if failed else "nothing was checked"
    return _of_check(seen) if isinstance(seen, CheckResult) else f"{plain(seen.check.wants)}: {seen.found}"


def _of_check(check: CheckResult) -> str:
    result = next(each for each in check.results if not each.passed)
    asked = check.check.request.typed
    first = was_sent_first(check.check)
    if first is not None:
        asked = f"{asked}, {words.sent_first(check.check.before)}"
    match result.causes:
        case (LoadStep() as cause, *_):
            return words.cause_words(cause)
        case (StoppedStep() as cause, *_):
            return f"{asked}: {words.cause_words(cause)}"
        case _:
            pass
    # An exception is the cause of whatever else is wrong; how rules fared is for those who learn.
    raised = [words.cause_words(each) for each in result.causes if isinstance(each, Escaped | Raised)]
    said = not_yet(asked, check.trace, [it for it in check.results if it.passed or it is result])
    about = () if said.startswith(asked) else (f"{asked}:",)
    return " ".join((*about, said, *raised[:1]))


def _clean(message: str, folder: Path) -> str:
    """Leave out what differs from run to run: where the copy lay, and addresses in memory."""
    text = _ADDRESS.sub("0x...", message.replace(f"{folder}/", "")).replace("\n", " ")
    text = one_line(text) or text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
