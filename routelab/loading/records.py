"""What loading an app tells of it: the engine, the app itself, and remarks on its files.

It must not know how apps are found or imported. Named tuples, since start-up waits for these records.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .modules import OwnModules


class Engine(Enum):
    """What runs the app: routelab's small Flask, real Flask, or whichever there is."""

    AUTO = "auto"
    ROUTELAB = "routelab"
    FLASK = "flask"


class Note(NamedTuple):
    """Something seen beside the app; `file` is relative to the app's folder."""

    code: str
    text: str
    file: str | None = None
    line: int | None = None


class Frame(NamedTuple):
    """One of the learner's own frames on the way to an exception; `source` is that line's text."""

    file: str
    line: int
    function: str
    source: str


class UnknownConverter(NamedTuple):
    """Why a rule was refused: its map has no such converter; `known` are those that it has.

    `nearest` is the one that was probably meant. `swapped`: converter and variable in each other's place,
    as in `<id:int>`.
    """

    rule: str
    converter: str
    variable: str
    known: tuple[str, ...]
    nearest: str | None = None
    swapped: bool = False


class LoadedApp(NamedTuple):
    """An app that loaded, on an engine.

    `target` is what people are shown ("app.py", "shop:create_app"), `folder` is where its imports start, and
    `app` is the Flask object of whichever engine.
    """

    app: Any
    engine: Engine
    engine_version: str
    target: str
    name: str
    folder: Path
    notes: tuple[Note, ...]
    modules: OwnModules

    def active(self) -> AbstractContextManager[None]:
        """Put the app's modules, finder and search path in place for a `with` block: for each request."""
        return self.modules.active()
