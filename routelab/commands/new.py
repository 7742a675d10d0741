"""`routelab new`: write a first lesson, to be changed into one's own.

It reads options and says what was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from routelab.commands.parser import Parser
from routelab.commands.trusting import trust
from routelab.lessons.starting import new_lesson
from routelab.screen.telling import tell

_DESCRIPTION = """\
Write a first lesson into a new folder: an app, a lesson.md with a task of each
kind, and the solution. It passes `routelab check` as it is.
"""


def main(arguments: Sequence[str]) -> int:
    """Write the lesson; return the exit code."""
    parser = Parser("new", "FOLDER", _DESCRIPTION)
    parser.add_argument("folder", metavar="FOLDER", help="the folder to make")
    folder = Path(parser.parse_args(arguments).folder)
    for path in new_lesson(folder):
        tell((folder / path).as_posix())
    trust(folder)
    tell(f"Change them, and prove the lesson with: routelab check {folder.as_posix()}")
    return 0
