"""What a learner hands in: work copies, progress, and the lessons' digests, in a zip that is always the same.

    hand-in.json    {"schema": 1, "lessons": {"converters": {"lesson": "03-converters", "digest": "..."}}}
    progress.json
    work/converters/app.py
    work/mine/app.py

It knows the zip, and neither where a learner's files lie nor what they are worth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as zlib_error

from routelab.lessons.files import MINE, Project
from routelab.regularfile import read_bytes
from routelab.wholefile import replacing

PACKED = (ZIP_STORED, ZIP_DEFLATED)  # the ways in which a zip's files are packed that are read
# What a damaged zip is told by; IndexError is of a file without a name.
DAMAGED = (BadZipFile, zlib_error, EOFError, IndexError, RuntimeError, ValueError)
_CONTENTS = "hand-in.json"
_PROGRESS = "progress.json"
_WORK = "work"
_SCHEMA = 1
_LONGEST = 1024 * 1024  # bytes of the contents; the whole course's have two thousand
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip; what was handed in is the same whenever it was


class HandedLesson(NamedTuple):
    """A learner's copy of a lesson: the lesson's name and digest, and the files."""

    lesson: str
    digest: str
    files: Project


class HandIn(NamedTuple):
    """The contents of a hand-in: the digest of each lesson, by the name of the learner's copy."""

    digests: Mapping[str, str]

    def folder_of(self, lesson: str) -> PurePosixPath:
        """Return where the learner's copy of a lesson is in the zip."""
        return PurePosixPath(_WORK, lesson)


def hand_in_of(archive: ZipFile) -> HandIn | None:
    """Read the contents of a zip; None where it is no hand-in."""
    try:
        member = archive.getinfo(_CONTENTS)
        if member.file_size > _LONGEST or member.compress_type not in PACKED:
            return None
        said: Any = json.loads(archive.read(member))
        return HandIn({str(key): str(each["digest"]) for key, each in said["lessons"].items()})
    except (KeyError, TypeError, AttributeError, *DAMAGED):
        return None


def write_hand_in(
    target: Path, progress: str, lessons: Mapping[str, HandedLesson], own: Project | None = None
) -> None:
    """Write the zip; the same work gives the same bytes. `own` is the learner's own app. Raises OSError."""
    contents = {
        "schema": _SCHEMA,
        "lessons": {
            key: {"lesson": each.lesson, "digest": each.digest} for key, each in sorted(lessons.items())
        },
    }
    files = {key: each.files for key, each in lessons.items()}
    with replacing(target) as file:
        _write(file, contents, progress, {**files, MINE: own or {}})


def _write(
    target: IO[bytes], contents: Mapping[str, object], progress: str, folders: Mapping[str, Project]
) -> None:
    with ZipFile(target, "w") as archive:
        _add(archive, _CONTENTS, json.dumps(contents, indent=1).encode())
        _add(archive, _PROGRESS, progress.encode())
        for key, files in sorted(folders.items()):
            for path, source in sorted(files.items()):
                _add(archive, str(PurePosixPath(_WORK, key, path)), read_bytes(source))


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    member = ZipInfo(name, date_time=_EARLIEST)
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3  # on every system
    member.external_attr = 0o644 << 16
    archive.writestr(member, content)
