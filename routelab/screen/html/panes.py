"""A moment of a trace that is played, as four panes in HTML; the page sets them beside or below each other.

A function from Panes to elements. It knows no key and no page around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from routelab.screen.blocks import Block, Line, Meaning, Phrase, phrase, words_of
from routelab.screen.html.code import as_text
from routelab.screen.html.writer import elements
from routelab.screen.shown.panes import MapRow, Panes
from routelab.screen.shown.rules_pane import HERE

_LEVEL = 4  # of headings within a pane, below the pane's own
_MARKS = {HERE: "now: ", "✓": "done: "}


def panes_elements(shown: Panes) -> str:
    """Write a moment; what has to be in sight within its pane has the class `focus`."""
    return "".join(
        (
            f'<p class="moment">{as_text(shown.heading)} <code>{as_text(words_of(shown.request))}</code>',
            f' <span class="m-task">{as_text(shown.aside)}</span>' if shown.aside else "",
            "</p>",
            _pane("code", "The code", _focused(shown.code, shown.code_focus))
            if shown.code
            else _pane("code empty", "The code", '<p class="m-quiet">No code so far.</p>'),
            _pane("facts", shown.facts_title, _focused(shown.facts, shown.facts_focus)),
            _pane("map", "The request so far", f"<ol>{''.join(map(_row, shown.map))}</ol>"),
            _pane("words", "What just happened", "".join(elements(_sentences(shown), level=_LEVEL))),
            f'<p class="asked">{"   ".join(map(_one, (shown.question, *shown.choices)))}</p>'
            if shown.question
            else "",
        )
    )


def _pane(name: str, heading: str, inner: str) -> str:
    """Write a pane; one that is longer than its room is moved within itself, by keys too."""
    return (
        f'<section class="pane {name}" aria-label="{as_text(heading)}" tabindex="0">'
        f"<h3>{as_text(heading)}</h3>{inner}</section>"
    )


def _focused(blocks: Sequence[Block], focus: int) -> str:
    here = "".join(elements(blocks[focus : focus + 1], level=_LEVEL))
    before, after = ("".join(elements(part, level=_LEVEL)) for part in (blocks[:focus], blocks[focus + 1 :]))
    return f'{before}<div class="focus">{here}</div>{after}'


def _row(row: MapRow) -> str:
    """Write a step; the mark is heard as a word."""
    here = ' aria-current="step" class="focus"' if row.mark == HERE else ""
    heard = f'<span class="unseen">{_MARKS[row.mark]}</span>' if row.mark in _MARKS else ""
    mark = f'<span aria-hidden="true">{as_text(row.mark)} </span>' if row.mark.strip() else ""
    return f"<li{here}>{mark}{heard}<b>{as_text(row.label)}</b> {_one(row.what)}</li>"


def _sentences(shown: Panes) -> Iterator[Block]:
    yield from shown.words
    if shown.way is not None:
        yield Line(text=(*phrase("Would match: "), *phrase(shown.way.request, Meaning.REQUEST)))


def _one(said: Phrase) -> str:
    """Write a phrase without the paragraph around it."""
    return "".join(elements([Line(text=said)])).removeprefix("<p>").removesuffix("</p>")
