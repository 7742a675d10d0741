"""What a page says: paragraphs, lists, tables and code, as records without markup.

It must not know Markdown, nor how wide or colourful a screen is.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TypeAlias

from routelab.oneof import OneOf
from routelab.record import Record


class Style(OneOf):
    """How a piece of text is meant; a screen without styles loses nothing but emphasis."""

    PLAIN = "plain"
    CODE = "code"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    LINK = "link"


class Span(Record):
    """A piece of text in one style; `url` is where a link leads."""

    text: str
    style: Style = Style.PLAIN
    url: str | None = None


Text: TypeAlias = tuple[Span, ...]


class Paragraph(Record):
    """A paragraph; `line` is where it begins in lesson.md, here and below."""

    line: int
    text: Text


class ItemList(Record):
    """A flat list, bulleted or numbered from 1."""

    line: int
    items: tuple[Text, ...]
    numbered: bool = False


class Table(Record):
    """A table: as many cells in each row as in the header."""

    line: int
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


class Source(Record):
    """Where code was taken from: a file of the lesson, and the number of the first line."""

    file: PurePosixPath
    first_line: int


class Code(Record):
    """A block of code, without a line break at its end; `language` is "" where none is named."""

    text: str
    language: str = ""
    source: Source | None = None


Block: TypeAlias = Paragraph | ItemList | Table | Code

# A value stands in quotes, and a backtick in it is its own; else what stands in backticks is code.
_QUOTED_OR_CODE = re.compile(r'"(?:\\.|[^"\\])*"|`(?P<code>[^`\n]+)`')


def plain(text: Text) -> str:
    """Return the words without their styles; code stands in backticks, as an author would write it."""
    return "".join(f"`{span.text}`" if span.style is Style.CODE else span.text for span in text)


def marked(sentence: str) -> Text:
    """Return a sentence of routelab's own as text: what `plain` did, undone."""
    spans, end = [], 0
    for found in _QUOTED_OR_CODE.finditer(sentence):
        if found["code"] is not None:
            spans += [Span(text=sentence[end : found.start()]), Span(text=found["code"], style=Style.CODE)]
            end = found.end()
    return tuple(span for span in (*spans, Span(text=sentence[end:])) if span.text)
