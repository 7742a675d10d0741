"""Which way imports point, what each process may load, how files are read, and that start-up stays lean: borders that
nobody checks are wishes."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

from routelab import ahead
from routelab.cli import COMMANDS
from support import ROOT, write_app

PACKAGE = ROOT / "routelab"

# From the ground up: a module imports from its own room and from rooms before it.
FLOORS = (
    ("oneof", "errors", "ownthreads", "wholenumber", "nearest"),
    (
        "headers",
        "regularfile",
        "pythontext",
        "filestates",
        "version",
        "bundled",
        "record",
        "stopping",
        "uncollected",
        "endcodes",
        "fates",
        "removed_names",
        "spawn",
        "engine",
    ),
    # What both sides know: the words of a request, of the router, and of a trace.
    ("routing", "requestline", "setcookie", "interpreter", "ahead", "streams", "endsignals", "bugreport"),
    ("tracing", "environ", "cookies", "lacking_names"),
    ("envfiles", "sent", "messages", "loaded", "router", "redirects", "browsing", "process"),
    # The app's own process.
    ("reaching",),
    ("tracing/watching",),
    ("loading", "live"),
    ("liverouter",),
    ("worker",),
    # The tool.
    ("courselist", "toldsteps", "browserlimits", "language", "workers", "waiting", "filelock"),
    ("hosts", "wholefile"),
    ("workerrouter",),
    ("workerhost",),
    ("lab",),
    ("watched", "inprocess", "lessons"),
    ("learner", "grading"),
    ("session",),
    ("screen",),
    ("repl", "web"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Rooms on one floor do not know each other, but for these.
NEIGHBOURS = {
    ("ahead", "spawn"),
    ("interpreter", "errors"),
    ("tracing", "routing"),
    ("environ", "requestline"),
}
DEEP_ROOMS = ("tracing/watching",)  # a room within a room, with a floor of its own


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(path for path in PACKAGE.rglob("*.py") if "bundled/" not in path.as_posix()))


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    name = named(path)
    deep = next((room for room in DEEP_ROOMS if name.startswith(f"{room}/")), None)
    return deep or name.removesuffix(".py").partition("/")[0]


def file_of(module: str) -> Path | None:
    base = ROOT.joinpath(*module.split("."))
    return next((file for file in (base.with_suffix(".py"), base / "__init__.py") if file.is_file()), None)


def statements(within: ast.AST) -> Iterator[ast.AST]:
    """Walk the statements alone, where imports and classes are: to walk expressions, too, takes ten times as long."""
    for node in ast.iter_child_nodes(within):
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield node
            yield from statements(node)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and is_name(node.test, {"TYPE_CHECKING"})


def is_name(node: ast.AST, names: Collection[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


@cache
def names_given_by(package: Path) -> Mapping[str, str]:
    """Tell in which modules the names are that a file imports for its types alone, or hands on when first wanted."""
    tree = ast.parse(package.read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: module
        for node in ast.walk(tree)
        if is_type_checking(node)
        for line in ast.walk(node)
        if isinstance(line, ast.ImportFrom)
        for module in [absolute(line, package)]
        for alias in line.names
    }


def absolute(node: ast.ImportFrom, path: Path) -> str:
    package = ["routelab", *path.relative_to(PACKAGE).parent.parts]
    base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
    return ".".join(part for part in (base, node.module) if part)


# What loads the modules that it is given by name.
LOADERS = {"import_module", "_writer"}


class Class(NamedTuple):
    name: str
    line: int
    bases: tuple[str, ...]
    decorators: tuple[str, ...]


@cache
def imports_of(path: Path) -> frozenset[tuple[str, int]]:
    """List the modules that a file imports when it runs, also inside functions and by name; annotations do not run."""
    return read(path)[0]


@cache
def read(path: Path) -> tuple[frozenset[tuple[str, int]], tuple[Class, ...]]:
    """Read a file once, for its imports and its classes: to keep all trees would cost more than it saves."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    classes = tuple(
        Class(
            node.name,
            node.lineno,
            tuple(map(ast.unparse, node.bases)),
            tuple(map(ast.unparse, node.decorator_list)),
        )
        for node in statements(tree)
        if isinstance(node, ast.ClassDef)
    )
    for node in statements(tree):
        if is_type_checking(node):
            node.body = []  # type: ignore[attr-defined]
    found: set[tuple[str, int]] = set()
    for node in ast.walk(tree) if any(name in text for name in LOADERS) else statements(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, node.lineno) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = absolute(node, path)
            found |= {(owner(module, alias.name), node.lineno) for alias in node.names}
        elif isinstance(node, ast.Call) and any(is_name(it, LOADERS) for it in (node.func, *node.args)):
            found |= {
                (word.value, node.lineno)
                for word in node.args
                if isinstance(word, ast.Constant) and isinstance(word.value, str)
            }
    return frozenset(found), classes


