"""Which demo is meant by a name: a script, one that comes with routelab, a lesson, or one of its pages.

It finds and reads them, and runs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from routelab import bundled
from routelab.errors import UsageError
from routelab.lessons.course import bundled_lessons, is_lesson
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import Lesson
from routelab.nearest import nearest
from routelab.session.course import Course, NoSuchPage
from routelab.session.demo.apps import app_of_script
from routelab.session.demo.script import DemoScript, of_lesson, read_script
from routelab.wholenumber import whole_number


class NothingToShow(UsageError):
    """What was typed is no lesson, no script and no request."""

    def __init__(self, typed: str) -> None:
        names = bundled.demos()
        # A request may be meant as well, so no word is taken for a name that it is not much like.
        near = bundled.meant(typed.partition("/")[0], cutoff=0.75) or nearest(typed, names, cutoff=0.75)
        known = f"the demos are {', '.join(names)}, and a request begins with a method or a slash"
        hint = known if near is None else f"did you mean {near!r}?"
        super().__init__(f"there is no lesson, no script and no demo {typed!r}; {hint}")


class Shown(NamedTuple):
    """A script, and the app to run it on: `folder` of a lesson, else `target`, else what `-A` says.

    `files` is where the files lie that requests send; `foreign`: the lesson did not come with routelab.
    """

    script: DemoScript
    folder: Path | None = None
    target: str | None = None
    files: Path | None = None
    foreign: bool = False


def named_demo(typed: str) -> Shown:
    """Find a demo that comes with routelab, or a lesson or page: "loop", "2", "2/user", "my-lesson/first".

    Raises UsageError.
    """
    script = bundled.demos().get(typed)
    return _of_lesson(typed) if script is None else of_script(script)


def of_script(path: Path, app: str | None = None) -> Shown:
    """Show a script on its own app, or on `app`. Raises ScriptError."""
    script = read_script(path)
    target = app or (app_of_script(path, script) if script.app else None)
    lesson = None if target is None else Course(bundled_lessons(), bundled=True).find(target)
    if lesson is not None and not app:
        script = script._replace(end=f"routelab learn {lesson.number}")
    return Shown(script=script, target=target, files=path.parent)


def noted_demo(lesson: Lesson, name: str) -> tuple[str, Shown]:
    """Find a demo of a teacher's notes, a page or a demo that comes with routelab, and what shows it.

    Raises UsageError.
    """
    if name not in [page.id for page in lesson.pages]:
        if name not in bundled.demos():
            raise NothingToShow(name)
        return f"routelab demo {name}", named_demo(name)
    lessons = bundled_lessons()
    places = [folder.resolve() for folder in lessons]
    named = lesson.folder.as_posix()
    if (folder := lesson.folder.resolve()) in places:
        named = str(Course(lessons, bundled=True).first + places.index(folder))
    return f"routelab demo {named}/{name}", _of_pages(lesson, named, name)


def _of_lesson(typed: str) -> Shown:
    course = Course(bundled_lessons(), bundled=True)
    name, _, page = typed.strip("/").partition("/")
    summary = course.find(name)
    if summary is not None:
        return _of_pages(load_lesson(summary.folder), str(summary.number), page)
    folder, page = Path(typed), ""
    if not is_lesson(folder) and is_lesson(folder.parent):
        folder, page = folder.parent, folder.name
    if not is_lesson(folder):
        raise NothingToShow(typed)
    return _of_pages(load_lesson(folder), folder.as_posix(), page)._replace(foreign=True)


def _of_pages(lesson: Lesson, named: str, page: str) -> Shown:
    """Show one page of a lesson, by its id or number; all of them for ""."""
    ids = tuple(each.id for each in lesson.pages)
    if page and page not in ids and not 0 < (whole_number(page) or 0) <= len(ids):
        raise NoSuchPage(named, page, ids)
    chosen = [
        each
        for number, each in enumerate(lesson.pages, start=1)
        if not page or page in (each.id, str(number))
    ]
    script = of_lesson(lesson, named, tuple(chosen))
    if script is None:
        meant = f"{named}/{page}" if page else named
        raise UsageError(f"{meant!r} has no task, so there is no request to show; choose another page")
    return Shown(script=script, folder=lesson.folder)
