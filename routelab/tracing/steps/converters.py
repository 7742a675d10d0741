"""The converters step: what became of the text of the path."""

from __future__ import annotations

from routelab.record import Record
from routelab.tracing.facts import Value
from routelab.tracing.phrases import value
from routelab.tracing.steps.step import Importance, Step


class ConvertedValue(Record):
    """One variable of the rule: `name` "post_id", `converter` "int", `raw` "7", `value` 7.

    A value from the rule's `defaults` has neither converter nor raw text. `value` is None where the converter
    refused the text, or failed with `failed`, or was not asked because of another that did; `dropped`: it was
    asked before that one, and what it made was thrown away.
    """

    name: str
    converter: str | None
    raw: str | None
    value: Value | None
    refused: bool = False
    failed: str | None = None
    dropped: bool = False

    @property
    def words(self) -> str:
        """Say what a converter made of its text: "post_id=7 (int) by int from '7'"."""
        if self.failed is not None:
            return f"{self.name}: {self.converter} failed on {self.raw!r}: {self.failed}"
        if self.refused:
            return f"{self.name}: {self.converter} rejected {self.raw!r}"
        if self.dropped:
            return f"{self.name}: {self.converter} took {self.raw!r}, and what it made was dropped"
        if self.value is None:
            return f"{self.name}: {self.raw!r} was not converted"
        named = f"{self.name}={value(self.value)}"
        if self.converter is None:
            return f"{named} from the rule's defaults"
        return f"{named} by {self.converter} from {self.raw!r}"


class ConvertersStep(Step):
    """What the converters made of the text of the path."""

    json_tag = ("kind", "converters")

    values: tuple[ConvertedValue, ...]

    @property
    def headline(self) -> str:
        return ", ".join(value.words for value in self.values)

    @property
    def importance(self) -> Importance:
        """Text that stays text is in the view's arguments as well."""
        changed = any(converted.converter != "string" for converted in self.values)
        return Importance.SHOWN if changed else Importance.DETAIL
