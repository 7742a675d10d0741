"""Courses: folders of lessons, in order, and the name under which a lesson's progress is kept.

It knows folders and reads no lesson.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from routelab import bundled
from routelab.lessons.findings import LESSON_FILE
from routelab.wholenumber import whole_number


def is_lesson(folder: Path) -> bool:
    """Tell whether a folder claims to be a lesson, however broken its lesson.md may be."""
    try:
        return (folder / LESSON_FILE).exists()
    except OSError:  # a name too long, a folder closed to us
        return False


_UNNUMBERED = 10**9  # in the order of lessons, after all that have a number


def lessons_in(folder: Path) -> tuple[Path, ...]:
    """Return a lesson's own folder, or the lessons of a course, in the order of their numbers."""
    if is_lesson(folder):
        return (folder,)
    try:
        found = [child for child in folder.iterdir() if is_lesson(child)]
    except OSError:  # there is no such folder, or it is closed to us
        return ()
    return tuple(sorted(found, key=lambda child: _order(child.name)))


def bundled_lessons() -> tuple[Path, ...]:
    """Return the lessons that came with routelab."""
    return lessons_in(bundled.lessons_folder())


def key_of(folder: Path) -> str:
    """Return the name under which a lesson's progress and files are kept.

    Of a bundled lesson that is the folder's name without its number, so that a new order loses nothing; two
    lessons from elsewhere may have one name, so the place where they lie tells them apart.
    """
    folder = folder.resolve()
    if folder.parent == bundled.lessons_folder().resolve():
        number, dash, rest = folder.name.partition("-")
        return rest if dash and whole_number(number) is not None else folder.name
    place = blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=3).hexdigest()
    return f"{folder.name}-{place}"


def _order(name: str) -> tuple[int, str]:
    number = whole_number(name.partition("-")[0])
    return (_UNNUMBERED if number is None else number, name)
