"""A loaded app with its cookie jar: send it a request, and a trace comes back.

It puts the parts together (request line, environ, run, jar) and knows no screen and no command line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from routelab import bundled
from routelab.cookies import CookieJar
from routelab.environ import build_environ
from routelab.errors import UsageError
from routelab.loading import Engine, LoadedApp, LoadFailure, causes
from routelab.loading import load as load_app
from routelab.loading.records import Note
from routelab.redirects import REDIRECTS, RedirectRefusedError, host_of, next_hop, url_path
from routelab.requestline import BodyKind, RequestLine, parse
from routelab.routing.decision import Outcome
from routelab.tracing.match_steps import with_reasons
from routelab.tracing.records import (
    SENT_AS_JSON,
    LoadStep,
    Pairs,
    Place,
    SentRequest,
    TakenEndpoint,
    Trace,
)
from routelab.tracing.run import Run, run
from routelab.tracing.shadows import Shadows
from routelab.tracing.sources import Sources

TIME_LIMIT = 5.0  # seconds
# Standard output, the search path and `sys.modules` belong to the process, and each request replaces them.
# The lock lets a view send requests to a lab of its own.
_one_at_a_time = RLock()
_ADDED = (
    ("Host", "HTTP_HOST"),
    ("User-Agent", "HTTP_USER_AGENT"),
    ("Content-Type", "CONTENT_TYPE"),
    ("Content-Length", "CONTENT_LENGTH"),
    ("Cookie", "HTTP_COOKIE"),
)
_SENT_AS_JSON = Note(code=SENT_AS_JSON, text="the data was sent as JSON; -f sends a form")


class Lab:
    """An app to experiment with; cookies persist from one request to the next.

    An app that does not load has a lab, too: each of its traces is the load failure.
    """

    def __init__(
        self, target: str, app: LoadedApp | LoadFailure, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.target = target
        self.cookies = CookieJar()
        self._app = app
        self._clock = clock
        files = app.modules.files if isinstance(app, LoadedApp) else ()
        self._sources = Sources(app.folder, files)

    @property
    def failure(self) -> LoadFailure | None:
        """Why the app did not load, or None."""
        return self._app if isinstance(self._app, LoadFailure) else None

    @property
    def app(self) -> LoadedApp:
        """The app; raises the load failure where there is none."""
        if isinstance(self._app, LoadFailure):
            raise self._app
        return self._app

    @cached_property
    def shadows(self) -> Shadows:
        """What watches the app during a request; raises the load failure where there is no app."""
        return Shadows(self.app.app)

    @cached_property
    def unreached(self) -> tuple[Note, ...]:
        """Notes on routes that the app's files have and its table has not; made for the first 404."""
        from routelab.loading.unreached import unreached

        return tuple(unreached(self.app))

    @property
    def sources(self) -> Sources:
        """Where the app's functions stand."""
        return self._sources

    def send(
        self,
        request: str | Sequence[str] | RequestLine,
        *,
        seconds: float | None = TIME_LIMIT,
        all_candidates: bool = False,
        suggestions: bool = True,
    ) -> Trace:
        """Simulate one request: "GET /user/alice", "POST /login name=ann -f", or a RequestLine.

        `seconds` is the time limit of each hop. `all_candidates` tells of every rule, not only of those that
        the router looked at; `suggestions` asks the router what would have matched, where nothing did.
        Raises UsageError for a line that is no request.
        """
        line = request if isinstance(request, RequestLine) else parse(request)
        if isinstance(self._app, LoadFailure):
            return self._failed(line, self._app)
        sender = _Sender(self, self._app, seconds, all_candidates, suggestions)
        return sender.follow(line) if line.follow else sender.send(line)

    @property
    def base(self) -> dict[str, Any]:
        """Where the app says that it stands, as `build_environ` takes it."""
        config = self.app.app.config
        return {
            "server_name": config["SERVER_NAME"],
            "application_root": config["APPLICATION_ROOT"],
            "scheme": config["PREFERRED_URL_SCHEME"],
        }

    def view_place(self, endpoint: str) -> Place:
        """Find where an endpoint's view function stands."""
        return self._sources.view_place(self.app.app.view_functions, endpoint)

    def now(self) -> float:
        """Return the time, in seconds since 1970, that cookies are held against."""
        return self._clock()

    def _failed(self, request: RequestLine, failure: LoadFailure) -> Trace:
        return Trace(
            engine=failure.engine.value,
            engine_version=failure.engine_version,
            target=self.target,
            app_name="",
            request=_sent(request, build_environ(request)),
            steps=(_load_step(failure, self._sources),),
            response=None,
            notes=failure.notes,
        )


