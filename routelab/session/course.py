"""The lessons that one can choose from: what the list says of each, and how far the learner is with it.

Of a lesson it reads the head of its lesson.md alone: to show a course in a list takes no Markdown parser.
What a whole lesson says is read by `lessons.reading`, and a test holds the two together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from pathlib import Path
from shutil import rmtree
from typing import Any

from routelab.bundled import meant
from routelab.courselist import CourseList, CoursePart, CourseRow
from routelab.errors import RoutelabError, UsageError
from routelab.learner.progress import Progress, states_words
from routelab.lessons.course import key_of
from routelab.lessons.files import code_hash, everything, fenced_lines, write_project
from routelab.lessons.findings import LESSON_FILE
from routelab.nearest import did_you_mean
from routelab.record import Record
from routelab.regularfile import read_text
from routelab.wholenumber import whole_number

_BLOCK = "toml lesson"


class NoSuchLesson(UsageError):
    """There is no lesson of that number or name."""

    def __init__(self, name: str, course: Course) -> None:
        near = meant(name.partition("/")[0], course.folders)
        hint = f"there are {course.first} to {course.last}" if near is None else f"did you mean {near!r}?"
        super().__init__(f"there is no lesson {name!r}; {hint}")


class NoSuchPage(UsageError):
    """The lesson has no page of that number or id."""

    def __init__(self, lesson: int | str, page: str, known: tuple[str, ...]) -> None:
        hint = did_you_mean(page, known, f"its pages are {', '.join(known)}")
        super().__init__(f"lesson {lesson} has no page {page!r}; {hint}")


class LessonSummary(Record):
    """What the list of lessons says of a lesson; `number` counts in its course."""

    folder: Path
    key: str
    number: int
    title: str
    goal: str
    pages: int
    part: str = ""
    minutes: int | None = None


class Course:
    """Lessons by their folders; `bundled` are those that came with routelab.

    `approved` are hashes of the code that the learner said yes to, by folder; where it is given, nothing else
    runs, and it runs from copies.
    """

    def __init__(
        self, folders: tuple[Path, ...], *, bundled: bool, approved: Mapping[Path, str] | None = None
    ) -> None:
        self.folders, self.bundled = folders, bundled
        self._approved = approved

    def code_of(self, folder: Path, copies: Path) -> Path:
        """Return a folder with a lesson's files as they were said yes to. Raises RoutelabError for others.

        It is one of the `copies`: what becomes of the lesson's own folder from now on does not run.
        """
        if self._approved is None:
            return folder
        copy = copies / f"approved-{key_of(folder)}"
        new = copy.with_name(f"{copy.name}.new")
        rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write_project(everything(folder), new)
        if code_hash(new) != self._approved.get(folder.resolve()):
            raise RoutelabError(
                f"the files of {folder} have changed since you said yes to them; "
                "leave, and start routelab learn again"
            )
        rmtree(copy, ignore_errors=True)
        return new.rename(copy)

    @cached_property
    def summaries(self) -> tuple[LessonSummary, ...]:
        """What is said of each lesson, in order."""
        return tuple(read_summary(folder, number) for number, folder in enumerate(self.folders, self.first))

    @property
    def first(self) -> int:
        """The number of the first lesson: 0 for a course that begins with a folder of that number, else 1."""
        return 0 if self.folders and self.folders[0].name.startswith("00-") else 1

    @property
    def last(self) -> int:
        """The number of the last lesson."""
        return self.first + len(self.folders) - 1

    def find(self, typed: str) -> LessonSummary | None:
        """Find a lesson by number, folder, name or title."""
        wanted = typed.strip().casefold()
        return next((summary for summary in self.summaries if wanted in _names(summary)), None)

    def after(self, summary: LessonSummary) -> LessonSummary | None:
        """Return the lesson that follows one; None after the last."""
        place = summary.number - self.first + 1
        return self.summaries[place] if place < len(self.summaries) else None

    def suggested(self, progress: Progress) -> LessonSummary:
        """Choose the lesson to go on with: the last one if it is not finished, else the next unfinished."""
        unfinished = [summary for summary in self.summaries if not _finished(summary, progress)]
        last = next((summary for summary in self.summaries if summary.key == progress.last), None)
        if last is None:
            return unfinished[0] if unfinished else self.summaries[0]
        if last in unfinished:
            return last
        later = [summary for summary in unfinished if summary.number > last.number]
        return (later or unfinished or [self.summaries[0]])[0]

    def shown(self, progress: Progress) -> CourseList:
        """Return the list as it is shown, by the parts of the course."""
        here = self.suggested(progress)
        parts = groupby(self.summaries, key=lambda summary: summary.part)
        return CourseList(
            parts=tuple(
                CoursePart(
                    title=part,
                    rows=tuple(_row(summary, progress, here=summary is here) for summary in summaries),
                )
                for part, summaries in parts
            )
        )


def _names(summary: LessonSummary) -> tuple[str, ...]:
    folder = summary.folder.name.casefold()
    number, dash, rest = folder.partition("-")
    short = (rest,) if dash and whole_number(number) is not None else ()
    return (str(summary.number), f"{summary.number:02}", folder, *short, summary.title.casefold())


def _finished(summary: LessonSummary, progress: Progress) -> bool:
    return bool(summary.pages) and len(progress.of(summary.key).pages) >= summary.pages


def _row(summary: LessonSummary, progress: Progress, *, here: bool) -> CourseRow:
    pages = progress.of(summary.key).pages
    return CourseRow(
        number=summary.number,
        title=summary.title,
        goal=summary.goal,
        pages=summary.pages,
        finished=min(len(pages), summary.pages),
        state=states_words(pages.values()),
        minutes=summary.minutes,
        here=here,
    )


# The head of a lesson.md


def read_summary(folder: Path, number: int) -> LessonSummary:
    """Read the head of a lesson; one that cannot be read has the folder's name for a title."""
    try:
        text = read_text(folder / LESSON_FILE)
    except (OSError, UnicodeDecodeError):
        text = ""
    plain, settings = _split(text)
    titles = [line[2:].strip() for line in plain if line.startswith("# ")]
    part, minutes = settings.get("part"), settings.get("minutes")
    return LessonSummary(
        folder=folder,
        key=key_of(folder),
        number=number,
        title=titles[0] if titles else folder.name,
        goal=" ".join(_first_paragraph(plain)).replace("`", ""),
        pages=sum(line.startswith("## ") for line in plain),
        part=part if isinstance(part, str) else "",
        minutes=minutes if isinstance(minutes, int) else None,
    )


def _split(text: str) -> tuple[list[str], dict[str, Any]]:
    """Return the lines outside of fences, and what the `toml lesson` block says."""
    lines = tuple(fenced_lines(text))
    plain = [line for words, line in lines if words is None]
    try:
        return plain, tomllib.loads("\n".join(line for words, line in lines if words == _BLOCK))
    except tomllib.TOMLDecodeError:
        return plain, {}


def _first_paragraph(lines: list[str]) -> Iterator[str]:
    begun = False
    for line in lines:
        if line.startswith("## "):
            return
        if line.startswith("#") or not line.strip():
            if begun:
                return
            continue
        begun = True
        yield line.strip()
