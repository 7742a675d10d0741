"""The files of an app of the learner's own: which are its, how a copy is made, and which file is the app.

It looks at names and sizes, and runs none. Checks run in copies: a form that they send must not end up in the
learner's own database.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from shutil import rmtree

from routelab.errors import RoutelabError
from routelab.lessons.course import lessons_in
from routelab.lessons.files import APP_FILE, MINE, Project, write_project
from routelab.lessons.mine.themes import Theme, sample_in
from routelab.regularfile import read_text

LEAST = (
    "from flask import Flask",
    "",
    "app = Flask(__name__)",
    "",
    "",
    '@app.route("/")',
    "def home():",
    '    return "Hello!"',
)
SIZE_LIMIT = 5_000_000  # bytes of all files together: half of what a hand-in may have
FILE_LIMIT = 500
_LEFT_OUT = ("__pycache__", "node_modules", "site-packages", "venv", "env")
# What somebody writes, so that saving it matters; a database changes whenever a form is sent.
_WRITTEN = (".py", ".html", ".htm", ".css", ".js", ".txt", ".sql", ".toml", ".cfg", ".json", ".jinja", ".j2")


class TooMuch(RoutelabError):
    """A folder holds more than an app of one's own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has more than {FILE_LIMIT} files or {SIZE_LIMIT // 1_000_000} MB, which is more than "
            "one app; move there only what belongs to it"
        )


def own_files(folder: Path) -> Project:
    """Map the files of an app: none that is hidden, in a cache or an environment. Raises TooMuch."""
    found: dict[PurePosixPath, Path] = {}
    size = 0
    for path in _below(folder):
        size += path.stat().st_size
        if len(found) >= FILE_LIMIT or size > SIZE_LIMIT:
            raise TooMuch(folder)
        found[PurePosixPath(path.relative_to(folder).as_posix())] = path
    return found


def written_files(folder: Path) -> Project:
    """Map those files that somebody wrote: code, templates, what goes out unchanged."""
    return written_in(own_files(folder))


def written_in(files: Project) -> Project:
    """Keep those files that somebody wrote."""
    return {name: path for name, path in files.items() if name.suffix in _WRITTEN}


def fresh_copy(files: Project, target: Path) -> None:
    """Make a folder that has these files and no others, whatever was in it."""
    rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    write_project(files, target)


def target_in(folder: Path) -> str:
    """Name the app as it is loaded: app.py, else wsgi.py, else the one package that is about Flask."""
    for name in (str(APP_FILE), "wsgi.py"):
        if (folder / name).is_file():
            return name
    packages = [path.parent.name for path in sorted(folder.glob("*/__init__.py")) if _is_about_flask(path)]
    return packages[0] if len(packages) == 1 else str(APP_FILE)


def main_file_in(folder: Path) -> Path:
    """Return the file to edit first, whether it is there or not."""
    target = target_in(folder)
    return folder / target if target.endswith(".py") else folder / target / "__init__.py"


def _is_about_flask(path: Path) -> bool:
    try:
        return "flask" in read_text(path, "replace").casefold()
    except OSError:
        return False


def _below(folder: Path) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if entry.name.startswith(".") or entry.name in _LEFT_OUT or entry.is_symlink():
                continue
            path = Path(entry.path)
            if entry.is_dir():
                waiting += [] if (path / "pyvenv.cfg").exists() else [path]
            elif entry.is_file():
                yield path


def sample_files(mine: Path) -> Project:
    """Map the files of the sample after a lesson, whose folder is `mine`: each as it was last written."""
    lessons = lessons_in(mine.parent.parent)
    last = next((at for at, lesson in enumerate(lessons) if lesson.name == mine.parent.name), len(lessons))
    return last_written(lessons[: last + 1])


def last_written(lessons: Iterable[Path]) -> Project:
    """Map the files of the sample after these lessons."""
    found: Project = {}
    for lesson in lessons:
        if (lesson / MINE).is_dir():
            found = {**found, **own_files(lesson / MINE)}
    return found


def sample_texts(sample: Project, theme: Theme) -> dict[str, str]:
    """Read the files of a sample, in the words of a theme."""
    return {
        sample_in(theme, str(name)): sample_in(theme, read_text(path))
        for name, path in written_in(sample).items()
    }
