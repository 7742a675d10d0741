"""The make_response step: what a view or a handler returned became a response, or could not."""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.tracing.facts import Frame, Place, Raised, Value
from routelab.tracing.phrases import named, raised, value
from routelab.tracing.steps.step import Importance, Step

_ACCEPTED = "str, bytes, dict, list, {}a Response, a generator or a WSGI callable"
ACCEPTED = _ACCEPTED.format("a tuple with status or headers, ")
KEYS_ALONE = "the response was given a dict for its body, and sends the keys alone"
# Types whose names are words to a reader: others are somebody's class.
_COMMON = frozenset(
    {"str", "bytes", "bytearray", "dict", "list", "tuple", "set", "frozenset", "int", "float", "complex"}
    | {"bool", "generator", "coroutine", "function", "Response"}
)
# What these are called, where a class of that name says nothing to a reader.
_CALLABLES = {
    "function": "a function",
    "method": "a method",
    "type": "a class",
    "builtin_function_or_method": "a built-in function",
}

_REDIRECTS = (301, 302, 303, 305, 307, 308)


class Shape(OneOf):
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


class StatusFrom(OneOf):
    """Where the status code came from."""

    DEFAULT = "default"
    TUPLE = "tuple"
    RESPONSE = "response"
    ERROR = "error"
    MAKE_RESPONSE = "make_response"  # one in the place of Flask's own


class TuplePart(OneOf):
    """A part of a returned tuple behind its body."""

    STATUS = "status"
    HEADERS = "headers"


class Remedy(OneOf):
    """What makes of a value something that can become a response."""

    STR = "str"
    LIST = "list"
    DICT = "dict"
    JSONIFY = "jsonify"
    ASDICT = "_asdict"
    AS_VIEW = "as_view"


_REMEDIES = {
    Remedy.STR: "str(...) makes text of it",
    Remedy.LIST: "list(...) makes a list of it",
    Remedy.DICT: "dict(...) makes a dict of it",
    Remedy.JSONIFY: "jsonify(...) makes JSON of it",
    Remedy.AS_VIEW: "as_view(...) of its class makes the view",
    Remedy.ASDICT: "its method _asdict() makes a dict of it",
}


