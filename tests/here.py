"""Apps that are loaded in the process of the tests: one of their own takes them several times as long.

They are loaded and asked as in a browser's tab, by the service and the messages of a worker. One case in
forty has a process all the same, and in the long form every case has one.
"""

from __future__ import annotations

import builtins
import gc
import hashlib
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from importlib.util import find_spec
from operator import is_
from pathlib import Path
from types import ModuleType
from typing import Any
from zlib import crc32

import pytest
from werkzeug.routing import Rule

from effort import LONG_FORM
from routelab import inprocess
from routelab.commands import grade
from routelab.grading import confinement
from routelab.grading.assignment import Assignment
from routelab.grading.confinement import Sandbox
from routelab.grading.judging import Judged, judge_submission
from routelab.grading.run import RunSetup
from routelab.grading.submissions import Submission
from routelab.inprocess import InProcessWorker
from routelab.ownthreads import OWN, thread_numbers
from routelab.tracing.watching.calls import otherthreads
from routelab.worker import service
from routelab.workers import WORKERS

# Small apps that leave their process as it was. A test whose app does not is marked `own_process`.
_TESTS = (
    "tests/lessons/test_bundled_traces.py", "tests/lessons/test_coverage.py",
    "tests/lessons/test_course_counts.py", "tests/lessons/test_explanations.py", "tests/lessons/test_facts.py",
    "tests/lessons/test_proofs.py", "tests/lessons/test_slips.py",
    "tests/test_engines.py", "tests/test_lab.py", "tests/test_trace_parity.py", "tests/test_unregistered.py",
    "tests/tracing/", "tests/truth/",
)  # fmt: skip
# Their apps warn of nothing, so whatever warns is the tool's own, and an error.
_WARNED_OF = (
    "tests/commands/test_apps.py", "tests/commands/test_demo_command.py", "tests/commands/test_handout.py",
    "tests/commands/test_grade.py", "tests/commands/test_learn.py", "tests/commands/test_lesson_commands.py",
    "tests/commands/test_play.py", "tests/commands/test_request.py", "tests/commands/test_routing_commands.py",
    "tests/commands/test_sessions.py", "tests/commands/test_trust.py",
    "tests/lessons/test_guide.py", "tests/repl/",
    "tests/grading/test_hand_in.py", "tests/grading/test_many.py::test_results_of_another_lesson",
    "tests/lessons/tasks/test_kinds.py", "tests/lessons/test_claims.py", "tests/lessons/test_own_app.py",
    "tests/lessons/test_teaching.py", "tests/screen/", "tests/session/", "tests/test_conditions.py",
    "tests/test_docs.py", "tests/test_language.py", "tests/test_loading.py", "tests/web/test_site.py",
)  # fmt: skip
_ONE_OF = 40  # each case by its name: which others are tried beside it makes no difference
_flask: dict[str, ModuleType] = {}  # what "flask" is where an app runs on routelab's engine


def is_here(item: pytest.Item) -> bool:
    """Tell whether what an item loads is loaded in this process."""
    return (
        not LONG_FORM
        and item.nodeid.startswith((*_TESTS, *_WARNED_OF))
        and not item.get_closest_marker("own_process")
        and crc32(item.nodeid.encode()) % _ONE_OF != 0
    )


