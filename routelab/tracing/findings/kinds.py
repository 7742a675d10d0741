"""The list of all findings that a trace can show, the nearest to the cause first.

A new one is a function in a file of this folder, a line here, and a page in `lessons/explain/`.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

from routelab.routing.outcome import Outcome
from routelab.tracing.findings import errors, links, loading, pages, requests, sessions, table, views
from routelab.tracing.findings.finding import Detected, FindingKind, Sign, TraceFinding
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.step import Step
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

MOST = 2  # in one trace: more would hide the cause
KINDS: tuple[FindingKind, ...] = (
    # The app did not load.
    FindingKind("R302", "endpoint_twice", loading.endpoint_twice, where=LoadStep),
    FindingKind("R310", "unknown_converter", loading.unknown_converter, where=LoadStep),
    FindingKind("R311", "circular_import", loading.circular_import, where=LoadStep),
    FindingKind("R305", "rule_without_slash", loading.rule_without_slash, where=LoadStep),
    FindingKind("R306", "duplicate_variable", loading.duplicate_variable, where=LoadStep),
    FindingKind("R307", "malformed_rule", loading.malformed_rule, where=LoadStep),
    FindingKind("R309", "methods_as_text", loading.methods_as_text, where=LoadStep),
    FindingKind("R308", "removed_name", loading.removed_name, where="name_removed"),
    # The request was answered before the app, or found no rule.
    FindingKind("R904", "middleware_answered", errors.middleware_answered, where=MiddlewareStep),
    FindingKind("R805", "exit_called", errors.exit_called, where=StoppedStep),
    FindingKind("R201", "query_in_rule", table.query_in_rule, where=Outcome.NOT_FOUND),
    FindingKind("R202", "foreign_variable", table.foreign_variable, where=Outcome.NOT_FOUND),
    FindingKind("R203", "odd_method", table.odd_method, where=Outcome.METHOD_NOT_ALLOWED),
    FindingKind("R207", "no_host", table.no_host, where=Outcome.NOT_FOUND),
    FindingKind("R208", "unreachable", table.unreachable, where=Outcome.NOT_FOUND),
    FindingKind("R314", "bare_decorator", table.bare_decorator, ("R408", "R410")),
    FindingKind("R313", "blueprint_not_registered", table.without_rule, where="blueprint_not_registered"),
    FindingKind("R312", "other_app", table.other_app, where="other_app"),
    FindingKind("R903", "application_root", table.application_root, where=Outcome.NOT_FOUND),
    FindingKind("R705", "static_path", table.static_path, where="file_elsewhere"),
    # The view, and what stands around it.
    FindingKind("R602", "redirect_to_itself", links.to_itself, where=ResponseStep),
    FindingKind("R206", "no_view", views.no_view, where=Outcome.MATCHED),
    FindingKind("R209", "not_callable", views.not_callable, where=ViewStep),
    FindingKind("R410", "wrapper_without_arguments", views.wrapper_without_arguments, where=ViewStep),
    FindingKind(
        "R409", "wrapper_returned_nothing", views.wrapper_returned_nothing, ("R401",), where=ViewStep
    ),
    FindingKind("R408", "names_differ", views.names_differ, where=ViewStep),
    FindingKind("R303", "rebound", views.rebound, where=ViewStep),
    FindingKind("R304", "run_above_routes", table.run_above_routes, where="app_run_ignored"),
    FindingKind("R801", "error_swallowed", views.error_swallowed, where=ViewStep),
    FindingKind("R806", "abort_without_error", views.abort_without_error, where=ViewStep),
    FindingKind("R504", "no_enctype", requests.no_enctype, ("R501",), where=RequestStep),
    FindingKind("R501", "missing_key", requests.missing_key),
    FindingKind("R502", "plain_key_error", requests.plain_key_error),
    FindingKind("R503", "wrong_content_type", requests.wrong_content_type, where=RequestStep),
    FindingKind("R505", "bool_of_text", requests.bool_of_text, where=RequestStep),
    FindingKind("R603", "form_lost", requests.form_lost),
    FindingKind("R906", "no_secret_key", sessions.no_secret_key, where=ErrorStep),
    FindingKind("R704", "in_comment", pages.in_comment, ("R702", "R604"), where=TemplateStep),
    FindingKind("R604", "url_not_built", links.not_built, where=ErrorStep),
    FindingKind("R701", "template_elsewhere", pages.template_elsewhere),
    FindingKind("R706", "template_of_another_blueprint", pages.of_another_blueprint, where=TemplateStep),
    FindingKind("R702", "unknown_name", pages.unknown_name, where=TemplateStep),
    FindingKind("R703", "text_outside_block", pages.text_outside_block, where=TemplateStep),
    # What the view returned.
    FindingKind("R402", "response_dropped", views.response_dropped, ("R401",), where=ViewStep),
    FindingKind("R401", "none_returned", views.none_returned, where=ViewStep),
    FindingKind("R403", "tuple_swapped", views.tuple_swapped, where=MakeResponseStep),
    FindingKind("R404", "tuple_of_one", views.tuple_of_one, where=ViewStep),
    FindingKind("R405", "status_without_number", views.status_without_number, where=ResponseStep),
    FindingKind("R407", "not_json", views.not_json),
    FindingKind("R406", "json_in_text", views.json_in_text, where=ViewStep),
    # What came after it.
    FindingKind("R804", "handler_failed", errors.handler_failed, where=ErrorStep),
    FindingKind("R802", "let_out", errors.let_out, where=ErrorStep),
    FindingKind("R301", "handler_not_asked", errors.handler_not_asked, where=ErrorStep),
    FindingKind("R902", "hook_returned_nothing", errors.hook_returned_nothing, ("R803",), where=HookStep),
    FindingKind("R803", "lost_on_the_way", errors.lost_on_the_way, where=ResponseStep),
    FindingKind("R901", "session_changed_inside", sessions.changed_inside, where=SessionStep),
    FindingKind("R905", "cookie_not_kept", sessions.cookie_not_kept),
    FindingKind("R908", "cookie_not_deleted", sessions.cookie_not_deleted),
    FindingKind("R601", "link_leads_nowhere", links.leads_nowhere, where=ResponseStep),
    FindingKind("R907", "setting_not_read", table.setting_not_read),
)

_SIGNS = tuple(kind.where for kind in KINDS)

# What these tell came of an error, or has no part in it; what raised it is the cause all the same.
NOT_THE_CAUSE = frozenset(
    {"R301", "R303", "R304", "R505", "R601", "R602", "R703", "R803", "R804", "R901", "R905", "R907", "R908"}
)


def findings_of(trace: Trace) -> tuple[TraceFinding, ...]:
    """Return what a trace shows, at most two, the nearest to the cause first."""
    found: list[TraceFinding] = []
    said: set[str] = set()
    bearers = _bearers(trace)
    for kind in compress(KINDS, map(bearers.__contains__, _SIGNS)):
        seen = None if kind.code in said else _detected(kind, bearers[kind.where], trace)
        if seen is None:
            continue
        said.update(kind.instead_of)
        step = next((number for number, step in enumerate(trace.steps) if step is seen.step), None)
        found.append(
            TraceFinding(code=kind.code, name=kind.name, step=step, text=seen.text, facts=seen.facts or {})
        )
        if len(found) == MOST:
            break
    return tuple(found)


def _bearers(trace: Trace) -> dict[Sign | None, list[Any]]:
    """Gather what bears each sign that the trace has; None stands for none."""
    bearers: dict[Sign | None, list[Any]] = {None: [None]}
    for step in trace.steps:
        bearers.setdefault(type(step), []).append(step)
    for note in trace.notes:
        bearers.setdefault(note.code, [note])
    match = trace.first(MatchStep)
    return bearers if match is None else {**bearers, match.outcome: [match]}


def _detected(kind: FindingKind, bearers: list[Any], trace: Trace) -> Detected | None:
    for bearer in bearers:
        seen = kind.find(bearer, trace)
        if seen is not None:
            return seen._replace(step=bearer) if seen.step is None and isinstance(bearer, Step) else seen
    return None
