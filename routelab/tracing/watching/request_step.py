"""The request step: a WSGI environ as the app will see it, and what it was asked for in vain.

It reads copies of the body, so that the app finds its own input untouched.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from routelab.record import Record
from routelab.tracing.facts import Pairs
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.watching.body_reads import BodyReads
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.code.values import message_of, value_of
from routelab.tracing.watching.keys_asked import KeysAsked
from routelab.tracing.watching.step_recorder import StepRecorder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


# Every client sends these, and cookies have a place of their own.
_UNASKED = ("HTTP_HOST", "HTTP_USER_AGENT", "HTTP_COOKIE")
# In an environ: what would live on with it, a request that middleware made among them.
_WITHOUT_LIVE = {"wsgi.input": None, "wsgi.errors": None, "werkzeug.request": None}


class FromSettings(Record):
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


def request_step(environ: WSGIEnvironment, body: bytes, settings: FromSettings) -> RequestStep:
    """Describe a request by its environ and the bytes of its body; `settings` are the client's, see there."""
    path = text_of(environ.get("PATH_INFO", ""))
    script_root = text_of(environ.get("SCRIPT_NAME", ""))
    step = RequestStep(
        method=str(environ["REQUEST_METHOD"]),
        path=path,
        sent_path=_sent_path(environ, path, script_root),
        script_root=script_root,
        headers=_headers(environ),
        **settings.facts(script_root, environ),
    )
    if not (body or environ.get("QUERY_STRING") or environ.get("HTTP_COOKIE")):
        return step
    # A second Request over copied bytes: reading `form` empties the stream that the view will read.
    with Request({**environ, "wsgi.input": BytesIO(body)}) as request:
        return step.replace(
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
    return tuple(
        (header_name(key), value) for key, value in headers_of(environ).items() if key not in _UNASKED
    )


def headers_of(environ: WSGIEnvironment) -> dict[str, str]:
    """Return the headers of a request by their names in an environ, "HTTP_ACCEPT"."""
    keys = [key for key in environ if key.startswith("HTTP_")]
    return {key: str(environ[key]) for key in (*keys, "CONTENT_TYPE") if key in environ}


def header_name(key: str) -> str:
    """Write the name of a header as is usual: "Accept" of an environ's HTTP_ACCEPT."""
    return key.removeprefix("HTTP_").replace("_", "-").title()


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
    try:
        return wsgi if wsgi.isascii() else wsgi.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:  # middleware of the app's own put it there
        return wsgi


class RequestArrival:
    """Keeps the first place among the steps; `body` is a copy of the request's bytes."""

    def __init__(
        self,
        steps: StepRecorder,
        sources: Sources,
        body: bytes,
        settings: FromSettings,
    ) -> None:
        self.body_reads = BodyReads(body, sources)
        self.keys_asked = KeysAsked(sources)
        self._steps = steps
        self._body, self._settings = body, settings
        self._asked: dict[str, Any] = {}  # what the app asked of the request, as facts of the step
        self._place = steps.reserve()
        self._arrived = False
        self.environ: dict[str, Any] = {}  # as it was then

    def record(self, environ: WSGIEnvironment) -> None:
        """Note the request: where Flask takes it over, or at the end if no part of Flask ever saw it."""
        if not self._arrived:
            self._arrived = True
            # A copy, since the app writes into its environ; the texts in it are those of this moment.
            self.environ = arrived = {**environ, **_WITHOUT_LIVE}
            tell = partial(_request_steps, arrived, self._body, self._settings, self._asked)
            self._steps.fill_later(self._place, tell, "the request")

    def watch(self, request: Any) -> None:
        """See what the app asks of its request."""
        self.body_reads.watch(request)
        self.keys_asked.watch(request)

    def forget(self) -> None:
        """Leave the app's request as it was."""
        self.body_reads.forget()
        self.keys_asked.forget()

    def record_asked(self, status: int | None, view: Any) -> None:
        """Add what the app asked of its request and did not get; `status` is the response's, if one came."""
        if self.body_reads.may_tell and (reads := self.body_reads.told(status, view)):
            self._asked["reads"] = reads
        sent = partial(request_step, self.environ, self._body, self._settings)
        self._asked.update(self.keys_asked.told(sent))
        if not self._asked:  # nearly always
            return
        # In a worker the request is told as soon as code of the app's is about to run.
        if self._steps.is_told(self._place):
            self._steps.amend(self._place, RequestStep, **self._asked)


def _request_steps(
    arrived: WSGIEnvironment, body: bytes, settings: FromSettings, asked: dict[str, Any]
) -> Iterator[RequestStep]:
    step = request_step(arrived, body, settings)
    yield step.replace(**asked) if asked else step
