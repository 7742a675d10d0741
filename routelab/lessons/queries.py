"""The queries of the expectation language: what each takes, finds and says when it finds nothing.

A new query is one entry in the table at the end, which docs/lessons.md shows, too. A query reads records and
compares nothing; it must not know how an expectation is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar

from routelab.headers import all_values
from routelab.lessons.jsonpath import json_path
from routelab.lessons.mine.html import read_page
from routelab.lessons.query import (
    Argument,
    FailureCause,
    Gives,
    Missing,
    Nothing,
    NotJson,
    Observation,
    Query,
    Seen,
)
from routelab.record import Absent, Json
from routelab.routing.candidate import Verdict
from routelab.routing.outcome import Outcome
from routelab.setcookie import parse_cookie
from routelab.tracing.facts import NamedValue
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import SentResponse, Trace

Part = TypeVar("Part")  # of a trace
Find: TypeAlias = Callable[[Trace, str | None], Observation]

_NEAREST = (Verdict.MATCH, Verdict.SHADOWED, Verdict.ALMOST, Verdict.NO)


def _or_missing(value: Json, missing: Missing) -> Observation:
    return Nothing(missing=missing) if value is None else Seen(value=value)


def _of(
    part: Callable[[Trace], Part | None], missing: Missing
) -> Callable[[Callable[[Part, str], Observation]], Find]:
    """Return what makes a query of a part of the trace out of what is looked for in that."""

    def query(find: Callable[[Part, str], Observation]) -> Find:
        def found(trace: Trace, argument: str | None) -> Observation:
            thing = part(trace)
            return Nothing(missing=missing) if thing is None else find(thing, argument or "")

        return found

    return query


_of_response = _of(lambda trace: trace.response, Missing.RESPONSE)
_of_match = _of(lambda trace: trace.first(MatchStep), Missing.MATCH)
_of_view = _of(lambda trace: trace.first(ViewStep), Missing.VIEW)
_of_exception = _of(lambda trace: trace.exception, Missing.EXCEPTION)
_of_load = _of(lambda trace: trace.first(LoadStep), Missing.LOAD_FAILURE)


# What responses tell


def _header(response: SentResponse, name: str) -> Observation:
    """Join the values of a repeated header; the methods of Allow come sorted, for their order is chance."""
    values = all_values(response.headers, name)
    if not values:
        return Nothing(missing=Missing.HEADER)
    text = ", ".join(values)
    if name.lower() == "allow":
        text = ", ".join(sorted(method.strip() for method in text.split(",")))
    return Seen(value=text)


def _cookie(response: SentResponse, name: str) -> Observation:
    """Return what the response sets a cookie to, the last time it does."""
    found = [
        cookies[name]
        for value in all_values(response.headers, "Set-Cookie")
        if name in (cookies := parse_cookie(value.partition(";")[0]))
    ]
    return Seen(value=found[-1]) if found else Nothing(missing=Missing.COOKIE)


def _body(response: SentResponse, _argument: str) -> Observation:
    if response.truncated:
        return NotJson(type="text", repr=f"more than {len(response.body)} bytes")
    try:
        return Seen(value=response.body.decode())
    except UnicodeDecodeError:
        return NotJson(type="bytes", repr=f"{len(response.body)} bytes that are not text")


def _links(trace: Trace, _argument: str | None) -> Observation:
    """Find what the page names, however its HTML is written: `next` on the page `/a/b` is `/a/next`."""
    if trace.response is None:
        return Nothing(missing=Missing.RESPONSE)
    body = _body(trace.response, "")
    if not isinstance(body, Seen):
        return body
    page = read_page(str(body.value), trace.request.path)
    return Seen(value=[*page.links, *page.files])


def _json(response: SentResponse, path: str) -> Observation:
    try:
        value: Json = json.loads(response.body)
    except (ValueError, RecursionError):
        return Nothing(missing=Missing.JSON)
    for part in json_path(path) or ():
        try:
            value = value[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return Nothing(missing=Missing.JSON_PART)
    return Seen(value=value)


def _refuse_path(text: str) -> str | None:
    return None if json_path(text) else "is not a path into JSON; write it as in tracks[0].title"


# What the router tells


def _candidate(step: MatchStep, rule: str) -> Observation:
    found = _candidates_for(step, rule)
    return Seen(value=found[0].candidate.verdict.value) if found else Nothing(missing=Missing.CANDIDATE)


def _candidates_for(step: MatchStep, rule: str) -> tuple[PlacedCandidate, ...]:
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


def _candidates_by(
    name: Callable[[PlacedCandidate], str | None],
) -> Callable[[MatchStep, str, Json], tuple[PlacedCandidate, ...]]:
    """Choose the candidates whose name is the value that was expected."""
    return lambda step, _argument, value: tuple(placed for placed in step.candidates if name(placed) == value)


# What the app's own code tells


def _arg(trace: Trace, name: str | None) -> Observation:
    """Find what the view got by this name or, where no view ran, what the converter made of it."""
    view, converters = trace.first(ViewStep), trace.first(ConvertersStep)
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


def _template(trace: Trace, name: str | None) -> Observation:
    """Find the template that was asked for last or, by its name, any that was loaded."""
    loaded = [step for step in trace.each(TemplateStep) if step.raised is None]
    names = [step.name for step in loaded if (step.parent is None if name is None else step.name == name)]
    return Seen(value=names[-1]) if names else Nothing(missing=Missing.TEMPLATE)


def _note(trace: Trace, code: str | None) -> Observation:
    texts = [note.text for note in trace.notes if note.code == code]
    return Seen(value=texts[0]) if texts else Nothing(missing=Missing.NOTE)


def _finding(trace: Trace, code: str | None) -> Observation:
    found = trace.findings
    if code is None:
        return Seen(value=found[0].code) if found else Nothing(missing=Missing.FINDING)
    text = next((it.text for it in found if it.code == code), None)
    return Nothing(missing=Missing.FINDING) if text is None else Seen(value=text)


_ALL = (
    Query(
        name="status",
        noun="the status",
        gives=Gives.NUMBER,
        about="the number",
        find=_of_response(lambda response, _: Seen(value=response.status)),
    ),
    Query(
        name="reason_phrase",
        noun="the reason phrase",
        gives=Gives.TEXT,
        about="what follows it: `OK`, `NOT FOUND`",
        find=_of_response(lambda response, _: Seen(value=response.reason_phrase)),
    ),
    Query(
        name="outcome",
        noun="the router's decision",
        gives=Gives.TEXT,
        told_at="match",
        about="what the router decided: {words}",
        find=_of_match(lambda step, _: Seen(value=step.outcome.value)),
        words=tuple(outcome.value for outcome in Outcome),
        is_name=True,
    ),
    Query(
        name="rule",
        noun="the rule",
        gives=Gives.TEXT,
        told_at="match",
        about="the rule that decided",
        find=_of_match(lambda step, _: _or_missing(step.rule, Missing.RULE)),
        rules=_candidates_by(lambda placed: placed.candidate.rule),
    ),
    Query(
        name="endpoint",
        noun="the endpoint",
        gives=Gives.TEXT,
        told_at="match",
        about="the endpoint of that rule",
        find=_of_match(lambda step, _: _or_missing(step.endpoint, Missing.RULE)),
        is_name=True,
        rules=_candidates_by(lambda placed: placed.candidate.endpoint),
    ),
    Query(
        name="view",
        noun="the view",
        gives=Gives.TEXT,
        told_at="view",
        about="the name of the view function that ran; `User.get` for a method",
        find=_of_view(lambda view, _: Seen(value=view.call.place.function)),
        is_name=True,
        rules=_candidates_by(lambda placed: placed.place.function),
    ),
    Query(
        name="arg",
        noun="the argument",
        gives=Gives.ANY,
        told_at="view",
        about="its value as the view got it, or as the converter made it, where no view ran",
        find=_arg,
        argument=Argument(
            names="a variable of the rule", about="a variable", noun="the argument `{}`", required=True
        ),
    ),
    Query(
        name="header",
        noun="the header",
        gives=Gives.TEXT,
        about="its value; several are joined by `, `; the methods of `Allow` come sorted",
        find=_of_response(_header),
        argument=Argument(
            names="a header", about="a name, in any case", noun="the header `{}`", required=True
        ),
    ),
    Query(
        name="cookie",
        noun="the cookie",
        gives=Gives.TEXT,
        about="the value that the response sets it to",
        find=_of_response(_cookie),
        argument=Argument(names="a cookie", about="a name", noun="the cookie `{}`", required=True),
    ),
    Query(
        name="body",
        noun="the body",
        gives=Gives.TEXT,
        about="the whole body, as text",
        find=_of_response(_body),
    ),
    Query(
        name="links",
        noun="the list of links",
        gives=Gives.ANY,
        about='the paths on this site that the page links to or loads, as a list: `links contains "/about"`',
        find=_links,
    ),
    Query(
        name="json",
        noun="the JSON",
        gives=Gives.ANY,
        about="the body read as JSON, whatever its type says",
        find=_of_response(_json),
        argument=Argument(
            names="a part of the JSON, as in tracks[0].title",
            about="a part, as in `a.b[0]`, or none for all",
            noun="`{}` in the JSON",
            refuse=_refuse_path,
        ),
    ),
    Query(
        name="location",
        noun="the header `Location`",
        gives=Gives.TEXT,
        about="the header, as it was sent",
        find=_of_response(lambda response, _: _header(response, "Location")),
    ),
    Query(
        name="redirects",
        noun="the number of redirects",
        gives=Gives.NUMBER,
        about="how many were followed, with `-F`",
        find=lambda trace, _: Seen(value=len(trace.redirects)),
        of_all_hops=True,
        reasons=frozenset({FailureCause.END}),
    ),
    Query(
        name="exception",
        noun="the exception",
        gives=Gives.TEXT,
        told_at="error",
        about="the type of what escaped the app or became a 500",
        find=_of_exception(lambda raised, _: Seen(value=raised.type)),
        is_name=True,
        reasons=frozenset({FailureCause.END, FailureCause.RULES}),
    ),
    Query(
        name="load",
        noun="the exception at loading",
        gives=Gives.TEXT,
        told_at="load",
        about="the type of what kept the app from loading",
        find=_of_load(lambda load, _: Seen(value=load.exception)),
        is_name=True,
        reasons=frozenset(),
    ),
    Query(
        name="template",
        noun="the template",
        gives=Gives.TEXT,
        told_at="template",
        about="its name, where it was loaded; by a name also those that others extend, include or import",
        find=_template,
        argument=Argument(
            names="a template",
            about="a name, or none for the one that was asked for last",
            noun="the template `{}`",
        ),
    ),
    Query(
        name="candidate",
        noun="the rule",
        gives=Gives.TEXT,
        told_at="match",
        about="how it fared: {words}; the best, where there are several",
        find=_of_match(_candidate),
        argument=Argument(
            names="a rule", about="a rule, or a method and a rule: `POST /login`", noun="`{}`", required=True
        ),
        words=tuple(verdict.value for verdict in Verdict),
        is_name=True,
        rules=lambda step, argument, _: _candidates_for(step, argument),
        rules_alone=True,
    ),
    Query(
        name="note",
        noun="the note",
        gives=Gives.TEXT,
        about="the text of the note",
        find=_note,
        argument=Argument(names="a note's code", about="a code", noun="the note `{}`", required=True),
        reasons=frozenset({FailureCause.END}),
    ),
    Query(
        name="finding",
        noun="the finding",
        gives=Gives.TEXT,
        about="the code of the nearest to the cause, as in `R402`; of a code, what is said",
        find=_finding,
        argument=Argument(names="a finding's code", about="a code, or none", noun="the finding `{}`"),
        is_name=True,
        reasons=frozenset({FailureCause.END, FailureCause.RAISED}),
    ),
)
QUERIES: Final[Mapping[str, Query]] = {query.name: query for query in _ALL}
