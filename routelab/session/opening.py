"""How a lesson is opened: read, with its files and the learner's; and what is asked before it goes on.

It must not know what is typed in a lesson.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from routelab.errors import RoutelabError
from routelab.language import spoken
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import State
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import Page
from routelab.lessons.tasks.kinds import asked_again
from routelab.lessons.tasks.review import Earlier
from routelab.session.course import Course, LessonSummary
from routelab.session.lesson import LessonSession
from routelab.session.lessonfiles import LessonFiles
from routelab.session.mine import with_samples_before
from routelab.session.minefiles import MineFiles, theme_of
from routelab.session.warmup import WarmUp

_QUESTIONS = 3  # as many as a page of review has: a minute or two
_KNOWN = (State.DONE, State.SEEN)


def open_lesson(summary: LessonSummary, course: Course, learner: LearnerEnvironment) -> LessonSession:
    """Open a lesson of a course. Raises a RoutelabError where it cannot be taught."""
    engine = "routelab" if course.bundled and learner.engine == "auto" else learner.engine
    course.code_of(summary.folder, learner.scratch())
    lesson = load_lesson(summary.folder, theme_of(learner), spoken())
    files = LessonFiles(lesson, summary.key, engine, learner, course.code_of)
    stepwise = course.bundled and summary.number == 1
    own = MineFiles(learner, may_seed=bool(with_samples_before(course, summary.number)))
    return LessonSession(lesson, summary, files, own, course, learner, stepwise=stepwise)


def warm_up(lesson: LessonSession) -> WarmUp | None:
    """Return what is asked before a lesson is gone on with; None on the same day, or where nothing can be."""
    last, today = lesson.learner.progress.progress.day, lesson.learner.now().date()
    if last is None or last >= today:
        return None
    questions = tuple(_questions(lesson, today))
    if not questions:
        return None
    page = Page(id="", title="", line=0, blocks=(), task=asked_again(questions))
    return WarmUp(lesson, page, len(questions))


def _questions(lesson: LessonSession, today: date) -> Iterator[Earlier]:
    """Choose pages that the learner has finished, of several lessons, others on each day."""
    progress = lesson.learner.progress.progress
    begun = [each for each in lesson.course.summaries if progress.of(each.key).pages]
    turn = today.toordinal() % len(begun) if begun else 0
    found = 0
    for summary in (*begun[turn:], *begun[:turn]):
        states = progress.of(summary.key).pages
        try:
            read = load_lesson(summary.folder)
        except RoutelabError:  # it is said where that lesson is opened
            continue
        known = [page for page in read.pages if page.again and states.get(page.id) in _KNOWN]
        if known:
            yield Earlier.of(read.folder, read.title, known[today.toordinal() % len(known)])
            found += 1
        if found == _QUESTIONS:
            return
