"""The router's answers as JSON, in the same words as the trace.

It turns records into dicts, and makes no sentence of its own.
"""

from __future__ import annotations

from typing import Any

from routelab.lab import Lab
from routelab.record import Extent
from routelab.requestline.record import RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.router import AuditReport, PlacedFinding, RouterDecision, RouteRow, RouteTable
from routelab.routing.built import BuildExplanation
from routelab.screen.shown.router import value_sentences
from routelab.tracing.trace import SCHEMA
from routelab.tracing.verdict import decision_answer

Object = dict[str, Any]


def decision_document(lab: Lab, request: RequestLine, decision: RouterDecision) -> Object:
    """Return the decision: the `match` and `converters` steps, the router's walk, and what was noted."""
    answer = decision_answer(decision.match, request.method, request.path, lab.target)
    return _head(lab) | {
        "request": {"method": request.method, "path": request.path, "query_string": request.query_string},
        "verdict": answer.verdict,
        "cause": answer.text,
        "match": decision.match.to_json(Extent.TOLD),
        "converters": None if decision.converters is None else decision.converters.to_json(Extent.TOLD),
        "walk": [step.to_json(Extent.TOLD) for step in decision.walk.steps],
        "notes": [note.to_json() for note in decision.notes],
        "middleware": list(decision.middleware),
    }


def table_document(lab: Lab, table: RouteTable) -> Object:
    """Return the route table, a row an object."""
    return _head(lab) | {
        "reliable": table.reliable,
        "host_matching": table.host_matching,
        "routes": [_route(route) for route in table.routes],
        "notes": [note.to_json() for note in table.notes],
        "middleware": list(table.middleware),
    }


def build_document(lab: Lab, wanted: UrlFor, built: BuildExplanation) -> Object:
    """Return what was built, from which rule, and why the others were passed over."""
    back = built.back
    return _head(lab) | {
        "endpoint": wanted.full_endpoint,
        "values": {name: repr(value) for name, value in wanted.values},
        "url": built.url,
        "error": None if built.error is None else built.error.type,
        "text": built.text,
        "reliable": built.reliable,
        "rules": [
            {
                "rule": considered.rule,
                "verdict": considered.verdict.value,
                "reason": None if considered.reason is None else considered.reason.value,
                "text": considered.text,
            }
            for considered in built.rules
        ],
        "path_values": {value.name: value.text for value in built.path_values},
        "query_names": list(built.query_names),
        "missing": list(built.missing),
        "nearest": built.nearest,
        "matches_back": None if back is None else back.same,
        "notes": [*value_sentences(wanted, built), *([] if back is None else [back.text])],
    }


def audit_document(lab: Lab, found: AuditReport) -> Object:
    """Return the findings."""
    return _head(lab) | {
        "rules_total": found.rules_total,
        "findings": [_finding(each) for each in found.findings],
        "notes": [note.to_json() for note in found.notes],
    }


def _head(lab: Lab) -> Object:
    app = lab.app
    return {
        "schema": SCHEMA,
        "engine": app.engine.to_json(),
        "app": {"target": lab.target, "name": app.name},
    }


def _route(route: RouteRow) -> Object:
    return {
        "order": route.order,
        "methods": list(route.methods),
        "added_methods": list(route.added),
        "rule": route.rule,
        "endpoint": route.endpoint,
        "converters": dict(route.variables),
        "build_only": route.build_only,
        "builtin": route.builtin,
        "domain": route.domain,
        "unreachable": route.unreachable,
        "decorators": list(route.decorators),
        "function": route.place.function,
        "file": route.place.file,
        "line": route.place.line,
    }


def _finding(placed: PlacedFinding) -> Object:
    finding, place = placed.finding, placed.place
    return {
        "code": finding.code.value,
        "level": placed.level.value,
        "name": finding.name,
        "rule": finding.about.rule,
        "endpoint": finding.about.endpoint,
        "methods": None if finding.about.methods is None else list(finding.about.methods),
        "text": finding.text,
        "file": place.file,
        "line": place.line,
    }
