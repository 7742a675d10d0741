"""The word `mine`: where the learner's own app stands, what it is about, and what helps to begin it.

It asks the app and the progress; it must not know how a page is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.learner.progress import State, saving_words
from routelab.lessons.files import MINE
from routelab.lessons.mine.themes import THEMES, theme_named
from routelab.session.minefiles import MineFiles, theme_of
from routelab.session.reply import BEGIN, Item, Listing, Message, MessageKind, Reply, aside, saying
from routelab.tracing.phrases import count

if TYPE_CHECKING:
    from pathlib import Path

    from routelab.learner.environment import LearnerEnvironment
    from routelab.session.course import Course

PAGE = "mine"
"""The id of the page of each lesson that is about the learner's own app."""


def choose(learner: LearnerEnvironment, name: str) -> tuple[Item, ...] | None:
    """Keep a theme; None where there is none of that name."""
    theme = theme_named(name)
    if theme is None:
        return None
    said = saving_words(learner.progress.choose_theme(theme.name))
    chosen = Message(text=f"Your app is about {theme.title} now: {theme.name}.")
    return (chosen, aside(f"{said}.")) if said else (chosen,)


def standing(course: Course, learner: LearnerEnvironment, number: int | None) -> Reply:
    """Show where the app stands; `number` is that of the lesson which one is in."""
    files, theme = MineFiles(learner), theme_of(learner)
    begin = f"; {BEGIN}" if with_samples_before(course, number) else ""
    others = " or ".join(f"mine {other.name}" for other in THEMES if other is not theme)
    rows = (
        ("about", f"{theme.title}, {theme.name}; {others} changes that"),
        ("folder", str(files.folder)),
        ("files", ", ".join(files.files()) or "none"),
        ("app", _state(files) if files.is_begun else f"not begun yet{begin}"),
        *_pages(course, learner),
    )
    return Reply(items=(Listing(title="Your own app:", rows=rows), *files.trouble()))


def _state(files: MineFiles) -> str:
    try:
        with files.load() as lab:
            if lab.failure is not None:
                return str(lab.failure)
            rules = [rule for rule in lab.known_rules() if rule.endpoint != "static"]
            return f"it loads, and has {count(len(rules), 'rule')}"
    except RoutelabError as error:
        return str(error).partition("; ")[0]


def _pages(course: Course, learner: LearnerEnvironment) -> Iterator[tuple[str, str]]:
    """Say in which lessons its page is done, and in which it waits."""
    states = {
        summary.number: learner.progress.progress.of(summary.key).pages.get(PAGE)
        for summary in course.summaries
        if (summary.folder / MINE).is_dir()
    }
    done = [str(number) for number, state in states.items() if state in (State.DONE, State.SEEN)]
    waiting = [number for number, state in states.items() if state not in (State.DONE, State.SEEN)]
    yield ("done", f"lesson {', '.join(done)}" if done else "in no lesson yet")
    if waiting:
        yield ("next", f"lessons {waiting[0]}/{PAGE} goes there")


def add_file(learner: LearnerEnvironment, name: str) -> Reply:
    """Make an empty file in the app's folder."""
    files = MineFiles(learner)
    if not name:
        return saying("Which file? For example: mine file templates/home.html")
    was_there = (files.folder / name).is_file()
    file = files.add(name)
    said = f"{file} is there already." if was_there else f"{file} was made, and is empty."
    return Reply(items=(Message(text=said), *files.trouble()))


def seed(course: Course, learner: LearnerEnvironment, number: int | None) -> Reply:
    """Write what the lessons before `number` would have built, where there is no app yet."""
    from routelab.lessons.mine.project import last_written, sample_texts  # few ask

    files = MineFiles(learner)
    if files.is_begun:
        said = f"You have an app already, in {files.main_file()}: it is left as it is."
        return saying(said)
    lessons = [course.code_of(folder, learner.scratch()) for folder in with_samples_before(course, number)]
    if not lessons:
        said = "No lesson comes before this one: begin with an empty file, as the page says."
        return saying(said)
    written = files.seed(sample_texts(last_written(lessons), theme_of(learner)))
    said = f"Written to {files.folder}: {', '.join(written)}. From now on it is yours to change."
    return Reply(items=(Message(text=said, kind=MessageKind.RIGHT), *files.trouble()))


def with_samples_before(course: Course, number: int | None) -> list[Path]:
    """Find the lessons before one that add to the sample; in the list, the first that does."""
    lessons = [
        summary.folder
        for summary in course.summaries
        if (summary.folder / MINE).is_dir() and (number is None or summary.number < number)
    ]
    return lessons[:1] if number is None else lessons