def owner(module: str, name: str) -> str:
    """Name the module that `from module import name` loads in the end."""
    if module.partition(".")[0] != "routelab":
        return module
    if file_of(f"{module}.{name}") is not None:
        return f"{module}.{name}"
    file = file_of(module)
    assert file is not None, module
    return names_given_by(file).get(name, module) if file.name == "__init__.py" else module


@cache
def files_of(path: Path) -> frozenset[Path]:
    """List the files of the package that a file imports; the command line imports its commands by name."""
    own = (module for module, _ in imports_of(path) if module.partition(".")[0] == "routelab")
    found = {file for module in own if (file := file_of(module)) is not None}
    if path == PACKAGE / "cli.py":
        found |= {PACKAGE / "commands" / f"{name}.py" for name in COMMANDS}
    return frozenset(found - {path})


def reached_from(*starts: str) -> set[Path]:
    """List all files that are reached from these, with the packages that they lie in."""
    waiting, seen = [PACKAGE / start for start in starts], set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            packages = (folder / "__init__.py" for folder in path.parents if folder.is_relative_to(PACKAGE))
            waiting += [*files_of(path), *(init for init in packages if init.is_file())]
    return seen


def third_parties_of(files: Iterable[Path]) -> dict[str, str]:
    """Name what is imported that is neither ours nor Python's own, and one file that does it."""
    return {
        top: named(path)
        for path in files
        for module, _ in imports_of(path)
        if (top := module.partition(".")[0]) != "routelab" and top not in sys.stdlib_module_names
    }


# The house


def test_imports_point_down() -> None:
    wrong = []
    for path in modules():
        room = room_of(path)
        # A package's own file hands names on, each from its own module.
        for module, line in imports_of(path) if room != "__init__" else ():
            file = file_of(module) if module.partition(".")[0] == "routelab" else None
            target = room if file is None else room_of(file)
            if target in (room, "__init__") or (room, target) in NEIGHBOURS:
                continue
            if target not in FLOOR or FLOOR[target] >= FLOOR[room]:
                wrong.append(f"{path}:{line}: {room} may not import {target}")
    assert wrong == []


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(path) for path in modules()} - {"__init__"}
    assert rooms == FLOOR.keys()


def in_circles(imports: dict[Path, frozenset[Path]]) -> list[str]:
    while leaves := [path for path, found in imports.items() if not found & imports.keys()]:
        for leaf in leaves:
            del imports[leaf]
    return sorted(map(named, imports))


def test_no_file_is_in_a_circle() -> None:
    assert in_circles({path: files_of(path) - {PACKAGE / "__init__.py"} for path in modules()}) == []


def test_no_file_of_the_recorder_is_in_a_circle_of_annotations() -> None:
    room = [path for path in modules() if room_of(path) == "tracing/watching"]
    assert in_circles({path: files_of(path) | files_for_types(path) for path in room}) == []


def files_for_types(path: Path) -> frozenset[Path]:
    """List the files that a file imports for its annotations alone."""
    own = names_given_by(path).values()
    return frozenset(file for module in own if (file := file_of(module)) is not None)


def test_engine_imports_nothing_of_routelab() -> None:
    for path in (PACKAGE / "engine").rglob("*.py"):
        assert {room_of(file) for file in files_of(path)} <= {"engine"}, path


def classes() -> Iterator[tuple[Path, Class]]:
    return ((path, each) for path in modules() for each in read(path)[1])


