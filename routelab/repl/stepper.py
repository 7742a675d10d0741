"""A trace played step by step: forward, back, the rest, leave; on a small screen earlier steps fold.

It reads keys, and knows neither traces nor lessons: a step is a block. Where one is in them is a Playback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import Output

from routelab.screen.blocks import Meaning, StepRow, Title, line, words_of
from routelab.screen.rich.console import drawn
from routelab.session.reply import Prompt

_ESCAPE_WAIT = 0.05  # seconds until Esc is the key and not the beginning of an arrow's code
_KEYS = ("b back", "a all", "Esc leave")


@dataclass(slots=True)
class Playback:
    """Where one is: `at` steps of `total` are shown, one at least."""

    total: int
    at: int = 1

    def forward(self) -> bool:
        """Show one more; False where all were shown already."""
        if self.at >= self.total:
            return False
        self.at += 1
        return True

    def back(self) -> None:
        """Show one less."""
        self.at = max(1, self.at - 1)

    def rest(self) -> None:
        """Show all."""
        self.at = self.total

    def bottom(self, width: int) -> str:
        """Return the bottom line, as much of it as has room."""
        enter = "go on" if self.at == self.total else f"next step ({self.at} of {self.total})"
        return Prompt(enter=enter, others=_KEYS).bottom(width)


def screen_lines(
    title: str, steps: tuple[StepRow, ...], at: int, *, width: int, height: int, colour: bool
) -> list[str]:
    """Draw the title and the first `at` steps in at most `height` lines; the last one keeps the most room."""
    draw = partial(drawn, width=width, colour=colour)
    head = draw([Title(text=title, level=2)])[:1]
    shown = [draw([step]) for step in steps[:at]]
    short = [draw([line(_folded(step)[:width], Meaning.QUIET)])[:1] for step in steps[:at]]
    room = max(3, height - len(head) - 1)
    for position in range(at - 1):
        if sum(map(len, shown)) <= room:
            break
        shown[position] = short[position]
    earlier = [drawn_line for lines in shown[:-1] for drawn_line in lines]
    # Even folded they may be many; the step that was just reached has two thirds of the room for its own.
    earlier = earlier[max(0, len(earlier) - max(room // 3, room - len(shown[-1]))) :]
    return [*head, "", *earlier, *_cut(shown[-1], room - len(earlier))]


def _folded(step: StepRow) -> str:
    """Return a step on one line, for a screen that has no room for it."""
    return f"{step.number:>2} {step.label:<11} {words_of(step.what)}"


def _cut(lines: list[str], room: int) -> list[str]:
    """Cut visibly what has no room; the whole trace is printed in the end."""
    return lines if len(lines) <= room else [*lines[: room - 1], "   ..."]


def play(
    title: str,
    steps: tuple[StepRow, ...],
    *,
    colour: bool,
    source: Input | None = None,
    target: Output | None = None,
) -> None:
    """Play steps until the learner leaves."""
    if steps:
        player(title, steps, Playback(total=len(steps)), colour=colour, source=source, target=target).run()


def player(
    title: str,
    steps: tuple[StepRow, ...],
    playback: Playback,
    *,
    colour: bool,
    source: Input | None,
    target: Output | None,
) -> Application[None]:
    """Return what plays a trace when it is run; where the learner is stands in `playback`."""

    def text() -> ANSI:
        size = app.output.get_size()
        lines = screen_lines(
            title, steps, playback.at, width=size.columns, height=size.rows - 2, colour=colour
        )
        return ANSI("\n".join(lines))

    def bottom() -> str:
        return playback.bottom(app.output.get_size().columns)

    app: Application[None] = Application(
        layout=_layout(text, bottom),
        key_bindings=_keys(playback),
        full_screen=True,
        input=source,
        output=target,
    )
    app.ttimeoutlen = app.timeoutlen = _ESCAPE_WAIT
    return app


def _layout(text: Callable[[], ANSI], bottom: Callable[[], str]) -> Layout:
    steps = Window(FormattedTextControl(text, show_cursor=False), wrap_lines=False)
    bottom_line = Window(FormattedTextControl(bottom), height=1, style="class:bottom-toolbar")
    return Layout(HSplit([steps, bottom_line]))


def _keys(playback: Playback) -> KeyBindings:
    bindings = KeyBindings()

    def bind(names: tuple[str, ...], act: Callable[[KeyPressEvent], Any]) -> None:
        for name in names:
            bindings.add(name)(act)

    def forward(event: KeyPressEvent) -> None:
        if not playback.forward():
            event.app.exit()

    bind(("enter", " ", "right", "down", "pagedown"), forward)
    bind(("left", "b", "up", "pageup", "backspace"), lambda _event: playback.back())
    bind(("a", "A", "end"), lambda _event: playback.rest())
    bind(("escape", "q", "c-c", "c-d"), lambda event: event.app.exit())
    bindings.add("c-z")(lambda event: event.app.suspend_to_background())
    return bindings
