"""What became of an exception: who was asked to handle it, and who did.

It reads the error steps alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.tracing.answers.wrapped import before_wrapper
from routelab.tracing.facts import Place, Raised
from routelab.tracing.phrases import (
    called_name,
    capitalized,
    location,
    one_line,
    placed_name,
    raised,
    raised_at,
    sentence,
    value,
)
from routelab.tracing.steps.error import ErrorStep, HandledBy


def raised_words(error: Raised, errors: tuple[ErrorStep, ...], by: Place | None = None) -> str:
    """Say what was raised; an HTTP error's message is its page, and would be no cause."""
    http = any(it.exception == error.type == it.handled_as and it.code is not None for it in errors)
    if not http:
        return raised(error, by)
    description = f": {one_line(error.description)}" if error.description else ""
    limit = f": {error.limit}" if error.limit else ""
    return f"raised {error.type}{description}{raised_at(error, by)}{limit}"


def handling_words(errors: Iterable[ErrorStep]) -> Iterator[str]:
    """Say who made a response of the exceptions, one after the other; the same of two is said once."""
    yield from dict.fromkeys(words for error in errors for words in _handling_of(error))


def _handling_of(error: ErrorStep) -> Iterator[str]:
    if error.trapped_by is not None:
        yield sentence(capitalized(error.trapped_words))
    if error.propagated:
        setting = error.let_out_by or "A setting"
        setting = f"{setting[:1].upper()}{setting[1:]}"
        yield f"{setting} let it out of the app, so no handler for 500 was called."
    elif error.handler is not None or error.is_replaced:
        yield from _handler_of(error)
    elif error.handled_by is HandledBy.FLASK and error.handled_as != error.exception:
        if error.turned:
            yield from _handler_of(error)
        if error.page_kept:
            what = error.handled_as if error.turned else error.exception
            yield f"{what} was not handled, so Flask sent its own {error.code} page."
    elif error.handled_by is HandledBy.NOBODY:
        yield f"Nothing handled {error.exception}."


def handler_words(errors: Iterable[ErrorStep]) -> Iterator[str]:
    """Say which handlers of the app's own were asked, and what they did; the same of two is said once."""
    yield from dict.fromkeys(words for error in errors for words in _handler_of(error))


def _handler_of(error: ErrorStep) -> Iterator[str]:
    handler = error.handler
    if error.turned and error.replacement is not None:
        yield f"{placed_name(error.replacement)} turned {error.exception} into {error.handled_as}."
    if handler is not None and not error.is_replaced:
        at = f" ({location(handler.place)})" if handler.place.file else ""
        answered, what = handler.answered_by, error.handled_as if error.turned else error.exception
        who = f"The error handler {called_name(handler.place.function)}{at}"
        if handler.no_function is not None:
            yield f"What is registered for {what} cannot be called."
            return
        who = who if answered is None else f"The error handler {before_wrapper(handler, answered)}"
        if handler.result is not None and handler.result.is_none:
            yield f"{who} returned None for {what}."
        elif error.refused and answered is None and handler.result is not None:
            yield f"{who} returned {value(handler.result)} for {what}, which cannot become a response."
        elif error.refused:
            yield f"{who} answered {what} with what cannot become a response."
        elif handler.failure is None:
            gave = f", and gave no status: return ..., {error.code} would" if error.lacks_status else ""
            yield f"{who} handled {what}{gave}."
        elif answered is None:
            yield sentence(f"{who} failed: it {raised(handler.failure, handler.place)}")
        else:
            yield sentence(f"{who} {raised(handler.failure, answered.place)}")
    elif error.is_replaced and error.replacement is not None:
        yield f"{called_name(error.replacement.function)} stood in for Flask's own error handling."


def taken_with_the_rest(errors: Iterable[ErrorStep], status: int) -> Iterator[str]:
    """Say of an HTTP error that went out as another status why a handler for any exception had it."""
    for error in errors:
        if error.taken_as is not None and error.code not in (None, status) and not error.lacks_status:
            yield (
                f"It is registered for {error.taken_as}, and an HTTP error is one, too: "
                f"an HTTPException that it returns as it is keeps its status, as {error.code}."
            )
