"""What did not run, and why: hooks, handlers and views that could be expected in a request.

Facts and their words; it knows no app.
"""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.tracing.facts import Place
from routelab.tracing.phrases import of_blueprint


class Expected(OneOf):
    """What a function is for, named as Flask names its decorators."""

    URL_VALUE_PREPROCESSOR = "url_value_preprocessor"
    BEFORE_REQUEST = "before_request"
    VIEW = "view"
    ERRORHANDLER = "errorhandler"
    AFTER_THIS_REQUEST = "after_this_request"
    AFTER_REQUEST = "after_request"
    TEARDOWN_REQUEST = "teardown_request"
    TEARDOWN_APPCONTEXT = "teardown_appcontext"


class Why(OneOf):
    """Why it did not run."""

    NO_RULE = "no_rule"  # so the request is in no blueprint
    NO_RULE_FOR_METHOD = "no_rule_for_method"
    REDIRECTED = "redirected"  # by the router: no rule won either
    NOT_TRIED = "not_tried"  # the request was refused before the router was asked
    OTHER_BLUEPRINT = "other_blueprint"
    ANSWERED = "answered"  # a before_request function returned something
    RAISED = "raised"  # something before it did
    NO_RESPONSE = "no_response"  # an exception left the app, so there was no response
    PROPAGATED = "propagated"  # a setting, which the error step names, lets exceptions out
    OTHER_CODE = "other_code"
    OTHER_CLASS = "other_class"
    AFTER_THE_VIEW = "after_the_view"  # where handlers are asked for a 500 alone
    NOT_RAISED = "not_raised"  # the status was returned
    DISPATCHED = "dispatched"  # a method of the app's own class answered, in the place of Flask's
    REPLACED = "replaced"  # an extension's function stands in the place of the one that asks handlers


class NotRun(Record):
    """A function that was not called. `blueprint` is whose it is, None for the app.

    `by` names what kept it from running, so far as there is such a thing: "before_request load_user", the
    request's blueprint, the exception that was raised. `handles` is what a handler is for: "404", "KeyError".
    """

    json_inline = ("place",)
    json_told = ("text",)

    expected: Expected
    place: Place
    blueprint: str | None
    why: Why
    by: str | None = None
    handles: str | None = None

    @property
    def text(self) -> str:
        """Say who did not run, and why."""
        who = f"{self.place.function}{of_blueprint(self.blueprint)}"
        if self.expected is Expected.ERRORHANDLER:
            # A view that returns an error's status may have called the function by itself.
            by = " by Flask" if self.why is Why.NOT_RAISED else ""
            return f"error handler {who} was not called{by}: {self.reason}"
        if self.expected is Expected.VIEW and self.why is not Why.DISPATCHED:
            # What came before it may have called it as any other function.
            return f"view {who} was not called by Flask: {self.reason}"
        return f"{self.expected.value} {who} did not run: {self.reason}"

    @property
    def reason(self) -> str:
        """Say why."""
        match self.why:
            case Why.NO_RULE:
                return "no rule matched, so the request is in no blueprint"
            case Why.NO_RULE_FOR_METHOD:
                return "no rule matched with this method, so the request is in no blueprint"
            case Why.REDIRECTED:
                return "the router redirects before any rule is chosen, so the request is in no blueprint"
            case Why.NOT_TRIED:
                return "the router was not asked, so the request is in no blueprint"
            case Why.OTHER_BLUEPRINT if self.by is not None:
                return f"the rule that matched is in blueprint {self.by}"
            case Why.OTHER_BLUEPRINT:
                return "the rule that matched is in no blueprint"
            case Why.ANSWERED:
                return f"{self.by} returned a value, which Flask takes as the response"
            case Why.RAISED:
                return f"{self.by}"
            case Why.NO_RESPONSE:
                return f"{self.by} left the app, so there was no response"
            case Why.PROPAGATED:
                return f"{self.by} is let out of the app, so no handler for a 500 is called"
            case Why.OTHER_CODE:
                return f"it is for {self.handles}, and this is {self.by}"
            case Why.OTHER_CLASS:
                return f"it is for {self.handles}, and {self.by} is not a subclass of that"
            case Why.AFTER_THE_VIEW:
                when = f"{self.by} was raised after the view had returned"
                return f"{when}, where Flask calls handlers only for the 500 that it becomes"
            case Why.NOT_RAISED:
                return f"{self.by} was returned and not raised, and handlers are called for exceptions"
            case Why.DISPATCHED:
                return f"{self.by} answered, in the place of Flask's own"
            case Why.REPLACED:
                return f"{self.by} replaces Flask's own function that calls handlers"
        assert_never(self.why)
