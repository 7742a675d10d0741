"""A lesson that counts as one's own: its code may run without a question.

It knows where settings are kept; whether somebody is asked is decided elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from routelab import bundled
from routelab.learner.environment import own_places
from routelab.learner.settings import Settings
from routelab.lessons.files import code_hash
from routelab.screen.telling import say_waiting


def trust(folder: Path) -> None:
    """Remember that this lesson's code, as it is now, may run; a bundled one needs no word."""
    if not folder.resolve().is_relative_to(bundled.lessons_folder().resolve()):
        kept_settings().trust({code_hash(folder): folder.resolve()})


def kept_settings() -> Settings:
    """Return the settings that are kept, for a command that keeps nothing else."""
    return Settings(own_places().progress.with_name("settings.json"), say_waiting)
