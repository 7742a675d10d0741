"""What a learner has beside the lessons: where files are kept, what is remembered, and a clock.

It must not know lessons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from routelab.lessons.progress import ProgressFile
from routelab.session.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`work` is the folder of the learner's copies, `scratch` makes a folder that is deleted in the end.

    `engine` runs lessons that are not bundled ones.
    """

    progress: ProgressFile
    settings: Settings
    work: Path
    scratch: Callable[[], Path]
    now: Callable[[], datetime]
    engine: str = "auto"
