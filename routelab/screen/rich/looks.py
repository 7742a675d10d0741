"""How things look: styles as data, keyed by what they mean.

Colour never carries meaning alone; the words beside it do. Both light and dark terminals show them: no
yellow, no white, and nothing dim that must be read.
"""

from __future__ import annotations

from routelab.screen.blocks import Meaning

LOOKS = {
    Meaning.TEXT: "",
    Meaning.TITLE: "bold",
    Meaning.LABEL: "cyan",
    Meaning.QUIET: "",
    Meaning.FAINT: "dim",
    Meaning.CODE: "bold cyan",
    Meaning.EMPHASIS: "italic",
    Meaning.STRONG: "bold",
    Meaning.LINK: "underline",
    Meaning.TASK: "bold magenta",
    Meaning.RIGHT: "bold green",
    Meaning.WRONG: "bold red",
    Meaning.WARNING: "magenta",
    Meaning.REQUEST: "cyan",
    Meaning.RULE: "",
    Meaning.PLACE: "",
    Meaning.REASON: "",
    Meaning.HEADER: "cyan",
    Meaning.URL: "underline",
    Meaning.SPOKEN: "",
    Meaning.SUCCESS: "bold green",
    Meaning.REDIRECTION: "bold cyan",
    Meaning.CLIENT_ERROR: "bold red",
    Meaning.SERVER_ERROR: "bold red reverse",
    Meaning.MATCH: "green",
    Meaning.SHADOWED: "magenta",
    Meaning.ALMOST: "bold magenta",
    Meaning.NO: "",
    Meaning.TAKE: "green",
    Meaning.SKIP: "",
    Meaning.FINDING: "bold magenta",
}
"""Each meaning with its style; a test holds the table complete."""

TITLES = {1: "bold", 2: "bold", 3: ""}
"""The style of a title by its level."""

CHANGES = {"+": "green", "-": "red", "@": "cyan"}
"""The style of a diff's line by its first character."""

TOKENS = {
    "Token.Keyword": "bold cyan",
    "Token.Name.Decorator": "magenta",
    "Token.Name.Function": "bold",
    "Token.Name.Class": "bold",
    "Token.Name.Tag": "bold cyan",
    "Token.Name.Attribute": "magenta",
    "Token.Literal.String": "green",
    "Token.Literal.Number": "magenta",
    "Token.Comment": "italic",
}
"""The style of a token of code by the name that Pygments has for it, or for a kind above it."""
