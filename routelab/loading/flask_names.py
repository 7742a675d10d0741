"""What `flask` means in a process whose app runs on routelab's engine: the engine, for whoever asks.

It must not know how an app is found. The modules `flask` and `flask.*` have the engine's names in them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

from routelab.lacking_names import ENGINE, FLASK


def bind_flask_to_engine() -> ModuleType:
    """Let `import flask` give the engine, in this whole process; return it."""
    sys.meta_path.insert(0, _EngineFinder())
    return import_module(FLASK)


class _EngineFinder:
    """Finds `flask` and its modules in the engine."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top_level, dot, rest = fullname.partition(".")
        if top_level != FLASK:
            return None
        engines = find_spec(f"{ENGINE}{dot}{rest}")
        if engines is None:  # Python would look for a real Flask otherwise
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        is_package = engines.submodule_search_locations is not None
        return ModuleSpec(fullname, _EngineLoader(engines.name), is_package=is_package)  # type: ignore[arg-type]


class _EngineLoader:
    """Fills a module with the names of one of the engine's."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        engines = vars(import_module(self._name))
        vars(module).update((name, value) for name, value in engines.items() if not name.startswith("__"))
        if "__all__" in engines:
            vars(module)["__all__"] = engines["__all__"]
