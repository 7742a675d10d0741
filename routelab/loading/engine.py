"""Which engine runs the app, and its module.

It imports routelab's engine, or Flask, only when one of them is chosen.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from types import ModuleType

from routelab.errors import RoutelabError
from routelab.interpreter import flask_is_installed
from routelab.loading.flask_names import bind_flask_to_engine
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
