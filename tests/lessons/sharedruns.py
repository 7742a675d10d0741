"""Runs for those who ask hundreds of requests, and of whom none alters the app.

What a bundled lesson's apps gave is kept for the next test in this process that asks the same; most of it while
the lesson is proven, where each request has an app that has just loaded.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pytest

from routelab.cookies import CookieJar
from routelab.fates import Policy
from routelab.filestates import FileStates, files_as_they_are
from routelab.lab import Lab
from routelab.lessons.files import Files, project, write_project
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.running import Runs, app_factory, send_in
from routelab.tracing.trace import Trace

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TRACED: dict[tuple[Path, Files, tuple[str, ...]], Trace] = {}  # by what was asked


def keep_traces(lesson: Path, patch: pytest.MonkeyPatch) -> None:
    """Keep what a bundled lesson's starter and its solution give while it is proven, with their files as they come."""
    run = Runs.traces
    names = {files.value: files for files in Files}
    states: dict[Path, FileStates | None] = {}

    def traces(runs: Runs, before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[Trace, ...]:
        files = names.get(runs.folder.name)
        now = None if files is None else files_as_they_are(str(runs.folder))
        found = run(runs, before, request)
        if files is not None and now == states.setdefault(runs.folder, now):
            _TRACED.setdefault((lesson, files, _typed(before, request)), found[-1])
        return found

    patch.setattr(Runs, "traces", traces)


def _typed(before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[str, ...]:
    return tuple(each.typed for each in (*before, request))


class SharedRuns(Runs):
    """Runs that share one app as long as they only read, each without a cookie."""

    @cached_property
    def _shared(self) -> Lab:
        return self._app()

    def traces(self, before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[Trace, ...]:
        if any(each.line.method not in SAFE for each in (*before, request)):
            return super().traces(before, request)
        self._shared.cookies = CookieJar(Policy.BROWSER)
        return send_in(self._shared, before, request)[-1:]

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        if "_shared" in self.__dict__:
            self._shared.close()


class LessonRuns:
    """The apps of a bundled lesson, starter and solution, each loaded when it is first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._runs: dict[Files, Runs] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def trace(self, files: Files, before: tuple[TypedRequest, ...], request: TypedRequest) -> Trace:
        """Return the trace of a request after others."""
        asked = self._folder, files, _typed(before, request)
        if asked not in _TRACED:
            _TRACED[asked] = self._loaded(files).trace(before, request)
        return _TRACED[asked]

    def _loaded(self, files: Files) -> Runs:
        if files not in self._runs:
            copy = Path(self._stack.enter_context(TemporaryDirectory()))
            write_project(project(self._folder, files), copy)
            self._runs[files] = self._stack.enter_context(SharedRuns(app_factory(copy, "routelab")))
        return self._runs[files]
