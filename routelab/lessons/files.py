"""The files of a lesson: which make its app, as it comes or with the solution, and which nobody needs.

It copies files and looks at their names; it knows nothing of what they say, and runs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from routelab.lessons.findings import LESSON_FILE, TEACHER_FILE, CheckRule, Finding, is_overlay
from routelab.oneof import OneOf
from routelab.regularfile import read_bytes, read_text
from routelab.wholefile import write_all

if TYPE_CHECKING:
    from routelab.lessons.records import Lesson

APP_FILE = PurePosixPath("app.py")
EMPTY_APP = {APP_FILE: "from flask import Flask\n\napp = Flask(__name__)\n"}  # an app without a route
SOLUTION = "solution"
MINE = "mine"  # a sample of the app that learners build beside the lessons
# Made by running the app, in any folder that Python looks into.
_CACHES = ("__pycache__",)

_OF_THE_LESSON = (LESSON_FILE, TEACHER_FILE)  # what is no part of its app
_SERVED = ("templates", "static")
_IMPORTED = (".py", ".pyw", ".pyc", ".pyd", ".so", ".dll", ".dylib")
_LEFT_OVER = ("~", ".bak", ".orig", ".rej", ".swp", ".tmp", ".pyc")

# A file's path in the project, and the file that has its content.
Project: TypeAlias = Mapping[PurePosixPath, Path]


def _tells(path: PurePosixPath) -> bool:
    return path in _OF_THE_LESSON or is_overlay(path)


class Files(OneOf):
    """Which files of a lesson an app is made of."""

    STARTER = "starter"  # as the learner first gets them
    SOLUTION = "solution"  # with those of solution/ in their place


def files_in(folder: Path) -> Iterator[PurePosixPath]:
    """List all files below a folder, sorted, without caches; links are not followed, and not listed."""
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and not path.is_symlink() and not set(relative.parts) & set(_CACHES):
            yield relative


def project(folder: Path, files: Files) -> Project:
    """Map the app's files to where they lie, those of solution/ replacing others for SOLUTION."""
    chosen = {
        path: folder / path
        for path in files_in(folder)
        if path.parts[0] not in (SOLUTION, MINE) and not _tells(path) and not is_hidden(path)
    }
    if files is Files.SOLUTION:
        solution = folder / SOLUTION
        chosen |= {path: solution / path for path in files_in(solution) if not is_hidden(path)}
    return chosen


def is_hidden(path: PurePosixPath) -> bool:
    """Tell whether a file, or a folder that it is in, begins with a dot."""
    return any(part.startswith(".") for part in path.parts)


def write_project(files: Project, folder: Path) -> None:
    """Copy a project's files to a folder, over those that are there."""
    write_all({folder / path: read_bytes(source) for path, source in files.items()})


def write_texts(texts: Mapping[PurePosixPath, str], folder: Path) -> None:
    """Write texts to files of a folder, over those that are there."""
    write_all({folder / path: text.encode() for path, text in texts.items()})


def everything(folder: Path) -> Project:
    """Map all files of a lesson, whatever they are for; its lesson.md alone may be a link."""
    found = {path: folder / path for path in files_in(folder)}
    lesson = folder / LESSON_FILE
    return found | {LESSON_FILE: lesson} if lesson.is_file() else found


def is_code(name: PurePosixPath) -> bool:
    """Tell whether Python, on any system, may run a file that is imported."""
    return name.suffix.lower() in _IMPORTED


def content_hash(files: Project) -> str:
    """Return a hash of files by name and content: it changes with any of them."""
    digest = blake2b(digest_size=16)
    for path, source in sorted(files.items()):
        content = read_bytes(source)
        digest.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def code_hash(folder: Path) -> str:
    """Return a hash of what runs of a lesson: its files, and of lesson.md the blocks without the prose."""
    digest = blake2b(content_hash({p: f for p, f in everything(folder).items() if p != LESSON_FILE}).encode())
    digest.update("\n".join(_blocks(folder / LESSON_FILE)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def _blocks(lesson: Path) -> Iterator[str]:
    """Yield the lines of the fences that are TOML; none of a file that cannot be read, which runs nothing."""
    try:
        text = read_bytes(lesson).decode("utf-8", "surrogateescape")
    except OSError:
        return
    yield from (line for words, line in fenced_lines(text) if words is not None and words.startswith("toml"))


def fenced_lines(text: str) -> Iterator[tuple[str | None, str]]:
    """Pair each line but the fences themselves with the words of the fence that it is in, None outside."""
    fence, words = "", None
    for line in text.splitlines():
        mark = line[: len(line) - len(line.lstrip("`~"))]
        if not fence and len(mark) >= 3:
            fence, words = mark, " ".join(line[len(mark) :].split())
        elif fence and line.strip() == fence:
            fence, words = "", None
        else:
            yield words, line


def stray_files(lesson: Lesson, *, whole: bool) -> Iterator[Finding]:
    """Find what is left over, what nothing uses, and what is missing among a lesson's files.

    Without `whole` some of the lesson could not be read, so what nothing uses is not known.
    """
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
    if not whole:
        return
    named_in = _texts(folder, paths)
    yield from (
        _finding(path, "nothing uses this file; delete it") for path in paths if _is_stray(path, named_in)
    )
    yield from _needless_solutions(lesson, paths)


def _is_stray(path: PurePosixPath, named_in: str) -> bool:
    if is_hidden(path) or path.name.endswith(_LEFT_OVER):
        return True
    inside = len(path.parts) > 1 and path.parts[0] in (SOLUTION, MINE)
    place = path.relative_to(path.parts[0]) if inside else path
    if _tells(path) or path.suffix == ".py" or place.parts[0] in _SERVED:
        return False
    return path.name not in named_in


def _texts(folder: Path, paths: tuple[PurePosixPath, ...]) -> str:
    """Join what may name a file: the Python files, and the lesson with the requests that send files."""
    chosen = [path for path in paths if path.suffix == ".py" or path == LESSON_FILE]
    return "\n".join(read_text(folder / path, "replace") for path in chosen)


def _needless_solutions(lesson: Lesson, paths: tuple[PurePosixPath, ...]) -> Iterator[Finding]:
    solutions = [path for path in paths if path.parts[0] == SOLUTION]
    has_edit = any(page.task is not None and page.task.edits_app for page in lesson.pages)
    for path in solutions:
        starter = path.relative_to(SOLUTION)
        if not has_edit:
            yield _finding(path, "no edit task asks for a solution; delete it")
        elif starter in paths and read_bytes(lesson.folder / path) == read_bytes(lesson.folder / starter):
            yield _finding(path, f"this is the same as {starter}; change it or delete it")


def _finding(path: PurePosixPath, problem: str) -> Finding:
    return Finding(promise=CheckRule.FILES, file=path, text=problem)
