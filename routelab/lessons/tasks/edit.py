"""Tasks to edit: the learner changes the app until it answers the task's requests as expected.

It must not know other kinds of tasks, nor where the learner's files lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Self

from routelab.errors import RoutelabError
from routelab.language import say
from routelab.lessons import words
from routelab.lessons.expectation import Expectation
from routelab.lessons.files import APP_FILE, Files
from routelab.lessons.findings import CheckRule
from routelab.lessons.judging import AppChecked, Cause, Result, all_passed, judge_all, promised
from routelab.lessons.prose import Text
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
from routelab.lessons.tasks.base import Apps, Brief, Prover, Task, TypedRequest
from routelab.lessons.tasks.reading import (
    TaskReader,
    author_text,
    expectations,
    file_name,
    file_named,
    points_beside,
)
from routelab.lessons.tasks.running import AppFactory, Asking, ProvenApp, Runs
from routelab.lessons.tomlblock import TomlTable
from routelab.record import Record
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.trace import Trace

_REPLACE = ' is a list of pairs; write replace = [["old text", "new text"]]'


class Check(Record):
    """A request that the edited app must answer as expected; `because` says why it is asked.

    `points` is what it is worth to a grader, None where the task is worth its points as a whole. A `hidden`
    one is left out where a learner checks, and asked by a grader.
    """

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    because: Text = ()
    before: tuple[TypedRequest, ...] = ()
    points: int | None = None
    hidden: bool = False


class Replacement(Record):
    """An edit of the starter: in `file`, the one place that reads `old` becomes `new`."""

    file: PurePosixPath
    old: str
    new: str


class Mistake(Record):
    """A wrong edit foreseen: recognised by what the app then answers, and proven by `replace`.

    `wrote` must be found in the learner's file, too, where other edits have the same outcome.
    """

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    say: Text
    replacements: tuple[Replacement, ...]
    before: tuple[TypedRequest, ...] = ()
    file: PurePosixPath = APP_FILE
    wrote: re.Pattern[str] | None = None


class CheckResult(Record):
    """What became of one check of an edit task."""

    check: Check
    trace: Trace
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether everything that was expected holds."""
        return all_passed(self.results)


class EditResult(AppChecked):
    """What an edited app is worth.

    `mistake` is the foreseen one that was made, where the task is not fulfilled, and `mistaken` the trace of
    its request.
    """

    checks: tuple[CheckResult, ...] = ()
    mistake: Mistake | None = None
    mistaken: Trace | None = None

    @property
    def passed(self) -> bool:
        """Whether every check passed; where none was made, nothing passed."""
        return self.problem is None and bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def broken(self) -> Trace | None:
        """The trace that tells why the app does not load, where that fails a check; None where it loads."""
        failed = self.failed_traces
        return next((it for it in failed if any(isinstance(step, LoadStep) for step in it.steps)), None)

    @property
    def failed_traces(self) -> tuple[Trace, ...]:
        """The traces of the checks that did not pass."""
        return tuple(check.trace for check in self.checks if not check.passed)


class EditTask(Task):
    """Change the app until all checks pass; `file` is the one to begin with.

    `points` is what a grader gives for it, None where its checks have points of their own.
    """

    kind = "edit"
    enter = "check it now"
    edits_app = True

    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...] = ()
    file: PurePosixPath = APP_FILE
    points: int | None = 1

    @classmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        """Read `file`, the checks and the mistakes."""
        file = file_name(table) or APP_FILE
        if file != APP_FILE and not reader.has_file(file):
            table.complain("file", f": there is no {str(file)!r} in the lesson; name the file to edit")
        points = table.number("points")
        check_tables = table.tables("check")
        checks = [_read_check(check, brief.before, reader) for check in check_tables]
        mistakes = [_read_mistake(each, brief.before, file, reader) for each in table.tables("mistake")]
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
            result = _run_checks(self.shown_checks, self.mistakes, runs)
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
        said = "This is what to change in your files:"
        if not lines:
            said = "There is nothing to change: your files do what is asked."
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
        if solution is not None and solution.decided(("mistake", mistake.line), partial(_shows, mistake)):
            problem = "solution/ is taken for this mistake, too; expect something that only the mistake has"
            prover.add(CheckRule.MISTAKE, mistake.line, problem)


# Grading


def grade_edit(task: EditTask, app: AppFactory) -> EditResult:
    """Run all checks of an edit task, each on a fresh app; where one fails, look for a foreseen mistake."""
    with Runs(app, ahead=ahead_of(task.checks)) as runs:
        return judge_edit(task, runs)


def passes_edit(task: EditTask, runs: Runs) -> bool:
    """Tell whether all checks of an edit task pass; none is run after one that fails."""
    try:
        return all(_run_check(check, runs).passed for check in task.checks)
    except RoutelabError:
        return False


def is_told_of(task: EditTask, mistake: Mistake, app: AppFactory) -> bool:
    """Tell whether a check fails and this mistake is the one then found, by as few requests as that takes.

    The checks come last, first those that ask what the mistakes did: most often one request tells it all.
    """
    until = task.mistakes[: task.mistakes.index(mistake) + 1]
    try:
        with Runs(app) as runs:
            asking = {_asking(each) for each in until if _wrote(each, runs)}
            checks = sorted(task.checks, key=lambda check: _asking(check) not in asking)
            if _asking(checks[0]) in asking:
                runs.will_ask(asking)
            if recognise(until, runs) is not mistake:
                return False
            return not all(_run_check(check, runs).passed for check in checks)
    except RoutelabError:
        return False


