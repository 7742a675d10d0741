"""What prompt-toolkit draws for a character that steers a terminal: the escape that all our screens have.

It draws its own signs for control characters, and lets all others through: those that turn text around, too.
It knows characters, and not where they stand: in a typed line, an offered one, a prompt or a bottom line.
"""

from __future__ import annotations

from prompt_toolkit.layout.screen import Char

from routelab.screen.text import escape_line


class _Mappings(dict[str, str]):
    """Its own table, and behind that an escape for each character that needs one."""

    def __contains__(self, character: object) -> bool:
        return super().__contains__(character) or (
            isinstance(character, str) and escape_line(character) != character
        )

    def __missing__(self, character: str) -> str:
        return escape_line(character)


def draw_escapes() -> None:
    """Have all that is drawn from now on drawn so."""
    if not isinstance(Char.display_mappings, _Mappings):
        Char.display_mappings = _Mappings(Char.display_mappings)
