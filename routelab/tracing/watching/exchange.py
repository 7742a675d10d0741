"""One WSGI call and the reading of its body, in the place of the server: what would have gone out, and when.

A server sends nothing before the first piece of the body, or its end (PEP 3333): what is raised before that
is answered by the server, with a 500 of its own. It knows WSGI, and no step but those of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import FileWrapper

from routelab.headers import as_written
from routelab.tracing.facts import Pairs, Value
from routelab.tracing.steps.response import (
    Origin,
    ReadFrom,
    RemovedHeader,
    ResponseStep,
    SendFailure,
    SentHeader,
    Stage,
    size_if_miscounted,
)
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.code.values import short_repr, value_of
from routelab.tracing.watching.error_stages import pages_are_not_sent
from routelab.tracing.watching.guard import Guard
from routelab.tracing.watching.origins import MADE, HeaderOrigins
from routelab.tracing.watching.recorder import Recorder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BODY_LIMIT = 16 * 1024 * 1024  # bytes; an endless generator must end somewhere
_SERVERS_STATUS = 500, "INTERNAL SERVER ERROR"


class RefusedByServer(Exception):
    """What the app handed over cannot be sent: the server's own refusal, and no error of the app.

    `piece` is one of the body, where that is not made of bytes.
    """

    def __init__(self, why: str, piece: Value | None = None) -> None:
        super().__init__(why)
        self.piece = piece


class WsgiExchange:
    """Calls the app as a server does; `finish` tells what was sent."""

    _size = 0
    _status: str | None = None  # as the app gave it; what went out is told by `_out`
    _headers: Pairs = ()
    _place: int | None = None
    _out = False
    _truncated = False
    _complete = False
    _failed: BaseException | None = None
    # Tells who answers before the app, or around it; with `body`, who made that. None without middleware.
    middleware: Callable[..., Origin] | None = None
    _read_from: ReadFrom | None = None
    _made_by_app: str | None = None  # the status that middleware changed

    def __init__(self, app: Any, environ: WSGIEnvironment, recorder: Recorder) -> None:
        self._app = app
        self.environ = environ
        self._method = str(environ["REQUEST_METHOD"])  # as it was sent
        self._recorder = recorder
        self._chunks: list[bytes] = []

    def go(self) -> None:
        """Call the app, read its body and close it. What comes out of the app comes out of here."""
        try:
            body = self._app(self.environ, self._start_response)
            with self._recorder.guard("where a BytesIO stood"):
                self._read_from = _stands(self._recorder.answering.response)
            try:
                if self._recorder.answering.streams:
                    self._read_stream(body)
                else:
                    self._read(body)
            finally:
                close = getattr(body, "close", None)
                if close is not None:
                    close()
        except RefusedByServer as refusal:
            self._failed = refusal
        except Exception as error:
            self._failed = error
            raise

    def finish(self) -> SentResponse | None:
        """Fill the response step, now that the end is known. None: the request was stopped."""
        if self._out:
            return self._sent()
        return None if self._failed is None else self._answered_by_server()

    @property
    def head_is_out(self) -> bool:
        """Whether a server would have sent the status by now."""
        return self._out

    def forget(self) -> None:
        """Let go of what went wrong."""
        self._failed = None

    def _sent(self) -> SentResponse:
        assert self._status is not None
        assert self._place is not None
        status, reason_phrase = _status_line(self._status)
        if self.middleware is not None:
            with self._recorder.guard("what middleware made of the body"):
                self._credit_body(self.middleware(body=True))
        facts = partial(
            ResponseStep,
            status=status,
            reason_phrase=reason_phrase,
            complete=self._complete,
            failed=self._failure(),
            made=self._made_by_app,
            status_by=self._recorder.answering.status_by,
            body_by=self._recorder.answering.body_by,
            size=(miscounted := self._miscounted(status)),
            read_from=self._partly_read(status, miscounted),
        )
        guard = self._recorder.guard("where headers came from")
        tell = partial(_with_headers, facts, self._headers, self._recorder.origins, guard)
        self._recorder.steps.fill_later(self._place, tell, "the response")
        return SentResponse(
            status=status,
            reason_phrase=reason_phrase,
            headers=self._headers,
            body=b"".join(self._chunks),
            truncated=self._truncated,
            complete=self._complete,
        )

    def _miscounted(self, status: int) -> int | None:
        """Return the size of the body where a client finds another in Content-Length."""
        whole = self._complete and not self._truncated
        bodiless = self._is_bodiless(status, self._method)
        return size_if_miscounted(self._headers, self._size) if whole and not bodiless else None

    def _partly_read(self, status: int, miscounted: int | None) -> ReadFrom | None:
        """Return where a BytesIO stood that was sent, where that shows a slip."""
        stood = self._read_from
        if stood is None or self._is_bodiless(status, self._method) or self._size != stood.size - stood.at:
            return None
        return stood if miscounted is not None or stood.at == stood.size else None

    @property
    def _method_of_app(self) -> str:
        """The method that the app got: middleware may have changed it."""
        context = self._recorder.context
        return self._method if context is None else str(context.request.method)

    @staticmethod
    def _is_bodiless(status: int, method: str) -> bool:
        return method == "HEAD" or status in (204, 304) or 100 <= status < 200

    def _answered_by_server(self) -> SentResponse:
        """Tell the 500 that a server makes itself, after all that the app did; its page is the server's."""
        status, reason_phrase = _SERVERS_STATUS
        step = ResponseStep(
            status=status,
            reason_phrase=reason_phrase,
            complete=True,
            headers=(),
            from_server=True,
            made=self._status,
            failed=self._failure(),
        )
        pages_are_not_sent(self._recorder)
        self._recorder.steps.add(step)
        return SentResponse(
            status=status, reason_phrase=reason_phrase, headers=(), body=b"", from_server=True
        )

    def _failure(self) -> SendFailure | None:
        error = self._failed
        if error is None:
            return None
        if isinstance(error, RefusedByServer):
            return SendFailure(refusal=str(error), piece=error.piece)
        # Servers send the status with an empty piece, too; by the letter of PEP 3333 they should wait.
        undecided = bool(self._chunks) and not self._size and not self._complete
        return SendFailure(raised=self._recorder.raised(error), after_empty_pieces=undecided)

    def _start_response(self, status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], None]:
        headers = _as_servers_write(status, tuple(headers))
        if exc_info:
            if self._out:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self._status is not None:
            raise AssertionError("start_response was called a second time, without exc_info")
        if self._place is None:
            self._place = self._recorder.steps.reserve()
        self._status, self._headers = status, headers
        if self.middleware is not None:
            with self._recorder.guard("where headers came from"):
                self._credit_the_rest(self.middleware())
        return self._take

    def _credit_the_rest(self, who: Origin) -> None:
        """Middleware that sees the headers last may add some that the app's own response did not have."""
        response, origins = self._recorder.answering.response, self._recorder.origins
        made = getattr(response, "status", None)
        self._made_by_app = made if isinstance(made, str) and made != self._status else None
        if self._made_by_app is not None:
            self._recorder.answering.status_by = who
        if hasattr(response, "get_wsgi_headers"):
            origins.note(response.get_wsgi_headers(self.environ), Origin(stage=Stage.RESPONSE), whole=True)
        origins.note(self._headers, who, whole=True)

    def _credit_body(self, who: Origin) -> None:
        """Tell who sent another body than the app had made, where that was not a stream."""
        pieces = getattr(self._recorder.answering.response, "response", None)
        if not isinstance(pieces, list) or not self._chunks or not self._complete or self._truncated:
            return
        made = b"".join(each.encode() if isinstance(each, str) else each for each in pieces)
        if self._is_bodiless(self._recorder.answering.response.status_code, self._method_of_app):
            made = b""
        if made != b"".join(self._chunks):
            self._recorder.answering.body_by = who

    def _send_head(self) -> None:
        """Send status and headers, as a server does with the first piece of the body, or at its end."""
        if self._status is None:
            raise RefusedByServer("the app never called start_response, so there is no status to send")
        if not "".join(self._status.split(None, 1)[:1]).isdecimal():
            raise RefusedByServer(f"no server can send the status {self._status!r}: it has no number")
        texts = (self._status, *chain.from_iterable(self._headers))
        if not "".join(texts).isascii():
            for text in texts:
                if not _is_latin1(text):
                    raise RefusedByServer(f"no server can send {text!r} in a header: it is not Latin-1 text")
        self._out = True

    def _take(self, chunk: bytes) -> None:
        if not self._out:
            self._send_head()
        if not isinstance(chunk, bytes):
            raise _not_bytes(chunk)
        room = BODY_LIMIT - self._size
        if len(chunk) > room:
            self._truncated = True
            chunk = chunk[:room]
        self._chunks.append(chunk)
        self._size += len(chunk)

    def _read(self, body: Any) -> None:
        for chunk in body:
            self._take(chunk)
            if self._truncated:
                return
        if not self._out:
            self._send_head()
        self._complete = True

    def _read_stream(self, body: Any) -> None:
        """Read a body that is generated while it is read; a step tells so, unless nothing was asked of it."""
        steps = self._recorder.steps
        place = steps.reserve()
        raised = None
        self._recorder.tell_before_own_code()
        try:
            self._read(body)
        except RefusedByServer:
            raise
        except Exception as error:
            raised = self._recorder.raised(error)
            raise
        finally:
            if self._chunks or raised or not self._complete:
                steps.fill(place, StreamStep(chunks=len(self._chunks), size=self._size, raised=raised))


