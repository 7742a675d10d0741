"""A line that stands ready at the prompt: selected, as an address in a browser is.

Enter takes it, typing or a paste replaces it, and a key that moves the cursor edits it.
It knows keys, and not what a line means.
"""

from __future__ import annotations

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import shift_selection_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

# What prompt-toolkit ignores while something is selected, though it leaves the selection for other keys.
_LEAVES = ("c-a", "c-b", "c-e", "c-f", "c-k", "c-n", "c-p", "c-u", "c-w", "tab")
ENTER = "use this line, or type another"


def select_line(buffer: Buffer) -> None:
    """Select what stands in the prompt."""
    if not buffer.text:
        return
    buffer.cursor_position = 0
    buffer.start_selection()
    if buffer.selection_state is not None:
        buffer.selection_state.enter_shift_mode()
    buffer.cursor_position = len(buffer.text)


def is_ready(buffer: Buffer) -> bool:
    """Return whether the line stands there as it was offered."""
    return buffer.selection_state is not None and bool(buffer.text)


def add_ready_keys(bindings: KeyBindings) -> None:
    """Add what prompt-toolkit's own keys leave out where a line is selected."""

    @bindings.add(Keys.BracketedPaste, filter=shift_selection_mode)
    def replace(event: KeyPressEvent) -> None:
        event.current_buffer.cut_selection()
        event.key_processor.feed(event.key_sequence[0], first=True)

    @bindings.add("delete", filter=shift_selection_mode)
    def delete(event: KeyPressEvent) -> None:
        event.current_buffer.cut_selection()

    for key in _LEAVES:

        @bindings.add(key, filter=shift_selection_mode)
        def leave(event: KeyPressEvent) -> None:
            event.current_buffer.exit_selection()
            event.key_processor.feed(event.key_sequence[0], first=True)
