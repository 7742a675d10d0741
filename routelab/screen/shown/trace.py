"""A trace as blocks: its answer, its steps, its notes and its body, and those of the redirects that followed.

Sentences come from `tracing` and `routing`; which steps are worth a place is chosen in `selection`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from routelab.record import Record
from routelab.routing.outcome import Outcome
from routelab.screen.blocks import (
    Block,
    CopyLine,
    Details,
    Gap,
    HeaderRow,
    Line,
    Meaning,
    StepRow,
    line,
    status_meaning,
    title,
    words_of,
)
from routelab.screen.selection import Collapsed, Selection, select_result, with_redirects
from routelab.screen.shown.answer import answer_blocks, note_lines, verdict_line, verdict_meaning
from routelab.screen.shown.body import body_text, whole_text
from routelab.screen.shown.step import StepDetail, step_row
from routelab.tracing.facts import Note
from routelab.tracing.findings.finding import TraceFinding
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.not_run import Expected, Why
from routelab.tracing.phrases import count, cut, location, without_addresses
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.trace import SentResponse, Trace, escaped_lines, redirect_words
from routelab.tracing.verdict import answer_of, stock_page

_WHOLE = "-v"
_WHOLE_BODY = "-b"
# All of it but the steps' details is to stand on a screen of 24 lines. Apps rarely set more than eight
# headers, and of a body ten lines tell what it is; where code stands above them, both share what is left.
_HEADERS = 8
_HEADERS_BELOW_CODE = 4
_BODY_LINES = 10
_BODY_OF_ROOM = 60
_BELOW_CODE = 7
_BODY_BELOW_CODE = 2
_MOST_NOT_RUN = 3  # of one kind, for one reason


class Showing(Record):
    """How one trace is shown: whose app, its steps, its notes.

    `everything` shows all rules and the whole body, too, and `rules` all rules; `whole` is what people type
    to see that, as "-v", and `whole_body` the body; both are "" on a page, whose readers type nothing.
    `commands` are lines to paste into a shell. `findings` are those mistakes that are told. `roomy`: a step's
    code and headers are shown however many lines stand above them.
    """

    aside: str = ""
    selection: Selection
    notes: tuple[Note, ...]
    everything: bool = False
    rules: bool = False
    whole: str = ""
    whole_body: str = ""
    commands: bool = False
    findings: tuple[TraceFinding, ...] = ()
    roomy: bool = False


def showing(trace: Trace, *, verbose: bool, rules: bool = False, every_step: bool = False) -> Showing:
    """Show a trace as a command does, which names the app and all that was noted."""
    engine = f"{trace.engine.name.capitalize()} {trace.engine.version}".rstrip()
    return Showing(
        aside=f"app {trace.app.target} on {engine}",
        selection=select_result(trace, verbose=verbose or every_step),
        notes=tuple(trace.telling_notes),
        everything=verbose,
        rules=rules or verbose,
        roomy=every_step,
        whole="" if every_step else _WHOLE,
        whole_body="" if every_step else _WHOLE_BODY,
        commands=True,
        findings=findings_of(trace),
    )


def trace_blocks(
    trace: Trace,
    *,
    verbose: bool = False,
    quiet: bool = False,
    rules: bool = False,
    every_step: bool = False,
) -> Iterator[Block]:
    """Show a trace, and those of the redirects that were followed; `quiet` leaves status and headers.

    `every_step` is for a page: it shows each of the steps, with no more of rules than otherwise, and no word
    of what could be typed to see those.
    """

    def show(one: Trace) -> Iterator[Block]:
        if quiet:
            return _response_alone(one)
        return one_trace(one, showing(one, verbose=verbose, rules=rules, every_step=every_step))

    whole = "" if every_step else _WHOLE
    return redirect_blocks(with_redirects(trace, everything=verbose), show, whole=whole)


def body_blocks(trace: Trace) -> Iterator[Block]:
    """Show the body alone, all of it, of the response that came last."""
    response = trace.last_hop.response
    if response is not None and response.body:
        mimetype = response.header("Content-Type") or ""
        yield from (CopyLine(text=text) for text in whole_text(response.body, mimetype).split("\n"))


def redirect_blocks(
    traces: Iterable[Trace | Collapsed], show: Callable[[Trace], Iterator[Block]], *, whole: str
) -> Iterator[Block]:
    """Show the requests of a chain of redirects; `whole` names what shows each of them whole: "-v", or ""."""
    for number, one in enumerate(traces):
        if number:
            yield Gap(heard=True)
        yield from _collapsed(one, whole) if isinstance(one, Collapsed) else show(one)


def _collapsed(collapsed: Collapsed, whole: str) -> Iterator[Block]:
    traces = collapsed.traces
    more = count(len(traces), "more request")
    yield title(f"{more} in between{f'; {whole} shows them whole' if whole else ''}:", level=3)
    told = [(words, len(tuple(alike))) for words, alike in groupby(map(redirect_words, traces))]
    yield Details(blocks=tuple(line(f"{it}  ({times} times)" if times > 1 else it) for it, times in told))


def _is_of_the_first_error(findings: tuple[TraceFinding, ...], trace: Trace) -> bool:
    """Tell whether what was found went wrong first, and not in a handler that was called for it."""
    first = next((number for number, step in enumerate(trace.steps) if isinstance(step, ErrorStep)), None)
    at = findings[0].step if findings else None
    return first is None or at is None or at <= first


def one_trace(trace: Trace, shown: Showing) -> Iterator[Block]:
    """Show one trace, without those of the redirects that were followed."""
    answer, match = answer_of(trace), trace.first(MatchStep)
    yield verdict_line(answer.verdict, verdict_meaning(trace), cut(trace.request.words), shown.aside)
    findings = shown.findings
    yield from answer_blocks(
        answer,
        match,
        all_rules=shown.rules,
        commands=shown.commands,
        findings=findings,
        failed=(trace.response is None or trace.response.status >= 400)
        and _is_of_the_first_error(findings, trace),
    )
    framed = answer.spot is not None and not shown.roomy
    page = None if shown.everything else stock_page(trace)
    headers = None if shown.everything or shown.roomy else _HEADERS_BELOW_CODE if framed else _HEADERS
    detail = StepDetail(rules=shown.rules, headers=headers, stock=page is not None)
    raised: set[str] = set()
    for number, step in shown.selection.steps:
        row = _row_below_answer(trace, number, step, shown, detail)
        row = row.replace(details=tuple(_raised_once(row.details, raised)))
        yield row if shown.everything or not framed else row.replace(code=None)
    yield from _not_run_lines(trace, None if shown.everything else _MOST_NOT_RUN, shown.whole)
    yield from _traceback(trace)
    if shown.everything and trace.exception is not None:
        yield from _traceback_lines(trace.exception.traceback)
    yield from note_lines(shown.notes)
    if trace.response is not None and trace.response.body:
        yield from _body(trace.response, page, shown, framed)
    if findings and shown.commands:
        yield line(f"routelab explain {findings[0].code} tells more.", Meaning.QUIET)
    if not shown.selection.complete:
        steps, total = len(shown.selection.steps), count(shown.selection.total, "step")
        yield from [] if page is not None else [Gap()]
        advice = f"; {shown.whole} shows all" if shown.whole else ""
        yield line(f"{steps} of {total} shown{advice}.", Meaning.QUIET)


def _row_below_answer(
    trace: Trace, number: int, step: AnyStep, shown: Showing, detail: StepDetail
) -> StepRow:
    """Show a step where the answer above has told the cause, and each finding in full."""
    told = isinstance(step, MatchStep) and step.outcome is not Outcome.MATCHED and not shown.rules
    row = step_row(trace, number, step, detail.replace(told=told))
    found = (line(f"({it.code})", Meaning.QUIET) for it in shown.findings if _stands_at(trace, it, step))
    return row.replace(details=(*row.details, *found))


def _body(response: SentResponse, page: str | None, shown: Showing, framed: bool) -> Iterator[Block]:
    if page is not None:
        yield Gap()
        advice = f" ({shown.whole_body} shows it)" if shown.whole_body else ""
        yield line(f"Body: {page}, {count(len(response.body), 'byte')}{advice}.")
        return
    below_code = max(_BODY_BELOW_CODE, _BELOW_CODE - len(response.headers))
    usual = _BODY_OF_ROOM if shown.roomy else below_code if framed else _BODY_LINES
    lines = None if shown.everything else usual
    mimetype = response.header("Content-Type") or ""
    yield body_text(response.body, mimetype, lines=lines, whole=shown.whole_body)


def _not_run_lines(trace: Trace, most: int | None, whole: str) -> Iterator[Block]:
    """Show what did not run and why, but for handlers that a step has named already; at most so many.

    An extension brings a handler for each of its exceptions: of one reason a few stand for the others.
    """
    told = [handler.place for step in trace.each(ErrorStep) for handler in step.unasked]
    met: Counter[tuple[Expected, Why]] = Counter()
    left_out = 0
    for missing in trace.not_run:
        if missing.place in told:
            continue
        met[missing.expected, missing.why] += 1
        if most is not None and met[missing.expected, missing.why] > most:
            left_out += 1
            continue
        where = location(missing.place)
        yield line(f"{missing.text} ({where})" if where else missing.text, Meaning.REASON)
    if left_out:
        advice = f"; {whole} names them" if whole else ""
        yield line(f"{left_out} more did not run, for the same reasons{advice}.", Meaning.REASON)


def step_rows(trace: Trace, selection: Selection) -> tuple[StepRow, ...]:
    """Show the chosen steps alone, as when they are played."""
    findings = findings_of(trace)
    rows: list[StepRow] = []
    for number, step in selection.steps:
        row = step_row(trace, number, step)
        found = tuple(line(it.words) for it in findings if _stands_at(trace, it, step))
        rows.append(row.replace(details=(*row.details, *found)))
    return tuple(rows)


def _raised_once(details: Iterable[Block], raised: set[str]) -> Iterator[Block]:
    """Leave out that an exception was raised where a step above says so in the same words."""
    for block in details:
        words = words_of(block.text) if isinstance(block, Line) else ""
        if words not in raised:
            yield block
        if words.startswith("raised "):
            raised.add(words)


def _stands_at(trace: Trace, finding: TraceFinding, step: AnyStep) -> bool:
    return finding.step is not None and trace.steps[finding.step] is step


def _traceback(trace: Trace) -> Iterator[Block]:
    """Show by which lines of the app's own an exception came, where the answer alone does not tell."""
    for text in escaped_lines(trace):
        below = text.removeprefix("  ")
        yield line(text) if below == text else Details(blocks=(line(below),))


def _traceback_lines(text: str) -> Iterator[Block]:
    heading, *lines = without_addresses(text).splitlines() or [""]
    if lines:
        yield line(heading)
        yield Details(blocks=tuple(map(line, lines)))


def _response_alone(trace: Trace) -> Iterator[Block]:
    response = trace.response
    if response is None:
        yield line("no response", Meaning.SERVER_ERROR)
        return
    yield line(f"{response.status} {response.reason_phrase}", status_meaning(response.status))
    yield from (HeaderRow(name=name, value=value) for name, value in response.headers)
