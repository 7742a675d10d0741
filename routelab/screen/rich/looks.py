"""How things look: styles as data, keyed by what they mean.

Colour never carries meaning alone; the words beside it do. What is read has the terminal's own colours. One
colour marks single words, always bold: of the sixteen that a terminal gives, only magenta stands out from the
ground of the usual palettes, light and dark alike. Nothing dim must be read.
"""

from __future__ import annotations

from routelab.screen.blocks import Meaning

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
    Meaning.TASK: "bold",
    Meaning.RIGHT: "bold",
    Meaning.WRONG: "bold magenta",
    Meaning.WARNING: "bold",
    Meaning.REQUEST: "",
    Meaning.RULE: "",
    Meaning.PLACE: "",
    Meaning.REASON: "",
    Meaning.HEADER: "",
    Meaning.URL: "underline",
    Meaning.SPOKEN: "",
    Meaning.SUCCESS: "bold",
    Meaning.REDIRECTION: "bold",
    Meaning.CLIENT_ERROR: "bold magenta",
    Meaning.SERVER_ERROR: "bold reverse",
    Meaning.MATCH: "bold",
    Meaning.SHADOWED: "bold magenta",
    Meaning.ALMOST: "bold magenta",
    Meaning.NO: "",
    Meaning.TAKE: "bold",
    Meaning.SKIP: "",
    Meaning.FINDING: "bold magenta",
}
"""Each meaning with its style; a test holds the table complete."""

TITLES = {1: "bold", 2: "bold", 3: ""}
"""The style of a title by its level."""

CHANGES = {"+": "bold", "-": "bold magenta"}
"""The style of a diff's line by its first character."""

TYPED = {
    "place": "bold",
    "bottom-toolbar": "noreverse",
    "auto-suggestion": "#767676",  # what may come stands out less, on white and on black by 4.5 to 1
    "part.method": "bold",
    "part.sign": "bold",
    "part.option": "bold ansimagenta",
    "part.command": "bold",
}
"""The style of what stands in the line that is typed, as prompt-toolkit writes styles."""

TOKENS = {
    "Token.Keyword": "bold",
    "Token.Name.Decorator": "bold magenta",
    "Token.Name.Function": "bold",
    "Token.Name.Class": "bold",
    "Token.Name.Tag": "bold",
    "Token.Name.Attribute": "",
    "Token.Literal.String": "",
    "Token.Literal.Number": "",
    "Token.Comment": "italic",
}
"""The style of a token of code by the name that Pygments has for it, or for a kind above it."""
