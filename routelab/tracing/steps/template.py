"""The template step: a template was loaded, and given its variables."""

from __future__ import annotations

from collections.abc import Iterator

from routelab.tracing.facts import NamedValue, Raised
from routelab.tracing.phrases import raised
from routelab.tracing.steps.step import Importance, Step


class TemplateStep(Step):
    """A template was loaded, by the view or (then with a parent) by another template.

    `context` is what the view gave it, `missing` the names that it uses and nobody gave. Only where it was
    not found: `searched` are the folders where it was looked for, `available` the templates that are there.
    """

    json_tag = ("kind", "template")

    name: str
    parent: str | None = None
    context: tuple[NamedValue, ...] = ()
    missing: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    available: tuple[str, ...] = ()
    raised: Raised | None = None

    @property
    def headline(self) -> str:
        """Return "base.html, asked for by child.html"."""
        return self.name + (f", asked for by {self.parent}" if self.parent else "")

    @property
    def details(self) -> tuple[str, ...]:
        """Say what a template was given, and what it lacked."""
        return tuple(self._details())

    def _details(self) -> Iterator[str]:
        if self.context:
            yield "with " + ", ".join(variable.name for variable in self.context)
        if self.missing:
            yield (
                f"it uses {', '.join(self.missing)}, which nobody gave it: an unknown name prints as "
                "nothing, but raises UndefinedError when it is asked for an attribute or an item"
            )
        if self.raised:
            yield raised(self.raised)
        if self.searched:
            yield f"looked for in {', '.join(self.searched)}"
            yield (
                f"templates there: {', '.join(self.available)}"
                if self.available
                else "there is no template there"
            )

    @property
    def importance(self) -> Importance:
        """A template that could not be loaded decided the failure."""
        return Importance.SHOWN if self.raised is None else Importance.DECIDES
