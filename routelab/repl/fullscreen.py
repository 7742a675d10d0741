"""A text that has the whole screen, drawn anew after each key, with a line at the bottom where there is one.

It knows keys, and not what is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import Output

from routelab.repl.characters import draw_escapes

_ESCAPE_WAIT = 0.05  # seconds until Esc is the key and not the beginning of an arrow's code


def full_screen(
    text: Callable[[], ANSI],
    keys: KeyBindings,
    *,
    bottom: Callable[[], str] | None = None,
    every: float | None = None,
    source: Input | None = None,
    target: Output | None = None,
) -> Application[None]:
    """Return what shows a text when it is run; it is asked for `every` so many seconds, too."""
    draw_escapes()
    shown = [Window(FormattedTextControl(text, show_cursor=False), wrap_lines=False)]
    if bottom is not None:
        shown.append(Window(FormattedTextControl(bottom), height=1, style="class:bottom-toolbar"))
    app: Application[None] = Application(
        layout=Layout(HSplit(shown)),
        key_bindings=keys,
        full_screen=True,
        refresh_interval=every,
        input=source,
        output=target,
    )
    app.ttimeoutlen = app.timeoutlen = _ESCAPE_WAIT
    return app


def is_plainer(output: Output) -> bool:
    """Tell whether a terminal has no marks but those of ASCII."""
    return not output.encoding().lower().startswith("utf")
