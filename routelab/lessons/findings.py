"""What is wrong with a lesson: a file, a line, the broken promise, and one sentence that says what next.

A finding is what an error message is elsewhere; it must not know where it is shown.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from routelab.errors import RoutelabError
from routelab.oneof import OneOf
from routelab.record import Record

LESSON_FILE = PurePosixPath("lesson.md")
TEACHER_FILE = PurePosixPath("teacher.toml")
_OVERLAY = re.compile(r"lesson\.([a-z]{2})\.md")


def overlay_file(language: str) -> PurePosixPath:
    """Return the file that has a lesson's words in a language."""
    return PurePosixPath(f"lesson.{language}.md")


def languages_of(folder: Path) -> tuple[str, ...]:
    """Return the languages that a lesson's words are there in, beside the first one."""
    found = (_OVERLAY.fullmatch(path.name) for path in folder.iterdir())
    return tuple(sorted(match[1] for match in found if match is not None))


def is_overlay(file: PurePosixPath) -> bool:
    """Tell whether a file of a lesson's has its words in another language."""
    return _OVERLAY.fullmatch(str(file)) is not None


class CheckRule(OneOf):
    """What a lesson promises; each is one thing that `routelab check` proves."""

    READABLE = "readable"  # lesson.md is a text file of a sensible size
    FORMAT = "format"  # title, goal, pages; one task at most in each, at its end
    TOML = "toml"  # the blocks are TOML, with the keys and types that the format has
    EXPECTATION = "expectation"  # expectations and queries can be read
    REQUEST = "request"  # request lines can be read
    UNIQUE = "unique"  # page ids and choices are distinct
    FILLED = "filled"  # no text for the learner is empty
    WIDTH = "width"  # code fits a terminal of 80 columns
    SOURCE = "source"  # code that is taken from a file is in that file
    FILES = "files"  # there is no file that nothing uses
    LOADS = "loads"  # the app loads, or is meant not to
    EXAMPLE = "example"  # each example fulfils its task
    PREDICTION = "prediction"  # each prediction's answer is among its choices
    STARTER = "starter"  # the starter fails each edit task
    SOLUTION = "solution"  # solution/ passes them all
    EMPTY = "empty"  # an app without a route passes none
    EXPLANATION = "explanation"  # a page of explain raises exactly its code, and its fix none
    CODES = "codes"  # no request of a lesson shows a finding that the lesson does not name
    FACT = "fact"  # what a page states is so
    MISTAKE = "mistake"  # each mistake fails its task, and is recognised
    DEMO = "demo"  # what a teacher's notes name to be shown can be shown
    SAME_TWICE = "same_twice"  # two runs give the same result


class Finding(Record):
    """A broken promise; `file` is relative to the lesson's folder, `line` None where no line is to blame."""

    promise: CheckRule
    text: str
    file: PurePosixPath = LESSON_FILE
    line: int | None = None

    @property
    def place(self) -> str:
        """The file and line: `lesson.md:31`."""
        return f"{self.file}" if self.line is None else f"{self.file}:{self.line}"


class Findings:
    """Collects findings, so that all are told and not the first alone; `file` is where most of them are."""

    def __init__(self, file: PurePosixPath = LESSON_FILE) -> None:
        self._file = file
        self._found: list[Finding] = []

    def add(self, promise: CheckRule, line: int | None, text: str, file: PurePosixPath | None = None) -> None:
        """Note that a promise is broken."""
        self._found.append(Finding(promise=promise, text=text, file=file or self._file, line=line))

    def sorted(self) -> tuple[Finding, ...]:
        """Return each finding once, by file and line, lesson.md first."""
        unique = dict.fromkeys(self._found)
        return tuple(sorted(unique, key=lambda it: (it.file != LESSON_FILE, it.file, it.line or 0)))


class LessonInvalid(RoutelabError):
    """A lesson that cannot be taught: the first of its findings, and how many more there are."""

    def __init__(self, lesson: str, findings: tuple[Finding, ...]) -> None:
        self.lesson, self.findings = lesson, findings
        first = findings[0]
        more = f" (and {len(findings) - 1} more: routelab check tells all)" if len(findings) > 1 else ""
        super().__init__(f"{lesson}/{first.place}: {first.text}{more}")
