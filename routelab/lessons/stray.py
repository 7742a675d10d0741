"""Files of a lesson that nobody needs, and those that should be there.

It looks at names and at what names them, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from routelab.lessons.files import SOLUTION, files_in, is_hidden
from routelab.lessons.findings import LESSON_FILE, Finding, Promise
from routelab.lessons.records import APP_FILE, EditTask, Lesson

_SERVED = ("templates", "static")
_LEFT_OVER = ("~", ".bak", ".orig", ".rej", ".swp", ".tmp", ".pyc")


def stray_files(lesson: Lesson) -> Iterator[Finding]:
    """Find what is left over, what nothing uses, and what is missing among a lesson's files."""
    folder = lesson.folder
    paths = tuple(files_in(folder))
    if APP_FILE not in paths:
        yield _finding(APP_FILE, "there is no such file; write the app of the lesson there")
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            yield _finding(
                PurePosixPath(path.relative_to(folder).as_posix()),
                "this is a link, and lessons are copied; put the file itself there",
            )
    named_in = _texts(folder, paths)
    yield from (
        _finding(path, "nothing uses this file; delete it") for path in paths if _is_stray(path, named_in)
    )
    yield from _needless_solutions(lesson, paths)


def _is_stray(path: PurePosixPath, named_in: str) -> bool:
    if is_hidden(path) or path.name.endswith(_LEFT_OVER):
        return True
    place = path.relative_to(SOLUTION) if path.parts[0] == SOLUTION else path
    if path == LESSON_FILE or path.suffix == ".py" or place.parts[0] in _SERVED:
        return False
    return path.name not in named_in


def _texts(folder: Path, paths: tuple[PurePosixPath, ...]) -> str:
    """Join what may name a file: the Python files, and the lesson with the requests that send files."""
    chosen = [path for path in paths if path.suffix == ".py" or path == LESSON_FILE]
    return "\n".join((folder / path).read_text(encoding="utf-8", errors="replace") for path in chosen)


def _needless_solutions(lesson: Lesson, paths: tuple[PurePosixPath, ...]) -> Iterator[Finding]:
    solutions = [path for path in paths if path.parts[0] == SOLUTION]
    has_edit = any(isinstance(page.task, EditTask) for page in lesson.pages)
    for path in solutions:
        starter = path.relative_to(SOLUTION)
        if not has_edit:
            yield _finding(path, "no edit task asks for a solution; delete it")
        elif starter in paths and _same(lesson.folder / path, lesson.folder / starter):
            yield _finding(path, f"this is the same as {starter}; change it or delete it")


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _finding(path: PurePosixPath, problem: str) -> Finding:
    return Finding(promise=Promise.FILES, file=path, text=problem)
