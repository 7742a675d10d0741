"""`routelab web`: the course as a site that any server of files can serve, or none.

It reads options and finds the lessons; what the site is made of is the business of `web.parcel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from routelab import bundled
from routelab.commands.options import Parser
from routelab.errors import RoutelabError
from routelab.lessons.course import bundled_lessons, is_lesson
from routelab.lessons.reading import read_lesson
from routelab.screen.telling import tell
from routelab.web.parcel import PYODIDE, CannotWriteSite, write_site

_USAGE = "FOLDER [LESSON ...] --pyodide DIR"
_DESCRIPTION = f"""\
Write the course as a static site: the same lessons and the same prompt in a
browser's tab, with no server code. Python for the browser is Pyodide {PYODIDE}:

  npm install pyodide@{PYODIDE}
  routelab web site --pyodide node_modules/pyodide
  python -m http.server --directory site --bind 127.0.0.1
"""


class NoSuchWebLesson(RoutelabError):
    """What was named is no lesson."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        super().__init__(f"{typed!r} is no lesson; name its number, its name, or its folder")


def main(arguments: Sequence[str]) -> int:
    """Write the site."""
    parser = Parser("web", _USAGE, _DESCRIPTION)
    parser.add_argument("folder", metavar="FOLDER", help="where the site goes")
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="lessons by number, name or folder (default: all)"
    )
    parser.add_argument(
        "--pyodide", metavar="DIR", required=True, help=f"the folder of the npm package pyodide@{PYODIDE}"
    )
    options = parser.parse_args(arguments)
    lessons = _with_earlier(tuple(map(_lesson, options.lessons))) or bundled_lessons()
    folder = Path(options.folder)
    if any(folder.resolve().is_relative_to(lesson.resolve()) for lesson in lessons):
        raise CannotWriteSite(options.folder, "is inside a lesson")
    size = write_site(folder, lessons, Path(options.pyodide))
    tell(f"{folder}: {len(lessons)} {'lesson' if len(lessons) == 1 else 'lessons'}, {size / 1e6:.1f} MB")
    tell(f"To look at it: python -m http.server --directory {folder} --bind 127.0.0.1")
    return 0


def _with_earlier(chosen: tuple[Path, ...]) -> tuple[Path, ...]:
    """Add the lessons that those which were chosen ask about again."""
    read = [read_lesson(folder).lesson for folder in chosen]
    asked_again = [folder for lesson in read if lesson is not None for folder in lesson.earlier]
    return tuple({folder.resolve(): folder for folder in (*asked_again, *chosen)}.values())


def _lesson(typed: str) -> Path:
    folder = Path(typed)
    found = folder if is_lesson(folder) else bundled.find(typed)
    if found is None or not is_lesson(found):
        raise NoSuchWebLesson(typed)
    return found
