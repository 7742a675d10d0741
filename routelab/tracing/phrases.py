"""Values, calls, places and counts as parts of a sentence.

It knows no step: what a sentence says is the business of those that use these parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from routelab.tracing.facts import (
    Call,
    Escaped,
    FunctionKind,
    Heard,
    Logged,
    NamedValue,
    Pairs,
    Place,
    Raised,
    Value,
    Wrapper,
)

SHOWN = 200  # characters of one value in a sentence; the trace has it whole
SHOWN_IN_REPR = 190  # a `Value.repr` is cut a little earlier
SHOWN_OF_MANY = 30  # names with their values in one sentence
_SHOWN_OF_MESSAGE = 400  # characters: five lines tell what went wrong; the trace has it whole
_SHOWN_OF_SEGMENT = 60  # characters of one segment of a path
_SHOWN_OF_OUTPUT = 2000  # characters of what was printed
_KEPT_OF_OUTPUT = 10_000  # of more than that the recorder keeps so much, and counts the rest in a last line
# Where Python writes an object's address: it says nothing to a reader, and differs from run to run.
_ADDRESS = r"(?<= at 0x)[0-9A-Fa-f]{6,16}(?=>|&gt;)"
_NOT_KEPT = r"\n\.\.\. and (\d+ (?:characters|bytes) more)\Z"


def location(where: Place | Raised) -> str:
    """Return "app.py:12", the file alone without a line, or nothing for what is not the learner's."""
    if where.file is None:
        return ""
    return where.file if where.line is None else f"{where.file}:{where.line}"


def count(number: int, noun: str) -> str:
    """Return "1 rule" or "2 rules"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def one_line(text: str) -> str:
    """Return a text's first paragraph on one line, cut where it would fill a screen.

    What announces the next paragraph is left out: "It failed. Possible reasons are:" is "It failed.".
    """
    words = " ".join(text.partition("\n\n")[0].split())
    before = words.rpartition(". ")[0] if words.endswith(":") and "\n\n" in text else ""
    return cut(f"{before}." if before else words, _SHOWN_OF_MESSAGE)


def without_addresses(text: str) -> str:
    """Return a text of the app's with "<User object at 0x...>" for each address in it."""
    return re.sub(_ADDRESS, "...", text) if " at 0x" in text else text


def segment_words(text: str) -> str:
    """Return a segment as a sentence or a column has room for it."""
    return text if len(text) <= _SHOWN_OF_SEGMENT else f"{text[:_SHOWN_OF_SEGMENT]}..."


def cut(text: str, limit: int = SHOWN) -> str:
    """Return a text that is not too long for a line, and say how much of it was left out."""
    more = len(text) - limit
    return text if more <= 0 else f"{text[:limit]}... ({count(more, 'more character')})"


def quoted(text: str, limit: int = SHOWN) -> str:
    """Return a string as Python writes it, and say how much of it was left out."""
    more = len(text) - limit
    return repr(text) if more <= 0 else f"{text[:limit]!r}... ({count(more, 'more character')})"


def output(text: str) -> str:
    """Return what was printed as Python writes it, and say of a long text how much there was of it."""
    text = without_addresses(text)
    long = len(text.encode("utf-8", "replace")) > _KEPT_OF_OUTPUT  # else such a last line is the app's own
    tail = re.search(_NOT_KEPT, text) if long else None
    if tail is None:
        return quoted(text.rstrip(), _SHOWN_OF_OUTPUT)
    more = count(tail.start() - _SHOWN_OF_OUTPUT, "more character")
    return f"{text[:_SHOWN_OF_OUTPUT]!r}... ({more}, and {tail[1]})"


def shown(thing: Value) -> str:
    """Return a value's repr, and how much of it was left out where that is known."""
    exact = thing.json
    if isinstance(exact, str):
        return without_addresses(thing.repr if len(exact) <= SHOWN_IN_REPR else quoted(exact))
    if not thing.repr.endswith(("...", "...]", "...}")) or not isinstance(exact, (list, dict)):
        return thing.repr
    return f"{thing.repr} ({count(len(exact), 'item')} in all)"


def value(thing: Value) -> str:
    """Return "'alice' (str)"."""
    return f"{shown(thing)} ({thing.type})"


def call(ran: Call) -> str:
    """Return "show_user(name='alice')"."""
    return f"{ran.place.function}({arguments(ran.arguments)})"


