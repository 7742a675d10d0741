"""Code in colour, by Pygments, in the styles that `looks` has for its tokens.

It knows no block and no width.
"""

from __future__ import annotations

from functools import cache

from pygments.token import string_to_tokentype  # type: ignore[import-untyped]
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax, SyntaxTheme
from rich.text import Text

from routelab.screen.rich.looks import TOKENS


def coloured_lines(text: str, language: str) -> list[Text]:
    """Colour a text, line by line; as it is where the language is not known."""
    shown = Syntax(text, language, theme=_theme(), background_color="default").highlight(text)
    shown.no_wrap = None  # rich would cut what is too long, without a word
    shown.rstrip()
    return list(shown.split("\n", allow_blank=True))


@cache
def _theme() -> SyntaxTheme:
    return ANSISyntaxTheme({string_to_tokentype(name): Style.parse(look) for name, look in TOKENS.items()})
