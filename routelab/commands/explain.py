"""`routelab explain`: what a finding means, with the smallest app that has it, run when it is asked.

Without a code it lists them all. What a page says stands in `lessons/explain/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from routelab.commands.options import add_engine_option, add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.lessons.explaining import Explained, run_explanation
from routelab.lessons.explanation import load_explanation, titles, titles_that_say
from routelab.process.worker import ending_at_ctrl_c
from routelab.screen.shown.explanation import explanation_blocks, list_blocks

SCHEMA = 1
_USAGE = "[options] [CODE | WORD ...]"
_DESCRIPTION = """\
Explain a finding, such as R402: how it shows, the smallest app that has it, with a trace that is run now,
why it is so, the way out, which is run, too, and where to read on. Without a code: the list of them,
or of those that say a word.
"""


def main(arguments: Sequence[str]) -> int:
    """Show one page, or the list."""
    parser = Parser("explain", _USAGE, _DESCRIPTION)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="CODE",
        help="the code of a finding, such as R402, or words such as: redirect",
    )
    add_engine_option(parser, "routelab; a page may need flask", what="the example", default="routelab")
    add_format_option(parser)
    options = parser.parse_args(arguments)
    known, typed = tuple(titles()), " ".join(options.words)
    listed = titles_that_say(typed) if typed else known
    if len(listed) > 1:
        write(
            options,
            command=("explain", *arguments),
            blocks=lambda: list_blocks(listed),
            document=lambda: {
                "schema": SCHEMA,
                "findings": [{"code": code, "title": text} for code, text in listed],
            },
        )
        return 0
    explanation = load_explanation(listed[0][0] if listed else typed)
    with ending_at_ctrl_c(), TemporaryDirectory(prefix="routelab-explain-") as scratch:
        explained = run_explanation(explanation, options.engine, Path(scratch))
    write(
        options,
        command=("explain", *arguments),
        blocks=lambda: explanation_blocks(explained, known),
        document=lambda: _page(explained),
    )
    return 0


def _page(explained: Explained) -> dict[str, Any]:
    page = explained.explanation
    shown, fixed = explained.shown.trace, explained.fixed.trace
    return {
        "schema": SCHEMA,
        "code": page.code,
        "title": page.title,
        "app": {str(name): text for name, text in page.app},
        "codes": list(explained.shown.codes),
        "trace": None if shown is None else shown.to_dict(),
        "diff": list(explained.diff),
        "fixed": None if fixed is None else fixed.to_dict(),
        "lesson": page.lesson,
        "docs": page.docs,
        "near": list(page.near),
    }
