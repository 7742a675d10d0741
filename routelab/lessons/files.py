"""The files of a lesson: which of them make its app, and copies of them with a solution or an edit in place.

It copies files and knows nothing of what they say; lesson.md stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from routelab.lessons.findings import LESSON_FILE
from routelab.lessons.records import Files

SOLUTION = "solution"
# Made by running the app, in any folder that Python looks into.
_CACHES = ("__pycache__",)

# A file's path in the project, and the file that has its content.
Project: TypeAlias = Mapping[PurePosixPath, Path]


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
        if path.parts[0] != SOLUTION and path != LESSON_FILE and not is_hidden(path)
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
    for path, source in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())


def everything(folder: Path) -> Project:
    """Map all files below a folder, whatever they are for."""
    return {path: folder / path for path in files_in(folder)}


def content_hash(files: Project) -> str:
    """Return a hash of files by name and content: it changes with any of them."""
    digest = blake2b(digest_size=16)
    for path, source in sorted(files.items()):
        content = source.read_bytes()
        digest.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()
