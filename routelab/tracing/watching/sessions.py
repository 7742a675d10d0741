"""A session interface with an observer before it.

It opens and saves nothing itself, and decides nothing about sessions.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.facts import NamedValue, Raised
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.steps.session import CookieRefused, SessionEvent, SessionStep
from routelab.tracing.watching.code.values import named_values
from routelab.tracing.watching.recorder import Recorder, StandIn
from routelab.tracing.watching.session_contents import changed_inside, changed_since, snapshot
from routelab.tracing.watching.unfit import part_without_json

_SESSION = Origin(stage=Stage.SESSION)


class WatchedSessionInterface(StandIn):
    """Stands before the app's own interface, which other apps may share."""

    def open_session(self, app: Any, request: Any) -> Any:
        """Open the session, and note what came out of the cookie."""
        interface = self._own
        recorder = self._recorder()
        try:
            session = interface.open_session(app, request)
        except Exception as error:
            if recorder is not None:
                with recorder.guard("how the session was opened"):
                    recorder.steps.add(_not_opened(interface, recorder.raised(error)))
            raise
        if recorder is not None:
            with recorder.guard("how the session was opened"):
                recorder.session.before = snapshot(session)
                named = "HTTP_COOKIE" in request.environ and interface.get_cookie_name(app) in request.cookies
                null = session is None or interface.is_null_session(session)
                contents = _contents(session)
                if contents or named or null is not True or app.secret_key:
                    step = SessionStep(
                        event=SessionEvent.OPEN,
                        cookie=named,
                        null=null,
                        contents=contents,
                        kept_elsewhere=not _is_flasks_own(interface),
                        has_key=bool(app.secret_key),
                        refused=_why_refused(interface, app, request) if named and not session else None,
                    )
                else:
                    step = self._nothing_opened
                recorder.steps.add(step)
        return session

    @property
    def _nothing_opened(self) -> SessionStep:
        """The step of an app that has no secret key: the same in each request."""
        mine = vars(self)
        if "_opened" not in mine:
            mine["_opened"] = SessionStep(
                event=SessionEvent.OPEN,
                cookie=False,
                null=True,
                contents=(),
                kept_elsewhere=not _is_flasks_own(self._own),
            )
        step: SessionStep = mine["_opened"]
        return step

    def save_session(self, app: Any, session: Any, response: Any) -> Any:
        """Save the session, and note whether that made a cookie."""
        recorder = self._recorder()
        if recorder is None:
            return self._own.save_session(app, session, response)
        place = recorder.steps.reserve()
        raised = None
        try:
            return self._own.save_session(app, session, response)
        except Exception as error:
            with recorder.guard("how the session was saved"):
                raised = recorder.raised(error)
            raise
        finally:
            with recorder.guard("how the session was saved"):
                flasks = _is_flasks_own(self._own)
                cookies = recorder.origins.new("Set-Cookie", response.headers)
                recorder.origins.note(response.headers, _SESSION, whole=True)
                step = SessionStep(
                    event=SessionEvent.SAVE,
                    cookie=bool(cookies),
                    null=False,
                    contents=_contents(session),
                    raised=raised,
                    kept_elsewhere=not flasks,
                    **(_unfit(session, raised, flasks) if raised else _saved(session, cookies, recorder)),
                )
                recorder.steps.fill(place, step)
                if isinstance(session, dict) and raised is None:
                    recorder.session.saved = place, session, dict(dict.items(session))
                    recorder.at_end("what became of the session after it was saved", tell_of_late_changes)


def _not_opened(interface: Any, raised: Raised) -> SessionStep:
    return SessionStep(
        event=SessionEvent.OPEN,
        cookie=False,
        null=False,
        raised=raised,
        kept_elsewhere=not _is_flasks_own(interface),
    )


def tell_of_late_changes(recorder: Recorder) -> None:
    """Tell what was changed in the session once it had been saved: by a body that was read, for example."""
    if recorder.session.saved is None:
        return
    place, session, saved = recorder.session.saved
    late = changed_since(session, saved)
    if late:
        recorder.steps.amend(place, SessionStep, changed_late=late)


def _why_refused(interface: Any, app: Any, request: Any) -> CookieRefused | None:
    """Read a cookie of which Flask took nothing once more, to see what was wrong with it."""
    serializer = interface.get_signing_serializer(app) if _is_flasks_own(interface) else None
    if serializer is None:
        return None
    try:
        oldest = int(app.permanent_session_lifetime.total_seconds())
        serializer.loads(request.cookies[interface.get_cookie_name(app)], max_age=oldest)
    except Exception as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        if "SignatureExpired" in kinds:
            return CookieRefused.EXPIRED
        return CookieRefused.SIGNATURE if "BadSignature" in kinds else None
    return None


def _saved(session: Any, cookies: tuple[str, ...], recorder: Recorder) -> dict[str, Any]:
    """Tell what the session says of itself, and whether the cookies that are sent delete the client's."""
    deletion = _deletion(recorder) if any(map(_deletes, cookies)) else {}
    return {**_changes(session, bool(cookies), recorder), **deletion}


def _changes(session: Any, cookie: bool, recorder: Recorder) -> dict[str, Any]:
    """Tell whether the session noticed a change, and what changed without its notice."""
    try:
        modified = getattr(session, "modified", False) is True
    except Exception:
        return {}
    unnoticed = () if cookie or modified else changed_inside(session, recorder.session.before)
    return {"modified": modified, "changed_inside": unnoticed}


def _unfit(session: Any, raised: Raised, flasks: bool) -> dict[str, Any]:
    """Tell what kept a session from being written as JSON, where that was it."""
    if not flasks or raised.type != "TypeError" or not isinstance(session, dict):
        return {}
    if raised.suggestion is not None:  # it was written as far as its keys could be sorted
        return {}
    # Flask has a tag for bytes.
    return {"not_json": part_without_json(dict(dict.items(session)), "session", also=(bytes,))}


def _deletes(cookie: str) -> bool:
    """Tell whether a Set-Cookie header deletes a cookie, as `delete_cookie` writes it."""
    return "max-age=0" in cookie.lower().split("; ")[1:]


def _deletion(recorder: Recorder) -> dict[str, Any]:
    """Tell that the cookie which is sent deletes the client's, and whether anything was in the session."""
    opened = next((step for _, step in recorder.steps.each(SessionStep)), None)
    return {"deletes": True, "emptied": opened is not None and bool(opened.contents)}


def _is_flasks_own(interface: Any) -> bool:
    return any(kind.__name__ == "SecureCookieSessionInterface" for kind in type(interface).__mro__)


def _contents(session: Any) -> tuple[NamedValue, ...]:
    # Flask's session notes every access; a plain copy of the dict under it is not one.
    return named_values(dict(session)) if isinstance(session, dict) and dict.__len__(session) else ()
