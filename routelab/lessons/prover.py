"""The proofs that run a lesson's app, on one engine: that its tasks can be done, and its words are true.

The app runs in copies of the lesson's files, never in the lesson's own folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from routelab.errors import RoutelabError
from routelab.lessons import words
from routelab.lessons.expectation import question_text
from routelab.lessons.files import SOLUTION, project, write_project
from routelab.lessons.findings import Finding, Findings, Promise
from routelab.lessons.grading import (
    EditResult,
    Labs,
    grade_edit,
    labs_in,
    predict,
    recognise,
    run_example,
)
from routelab.lessons.judging import Cause, Result
from routelab.lessons.queries import Nothing, NotJson, Observation, Seen
from routelab.lessons.records import APP_FILE, EditTask, Files, Lesson, Mistake, PredictTask, TryTask
from routelab.tracing.records import LoadStep

_EMPTY_APP = "from flask import Flask\n\napp = Flask(__name__)\n"


class Prover:
    """Proves one lesson on one engine; `scratch` is an empty folder for the copies."""

    def __init__(self, lesson: Lesson, engine: str, scratch: Path) -> None:
        self._lesson = lesson
        self._engine = engine
        self._scratch = scratch
        self._found = Findings()

    def findings(self) -> tuple[Finding, ...]:
        """Run everything that can be run."""
        labs = {Files.STARTER: self._starter(), Files.SOLUTION: self._solution()}
        for page in self._lesson.pages:
            usable = labs[page.files]
            match page.task:
                case TryTask() if usable:
                    self._prove_try(page.task, usable)
                case PredictTask() if usable:
                    self._prove_prediction(page.task, usable)
                case EditTask():
                    self._prove_edit(page.task, labs[Files.SOLUTION])
                case _:
                    pass
        return self._found.sorted()

    def _starter(self) -> Labs | None:
        """Return what loads the starter; None, and a finding, if it should load and does not."""
        labs = self._copy("starter", Files.STARTER)
        try:
            failure = labs().failure
        except RoutelabError as error:
            self._found.add(Promise.LOADS, None, str(error), APP_FILE)
            return None
        if failure is not None and self._lesson.loads:
            what = f"{failure.exception}: {failure.message.partition(chr(10))[0]}"
            self._found.add(
                Promise.LOADS,
                failure.line,
                f"the app does not load: {what}; mend it, or say loads = false in the first task",
                PurePosixPath(failure.file or APP_FILE),
            )
            return None
        if failure is None and not self._lesson.loads:
            first = next(page.task for page in self._lesson.pages if page.task)
            self._found.add(
                Promise.LOADS,
                first.brief.line,
                "the task says loads = false, but app.py loads; remove the key, or break the app",
            )
        return labs

    def _solution(self) -> Labs | None:
        """Return what loads the solution; None, and a finding, if there is none that loads."""
        edits = [page.task for page in self._lesson.pages if isinstance(page.task, EditTask)]
        if not edits:
            return None
        if not (self._lesson.folder / SOLUTION).is_dir():
            self._found.add(
                Promise.SOLUTION,
                edits[0].brief.line,
                "there is no solution/ for this edit task; put the files there that fulfil it",
            )
            return None
        labs = self._copy("solution", Files.SOLUTION)
        try:
            problem: RoutelabError | None = labs().failure
        except RoutelabError as error:
            problem = error
        if problem is None:
            return labs
        self._found.add(Promise.SOLUTION, None, f"{problem}; mend it", PurePosixPath(SOLUTION) / APP_FILE)
        return None

    def _prove_try(self, task: TryTask, labs: Labs) -> None:
        results = run_example(task, labs)
        failed = _first_failure(results)
        shown = ", ".join(repr(request.typed) for request in task.example)
        if failed is not None:
            problem = f"the example {shown} does not fulfil {failed}; correct the example or `expect`"
            self._found.add(Promise.EXAMPLE, task.brief.line, problem)
        else:
            self._compare(shown, task.brief.line, _seen(results), _seen(run_example(task, labs)))

    def _prove_prediction(self, task: PredictTask, labs: Labs) -> None:
        line = task.brief.line
        prediction = predict(task, labs)
        if prediction.right is None:
            where = "with `nothing`" if isinstance(prediction.answer, Nothing) else "to choices"
            problem = f"the answer is {_answer(prediction.answer)}, and no choice says so; add it {where}"
            self._found.add(Promise.PREDICTION, line, problem)
        elif prediction.right.say:
            problem = (
                f"{prediction.right.label} is the answer, so its words are never said; move them into `after`"
            )
            self._found.add(Promise.PREDICTION, line, problem)
        again = predict(task, labs)
        self._compare(question_text(task.question), line, (prediction.answer,), (again.answer,))

    def _prove_edit(self, task: EditTask, solution: Labs | None) -> None:
        line = task.brief.line
        if grade_edit(task, self._copy("starter", Files.STARTER)).passed:
            problem = "the starter passes all checks already; ask for something that is not there yet"
            self._found.add(Promise.STARTER, line, problem)
        empty = self._copy("empty", Files.STARTER, {APP_FILE: _EMPTY_APP})
        if grade_edit(task, empty).passed:
            problem = "an app without any route passes all checks; add one that needs a route"
            self._found.add(Promise.EMPTY, line, problem)
        if solution is not None:
            self._prove_solution(task, solution)
        for mistake in task.mistakes:
            self._prove_mistake(task, mistake, solution)

    def _prove_solution(self, task: EditTask, solution: Labs) -> None:
        graded, again = grade_edit(task, solution), grade_edit(task, solution)
        for check, second in zip(graded.checks, again.checks, strict=True):
            failed = _first_failure(check.results)
            if failed is not None:
                problem = f"solution/ does not fulfil {failed}; correct it or the check"
                self._found.add(Promise.SOLUTION, check.check.line, problem)
            shown = check.check.request.typed
            self._compare(shown, check.check.line, _seen(check.results), _seen(second.results))

    def _prove_mistake(self, task: EditTask, mistake: Mistake, solution: Labs | None) -> None:
        edited = self._edited(mistake)
        if edited is not None:
            labs = self._copy("mistake", Files.STARTER, edited)
            problem = _unrecognised(grade_edit(task, labs), mistake)
            if problem is not None:
                self._found.add(Promise.MISTAKE, mistake.line, problem)
        if solution is not None and recognise((mistake,), solution) is not None:
            problem = "solution/ is taken for this mistake, too; expect something that only the mistake has"
            self._found.add(Promise.MISTAKE, mistake.line, problem)

    def _edited(self, mistake: Mistake) -> dict[PurePosixPath, str] | None:
        """Apply a mistake's replacements to the starter; None, and a finding, if one does not fit."""
        texts: dict[PurePosixPath, str] = {}
        for edit in mistake.replace:
            file = self._lesson.folder / edit.file
            if edit.file not in texts and not file.is_file():
                self._found.add(Promise.MISTAKE, mistake.line, f"there is no file {str(edit.file)!r} to edit")
                return None
            text = texts[edit.file] if edit.file in texts else _text_of(file)
            count = text.count(edit.old) if edit.old else 0
            if count != 1:
                where = f"stands {count} times in {edit.file}" if count else f"is not in {edit.file}"
                problem = f"replace: {edit.old!r} {where}; quote what stands there once"
                self._found.add(Promise.MISTAKE, mistake.line, problem)
                return None
            texts[edit.file] = text.replace(edit.old, edit.new)
        return texts

    def _copy(self, name: str, files: Files, edited: dict[PurePosixPath, str] | None = None) -> Labs:
        """Write a copy of the lesson's files, some with another text, and return what loads it."""
        folder = self._scratch / name
        write_project(project(self._lesson.folder, files), folder)
        for path, text in (edited or {}).items():
            (folder / path).write_bytes(text.encode("utf-8", "surrogateescape"))
        return labs_in(folder, self._engine)

    def _compare(
        self, shown: str, line: int, one: tuple[Observation, ...], two: tuple[Observation, ...]
    ) -> None:
        for first, second in zip(one, two, strict=True):
            if first != second:
                problem = (
                    f"{shown} gave {_answer(first)} and then {_answer(second)}; "
                    "ask for what does not depend on chance, clock or order"
                )
                self._found.add(Promise.SAME_TWICE, line, problem)


def _text_of(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape")


def _unrecognised(graded: EditResult, mistake: Mistake) -> str | None:
    """Say why a mistake's own edit is not told as this mistake; None if it is."""
    if graded.passed:
        return "the edit in `replace` passes all checks, so it is no mistake; add a check that it fails"
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


def _first_failure(results: Iterable[Result]) -> str | None:
    """Say what failed first: `status == 200 (it was 404; almost /post/<int:id>: ...)`."""
    for result in results:
        if not result.passed:
            reason = next(words.reasons(result), None)
            because = f"; {reason}" if reason else ""
            return f"{words.expected(result)} ({words.came(result)}{because})"
    return None


def _seen(results: Iterable[Result]) -> tuple[Observation, ...]:
    return tuple(result.observed for result in results)


def _answer(answer: Observation) -> str:
    match answer:
        case Seen(value=value):
            return words.shown_value(value)
        case NotJson(repr=text):
            return text
        case Nothing():
            return "that there is none"
