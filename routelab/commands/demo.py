"""`routelab demo`: the classroom's screen, and the presenter's notes beside it.

It finds what is to be shown and which screen there is; what is shown is the session's business.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from routelab import bundled
from routelab.commands.apps import choose
from routelab.commands.demo_apps import DemoApps, app_of_script
from routelab.commands.learning import desk_for, wants_plain
from routelab.commands.options import Parser, add_app_options, seconds
from routelab.errors import RoutelabError, UsageError
from routelab.hosts import AppDoesNotLoad
from routelab.learner.environment import LearnerEnvironment, places
from routelab.lessons.course import bundled_lessons
from routelab.lessons.reading import load_lesson
from routelab.requestline import parse
from routelab.screen.plain import lines
from routelab.screen.text import escape_line
from routelab.session.course import Course, NoSuchPage
from routelab.session.demo.script import SUFFIX, DemoScript, of_lesson, of_request, read_script
from routelab.session.demo.stage import DemoStage, all_scenes
from routelab.session.lines import METHODS
from routelab.session.play import PlaySession

_USAGE = "[LESSON[/PAGE] | SCRIPT | [-A APP] [METHOD] PATH] [options]"
_DESCRIPTION = """\
Show a class how a request is routed: big, few words, one thing at a time.

  routelab demo GET /post/hello          one request to the app here, or the playground
  routelab demo 2/too-many               a page of a lesson, or all of its pages
  routelab demo class.demo               a script of your own
  routelab demo loop                     a demo that comes with routelab
  routelab demo --notes                  in a second terminal: notes, next line, clock

Space reveals the next thing, Left takes it back, a to d count hands, . blacks
the screen, n and p turn pages, r begins the page again, Tab types freely.
In a pipe the pages are written one after the other.
"""
_SMALLEST = (30, 10)  # columns and rows


class NothingToShow(UsageError):
    """What was typed is no lesson, no script and no request."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        names = ", ".join(path.stem for path in bundled.demos())
        super().__init__(
            f"there is no lesson, no script and no demo {typed!r}; the demos are {names}, "
            "and a request begins with a method or a slash"
        )


class NoTask(UsageError):
    """A page has nothing that could be sent."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        super().__init__(f"{typed!r} has no task, so there is no request to show; choose another page")


class TooSmall(RoutelabError):
    """Nothing of a demo fits this terminal."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        super().__init__(
            f"a terminal of {columns}x{rows} is too small for a demo; "
            f"make it {_SMALLEST[0]}x{_SMALLEST[1]} or larger"
        )


class Shown(NamedTuple):
    """A script, and the app to run it on: `folder` of a lesson, else `target`, else what `-A` says.

    `files` is where the files lie that requests send.
    """

    script: DemoScript
    folder: Path | None = None
    target: str | None = None
    files: Path | None = None


def main(arguments: Sequence[str]) -> int:
    """Show a demo; return the exit code."""
    parser = Parser("demo", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    parser.add_argument(
        "--notes",
        action="store_true",
        help="follow a demo that runs in another terminal: notes, next line, clock; in a pipe, notes as well",
    )
    parser.add_argument(
        "--auto",
        type=seconds,
        metavar="SECONDS",
        help="reveal the next thing by itself after so many seconds",
    )
    options, words = parser.own_and_rest(arguments)
    cue = places(os.environ, Path.home()).demo
    with desk_for(guest=True, engine=options.engine) as desk:
        plain = wants_plain(desk.settings)
        if options.notes and (not plain or not words):
            return _notes(cue, plain=plain)
        if not words:
            return _list()
        _show(_shown(words, options), options, desk, cue, plain=plain)
    return 0


def _show(
    shown: Shown, options: argparse.Namespace, desk: LearnerEnvironment, cue: Path, *, plain: bool
) -> None:
    target = shown.target or (
        None if shown.folder is not None else choose(options.app, python=options.python).target
    )
    opened = DemoApps(
        desk,
        target=target,
        folder=shown.folder,
        files=shown.files,
        engine=options.engine,
        python=options.python,
    )
    first = opened(shown.script.lines[0])
    assert isinstance(first.place, PlaySession)
    if (failure := first.place.sandbox.lab.failure) is not None:
        raise AppDoesNotLoad(failure)
    waiting = [first]
    stage = DemoStage(shown.script, lambda line: waiting.pop() if waiting else opened(line))
    if plain:
        from routelab.screen.shown.demo import demo_blocks

        for line in lines(demo_blocks(shown.script, all_scenes(stage), notes=options.notes)):
            print(line)
        return
    size = shutil.get_terminal_size()
    if size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]:
        raise TooSmall(size.columns, size.lines)
    from routelab.repl.demo import DemoScreen

    colour = not os.environ.get("NO_COLOR")
    DemoScreen(stage, cue, colour=colour, auto=options.auto or 0.0).run()


def _shown(words: list[str], options: argparse.Namespace) -> Shown:
    """Find what is to be shown, by what was typed."""
    first = words[0]
    if (first.startswith("/") and not _is_file(first)) or first.upper() in METHODS or len(words) > 1:
        parse(words)
        app = f"-A {options.app} " if options.app else ""
        typed = " ".join(words) if len(words) > 1 or " " in first else f"GET {first}"
        return Shown(script=of_request(typed, f"routelab request {app}{typed}"))
    path = Path(first)
    if first.endswith(SUFFIX) or _is_file(first):
        return _of_script(path, options)
    script = next((each for each in bundled.demos() if each.stem == first), None)
    if script is not None:
        return _of_script(script, options)
    return _of_lesson(first)


def _is_file(typed: str) -> bool:
    return os.path.isfile(typed)  # noqa: PTH113 - a `Path` raises where what was typed is too long to be one


def _of_script(path: Path, options: argparse.Namespace) -> Shown:
    script = read_script(path)
    app = options.app or (app_of_script(path, script) if script.app else None)
    lesson = None if app is None else Course(bundled_lessons(), bundled=True).find(app)
    if lesson is not None and not options.app:
        script = script._replace(end=f"routelab learn {lesson.number}")
    return Shown(script=script, target=app, files=path.parent)


def _of_lesson(typed: str) -> Shown:
    course = Course(bundled_lessons(), bundled=True)
    name, _, page = typed.strip("/").partition("/")
    summary = course.find(name)
    if summary is None:
        raise NothingToShow(typed)
    lesson = load_lesson(summary.folder)
    ids = tuple(each.id for each in lesson.pages)
    if page and page not in ids and not (page.isdecimal() and 0 < int(page) <= len(ids)):
        raise NoSuchPage(summary.number, page, ids)
    chosen = [
        each
        for number, each in enumerate(lesson.pages, start=1)
        if not page or page in (each.id, str(number))
    ]
    script = of_lesson(lesson, summary.number, tuple(chosen))
    if script is None:
        raise NoTask(typed)
    return Shown(script=script, folder=summary.folder)


def _notes(cue: Path, *, plain: bool) -> int:
    if not plain:
        from routelab.repl.demo import show_notes

        show_notes(cue, colour=not os.environ.get("NO_COLOR"))
        return 0
    import time

    from routelab.screen.shown.demo import cue_blocks
    from routelab.session.demo.cue import read_cue

    for line in lines(cue_blocks(read_cue(cue), time.time())):
        print(line)
    return 0


def _list() -> int:
    print("Demos that come with routelab:")
    for path in bundled.demos():
        print(escape_line(f"  routelab demo {path.stem:<14} {read_script(path).title}"))
    print("Or name a lesson, a script or a request; routelab demo --help tells more.")
    return 0
