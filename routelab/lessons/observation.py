"""What a query finds in a trace: a value, or nothing and why.

It reads records and compares nothing; a query reads the last response, where redirects were followed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, TypeVar, assert_never

from werkzeug.http import parse_cookie

from routelab.lessons.expectation import Query, Question
from routelab.lessons.queries import json_path
from routelab.routing.candidate import Verdict
from routelab.tracing.records import (
    Absent,
    ConvertersStep,
    Json,
    LoadStep,
    MatchStep,
    NamedValue,
    PlacedCandidate,
    Response,
    Step,
    TemplateStep,
    Trace,
    ViewStep,
)

_S = TypeVar("_S", bound=Step)
_NEAREST = (Verdict.MATCH, Verdict.SHADOWED, Verdict.ALMOST, Verdict.NO)


class Missing(Enum):
    """Why a query found nothing."""

    RESPONSE = "response"
    MATCH = "match"
    RULE = "rule"
    VIEW = "view"
    ARG = "arg"
    HEADER = "header"
    COOKIE = "cookie"
    JSON = "json"
    JSON_PART = "json_part"
    EXCEPTION = "exception"
    LOAD_FAILURE = "load_failure"
    TEMPLATE = "template"
    CANDIDATE = "candidate"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The value, exact and whole."""

    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJson:
    """A value is there, but no JSON value equals it: `type` "UUID", `repr` "UUID('...')"."""

    type: str
    repr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """The query found nothing."""

    missing: Missing


Observation: TypeAlias = Seen | NotJson | Nothing


def observe(question: Question, trace: Trace) -> Observation:
    """Ask a trace; with redirects followed, its last hop."""
    hop = last_hop(trace)
    argument = question.argument
    match question.query:
        case Query.STATUS | Query.REASON_PHRASE | Query.HEADER | Query.COOKIE | Query.BODY | Query.JSON:
            return _of_response(question, hop.response)
        case Query.LOCATION:
            return _of_response(Question(query=Query.HEADER, argument="Location"), hop.response)
        case Query.OUTCOME | Query.RULE | Query.ENDPOINT | Query.CANDIDATE:
            return _of_match(question, match_of(hop))
        case Query.VIEW:
            view = _first(hop, ViewStep)
            return Nothing(missing=Missing.VIEW) if view is None else Seen(value=view.call.place.function)
        case Query.ARG:
            return _argument(argument, hop)
        case Query.REDIRECTS:
            return Seen(value=len(trace.redirects))
        case Query.EXCEPTION:
            raised = hop.exception
            return Nothing(missing=Missing.EXCEPTION) if raised is None else Seen(value=raised.type)
        case Query.LOAD:
            load = _first(hop, LoadStep)
            return Nothing(missing=Missing.LOAD_FAILURE) if load is None else Seen(value=load.exception)
        case Query.TEMPLATE:
            return _template(argument, hop)
        case Query.NOTE:
            texts = [note.text for note in hop.notes if note.code == argument]
            return Seen(value=texts[0]) if texts else Nothing(missing=Missing.NOTE)
    assert_never(question.query)


def last_hop(trace: Trace) -> Trace:
    """Return the trace of the response that came last."""
    return trace.redirects[-1] if trace.redirects else trace


def match_of(trace: Trace) -> MatchStep | None:
    """Return the router's decision, where it was asked."""
    return _first(trace, MatchStep)


def candidates_for(rule: str, step: MatchStep) -> tuple[PlacedCandidate, ...]:
    """Find the candidates of a rule, nearest first: `/login` has two where GET and POST have a view each.

    `POST /login` means the one of them that takes POST.
    """
    method, space, path = rule.partition(" ")
    found = [
        placed
        for placed in step.candidates
        if placed.candidate.rule == rule
        or (space and placed.candidate.rule == path and _takes(placed, method))
    ]
    return tuple(sorted(found, key=lambda placed: _NEAREST.index(placed.candidate.verdict)))


