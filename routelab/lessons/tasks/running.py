"""A task's requests are sent here, each after those that come before it, in an app that was loaded for it.

It must not know what is expected of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Self, TypeAlias, TypeVar

from routelab.cookies import CookieJar
from routelab.errors import RoutelabError
from routelab.fates import Policy
from routelab.filestates import FileStates, files_as_they_are
from routelab.lab import Lab, load
from routelab.lessons.files import Project
from routelab.lessons.mine.project import fresh_copy, target_in
from routelab.lessons.tasks.base import TypedRequest
from routelab.loaded import LoadFailure
from routelab.regularfile import read_text
from routelab.tracing.trace import Trace
from routelab.workers import WORKERS, WorkerSource

AppFactory: TypeAlias = Callable[[], Lab]
Asking: TypeAlias = tuple[tuple[TypedRequest, ...], TypedRequest]  # a request after others
Observed = TypeVar("Observed")
# Seconds for each request of a check: no lesson's view needs a tenth of it.
TIME_LIMIT = 2.0
LOADING_LIMIT = 5.0  # seconds: the first app of a session waits for its engine, too

# An app of the learner's own does what it likes when it loads: makes tables, hashes passwords, writes files.
OWN_LOADING_LIMIT = 10.0


def app_factory(folder: Path, engine: str, workers: WorkerSource = WORKERS) -> AppFactory:
    """Return what loads the folder's app.py anew at each call; one that takes too long has failed."""
    return lambda: load(
        "app.py", engine=engine, folder=folder, seconds=LOADING_LIMIT, env_files=False, workers=workers
    )


def copied_app(files: Callable[[], Project], copy: Path, engine: str) -> AppFactory:
    """Return what copies an app of the learner's kind and loads the copy, both anew at each call."""

    def loaded() -> Lab:
        fresh_copy(files(), copy)
        return load(target_in(copy), engine=engine, folder=copy, seconds=OWN_LOADING_LIMIT, env_files=False)

    return loaded


def send_in(
    lab: Lab, before: Iterable[TypedRequest], request: TypedRequest, seconds: float = TIME_LIMIT
) -> tuple[Trace, ...]:
    """Send a request after others, and return the traces of all; its own, the last, tells of all rules."""
    prepared = tuple(lab.send(each.line, seconds=seconds, suggestions=False) for each in before)
    return (*prepared, lab.send(request.line, seconds=seconds, all_candidates=True))


def send_afresh(app: AppFactory, before: Iterable[TypedRequest], request: TypedRequest) -> Trace:
    """Send a request after others in an app that is loaded for them, and gone afterwards."""
    with app() as lab:
        return send_in(lab, before, request)[-1]


