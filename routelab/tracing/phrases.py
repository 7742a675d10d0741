"""Values, calls, places and counts as parts of a sentence.

It knows no step: what a sentence says is the business of those that use these parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.tracing.facts import (
    Call,
    FunctionKind,
    Logged,
    NamedValue,
    Pairs,
    Place,
    Raised,
    Value,
    Wrapper,
)


def location(where: Place | Raised) -> str:
    """Return "app.py:12", or nothing for what is not the learner's."""
    return "" if where.file is None else f"{where.file}:{where.line}"


def count(number: int, noun: str) -> str:
    """Return "1 rule" or "2 rules"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def one_line(text: str) -> str:
    """Return a text's first paragraph on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def value(thing: Value) -> str:
    """Return "'alice' (str)"."""
    return f"{thing.repr} ({thing.type})"


def call(ran: Call) -> str:
    """Return "show_user(name='alice')"."""
    return f"{ran.place.function}({arguments(ran.arguments)})"


def arguments(things: tuple[NamedValue, ...]) -> str:
    """Return "name='alice', page=2"."""
    return ", ".join(f"{thing.name}={thing.value.repr}" for thing in things)


def pairs(things: Pairs) -> str:
    """Return "q=cat, page=2"."""
    return ", ".join(f"{name}={text!r}" for name, text in things)


def raised(error: Raised) -> str:
    """Return "raised KeyError: 'name' at app.py:12"."""
    where = location(error)
    missing = f" (missing: {error.missing_key})" if error.missing_key else ""
    return f"raised {error.type}: {one_line(error.message)}{missing}" + (f" at {where}" if where else "")


def printed(ran: Call) -> Iterator[str]:
    """Say what a callable wrote: with print, past it, and to the log."""
    if ran.printed:
        yield f"printed {ran.printed.rstrip()!r}"
    if ran.printed_past:
        yield f"wrote past sys.stdout: {ran.printed_past.rstrip()!r}"
    for line in ran.logged:
        yield f"logged {log_line(line)}" if line.level else f"wrote to {log_line(line)}"


def log_line(line: Logged) -> str:
    """Return "WARNING of shop: stock is low", or "wsgi.errors: stock is low"."""
    who = f"{line.level} of {line.logger}" if line.level else line.logger
    return f"{who}: {one_line(line.text)}"


def call_details(ran: Call) -> Iterator[str]:
    """Say what a callable wrote, how it ended, and what the wrappers around it made of that."""
    yield from printed(ran)
    answered = ran.answered_by
    if not ran.ran:
        yield _not_run(ran, answered)
        return
    yield from kind_words(ran)
    if ran.raised is not None:
        yield raised(ran.raised)
    elif ran.returned is not None:
        yield f"returned {value(ran.returned)}"
    elif answered is not None:
        yield "raised an exception"
    else:
        yield "was stopped before it returned"
    if answered is not None:
        swallowed = answered.returned is not None and ran.returned is None
        taken = "took the exception and " if swallowed else ""
        yield f"{wrapper_words(answered)} around it {taken}{_outcome(answered)}"


def kind_words(ran: Call) -> Iterator[str]:
    """Say what a call of this function does, where it does not simply run it."""
    name = ran.place.function
    match ran.function_kind:
        case FunctionKind.PLAIN:
            return
        case FunctionKind.GENERATOR:
            dropped = ", and what it returns is not sent" if ran.answered_by is None else ""
            yield (
                f"{name} is a generator function, since it has a yield: the call runs none of its lines; "
                f"they run as the generator is read{dropped}"
            )
        case FunctionKind.ASYNC:
            yield f"{name} is an async function: Flask runs it to its end in an event loop"
        case FunctionKind.ASYNC_GENERATOR:
            yield f"{name} is an async generator function: the call runs none of its lines"
        case _:
            assert_never(ran.function_kind)


def wrapper_words(wrapper: Wrapper) -> str:
    """Name a wrapper and its place: "login_required: wrapped() at auth.py:12"."""
    where = location(wrapper.place)
    called = f"{wrapper.place.function}()"
    named = called if wrapper.decorator is None else f"{wrapper.decorator}: {called}"
    return f"{named} at {where}" if where else named


def _not_run(ran: Call, answered: Wrapper | None) -> str:
    said = f"{ran.place.function} did not run"
    if answered is not None:
        return f"{said}: {wrapper_words(answered)}, which stands around it, {_outcome(answered)}"
    if ran.raised is None:
        return said
    given = f" with {arguments(ran.arguments)}" if ran.arguments else " without arguments"
    return f"{said}: it cannot be called{given}: {ran.raised.type}: {one_line(ran.raised.message)}"


def _outcome(wrapper: Wrapper) -> str:
    if wrapper.raised is not None and not wrapper.ran:
        return f"could not be called: {wrapper.raised.type}: {one_line(wrapper.raised.message)}"
    if wrapper.raised is not None:
        return raised(wrapper.raised)
    return "raised an exception" if wrapper.returned is None else f"returned {value(wrapper.returned)}"
