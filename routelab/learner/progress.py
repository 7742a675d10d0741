"""What a learner has finished: states of pages, kept in one file or, for a guest, in memory alone.

It must not know lessons but by their names, nor how a message is shown. That something cannot be saved is a
value, not an error: the lesson goes on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from errno import ENOTSUP
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, assert_never

from routelab.learner.statefile import Damaged, Document, StateFile, StateRead, in_silence
from routelab.oneof import OneOf
from routelab.record import Record

_SCHEMA = 1


class State(OneOf):
    """How far a learner came with a page."""

    SKIPPED = "skipped"
    SEEN = "seen"  # the solution was shown
    DONE = "done"


_WORDS = {State.DONE: "done", State.SEEN: "solution seen", State.SKIPPED: "skipped"}
# A page's state only ever rises: going through a finished lesson again loses nothing.
_RANKS = {State.SKIPPED: 1, State.SEEN: 2, State.DONE: 3}


_NONE: Mapping[str, Any] = MappingProxyType({})


def states_words(states: Iterable[State]) -> str:
    """Count states: "3 done, 1 skipped"; "" where there are none."""
    counted = Counter(states)
    return ", ".join(f"{counted[state]} {name}" for state, name in _WORDS.items() if counted[state])


class LessonProgress(Record):
    """The pages of one lesson that were finished, by id, and the one where the learner last was."""

    pages: Mapping[str, State] = _NONE
    at: str | None = None


class Progress(Record):
    """All lessons that were begun, by key; `last` is the key of the one where the learner last was.

    `day` is when that was, None where it is not known. `theme` is what the app of their own is about, None
    where they did not choose.
    """

    lessons: Mapping[str, LessonProgress] = _NONE
    last: str | None = None
    day: date | None = None
    theme: str | None = None

    def of(self, lesson: str) -> LessonProgress:
        """Return a lesson's progress, an empty one if it was not begun."""
        return self.lessons.get(lesson, LessonProgress())


class Saved(Record):
    """It is on the disk."""


class NotSaved(Record):
    """It is not, and this is why; the progress of this session is kept in memory."""

    path: Path
    reason: str


class NotOpened(Record):
    """What the file holds is not known, and this is why."""

    path: Path
    reason: str


class SetAside(Record):
    """The file was damaged; it was renamed, and a new one begun."""

    path: Path
    aside: Path


Saving: TypeAlias = Saved | NotSaved | SetAside
Opening: TypeAlias = Saved | NotOpened | SetAside
_Failed = TypeVar("_Failed", NotSaved, NotOpened)


def saving_words(outcome: Saving | Opening) -> str | None:
    """Say what became of a save, or of looking into the file, where that is worth a word."""
    match outcome:
        case Saved():
            return None
        case NotSaved(path=path, reason=reason):
            return f"not saved: {path}: {reason}; the lesson continues without saving"
        case NotOpened(path=path, reason=reason):
            return f"{path} cannot be read: {reason}; put that right, or set ROUTELAB_HOME"
        case SetAside(path=path, aside=aside):
            return f"{path} could not be read; it is kept as {aside.name}, and a new one is begun"
    assert_never(outcome)


