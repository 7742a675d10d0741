"""What happened in one request, as frozen facts.

Records know no Werkzeug object, no frame and no style; sentences about them are made by `words`. They are
named tuples, made with keywords: a traced request makes some thirty of them, and as dataclasses they would
take 13 ms of every start.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, TypeAlias

from routelab.loading.records import Frame, Note, UnknownConverter
from routelab.routing.candidate import Candidate
from routelab.routing.outcome import Outcome
from routelab.routing.redirect import AllowingRule, Redirect
from routelab.routing.suggestion import Suggestion

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Pairs: TypeAlias = tuple[tuple[str, str], ...]


class Absent(Enum):
    """The one value of `Value.json` for what JSON cannot say."""

    ABSENT = "absent"


class Value(NamedTuple):
    """A Python value as it was seen: `Value(type="str", repr="'alice'", json="alice")`.

    `repr` is short and cut visibly; `json` is exact, a copy, and ABSENT where the value is no JSON type.
    """

    type: str
    repr: str
    json: Json | Absent = Absent.ABSENT


class Place(NamedTuple):
    """A callable by its qualified name, with the line of its `def`; file and line only for the app's own."""

    function: str | None = None
    file: str | None = None
    line: int | None = None


class Raised(NamedTuple):
    """An exception that came out of a callable; file and line are the learner's innermost frame.

    `missing_key` is the key that a form, the query or a dict did not have, as Python writes it: "'username'".
    """

    type: str
    message: str
    file: str | None = None
    line: int | None = None
    missing_key: str | None = None


class Escaped(NamedTuple):
    """An exception that escaped the app or became a 500; frames are the learner's own, outermost first."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()


class NamedValue(NamedTuple):
    """An argument or a template variable."""

    name: str
    value: Value


class Call(NamedTuple):
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


class Origin(NamedTuple):
    """Where a header came from: the stage, and whose code, where it was somebody's."""

    stage: Stage
    place: Place = Place()


class SentHeader(NamedTuple):
    """A header as sent, and its origin."""

    name: str
    value: str
    origin: Origin


class RequestStep(NamedTuple):
    """The request as the app will see it: percent-decoded, its body read as form or JSON.

    `sent_path` is the path as it was sent, where that reads otherwise: "/AC%2FDC" for the path "/AC/DC".
    `json_error` is the parser's message where the body says that it is JSON and is not; `body_size` is bytes.
    """

    method: str
    path: str
    sent_path: str | None = None
    script_root: str = ""
    headers: Pairs = ()
    query: Pairs = ()
    form: Pairs = ()
    files: Pairs = ()
    json: Value | None = None
    json_error: str | None = None
    cookies: Pairs = ()
    body_size: int = 0


class ContextStep(NamedTuple):
    """The application and request contexts are pushed or popped."""

    event: Event


class SessionStep(NamedTuple):
    """The session is opened from, or saved to, its cookie.

    Open: `cookie` tells whether the client sent one. Save: whether one is sent back.
    `null` is a session that cannot be written to, for want of a secret key.
    """

    event: Event
    cookie: bool
    null: bool
    contents: tuple[NamedValue, ...] = ()
    raised: Raised | None = None


class PlacedCandidate(NamedTuple):
    """A rule held against the request, with the place of its view function."""

    candidate: Candidate
    place: Place


class PlacedAuthor(NamedTuple):
    """A rule that allows methods of a 405, with the place of its view function."""

    author: AllowingRule
    place: Place


class MatchStep(NamedTuple):
    """The router's decision, and the rules that it looked at on the way, in that order.

    Only where no rule won: `unreached` is the beginning of the path with which no rule goes on ("/order"),
    `closest` are the rules that came nearest, looked at or not, `authors` those that make up Allow on a 405.
    """

    outcome: Outcome
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
    suggestions: tuple[Suggestion, ...] = ()
    unreached: str | None = None
    closest: tuple[PlacedCandidate, ...] = ()
    authors: tuple[PlacedAuthor, ...] = ()
    redirect: Redirect | None = None
    raised: Raised | None = None


class ConvertedValue(NamedTuple):
    """One variable of the rule: `name` "post_id", `converter` "int", `raw` "7", `value` 7.

    A value from the rule's `defaults` has neither converter nor raw text. `value` is None where the converter
    refused the text, or was not asked because another refused.
    """

    name: str
    converter: str | None
    raw: str | None
    value: Value | None
    refused: bool = False


class ConvertersStep(NamedTuple):
    """What the converters made of the text of the path."""

    values: tuple[ConvertedValue, ...]


class HookStep(NamedTuple):
    """A hook ran."""

    when: When
    blueprint: str | None
    call: Call


