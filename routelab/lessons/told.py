"""A failed expectation as it is said to a learner: what came, and what was asked for, in words.

`words` has the same in the language of tasks, for authors. It reads results and traces, and knows no screen.

    GET /stats, view == "status"    GET /stats gives 404. The view `status` is at `/status`.
    GET /post/8, arg "post_id" == 7    The argument `post_id` is 8, but should be 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from routelab.lessons.expectation import Expectation, Predicate
from routelab.lessons.judging import Result
from routelab.lessons.query import Nothing, NotJson, Seen
from routelab.lessons.words import capital, difference_lines, shown_value
from routelab.record import Json
from routelab.routing.candidate import Verdict
from routelab.routing.outcome import Outcome
from routelab.tracing.phrases import cut
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from routelab.tracing.verdict import stock_page

_REQUEST = 60  # characters of a request in a sentence
_PLACED = ("view", "endpoint")
_NAMES = ("view", "endpoint", "rule", "template", "exception", "load")  # their values are names in code
# What another status, or another view, brings along: only the first cause is told.
_OF_THE_RESPONSE = (
    "outcome",
    "reason_phrase",
    "header",
    "cookie",
    "location",
    "template",
    "body",
    "links",
    "json",
)
_OF_THE_VIEW = ("arg", "candidate", *_OF_THE_RESPONSE)
_SHOULD = {
    Predicate.EQUALS: "be {}",
    Predicate.DIFFERS: "be something other than {}",
    Predicate.BELOW: "be less than {}",
    Predicate.AT_MOST: "be at most {}",
    Predicate.ABOVE: "be more than {}",
    Predicate.AT_LEAST: "be at least {}",
    Predicate.CONTAINS: "contain {}",
    Predicate.STARTS_WITH: "start with {}",
    Predicate.ENDS_WITH: "end with {}",
    Predicate.MATCHES: "match the pattern {}",
    Predicate.EXISTS: "be there",
    Predicate.IS_EMPTY: "be empty",
}
_VALUES = {
    "candidate": {
        Verdict.MATCH.value: "the rule that matches",
        Verdict.SHADOWED.value: "a rule that fits but loses to another",
        Verdict.ALMOST.value: "a rule that almost fits",
        Verdict.NO.value: "a rule that does not fit",
    },
    "outcome": {
        Outcome.MATCHED.value: "a match",
        Outcome.NOT_FOUND.value: "a 404",
        Outcome.METHOD_NOT_ALLOWED.value: "a 405",
        Outcome.REDIRECT.value: "a redirect",
        Outcome.WEBSOCKET_MISMATCH.value: "a mismatch of WebSockets",
        Outcome.RAISED.value: "a converter that failed",
        Outcome.NOT_TRIED.value: "no match at all",
    },
}


def not_yet(request: str, trace: Trace, results: Iterable[Result]) -> str:
    """Say what a request, as it was typed, came to, and what it still lacks."""
    results = tuple(results)
    return " ".join(_sentences(request, trace, telling(results), by_status=_asks_status(results)))


def telling(results: Iterable[Result]) -> list[Result]:
    """Return what is not so; of a wrong status or view not also what comes of it."""
    failed = [result for result in results if not result.passed]
    names = {_name(result) for result in failed}
    follows: set[str] = set()
    if "status" in names:
        follows.update(_OF_THE_RESPONSE)
    if any(_names_a_place(result) for result in failed):
        follows.update(_OF_THE_VIEW)
    elif "status" in names:
        follows.update(_PLACED)
    return [result for result in failed if _name(result) not in follows and not _is_unknown(result, names)]


def one_of_many(request: str, trace: Trace, results: Iterable[Result]) -> str:
    """Say the same where it stands among other requests, so that it names its own in any case."""
    said, name = not_yet(request, trace, results), cut(request, _REQUEST)
    return said if said.startswith(name) else f"{name}: {said}"


def differences(results: Iterable[Result]) -> Iterator[str]:
    """Say where a long value differs from the one that was expected."""
    for result in telling(results):
        yield from difference_lines(result)


def _asks_status(results: Iterable[Result]) -> bool:
    return any(_name(result) == "status" for result in results)


def _sentences(request: str, trace: Trace, failed: list[Result], *, by_status: bool) -> Iterator[str]:
    """Say what is lacking; `by_status`: a status was asked for, too, so an error is told by that."""
    places = {id(result): said for result in failed if (said := _place_of(result, trace)) is not None}
    status = next((it for it in failed if _name(it) == "status"), None)
    told = by_status or any(_name(it) == "body" for it in failed)  # of which it is said whose page it is
    if places or status is not None or (_is_error(trace) and not told):
        # Where another view is asked for, its own status follows from that.
        asked = "" if status is None or places else f", but should {_should(status.expectation)}"
        yield f"{cut(request, _REQUEST)} {_came_to(trace)}{asked}."
    lacks: dict[str, list[str]] = {}  # what there is, and what it should be: one body may lack several texts
    for result in failed:
        if id(result) in places:
            yield places[id(result)]
        elif _name(result) != "status":
            found, should = _lack(result, stock_page(trace.last_hop))
            lacks.setdefault(found, []).append(should)
    yield from (f"{found}{_both(should)}." for found, should in lacks.items())


def _is_error(trace: Trace) -> bool:
    response = trace.last_hop.response
    return response is not None and response.status >= 400


def _came_to(trace: Trace) -> str:
    """Return "gives 404", or "runs `home` and gives 200"; where it was followed, from where to where."""
    last = trace.last_hop
    if last is not trace:
        return f"redirects, and followed to `{cut(last.request.path, _REQUEST)}` {_came_to(last)}"
    if last.response is None:
        return "gives no response"
    view = next((step for step in last.each(ViewStep) if step.call.ran), None)
    ran = f"runs `{view.call.place.function}` and " if view is not None and view.call.place.function else ""
    return f"{ran}gives {last.response.status}"


def _place_of(result: Result, trace: Trace) -> str | None:
    """Say where the view is that was asked for: "The view `status` is at `/status`."."""
    if not _names_a_place(result):
        return None
    expectation = result.expectation
    query, match = expectation.question.query, trace.last_hop.first(MatchStep)
    chosen = () if match is None else query.rules(match, "", expectation.value)
    rules = " and ".join(dict.fromkeys(f"`{it.candidate.rule}`" for it in chosen))
    return f"{capital(query.noun)} `{expectation.value}` is at {rules}." if rules else None


def _name(result: Result) -> str:
    return result.expectation.question.query.name


def _is_unknown(result: Result, failed: set[str]) -> bool:
    """Say whether an argument is not there, which is no news where the status is another one, too."""
    return _name(result) == "arg" and isinstance(result.observed, Nothing) and "status" in failed


def _names_a_place(result: Result) -> bool:
    """Say whether a certain view or endpoint is asked for."""
    asked = result.expectation
    return _name(result) in _PLACED and asked.predicate is Predicate.EQUALS and not asked.negated


def _lack(result: Result, stock: str | None) -> tuple[str, str]:
    """Return "The argument `id` is 8, but should" and " be 7"; `stock` is the page, where nobody wrote it."""
    expectation, observed = result.expectation, result.observed
    noun, name = capital(_noun(expectation)), expectation.question.query.name
    match observed:
        case Nothing(missing=missing):
            return f"{noun} should {_should(expectation)}, but {missing.value}", ""
        case Seen(value=value):
            found = stock if stock is not None and name == "body" else _written(name, value)
        case NotJson(type=kind, repr=text):
            found = f"{text} ({kind})"
        case _:
            assert_never(observed)
    return f"{noun} is {found}, but should", f" {_should(expectation)}"


def _both(should: list[str]) -> str:
    """Join what is asked of one thing: " contain "a" and "b"", " contain "a" and not contain "b""."""
    again = " contain "
    first, rest = should[0], should[1:]
    alike = first.startswith(again)
    return " and".join(
        (first, *(f" {it.removeprefix(again)}" if alike and it.startswith(again) else it for it in rest))
    )


def _noun(expectation: Expectation) -> str:
    query, argument = expectation.question.query, expectation.question.argument
    if argument is None or query.argument is None:
        return query.noun
    return query.argument.noun.format(argument)


def _should(expectation: Expectation) -> str:
    name = expectation.question.query.name
    clause = _SHOULD[expectation.predicate].format(_written(name, expectation.value))
    if name == "status":
        clause = clause.replace("be less than", "give a status below").replace("be ", "give ", 1)
    return f"not {clause}" if expectation.negated else clause


def _written(query: str, value: Json) -> str:
    """Write a value: a name as code, a word of the router's in words, and all else as Python and JSON do."""
    if not isinstance(value, str):
        return shown_value(value)
    return _VALUES.get(query, {}).get(value) or (f"`{value}`" if query in _NAMES else shown_value(value))