def _not_bytes(chunk: object) -> RefusedByServer:
    piece = value_of(chunk)
    return RefusedByServer(f"a body is made of bytes, and one piece was {piece.repr}", piece)


def _with_headers(
    facts: Callable[..., ResponseStep], pairs: Pairs, origins: HeaderOrigins, guard: Guard
) -> Iterator[ResponseStep]:
    headers = tuple(SentHeader(name=name, value=value, origin=MADE) for name, value in pairs)
    removed: tuple[RemovedHeader, ...] = ()
    with guard:
        headers = origins.sent(pairs)
        removed = origins.removed(pairs)
    yield facts(headers=headers, removed=removed)


def _stands(response: Any) -> ReadFrom | None:
    """Tell where the BytesIO of a response stands that is not at its beginning: it is read from there."""
    body = getattr(response, "response", None)
    file = body.file if type(body) is FileWrapper else body
    if type(file) is not BytesIO or file.closed or not 0 < file.tell() <= len(file.getbuffer()):
        return None
    return ReadFrom(at=file.tell(), size=len(file.getbuffer()))


def _as_servers_write(status: Any, headers: tuple[Any, ...]) -> Pairs:
    """Give headers as a WSGI server writes them; what it refuses (PEP 3333) is raised in the caller."""
    if not isinstance(status, str):
        raise TypeError(f"start_response needs the status as a str, and was given {short_repr(status)}")
    as_they_are = True
    for header in headers:
        if isinstance(header, tuple) and len(header) == 2:
            name, value = header
            if type(name) is type(value) is str:
                continue
            as_they_are = False
            if isinstance(name, str) and isinstance(value, str):
                continue
        raise TypeError(
            f"start_response needs each header as a pair of str, and was given {short_repr(header)}"
        )
    return headers if as_they_are else tuple(as_written(headers))


def _is_latin1(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _status_line(line: str) -> tuple[int, str]:
    """Split "404 NOT FOUND" into 404 and "NOT FOUND"."""
    number, *reason_phrase = line.split(None, 1)
    return int(number), "".join(reason_phrase)