def judge_edit(task: EditTask, runs: Runs) -> EditResult:
    """Judge a task on runs that several tasks share."""
    return _run_checks(task.checks, task.mistakes, runs)


def ahead_of(checks: Iterable[Check]) -> Iterator[Asking]:
    """Give the requests of checks, each after those that come before it."""
    return map(_asking, checks)


def _asking(asks: Check | Mistake) -> Asking:
    return asks.before, asks.request


def _run_checks(checks: Iterable[Check], mistakes: Iterable[Mistake], runs: Runs) -> EditResult:
    try:
        results = tuple(_run_check(check, runs) for check in checks)
        if results and all(result.passed for result in results):
            return EditResult(checks=results)
        mistake = recognise(mistakes, runs)
        mistaken = None if mistake is None else runs.trace(mistake.before, mistake.request)
        return EditResult(checks=results, mistake=mistake, mistaken=mistaken)
    except RoutelabError as error:
        return EditResult(problem=error)


def recognise(mistakes: Iterable[Mistake], runs: Runs) -> Mistake | None:
    """Find the first mistake whose request is answered as the mistake would have it."""
    return next((mistake for mistake in mistakes if _shows(mistake, runs)), None)


def _run_check(check: Check, runs: Runs) -> CheckResult:
    trace = runs.trace(check.before, check.request)
    return CheckResult(check=check, trace=trace, results=judge_all(check.expect, trace))


def _shows(mistake: Mistake, runs: Runs) -> bool:
    # What is written is seen without a request.
    return _wrote(mistake, runs) and all_passed(
        judge_all(mistake.expect, runs.trace(mistake.before, mistake.request))
    )


def _wrote(mistake: Mistake, runs: Runs) -> bool:
    return mistake.wrote is None or runs.has_written(mistake.file, mistake.wrote)


# Words


def checked_requests(task: EditTask) -> tuple[tuple[str, str], ...]:
    """Return the requests that an edited app is asked, each once, with what is sent first."""
    return tuple(
        dict.fromkeys((check.request.typed, words.sent_first(check.before)) for check in task.shown_checks)
    )


def was_sent_first(check: Check) -> str | None:
    """Say what was sent before a check's request, None where that was nothing."""
    return f"This was sent {words.sent_first(check.before)}." if check.before else None


def passed_of(result: EditResult) -> str:
    """Count the checks of an edit task that pass: "1 of 2 checks passes."."""
    passed = sum(check.passed for check in result.checks)
    return f"{passed} of {len(result.checks)} checks {'passes' if passed == 1 else 'pass'}."


def nothing_to_check(problem: str, reset_helps: bool) -> str:
    """Say why an edit could not be checked, and the way out."""
    said = f"There is nothing to check: {problem}."
    return f"{said} reset puts the lesson's files back." if reset_helps else said


# Checks and mistakes in TOML


def _read_check(table: TomlTable, first: tuple[TypedRequest, ...], reader: TaskReader) -> Check | None:
    request, expect = reader.request(table), expectations(table)
    because, before = author_text(table, "because"), (*first, *reader.requests(table, "before"))
    points, hidden = table.number("points"), table.flag("hidden") or False
    table.finish()
    if request is None or not expect:
        return None
    return Check(
        line=table.line,
        request=request,
        expect=expect,
        because=because,
        before=before,
        points=points,
        hidden=hidden,
    )


def _read_mistake(
    table: TomlTable, first: tuple[TypedRequest, ...], file: PurePosixPath, reader: TaskReader
) -> Mistake | None:
    request, expect = reader.request(table), expectations(table)
    say, before = author_text(table, "say", required=True), (*first, *reader.requests(table, "before"))
    edited = file_name(table) or file
    replacements, wrote = _replacements(table, edited), _pattern(table)
    table.finish()
    if request is None or not expect or not say or not replacements:
        return None
    return Mistake(
        line=table.line,
        request=request,
        expect=expect,
        say=say,
        before=before,
        replacements=replacements,
        file=edited,
        wrote=wrote,
    )


def _pattern(table: TomlTable) -> re.Pattern[str] | None:
    text = table.text("wrote")
    try:
        return None if text is None else re.compile(text, re.MULTILINE)
    except re.error as error:
        table.complain("wrote", f" is not a regular expression: {error}")
        return None


def _replacements(table: TomlTable, edited: PurePosixPath) -> tuple[Replacement, ...]:
    """Read `replace = [["old", "new"]]`: edits of `edited`, or of the file that stands before both."""
    found = []
    for edit in table.values("replace", required=True):
        if not (isinstance(edit, list) and len(edit) in (2, 3) and all(isinstance(it, str) for it in edit)):
            table.complain("replace", _REPLACE)
            return ()
        *names, old, new = edit
        file = file_named(names[0], table, "replace") if names else edited
        if file is not None:
            found.append(Replacement(file=file, old=old, new=new))
    return tuple(found)


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
        return "the edit in `replace` passes all checks, so it is not a mistake; add a check that it fails"
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
