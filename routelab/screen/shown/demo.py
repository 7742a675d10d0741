"""A demo as blocks: its pages one after the other, and the presenter's notes.

What a line reveals is the business of `session.demo`.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.screen.blocks import (
    Block,
    ChoiceQuestion,
    CodeFrame,
    CopyLine,
    Facts,
    Gap,
    Line,
    Mark,
    Meaning,
    PathAndRule,
    line,
    phrase,
    title,
)
from routelab.screen.filetypes import language_of
from routelab.screen.shown.replies import reply_blocks
from routelab.session.demo.cue import Cue
from routelab.session.demo.scene import CodeShown, HeldAgainst, Scene
from routelab.session.demo.script import DemoLine, DemoScript
from routelab.session.demo.stage import DemoView
from routelab.tracing.phrases import location


def demo_blocks(
    script: DemoScript, scenes: Iterator[tuple[DemoLine, Scene]], *, notes: bool
) -> Iterator[Block]:
    """Show all pages, one after the other; with the notes where they are wanted."""
    page = -1
    for number, (each, scene) in enumerate(scenes):
        if each.page != page:
            yield from [Gap(heard=True)] if number else []
            page = each.page
            if script.pages > 1:
                name = f"{script.title}, " if script.title else ""
                yield title(f"{name}{page + 1} of {script.pages}", level=2)
        else:
            yield Gap(heard=True)
        yield from (line(f"Note: {note}") for note in each.notes if notes)
        yield CopyLine(text=each.typed)
        yield from _scene(scene)
    yield Gap(heard=True)
    yield from (line(f"Note: {note}") for note in script.closing if notes)
    yield line("Now you:", Meaning.TITLE)
    yield CopyLine(text=f"  {script.end}")


def _scene(scene: Scene) -> Iterator[Block]:
    if not scene.things:
        yield from reply_blocks(scene.items)
        return
    if scene.held is not None:
        yield from _held(scene.held)
    elif scene.nothing_near:
        yield line(scene.nothing_near)
    if scene.code is not None:
        yield code_frame(scene.code)
    if scene.question is not None and scene.trace is not None:
        yield ChoiceQuestion(
            request=scene.trace.request.words,
            after="",
            ask=phrase(scene.question.ask),
            choices=scene.question.choices,
        )
    letter = f"{scene.right}: " if scene.right else ""
    yield line(f"{letter}{scene.verdict}", Meaning.TITLE)
    yield from [line(scene.said)] if scene.said else []


def _held(held: HeldAgainst) -> Iterator[Block]:
    where = location(held.place)
    if held.decides is None:
        yield Line(
            text=phrase(f"{held.methods} {held.rule}".strip(), Meaning.RULE),
            aside=phrase(", ".join(filter(None, (held.endpoint, where)))),
        )
    else:
        yield PathAndRule(
            path=tuple(piece.path for piece in held.pieces if piece.path),
            rule=tuple(piece.rule for piece in held.pieces if piece.rule),
            decides=held.decides,
            view=held.endpoint,
            where=where,
        )
    yield from [line(f"{held.why}.")] if held.why else []


def code_frame(code: CodeShown, *, told: bool = False) -> CodeFrame:
    """Show the code with the piece that counts marked; once the answer is told, the line that decides."""
    decides = code.decides if told and code.decides else code.marked
    same = decides == code.marked
    return CodeFrame(
        lines=code.lines,
        file=code.file,
        first=code.first,
        language=language_of(code.file),
        mark=Mark(line=decides, start=code.start if same else 0, end=code.end if same else 0),
    )


def hands_words(view: DemoView) -> str:
    """Say how many hands were right: "14 of 23 said b."; "" where nobody raised one."""
    total = sum(view.votes.values())
    right = "" if view.scene is None else view.scene.right
    return f"{view.votes.get(right, 0)} of {total} said {right}." if total and right else ""


def step_dots(view: DemoView) -> str:
    """Name the steps that are revealed, and dots for the others: nothing is given away."""
    steps = () if view.scene is None else view.scene.steps
    return " ".join(f"{name} ●" if at < view.steps_seen else "○" for at, name in enumerate(steps))


def cue_blocks(cue: Cue | None, now: float) -> Iterator[Block]:
    """Show the presenter's notes; `now` is seconds since 1970."""
    if cue is None or cue.ended:
        yield line("No demo is running. Start it in another terminal: routelab demo ...")
        return
    clock = f"{_minutes(now - cue.began)}, this page {_minutes(now - cue.page_began)}"
    name = f"{cue.title}, " if cue.title else ""
    yield title(f"{name}{cue.page} of {cue.pages}   {clock}", level=2)
    yield Gap()
    yield from (Line(text=phrase(note, Meaning.STRONG)) for note in cue.notes)
    yield from [Gap()] if cue.notes else []
    revealed = f"{cue.revealed} of {cue.things} revealed" if cue.things else "not run yet"
    rows = [("now", f"{cue.line}   ({revealed})"), ("next", cue.next_line or "the end")]
    rows += [("answer", cue.right)] if cue.right else []
    yield Facts(rows=tuple(rows))
    if cue.differs:
        yield line(f"Not as noted: it {cue.differs}", Meaning.WARNING)


def _minutes(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"