def test_no_public_class_name_stands_twice() -> None:
    places = defaultdict(list)
    for path, each in classes():
        if not each.name.startswith("_"):
            places[each.name].append(f"{named(path)}:{each.line}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_records_are_of_one_kind() -> None:
    """A class of records costs a start a fiftieth of what a dataclass does: see `routelab.record`."""
    decorators = {f"{named(path)}: {decorator}" for path, each in classes() for decorator in each.decorators}
    assert {decorator for decorator in decorators if re.search(r"\bdataclass\b", decorator)} == set()


def test_kinds_of_enum_are_of_one_kind() -> None:
    """A class of `enum` costs a start what six classes do: see `routelab.oneof`."""
    bases = {(named(path), base) for path, each in classes() for base in each.bases}
    assert {path for path, base in bases if re.search(r"(Enum|Flag)$", base)} == set()


# The border between the tool and the app's own process

TOOL = ("cli.py",)
WORKER = ("worker/bootstrap.py",)
# What both sides load: records and their words, and what reads and writes them. Nothing here does anything.
SHARED = (
    "__init__.py",
    "endcodes.py",
    "errors.py",
    "headers.py",
    "nearest.py",
    "regularfile.py",
    "pythontext.py",
    "filestates.py",
    "version.py",
    "oneof.py",
    "record.py",
    "loaded.py",
    "router.py",
    "messages.py",
    "sent.py",
    "environ.py",
    "interpreter.py",
    "fates.py",
    "requestline/__init__.py",
    "requestline/errors.py",
    "requestline/quoting.py",
    "requestline/record.py",
    "requestline/urlfor.py",
    "routing/__init__.py",
    "routing/built.py",
    "routing/candidate.py",
    "routing/domain.py",
    "routing/finding.py",
    "routing/lookalikes.py",
    "routing/obstacle.py",
    "routing/outcome.py",
    "routing/redirect.py",
    "routing/suggestion.py",
    "routing/variable.py",
    "routing/walk.py",
    "routing/wording.py",
    "tracing/__init__.py",
    "tracing/body_reads.py",
    "tracing/cookies.py",
    "tracing/facts.py",
    "tracing/not_run.py",
    "tracing/keys_asked.py",
    "tracing/ourframes.py",
    "tracing/phrases.py",
    "tracing/sought.py",
    "tracing/trace.py",
    "tracing/verdict.py",
    "tracing/answers/*.py",
    "tracing/findings/*.py",
    "tracing/steps/*.py",
)
THE_TOOLS = ("rich", "prompt_toolkit", "platformdirs", "pygments", "markdown_it")
THE_APPS = ("flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click")


def test_tool_and_worker_share_records_alone() -> None:
    both = {named(path) for path in reached_from(*TOOL) & reached_from(*WORKER)}
    assert {name for name in both if not any(fnmatch(name, pattern) for pattern in SHARED)} == set()
    assert {pattern for pattern in SHARED if not any(fnmatch(name, pattern) for name in both)} == set()


def test_each_side_has_its_own_rooms() -> None:
    tool, worker = ({room_of(path) for path in reached_from(*side)} for side in (TOOL, WORKER))
    assert not worker & {
        "cli", "commands", "repl", "screen", "session", "learner", "lessons", "lab", "hosts", "workerhost", "workerrouter", "workers", "toldsteps",
        "process",
        "cookies", "setcookie", "browsing", "bundled", "spawn", "ahead",
    }  # fmt: skip
    assert not tool & {
        "worker", "loading", "live", "liverouter", "reaching", "tracing/watching", "engine", "stopping", "watched",
        "inprocess",
    }  # fmt: skip


def test_every_file_is_of_one_side_or_the_other() -> None:
    reached = reached_from(*TOOL) | reached_from(*WORKER)
    # `python -m`; `routelab.watch`, and the tab of a browser, which are both sides in one
    ways_in = ("__main__.py", "watched.py", "web/tab.py")
    assert not {PACKAGE / name for name in ways_in} & reached
    of_the_engine = set((PACKAGE / "engine").rglob("*.py"))  # apps ask for its modules as flask's
    left = set(modules()) - reached - reached_from(*ways_in) - of_the_engine
    assert {named(path) for path in left} == set()


def test_what_each_side_needs_installed() -> None:
    tool, worker = (third_parties_of(reached_from(*side)) for side in (TOOL, WORKER))
    assert set(THE_APPS) & tool.keys() == set(), tool
    assert set(THE_TOOLS) & worker.keys() == set(), worker
    # Dask is an extra, for grading past one machine.
    assert tool.keys() <= {"rich", "prompt_toolkit", "platformdirs", "pygments", "markdown_it", "distributed"}
    assert worker.keys() <= {"flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous"}


# The same, seen in the processes as they run

SCRIPT = """
import sys
from routelab.cli import main
code = main(sys.argv[1:])
print("\\n".join(sorted(sys.modules)), file=sys.stderr)
raise SystemExit(code)
"""
TELLS_ITS_MODULES = """
    import gc
    import sys
    from flask import Flask
    app = Flask(__name__)
    assert gc.isenabled()  # the worker imports without it

    @app.route("/")
    def home():
        return sorted(sys.modules)
"""


def run_tool(*arguments: str, folder: Path, script: str = SCRIPT) -> tuple[str, set[str]]:
    """Run a command; return what it printed, and the modules that the tool had loaded at the end."""
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=True,
    )
    return ended.stdout, set(ended.stderr.split())


