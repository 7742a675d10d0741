"""What the presenter's notes show in a second terminal, which follows the first through a file.

It knows the file and what stands in it; the file's place comes in. A file that cannot be written, or that
nobody reads, never stands in a demo's way.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from routelab.record import Record
from routelab.regularfile import read_bytes
from routelab.session.demo.stage import DemoStage
from routelab.wholefile import write_all

_LONGEST = 200_000  # bytes; a cue has a few hundred


class Cue(Record):
    """Where the demo is; `began` and `page_began` are seconds since 1970, `differs` is what came instead.

    `ended` is whether the demo was left.
    """

    title: str
    page: int
    pages: int
    line: str
    next_line: str
    notes: tuple[str, ...]
    revealed: int
    things: int
    right: str
    differs: str
    began: float
    page_began: float
    ended: bool = False


def cue_of(stage: DemoStage, *, began: float, page_began: float, ended: bool = False) -> Cue:
    """Tell where a demo is."""
    view, script = stage.view, stage.script
    scene = None if view.free else view.scene
    return Cue(
        title=script.title,
        page=view.page,
        pages=view.pages,
        line=stage.line.typed,
        next_line=stage.next_line,
        notes=script.closing if view.finished else stage.line.notes,
        revealed=view.shown,
        things=0 if scene is None else len(scene.things),
        right="" if scene is None else f"{scene.right} {scene.verdict}".strip(),
        differs=stage.differs,
        began=began,
        page_began=page_began,
        ended=ended,
    )


def write_cue(file: Path, cue: Cue) -> None:
    """Write where the demo is, all at once; where that is not possible, nothing happens."""
    with suppress(OSError):
        write_all({file: json.dumps(cue.to_json()).encode()})


def read_cue(file: Path) -> Cue | None:
    """Read where the demo is; None where there is none, or none that can be read."""
    try:
        return Cue.from_json(json.loads(read_bytes(file, _LONGEST)))
    except (OSError, ValueError, RecursionError):
        return None
