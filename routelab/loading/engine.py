"""Which engine runs the app, and what `flask` means in its process: Flask, or routelab's engine in its place.

It imports one of them only when it is chosen. It must not know how an app is found.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

from routelab.errors import RoutelabError
from routelab.interpreter import flask_is_installed
from routelab.lacking_names import ENGINE, FLASK
from routelab.loading.records import Engine
from routelab.tracing.trace import EngineUsed
from routelab.version import VERSION

_OLDEST = (3, 0)


def resolved(engine: Engine) -> Engine:
    """Decide what AUTO means here; raises RoutelabError where Flask was asked for and is not there."""
    if engine is Engine.ROUTELAB:
        return engine
    if flask_is_installed():
        return Engine.FLASK
    if engine is Engine.FLASK:
        raise RoutelabError("engine flask needs Flask, which is not installed; pip install 'routelab[flask]'")
    return Engine.ROUTELAB


def start(engine: Engine) -> tuple[ModuleType, EngineUsed]:
    """Import the module that has `Flask` and the rest; from now on it is `flask` in this process.

    Raises RoutelabError for a Flask older than 3.0, and for one that cannot be imported.
    """
    if engine is Engine.ROUTELAB:
        return bind_flask_to_engine(), EngineUsed(name=engine.value, version=VERSION)
    try:
        flask = import_module("flask")
    except Exception as error:
        raise RoutelabError(
            f"the app's interpreter has a Flask that cannot be imported: {type(error).__name__}: {error}; "
            "install Flask and Werkzeug there again, in versions that fit together"
        ) from None
    number = flask_version()
    if tuple(int(part) for part in number.split(".")[:2] if part.isdigit()) < _OLDEST:
        raise RoutelabError(f"the app's interpreter has Flask {number}, and routelab needs 3.0 or later")
    return flask, EngineUsed(name=engine.value, version=number)


@cache
def flask_version() -> str:
    """Return the version of the Flask that is installed, as in "3.1.0".

    Raises importlib.metadata.PackageNotFoundError where only its folder is there.
    """
    beside = _installed_beside(import_module("flask"))
    if beside is not None:
        return beside
    from importlib.metadata import version  # Flask has loaded it; without Flask nobody needs it

    return version("flask")


def _installed_beside(flask: ModuleType) -> str | None:
    """Read Flask's version from the name of the folder that an installer leaves beside it, if there is one.

    To search for its metadata and to read them takes as long as loading a small app does.
    """
    if flask.__file__ is None:
        return None
    try:
        names = os.listdir(os.path.dirname(os.path.dirname(flask.__file__)))  # noqa: PTH120, PTH208 - see above
    except OSError:  # it came from an archive
        return None
    told = [name for name in names if name.lower().startswith("flask-") and name.endswith(".dist-info")]
    return told[0].removesuffix(".dist-info").partition("-")[2] if len(told) == 1 else None


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
