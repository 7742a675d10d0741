"""What `flask` means to the modules of one app that runs on routelab's engine.

It must not know how those modules are found: it is only their `__import__`. `sys.modules["flask"]` is never
touched, so extensions and other apps keep real Flask.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

ENGINE = "routelab.engine"


class FlaskImporter:
    """An `__import__` that gives the engine for `flask`, and remembers who imported what else from where."""

    def __init__(self) -> None:
        self.outside: dict[str, tuple[str, int]] = {}  # top-level name to the file and line that first asked

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import as the statement does, whose names for the arguments these are."""
        if level == 0:
            top_level, _, submodule = name.partition(".")
            if top_level == "flask":
                return _engine(submodule, fromlist or ())
            caller = sys._getframe(1)
            self.outside.setdefault(top_level, (caller.f_code.co_filename, caller.f_lineno))
        return builtins.__import__(name, globals, locals, fromlist or (), level)


def lacking_name(error: BaseException) -> str | None:
    """Name what the engine lacks, `flask.X`, if that is why an import or a look-up failed."""
    if isinstance(error, ImportError) and (error.name or "").startswith("flask."):
        return error.name
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        module = error.obj.__name__
        if module == ENGINE or module.startswith(f"{ENGINE}."):
            return f"flask{module.removeprefix(ENGINE)}.{error.name}"
    return None


def near_miss(lacking: str) -> str | None:
    """Find the name of the engine's that was meant: `flask.Flaskk` -> `flask.Flask`."""
    public = [name for name in dir(import_module(ENGINE)) if not name.startswith("_")]
    near = get_close_matches(lacking.removeprefix("flask."), public, n=1)
    return f"flask.{near[0]}" if near else None


def real_flask_in(module: ModuleType, real: ModuleType) -> bool:
    """Tell whether a module holds real Flask, or something made by it."""
    return any(
        value is real or (isinstance(value, type | FunctionType) and _is_flasks(value.__module__))
        for value in tuple(vars(module).values())
    )


def _is_flasks(module: object) -> bool:
    return isinstance(module, str) and (module == "flask" or module.startswith("flask."))


def _engine(submodule: str, fromlist: Sequence[str]) -> ModuleType:
    engine = import_module(ENGINE)
    module = _submodule(submodule) if submodule else engine
    for name in fromlist:
        if name != "*" and not hasattr(module, name):
            _submodule_or_error(submodule, name)
    return module if fromlist else engine


def _submodule(name: str) -> ModuleType:
    try:
        return import_module(f"{ENGINE}.{name}")
    except ModuleNotFoundError as error:
        if error.name is None or not f"{ENGINE}.{name}.".startswith(f"{error.name}."):
            raise
    raise ModuleNotFoundError(f"No module named 'flask.{name}'", name=f"flask.{name}")


def _submodule_or_error(package: str, name: str) -> None:
    full = f"{package}.{name}" if package else name
    try:
        _submodule(full)
    except ModuleNotFoundError as error:
        if error.name != f"flask.{full}":
            raise
        source = f"flask.{package}" if package else "flask"
        raise ImportError(f"cannot import name {name!r} from {source!r}", name=error.name) from None
