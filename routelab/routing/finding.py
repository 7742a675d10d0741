"""What an audit of a map can find: one record for each kind, with the words for it.

A new finding is one class here, and its detector: in conflicts.py where it is about which rule wins, else in
auditing.py. It is facts alone; where a view function stands is for the caller.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar
from urllib.parse import quote

from routelab.record import Record
from routelab.routing.obstacle import Obstacle, Outranked
from routelab.routing.wording import listed, methods_words, plain, quoted


class Code(Enum):
    """The codes by which findings are ignored: 1.. about which rule wins, 2.. about how a rule is written."""

    NEVER_WINS = "R101"
    TWICE = "R102"
    ORDER_DECIDES = "R103"
    REORDERED = "R104"
    REFUSAL_HIDES = "R105"
    QUERY_IN_RULE = "R201"
    FOREIGN_VARIABLE = "R202"
    ODD_METHOD = "R203"
    SLASH_WITHOUT_GET = "R204"
    GLUED_PREFIX = "R205"
    NO_VIEW = "R206"
    NO_HOST = "R207"


class NamedRule(Record):
    """A rule as an audit names it."""

    rule: str
    endpoint: str
    methods: tuple[str, ...] | None

    @property
    def text(self) -> str:
        """Name it: "/user/<name> (show_user)"."""
        return f"{plain(self.rule)} ({plain(self.endpoint)})"


class ExampleRequest(Record):
    """A request that was made up for a rule, and fits it. `domain` is its host or subdomain."""

    method: str
    path: str
    domain: str
    websocket: bool

    @property
    def text(self) -> str:
        """Write it as it is typed: "GET /user/alice on api"."""
        path = quote(self.path, safe="!$&'()*+,/:;=@")
        return f"{self.method} {path}" + (f" on {plain(self.domain)}" if self.domain else "")


class Finding(Record):
    """One thing that was found, about the rule `about`."""

    json_inline = ("about",)
    json_told = ("name", "text")
    code: ClassVar[Code]

    about: NamedRule

    def __init_subclass__(cls, *, code: Code) -> None:
        super().__init_subclass__()
        cls.code = code
        cls.json_tag = ("code", code.value)

    @property
    def name(self) -> str:
        """The code as a word."""
        return self.code.name.lower()

    @property
    def text(self) -> str:
        """Say what was found, with the rule as its subject."""
        raise NotImplementedError


class NeverWins(Finding, code=Code.NEVER_WINS):
    """None of the requests that were made up for the rule reached it."""

    tried: int
    example: ExampleRequest
    winner: NamedRule
    why: Obstacle | None  # what the rule lost the example by

    @property
    def text(self) -> str:
        lost = f"{self.example.text} goes to {self.winner.text}"
        said = f"no URL of {self.tried} tried reaches it: {lost}"
        if self.why is None:
            return said
        it = "it " if isinstance(self.why, Outranked) else ""
        return f"{said}; {it}{self.why.words}"


class RegisteredTwice(Finding, code=Code.TWICE):
    """An earlier rule of the same shape takes the same methods."""

    first: NamedRule
    shared: tuple[str, ...]  # the methods of both; () when one takes any

    @property
    def text(self) -> str:
        methods = f" for {methods_words(self.shared)}" if self.shared else ""
        return f"is not reached{methods}: {self.first.text} has the same shape and was registered first"


class OrderDecides(Finding, code=Code.ORDER_DECIDES):
    """Two rules fit one request, and only the order of registration decides between them.

    It is about the one that loses.
    """

    winner: NamedRule
    example: ExampleRequest

    @property
    def text(self) -> str:
        return (
            f"fits {self.example.text} as {self.winner.text} does; their converters weigh the same, so the "
            "one that a rule used first at this place is tried first"
        )


class Reordered(Finding, code=Code.REORDERED):
    """A rule that has nothing to do with the request makes the later of two rules win.

    It is about the one that was registered first, and loses.
    """

    winner: NamedRule
    cause: NamedRule
    example: ExampleRequest

    @property
    def text(self) -> str:
        return (
            f"was registered before {self.winner.text} and yet loses {self.example.text} to it, since "
            f"{self.cause.text} used the same converter at this place earlier"
        )


class RefusalHides(Finding, code=Code.REFUSAL_HIDES):
    """A converter refuses a value that another rule would take, and the refusal ends the search."""

    hidden: NamedRule
    example: ExampleRequest
    value: str

    @property
    def text(self) -> str:
        return (
            f"refuses {quoted(self.value)}, and a refusal ends the search: {self.example.text} is not found, "
            f"though {self.hidden.text} would take it"
        )


class QueryInRule(Finding, code=Code.QUERY_IN_RULE):
    """The rule has a question mark: it waits for one in the path, which no ordinary URL has."""

    @property
    def text(self) -> str:
        return "has a question mark; the query string is no part of the path, so no ordinary URL fits"


class ForeignVariable(Finding, code=Code.FOREIGN_VARIABLE):
    """Fixed text that is a variable in other frameworks: "{id}", ":id"."""

    fixed: str

    @property
    def text(self) -> str:
        name = self.fixed.strip("{}:")
        return f"has the fixed text {quoted(self.fixed)}; a variable is written <{plain(name)}>"


class OddMethod(Finding, code=Code.ODD_METHOD):
    """A method that no client sends: "GET, POST" in one string, or single letters."""

    odd: tuple[str, ...]

    @property
    def text(self) -> str:
        odd = listed(tuple(map(quoted, self.odd)), "and")
        if all(len(method) == 1 for method in self.odd):
            return f"has methods of one letter, {odd}: a list of texts was meant, not one text"
        return f"has the method {odd}, which no client sends; several methods are several texts in the list"


class SlashWithoutGet(Finding, code=Code.SLASH_WITHOUT_GET):
    """A rule that ends in a slash and does not take GET: without the slash GET is a 404, not a 405."""

    @property
    def text(self) -> str:
        rule = self.about.rule
        return f"takes no GET, so GET {plain(rule.rstrip('/'))} is a 404 where GET {plain(rule)} is a 405"


class GluedPrefix(Finding, code=Code.GLUED_PREFIX):
    """The rule begins with its blueprint's prefix, and goes on without a slash."""

    prefix: str

    @property
    def text(self) -> str:
        return f"begins with {plain(self.prefix)} as its blueprint does, but goes on without a slash"


class NoView(Finding, code=Code.NO_VIEW):
    """The endpoint has no view function, so a match ends in a 500."""

    @property
    def text(self) -> str:
        return f"has the endpoint {quoted(self.about.endpoint)}, and there is no view function for it"


class NoHost(Finding, code=Code.NO_HOST):
    """The map matches hosts, and the rule names none, so no host fits it."""

    @property
    def text(self) -> str:
        return "names no host, and this map matches hosts: no request fits it"
