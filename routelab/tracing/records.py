"""What happened in one request, as frozen facts.

Records know no Werkzeug object, no frame and no style; sentences about them are made by `words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from routelab.routing.candidate import Candidate
from routelab.routing.decision import Outcome

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Pairs: TypeAlias = tuple[tuple[str, str], ...]


class Absent(Enum):
    """The one value of `Value.json` for what JSON cannot say."""

    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A Python value as it was seen: `Value(type="str", repr="'alice'", json="alice")`.

    `repr` is short and cut visibly; `json` is exact, a copy, and ABSENT where the value is no JSON type.
    """

    type: str
    repr: str
    json: Json | Absent = Absent.ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A callable by its qualified name, with the line of its `def`; outside the app's folder no file or line."""

    function: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One of the learner's own frames on the way to an exception; `source` is that line's text."""

    file: str
    line: int
    function: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception that came out of a callable; file and line are the learner's innermost frame."""

    type: str
    message: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escaped:
    """An exception that escaped the app or became a 500; frames are the learner's own, outermost first."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something seen beside the request, for example a call of `app.run` that was ignored."""

    code: str
    text: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """An argument or a template variable."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One run of the learner's own callable.

    `returned` is None only if it raised or was stopped.
    """

    place: Place
    arguments: tuple[NamedValue, ...] = ()
    printed: str = ""
    returned: Value | None = None
    raised: Raised | None = None


class Event(Enum):
    """Which end of a context or a session a step is."""

    PUSH = "push"
    POP = "pop"
    OPEN = "open"
    SAVE = "save"


class When(Enum):
    """The kinds of hook, named as Flask names their decorators."""

    BEFORE_REQUEST = "before_request"
    AFTER_REQUEST = "after_request"
    AFTER_THIS_REQUEST = "after_this_request"
    TEARDOWN_REQUEST = "teardown_request"
    TEARDOWN_APPCONTEXT = "teardown_appcontext"
    URL_VALUE_PREPROCESSOR = "url_value_preprocessor"
    CONTEXT_PROCESSOR = "context_processor"


class Stop(Enum):
    """Why a request was ended from outside."""

    LIMIT = "limit"
    INTERRUPT = "interrupt"
    EXIT = "exit"


class Shape(Enum):
    """What a view or a handler returned, as `make_response` sorts it."""

    STR = "str"
    BYTES = "bytes"
    DICT = "dict"
    LIST = "list"
    RESPONSE = "Response"
    HTTP_EXCEPTION = "HTTPException"
    ITERATOR = "iterator"
    CALLABLE = "WSGI callable"
    NONE = "None"
    OTHER = "other"


class StatusFrom(Enum):
    """Where the status code came from."""

    DEFAULT = "default"
    TUPLE = "tuple"
    RESPONSE = "response"
    ERROR = "error"


