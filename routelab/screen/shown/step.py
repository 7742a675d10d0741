"""One step of a trace as a row of blocks: what it says, its headers, its rules, and the code that ran.

Sentences come from the steps. It must not know which steps are shown, nor what stands around them.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.pythontext import unindented
from routelab.record import Record
from routelab.routing.outcome import Outcome
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    Conversions,
    Details,
    HeaderRow,
    Line,
    Meaning,
    RuleRow,
    StepRow,
    line,
    phrase,
    status_meaning,
    title,
)
from routelab.screen.selection import response_maker
from routelab.screen.shown.answer import rule_row
from routelab.tracing.cookies import CookieHeldBack, CookieSet
from routelab.tracing.phrases import count, cut, location, without_addresses
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace

_SOURCE_LINES = 12
_COUNTED, _TYPE = "content-length", "content-type"
_HEADER_CHARACTERS = 500  # a policy or a cookie of the usual length is shown whole


class StepDetail(Record):
    """How much of a step is shown: `rules` are those that neither fit nor were looked at, too.

    `headers` is how many at most, without the one that is counted; None is all of them. `told`: why no rule
    won stands elsewhere, with the rules that came near. `stock`: the body is a usual page, and of no type
    that matters.
    """

    rules: bool = False
    headers: int | None = None
    told: bool = False
    stock: bool = False


_ALL = StepDetail()


def step_row(trace: Trace, number: int, step: AnyStep, detail: StepDetail = _ALL) -> StepRow:
    """Show one step."""
    row = StepRow(
        number=number,
        name=step.title(),
        label=step.label or step.kind(),
        what=phrase(_once_more(step) if detail.told else step.headline),
    )
    if isinstance(step, ResponseStep):
        return row.replace(
            what=phrase(step.headline, status_meaning(step.status)),
            why=step.why(response_maker(trace)),
            details=(*_details(step), *_headers(trace, step, detail)),
        )
    matched = (
        match_rows(step, everything=detail.rules, told=detail.told) if isinstance(step, MatchStep) else ()
    )
    return row.replace(
        where=location(step.at),
        code=_source(step) if isinstance(step, ViewStep) and step.source else None,
        seen=conversions(step) if isinstance(step, ConvertersStep) else None,
        details=(
            *_details(step),
            *_held_back(trace, step),
            *matched,
            *(_handled_way(step) if detail.rules else ()),
        ),
    )


def _once_more(step: AnyStep) -> str:
    """Say of a step what was decided, where the answer above has said why."""
    if isinstance(step, MatchStep) and step.outcome is not Outcome.METHOD_NOT_ALLOWED:
        return step.decision
    return step.headline


def _handled_way(step: AnyStep) -> Iterator[Line]:
    if isinstance(step, ErrorStep):
        yield from map(line, without_addresses(step.traceback).splitlines())


def conversions(step: ConvertersStep) -> Conversions | None:
    """Show what each converter made in a row of its own; None where one of them made nothing."""
    rows = tuple(
        (it.name, f'"{it.raw}"', it.converter, it.value.repr, it.value.type)
        for it in step.values
        if it.value is not None and it.converter is not None and it.raw is not None
    )
    return Conversions(rows=rows) if rows and len(rows) == len(step.values) else None


def match_rows(step: MatchStep, *, everything: bool, told: bool) -> Iterator[Block]:
    """Show who allows what on a 405; unless they were `told`, rules that did not win and what would match."""
    for it in step.authors:
        yield RuleRow(
            rule=it.rule.rule,
            said=f"accepts {it.rule.text}",
            view=it.rule.endpoint,
            where=location(it.place),
        )
    if told:
        return
    for heading, candidates in step.groups(everything=everything):
        if heading:
            yield title(heading, level=3)
        yield from map(rule_row, candidates)
    for suggestion in step.suggestions:
        yield line(suggestion.text, aside=phrase(suggestion.difference, Meaning.REASON))
    if step.suggestions:
        yield line("(only the router was asked; no view ran)", Meaning.QUIET)


def _details(step: AnyStep) -> Iterator[Line]:
    yield from map(line, step.details)


def _held_back(trace: Trace, step: AnyStep) -> Iterator[Line]:
    """Show below the request which cookies did not come along."""
    if isinstance(step, RequestStep):
        for news in trace.cookies:
            if isinstance(news, CookieHeldBack):
                yield line(news.text)


def _headers(trace: Trace, step: ResponseStep, detail: StepDetail) -> Iterator[Block]:
    """Show the headers, and below each Set-Cookie what its client made of it, where that is worth a line."""
    maker = response_maker(trace)
    news = [each for each in trace.cookies if isinstance(each, CookieSet)]
    most = detail.headers
    quiet = () if most is None else (_COUNTED, _TYPE) if detail.stock else (_COUNTED,)
    headers = [it for it in step.headers if it.name.lower() not in quiet]
    for header in headers[:most]:
        yield HeaderRow(
            name=header.name,
            value=cut(header.shown_value, _HEADER_CHARACTERS),
            reason=header.reason(maker),
        )
        if header.name.lower() == "set-cookie":
            for each in (each for each in news if each.header == header.value and each.telling):
                yield Details(blocks=(line(each.text),))
                news = [other for other in news if other is not each]
    if most is not None and len(headers) > most:
        yield line(f"... and {count(len(headers) - most, 'more header')}")


def _source(step: ViewStep) -> CodeFrame:
    lines = step.source if len(step.source) <= _SOURCE_LINES else (*step.source[:_SOURCE_LINES], "...")
    return CodeFrame(lines=unindented(lines), language="python")
