"""A script rehearsed: each line is run, and what came is held against what its author noted.

It runs the app and shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from routelab.lessons.judging import misspelt_method
from routelab.session.demo.noted import NOTHING_NOTED
from routelab.session.demo.script import DemoScript
from routelab.session.demo.stage import DemoStage, Opened
from routelab.session.reply import Message, MessageKind
from routelab.tracing.steps.load import LoadStep


class DemoFinding(NamedTuple):
    """What is wrong with a line of a script; line 0 is the script as a whole."""

    line: int
    text: str


def rehearse(script: DemoScript, opened: Opened) -> Iterator[DemoFinding]:
    """Run a script, and name each line that cannot be run, or whose outcome is not as noted."""
    with closing(DemoStage(script, opened)) as stage:
        yield from _differences(script, stage)


def _differences(script: DemoScript, stage: DemoStage) -> Iterator[DemoFinding]:
    for at, line in enumerate(script.lines):
        scene = stage.run_line(at)
        failed = [it for it in scene.items if isinstance(it, Message) and it.kind is MessageKind.WRONG]
        if scene.trace is not None and scene.trace.first(LoadStep) is not None:
            yield DemoFinding(line=line.number, text=f"{line.typed}: {scene.said or scene.verdict}")
            return
        if failed:
            yield DemoFinding(line=line.number, text=f"{line.typed}: {failed[0].text}")
        elif scene.trace is not None:
            if (problem := misspelt_method(scene.trace)) is not None:
                yield DemoFinding(line=line.number, text=f"{line.typed}: {problem}")
            for differs in line.gives.differences(scene.trace, scene.verdict):
                yield DemoFinding(line=line.number, text=f"{line.typed} {differs}")
        elif line.gives != NOTHING_NOTED:
            yield DemoFinding(
                line=line.number, text=f"{line.typed} is not a request, so it gives no response"
            )
