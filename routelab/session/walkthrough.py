"""A lesson from its first page to its last with the answer to each task, for who reads it without a prompt.

It lets a lesson answer itself, as a learner who gives up on each page would be answered. It must not know how
anything looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from routelab.lessons.records import Lesson
from routelab.lessons.tasks.answer import AuthorText, Sentence, ToCopy
from routelab.lessons.tasks.asking import GivenAway, TriedOut
from routelab.lessons.tasks.running import send_afresh
from routelab.session.lesson import LessonSession
from routelab.session.reply import (
    Item,
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
            told = told._replace(answer=tuple(_answer(place)))
        yield told


def _answer(place: LessonSession) -> Iterator[Item]:
    for part in () if place.task is None else place.task.told():
        match part:
            case GivenAway():
                items = place.solution(edited=False).items
                # What is said aside is about the learner's prompt: that nothing is saved, for example.
                yield from (
                    it for it in items if not (isinstance(it, Message) and it.kind is MessageKind.ASIDE)
                )
            case Sentence(text=text):
                yield Message(text=text)
            case TriedOut():
                trace = send_afresh(
                    place.lesson_app(part.files or place.page.files), part.before, part.request
                )
                yield TraceShown(trace=trace, show=place.lesson.show)
            case ToCopy():
                yield part
            case AuthorText():
                yield from [part] if part.text else []
            case _:
                assert_never(part)
