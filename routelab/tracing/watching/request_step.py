"""The request step: a WSGI environ as the app will see it.

It reads copies of the body, so that the app finds its own input untouched.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.watching.values import message_of, value_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Every client sends these, and cookies have a place of their own.
_UNASKED = ("HTTP_HOST", "HTTP_USER_AGENT", "HTTP_COOKIE")


def request_step(environ: WSGIEnvironment, body: bytes) -> RequestStep:
    """Describe a request by its environ and the bytes of its body."""
    path = _text(environ.get("PATH_INFO", ""))
    method = environ["REQUEST_METHOD"]
    script_root = _text(environ.get("SCRIPT_NAME", ""))
    sent_path = _sent_path(environ, path, script_root)
    headers = _headers(environ)
    if not (body or environ.get("QUERY_STRING") or environ.get("HTTP_COOKIE")):
        return RequestStep(
            method=method, path=path, sent_path=sent_path, script_root=script_root, headers=headers
        )
    # A second Request over copied bytes: reading `form` empties the stream that the view will read.
    with Request({**environ, "wsgi.input": BytesIO(body)}) as request:
        return RequestStep(
            method=method,
            path=path,
            sent_path=sent_path,
            script_root=script_root,
            headers=headers,
            query=_pairs(request.args),
            body_size=len(body),
            cookies=_pairs(request.cookies),
            **(_body_facts(request) if body else {}),
        )


def _sent_path(environ: WSGIEnvironment, path: str, script_root: str) -> str | None:
    """Return the path as it was sent, where the app will see another.

    What WSGI middleware moves from the path to the root that it mounts the app at is no difference.
    """
    sent = _text(environ.get("REQUEST_URI", "").partition("?")[0])
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


def _text(wsgi: str) -> str:
    """Undo the latin-1 disguise that WSGI gives to UTF-8 text (PEP 3333)."""
    return wsgi if wsgi.isascii() else wsgi.encode("latin-1").decode("utf-8", "replace")
