"""An app's files as they were, put back once something has changed them, so that nobody has to load it again.

Only for the files of an app that is trusted: whoever wrote it could lead what is written here elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from routelab.filestates import files_as_they_are
from routelab.regularfile import opened_at_once, read_bytes


class KeptFiles:
    """The files of a folder as they are when this is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._states = files_as_they_are(self._folder)
        self._contents: dict[str, bytes] = {}
        try:
            for path, (mode, *_) in (self._states or {}).items():
                if S_ISREG(mode):
                    self._contents[path] = read_bytes(path)
        except OSError:  # one is gone by now, or larger than is read of such a file: nothing is put back
            self._states = None

    def put_back(self) -> bool:
        """Put back what is not as it was; tell whether all is now, by what `files_as_they_are` looks at.

        A file that is gone stays so, for another in its place would be another file.
        """
        now, then = files_as_they_are(self._folder), self._states
        if now is None or then is None:
            return False
        if now == then:
            return True
        try:
            for path in sorted(now.keys() - then.keys(), reverse=True):  # what is in a folder before it
                (os.rmdir if S_ISDIR(now[path][0]) else os.unlink)(path)
            for path, (*_, changed) in then.items():
                if now.get(path) == then[path]:
                    continue
                if path in self._contents:
                    with open(path, "r+b", opener=opened_at_once) as file:
                        file.write(self._contents[path])
                        file.truncate()
                os.utime(path, ns=(changed, changed))
        except OSError:
            return False
        return files_as_they_are(self._folder) == then
