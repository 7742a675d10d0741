"""A result as a picture: the screen of a terminal of 80 columns as SVG, for slides and documents.

It is drawn by rich and refers to nothing elsewhere. The same blocks always make the same bytes, whatever the
terminal and the environment are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import StringIO

from rich.terminal_theme import TerminalTheme

from routelab.screen.blocks import Block, CommandResult, CopyLine, line
from routelab.screen.rich.console import drawing
from routelab.screen.rich.writer import view
from routelab.screen.text import escape_line
from routelab.tracing.phrases import cut

_COLUMNS = 80
_TITLE = 66  # characters, which have room beside the buttons of a window
# Unlike rich's own form it needs no font from a server, and does not cut off the tails of the last line.
_FORM = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  line-height: {line_height}px; }}
.{unique_id}-title {{ font: bold 18px system-ui, Arial, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="100%" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
# Each colour stands out from the ground by 5 to 1 or more, faint text too.
_GROUND, _TEXT = (24, 26, 33), (222, 224, 230)
_COLOURS = [
    (150, 155, 170),
    (255, 120, 120),
    (130, 215, 130),
    (230, 200, 110),
    (130, 170, 255),
    (225, 150, 250),
    (110, 210, 225),
    (222, 224, 230),
]
_THEME = TerminalTheme(_GROUND, _TEXT, _COLOURS, _COLOURS)
_NOT_IN_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}  # the two characters that XML has no place for


def write(result: CommandResult) -> None:
    """Write a picture of the result to standard output."""
    sys.stdout.buffer.write(picture(result.blocks(), title=result.command).encode())


def picture(blocks: Iterable[Block], *, title: str) -> str:
    """Return blocks as SVG; `title` stands above them, as that of a window."""
    console = drawing(StringIO(), _COLUMNS, colour=True, record=True, no_color=False)
    console.print(view(_folding(blocks)))
    shown = console.export_text(clear=False, styles=True)
    # Colours and clips have names that hold for a whole page, on which other pictures may stand.
    name = f"routelab-{sha256(shown.encode()).hexdigest()[:10]}"
    return console.export_svg(
        title=escape_line(cut(title, _TITLE)), theme=_THEME, code_format=_FORM, unique_id=name
    ).translate(_NOT_IN_XML)


def _folding(blocks: Iterable[Block]) -> Iterator[Block]:
    """Let lines for copying fold: nothing can be copied from a picture, and what does not fit is lost."""
    for block in blocks:
        yield line(block.text) if isinstance(block, CopyLine) else block
