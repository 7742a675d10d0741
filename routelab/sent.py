"""A request as a server would have received it: what was typed, and the headers that come by themselves.

It knows environs and records, and no app.
"""

from __future__ import annotations

from typing import Any

from routelab.headers import lower_names, without
from routelab.requestline.record import RequestLine
from routelab.tracing.facts import Pairs
from routelab.tracing.trace import SentRequest

_ADDED = (
    ("Host", "HTTP_HOST"),
    ("User-Agent", "HTTP_USER_AGENT"),
    ("Content-Type", "CONTENT_TYPE"),
    ("Content-Length", "CONTENT_LENGTH"),
    ("Cookie", "HTTP_COOKIE"),
)


def sent_request(request: RequestLine, environ: dict[str, Any]) -> SentRequest:
    """Describe the request as a server would have received it, headers that were added included."""
    added = [(name, environ[key]) for name, key in _ADDED if key in environ]
    headers: Pairs = (*without(added, *lower_names(request.headers)), *request.headers)
    return SentRequest(
        method=request.method,
        path=request.path,
        query_string=request.query_string,
        headers=headers,
        body=request.body,
        scheme=str(environ.get("wsgi.url_scheme", "http")),
    )
