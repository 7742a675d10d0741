"""How things look: styles as data, keyed by what they mean.

Colour never carries meaning alone; the words beside it do.
"""

from __future__ import annotations

from routelab.screen.blocks import Meaning

LOOKS = {
    Meaning.TEXT: "",
    Meaning.TITLE: "bold",
    Meaning.LABEL: "cyan",
    Meaning.QUIET: "dim",
    Meaning.CODE: "bold cyan",
    Meaning.EMPHASIS: "italic",
    Meaning.STRONG: "bold",
    Meaning.LINK: "underline",
    Meaning.TASK: "bold yellow",
    Meaning.RIGHT: "bold green",
    Meaning.WRONG: "bold red",
    Meaning.WARNING: "yellow",
    Meaning.REQUEST: "cyan",
    Meaning.RULE: "",
    Meaning.PLACE: "dim",
    Meaning.REASON: "dim",
    Meaning.HEADER: "cyan",
    Meaning.URL: "dim",
    Meaning.SPOKEN: "",
    Meaning.SUCCESS: "bold green",
    Meaning.REDIRECTION: "bold blue",
    Meaning.CLIENT_ERROR: "bold yellow",
    Meaning.SERVER_ERROR: "bold red",
    Meaning.MATCH: "green",
    Meaning.SHADOWED: "magenta",
    Meaning.ALMOST: "yellow",
    Meaning.NO: "dim",
    Meaning.TAKE: "green",
    Meaning.SKIP: "dim",
    Meaning.FINDING: "yellow",
}
"""Each meaning with its style; a test holds the table complete."""

TITLES = {1: "bold", 2: "bold", 3: "dim"}
"""The style of a title by its level."""

CHANGES = {"+": "green", "-": "red", "@": "cyan"}
"""The style of a diff's line by its first character."""
