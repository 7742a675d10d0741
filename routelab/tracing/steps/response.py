"""The response step: status and headers as they left the app, each with its origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, assert_never

from routelab.headers import first_value
from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.wording import counted
from routelab.tracing.facts import NOWHERE, Place, Raised, Value
from routelab.tracing.phrases import location, message_words
from routelab.tracing.steps.make_response import MakeResponseStep, Shape
from routelab.tracing.steps.step import Importance, Step

_OF_DEFAULT_TYPE = (Shape.STR, Shape.BYTES, Shape.ITERATOR)  # what a response class is made of as it is
CARRIED = "Response"  # whose the headers of an error are that has a response of its own


class Stage(OneOf):
    """The part of the loop in which a header was set."""

    MAKE_RESPONSE = "make_response"
    VIEW = "view"
    ERROR = "error"
    HOOK = "hook"
    AUTOMATIC_OPTIONS = "automatic_options"
    SESSION = "session"
    SIGNAL = "signal"
    RESPONSE = "response"
    MIDDLEWARE = "middleware"
    OTHER_APP = "other_app"
    ELSEWHERE = "elsewhere"  # in another thread, where nothing is seen


class Origin(Record):
    """Where a header came from: the stage, and whose code, where it was somebody's."""

    json_inline = ("place",)

    stage: Stage
    place: Place = NOWHERE


class AddedPart(Record):
    """A part of a header's value that was there before the rest was added."""

    json_inline = ("origin",)

    text: str
    origin: Origin


class SentHeader(Record):
    """A header as sent, its origin, and parts of its value that others had set before: `also`."""

    json_names: ClassVar[Mapping[str, str]] = {"origin": "from"}
    json_told = ("why",)

    name: str
    value: str
    origin: Origin
    also: tuple[AddedPart, ...] = ()

    @property
    def shown_value(self) -> str:
        """The value as it is shown: Allow, a set that comes in any order, is sorted."""
        return ", ".join(sorted(self.value.split(", "))) if self.name == "Allow" else self.value

    @property
    def why(self) -> str:
        """The words of the origin."""
        return self.reason(None)

    def reason(self, made: MakeResponseStep | None) -> str:
        """Say where a header came from: "because a dict was returned"; `made` made the response."""
        if not self.also:
            return self._reason(self.origin, made)
        before = {part for also in self.also for part in also.text.split(", ")}
        rest = ", ".join(part.strip() for part in self.value.split(",") if part.strip() not in before)
        parts = [(also.text, self._reason(also.origin, made)) for also in self.also]
        return "; ".join(f"{text}: {why}" for text, why in (*parts, (rest, self._reason(self.origin, made))))

    def _reason(self, origin: Origin, made: MakeResponseStep | None) -> str:
        who = origin.place.function
        match origin.stage:
            case Stage.MAKE_RESPONSE:
                if self.name.lower() == "content-type" and made is not None:
                    if made.made_by is not None:
                        return f"set by {made.made_by.function}"
                    if made.shape is Shape.CALLABLE and not self.value.startswith("text/html"):
                        return "set by the returned WSGI application"
                    if made.shape in _OF_DEFAULT_TYPE and not self.value.startswith("text/html"):
                        return "the default_mimetype of the app's response class"
                    return f"because {made.returned} was returned"
                counted = self.name.lower() == "content-length"
                return "counted from the body" if counted else "set by make_response"
            case Stage.VIEW | Stage.HOOK:
                return f"set by {who}" if who else "set by the code that made the response"
            case Stage.ERROR:
                return f"set by {who}" if origin.place.file else _page(who)
            case Stage.AUTOMATIC_OPTIONS:
                return f"set by {who}" if who else "from Flask's automatic response to OPTIONS"
            case Stage.SESSION:
                saved = self.name == "Set-Cookie"
                return "set when the session was saved" if saved else "because the session was used"
            case Stage.SIGNAL:
                return _by_signal(who)
            case Stage.RESPONSE:
                return "added when the response was sent"
            case Stage.MIDDLEWARE:
                return f"set by the middleware {who}" if who else "set by WSGI middleware"
            case Stage.OTHER_APP:
                return f"set by the app {who}"
            case Stage.ELSEWHERE:
                return "set by the app in another thread, or by middleware"
        assert_never(origin.stage)


class RemovedHeader(Record):
    """A header that the response had, where it came from, and whose doing it is that it was not sent.

    `cookie` is the name of the one that a Set-Cookie would have set.
    """

    json_names: ClassVar[Mapping[str, str]] = {"origin": "from"}
    json_told = ("text",)

    name: str
    cookie: str = ""
    origin: Origin
    by: Origin

    @property
    def text(self) -> str:
        """Return "X-Debug (set by debug) was removed by strict"."""
        who = self.by.place.function or "WSGI middleware"
        if self.by.stage is Stage.MIDDLEWARE and self.by.place.function:
            who = f"the middleware {who}"
        elif self.by.stage is Stage.SIGNAL:
            who = _signal_receiver(self.by.place.function)
        elif self.by.stage is Stage.SESSION:
            who = "the session interface"
        why = SentHeader(name=self.name, value="", origin=self.origin).why
        return f"{self.name}{f' of {self.cookie}' if self.cookie else ''} ({why}) was removed by {who}"