def let_warn(items: Iterable[pytest.Item]) -> None:
    """Let the apps that are loaded here warn of anything, as in a process of their own: it is told, and no error."""
    for item in items:
        if is_here(item) and not item.nodeid.startswith(_WARNED_OF):
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@contextmanager
def apps_here(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Load apps in this process, and forget the loggers and the modules that they set up."""
    patch.setattr(WORKERS, "elsewhere", _WorkerHere)
    patch.setattr(inprocess, "limits_met", lambda *_said: ())  # this is no browser
    patch.setattr(grade, "judge_all", _judge_here)
    patch.setattr(confinement, "is_root", lambda: False)  # which could start them as another user
    patch.setattr(service, "watchdog", lambda *_limit: nullcontext())  # that of pytest is enough
    if _scrypt is not None:
        patch.setattr(hashlib, "scrypt", _quick_scrypt)
    patch.setattr(Rule, "_compile_builder", _builder_of)
    # What an app left open, or never awaited, Python tells of when it goes: it goes in the test that had it.
    gc.disable()  # so all that there is since then is looked at in the end, and nothing else
    if running := thread_numbers():  # that of xdist, for one; a browser has none, and no number of its own
        patch.setattr(otherthreads, "OWN", {*OWN, *running} - {threading.get_native_id()})
    modules = dict(sys.modules)
    with _own_loggers():
        yield
    if sys.modules != modules:  # which takes a tenth of the time of what follows
        for name in [name for name, module in sys.modules.items() if not (module or name in modules)]:
            del sys.modules[name]
        sys.modules |= {name: it for name, it in modules.items() if sys.modules.get(name) is not it}
    gc.collect(0)
    gc.enable()


def _judge_here(
    assignment: Assignment, submissions: Sequence[Submission], setup: RunSetup, _jobs: int
) -> Iterator[tuple[int, Judged]]:
    """Judge submissions one by one, for they have one folder to be in, which is that of whoever grades, too."""
    sandbox = _SandboxHere(setup.confined, setup.scratch, 0)
    judge = partial(judge_submission, assignment, python=setup.confined.python, seconds=setup.seconds)
    return ((number, judge(each, sandbox=sandbox)) for number, each in enumerate(submissions))


class _SandboxHere(Sandbox):
    """Keeps nothing apart: its workers are those of everybody here.

    What it keeps apart is proven by tests/grading/test_many.py.
    """

    def worker(self, python: str, engine: str) -> Any:
        return WORKERS.worker(python, engine)


def _quick_scrypt(password: bytes, *, n: int, **more: Any) -> bytes:
    """Hash a password; that it takes a tenth of a second to guess one protects nobody here."""
    assert _scrypt is not None
    return _scrypt(password, n=min(n, 2), **more)


def _builder_of(rule: Rule, append_unknown: bool = True) -> _Builder:
    """Compile once what builds a rule's URL: a lesson's app is loaded a hundred times, each time with the same rules."""
    if rule.defaults:  # a converter of the app's own is asked what URL they make
        return _compile_builder(rule, append_unknown)
    key = rule.rule, append_unknown, *rule._trace
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


_Builder = Callable[..., tuple[str, str]]
_scrypt: Callable[..., bytes] | None = getattr(hashlib, "scrypt", None)  # not in every Python
_compile_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], _Builder] = {}


@contextmanager
def _own_loggers() -> Iterator[None]:
    """Let an app find no logger that another has set up, and leave the root as it was."""
    manager, root = logging.root.manager, logging.root
    others, manager.loggerDict = manager.loggerDict, {}
    level, handlers, filters, switched_off = root.level, root.handlers[:], root.filters[:], manager.disable
    yield
    manager.loggerDict = others
    root.handlers[:], root.filters[:] = handlers, filters
    root.setLevel(level)
    logging.disable(switched_off)


class _WorkerHere(InProcessWorker):
    """Also lets "flask" mean routelab's engine for the one app, and Flask for the next."""

    def __init__(self, python: str, engine: str) -> None:
        super().__init__(python, engine)
        self._small = engine == "routelab"

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        real = _taken_out() if self._small else {}
        if self._small:
            sys.modules.update(_flask)
        try:
            with super()._in_place():
                yield
        finally:
            if self._small:
                _flask.update(_taken_out())
                sys.modules.update(real)


def process_of(engine: str) -> AbstractContextManager[None]:
    """Let this process be for a while what that of an app on this engine is before the app is loaded."""
    return _WorkerHere(sys.executable, engine)._in_place()


def _taken_out() -> dict[str, ModuleType]:
    return {name: sys.modules.pop(name) for name in _FLASKS & sys.modules.keys()}


def _modules_of(package: str) -> Iterator[str]:
    """Name what `flask` may have in it where this package is what it means."""
    spec = find_spec(package)
    for folder in map(Path, () if spec is None else spec.submodule_search_locations or ()):
        for file in folder.rglob("*.py"):
            names = "flask", *file.relative_to(folder).with_suffix("").parts
            yield from (".".join(names[:length]) for length in range(1, len(names) + 1))


# Twice for each request: to look for them among all modules would take a sixth of a millisecond.
_FLASKS = frozenset((*_modules_of("flask"), *_modules_of("routelab.engine")))


# What an app may have replaced

_WATCHED = ("flask", "werkzeug", "jinja2", "blinker", "click", "itsdangerous", "json", "logging", "os")
_CODE = (property, classmethod, staticmethod)
_Names = dict[str, object]
_Code = dict[tuple[str, ...], _Names]


def code_in_place() -> _Code:
    """Return what the modules of libraries, and their classes, have now, where an app could replace a part of it."""
    found: _Code = {("builtins",): dict(vars(builtins))}
    for module, here in tuple(sys.modules.items()):
        if module.partition(".")[0] in _WATCHED or module.startswith("routelab.engine"):
            found[(module,)] = names = dict(vars(here))
            for name, thing in names.items():
                if isinstance(thing, type) and thing.__module__ == module:
                    found[module, name] = dict(vars(thing))
    return found


def replaced_since(before: _Code) -> list[str]:
    """Name the functions and the classes that are others than they were, or gone, or new in a class."""
    now = code_in_place()
    return sorted(
        ".".join((*place, name))
        for place, names in before.items()
        for name in _replaced(names, now.get(place, {}), in_class=len(place) > 1)
    )


def _replaced(before: _Names, now: _Names, *, in_class: bool) -> Iterable[str]:
    # Nearly always they are the same ones: to ask which of them are code would take most of a file's teardown.
    if [*before] == [*now] and all(map(is_, before.values(), now.values())):
        return
    for name in before.keys() | now.keys():
        was = _is_code(before.get(name), in_class)
        if (was or (in_class and _is_code(now.get(name), in_class))) and now.get(name) is not before.get(
            name
        ):
            yield name


def _is_code(thing: object, in_class: bool) -> bool:
    return callable(thing) or (in_class and isinstance(thing, _CODE))
