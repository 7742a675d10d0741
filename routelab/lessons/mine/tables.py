"""The tables in a learner's files of SQLite, and how many rows each has.

It only reads; it must not know why anybody wants to know that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from routelab.regularfile import read_start

_BEGINS = b"SQLite format 3\0"


def rows_in(folder: Path) -> dict[str, int]:
    """Count the rows of each table in each file of SQLite: {"recipe in recipes.db": 3}."""
    found: dict[str, int] = {}
    for path in filter(_is_database, sorted(folder.rglob("*"))):
        file = path.relative_to(folder).as_posix()
        found |= {f"{table} in {file}": number for table, number in _counted(path)}
    return found


def _counted(path: Path) -> Iterator[tuple[str, int]]:
    import sqlite3  # a Python for browsers may lack it

    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not table.startswith("sqlite_"):
                    quoted = table.replace('"', '""')
                    (number,) = db.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
                    yield table, number
    except sqlite3.Error:  # damaged, or locked by the app: what was counted until then is so
        return


def _is_database(path: Path) -> bool:
    try:
        return path.is_file() and read_start(path, len(_BEGINS)) == _BEGINS
    except OSError:
        return False
