"""Which files of Pygments a site needs: the lexers of what lessons are written in, of some five hundred.

It reads what they import of each other, and imports none of them.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

_SEEDS = (
    "__init__", "_mapping", "configs", "css", "data", "html", "javascript", "markup", "python", "shell",
    "sql", "templates", "textfmts",
)  # fmt: skip
_LEXERS = PurePosixPath("pygments/lexers")
_UNUSED = (PurePosixPath("pygments/formatters"), PurePosixPath("pygments/styles"))  # the page has its own

_IMPORT = re.compile(
    r"^[ \t]*from pygments\.lexers(?:\.(\w+))? import (\([^)]*\)|(?:[^\\\n]|\\\n)*)", re.MULTILINE
)


def is_needed(path: PurePosixPath, lexers: frozenset[str]) -> bool:
    """Tell whether a file, as "pygments/lexers/css.py", goes along; `lexers` are those of `needed_lexers`."""
    if path.is_relative_to(_LEXERS):
        return path.stem in lexers
    return not any(path.is_relative_to(unused) for unused in _UNUSED)


def needed_lexers(pygments: Path) -> frozenset[str]:
    """Name the modules of lexers that are wanted, and those that they import; `pygments` is the package."""
    folder = pygments / "lexers"
    waiting, found = list(_SEEDS), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imported(folder / f"{name}.py")
    return frozenset(found)


def _imported(file: Path) -> list[str]:
    names = []
    for module, imported in _IMPORT.findall(file.read_text(encoding="utf-8")):
        names += [module] if module else re.findall(r"\w+", imported)
    return [name for name in names if file.with_name(f"{name}.py").is_file()]
