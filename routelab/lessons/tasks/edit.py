"""Tasks to edit: the learner changes the app until it answers the task's requests as expected.

It must not know other kinds of tasks, nor where the learner's files lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Self

from routelab.errors import RoutelabError
from routelab.language import say
from routelab.lessons import words
from routelab.lessons.files import APP_FILE, Files
from routelab.lessons.findings import CheckRule
from routelab.lessons.judging import Cause, judge_all, promised
from routelab.lessons.tasks.answer import AuthorText, Changes, Checked, Sentence, Settled, TaskReply
from routelab.lessons.tasks.asking import (
    Asked,
    Demonstrated,
    GivenAway,
    SentToCheck,
    Told,
    TriedOut,
    YourTurn,
)
from routelab.lessons.tasks.base import Apps, Brief, Prover, Task
from routelab.lessons.tasks.checks import (
    Check,
    EditResult,
    Mistake,
    ahead_of,
    asking_of,
    is_made,
    passes,
    passing,
    read_check,
    read_mistake,
    recognise,
    run_checks,
    was_written,
)
from routelab.lessons.tasks.reading import TaskReader, file_name, points_beside
from routelab.lessons.tasks.running import AppFactory, ProvenApp, Runs
from routelab.lessons.tomlblock import TomlTable
from routelab.tracing.steps.load import LoadStep


class EditTask(Task):
    """Change the app until all checks pass; `file` is the one to begin with.

    `points` is what a grader gives for it, None where its checks have points of their own.
    """

    kind = "edit"
    edits_app = True

    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...] = ()
    file: PurePosixPath = APP_FILE
    points: int | None = 1

    @property
    def enter(self) -> str:
        return say("check it now")

    @classmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        """Read `file`, the checks and the mistakes."""
        file = file_name(table) or APP_FILE
        if file != APP_FILE and not reader.has_file(file):
            table.complain("file", f": there is no {str(file)!r} in the lesson; name the file to edit")
        points = table.number("points")
        check_tables = table.tables("check")
        checks = [read_check(check, brief.before, reader) for check in check_tables]
        mistakes = [read_mistake(each, brief.before, file, reader) for each in table.tables("mistake")]
        if not check_tables:
            table.complain(
                "check", ": an edit task has at least one; write [[check]] with request and expect"
            )
        readable = tuple(check for check in checks if check is not None)
        if not checks or len(readable) < len(checks):
            return None
        points = points_beside(table, points, [(check.points, check.hidden) for check in readable])
        foreseen = tuple(mistake for mistake in mistakes if mistake)
        return cls(brief=brief, checks=readable, mistakes=foreseen, file=file, points=points)

    @property
    def main_file(self) -> PurePosixPath:
        return self.file

    @property
    def shown_checks(self) -> tuple[Check, ...]:
        """The checks that the learner is told of."""
        return tuple(check for check in self.checks if not check.hidden)

    def check(self, apps: Apps) -> TaskReply:
        with Runs(apps.own, ahead=ahead_of(self.shown_checks)) as runs:
            result = run_checks(self.shown_checks, self.mistakes, runs)
        shown = Checked(result=result)
        if not result.passed:
            return TaskReply(parts=(shown,))
        return self.right(say("Right: all checks pass."), shown)

    def asked(self) -> Iterator[Asked]:
        """Give what to do, and the requests of the checks that the learner sees."""
        yield YourTurn(ask=self.brief.ask)
        yield SentToCheck(rows=checked_requests(self))

    def told(self) -> Iterator[Told]:
        """Give the changes, what the first request then gives, and the mistakes that are easily made."""
        first = self.checks[0]
        yield GivenAway()
        yield Sentence(text=f"With that, {first.request.typed} gives:")
        yield TriedOut(before=first.before, request=first.request, files=Files.SOLUTION)
        yield from (AuthorText(text=it.say, label="An easy mistake to make") for it in self.mistakes)
        yield AuthorText(text=self.brief.after)

    def demonstrated(self) -> Iterator[Demonstrated]:
        return (Demonstrated(request=check.request, before=check.before) for check in self.checks)

    def solution(self, apps: Apps) -> TaskReply:
        """Show what to change in the learner's files."""
        lines = tuple(apps.changes_needed(lambda app: grade_edit(self, app).passed))
        said = say("This is what to change in your files:")
        if not lines:
            said = say("There is nothing to change: your files do what is asked.")
        return TaskReply(parts=(Sentence(text=said), Changes(lines=lines)), settled=Settled.BY_SOLUTION)

    def prove(self, prover: Prover, _app: ProvenApp | None) -> None:
        """Prove that the solution passes, that nothing less does, and that each mistake is recognised."""
        line = self.brief.line
        if prover.started.decided(("starter", line), partial(passes_edit, self)):
            problem = "the starter passes all checks already; ask for something that is not there yet"
            prover.add(CheckRule.STARTER, line, problem)
        if passes_edit(self, prover.empty.runs):
            problem = "an app without any route passes all checks; add one that needs a route"
            prover.add(CheckRule.EMPTY, line, problem)
        if prover.solution is not None:
            self._prove_solution(prover, prover.solution)
        for mistake in self.mistakes:
            self._prove_mistake(prover, mistake)

    def _prove_solution(self, prover: Prover, solution: ProvenApp) -> None:
        for check in self.checks:
            trace = solution.proven(
                check.before,
                check.request,
                partial(promised, check.expect),
                line=check.line,
                twice=check.request.typed,
                of_page=False,
            )
            failed = words.first_failure(judge_all(check.expect, trace))
            if failed is not None:
                problem = f"solution/ does not fulfil {failed}; correct it or the check"
                prover.add(CheckRule.SOLUTION, check.line, problem)

    def _prove_mistake(self, prover: Prover, mistake: Mistake) -> None:
        edited = _edited(prover, mistake)
        if edited is not None:
            problem = prover.problem_in("mistake", edited, partial(_untold, self, mistake))
            if problem is not None:
                prover.add(CheckRule.MISTAKE, mistake.line, problem)
        solution = prover.solution
        if solution is not None and solution.decided(("mistake", mistake.line), partial(is_made, mistake)):
            problem = "solution/ is taken for this mistake, too; expect something that only the mistake has"
            prover.add(CheckRule.MISTAKE, mistake.line, problem)


