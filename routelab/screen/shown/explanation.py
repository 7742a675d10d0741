"""The pages of `explain` as blocks: the list of codes, and one page with its app, its trace and its fix.

It shows what was run, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.lessons.explaining import Explained, PageRun
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    CopyLine,
    DiffLines,
    Facts,
    Gap,
    Line,
    Meaning,
    line,
    phrase,
    title,
)
from routelab.screen.filetypes import language_of
from routelab.screen.shown.answer import verdict_line, verdict_meaning
from routelab.screen.shown.lesson import prose_block
from routelab.tracing.phrases import location
from routelab.tracing.trace import Trace

_GROUPS = {
    "R1": "Which rule wins",
    "R2": "How a rule is written",
    "R3": "Loading, and what is in the table",
    "R4": "What a view returns",
    "R5": "What came with a request",
    "R6": "Links and redirects",
    "R7": "Templates and static files",
    "R8": "Errors",
    "R9": "Sessions, hooks, mounting",
}


def list_blocks(titles: Iterable[tuple[str, str]], *, prompt: bool = False) -> Iterator[Block]:
    """Show all codes, in their groups; at a `prompt` the command is typed without its program."""
    known = tuple(titles)
    for group, heading in _GROUPS.items():
        rows = tuple((code, text) for code, text in known if code.startswith(group))
        if rows:
            yield title(heading, level=2)
            yield Facts(rows=rows)
            yield Gap()
    command = "explain CODE" if prompt else "routelab explain CODE"
    yield line(f"{command} shows a page: an app that has it, why, and the way out.", Meaning.QUIET)


def explanation_blocks(explained: Explained, titles: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Show one page."""
    page = explained.explanation
    yield title(f"{page.code}: {page.title}")
    for number, block in enumerate(page.symptom):
        yield from [Gap()] if number else []  # a title has room below it
        yield prose_block(block)
    for name, text in page.app:
        yield Gap()
        yield CodeFrame(lines=tuple(text.splitlines()), file=str(name), language=language_of(str(name)))
    yield Gap()
    yield from _ran(explained.shown, page.request, page.before)
    for block in page.why:
        yield Gap()
        yield prose_block(block)
    yield Gap()
    if explained.diff:
        yield line("The way out:")
        yield DiffLines(lines=explained.diff)
    fixed = explained.fixed.trace
    if fixed is not None and explained.fixed_request is not None:
        then = "Then:" if explained.diff else "The way out:"
        yield line(then)
        yield from _answered(fixed, explained.fixed_request, page.before)
    yield Gap()
    yield line("Read on:")
    yield CopyLine(text=f"  routelab learn {page.lesson}")
    yield CopyLine(text=f"  {page.docs}")
    near = ", ".join(f"{code} ({text})" for code, text in titles if code in page.near)
    yield Line(label="Near to it", text=phrase(near))


def _ran(run: PageRun, request: str | None, before: tuple[str, ...]) -> Iterator[Block]:
    if run.audit is not None:
        yield line("routelab audit says:")
        for placed in run.audit.findings:
            where = location(placed.place)
            said = f"{placed.finding.about.text} {placed.finding.text}"
            yield line(said, aside=phrase(where, Meaning.QUIET))
        yield Gap()
    if run.trace is not None and request is not None:
        yield from _answered(run.trace, request, before)


def _answered(trace: Trace, request: str, before: tuple[str, ...]) -> Iterator[Block]:
    """Show what a request gave, as it was typed, and why."""
    after = f"{request}, after {' and '.join(before)}" if before else request
    yield verdict_line(trace.answer.verdict, verdict_meaning(trace), after, "")
    for hop in trace.redirects:
        yield verdict_line(hop.answer.verdict, verdict_meaning(hop), hop.request.words, "")
    if trace.findings:
        for finding in trace.findings:
            yield line(finding.words)
    elif trace.answer.cause:
        yield line(trace.answer.text)
