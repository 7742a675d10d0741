"""Cookies kept from one command to the next, by a name or in a file of one's own, as HTTPie's sessions are.

It knows the file and the jar, and not who sends requests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from routelab.cookies import CookieJar
from routelab.errors import UsageError
from routelab.fates import Policy
from routelab.learner.statefile import Damaged, Document, StateFile, in_silence
from routelab.setcookie import Cookie

_NAME = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*").fullmatch
_KINDS: dict[str, tuple[type, ...]] = {
    "key": (str,),
    "name": (str,),
    "value": (str,),
    "domain": (str,),
    "host_only": (bool,),
    "path": (str,),
    "expires": (int, float, type(None)),
    "secure": (bool,),
    "http_only": (bool,),
    "same_site": (str, type(None)),
}


class CookieFile:
    """The cookies of one session: those of several commands that run at once are all kept.

    `waiting` is called with the file's path as soon as another process is found to hold it.
    """

    def __init__(self, path: Path, waiting: Callable[[Path], object] = in_silence) -> None:
        self.path = path
        self._file = StateFile(path, _check, waiting)
        self._before: dict[tuple[Any, ...], Cookie] = {}

    def read(self, policy: Policy) -> tuple[CookieJar, Path | None]:
        """Make a jar of the cookies that are kept; the second value is where a damaged file was put.

        Raises OSError where it cannot be read.
        """
        stored = self._file.read()
        jar = CookieJar(policy)
        jar.add(_cookies(stored.document))
        self._before = _by_place(jar)
        return jar, stored.aside

    def save(self, jar: CookieJar) -> None:
        """Keep what this jar has changed since it was read. Raises OSError where that cannot be saved."""
        after = _by_place(jar)
        if after == self._before:
            return
        gone = self._before.keys() - after.keys()
        new = {place: cookie for place, cookie in after.items() if self._before.get(place) != cookie}

        def change(document: Document) -> None:
            kept = {_place(cookie): cookie for cookie in _cookies(document) if _place(cookie) not in gone}
            document["cookies"] = [cookie._asdict() for cookie in (kept | new).values()]

        if not self.path.parent.is_dir():
            self.path.parent.mkdir(mode=0o700, parents=True)  # a session's cookies are as good as a password
        self._file.change(change)
        self._before = after


def session_path(name: str, folder: Path) -> Path:
    """Return where a session is kept: `NAME.json` in the folder, or a path. Raises UsageError."""
    separators = {os.sep, os.altsep or os.sep, "/"}
    if any(separator in name for separator in separators):
        with suppress(RuntimeError):  # of a user who is not there
            return Path(name).expanduser()
    if not _NAME(name) or len(name) > 100:
        raise UsageError(
            f"a session is named with letters, digits, - and _, or by a path; {name!r} is neither"
        )
    return folder / f"{name}.json"


def _place(cookie: Cookie) -> tuple[Any, ...]:
    return (cookie.domain, cookie.host_only, cookie.path, cookie.name)


def _by_place(jar: CookieJar) -> dict[tuple[Any, ...], Cookie]:
    return {_place(cookie): cookie for cookie in jar}


def _cookies(document: Document) -> list[Cookie]:
    return [Cookie(**{name: said[name] for name in Cookie._fields}) for said in document.get("cookies", ())]


def _check(document: Document) -> None:
    cookies = document.get("cookies", [])
    if not isinstance(cookies, list) or not all(map(_is_cookie, cookies)):
        raise Damaged("not the cookies of a session")


def _is_cookie(said: object) -> bool:
    return isinstance(said, dict) and all(
        name in said and isinstance(said[name], kinds) for name, kinds in _KINDS.items()
    )
