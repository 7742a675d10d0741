"""What a WSGI server would hand the app for a request line.

It must not know the app, its routes or the cookie jar: their parts come in as arguments.
"""

from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import unquote

from routelab.record import Record
from routelab.requestline.record import URLENCODED, RequestLine

_ALWAYS = {
    "REMOTE_ADDR": "127.0.0.1",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_USER_AGENT": "routelab",
    "wsgi.version": (1, 0),
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class Base(Record):
    """Where the app says that it stands: its settings SERVER_NAME, APPLICATION_ROOT, PREFERRED_URL_SCHEME."""

    server_name: str | None = None
    application_root: str = "/"
    scheme: str = "http"

    @property
    def mount(self) -> str:
        """What stands before each path: nothing for the root `/`, `/app` for `app/`."""
        root = self.application_root.strip("/")
        return f"/{root}" if root else ""


AT_ROOT = Base()  # where an app stands that says nothing


def build_environ(
    request: RequestLine, base: Base = AT_ROOT, *, cookies: str | None = None
) -> dict[str, Any]:
    """Build the environ that Flask's test client builds for this request, but for its User-Agent.

    `cookies` is what the cookie jar has to send, after cookies that were typed, so that the typed ones count.
    """
    path, query = request.path, request.query_string
    host = request.host or base.server_name or "localhost"
    name, _, port = host.partition(":")
    scheme = request.scheme or base.scheme
    uri = _latin1(f"{path}?{query}" if query else path)
    environ = {
        **_ALWAYS,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": _decoded(base.mount),
        "PATH_INFO": _decoded(path) if "%" in path or query else uri,
        "QUERY_STRING": query and _latin1(query),
        "REQUEST_URI": uri,
        "RAW_URI": uri,
        "SERVER_NAME": name,
        "SERVER_PORT": str(int(port)) if port.isdigit() else "443" if scheme == "https" else "80",
        "HTTP_HOST": host,
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(request.body or b""),
        "wsgi.errors": StringIO(),
    }
    _add_headers(environ, request, cookies)
    return environ


def _add_headers(environ: dict[str, Any], request: RequestLine, cookies: str | None) -> None:
    """Add what is sent as headers, but for the host and those that the request takes back."""
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
    if request.headers:
        _add_typed(environ, request.headers)
    if cookies:
        typed = environ.get("HTTP_COOKIE")
        environ["HTTP_COOKIE"] = f"{typed}; {cookies}" if typed else cookies
    for name in request.unset:
        environ.pop(_key(name), None)


def _add_typed(environ: dict[str, Any], headers: Iterable[tuple[str, str]]) -> None:
    """Add headers under their CGI names; values of one name are joined, as servers do (RFC 9110, 5.3)."""
    sent: dict[str, str] = {}
    for name, value in headers:
        key = _key(name)
        if key == "CONTENT_TYPE":
            environ.setdefault(key, value)
        elif key != "CONTENT_LENGTH":  # the body has its length; a server would wait for a longer one
            sent[key] = f"{sent[key]}, {value}" if key in sent else value
    environ.update(sent)
    if "CONTENT_LENGTH" not in environ and environ.get("CONTENT_TYPE", "").startswith(URLENCODED):
        environ["CONTENT_LENGTH"] = "0"  # an empty form is a form, too


def _key(name: str) -> str:
    lower = name.lower()
    if lower == "content-type":
        return "CONTENT_TYPE"
    if lower == "content-length":
        return "CONTENT_LENGTH"
    return "HTTP_" + name.upper().replace("-", "_")


def _decoded(path: str) -> str:
    """Undo percent-encoding; WSGI wants the bytes of the path as latin-1 text (PEP 3333)."""
    return _latin1(unquote(path)) if "%" in path else _latin1(path)


def _latin1(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")
