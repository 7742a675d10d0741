"""A private copy of a submission, made with suspicion: no link, no way out, no more than its limits.

It knows folders and zips, and nothing of what is in the files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple
from zipfile import ZipFile, is_zipfile

from routelab.grading.hand_in import DAMAGED, PACKED, HandIn, hand_in_of
from routelab.grading.submissions import OTHER_ARCHIVES, is_loose
from routelab.lessons.files import APP_FILE

SIZE_LIMIT = 10 * 1024 * 1024  # bytes of all files together; a lesson's app has some thousand
FILE_LIMIT = 1000
_NAME_LIMIT = 240  # characters of a path within the submission: some systems take 260 for all of it
_LEFT_OUT = ("__pycache__", "__MACOSX", "node_modules")
_ENVIRONMENT = "pyvenv.cfg"  # beside it these are a virtual environment's; an app may lie there as well
_OF_ENVIRONMENT = (_ENVIRONMENT, "bin", "include", "lib", "lib64", "scripts", "share")
_DEEPEST = 3  # zips within each other: a zip can be made that is its own content, without an end
_CHUNK = 1 << 16


class UnreadableSubmission(Exception):
    """A submission that is not even looked at; its text says why."""


class TooBig(UnreadableSubmission):
    """A submission that is too big: by one file alone, or by all; `largest` is of those that were read."""

    def __init__(self, largest: str, *, alone: bool) -> None:
        most = f"more than {SIZE_LIMIT // (1024 * 1024)} MB"
        super().__init__(
            f"{largest!r} has {most}"
            if alone
            else f"it has {most}; {largest!r} is the largest file read so far"
        )


class Copied(NamedTuple):
    """What a copy was made of, beside the files: the learner's hand-in, where it was one."""

    hand_in: HandIn | None = None


def copy_submission(source: Path, target: Path, lesson: str) -> Copied:
    """Copy a folder or a zip into an empty folder; of a hand-in, the learner's copy of `lesson`.

    Hidden files, caches and virtual environments are left out. A single folder or zip that holds everything
    is taken for what it holds. Raises UnreadableSubmission.
    """
    try:
        if source.is_symlink():
            raise UnreadableSubmission("it is a link; hand in the files themselves")
        if source.is_dir():
            return _copy_folder(source, target, lesson)
        if is_loose(source):
            _copy_file(source, target, PurePosixPath(APP_FILE), _Budget())
            return Copied()
        if stat.S_ISREG(source.stat().st_mode):
            return _copy_zip(source, target, lesson)
        raise UnreadableSubmission("it is neither a folder nor a zip")
    except OSError as error:
        name = PurePosixPath(str(error.filename or "")).name
        about = f"{name}: " if name else ""
        raise UnreadableSubmission(f"{about}{error.strerror or error}") from None


class _Budget:
    """Counts what is copied, and ends it where it is too much."""

    def __init__(self) -> None:
        self._files = self._bytes = 0
        self._largest = 0, ""  # bytes and name

    def file(self) -> None:
        self._files += 1
        if self._files > FILE_LIMIT:
            raise UnreadableSubmission(f"it has more than {FILE_LIMIT:,} files")

    def data(self, size: int, name: str, whole: int) -> None:
        """Count another `size` bytes of a file, of which there are `whole` by now."""
        self._bytes += size
        self._largest = max(self._largest, (whole, name))
        if self._bytes > SIZE_LIMIT:
            most, largest = self._largest
            raise TooBig(largest, alone=most > SIZE_LIMIT)


def _copy_folder(source: Path, target: Path, lesson: str) -> Copied:
    files = list(_files_below(source))
    paths = [PurePosixPath(path.relative_to(source).as_posix()) for path in files]
    if len(paths) == 1 and paths[0].suffix.lower() == ".zip":
        return _copy_zip(files[0], target, lesson)
    root = _root_of(paths)
    budget = _Budget()
    for path, relative in zip(files, paths, strict=True):
        _copy_file(path, target, relative.relative_to(root), budget)
    return Copied()


def _copy_file(path: Path, target: Path, name: PurePosixPath, budget: _Budget) -> None:
    budget.file()
    # Not followed, should somebody put a link there meanwhile; and a pipe is not waited for.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableSubmission(f"{path.name!r} is not a file to read")
        _write(opened, target, name, budget)


def _files_below(folder: Path) -> Iterator[Path]:
    """Walk a folder, its links refused; an end is put to it where there are far too many files."""
    waiting, seen = [folder], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        environment = any(entry.name == _ENVIRONMENT for entry in found)
        for entry in found:
            seen += 1
            if seen > 100 * FILE_LIMIT:
                raise UnreadableSubmission(f"it has more than {FILE_LIMIT:,} files")
            if _is_left_out(entry.name, environment=environment):
                continue
            if entry.is_symlink():
                raise UnreadableSubmission(f"{entry.name!r} is a link; hand in the file itself")
            if not entry.is_dir(follow_symlinks=False):
                yield Path(entry.path)
            else:
                waiting.append(Path(entry.path))


