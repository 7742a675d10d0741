"""A session interface with an observer before it.

It opens and saves nothing itself, and decides nothing about sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from routelab.tracing.origins import Ledger
from routelab.tracing.records import Event, NamedValue, Origin, Raised, SessionStep, Stage
from routelab.tracing.tape import Tape
from routelab.tracing.values import named_values


class WatchedSessionInterface:
    """Stands before the app's own interface, which other apps may share, for one request."""

    def __init__(
        self,
        interface: Any,
        tape: Tape,
        ledger: Ledger,
        watching: Callable[[], bool],
        raised: Callable[[BaseException], Raised],
    ) -> None:
        # Past our own __setattr__, which hands every other attribute on.
        vars(self).update(
            _interface=interface, _tape=tape, _ledger=ledger, _watching=watching, _raised=raised
        )

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._interface)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._interface, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._interface, name, value)

    def open_session(self, app: Any, request: Any) -> Any:
        """Open the session, and note what came out of the cookie."""
        session = self._interface.open_session(app, request)
        if self._watching():
            self._tape.add(
                SessionStep(
                    event=Event.OPEN,
                    cookie=self._interface.get_cookie_name(app) in request.cookies,
                    null=session is None or self._interface.is_null_session(session),
                    contents=_contents(session),
                )
            )
        return session

    def save_session(self, app: Any, session: Any, response: Any) -> Any:
        """Save the session, and note whether that made a cookie."""
        if not self._watching():
            return self._interface.save_session(app, session, response)
        place = self._tape.reserve()
        raised = None
        try:
            return self._interface.save_session(app, session, response)
        except Exception as error:
            raised = self._raised(error)
            raise
        finally:
            new = self._ledger.note(response.headers, Origin(stage=Stage.SESSION))
            self._tape.fill(
                place,
                SessionStep(
                    event=Event.SAVE,
                    cookie="Set-Cookie" in new,
                    null=False,
                    contents=_contents(session),
                    raised=raised,
                ),
            )


def _contents(session: Any) -> tuple[NamedValue, ...]:
    # Flask's session notes every access; a plain copy of the dict under it is not one.
    return named_values(dict(session)) if isinstance(session, dict) else ()
