"""`routelab web`: the course as a site that any server of files can serve, or none.

It reads options and finds the lessons; what the site is made of is the business of `web.parcel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from routelab import bundled
from routelab.commands.parser import Parser
from routelab.errors import RoutelabError
from routelab.lessons.course import bundled_lessons, is_lesson
from routelab.lessons.reading import read_lesson
from routelab.process.worker import ending_at_ctrl_c
from routelab.screen.telling import tell
from routelab.tracing.phrases import count
from routelab.web.fitness import check_imports, check_names, check_proofs
from routelab.web.parcel import CannotWriteSite, write_site
from routelab.web.pyodide import PYODIDE, pyodide_at
from routelab.workers import WORKERS

_USAGE = "FOLDER [LESSON ...] --pyodide DIR|URL"
_DESCRIPTION = f"""\
Write the course as a static site: the same lessons and the same prompt in a
browser's tab, with no server code. Python for the browser is Pyodide {PYODIDE}:

  npm install pyodide@{PYODIDE}
  routelab web site --pyodide node_modules/pyodide
  python -m http.server --directory site --bind 127.0.0.1
"""


def main(arguments: Sequence[str]) -> int:
    """Write the site."""
    parser = Parser("web", _USAGE, _DESCRIPTION)
    parser.add_argument("folder", metavar="FOLDER", help="where the site goes")
    parser.add_argument(
        "lessons",
        nargs="*",
        metavar="LESSON",
        default=[],  # said, so that nobody is told that it is required
        help="lessons by number, name or folder (default: all)",
    )
    parser.add_argument(
        "--pyodide",
        metavar="DIR|URL",
        required=True,
        help=f"the folder of the npm package pyodide@{PYODIDE}, which is copied; or the address of its "
        "files, from which the page loads them",
    )
    options = parser.parse_args(arguments)
    lessons = _with_earlier(tuple(map(_lesson, options.lessons))) or bundled_lessons()
    folder = Path(options.folder)
    if any(folder.resolve().is_relative_to(lesson.resolve()) for lesson in lessons):
        raise CannotWriteSite(options.folder, "is inside a lesson")
    pyodide = pyodide_at(options.pyodide)
    _check(lessons)
    size = write_site(folder, lessons, pyodide)
    tell(f"{folder}: {count(len(lessons), 'lesson')}, {size / 1e6:.1f} MB")
    tell(f"To look at it: python -m http.server --directory {folder} --bind 127.0.0.1")
    return 0


def _with_earlier(chosen: tuple[Path, ...]) -> tuple[Path, ...]:
    """Add the lessons that those which were chosen ask about again."""
    read = [read_lesson(folder).lesson for folder in chosen]
    asked_again = [folder for lesson in read if lesson is not None for folder in lesson.earlier]
    return tuple({folder.resolve(): folder for folder in (*asked_again, *chosen)}.values())


def _check(lessons: Sequence[Path]) -> None:
    """Refuse a lesson of one's own that would not run in a tab; the bundled ones are proven."""
    names: dict[str, Path] = {}
    for lesson in lessons:
        other = names.setdefault(lesson.resolve().name.casefold(), lesson)
        if other is not lesson:
            named = f"{str(lesson)!r} and {str(other)!r}"
            raise RoutelabError(f"{named} have the same name; rename one of the folders")
    proven = {lesson.resolve() for lesson in bundled_lessons()}
    own = [lesson for lesson in lessons if lesson.resolve() not in proven]
    WORKERS.warm = WORKERS.warm or bool(own)  # each proof loads some dozen apps
    # The apps' own logs are no finding, and a task may well be about a view that fails.
    with (
        ending_at_ctrl_c(),
        TemporaryDirectory(prefix="routelab-web-") as scratch,
        redirect_stderr(StringIO()),
    ):
        for number, lesson in enumerate(own):
            check_names(lesson)
            check_imports(lesson)
            check_proofs(lesson, Path(scratch) / str(number))


def _lesson(typed: str) -> Path:
    folder = Path(typed)
    found = folder if is_lesson(folder) else bundled.find(typed)
    if found is None or not is_lesson(found):
        raise RoutelabError(f"{typed!r} is not a lesson; name its number, its name, or its folder")
    return found
