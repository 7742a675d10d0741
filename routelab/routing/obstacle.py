"""What can stand between a request and a rule: one record for each reason, with the words for it.

A new reason is one class here, and the place in comparison.py that finds it. Nothing here knows Werkzeug, or
how the router walks.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar, assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.domain import INVALID, Unreachable, is_for
from routelab.routing.lookalikes import alike_words
from routelab.routing.variable import Variable, misfit_words, nothing_words, refusal_words
from routelab.routing.wording import all_methods_words, counted, plain, quoted, unaskable


class Reason(OneOf):
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
    UNREACHABLE = "unreachable"
    OUTRANKED = "outranked"
    SEARCH_ENDED = "search_ended"


class Obstacle(Record):
    """What stands between one request and one rule. `segment` is that of the path which it is about, from 1.

    `almost` says of a class that with one small change of the request the rule would fit, if nothing else
    stands in the way.
    """

    reason: ClassVar[Reason]
    almost: ClassVar[bool]

    segment: int | None = None

    def __init_subclass__(cls, *, reason: Reason, almost: bool = False) -> None:
        super().__init_subclass__()
        cls.reason, cls.almost = reason, almost
        cls.json_tag = ("reason", reason.value)

    @property
    @abstractmethod
    def words(self) -> str:
        """Its sentence, with the rule as its subject: "fits with a slash at the end"."""
        raise NotImplementedError


class TextDiffers(Obstacle, reason=Reason.LITERAL):
    """Fixed text of the rule is not what the path has there."""

    segment: int
    wanted: str  # as written in the rule: "user", "user-<int:id>", "<path:p>/edit"
    got: str

    @property
    def words(self) -> str:
        wanted, got = self.wanted, self.got
        if never := unaskable(re.sub("<.*?>", "", wanted)):
            return f"the rule's text {quoted(wanted)} {never}"
        if "<" in wanted:
            return f"{quoted(got)} does not fit {quoted(wanted)}"
        if wanted[:1] == "{" or wanted[:1] == ":":
            name = wanted.strip("{}:")
            return f"{quoted(got)} is not the fixed text {quoted(wanted)}; a variable would be <{name}>"
        alike = alike_words(got, wanted)
        if alike:
            return f"{quoted(got)} is not {quoted(wanted)}: {alike}"
        if wanted.casefold() == got.casefold():
            return f"{quoted(got)} is not {quoted(wanted)}: capital and small letters differ"
        return f"{quoted(got)} is not {quoted(wanted)}"


class ConverterDiffers(Obstacle, reason=Reason.CONVERTER, almost=True):
    """The converter's pattern does not fit the text."""

    segment: int
    variables: tuple[Variable, ...]  # those of this segment, nearly always one
    got: str  # the text held against them, without the fixed text around them
    form: str  # what the rule has for it: "<int:a>-<int:b>"

    @property
    def words(self) -> str:
        if len(self.variables) == 1:
            return misfit_words(self.variables[0], self.got)
        if nothing := next((variable for variable in self.variables if variable.takes_nothing), None):
            return nothing_words(nothing)
        return f"{quoted(self.got)} does not have the form {plain(self.form)}"


class Refused(Obstacle, reason=Reason.CONVERTER_REFUSED, almost=True):
    """The pattern fitted, then the converter refused the value; without a segment it stands in the host."""

    variable: Variable | None  # None when it cannot be told which one refused
    got: str
    error: str | None = None  # the exception's name when it was not a refusal but a failure

    @property
    def words(self) -> str:
        if self.error is None:
            return f"{refusal_words(self.variable, self.got)}, and a rejection ends the search"
        if not self.got:
            return f"fits, but what came next raised {self.error}"
        who = self.variable.written if self.variable else "one of its converters"
        return f"{who} failed on {quoted(self.got)}: {self.error}"


class TooShort(Obstacle, reason=Reason.TOO_FEW_SEGMENTS):
    """The path ends before the rule does."""

    segment: int
    wanted: str  # the rest of the rule, "/<name>"

    @property
    def words(self) -> str:
        return f"{_segments(self.wanted)} too few: the rule continues with {self.wanted}"


class TooLong(Obstacle, reason=Reason.TOO_MANY_SEGMENTS):
    """The rule ends before the path does."""

    segment: int
    extra: str  # the rest of the path, "/comments"
    variable: Variable | None = None  # the rule's last one, where its pattern would fit the rest as well

    @property
    def words(self) -> str:
        said = f"{_segments(self.extra)} too many: {plain(self.extra)}"
        if self.variable is None:
            return said
        return (
            f"{said} (the pattern of {plain(self.variable.written)} would fit that as well, but it is given "
            "one segment at a time: a converter takes slashes only with part_isolating = False)"
        )


def _segments(text: str) -> str:
    """Count segments: a slash at the end begins none."""
    return counted(max(1, text.rstrip("/").count("/")), "segment")


class SlashFault(OneOf):
    """What is wrong with the slashes of a path that would fit otherwise."""

    MISSING = "missing"  # the rule ends in a slash, the path does not
    EXTRA = "extra"  # the path ends in a slash, the rule does not
    DOUBLED = "doubled"  # the path has slashes in a row


class SlashDiffers(Obstacle, reason=Reason.SLASH, almost=True):
    """Only slashes differ."""

    fault: SlashFault

    @property
    def words(self) -> str:
        match self.fault:
            case SlashFault.MISSING:
                return "fits with a slash at the end"
            case SlashFault.EXTRA:
                return "fits without the slash at the end, and the router takes none away"
            case SlashFault.DOUBLED:
                return "fits once repeated slashes are merged"
        assert_never(self.fault)


