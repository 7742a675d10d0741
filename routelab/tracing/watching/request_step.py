"""The request step: a WSGI environ as the app will see it.

It reads copies of the body, so that the app finds its own input untouched.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.wrappers import Request

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.watching.values import message_of, value_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Every client sends these, and cookies have a place of their own.
_UNASKED = ("HTTP_HOST", "HTTP_USER_AGENT", "HTTP_COOKIE")


class FromSettings(NamedTuple):
    """What Flask's test client puts into the environ out of the app's settings, and a server does not.

    `root` is that of APPLICATION_ROOT, "" for none; `scheme` that of PREFERRED_URL_SCHEME, None where it is
    http, or where another was asked for.
    """

    root: str = ""
    scheme: str | None = None

    def facts(self, script_root: str, environ: WSGIEnvironment) -> dict[str, Any]:
        """Return what is still there where the request arrives: middleware may have changed it."""
        if not self.root and self.scheme is None:
            return {}
        root_stands = self.root and f"{script_root}/".startswith(f"{self.root}/")
        scheme_stands = environ.get("wsgi.url_scheme") == self.scheme
        return {
            "root_from_setting": self.root if root_stands else "",
            "scheme_from_setting": self.scheme if scheme_stands else None,
        }


NO_SETTINGS = FromSettings()


def request_step(environ: WSGIEnvironment, body: bytes, settings: FromSettings = NO_SETTINGS) -> RequestStep:
    """Describe a request by its environ and the bytes of its body; `settings` are the client's, see there."""
    path = text_of(environ.get("PATH_INFO", ""))
    method = environ["REQUEST_METHOD"]
    script_root = text_of(environ.get("SCRIPT_NAME", ""))
    sent_path = _sent_path(environ, path, script_root)
    headers = _headers(environ)
    if not (body or environ.get("QUERY_STRING") or environ.get("HTTP_COOKIE")):
        return RequestStep(
            method=method,
            path=path,
            sent_path=sent_path,
            script_root=script_root,
            headers=headers,
            **settings.facts(script_root, environ),
        )
    # A second Request over copied bytes: reading `form` empties the stream that the view will read.
    with Request({**environ, "wsgi.input": BytesIO(body)}) as request:
        return RequestStep(
            method=method,
            path=path,
            sent_path=sent_path,
            script_root=script_root,
            headers=headers,
            **settings.facts(script_root, environ),
            query=_pairs(request.args),
            body_size=len(body),
            cookies=_pairs(request.cookies),
            **(_body_facts(request) if body else {}),
        )


def _sent_path(environ: WSGIEnvironment, path: str, script_root: str) -> str | None:
    """Return the path as it was sent, where the app will see another.

    What WSGI middleware moves from the path to the root that it mounts the app at is no difference.
    """
    sent = text_of(environ.get("REQUEST_URI", "").partition("?")[0])
    return None if sent in ("", path, script_root + path) else sent


def _headers(environ: WSGIEnvironment) -> Pairs:
    """Return the headers that somebody chose to send, named as they are usually written."""
    named = [
        (key[5:].replace("_", "-").title(), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_") and key not in _UNASKED
    ]
    if "CONTENT_TYPE" in environ:
        named.append(("Content-Type", environ["CONTENT_TYPE"]))
    return tuple(named)


def _body_facts(request: Request) -> dict[str, Any]:
    if request.is_json:
        text = request.get_data()
        try:
            return {"json": value_of(request.json_module.loads(text))}
        except (ValueError, RecursionError) as error:
            return {"json_error": message_of(error)}
    try:
        files = tuple((name, file.filename or "") for name, file in request.files.items(multi=True))
        return {"form": _pairs(request.form), "files": files}
    except Exception:
        # The app will meet the same refusal, in its own view; this step only looks.
        return {}


def _pairs(things: Any) -> Pairs:
    return tuple(things.items(multi=True))


def text_of(wsgi: str) -> str:
    """Undo the latin-1 disguise that WSGI gives to UTF-8 text (PEP 3333)."""
    return wsgi if wsgi.isascii() else wsgi.encode("latin-1").decode("utf-8", "replace")
