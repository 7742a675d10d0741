"""The lessons and the playground that travel with routelab: where they are, and by which names they go.

It knows folders, not what a lesson says.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from routelab.wholenumber import whole_number

PLAYGROUND = "playground"


def lessons_folder() -> Path:
    """Return the folder of the bundled lessons: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "lessons" / "bundled"
    return installed if installed.is_dir() else package.parent / "lessons"


def demos() -> dict[str, Path]:
    """Return the scripts of the demos that come with the lessons, by their names, in order."""
    return {path.stem: path for path in sorted((lessons_folder() / "demos").glob("*.demo"))}


def find(name: str) -> Path | None:
    """Find a bundled app by its number or name: "2", "02-dynamic-segments", "dynamic-segments"."""
    wanted = name.strip().lower()
    if not wanted or not wanted.replace("-", "").isalnum():
        return None
    return next((folder for folder in _folders() if wanted in _names(folder.name)), None)


def meant(typed: str, folders: Iterable[Path] | None = None, *, cutoff: float = 0.6) -> str | None:
    """Find the name of a bundled app, or of one of these folders, that a misspelt one may be."""
    from routelab.nearest import nearest  # only for those who mistype

    folders = _folders() if folders is None else folders
    names = [name for folder in folders for name in _names(folder.name)[:2]]
    return nearest(typed.strip().lower(), names, cutoff=cutoff)


def _folders() -> list[Path]:
    root = lessons_folder()
    return sorted(child for child in root.iterdir() if (child / "app.py").is_file()) if root.is_dir() else []


def _names(folder: str) -> tuple[str, ...]:
    number, dash, rest = folder.partition("-")
    counted = whole_number(number) if dash else None
    if counted is None:
        return (folder,)
    return (folder, rest, number, str(counted))
