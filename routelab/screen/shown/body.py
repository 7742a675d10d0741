"""The body of a response as people read it: text, cut visibly where it is long, or what it is instead.

It knows bytes and types, and nothing of what made them.
"""

from __future__ import annotations

from routelab.screen.blocks import BodyText
from routelab.tracing.phrases import count

BODY_CHARACTERS = 4000


def body_text(body: bytes, mimetype: str, *, whole: str | None) -> BodyText:
    """Read a body; `whole` is what people type to see all of it, and with None nothing is cut."""
    try:
        text = body.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        return BodyText(text=f"({count(len(body), 'byte')} of {mimetype or 'no type'}, not text)")
    more = len(text) - BODY_CHARACTERS
    if whole is None or more <= 0:
        return BodyText(text=text)
    return BodyText(
        text=text[:BODY_CHARACTERS], cut=f"... ({count(more, 'more character')}; {whole} shows all)"
    )
