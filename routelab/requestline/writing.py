"""A RequestLine back to the line that one would type for it.

It must not know what made the request: `parse(format_request(r)) == r` for every `r` that `parse` can give.
"""

from .body import BOUNDARY, FORM_TYPE, JSON_TYPE
from .parsing import JSON_ACCEPT
from .quoting import quote
from .record import MAX_REDIRECTS, BodyKind, RequestLine


def format_request(request: RequestLine) -> str:
    """Write `POST /login name=ann -f`: method, URL, headers, data and options, and only what is needed."""
    items = [*_headers(request), *(item.typed for item in request.items)]
    dashed = any(item.startswith("-") for item in items)
    words = [request.method, _url(request)]
    words += [*_options(request), "--", *items] if dashed else [*items, *_options(request)]
    return " ".join(quote(word) for word in words)


def _url(request: RequestLine) -> str:
    scheme = f"{request.scheme}://" if request.scheme else ""
    query = f"?{request.query_string}" if request.query_string else ""
    fragment = "" if request.fragment is None else f"#{request.fragment}"
    return f"{scheme}{request.host or ''}{request.path}{query}{fragment}"


def _headers(request: RequestLine) -> list[str]:
    """Write the header items, without those that the line brings along by itself."""
    headers = request.headers
    implied = _implied(request)
    if implied and headers[-len(implied) :] == implied:
        headers = headers[: -len(implied)]
    return [*(f"{name}:" for name in request.unset), *(_header(name, value) for name, value in headers)]


def _header(name: str, value: str) -> str:
    if not value:
        return f"{name};"
    return f"{name}:\\{value}" if value[0] in "=@" else f"{name}:{value}"


def _implied(request: RequestLine) -> tuple[tuple[str, str], ...]:
    match request.kind:
        case BodyKind.JSON:
            return (("Accept", JSON_ACCEPT), ("Content-Type", JSON_TYPE))
        case BodyKind.RAW if not request.items and _sends_json(request):
            return (("Accept", JSON_ACCEPT), ("Content-Type", JSON_TYPE))
        case BodyKind.FORM | BodyKind.RAW if not request.items or request.kind is BodyKind.FORM:
            return (("Content-Type", FORM_TYPE),)
        case BodyKind.MULTIPART:
            return (("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),)
        case _:
            return ()


def _options(request: RequestLine) -> list[str]:
    options: list[str] = []
    match request.kind:
        case BodyKind.FORM:
            options = ["-f"]
        case BodyKind.MULTIPART:
            options = ["--multipart"]
        case BodyKind.RAW:
            options = [] if _sends_json(request) else ["-f"]
            if not request.items and request.body is not None:
                options += ["--raw", request.body.decode()]
        case BodyKind.NONE | BodyKind.JSON:
            pass
    if request.follow:
        options.append("-F")
    if request.max_redirects != MAX_REDIRECTS:
        options += ["--max-redirects", str(request.max_redirects)]
    return options


def _sends_json(request: RequestLine) -> bool:
    """Tell -f from the rest: only without it does the line say which answers it accepts, or not to say so."""
    names = {name.lower() for name, _ in request.headers} | {name.lower() for name in request.unset}
    return "accept" in names