class Stage(Enum):
    """The part of the loop in which a header was set."""

    MAKE_RESPONSE = "make_response"
    VIEW = "view"
    ERROR = "error"
    HOOK = "hook"
    AUTOMATIC_OPTIONS = "automatic_options"
    SESSION = "session"
    RESPONSE = "response"
    MIDDLEWARE = "middleware"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a header came from: the stage, and whose code, where it was somebody's."""

    stage: Stage
    place: Place = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentHeader:
    """A header as sent, and its origin."""

    name: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStep:
    """The request as the app will see it: percent-decoded, its body read as form or JSON.

    `json_error` is the parser's message where the body says that it is JSON and is not; `body_size` is in bytes.
    """

    method: str
    path: str
    script_root: str = ""
    query: Pairs = ()
    form: Pairs = ()
    files: Pairs = ()
    json: Value | None = None
    json_error: str | None = None
    cookies: Pairs = ()
    body_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextStep:
    """The application and request contexts are pushed or popped."""

    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStep:
    """The session is opened from, or saved to, its cookie.

    Open: `cookie` tells whether the client sent one. Save: whether one is sent back.
    `null` is a session that cannot be written to, for want of a secret key.
    """

    event: Event
    cookie: bool
    null: bool
    contents: tuple[NamedValue, ...] = ()
    raised: Raised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCandidate:
    """A rule held against the request, with the place of its view function."""

    candidate: Candidate
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchStep:
    """The router's decision, and the rules that it looked at on the way, in that order.

    `outcome` is None where the request was refused before the router was asked, for example for its host.
    """

    outcome: Outcome | None
    rule: str | None = None
    endpoint: str | None = None
    allowed_methods: tuple[str, ...] = ()
    redirect_to: str | None = None
    rules_total: int = 0
    rules_looked_at: int = 0
    patterns_tried: int = 0
    reliable: bool = True
    candidates_complete: bool = True
    candidates: tuple[PlacedCandidate, ...] = ()
    suggestions: tuple[object, ...] = ()
    raised: Raised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedValue:
    """One variable of the rule: `name` "post_id", `converter` "int", `raw` "7", `value` 7."""

    name: str
    converter: str
    raw: str | None
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertersStep:
    """What the converters made of the text of the path."""

    values: tuple[ConvertedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookStep:
    """A hook ran."""

    when: When
    blueprint: str | None
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewStep:
    """The view function ran; `source` holds its lines, decorators included."""

    endpoint: str
    call: Call
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStep:
    """A template was loaded, by the view or (then with a parent) by another template.

    `context` is what the view gave it.
    """

    name: str
    parent: str | None = None
    context: tuple[NamedValue, ...] = ()
    raised: Raised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorStep:
    """An exception was looked up among the error handlers.

    `handled_as` is the class that was looked up: the exception's own, or InternalServerError for what
    nobody took. `code` is the HTTP status of that class, None where it has none.
    """

    exception: str
    message: str
    handled_as: str
    code: int | None
    handler: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticOptionsStep:
    """Flask answered OPTIONS by itself; no view ran."""

    allowed_methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeResponseStep:
    """The returned value was made a response.

    `parts` is the length of the returned tuple, 0 for no tuple. `shape` is that of the body part.
    `body_type` is its Python type, `mimetype` what it is sent as.
    """

    shape: Shape
    body_type: str
    parts: int
    status: int | None
    status_from: StatusFrom
    mimetype: str | None
    mimetype_from: str | None
    raised: Raised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStep:
    """The body was read piece by piece; size in bytes."""

    chunks: int
    size: int
    raised: Raised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedStep:
    """The request was ended from outside, after `seconds` where a limit did it."""

    reason: Stop
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseStep:
    """Status and headers left the app."""

    status: int
    reason_phrase: str
    complete: bool
    headers: tuple[SentHeader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStep:
    """The app did not load, so nothing else could happen."""

    exception: str
    message: str
    file: str | None
    line: int | None
    source: str | None
    frames: tuple[Frame, ...] = ()
    printed: str = ""


Step: TypeAlias = (
    RequestStep
    | ContextStep
    | SessionStep
    | MatchStep
    | ConvertersStep
    | HookStep
    | ViewStep
    | TemplateStep
    | ErrorStep
    | AutomaticOptionsStep
    | MakeResponseStep
    | StreamStep
    | StoppedStep
    | ResponseStep
    | LoadStep
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """The request as it was sent: undecoded path, all headers, the body's bytes."""

    method: str
    path: str
    query_string: str
    headers: Pairs
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came out. `truncated`: the body was cut at the limit; `complete`: its end was reached."""

    status: int
    reason_phrase: str
    headers: Pairs
    body: bytes
    truncated: bool = False
    complete: bool = True

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The record of one request; with redirects followed, `redirects` holds the later hops."""

    engine: str
    engine_version: str
    target: str
    app_name: str
    request: SentRequest
    steps: tuple[Step, ...]
    response: Response | None
    exception: Escaped | None = None
    notes: tuple[Note, ...] = ()
    redirects: tuple[Trace, ...] = ()

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON of `docs/trace.md`: plain dicts, lists, strings and numbers."""
        from routelab.tracing.json import trace_to_dict

        return trace_to_dict(self)
