"""What an app finds of its process and may change: taken down, and put back in its place.

So one app after another has a process as it was for the first. It knows Python, and nothing of apps.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Container, Mapping
from contextlib import suppress
from itertools import filterfalse
from types import MappingProxyType, ModuleType
from typing import Any

from routelab.record import Record


class ProcessState(Record):
    """Modules of an app's own, and what else an app can see of its process and change in it."""

    modules: dict[str, ModuleType]
    path: tuple[str, ...]
    finders: tuple[Any, ...]
    hooks: tuple[Any, ...]
    importers: dict[str, Any]
    environ: Mapping[str, str]
    here: str

    @classmethod
    def now(cls, modules: dict[str, ModuleType]) -> ProcessState:
        """Take down what is in place now."""
        return cls(
            modules=modules,
            path=tuple(sys.path),
            finders=tuple(sys.meta_path),
            hooks=tuple(sys.path_hooks),
            importers=dict(sys.path_importer_cache),
            environ=environ_now(),
            here=_here(),
        )

    def put_in_place(self) -> None:
        """Put it in place again."""
        sys.modules.update(self.modules)
        sys.path[:], sys.meta_path[:], sys.path_hooks[:] = self.path, self.finders, self.hooks
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(self.importers)
        set_environ(self.environ)
        try:
            os.chdir(self.here)
        except OSError:  # it is gone, or closed to us
            os.chdir(os.sep)


def enter(folder: str) -> None:
    """Make a folder the one that this process is in; it stays in another where it may not enter that one."""
    with suppress(OSError):
        os.chdir(folder)


def _here() -> str:
    """Name the folder that this process is in; where it has no name any more, one that is always there."""
    try:
        return os.getcwd()  # noqa: PTH109 - `pathlib` is loaded later
    except FileNotFoundError:
        return os.sep


_environs: list[tuple[object, Mapping[str, str]]] = []  # as Python keeps one, and as text; the newest last
_ENVIRONS_KEPT = 4  # that around the apps and that in one take turns


def environ_now() -> Mapping[str, str]:
    """Return the process's environment; it is asked for around every message, and is nearly always as before.

    To decode it takes far longer than to compare what Python keeps, to which there is no public way.
    """
    kept = getattr(os.environ, "_data", None)
    if type(kept) is not dict:  # an app may have put anything in its place
        return dict(os.environ)
    for before, text in _environs:
        if before == kept:
            return text
    _environs[:] = *_environs[1 - _ENVIRONS_KEPT :], (kept.copy(), MappingProxyType(dict(os.environ)))
    return _environs[-1][1]


def set_environ(environ: Mapping[str, str]) -> None:
    """Make this the process's environment, touching only what differs: a fork shares the rest."""
    now = environ_now()
    if environ == now:
        return
    for name in now.keys() - environ.keys():
        del os.environ[name]
    for name, value in environ.items() - now.items():
        os.environ[name] = value


class Beginning:
    """A process before it loaded any app. What was imported since stays, but for what an app's folder has."""

    def __init__(self) -> None:
        self._state = ProcessState.now({})
        _forget_warnings()
        self._modules = frozenset(sys.modules)
        root = logging.root
        self._loggers = dict(root.manager.loggerDict)
        self._root = root.level, tuple(root.handlers), tuple(root.filters), root.manager.disable

    def put_back(self, folder: str) -> None:
        """Put all of it back that an app in this folder may have changed."""
        modules_taken_out(self._modules, folder)
        self._state.put_in_place()
        root = logging.root
        root.manager.loggerDict.clear()
        root.manager.loggerDict.update(self._loggers)
        level, root.handlers[:], root.filters[:], switched_off = self._root
        root.setLevel(level)
        logging.disable(switched_off)
        _forget_warnings()


def _forget_warnings() -> None:
    """Let each warning be given again: modules note which were, and give most of them once."""
    for module in tuple(sys.modules.values()):
        if type(module) is ModuleType:
            vars(module).pop("__warningregistry__", None)


def modules_taken_out(known: Container[str], folder: str) -> dict[str, ModuleType]:
    """Take the modules out that lie in a folder and are not among the known ones, by name."""
    new = tuple(filterfalse(known.__contains__, sys.modules))  # a few, where a thousand are known
    own = {name: sys.modules[name] for name in new if _is_in(sys.modules[name], folder)}
    for name in own:
        del sys.modules[name]
    return own


def _is_in(module: ModuleType, folder: str) -> bool:
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
    return file.startswith(f"{folder}{os.sep}")
