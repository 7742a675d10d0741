"""The trace of one request: what was sent, the steps, what came out. Data, complete when it is returned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from routelab.headers import first_value
from routelab.record import Extent, Object, Record
from routelab.routing.outcome import Outcome
from routelab.tracing.cookies import CookieNews
from routelab.tracing.facts import Escaped, Note, Pairs
from routelab.tracing.not_run import NotRun
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.step import Step

if TYPE_CHECKING:
    from routelab.tracing.answers.answer import Answer
    from routelab.tracing.findings.finding import TraceFinding

SCHEMA = 2
SENT_AS_JSON = "sent_as_json"
_FRAMES_AT_EACH_END = 5
S = TypeVar("S", bound=Step)


class EngineUsed(Record):
    """What ran the app: "routelab" or "flask", and its version."""

    name: str
    version: str


class TracedApp(Record):
    """The app, as it was named and as it names itself. `digest` is a hash of its own files, "" for none."""

    target: str
    name: str
    digest: str = ""


class SentRequest(Record):
    """The request as it was sent: undecoded path, all headers, the body's bytes."""

    method: str
    path: str
    query_string: str
    headers: Pairs
    body: bytes | None
    scheme: str = "http"

    @property
    def target(self) -> str:
        """The path with its query: "/status?full=1"."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path

    @property
    def words(self) -> str:
        """Name the request: "GET /status?full=1"."""
        return f"{self.method} {self.target}"

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name."""
        return first_value(self.headers, name)


class SentResponse(Record):
    """What a server sends. `truncated`: the body was cut at the limit; `complete`: its end was reached.

    `from_server`: the app failed before a byte was sent, so this is a 500 of the server's own, and its
    headers and its page are the server's business.
    """

    status: int
    reason_phrase: str
    headers: Pairs
    body: bytes
    truncated: bool = False
    complete: bool = True
    from_server: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name."""
        return first_value(self.headers, name)


class Trace(Record):
    """The record of one request; with redirects followed, `redirects` holds the later hops.

    `not_run` are hooks, handlers and views that could be expected and were not called.
    `command` is what would show it again, "" where no line can carry the body. `json_read` is whether the app
    asked for the JSON in the body.
    `cookies` is what became of those that were kept before, and of those that the response sets.
    """

    command: str = ""
    engine: EngineUsed
    app: TracedApp
    request: SentRequest
    steps: tuple[AnyStep, ...]
    response: SentResponse | None
    exception: Escaped | None = None
    notes: tuple[Note, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    redirects: tuple[Trace, ...] = ()
    json_read: bool = False
    cookies: tuple[CookieNews, ...] = ()

    schema: ClassVar[int] = SCHEMA
    json_told = ("verdict", "cause", "findings")

    @property
    def answer(self) -> Answer:
        """The verdict with its cause, its place and the way out."""
        from routelab.tracing.verdict import answer_of  # a worker makes traces, and asks none

        return answer_of(self)

    @property
    def verdict(self) -> str:
        """What came out: "404 NOT FOUND", "302 FOUND -> /login", "stopped after 1 second"."""
        from routelab.tracing.verdict import verdict_of  # as above

        return verdict_of(self)

    @property
    def cause(self) -> str:
        """Why it came out, in a sentence or two; empty where the steps do not tell."""
        return self.answer.text

    @property
    def findings(self) -> tuple[TraceFinding, ...]:
        """The mistakes that the trace shows, by their codes: at most two, the nearest to the cause first."""
        from routelab.tracing.findings.kinds import findings_of  # as above

        return findings_of(self)

    @property
    def telling_notes(self) -> tuple[Note, ...]:
        """The notes that are worth a line.

        That JSON was sent is none where the app asked for JSON, or where no rule won and so none of its
        views was asked at all.
        """
        match = self.first(MatchStep)
        quiet = self.json_read or (match is not None and match.outcome is not Outcome.MATCHED)
        return tuple(note for note in self.notes if not (quiet and note.code == SENT_AS_JSON))

    @property
    def last_hop(self) -> Trace:
        """The trace of the response that came last, where redirects were followed."""
        return self.redirects[-1] if self.redirects else self

    def first(self, kind: type[S]) -> S | None:
        """Return the first step of a kind."""
        for step in self.steps:  # asked dozens of times of each trace: a generator takes three times as long
            if isinstance(step, kind):
                return step
        return None

    def last(self, kind: type[S]) -> S | None:
        """Return the last step of a kind."""
        return next((step for step in reversed(self.steps) if isinstance(step, kind)), None)

    def each(self, kind: type[S]) -> Iterator[S]:
        """Yield the steps of a kind, in order."""
        return (step for step in self.steps if isinstance(step, kind))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of docs/trace.md: plain dicts, lists, strings and numbers."""
        told = self.to_json(Extent.TOLD)
        first = ("command", "verdict", "cause")
        said: Object = {"schema": SCHEMA, **{key: told[key] for key in first}, **told}
        said["redirects"] = [hop.to_dict() for hop in self.redirects]
        return said

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Trace:
        """Read what `to_dict` wrote. Raises ValueError for anything else."""
        if said.get("schema") != SCHEMA:
            raise ValueError(f"this is not a trace of schema {SCHEMA}")
        return cls.from_json(said)


def redirect_words(trace: Trace) -> str:
    """Say in one line where a request was sent on to: "GET /old  302 FOUND  ->  /new"."""
    response = trace.response
    if response is None:
        return f"{trace.request.words}  no response"
    to = response.header("Location")
    return f"{trace.request.words}  {response.status} {response.reason_phrase}  ->  {to}"


def escaped_lines(trace: Trace) -> Iterator[str]:
    """Say by which of the learner's lines an exception came.

    One line alone is left out: the step that raised it names it already. Of a long way both ends are told.
    """
    escaped = trace.exception
    if escaped is None or len(escaped.frames) < 2:
        return
    yield f"Traceback of {escaped.type} in your code:"
    ways = [(frame, len(list(same))) for frame, same in groupby(escaped.frames)]
    left_out = len(ways) - 2 * _FRAMES_AT_EACH_END
    for number, (frame, times) in enumerate(ways):
        if 0 <= number - _FRAMES_AT_EACH_END < left_out:
            if number == _FRAMES_AT_EACH_END:
                yield f"  ... {left_out} more lines ..."
            continue
        yield f"  {frame.file}:{frame.line} in {frame.function}: {frame.source}"
        if times > 1:
            yield "  the same line again and again"
