"""What the stages of one request leave for those that come after them, parted by what it is about.

The stages fill it in and read it, and `template_steps` tells of the templates; nothing here decides anything.
What nobody filled in stands in the class: most requests meet little of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.exceptions import HTTPException

from routelab.record import Record
from routelab.tracing.facts import Call, Frame, Note, Pairs, Place
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.origins import MADE, pairs_of

if TYPE_CHECKING:
    from routelab.routing.explanation import MatchExplanation
    from routelab.tracing.watching.templates.undefined_names import NameAsked

_ASKED = 30  # that many different things of a request; a loop may miss more than anybody reads


class ViewOutcome(Record):
    """How the view's call ended: the place of its step, and what it returned or raised."""

    place: int
    returned: Any = None
    raised: BaseException | None = None
    headers: Pairs | None = None  # of a response that it returned, as they were then


class SeenResponse(Record):
    """A response as it was last seen: which object, its status, and the body that it held."""

    response: Any
    status: Any
    body: Any


class Routed:
    """What the router did, once it was asked; `place` is its step's while rules are still to be judged."""

    explanation: MatchExplanation | None = None
    error: Exception | None = None
    place: int | None = None
    endpoint: Any = ""


class StageProgress:
    """How far a request came; `preprocessed` is whether `preprocess_request` gave the response.

    `dispatched`: Flask began to dispatch it. `view_sought`: it got so far as to ask for the view.
    `view_unseen`: a dispatcher of the app's own may have called the view where nobody could see.
    """

    dispatched = False
    preprocessed = False
    view_sought = False
    view_unseen = False


class SessionSeen:
    """The session: copies of what may change inside, and once it is saved its step, it, and what it held."""

    before: dict[Any, Any] | None = None
    saved: tuple[int, Any, dict[Any, Any]] | None = None


class ErrorHandling:
    """The error that handlers are asked about, and what became of it.

    `error` stands behind the place of its step, `handler` is what the handler did with it, and `page` the
    response that Flask made of an error's own page; `page_kept`: no after_request function returned another.
    `answered_instead` is a `handle_http_exception` of the app's own that gave neither of them.
    `turned_into` is the HTTP error that was looked up in place of that one. `replaced` is there while a
    function in the place of Flask's own handles an error. `looked_up` is all that was looked up among the
    handlers: the error, the place of its step, and whether as a 500. `asked_inside`: a view or a hook asked
    Flask itself to handle an error.
    """

    error: tuple[int, BaseException] | None = None
    handler: Call | None = None
    answered_instead: Place | None = None
    page: Any = None
    page_kept = True
    turned_into: Exception | None = None
    replaced: Replaced | None = None
    looked_up: tuple[tuple[BaseException, int, bool], ...] = ()
    asked_inside = False


class Made(NamedTuple):
    """A response that what is in the place of Flask's own made of what Flask gave it, and its status then."""

    given: Any
    response: Any
    status: Any


class Answering:
    """The response on its way out; `became` tells whether anything that was returned became one.

    `producer` is whom its own headers are credited to, and `headers_on_the_way` what they were as it left
    each function around the one that made it, innermost first; `status_changer` is which of these gave it
    another status. `status_by` is who set the status that it has now, where that is not who made it, and
    `body_by` who put another body into it. `seen` is what it was like when it was last seen, where a method
    of the app's own may change it. `made` is there where a response was made before it was returned.
    """

    response: Any = None
    made: Made | None = None
    became = False
    streams = False
    producer: Origin = MADE
    status_by: Origin | None = None
    body_by: Origin | None = None
    seen: SeenResponse | None = None
    headers_on_the_way: tuple[tuple[Origin, Pairs], ...] = ()
    status_changer: Origin | None = None

    def given_for(self, returned: Any) -> Any:
        """Return what a response was made of that is returned as it was made; else what is returned."""
        made = self.made
        if made is None or made.response is not returned or made.status != returned.status:
            return returned
        return made.given


class MadeResponse(NamedTuple):
    """A response that a view made by calling a function, the `maker`, and the line of the app's that did."""

    maker: str
    response: Any
    line: Frame | None


