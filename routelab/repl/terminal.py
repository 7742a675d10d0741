"""Lines edited with prompt-toolkit: completion, colours, history, a bottom line, and looks for saved files.

It knows keys and the screen; what a line means is the session's business.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, has_completions
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.styles import Style

from routelab.repl.characters import draw_escapes
from routelab.repl.editors import open_file
from routelab.repl.readyline import ENTER, add_ready_keys, is_ready, select_line
from routelab.screen.blocks import CopyLine
from routelab.screen.rich.console import show
from routelab.screen.rich.looks import TYPED
from routelab.screen.shown.replies import reply_blocks
from routelab.session.completion import completions
from routelab.session.highlighting import Part, parts_of
from routelab.session.history import without_secrets
from routelab.session.reply import Prompt, Reply, TraceShown
from routelab.session.session import Session, command_names
from routelab.streams import in_colour

_LOOK_EVERY = 0.5  # seconds between two looks at the learner's files
_ON_AN_EMPTY_LINE = {"?": "help", "pagedown": "", "pageup": "back"}
_SMALL = 20  # rows; below, the menu gets less room


if TYPE_CHECKING:
    from routelab.screen.shown.playback import Left  # no prompt waits for what plays traces


class NoConsole(Exception):
    """There is no console that can be drawn on."""


class RichTerminal:
    """A terminal that edits lines; `history` is the folder of what was typed before, None for a guest."""

    def __init__(
        self,
        session: Session,
        history: Path | None,
        *,
        source: Input | None = None,
        target: Output | None = None,
    ) -> None:
        self._session = session
        self._history = history
        self._source = source
        self._target = target
        self._histories: dict[str, History] = {}
        self._kept: Document | None = None
        self._left: Left | None = None
        self._prompt: PromptSession[str | None] = _prompt_session(session, source, target)

    def show(self, reply: Reply) -> None:
        """Show everything; a trace that is to be played is played first."""
        for item in reply.items:
            if isinstance(item, TraceShown) and item.stepwise:
                self._play(item)
            show(reply_blocks([item]))

    def read(self, prompt: Prompt, line: str) -> str | None:
        """Edit a line: `line` stands ready, or what stood there when a file was saved is there again."""
        if self._left is not None and self._left.line:
            return self._given(prompt, self._left.line)
        kept, self._kept = self._kept, None
        if self._left is not None and self._left.pasted:
            kept = Document(self._left.pasted)
        self._left = None
        self._use_history()
        self._prompt.app.erase_when_done = False
        on = self._session.learner.settings.is_on("bottom-line")
        self._prompt.bottom_toolbar = partial(self._bottom, prompt) if on else None
        offered = kept is None or kept.selection is not None
        return self._prompt.prompt(
            [("class:place", prompt.text)],
            default=Document(line) if kept is None else Document(kept.text, kept.cursor_position),
            pre_run=partial(self._begin, offered=offered),
        )

    def read_more(self) -> str:
        """Read the next line of a command that goes on."""
        self._prompt.bottom_toolbar = None
        return self._prompt.prompt("... ", default="") or ""

    def open_editor(self, file: Path) -> str | None:
        """Open a file."""
        return open_file(file, self._session.learner.editors, self._session.learner.settings.editor)

    @property
    def _width(self) -> int:
        return self._prompt.app.output.get_size().columns

    def _play(self, item: TraceShown) -> None:
        from routelab.repl.stepper import play  # the first prompt has nothing to play
        from routelab.screen.shown.played import played_reply

        self._left = play(
            played_reply(item),
            colour=in_colour(),
            source=self._source,
            target=self._target,
        )

    def _given(self, prompt: Prompt, line: str) -> str:
        """Answer a key of the panes as if its line had been typed."""
        self._left = None
        self._use_history()
        self._prompt.default_buffer.history.append_string(line)
        show([CopyLine(text=f"{prompt.text}{line}")])
        return line

    def _bottom(self, prompt: Prompt) -> str:
        shown = prompt.replace(enter=ENTER) if is_ready(self._prompt.default_buffer) else prompt
        return shown.bottom(self._width)

    def _begin(self, *, offered: bool) -> None:
        if offered:
            select_line(self._prompt.default_buffer)
        self._prompt.app.create_background_task(self._look())

    async def _look(self) -> None:
        """Leave the prompt when a file was saved; what was typed comes back after the news."""
        app = self._prompt.app
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if self._session.has_news() and app.is_running:
                self._kept = self._prompt.default_buffer.document
                app.erase_when_done = True
                app.exit(result=None)
                return

    def _use_history(self) -> None:
        name = self._session.place.history_name
        if name not in self._histories:
            self._histories[name] = _history(self._history, name)
        buffer = self._prompt.default_buffer
        if buffer.history is not self._histories[name]:
            self._prompt.history = buffer.history = self._histories[name]
            buffer.reset()


class _Completer(Completer):
    def __init__(self, session: Session) -> None:
        self._session = session

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        if not self._session.learner.settings.is_on("completion"):
            return
        for choice in completions(self._session, document.text_before_cursor):
            yield Completion(
                choice.text, start_position=-choice.length, display=choice.shown, display_meta=choice.about
            )


class _Lexer(Lexer):
    def __init__(self, session: Session) -> None:
        self._session = session

    def lex_document(self, document: Document) -> _Line:
        return _Line(document, on=self._session.learner.settings.is_on("highlighting"))


class _Line:
    """Colours one line of a document, when it is asked for."""

    def __init__(self, document: Document, *, on: bool) -> None:
        self._document = document
        self._on = on

    def __call__(self, number: int) -> StyleAndTextTuples:
        line = self._document.lines[number] if number < len(self._document.lines) else ""
        if not (self._on and line):
            return [("", line)]
        return [(_class(part), text) for part, text in parts_of(line, command_names())]


class _CautiousHistory(FileHistory):
    """A history that keeps no secrets, and does without its file where that cannot be read or written."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            yield from super().load_history_strings()
        except OSError:
            return

    def store_string(self, string: str) -> None:
        try:
            super().store_string(without_secrets(string))
        except OSError:
            return


