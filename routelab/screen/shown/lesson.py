"""What lessons say and ask, as blocks: pages, tasks, what a request lacks, what became of an edit.

It knows the lesson's records without Markdown; sentences about results come from `lessons.words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.lessons.prose import Block as ProseBlock
from routelab.lessons.prose import Code, ItemList, Paragraph, Style, Table, Text
from routelab.lessons.tasks.edit import (
    CheckResult,
    EditTask,
    checked_requests,
    nothing_to_check,
    passed_of,
    was_sent_first,
)
from routelab.lessons.tasks.predict import PredictTask, lettered_choices
from routelab.lessons.tasks.try_ import TryTask
from routelab.lessons.words import actual, expected, reasons, sent_first, untold_reasons
from routelab.screen.blocks import (
    Block,
    Bullets,
    CheckRow,
    ChoiceQuestion,
    CodeFrame,
    Column,
    Fragment,
    Gap,
    Grid,
    Line,
    Meaning,
    PageHead,
    Phrase,
    RequestRows,
    Title,
    line,
    phrase,
)
from routelab.session.reply import CheckReport, LessonText, NotYet, PageShown, TaskShown

_STYLES = {
    Style.PLAIN: Meaning.TEXT,
    Style.CODE: Meaning.CODE,
    Style.EMPHASIS: Meaning.EMPHASIS,
    Style.STRONG: Meaning.STRONG,
    Style.LINK: Meaning.LINK,
}
_TURN = "Your turn"


def lesson_blocks(item: LessonText | PageShown | TaskShown | NotYet | CheckReport) -> Iterator[Block]:
    """Show one thing of a lesson."""
    match item:
        case LessonText(text=text, label=label):
            yield Line(text=_phrase(text), label=label)
        case PageShown():
            yield from _page(item)
        case TaskShown():
            yield from _task(item)
        case NotYet(results=results):
            yield line("Not yet:", Meaning.TASK)
            for result in results:
                yield CheckRow(
                    expected=f"wanted {expected(result)}",
                    actual=actual(result),
                    details=tuple(line(reason, Meaning.REASON) for reason in reasons(result)),
                )
        case CheckReport():
            yield from _checked(item)
        case _:
            assert_never(item)


def _phrase(text: Text) -> Phrase:
    return tuple(Fragment(text=span.text, meaning=_STYLES[span.style], url=span.url) for span in text)


def _page(item: PageShown) -> Iterator[Block]:
    yield Gap(heard=True)
    yield PageHead(
        lesson=item.lesson.title,
        title=item.page.title,
        number=item.number,
        total=item.total,
        optional=item.optional,
    )
    for block in item.page.blocks:
        yield Gap()
        yield _prose(block)
    yield Gap()


def _prose(block: ProseBlock) -> Block:
    match block:
        case Paragraph(text=text):
            return Line(text=_phrase(text))
        case ItemList(items=items, numbered=numbered):
            return Bullets(items=tuple(map(_phrase, items)), numbered=numbered)
        case Table(header=header, rows=rows):
            return Grid(
                columns=tuple(Column(head=_phrase(cell)) for cell in header),
                rows=tuple(tuple(map(_phrase, row)) for row in rows),
            )
        case Code(text=text, language=language, source=source):
            lines = tuple(text.splitlines())
            if source is None:
                return CodeFrame(lines=lines, language=language)
            return CodeFrame(lines=lines, file=str(source.file), first=source.first_line, language=language)
    assert_never(block)


def _task(item: TaskShown) -> Iterator[Block]:
    task = item.task
    ask = _phrase(task.brief.ask)
    match task:
        case TryTask():
            yield Line(text=ask, label=_TURN, meaning=Meaning.TASK)
        case PredictTask():
            yield ChoiceQuestion(
                request=task.request.typed,
                after=sent_first(task.brief.before),
                ask=ask,
                choices=tuple(lettered_choices(task)),
            )
        case EditTask():
            yield Line(text=ask, label=_TURN, meaning=Meaning.TASK)
            yield RequestRows(title="These requests are sent", rows=checked_requests(task))
            yield line(f"Your file: {item.file}", aside=phrase("edit opens it", Meaning.QUIET))
            last = phrase(f"last check: {item.last_check}", Meaning.QUIET)
            yield line("It is checked whenever it is saved.", aside=last)
        case _:
            assert_never(task)


def _checked(item: CheckReport) -> Iterator[Block]:
    result = item.result
    yield Gap()
    yield Title(text=item.heading, level=2)
    if result.no_app is not None:
        yield line(nothing_to_check(result.no_app), Meaning.WRONG)
        return
    told: set[str] = set()
    for check in result.checks:
        yield from _check(check, told)
    if not result.passed:
        yield line(passed_of(result))
    if result.mistake is not None:
        yield Line(text=_phrase(result.mistake.say), meaning=Meaning.WARNING)


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
        yield Line(text=_phrase(check.check.because))
