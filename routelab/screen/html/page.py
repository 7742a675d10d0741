"""A document of HTML that stands for itself: style and script are in it, and it may fetch nothing.

Its policy allows the very style and the very script that it holds, by their hashes. What stands in it is made
elsewhere.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from routelab.screen.blocks import Block, CommandResult, StepRow, Title, words_of
from routelab.screen.html.writer import elements
from routelab.screen.text import escape_line
from routelab.version import VERSION

_KEYS = "Keys: Right or Space for the next step, Left for the one before, End for all of them."
_WHOSE_KEYS = " They are for the request that was clicked last, or whose buttons have the focus."
_HIDDEN = (
    "Passwords, tokens, credentials and cookies are left out, as far as their names tell; "
    "look before you pass it on."
)
_NOT_HIDDEN = "Nothing was left out: it has passwords, tokens and cookies as they were sent."


def write(result: CommandResult) -> None:
    """Write a result as a document to standard output."""
    sys.stdout.buffer.write(result_page(result).encode())


def result_page(result: CommandResult) -> str:
    """Return a result as a document, with how it was made at its end."""
    blocks = tuple(result.blocks())
    title = _title(blocks) or result.command
    # A document needs a heading of its own, where the result has none.
    heading = "" if blocks and isinstance(blocks[0], Title) else f"<h1>{escape(escape_line(title))}</h1>"
    by = f": <code>{escape(escape_line(result.command))}</code>" if result.command else ""
    made = f"<p>Made with routelab {VERSION}{by}</p>"
    several = sum(isinstance(block, Title) and block.level == 1 for block in blocks) > 1
    played = sum(isinstance(block, StepRow) for block in blocks) > 1
    keys = f'<p class="howto">{_KEYS}{_WHOSE_KEYS if several else ""}</p>' if played else ""
    about = (keys, made, f"<p>{_HIDDEN if result.redacted else _NOT_HIDDEN}</p>")
    content = "".join(elements(blocks, level=2 if heading else 1))
    return document(title, heading + content, "".join(about))


def document(title: str, content: str, about: str) -> str:
    """Return a document around elements; `about` are those of its foot."""
    style, script = _resource("page.css"), _resource("player.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(escape_line(title))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<main>{content}</main>\n<footer>{about}</footer>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _title(blocks: tuple[Block, ...]) -> str:
    titles = (words_of(block.text) for block in blocks if isinstance(block, Title))
    return next(titles, "")


def _resource(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
