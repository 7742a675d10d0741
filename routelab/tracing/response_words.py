"""What became of the returned value, in words: the response, its status, and where each header came from.

It knows nothing of how the returned value came about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.tracing.phrases import raised
from routelab.tracing.records import MakeResponseStep, Origin, ResponseStep, Shape, Stage, StatusFrom

ACCEPTED = (
    "str, bytes, dict, list, a tuple with status or headers, a Response, a generator or a WSGI callable"
)


def made(step: MakeResponseStep) -> str:
    """Say what became of the returned value."""
    if step.raised is not None:
        return _refused(step)
    # What is a response already is sent: to say so twice would sound like two things.
    link = ": " if step.shape is Shape.RESPONSE else ", sent as "
    sent = f"{link}{step.mimetype}" if step.mimetype else ""
    return f"{_became(step)}{sent}; {step.status}, {status_reason(step)}"


def made_details(step: MakeResponseStep) -> Iterator[str]:
    """Say what was wrong with the returned value, and which response it should perhaps have been."""
    if step.raised:
        yield raised(step.raised)
    if step.kept_back:
        yield "the view also made a response with make_response, and did not return it"


def _refused(step: MakeResponseStep) -> str:
    if step.parts not in (0, 2, 3):
        return f"a tuple of {step.parts} cannot become a response: it takes two or three parts"
    if step.shape is Shape.NONE:
        return "None cannot become a response: some way through the function has no return"
    if step.shape is Shape.OTHER:
        part = " as the body of the tuple" if step.parts else ""
        return f"{_a(step)}{part} cannot become a response; it takes {ACCEPTED}"
    return f"{_a(step)} could not be made a response"


def _became(step: MakeResponseStep) -> str:
    match step.shape:
        case Shape.DICT | Shape.LIST:
            return f"{_a(step)} became JSON"
        case Shape.STR | Shape.BYTES:
            return f"{_a(step)} became the body"
        case Shape.ITERATOR:
            return f"{_a(step)} became a body that is made while it is read"
        case Shape.RESPONSE:
            return f"{_a(step)} is sent " + ("with what the tuple adds" if step.parts else "as it is")
        case Shape.HTTP_EXCEPTION:
            return f"{_a(step)} became its own page"
        case Shape.CALLABLE:
            return f"{_a(step)} answered as a WSGI application"
        case Shape.NONE | Shape.OTHER:
            return f"{_a(step)} was taken"
    assert_never(step.shape)


def _a(step: MakeResponseStep) -> str:
    article = "an" if step.body_type[:1].lower() in "aeiou" else "a"
    return "None" if step.shape is Shape.NONE else f"{article} {step.body_type}"


def status_reason(step: MakeResponseStep) -> str:
    """Say where the status came from: "because no status was given"."""
    match step.status_from:
        case StatusFrom.DEFAULT:
            return "because no status was given"
        case StatusFrom.TUPLE:
            return "as the returned tuple says"
        case StatusFrom.RESPONSE:
            return "as the returned response says"
        case StatusFrom.ERROR:
            return "the status of that error"
    assert_never(step.status_from)


def response_headline(step: ResponseStep) -> str:
    """Return "200 OK"."""
    return f"{step.status} {step.reason_phrase}".rstrip() + ("" if step.complete else ", cut short")


def status_line(step: ResponseStep, made: MakeResponseStep | None) -> str:
    """Return "200 OK, because no status was given"."""
    return response_headline(step) + (f", {status_reason(made)}" if made else "")


def header_reason(name: str, origin: Origin, response: MakeResponseStep | None) -> str:
    """Say where a header came from: "because a dict was returned"."""
    who = origin.place.function
    match origin.stage:
        case Stage.MAKE_RESPONSE:
            if name.lower() == "content-type" and response is not None:
                return f"because {_a(response)} was returned"
            return "counted from the body" if name.lower() == "content-length" else "set by make_response"
        case Stage.VIEW | Stage.HOOK:
            return f"set by {who}"
        case Stage.ERROR:
            return f"set by {who}" if origin.place.file else f"comes with {who}"
        case Stage.AUTOMATIC_OPTIONS:
            return "comes with Flask's own answer to OPTIONS"
        case Stage.SESSION:
            return (
                "set when the session was saved" if name == "Set-Cookie" else "because the session was used"
            )
        case Stage.RESPONSE:
            return "added when the response was sent"
        case Stage.MIDDLEWARE:
            return "set by WSGI middleware"
    assert_never(origin.stage)


def header_value(name: str, text: str) -> str:
    """Return a header's value as it is shown: Allow, a set that comes in any order, is sorted."""
    return ", ".join(sorted(text.split(", "))) if name == "Allow" else text
