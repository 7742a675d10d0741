"""The media that a result can be written in: a new one is a file with a `write`, and an entry here.

It knows their names and what they are for; how one writes is its own business, and loaded when it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable

from routelab.record import Record
from routelab.screen.blocks import CommandResult


def _nothing() -> None:
    """Load nothing: others are waited for, or it is no work."""


class Medium(Record):
    """A way to write a result; `plays` where a trace can be played step by step before it.

    `shared` where it is made for other people, who are to see no secrets. `roomy` where nothing has to fit a
    screen, so that every step has a place. `get_ready` loads what writes, which takes a while.
    """

    name: str
    write: Callable[[CommandResult], None]
    get_ready: Callable[[], None] = _nothing
    plays: bool = False
    shared: bool = False
    roomy: bool = False


def _rich(result: CommandResult) -> None:
    from routelab.screen.rich.console import write

    write(result)


def _rich_ready() -> None:
    from routelab.screen.rich.console import get_ready

    get_ready()


def _plain(result: CommandResult) -> None:
    from routelab.screen.plain import write

    write(result)


def _plain_ready() -> None:
    import routelab.screen.plain  # noqa: F401


def _svg(result: CommandResult) -> None:
    from routelab.screen.rich.picture import write

    write(result)


def _html(result: CommandResult) -> None:
    from routelab.screen.html.page import write

    write(result)


def _json(result: CommandResult) -> None:
    from routelab.screen.json_text import write

    write(result)


RICH = Medium(name="rich", write=_rich, get_ready=_rich_ready, plays=True)
PLAIN = Medium(name="plain", write=_plain, get_ready=_plain_ready)
JSON = Medium(name="json", write=_json)
SVG = Medium(name="svg", write=_svg, shared=True)
HTML = Medium(name="html", write=_html, shared=True, roomy=True)
MEDIA = {medium.name: medium for medium in (RICH, PLAIN, JSON, SVG, HTML)}
