"""The body of a response as people read it: text, cut visibly where it is long, or what it is instead.

It knows bytes and types, and nothing of what made them.
"""

from __future__ import annotations

from routelab.screen.blocks import BodyText
from routelab.tracing.phrases import count

BODY_CHARACTERS = 4000
_LANGUAGES = {"text/html": "html", "application/json": "json"}


def body_text(body: bytes, mimetype: str, *, whole: str | None) -> BodyText:
    """Read a body; `whole` is what people type to see all of it, and with None nothing is cut."""
    try:
        text = body.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        return BodyText(text=f"({count(len(body), 'byte')} of {mimetype or 'no type'}, not text)")
    more = len(text) - BODY_CHARACTERS
    language = _LANGUAGES.get(mimetype.partition(";")[0].strip().lower(), "")
    if whole is None or more <= 0:
        return BodyText(text=text, language=language)
    cut = f"... ({count(more, 'more character')}; {whole} shows all)"
    return BodyText(text=text[:BODY_CHARACTERS], cut=cut, language=language)