def arguments(things: tuple[NamedValue, ...]) -> str:
    """Return "name='alice', page=2"."""
    return _listed(
        [f"{thing.name}={shown(thing.value)}" for thing in things[: SHOWN_OF_MANY + 1]], len(things)
    )


def pairs(things: Pairs) -> str:
    """Return "q=cat, page=2"."""
    return _listed([f"{name}={quoted(text)}" for name, text in things[: SHOWN_OF_MANY + 1]], len(things))


def _listed(words: list[str], number: int) -> str:
    if number <= SHOWN_OF_MANY:
        return ", ".join(words)
    return f"{', '.join(words[:SHOWN_OF_MANY])}, and {number - SHOWN_OF_MANY} more"


def unset_words(variable: str) -> str:
    """Say that an environment variable was asked for in vain."""
    return f"the environment variable {variable} is not set"


def raised(error: Raised, by: Place | None = None) -> str:
    """Return "raised KeyError: 'name' at app.py:12".

    `by` is whom the exception came out of: "in price()" is said where the line is another function's.
    """
    missing = f" (missing: {error.missing_key})" if error.missing_key else ""
    missing += f" ({error.limit})" if error.limit else ""
    return f"raised {named(error)}{missing}{raised_at(error, by)}"


def raised_at(error: Raised, by: Place | None = None) -> str:
    """Return " in price() at app.py:12", without the function where it is the one that is told of."""
    where = location(error)
    told = None if by is None or by.function is None else re.split(r"[.:]", by.function)[-1]
    below = told is not None and error.function is not None and error.function.isidentifier()
    within = f" in {error.function}()" if below and error.function != told else ""
    return f"{within} at {where}" if where else ""


def named(error: Raised) -> str:
    """Return "KeyError: 'name'", or the type alone where there is no message; and what Python suggests."""
    message = message_words(error)
    return f"{error.type}{':' if error.message else ''} {message}" if message else error.type


def message_words(error: Raised | Escaped) -> str:
    """Return an exception's message on one line, with what Python suggests behind it."""
    suggested = f" ({error.suggestion})" if error.suggestion else ""
    return f"{one_line(error.message)}{suggested}".lstrip()


def printed(ran: Call) -> Iterator[str]:
    """Say what a callable wrote: with print, past it, and to the log."""
    if ran.printed:
        yield f"printed {output(ran.printed)}"
    if ran.printed_past:
        yield f"wrote past sys.stdout: {output(ran.printed_past)}"
    for line in ran.logged[:SHOWN_OF_MANY]:
        yield f"logged {log_line(line)}" if line.level else f"wrote to {log_line(line)}"
    if len(ran.logged) > SHOWN_OF_MANY:
        yield f"logged {len(ran.logged) - SHOWN_OF_MANY} more; the trace has them"


def log_line(line: Logged) -> str:
    """Return "WARNING of shop: stock is low (3 times in a row)", or "wsgi.errors: stock is low".

    A text of several lines, as a traceback is, stands there as Python writes it.
    """
    who = f"{line.level} of {line.logger}" if line.level else line.logger
    text = line.text.strip("\n")
    words = output(text) if "\n" in text else without_addresses(one_line(text))
    return f"{who}: {words}" + (f" ({line.times} times in a row)" if line.times > 1 else "")


def call_details(ran: Call) -> Iterator[str]:
    """Say what a callable wrote, how it ended, and what the wrappers around it made of that."""
    yield from printed(ran)
    answered = ran.answered_by
    if not ran.ran:
        yield _not_run(ran, answered)
        return
    yield from calls_before(ran)
    yield from kind_words(ran)
    if ran.raised is not None:
        yield raised(ran.raised, ran.place)
    elif ran.returned is not None:
        yield f"returned {value(ran.returned)}"
    elif answered is not None:
        yield "raised an exception"
    else:
        yield unfinished(ran)
    if ran.sought is not None:
        yield from ran.sought.texts
    if answered is not None:
        yield around_words(ran, answered)


def unfinished(ran: Call) -> str:
    """Say of a call of which neither a result nor an exception is known how far it came."""
    match ran.heard:
        case Heard.ALL | Heard.BEGUN:
            return "was stopped before it returned"
        case Heard.AROUND:
            return "was stopped before it returned, if it was called at all"
        case Heard.ENDED:
            return "had ended by then, and how is not known"
        case Heard.UNNOTED:
            return "ended, and how is not recorded"
    assert_never(ran.heard)


