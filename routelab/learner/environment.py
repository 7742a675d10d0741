"""Where a learner's progress and files are kept, and what a session has of the learner beside the lessons.

It knows names of folders and makes none; it must not know what a lesson says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from routelab.learner.editors import Editors
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.record import Record

_HOME_VARIABLE = "ROUTELAB_HOME"
_MINE_VARIABLE = "ROUTELAB_MINE"
_MINE = "mine"


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


def places(environ: Mapping[str, str], home: Path) -> Places:
    """Find them below ROUTELAB_HOME, else the platform's folder for data, and `routelab` in the home.

    ROUTELAB_MINE is another place for the learner's own app.
    """
    chosen, elsewhere = environ.get(_HOME_VARIABLE), environ.get(_MINE_VARIABLE)
    if chosen:
        root = Path(chosen).expanduser().absolute()
        return Places(progress=root / "progress.json", work=root, mine=_mine(elsewhere, root))
    from platformdirs import user_data_path  # not needed where the variable is set, and slow to load

    data, work = user_data_path("routelab", appauthor=False), home / "routelab"
    return Places(progress=data / "progress.json", work=work, mine=_mine(elsewhere, work))


def _mine(elsewhere: str | None, work: Path) -> Path:
    return Path(elsewhere).expanduser().absolute() if elsewhere else work / _MINE


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
