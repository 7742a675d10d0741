"""The log step: something was logged while no callable of the app's own ran."""

from __future__ import annotations

from routelab.tracing.facts import Logged
from routelab.tracing.phrases import log_line
from routelab.tracing.steps.step import Importance, Step

# The place to which belongs what handlers write past `sys.stdout`: the record that they were given tells it.
# Of one whose arguments do not fit that is a complaint of logging's own, and the record tells that, too.
HANDLERS, UNFIT = -2, -3


class LogStep(Step):
    """Flask, an extension, middleware or a body that is being read logged something.

    `of_known_error`: it is the report of an exception that other steps tell of, too.
    """

    json_tag = ("kind", "log")
    json_inline = ("logged",)

    logged: Logged
    of_known_error: bool = False

    @property
    def headline(self) -> str:
        """Return "WARNING of shop: stock is low"."""
        return log_line(self.logged)

    @property
    def importance(self) -> Importance:
        """The report of a known exception says what other steps say."""
        return Importance.DETAIL if self.of_known_error else Importance.SHOWN
