"""Where submissions lie: a folder is one, a zip is one, an app with a name before it, or a folder holds them.

It looks at names and reads no file.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import combining, normalize

from routelab.errors import UsageError
from routelab.lessons.files import APP_FILE

_NUMBERS = re.compile("([0-9]+)")
# A file as learning platforms name it where they give no folders: "lee_123_assignsubmission_file_app.py", and
# "lee_123_app-2.py" for a second attempt.
_LOOSE = re.compile(r"(?P<whose>.+)_app(?:-\d+)?\.py").fullmatch

OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_CODE = (".py", ".ipynb")  # the endings of files that may be somebody's work, and may be anything


class NoSubmissions(UsageError):
    """A folder is not there, or cannot be looked into."""

    def __init__(self, folder: str, problem: str) -> None:
        super().__init__(f"{folder!r}: {problem}; name a submission, or a folder of submissions")


class Submission(NamedTuple):
    """A folder, a zip or a single app that was handed in, and the name that its grade goes by: no other's."""

    name: str
    path: Path


def submissions_in(folders: Sequence[str]) -> tuple[Submission, ...]:
    """List the submissions by name, as `by_name` has them, whatever the order of the arguments.

    Where two have one name, the later one's is "ann (2)". Raises NoSubmissions.
    """
    taken: Counter[str] = Counter()
    names: set[str] = set()
    found: list[Submission] = []
    for path in _each(folders):
        plain = _name(path)
        name = plain
        while name in names:
            taken[plain] += 1
            name = f"{plain} ({taken[plain] + 1})"
        names.add(name)
        found.append(Submission(name, path))
    return tuple(sorted(found, key=lambda each: by_name(each.name)))


def passed_over(folders: Iterable[str], found: Iterable[Submission]) -> list[Path]:
    """List the files beside submissions that may be somebody's work, and are none: "hal.py"."""
    own = {each.path for each in found}
    holding = [path for path in map(Path, folders) if path.is_dir() and path not in own]
    beside = sorted(child for folder in holding for child in folder.iterdir() if child not in own)
    return [
        each
        for each in beside
        if each.suffix.lower() in _CODE and each.is_file() and not each.name.startswith(".")
    ]


def by_name(name: str) -> tuple[Any, ...]:
    """Return what puts names in the order that people look for: "ann", "Ärmel", "pupil2", "pupil10".

    A number counts by its length first, so however long it is, it need not be read.
    """
    bare = "".join(each for each in normalize("NFKD", name) if not combining(each))
    parts = _NUMBERS.split(bare.casefold())
    numbers = (part.lstrip("0") for part in parts[1::2])
    return (*zip_longest(parts[::2], ((len(number), number) for number in numbers), fillvalue=()), name)


def shared_names(submissions: Iterable[Submission]) -> tuple[tuple[Submission, str], ...]:
    """List the submissions that go by another name than their own, which an earlier one has."""
    return tuple((each, _name(each.path)) for each in submissions if each.name != _name(each.path))


def shard_of(submissions: Sequence[Submission], number: int, of: int) -> Sequence[Submission]:
    """Return part `number`, from 1, of as many about equal parts; put together they are all, in order."""
    size = len(submissions)
    return submissions[(number - 1) * size // of : number * size // of]


def _each(folders: Iterable[str]) -> Iterator[Path]:
    for typed in folders:
        path = Path(typed)
        try:
            if path.is_dir():
                yield from _in_folder(path)
            elif path.is_file():
                yield path
            else:
                raise NoSubmissions(typed, "there is no such folder")
        except OSError as error:
            raise NoSubmissions(typed, error.strerror or str(error)) from None


def _in_folder(folder: Path) -> Iterator[Path]:
    held = [child for child in folder.iterdir() if _may_be_one(child)]
    held.sort(key=lambda child: child.name)  # of two with one name after all, the same is always the first
    if (folder / APP_FILE).exists() or not held:
        return iter((folder,))
    own_code = any(child.suffix == ".py" for child in folder.iterdir())
    holds_apps = any(_is_zip(child) or is_loose(child) or (child / APP_FILE).exists() for child in held)
    return iter((folder,)) if own_code and not holds_apps else iter(held)


def _may_be_one(path: Path) -> bool:
    if path.name.startswith((".", "__")):
        return False
    return _is_zip(path) or _is_other_archive(path) or is_loose(path) or path.is_dir()


def is_loose(path: Path) -> bool:
    """Tell whether a file is all of a submission, its `app.py`, with whose it is before that name."""
    return _LOOSE(path.name) is not None and path.is_file()


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()


def _is_other_archive(path: Path) -> bool:
    """Tell whether a file is an archive that is not read: a submission nonetheless, which is told of it."""
    return path.suffix.lower() in OTHER_ARCHIVES and path.is_file()


def _name(path: Path) -> str:
    """Name a submission by its folder, its zip without the ending, or what is before the name of its app."""
    named = path if path.name not in ("", "..") else path.resolve()
    loose = None if path.is_dir() else _LOOSE(named.name)
    if loose is not None:
        name = loose["whose"]
    else:
        name = named.stem if named.suffix.lower() == ".zip" and not path.is_dir() else named.name
    return os.fsencode(name).decode("utf-8", "backslashreplace")
