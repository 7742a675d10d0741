"""The hook step: a function ran that the app registered around the view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.oneof import OneOf
from routelab.tracing.facts import Call, FunctionKind, Place, Wrapper
from routelab.tracing.phrases import (
    around_words,
    calls_before,
    did_not_run,
    kind_words,
    named,
    no_function_words,
    of_blueprint,
    placed_name,
    printed,
    raised,
    unfinished,
    value,
)
from routelab.tracing.steps.step import Importance, Step


class When(OneOf):
    """The kinds of hook, named as Flask names their decorators."""

    BEFORE_REQUEST = "before_request"
    AFTER_REQUEST = "after_request"
    AFTER_THIS_REQUEST = "after_this_request"
    TEARDOWN_REQUEST = "teardown_request"
    TEARDOWN_APPCONTEXT = "teardown_appcontext"
    URL_VALUE_PREPROCESSOR = "url_value_preprocessor"
    CONTEXT_PROCESSOR = "context_processor"


TEARDOWNS = (When.TEARDOWN_REQUEST, When.TEARDOWN_APPCONTEXT)
_NO_VIEW = ", so Flask calls no view"
_MUST_RETURN = {
    When.AFTER_REQUEST: "the response",
    When.AFTER_THIS_REQUEST: "the response",
    When.CONTEXT_PROCESSOR: "a dict",
}
# What Flask gives it, and nothing else.
_GIVEN = {
    When.AFTER_REQUEST: "the response",
    When.AFTER_THIS_REQUEST: "the response",
    When.TEARDOWN_REQUEST: "the exception, or None",
    When.TEARDOWN_APPCONTEXT: "the exception, or None",
    When.URL_VALUE_PREPROCESSOR: "the endpoint and the values",
}
_NO_RESPONSE = frozenset({"str", "bytes", "dict", "list", "tuple", "set", "int", "float", "bool"})


class HookStep(Step):
    """A hook ran.

    Of an after_request function: `set_status` is the status that it set, `set_body`: it put another body into
    the response, and `other_response`: it returned another response than it was given.
    """

    json_tag = ("kind", "hook")
    json_inline = ("call",)

    when: When
    blueprint: str | None
    call: Call
    set_status: int | None = None
    set_body: bool = False
    other_response: bool = False

    @property
    def headline(self) -> str:
        """Return "before_request load_user of blueprint auth"."""
        return f"{self.when.value} {self.call.place.function}{of_blueprint(self.blueprint)}"

    def _details(self) -> Iterator[str]:
        """Say what a hook did, so far as it is not simply to let the request go on."""
        ran = self.call
        yield from printed(ran)
        yield from calls_before(ran)
        if ran.function_kind in (FunctionKind.GENERATOR, FunctionKind.ASYNC_GENERATOR):
            yield from kind_words(ran)
        answered = ran.answered_by
        if answered is not None:
            yield from self._answered_for(answered)
        elif self.not_called is not None:
            yield self.not_called
        elif ran.raised is not None:
            yield raised(ran.raised)
            yield from _sought(ran)
        elif ran.returned is None:
            yield unfinished(ran)
        elif self.when is When.BEFORE_REQUEST and not ran.returned.is_none:
            yield f"returned {value(ran.returned)}{_NO_VIEW}"
            yield from _sought(ran)
        elif self.wrong_result is not None:
            yield f"returned {self.wrong_result}: it must return {_MUST_RETURN[self.when]}"
        if self.other_response:
            yield "returned another response, which is sent in place of the first"
        if self.set_status is not None:
            yield f"set the status {self.set_status}"
        if self.set_body:
            yield "put another body into the response"

    @property
    def not_called(self) -> str | None:
        """Say that it does not take what Flask gives it; None where it was called."""
        ran = self.call
        if ran.ran or ran.answered_by is not None or ran.raised is None:
            return None
        instead = no_function_words(ran)
        if instead is not None:
            return f"{instead}: {named(ran.raised)}"
        given = _GIVEN.get(self.when)
        how = "without arguments" if given is None else f"with {given}"
        return f"cannot be called {how}, as Flask calls it: {named(ran.raised)}"

    @property
    def wrong_result(self) -> str | None:
        """What it returned, where something else must be returned: "None"; None where that may do."""
        result = self.call.result
        if result is None or self.when not in _MUST_RETURN:
            return None
        if result.is_none:
            return "None"
        plain = self.when is not When.CONTEXT_PROCESSOR and result.type in _NO_RESPONSE
        return value(result) if plain else None

    def _answered_for(self, answered: Wrapper) -> Iterator[str]:
        """Say what came of a hook that a wrapper around it answered for."""
        ran = self.call
        if not ran.ran:
            yield did_not_run(ran)
        elif ran.raised is not None:
            yield raised(ran.raised)
        elif ran.returned is not None:
            yield f"returned {value(ran.returned)}"
        said, got = around_words(ran, answered), answered.returned
        if self.wrong_result is not None:
            said = f"{said}: it must return {_MUST_RETURN[self.when]}"
        elif got is not None and not got.is_none and self.when is When.BEFORE_REQUEST:
            said = f"{said}{_NO_VIEW}"
        yield said

    @property
    def importance(self) -> Importance:
        """A hook decides where it did more than let the request go on."""
        return Importance.DECIDES if self.details else Importance.DETAIL

    @property
    def at(self) -> Place:
        return self.call.place


def _sought(ran: Call) -> tuple[str, ...]:
    return () if ran.sought is None else ran.sought.texts


def processor_words(steps: Iterable[Step]) -> str | None:
    """Say which context processor among the steps gave a template nothing; None where each gave a dict."""
    for step in steps:
        if (
            isinstance(step, HookStep)
            and step.when is When.CONTEXT_PROCESSOR
            and step.wrong_result is not None
        ):
            who = placed_name(step.call.answerer)
            return f"the context processor {who} returned {step.wrong_result}: it must return a dict"
    return None
