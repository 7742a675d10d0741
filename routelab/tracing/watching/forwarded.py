"""A redirect, judged when its request is over: what a proxy said of the client's own URL, and where it leads.

It reads the environ as the app had it, and the Location that went out; of one to the app itself the router
is asked once more, where nothing stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from routelab.record import Record
from routelab.tracing.facts import Note
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.middleware import layers_before
from routelab.tracing.watching.recorder import Recorder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXY_FIX = "werkzeug.proxy_fix.orig"  # what ProxyFix leaves in the environ
_KEEPS_METHOD = (307, 308)


class _Place(Record):
    """Where a request came in: to the app, or to the proxy before it."""

    scheme: str
    host: str
    root: str


class _Header(Record):
    """A header of the proxy's: what it says, how many values, what the app has, what ProxyFix calls it."""

    name: str
    says: str
    values: int
    has: str
    subject: str
    option: str


def notes_on_forwarding(environ: WSGIEnvironment, response: SentResponse) -> tuple[Note, ...]:
    """Tell of a redirect that is wrong for the client because the app does not know the client's URL."""
    location = response.header("Location")
    if location is None or not any(key.startswith("HTTP_X_FORWARDED_") for key in environ):
        return ()
    try:
        return tuple(Note(code="forwarded_not_taken", text=text) for text in _told(environ, location))
    except ValueError:  # a Location or a Host may be anything
        return ()


def _told(environ: WSGIEnvironment, location: str) -> Iterator[str]:
    app = _Place(
        scheme=str(environ.get("wsgi.url_scheme", "http")),
        host=str(environ.get("HTTP_HOST", "")),
        root=str(environ.get("SCRIPT_NAME", "")),
    )
    headers = tuple(_headers(environ, app))
    said = {header.option: header.says for header in headers}
    client = _Place(
        scheme=said.get("x_proto", app.scheme),
        host=said.get("x_host", app.host),
        root=said.get("x_prefix", app.root),
    )
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    path = str(environ.get("PATH_INFO", ""))
    asked = urlsplit(f"{client.scheme}://{client.host}{client.root}{path}{query}")
    goal = urlsplit(urljoin(asked.geturl(), location))
    absolute = bool(urlsplit(location).netloc)  # a path alone is right for every scheme and host
    goes_round = absolute and environ["REQUEST_METHOD"] in ("GET", "HEAD") and goal == asked
    for header in headers:
        if header.option != "x_prefix" and not absolute:
            continue
        wrong = _wrong(header, app, client, goal)
        if goes_round and header.option != "x_prefix":
            wrong = "where this client is already: a loop"
        if wrong:
            yield (
                f"{header.name}: {header.says} came, and {header.subject} is {header.has or 'empty'} all the "
                f"same: {_why(header, environ)}. The redirect leads to {goal.geturl()}, {wrong}"
            )


def _headers(environ: WSGIEnvironment, app: _Place) -> Iterator[_Header]:
    """Yield the headers that say something else than the app has; the first value is the client's."""
    for name, has, subject, option in (
        ("Proto", app.scheme, "request.scheme", "x_proto"),
        ("Host", app.host, "request.host", "x_host"),
        ("Prefix", app.root, "request.script_root", "x_prefix"),
    ):
        values = [
            value.strip() for value in str(environ.get(f"HTTP_X_FORWARDED_{name.upper()}", "")).split(",")
        ]
        says = values[0].rstrip("/") if name == "Prefix" else values[0].lower()
        known = says in ("http", "https") if name == "Proto" else bool(says)
        if known and says != has.lower():
            yield _Header(
                name=f"X-Forwarded-{name}",
                says=says,
                values=len(values),
                has=has,
                subject=subject,
                option=option,
            )


def _wrong(header: _Header, app: _Place, client: _Place, goal: SplitResult) -> str:
    """Say what is wrong with a redirect that does not go round; "" where nothing is."""
    if goal.netloc not in (app.host, client.host):
        return ""
    match header.option:
        case "x_proto" if goal.scheme == app.scheme:
            return f"{app.scheme} instead of the client's {client.scheme}"
        case "x_host" if goal.netloc == app.host:
            return f"the app's own host instead of the client's {client.host}"
        case "x_prefix" if not f"{goal.path}/".startswith(f"{client.root}/"):
            return f"which leaves the client's {client.root}"
        case _:
            return ""


def _why(header: _Header, environ: WSGIEnvironment) -> str:
    if _PROXY_FIX in environ:
        return f"ProxyFix is there, and its {header.option} did not use that header"
    return f"nothing put it there (ProxyFix with {header.option}={header.values} does)"


def tell_of_target(recorder: Recorder) -> None:
    """Add to the response that its redirect leads to a path for which there is no rule."""
    if recorder.context is None or layers_before(recorder.app):
        return
    for place, step in recorder.steps.each(ResponseStep):
        if step.status in REDIRECTS:
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
