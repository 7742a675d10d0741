"""Where a request goes as a client sees it: its host, its URL's path, and what it asks for after a redirect.

It must not know the app, its routes, the environ or the cookie jar: their parts come in as arguments.
"""

from urllib.parse import SplitResult, urljoin, urlsplit

from routelab.environ import AT_ROOT, Base
from routelab.errors import RoutelabError
from routelab.headers import first_value, lower_names, without
from routelab.requestline.errors import RequestLineError
from routelab.requestline.record import SCHEMES, BodyKind, RequestLine
from routelab.requestline.target import encode_query

REDIRECTS = frozenset({301, 302, 303, 305, 307, 308})

_KEEP_METHOD_AND_BODY = frozenset({307, 308})
_DESCRIBE_THE_BODY = frozenset({"content-type", "content-length", "transfer-encoding"})


class RedirectRefusedError(RoutelabError):
    """A Location that no simulated request can follow: there is one app here, and no network."""

    def __init__(self, location: str, reason: str) -> None:
        self.location, self.reason = location, reason
        super().__init__(f"the redirect to {location!r} was not followed: {reason}")


def host_of(request: RequestLine, base: Base) -> str:
    """Name the host that a request is for; a Host header that was typed counts, as it does for the app."""
    return first_value(request.headers, "Host") or request.host or base.server_name or "localhost"


def next_hop(request: RequestLine, status: int, location: str, base: Base = AT_ROOT) -> RequestLine:
    """Tell what a client asks for after a redirect: for 307 and 308 the same again, else a bodyless GET.

    Raises RedirectRefusedError where the redirect leaves the app.
    """
    host, mount = host_of(request, base), base.mount
    scheme = request.scheme or base.scheme
    here = f"{scheme}://{host}{mount}{request.path}?{request.query_string}"
    try:
        goal = urlsplit(urljoin(here, location))
        refusal = _why_refused(goal, host, mount)
        if refusal is not None:
            raise RedirectRefusedError(location, refusal)
        typed_host = "host" in lower_names(request.headers)
        moved = typed_host or goal.netloc != host or goal.scheme != scheme
        again = request if status in _KEEP_METHOD_AND_BODY else _without_body(request)
        return again.replace(
            path=goal.path[len(mount) :] or "/",
            query_string=encode_query(goal.query),
            fragment=goal.fragment or None,
            headers=without(again.headers, "host"),
            scheme=goal.scheme if moved else request.scheme,
            host=goal.netloc if moved else request.host,
        )
    except (RequestLineError, ValueError) as error:
        raise RedirectRefusedError(location, str(error)) from None


def _why_refused(goal: SplitResult, host: str, mount: str) -> str | None:
    """Say why a redirect leads out of an app that is mounted on a host; None where it does not."""
    if goal.hostname != urlsplit(f"//{host}").hostname or goal.scheme not in SCHEMES:
        return f"it leaves {host}, and routelab has no network"
    if not f"{goal.path}/".startswith(f"{mount}/"):
        where = "where Flask's test client puts the app for its APPLICATION_ROOT (a server does not)"
        return f"it leaves {mount}, {where}"
    return None


def _without_body(request: RequestLine) -> RequestLine:
    return request.replace(
        method="HEAD" if request.method == "HEAD" else "GET",
        headers=without(request.headers, *_DESCRIBE_THE_BODY),
        body=None,
        kind=BodyKind.NONE,
        items=(),
    )
