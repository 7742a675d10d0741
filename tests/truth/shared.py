"""One app that many tests of a file ask, and that is loaded where each of them has its apps: see `here`."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from here import is_here
from routelab.lab import Lab
from support import lab_of


class SharedApp:
    """Gives its labs until its `with` block ends: on each engine one in this process, and one with another."""

    def __init__(self, folder: Path, source: str) -> None:
        self._folder = folder
        self._source = source
        self._labs: dict[tuple[str, bool], Lab] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, way: TracebackType | None
    ) -> None:
        for lab in self._labs.values():
            lab.close()

    def lab(self, request: pytest.FixtureRequest, engine: str) -> Lab:
        """Return the lab for a test, which has the cookies that those before it were given."""
        key = engine, is_here(request.node)
        if key not in self._labs:
            self._labs[key] = lab_of(self._folder / str(len(self._labs)), self._source, engine)
        return self._labs[key]
