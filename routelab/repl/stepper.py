"""A trace played moment by moment: forward, back, the rest, leave; in panes, or in lines where it is small.

It reads keys, and knows neither traces nor lessons: what a moment shows, and where one is, comes from what is
Played. Keys that ask for something else leave, and say what for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output

from routelab.repl.fullscreen import full_screen, is_plainer
from routelab.screen.blocks import Meaning, StepRow, line, title, words_of
from routelab.screen.rich.console import drawn
from routelab.screen.rich.panes import SMALL, panes_lines
from routelab.screen.shown.playback import KEYS, Left, Played


def screen_lines(
    request: str, steps: tuple[StepRow, ...], at: int, *, width: int, height: int, colour: bool
) -> list[str]:
    """Draw the title and the first `at` steps in at most `height` lines; the last one keeps the most room."""
    draw = partial(drawn, width=width, colour=colour)
    head = draw([title(request, level=2)])[:1]
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


def play(played: Played, *, colour: bool, source: Input | None = None, target: Output | None = None) -> Left:
    """Play until the learner leaves, and return what for."""
    if played.rows:
        player(played, colour=colour, source=source, target=target).run()
    return played.playback.left


def player(played: Played, *, colour: bool, source: Input | None, target: Output | None) -> Application[None]:
    """Return what plays a trace when it is run; where the learner is stands in the playback."""

    def fits() -> bool:
        size = app.output.get_size()
        return bool(size.columns >= SMALL[0] and size.rows >= SMALL[1])

    def text() -> ANSI:
        size = app.output.get_size()
        height = size.rows - 1
        if fits():
            plainer = is_plainer(app.output)
            lines = panes_lines(played.panes, size.columns, height, colour=colour, plainer=plainer)
        else:
            at = played.playback.step
            request = words_of(played.panes.request)
            lines = screen_lines(
                request, played.rows, at, width=size.columns, height=height - 1, colour=colour
            )
        return ANSI("\n".join(lines))

    def bottom() -> str:
        others = played.others() if fits() else KEYS
        return played.playback.bottom(app.output.get_size().columns, others)

    app = full_screen(text, _keys(played, fits), bottom=bottom, source=source, target=target)
    return app


def _leave(event: KeyPressEvent, played: Played, left: Left) -> None:
    played.playback.left = left
    event.app.exit()


def _keys(played: Played, fits: Callable[[], bool]) -> KeyBindings:
    bindings = KeyBindings()
    letters: list[str] = []  # that were typed one after the other: "skip" begins with a key of the panes

    def bind(names: tuple[str, ...], act: Callable[[KeyPressEvent], Any]) -> None:
        def run(event: KeyPressEvent) -> None:
            letters[:] = [*letters, event.data] if event.data.isalpha() else []
            act(event)

        for name in names:
            bindings.add(name)(run)

    def forward(event: KeyPressEvent) -> None:
        if not played.playback.forward(whole=not fits()):
            event.app.exit()

    def try_it(event: KeyPressEvent) -> None:
        way = played.panes.way
        if way is not None:
            _leave(event, played, Left(line=way.request))

    def edit(event: KeyPressEvent) -> None:
        if played.edits:
            _leave(event, played, Left(line="edit"))

    def explain(_event: KeyPressEvent) -> None:
        played.playback.explaining = not played.playback.explaining

    bind(("enter", " ", "right", "down", "pagedown"), forward)
    bind(
        ("left", "b", "up", "pageup", "backspace"),
        lambda _event: played.playback.back(whole=not fits()),
    )
    bind(("a", "A", "end"), lambda _event: played.playback.rest())
    bind(("t", "T"), try_it)
    bind(("e", "E"), edit)
    bind(("?",), explain)
    bind(("s", "S"), lambda _event: played.toggle_builtin())
    bind(("escape", "q", "c-c", "c-d"), lambda event: event.app.exit())
    # What was copied or begun for the prompt is not lost: it stands there, to be sent.
    bindings.add(Keys.BracketedPaste)(lambda event: _leave(event, played, Left(pasted=event.data.strip())))

    @bindings.add(Keys.Any)
    def begin(event: KeyPressEvent) -> None:
        if event.data.isprintable():
            _leave(event, played, Left(pasted="".join([*letters, event.data])))

    bindings.add("c-z")(lambda event: event.app.suspend_to_background())
    return bindings
