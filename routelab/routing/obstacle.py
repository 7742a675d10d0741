"""What can stand between a request and a rule, one record for each kind.

It knows facts alone: no sentence is written here, and nothing of how the router walks. The records are named
tuples: a traced request makes many of them, and thirteen dataclasses would take 6 ms of every start.
"""

from enum import Enum
from typing import Any, NamedTuple

from routelab.routing.pattern import Variable


class Reason(Enum):
    """Why a rule did not win; the values are the words of the trace."""

    LITERAL = "literal"
    CONVERTER = "converter"
    CONVERTER_REFUSED = "converter_refused"
    TOO_FEW_SEGMENTS = "too_few_segments"
    TOO_MANY_SEGMENTS = "too_many_segments"
    SLASH = "slash"
    METHOD = "method"
    HOST = "host"
    SUBDOMAIN = "subdomain"
    WEBSOCKET = "websocket"
    BUILD_ONLY = "build_only"
    OUTRANKED = "outranked"
    SEARCH_ENDED = "search_ended"


class SlashFault(Enum):
    """What is wrong with the slashes of a path that would fit otherwise."""

    MISSING = "missing"  # the rule ends in a slash, the path does not
    EXTRA = "extra"  # the path ends in a slash, the rule does not
    DOUBLED = "doubled"  # the path has slashes in a row


class Advantage(Enum):
    """Why one fitting rule was asked before another."""

    FIXED_TEXT = "fixed_text"  # fixed text is looked up before any variable is tried
    MORE_FIXED_TEXT = "more_fixed_text"  # among variables, a segment with more fixed text comes first
    MORE_VARIABLES = "more_variables"  # then the one with more variables in it
    CONVERTER = "converter"  # then the lighter converter: int and float, then text, path last
    USED_FIRST = "used_first"  # of converters that weigh the same, the one that any rule used first here
    REGISTERED_FIRST = "registered_first"  # rules of one shape keep the order of registration
    SLASH = "slash"  # what ends where the path ends is asked before what needs or forgives a slash


class Ending(Enum):
    """What ended the search before a fitting rule was asked."""

    SLASH_REDIRECT = "slash_redirect"
    REFUSAL = "refusal"
    FAILURE = "failure"  # a converter raised something that is not a refusal


class TextDiffers(NamedTuple):
    """Fixed text of the rule is not what the path has there."""

    segment: int
    wanted: str  # as written in the rule: "user", "user-<int:id>", "<path:p>/edit"
    got: str


class ConverterDiffers(NamedTuple):
    """The converter's pattern does not fit the text."""

    segment: int
    variables: tuple[Variable, ...]  # those of this segment, nearly always one
    got: str  # the text held against them, without the fixed text around them
    form: str  # what the rule has for it: "<int:a>-<int:b>"


class Refused(NamedTuple):
    """The pattern fitted, then the converter refused the value."""

    segment: int | None  # None when the variable stands in the host
    variable: Variable | None  # None when it cannot be told which one refused
    got: str
    error: str | None = None  # the exception's name when it was not a refusal but a failure


class TooShort(NamedTuple):
    """The path ends before the rule does."""

    segment: int
    wanted: str  # the rest of the rule, "/<name>"


class TooLong(NamedTuple):
    """The rule ends before the path does."""

    segment: int
    extra: str  # the rest of the path, "/comments"


class SlashDiffers(NamedTuple):
    """Only slashes differ."""

    fault: SlashFault


class MethodDiffers(NamedTuple):
    """The path fits, the method does not."""

    method: str
    allowed: tuple[str, ...]


class HostDiffers(NamedTuple):
    """The rule is for another host (in a map with host matching)."""

    wanted: str
    got: str


class SubdomainDiffers(NamedTuple):
    """The rule is for another subdomain; "" is the bare domain."""

    wanted: str
    got: str


class SchemeDiffers(NamedTuple):
    """One of rule and request is for WebSocket, the other for HTTP."""

    rule_is_websocket: bool


class BuildOnly(NamedTuple):
    """The rule exists for building URLs and is never matched."""


class Outranked(NamedTuple):
    """The rule fits; another one that fits too was asked first."""

    segment: int | None
    by: str  # the rule that won
    endpoint: Any  # of the winner
    advantage: Advantage
    theirs: str  # the winner's segment as written
    ours: str


class SearchEnded(NamedTuple):
    """The rule fits, but the search was over before it was asked."""

    by: str  # the rule that ended it
    ending: Ending
    variable: Variable | None = None  # which refused, where that is known
    got: str = ""


Obstacle = (
    TextDiffers
    | ConverterDiffers
    | Refused
    | TooShort
    | TooLong
    | SlashDiffers
    | MethodDiffers
    | HostDiffers
    | SubdomainDiffers
    | SchemeDiffers
    | BuildOnly
    | Outranked
    | SearchEnded
)

REASONS: dict[type[Obstacle], Reason] = {
    TextDiffers: Reason.LITERAL,
    ConverterDiffers: Reason.CONVERTER,
    Refused: Reason.CONVERTER_REFUSED,
    TooShort: Reason.TOO_FEW_SEGMENTS,
    TooLong: Reason.TOO_MANY_SEGMENTS,
    SlashDiffers: Reason.SLASH,
    MethodDiffers: Reason.METHOD,
    HostDiffers: Reason.HOST,
    SubdomainDiffers: Reason.SUBDOMAIN,
    SchemeDiffers: Reason.WEBSOCKET,
    BuildOnly: Reason.BUILD_ONLY,
    Outranked: Reason.OUTRANKED,
    SearchEnded: Reason.SEARCH_ENDED,
}
