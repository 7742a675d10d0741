"""`routelab check`: prove lessons, and say what is wrong with them, a line each.

It finds the lessons, chooses the engines and writes the findings; the proofs are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from routelab import bundled
from routelab.commands.options import Parser, add_format_option
from routelab.commands.output import write
from routelab.errors import RoutelabError
from routelab.hosts import WORKERS
from routelab.interpreter import flask_is_installed
from routelab.lessons.course import bundled_lessons, lessons_in
from routelab.lessons.explaining import prove_explanation
from routelab.lessons.explanation import FOLDER, read_explanation
from routelab.lessons.findings import LESSON_FILE, Finding
from routelab.lessons.proofs import Proof, lesson_pages, prove
from routelab.screen.blocks import CopyLine
from routelab.screen.media import PLAIN
from routelab.tracing.phrases import count

SCHEMA = 1
Proven: TypeAlias = tuple[Path, tuple[Finding, ...]]  # a page of explain, and what is wrong with it
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
    WORKERS.warm = True  # each proof loads some dozen apps
    typed = options.folders or ["."]
    pages = [page for folder in typed for page in _pages(Path(folder))]
    folders = [lesson for folder in typed for lesson in _lessons(folder, among=pages)]
    # The apps' own logs are no finding, and a task may well be about a view that fails.
    with TemporaryDirectory(prefix="routelab-check-") as scratch, redirect_stderr(StringIO()):
        proofs = [prove(folder, engines, Path(scratch) / str(n)) for n, folder in enumerate(folders)]
        known = lesson_pages(bundled_lessons())
        explained = [
            (file, prove_explanation(read_explanation(file), engines, Path(scratch) / file.stem, known))
            for file in pages
        ]
    write(
        options,
        command=("check", *arguments),
        blocks=lambda: (CopyLine(text=line) for line in _lines(proofs, explained, engines)),
        document=lambda: _document(proofs, explained),
    )
    wrong = any(proof.findings for proof in proofs) or any(findings for _, findings in explained)
    return 1 if wrong else 0


def _engines(asked: str) -> tuple[str, ...]:
    if asked != "auto":
        return (asked,)
    return ("routelab", "flask") if flask_is_installed() else ("routelab",)


def _pages(folder: Path) -> tuple[Path, ...]:
    """Return the pages of explain in a folder, or in the folder `explain` of a course."""
    inside = folder if folder.resolve().name == FOLDER else folder / FOLDER
    try:
        return tuple(sorted(inside.glob("R*.md")))
    except OSError:  # a name too long, a folder closed to us
        return ()


def _lessons(typed: str, among: list[Path]) -> tuple[Path, ...]:
    folder = Path(typed)
    if folder.name == LESSON_FILE.name:
        folder = folder.parent
    named = bundled.find(typed)
    lessons = lessons_in(folder) or (lessons_in(named) if named else ())
    if not lessons and not any(page.parent == folder for page in among):
        raise NoLesson(typed)
    return lessons


def _lines(proofs: Sequence[Proof], explained: Sequence[Proven], engines: tuple[str, ...]) -> Iterator[str]:
    for proof in proofs:
        yield from (f"{_shown(proof.folder)}/{it.place}: {it.text}" for it in proof.findings)
        if not proof.findings:
            on = " and ".join(proof.engines)
            yield f"{_shown(proof.folder)}: {count(proof.tasks, 'task')} proven on {on}"
    for file, found in explained:
        yield from (f"{file.parent.as_posix()}/{it.place}: {it.text}" for it in found)
    right = sum(not found for _, found in explained)
    if right:
        yield f"{count(right, 'page')} of explain proven on {' and '.join(engines)}"
    findings = sum(len(proof.findings) for proof in proofs) + sum(len(found) for _, found in explained)
    if findings:
        where = count(len(proofs), "lesson") if proofs else count(len(explained), "page")
        yield f"{count(findings, 'finding')} in {where}."


def _shown(folder: Path) -> str:
    """Name a lesson's folder as it was typed; that of the folder here by its own name."""
    return folder.as_posix() if folder.name else folder.resolve().name


def _document(proofs: Sequence[Proof], explained: Sequence[Proven]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "explanations": [
            {"code": file.stem, "findings": [_finding(finding) for finding in found]}
            for file, found in explained
        ],
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
