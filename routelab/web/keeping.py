"""The learner's files as the page keeps them: by their paths below the home, as text.

It knows files, and not what any of them is for.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

Kept = dict[str, str]  # by path below the home: text, or "base64:..."
_BYTES = "base64:"


def kept_files(home: Path) -> Kept:
    """Write down all files below the home."""
    kept: Kept = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".lock":
            kept[path.relative_to(home).as_posix()] = _written(path.read_bytes())
    return kept


def restore(home: Path, kept: Kept) -> None:
    """Put files back; a name that leads out of the home is passed over."""
    for name, text in kept.items():
        path = home / name
        if not path.resolve().is_relative_to(home.resolve()):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        content = b64decode(text.removeprefix(_BYTES)) if text.startswith(_BYTES) else text.encode()
        path.write_bytes(content)


def _written(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _BYTES
    return _BYTES + b64encode(content).decode() if text.startswith(_BYTES) else text
