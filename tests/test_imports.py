"""Which way imports point, and that start-up stays lean: borders that nobody checks are wishes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

PACKAGE = ROOT / "routelab"

# From the ground up: a module imports from its own room and from rooms before it.
FLOORS = (
    ("errors", "bundled", "record", "stopping", "engine"),
    ("routing", "requestline", "loading", "cookies"),
    ("environ", "tracing"),
    ("lab",),
    ("asking",),
    ("lessons",),
    ("learner",),
    ("session",),
    ("screen",),
    ("repl",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Rooms on one floor do not know each other, but for these.
NEIGHBOURS = {("loading", "engine"), ("environ", "requestline")}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "bundled/" not in path.as_posix())


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_rooms(path: Path) -> list[tuple[int, str]]:
    found = []
    package = ["routelab", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            name = ".".join(part for part in (base, node.module) if part)
            found += [
                (node.lineno, f"{name}.{alias.name}" if name == "routelab" else name) for alias in node.names
            ]
    return [(line, name.split(".")[1]) for line, name in found if name.startswith("routelab.")]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    for line, target in imported_rooms(path):
        if target == "__version__" or target == room or room == "__init__":
            continue
        assert target in FLOOR, f"{path}:{line}: {target} has no floor"
        below = FLOOR[target] < FLOOR[room] and target != "engine"
        assert below or (room, target) in NEIGHBOURS, f"{path}:{line}: {room} may not import {target}"


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(path) for path in modules()} - {"__init__"}
    assert rooms <= FLOOR.keys()


def test_engine_imports_nothing_of_routelab() -> None:
    for path in (PACKAGE / "engine").rglob("*.py"):
        assert {room for _, room in imported_rooms(path)} <= {"engine"}, path


CLEAR = ("lessons", "learner", "session")  # the rooms whose files are in no circle


def imported_files(path: Path) -> set[Path]:
    """Find the files that a file imports when it runs, also inside functions; annotations do not run."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("routelab"):
            base = ROOT.joinpath(*node.module.split("."))
            files = [base.with_suffix(".py"), *(base / f"{alias.name}.py" for alias in node.names)]
            found |= {file for file in files if file.is_file()}
    return found


@pytest.mark.parametrize("room", CLEAR)
def test_no_file_is_in_a_circle(room: str) -> None:
    imports = {path: imported_files(path) for path in modules() if room_of(path) == room}
    while leaves := [path for path, found in imports.items() if not found & imports.keys()]:
        for leaf in leaves:
            del imports[leaf]
    assert not imports, f"a circle is among {sorted(path.name for path in imports)}"


HEAVY = (
    "asyncio",
    "email.mime",
    "flask",
    "importlib.metadata",
    "itsdangerous",
    "jinja2",
    "markdown_it",
    "platformdirs",
    "prompt_toolkit",
    "pygments",
    "rich",
    "routelab.learner",
    "routelab.lessons",
    "routelab.repl",
    "routelab.session",
    "tomllib",
)
SCRIPT = """
import sys
from routelab.cli import main
code = main(sys.argv[1:])
print("\\n".join(sorted(sys.modules)), file=sys.stderr)
raise SystemExit(code)
"""


def loaded_by(*arguments: str, folder: Path) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=True,
    )
    return set(ended.stderr.split())


def test_request_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'hi'\n"
    )
    loaded = loaded_by("request", "--engine", "routelab", "--format", "plain", "GET", "/", folder=tmp_path)
    assert not [name for name in HEAVY if any(m == name or m.startswith(f"{name}.") for m in loaded)]
    # The list itself, without the standard library: what is new here was meant to be here.
    outside = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert outside <= {
        "routelab",
        "werkzeug",
        "markupsafe",
        "app",
        "__main__",
        "sitecustomize",
        "_virtualenv",
        "_distutils_hack",
    }


def test_rich_is_imported_only_to_draw(tmp_path: Path) -> None:
    loaded = loaded_by("request", "-A", "playground", "--format", "rich", "GET", "/", folder=tmp_path)
    assert "rich.console" in loaded
    assert not {"rich.markdown", "pygments", "prompt_toolkit", "jinja2"} & loaded