class SendFailure(Record):
    """What went wrong between the app and the client: what the app raised, or why a server refused.

    `after_empty_pieces`: only empty pieces of the body came before. Servers send the status with them; by
    the letter of PEP 3333 they would wait for the first byte, and send a 500 of their own. `piece` is one
    of the body that is not made of bytes.
    """

    raised: Raised | None = None
    refusal: str | None = None
    after_empty_pieces: bool = False
    piece: Value | None = None

    @property
    def words(self) -> str:
        """Return "RuntimeError left the app: shelf is full (app.py:8)", or the refusal."""
        error = self.raised
        if error is None:
            return str(self.refusal)
        where = location(error)
        message = f": {message_words(error)}" if error.message else ""
        return f"{error.type} left the app{message}" + (f" ({where})" if where else "")


class ReadFrom(Record):
    """Where a BytesIO of `size` bytes stood when it was sent; what is before that is not read."""

    at: int
    size: int

    @property
    def words(self) -> str:
        """Say it, with the way out."""
        end = f"at its end, after {counted(self.size, 'byte')}"
        where = end if self.at >= self.size else f"after {self.at} of its {counted(self.size, 'byte')}"
        return f"the BytesIO that was sent stood {where}, and is read from there on: call seek(0) before"


class ResponseStep(Step):
    """Status and headers as a WSGI server sends them.

    `failed` is what went wrong on the way. `from_server`: it did so before anything was sent, so this is a
    server's own answer. `made` is the status that the app had made, where another was sent.
    `status_by` is who set it after the response had been made, or on its way from there, or made that alone,
    and `body_by` who put another body into it. `leads_nowhere` is the path of a redirect to this app for
    which its router has no rule. `size` is that of the body, in bytes, where its Content-Length says another.
    `removed` are headers that the response had, and that were not sent. `read_from` is where a BytesIO stood
    of which nothing was sent, or less than Content-Length says.
    """

    json_tag = ("kind", "response")

    status: int
    reason_phrase: str
    complete: bool
    headers: tuple[SentHeader, ...]
    from_server: bool = False
    made: str | None = None
    failed: SendFailure | None = None
    leads_nowhere: str | None = None
    status_by: Origin | None = None
    body_by: Origin | None = None
    size: int | None = None
    removed: tuple[RemovedHeader, ...] = ()
    read_from: ReadFrom | None = None

    @property
    def headline(self) -> str:
        """Return "200 OK"."""
        return f"{self.status} {self.reason_phrase}".rstrip() + ("" if self.complete else ", cut short")

    def _details(self) -> Iterator[str]:
        failed = self.failed
        yield from (header.text for header in self.removed)
        if self.miscounted is not None:
            yield self.miscounted
        if self.read_from is not None:
            yield self.read_from.words
        if failed is None:
            return
        if not self.from_server:
            link = "" if failed.refusal is None else "the body broke off: "
            yield f"after the status was sent, {link}{failed.words}"
            if failed.after_empty_pieces:
                yield (
                    "only empty pieces of the body came before: Werkzeug's server sends the status with "
                    "them, and a server that keeps to PEP 3333 sends a 500 of its own instead"
                )
            return
        yield failed.words
        if failed.refusal is not None:
            yield "what a server does then differs: most answer 500, and Werkzeug's may close the connection"
        if self.made is not None:
            yield f"the app had made {self.made}, which was not sent"

    @property
    def miscounted(self) -> str | None:
        """Say how its Content-Length differs from the body, and what a client makes of that."""
        given = next((header for header in self.headers if header.name.lower() == "content-length"), None)
        if self.size is None or given is None:
            return None
        has = f"Content-Length is {given.value} ({given.why}), and the body has {counted(self.size, 'byte')}"
        if not _is_number(given.value):
            return f"{has}: a client rejects what is not a number"
        if int(given.value) > self.size:
            return f"{has}: a client that waits for the rest finds the response incomplete"
        return f"{has}: a client reads no more than the first {counted(int(given.value), 'byte')}"

    @property
    def importance(self) -> Importance:
        """Each request ends with it."""
        return Importance.SHOWN if self.failed is None else Importance.DECIDES

    def why(self, made: MakeResponseStep | None) -> str:
        """Say where the status came from: "because no status was given"."""
        if self.from_server:
            return "a server's own response: the app failed before a byte was sent"
        if self.made is not None:
            named = None if self.status_by is None else self.status_by.place.function
            middleware = f"the middleware {named}" if named else "WSGI middleware"
            return f"set by {middleware}; the app had made {self.made}"
        if self.status_by is not None:
            who = self.status_by.place.function
            return _by_signal(who) if self.status_by.stage is Stage.SIGNAL else f"set by {who}"
        return made.status_reason if made else ""


def size_if_miscounted(headers: Iterable[tuple[str, str]], size: int) -> int | None:
    """Return the size of a body whose Content-Length says another."""
    given = first_value(headers, "Content-Length")
    return size if given is not None and not (_is_number(given) and int(given) == size) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _by_signal(who: str | None) -> str:
    return f"set by {_signal_receiver(who)}"


def _signal_receiver(who: str | None) -> str:
    receiver = "a receiver of the signal request_finished"
    return f"{who}, {receiver}" if who else receiver


def _page(who: str | None) -> str:
    """Say whose page it is that no function of the app made; `who` is an exception, or somebody's handler."""
    if who == "RequestRedirect":
        return "from the router's redirect"
    if who == "redirect":
        return "from the redirect that was raised"
    if who == CARRIED:
        return "from the response that was aborted with"
    return f"from Flask's {who} page" if who and who[0].isupper() else f"comes with {who}"