class MethodDiffers(Obstacle, reason=Reason.METHOD, almost=True):
    """The path fits, the method does not."""

    method: str
    allowed: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"fits, but only for {all_methods_words(self.allowed)}"


class HostDiffers(Obstacle, reason=Reason.HOST, almost=True):
    """The rule is for another host (in a map with host matching)."""

    wanted: str
    got: str

    @property
    def words(self) -> str:
        if not self.wanted:
            return f"names no host, and this app matches hosts; this request is for {quoted(self.got)}"
        return f"{is_for(self.wanted, host_matching=True)}; this request is for {quoted(self.got)}"


class SubdomainDiffers(Obstacle, reason=Reason.SUBDOMAIN, almost=True):
    """The rule is for another subdomain; "" is the bare domain."""

    wanted: str
    got: str

    @property
    def words(self) -> str:
        if self.got == INVALID:
            wanted = is_for(self.wanted, host_matching=False)
            return f"{wanted}; the request's host does not end in the server name"
        got = f"is for {quoted(self.got)}" if self.got else "has none"
        return f"{is_for(self.wanted, host_matching=False)}; this request {got}"


class NoRequestReaches(Obstacle, reason=Reason.UNREACHABLE):
    """No request reaches the rule, for the host or subdomain that it is for."""

    why: Unreachable

    @property
    def words(self) -> str:
        return self.why.words


class SchemeDiffers(Obstacle, reason=Reason.WEBSOCKET, almost=True):
    """One of rule and request is for WebSocket, the other for HTTP."""

    rule_is_websocket: bool

    @property
    def words(self) -> str:
        if self.rule_is_websocket:
            return "is for WebSocket only; this is an ordinary HTTP request"
        return "is for ordinary HTTP; this is a WebSocket request"


class BuildOnly(Obstacle, reason=Reason.BUILD_ONLY):
    """The rule exists for building URLs and is never matched."""

    @property
    def words(self) -> str:
        return "is there for building URLs only (build_only); it never matches"


class Precedence(OneOf):
    """Why one fitting rule was asked before another."""

    FIXED_TEXT = "fixed_text"  # fixed text is looked up before any variable is tried
    MORE_FIXED_TEXT = "more_fixed_text"  # among variables, a segment with more fixed text comes first
    MORE_VARIABLES = "more_variables"  # then the one with more variables in it
    CONVERTER = "converter"  # then the lighter converter: int and float, then text, path last
    USED_FIRST = "used_first"  # of converters that weigh the same, the one that any rule used first here
    REGISTERED_FIRST = "registered_first"  # rules of one shape keep the order of registration
    SLASH = "slash"  # what ends where the path ends is asked before what needs or forgives a slash


class Outranked(Obstacle, reason=Reason.OUTRANKED):
    """The rule fits; another one that fits too was asked first."""

    by: str  # the rule that won
    endpoint: str  # of the winner
    precedence: Precedence
    theirs: str  # the winner's segment as written
    ours: str

    @property
    def words(self) -> str:
        return f"would fit, {self._but()}"

    def _but(self) -> str:
        by, theirs, ours = plain(self.by), plain(self.theirs), plain(self.ours)
        place = "its host or subdomain" if self.segment is None else f"segment {self.segment}"
        match self.precedence:
            case Precedence.FIXED_TEXT if self.segment is None:
                theirs = quoted(self.theirs)
                return f"but {by} is for {theirs} and this rule for {ours}: fixed text is tried first"
            case Precedence.FIXED_TEXT if "<" not in self.by:
                return f"but {by} is fixed text and fixed text is tried first"
            case Precedence.FIXED_TEXT:
                return (
                    f"but {by} has the fixed text {quoted(self.theirs)} where this rule has {ours}, "
                    "and fixed text is tried first"
                )
            case Precedence.MORE_FIXED_TEXT:
                return f"but {by} has more fixed text in {place}, so it is tried first"
            case Precedence.MORE_VARIABLES:
                return f"but {by} has more variables in {place}, so it is tried first"
            case Precedence.CONVERTER:
                return f"but {theirs} of {by} is tried before {ours}"
            case Precedence.USED_FIRST:
                return (
                    f"but {theirs} of {by} weighs the same as {ours}, "
                    "and the one that a rule used first at this place is tried first"
                )
            case Precedence.REGISTERED_FIRST:
                return f"but {by} ({plain(self.endpoint)}) has the same shape and was registered first"
            case Precedence.SLASH:
                return f"if one slash were forgiven, but {by} fits the path as it is"
        assert_never(self.precedence)


class Ending(OneOf):
    """What ended the search before a fitting rule was asked."""

    SLASH_REDIRECT = "slash_redirect"
    REFUSAL = "refusal"
    FAILURE = "failure"  # a converter raised something that is not a refusal


class SearchEnded(Obstacle, reason=Reason.SEARCH_ENDED):
    """The rule fits, but the search was over before it was asked."""

    by: str  # the rule that ended it
    ending: Ending
    variable: Variable | None = None  # which refused, where that is known
    got: str = ""

    @property
    def words(self) -> str:
        by = plain(self.by)
        match self.ending:
            case Ending.SLASH_REDIRECT:
                return f"never reached: the slash redirect of {by} ended the search"
            case Ending.REFUSAL:
                said = refusal_words(self.variable, self.got)
                return f"never reached: {said} in {by}, and a rejection ends the search"
            case Ending.FAILURE:
                return f"never reached: a failure in {by} ended the search"
        assert_never(self.ending)