# Grading


def grade_edit(task: EditTask, app: AppFactory) -> EditResult:
    """Run all checks of an edit task, each on a fresh app, and look for a foreseen mistake."""
    with Runs(app, ahead=ahead_of(task.checks)) as runs:
        return judge_edit(task, runs)


def passes_edit(task: EditTask, runs: Runs) -> bool:
    """Tell whether an edit task is fulfilled; no check is run after one that fails."""
    try:
        all_right = all(passes(check, runs) for check in task.checks)
        return all_right and recognise(passing(task.mistakes), runs) is None
    except RoutelabError:
        return False


def is_told_of(task: EditTask, mistake: Mistake, app: AppFactory) -> bool:
    """Tell whether this mistake is the one found, and passes the checks or not as it says, by few requests.

    The checks come last, first those that ask what the mistakes did: most often one request tells it all.
    """
    among = tuple(passing(task.mistakes)) if mistake.passes else task.mistakes
    until = among[: among.index(mistake) + 1]
    try:
        with Runs(app) as runs:
            asking = {asking_of(each) for each in until if was_written(each, runs)}
            checks = sorted(task.checks, key=lambda check: asking_of(check) not in asking)
            if asking_of(checks[0]) in asking:
                runs.will_ask(asking)
            if recognise(until, runs) is not mistake:
                return False
            return mistake.passes is all(passes(check, runs) for check in checks)
    except RoutelabError:
        return False


def judge_edit(task: EditTask, runs: Runs) -> EditResult:
    """Judge a task on runs that several tasks share."""
    return run_checks(task.checks, task.mistakes, runs)


# Words


def checked_requests(task: EditTask) -> tuple[tuple[str, str], ...]:
    """Return the requests that an edited app is asked, each once, with what is sent first."""
    return tuple(
        dict.fromkeys((check.request.typed, words.sent_first(check.before)) for check in task.shown_checks)
    )


# Mistakes proven


def _edited(prover: Prover, mistake: Mistake) -> dict[PurePosixPath, str] | None:
    """Apply a mistake's replacements to the starter; None, and a finding, if one does not fit."""
    texts: dict[PurePosixPath, str] = {}
    for edit in mistake.replacements:
        text = texts[edit.file] if edit.file in texts else prover.text_of(edit.file)
        if text is None:
            prover.add(CheckRule.MISTAKE, mistake.line, f"there is no file {str(edit.file)!r} to edit")
            return None
        found = text.count(edit.old) if edit.old else int(not text)  # an empty file is written from nothing
        if found != 1:
            where = f"occurs {found} times in {edit.file}" if found else f"is not in {edit.file}"
            problem = f"replace: {edit.old!r} {where}; quote what occurs there once"
            prover.add(CheckRule.MISTAKE, mistake.line, problem)
            return None
        texts[edit.file] = text.replace(edit.old, edit.new)
    return texts


def _untold(task: EditTask, mistake: Mistake, app: AppFactory) -> str | None:
    """Say why a mistake is not told as itself in the app that has it; None if it is."""
    return None if is_told_of(task, mistake, app) else _unrecognised(grade_edit(task, app), mistake)


def _unrecognised(graded: EditResult, mistake: Mistake) -> str | None:
    """Say why a mistake's own edit is not told as this mistake; None if it is."""
    if graded.passed:
        return (
            "the edit in `replace` passes all checks, so it is not a mistake; add a check that it fails, "
            "or passes = true"
        )
    if mistake.passes and not all(check.passed for check in graded.checks):
        return "the edit in `replace` fails a check; leave `passes` out"
    if graded.mistake is None:
        broken = next((cause for cause in _causes(graded) if isinstance(cause, LoadStep)), None)
        if broken is not None:
            said = words.cause_words(broken).removeprefix("the app ")
            return f"with the edit in `replace` the app {said}; correct the edit, or expect that"
        return "the edit in `replace` does not fulfil this `expect`; correct one of them"
    if graded.mistake is not mistake:
        return (
            f"the edit in `replace` is taken for the mistake at line {graded.mistake.line}; expect more there"
        )
    return None


def _causes(graded: EditResult) -> Iterator[Cause]:
    for check in graded.checks:
        for result in check.results:
            yield from result.causes
