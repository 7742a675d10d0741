"""The media that a result can be written in: a new one is a file with a `write`, and an entry here.

It knows their names and what they are for; how one writes is its own business, and loaded when it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

from routelab.record import Record
from routelab.screen.blocks import CommandResult


class Medium(Record):
    """A way to write a result; `plays` where a trace can be played step by step before it.

    `shared` where it is made for other people, who are to see no secrets. `roomy` where nothing has to fit a
    screen, so that every step has a place. `get_ready` loads what writes, which takes a while.
    """

    name: str
    write: Callable[[CommandResult], None]
    get_ready: Callable[[], object] = lambda: None  # others are waited for, or it is no work
    plays: bool = False
    shared: bool = False
    roomy: bool = False


def _writer(module: str) -> Callable[[CommandResult], None]:
    """Write as a module does, which is loaded when its medium is chosen."""

    def write(result: CommandResult) -> None:
        import_module(module).write(result)

    return write


RICH = Medium(
    name="rich",
    write=_writer("routelab.screen.rich.console"),
    get_ready=lambda: import_module("routelab.screen.rich.console").get_ready(),
    plays=True,
)
PLAIN = Medium(
    name="plain",
    write=_writer("routelab.screen.plain"),
    get_ready=partial(import_module, "routelab.screen.plain"),
)
JSON = Medium(name="json", write=_writer("routelab.screen.json_text"))
SVG = Medium(name="svg", write=_writer("routelab.screen.rich.picture"), shared=True)
HTML = Medium(name="html", write=_writer("routelab.screen.html.page"), shared=True, roomy=True)
MEDIA = {medium.name: medium for medium in (RICH, PLAIN, JSON, SVG, HTML)}
