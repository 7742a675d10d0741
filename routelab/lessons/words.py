"""Results to sentences: what was expected, what came, where they differ, and why.

Pure functions, used by every screen alike; they know no style, and no width but that of an excerpt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

from routelab.lessons.difference import Difference, excerpt
from routelab.lessons.expectation import Query, expectation_text, literal
from routelab.lessons.judging import Cause, Result
from routelab.lessons.observation import Missing, Nothing, NotJson, Seen
from routelab.lessons.progress import NotSaved, Saved, Saving, SetAside
from routelab.lessons.queries import json_path_text
from routelab.lessons.records import Check, EditTask, TypedRequest
from routelab.tracing import words as trace_words
from routelab.tracing.phrases import count, one_line, raised
from routelab.tracing.records import Absent, Escaped, Json, LoadStep, PlacedCandidate, Raised, StoppedStep

if TYPE_CHECKING:
    from routelab.lessons.grading import EditResult

_WIDTH = 60  # characters of a value
_SHORT = 50  # characters; a longer expected value is quoted anew around the difference
# Of these the value is a word or a name: what differs is the whole of it.
_NAMES = (Query.OUTCOME, Query.CANDIDATE, Query.VIEW, Query.ENDPOINT, Query.EXCEPTION, Query.LOAD)
_MISSING = {
    Missing.RESPONSE: "no response came out",
    Missing.MATCH: "the router was not asked",
    Missing.RULE: "no rule matched",
    Missing.VIEW: "no view ran",
    Missing.ARG: "there is no such argument",
    Missing.HEADER: "there is no such header",
    Missing.COOKIE: "no such cookie is set",
    Missing.JSON: "the body is not JSON",
    Missing.JSON_PART: "the JSON has no such part",
    Missing.EXCEPTION: "no exception was raised",
    Missing.LOAD_FAILURE: "the app loads",
    Missing.TEMPLATE: "no such template was used",
    Missing.CANDIDATE: "the app has no such rule",
    Missing.NOTE: "there is no such note",
}
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


def came(result: Result) -> str:
    """Say what there was instead: "it was 404", "no view ran"."""
    observed, found = result.observed, result.difference
    match observed:
        case Nothing(missing=missing):
            return _MISSING[missing]
        case NotJson(type=kind, repr=text):
            return f"it was {text} ({kind})"
        case Seen(value=str(text)) if found is not None and found.position is not None:
            return f"it was {excerpt(text, around=found.position, width=_WIDTH, show_blanks=found.blanks)}"
        case Seen(value=value):
            return f"it was {shown_value(value)}"
    assert_never(observed)


def reasons(result: Result) -> Iterator[str]:
    """Say where a value differs from the expected one, and what is behind the failure, a line each."""
    found = result.difference
    if found is not None and result.expectation.question.query not in _NAMES:
        yield from _difference_lines(found)
    yield from (cause_words(cause) for cause in result.causes)


def untold_reasons(result: Result, told: set[str]) -> Iterator[str]:
    """Say the reasons that were not told before: one exception can be behind many failures."""
    for reason in reasons(result):
        if reason not in told:
            told.add(reason)
            yield reason


def sent_first(before: Iterable[TypedRequest]) -> str:
    """Say what is sent before a request, in the same lab: "after POST /login name=ann -f", or nothing."""
    typed = ", ".join(request.typed for request in before)
    return f"after {typed}" if typed else ""


def checked_requests(task: EditTask) -> tuple[tuple[str, str], ...]:
    """Return the requests that an edited app is asked, each once, with what is sent first."""
    return tuple(dict.fromkeys((check.request.typed, sent_first(check.before)) for check in task.checks))


def was_sent_first(check: Check) -> str | None:
    """Say what was sent before a check's request, None where that was nothing."""
    return f"This was sent {sent_first(check.before)}." if check.before else None


def passed_of(result: EditResult) -> str:
    """Count the requests of an edit task that are answered as wanted: "1 of 2 requests as wanted."."""
    passed = sum(check.passed for check in result.checks)
    return f"{passed} of {count(len(result.checks), 'request')} as wanted."


def nothing_to_check(problem: str) -> str:
    """Say why an edit could not be checked, and the way out."""
    return f"There is nothing to check: {problem}. reset puts the lesson's files back."


def shown_value(value: Json) -> str:
    """Write a value as an expectation would, long ones cut."""
    if isinstance(value, str):
        return excerpt(value, around=0, width=_WIDTH)
    text = literal(value)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."


def saving(outcome: Saving) -> str | None:
    """Say what became of a save, where that is worth a word."""
    match outcome:
        case Saved():
            return None
        case NotSaved(path=path, reason=reason):
            return f"not saved: {path}: {reason}; the lesson goes on without saving"
        case SetAside(path=path, aside=aside):
            return f"{path} could not be read; it is kept as {aside.name}, and a new one is begun"
    assert_never(outcome)


def cause_words(cause: Cause) -> str:
    """Say one cause: `almost /post/<int:post_id>: int takes digits only; "abc" is not`."""
    match cause:
        case PlacedCandidate(candidate=candidate):
            return f"{candidate.verdict.value} {candidate.rule}: {candidate.text}"
        case Escaped(type=kind, message=message, frames=frames):
            where = f" at {frames[-1].file}:{frames[-1].line}" if frames else ""
            return f"{kind}{where}: {one_line(message)}"
        case Raised():
            return raised(cause).removeprefix("raised ")
        case LoadStep(file=file, line=line):
            where = f" at {file}:{line}" if file else ""
            return f"the app does not load{where}: {trace_words.headline(cause)}"
        case StoppedStep():
            return trace_words.headline(cause)
    assert_never(cause)


def _difference_lines(found: Difference) -> Iterator[str]:
    where = f"at {json_path_text(found.path)}: " if found.path else ""
    position = found.position
    if position is None or not isinstance(found.expected, str) or not isinstance(found.actual, str):
        if found.path:
            yield f"{where}expected {_or_none(found.expected)}, found {_or_none(found.actual)}"
        return
    if len(found.expected) > _SHORT or found.blanks:
        wanted = excerpt(found.expected, around=position, width=_WIDTH, show_blanks=found.blanks)
        yield f"{where}expected {wanted}"
    if position or found.path or found.blanks:
        yield (
            f"{where}first difference at character {position + 1}: "
            f"expected {_character(found.expected, position)}, found {_character(found.actual, position)}"
        )


def _or_none(value: Json | Absent) -> str:
    return "nothing" if value is Absent.ABSENT else shown_value(value)


def _character(text: str, position: int) -> str:
    if position >= len(text):
        return "the end"
    return _BREAKS.get(text[position], repr(text[position]))
