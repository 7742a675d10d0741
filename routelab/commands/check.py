"""`routelab check`: prove lessons, and say what is wrong with them, a line each.

It finds the lessons, chooses the engines and writes the findings; the proofs are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from routelab import bundled
from routelab.commands.options import Parser, add_format_option
from routelab.commands.output import write
from routelab.commands.trusting import trust
from routelab.errors import RoutelabError
from routelab.interpreter import flask_is_installed
from routelab.lessons.course import lessons_in
from routelab.lessons.findings import LESSON_FILE, Finding
from routelab.lessons.proofs import Proof, prove
from routelab.screen.blocks import CopyLine
from routelab.screen.media import PLAIN
from routelab.tracing.phrases import count

SCHEMA = 1
_USAGE = "[options] [FOLDER ...]"
_DESCRIPTION = """\
Prove lessons: that each can be read, that every task can be done and every
prediction holds, and that the solution, and nothing less, passes the checks.
The lesson's code is run, in copies of its files.
"""


class NoLesson(RoutelabError):
    """A folder is neither a lesson nor a course."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            f"{folder!r} has no lesson.md, and no folder in it has one; routelab new FOLDER starts a lesson"
        )


def main(arguments: Sequence[str]) -> int:
    """Prove the lessons in the folders; return 1 where there are findings."""
    parser = Parser("check", _USAGE, _DESCRIPTION)
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="a lesson, a folder of lessons, or a bundled lesson's number or name (default: the folder here)",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "routelab", "flask"),
        default="auto",
        help="what runs the lessons' apps (default: auto, which is both, where real Flask is installed)",
    )
    add_format_option(parser)
    parser.set_defaults(format=PLAIN.name)  # for CI and editors, which read FILE:LINE: at a line's beginning
    options = parser.parse_args(arguments)
    engines = _engines(options.engine)
    folders = [lesson for folder in options.folders or ["."] for lesson in _lessons(folder)]
    # The apps' own logs are no finding, and a task may well be about a view that fails.
    with TemporaryDirectory(prefix="routelab-check-") as scratch, redirect_stderr(StringIO()):
        proofs = [prove(folder, engines, Path(scratch) / str(n)) for n, folder in enumerate(folders)]
    for folder in folders:
        trust(folder)  # it has just run here
    write(
        options,
        command=("check", *arguments),
        blocks=lambda: (CopyLine(text=line) for line in _lines(proofs)),
        document=lambda: _document(proofs),
    )
    return 1 if any(proof.findings for proof in proofs) else 0


def _engines(asked: str) -> tuple[str, ...]:
    if asked != "auto":
        return (asked,)
    return ("routelab", "flask") if flask_is_installed() else ("routelab",)


def _lessons(typed: str) -> tuple[Path, ...]:
    folder = Path(typed)
    if folder.name == LESSON_FILE.name:
        folder = folder.parent
    named = bundled.find(typed)
    lessons = lessons_in(folder) or (lessons_in(named) if named else ())
    if not lessons:
        raise NoLesson(typed)
    return lessons


def _lines(proofs: Sequence[Proof]) -> Iterator[str]:
    for proof in proofs:
        yield from (f"{_shown(proof.folder)}/{it.place}: {it.text}" for it in proof.findings)
        if not proof.findings:
            engines = " and ".join(proof.engines)
            yield f"{_shown(proof.folder)}: {count(proof.tasks, 'task')} proven on {engines}"
    findings = sum(len(proof.findings) for proof in proofs)
    if findings:
        yield f"{count(findings, 'finding')} in {count(len(proofs), 'lesson')}."


def _shown(folder: Path) -> str:
    """Name a lesson's folder as it was typed; that of the folder here by its own name."""
    return folder.as_posix() if folder.name else folder.resolve().name


def _document(proofs: Sequence[Proof]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "lessons": [
            {
                "folder": _shown(proof.folder),
                "title": proof.lesson.title if proof.lesson else None,
                "pages": len(proof.lesson.pages) if proof.lesson else 0,
                "tasks": proof.tasks,
                "engines": list(proof.engines),
                "findings": [_finding(finding) for finding in proof.findings],
            }
            for proof in proofs
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "promise": finding.promise.value,
        "file": str(finding.file),
        "line": finding.line,
        "text": finding.text,
    }
