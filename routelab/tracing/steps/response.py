"""The response step: status and headers as they left the app, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar, assert_never

from routelab.record import Record
from routelab.tracing.facts import NOWHERE, Place
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.step import Step


class Stage(Enum):
    """The part of the loop in which a header was set."""

    MAKE_RESPONSE = "make_response"
    VIEW = "view"
    ERROR = "error"
    HOOK = "hook"
    AUTOMATIC_OPTIONS = "automatic_options"
    SESSION = "session"
    RESPONSE = "response"
    MIDDLEWARE = "middleware"


class Origin(Record):
    """Where a header came from: the stage, and whose code, where it was somebody's."""

    json_inline: ClassVar[tuple[str, ...]] = ("place",)

    stage: Stage
    place: Place = NOWHERE


class AddedPart(Record):
    """A part of a header's value that was there before the rest was added."""

    json_inline: ClassVar[tuple[str, ...]] = ("origin",)

    text: str
    origin: Origin


class SentHeader(Record):
    """A header as sent, its origin, and parts of its value that others had set before: `also`."""

    json_names: ClassVar[Mapping[str, str]] = {"origin": "from"}
    json_told: ClassVar[tuple[str, ...]] = ("why",)

    name: str
    value: str
    origin: Origin
    also: tuple[AddedPart, ...] = ()

    @property
    def shown_value(self) -> str:
        """The value as it is shown: Allow, a set that comes in any order, is sorted."""
        return ", ".join(sorted(self.value.split(", "))) if self.name == "Allow" else self.value

    @property
    def why(self) -> str:
        """The words of the origin."""
        return self.reason(None)

    def reason(self, made: MakeResponseStep | None) -> str:
        """Say where a header came from: "because a dict was returned"; `made` made the response."""
        if not self.also:
            return self._reason(self.origin, made)
        before = {part for also in self.also for part in also.text.split(", ")}
        rest = ", ".join(part.strip() for part in self.value.split(",") if part.strip() not in before)
        parts = [(also.text, self._reason(also.origin, made)) for also in self.also]
        return "; ".join(f"{text}: {why}" for text, why in (*parts, (rest, self._reason(self.origin, made))))

    def _reason(self, origin: Origin, made: MakeResponseStep | None) -> str:
        who = origin.place.function
        match origin.stage:
            case Stage.MAKE_RESPONSE:
                if self.name.lower() == "content-type" and made is not None:
                    return f"because {made.returned} was returned"
                counted = self.name.lower() == "content-length"
                return "counted from the body" if counted else "set by make_response"
            case Stage.VIEW | Stage.HOOK:
                return f"set by {who}"
            case Stage.ERROR:
                return f"set by {who}" if origin.place.file else _page(who)
            case Stage.AUTOMATIC_OPTIONS:
                return "from Flask's automatic response to OPTIONS"
            case Stage.SESSION:
                saved = self.name == "Set-Cookie"
                return "set when the session was saved" if saved else "because the session was used"
            case Stage.RESPONSE:
                return "added when the response was sent"
            case Stage.MIDDLEWARE:
                return f"set by the middleware {who}" if who else "set by WSGI middleware"
        assert_never(origin.stage)


class ResponseStep(Step):
    """Status and headers left the app."""

    json_tag = ("kind", "response")

    status: int
    reason_phrase: str
    complete: bool
    headers: tuple[SentHeader, ...]

    @property
    def headline(self) -> str:
        """Return "200 OK"."""
        return f"{self.status} {self.reason_phrase}".rstrip() + ("" if self.complete else ", cut short")

    def status_line(self, made: MakeResponseStep | None) -> str:
        """Return "200 OK, because no status was given"."""
        return self.headline + (f", {made.status_reason}" if made else "")


def _page(who: str | None) -> str:
    """Say whose page it is that no function of the app made; `who` is an exception, or somebody's handler."""
    if who == "RequestRedirect":
        return "from the router's redirect"
    return f"from Flask's {who} page" if who and who[0].isupper() else f"comes with {who}"
