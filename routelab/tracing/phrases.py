"""Values, calls, places and counts as parts of a sentence.

It knows no step: what a sentence says is the business of those that use these parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.tracing.facts import Call, NamedValue, Pairs, Place, Raised, Value


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
        yield f"logged {line.level}: {one_line(line.text)}"


def call_details(ran: Call) -> Iterator[str]:
    """Say what a callable wrote, and how it ended."""
    yield from printed(ran)
    if ran.raised is not None:
        yield raised(ran.raised)
    elif ran.returned is not None:
        yield f"returned {value(ran.returned)}"
    else:
        yield "was stopped before it returned"
