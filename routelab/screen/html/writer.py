"""Blocks to elements of HTML: headings, lists and tables, with a class for each meaning.

It knows no document: where the elements stand, and at which level of headings, is said by its caller. All
text of a block is text in HTML too, and what would steer a terminal or turn text around is an escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, starmap
from typing import assert_never

from routelab.courselist import CourseList, CourseRow
from routelab.language import say
from routelab.screen import blocks
from routelab.screen.html.code import as_text, html_lines
from routelab.screen.text import escape as harmless
from routelab.tracing.phrases import count

# Rows that belong together stand in one element: its opening and its end.
_AROUND = {
    blocks.StepRow: ('<div class="player" tabindex="-1"><ol class="steps">', "</ol></div>"),
    blocks.HeaderRow: ('<dl class="headers">', "</dl>"),
    blocks.RuleRow: ('<ul class="rows">', "</ul>"),
    blocks.FindingRow: ('<ul class="rows">', "</ul>"),
    blocks.CheckRow: ('<ul class="rows">', "</ul>"),
}
_LINKS = ("http://", "https://", "mailto:")
_DEEPEST = 6


def elements(page: Iterable[blocks.Block], *, level: int = 1) -> Iterator[str]:
    """Write the blocks of a page; the first title has a heading of this level, and the others go below it."""
    yield from _Writer(level).written(page)


class _Writer:
    def __init__(self, level: int) -> None:
        self._level = level
        self._begun = False  # whether the first title stands
        self._here = level - 1  # of the heading that was written last

    def written(self, page: Iterable[blocks.Block]) -> Iterator[str]:
        for kind, same in groupby(page, type):
            before, after = _AROUND.get(kind, ("", ""))
            yield before
            for block in same:
                yield from self._block(block)
            yield after

    def _heading(self, level: int, inner: str) -> str:
        self._here = level = min(level, _DEEPEST)
        return f"<h{level}>{inner}</h{level}>"

    def _block(self, block: blocks.Block) -> Iterator[str]:
        return blocks.by_family(block, self._prose, _listing, self._trace, self._lesson)

    def _prose(self, block: blocks.ProseBlock) -> Iterator[str]:
        match block:
            case blocks.Title():
                yield self._title(block)
            case blocks.Line(text=said, aside=aside, label=label, meaning=meaning):
                before = f"<b>{as_text(label)}:</b> " if label else ""
                yield f"<p{_class(meaning)}>{before}{_said(said)}{_aside(aside)}</p>"
            case blocks.CopyLine(text=text):
                yield f'<pre class="copy"><code>{as_text(text.strip())}</code></pre>'
            case blocks.Gap():
                pass
            case blocks.Bullets(items=items, numbered=numbered):
                kind = "ol" if numbered else "ul"
                yield f"<{kind}>{''.join(f'<li>{_said(item)}</li>' for item in items)}</{kind}>"
            case blocks.Details(blocks=inner):
                yield '<div class="details">'
                yield from self.written(inner)
                yield "</div>"
            case _:
                assert_never(block)

    def _trace(self, block: blocks.TraceBlock) -> Iterator[str]:
        match block:
            case blocks.PathAndRule():
                yield _parting(block)
            case blocks.Conversions(rows=rows):
                yield _conversions(rows)
            case blocks.StepRow():
                yield from self._step(block)
            case blocks.HeaderRow(name=name, value=value, reason=reason):
                yield f"<div><dt>{as_text(name)}</dt><dd>{as_text(value)}{_reason(reason)}</dd></div>"
            case blocks.RuleRow():
                yield f"<li>{_rule(block)}</li>"
            case blocks.FindingRow():
                yield f"<li>{_finding(block)}</li>"
            case _:
                assert_never(block)

    def _lesson(self, block: blocks.LessonBlock) -> Iterator[str]:
        match block:
            case blocks.PageHead():
                yield self._page_head(block)
            case blocks.ChoiceQuestion():
                yield _question(block)
            case blocks.RequestRows(title=title, rows=rows):
                yield f"<p>{as_text(title)}:</p><ul>{''.join(starmap(_request, rows))}</ul>"
            case blocks.CheckRow():
                yield from self._check(block)
            case CourseList(parts=parts):
                level = self._here + 1
                for part in parts:
                    yield self._heading(level, as_text(part.title)) if part.title else ""
                    yield f"<ol>{''.join(map(_course_row, part.rows))}</ol>"
            case _:
                assert_never(block)

    def _title(self, block: blocks.Title) -> str:
        level = self._level if not self._begun else self._level + max(1, block.level - 1)
        self._begun = True
        heading = self._heading(level, _said(block.text))
        return heading + (f'<p class="app">{_said(block.aside)}</p>' if block.aside else "")

    def _step(self, step: blocks.StepRow) -> Iterator[str]:
        above = self._here
        yield '<li class="step">'
        yield self._heading(above + 1, as_text(step.name))
        self._here = above
        if step.seen is not None:
            yield from self._block(step.seen)
        else:
            yield f"<p>{_said(step.what)}{_reason(step.why)}{_place(step.where)}</p>"
        if step.code is not None:
            yield _code(step.code)
        yield from self.written(step.details)
        yield "</li>"

    def _page_head(self, head: blocks.PageHead) -> str:
        level, self._begun = self._level + (1 if self._begun else 0), True
        return (
            self._heading(level, as_text(head.title))
            + f'<p class="app">{as_text(head.lesson)}, {as_text(head.where)}</p>'
        )

    def _check(self, row: blocks.CheckRow) -> Iterator[str]:
        mark = '<b class="m-right">ok</b>' if row.passed else '<b class="m-wrong">no</b>'
        yield f"<li>{mark} {_said(row.said)}"
        yield from self.written(row.details)
        yield "</li>"


def _listing(block: blocks.ListingBlock) -> Iterator[str]:
    match block:
        case blocks.CodeFrame():
            yield _code(block)
        case blocks.BodyText():
            yield _body(block)
        case blocks.DiffLines(lines=lines):
            yield f'<pre class="diff">{chr(10).join(map(_changed, lines))}</pre>'
        case blocks.Facts(rows=rows):
            yield f"<dl>{''.join(starmap(_fact, rows))}</dl>"
        case blocks.Grid():
            yield _grid(block)
        case _:
            assert_never(block)


def _class(meaning: blocks.Meaning) -> str:
    return "" if meaning is blocks.Meaning.TEXT else f' class="m-{meaning.value}"'


def _said(said: blocks.Phrase) -> str:
    """Write a phrase; what only a sentence needs is part of it, as it may be heard."""
    return "".join(map(_fragment, said))


def _fragment(it: blocks.Fragment) -> str:
    text = as_text(it.text)
    if it.url is not None and it.url.lower().startswith(_LINKS):
        return f'<a href="{as_text(it.url)}" rel="noreferrer">{text}</a>'
    shown = text if it.url in (None, it.text) else f"{text} ({as_text(it.url or '')})"
    match it.meaning:
        case blocks.Meaning.TEXT | blocks.Meaning.SPOKEN:
            return shown
        case blocks.Meaning.CODE | blocks.Meaning.REQUEST | blocks.Meaning.RULE:
            return f"<code>{shown}</code>"
        case blocks.Meaning.EMPHASIS:
            return f"<em>{shown}</em>"
        case blocks.Meaning.STRONG:
            return f"<strong>{shown}</strong>"
        case other:
            return f"<span{_class(other)}>{shown}</span>"


def _aside(aside: blocks.Phrase) -> str:
    return f' <span class="aside">({_said(aside)})</span>' if aside else ""


def _reason(text: str) -> str:
    return f' <span class="aside">{as_text(text)}</span>' if text else ""


def _place(text: str) -> str:
    return f' <span class="place">{as_text(text)}</span>' if text else ""


def _code(frame: blocks.CodeFrame) -> str:
    mark = frame.mark
    place = None if mark is None else (mark.line - frame.first, mark.start, mark.end)
    lines = html_lines(frame.lines, frame.language, place)
    if not frame.file:
        return f"<pre><code>{chr(10).join(lines)}</code></pre>"
    decides = None if mark is None else mark.line
    rows = "".join(
        f'<span class="{"line here" if number == decides else "line"}">'
        f'<span class="number">{">" if number == decides else ""}{number}</span>{text or " "}\n</span>'
        for number, text in enumerate(lines, start=frame.first)
    )
    return f"<figure><figcaption>{as_text(frame.file)}</figcaption><pre><code>{rows}</code></pre></figure>"


def _parting(block: blocks.PathAndRule) -> str:
    def row(name: str, pieces: tuple[str, ...], width: int) -> str:
        cells = "".join(_piece(pieces, at, block.decides) for at in range(width))
        return f'<tr><th scope="row">{name}</th>{cells}</tr>'

    width = max(len(block.path), len(block.rule), block.decides + 1)
    rows = row("path", block.path, width) + row("rule", block.rule, width)
    view = f"{as_text(block.view)}{_place(block.where)}".strip()
    caption = f"<figcaption>{view}</figcaption>" if view else ""
    return f'<figure><table class="parting">{rows}</table>{caption}</figure>'


def _piece(pieces: tuple[str, ...], at: int, decides: int) -> str:
    text = as_text(pieces[at]) if at < len(pieces) else ""
    return f"<td>{f'<mark>{text or chr(0x2014)}</mark>' if at == decides else text}</td>"


def _conversions(rows: Sequence[tuple[str, ...]]) -> str:
    heads = ("variable", "from the path", "converter", "value", "type")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{as_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return _wide(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", "Converters")


def _wide(table: str, name: str) -> str:
    """Let a table be wider than the window, and move within itself, by keys too; a page may have many."""
    return f'<div class="wide" role="group" aria-label="{name}" tabindex="0">{table}</div>'


def _rule(row: blocks.RuleRow) -> str:
    rule = f"<code>{as_text(row.rule)}</code>"
    view = f' <span class="view">{as_text(row.view)}</span>' if row.view else ""
    if row.verdict is None:
        return f"{rule} {as_text(row.said)}{view}{_place(row.where)}"
    verdict = f"<b{_class(row.verdict.meaning)}>{as_text(row.verdict.text)}</b>"
    return f"{verdict} {rule} {as_text(row.said)}{view}{_place(row.where)}"


def _finding(row: blocks.FindingRow) -> str:
    mark = f'<b class="m-finding">{as_text(row.code)} {as_text(row.level)}</b>'
    return f"{mark} <code>{as_text(row.rule)}</code> {as_text(row.said)}{_place(row.where)}"


def _fact(name: str, about: str) -> str:
    return f"<div><dt>{as_text(name)}</dt><dd>{as_text(about)}</dd></div>"


def _request(request: str, after: str) -> str:
    return f"<li><code>{as_text(request)}</code>{_reason(after)}</li>"


def _grid(grid: blocks.Grid) -> str:
    seen = [at for at, column in enumerate(grid.columns) if column.role is not blocks.Role.SPOKEN]
    head = "".join(f'<th scope="col">{_said(grid.columns[at].head)}</th>' for at in seen)
    body = "".join(
        f"<tr>{''.join(_cell(grid.columns[at], row[at]) for at in seen)}</tr>" for row in grid.rows
    )
    return _wide(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", "Table")


def _cell(column: blocks.Column, cell: blocks.Phrase) -> str:
    said = _said(tuple(it for it in cell if it.meaning is not blocks.Meaning.SPOKEN))
    return f"<td><code>{said}</code></td>" if column.role is blocks.Role.RULE and said else f"<td>{said}</td>"


def _body(block: blocks.BodyText) -> str:
    if block.language:
        text = "\n".join(html_lines(tuple(block.text.split("\n")), block.language))
    else:
        text = escape(harmless(block.text))
    cut = f"<p>{as_text(block.cut)}</p>" if block.cut else ""
    caption = f"<figcaption>{as_text(block.title)}</figcaption>"
    return f"<figure>{caption}<pre><code>{text}</code></pre>{cut}</figure>"


def _changed(line: str) -> str:
    kind = {"+": "ins", "-": "del"}.get(line[:1])
    return f"<{kind}>{as_text(line)}</{kind}>" if kind else as_text(line)


def _question(question: blocks.ChoiceQuestion) -> str:
    after = f' <span class="aside">{as_text(question.after)}</span>' if question.after else ""
    choices = "".join(
        f"<li><b>{as_text(letter)}</b> {as_text(choice)}</li>" for letter, choice in question.choices
    )
    return (
        f"<p><b>{as_text(say('Request'))}:</b> <code>{as_text(question.request)}</code>{after}</p>"
        f'<p class="m-task">{_said(question.ask)}</p><ul class="choices">{choices}</ul>'
    )


def _course_row(row: CourseRow) -> str:
    pages = count(row.pages, "page")
    state = f" {row.finished} of {pages}: {as_text(row.state)}." if row.state else f" {pages}."
    minutes = f" About {row.minutes} minutes." if row.minutes else ""
    here = ' aria-current="true"' if row.here else ""
    what = f"<b>{as_text(row.title)}</b>: {as_text(row.goal)}"
    return f'<li value="{row.number}"{here}>{what}{state}{minutes}</li>'
