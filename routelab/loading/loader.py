"""Load an app: find it, import it on an engine, choose the object, and say what there is to say of it.

It must not know labs, traces or the command line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import ModuleType

from routelab.errors import RoutelabError
from routelab.stopping import LimitReached, time_limit

from .apps import app_of
from .binding import FlaskImporter
from .engines import module_of, resolved, version_of
from .errors import NotImportableError
from .failure import LoadFailure, mishap_of
from .modules import SHARED, OwnModules
from .records import Engine, LoadedApp, Note
from .remarks import IgnoredRuns, on_decorators, on_failure, on_functions, on_printed, on_real_flask
from .targets import Location, locate

_PRINTED = 10_000  # characters that are kept of what an app prints


def load(
    target: str | Path | None = None,
    engine: Engine = Engine.AUTO,
    *,
    folder: Path | None = None,
    seconds: float | None = None,
) -> LoadedApp:
    """Load the app that a target names, as `targets.locate` reads it; `folder` is where one stands.

    Raises LoadFailure if the app's code fails, is interrupted or takes more than `seconds`, and another
    RoutelabError if there is no such app or engine.
    """
    location = _importable(locate(target, folder or Path.cwd()))
    engine = resolved(engine)
    flask = module_of(engine)
    importer = FlaskImporter() if engine is Engine.ROUTELAB else None
    modules = OwnModules(location.root, package=location.package, importer=importer)
    runs = IgnoredRuns(flask.Flask, modules)
    with _captured() as output, modules.active():
        try:
            with runs, time_limit(seconds):
                module = import_module(location.module)
                app = app_of(module, location.attribute, flask.Flask, location.typed)
        except RoutelabError:
            raise
        except (Exception, SystemExit, KeyboardInterrupt, LimitReached) as error:
            raise _failure(error, location, engine, modules, runs, _text_of(output)) from error
        remarks = _remarks(module, app, modules, importer)
        notes = (*runs.notes, *remarks, *on_printed(_text_of(output)))
    return LoadedApp(
        app=app,
        engine=engine,
        engine_version=version_of(engine),
        target=location.shown,
        name=app.name,
        folder=location.root,
        notes=notes,
        modules=modules,
    )


def _importable(location: Location) -> Location:
    """Refuse an app whose module would take the name of one that everybody uses."""
    top_level = location.module.partition(".")[0]
    if top_level in SHARED and top_level in sys.modules:
        raise NotImportableError(location.typed, f"since the name {top_level} is taken")
    return location


def _failure(
    error: BaseException,
    location: Location,
    engine: Engine,
    modules: OwnModules,
    runs: IgnoredRuns,
    printed: str,
) -> LoadFailure:
    """Put together what is known of an app whose code failed."""
    mishap = mishap_of(error, modules)
    remarks = on_failure(error, mishap.file, mishap.line) if engine is Engine.ROUTELAB else ()
    return LoadFailure(
        mishap,
        engine=engine,
        engine_version=version_of(engine),
        target=location.shown,
        folder=location.root,
        printed=printed,
        notes=(*runs.notes, *remarks),
    )


def _remarks(
    module: ModuleType, app: object, modules: OwnModules, importer: FlaskImporter | None
) -> Iterator[Note]:
    yield from on_decorators(modules)
    if any(value is app for value in vars(module).values()):  # else a factory made it, with routes of its own
        yield from on_functions(module, modules)
    if importer is not None:
        yield from on_real_flask(modules, importer)


@contextmanager
def _captured() -> Iterator[TextIOWrapper]:
    """Keep what is printed from the screen, and give `input()` nothing to wait for."""
    stdout, stdin = sys.stdout, sys.stdin
    output = TextIOWrapper(BytesIO(), encoding="utf-8", errors="replace", newline="\n", write_through=True)
    sys.stdout, sys.stdin = output, TextIOWrapper(BytesIO(), encoding="utf-8")
    try:
        yield output
    finally:
        sys.stdout, sys.stdin = stdout, stdin


def _text_of(output: TextIOWrapper) -> str:
    output.seek(0)
    text = output.read(_PRINTED + 1)
    return text if len(text) <= _PRINTED else f"{text[:_PRINTED]}..."
