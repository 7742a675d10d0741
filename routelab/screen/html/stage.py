"""What a class sees of a demo, in HTML: big, few words, one thing below the other.

A function from a DemoView to elements. It knows no key and no page around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.screen.blocks import Block, CopyLine, HeaderRow, Line, Meaning, line, phrase
from routelab.screen.html.code import as_text
from routelab.screen.html.writer import elements
from routelab.screen.selection import select
from routelab.screen.shown.answer import verdict_meaning
from routelab.screen.shown.demo import code_frame, hands_words, step_dots
from routelab.screen.shown.replies import reply_blocks
from routelab.session.demo.scene import HeldAgainst, Scene, Thing, pieces_of
from routelab.session.demo.stage import DemoView

_HEADERS = 6
_MARKS = {True: ("✓", "fits", Meaning.RIGHT), False: ("✗", "does not fit", Meaning.WRONG)}


def stage_elements(view: DemoView) -> str:
    """Write a view; nothing is in it that is not revealed yet."""
    if view.black:
        return ""
    scene = view.scene
    where = "your own line" if view.free else f"{view.title or 'page'}, {view.page} of {view.pages}"
    head = f'<p class="moment"><code>{as_text(view.line) or "..."}</code> <span>{as_text(where)}</span></p>'
    if view.finished:
        return head + _written([line("Now you:", Meaning.TITLE), CopyLine(text=view.end)])
    if scene is None:
        return head
    if not scene.things:
        return head + "".join(elements(reply_blocks(scene.items), level=3))
    return head + "".join(_sections(view, scene)) + _steps(view, scene)


def _sections(view: DemoView, scene: Scene) -> Iterator[str]:
    things = view.things
    if Thing.RULE in things and scene.held is not None:
        yield _held(view, scene, scene.held)
    elif scene.trace is not None:
        yield f'<p class="path">{as_text(scene.trace.request.words)}</p>'
    if Thing.CROSS in things and scene.nothing_near:
        yield _written([line(f"✗ {scene.nothing_near}", Meaning.WRONG)])
    if Thing.CODE in things and scene.code is not None:
        yield _written([code_frame(scene.code, told=view.told)])
    if view.asks:
        yield _question(view, scene)
    if view.told:
        yield _written(list(_answer(view, scene)))


def _held(view: DemoView, scene: Scene, held: HeldAgainst) -> str:
    """Set path and rule under each other, cut at the slashes, with the marks that are revealed."""
    pieces = pieces_of(scene)
    ticks, cross = Thing.TICK in view.things, Thing.CROSS in view.things
    marks = "".join(f"<td>{_mark(piece.fits, ticks, cross)}</td>" for piece in pieces)
    rows = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{as_text(text)}</td>" for text in texts)}</tr>'
        for name, texts in (("path", [it.path for it in pieces]), ("rule", [it.rule for it in pieces]))
    )
    why = _written([line(held.why, Meaning.WRONG)]) if cross and held.why else ""
    return (
        '<div class="wide" role="region" aria-label="Path and rule" tabindex="0">'
        f'<table class="parting">{rows}'
        f'<tr><th scope="row"><span class="unseen">fits</span></th>{marks}</tr></table></div>'
        f"<p>{as_text(held.view)}</p>{why}"
    )


def _mark(fits: bool | None, ticks: bool, cross: bool) -> str:
    if fits is None or not (cross or (fits and ticks)):
        return ""
    sign, word, meaning = _MARKS[fits]
    return f'<b class="m-{meaning.value}" aria-hidden="true">{sign}</b><span class="unseen">{word}</span>'


def _question(view: DemoView, scene: Scene) -> str:
    asked = scene.question
    if asked is None:
        return ""
    choices = "".join(
        f"<li><b>{letter}</b> {as_text(label)}{_votes(view, letter)}</li>" for letter, label in asked.choices
    )
    hands = f"<p>{as_text(view.hands)} hands for ...</p>" if view.hands else ""
    return f'<div class="question"><p>{as_text(asked.ask)}</p><ul class="choices">{choices}</ul>{hands}</div>'


def _votes(view: DemoView, letter: str) -> str:
    votes = view.votes.get(letter)
    return f" ({votes})" if votes else ""


def _answer(view: DemoView, scene: Scene) -> Iterator[Block]:
    trace = scene.trace
    if trace is None:
        return
    yield Line(text=phrase(scene.verdict, verdict_meaning(trace)))
    if said := hands_words(view):
        yield line(said, Meaning.TITLE)
    if scene.said_below:
        yield line(scene.said_below)
    if view.detail >= 1 and trace.response is not None:
        headers = trace.response.headers[:_HEADERS]
        yield from (HeaderRow(name=name, value=value) for name, value in headers)
    if view.detail >= 2:
        for _, step in select(trace, verbose=False).steps:
            yield Line(text=phrase(step.headline), label=step.label or step.kind())


def _steps(view: DemoView, scene: Scene) -> str:
    if not scene.steps:
        return ""
    counted = f"{view.steps_seen} of {len(scene.steps)} steps"
    return f'<p class="dots" role="img" aria-label="{counted}">{as_text(step_dots(view))}</p>'


def _written(blocks: list[Block]) -> str:
    return "".join(elements(blocks, level=3))