def _takes(placed: PlacedCandidate, method: str) -> bool:
    return placed.candidate.methods is None or method in placed.candidate.methods


def _of_response(question: Question, response: Response | None) -> Observation:
    if response is None:
        return Nothing(missing=Missing.RESPONSE)
    match question.query:
        case Query.STATUS:
            return Seen(value=response.status)
        case Query.REASON_PHRASE:
            return Seen(value=response.reason_phrase)
        case Query.HEADER:
            return _header(question.argument or "", response)
        case Query.COOKIE:
            return _cookie(question.argument or "", response)
        case Query.BODY:
            return _body(response)
        case _:
            return _json(question.argument, response)


def _header(name: str, response: Response) -> Observation:
    """Join the values of a repeated header; the methods of Allow come sorted, for their order is chance."""
    values = list(_values(name, response))
    if not values:
        return Nothing(missing=Missing.HEADER)
    text = ", ".join(values)
    if name.lower() == "allow":
        text = ", ".join(sorted(method.strip() for method in text.split(",")))
    return Seen(value=text)


def _values(name: str, response: Response) -> Iterator[str]:
    return (value for key, value in response.headers if key.lower() == name.lower())


def _cookie(name: str, response: Response) -> Observation:
    """Return what the response sets a cookie to, the last time it does."""
    found = [
        cookies[name]
        for value in _values("Set-Cookie", response)
        if name in (cookies := parse_cookie(value.partition(";")[0]))
    ]
    return Seen(value=found[-1]) if found else Nothing(missing=Missing.COOKIE)


def _body(response: Response) -> Observation:
    if response.truncated:
        return NotJson(type="text", repr=f"more than {len(response.body)} bytes")
    try:
        return Seen(value=response.body.decode())
    except UnicodeDecodeError:
        return NotJson(type="bytes", repr=f"{len(response.body)} bytes that are not text")


def _json(path: str | None, response: Response) -> Observation:
    try:
        value: Json = json.loads(response.body)
    except (ValueError, RecursionError):
        return Nothing(missing=Missing.JSON)
    for part in json_path(path or "") or ():
        try:
            value = value[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return Nothing(missing=Missing.JSON_PART)
    return Seen(value=value)


def _of_match(question: Question, step: MatchStep | None) -> Observation:
    if step is None:
        return Nothing(missing=Missing.MATCH)
    match question.query:
        case Query.OUTCOME:
            return Seen(value=step.outcome.value)
        case Query.CANDIDATE:
            found = candidates_for(question.argument or "", step)
            return (
                Seen(value=found[0].candidate.verdict.value) if found else Nothing(missing=Missing.CANDIDATE)
            )
        case query:
            value = step.rule if query is Query.RULE else step.endpoint
            return Nothing(missing=Missing.RULE) if value is None else Seen(value=value)


def _argument(name: str | None, trace: Trace) -> Observation:
    """Find what the view got by this name or, where no view ran, what the converter made of it."""
    view, converters = _first(trace, ViewStep), _first(trace, ConvertersStep)
    things: list[NamedValue] = []
    if view is not None:
        things += view.call.arguments
    elif converters is not None:
        things += [NamedValue(name=each.name, value=each.value) for each in converters.values if each.value]
    for thing in things:
        if thing.name == name:
            exact = thing.value.json
            if exact is Absent.ABSENT:
                return NotJson(type=thing.value.type, repr=thing.value.repr)
            return Seen(value=exact)
    return Nothing(missing=Missing.ARG)


def _template(name: str | None, trace: Trace) -> Observation:
    """Find the template that was asked for last or, by its name, any that was loaded."""
    loaded = [step for step in trace.steps if isinstance(step, TemplateStep) and step.raised is None]
    names = [step.name for step in loaded if (step.parent is None if name is None else step.name == name)]
    return Seen(value=names[-1]) if names else Nothing(missing=Missing.TEMPLATE)


def _first(trace: Trace, kind: type[_S]) -> _S | None:
    return next((step for step in trace.steps if isinstance(step, kind)), None)
