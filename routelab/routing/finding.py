"""What an audit of a map can find, one record for each kind.

They hold facts alone: sentences are made in finding_words.py. Where a view function stands is for the caller.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from routelab.routing.obstacle import Obstacle
from routelab.routing.witness import Witness


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rule as an audit names it."""

    rule: str
    endpoint: Any
    methods: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverWins:
    """None of the requests that were made up for the rule reached it."""

    code: ClassVar[Code] = Code.NEVER_WINS
    place: Place
    tried: int
    witness: Witness
    winner: Place
    why: Obstacle | None  # what the rule lost the witness by


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """An earlier rule of the same shape takes the same methods."""

    code: ClassVar[Code] = Code.TWICE
    place: Place
    first: Place
    shared: tuple[str, ...]  # the methods of both; () when one takes any


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDecides:
    """Two rules fit one request, and only the order of registration decides between them."""

    code: ClassVar[Code] = Code.ORDER_DECIDES
    place: Place  # the one that loses
    winner: Place
    witness: Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Reordered:
    """A rule that has nothing to do with the request makes the later of two rules win."""

    code: ClassVar[Code] = Code.REORDERED
    place: Place  # registered first, and loses
    winner: Place
    cause: Place
    witness: Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalHides:
    """A converter refuses a value that another rule would take, and the refusal ends the search."""

    code: ClassVar[Code] = Code.REFUSAL_HIDES
    place: Place
    hidden: Place
    witness: Witness
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryInRule:
    """The rule has a question mark: it waits for one in the path, which no ordinary URL has."""

    code: ClassVar[Code] = Code.QUERY_IN_RULE
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignVariable:
    """Fixed text that is a variable in other frameworks: "{id}", ":id"."""

    code: ClassVar[Code] = Code.FOREIGN_VARIABLE
    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OddMethod:
    """A method that no client sends: "GET, POST" in one string, or single letters."""

    code: ClassVar[Code] = Code.ODD_METHOD
    place: Place
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashWithoutGet:
    """A rule that ends in a slash and does not take GET: without the slash GET is a 404, not a 405."""

    code: ClassVar[Code] = Code.SLASH_WITHOUT_GET
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class GluedPrefix:
    """The rule begins with its blueprint's prefix, and goes on without a slash."""

    code: ClassVar[Code] = Code.GLUED_PREFIX
    place: Place
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoView:
    """The endpoint has no view function, so a match ends in a 500."""

    code: ClassVar[Code] = Code.NO_VIEW
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class NoHost:
    """The map matches hosts, and the rule names none, so no host fits it."""

    code: ClassVar[Code] = Code.NO_HOST
    place: Place


Finding = (
    NeverWins
    | Twice
    | OrderDecides
    | Reordered
    | RefusalHides
    | QueryInRule
    | ForeignVariable
    | OddMethod
    | SlashWithoutGet
    | GluedPrefix
    | NoView
    | NoHost
)
