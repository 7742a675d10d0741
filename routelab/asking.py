"""Ask a loaded app's router alone: what it decides, how it builds, which rules it has. No view, no hook runs.

It puts routing's answers beside where the view functions stand, and knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from werkzeug.exceptions import HTTPException

from routelab.environ import build_environ
from routelab.lab import Lab
from routelab.requestline import RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.routing.auditing import audit as audit_map
from routelab.routing.building import explain_build
from routelab.routing.built import BuildExplanation
from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.finding import AuditFinding
from routelab.routing.observation import decision_order
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import allowing_rule, patterns_of
from routelab.tracing.match_steps import converters_step, match_step, told_further
from routelab.tracing.records import ConvertersStep, MatchStep, Place
from routelab.tracing.sources import is_static_view

Answer = TypeVar("Answer")
_IN_ANCHORS = "%!#$&'()*+,/:;=?@"  # what url_for leaves as it is


class Decision(NamedTuple):
    """What the router decides about one request, and what the converters made of the path."""

    match: MatchStep
    converters: ConvertersStep | None


class Route(NamedTuple):
    """A row of the route table.

    `order` counts from 1 in the order in which rules are decided. `methods` are those that somebody chose,
    `added` those that came with them; both empty for a rule that takes any. `variables` are pairs of name
    and converter. `builtin`: its view is Flask's own, for the files of a static folder.
    """

    order: int
    methods: tuple[str, ...]
    added: tuple[str, ...]
    rule: str
    endpoint: str
    variables: tuple[tuple[str, str], ...]
    place: Place
    build_only: bool
    builtin: bool


class Table(NamedTuple):
    """The route table; without `reliable` its order is that of registration, not of decision."""

    routes: tuple[Route, ...]
    reliable: bool


class PlacedFinding(NamedTuple):
    """What an audit found, and where the view function of the rule stands."""

    finding: AuditFinding
    place: Place


class Audit(NamedTuple):
    """The findings on a map of `rules_total` rules."""

    findings: tuple[PlacedFinding, ...]
    rules_total: int


def match(lab: Lab, request: RequestLine, *, all_candidates: bool = False) -> Decision:
    """Ask the router about a request. Raises LoadFailure if the app does not load."""
    app = lab.app.app

    def ask() -> Decision:
        adapter = _adapter(lab, request)
        if adapter is None:
            return Decision(MatchStep(outcome=Outcome.NOT_TRIED), None)
        explanation = observe(adapter)
        return _decision(lab, explanation, all_candidates)

    return _in_context(lab, app, ask)


def build(lab: Lab, wanted: UrlFor) -> BuildExplanation:
    """Ask how url_for builds a URL in a view of no blueprint that answers `GET /`. Raises LoadFailure."""
    app = lab.app.app
    request = RequestLine(method="GET", path="/")

    def ask() -> BuildExplanation:
        adapter = _adapter(lab, request)
        values = dict(wanted.values)
        app.inject_url_defaults(wanted.full_endpoint, values)
        external, scheme = wanted.option("_external"), wanted.option("_scheme")
        explanation = explain_build(
            adapter,
            wanted.full_endpoint,
            values,
            method=wanted.option("_method"),
            force_external=scheme is not None if external is None else bool(external),
            url_scheme=scheme,
        )
        return _with_anchor(explanation, wanted.option("_anchor"))

    return _in_context(lab, app, ask)


def _with_anchor(explanation: BuildExplanation, anchor: Any) -> BuildExplanation:
    """Put an anchor behind the URL, as url_for does once it is built."""
    if anchor is None or explanation.url is None:
        return explanation
    return explanation.replace(url=f"{explanation.url}#{quote(str(anchor), safe=_IN_ANCHORS)}")


def routes(lab: Lab) -> Table:
    """List all rules in the order in which the router decides. Raises LoadFailure."""
    app = lab.app.app
    order = decision_order(app.url_map)
    patterns = patterns_of(app.url_map)
    rows = []
    for number, rule in enumerate(order.rules, start=1):
        author, pattern = allowing_rule(rule), patterns.of(rule)
        variables = () if pattern is None else tuple((v.name, v.written) for v in pattern.variables)
        rows.append(
            Route(
                order=number,
                methods=author.methods,
                added=author.added,
                rule=rule.rule,
                endpoint=str(rule.endpoint),
                variables=variables,
                place=lab.view_place(rule.endpoint),
                build_only=rule.build_only,
                builtin=_is_builtin(app.view_functions.get(rule.endpoint)),
            )
        )
    return Table(tuple(rows), order.reliable)


def rules_for(lab: Lab, request: RequestLine) -> frozenset[str]:
    """Return the rules that fit a path, whichever of them wins and whatever the method."""
    decision = match(lab, request, all_candidates=True)
    fitting = ("match", "shadowed")
    return frozenset(
        placed.candidate.rule
        for placed in decision.match.candidates
        if placed.candidate.verdict.value in fitting or _only_method(placed.candidate.reason)
    )


def audit(lab: Lab) -> Audit:
    """Look the app's map over. Raises LoadFailure."""
    app = lab.app.app
    with lab.app.active():
        found = audit_map(app.url_map, app.view_functions.keys())
    total = sum(1 for _ in app.url_map.iter_rules())
    return Audit(tuple(PlacedFinding(each, lab.view_place(each.about.endpoint)) for each in found), total)


def _is_builtin(view: Callable[..., Any] | None) -> bool:
    return view is not None and is_static_view(view)


def _only_method(reason: Any) -> bool:
    return reason is not None and reason.value == "method"


def _decision(lab: Lab, explanation: MatchExplanation, all_candidates: bool) -> Decision:
    error = explanation.error
    step = match_step(
        explanation,
        lab.view_place,
        all_candidates=all_candidates,
        raised=None if error is None else lab.sources.raised(error),
    )
    converted = converters_step(explanation) if explanation.values else None
    return Decision(told_further(step, explanation, lab.view_place), converted)


def _adapter(lab: Lab, request: RequestLine) -> Any:
    app = lab.app.app
    environ = build_environ(request, **lab.base)
    try:
        return app.create_url_adapter(app.request_class(environ))
    except HTTPException:
        return None  # an untrusted host, for example: the router is never asked


def _in_context(lab: Lab, app: Any, ask: Callable[[], Answer]) -> Answer:
    """Ask with the app's context pushed, for converters that want it; no pop, so no teardown runs."""

    def pushed() -> Answer:
        app.app_context().push()
        return ask()

    with lab.app.active():
        return copy_context().run(pushed)
