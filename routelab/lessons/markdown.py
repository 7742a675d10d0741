"""Markdown to the parts of a lesson file, each with its line; inline Markdown to styled text.

It knows Markdown and no lesson: what a heading, a fence or a comment means is decided by `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from routelab.lessons.prose import ItemList, Paragraph, Span, Style, Table, Text, plain
from routelab.record import Record

_ID = re.compile(r"\s*\{#([^{}\s]*)\}$")
_STYLES = {"em_open": Style.EMPHASIS, "strong_open": Style.STRONG, "link_open": Style.LINK}
_SCHEMES = ("http://", "https://", "mailto:")
_NAMES = {
    "blockquote_open": "a quotation",
    "hr": "a rule between paragraphs",
    "html_block": "HTML",
    "code_block": "an indented code block",
}
_IN_BACKTICKS = "what is in < > is HTML here; write rules in backticks, as in `/user/<name>`"


class InlineError(ValueError):
    """Text that a terminal cannot show; its message says what to write instead."""


class Heading(Record):
    """A heading; `id` is what `{#id}` says, or None."""

    line: int
    level: int
    title: str
    id: str | None


class Fence(Record):
    """A fenced block; its text begins on the line after `line`."""

    line: int
    words: str
    text: str


class Comment(Record):
    """An HTML comment, without its marks."""

    text: str


class Unsupported(Record):
    """Something that a lesson cannot have, and what to do about it."""

    line: int
    problem: str


Part: TypeAlias = Heading | Paragraph | ItemList | Table | Fence | Comment | Unsupported


@lru_cache(maxsize=32)  # of a course's texts: each later lesson that asks about a page reads its lesson again
def parts_of(text: str) -> tuple[Part, ...]:
    """Cut a Markdown text into its parts, in order."""
    return tuple(_parts(_MARKDOWN.parse(text)))


def _parts(tokens: Sequence[Token]) -> Iterator[Part]:
    position = 0
    while position < len(tokens):
        end = _end_of(tokens, position)
        yield _part(tokens[position:end])
        position = end


def styled(text: str) -> Text:
    """Read inline Markdown: `int` in backticks becomes a span of code; raises InlineError."""
    (inline,) = _MARKDOWN.parseInline(text)
    return _spans(inline)


def _end_of(tokens: Sequence[Token], position: int) -> int:
    """Return the position after the block that begins here."""
    depth = 0
    for number in range(position, len(tokens)):
        depth += tokens[number].nesting
        if depth == 0:
            return number + 1
    return len(tokens)


def _part(tokens: Sequence[Token]) -> Part:
    first = tokens[0]
    line = _line(first)
    try:
        match first.type:
            case "heading_open":
                return _heading(first, tokens[1])
            case "paragraph_open":
                return Paragraph(line=line, text=_spans(tokens[1]))
            case "bullet_list_open" | "ordered_list_open":
                return _list(tokens)
            case "table_open":
                return _table(tokens)
            case "fence":
                return Fence(line=line, words=" ".join(first.info.split()), text=first.content)
            case "html_block" if first.content.startswith("<!--") and first.content.rstrip().endswith("-->"):
                return Comment(text=first.content.strip().removeprefix("<!--").removesuffix("-->"))
            case kind:
                name = _NAMES.get(kind, kind)
                raise InlineError(f"{name} cannot be shown; write paragraphs, lists, tables and fenced code")
    except InlineError as error:
        return Unsupported(line=line, problem=str(error))


def _heading(opening: Token, inline: Token) -> Heading:
    title = plain(_spans(inline))
    found = _ID.search(title)
    return Heading(
        line=_line(opening),
        level=int(opening.tag[1]),
        title=_ID.sub("", title),
        id=found[1] if found else None,
    )


def _list(tokens: Sequence[Token]) -> ItemList:
    inside = [token.type for token in tokens[1:-1]]
    per_item = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
    items = [token for token in tokens if token.type == "inline"]
    if inside != per_item * len(items):
        raise InlineError("a list item has one paragraph; move what else it has out of the list")
    numbered = tokens[0].type == "ordered_list_open"
    return ItemList(line=_line(tokens[0]), items=tuple(_spans(item) for item in items), numbered=numbered)


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[list[Text]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_spans(token))
    header, *body = (tuple(row) for row in rows)
    return Table(line=_line(tokens[0]), header=header, rows=tuple(body))


def _spans(inline: Token) -> Text:
    """Flatten inline tokens: the innermost style of a piece of text is the one that counts."""
    spans: list[Span] = []
    open_styles: list[tuple[Style, str | None]] = []
    for token in inline.children or ():
        style, url = open_styles[-1] if open_styles else (Style.PLAIN, None)
        match token.type:
            case "text" | "text_special":
                spans.append(Span(text=token.content, style=style, url=url))
            case "code_inline":
                spans.append(Span(text=token.content, style=Style.CODE))
            case "softbreak" | "hardbreak":
                spans.append(Span(text=" ", style=style, url=url))
            case "em_open" | "strong_open":
                open_styles.append((_STYLES[token.type], None))
            case "link_open":
                open_styles.append((Style.LINK, _url(token)))
            case "em_close" | "strong_close" | "link_close":
                open_styles.pop()
            case "html_inline":
                raise InlineError(f"{token.content}: {_IN_BACKTICKS}")
            case _:
                raise InlineError("a terminal shows no pictures; describe it, or link to it")
    return tuple(_joined(spans))


def _url(token: Token) -> str:
    url = str(token.attrGet("href") or "")
    if token.markup == "autolink" and not url.startswith(_SCHEMES):
        # CommonMark takes <int:post_id> for a link with the scheme "int".
        raise InlineError(f"<{url}>: {_IN_BACKTICKS}")
    return url


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Join neighbours of one style, and drop what is empty."""
    last: Span | None = None
    for span in spans:
        if last is not None and (last.style, last.url) == (span.style, span.url) and span.style != Style.CODE:
            last = Span(text=last.text + span.text, style=span.style, url=span.url)
            continue
        if last is not None and last.text:
            yield last
        last = span
    if last is not None and last.text:
        yield last


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


_MARKDOWN = MarkdownIt("commonmark").enable("table")