def of_these(loaded: set[str], packages: Iterable[str]) -> set[str]:
    return {name for name in loaded for package in packages if f"{name}.".startswith(f"{package}.")}


@pytest.mark.parametrize("engine", ["routelab", "flask"])
def test_tool_and_worker_load_nothing_of_each_other(tmp_path: Path, engine: str) -> None:
    write_app(tmp_path, TELLS_ITS_MODULES)
    printed, tool = run_tool("request", "--engine", engine, "--format", "json", "/", folder=tmp_path)
    worker = set(json.loads(json.loads(printed)["response"]["body"]))
    assert {"werkzeug", "app", "flask"} <= worker
    assert (
        of_these(tool, (*THE_APPS, "app", "routelab.worker", "routelab.loading", "routelab.engine")) == set()
    )
    rooms = (
        "screen",
        "repl",
        "session",
        "lessons",
        "learner",
        "commands",
        "cli",
        "lab",
        "hosts",
        "workerhost",
        "workers",
    )
    assert of_these(worker, (*THE_TOOLS, *(f"routelab.{room}" for room in rooms))) == set()
    assert "ctypes" not in worker  # it would take longer than loading a small app does
    if engine == "routelab":
        assert of_these(worker, ("routelab.engine",))
        assert of_these(worker, ("jinja2", "itsdangerous")) == set()  # nothing was rendered or signed
    # The list itself, without the standard library: what is new here was meant to be here.
    outside = {name.split(".")[0] for name in tool} - set(sys.stdlib_module_names)
    assert outside <= {"routelab", "__main__", "sitecustomize", "_virtualenv", "_distutils_hack"}


COMPILES = """
import re, sys
compile = re.compile
def told(*arguments, **flags):
    print(sys._getframe(1).f_globals["__name__"])
    return compile(*arguments, **flags)
re.compile = told
import routelab.worker.service
"""


def test_a_worker_compiles_the_patterns_that_nearly_every_request_needs() -> None:
    """Each takes as long as making five classes; any other is compiled when `re` is asked with its text."""
    ended = subprocess.run(
        [sys.executable, "-c", COMPILES],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=True,
    )
    assert of_these(set(ended.stdout.split()), ("routelab",)) == {
        "routelab.routing.pattern",
        "routelab.tracing.watching.code.files",
        "routelab.tracing.watching.code.sources",
        "routelab.tracing.watching.code.values",
    }


HEAVY = (
    "asyncio",
    "email",
    "importlib.metadata",
    "http",
    "tempfile",
    "tomllib",
    "routelab.learner",
    "routelab.lessons",
    "routelab.repl",
    "routelab.session",
)


SPAWNS = """
import sys
from routelab import cli, spawn
class Seen(BaseException): pass
def told(words):
    raise Seen(" ".join([*words[-1:], *sys.modules]))
spawn._started_quickly = told
try:
    cli.run()
except Seen as seen:
    print(seen)
"""


