"""A lesson from its first page to its last with the answer to each task, for who reads it without a prompt.

It lets a lesson answer itself, as a learner who gives up on each page would be answered. It must not know how
anything looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from routelab.lessons.files import Files
from routelab.lessons.prose import Text
from routelab.lessons.records import Lesson
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.running import send_afresh
from routelab.lessons.tasks.try_ import TryTask
from routelab.session.lesson import LessonSession
from routelab.session.reply import (
    Item,
    LessonText,
    LineToCopy,
    Message,
    MessageKind,
    PageShown,
    TaskShown,
    TraceShown,
)


class PageTold(NamedTuple):
    """A page with its task, and the answer; () where the page asks nothing."""

    page: PageShown
    task: tuple[TaskShown, ...]
    answer: tuple[Item, ...] = ()


def pages_of(lesson: Lesson) -> Iterator[PageTold]:
    """Tell the pages without their answers: nothing is run."""
    for number, page in enumerate(lesson.pages, start=1):
        shown = PageShown(lesson=lesson, page=page, number=number, total=len(lesson.pages))
        yield PageTold(page=shown, task=() if page.task is None else (TaskShown(task=page.task),))


def walk_through(place: LessonSession) -> Iterator[PageTold]:
    """Tell the pages with their answers; the learner's copy is the starter, and stays it."""
    for told in pages_of(place.lesson):
        if told.task:
            place.go_to(told.page.number)
            told = told._replace(answer=tuple(it for it in _answer(place) if not _is_aside(it)))
        yield told


def _answer(place: LessonSession) -> Iterator[Item]:
    match place.task:
        case TryTask(example=example, brief=brief):
            yield Message(text="For example:" if len(example) == 1 else "For example, one after the other:")
            yield from (LineToCopy(text=request.typed) for request in example)
            yield _sent(place, place.page.files, (*brief.before, *example[:-1]), example[-1])
            yield from _text(brief.after)
        case PredictTask(choices=choices):
            yield from place.solution().items
            yield from (LessonText(text=it.say, label=f"Not {it.label}, because") for it in choices if it.say)
        case EditTask(checks=checks, mistakes=mistakes, brief=brief):
            yield from place.solution().items
            yield Message(text=f"With that, {checks[0].request.typed} gives:")
            yield _sent(place, Files.SOLUTION, checks[0].before, checks[0].request)
            yield from (LessonText(text=it.say, label="A mistake that is easily made") for it in mistakes)
            yield from _text(brief.after)
        case None:
            return
        case other:
            assert_never(other)


def _sent(
    place: LessonSession, files: Files, before: tuple[TypedRequest, ...], request: TypedRequest
) -> TraceShown:
    trace = send_afresh(place.lesson_app(files), before, request)
    return TraceShown(trace=trace, show=place.lesson.show)


def _text(text: Text) -> Iterator[LessonText]:
    if text:
        yield LessonText(text=text)


def _is_aside(item: Item) -> bool:
    """Tell whether something is about the learner's prompt: that nothing is saved, for example."""
    return isinstance(item, Message) and item.kind is MessageKind.ASIDE