class MakeResponseStep(Step):
    """The returned value was made a response.

    `parts` is the length of the returned tuple, 0 for no tuple. `shape` is that of the body part. `body_type`
    is its Python type, `mimetype` what it is sent as. `kept_back`: the view also made a response by calling
    `make_response` or `redirect` itself, which `kept_back_from` names, and that one was neither returned nor
    sent; `kept_back_at` is the app's own line that called it. `not_json` is the part of the body that has no
    form in JSON: "['genres'], a set". `names_template` is the file of a template whose name was returned.
    `made_by` is a `make_response` in the place of Flask's own which made something else of it than Flask
    would. `carried`: the error has a response of its own, which was given to `abort`. `constant`: a number
    that was written and JSON does not have: "NaN", "Infinity". `unfit` is the part of a tuple that cannot be
    what it was taken for, and `unfit_value` what that was; `tuple_class` is the tuple's class where that is
    not the built-in one, as a NamedTuple's. `remedy` is what makes of the value something that can become a
    response. `keys_alone`: the body of the response was given as a dict, of which the keys alone are sent.
    """

    json_tag = ("kind", "make_response")
    json_told = (*Step.json_told, "text")
    label = "response?"

    shape: Shape
    body_type: str
    parts: int
    status: int | None
    status_from: StatusFrom
    mimetype: str | None
    mimetype_from: str | None
    raised: Raised | None = None
    kept_back: bool = False
    kept_back_from: str | None = None
    kept_back_at: Frame | None = None
    not_json: str | None = None
    names_template: str | None = None
    made_by: Place | None = None
    carried: bool = False
    constant: str | None = None
    unfit: TuplePart | None = None
    unfit_value: Value | None = None
    tuple_class: str | None = None
    remedy: Remedy | None = None
    keys_alone: bool = False

    @property
    def headline(self) -> str:
        if self.raised is not None:
            return self._refused()
        # What is a response already is sent: to say so twice would sound like two things.
        link = ": " if self.shape is Shape.RESPONSE or self.carried else ", sent as "
        sent = f"{link}{self.mimetype}" if self.mimetype else ""
        return f"{self._became()}{sent}; {self.status}, {self.status_reason}"

    @property
    def refusal(self) -> str:
        """Say how it was refused, with the exception where that says more."""
        told = self.shape in (Shape.NONE, Shape.OTHER) or self.unfit is not None
        if self.raised is None or self.parts not in (0, 2, 3) or told:
            return self.headline
        if self.body_type in _CALLABLES:
            return (
                f"{self.headline}: with ( ) behind its name it is called, and what it returns is the response"
            )
        return f"{self.headline}: {named(self.raised)}".rstrip(".")

    @property
    def text(self) -> str:
        """The same, by the name that it had in the first schema."""
        return self.headline

    @property
    def details(self) -> tuple[str, ...]:
        """Say what was wrong with the value, and which response it should perhaps have been."""
        wrong: tuple[str, ...] = (raised(self.raised),) if self.raised else ()
        if self.keys_alone:
            wrong = (*wrong, f"{KEYS_ALONE}: jsonify(...) makes JSON of a dict")
        forgotten = f"the view also made a response with {self.kept_back_from}, and did not return it"
        return (*wrong, forgotten) if self.kept_back else wrong

    @property
    def importance(self) -> Importance:
        """The response line says where its status came from; only what went wrong needs a line of its own."""
        if self.raised is not None:
            return Importance.DECIDES
        return Importance.SHOWN if self.kept_back or self.keys_alone else Importance.DETAIL

    @property
    def status_reason(self) -> str:
        """Say where the status came from: "because no status was given"."""
        match self.status_from:
            case StatusFrom.DEFAULT:
                return "because no status was given"
            case StatusFrom.TUPLE:
                return "as the returned tuple says"
            case StatusFrom.RESPONSE if self.shape is Shape.HTTP_EXCEPTION:
                return "the status of that response" if self.carried else "as its response says"
            case StatusFrom.RESPONSE:
                return "as the returned response says"
            case StatusFrom.ERROR:
                return f"the status of that {'redirect' if self.status in _REDIRECTS else 'error'}"
            case StatusFrom.MAKE_RESPONSE:
                return f"set by {self.made_by.function}" if self.made_by is not None else "set by the app"
        assert_never(self.status_from)

    @property
    def returned(self) -> str:
        """Name what was returned: "a dict", "None"."""
        if self.shape is Shape.NONE:
            return "None"
        if self.shape is Shape.HTTP_EXCEPTION:
            return f"the error {self.body_type}"
        if self.body_type in _CALLABLES:
            return _CALLABLES[self.body_type]
        if self.body_type == "bytes":
            return "a bytes object"
        if self.body_type in _COMMON:
            return f"an {self.body_type}" if self.body_type == "int" else f"a {self.body_type}"
        return f"an object of class {self.body_type}"  # no article is right before any name

    def _refused(self) -> str:
        taken = f"; {self.tuple_class} is a kind of tuple, so each item is taken for a part of the response"
        more = (taken if self.tuple_class else "") + (f"; {_REMEDIES[self.remedy]}" if self.remedy else "")
        if self.parts not in (0, 2, 3) or (self.body_type, self.parts) == ("tuple", 0):
            size = f"a tuple of {self.parts}" if self.parts else "an empty tuple"
            return f"{size} cannot become a response: Flask accepts two or three parts{more}"
        if self.shape is Shape.NONE and self.parts:
            return f"None cannot be the body of a tuple; an empty string can{more}"
        if self.shape is Shape.NONE:
            return "None cannot become a response; a function that ends without return gives None"
        if self.shape is Shape.OTHER:
            return self._refused_body() + more
        if self.unfit is not None and self.unfit_value is not None:
            return f"the {self.unfit.value} in the tuple {_cannot_be(self.unfit, self.unfit_value)}{more}"
        what = f"the tuple's {self.parts} items" if self.parts else self.returned
        return f"{what} could not be made a response"

    def _refused_body(self) -> str:
        part = " as the body of the tuple" if self.parts else ""
        if self.body_type == "coroutine":
            return (
                f"a coroutine{part} cannot become a response: an async function was called, and nothing "
                "awaited it; an async view can"
            )
        accepts = f"there Flask accepts {_ACCEPTED.format('')}" if self.parts else f"Flask accepts {ACCEPTED}"
        return f"{self.returned}{part} cannot become a response; {accepts}"

    def _became(self) -> str:
        if self.made_by is not None:
            return f"{self.returned} became a response in {self.made_by.function}()"
        match self.shape:
            case Shape.DICT | Shape.LIST if self.constant is not None:
                return f"{self.returned} was written with {self.constant}, which JSON does not have"
            case Shape.DICT | Shape.LIST:
                return f"{self.returned} became JSON"
            case Shape.STR | Shape.BYTES:
                return f"{self.returned} became the body"
            case Shape.ITERATOR:
                return f"{self.returned} became a body that is generated while it is read"
            case Shape.RESPONSE:
                return f"{self.returned} is sent " + (
                    "with what the tuple adds" if self.parts else "as it is"
                )
            case Shape.HTTP_EXCEPTION if self.carried:
                return f"{self.returned} carries a response of its own, which is sent"
            case Shape.HTTP_EXCEPTION:
                return f"{self.returned} became its own page"
            case Shape.CALLABLE:
                return f"{self.returned} answered as a WSGI application"
            case Shape.NONE | Shape.OTHER:
                return f"{self.returned} became a response"
        assert_never(self.shape)


def _cannot_be(part: TuplePart, given: Value) -> str:
    """Say what was given for a part of a tuple, and what that part may be."""
    match part:
        case TuplePart.STATUS:
            either = 'a whole number, or text that begins with one, as "404 Not Found"'
            return f"is {value(given)}: a status is {either}"
        case TuplePart.HEADERS:
            pairs = '{"Content-Type": "text/plain"}'
            return f"are {value(given)}: headers are a dict or a list of pairs, as in {pairs}"
    assert_never(part)
