"""`routelab demo`: the classroom's screen, and the presenter's notes beside it.

It finds what is to be shown and which screen there is; what is shown is the session's business.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from routelab import bundled
from routelab.commands.apps import choose
from routelab.commands.learn import add_trust_option, make_sure
from routelab.commands.learning import learner_environment, wants_plain
from routelab.commands.options import add_app_options, seconds
from routelab.commands.parser import Parser
from routelab.commands.trusting import kept_settings
from routelab.errors import RoutelabError
from routelab.hosts import AppDoesNotLoad
from routelab.learner.environment import LearnerEnvironment, own_places
from routelab.lessons.course import is_lesson
from routelab.requestline.parsing import parse
from routelab.screen.plain import lines
from routelab.screen.shown.demo import cue_blocks, demo_blocks
from routelab.screen.telling import tell
from routelab.session.course import Course
from routelab.session.demo.apps import DemoApps
from routelab.session.demo.catalog import Shown, named_demo, of_script
from routelab.session.demo.cue import read_cue
from routelab.session.demo.script import SUFFIX, of_request, read_script
from routelab.session.demo.stage import DemoStage, all_scenes
from routelab.session.lines import METHODS
from routelab.session.play import PlaySession
from routelab.streams import in_colour
from routelab.workers import WORKERS

_USAGE = "[LESSON[/PAGE] | SCRIPT | [-A APP] [METHOD] PATH] [options]"
_DESCRIPTION = """\
Show a class how a request is routed: big, few words, one thing at a time.

  routelab demo GET /post/hello   one request to the app here
  routelab demo 2/too-many        a page of a lesson, or all of its pages
  routelab demo my-lesson/first   a lesson of your own, by its folder
  routelab demo class.demo        a script of your own
  routelab demo loop              a demo that comes with routelab
  routelab demo --notes           in a second terminal: your notes

Space reveals the next thing, Left takes it back, a to d count hands, . blacks
the screen, n and p turn pages, r begins the page again, Tab types freely.
In a pipe the pages are written one after the other.
"""
_SMALLEST = (30, 10)  # columns and rows


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
    add_trust_option(parser)
    options, words = parser.own_and_rest(arguments)
    cue = own_places().demo
    with learner_environment(guest=True, engine=options.engine) as learner:
        plain = wants_plain(learner.settings)
        if options.notes and (not plain or not words):
            return _notes(cue, plain=plain)
        if not words:
            return _list()
        shown = _shown(words, options)
        if shown.foreign and shown.folder is not None:
            course = Course((shown.folder,), bundled=False)
            course = make_sure(course, kept_settings(), yes=options.yes)
            shown = shown._replace(folder=course.code_of(shown.folder, learner.scratch()))
        _show(shown, options, learner, cue, plain=plain)
    return 0


def _show(
    shown: Shown, options: argparse.Namespace, learner: LearnerEnvironment, cue: Path, *, plain: bool
) -> None:
    target = shown.target or (
        None if shown.folder is not None else choose(options.app, python=options.python).target
    )
    WORKERS.warm = True  # each line's app is loaded anew
    opened = DemoApps(
        learner,
        target=target,
        folder=shown.folder,
        files=shown.files,
        engine=options.engine,
        python=options.python,
        seconds=options.timeout,
    )
    first = opened(shown.script.lines[0])
    assert isinstance(first.place, PlaySession)
    if (failure := first.place.sandbox.lab.failure) is not None:
        raise AppDoesNotLoad(failure)
    waiting = [first]
    stage = DemoStage(shown.script, lambda line: waiting.pop() if waiting else opened(line))
    if plain:
        for line in lines(demo_blocks(shown.script, all_scenes(stage), notes=options.notes)):
            tell(line)
        return
    size = shutil.get_terminal_size()
    if size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]:
        raise RoutelabError(
            f"a terminal of {size.columns}x{size.lines} is too small for a demo; "
            f"make it {_SMALLEST[0]}x{_SMALLEST[1]} or larger"
        )
    from routelab.repl.demo import DemoScreen  # plain lines need no terminal

    DemoScreen(stage, cue, colour=in_colour(), auto=options.auto or 0.0).run()


def _shown(words: list[str], options: argparse.Namespace) -> Shown:
    """Find what is to be shown, by what was typed."""
    first = words[0]
    if len(words) == 1 and _is_in_lesson(first):
        return named_demo(first)
    if (first.startswith("/") and not _is_file(first)) or first.upper() in METHODS or len(words) > 1:
        parse(words)
        app = f"-A {options.app} " if options.app else ""
        typed = " ".join(words) if len(words) > 1 or " " in first else f"GET {first}"
        return Shown(script=of_request(typed, f"routelab request {app}{typed}"))
    path = Path(first)
    if first.endswith(SUFFIX) or _is_file(first):
        return of_script(path, options.app)
    demo = bundled.demos().get(first)
    return named_demo(first) if demo is None else of_script(demo, options.app)


def _is_in_lesson(typed: str) -> bool:
    """Tell whether a path leads to a lesson's folder, or to what would be a page of it."""
    return is_lesson(Path(typed)) or (
        os.sep in typed and is_lesson(Path(typed).parent) and not _is_file(typed)
    )


def _is_file(typed: str) -> bool:
    return os.path.isfile(typed)  # noqa: PTH113 - a `Path` raises where what was typed is too long to be one


def _notes(cue: Path, *, plain: bool) -> int:
    if not plain:
        from routelab.repl.demo import show_notes  # as above

        show_notes(cue, colour=in_colour())
        return 0
    for line in lines(cue_blocks(read_cue(cue), time.time())):
        tell(line)
    return 0


def _list() -> int:
    tell("Demos that come with routelab:")
    for name, path in bundled.demos().items():
        tell(f"  routelab demo {name:<14} {read_script(path).title}")
    tell("Or name a lesson, a script or a request; routelab demo --help tells more.")
    return 0