def calls_before(ran: Call) -> Iterator[str]:
    """Say how the calls ended that a wrapper made before the last one; nothing where there was one."""
    if ran.times < 2:
        return
    yield f"was called {ran.times} times; this is its last call"
    for number, earlier in enumerate(ran.earlier, start=1):
        if earlier.raised is not None:
            yield f"call {number} {raised(earlier.raised, ran.place)}"
        elif earlier.returned is not None:
            yield f"call {number} returned {value(earlier.returned)}"
        else:
            yield f"call {number} raised an exception"
    more = ran.times - 1 - len(ran.earlier)
    if more > 0 and ran.earlier:
        yield f"{count(more, 'more call')} came before the last"


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
            who = "it is run" if ran.wrappers else "Flask runs it"
            yield f"{name} is an async function: {who} to completion in an event loop"
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


def did_not_run(ran: Call) -> str:
    """Say that a function did not run, or that nobody could see it."""
    if ran.no_function is not None:
        return f"{ran.place.function} is no function"
    unseen = "was not seen to run; it may have, in another thread or below a profiler of the app's own"
    return f"{ran.place.function} {unseen if ran.may_have_run else 'did not run'}"


def no_function_words(ran: Call) -> str | None:
    """Say what was registered in the place of a function, and what to register; None for a function."""
    instead = ran.no_function
    if instead is None:
        return None
    what, where = shown(instead.value), location(ran.place)
    if instead.made_by is None:
        which = f"{where} registers {what}" if where else f"it is {what}"
        quotes = ", its name without quotes and without ( )" if instead.value.type == "str" else ""
        return f"{which}; Flask takes the function itself{quotes}"
    if instead.made_by.endswith("()"):
        return (
            f"{where} calls {instead.made_by.removesuffix('()')} and registers what it returned, {what}; its "
            "name without ( ) registers the function itself"
        )
    return (
        f"{where} registers what {instead.made_by} returned, {what}; Flask takes a function, in which that "
        "call can stand"
    )


def _not_run(ran: Call, answered: Wrapper | None) -> str:
    said = did_not_run(ran)
    instead = no_function_words(ran)
    if instead is not None and ran.raised is not None:
        return f"{instead}: {named(ran.raised)}"
    if answered is not None:
        return around_words(ran, answered)
    if ran.raised is None:
        return f"{said}: something around it answered" if ran.wrappers else said
    given = f" with {arguments(ran.arguments)}" if ran.arguments else " without arguments"
    refused = (
        f"it cannot be called{given}" if ran.raised.type == TypeError.__name__ else "there was no room for it"
    )
    return f"{said}: {refused}: {named(ran.raised)}"


def around_words(ran: Call, answered: Wrapper) -> str:
    """Say what a wrapper made of a call, or did in its place."""
    if answered.unawaited:
        return f"{wrapper_words(answered)} around it {unawaited(ran)}"
    swallowed = ran.ran and answered.returned is not None and ran.returned is None
    taken = "caught the exception and " if swallowed else ""
    return f"{wrapper_words(answered)} around it {taken}{_outcome(answered)}"


def unawaited(ran: Call) -> str:
    """Say what a wrapper did that called an async function as if it were none."""
    return f"called {ran.place.function} and returned its coroutine, without awaiting it"


def _outcome(wrapper: Wrapper) -> str:
    if wrapper.raised is not None and not wrapper.ran:
        return f"could not be called: {named(wrapper.raised)}"
    if wrapper.raised is not None:
        return raised(wrapper.raised, wrapper.place)
    return "raised an exception" if wrapper.returned is None else f"returned {value(wrapper.returned)}"


def at_place(where: Place | Raised) -> str:
    """Say where, with a word before it: " at app.py:7"; "" where that is not known."""
    return f" at {location(where)}" if where.file else ""


def of_blueprint(name: str | None) -> str:
    """Say whose a hook or a handler is: " of blueprint shop"; "" where it is the app's."""
    return f" of blueprint {name}" if name else ""


def sentence(text: str) -> str:
    """End a sentence, unless what it quotes ends it already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def called_name(function: str | None) -> str:
    """Name a function as one that is called: "home()"."""
    return "a lambda" if function == "<lambda>" else "a function" if not function else f"{function}()"


def placed_name(place: Place) -> str:
    """Name a function with its place: "home() at app.py:7"."""
    return f"{called_name(place.function)}{at_place(place)}"


def capitalized(text: str) -> str:
    """Begin a sentence with a capital, unless it begins with a name or a path."""
    word = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if word.isalpha() and word.islower() else text
