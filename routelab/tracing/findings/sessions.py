"""Findings on what a client keeps: the session, and cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.fates import Fate
from routelab.routing.wording import listed
from routelab.tracing.cookies import CookieSet
from routelab.tracing.findings.finding import Detected
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import NO_KEY, SessionEvent, SessionStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def changed_inside(step: SessionStep, _trace: Trace) -> Detected | None:
    """Find where a list or dict in the session was changed, and the session did not notice."""
    if step.event is not SessionEvent.SAVE or not step.changed_inside or step.modified or step.cookie:
        return None
    keys = listed(tuple(f"session[{key!r}]" for key in step.changed_inside), "and")
    lost = "so the change is lost"
    if step.kept_elsewhere:
        lost = "and whether the app's own session interface keeps the change is not seen here"
    return Detected(
        f"{keys} was changed inside, and the session did not notice, {lost}: "
        "assign it again, or set session.modified = True.",
        {"keys": list(step.changed_inside)},
    )


def no_secret_key(step: ErrorStep, trace: Trace) -> Detected | None:
    """Find where the session was written to, and the app has no secret key."""
    opened = next((it for it in trace.each(SessionStep) if it.event is SessionEvent.OPEN), None)
    if opened is None or not opened.without_key or step.exception != "RuntimeError":
        return None
    if not step.message.startswith(NO_KEY):
        return None
    return Detected(
        "The session cannot be written to, because the app has no secret key: set app.secret_key."
    )


def cookie_not_kept(_: None, trace: Trace) -> Detected | None:
    """Find where a browser refuses a cookie that the response sets."""
    for news in trace.cookies:
        if isinstance(news, CookieSet) and news.refusal is not None:
            name = "" if news.cookie is None else f" {news.cookie.name}"
            why = news.text.partition(": ")[2]
            return Detected(
                f"A browser does not keep the cookie{name}: {why}.",
                {"cookie": None if news.cookie is None else news.cookie.name, "refusal": news.refusal.value},
                trace.first(ResponseStep),
            )
    return None


def cookie_not_deleted(_: None, trace: Trace) -> Detected | None:
    """Find where a cookie was to be deleted, and the one that is kept is for another place."""
    for news in trace.cookies:
        if isinstance(news, CookieSet) and news.fate is Fate.DELETION_MISSED and news.others and news.cookie:
            return Detected(
                f"The cookie {news.cookie.name} is not deleted: {news.text.partition(': ')[2]}.",
                {"cookie": news.cookie.name},
                trace.first(ResponseStep),
            )
    return None
