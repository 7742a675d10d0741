"""Which Python runs the app: the one that was named, an active virtual environment's, or the tool's own.

It looks at paths and the environment, and runs nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.machinery import PathFinder
from pathlib import Path

from routelab.errors import UsageError

_NAMES = ("bin/python", "bin/python3", "Scripts/python.exe")
_USUAL_FOLDERS = (".venv", "venv", "env")


class NoInterpreter(UsageError):
    """What was named as an interpreter is none."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"--python {path}: {problem}; name a Python, or the folder of a virtual environment")


def interpreter(asked: str | None, environ: Mapping[str, str]) -> str:
    """Return the path of the app's Python: as asked, ROUTELAB_PYTHON's, VIRTUAL_ENV's, or the tool's own.

    Raises NoInterpreter where there is none at the path that was named.
    """
    named = asked or environ.get("ROUTELAB_PYTHON")
    if named:
        return _at(named)
    active = environ.get("VIRTUAL_ENV")
    if active and Path(active).resolve() != Path(sys.prefix).resolve():
        found = _in_environment(Path(active))
        if found is not None:
            return str(found)
    return sys.executable


def environments_in(folder: Path) -> tuple[str, ...]:
    """Name the virtual environments that lie in a folder, as they usually are called."""
    return tuple(name for name in _USUAL_FOLDERS if _in_environment(folder / name) is not None)


def flask_is_installed() -> bool:
    """Look for Flask in this interpreter without importing it; somebody's own flask.py is not it."""
    spec = PathFinder.find_spec("flask")
    return spec is not None and bool(spec.submodule_search_locations) and spec.origin is not None


def _at(named: str) -> str:
    if named == sys.executable:  # this very Python; in a browser it is no file
        return named
    try:
        path = Path(named).expanduser()
    except RuntimeError:
        raise NoInterpreter(named, "nobody here has that home") from None
    if path.is_dir():
        found = _in_environment(path)
        if found is None:
            raise NoInterpreter(named, "there is no Python in this folder")
        return str(found)
    if os.sep not in named and not path.exists():
        from shutil import which  # few name a command

        command = which(named)
        if command is not None:
            return command
    if not path.exists():
        raise NoInterpreter(named, "there is no such file")
    if not os.access(path, os.X_OK):
        raise NoInterpreter(named, "it cannot be run")
    return str(path.absolute())  # not resolved: a virtual environment's Python is a link


def _in_environment(folder: Path) -> Path | None:
    # Absolute, not resolved: a virtual environment's Python is a link to another's.
    return next((folder.absolute() / name for name in _NAMES if (folder / name).is_file()), None)
