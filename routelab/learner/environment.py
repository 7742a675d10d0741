"""Where a learner's progress and files are kept, and what a session has of the learner beside the lessons.

It knows names of folders and makes none; it must not know what a lesson says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from routelab.errors import UsageError
from routelab.learner.editors import Editors
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.record import Record

_HOME_VARIABLE = "ROUTELAB_HOME"
_MINE_VARIABLE = "ROUTELAB_MINE"
_MINE = "mine"
_HOME_OF_NOBODY = Path(os.sep)


class Places(Record):
    """`progress` is the file of the progress, `work` the folder of the learner's copies, one a lesson.

    `mine` is the folder of the app that is the learner's own, `sessions` that of the cookies that are kept
    under a name.
    """

    progress: Path
    work: Path
    mine: Path

    @property
    def sessions(self) -> Path:
        """The folder lies beside the progress."""
        return self.progress.with_name("sessions")

    @property
    def demo(self) -> Path:
        """The file through which the notes follow a demo lies there, too."""
        return self.progress.with_name("demo.json")


def own_places() -> Places:
    """Find those of whoever runs this program. Raises UsageError for a variable that names no folder.

    A user whom the system does not know, with no HOME, is taken to be at home where `login` would put them:
    what is not kept there is told as for every home in which nothing can be.
    """
    try:
        return places(os.environ, Path.home())
    except RuntimeError:
        return places(os.environ, _HOME_OF_NOBODY)


def places(environ: Mapping[str, str], home: Path) -> Places:
    """Find them below ROUTELAB_HOME, else the platform's folder for data, and `routelab` in the home.

    ROUTELAB_MINE is another place for the learner's own app. Raises UsageError.
    """
    chosen, elsewhere = environ.get(_HOME_VARIABLE), environ.get(_MINE_VARIABLE)
    if chosen:
        root = _folder(_HOME_VARIABLE, chosen)
        return Places(progress=root / "progress.json", work=root, mine=_mine(elsewhere, root))
    data, work = _data(home), home / "routelab"
    return Places(progress=data / "progress.json", work=work, mine=_mine(elsewhere, work))


def _data(home: Path) -> Path:
    from platformdirs import user_data_path  # not needed where the variable is set, and slow to load

    with suppress(RuntimeError):  # it may say so where it knows no home, or name a folder below "~"
        data = user_data_path("routelab", appauthor=False)
        if data.is_absolute():
            return data
    return home / ".local" / "share" / "routelab"


def _mine(elsewhere: str | None, work: Path) -> Path:
    return _folder(_MINE_VARIABLE, elsewhere) if elsewhere else work / _MINE


def _folder(variable: str, named: str) -> Path:
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError:
        raise UsageError(
            f"{variable} is {named!r}, and nobody here has that home; name another folder"
        ) from None


class LearnerEnvironment(Record):
    """`work` is the folder of the learner's copies, `scratch` makes a folder that is deleted in the end.

    `mine` is where the app of their own lies, None for the folder `mine` among the copies.

    `engine` runs lessons that are not bundled ones, `now` is the clock, `editors` are those of the machine.
    """

    progress: ProgressFile
    settings: Settings
    work: Path
    scratch: Callable[[], Path]
    now: Callable[[], datetime]
    editors: Editors
    engine: str = "auto"
    mine: Path | None = None

    @property
    def own_app(self) -> Path:
        """The folder of the app that is the learner's own."""
        return self.mine or self.work / _MINE
