"""`routelab learn`: the lessons, in a prompt that people finish.

It reads options, finds the lessons and asks before code from elsewhere is run; the session does the rest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from routelab.commands.learning import add_terminal_options, learner_environment, run_session
from routelab.commands.parser import Parser
from routelab.errors import RoutelabError, UsageError
from routelab.language import ENGLISH, VARIABLE, languages, use
from routelab.learner.settings import Settings
from routelab.lessons.course import bundled_lessons, is_lesson, lessons_in
from routelab.lessons.files import code_hash, everything, is_code
from routelab.screen.telling import tell
from routelab.session.course import Course
from routelab.session.lines import says_yes
from routelab.session.session import Session
from routelab.streams import has_terminal

_DESCRIPTION = """\
Learn how a web request finds its Python function, in lessons with tasks.

  routelab learn                 the list, with how far you are; Enter goes on
  routelab learn 2               a lesson by number or name, where you left it
  routelab learn 2/user          a page of it
  routelab learn my-lesson/      a lesson from elsewhere, by its folder
  routelab learn 1 < script      lines from a file, answered one by one
"""
_FILES_NAMED = 12


class NotTrusted(RoutelabError):
    """Nobody said that this lesson's code may run."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{str(folder)!r} is a lesson from elsewhere, and its code would run with your rights; "
            "look at its files, then say --yes"
        )


def main(arguments: Sequence[str]) -> int:
    """Teach; return the exit code."""
    options = _parser().parse_args(arguments)
    course, which = course_of(options.lesson)
    with learner_environment(guest=options.guest, engine=options.engine) as learner:
        use(os.environ.get(VARIABLE) or _chosen(learner.settings))
        if not course.bundled:
            course = make_sure(course, learner.settings, yes=options.yes)
        session = Session(course, learner, warms_up=sys.stdin.isatty())
        return run_session(session, learner, plain=options.plain, which=which, guest=options.guest)


def _chosen(settings: Settings) -> str:
    """Return the language that was chosen; one that is there no more must not keep anybody out."""
    return settings.language if settings.language in languages() else ENGLISH


def _parser() -> Parser:
    parser = Parser("learn", "[LESSON[/PAGE]] [options]", _DESCRIPTION)
    parser.add_argument(
        "lesson",
        nargs="?",
        metavar="LESSON[/PAGE]",
        help="a number, a name, or the folder of a lesson or a course",
    )
    add_terminal_options(parser)
    parser.add_argument("--guest", action="store_true", help="keep no progress and no files")
    add_trust_option(parser)
    parser.add_argument(
        "--engine",
        choices=(
            "auto",
            "routelab",
            "flask",
        ),  # `options` loads the lab, which the list has no need of
        default="auto",
        help="what runs the app (default: auto; the bundled lessons run on routelab)",
    )
    return parser


def add_trust_option(parser: Parser) -> None:
    """Add the word that trusts a lesson from elsewhere."""
    parser.add_argument(
        "--yes", action="store_true", help="run the code of a lesson from elsewhere without asking"
    )


def course_of(typed: str | None) -> tuple[Course, str | None]:
    """Find the lessons, and the one of them to begin with."""
    bundled = Course(bundled_lessons(), bundled=True)
    if typed is None or bundled.find(typed.partition("/")[0]) is not None:
        return bundled, typed
    folder, page = Path(typed), ""
    if not folder.exists() and is_lesson(folder.parent):
        folder, page = folder.parent, f"/{folder.name}"
    found = lessons_in(folder)
    if not found and ("/" in typed or os.sep in typed or folder.exists()):
        raise UsageError(
            f"there is no lesson at {typed!r}; name a folder with a lesson.md in it, or a folder of those"
        )
    if not found:
        return bundled, typed  # the session says which lessons there are
    here = Path(*bundled.folders[:1]).parent.resolve() == folder.resolve().parent
    if here:
        return bundled, f"{folder.resolve().name}{page}"
    return Course(found, bundled=False), f"1{page}" if len(found) == 1 else None


def make_sure(
    course: Course, settings: Settings, *, yes: bool, folders: Sequence[Path] | None = None
) -> Course:
    """Ask before code from elsewhere is run, once for each code, whatever the prose; raises NotTrusted.

    It asks about all lessons, or those in `folders`, and returns the course with what was said yes to, now or
    before: it runs nothing else.
    """
    chosen = course.folders if folders is None else folders
    asked_again = [folder for each in chosen for folder in _asked_again(each)]
    approved: dict[Path, str] = {}
    new: dict[str, Path] = {}
    try:
        for folder in dict.fromkeys((*chosen, *asked_again)):
            approved[folder.resolve()] = content = code_hash(folder)
            if settings.trusts(content):
                continue
            if not yes:
                if not has_terminal():
                    raise NotTrusted(folder)
                _show_files(folder, list(everything(folder)))
                if not _says_yes():
                    raise NotTrusted(folder)
            new[content] = folder.resolve()
    finally:
        if new:
            settings.trust(new)
    return Course(course.folders, bundled=False, approved=approved)


def _asked_again(folder: Path) -> tuple[Path, ...]:
    """Return the lessons whose apps a lesson runs, too: those of the pages that it asks about again."""
    from routelab.lessons.reading import may_ask_again, read_lesson  # it is for lessons from elsewhere

    lesson = read_lesson(folder).lesson if may_ask_again(folder) else None
    return () if lesson is None else lesson.earlier


def _says_yes() -> bool:
    try:
        return says_yes(input("Run its code? (y/n) ")) is True
    except EOFError:  # Ctrl-D
        tell("")
        return False


def _show_files(folder: Path, names: list[PurePosixPath]) -> None:
    tell(f"This lesson is from elsewhere: {folder.resolve()}")
    tell("Its code will run on this machine, with your rights. Its files:")
    code = [name for name in names if is_code(name)]  # what runs is named, however much it is
    others = [name for name in names if not is_code(name)]
    named = [*code, *others[: max(0, _FILES_NAMED - len(code))]]
    tell(*(f"  {name}" for name in named))
    if len(named) < len(names):
        tell(f"  and {len(names) - len(named)} more, none of Python")
