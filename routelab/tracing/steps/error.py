"""The error step: an exception was looked up among the error handlers."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import ClassVar

from routelab.record import Record
from routelab.tracing.facts import NOWHERE, Call, Place
from routelab.tracing.phrases import call_details
from routelab.tracing.steps.step import Importance, Step


class UnaskedHandler(Record):
    """A blueprint's error handler that Flask did not ask: no rule won, so no blueprint was chosen."""

    json_inline: ClassVar[tuple[str, ...]] = ("place",)

    blueprint: str
    place: Place


class HandledBy(Enum):
    """Who made an answer of an exception."""

    FLASK = "flask"  # its own page, or its own redirect
    HANDLER = "handler"
    REPLACEMENT = "replacement"  # a function that an extension put in the place of Flask's own
    NOBODY = "nobody"


class ErrorStep(Step):
    """An exception was looked up among the error handlers.

    `handled_as` is the class that was looked up: the exception's own, or InternalServerError for what
    nobody took. `code` is the HTTP status of that class, None where it has none. `propagated`: testing or
    debug mode let the exception out of the app, so no handler for 500 was asked. `unasked`: only where the
    router raised it, the handlers for it of the blueprints to which the path seems to belong. `replacement`
    is a function in the place of Flask's `handle_user_exception` or `handle_exception`.
    """

    json_tag = ("kind", "error")

    exception: str
    message: str
    handled_as: str
    code: int | None
    handler: Call | None = None
    propagated: bool = False
    unasked: tuple[UnaskedHandler, ...] = ()
    handled_by: HandledBy = HandledBy.FLASK
    replacement: Place | None = None

    @property
    def headline(self) -> str:
        """Say who takes an exception: "NotFound  ->  not_found"."""
        what = self.exception
        if self.handled_as != self.exception:
            what = f"{self.exception}, which was not handled, becomes {self.handled_as}"
        if self.propagated:
            return (
                f"{self.exception}: testing or debug mode lets it out of the app; no handler for 500 is asked"
            )
        if self.handler is not None:
            return f"{what}  ->  {self.handler.place.function}"
        if self.handled_by is HandledBy.REPLACEMENT and self.replacement is not None:
            return f"{what}  ->  {self.replacement.function}, which stands in the place of Flask's own"
        if self.handled_by is HandledBy.NOBODY:
            return f"{what}: no handler takes it"
        if self.code is None:
            return f"{what}: no handler takes it"
        if self.code < 400:
            return f"{what}: the router answers with a redirect, and no handler is asked"
        return f"{self.exception} was not handled, so Flask sends its own {self.code} page"

    @property
    def details(self) -> tuple[str, ...]:
        """Say what the handler did, and who was not asked."""
        return tuple(self._details())

    def _details(self) -> Iterator[str]:
        if self.handler is not None:
            yield from call_details(self.handler)
        fitted = "no rule fitted" if self.code != 405 else "no rule fitted with this method"
        for handler in self.unasked:
            who = f"{handler.place.function} of blueprint {handler.blueprint}"
            yield f"{who} is not asked: {fitted}, so no blueprint was chosen"

    @property
    def importance(self) -> Importance:
        """An error decides the answer."""
        return Importance.DECIDES

    @property
    def at(self) -> Place:
        """Where the handler stands."""
        if self.handler is not None:
            return self.handler.place
        answered = self.handled_by is HandledBy.REPLACEMENT
        return self.replacement if answered and self.replacement is not None else NOWHERE
