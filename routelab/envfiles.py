"""The variables of `.flaskenv` and `.env`, as the `flask` command reads them before it loads an app.

python-dotenv reads them in the app's interpreter: what counts is whether that one has it. It knows no app.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import PathFinder
from itertools import islice
from os.path import isfile
from pathlib import Path
from typing import NamedTuple

from routelab.tracing.facts import Note

FILES = (".flaskenv", ".env")  # what stands in the second wins
_SKIP = "FLASK_SKIP_DOTENV"
_SECONDS = 10.0
# With -P, so that somebody's own dotenv.py is not taken for python-dotenv.
_READ = """\
import json, sys
try:
    import dotenv
except ImportError:
    sys.exit(3)
found = {}
for name in sys.argv[1:]:
    path = dotenv.find_dotenv(name, usecwd=True)
    if path:
        found |= dotenv.dotenv_values(path, encoding="utf-8")
print(json.dumps({name: text for name, text in found.items() if text is not None}))
"""
_NOT_INSTALLED = 3


class EnvFiles(NamedTuple):
    """What the files say, without what the environment has already; `note` says what hindered reading."""

    values: dict[str, str]
    note: Note | None = None


_NOTHING = EnvFiles({})
_read_before: dict[object, EnvFiles] = {}  # starting a Python takes a while, and two rooms ask


def read_env_files(folder: Path, python: str, environ: Mapping[str, str]) -> EnvFiles:
    """Read the nearest `.flaskenv` and `.env` of a folder or those above it, where FLASK_SKIP_DOTENV lets."""
    skip = environ.get(_SKIP, "")
    files = [] if skip and skip.lower() not in ("0", "false", "no") else list(_files(folder))
    if not files:
        return _NOTHING
    key = (python, str(folder), tuple((str(file), file.stat().st_mtime_ns) for file in files))
    if key not in _read_before:
        _read_before[key] = _read(folder, python, files, environ)
    values, note = _read_before[key]
    return EnvFiles({name: text for name, text in values.items() if name not in environ}, note)


def _files(folder: Path) -> Iterator[Path]:
    """Find the nearest of each; as for python-dotenv, there is none where one may not look."""
    places = [str(above).removesuffix(os.sep) for above in (folder, *folder.parents)]
    for name in FILES:
        tried = (f"{place}{os.sep}{name}" for place in places)  # at each load: as texts, in half the time
        yield from map(Path, islice(filter(isfile, tried), 1))


def _read(folder: Path, python: str, files: list[Path], environ: Mapping[str, str]) -> EnvFiles:
    if python == sys.executable and PathFinder.find_spec("dotenv") is None:
        return EnvFiles({}, _not_installed(folder, files))
    import subprocess  # most folders have no such file

    try:
        done = subprocess.run(
            [python, "-P", "-c", _READ, *FILES],
            cwd=folder,
            env=dict(environ),
            capture_output=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return _NOTHING  # the worker, which runs in the same interpreter, will tell why
    if done.returncode == _NOT_INSTALLED:
        return EnvFiles({}, _not_installed(folder, files))
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        problem = said.splitlines()[-1] if said else "python-dotenv failed"
        return EnvFiles({}, _note(f"{_names(folder, files)} could not be read: {problem}"))
    note = _note(f"python-dotenv says of {_names(folder, files)}: {said.splitlines()[0]}") if said else None
    found: dict[str, str] = json.loads(done.stdout)
    values = {name: text for name, text in found.items() if "\0" not in name + text}
    if len(values) < len(found):
        note = _note(
            f"{_names(folder, files)} has a variable with a NUL, which no process can have: it is left out"
        )
    return EnvFiles(values, note)


def _not_installed(folder: Path, files: list[Path]) -> Note | None:
    here = [file for file in files if file.parent == folder]  # as Flask's own tip has it
    if not here:
        return None
    was, them = ("was", "it") if len(here) == 1 else ("were", "them")
    why = f"Flask reads {them} with python-dotenv, which the app's Python does not have"
    return _note(f"{_names(folder, here)} {was} not read: {why}")


def _names(folder: Path, files: list[Path]) -> str:
    return " and ".join(file.name if file.parent == folder else os.fspath(file) for file in files)


def _note(text: str) -> Note:
    return Note(code="env_files", text=text)
