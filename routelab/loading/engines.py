"""Which engine runs the app, and its module.

It imports routelab's engine, or Flask, only when one of them is chosen.
"""

from __future__ import annotations

from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType

from .binding import ENGINE
from .errors import FlaskMissingError
from .records import Engine


def flask_is_installed() -> bool:
    """Look for Flask without importing it; somebody's own flask.py is not it."""
    spec = PathFinder.find_spec("flask")
    return spec is not None and bool(spec.submodule_search_locations) and spec.origin is not None


def resolved(engine: Engine) -> Engine:
    """Decide what AUTO means here; raises FlaskMissingError where Flask was asked for and is not there."""
    if engine is Engine.ROUTELAB:
        return engine
    if flask_is_installed():
        return Engine.FLASK
    if engine is Engine.FLASK:
        raise FlaskMissingError
    return Engine.ROUTELAB


def module_of(engine: Engine) -> ModuleType:
    """Import the module that has `Flask` and the rest."""
    return import_module("flask" if engine is Engine.FLASK else ENGINE)


def version_of(engine: Engine) -> str:
    """Tell the engine's version; routelab's engine has routelab's."""
    if engine is Engine.FLASK:
        from importlib.metadata import version  # Flask has loaded it; without Flask nobody needs it

        return version("flask")
    from routelab import __version__

    return __version__
