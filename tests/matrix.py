"""Run the tests with every Python and every Werkzeug that routelab is for: `./check matrix [-h] [PYTEST WORD ...]`.

It knows interpreters and environments, and nothing of what is tested. An interpreter that is not here is a row that
says so: the matrix proves what it ran, and no more.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "Programming Language :: Python :: "
# Flask asks for the Werkzeug of its own minor version or a later one; the oldest pair has the oldest of both.
RELEASES: Mapping[str, tuple[str, ...]] = {
    "3.0": ("werkzeug~=3.0.0", "flask~=3.0.0"),
    "3.1": ("werkzeug~=3.1.0", "flask~=3.1.0"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the tests are run with: a Python, and what pip is asked for; no `interpreter` where none was found."""

    python: str
    interpreter: Path | None
    release: str
    requirements: tuple[str, ...]


def pythons() -> list[str]:
    """Return the versions that pyproject.toml names: ["3.11", "3.12", ...]."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = (text.removeprefix(PYTHON) for text in project["classifiers"] if text.startswith(PYTHON))
    return [version for version in named if re.fullmatch(r"3\.\d+", version)]


def interpreters(given: Iterable[Path], environ: Mapping[str, str]) -> dict[str, Path]:
    """Find an interpreter for each version: those given, then by name on PATH, then pyenv's newest."""
    found: dict[str, Path] = {}
    for path in given:
        found.setdefault(_version_of(path), path)
    pyenv = Path(environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for version in pythons():
        named = shutil.which(f"python{version}", path=environ.get("PATH"))
        places = [Path(named)] if named else []
        places += sorted(pyenv.glob(f"{version}.*/bin/python"), key=_patch, reverse=True)
        for path in places:
            if version not in found and _version_of(path) == version:
                found[version] = path
    return found


def cells(found: Mapping[str, Path], more: Sequence[str]) -> list[Cell]:
    """Pair every version with every release; `more` are requirements that stand for a release of their own."""
    releases = {**RELEASES, **{text: (text,) for text in more}}
    return [
        Cell(python=version, interpreter=found.get(version), release=name, requirements=requirements)
        for version in dict.fromkeys([*pythons(), *found])
        for name, requirements in releases.items()
    ]


def run(cell: Cell, home: Path, words: Sequence[str]) -> str:
    """Make the cell's environment, run the tests in it, and say in a few words what came of it."""
    if cell.interpreter is None:
        return "no such interpreter here"
    environment = home / re.sub(r"[^\w.]+", "-", f"{cell.python}-{cell.release}")
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    made = subprocess.run([cell.interpreter, "-m", "venv", "--clear", environment], env=clean, check=False)
    if made.returncode == 0:
        asked = ["install", "--quiet", "--editable", f"{ROOT}[test]", *cell.requirements]
        made = subprocess.run([python, "-m", "pip", *asked], env=clean, check=False)
    if made.returncode != 0:
        return "its environment could not be made"
    ended = subprocess.run([python, "-m", "pytest", "-q", *words], cwd=ROOT, env=clean, check=False)
    return "passed" if ended.returncode == 0 else f"FAILED (pytest ended with {ended.returncode})"


def _version_of(interpreter: Path) -> str:
    told = "import sys; print('%d.%d' % sys.version_info[:2])"
    asked = subprocess.run([interpreter, "-c", told], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _patch(path: Path) -> int:
    number = re.match(r"\d+", path.parent.parent.name.split(".")[2])
    return int(number[0]) if number else -1


def main(arguments: Sequence[str]) -> int:
    """Run all cells, or those that are chosen, and end with a table; 1 if any of them failed."""
    parser = argparse.ArgumentParser(prog="./check matrix", description=__doc__, allow_abbrev=False)
    parser.add_argument("--interpreter", type=Path, action="append", default=[], metavar="PYTHON")
    parser.add_argument("--python", action="append", default=[], metavar="3.X", help="only this version")
    parser.add_argument("--release", action="append", default=[], metavar="3.X", help="only this Werkzeug")
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="REQUIREMENT",
        help="with this, too, as pip takes it: a folder with a clone of Werkzeug's development branch",
    )
    chosen, words = parser.parse_known_args(arguments)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "routelab" / "matrix"
    rows: list[tuple[Cell, str]] = []
    for cell in cells(interpreters(chosen.interpreter, os.environ), chosen.also):
        if cell.python not in (chosen.python or [cell.python]):
            continue
        if cell.release not in (chosen.release or [cell.release]):
            continue
        print(f"== Python {cell.python}, Werkzeug and Flask {cell.release}", flush=True)
        rows.append((cell, run(cell, home, words)))
    print("\nPython  Werkzeug, Flask")
    for cell, what in rows:
        print(f"{cell.python:<8}{cell.release:<17}{what}")
    ran = [what for cell, what in rows if cell.interpreter is not None]
    return 0 if ran and all(what == "passed" for what in ran) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