@pytest.mark.parametrize(
    "words", [("request", "/"), ("learn", "--plain", "2/user"), ("explain", "R402"), ("demo", "1"), ("play",)]
)
def test_the_worker_starts_before_anything_larger_is_loaded(tmp_path: Path, words: Sequence[str]) -> None:
    """The way from the command to its answer is as long as the worker's, so nothing waits before it."""
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.append({str(ROOT)!r})\n{SPAWNS}", *words]
    # An active environment may name another interpreter than -S leaves here, and then nothing is guessed.
    environ = {name: value for name, value in os.environ.items() if name not in ahead.ENVIRONMENT}
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environ, check=True)
    loaded = set(ended.stdout.split())
    kind = "parent" if "demo" in words else "app"
    assert {f"{kind}:routelab", "routelab.spawn"} <= loaded
    assert (
        of_these(
            loaded,
            (
                "argparse",
                "collections",
                "contextlib",
                "enum",
                "functools",
                "json",
                "pathlib",
                "re",
                "subprocess",
                "threading",
                "typing",
                "warnings",
            ),
        )
        == set()
    )
    assert of_these(loaded, ("routelab",)) == {
        "routelab", "routelab.ahead", "routelab.cli", "routelab.endsignals", "routelab.errors", "routelab.spawn",
        "routelab.streams", "routelab.version",
    }  # fmt: skip


LOADS_LATE = """
import sys
from routelab.cli import main
from routelab.process.worker import Worker
loaded, ask = set(), Worker.ask
def asked(*words, **more):
    loaded.update(loaded or sys.modules)
    return ask(*words, **more)
Worker.ask = asked
main(sys.argv[1:])
print(*sys.modules, *("late:" + name for name in set(sys.modules) - loaded), file=sys.stderr)
"""
LATE = "late:"  # before the name of a module that was loaded after the app had been asked


@pytest.mark.parametrize(
    ("medium", "drawn", "never"),
    [("plain", set(), HEAVY), ("rich", {"rich.console"}, ("rich.markdown", "pygments", "prompt_toolkit"))],
)
def test_what_writes_is_loaded_before_the_app_is_waited_for_and_nothing_heavy(
    tmp_path: Path, medium: str, drawn: set[str], never: Sequence[str]
) -> None:
    write_app(tmp_path, TELLS_ITS_MODULES)
    asked = ("request", "--engine", "routelab", "--format", medium, "GET", "/")
    _, tool = run_tool(*asked, folder=tmp_path, script=LOADS_LATE)
    late = {name.removeprefix(LATE) for name in tool if name.startswith(LATE)}
    assert of_these(late, ("routelab", "rich")) == set()
    assert drawn <= tool
    assert of_these(tool, never) == set()


def names_of(requirements: Iterable[str]) -> set[str]:
    """Return the projects that are required in every case: an extra's own are left out."""
    always = (line for line in requirements if "extra ==" not in line)
    return {re.split(r"[\s\[<>=!~;(]", line)[0].lower().replace("_", "-") for line in always}


def test_what_the_tests_import_is_what_the_project_asks_for() -> None:
    """What merely lies in a developer's environment is missing where the tests run afresh."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = names_of(project["dependencies"]) | names_of(extras["test"]) | names_of(extras["dask"])
    asked, known = set[str](), wanted
    while known:
        asked |= known
        brought = set[str]()
        for name in known:
            try:
                brought |= names_of(metadata.requires(name) or ())
            except metadata.PackageNotFoundError:  # another system's, or an extra that is not installed
                continue
        known = brought - asked
    tests = ROOT / "tests"
    real = tests / "real"  # which has an environment of its own
    own = {path.stem for path in tests.rglob("*")} | {"routelab"}
    imported = {
        name.split(".")[0]
        for path in tests.rglob("*.py")
        if real not in path.parents
        for node in statements(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    whose = metadata.packages_distributions()
    unasked = {
        name
        for name in imported - own - {""} - set(sys.stdlib_module_names)
        if not {project.lower().replace("_", "-") for project in whose.get(name, [name])} & asked
    }
    assert unasked == set()


# Files of the package's own, or that it has just written itself, may be read as they are.
READ_AS_THEY_ARE = (
    "engine/",  # reads what the app asks it to, as Flask does
    "regularfile.py",
    "lessons/explanation.py",
    "lessons/glossary.py",
    "screen/html/page.py",
    "grading/results.py",
    "web/",
    "worker/copying.py",
    "worker/forking.py",
    "tracing/watching/calls/otherthreads.py",  # what the system says of this process
    "process.py",
    "learner/statefile.py",
)
READS = re.compile(r"\.read_(?:bytes|text)\(|\.open\(\"r")


def test_files_from_elsewhere_are_read_in_one_way() -> None:
    others = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if READS.search(path.read_text(encoding="utf-8"))
    ]
    assert [name for name in others if not name.startswith((*READ_AS_THEY_ARE, "lessons/bundled/"))] == []
