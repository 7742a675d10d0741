"""Load the app of this process: find it, import it on an engine, choose the object, say what there is to say.

One process loads one app. It must not know labs, traces or the command line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from routelab.errors import RoutelabError
from routelab.loaded import LoadFailure
from routelab.loading.apps import VARIABLES, app_of, set_debug
from routelab.loading.engine import resolved, start
from routelab.loading.errors import NotImportableError, NotListedError
from routelab.loading.failure import load_step
from routelab.loading.modules import AppModules
from routelab.loading.notes import (
    IgnoredRuns,
    on_calls_of_decorators,
    on_decorators,
    on_failure,
    on_functions,
    on_instance_folder,
    on_missing_file,
    on_printed,
    on_removed_names,
)
from routelab.loading.records import Engine, LoadedApp
from routelab.loading.settings import NamesLeftOut, on_settings
from routelab.loading.shadowing import on_shadows
from routelab.loading.targets import Location, locate
from routelab.loading.things import around, what_stands_around
from routelab.stopping import time_limit
from routelab.tracing.facts import Note
from routelab.tracing.trace import EngineUsed
from routelab.tracing.watching.printing import Printed


def load(
    target: str | Path | None = None,
    engine: Engine = Engine.AUTO,
    *,
    folder: Path | None = None,
    seconds: float | None = None,
) -> LoadedApp | LoadFailure:
    """Load the app that a target names, as `targets.locate` reads it; `folder` is where one stands.

    A LoadFailure comes back if the app's code fails, is interrupted or takes more than `seconds`. Raises a
    RoutelabError if there is no such app or engine.
    """
    location = _importable(locate(target, folder or Path.cwd()))
    engine = resolved(engine)
    flask, used = start(engine)
    modules = AppModules(location.root, package=location.package)
    modules.install()
    runs, left_out = IgnoredRuns(flask.Flask, modules), NamesLeftOut(flask.Flask)
    printed = Printed()
    begin = printed.mark()
    with printed:
        try:
            with runs, left_out, time_limit(seconds):
                module = import_module(location.module)
                app = app_of(module, location.attribute, flask.Flask, location.typed)
                debug = tuple(set_debug(app))
                settings = on_settings(app, flask.Flask.default_config, used.version, modules, left_out)
                notes = tuple(_guarded(settings, _on_app(module, app, modules, location)))
        except RoutelabError:
            raise
        except BaseException as error:  # LimitReached and Ctrl-C among them
            return _failure(error, location, used, modules, runs, printed.since(begin))
        notes = (*runs.notes, *debug, *notes, *on_printed(printed.since(begin)))
    return LoadedApp(
        app=app, engine=used, target=location.shown, folder=location.root, notes=notes, modules=modules
    )


def _importable(location: Location) -> Location:
    """Refuse an app whose module Python would not find, or has another of that name for."""
    if location.module.partition(".")[0] in sys.modules:
        raise NotImportableError(
            location.typed, f"since the name {location.module.partition('.')[0]} is taken"
        )
    if not os.access(location.root, os.R_OK):
        raise NotListedError(location.typed, str(location.root))
    return location


def _failure(
    error: BaseException,
    location: Location,
    used: EngineUsed,
    modules: AppModules,
    runs: IgnoredRuns,
    printed: str,
) -> LoadFailure:
    """Put together what is known of an app whose code failed."""
    step = load_step(error, modules, printed)
    engine = used.name == Engine.ROUTELAB.value
    notes = on_removed_names(error, step.file, step.line, modules)
    if engine and not notes:
        notes = tuple(_guarded(on_failure(error, step.file, step.line)))
    return LoadFailure(
        engine=used,
        target=location.shown,
        folder=str(location.root),
        step=step,
        files=tuple(modules.files),
        notes=(*runs.notes, *notes, *_guarded(on_missing_file(error), on_shadows(modules))),
    )


def _on_app(module: ModuleType, app: Any, modules: AppModules, location: Location) -> Iterator[Note]:
    """Note what else is called like an app, and what the app's files show."""
    if location.attribute is None:
        for name, value in what_stands_around(vars(module), app, VARIABLES):
            text = (
                f"{name} in {location.typed} is {around(value)}; Flask loads the app itself, so requests "
                f"here do not go through {name}"
            )
            yield Note(code="name_is_not_the_app", text=text)
    yield from _guarded(on_shadows(modules), on_decorators(modules), on_calls_of_decorators(modules))
    yield from _guarded(on_instance_folder(Path(app.instance_path)))
    if any(value is app for value in vars(module).values()):  # else a factory made it, with routes of its own
        yield from on_functions(module, modules)


def _guarded(*finders: Iterator[Note]) -> Iterator[Note]:
    """Take all notes that come of finders; where one fails, the app loads without its notes."""
    for finder in finders:
        try:
            yield from finder
        except Exception as error:
            text = f"not recorded: a note on the app's files; looking for it raised {type(error).__name__}"
            yield Note(code="not_recorded", text=text)
