"""Apps that run in the tests' own process, as they do in a browser's tab: a fork costs more than most of them.

What is asked and answered is the same: the service and the messages of a worker. Whatever is about processes,
their limits, their streams or their end is marked `process`; `./check long` gives every app a process.
"""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from effort import LONG_FORM
from routelab.inprocess import InProcessWorker
from routelab.process.worker import News
from routelab.stopping import LimitReached

# Folders of tests, and files, whose subject is what is said of an app.
SAID = frozenset({"lessons", "repl", "screen", "session", "tracing", "truth", "test_trace_parity.py"})
_LOGGERS: dict[str, Any] = logging.root.manager.loggerDict
_UNSHOWN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def run_here(test: pytest.Item) -> bool:
    """Tell whether the apps of a test run in its own process."""
    parts = test.path.relative_to(Path(__file__).parent).parts
    return parts[0] in SAID and not LONG_FORM and test.get_closest_marker("process") is None


class AppHere(InProcessWorker):
    """One app in the tests' process; its `flask`, its loggers and its warnings are its own, too."""

    def __init__(self, python: str, engine: str) -> None:
        super().__init__(python, engine)
        self._on_engine = engine == "routelab"
        self._modules: dict[str, ModuleType] = {}
        self._loggers: dict[str, Any] = {}
        self._of_root: tuple[list[logging.Handler], int] = [], logging.WARNING

    def ask(self, do: str, seconds: float | None, news: News | None = None, **more: Any) -> dict[str, Any]:
        """Answer a message with all that in place."""
        with self._own_modules(), self._own_loggers(), _python_s_warnings(), _quiet_finalizers():
            return super().ask(do, seconds, news, **more)

    @contextmanager
    def _own_modules(self) -> Iterator[None]:
        """Put its `flask` in place, and modules that it has put in place of others; take them away afterwards."""
        others = dict(sys.modules)
        if self._on_engine:
            for name in filter(_is_flask, others):
                del sys.modules[name]
        sys.modules.update(self._modules)
        try:
            yield
        finally:
            self._modules = {
                name: module
                for name, module in sys.modules.items()
                if module is None
                or others.get(name, module) is not module
                or (self._on_engine and _is_flask(name))
            }
            for name in self._modules:
                del sys.modules[name]
            sys.modules.update(others)

    @contextmanager
    def _own_loggers(self) -> Iterator[None]:
        known, root = dict(_LOGGERS), logging.root
        others = root.handlers, root.level
        _LOGGERS.update(self._loggers)
        root.handlers, root.level = self._of_root
        try:
            yield
        finally:
            self._loggers = {name: own for name, own in _LOGGERS.items() if known.get(name) is not own}
            self._of_root = root.handlers, root.level
            _LOGGERS.clear()
            _LOGGERS.update(known)
            root.handlers, root.level = others


def _is_flask(name: str) -> bool:
    return name == "flask" or name.startswith("flask.")


@contextmanager
def _python_s_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.resetwarnings()
        for category in _UNSHOWN:
            warnings.simplefilter("ignore", category)
        yield


@contextmanager
def _quiet_finalizers() -> Iterator[None]:
    """Let nobody else's finalizer run among the app's code; and a time limit that is raised in one is Python's to drop."""
    enabled, hook = gc.isenabled(), sys.unraisablehook
    gc.disable()
    sys.unraisablehook = lambda told: None if told.exc_type is LimitReached else hook(told)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        if enabled:
            gc.enable()
