"""Findings on what a client keeps: the session, and cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.fates import Fate
from routelab.routing.wording import listed
from routelab.tracing.cookies import CookieSet
from routelab.tracing.findings.finding import Detected
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionEvent, SessionStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_NO_KEY = "The session is unavailable because no secret key was set"


def changed_inside(trace: Trace) -> Detected | None:
    """Find where a list or dict in the session was changed, and the session did not notice."""
    for step in trace.each(SessionStep):
        if step.event is SessionEvent.SAVE and step.changed_inside and not step.modified and not step.cookie:
            keys = listed(tuple(f"session[{key!r}]" for key in step.changed_inside), "and")
            lost = "so the change is lost"
            if step.kept_elsewhere:
                lost = "and whether the app's own session interface keeps the change is not seen here"
            return Detected(
                f"{keys} was changed inside, and the session did not notice, {lost}: "
                "assign it again, or set session.modified = True.",
                step,
                {"keys": list(step.changed_inside)},
            )
    return None


def no_secret_key(trace: Trace) -> Detected | None:
    """Find where the session was written to, and the app has no secret key."""
    error = next((it for it in trace.each(ErrorStep) if it.message.startswith(_NO_KEY)), None)
    opened = next((it for it in trace.each(SessionStep) if it.event is SessionEvent.OPEN), None)
    if error is None or opened is None or not opened.null or error.exception != "RuntimeError":
        return None
    return Detected(
        "The session cannot be written to, because the app has no secret key: set app.secret_key.", error
    )


def cookie_not_kept(trace: Trace) -> Detected | None:
    """Find where a browser refuses a cookie that the response sets."""
    for news in trace.cookies:
        if isinstance(news, CookieSet) and news.refusal is not None:
            name = "" if news.cookie is None else f" {news.cookie.name}"
            why = news.text.partition(": ")[2]
            return Detected(
                f"A browser does not keep the cookie{name}: {why}.",
                trace.first(ResponseStep),
                {"cookie": None if news.cookie is None else news.cookie.name, "refusal": news.refusal.value},
            )
    return None


def cookie_not_deleted(trace: Trace) -> Detected | None:
    """Find where a cookie was to be deleted, and the one that is kept is for another place."""
    for news in trace.cookies:
        if isinstance(news, CookieSet) and news.fate is Fate.DELETION_MISSED and news.others and news.cookie:
            return Detected(
                f"The cookie {news.cookie.name} is not deleted: {news.text.partition(': ')[2]}.",
                trace.first(ResponseStep),
                {"cookie": news.cookie.name},
            )
    return None