class ViewStep(NamedTuple):
    """The view function ran; `source` holds its lines, decorators included.

    `builtin`: it is Flask's own view, for the files of a static folder.
    """

    endpoint: str
    call: Call
    source: tuple[str, ...] = ()
    builtin: bool = False


class TemplateStep(NamedTuple):
    """A template was loaded, by the view or (then with a parent) by another template.

    `context` is what the view gave it, `missing` the names that it uses and nobody gave. Only where it was
    not found: `searched` are the folders where it was looked for, `available` the templates that are there.
    """

    name: str
    parent: str | None = None
    context: tuple[NamedValue, ...] = ()
    missing: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    available: tuple[str, ...] = ()
    raised: Raised | None = None


class UnaskedHandler(NamedTuple):
    """A blueprint's error handler that Flask did not ask: no rule won, so no blueprint was chosen."""

    blueprint: str
    place: Place


class ErrorStep(NamedTuple):
    """An exception was looked up among the error handlers.

    `handled_as` is the class that was looked up: the exception's own, or InternalServerError for what
    nobody took. `code` is the HTTP status of that class, None where it has none. `propagated`: testing or
    debug mode let the exception out of the app, so no handler for 500 was asked. `unasked`: only where the
    router raised it, the handlers for it of the blueprints to which the path seems to belong.
    """

    exception: str
    message: str
    handled_as: str
    code: int | None
    handler: Call | None = None
    propagated: bool = False
    unasked: tuple[UnaskedHandler, ...] = ()


class AutomaticOptionsStep(NamedTuple):
    """Flask answered OPTIONS by itself; no view ran."""

    allowed_methods: tuple[str, ...]


class MakeResponseStep(NamedTuple):
    """The returned value was made a response.

    `parts` is the length of the returned tuple, 0 for no tuple. `shape` is that of the body part.
    `body_type` is its Python type, `mimetype` what it is sent as. `kept_back`: the view also made a response
    by calling `make_response` itself, and that one was neither returned nor sent.
    """

    shape: Shape
    body_type: str
    parts: int
    status: int | None
    status_from: StatusFrom
    mimetype: str | None
    mimetype_from: str | None
    raised: Raised | None = None
    kept_back: bool = False


class StreamStep(NamedTuple):
    """The body was read piece by piece; size in bytes."""

    chunks: int
    size: int
    raised: Raised | None = None


class StoppedStep(NamedTuple):
    """The request was ended from outside, after `seconds` where a limit did it."""

    reason: Stop
    seconds: float | None = None


class ResponseStep(NamedTuple):
    """Status and headers left the app."""

    status: int
    reason_phrase: str
    complete: bool
    headers: tuple[SentHeader, ...]


class TakenEndpoint(NamedTuple):
    """Why an endpoint was refused: `first` has it, and `second` asked for it.

    `wrapper` is the function that a decorator without functools.wraps put in the place of both, and whose
    name became the endpoint; it stands in `wrapper_of`. Then `first` and `second` are the views inside.
    `decorated`: what asked is what has the endpoint, with a decorator around it.
    """

    endpoint: str
    first: Place
    second: Place
    wrapper: Place | None = None
    wrapper_of: str | None = None
    decorated: bool = False


class LoadStep(NamedTuple):
    """The app did not load, so nothing else could happen.

    `chain` names the modules of a circular import, from one to itself: ("app", "routes", "app").
    `taken` and `converter` are what stood in the way of a rule, where that is why.
    """

    exception: str
    message: str
    file: str | None
    line: int | None
    source: str | None
    frames: tuple[Frame, ...] = ()
    chain: tuple[str, ...] = ()
    printed: str = ""
    taken: TakenEndpoint | None = None
    converter: UnknownConverter | None = None


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


class SentRequest(NamedTuple):
    """The request as it was sent: undecoded path, all headers, the body's bytes."""

    method: str
    path: str
    query_string: str
    headers: Pairs
    body: bytes | None


class Response(NamedTuple):
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


SENT_AS_JSON = "sent_as_json"


class Trace(NamedTuple):
    """The record of one request; with redirects followed, `redirects` holds the later hops.

    `json_read` is whether the app asked for the JSON in the body.
    """

    engine: str
    engine_version: str
    target: str
    app_name: str
    request: SentRequest
    steps: Sequence[Step]
    response: Response | None
    exception: Escaped | None = None
    notes: tuple[Note, ...] = ()
    redirects: tuple[Trace, ...] = ()
    json_read: bool = False

    @property
    def telling_notes(self) -> tuple[Note, ...]:
        """The notes that are worth a line: who asked for JSON need not be told that JSON was sent."""
        return tuple(note for note in self.notes if not (self.json_read and note.code == SENT_AS_JSON))

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON of `docs/trace.md`: plain dicts, lists, strings and numbers."""
        from routelab.tracing.json import trace_to_dict

        return trace_to_dict(self)
