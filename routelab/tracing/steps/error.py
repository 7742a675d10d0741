"""The error step: an exception was looked up among the error handlers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.tracing.facts import NOWHERE, Call, Place, Raised
from routelab.tracing.phrases import call_details, did_not_run, of_blueprint, raised
from routelab.tracing.steps.step import Importance, Step


class Because(OneOf):
    """Why Flask did not ask a handler that takes the class of an error."""

    NO_BLUEPRINT = "no_blueprint"  # no rule won, so the handlers of no blueprint are asked
    MAKING_READY = "making_ready"  # it was raised as the response was made ready
    IN_HANDLER = "in_handler"
    BEFORE_DISPATCH = "before_dispatch"


class UnaskedHandler(Record):
    """An error handler that Flask did not ask; `blueprint` is None for one of the app itself."""

    json_inline = ("place",)

    blueprint: str | None
    place: Place
    because: Because = Because.NO_BLUEPRINT


class HandledBy(OneOf):
    """Who made an answer of an exception."""

    FLASK = "flask"  # its own page, or its own redirect
    HANDLER = "handler"
    REPLACEMENT = "replacement"  # a function that an extension put in the place of Flask's own
    CARRIED = "carried"  # it carries a response of its own, as abort(response) makes it
    NOBODY = "nobody"


class RedirectBy(OneOf):
    """Who raised a redirect."""

    ROUTER = "router"
    APP = "app"


_BODIES = frozenset({"str", "bytes", "dict", "list"})


class ErrorStep(Step):
    """An exception was looked up among the error handlers.

    `handled_as` is the class that was looked up: the exception's own, or InternalServerError for what
    nobody took. `code` is the HTTP status of that class, None where it has none. `propagated`: the exception
    was let out of the app, so no handler for 500 was called; `let_out_by` is the setting that did it.
    `unasked`: handlers for it that were not asked. `replacement` is a function in the place of Flask's
    `handle_user_exception`, `handle_exception` or `handle_http_exception`. `raised` tells where it came from,
    where no step before does; `traceback` is its whole way, where a handler took it (else that is with the
    trace's exception).
    `trapped_by` is the setting by which Flask took an HTTP error for any other exception.
    `turned`: the replacement looked up another error in its place, which `handled_as` names. Without
    `page_kept` an after_request function returned another response than the one that came of it.
    `redirect`: it is one of the kind that a router raises, about which no handler is asked. `refused`: what
    the handler returned could not become a response. `taken_as` is "Exception" where an HTTP error came to a
    handler that is registered for any exception.
    """

    json_tag = ("kind", "error")

    exception: str
    message: str
    handled_as: str
    code: int | None
    handler: Call | None = None
    refused: bool = False
    propagated: bool = False
    unasked: tuple[UnaskedHandler, ...] = ()
    handled_by: HandledBy = HandledBy.FLASK
    replacement: Place | None = None
    let_out_by: str | None = None
    trapped_by: str | None = None
    raised: Raised | None = None
    traceback: str = ""
    turned: bool = False
    page_kept: bool = True
    redirect: RedirectBy | None = None
    taken_as: str | None = None

    @property
    def headline(self) -> str:
        """Say who takes an exception: "NotFound  ->  not_found"."""
        what = self.exception
        if self.turned:
            by = self.replacement.function if self.replacement is not None else "the app"
            what = f"{self.exception}, which {by} turned into {self.handled_as},"
        elif self.handled_as != self.exception:
            # What replaces Flask's own gets the exception itself.
            becomes = "" if self.is_replaced else f", becomes {self.handled_as}"
            what = f"{self.exception}, which was not handled{becomes}"
        if self.propagated:
            reason = f"{self.let_out_by} is on, so it leaves" if self.let_out_by else "it leaves"
            return f"{self.exception}: {reason} the app; no handler for 500 is called"
        if self.handler is not None and not self.is_replaced:
            return f"{what}  ->  {self.handler.place.function}"
        if self.is_replaced and self.replacement is not None:
            return f"{what}  ->  {self.replacement.function}, which replaces Flask's own"
        if self.redirect is not None:
            who = "the router answers with" if self.redirect is RedirectBy.ROUTER else "it is"
            return f"{what}: {who} a redirect, and no handler is called"
        if self.handled_by is HandledBy.CARRIED:
            if self.code is None:
                return f"{what} carries a response of its own, and no handler is called"
            return f"{what} was not handled; it has a response of its own, which is sent"
        if self.handled_by is HandledBy.NOBODY:
            return f"{what}: no handler was called, and nothing was made of it"
        if self.code is None:
            return f"{what}: nothing handles it"
        who = what if self.turned else self.exception
        if not self.page_kept:
            return f"{who} was not handled; Flask made its own {self.code} page, which was not sent"
        return f"{who} was not handled, so Flask sends its own {self.code} page"

    def _details(self) -> Iterator[str]:
        if self.raised is not None:
            yield raised(self.raised)
        if self.trapped_by is not None:
            yield self.trapped_words
        if self.handler is not None and self.is_replaced and self.handler.failure is None:
            yield f"{self.handler.place.function} was called, but what it returned was not sent"
        elif self.handler is not None:
            if not self.handler.ran and self.handler.answered_by is not None:
                yield did_not_run(self.handler)
            yield from call_details(self.handler)
        for handler in self.unasked:
            whose = of_blueprint(handler.blueprint)
            yield f"{handler.place.function}{whose} is not called: {self._because(handler.because)}"

    @property
    def trapped_words(self) -> str:
        """Say why Flask made no page of an HTTP error."""
        return f"{self.trapped_by} is on, so Flask treats {self.exception} as it treats any exception"

    def _because(self, because: Because) -> str:
        unheard = f"and no handler of {self.exception} is called for that"
        match because:
            case Because.NO_BLUEPRINT:
                fitted = "no rule fitted" if self.code != 405 else "no rule fitted with this method"
                return f"{fitted}, so no blueprint was chosen"
            case Because.MAKING_READY:
                when = "as the response was made ready (make_response, after_request or the session)"
                return f"{self.exception} was raised {when}, {unheard}"
            case Because.IN_HANDLER:
                return f"{self.exception} was raised by an error handler, {unheard}"
            case Because.BEFORE_DISPATCH:
                return f"{self.exception} was raised before Flask began to dispatch, {unheard}"
        assert_never(because)

    @property
    def lacks_status(self) -> bool:
        """Whether its handler returned a body alone, which goes out as if nothing had failed."""
        given = None if self.handler is None or self.is_replaced else self.handler.result
        return given is not None and given.type in _BODIES and self.code is not None and self.code >= 400

    @property
    def importance(self) -> Importance:
        """An error decides the answer."""
        return Importance.DECIDES

    @property
    def at(self) -> Place:
        if self.is_replaced and self.replacement is not None:
            return self.replacement
        return NOWHERE if self.handler is None else self.handler.place

    @property
    def is_replaced(self) -> bool:
        """Whether what replaces Flask's own answered, and nothing that Flask gave it."""
        return self.handled_by is HandledBy.REPLACEMENT
