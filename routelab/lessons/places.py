"""Where a learner's progress and files are kept.

It knows names of folders and makes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HOME_VARIABLE = "ROUTELAB_HOME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`progress` is the file of the progress, `work` the folder of the learner's copies, one a lesson."""

    progress: Path
    work: Path


def places(environ: Mapping[str, str], home: Path) -> Places:
    """Find both below ROUTELAB_HOME, else the platform's folder for data, and `routelab` in the home."""
    chosen = environ.get(_HOME_VARIABLE)
    if chosen:
        root = Path(chosen).expanduser().absolute()
        return Places(progress=root / "progress.json", work=root)
    from platformdirs import user_data_path

    return Places(
        progress=user_data_path("routelab", appauthor=False) / "progress.json", work=home / "routelab"
    )
