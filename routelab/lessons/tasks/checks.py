"""The checks of a task to edit, and the wrong edits that it foresees: read, and held against an app.

It must not know the task that they are of, nor where the learner's files lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from routelab.errors import RoutelabError
from routelab.language import say
from routelab.lessons import words
from routelab.lessons.expectation import Expectation
from routelab.lessons.files import APP_FILE
from routelab.lessons.judging import AppChecked, Result, all_hold, all_passed, judge_all
from routelab.lessons.prose import Text
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.reading import TaskReader, author_text, expectations, file_name, file_named
from routelab.lessons.tasks.running import Asking, Runs
from routelab.lessons.tomlblock import TomlTable
from routelab.record import Record
from routelab.tracing.answers.spots import Spot, found_spot
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

    `wrote` must be found in the learner's file, too, where other edits have the same outcome. One that
    `passes` all checks is looked for where they pass: it answers as asked, and is not what was asked.
    """

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    say: Text
    replacements: tuple[Replacement, ...]
    before: tuple[TypedRequest, ...] = ()
    file: PurePosixPath = APP_FILE
    wrote: re.Pattern[str] | None = None
    passes: bool = False


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

    `mistake` is the foreseen one that was made, `mistaken` the trace of its request, and `written` the
    places that were found for it in the learner's file.
    """

    checks: tuple[CheckResult, ...] = ()
    mistake: Mistake | None = None
    mistaken: Trace | None = None
    written: tuple[Spot, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check passed, and no mistake was made; where no check was made, nothing passed."""
        made = self.problem is None and self.mistake is None and bool(self.checks)
        return made and all(check.passed for check in self.checks)

    @property
    def broken(self) -> Trace | None:
        """The trace that tells why the app does not load, where that fails a check; None where it loads."""
        failed = self.failed_traces
        return next((it for it in failed if any(isinstance(step, LoadStep) for step in it.steps)), None)

    @property
    def failed_traces(self) -> tuple[Trace, ...]:
        """The traces of the checks that did not pass."""
        return tuple(check.trace for check in self.checks if not check.passed)


# Held against an app


def ahead_of(checks: Iterable[Check]) -> Iterator[Asking]:
    """Give the requests of checks, each after those that come before it."""
    return map(asking_of, checks)


def asking_of(asks: Check | Mistake) -> Asking:
    """Return the request, with those that come before it."""
    return asks.before, asks.request


def run_checks(checks: Iterable[Check], mistakes: Iterable[Mistake], runs: Runs) -> EditResult:
    """Run checks, and look for a foreseen mistake: one that passes them, where they all pass."""
    try:
        results = tuple(run_check(check, runs) for check in checks)
        all_right = bool(results) and all(result.passed for result in results)
        mistake = recognise(passing(mistakes) if all_right else mistakes, runs)
        mistaken = None if mistake is None else runs.trace(mistake.before, mistake.request)
        written = () if mistake is None else tuple(_written(mistake, runs))
        return EditResult(checks=results, mistake=mistake, mistaken=mistaken, written=written)
    except RoutelabError as error:
        return EditResult(problem=error)


def passing(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Give the mistakes that pass all checks."""
    return (mistake for mistake in mistakes if mistake.passes)


def recognise(mistakes: Iterable[Mistake], runs: Runs) -> Mistake | None:
    """Find the first mistake whose request is answered as the mistake would have it."""
    return next((mistake for mistake in mistakes if is_made(mistake, runs)), None)


def run_check(check: Check, runs: Runs) -> CheckResult:
    """Run one check."""
    trace = runs.trace(check.before, check.request)
    return CheckResult(check=check, trace=trace, results=judge_all(check.expect, trace))


def passes(check: Check, runs: Runs) -> bool:
    """Tell whether one check passes, without asking why it does not."""
    return all_hold(check.expect, runs.trace(check.before, check.request))


def is_made(mistake: Mistake, runs: Runs) -> bool:
    """Tell whether the app answers as the mistake would have it."""
    # What is written is seen without a request.
    return was_written(mistake, runs) and all_hold(
        mistake.expect, runs.trace(mistake.before, mistake.request)
    )


def was_written(mistake: Mistake, runs: Runs) -> bool:
    """Tell whether the learner's file has what must be found in it for this mistake."""
    return mistake.wrote is None or bool(runs.written(mistake.file, mistake.wrote))


def _written(mistake: Mistake, runs: Runs) -> Iterator[Spot]:
    for found in () if mistake.wrote is None else runs.written(mistake.file, mistake.wrote):
        if (spot := found_spot(str(mistake.file), found)) is not None:
            yield spot


# Words


def was_sent_first(check: Check) -> str | None:
    """Say what was sent before a check's request, None where that was nothing."""
    return f"This was sent {words.sent_first(check.before)}." if check.before else None


def passed_of(result: EditResult) -> str:
    """Count the checks of an edit task that pass: "1 of 2 checks passes."; say where that is not enough."""
    passed = sum(check.passed for check in result.checks)
    if passed == len(result.checks):
        return say("All checks pass, but this is not yet what the task asks for.")
    total = len(result.checks)
    if passed == 1:
        return say("{passed} of {total} checks passes.", passed=passed, total=total)
    return say("{passed} of {total} checks pass.", passed=passed, total=total)


def nothing_to_check(problem: str, reset_helps: bool) -> str:
    """Say why an edit could not be checked, and the way out."""
    said = f"There is nothing to check: {problem}."
    return f"{said} reset puts the lesson's files back." if reset_helps else said


# Checks and mistakes in TOML


def read_check(table: TomlTable, first: tuple[TypedRequest, ...], reader: TaskReader) -> Check | None:
    """Read a `[[check]]`; `first` is what the page sends before it."""
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


def read_mistake(
    table: TomlTable, first: tuple[TypedRequest, ...], file: PurePosixPath, reader: TaskReader
) -> Mistake | None:
    """Read a `[[mistake]]` of a task whose file to edit is `file`."""
    request, expect = reader.request(table), expectations(table)
    say, before = author_text(table, "say", required=True), (*first, *reader.requests(table, "before"))
    edited = file_name(table) or file
    replacements, wrote = _replacements(table, edited), _pattern(table)
    passes = table.flag("passes") or False
    if passes and wrote is None:
        table.complain("passes", " needs wrote; write what must be found in the file")
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
        passes=passes,
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
