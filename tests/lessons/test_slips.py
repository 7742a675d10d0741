"""A foreseen mistake is told for what was written: never for a slip of another kind, nor for another mistake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from effort import LONG_FORM
from lessons.sharedruns import SharedRuns
from lessons.slips import slipped
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import APP_FILE, Files, project, write_project
from routelab.lessons.tasks.checks import recognise
from routelab.lessons.tasks.edit import EditTask, judge_edit
from routelab.lessons.tasks.running import app_factory
from sessions import load_bundled

# Slips that are the very mistake that is foreseen, in other letters, or that its words are as true of.
THE_SAME = {
    ("from-an-empty-file", "empty", "bare route"), ("from-an-empty-file", "empty", "return in column 0"),
    ("from-an-empty-file", "second", "no slash in front"), ("from-an-empty-file", "second", "print for return"),
    ("the-loop", "mend", "print for return"), ("the-loop", "about", "no slash in front"),
    ("methods", "contact", "a string for methods"), ("slashes", "table", "slash at the end"),
    ("what-a-view-returns", "comma", "missing quote"),
    ("what-a-view-returns", "year", "print for return"), ("what-a-view-returns", "year", "no return"),
    ("json-and-files", "say", "print for return"), ("json-and-files", "say", "no return"),
    ("the-route-table", "mend", "no slash in front"), ("the-route-table", "search", "no slash in front"),
    ("url-for-and-redirect", "first", "no return"),
    ("what-a-browser-does", "loop", "print for return"),
}  # fmt: skip

# Pages whose files have the mistake before anybody edits them; what is said is true of them as well.
UNEDITED = {
    ("the-loop", "mend"), ("converters", "own"), ("response-objects", "keep"), ("json-and-files", "say"),
    ("templates", "history"), ("inheritance-and-static", "lost"), ("blueprints", "circle"), ("blueprints", "more"),
    ("cookies-and-sessions", "key"), ("a-database", "placeholder"), ("a-database", "add"),
    ("a-form-that-is-sent", "photo"), ("tests", "missing"), ("capstone", "answer"),
}  # fmt: skip

each_lesson = pytest.mark.parametrize("folder", bundled_lessons(), ids=lambda folder: folder.name)


def edit_tasks(folder: Path) -> Iterator[tuple[str, EditTask]]:
    for page in load_bundled(folder).pages:
        if isinstance(page.task, EditTask) and page.task.mistakes and page.task.file == APP_FILE:
            yield page.id, page.task


def changed_lines(before: str, after: str) -> range:
    """Return the lines of `after` from the first to the last that the solution changed."""
    blocks = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_opcodes()
    touched = [(begin, end) for tag, _, _, begin, end in blocks if tag != "equal"]
    return range(min(begin for begin, _ in touched), max(end for _, end in touched)) if touched else range(0)


def one_of_each_kind(slips: Iterable[tuple[str, str]], lesson: int) -> Iterator[tuple[str, str]]:
    """Keep a slip of each kind on the first line that it fits, of each third kind, by turns of the lessons.

    In the long form, keep one of every kind, and on the last line, too.
    """
    kinds: dict[str, list[tuple[str, str]]] = {}
    for what, slip in slips:
        kinds.setdefault(what.partition(" in line ")[0], []).append((what, slip))
    if LONG_FORM:
        return (each for found in kinds.values() for each in dict.fromkeys((found[0], found[-1])))
    return (found[0] for found in list(kinds.values())[lesson % 3 :: 3])


def false_words(folder: Path, tmp_path: Path) -> list[str]:
    """Return each slip that is told as a foreseen mistake, though it is not that one."""
    solution = folder / "solution" / APP_FILE
    tasks = tuple(edit_tasks(folder))
    if not tasks or not solution.is_file():
        return []
    starter, text = (path.read_text(encoding="utf-8") for path in (folder / APP_FILE, solution))
    write_project(project(folder, Files.SOLUTION), tmp_path)
    found: list[str] = []
    slips = slipped(text, changed_lines(starter, text))
    for what, slip in one_of_each_kind(slips, bundled_lessons().index(folder)):
        (tmp_path / APP_FILE).write_text(slip, encoding="utf-8")
        with SharedRuns(app_factory(tmp_path, "routelab"), folder=tmp_path) as runs:
            for page, task in tasks:
                told = recognise(task.mistakes, runs)
                if told is None or slip in mistakes_of(task, starter, text):
                    continue
                the_same = (folder.name.partition("-")[2], page, what.partition(" in line ")[0]) in THE_SAME
                if not the_same and not judge_edit(task, runs).passed:
                    found.append(f"{page}: {what}: lesson.md:{told.line}")
    return found


@each_lesson
def test_a_foreseen_mistake_is_silent_on_every_slip(folder: Path, tmp_path: Path) -> None:
    assert false_words(folder, tmp_path) == []


@each_lesson
def test_no_mistake_is_told_of_files_that_nobody_edited_unless_it_is_there(
    folder: Path, tmp_path: Path
) -> None:
    lesson = load_bundled(folder)
    if not lesson.loads:  # there is no app before the first edit
        return
    write_project(project(folder, Files.STARTER), tmp_path)
    name = folder.name.partition("-")[2]
    with SharedRuns(app_factory(tmp_path, "routelab"), folder=tmp_path) as runs:
        told = {
            (name, page.id)
            for page in lesson.pages
            if isinstance(page.task, EditTask) and recognise(page.task.mistakes, runs) is not None
        }
    assert told == {each for each in UNEDITED if each[0] == name}


def mistakes_of(task: EditTask, *texts: str) -> set[str]:
    """Return what the foreseen mistakes make of these texts: the same slip may be foreseen."""
    made: set[str] = set()
    for text in texts:
        for mistake in task.mistakes:
            changed = text
            for edit in mistake.replacements:
                changed = changed.replace(edit.old, edit.new)
            made.add(changed)
    return made
