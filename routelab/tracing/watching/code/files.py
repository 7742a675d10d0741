"""Where files are, as seen from the app's folder, and files of the same name elsewhere.

It looks at the disk and at nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from routelab.stopping import LimitReached, time_limit
from routelab.tracing.watching.code.sources import LIBRARIES, Sources, in_libraries

T = TypeVar("T")
_LIMIT = 0.4  # seconds: a folder may be on a slow disk, and nobody waits for it
_LOOKED_AT = 5000  # files and folders below the app's folder: a project may have a million of them
_FOUND = 3
_PASSED_OVER = frozenset({"__pycache__", "node_modules", *LIBRARIES})
_MAY_BE_A_FILE = re.compile(r"(?!\.|/)[\w./-]{1,100}\.\w{1,8}").fullmatch


def in_time(tell: Callable[[T], object], about: T) -> None:
    """Have told what files say, as far as that is read within a limit, in a context of its own."""
    with suppress(LimitReached), time_limit(_LIMIT):
        copy_context().run(tell, about)


def seen_from_app(path: str, sources: Sources) -> str:
    """Write a path as seen from the app's folder, or from where libraries are; else as it is."""
    for each in (path, os.path.realpath(path)):
        own = sources.own_file(each)
        if own is not None:
            return own
        if each.rstrip(os.sep) == sources.folder:
            return "."
        if (inside := in_libraries(each)) is not None:
            return inside
    return path


def same_name(path: str, sources: Sources) -> tuple[str, ...]:
    """Return files below the app's folder with the last part of a path for their name, in any case.

    At most three, as seen from the app's folder, those first that differ from the whole path in case only.
    """
    name = Path(path).name.casefold()
    if not name:
        return ()
    asked = seen_from_app(os.path.normpath(path), sources)
    found = {
        seen_from_app(str(file), sources)
        for file in _files_below(sources.folder)
        if file.name.casefold() == name
    }
    shown = sorted(found - {asked})
    return tuple(sorted(shown, key=lambda file: not differs_in_case(file, asked))[:_FOUND])


def differs_in_case(one: str, other: str) -> bool:
    """Tell whether two paths are the same but for capital letters."""
    return one != other and one.casefold() == other.casefold()


def _files_below(folder: str) -> Iterator[Path]:
    seen = 0
    for at, folders, files in os.walk(folder):
        here = Path(at)
        folders[:] = sorted(
            each
            for each in folders
            if each not in _PASSED_OVER
            and not each.startswith(".")
            and not (here / each / "pyvenv.cfg").exists()
        )
        yield from (here / file for file in files)
        seen += len(files) + len(folders)
        if seen > _LOOKED_AT:
            return


def template_named(app: Any, text: object, sources: Sources) -> str | None:
    """Return the file of the app's own template folder whose name a text is; None for any other text."""
    if not isinstance(text, str) or not _MAY_BE_A_FILE(text) or app.template_folder is None:
        return None
    path = Path(app.root_path, app.template_folder, text)
    return seen_from_app(str(path), sources) if path.is_file() else None
