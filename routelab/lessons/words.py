"""Results to sentences for authors: what was expected, what came, where they differ, and why.

Pure functions; they know no style, and no width but that of an excerpt. `told` is what learners read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, assert_never

from routelab.lessons.difference import EXCERPT, excerpt
from routelab.lessons.expectation import expectation_text, literal
from routelab.lessons.jsonpath import json_path_text
from routelab.lessons.judging import Cause, Result
from routelab.lessons.query import Nothing, NotJson, Observation, Seen
from routelab.record import Absent, Json
from routelab.tracing.facts import Escaped, Raised
from routelab.tracing.findings.finding import TraceFinding
from routelab.tracing.findings.kinds import NOT_THE_CAUSE
from routelab.tracing.phrases import at_place, message_words, raised
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import PlacedCandidate
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.lessons.tasks.base import TypedRequest
    from routelab.tracing.trace import Trace

_HANDLER_FAILED = "R804"
_SHORT = 50  # characters; a longer expected value is quoted anew around the difference
_STATUS = re.compile(r"([1-5]\d\d [A-Z][^:]*): ")  # as an HTTP error begins its message
_IN_BRACES = re.compile(r"\{([^\W\d]\w*)[^{}\n]*\}")
_BREAKS = {
    "\n": "a line break",
    "\r": "a carriage return",
    " ": "a space",
    "\t": "a tab",
    "\xa0": "a hard space",
}


def expected(result: Result) -> str:
    """Say what was expected: `status == 200`, a long value cut."""
    text = expectation_text(result.expectation)
    return text if len(text) <= 2 * _SHORT else text[: 2 * _SHORT] + " ..."


def actual(result: Result) -> str:
    """Say what there was instead: "it was 404", "no view ran"."""
    observed, found = result.observed, result.difference
    match observed:
        case Nothing(missing=missing):
            return missing.value
        case NotJson(type=kind, repr=text):
            return f"it was {text} ({kind})"
        case Seen(value=str(text)) if found is not None and found.position is not None:
            return f"it was {excerpt(text, around=found.position, show_blanks=found.blanks)}"
        case Seen(value=value):
            return f"it was {shown_value(value)}"
    assert_never(observed)


def reasons(result: Result, trace: Trace | None = None) -> Iterator[str]:
    """Say where a value differs from the expected one, and what is behind the failure, a line each.

    An exception that is a mistake known by a code is told in the words of that, and one that no line of the
    app's own raised, as Flask does of what a view returns, in those of the trace.
    """
    yield from difference_lines(result)
    if trace is not None and isinstance(result.observed, Seen):
        yield from _without_f(str(result.observed.value), trace.last_hop)
    for cause in result.causes:
        known = None if trace is None else _known_words(cause, trace.last_hop)
        yield known or cause_words(cause)


def _known_words(cause: Cause, hop: Trace) -> str | None:
    if not isinstance(cause, Escaped | Raised):
        return None
    findings = hop.findings
    if findings and (findings[0].code not in NOT_THE_CAUSE or _is_handlers(findings[0], cause)):
        return findings[0].text
    if isinstance(cause, Raised) or cause.frames:
        return None
    said = dict.fromkeys(it for it in hop.answer.cause if cause.message and cause.message in it)
    return " ".join(said) or next(iter(hop.answer.cause), None)


def _is_handlers(finding: TraceFinding, cause: Escaped | Raised) -> bool:
    """Tell whether a finding is about the error handler that what escaped came from."""
    return finding.code == _HANDLER_FAILED and isinstance(cause, Escaped)


def _without_f(text: str, hop: Trace) -> Iterator[str]:
    """Say which name in braces came out as it is written in the view, so that an f may be missing."""
    view = hop.first(ViewStep)
    if view is None:
        return
    source, arguments = "\n".join(view.source), {each.name for each in view.call.arguments}
    for found in _IN_BRACES.finditer(text):
        known = found[1] in arguments or re.search(rf"\b{found[1]}\s*=(?!=)", source)
        if known and found[0] in source:
            yield f'{found[0]} came out as it is written; a string with an f in front, f"...", has its value'
            return


def first_failure(results: Iterable[Result]) -> str | None:
    """Say what failed first: `status == 200 (it was 404; almost /post/<int:id>: ...)`."""
    for result in results:
        if not result.passed:
            reason = next(reasons(result), None)
            because = f"; {reason}" if reason else ""
            return f"{expected(result)} ({actual(result)}{because})"
    return None


def untold_reasons(result: Result, trace: Trace, told: set[str]) -> Iterator[str]:
    """Say the reasons that were not told before: one exception can be behind many failures."""
    for reason in reasons(result, trace):
        if reason not in told:
            told.add(reason)
            yield reason


def sent_first(before: Iterable[TypedRequest]) -> str:
    """Say what is sent before a request, in the same lab: "after POST /login -f, then GET /", or nothing."""
    typed = ", then ".join(request.typed for request in before)
    return f"after {typed}" if typed else ""


def shown_value(value: Json) -> str:
    """Write a value as an expectation would, long ones cut."""
    if isinstance(value, str):
        return excerpt(value, around=0)
    text = literal(value)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}..."


def observation_words(observed: Observation) -> str:
    """Say what was found as an answer: `404`, "that there is none"."""
    match observed:
        case Seen(value=value):
            return shown_value(value)
        case NotJson(repr=text):
            return text
        case Nothing():
            return "that there is none"
    assert_never(observed)


def cause_words(cause: Cause) -> str:
    """Say one cause: `almost /post/<int:post_id>: int accepts only digits, not "abc"`."""
    match cause:
        case PlacedCandidate(candidate=candidate):
            return f"{candidate.verdict.value} {candidate.rule}: {candidate.text}"
        case Escaped(type=kind, frames=frames):
            where = f" at {frames[-1].file}:{frames[-1].line}" if frames else ""
            return f"{kind}{where}: {message_words(cause)}"
        case Raised():
            return raised(_without_stock_words(cause)).removeprefix("raised ")
        case LoadStep():
            more = "".join(f" ({known})" for known in cause.causes[:1])
            return f"the app does not load{at_place(cause.at)}: {cause.headline}{more}"
        case StoppedStep():
            return cause.headline
    assert_never(cause)


def _without_stock_words(error: Raised) -> Raised:
    """Leave out what Werkzeug says of each error of a class: "404 Not Found"."""
    status = _STATUS.match(error.message) if error.description is None else None
    return error if status is None else error.replace(message=status[1])


def difference_lines(result: Result) -> Iterator[str]:
    """Say where a value differs from the one that was expected, and what stands there; a name says it all."""
    found = result.difference
    if found is None or result.expectation.question.query.is_name:
        return
    where = f"at {json_path_text(found.path)}: " if found.path else ""
    position = found.position
    if position is None or not isinstance(found.expected, str) or not isinstance(found.actual, str):
        if found.path:
            yield f"{where}expected {_or_none(found.expected)}, found {_or_none(found.actual)}"
        return
    if len(found.expected) > _SHORT or found.blanks:
        wanted = excerpt(found.expected, around=position, show_blanks=found.blanks)
        yield f"{where}expected {wanted}"
    if found.path or found.blanks or _nearly_same(found.expected, found.actual, position):
        yield (
            f"{where}first difference at character {position + 1}: "
            f"expected {_character(found.expected, position)}, found {_character(found.actual, position)}"
        )


def _nearly_same(expected: str, actual: str, position: int) -> bool:
    """Tell whether one character may be what is wrong: half of the texts is the same at their ends.

    Of a longer text an excerpt is shown, and the place says where that is.
    """
    if not position or len(expected) > _SHORT:
        return position > 0
    ends = zip(reversed(expected[position:]), reversed(actual[position:]), strict=False)
    behind = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    return 2 * (position + behind) >= max(len(expected), len(actual))


def _or_none(value: Json | Absent) -> str:
    return "nothing" if value is Absent.ABSENT else shown_value(value)


def _character(text: str, position: int) -> str:
    if position >= len(text):
        return "the end"
    return _BREAKS.get(text[position], repr(text[position]))


def capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]
