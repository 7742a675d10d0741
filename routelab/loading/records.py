"""What loading an app gives in the app's own process: the live app, and what there is to say of it.

It must not know how apps are found or imported.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.tracing.facts import Note
from routelab.tracing.trace import EngineUsed

if TYPE_CHECKING:
    from routelab.loading.modules import AppModules


class Engine(OneOf):
    """What runs the app: routelab's small Flask, real Flask, or whichever there is."""

    AUTO = "auto"
    ROUTELAB = "routelab"
    FLASK = "flask"


class LoadedApp(Record):
    """An app that loaded, on an engine.

    `target` is what people are shown ("app.py", "shop:create_app"), `folder` is where its imports start, and
    `app` is the Flask object of whichever engine.
    """

    app: Any
    engine: EngineUsed
    target: str
    folder: Path
    notes: tuple[Note, ...]
    modules: AppModules
