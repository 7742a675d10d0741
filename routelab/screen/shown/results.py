"""What became of a task, as blocks: what a request lacks, and how an edit was checked.

Sentences about results come from `lessons.words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.lessons.tasks.edit import CheckResult, nothing_to_check, passed_of, was_sent_first
from routelab.lessons.told import differences, not_yet
from routelab.lessons.words import untold_reasons
from routelab.screen.blocks import Block, CheckRow, Gap, Line, Meaning, line, phrase, title
from routelab.screen.shown.answer import place_blocks
from routelab.screen.shown.lesson import styled_phrase
from routelab.session.reply import CheckReport, NotYet


def result_blocks(item: NotYet | CheckReport) -> Iterator[Block]:
    """Show what became of a task."""
    match item:
        case NotYet():
            yield from _not_yet(item)
        case CheckReport():
            yield from _checked(item)
        case _:
            assert_never(item)


def _not_yet(item: NotYet) -> Iterator[Block]:
    text = not_yet(item.trace.request.words, item.trace, item.results)
    yield Line(label="Not yet", text=phrase(text), meaning=Meaning.TASK)
    yield from (line(text) for text in differences(item.results))


def _checked(item: CheckReport) -> Iterator[Block]:
    """Show first, and alone, what keeps all else from passing: a failure to load, a foreseen mistake."""
    result = item.result
    yield Gap()
    yield title(item.heading, level=2)
    if result.no_app is not None:
        yield line(nothing_to_check(result.no_app), Meaning.WRONG)
        return
    broken = result.broken
    first = broken or result.mistaken
    if result.mistake is not None:
        yield Line(text=styled_phrase(result.mistake.say), meaning=Meaning.WARNING)
    elif broken is not None:
        yield line(broken.answer.text, Meaning.WRONG)
    if first is not None:
        yield from place_blocks(first.answer)
    if first is None or not item.news:
        told: set[str] = set()
        for check in result.checks:
            yield _check(check, told, loads=broken is None)
    if not result.passed:
        yield line(passed_of(result))


def _check(check: CheckResult, told: set[str], *, loads: bool) -> CheckRow:
    """Show a check; one reason is not told twice."""
    request = check.check.request.typed
    if check.passed:
        return CheckRow(said=request, passed=True)
    if not loads:
        return CheckRow(said=request, passed=False)
    failed = [each for each in check.results if not each.passed]
    why = (*differences(failed), *(it for each in failed for it in untold_reasons(each, told)))
    return CheckRow(
        said=not_yet(request, check.trace, failed),
        passed=False,
        details=(*(line(it, Meaning.REASON) for it in dict.fromkeys(why)), *_because(check)),
    )


def _because(check: CheckResult) -> Iterator[Line]:
    if (first := was_sent_first(check.check)) is not None:
        yield line(first, Meaning.QUIET)
    if check.check.because:
        yield Line(text=styled_phrase(check.check.because))
