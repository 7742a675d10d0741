"""What libraries hold for all who use them: noted before an app comes, looked at again once apps have gone.

An app may change it, and the next one in the same process would find it so. It knows Python, and no app.
"""

from __future__ import annotations

import contextvars
import mimetypes
import os
import signal
import socket
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any
from urllib.parse import unquote

_OURS = "routelab"
_ENGINE = "routelab.engine"  # of ours what an app uses as it does a library
_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE: a class in which nobody can set anything
# What most names stand for: nothing in it is looked at, or it is looked at where it has a name of its own.
_HOLDING_NOTHING = frozenset(
    {
        FunctionType,
        BuiltinFunctionType,
        ModuleType,
        str,
        int,
        bool,
        float,
        bytes,
        tuple,
        frozenset,
        type(None),
    }
    | {
        staticmethod,
        classmethod,
        property,
        *map(type, (str.join, str.__add__, int.real, FunctionType.__code__)),
    }
)
_FILLED_BY_USE = ("__slotnames__", "_value2member_map_")  # by copying an object, by combining flags


class Libraries:
    """All that modules, their classes and the objects that they name held when this was made."""

    def __init__(self) -> None:
        mimetypes.guess_type("a.css")  # they make some of theirs when they are first used
        unquote("%20")
        self._process = _of_process()
        self._modules = {name: module for name, module in sys.modules.items() if _is_library(name)}
        self._held: dict[int, tuple[str, Any, Any]] = {}  # by the number of what holds it
        for name, module in self._modules.items():
            self._hold(name, module)

    def changed(self) -> Iterator[str]:
        """Name what is not as it was."""
        if _of_process() != self._process:
            yield "process"
        yield from (name for name, module in self._modules.items() if sys.modules.get(name) is not module)
        for name, now, then in self._held.values():
            try:
                same = now == then or _but_for_caches(now, then)
            except Exception:  # of a comparison that is an app's own
                same = False
            if not same:
                yield name

    def joined(self) -> bool:
        """Tell whether there are others by now, of which nobody knows what they held."""
        others = [name for name in sys.modules.keys() - self._modules.keys() if _is_library(name)]
        known = set(map(id, self._modules.values())) if others else ()  # one may have two names
        return any(id(sys.modules[name]) not in known for name in others)

    def _hold(self, name: str, holder: Any, *, inner: bool = True) -> None:
        """Note what stands in a module, a class or an object, and in the collections that it names."""
        if id(holder) in self._held:
            return
        try:
            space = vars(holder) if isinstance(holder, type) else object.__getattribute__(holder, "__dict__")
        except AttributeError:  # some classes of C, from 3.12 on, keep theirs to themselves
            return
        self._held[id(holder)] = name, space, dict(space)
        for key, value in tuple(space.items()):
            kind = type(value)
            if kind in _HOLDING_NOTHING or _is_cache(key) or value is sys.modules:
                continue
            if kind in (dict, list, set):
                self._held.setdefault(id(value), (f"{name}.{key}", value, value.copy()))
            elif issubclass(kind, type):
                if not value.__flags__ & _IMMUTABLE:
                    self._hold(f"{name}.{key}", value)
            elif inner and kind.__dictoffset__:
                self._hold(f"{name}.{key}", value, inner=False)


def _is_library(name: str) -> bool:
    return name.partition(".")[0] != _OURS or name.startswith(_ENGINE)


def _is_cache(name: object) -> bool:
    """Tell whether what has this name fills with use and decides nothing."""
    return isinstance(name, str) and ("cache" in name or name in _FILLED_BY_USE)


def _but_for_caches(now: Any, then: Any) -> bool:
    """Compare names and what they stand for; a module that was imported since stands in its package."""
    if isinstance(now, list | set):
        return False
    missing = object()
    return all(
        now.get(name, missing) == then.get(name, missing)
        or _is_cache(name)
        or (name not in then and isinstance(now[name], ModuleType))
        for name in {**now, **then}
    )


def _of_process() -> tuple[object, ...]:
    """Return what a process has beside its modules."""
    mask = os.umask(0o77)
    os.umask(mask)
    return (
        mask,
        sys.getrecursionlimit(),
        sys.gettrace(),
        sys.getprofile(),
        socket.getdefaulttimeout(),
        tuple(signal.getsignal(number) for number in sorted(signal.valid_signals())),
        dict(contextvars.copy_context()),
    )
