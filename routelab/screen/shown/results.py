"""What became of a task, as blocks: what a request lacks, and how an edit was checked.

Sentences about results come from `lessons.words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from routelab.errors import SeveralApps
from routelab.language import say
from routelab.lessons.mine.judging import MineResult, Quantity
from routelab.lessons.mine.project import LEAST
from routelab.lessons.prose import marked, plain
from routelab.lessons.tasks.answer import NotYet
from routelab.lessons.tasks.checks import (
    CheckResult,
    EditResult,
    asking_of,
    nothing_to_check,
    passed_of,
    was_sent_first,
)
from routelab.lessons.told import differences, not_yet, one_of_many, telling
from routelab.lessons.words import reasons, untold_reasons
from routelab.screen.blocks import Block, CheckRow, CodeFrame, Gap, Line, Meaning, Phrase, line, phrase, title
from routelab.screen.shown.answer import causes_of, place_blocks
from routelab.screen.shown.lesson import styled_phrase
from routelab.session.reply import KEEP_ONE, SKIP, CheckReport, SurveyShown
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.spots import Spot
from routelab.tracing.facts import Note
from routelab.tracing.phrases import count
from routelab.tracing.trace import Trace

# Notes of what nobody means to write; others tell of what an app has.
_SLIPS = ("decorator_without_at", "decorator_without_parentheses", "file_shadows_library")


def result_blocks(item: NotYet | CheckReport | SurveyShown) -> Iterator[Block]:
    """Show what became of a task."""
    match item:
        case NotYet():
            yield from _not_yet(item)
        case CheckReport():
            yield from _checked(item)
        case SurveyShown():
            yield from _surveyed(item)
        case _:
            assert_never(item)


def _not_yet(item: NotYet) -> Iterator[Block]:
    text = not_yet(item.trace.request.words, item.trace, item.results)
    yield Line(label=say("Not yet"), text=_sentence(text), meaning=Meaning.TASK)
    yield from (line(text) for text in differences(item.results))


def _checked(item: CheckReport) -> Iterator[Block]:
    """Show first, and alone, what keeps all else from passing: a failure to load, a foreseen mistake."""
    result = item.result
    yield Gap()
    yield title(item.heading, level=2)
    if result.no_app is not None:
        yield line(nothing_to_check(result.no_app, item.reset_helps), Meaning.WRONG)
        return
    broken = result.broken
    first = broken or result.mistaken
    if result.mistake is not None:
        yield Line(text=styled_phrase(result.mistake.say), meaning=Meaning.WARNING)
    elif broken is not None:
        yield from (line(text, Meaning.WRONG) for text in causes_of(broken))
    if first is not None:
        decided = first.answer
        placed = _placed(decided, result.written)
        if placed is not decided or not _is_elsewhere(first, item):
            yield from place_blocks(placed)
    if first is None or not item.news:
        told = set(_reasons_of(result))
        for check in result.checks:
            yield _check(check, told, loads=broken is None)
    yield from _slips(note for check in result.checks for note in check.trace.notes)
    if not result.passed:
        yield line(passed_of(result))


def _reasons_of(result: EditResult) -> Iterator[str]:
    """Give the reasons of the checks that ask what shows the foreseen mistake, whose own words tell them."""
    if result.mistake is None:
        return
    for check in result.checks:
        if asking_of(check.check) == asking_of(result.mistake):
            yield from (why for each in check.results for why in reasons(each, check.trace))


def _placed(answer: Answer, written: tuple[Spot, ...]) -> Answer:
    """Let an answer show what a foreseen mistake is known by: in the line that decided, or its one place."""
    spot = answer.spot
    for each in written:
        if spot is not None and (spot.file, spot.line) == (each.file, each.line):
            return answer.replace(spot=spot.replace(start=each.start, end=each.end))
    return answer.replace(spot=written[0], comparison=None) if len(written) == 1 else answer


def _is_elsewhere(trace: Trace, item: CheckReport) -> bool:
    """Tell whether nothing failed, and the lines to show are of no file that was saved or has the mistake."""
    response, spot = trace.last_hop.response, trace.answer.spot
    if response is None or response.status >= 400 or spot is None:
        return False
    mistake = item.result.mistake
    edited = item.news.saved or (() if mistake is None else (str(mistake.file),))
    return bool(edited) and spot.file not in edited


def _slips(notes: Iterable[Note]) -> Iterator[Block]:
    """Show once what was noted of the app that is a slip, whether or not something failed by it."""
    slips = dict.fromkeys(note for note in notes if note.code in _SLIPS)
    yield from (line(f"{note.text}.", Meaning.WARNING) for note in slips)


def _surveyed(item: SurveyShown) -> Iterator[Block]:
    """Show first, and alone, why there is no app to look at; else each thing that was looked for."""
    result = item.result
    yield Gap()
    yield title(item.heading, level=2)
    if result.no_app is not None:
        yield line(f"There is nothing to look at yet: {result.no_app}.", Meaning.WRONG)
        if isinstance(result.problem, SeveralApps):
            yield line(KEEP_ONE)
            return
        yield line(f"The least that is needed, in {item.file}:")
        yield CodeFrame(lines=LEAST, language="python")
        yield line(item.ways_on)
        return
    if result.broken is not None:
        yield from (line(text, Meaning.WRONG) for text in causes_of(result.broken))
        yield from place_blocks(result.broken.answer)
        yield line(f"Nothing else can be looked at until the app loads; {SKIP}")
        return
    absent = False
    told: set[str] = set()
    for each in result.checks:
        # What is asked of each thing comes after there is one.
        follows = each.check.quantity is Quantity.EVERY
        yield _still_to_come(each) if absent and each.absent and follows else _found(each, told)
        absent = absent or each.absent
    yield from _slips(result.notes)
    passed = sum(each.passed for each in result.checks)
    if not result.passed:
        yield line(f"{passed} of {count(len(result.checks), 'thing')} found.")


def _still_to_come(each: MineResult) -> CheckRow:
    """Show a thing that is asked of what is not there at all, which was told already."""
    return CheckRow(said=_sentence(f"{plain(each.check.wants)}: there is nothing to ask yet"), passed=False)


def _found(each: MineResult, told: set[str]) -> CheckRow:
    """Show one thing: that it is there or, where it is not, what was found and what is next.

    One reason is not told twice.
    """
    if each.passed:
        return CheckRow(said=_sentence(f"{plain(each.check.wants)}: {each.found}"), passed=True)
    reasons = [line(it, Meaning.REASON) for it in dict.fromkeys(each.reasons) if it not in told]
    told.update(each.reasons)
    way_out = () if each.elsewhere else (Line(text=styled_phrase(each.check.say)),)
    return CheckRow(said=_sentence(each.found), passed=False, details=(*reasons, *way_out))


def _check(check: CheckResult, told: set[str], *, loads: bool) -> CheckRow:
    """Show a check; one reason is not told twice."""
    request = check.check.request.typed
    if check.passed:
        return CheckRow(said=phrase(request), passed=True)
    if not loads:
        return CheckRow(said=phrase(request), passed=False)
    failed = telling(check.results)
    why = (*differences(failed), *(it for each in failed for it in untold_reasons(each, check.trace, told)))
    return CheckRow(
        said=_sentence(one_of_many(request, check.trace, check.results)),
        passed=False,
        details=(*(line(it, Meaning.REASON) for it in dict.fromkeys(why)), *_because(check)),
    )


def _because(check: CheckResult) -> Iterator[Line]:
    if (first := was_sent_first(check.check)) is not None:
        yield line(first, Meaning.QUIET)
    if check.check.because:
        yield Line(text=styled_phrase(check.check.because))


def _sentence(text: str) -> Phrase:
    return styled_phrase(marked(text))
