"""The automatic_options step: Flask answered OPTIONS by itself."""

from __future__ import annotations

from routelab.tracing.steps.step import Step


class AutomaticOptionsStep(Step):
    """Flask answered OPTIONS by itself; no view ran."""

    json_tag = ("kind", "automatic_options")
    label = "options"

    allowed_methods: tuple[str, ...]

    @classmethod
    def title(cls) -> str:
        """Write the method as it is sent."""
        return "Automatic OPTIONS"

    @property
    def headline(self) -> str:
        return "no view ran: Flask itself answers OPTIONS, from the methods that the path's rules take"