class LinePrompt(PromptSession[str | None]):
    """A prompt that takes room for a menu only while there is one, so that no rows stand empty."""

    @property
    def reserve_space_for_menu(self) -> int:
        """How many rows the menu gets: none while it is closed."""
        if not hasattr(self, "default_buffer") or self.default_buffer.complete_state is None:
            return 0
        return self._room

    @reserve_space_for_menu.setter
    def reserve_space_for_menu(self, rows: int) -> None:
        self._room = rows


def _prompt_session(
    session: Session, source: Input | None, target: Output | None
) -> PromptSession[str | None]:
    draw_escapes()
    try:
        return LinePrompt(
            completer=_Completer(session),
            lexer=_Lexer(session),
            auto_suggest=AutoSuggestFromHistory(),
            key_bindings=_keys(),
            enable_suspend=True,
            complete_while_typing=Condition(lambda: session.learner.settings.is_on("completion")),
            reserve_space_for_menu=3 if _rows() < _SMALL else 6,
            style=Style.from_dict(TYPED),
            include_default_pygments_style=False,
            color_depth=None if in_colour() else ColorDepth.DEPTH_1_BIT,
            input=source,
            output=target,
        )
    except Exception as error:
        if type(error).__name__ == "NoConsoleScreenBufferError":  # a class that only Windows has
            raise NoConsole from None
        raise


def _keys() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("escape", filter=has_completions, eager=True)
    def close_the_menu(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    # On an empty line these say a whole word at once; letters do not, since words begin with them.
    for key, word in _ON_AN_EMPTY_LINE.items():
        bindings.add(key, filter=_line_is_empty)(partial(_say, word))

    add_ready_keys(bindings)
    return bindings


@Condition
def _line_is_empty() -> bool:
    return not get_app().current_buffer.text


def _say(word: str, event: KeyPressEvent) -> None:
    event.current_buffer.text = word
    event.current_buffer.validate_and_handle()


def _rows() -> int:
    try:
        return os.get_terminal_size().lines
    except OSError:
        return 24


def _class(part: Part) -> str:
    return "" if part is Part.TEXT else f"class:part.{part.value}"


def _history(folder: Path | None, name: str) -> History:
    if folder is None:
        return InMemoryHistory()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return InMemoryHistory()
    return _CautiousHistory(str(folder / f"{name}.txt"))
