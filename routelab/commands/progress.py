"""`routelab progress`: what a learner has finished; take it along, or forget a lesson.

It reads options and writes results; the progress file keeps itself.
"""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from routelab import bundled
from routelab.commands.parser import Parser
from routelab.errors import RoutelabError, UsageError
from routelab.learner.environment import Places, own_places
from routelab.learner.progress import (
    NotOpened,
    NotSaved,
    Progress,
    ProgressFile,
    State,
    saving_words,
    states_words,
)
from routelab.lessons.course import bundled_lessons, is_lesson, key_of
from routelab.lessons.reading import read_lesson
from routelab.lessons.records import Lesson
from routelab.nearest import did_you_mean
from routelab.screen.telling import complain, say_waiting, tell
from routelab.screen.text import escape_json
from routelab.session.handing_in import hand_in
from routelab.streams import columns
from routelab.tracing.phrases import count
from routelab.wholefile import write_whole

_DESCRIPTION = """\
Show which pages of which lessons are done, skipped, or had their solution shown.
"""


class CannotExport(RoutelabError):
    """The file cannot be written."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"{path!r} cannot be written: {error.strerror or error}; choose another file")


def main(arguments: Sequence[str]) -> int:
    """Show, export or forget; return the exit code."""
    parser = Parser("progress", "[--export FILE | --forget LESSON | --hand-in ZIP]", _DESCRIPTION)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--export", metavar="FILE", help="write everything as JSON; - writes it here")
    choice.add_argument(
        "--forget", metavar="LESSON", help="forget a lesson: its number, name or folder; your files stay"
    )
    choice.add_argument(
        "--hand-in",
        metavar="ZIP",
        help="write your files of all lessons, your own app and your progress into one zip",
    )
    options = parser.parse_args(arguments)
    kept = own_places()
    path = kept.progress
    file = ProgressFile(path, say_waiting)
    said = saving_words(file.opened)
    if isinstance(file.opened, NotOpened):  # nothing is known, so nothing is shown, written or forgotten
        raise RoutelabError(said)
    if said:
        complain(f"routelab: {said}")
    if options.export is not None:
        _export(file, options.export)
    elif options.forget is not None:
        _forget(file, options.forget)
    elif options.hand_in is not None:
        _hand_in(file, kept, options.hand_in)
    else:
        room = columns() if sys.stdout.isatty() else None
        for line in progress_lines(file.progress, path, room):
            tell(line)
    return 0


def _export(file: ProgressFile, target: str) -> None:
    if target == "-":
        tell(*escape_json(file.export()).splitlines())
        return
    try:
        write_whole(Path(target), file.export().encode())
    except OSError as error:
        raise CannotExport(target, error) from None


def _hand_in(file: ProgressFile, kept: Places, target: str) -> None:
    """Write the learner's copies of the bundled lessons, the app of their own, and the progress."""
    try:
        handed = hand_in(file, kept.work, kept.mine, Path(target))
    except OSError as error:
        raise CannotExport(target, error) from None
    if not handed.words:
        raise RoutelabError(
            f"there are no files of yours in {kept.work}; routelab learn makes them with the first edit"
        )
    names = f": {', '.join(handed.lessons)}" if handed.lessons else ""
    tell(f"{target} has {handed.words}{names}")


def _forget(file: ProgressFile, typed: str) -> None:
    key, known = _key(typed), sorted(file.progress.lessons)
    if key not in known:
        hint = did_you_mean(typed, known, f"known are: {', '.join(known) or 'none yet'}")
        raise UsageError(f"there is no progress in a lesson {typed!r}; {hint}")
    saving = file.forget(key)
    if isinstance(saving, NotSaved):
        raise RoutelabError(f"nothing was forgotten: {saving.path}: {saving.reason}")
    tell(f"Forgotten: {key}. Your files of that lesson stay where they are.")


def _key(typed: str) -> str:
    folder = Path(typed)
    if not is_lesson(folder):
        found = bundled.find(typed)
        if found is None:
            return typed
        folder = found
    return key_of(folder)


def progress_lines(progress: Progress, path: Path, room: int | None) -> Iterator[str]:
    """Say a line a lesson, or two where both parts of it have no room beside each other."""
    lessons = {key_of(folder): read_lesson(folder).lesson for folder in bundled_lessons()}
    others = [key for key in progress.lessons if key not in lessons]
    titles = {key: it.title for key, it in lessons.items() if it is not None} | {key: key for key in others}
    width = max(map(len, titles.values()))

    def row(mark: str, title: str, said: str) -> Iterator[str]:
        whole = f"{mark}{title:<{width}}  {said}"
        if room is None or len(whole) <= room:
            yield whole
        else:
            yield from textwrap.wrap(title, room, initial_indent=mark, subsequent_indent="     ")
            yield from textwrap.wrap(said, room, initial_indent=" " * 7, subsequent_indent=" " * 7)

    part = None
    begun = [_known(lesson, progress.of(key).pages) for key, lesson in lessons.items() if lesson is not None]
    for number, (key, lesson) in enumerate(lessons.items()):
        if lesson is None:
            continue
        if lesson.part is not None and lesson.part != part:
            part = lesson.part
            yield part
        yield from row(f" {number:>2}  ", lesson.title, _of_lesson(lesson, progress.of(key).pages))
    if others:
        yield "From elsewhere"
    for key in others:
        yield from row("     ", key, _counted(progress.of(key).pages))
    total = _total([lesson for lesson in lessons.values() if lesson is not None], begun)
    yield from [total] if room is None else textwrap.wrap(total, room, subsequent_indent="  ")
    yield f"Kept in {path}"


def _of_lesson(lesson: Lesson, pages: Mapping[str, State]) -> str:
    """Say how far a lesson is; pages that it no longer has are not counted."""
    known = _known(lesson, pages)
    if not known:
        return f"0 of {count(len(lesson.pages), 'page')}: not begun"
    return f"{len(known)} of {count(len(lesson.pages), 'page')}: {_counted(known)}"


def _known(lesson: Lesson, pages: Mapping[str, State]) -> Mapping[str, State]:
    return {page.id: pages[page.id] for page in lesson.pages if page.id in pages}


def _total(lessons: Sequence[Lesson], known: Sequence[Mapping[str, State]]) -> str:
    """Say how far the course is: "Together: 12 of 150 pages, 1 of 20 lessons finished"."""
    pages = sum(len(lesson.pages) for lesson in lessons)
    finished = sum(len(mine) == len(lesson.pages) for lesson, mine in zip(lessons, known, strict=True))
    states = Counter(state for mine in known for state in mine.values())
    counted = f" ({states_words(states.elements())})" if states else ""
    return (
        f"Together: {states.total()} of {count(pages, 'page')}{counted}, "
        f"{finished} of {count(len(lessons), 'lesson')} finished"
    )


def _counted(pages: Mapping[str, State]) -> str:
    return states_words(pages.values()) or "begun"
