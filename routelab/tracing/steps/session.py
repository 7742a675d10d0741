"""The session step: opened from its cookie, or saved to it."""

from __future__ import annotations

from enum import Enum

from routelab.tracing.facts import NamedValue, Raised
from routelab.tracing.phrases import arguments, raised
from routelab.tracing.steps.step import Importance, Step


class SessionEvent(Enum):
    """Which end of the session's life in a request it is."""

    OPEN = "open"
    SAVE = "save"


class SessionStep(Step):
    """The session is opened from, or saved to, its cookie.

    Open: `cookie` tells whether the client sent one. Save: whether one is sent back.
    `null` is a session that cannot be written to, for want of a secret key.
    """

    json_tag = ("kind", "session")

    event: SessionEvent
    cookie: bool
    null: bool
    contents: tuple[NamedValue, ...] = ()
    raised: Raised | None = None

    @property
    def headline(self) -> str:
        """Say what became of the session: "opened from its cookie"."""
        if self.event is SessionEvent.SAVE:
            return "saved: a cookie is sent" if self.cookie else "not changed, so no cookie is sent"
        if self.null:
            return "opened for reading only: the app has no secret key"
        if not self.cookie:
            return "opened, empty: no session cookie came"
        if self.contents:
            return "opened from its cookie"
        return "opened, empty: the cookie that came held nothing valid"

    @property
    def details(self) -> tuple[str, ...]:
        """Say what the session holds, and what went wrong with it."""
        holds = (f"it holds {arguments(self.contents)}",) if self.contents else ()
        return (*holds, raised(self.raised)) if self.raised else holds

    @property
    def importance(self) -> Importance:
        """A session that nobody uses is opened all the same."""
        if self.raised is not None:
            return Importance.DECIDES
        used = self.cookie or (self.event is SessionEvent.SAVE and bool(self.contents))
        return Importance.SHOWN if used else Importance.DETAIL
