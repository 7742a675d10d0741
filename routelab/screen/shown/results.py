"""What became of a task, as blocks: what a request lacks, and how an edit was checked.

Sentences about results come from `lessons.words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.lessons.tasks.edit import CheckResult, nothing_to_check, passed_of, was_sent_first
from routelab.lessons.words import actual, expected, reasons, untold_reasons
from routelab.screen.blocks import Block, CheckRow, Gap, Line, Meaning, line, title
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
    yield line("Not yet:", Meaning.TASK)
    for result in item.results:
        yield CheckRow(
            expected=f"wanted {expected(result)}",
            actual=actual(result),
            details=tuple(line(reason, Meaning.REASON) for reason in reasons(result)),
        )


def _checked(item: CheckReport) -> Iterator[Block]:
    result = item.result
    yield Gap()
    yield title(item.heading, level=2)
    if result.no_app is not None:
        yield line(nothing_to_check(result.no_app), Meaning.WRONG)
        return
    told: set[str] = set()
    for check in result.checks:
        yield from _check(check, told)
    if not result.passed:
        yield line(passed_of(result))
    if result.mistake is not None:
        yield Line(text=styled_phrase(result.mistake.say), meaning=Meaning.WARNING)


def _check(check: CheckResult, told: set[str]) -> Iterator[CheckRow]:
    """Show each expectation of a check, and behind the last what is the same for all of them."""
    for each in check.results:
        why = () if each.passed else tuple(untold_reasons(each, told))
        last = each is check.results[-1] and not check.passed
        yield CheckRow(
            expected=expected(each),
            actual="" if each.passed else actual(each),
            request=check.check.request.typed,
            passed=each.passed,
            details=(*(line(reason, Meaning.REASON) for reason in why), *(_because(check) if last else ())),
        )


def _because(check: CheckResult) -> Iterator[Line]:
    if (first := was_sent_first(check.check)) is not None:
        yield line(first, Meaning.QUIET)
    if check.check.because:
        yield Line(text=styled_phrase(check.check.because))
