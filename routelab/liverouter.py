"""What the router of a live app is asked beside requests: a match, a URL, the rules, an audit; told as data.

No view runs. It knows no pipe; a worker loads it with the first such question, since no request needs it, and
with the first that builds or audits what a match does without (10 of 280 milliseconds).
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import HTTPException

from routelab.live import LiveApp
from routelab.reaching import reach_of
from routelab.requestline.record import RequestLine
from routelab.router import (
    AuditReport,
    KnownRule,
    PlacedFinding,
    RouterDecision,
    RouteRow,
    RouteTable,
    ViewSource,
)
from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.observation import decision_order
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import allowing_rule
from routelab.routing.patterncache import patterns_of
from routelab.routing.walk import Walk
from routelab.routing.wording import endpoint_text
from routelab.tracing.facts import Note
from routelab.tracing.phrases import called_name, raised_at
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.watching.code.decorators import decorators_of
from routelab.tracing.watching.code.sources import is_static_view
from routelab.tracing.watching.code.views import Views
from routelab.tracing.watching.exceptions.raised import raised_of
from routelab.tracing.watching.match_steps import match_steps, with_candidates, with_diagnosis
from routelab.tracing.watching.middleware import layers_before, name_of

if TYPE_CHECKING:
    from routelab.requestline.urlfor import UrlFor
    from routelab.routing.built import BuildExplanation
    from routelab.routing.finding import AuditFinding

Answer = TypeVar("Answer")
_IN_ANCHORS = "%!#$&'()*+,/:;=?@"  # what url_for leaves as it is


class LiveRouter:
    """The router of an app that is there."""

    def __init__(self, live: LiveApp) -> None:
        self._live = live
        self._app = live.app

    def match(self, request: RequestLine, *, all_candidates: bool = False) -> RouterDecision:
        """Ask the router about a request."""

        def ask() -> RouterDecision:
            host = self._live.environ_of(request, None)["HTTP_HOST"]
            try:
                adapter = self._bound(request)
            except HTTPException as refusal:
                refused = MatchStep(outcome=Outcome.NOT_TRIED, raised=raised_of(refusal, self._live.sources))
                return RouterDecision(
                    match=refused,
                    converters=None,
                    walk=Walk(steps=()),
                    middleware=self._middleware,
                )
            explanation = observe(adapter)
            explanation.reach, explanation.host = reach_of(self._app), host
            error = explanation.error
            step, *converters = match_steps(
                explanation, None if error is None else raised_of(error, self._live.sources)
            )
            assert isinstance(step, MatchStep)
            step = with_candidates(step, explanation, self._views, all_candidates=all_candidates)
            return RouterDecision(
                match=with_diagnosis(step, explanation, self._views),
                converters=next((each for each in converters if isinstance(each, ConvertersStep)), None),
                walk=explanation.walk,
                notes=self._notes_on(explanation) if step.outcome is Outcome.NOT_FOUND else (),
                middleware=self._middleware,
            )

        return self._in_context(ask)

    def _notes_on(self, explanation: MatchExplanation) -> tuple[Note, ...]:
        return (*self._live.without_route, *self._live.unregistered(explanation))

    def build(self, wanted: UrlFor) -> BuildExplanation:
        """Ask how url_for builds a URL in a view of no blueprint that answers `GET /`."""
        from routelab.routing.building import explain_build, not_built

        request = RequestLine(method="GET", path="/")

        def ask() -> BuildExplanation:
            adapter = self._adapter(request) or self._trusted_adapter()
            values = dict(wanted.values)
            try:
                self._app.inject_url_defaults(wanted.full_endpoint, values)
            except Exception as error:
                where = raised_of(error, self._live.sources)
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
                reach=reach_of(self._app),
            )
            if not explanation.rules and explanation.nearest is None:
                explanation = explanation.replace(nearest=self._endpoint_of(wanted.full_endpoint))
            explanation = explanation.replace(
                middleware=self._middleware, root=self._root_of(explanation.url)
            )
            return _with_anchor(explanation, wanted.option("_anchor"))

        return self._in_context(ask)

    def _endpoint_of(self, name: str) -> str | None:
        """Find the endpoint of the view function of a name: a wrapper may have given it its own."""
        blueprint, _, function = name.rpartition(".")
        for endpoint in map(str, self._app.view_functions):
            if endpoint.rpartition(".")[0] == blueprint and self._views.place(endpoint).function == function:
                return endpoint
        return None

    def _root_of(self, url: str | None) -> str | None:
        root = str(self._live.base.application_root).rstrip("/")
        return root if root and url is not None and f"{urlsplit(url).path}/".startswith(f"{root}/") else None

    def routes(self) -> RouteTable:
        """List all rules in the order in which the router decides."""
        from routelab.routing.auditing import unmatched

        order = decision_order(self._app.url_map)
        book = patterns_of(self._app.url_map)
        why = unmatched(self._app.url_map, self._app.view_functions, reach_of(self._app))
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
                    endpoint=endpoint_text(rule.endpoint),
                    variables=variables,
                    place=self._views.place(rule.endpoint),
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
            host_matching=bool(self._app.url_map.host_matching),
            notes=self._live.routes_left_out(),
        )

    def known_rules(self) -> tuple[KnownRule, ...]:
        """List the rules that can be asked for, sorted by text, for completion."""
        known = (
            KnownRule(
                rule=rule.rule,
                endpoint=endpoint_text(rule.endpoint),
                methods=tuple(sorted(rule.methods or ())),
                variables=tuple(sorted(rule.arguments)),
            )
            for rule in self._app.url_map.iter_rules()
            if not rule.build_only
        )
        return tuple(sorted(known, key=lambda each: (each.rule, each.endpoint)))

    def view_source(self, endpoint: str) -> ViewSource | None:
        """Return the lines of an endpoint's view function; None where there is no such endpoint."""
        view = self._app.view_functions.get(endpoint)
        if view is None:
            return None
        place, source, first_line = self._live.sources.place_and_lines(view)
        return ViewSource(place=place, source=source, first_line=first_line)

    def audit(self) -> AuditReport:
        """Look the app's map over."""
        from routelab.routing.auditing import audit as audit_map
        from routelab.tracing.watching.code.expected_rules import repeated_prefixes
        from routelab.tracing.watching.code.view_audit import about_views

        url_map, views = self._app.url_map, self._app.view_functions
        found = self._in_context(lambda: audit_map(url_map, views, reach_of(self._app)))
        findings = sorted(
            (*found, *about_views(self._app, self._live.sources), *repeated_prefixes(self._app)),
            key=lambda finding: finding.code.value,
        )
        return AuditReport(
            findings=tuple(map(self._placed, findings)),
            rules_total=sum(1 for _ in url_map.iter_rules()),
            notes=self._live.routes_left_out(),
        )

    def _placed(self, finding: AuditFinding) -> PlacedFinding:
        from routelab.tracing.watching.code.view_audit import is_of_a_library

        endpoint = finding.about.endpoint
        place = self._views.place(endpoint)
        view = self._app.view_functions.get(endpoint)
        library = is_of_a_library(view) and not self._is_builtin(endpoint)
        return PlacedFinding(finding=finding, place=place, library=library)

    @property
    def _views(self) -> Views:
        return Views(self._app.view_functions, self._live.sources)

    @property
    def _middleware(self) -> tuple[str, ...]:
        return tuple(map(name_of, layers_before(self._app)))

    def _decorators(self, endpoint: str) -> tuple[str, ...]:
        view = self._app.view_functions.get(endpoint)
        return decorators_of(view, str(endpoint), self._live.sources) if callable(view) else ()

    def _is_builtin(self, endpoint: str) -> bool:
        view = self._app.view_functions.get(endpoint)
        return view is not None and is_static_view(view)

    def _bound(self, request: RequestLine) -> Any:
        """Bind the map to a request. Raises HTTPException where the app refuses that, for its host."""
        return self._app.create_url_adapter(self._app.request_class(self._live.environ_of(request, None)))

    def _adapter(self, request: RequestLine) -> Any:
        try:
            return self._bound(request)
        except HTTPException:
            return None

    def _trusted_adapter(self) -> Any:
        """Bind to a host that the app trusts, where it refuses the usual one."""
        hosts = (str(host).removeprefix(".") for host in self._app.config["TRUSTED_HOSTS"] or ())
        requests = (RequestLine(method="GET", path="/", host=host) for host in hosts)
        return next(filter(None, map(self._adapter, requests)), None)

    def _in_context(self, ask: Callable[[], Answer]) -> Answer:
        """Ask with the app's context pushed, for converters that want it; no pop, so no teardown runs."""

        def pushed() -> Answer:
            self._app.app_context().push()
            return ask()

        return copy_context().run(pushed)


def _with_anchor(explanation: BuildExplanation, anchor: Any) -> BuildExplanation:
    """Put an anchor behind the URL, as url_for does once it is built."""
    if anchor is None or explanation.url is None:
        return explanation
    return explanation.replace(
        url=f"{explanation.url}#{quote(str(anchor), safe=_IN_ANCHORS, errors='replace')}"
    )
