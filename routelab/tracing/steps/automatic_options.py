"""The automatic_options step: Flask answered OPTIONS by itself."""

from __future__ import annotations

from routelab.tracing.facts import Place
from routelab.tracing.phrases import placed_name
from routelab.tracing.steps.step import Step


class AutomaticOptionsStep(Step):
    """Flask answered OPTIONS by itself; no view ran.

    `made_by` is a `make_default_options_response` in the place of Flask's own.
    """

    json_tag = ("kind", "automatic_options")
    label = "options"

    allowed_methods: tuple[str, ...]
    made_by: Place | None = None

    @classmethod
    def title(cls) -> str:
        """Write the method as it is sent."""
        return "Automatic OPTIONS"

    @property
    def headline(self) -> str:
        if self.made_by is not None:
            return f"no view ran: {placed_name(self.made_by)} answered OPTIONS, in the place of Flask's own"
        return "no view ran: Flask itself answers OPTIONS, from the methods that the path's rules take"
