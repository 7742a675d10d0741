"""The page that nobody wrote for an app: Flask's own for an error, Werkzeug's for a redirect.

Of a trace it reads only who made the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.tracing.steps.error import ErrorStep, HandledBy

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_REDIRECTING = b"<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"  # Werkzeug's redirect()


def stock_page(trace: Trace) -> str | None:
    """Name the page that nobody wrote for this app; None for any other body."""
    response = trace.response
    if response is None:
        return None
    if response.status // 100 == 3 and response.body.startswith(_REDIRECTING):
        return "the usual page of a redirect"
    last = trace.last(ErrorStep)
    if last is None or last.handled_by is not HandledBy.FLASK or last.code != response.status:
        return None
    return None if last.handler is not None or not last.page_kept else f"Flask's own {response.status} page"
