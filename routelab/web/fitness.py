"""Whether a lesson runs in a tab: it passes `routelab check`, and needs nothing that a browser lacks.

It runs the lesson's code, in copies of its files, as `check` does.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

from routelab.errors import RoutelabError
from routelab.lessons.files import everything
from routelab.lessons.proofs import prove
from routelab.pythontext import parsed
from routelab.tracing.phrases import count
from routelab.web.names import portable

PACKAGES = (
    "werkzeug", "jinja2", "markupsafe", "itsdangerous", "markdown_it", "mdurl", "pygments",
)  # fmt: skip
"""What a site holds beside routelab, by the names under which they are imported."""

# Of Python's own: what Pyodide leaves out, and what Python 3.12 to 3.14 took away.
_LEFT_OUT = frozenset({
    "curses", "dbm", "ensurepip", "grp", "pwd", "readline", "resource", "syslog", "termios", "tkinter",
    "turtle", "venv", "asynchat", "asyncore", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp",
    "lib2to3", "mailcap", "nntplib", "pipes", "smtpd", "sndhdr", "telnetlib", "uu", "xdrlib",
})  # fmt: skip
_THERE = frozenset({*PACKAGES, "flask", "routelab"})


class UnfitLesson(RoutelabError):
    """A lesson would not run in a tab."""

    def __init__(self, folder: str, problem: str) -> None:
        super().__init__(f"{folder}: {problem}")


def check_names(folder: Path) -> None:
    """Look at the names of a lesson's files: work is downloaded, and unpacked anywhere.

    Raises UnfitLesson.
    """
    for name in (folder.resolve().name, *map(str, everything(folder))):
        if not portable(name):
            raise UnfitLesson(str(folder), f"{name!r} is not a file name on Windows; rename it")


def check_imports(folder: Path) -> None:
    """Look for packages that a site does not have. Raises UnfitLesson, which names the first."""
    files = everything(folder)
    own = {path.parts[0].removesuffix(".py") for path in files} | {path.stem for path in files}
    for path, source in files.items():
        for name, line in _imported(source) if path.suffix == ".py" else ():
            top = name.partition(".")[0]
            if top not in own | _THERE and (top not in sys.stdlib_module_names or top in _LEFT_OUT):
                raise UnfitLesson(f"{folder / path}:{line}", f"it needs {top}, {_why(top)}")


def check_proofs(folder: Path, scratch: Path) -> None:
    """Prove the lesson on routelab's own engine, as a tab has it.

    Raises UnfitLesson, which tells the first finding.
    """
    findings = prove(folder, ("routelab",), scratch).findings
    if findings:
        more = f" ({count(len(findings) - 1, 'more finding')})" if len(findings) > 1 else ""
        first = findings[0]
        said = f"{first.text}{more}; routelab check {folder} says all"
        raise UnfitLesson(f"{folder}/{first.place}", said)


def _imported(source: Path) -> Iterator[tuple[str, int]]:
    """Name the modules that a file imports, and the lines; of one that is no Python, `check` tells."""
    try:
        text = source.read_bytes()
    except OSError:
        return
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or "", node.lineno


def _why(name: str) -> str:
    if name in sys.stdlib_module_names:
        return "which Python in a browser does not have"
    if _is_compiled(name):
        return "which is compiled, and runs in no browser"
    return "and a site has only Flask's own names, Werkzeug, Jinja2 and Python's library"


def _is_compiled(name: str) -> bool:
    """Tell whether a package that is installed here has parts in machine code."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    places = [Path(place) for place in spec.submodule_search_locations or ()]
    ends = tuple(EXTENSION_SUFFIXES)
    return str(spec.origin or "").endswith(ends) or any(
        found.name.endswith(ends) for place in places for found in place.rglob("*.*")
    )
