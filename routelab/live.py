"""A live app in this process, whose requests are traced. What comes back is data.

It knows no pipe and no screen. A worker has one of these, and `routelab.watch` makes one of an app object.
What its router alone is asked stands in `liverouter`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from routelab.environ import AT_ROOT, Base, build_environ
from routelab.messages import SendOptions
from routelab.requestline.record import BodyKind, RequestLine
from routelab.routing.outcome import Outcome
from routelab.sent import sent_request
from routelab.tracing.facts import Note
from routelab.tracing.trace import SENT_AS_JSON, EngineUsed, Trace, TracedApp
from routelab.tracing.watching.code.expected_rules import expected_rules
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.instrumentation import Instrumentation
from routelab.tracing.watching.listening import NOBODY, Listener, Run
from routelab.tracing.watching.request_step import NO_SETTINGS, FromSettings, text_of
from routelab.tracing.watching.run import run

if TYPE_CHECKING:
    from routelab.routing.explanation import MatchExplanation

_SENT_AS_JSON = Note(code=SENT_AS_JSON, text="the data was sent as JSON; -f sends a form")
_JSON_IN_GET = Note(code=SENT_AS_JSON, text="the data was sent as JSON; name==value puts it in the query")
# Of functions that look like views, and have no route.
_WITHOUT_ROUTE = ("decorator_without_parentheses", "decorator_without_at", "function_without_route")


class LiveApp:
    """An app object, what runs it, and where its functions stand.

    `find_unregistered` looks for routes that the app's files have and its table has not: those for a path, or
    all where it is given None.
    """

    def __init__(
        self,
        app: Any,
        *,
        engine: EngineUsed,
        target: str,
        sources: Sources,
        notes: tuple[Note, ...] = (),
        digest: str = "",
        find_unregistered: Callable[[str | None], tuple[Note, ...]] = lambda _path: (),
    ) -> None:
        self.app = app
        self.engine = engine
        self.traced = TracedApp(target=target, name=app.name, digest=digest)
        self.sources = sources
        self._notes = notes
        self._find_unregistered = find_unregistered
        self._instrumentation = Instrumentation(app, sources)

    def make_ready(self) -> None:
        """Make what the first request would make for all that follow."""
        self._instrumentation.make_ready()

    @property
    def base(self) -> Base:
        """Where the app says that it stands."""
        config = self.app.config
        try:
            return Base(
                server_name=config["SERVER_NAME"],
                application_root=config["APPLICATION_ROOT"],
                scheme=config["PREFERRED_URL_SCHEME"],
            )
        except (LookupError, TypeError):  # the app put something else there; Flask says so in the request
            return AT_ROOT

    def environ_of(self, request: RequestLine, cookies: str | None) -> dict[str, Any]:
        """Make the WSGI environ of a request, as Flask's own test client makes it."""
        return build_environ(request, self.base, cookies=cookies)

    def run(
        self,
        environ: dict[str, Any],
        request: RequestLine,
        options: SendOptions,
        listener: Listener = NOBODY,
    ) -> Run:
        """Run a request; see `tracing.watching.run`."""
        return run(
            self._instrumentation,
            environ,
            request.body or b"",
            options,
            settings=self._from_settings(environ, request),
            listener=listener,
        )

    def _from_settings(self, environ: dict[str, Any], request: RequestLine) -> FromSettings:
        scheme = environ["wsgi.url_scheme"]
        chosen = request.scheme is not None or scheme == "http"
        if chosen and not environ["SCRIPT_NAME"]:
            return NO_SETTINGS
        return FromSettings(
            root=text_of(environ["SCRIPT_NAME"]),
            scheme=None if chosen else scheme,
        )

    def trace_of(self, request: RequestLine, environ: dict[str, Any], result: Run) -> Trace:
        """Put together the trace of a request that has run."""
        # A browser's GET sends no form's body.
        as_json = _JSON_IN_GET if request.method == "GET" else _SENT_AS_JSON
        data_notes = (as_json,) if request.kind is BodyKind.JSON else ()
        steps = result.steps.steps()  # before the notes: they are told by now
        return Trace(
            engine=self.engine,
            app=self.traced,
            request=sent_request(request, environ),
            steps=steps,
            response=result.response,
            exception=result.exception,
            notes=(*self._notes, *self._notes_on_rules(result), *result.notes.all(), *data_notes),
            json_read=result.json_read,
            not_run=result.not_run,
        )

    def routes_left_out(self) -> tuple[Note, ...]:
        """Note all that the app's files have and its table has not."""
        return (*self.without_route, *self._find_unregistered(None))

    @property
    def without_route(self) -> tuple[Note, ...]:
        """What was noted at loading of functions that look like views, and have no route."""
        return tuple(note for note in self._notes if note.code in _WITHOUT_ROUTE)

    def unregistered(self, explanation: MatchExplanation) -> tuple[Note, ...]:
        """Note what the app's files have for a path that no rule takes, and its table has not."""
        path = "/" + explanation.asked.path.lstrip("/")
        return (*self._find_unregistered(path), *expected_rules(self.app, explanation.adapter, path))

    def _notes_on_rules(self, result: Run) -> tuple[Note, ...]:
        explanation = result.explanation
        # A match without an error is not asked for its outcome: that would read the whole search.
        if explanation is None or explanation.error is None or explanation.outcome is not Outcome.NOT_FOUND:
            return ()
        return self.unregistered(explanation)
