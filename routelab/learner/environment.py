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


class Places(Record):
    """`progress` is the file of the progress, `work` the folder of the learner's copies, one a lesson.

    `sessions` is the folder of the cookies that are kept under a name.
    """

    progress: Path
    work: Path

    @property
    def sessions(self) -> Path:
        """The folder lies beside the progress."""
        return self.progress.with_name("sessions")

    @property
    def demo(self) -> Path:
        """The file through which the notes follow a demo lies there, too."""
        return self.progress.with_name("demo.json")


def places(environ: Mapping[str, str], home: Path) -> Places:
    """Find both below ROUTELAB_HOME, else the platform's folder for data, and `routelab` in the home."""
    chosen = environ.get(_HOME_VARIABLE)
    if chosen:
        root = Path(chosen).expanduser().absolute()
        return Places(progress=root / "progress.json", work=root)
    from platformdirs import user_data_path  # not needed where the variable is set, and slow to load

    return Places(
        progress=user_data_path("routelab", appauthor=False) / "progress.json", work=home / "routelab"
    )


class LearnerEnvironment(Record):
    """`work` is the folder of the learner's copies, `scratch` makes a folder that is deleted in the end.

    `engine` runs lessons that are not bundled ones, `now` is the clock, `editors` are those of the machine.
    """

    progress: ProgressFile
    settings: Settings
    work: Path
    scratch: Callable[[], Path]
    now: Callable[[], datetime]
    editors: Editors
    engine: str = "auto"
