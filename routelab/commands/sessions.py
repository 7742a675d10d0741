"""The cookies that a request begins with: none, or those of a session that was kept under a name.

It reads options and tells of files that cannot be used; what a cookie is, is the jar's business.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from routelab.cookies import CookieJar
from routelab.fates import Policy
from routelab.screen.telling import complain, say_waiting

if TYPE_CHECKING:
    from routelab.learner.cookiefile import CookieFile


def add_session_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a session."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--session",
        metavar="NAME",
        help="begin with the cookies that were kept under this name, or in this file where it has a slash, "
        "and keep those of this request there",
    )
    either.add_argument(
        "--session-read-only", metavar="NAME", help="begin with those cookies, and leave them as they are"
    )


@contextmanager
def jar_of(options: argparse.Namespace) -> Iterator[CookieJar]:
    """Give the jar that the options ask for, and keep afterwards what is in it where they ask for that.

    Raises UsageError where a name is none.
    """
    name: str | None = options.session if options.session is not None else options.session_read_only
    policy = Policy(options.jar)
    if name is None:
        yield CookieJar(policy)
        return
    file = _file(name)
    try:
        jar, aside = file.read(policy)
    except OSError as error:
        _say(f"the cookies of {name} cannot be read from {file.path}: {error.strerror or error}")
        yield CookieJar(policy)
        return
    if aside is not None:
        _say(f"{file.path} did not have the cookies of a session; it is now {aside}")
    yield jar
    if options.session is not None:
        try:
            file.save(jar)
        except OSError as error:
            _say(f"the cookies were not saved in {file.path}: {error.strerror or error}")


def _file(name: str) -> CookieFile:
    # What is the learner's is loaded only for a request that wants it.
    from routelab.learner.cookiefile import CookieFile, session_path
    from routelab.learner.environment import own_places

    return CookieFile(session_path(name, own_places().sessions), say_waiting)


def _say(text: str) -> None:
    complain(f"routelab: {text}")
