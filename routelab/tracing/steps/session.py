"""The session step: opened from its cookie, or saved to it."""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.tracing.facts import NamedValue, Raised
from routelab.tracing.phrases import arguments, raised
from routelab.tracing.steps.step import Importance, Step

# How Flask says that a session cannot be written to, whatever the reason.
NO_KEY = "The session is unavailable because no secret key was set"


class SessionEvent(OneOf):
    """Which end of the session's life in a request it is."""

    OPEN = "open"
    SAVE = "save"


class CookieRefused(OneOf):
    """Why nothing of a session's cookie was taken."""

    SIGNATURE = "signature"
    EXPIRED = "expired"


class SessionStep(Step):
    """The session is opened from, or saved to, its cookie.

    Open: `cookie` tells whether the client sent one. Save: whether one is sent back.
    `null` is a session that cannot be written to: for want of a secret key, unless the app `has_key`, or an
    interface of its own (`kept_elsewhere`), which gave none. `raised` kept it from being opened or saved.
    `modified` is what the session says of itself. `changed_inside` are the keys whose value, a list for
    example, was changed in place since the session was opened, where the session did not notice.
    `deletes` tells that the cookie which is sent back deletes the client's, and `emptied` that the
    session had something in it when it was opened; `kept_elsewhere`, that the session interface is not
    Flask's own, and may keep sessions without a cookie of their own. `refused` is why Flask took nothing
    of the cookie. `changed_late` are the keys that were changed after the session had been saved.
    `not_json` is what in the session has no form in JSON, where that kept it from being saved:
    "session['a'], of type set".
    """

    json_tag = ("kind", "session")

    event: SessionEvent
    cookie: bool
    null: bool
    contents: tuple[NamedValue, ...] = ()
    raised: Raised | None = None
    modified: bool = False
    changed_inside: tuple[str, ...] = ()
    deletes: bool = False
    emptied: bool = False
    kept_elsewhere: bool = False
    refused: CookieRefused | None = None
    has_key: bool = False
    changed_late: tuple[str, ...] = ()
    not_json: str | None = None

    @property
    def without_key(self) -> bool:
        """Tell whether it cannot be written to for want of a secret key."""
        return self.null and not self.has_key and not self.kept_elsewhere

    @property
    def headline(self) -> str:
        """Say what became of the session: "opened from its cookie"."""
        if self.event is SessionEvent.SAVE:
            return self._saved()
        if self.raised is not None:
            return "could not be opened"
        if self.null:
            why = "the app has no secret key" if self.without_key else "the app's session interface gave none"
            return f"opened for reading only: {why}"
        if self.kept_elsewhere and (self.contents or not self.cookie):
            return f"opened{'' if self.contents else ', empty'}, by another session interface than Flask's"
        if not self.cookie:
            return "opened, empty: no session cookie came"
        if self.contents:
            return "opened from its cookie"
        match self.refused:
            case CookieRefused.SIGNATURE:
                return "opened, empty: the cookie's signature was not made with the app's secret key"
            case CookieRefused.EXPIRED:
                return "opened, empty: the cookie is older than permanent_session_lifetime allows"
            case None:
                return "opened, empty: the cookie contained nothing valid"
        assert_never(self.refused)

    def _saved(self) -> str:
        if self.raised is not None:
            return "could not be saved"
        if self.deletes:
            # An interface of the app's own may delete it for any reason.
            changed = "empty as before, and changed: " if self.modified else ""
            why = "" if self.contents else "emptied: " if self.emptied else changed
            return f"{why}a cookie is sent that deletes the client's"
        if self.cookie:
            return "saved: a cookie is sent"
        if self.changed_inside:
            lost = "no cookie is sent" if self.kept_elsewhere else "not saved"
            return f"{lost}: {_keys(self.changed_inside)} was changed inside, and the session did not notice"
        if self.modified:
            return "changed, but no cookie is sent"
        return f"not changed{' by then' if self.changed_late else ''}, so no cookie is sent"

    @property
    def details(self) -> tuple[str, ...]:
        holds = (f"it contains {arguments(self.contents)}",) if self.contents else ()
        noticed = (
            ("a session notices only what is assigned to its own keys; session.modified = True tells it",)
            if self.changed_inside
            else ()
        )
        late = (
            (f"{_keys(self.changed_late)} was changed after that, when the headers were made: it is lost",)
            if self.changed_late and not self.kept_elsewhere
            else ()
        )
        return (*holds, *noticed, *late, *((raised(self.raised),) if self.raised else ()))

    @property
    def importance(self) -> Importance:
        """A session that nobody uses is opened all the same."""
        if self.raised is not None or self.changed_inside or self.changed_late:
            return Importance.DECIDES
        used = self.cookie or (self.event is SessionEvent.SAVE and bool(self.contents))
        return Importance.SHOWN if used else Importance.DETAIL


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"session[{key!r}]" for key in keys)