class _Sender:
    """Sends requests to one app under the same limits."""

    def __init__(
        self, lab: Lab, app: LoadedApp, seconds: float | None, all_candidates: bool, suggestions: bool
    ) -> None:
        self._lab = lab
        self._app = app
        self._seconds = seconds
        self._all_candidates = all_candidates
        self._suggestions = suggestions
        self._base = lab.base

    def send(self, request: RequestLine) -> Trace:
        lab, app = self._lab, self._app
        host = host_of(request, self._base["server_name"])
        path = url_path(request, self._base["application_root"])
        cookies = lab.cookies.header_for(host, path, now=lab.now()) if lab.cookies else None
        environ = build_environ(request, cookies=cookies, **self._base)
        with _one_at_a_time, app.active():
            result = run(
                lab.shadows,
                environ,
                request.body or b"",
                lab.sources,
                seconds=self._seconds,
                all_candidates=self._all_candidates,
            )
            steps = result.steps
            if self._suggestions and result.explanation is not None:
                steps = with_reasons(steps, result.explanation, self._lab.view_place)
        if result.response is not None:
            set_cookies = [value for name, value in result.response.headers if name.lower() == "set-cookie"]
            if set_cookies:
                lab.cookies.store(host, path, set_cookies, now=lab.now())
        return Trace(
            engine=app.engine.value,
            engine_version=app.engine_version,
            target=lab.target,
            app_name=app.name,
            request=_sent(request, environ),
            steps=steps,
            response=result.response,
            exception=result.exception,
            notes=(
                *app.notes,
                *self._notes_on_rules(result),
                *_notes_on_data(request),
            ),
            json_read=result.json_read,
        )

    def _notes_on_rules(self, result: Run) -> tuple[Note, ...]:
        explanation = result.explanation
        # A match without an error is not asked for its outcome, which may wait until somebody reads it.
        if explanation is None or explanation.error is None or explanation.outcome is not Outcome.NOT_FOUND:
            return ()
        return self._lab.unreached

    def follow(self, request: RequestLine) -> Trace:
        """Send a request and then what the redirects ask for; why the last one was not followed is a note."""
        traces = [self.send(request)]
        refusal = None
        while refusal is None and (location := _redirect(traces[-1])) is not None:
            if len(traces) > request.max_redirects:
                refusal = f"stopped after {request.max_redirects} redirects; --max-redirects allows more"
                break
            status = traces[-1].response.status if traces[-1].response else 0
            try:
                request = next_hop(request, status, location, **self._base)
            except RedirectRefusedError as error:
                refusal = str(error)
            else:
                traces.append(self.send(request))
        if refusal is not None:
            note = Note(code="redirect_not_followed", text=refusal)
            traces[-1] = traces[-1]._replace(notes=(*traces[-1].notes, note))
        first, *later = traces
        return first._replace(redirects=tuple(later))


def load(
    target: str | Path | None = None,
    engine: str = "auto",
    *,
    folder: Path | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] = time.time,
) -> Lab:
    """Load an app: a file, a folder, "module:name", "module:factory", or a bundled lesson's number or name.

    `engine` is "auto", "routelab" or "flask"; auto is real Flask where it is installed, and routelab's own
    for the bundled lessons. Raises RoutelabError if there is no such app. An app whose code fails while it
    loads, or takes more than `seconds`, has a lab, whose every trace is that failure.
    """
    shown = "app.py" if target is None else str(target)
    try:
        wanted = Engine(engine)
    except ValueError:
        raise UnknownEngine(engine) from None
    where = folder or Path.cwd()
    lesson = None if target is None or (where / target).exists() else bundled.find(shown)
    if lesson is not None:
        target, wanted = lesson, Engine.ROUTELAB if wanted is Engine.AUTO else wanted
    try:
        app: LoadedApp | LoadFailure = load_app(target, wanted, folder=where, seconds=seconds)
    except LoadFailure as failure:
        app = failure
    return Lab(shown if lesson else app.target, app, clock=clock)


class UnknownEngine(UsageError):
    """There is no engine of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no engine {name!r}; it is auto, routelab or flask")


def _redirect(trace: Trace) -> str | None:
    response = trace.response
    return response.header("Location") if response is not None and response.status in REDIRECTS else None


def _sent(request: RequestLine, environ: dict[str, Any]) -> SentRequest:
    """Describe the request as a server would have received it, headers that the lab added included."""
    added = [(name, environ[key]) for name, key in _ADDED if key in environ]
    if request.headers:
        names = {name.lower() for name, _ in request.headers}
        added = [pair for pair in added if pair[0].lower() not in names]
    headers: Pairs = (*added, *request.headers)
    return SentRequest(
        method=request.method,
        path=request.path,
        query_string=request.query_string,
        headers=headers,
        body=request.body,
    )


def _load_step(failure: LoadFailure, sources: Sources) -> LoadStep:
    return LoadStep(
        exception=failure.exception,
        message=failure.message,
        file=failure.file,
        line=failure.line,
        source=failure.source,
        frames=failure.frames,
        chain=failure.chain,
        printed=failure.printed,
        taken=None if failure.taken is None else _taken(failure.taken, sources),
        converter=failure.converter,
    )


def _taken(taken: causes.TakenEndpoint, sources: Sources) -> TakenEndpoint:
    wrapper = taken.wrapper
    return TakenEndpoint(
        endpoint=taken.endpoint,
        first=_view_place(taken.first, sources),
        second=_view_place(taken.second, sources),
        wrapper=None if wrapper is None else sources.place(wrapper),
        wrapper_of=None if wrapper is None else wrapper.__code__.co_qualname.split(".<locals>.")[-2],
        decorated=taken.decorated,
    )


def _view_place(view: Callable[..., Any], sources: Sources) -> Place:
    place = sources.place(view)
    return place._replace(function=f"{place.function}.as_view") if isinstance(view, type) else place


def _notes_on_data(request: RequestLine) -> tuple[Note, ...]:
    return (_SENT_AS_JSON,) if request.kind is BodyKind.JSON else ()
