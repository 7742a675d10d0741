"""The errors that routelab expects: each says where, what and what next, in one line.

It knows exit codes and sentences, and nothing of terminals or of who catches it. An error has a class of its
own where somebody catches it or reads its facts, or where several places raise it; else its sentence stands
where it is raised.
"""

from __future__ import annotations

import errno
import os

# What a system refuses is nobody's bug: no room, no right, too much open, a disk that can only be read or is
# damaged, a file system that is far away and gone. Not every system has each of these.
_REFUSALS = frozenset(
    getattr(errno, name)
    for name in (
        "ENOSPC",
        "EDQUOT",
        "EFBIG",
        "EROFS",
        "EMFILE",
        "ENFILE",
        "ENOMEM",
        "EIO",
        "EACCES",
        "EPERM",
        "EAGAIN",
        "EBUSY",
        "ELOOP",
        "ENAMETOOLONG",
        "ENOLCK",
        "ENODEV",
        "ENXIO",
        "EUCLEAN",
        "ESTALE",
        "ENOTCONN",
        "ETIMEDOUT",
        "EHOSTDOWN",
        "EREMOTEIO",
    )
    if hasattr(errno, name)
)


# Of these, what is lacked whatever was asked for: no file that is named has to do with it.
_LACKS = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN")
    if hasattr(errno, name)
)

_NO_TEMPORARY = "No usable temporary directory"  # how Python's own sentence begins, whatever the reason was

OUR_BUG = 70  # the exit code for it


class RoutelabError(Exception):
    """An expected error: one line for the person at the terminal, and the details that stand below it."""

    exit_code = 1
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((super().__str__(), *self.details))

    @property
    def lines(self) -> tuple[str, ...]:
        """The line and its details; a break within one is of a name in it."""
        return (super().__str__(), *self.details) if self.details else (str(self),)


class UsageError(RoutelabError):
    """What was typed cannot be understood, so nothing was done."""

    exit_code = 2


class AppNotFound(RoutelabError):
    """The target names no app that could be loaded."""


class SeveralApps(AppNotFound):
    """There are several apps, and nothing says which of them is meant."""


class WorkerBroken(RoutelabError):
    """A worker failed before there was an app in it: routelab has a mistake, or is not all there."""

    exit_code = OUR_BUG

    def __init__(self, report: str) -> None:
        lines = report.splitlines()
        at = next((line.strip() for line in reversed(lines) if line.startswith("  File ")), "")
        where = f" ({at})" if at else ""
        super().__init__(
            f"routelab itself failed before the app was loaded: {last_line(report)}{where}; "
            "install it again, and if that does not help, it is a bug: please report it"
        )


def last_line(report: str) -> str:
    """Return the line of a traceback that says what was wrong."""
    return next(reversed(report.strip().splitlines()), "without a word")


class SystemRefused(RoutelabError):
    """The system could not do what is needed, as it can happen to every program."""

    @classmethod
    def by(cls, raised: Exception) -> SystemRefused | None:
        """Return what an error of the system's is to be told as; None where it may well be our mistake."""
        error = _by_the_system(raised)
        if error is None:
            return None
        if error.errno == errno.ENOENT and error.filename is None and _here_is_gone():
            return cls("the folder that you are in was deleted; change to another one (cd), and try again")
        if error.errno == errno.EACCES and _here_is_closed(error):
            return cls(
                "you may not enter the folder that you are in; change to another one (cd), and try again"
            )
        if str(error.strerror).startswith(_NO_TEMPORARY):
            return cls(f"{error.strerror}; make room in one of them, or let TMPDIR name another folder")
        if error.errno not in _REFUSALS:
            return None
        where = f": {error.filename}" if error.filename else ""
        return cls(f"the system says: {error.strerror or type(error).__name__}{where}")


def lacks_something(error: OSError) -> bool:
    """Tell whether the system lacked what it takes, so that what was asked for is not to blame."""
    return error.errno in _LACKS


def _by_the_system(raised: Exception) -> OSError | None:
    """Return the system's own error, also where Python raises one of another kind for it."""
    if isinstance(raised, OSError):
        return raised
    if isinstance(raised, MemoryError):
        return OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    if str(raised) == "can't start new thread":
        return OSError(errno.EAGAIN, "no new thread can be started")
    behind = raised.__context__  # of `Path.resolve`, before Python 3.13, where links lead in a circle
    if isinstance(raised, RuntimeError) and isinstance(behind, OSError) and behind.errno == errno.ELOOP:
        return behind
    return None


def _here_is_closed(error: OSError) -> bool:
    """Tell whether a name could not be looked up because the current folder may not be searched."""
    absolute = os.path.isabs(error.filename or "")  # noqa: PTH117 - as below
    return not absolute and not os.access(".", os.X_OK)


def _here_is_gone() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - the worker starts before `pathlib` is loaded
    except FileNotFoundError:
        return True
    return False