class MadeInView:
    """What a view made by calling a function, and may not have returned.

    `unsent` are the place of the step, and those of the `responses` that were not returned; `aborted` are
    errors that it raised by calling `abort`.
    """

    responses: tuple[MadeResponse, ...] = ()
    unsent: tuple[int, tuple[MadeResponse, ...]] | None = None
    aborted: tuple[BaseException, ...] = ()


class NotesTaken:
    """The notes of one request, in the order in which they were taken."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}

    def add(self, *notes: Note) -> None:
        """Take notes, but those that were taken before."""
        self._notes.update(dict.fromkeys(notes))

    def missed(self, what: str) -> None:
        """Note that something could not be recorded."""
        text = f"not recorded: {what}; the response is the app's own, and complete without it"
        self.add(Note(code="not_recorded", text=text))

    def all(self) -> tuple[Note, ...]:
        """Return the notes."""
        return tuple(self._notes)


class Replaced:
    """One call of such a function: what Flask gave it, and the responses that it made of anything.

    `layers` names the functions that are about to be given something: where one is around another, nobody
    sees which of them adds a header.
    """

    def __init__(self, place: Place, layers: Callable[[], list[str]]) -> None:
        self.origin = Origin(stage=Stage.VIEW, place=place)
        self._layers = layers
        self.finalizing = False  # whether Flask's own code makes a response of it
        self._given: list[Any] = []
        self.made: Made | None = None
        # Of the response that it made last, as they were then.
        self.headers_on_the_way: tuple[tuple[Origin, Pairs], ...] = ()

    def gives(self, thing: Any, producer: Origin) -> None:
        """Note what Flask answered it: an error that is its own page, what a handler returned, a response."""
        self._given.append(thing)
        if len(layers := self._layers()) > 1:
            self.origin = self.origin.replace(place=Place(function=" or ".join(layers)))
        if not isinstance(thing, HTTPException) and hasattr(thing, "headers"):
            self.headers_on_the_way = ((producer, tuple(pairs_of(thing.headers))),)

    def makes(self, returned: Any, response: Any, credited: Iterator[tuple[Origin, Any]]) -> None:
        """Note a response that it made; of what Flask gave it, it is Flask's still."""
        if self.is_flasks(returned):
            self._given.append(response)
            self.made = Made(returned, response, response.status)
        self.headers_on_the_way = tuple((origin, tuple(pairs_of(headers))) for origin, headers in credited)

    def is_flasks(self, answer: Any) -> bool:
        """Tell whether an answer is what Flask gave, or was made of that."""
        return any(each is answer for each in self._given)


class Loaded(Record):
    """A template, the place of its step, and its text where that was given instead of a name."""

    place: int
    template: Any
    text: str | None = None


class LoadedTemplates:
    """The templates of one request, in the order in which they were loaded."""

    def __init__(self) -> None:
        self.loaded: list[Loaded] = []
        self.lost: list[int] = []  # the places of those that were not found
        # (place, path, text) of those that Jinja could not read.
        self.unread: list[tuple[int, str | None, str | None]] = []
        self.last: int | None = None  # the place of the last template's step, until its variables come
        self.names: dict[int, tuple[str, ...]] = {}  # of all variables that a template was given
        self.asked: dict[tuple[int, int, str], NameAsked] = {}  # by place, line and name

    def __bool__(self) -> bool:
        """Whether the request came to any template."""
        return bool(self.loaded or self.lost or self.unread)

    def ask(self, asked: NameAsked) -> None:
        """Note something that a template asked for and that was not there, once a line."""
        for each in reversed(self.loaded):
            if each.template is asked.template:
                key = (each.place, asked.line, asked.name)
                if key in self.asked or len(self.asked) < _ASKED:
                    self.asked[key] = asked
                return

    def asked_at(self, place: int) -> tuple[NameAsked, ...]:
        """Return what one template asked for, in that order."""
        return tuple(asked for (at, _, _), asked in self.asked.items() if at == place)

    def names_given(self, place: int) -> tuple[int, tuple[str, ...]] | None:
        """Return (whose step, the names) of the last template before a place that was given variables."""
        givers = [giver for giver in self.names if giver <= place]
        return (max(givers), self.names[max(givers)]) if givers else None
