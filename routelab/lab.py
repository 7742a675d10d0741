"""A lab: an app with a cookie jar. Send it a request, and a trace comes back.

It puts the parts together (request line, the app's host, jar) and knows no screen and no command line.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import quote
from types import TracebackType
from typing import TYPE_CHECKING, Self

from routelab import bundled
from routelab.browsing import CookieExchange, sets_cookies
from routelab.cookies import CookieJar
from routelab.environ import AT_ROOT
from routelab.errors import AppNotFound, UsageError
from routelab.fates import Policy
from routelab.hosts import AppDoesNotLoad, AppHost, AppRouter, Exchanged
from routelab.interpreter import interpreter
from routelab.loaded import AppFacts, LoadFailure
from routelab.messages import SendOptions
from routelab.redirects import REDIRECTS, RedirectRefusedError, host_of, next_hop
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.record import RequestLine
from routelab.requestline.writing import format_request
from routelab.routing.wording import plain
from routelab.tracing.facts import Note
from routelab.tracing.trace import SentResponse, Trace
from routelab.tracing.untold import told_later
from routelab.waiting import WAITING
from routelab.workerhost import AppToLoad, WorkerHost
from routelab.workers import OWN_SURROUNDINGS, WORKERS, WorkerSource

if TYPE_CHECKING:
    from routelab.requestline.urlfor import UrlFor
    from routelab.router import AuditReport, KnownRule, RouterDecision, RouteRow, RouteTable, ViewSource
    from routelab.routing.built import BuildExplanation

TIME_LIMIT = 5.0  # seconds, of a request in a lesson
OWN_TIME_LIMIT = 30.0  # seconds, of a request to an app of one's own: a debugger's patience
LOADING_LIMIT = 30.0  # seconds: some apps open databases, or wait for a network that is not there
_SHOWN = 100  # characters of a fragment; the rest says no more
ENGINES = ("auto", "routelab", "flask")


class Lab:
    """An app to experiment with; cookies persist from one request to the next. Ends with its `with` block.

    An app that does not load has a lab, too: each of its traces is the load failure.
    """

    def __init__(self, target: str, host: AppHost, *, clock: Callable[[], float] = time.time) -> None:
        self.target = target
        self.cookies = CookieJar(Policy.BROWSER)
        self._host = host
        self._clock = clock
        self.noted: Callable[[Trace], None] = lambda _trace: None  # is told of each request that was sent
        loaded = host.loaded
        self._base = loaded.base if isinstance(loaded, AppFacts) else AT_ROOT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the app and its process go."""
        self._host.close()

    def copy(self, *, last: bool = False) -> Lab | None:
        """Give a lab of the app as it was when it had loaded, with an empty jar; None if there can be none.

        There is one at a time, and until it is closed this lab must not be asked; after the `last`, never.
        """
        host = self._host.copy(last=last)
        if host is None:
            return None
        lab = Lab(self.target, host, clock=self._clock)
        lab.noted = self.noted
        return lab

    @property
    def failure(self) -> LoadFailure | None:
        """Why the app did not load, or None."""
        loaded = self._host.loaded
        return loaded if isinstance(loaded, LoadFailure) else None

    @property
    def app(self) -> AppFacts:
        """What is known of the app. Raises AppDoesNotLoad."""
        loaded = self._host.loaded
        if isinstance(loaded, LoadFailure):
            raise AppDoesNotLoad(loaded)
        return loaded

    @property
    def _router(self) -> AppRouter:
        if self.failure is not None:
            raise AppDoesNotLoad(self.failure)
        return self._host.router

    @property
    def folder(self) -> Path:
        """Where the app's imports start."""
        return Path(self._host.loaded.folder)

    @property
    def files(self) -> tuple[Path, ...]:
        """The app's own files that have run."""
        return tuple(map(Path, self._host.loaded.files))

    def send(
        self,
        request: str | Sequence[str] | RequestLine,
        *,
        seconds: float | None = TIME_LIMIT,
        all_candidates: bool = False,
        suggestions: bool = True,
    ) -> Trace:
        """Simulate one request: "GET /user/alice", "POST /login name=ann -f", or a RequestLine.

        `seconds` is the time limit of each hop. `all_candidates` tells of every rule also where there are
        more than 500, and not only of those that the router looked at; `suggestions` asks the router what
        would have matched, where nothing did. Raises UsageError for a line that is no request.
        """
        line = request if isinstance(request, RequestLine) else parse(request)
        options = SendOptions(seconds=seconds, all_candidates=all_candidates, suggestions=suggestions)
        tell = self._followed(line, options) if line.follow else self._sent(line, options).tell
        target = self.target
        trace = told_later(lambda: tell().replace(command=_command(target, line)))
        self.noted(trace)
        return trace

    def match(self, request: RequestLine, *, all_candidates: bool = False) -> RouterDecision:
        """Ask the router alone what it decides; no view runs. Raises AppDoesNotLoad and RouterStopped."""
        decision = self._router.match(request, all_candidates=all_candidates)
        return decision.replace(notes=(*decision.notes, *_notes_on(request)))

    def build(self, wanted: UrlFor) -> BuildExplanation:
        """Ask how url_for builds a URL. Raises AppDoesNotLoad and RouterStopped."""
        return self._router.build(wanted)

    def routes(self) -> RouteTable:
        """List all rules in the order in which the router decides. Raises AppDoesNotLoad."""
        return self._router.routes()

    def find_routes(self, table: RouteTable, search: str) -> tuple[RouteRow, ...]:
        """Choose the rows that have a fragment in rule, endpoint or view, or that a path fits."""
        fitting = self._fitting(search) if search.startswith("/") else frozenset()
        return tuple(row for row in table.routes if row.rule in fitting or row.has(search.lower()))

    def _fitting(self, path: str) -> frozenset[str]:
        decision = self._decision_on(path)
        return frozenset() if decision is None else decision.fitting_rules

    def routes_left_out(self, path: str) -> tuple[str, ...]:
        """Say which routes for a path the app's files have, where its table has none for it."""
        decision = self._decision_on(path) if path.startswith("/") else None
        return () if decision is None else tuple(plain(note.text) for note in decision.notes)

    def _decision_on(self, path: str) -> RouterDecision | None:
        try:
            request = parse([path])
        except RequestLineError:
            return None  # part of a rule, such as /user/<name>, is no path
        return self.match(request, all_candidates=True)

    def known_rules(self) -> tuple[KnownRule, ...]:
        """List the rules that can be asked for, sorted by text; none where the app does not load."""
        return () if self.failure is not None else self._host.router.known_rules()

    def view_source(self, endpoint: str) -> ViewSource | None:
        """Return the lines of an endpoint's view function; None where there is no such endpoint.

        Raises AppDoesNotLoad.
        """
        return self._router.view_source(endpoint)

    def audit(self) -> AuditReport:
        """Look the app's rules over. Raises AppDoesNotLoad and RouterStopped."""
        return self._router.audit()

    def now(self) -> float:
        """Return the time, in seconds since 1970, that cookies are held against."""
        return self._clock()

    def _sent(self, request: RequestLine, options: SendOptions) -> Exchanged:
        base, target, jar, now = self._base, self.target, self.cookies, self.now()

        def exchange() -> CookieExchange:
            return CookieExchange(
                request,
                scheme=request.scheme or base.scheme,
                host=host_of(request, base),
                path=base.mount + request.path,
                now=now,
            )

        sending = exchange().sending(jar) if jar else None
        header = None if sending is None else sending.header
        with WAITING.told(f"{request.method} {request.path}", options.seconds):
            sent = self._host.send(request, cookies=header, options=options)
        self._base = sent.base
        some = sending is not None or sets_cookies(sent.response)
        news = exchange().news(sent.response, sending, jar) if some else ()

        def tell() -> Trace:
            trace = sent.tell()
            return trace.replace(
                app=trace.app.replace(target=target),
                notes=(*trace.notes, *_notes_on(request)),
                cookies=news,
            )

        return sent._replace(tell=tell)

    def _followed(self, request: RequestLine, options: SendOptions) -> Callable[[], Trace]:
        """Send a request and then what the redirects ask for; why the last one was not followed is a note."""
        hops = [self._sent(request, options)]
        refusal = None
        while refusal is None and (found := _redirect(hops[-1].response)) is not None:
            if len(hops) > request.max_redirects:
                refusal = f"stopped after {request.max_redirects} redirects; --max-redirects allows more"
                break
            status, location = found
            try:
                request = next_hop(request, status, location, self._base)
            except RedirectRefusedError as error:
                refusal = str(error)
            else:
                hops.append(self._sent(request, options))

        if refusal is not None:
            hops[-1] = _noted(hops[-1], Note(code="redirect_not_followed", text=refusal))

        def tell() -> Trace:
            first, *later = [hop.tell() for hop in hops]
            return first.replace(redirects=tuple(later))

        return tell


