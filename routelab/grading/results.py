"""The file of results: a line of JSON a submission, in order, put in its place once all are there.

Until then the lines grow in a file beside it, each written when it is done: a run that was killed leaves
them, and another goes on. Files of parts are put together. It knows files and lines, and not how a grade
comes about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Self

from routelab.errors import RoutelabError, UsageError
from routelab.grading.assignment import Assignment
from routelab.grading.records import SubmissionGrade
from routelab.grading.submissions import by_name
from routelab.regularfile import LARGEST
from routelab.wholefile import can_be_whole, place_of, replacing, write_whole


class NotWritten(RoutelabError):
    """A file of results cannot be written; what was there stays, and what was graded is in `left`."""

    def __init__(self, path: Path, error: OSError, left: Path | None) -> None:
        super().__init__(
            f"{path} cannot be written: {error.strerror or error}; "
            + ("choose another --output" if left is None else f"what was graded before is in {left}")
        )


class NotResults(UsageError):
    """A file is not one of results, or not of this lesson."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")


@contextmanager
def writing(path: Path, left: Path | None = None) -> Iterator[None]:
    """Raise NotWritten where the file cannot be written; what was graded is in `left`."""
    try:
        yield
    except OSError as error:
        raise NotWritten(path, error, left) from None


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
    """A file of results that is being written; what was there stays until it is complete.

    `done` are the names of those that it has, `kept` the results that an earlier run had left. `left` is
    where `resume` finds them, None where there are none.
    """

    def __init__(self, path: Path, assignment: Assignment, names: Sequence[str], *, resume: bool) -> None:
        """See that it can be written, and what is there to go on with. Raises NotWritten and NotResults."""
        self._path, self._names = path, names
        self._lines: IO[bytes] | None = None
        with writing(path):
            # Whether lines may be written as they come: a pipe cannot be put in order later.
            self.takes_any_order = can_be_whole(path)
            self._growing = growing_beside(path) if self.takes_any_order else path
            there = (it for it in (self._growing, path) if it.is_file())
            self.left = next(there, None) if resume else None
        wanted = set(names)
        found = () if self.left is None else results_in(self.left, assignment, cut_off=True)
        self.kept = [each for each in found if each.submission in wanted]
        self.done = {each.submission for each in self.kept}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._lines is not None:
            with suppress(OSError):
                self._lines.close()

    def add(self, grade: SubmissionGrade) -> None:
        """Write a result down. Raises NotWritten."""
        with writing(self._path, self.left):
            if self._lines is None:
                self._begin((*self.kept, grade))
            else:
                self._lines.write(_written(grade))
                self._lines.flush()
        self.done.add(grade.submission)

    def finish(self) -> None:
        """Put the lines in the order of the names, and in their place. Raises NotWritten."""
        with writing(self._path, self.left):
            lines = self._lines or self._begin(self.kept)
            if self.takes_any_order:
                with replacing(self._path) as file:
                    file.writelines(self._ordered(lines))
                self._growing.unlink(missing_ok=True)

    def _begin(self, grades: Iterable[SubmissionGrade]) -> IO[bytes]:
        """Write the first lines, and return the file for the next."""
        first = b"".join(map(_written, grades))
        if self.takes_any_order:
            write_whole(self._growing, first)
            self.left = self._growing
            self._lines = self._growing.open("ab+")
        else:
            self._lines = self._path.open("wb")
            self._lines.write(first)
            self._lines.flush()
        return self._lines

    def _ordered(self, lines: IO[bytes]) -> Iterator[bytes]:
        """Read the lines by name; where each begins is all that is kept of them."""
        places: dict[str, int] = {}
        begin = lines.seek(0)
        for line in lines:
            places[json.loads(line)["submission"]] = begin
            begin += len(line)
        for name in self._names:
            if name in places:
                lines.seek(places[name])
                yield lines.readline()


def growing_beside(path: Path) -> Path:
    """Return where the lines of a file of results are while it is not complete."""
    place = place_of(path)
    return place.with_name(f"{place.name}.part")


def _written(grade: SubmissionGrade) -> bytes:
    return f"{line_of(grade)}\n".encode()


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
