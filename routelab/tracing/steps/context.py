"""The context step: the proxies begin or cease to stand for this request."""

from __future__ import annotations

from routelab.oneof import OneOf
from routelab.tracing.steps.step import Importance, Step


class ContextEvent(OneOf):
    """Which end of the context it is."""

    PUSH = "push"
    POP = "pop"


class ContextStep(Step):
    """The application and request contexts are pushed or popped."""

    json_tag = ("kind", "context")

    event: ContextEvent

    @property
    def headline(self) -> str:
        if self.event is ContextEvent.PUSH:
            return "pushed: request, session, g and current_app now refer to this request"
        return "popped: request, session, g and current_app are gone"

    @property
    def importance(self) -> Importance:
        """Every request has both ends."""
        return Importance.DETAIL