class Runs:
    """Traces of requests, each in an app as it is when it has just loaded, so that none depends on another.

    Where it can be, the app is loaded once and copied for each; else it is loaded anew. The same request
    after the same ones is run once, and an app that does not load is loaded once: the next time it would give
    the same. `seconds` is the time limit of each request; `folder` has the app's files, where the lab's own
    name of it means nothing here. `ahead` is what `will_ask` takes. No request changes an app that is
    `inert`: it needs no copy. Ends with its `with` block.
    """

    def __init__(
        self,
        app: AppFactory,
        *,
        seconds: float = TIME_LIMIT,
        folder: Path | None = None,
        ahead: Iterable[Asking] = (),
        inert: bool = False,
    ) -> None:
        self._app, self._seconds, self._folder = app, seconds, folder
        self._inert = inert
        self._ahead: set[tuple[str, ...]] = set()
        self.will_ask(ahead)
        self._failed: Lab | None = None
        self._loaded: Lab | None = None
        self._texts: dict[PurePosixPath, str] = {}
        self._traces: dict[tuple[str, ...], tuple[Trace, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._let_go()

    def will_ask(self, ahead: Iterable[Asking]) -> None:
        """Note requests that will be asked for: the last of them needs no copy of the app."""
        self._ahead = {_asked(*each) for each in ahead}

    def trace(self, before: tuple[TypedRequest, ...], request: TypedRequest) -> Trace:
        """Return the trace of a request after others; raises RoutelabError where there is no app."""
        return self.traces(before, request)[-1]

    def traces(self, before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[Trace, ...]:
        """Return the traces of the others, too, its own as the last; raises RoutelabError."""
        asked = _asked(before, request)
        if asked not in self._traces:
            is_last = self._ahead == {asked}
            self._ahead.discard(asked)
            with self._fresh(last=is_last) as lab:
                self._traces[asked] = send_in(lab, before, request, self._seconds)
        return self._traces[asked]

    def failure(self) -> LoadFailure | None:
        """Load the app, and return why that fails, or None; raises RoutelabError where there is no app."""
        if self._failed is None and self._loaded is None:
            self._keep(self._load())
        return None if self._failed is None else self._failed.failure

    @property
    def folder(self) -> Path:
        """Where the app's files are; it is loaded to know it. Raises RoutelabError where there is no app."""
        if self._folder is None:
            self.failure()
        assert self._folder is not None
        return self._folder

    def _load(self) -> Lab:
        lab = self._app()
        if self._folder is None:
            self._folder = lab.folder
        return lab

    def _keep(self, lab: Lab) -> None:
        if lab.failure is None:
            self._loaded = lab
        else:
            self._failed = lab

    def written(self, file: PurePosixPath, pattern: re.Pattern[str]) -> tuple[re.Match[str], ...]:
        """Find all text of a pattern in a file of the app; none, where it cannot be read."""
        if file not in self._texts:
            try:
                self._texts[file] = read_text(self.folder / file)
            except (OSError, ValueError):
                self._texts[file] = ""
        return tuple(pattern.finditer(self._texts[file]))

    @contextmanager
    def _fresh(self, *, last: bool) -> Iterator[Lab]:
        """Give the app as it is when it has just loaded, or as it failed to load; the `last` uses it up."""
        if self._failed is not None:
            yield self._failed
            return
        if self._inert and self.failure() is None and self._loaded is not None:
            self._loaded.cookies = CookieJar(Policy.BROWSER)
            yield self._loaded
            return
        copy = None
        if self._loaded is not None:
            copy = self._loaded.copy(last=last) or self._loaded.copy(last=True)
        if copy is None:
            self._let_go()
            lab = self._load()
            if lab.failure is not None:
                self._keep(lab)
                yield lab
                return
            copy = None if last else lab.copy()
            if copy is None:
                copy = lab
            else:
                self._keep(lab)
        with copy:
            yield copy

    def _let_go(self) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            loaded.close()


class ProvenApp:
    """An app of a lesson's, while all that is said of it is proven; ends with its `with` block.

    The same request after the same ones is run once, whoever asks: `runs` keeps the traces. `note` is told of
    each that a page asks for, with the line of the block, and `differ` of what two runs gave; `inert` is as
    `Runs` has it.

    Where an engine `follows`, its app has this one `beside` it. What it observes in an app that all requests
    share is then held against what was observed here, in apps that had just loaded: the same proves both,
    and is the second run of both. Else it, too, asks an app that has just loaded; and where that gives
    something else, or requests change files, each engine has a second run of its own.
    """

    def __init__(
        self,
        app: AppFactory,
        note: Callable[[Trace, int], None],
        differ: Callable[[str, int, Any, Any], None],
        *,
        inert: bool = False,
        follows: bool = False,
        beside: Self | None = None,
    ) -> None:
        self.load, self._note, self._differ = app, note, differ
        self.runs = Runs(app, inert=inert)
        self._shared = Runs(app, inert=True)  # as if they changed nothing
        self._follows, self._beside = follows, beside
        self._observed: dict[Hashable, object] = {}
        self._files: FileStates | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with self.runs, self._shared:
            pass

    def failure(self) -> LoadFailure | None:
        """Load the app, and return why that fails, or None; raises RoutelabError where there is no app."""
        return (self.runs if self._beside is None else self._shared).failure()

    def proven(
        self,
        before: tuple[TypedRequest, ...],
        request: TypedRequest,
        observe: Callable[[Trace], Any],
        *,
        line: int,
        twice: str = "",
        of_page: bool = True,
    ) -> Trace:
        """Return the trace of a request after others, of which a block at `line` says what is observed.

        `twice` names what must give the same in two runs; nothing must where it is empty. Raises
        RoutelabError where there is no app.
        """

        def seen(traces: tuple[Trace, ...]) -> object:
            return observe(traces[-1]), [_codes(trace) for trace in traces if of_page]

        key = (line, twice, _asked(before, request))
        traces, doubted = self._settled(key, lambda runs: runs.traces(before, request), seen)
        for app in doubted if twice else ():
            app._differ(twice, line, *app.twice(before, request, observe))
        for trace in traces if of_page else ():
            self._note(trace, line)
        return traces[-1]

    def decided(self, key: Hashable, decide: Callable[[Runs], bool]) -> bool:
        """Decide something by requests; `key` is the same on all engines."""
        return self._settled(key, decide, lambda decision: decision)[0]

    def _settled(
        self, key: Hashable, run: Callable[[Runs], Observed], seen: Callable[[Observed], object]
    ) -> tuple[Observed, tuple[Self, ...]]:
        """Run something; return what came of it, and the apps that need a second run of their own."""
        if self._beside is not None and key in self._beside._observed:
            there = self._beside._observed[key]
            if seen(shared := run(self._shared)) == there:
                return shared, ()
            fresh = run(self.runs)
            return fresh, () if seen(fresh) == there else (self._beside, self)
        if not self._follows:
            return run(self.runs), (self,)
        self._has_old_files()  # notes them
        fresh = run(self.runs)
        if not self._has_old_files():
            return fresh, (self,)
        self._observed[key] = seen(fresh)
        return fresh, ()

    def _has_old_files(self) -> bool:
        """Tell whether the files of the app's folder are what they were at first."""
        try:
            self.runs.failure()
        except RoutelabError:
            return False
        files = files_as_they_are(str(self.runs.folder))
        if self._files is None:
            self._files = files
        return files is not None and files == self._files

    def twice(
        self,
        before: tuple[TypedRequest, ...],
        request: TypedRequest,
        observe: Callable[[Trace], Observed],
    ) -> tuple[Observed, Observed]:
        """Run a request twice, after others, and return what is observed of each run.

        The second is in an app that was loaded apart, after whatever was asked of that. Where this makes a
        difference, the request is run once more in an app that has just loaded: that may give the same.
        """
        first = observe(self.runs.trace(before, request))
        again = observe(self._shared.trace(before, request))
        if again != first and observe(send_afresh(self.load, before, request)) == first:
            again = first
        return first, again


def _codes(trace: Trace) -> list[str]:
    return [finding.code for hop in (trace, *trace.redirects) for finding in hop.findings]


def _asked(before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[str, ...]:
    return tuple(each.typed for each in (*before, request))
