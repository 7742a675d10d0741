"""The answer of a trace, or of the router alone, as blocks: verdict, cause, place, way out.

What they say is the business of `tracing.answers`; it stands before the steps on every screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.routing.candidate import Verdict
from routelab.routing.outcome import Outcome
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    CopyLine,
    Fragment,
    Gap,
    Line,
    Mark,
    Meaning,
    PathAndRule,
    Phrase,
    RuleRow,
    Title,
    line,
    phrase,
    status_meaning,
)
from routelab.screen.filetypes import language_of
from routelab.tracing.answers.answer import Answer, Comparison, Way
from routelab.tracing.answers.spots import Spot
from routelab.tracing.facts import Note
from routelab.tracing.findings.finding import TraceFinding
from routelab.tracing.findings.kinds import NOT_THE_CAUSE
from routelab.tracing.phrases import location, segment_words
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.trace import Trace

_CODE = 70  # characters of a line of code, which stands beside its number
_OTHERS = 2  # rules beside the nearest one
_VERDICTS = {
    Verdict.MATCH: Meaning.MATCH,
    Verdict.SHADOWED: Meaning.SHADOWED,
    Verdict.ALMOST: Meaning.ALMOST,
    Verdict.NO: Meaning.NO,
}


def note_lines(notes: Iterable[Note]) -> Iterator[Block]:
    """Show what was noted of an app, a note a line."""
    for note in notes:
        yield line(f"Note: {note.text}")


def verdict_line(verdict: str, meaning: Meaning, request: str, aside: str) -> Title:
    """Make the first line: what came out, of which request, and in the end of which app."""
    said: Phrase = (Fragment(text=verdict, meaning=meaning), *phrase(f"   {request}"))
    return Title(text=said, aside=phrase(aside, Meaning.FAINT))


def verdict_meaning(trace: Trace) -> Meaning:
    """Return what the verdict of a trace is, by the class of its status."""
    return Meaning.SERVER_ERROR if trace.response is None else status_meaning(trace.response.status)


def answer_blocks(
    answer: Answer,
    match: MatchStep | None,
    *,
    all_rules: bool,
    commands: bool,
    findings: tuple[TraceFinding, ...] = (),
    failed: bool = False,
) -> Iterator[Block]:
    """Show cause, place and way out; `all_rules` stand elsewhere, and `commands` are for the command line.

    Of a request that `failed` in the app the first of the `findings` is the cause, and replaces the sentence
    that says the same with less, unless it is none. What a finding says is not said twice.
    """
    matched = match is not None and match.outcome is Outcome.MATCHED
    instead = failed and matched and bool(findings) and findings[0].code not in NOT_THE_CAUSE
    yield from map(line, _causes(answer.cause, findings, instead=instead))
    if answer.cause or findings:
        yield Gap()
    yield from place_blocks(answer)
    others = [] if all_rules or match is None else list(_others(answer, match))
    if others:
        yield from others
        if answer.spot is None or not answer.ways:  # where code is shown, room is dear
            yield Gap()
    if answer.ways:
        for way in answer.ways:
            yield from _way(way, commands=commands and way is answer.ways[0])
        yield Gap()


def causes_of(trace: Trace) -> list[str]:
    """Say why an app does not load: what was raised, and what the findings know of it."""
    return _causes(trace.answer.cause, trace.findings, instead=False)


def _causes(cause: tuple[str, ...], findings: tuple[TraceFinding, ...], *, instead: bool) -> list[str]:
    """Say the cause and what was found, which may stand `instead` of the first sentence of the cause."""
    told = " ".join(finding.text for finding in findings)
    left = [it for it in cause[1 if instead else 0 :] if it.rstrip(".") not in told]
    found = [finding.words for finding in findings]
    if instead:
        found[0] = " ".join((found[0], *left))
    elif left:
        found.insert(0, " ".join(left))
    return found


def place_blocks(answer: Answer) -> Iterator[Block]:
    """Show the place that decided, where there is one: path and rule, or lines of code."""
    if answer.comparison is not None:
        yield _parting(answer.comparison)
    if answer.spot is not None:
        yield _frame(answer.spot)
    if answer.comparison is not None or answer.spot is not None:
        yield Gap()


def rule_row(placed: PlacedCandidate) -> RuleRow:
    """Show a rule that was held against a request, and how it fared."""
    candidate = placed.candidate
    return RuleRow(
        rule=candidate.rule,
        said=candidate.text,
        verdict=Fragment(text=candidate.verdict.value, meaning=_VERDICTS[candidate.verdict]),
        view=candidate.endpoint,
        where=location(placed.place),
    )


def _parting(compared: Comparison) -> PathAndRule:
    return PathAndRule(
        path=tuple(map(segment_words, compared.path)),
        rule=tuple(map(segment_words, compared.rule)),
        decides=compared.decides,
        view=compared.endpoint,
        where=location(compared.place),
    )


def _frame(spot: Spot) -> CodeFrame:
    indent = min((len(it) - len(it.lstrip()) for it in spot.lines if it.strip()), default=0)
    lines = [it[indent:] for it in spot.lines]
    start, end = max(0, spot.start - indent), max(0, spot.end - indent)
    at = spot.line - spot.first
    if len(lines[at]) > _CODE and end > _CODE:  # a long line is shown around what decides
        skipped = min(start, max(0, end - _CODE + 3)) if end - start < _CODE - 3 else start
        lines[at] = f"...{lines[at][skipped:]}"
        start, end = start - skipped + 3, end - skipped + 3
    return CodeFrame(
        lines=tuple(it if len(it) <= _CODE + 3 else f"{it[:_CODE]}..." for it in lines),
        file=spot.file,
        first=spot.first,
        language=language_of(spot.file),
        mark=Mark(line=spot.line, start=start, end=min(end, _CODE)),
    )


def _others(answer: Answer, match: MatchStep) -> Iterator[Block]:
    """Show a few more rules that came near, or would have fitted; the nearest is in the cause."""
    if match.endpoint is not None:
        return
    shown = 0
    for heading, candidates in match.groups(everything=False):
        for placed in candidates:
            if placed == answer.nearest or shown == (_OTHERS if answer.spot is None else 1):
                continue
            if answer.nearest is not None and placed.place.file is None:  # Flask's own, which nobody wrote
                continue
            if heading and not shown:
                yield line(heading)
            shown += 1
            yield rule_row(placed)


def _way(way: Way, *, commands: bool) -> Iterator[Block]:
    yield Line(
        label="Would match",
        text=(*phrase(way.request, Meaning.REQUEST), *phrase(f"  ->  {way.endpoint}")),
        aside=phrase(way.difference, Meaning.REASON),
    )
    if commands:
        yield CopyLine(text=f"  {way.command}")
