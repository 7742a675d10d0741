"""Read files that come from elsewhere: regular ones only, and never more of them than a limit; wait for none.

A named pipe would never answer, and a device never end. It must not know what a file is for.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from routelab.errors import RoutelabError

LARGEST = 8_000_000  # bytes
_UNSIZED = 1 << 16  # bytes at least that are asked for: files that the system makes up tell no size
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
# Without O_NONBLOCK, opening a pipe waits for somebody who writes to it. Not every system has each of these.
_FLAGS = ("O_RDONLY", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC")


class NotRead(OSError, RoutelabError):
    """What bears the name is not read, since nobody could mean it; `strerror` says why."""

    def __str__(self) -> str:
        return f"{self.filename} is not read: {self.strerror}; put another file there, or take it away"


class NotRegular(NotRead):
    """It is no file with an end."""


class TooLarge(NotRead):
    """The file has more bytes than are read of such a file."""


def read_bytes(path: str | Path, most: int = LARGEST) -> bytes:
    """Return a file's content.

    Raises OSError as `open` does, NotRegular for a pipe, a device or a socket (at once: nothing is waited
    for), and TooLarge for more than `most` bytes.
    """
    content = read_start(path, most + 1)
    if len(content) > most:
        raise TooLarge(errno.EFBIG, f"it is larger than {most:,} bytes", str(path))
    return content


def read_text(path: str | Path, errors: str = "strict", most: int = LARGEST) -> str:
    """Return a file's text, read as UTF-8 with or without a mark, each line end as one.

    Raises as `read_bytes` does, and UnicodeDecodeError where `errors` says so.
    """
    text = read_bytes(path, most).decode("utf-8-sig", errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_start(path: str | Path, most: int) -> bytes:
    """Return the first `most` bytes of a file, or all that there are. Raises OSError and NotRegular."""
    number = os.open(path, sum(getattr(os, flag, 0) for flag in _FLAGS))
    try:
        status = os.fstat(number)
        _check_regular(path, status.st_mode)
        with os.fdopen(number, "rb", closefd=False) as file:
            # As much memory is taken as is asked for.
            content: bytes | None = file.read(min(most, max(status.st_size + 1, _UNSIZED)))
            if content is None:  # the system makes it up as it comes, and there is nothing more yet
                raise NotRegular(errno.EAGAIN, "it has no end", str(path))
            return content
    finally:
        os.close(number)


def opened_at_once(path: str, flags: int) -> int:
    """Open a file to write to as `open(..., opener=...)` wants it; a pipe that nobody reads is an OSError."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def _check_regular(path: str | Path, mode: int) -> None:
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "no regular file")
        raise NotRegular(errno.EINVAL, f"it is {what}, not a file", str(path))
