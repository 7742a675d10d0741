"""The media that a result can be written in: a new one is a file with a `write`, and an entry here.

It knows their names and what they are for; how one writes is its own business, and loaded when it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable

from routelab.record import Record
from routelab.screen.blocks import CommandResult


class Medium(Record):
    """A way to write a result; `plays` where a trace can be played step by step before it.

    `shared` where it is made for other people, who are to see no secrets. `roomy` where nothing has to fit a
    screen, so that every step has a place.
    """

    name: str
    write: Callable[[CommandResult], None]
    plays: bool = False
    shared: bool = False
    roomy: bool = False


def _rich(result: CommandResult) -> None:
    from routelab.screen.rich.console import write

    write(result)


def _plain(result: CommandResult) -> None:
    from routelab.screen.plain import write

    write(result)


def _svg(result: CommandResult) -> None:
    from routelab.screen.rich.picture import write

    write(result)


def _html(result: CommandResult) -> None:
    from routelab.screen.html.page import write

    write(result)


def _json(result: CommandResult) -> None:
    from routelab.screen.json_text import write

    write(result)


RICH = Medium(name="rich", write=_rich, plays=True)
PLAIN = Medium(name="plain", write=_plain)
JSON = Medium(name="json", write=_json)
SVG = Medium(name="svg", write=_svg, shared=True)
HTML = Medium(name="html", write=_html, shared=True, roomy=True)
MEDIA = {medium.name: medium for medium in (RICH, PLAIN, JSON, SVG, HTML)}
