"""`routelab handout`: a lesson's pages with their traces, as one file to read and to print.

It reads options and finds the lesson; the session tells its pages, and the screen writes them.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence

from routelab.commands.learn import add_trust_option, course_of, make_sure
from routelab.commands.learning import learner_environment
from routelab.commands.options import add_engine_option
from routelab.commands.output import without_output, write_file
from routelab.commands.parser import Parser
from routelab.commands.trusting import kept_settings
from routelab.errors import RoutelabError, UsageError
from routelab.lessons.findings import TEACHER_FILE
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import Lesson
from routelab.lessons.teaching import load_notes
from routelab.process.worker import ending_at_ctrl_c
from routelab.screen.blocks import Block, Line
from routelab.screen.html.handout import HandoutPage, handout
from routelab.screen.shown.handout import handout_blocks, teacher_blocks
from routelab.screen.shown.lesson import styled_phrase
from routelab.session.course import Course, LessonSummary, NoSuchLesson
from routelab.session.demo.catalog import noted_demo
from routelab.session.lesson import LessonSession
from routelab.session.session import Session
from routelab.session.walkthrough import PageTold, pages_of, walk_through
from routelab.workers import WORKERS

_USAGE = "LESSON [-o FILE] [--no-answers] [--teacher]"
_DESCRIPTION = """\
Write a lesson as one page of HTML, to read and to print: its pages, and folded
below each task the answer, with its trace played step by step.

  routelab handout 2 -o dynamic-segments.html
  routelab handout 2 --no-answers -o to-fill-in.html
  routelab handout my-lesson/ -o mine.html
  routelab handout 2 --teacher -o for-me.html      with the teacher's notes
"""


def main(arguments: Sequence[str]) -> int:
    """Write the handout."""
    options = _parser().parse_args(arguments)
    course, which = course_of(options.lesson)
    summary = _summary(course, which, options.lesson)
    with ending_at_ctrl_c(), learner_environment(guest=True, engine=options.engine) as learner:
        if options.answers:
            WORKERS.warm = True  # each page's app is loaded anew
            if not course.bundled:
                folders = (summary.folder,)
                course = make_sure(course, kept_settings(), yes=options.yes, folders=folders)
            session = Session(course, learner)
            session.opening(str(summary.number))
            assert isinstance(session.place, LessonSession)
            lesson, told = session.place.lesson, tuple(walk_through(session.place))
        else:
            lesson = load_lesson(summary.folder)
            told = tuple(pages_of(lesson))
    goal = (Line(text=styled_phrase(lesson.goal)),)
    command = shlex.join(("routelab", "handout", *without_output(arguments)))
    notes = tuple(_notes(lesson)) if options.teacher else ()
    text = handout(lesson.title, goal, _pages(told), command=command, notes=notes)
    if options.output is None:
        sys.stdout.buffer.write(text.encode())
    else:
        write_file(options.output, text.encode())
    return 0


def _summary(course: Course, which: str | None, typed: str) -> LessonSummary:
    if which is None:
        lessons = len(course.summaries)
        raise UsageError(f"{typed!r} has {lessons} lessons; a handout is of one: name its folder")
    summary = course.find(which.partition("/")[0])
    if summary is None:
        raise NoSuchLesson(which, course)
    return summary


def _notes(lesson: Lesson) -> Iterable[Block]:
    notes = load_notes(lesson)
    if notes is None:
        raise RoutelabError(
            f"{lesson.name} has no {TEACHER_FILE}, so there are no notes; "
            "docs/lessons.md says what belongs in it"
        )
    return teacher_blocks(lesson, notes, [noted_demo(lesson, name)[0] for name in notes.demos])


def _pages(told: Iterable[PageTold]) -> Iterable[HandoutPage]:
    for page in told:
        yield HandoutPage(
            title=page.page.page.title,
            blocks=tuple(handout_blocks((page.page, *page.task))),
            answer=tuple(handout_blocks(page.answer)),
        )


def _parser() -> Parser:
    parser = Parser("handout", _USAGE, _DESCRIPTION)
    parser.add_argument(
        "lesson", metavar="LESSON", help="a number, a name, or the folder of a lesson from elsewhere"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to a file")
    parser.add_argument(
        "--no-answers", dest="answers", action="store_false", help="leave the answers out; no code is run"
    )
    parser.add_argument(
        "--teacher", action="store_true", help="begin with the notes for teachers, which pupils do not get"
    )
    add_trust_option(parser)
    add_engine_option(parser, "auto; the bundled lessons run on routelab")
    return parser
