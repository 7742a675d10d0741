"""A RequestLine back to the line that one would type for it, and to a curl command that sends the same.

It must not know what made the request: `parse(format_request(r)) == r` for every `r` that `parse` makes of a
line, and `from_curl(to_curl(r))` sends what `r` sends.
"""

from urllib.parse import quote as percent_encode

from routelab.requestline.body import BOUNDARY, FORM_TYPE, JSON_ACCEPT, JSON_TYPE
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.items import Separator
from routelab.requestline.quoting import quote, shell_quote
from routelab.requestline.record import MAX_REDIRECTS, BodyKind, RequestLine

HERE = ("http", "localhost:5000")  # where Flask's own server listens
OWN_BOUNDARY = ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")


def format_request(request: RequestLine) -> str:
    """Write `POST /login name=ann -f`: method, URL, headers, data and options, and only what is needed.

    Raises RequestLineError for a body that is no text, where no item names the file of it.
    """
    items = [*_headers(request), *(item.typed for item in request.items)]
    dashed = any(item.startswith("-") for item in items)
    words = [request.method, _url(request)]
    words += [*_options(request), "--", *items] if dashed else [*items, *_options(request)]
    return " ".join(quote(word) for word in words)


def to_curl(request: RequestLine) -> str:
    """Write a request as a curl command for a shell, on one line."""
    words = ["curl", *_curl_method(request), *_curl_url(request)]
    multipart = _curl_form(request)
    for name in request.unset:
        words += ["-H", f"{name}:"]
    for name, value in request.headers:
        if not (multipart and (name, value) == OWN_BOUNDARY):
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    words += multipart or _curl_data(request)
    if request.follow:
        words.append("-L")
    if request.max_redirects != MAX_REDIRECTS:
        words += ["--max-redirs", str(request.max_redirects)]
    return " ".join(shell_quote(word) for word in words)


def _url(request: RequestLine) -> str:
    scheme = f"{request.scheme}://" if request.scheme else ""
    return f"{scheme}{request.host or ''}{request.path}{_behind_path(request)}"


def _behind_path(request: RequestLine) -> str:
    query = f"?{request.query_string}" if request.query_string else ""
    return query if request.fragment is None else f"{query}#{request.fragment}"


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
            return (OWN_BOUNDARY,)
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
                options += ["--raw", _text(request.body)]
        case BodyKind.NONE | BodyKind.JSON:
            pass
    if request.follow:
        options.append("-F")
    if request.max_redirects != MAX_REDIRECTS:
        options += ["--max-redirects", str(request.max_redirects)]
    return options


def _sends_json(request: RequestLine) -> bool:
    """Tell -f from the rest: only without it does the line say which answers it accepts, or not to say so."""
    return "accept" in request.named_headers


# The words of a curl command


def _curl_method(request: RequestLine) -> list[str]:
    implied = "GET" if request.body is None else "POST"
    if request.method == implied:
        return []
    return ["-I"] if request.method == "HEAD" and request.body is None else ["-X", request.method]


def _curl_url(request: RequestLine) -> list[str]:
    scheme, host = (request.scheme, request.host) if request.host else HERE
    # curl sends what it gets, but refuses a blank.
    path = (
        percent_encode(request.path, safe="!$%&'()*+,/:;=?@[]~{}|^`\"<>\\")
        if " " in request.path
        else request.path
    )
    url = f"{f'{scheme}://' if scheme else ''}{host}{path}{_behind_path(request)}"
    globs = ["-g"] if set(url) & set("{}[]") else []
    dots = ["--path-as-is"] if "/." in request.path else []
    return [*globs, *dots, url]


def _curl_form(request: RequestLine) -> list[str]:
    """Write the fields of a form in parts; [] where the body is none."""
    if request.kind is not BodyKind.MULTIPART or OWN_BOUNDARY not in request.headers:
        return []
    words: list[str] = []
    for item in request.items:
        match item.separator:
            case Separator.UPLOAD:
                words += ["-F", f"{item.name}=@{item.value}"]
            case Separator.TEXT_FILE | Separator.JSON_FILE:
                words += ["-F", f"{item.name}=<{item.value}"]
            case _:
                words += ["--form-string", f"{item.name}={item.value}"]
    return words


def _curl_data(request: RequestLine) -> list[str]:
    if request.body is None:
        return []
    if request.items and request.items[0].separator is Separator.UPLOAD and not request.items[0].name:
        return ["--data-binary", f"@{request.items[0].value.partition(';type=')[0]}"]
    return ["--data-raw", _text(request.body)]


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise RequestLineError(Fault.BINARY_BODY) from None
