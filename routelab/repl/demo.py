"""The classroom's screen and the presenter's notes, full-screen: keys in, lines out.

It knows keys and the clock; what a key does is the stage's business, and what it looks like the screen's.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output

from routelab.repl.fullscreen import full_screen, is_plainer
from routelab.repl.terminalmode import terminal_mode
from routelab.screen.rich.console import drawn
from routelab.screen.rich.stage import stage_lines
from routelab.screen.shown.demo import cue_blocks
from routelab.screen.telling import waiting_line
from routelab.session.demo.cue import cue_of, read_cue, write_cue
from routelab.session.demo.stage import DemoStage
from routelab.waiting import WAITING

_LOOK_EVERY = 0.3  # seconds between two looks at the state file: the notes follow as one speaks


class DemoScreen:
    """A stage on a screen; `cue` is the file through which the notes follow, None for none.

    `auto` are the seconds after which the next thing is revealed by itself, 0 for never.
    """

    def __init__(self, stage: DemoStage, cue: Path | None, *, colour: bool, auto: float = 0.0) -> None:
        self._stage = stage
        self._cue = cue
        self._colour = colour
        self._auto = auto
        self._began = self._page_began = time.time()
        self._page = stage.view.page

    def run(self, source: Input | None = None, target: Output | None = None) -> None:
        """Show it until the presenter leaves."""
        try:
            self.application(source, target).run(pre_run=self._tell)
        finally:
            self._tell(ended=True)

    def application(self, source: Input | None, target: Output | None) -> Application[None]:
        """Return what shows the demo when it is run."""

        def text() -> ANSI:
            size = app.output.get_size()
            plainer = is_plainer(app.output)
            lines = stage_lines(
                self._stage.view, size.columns, size.rows, colour=self._colour, plainer=plainer
            )
            return ANSI("\n".join(lines))

        app = full_screen(text, self._keys(), source=source, target=target)
        if self._auto:

            def begin() -> None:
                app.create_background_task(self._by_itself(app))

            app.pre_run_callables.append(begin)
        return app

    async def _by_itself(self, app: Application[None]) -> None:
        """Reveal the next thing after a while, until the end was shown as long."""
        while app.is_running:
            await asyncio.sleep(self._auto)
            if self._stage.finished:
                app.exit()
                return
            with _interruptible(app):
                self._stage.forward()
            self._tell()
            app.invalidate()

    def _tell(self, *, ended: bool = False) -> None:
        """Tell the notes where the demo is."""
        page = self._stage.view.page
        if page != self._page:
            self._page, self._page_began = page, time.time()
        if self._cue is not None:
            cue = cue_of(self._stage, began=self._began, page_began=self._page_began, ended=ended)
            write_cue(self._cue, cue)

    def _keys(self) -> KeyBindings:
        bindings = KeyBindings()
        stage = self._stage
        scripted = Condition(lambda: not stage.view.free)

        def bind(act: Callable[[KeyPressEvent], object], *names: str, always: bool = False) -> None:
            def run(event: KeyPressEvent) -> None:
                # A black screen comes back with any key, which then does nothing else.
                with _interruptible(event.app):
                    if stage.view.black:
                        stage.blacken()
                    else:
                        act(event)
                self._tell()

            for name in names:
                bindings.add(name, filter=True if always else scripted)(run)

        bind(lambda _: stage.type(), Keys.Any)
        bind(lambda _: stage.forward(), " ", "right", "down", "pagedown")
        bind(lambda _: stage.back(), "left", "up", "pageup", "backspace")
        bind(lambda _: stage.enter(), "enter")
        bind(self._letter, *"abcdABCD")
        bind(self._digit, *"0123456789")
        bind(lambda _: stage.blacken(), ".")
        bind(lambda _: stage.restart(), "r", "R")
        bind(lambda _: stage.begin(), "f5", "home")
        bind(lambda _: stage.turn(1), "n", "N")
        bind(lambda _: stage.turn(-1), "p", "P")
        bind(lambda _: stage.more(1), "+", "=")
        bind(lambda _: stage.more(-1), "-")
        bind(lambda event: event.app.exit(), "q", "Q")
        bind(lambda _: stage.toggle_free(), "tab", always=True)
        bind(lambda event: event.app.exit(), "c-c", "c-d", always=True)
        bind(self._escape, "escape", always=True)
        self._bind_free(bindings)
        bindings.add("c-z")(lambda event: event.app.suspend_to_background())
        return bindings

    def _letter(self, event: KeyPressEvent) -> None:
        if not self._stage.hand(event.data.lower()):
            self._stage.type()

    def _digit(self, event: KeyPressEvent) -> None:
        if not self._stage.digit(event.data):
            self._stage.type()

    def _escape(self, event: KeyPressEvent) -> None:
        if self._stage.view.free:
            self._stage.toggle_free()
        else:
            event.app.exit()

    def _bind_free(self, bindings: KeyBindings) -> None:
        """Let the presenter type a line of their own."""
        stage = self._stage
        free = Condition(lambda: stage.view.free)
        bindings.add(Keys.Any, filter=free)(lambda event: stage.type_free(event.data))
        bindings.add(" ", filter=free)(lambda _event: stage.type_free(" "))
        bindings.add("backspace", filter=free)(lambda _event: stage.erase())

        @bindings.add("enter", filter=free)
        def run(event: KeyPressEvent) -> None:
            with _interruptible(event.app):
                stage.run_free()

        bindings.add(Keys.BracketedPaste, filter=free)(
            lambda event: stage.type_free(" ".join(event.data.split("\n")[:1]))
        )


@contextmanager
def _interruptible(app: Application[None]) -> Iterator[None]:
    """Tell on the last row what a key waits for, and let Ctrl-C end that; it ends the demo where none waits.

    A terminal that is read key by key sends Ctrl-C as a key, which nobody reads meanwhile.
    """

    def tell(what: str) -> Callable[[], None]:
        size = app.output.get_size()
        app.output.cursor_goto(size.rows, 1)
        app.output.erase_end_of_line()
        app.output.write(waiting_line(what, size.columns - 1))
        app.output.flush()
        return app.renderer.clear

    before, WAITING.teller = WAITING.teller, tell
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with _control_c_as_a_signal(app.input):
            yield
    except KeyboardInterrupt:
        app.exit()
    finally:
        signal.signal(signal.SIGINT, handler)
        WAITING.teller = before


def _control_c_as_a_signal(source: Input) -> AbstractContextManager[None]:
    return source.cooked_mode() if sys.platform == "win32" else terminal_mode(source, on="ISIG")


def show_notes(cue: Path, *, colour: bool) -> None:
    """Follow a demo that runs in another terminal, until q or Esc."""
    bindings = KeyBindings()
    for name in ("q", "escape", "c-c", "c-d"):
        bindings.add(name)(lambda event: event.app.exit())

    def text() -> ANSI:
        size = app.output.get_size()
        lines = drawn(cue_blocks(read_cue(cue), time.time()), width=size.columns, colour=colour)
        return ANSI("\n".join(lines[: size.rows]))

    app = full_screen(text, bindings, every=_LOOK_EVERY)
    app.run()
