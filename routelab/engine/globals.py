"""Which request is this? The two contexts that are active now, and the names that stand for what they hold.

`request` is one object for the whole program, yet it means another request in every thread: it looks up the
active context each time it is used. This module knows where to look, and nothing of what a context does.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, cast

from werkzeug.local import LocalProxy

if TYPE_CHECKING:
    from .app import Flask
    from .ctx import AppContext, AppGlobals, RequestContext
    from .sessions import SessionMixin
    from .wrappers import Request

OUTSIDE_APP = """\
Working outside of application context.

This typically means that you attempted to use functionality that needed
the current application. To solve this, set up an application context
with app.app_context(). See the documentation for more information."""

OUTSIDE_REQUEST = """\
Working outside of request context.

This typically means that you attempted to use functionality that needed
an active HTTP request. Consult the documentation on testing for
information about how to avoid this problem."""

active_app_context: ContextVar[AppContext] = ContextVar("active_app_context")
active_request_context: ContextVar[RequestContext] = ContextVar("active_request_context")

app_ctx = cast("AppContext", LocalProxy(active_app_context, unbound_message=OUTSIDE_APP))
current_app = cast("Flask", LocalProxy(active_app_context, "app", unbound_message=OUTSIDE_APP))
g = cast("AppGlobals", LocalProxy(active_app_context, "g", unbound_message=OUTSIDE_APP))

request_ctx = cast("RequestContext", LocalProxy(active_request_context, unbound_message=OUTSIDE_REQUEST))
request = cast("Request", LocalProxy(active_request_context, "request", unbound_message=OUTSIDE_REQUEST))
session = cast("SessionMixin", LocalProxy(active_request_context, "session", unbound_message=OUTSIDE_REQUEST))
