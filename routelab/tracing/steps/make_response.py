"""The make_response step: what a view or a handler returned became a response, or could not."""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.tracing.facts import Place, Raised
from routelab.tracing.phrases import named, raised
from routelab.tracing.steps.step import Importance, Step

ACCEPTED = (
    "str, bytes, dict, list, a tuple with status or headers, a Response, a generator or a WSGI callable"
)
# Types whose names are words to a reader: others are somebody's class.
_COMMON = frozenset(
    {"str", "bytes", "bytearray", "dict", "list", "tuple", "set", "frozenset", "int", "float", "complex"}
    | {"bool", "generator", "coroutine", "function", "Response"}
)

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


class MakeResponseStep(Step):
    """The returned value was made a response.

    `parts` is the length of the returned tuple, 0 for no tuple. `shape` is that of the body part.
    `body_type` is its Python type, `mimetype` what it is sent as. `kept_back`: the view also made a response
    by calling `make_response` or `redirect` itself, which `kept_back_from` names, and that one was neither
    returned nor sent. `not_json` is the part of the body that has no form in JSON: "['genres'], a set".
    `names_template` is the file of a template whose name was returned. `made_by` is a `make_response` in the
    place of Flask's own which made something else of it than Flask would. `carried`: the error has a response
    of its own, which was given to `abort`. `constant`: a number that was written and JSON does not have:
    "NaN", "Infinity".
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
    not_json: str | None = None
    names_template: str | None = None
    made_by: Place | None = None
    carried: bool = False
    constant: str | None = None

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
        if self.raised is None or self.parts not in (0, 2, 3) or self.shape in (Shape.NONE, Shape.OTHER):
            return self.headline
        if self.body_type in ("function", "method"):
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
        wrong = (raised(self.raised),) if self.raised else ()
        forgotten = f"the view also made a response with {self.kept_back_from}, and did not return it"
        return (*wrong, forgotten) if self.kept_back else wrong

    @property
    def importance(self) -> Importance:
        """The response line says where its status came from; only what went wrong needs a line of its own."""
        if self.raised is not None:
            return Importance.DECIDES
        return Importance.SHOWN if self.kept_back else Importance.DETAIL

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
        if self.body_type == "bytes":
            return "a bytes object"
        if self.body_type in _COMMON:
            return f"an {self.body_type}" if self.body_type == "int" else f"a {self.body_type}"
        return f"an object of class {self.body_type}"  # no article is right before any name

    def _refused(self) -> str:
        if self.parts not in (0, 2, 3):
            return f"a tuple of {self.parts} cannot become a response: Flask accepts two or three parts"
        if self.shape is Shape.NONE and self.parts:
            return "None cannot be the body of a tuple; an empty string can"
        if self.shape is Shape.NONE:
            return "None cannot become a response; a function that ends without return gives None"
        if self.shape is Shape.OTHER:
            part = " as the body of the tuple" if self.parts else ""
            if self.body_type == "coroutine":
                return (
                    f"a coroutine{part} cannot become a response: an async function was called, and nothing "
                    "awaited it; an async view can"
                )
            return f"{self.returned}{part} cannot become a response; Flask accepts {ACCEPTED}"
        what = f"the tuple's {self.parts} items" if self.parts else self.returned
        return f"{what} could not be made a response"

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