def load(
    target: str | Path | None = None,
    engine: str = "auto",
    python: str | None = None,
    *,
    folder: Path | None = None,
    seconds: float | None = LOADING_LIMIT,
    clock: Callable[[], float] = time.time,
    env_files: bool = True,
    workers: WorkerSource = WORKERS,
) -> Lab:
    """Load an app in a process of its own: a file, a folder, "module:name", "module:factory", or a lesson.

    `engine` is "auto", "routelab" or "flask"; auto is real Flask where the app's interpreter has it, and
    routelab's own for the bundled lessons. `python` is that interpreter, or a virtual environment; without it
    ROUTELAB_PYTHON's, VIRTUAL_ENV's or this one. `env_files` reads
    `.flaskenv` and `.env` of `folder`, as the flask command does; a lesson never does. `workers` gives the
    process. Raises RoutelabError if there is no such app. An app whose code fails while it loads, or takes
    more than `seconds`, has a lab, whose every trace is that failure.
    """
    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}; it is auto, routelab or flask")
    where = (folder or Path.cwd()).resolve()
    shown = "app.py" if target is None else str(target)
    # `os.path`, since a `Path` raises where what was typed is too long to be one.
    found = target is None or os.path.exists(where / target)  # noqa: PTH110
    lesson = None if found else bundled.find(shown)
    if lesson is not None:
        target, engine = lesson, "routelab" if engine == "auto" else engine
    with WAITING.told(f"{shown} to load", seconds):
        app = AppToLoad(
            target=None if target is None else str(target),
            engine=engine,
            python=interpreter(python, os.environ),
            folder=where,
            seconds=seconds,
            env_files=env_files and lesson is None,
        )
        try:
            host = WorkerHost(app, OWN_SURROUNDINGS._replace(workers=workers))
        except AppNotFound as error:
            near = None if found else bundled.meant(shown, cutoff=0.75)
            if near is None:
                raise
            raise AppNotFound(f"{error}; or did you mean {near!r}, which came with routelab?") from None
    return Lab(shown if lesson else host.loaded.target, host, clock=clock)


def _noted(sent: Exchanged, note: Note) -> Exchanged:
    def tell() -> Trace:
        trace = sent.tell()
        return trace.replace(notes=(*trace.notes, note))

    return sent._replace(tell=tell)


def _redirect(response: SentResponse | None) -> tuple[int, str] | None:
    """Return the status and the Location of a redirect; None for any other answer."""
    if response is None or response.status not in REDIRECTS:
        return None
    location = response.header("Location")
    return None if location is None else (response.status, location)


def _command(target: str, request: RequestLine) -> str:
    """Write the command that would send a request again; "" where no command line can carry its body."""
    try:
        return f"routelab request -A {quote(target)} {format_request(request)}"
    except RequestLineError:
        return ""


def _notes_on(request: RequestLine) -> tuple[Note, ...]:
    """Say what was typed, or asked for by a redirect, and is not sent."""
    if not request.fragment:
        return ()
    shown = request.fragment if len(request.fragment) <= _SHOWN else f"{request.fragment[:_SHOWN]}..."
    text = f"#{shown} is not sent: what follows # in a URL stays in the browser, and no server sees it"
    return (Note(code="fragment_not_sent", text=text),)
