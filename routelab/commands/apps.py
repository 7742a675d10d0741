"""Which app a command works on, when the command line does not say or says a lesson's name.

It finds targets and loads them; what is asked of them is the command's business.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import NamedTuple, TypeGuard

from routelab import bundled
from routelab.commands.output import chosen_medium
from routelab.envfiles import read_env_files
from routelab.errors import RoutelabError
from routelab.hosts import AppDoesNotLoad
from routelab.interpreter import interpreter
from routelab.lab import LOADING_LIMIT, OWN_TIME_LIMIT, TIME_LIMIT, Lab, load
from routelab.pythontext import parsed
from routelab.regularfile import read_start
from routelab.screen.telling import complain

# Flask's order: with both of them here, `flask run` takes wsgi.py.
DEFAULT_FILES = ("wsgi.py", "app.py")
_IMPORTS_FLASK = re.compile(
    rb"^[ \t]*(?:from[ \t]+flask\b|import[ \t]+(?:[\w., \t]*\b)?flask\b)", re.MULTILINE
)
_MAKES_APP = re.compile(rb"^def[ \t]+(create_app|make_app)\b", re.MULTILINE)
_NO_PART = frozenset({"tests", "test", "docs", "examples", "benchmarks", "lessons", "node_modules"})
_MOST_FILES = 2000
_MOST_BYTES = 200_000


class AppNotNamed(RoutelabError):
    """No file has a usual name, and several may be meant; `unread` is why no setting names one."""

    def __init__(self, candidates: Iterable[str], unread: str | None) -> None:
        more = "" if unread is None else f" ({unread})"
        super().__init__(f"there is no wsgi.py and no app.py here{more}; name the app:")
        own = (f"  {candidate}" for candidate in candidates)
        self.details = (*own, "  -A playground  (the app that came with routelab)")


class Chosen(NamedTuple):
    """The target to load; `bundled` is an app that came with routelab."""

    target: str
    bundled: bool = False


def choose(asked: str | None, *, python: str | None = None, playground: bool = True) -> Chosen:
    """Choose by `-A`, ROUTELAB_APP, FLASK_APP, a wsgi.py or app.py here, and else the playground.

    FLASK_APP may stand in `.flaskenv` or `.env`, which are read in the interpreter that `python` names.
    Raises RoutelabError where something here uses Flask: then the playground would be a lie. It does so, too,
    where the playground is not wanted: an audit of an app that nobody named says nothing.
    """
    named = asked or os.environ.get("ROUTELAB_APP") or os.environ.get("FLASK_APP")
    unread = None
    if not named:
        env_files = read_env_files(Path.cwd(), interpreter(python, os.environ), os.environ)
        named = env_files.values.get("FLASK_APP")
        unread = None if env_files.note is None else env_files.note.text
    if named:
        is_bundled = not Path(named).exists() and bundled.find(named) is not None
        return Chosen(target=named, bundled=is_bundled)
    for default in DEFAULT_FILES:
        if os.path.lexists(default) and not Path(default).is_dir():  # whatever else it is, is told
            return Chosen(target=default)
    candidates = tuple(islice(_candidates(Path()), 3))
    if candidates:
        raise AppNotNamed(candidates, unread)
    if not playground:
        raise RoutelabError(
            "there is no wsgi.py and no app.py here; name the app, as in: routelab audit -A shop.py"
        )
    return Chosen(target=bundled.PLAYGROUND, bundled=True)


def _candidates(folder: Path) -> Iterator[str]:
    """Name the files and packages here that import Flask, and how they would be named."""
    yield from _of_folder(folder)
    for root in (folder, folder / "src"):
        packages = {init.parent for init in root.glob("*/__init__.py")}
        for package in sorted(packages):
            yield from islice(_of_package(package), 1)
        for inside in sorted({file.parent for file in root.glob("*/*.py")} - packages):
            if _may_hold_an_app(inside):
                yield from islice(_of_folder(inside), 1)


def _of_package(package: Path) -> Iterator[str]:
    texts = ((file, _read(file)) for file in islice(package.rglob("*.py"), _MOST_FILES))
    using = [(file, text) for file, text in texts if _uses_flask(text)]
    for file, text in using:
        if found := _MAKES_APP.search(text):
            name = _target(file)
            slash = "/" if file.name == "__init__.py" else ""
            yield f"{name}{slash} has {found[1].decode()}: -A {quote(name)}"
    for file, text in using:
        if b"Flask(" in text:
            yield f"{file.as_posix()} imports Flask: -A {quote(_target(file))}"
    for file, _ in using:
        yield f"{file.as_posix()} imports Flask: -A {quote(package.as_posix())}"


def _target(file: Path) -> str:
    return (file.parent if file.name == "__init__.py" else file).as_posix()


def _of_folder(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.py")):
        if _uses_flask(_read(file)):
            yield f"{file.as_posix()} imports Flask: -A {quote(file.as_posix())}"


def _may_hold_an_app(folder: Path) -> bool:
    """Tell whether a folder that is no package may be a part of the project, such as `backend`."""
    return not (
        folder.name.startswith((".", "_")) or folder.name in _NO_PART or (folder / "pyvenv.cfg").exists()
    )


def _uses_flask(text: bytes) -> bool:
    """Tell whether a file imports Flask: at its top, or anywhere where it makes an app as well."""
    if not _IMPORTS_FLASK.search(text):
        return False
    tree = parsed(text)
    if not tree.body:  # it has mistakes, and nobody knows
        return True
    inside = [node for node in ast.walk(tree) if _imports_flask(node)]
    makes_one = any(isinstance(node, ast.Call) and "Flask" in ast.dump(node.func) for node in ast.walk(tree))
    return any(node.col_offset == 0 for node in inside) or (bool(inside) and makes_one)


def _imports_flask(node: ast.AST) -> TypeGuard[ast.Import | ast.ImportFrom]:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").partition(".")[0] == "flask"
    return isinstance(node, ast.Import) and any(
        alias.name.partition(".")[0] == "flask" for alias in node.names
    )


def _read(file: Path) -> bytes:
    try:
        return read_start(file, _MOST_BYTES)
    except OSError:
        return b""


def load_chosen(options: argparse.Namespace, *, playground: bool = True) -> tuple[Lab, Chosen]:
    """Load the app that the options choose. Raises AppDoesNotLoad only for one that Ctrl-C ended."""
    chosen = choose(options.app, python=options.python, playground=playground)
    chosen_medium(options.format).get_ready()  # here the app's process is still at its own imports
    lab = loaded(chosen, options)
    if lab.failure is not None and lab.failure.interrupted:
        raise AppDoesNotLoad(lab.failure)
    return lab, chosen


def loaded(chosen: Chosen, options: argparse.Namespace) -> Lab:
    """Load an app that was chosen, as the options say; what came with routelab runs in its interpreter."""
    own = chosen.bundled and options.python is None
    return load(
        chosen.target,
        engine=options.engine,
        python=sys.executable if own else options.python,
        seconds=options.timeout or LOADING_LIMIT,
        env_files=not chosen.bundled,
    )


def request_limit(chosen: Chosen, options: argparse.Namespace) -> float:
    """Return the seconds that a request to the app may take."""
    limit: float | None = options.timeout
    return limit or (TIME_LIMIT if chosen.bundled else OWN_TIME_LIMIT)


def load_for_its_router(options: argparse.Namespace, *, playground: bool = True) -> Lab:
    """Load the app that the options choose; it must load, since only its router is wanted.

    What hindered reading `.flaskenv`, which may name another app, is told beside the result: there is no
    trace to tell it. Raises AppDoesNotLoad.
    """
    lab, _ = load_chosen(options, playground=playground)
    if lab.failure is not None:
        raise AppDoesNotLoad(lab.failure)
    for note in lab.app.notes:
        if note.code == "env_files":
            complain(f"routelab: {note.text}")
    return lab
