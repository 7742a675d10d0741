"""What lessons say and ask, as rich renderables: pages, tasks, what is missing, what became of an edit.

It never prints, and everything that came from a lesson or a view is text to it, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.predict import PredictTask, lettered_choices
from routelab.lessons.tasks.try_ import TryTask
from routelab.repl.rich_prose import block_view, prose
from routelab.screen.lines import Beside, one_line
from routelab.screen.looks import LABEL, QUIET, TITLE
from routelab.session.reply import AuthorSays, Checked, NotYet, PageShown, TaskShown

if TYPE_CHECKING:
    from routelab.lessons.tasks.edit import CheckResult

_PASSED, _FAILED = ("  ok  ", "green"), ("  no  ", "bold red")


def lesson_parts(item: AuthorSays | PageShown | TaskShown | NotYet | Checked) -> Iterator[RenderableType]:
    """Show one thing of a lesson."""
    match item:
        case AuthorSays(text=text, label=label):
            yield prose(text, before=f"{label}: " if label else "")
        case PageShown():
            yield from _page(item)
        case TaskShown():
            yield from _task(item)
        case NotYet():
            yield from _not_yet(item)
        case Checked():
            yield from _checked(item)
        case _:
            assert_never(item)


def _page(item: PageShown) -> Iterator[RenderableType]:
    yield Text()
    yield Beside(
        Text.assemble((item.page.title, TITLE), (f"   {item.lesson.title}", QUIET)),
        one_line(f"page {item.number} of {item.total}{', optional' if item.optional else ''}", QUIET),
    )
    for block in item.page.blocks:
        yield Text()
        yield block_view(block)
    yield Text()


def _task(item: TaskShown) -> Iterator[RenderableType]:
    from routelab.lessons.tasks.edit import checked_requests
    from routelab.lessons.words import sent_first

    task = item.task
    match task:
        case TryTask():
            yield prose(task.brief.ask, before="Your turn. ", look="bold yellow")
        case PredictTask():
            yield Text.assemble(("Request  ", LABEL), one_line(task.request.typed), overflow="fold")
            if task.brief.before:
                yield one_line(f"         {sent_first(task.brief.before)}", QUIET)
            yield prose(task.brief.ask, look="bold yellow")
            yield Choices(tuple(f"{letter}) {label}" for letter, label in lettered_choices(task)))
        case EditTask():
            yield prose(task.brief.ask, before="Your turn. ", look="bold yellow")
            for request, first in checked_requests(task):
                yield Padding(Beside(one_line(request, LABEL), one_line(first, QUIET)), (0, 0, 0, 4))
            yield Beside(one_line(f"Your file: {item.file}"), Text("edit opens it", QUIET))
            yield Beside(
                Text("It is checked whenever it is saved."), one_line(f"last check: {item.last_check}", QUIET)
            )
        case _:
            assert_never(task)


class Choices:
    """The choices of a question on one line, or each on its own where they do not fit."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self._choices = choices

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        together = one_line("   ".join(self._choices))
        if together.cell_len <= options.max_width:
            yield together
        else:
            yield from map(one_line, self._choices)


def _not_yet(item: NotYet) -> Iterator[RenderableType]:
    from routelab.lessons.words import actual, expected, reasons

    yield Text("Not yet:", "bold yellow")
    for result in item.results:
        yield Beside(one_line(f"  wanted {expected(result)}"), one_line(actual(result)))
        yield from (Padding(one_line(reason, QUIET), (0, 0, 0, 4)) for reason in reasons(result))


def _checked(item: Checked) -> Iterator[RenderableType]:
    from routelab.lessons.tasks.edit import nothing_to_check, passed_of

    result = item.result
    yield Text()
    yield one_line(item.heading, TITLE)
    if result.no_app is not None:
        yield one_line(nothing_to_check(result.no_app), "bold red")
        return
    told: set[str] = set()
    for check in result.checks:
        yield from _check(check, told)
    if not result.passed:
        yield one_line(passed_of(result))
    if result.mistake is not None:
        yield prose(result.mistake.say, look="yellow")


def _check(check: CheckResult, told: set[str]) -> Iterator[RenderableType]:
    from routelab.lessons.tasks.edit import was_sent_first
    from routelab.lessons.words import actual, expected, untold_reasons

    request = check.check.request.typed
    for each in check.results:
        mark = _PASSED if each.passed else _FAILED
        line = Text.assemble(mark, (f"{request}   ", LABEL), one_line(expected(each)), overflow="fold")
        yield Beside(line, Text() if each.passed else one_line(actual(each)))
        if not each.passed:
            yield from (_indented(one_line(reason, QUIET)) for reason in untold_reasons(each, told))
    if check.passed:
        return
    if (first := was_sent_first(check.check)) is not None:
        yield _indented(one_line(first, QUIET))
    if check.check.because:
        yield _indented(prose(check.check.because))


def _indented(text: Text) -> RenderableType:
    """Put what belongs to a check below its request, right of the mark."""
    return Padding(text, (0, 0, 0, len(_PASSED[0])))