class ProgressFile:
    """The progress of one learner; with no path it is a guest's, and forgotten at the end.

    `waiting` is called with the file's path as soon as another process is found to hold it.
    """

    def __init__(self, path: Path | None, waiting: Callable[[Path], object] = in_silence) -> None:
        self._file = None if path is None else StateFile(path, _check, waiting)
        self._document: Document = {}
        self._unsaved: list[Callable[[Document], None]] = []
        self.opened: Opening = self._kept(StateFile.read, NotOpened)

    @property
    def progress(self) -> Progress:
        """What is known, this session's own included even if it could not be saved."""
        return _progress(self._document)

    def record(self, lesson: str, page: str, state: State) -> Saving:
        """Note a page's state, unless it had a higher one."""
        return self._change(lambda document: _raise_state(document, lesson, page, state))

    def visit(self, lesson: str, page: str, day: date) -> Saving:
        """Note where the learner is on a day, to go on from there."""
        return self._change(lambda document: _set_place(document, lesson, page, day))

    def choose_theme(self, theme: str) -> Saving:
        """Note what the learner's own app is about."""
        return self._change(lambda document: document.update(schema=_SCHEMA, theme=theme))

    def forget(self, lesson: str) -> Saving:
        """Forget a lesson."""
        return self._change(lambda document: _forget(document, lesson))

    @property
    def is_kept(self) -> bool:
        """Whether there is a file to keep it in; a guest has none."""
        return self._file is not None

    def export(self) -> str:
        """Return everything as JSON text; half a character, as a folder's name may have one, is an escape."""
        text = json.dumps({"schema": _SCHEMA, **self._document}, ensure_ascii=False, indent=1) + "\n"
        return text.encode("utf-8", "backslashreplace").decode()

    def _change(self, change: Callable[[Document], None]) -> Saving:
        change(self._document)
        self._unsaved.append(change)
        outcome = self._kept(lambda file: file.change(self._catch_up), NotSaved)
        if not isinstance(outcome, NotSaved):
            self._unsaved.clear()
        return outcome

    def _catch_up(self, document: Document) -> None:
        for change in self._unsaved:
            change(document)

    def _kept(
        self, act: Callable[[StateFile], StateRead], failed: type[_Failed]
    ) -> Saved | SetAside | _Failed:
        """Read or change the file, and know what it then holds."""
        if self._file is None:
            return Saved()
        try:
            stored = act(self._file)
        except OSError as error:
            return failed(path=self._file.path, reason=error.strerror or str(error))
        self._document = stored.document
        return Saved() if stored.aside is None else SetAside(path=self._file.path, aside=stored.aside)


def _check(document: Document) -> None:
    """Raise Damaged for what is not of the form that this module writes, and OSError for what is newer."""
    schema = document.get("schema", _SCHEMA)
    if not isinstance(schema, int):
        raise Damaged("schema is not a number")
    if schema > _SCHEMA:
        raise OSError(ENOTSUP, "a newer routelab made it; update this one")
    lessons = document.get("lessons", {})
    if not isinstance(lessons, dict):
        raise Damaged("lessons is not an object")
    for lesson in lessons.values():
        if not isinstance(lesson, dict) or not isinstance(pages := lesson.get("pages", {}), dict):
            raise Damaged("a lesson is not an object with pages")
        if not all(isinstance(page, dict) for page in pages.values()):
            raise Damaged("a page is not an object")


def _progress(document: Document) -> Progress:
    last, theme = document.get("last"), document.get("theme")
    return Progress(
        lessons={name: _lesson_progress(lesson) for name, lesson in document.get("lessons", {}).items()},
        last=last if isinstance(last, str) else None,
        day=_day(document.get("day")),
        theme=theme if isinstance(theme, str) else None,
    )


def _lesson_progress(lesson: Document) -> LessonProgress:
    states = {name: _state(page) for name, page in lesson.get("pages", {}).items()}
    at = lesson.get("at")
    return LessonProgress(
        pages={name: state for name, state in states.items() if state is not None},
        at=at if isinstance(at, str) else None,
    )


def _day(noted: object) -> date | None:
    try:
        return date.fromisoformat(noted) if isinstance(noted, str) else None
    except ValueError:
        return None


def _state(page: Document) -> State | None:
    try:
        return State(page.get("state"))
    except ValueError:
        return None


def _raise_state(document: Document, lesson: str, page: str, state: State) -> None:
    entry = _entry(document, lesson).setdefault("pages", {}).setdefault(page, {})
    before = _state(entry)
    if before is None or _RANKS[state] > _RANKS[before]:
        entry["state"] = state.value


def _set_place(document: Document, lesson: str, page: str, day: date) -> None:
    _entry(document, lesson)["at"] = page
    document["last"] = lesson
    document["day"] = day.isoformat()


def _forget(document: Document, lesson: str) -> None:
    document.get("lessons", {}).pop(lesson, None)
    if document.get("last") == lesson:
        del document["last"]


def _entry(document: Document, lesson: str) -> Document:
    document.setdefault("schema", _SCHEMA)
    entry: Document = document.setdefault("lessons", {}).setdefault(lesson, {})
    return entry
