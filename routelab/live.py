"""A live app in this process: requests traced, and its router asked. What comes back is data.

It knows no pipe and no screen. A worker has one of these, and `routelab.watch` makes one of an app object.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import HTTPException

from routelab.environ import build_environ
from routelab.loaded import Base
from routelab.messages import SendOptions
from routelab.reaching import reach_of
from routelab.requestline.record import BodyKind, RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.router import (
    AuditReport,
    KnownRule,
    PlacedFinding,
    RouterDecision,
    RouteRow,
    RouteTable,
    ViewSource,
)
from routelab.routing.built import BuildExplanation
from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.finding import AuditFinding
from routelab.routing.observation import decision_order
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import allowing_rule, patterns_of
from routelab.routing.walk import Walk
from routelab.sent import sent_request
from routelab.tracing.facts import Note, Place
from routelab.tracing.phrases import called_name, raised_at
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.trace import SENT_AS_JSON, EngineUsed, Trace, TracedApp
from routelab.tracing.watching.decorators import decorators_of
from routelab.tracing.watching.expected_rules import expected_rules
from routelab.tracing.watching.instrumentation import Instrumentation
from routelab.tracing.watching.match_steps import match_steps, with_candidates, with_diagnosis
from routelab.tracing.watching.middleware import layers_before, name_of
from routelab.tracing.watching.request_step import NO_SETTINGS, FromSettings, text_of
from routelab.tracing.watching.run import Run, run
from routelab.tracing.watching.sources import Placed, Sources, is_static_view
from routelab.tracing.watching.step_recorder import StepRecorder

Answer = TypeVar("Answer")
_IN_ANCHORS = "%!#$&'()*+,/:;=?@"  # what url_for leaves as it is
_SENT_AS_JSON = Note(code=SENT_AS_JSON, text="the data was sent as JSON; -f sends a form")


class LiveApp:
    """An app object, what runs it, and where its functions stand.

    `find_unregistered` looks for routes that the app's files have and its table has not, given a path.
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
        find_unregistered: Callable[[str], tuple[Note, ...]] = lambda _path: (),
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
        return Base(
            server_name=config["SERVER_NAME"],
            application_root=config["APPLICATION_ROOT"],
            scheme=config["PREFERRED_URL_SCHEME"],
        )

    def environ_of(self, request: RequestLine, cookies: str | None) -> dict[str, Any]:
        """Make the WSGI environ of a request, as Flask's own test client makes it."""
        base = self.base
        return build_environ(
            request,
            cookies=cookies,
            server_name=base.server_name,
            application_root=base.application_root,
            scheme=base.scheme,
        )

    def run(
        self,
        environ: dict[str, Any],
        request: RequestLine,
        options: SendOptions,
        *,
        calling: Callable[[StepRecorder], None] | None = None,
        owning: Callable[[int | None], None] | None = None,
    ) -> Run:
        """Run a request; see `tracing.watching.run`."""
        return run(
            self._instrumentation,
            environ,
            request.body or b"",
            options,
            settings=self._from_settings(environ, request),
            calling=calling,
            owning=owning,
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
        data_notes = (_SENT_AS_JSON,) if request.kind is BodyKind.JSON else ()
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

    def match(self, request: RequestLine, *, all_candidates: bool = False) -> RouterDecision:
        """Ask the router about a request."""

        def ask() -> RouterDecision:
            adapter, host = self._adapter(request), self.environ_of(request, None)["HTTP_HOST"]
            if adapter is None:
                return RouterDecision(
                    match=MatchStep(outcome=Outcome.NOT_TRIED), converters=None, walk=Walk(steps=())
                )
            explanation = observe(adapter)
            explanation.reach, explanation.host = reach_of(self.app), host
            error = explanation.error
            step, *converters = match_steps(
                explanation, None if error is None else self.sources.raised(error)
            )
            assert isinstance(step, MatchStep)
            step = with_candidates(step, explanation, self.view_place, all_candidates=all_candidates)
            return RouterDecision(
                match=with_diagnosis(step, explanation, self.view_place, self._view_lines),
                converters=next((each for each in converters if isinstance(each, ConvertersStep)), None),
                walk=explanation.walk,
                notes=self._unregistered(explanation) if step.outcome is Outcome.NOT_FOUND else (),
                middleware=self._middleware,
            )

        return self._in_context(ask)

    def build(self, wanted: UrlFor) -> BuildExplanation:
        """Ask how url_for builds a URL in a view of no blueprint that answers `GET /`."""
        from routelab.routing.building import explain_build, not_built  # no request needs it

        request = RequestLine(method="GET", path="/")

        def ask() -> BuildExplanation:
            adapter = self._adapter(request) or self._trusted_adapter()
            values = dict(wanted.values)
            try:
                self.app.inject_url_defaults(wanted.full_endpoint, values)
            except Exception as error:
                where = self.sources.raised(error)
                by = f"the url_defaults function {called_name(where.function)}{raised_at(where)}"
                return not_built(wanted.full_endpoint, error, by)
            external, scheme = wanted.option("_external"), wanted.option("_scheme")
            explanation = explain_build(
                adapter,
                wanted.full_endpoint,
                values,
                method=wanted.option("_method"),
                force_external=scheme is not None if external is None else bool(external),
                url_scheme=scheme,
                reach=reach_of(self.app),
            )
            explanation = explanation.replace(
                middleware=self._middleware, root=self._root_of(explanation.url)
            )
            return _with_anchor(explanation, wanted.option("_anchor"))

        return self._in_context(ask)

    def _root_of(self, url: str | None) -> str | None:
        root = str(self.base.application_root).rstrip("/")
        return root if root and url is not None and f"{urlsplit(url).path}/".startswith(f"{root}/") else None

    def routes(self) -> RouteTable:
        """List all rules in the order in which the router decides."""
        from routelab.routing.auditing import unmatched  # no request needs it

        order = decision_order(self.app.url_map)
        book = patterns_of(self.app.url_map)
        why = unmatched(self.app.url_map, self.app.view_functions, reach_of(self.app))
        rows = []
        for number, rule in enumerate(order.rules, start=1):
            author, pattern = allowing_rule(rule), book.of(rule)
            variables = () if pattern is None else tuple((v.name, v.written) for v in pattern.variables)
            rows.append(
                RouteRow(
                    order=number,
                    methods=author.methods,
                    added=author.added,
                    rule=rule.rule,
                    endpoint=str(rule.endpoint),
                    variables=variables,
                    place=self.view_place(rule.endpoint),
                    build_only=rule.build_only,
                    builtin=self._is_builtin(rule.endpoint),
                    domain="" if pattern is None else pattern.domain_source,
                    unreachable=why.get(id(rule)),
                    decorators=self._decorators(rule.endpoint),
                    websocket=rule.websocket,
                )
            )
        return RouteTable(
            routes=tuple(rows),
            reliable=order.reliable,
            middleware=self._middleware,
            host_matching=bool(self.app.url_map.host_matching),
        )

    def known_rules(self) -> tuple[KnownRule, ...]:
        """List the rules that can be asked for, sorted by text, for completion."""
        known = (
            KnownRule(
                rule=rule.rule,
                endpoint=str(rule.endpoint),
                methods=tuple(sorted(rule.methods or ())),
                variables=tuple(sorted(rule.arguments)),
            )
            for rule in self.app.url_map.iter_rules()
            if not rule.build_only
        )
        return tuple(sorted(known, key=lambda each: (each.rule, each.endpoint)))

    def view_source(self, endpoint: str) -> ViewSource | None:
        """Return the lines of an endpoint's view function; None where there is no such endpoint."""
        view = self.app.view_functions.get(endpoint)
        if view is None:
            return None
        place, source, first_line = self.sources.place_and_lines(view)
        return ViewSource(place=place, source=source, first_line=first_line)

    def audit(self) -> AuditReport:
        """Look the app's map over."""
        from routelab.routing.auditing import audit as audit_map  # no request needs it
        from routelab.tracing.watching.view_audit import about_views

        url_map, views = self.app.url_map, self.app.view_functions
        found = self._in_context(lambda: audit_map(url_map, views, reach_of(self.app)))
        findings = sorted(
            (*found, *about_views(self.app, self.sources)), key=lambda finding: finding.code.value
        )
        return AuditReport(
            findings=tuple(map(self._placed, findings)), rules_total=sum(1 for _ in url_map.iter_rules())
        )

    def _placed(self, finding: AuditFinding) -> PlacedFinding:
        from routelab.tracing.watching.view_audit import is_of_a_library

        endpoint = finding.about.endpoint
        place = self.view_place(endpoint)
        view = self.app.view_functions.get(endpoint)
        library = is_of_a_library(view) and not self._is_builtin(endpoint)
        return PlacedFinding(finding=finding, place=place, library=library)

    def view_place(self, endpoint: str) -> Place:
        """Find where an endpoint's view function stands."""
        return self.sources.view_place(self.app.view_functions, endpoint)

    def _view_lines(self, endpoint: str) -> Placed:
        return self.sources.view_lines(self.app.view_functions, endpoint)

    @property
    def _middleware(self) -> tuple[str, ...]:
        return tuple(map(name_of, layers_before(self.app)))

    def _unregistered(self, explanation: MatchExplanation) -> tuple[Note, ...]:
        path = "/" + explanation.asked.path.lstrip("/")
        return (*self._find_unregistered(path), *expected_rules(self.app, explanation.adapter, path))

    def _notes_on_rules(self, result: Run) -> tuple[Note, ...]:
        explanation = result.explanation
        # A match without an error is not asked for its outcome: that would read the whole search.
        if explanation is None or explanation.error is None or explanation.outcome is not Outcome.NOT_FOUND:
            return ()
        return self._unregistered(explanation)

    def _decorators(self, endpoint: str) -> tuple[str, ...]:
        view = self.app.view_functions.get(endpoint)
        return decorators_of(view, str(endpoint), self.sources) if callable(view) else ()

    def _is_builtin(self, endpoint: str) -> bool:
        view = self.app.view_functions.get(endpoint)
        return view is not None and is_static_view(view)

    def _adapter(self, request: RequestLine) -> Any:
        environ = self.environ_of(request, None)
        try:
            return self.app.create_url_adapter(self.app.request_class(environ))
        except HTTPException:
            return None  # an untrusted host, for example: the router is never asked

    def _trusted_adapter(self) -> Any:
        """Bind to a host that the app trusts, where it refuses the usual one."""
        hosts = (str(host).removeprefix(".") for host in self.app.config["TRUSTED_HOSTS"] or ())
        requests = (RequestLine(method="GET", path="/", host=host) for host in hosts)
        return next(filter(None, map(self._adapter, requests)), None)

    def _in_context(self, ask: Callable[[], Answer]) -> Answer:
        """Ask with the app's context pushed, for converters that want it; no pop, so no teardown runs."""

        def pushed() -> Answer:
            self.app.app_context().push()
            return ask()

        return copy_context().run(pushed)


def _with_anchor(explanation: BuildExplanation, anchor: Any) -> BuildExplanation:
    """Put an anchor behind the URL, as url_for does once it is built."""
    if anchor is None or explanation.url is None:
        return explanation
    return explanation.replace(
        url=f"{explanation.url}#{quote(str(anchor), safe=_IN_ANCHORS, errors='replace')}"
    )
