"""The file of results: a line of JSON a submission, written when it is done, and in order once all are.

A run that was killed leaves whole lines, of which another goes on; files of parts are put together. It knows
files and lines, and not how a grade comes about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Self

from routelab.errors import RoutelabError, UsageError
from routelab.grading.assignment import Assignment
from routelab.grading.records import SubmissionGrade
from routelab.grading.submissions import by_name
from routelab.regularfile import LARGEST
from routelab.wholefile import replacing


class NotWritten(RoutelabError):
    """A file of results cannot be written; what was written before stays."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} cannot be written: {error.strerror or error}; choose another --output")


class NotResults(UsageError):
    """A file is not one of results, or not of this lesson."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise NotWritten where the file cannot be written."""
    try:
        yield
    except OSError as error:
        raise NotWritten(path, error) from None


def line_of(grade: SubmissionGrade) -> str:
    """Write a grade as a line of the file, without its end."""
    return json.dumps(grade.to_json(), separators=(", ", ": "))


def results_in(path: Path, assignment: Assignment, *, cut_off: bool = False) -> Iterator[SubmissionGrade]:
    """Read a file of results. `cut_off`: a last line without an end is left out, for its writer was killed.

    Raises NotResults where it is none, or of another lesson or version.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(iter(partial(lines.readline, LARGEST), ""), start=1):
                if cut_off and not line.endswith("\n"):
                    return
                if line.strip():
                    yield _grade_of(line, path, number, assignment)
    except UnicodeDecodeError:
        raise NotResults(path, 0, "this is not a file of results") from None
    except OSError as error:
        raise NotResults(path, 0, f"it cannot be read: {error.strerror or error}") from None


def merged(
    files: Sequence[Path], assignment: Assignment
) -> tuple[tuple[SubmissionGrade, ...], tuple[str, ...]]:
    """Put files of results together, by name; of two results for one name the first counts.

    The second value says where that was so.
    """
    grades: dict[str, SubmissionGrade] = {}
    said: list[str] = []
    for path in files:
        for grade in results_in(path, assignment):
            if grade.submission in grades:
                said.append(f"{path}: {grade.submission!r} has a result already; the first one counts")
            else:
                grades[grade.submission] = grade
    return tuple(sorted(grades.values(), key=lambda grade: by_name(grade.submission))), tuple(said)


class ResultFile:
    """A file of results that is being written.

    `done` are the names of those that it has, `kept` the results that it had when it was opened.
    """

    def __init__(self, path: Path, assignment: Assignment, names: Sequence[str], *, resume: bool) -> None:
        """Open it, or go on with it. Raises NotWritten and NotResults."""
        self._path, self._names = path, names
        self.done: set[str] = set()
        self.kept: list[SubmissionGrade] = []
        with writing(path):
            # Whether lines may be written as they come: a pipe cannot be put in order later.
            self.takes_any_order = path.is_file() or not path.exists()
            if resume and path.is_file():
                wanted = set(names)
                found = results_in(path, assignment, cut_off=True)
                self.kept = [each for each in found if each.submission in wanted]
                self._replace(line_of(each) for each in self.kept)
                self.done = {each.submission for each in self.kept}
            self._lines = path.open("a" if self.done else "w", encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._lines.close()

    def add(self, grade: SubmissionGrade) -> None:
        """Write a result down. Raises NotWritten."""
        with writing(self._path):
            self._lines.write(f"{line_of(grade)}\n")
            self._lines.flush()
        self.done.add(grade.submission)

    def finish(self) -> None:
        """Put the lines in the order of the names. Raises NotWritten."""
        with writing(self._path):
            self._lines.close()
            if self.takes_any_order:
                self._replace(self._ordered())

    def _ordered(self) -> Iterator[str]:
        """Read the lines by name; where each begins is all that is kept of them."""
        places: dict[str, int] = {}
        with self._path.open("rb") as lines:
            begin = 0
            for line in lines:
                places[json.loads(line)["submission"]] = begin
                begin += len(line)
            for name in self._names:
                if name in places:
                    lines.seek(places[name])
                    yield lines.readline().decode().rstrip("\n")

    def _replace(self, lines: Iterable[str]) -> None:
        """Write a new file in the place of this one, whole or not at all."""
        with replacing(self._path) as file:
            file.writelines(f"{line}\n".encode() for line in lines)


def _grade_of(line: str, path: Path, number: int, assignment: Assignment) -> SubmissionGrade:
    try:
        grade = SubmissionGrade.from_json(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotResults(path, number, "this is not a result of routelab grade --format json") from None
    if grade.lesson_digest != assignment.digest:
        problem = f"this was graded on another lesson, or another version of {assignment.name}"
        raise NotResults(path, number, f"{problem}; grade again, into another file")
    if tuple(task.id for task in grade.tasks) != tuple(task.id for task in assignment.tasks):
        raise NotResults(path, number, "this was graded on other tasks; use the same --task, or another file")
    return grade