def _copy_zip(source: Path, target: Path, lesson: str) -> Copied:
    if source.suffix.casefold() != ".zip" and not is_zipfile(source):
        kind = source.suffix if source.suffix.lower() in OTHER_ARCHIVES else ""
        told = f"a {kind} is not read" if kind else "it is neither a folder nor a zip"
        raise UnreadableSubmission(f"{told}; unpack it, and name the folder that it lies in")
    if source.stat().st_size > SIZE_LIMIT:
        raise TooBig(source.name, alone=True)
    try:
        return _copy_packed(source, target, lesson)
    except DAMAGED as error:
        raise UnreadableSubmission(f"this zip cannot be read: {error}") from None


def _copy_packed(source: Path | IO[bytes], target: Path, lesson: str, *, inside: int = 1) -> Copied:
    """Copy what a zip holds; `inside` is how many zips its files lie in."""
    with ZipFile(source) as archive:
        members = [member for member in archive.infolist() if not member.filename.endswith("/")]
        paths = [_safe_path(member) for member in members]
        if len(set(paths)) < len(paths):
            raise UnreadableSubmission("two of its files have one name")
        kept = set(_kept(paths))
        held = [(member, path) for member, path in zip(members, paths, strict=True) if path in kept]
        hand_in = hand_in_of(archive)
        if hand_in is None and len(held) == 1 and held[0][1].suffix.lower() == ".zip":
            if inside == _DEEPEST:
                raise UnreadableSubmission("it is a zip in a zip, and so on; zip the folder itself")
            return _copy_packed(_unpacked(archive, *held[0]), target, lesson, inside=inside + 1)
        root = _root_of(list(kept)) if hand_in is None else hand_in.folder_of(lesson)
        budget = _Budget()
        for member, path in held:
            if path.is_relative_to(root):
                budget.file()
                with _opened(archive, member, path) as packed:
                    _write(packed, target, path.relative_to(root), budget)
        return Copied(hand_in)


def _opened(archive: ZipFile, member: Any, path: PurePosixPath) -> IO[bytes]:
    if member.compress_type not in PACKED:
        raise UnreadableSubmission(f"{path.name!r} is packed in a way that is not read; zip it again")
    if member.flag_bits & 1:
        raise UnreadableSubmission("it is locked with a password")
    return archive.open(member)


def _unpacked(archive: ZipFile, member: Any, path: PurePosixPath) -> IO[bytes]:
    """Read a zip that lies in a zip, as much as one may have."""
    with _opened(archive, member, path) as packed:
        content = packed.read(SIZE_LIMIT + 1)
    if len(content) > SIZE_LIMIT:
        raise TooBig(str(path), alone=True)
    return BytesIO(content)


def _safe_path(member: Any) -> PurePosixPath:
    """Return where a file of a zip belongs; refuse what leads out of it."""
    name: str = member.filename
    path = PurePosixPath(name)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableSubmission(f"{path.name!r} is a link; hand in the file itself")
    if not path.parts:
        raise UnreadableSubmission("one of its files has no name")
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in name:
        raise UnreadableSubmission(f"{name!r} leads out of it")
    if len(name) > _NAME_LIMIT:
        raise UnreadableSubmission(f"{name[:40]!r}... is too long a name")
    return path


def _kept(paths: Iterable[PurePosixPath]) -> Iterator[PurePosixPath]:
    """Leave out of a zip's files what is left out of a folder's."""
    environments = {path.parts[:-1] for path in paths if path.name == _ENVIRONMENT}
    for path in paths:
        parts = path.parts
        if not any(
            _is_left_out(part, environment=parts[:at] in environments) for at, part in enumerate(parts)
        ):
            yield path


def _is_left_out(name: str, *, environment: bool) -> bool:
    """Tell whether a file or folder is nobody's work; `environment`: it lies beside a `pyvenv.cfg`."""
    own = environment and name.lower() in _OF_ENVIRONMENT
    return own or name.startswith(".") or name in _LEFT_OUT


def _root_of(paths: list[PurePosixPath]) -> PurePosixPath:
    """Find the folder that is meant: the only one, as long as nothing lies beside it."""
    root = PurePosixPath()
    while paths and APP_FILE not in paths:
        first = {path.parts[0] for path in paths}
        if len(first) > 1 or any(len(path.parts) == 1 for path in paths):
            break
        root /= first.pop()
        paths = [path.relative_to(path.parts[0]) for path in paths]
    return root if APP_FILE in paths else PurePosixPath()


def _write(opened: Any, folder: Path, relative: PurePosixPath, budget: _Budget) -> None:
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as copy:
        while chunk := opened.read(_CHUNK):
            budget.data(len(chunk), str(relative), copy.tell() + len(chunk))
            copy.write(chunk)
