"""Where a redirect leads: the app's own router is asked once more, when the request is over.

Only for a redirect to the app itself, and only where nothing stands before its router.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.watching.middleware import layers_before
from routelab.tracing.watching.recorder import Recorder

_KEEPS_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, *_KEEPS_METHOD)


def tell_of_target(recorder: Recorder, status: int | None) -> None:
    """Add to the response that its redirect leads to a path for which there is no rule."""
    if status not in _REDIRECTS or recorder.context is None or layers_before(recorder.app):
        return
    for place in recorder.steps.places():
        step = recorder.steps.at(place)
        if isinstance(step, ResponseStep) and step.status in _REDIRECTS:
            target = next((it.value for it in step.headers if it.name.lower() == "location"), None)
            lost = None if target is None else _path_without_rule(recorder.context, target, step.status)
            if lost is not None:
                recorder.steps.fill(place, step.replace(leads_nowhere=lost))


def _path_without_rule(context: Any, target: str, status: int) -> str | None:
    request, adapter = context.request, context.url_adapter
    if adapter is None or adapter.map.converters != adapter.map.default_converters:
        return None  # a converter of the app's own may do anything
    parts = urlsplit(urljoin(request.base_url, target))
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != request.host.lower():
        return None
    path = unquote(parts.path) or "/"
    root = request.script_root
    if not f"{path}/".startswith(f"{root}/"):
        return None
    method = request.method if status in _KEEPS_METHOD else "GET"
    try:
        adapter.match(path[len(root) :] or "/", method=method)
    except RequestRedirect:
        return None
    except NotFound:
        return path
    except Exception:  # another method, a WebSocket, a converter that fails: there is a rule
        return None
    return None
