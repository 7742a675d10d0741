"""How things look: styles as data, keyed by what they mean.

Colour never carries meaning alone; the words beside it do, and what is read line by line has the terminal's
own colours. Of the sixteen that a palette chooses, most are faint on light grounds or on dark ones. So
these four are of the other 240, which no palette changes, and of a lightness in the middle: they stand out
from both. They mark single words, and these are bold as well. Nothing dim must be read.
"""

from __future__ import annotations

from routelab.screen.blocks import Meaning

_GREEN, _BLUE, _ORANGE, _MAGENTA = "color(28)", "color(63)", "color(130)", "color(163)"

LOOKS = {
    Meaning.TEXT: "",
    Meaning.TITLE: "bold",
    Meaning.LABEL: "",
    Meaning.QUIET: "",
    Meaning.FAINT: "dim",
    Meaning.CODE: "bold",
    Meaning.EMPHASIS: "italic",
    Meaning.STRONG: "bold",
    Meaning.LINK: "underline",
    Meaning.TASK: f"bold {_BLUE}",
    Meaning.RIGHT: f"bold {_GREEN}",
    Meaning.WRONG: f"bold {_MAGENTA}",
    Meaning.WARNING: f"bold {_ORANGE}",
    Meaning.REQUEST: "bold",
    Meaning.RULE: "",
    Meaning.PLACE: "",
    Meaning.REASON: "",
    Meaning.HEADER: "",
    Meaning.URL: "underline",
    Meaning.SPOKEN: "",
    Meaning.SUCCESS: f"bold {_GREEN}",
    Meaning.REDIRECTION: f"bold {_BLUE}",
    Meaning.CLIENT_ERROR: f"bold {_ORANGE}",
    Meaning.SERVER_ERROR: f"bold {_MAGENTA} reverse",
    Meaning.MATCH: f"bold {_GREEN}",
    Meaning.SHADOWED: f"bold {_MAGENTA}",
    Meaning.ALMOST: f"bold {_MAGENTA}",
    Meaning.NO: "",
    Meaning.TAKE: f"bold {_GREEN}",
    Meaning.SKIP: "",
    Meaning.FINDING: f"bold {_MAGENTA}",
}
"""Each meaning with its style; a test holds the table complete."""

TITLES = {1: "bold", 2: "bold", 3: ""}
"""The style of a title by its level."""

CHANGES = {"+": f"bold {_GREEN}", "-": f"bold {_MAGENTA}"}
"""The style of a diff's line by its first character."""

TYPED = {
    "place": "bold",
    "bottom-toolbar": "noreverse",
    "auto-suggestion": "#767676",  # what may come stands out less, on white and on black by 4.5 to 1
    "part.method": "bold",
    "part.sign": "bold",
    "part.option": "bold #d700af",
    "part.command": "bold",
}
"""The style of what stands in the line that is typed, as prompt-toolkit writes styles."""

TOKENS = {
    "Token.Keyword": f"bold {_BLUE}",
    "Token.Name.Decorator": f"bold {_BLUE}",
    "Token.Name.Function": "bold",
    "Token.Name.Class": "bold",
    "Token.Name.Tag": f"bold {_BLUE}",
    "Token.Name.Attribute": "",
    "Token.Literal.String": "",
    "Token.Literal.Number": "",
    "Token.Comment": "italic",
}
"""The style of a token of code by the name that Pygments has for it, or for a kind above it."""
