"""The body of a response as people read it: text, cut visibly where it is long, or what it is instead.

It must not know who made it.
"""

from __future__ import annotations

from routelab.screen.blocks import BodyText
from routelab.tracing.phrases import count, without_addresses

_LINE = 80  # characters: HTML or JSON without breaks is as long as so many lines
_LANGUAGES = {"text/html": "html", "application/json": "json"}


def body_text(body: bytes, mimetype: str, *, lines: int | None, whole: str) -> BodyText:
    """Read a body, or so many lines of it; `whole` is what people type to see all of it, or ""."""
    text = without_addresses(whole_text(body, mimetype))
    language = _LANGUAGES.get(mimetype.partition(";")[0].strip().lower(), "")
    shown = text if lines is None else _beginning(text, lines)
    if len(shown) == len(text):
        return BodyText(text=text, language=language)
    more = len(text) - len(shown)
    cut = f"... ({count(more, 'more character')}{f'; {whole} shows all' if whole else ''})"
    return BodyText(text=shown, cut=cut, language=language)


def whole_text(body: bytes, mimetype: str) -> str:
    """Read a body as text, or say what it is instead."""
    try:
        return body.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        return f"({count(len(body), 'byte')} of {mimetype or 'no type'}, not text)"


def _beginning(text: str, lines: int) -> str:
    """Cut a text after so many lines of a screen, each of them of so many characters."""
    kept, room = [], lines
    for each in text[: lines * _LINE].split("\n", lines)[:lines]:
        rows = max(1, -(-len(each) // _LINE))
        if rows > room:
            kept.append(each[: room * _LINE])
            break
        kept.append(each)
        room -= rows
        if not room:
            break
    return "\n".join(kept)
