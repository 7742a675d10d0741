"""A learner's work in one zip: gathered from where it lies, and put back there.

What the zip is like is the business of `grading.hand_in`; it must not know who asks.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import ZipFile

from routelab.errors import RoutelabError
from routelab.grading.assignment import digest_of
from routelab.grading.hand_in import DAMAGED, PACKED, HandedLesson, hand_in_of, write_hand_in
from routelab.learner.copies import WorkCopy
from routelab.learner.progress import ProgressFile
from routelab.lessons.course import bundled_lessons, key_of
from routelab.lessons.files import MINE
from routelab.lessons.mine.project import own_files
from routelab.tracing.phrases import count
from routelab.wholefile import write_all

_PROGRESS = PurePosixPath("progress.json")
_MOST_BYTES, _MOST_FILES = 10_000_000, 1000


class NotTakenBack(RoutelabError):
    """A zip does not hold a learner's work."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"this is not work that routelab handed in: {problem}")


class HandedIn(NamedTuple):
    """What a zip has of a learner: the lessons by their keys, and whether the app of their own is in it."""

    lessons: tuple[str, ...]
    own_app: bool

    @property
    def words(self) -> str:
        """Say it: "your files of 2 lessons and your own app"; "" where there is nothing."""
        files = f"your files of {count(len(self.lessons), 'lesson')}" if self.lessons else ""
        return " and ".join(filter(None, (files, "your own app" if self.own_app else "")))


def hand_in(progress: ProgressFile, work: Path, mine: Path, target: Path) -> HandedIn:
    """Write the copies of the bundled lessons, the learner's own app, the progress, and each lesson's digest.

    Where there are no files nothing is written. Raises OSError, and TooMuch where the app is too large.
    """
    lessons: dict[str, HandedLesson] = {}
    for folder in bundled_lessons():
        key = key_of(folder)
        if (work / key).is_dir():
            copy = WorkCopy(folder=work / key, starter={})
            lessons[key] = HandedLesson(folder.name, digest_of(folder), copy.files())
    own = own_files(mine) if mine.is_dir() else {}
    begun = any(path.stat().st_size for path in own.values())
    if lessons or begun:
        write_hand_in(target, progress.export(), lessons, own if begun else {})
    return HandedIn(tuple(lessons), begun)


def take_back(content: bytes, progress: Path, work: Path, mine: Path) -> None:
    """Put the progress and the copies of a zip where they belong. Raises NotTakenBack for any others."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            found = _files(archive)
        write_all({_place(path, progress, work, mine): text for path, text in found.items()})
    except (*DAMAGED, OSError) as error:
        raise NotTakenBack(str(error) or "it is damaged") from None


def _place(path: PurePosixPath, progress: Path, work: Path, mine: Path) -> Path:
    """Return where a file belongs: as the progress, below the learner's own app, or in a copy of a lesson."""
    if path == _PROGRESS:
        return progress
    inside = path.relative_to(path.parts[0])
    return mine.joinpath(*inside.parts[1:]) if inside.parts[0] == MINE else work.joinpath(*inside.parts)


def _files(archive: ZipFile) -> dict[PurePosixPath, bytes]:
    if hand_in_of(archive) is None:
        raise NotTakenBack("it has no hand-in.json")
    members = [
        it for it in archive.infolist() if not it.filename.endswith("/") and it.filename != "hand-in.json"
    ]
    if len(members) > _MOST_FILES or sum(it.file_size for it in members) > _MOST_BYTES:
        raise NotTakenBack("it is too large")
    if any(it.compress_type not in PACKED for it in members):
        raise NotTakenBack("its files are packed in another way")
    found = {PurePosixPath(it.filename): it for it in members}
    for path in found:
        usual = path.parts[:1] == ("work",) and len(path.parts) > 2 and ".." not in path.parts
        if not usual and path != _PROGRESS:
            raise NotTakenBack(f"{str(path)!r} is in it")
    return {path: archive.read(it) for path, it in found.items()}
