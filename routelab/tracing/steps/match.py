"""The match step: the router's decision, and the rules that it held against the request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.candidate import Candidate, Verdict
from routelab.routing.domain import RulesInScope
from routelab.routing.obstacle import Reason, SlashDiffers, SlashFault
from routelab.routing.outcome import Outcome
from routelab.routing.redirect import AllowingRule, Redirect
from routelab.routing.suggestion import Suggestion
from routelab.routing.wording import method_word, plain, quoted
from routelab.tracing.facts import NOWHERE, Note, Place, Raised
from routelab.tracing.phrases import cut, raised, segment_words
from routelab.tracing.steps.step import Importance, Step

_FITTING = "Would fit, but never reached:"
RULES_NOT_JUDGED = Note(
    code="rules_not_judged",
    text="the other rules were not compared with the request: a converter of the app failed or took too long",
)


class PlacedCandidate(Record):
    """A rule held against the request, with the place of its view function."""

    json_inline = ("candidate", "place")

    candidate: Candidate
    place: Place

    @property
    def added_by_flask(self) -> bool:
        """Whether it is the rule for static files that Flask adds to each app."""
        return self.place.file is None and self.candidate.endpoint == "static"


class ViewLines(Record):
    """The lines of a view that did not run, decorators included, from line `first` of its file on."""

    json_inline = ("place",)

    place: Place
    first: int
    lines: tuple[str, ...]


class MethodCheck(Record):
    """The line of a view that checks for the method which its route refused.

    `shorthand` is "app" of `@app.get(...)` above it, which takes no other method; `view_class` the class that
    has a method for each of the request's. `by_name`: that class has one for it whose name is not in small
    letters, as `def DELETE`, and `at` is where that begins.
    """

    at: Place
    shorthand: str | None = None
    view_class: str | None = None
    by_name: bool = False


class PlacedAllowingRule(Record):
    """A rule that allows methods of a 405, with its view function's place and check for the method."""

    json_inline = ("rule", "place")

    rule: AllowingRule
    place: Place
    check: MethodCheck | None = None


Group: TypeAlias = tuple[str, tuple[PlacedCandidate, ...]]


class Unreached(OneOf):
    """How `unreached` is told, so that it is true of each rule's text."""

    BEGINNING = "beginning"  # no rule is written with this beginning
    SEGMENT = "segment"  # some rule is written so ("/projects" for "/pro"), and none takes the segment
    END = "end"  # only the slash at the end is too much


class MatchStep(Step):
    """The router's decision, and the rules that it looked at on the way, in that order.

    The outcome is NOT_TRIED where the request was refused before the router was asked, for example for its
    host. `scope` counts the rules that could match by host and scheme; it is there where rules have hosts or
    subdomains, or no rule won. Only where no rule won: `unreached` is the beginning of the path that no rule
    takes ("/order"), `closest` are the rules that came nearest, looked at or not, `authors` those that make
    up Allow on a 405, and `nearby` has the lines of their views, or of all views where an app has few.
    `raised_code` is the status of the HTTP error that a converter raised: Flask takes that for the router's.
    """

    json_tag = ("kind", "match")

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
    unreached_as: Unreached | None = None
    scope: RulesInScope | None = None
    closest: tuple[PlacedCandidate, ...] = ()
    authors: tuple[PlacedAllowingRule, ...] = ()
    nearby: tuple[ViewLines, ...] = ()
    redirect: Redirect | None = None
    raised: Raised | None = None
    raised_code: int | None = None

    @property
    def decision(self) -> str:
        """Say in a few words what was decided, where why is told elsewhere: "no rule fits"."""
        match self.outcome:
            case Outcome.NOT_FOUND:
                return "no rule fits"
            case Outcome.METHOD_NOT_ALLOWED:
                return "method not allowed"
            case Outcome.REDIRECT:
                return f"redirect -> {plain(self.redirect_to or '')}"
            case Outcome.WEBSOCKET_MISMATCH:
                return "not for this scheme"
            case Outcome.RAISED:
                return "a converter failed" if self.raised_code is None else "a converter answered"
            case Outcome.NOT_TRIED:
                return "not tried"
            case Outcome.MATCHED:
                return f"{self.rule}  ->  {self.endpoint}"
        assert_never(self.outcome)

    @property
    def headline(self) -> str:
        """Say what won: "/user/<name>  ->  show_user", or why nothing did."""
        match self.outcome:
            case Outcome.MATCHED:
                return f"{self.rule}  ->  {self.endpoint}"
            case Outcome.NOT_FOUND:
                return self._not_found()
            case Outcome.METHOD_NOT_ALLOWED:
                allowed = ", ".join(map(method_word, self.allowed_methods))
                return f"the path {self.how_it_fits}, the method does not; allowed: {allowed}"
            case Outcome.REDIRECT if self.redirect is not None:
                return self.redirect.text
            case Outcome.REDIRECT:
                return f"redirect to {self.redirect_to}" + (f", because of {self.rule}" if self.rule else "")
            case Outcome.WEBSOCKET_MISMATCH:
                return "a rule fits, but only one of request and rule is a WebSocket"
            case Outcome.RAISED if self.raised_code is not None:
                return f"a converter raised an HTTP error, which ends the search with a {self.raised_code}"
            case Outcome.RAISED:
                return "a converter failed, and a failing converter is a 500"
            case Outcome.NOT_TRIED:
                return "not tried: the request was refused before any rule was looked at"
        assert_never(self.outcome)

    @property
    def how_it_fits(self) -> str:
        """Say of a path whose method is refused how it fits the rules: "fits"."""
        doubled = SlashDiffers(fault=SlashFault.DOUBLED)
        merged = [placed for placed in self.candidates if doubled in placed.candidate.obstacles]
        asked = {(it.rule.rule, it.rule.endpoint) for it in self.authors}
        merged_only = asked <= {(it.candidate.rule, it.candidate.endpoint) for it in merged}
        return "fits once repeated slashes are merged" if asked and merged_only else "fits"

    @property
    def details(self) -> tuple[str, ...]:
        """Say for which host the request is, where rules have hosts, and what went wrong with the match."""
        failed = (raised(self.raised),) if self.raised else ()
        unsure = "the explanation of this match is not reliable; the result is the router's own"
        where = (f"{self.scope.words}",) if self.scope is not None and self.scope.domains else ()
        return (*where, *failed) if self.reliable else (*where, *failed, unsure)

    @property
    def importance(self) -> Importance:
        """A match without a winner decides the answer."""
        return Importance.SHOWN if self.outcome is Outcome.MATCHED else Importance.DECIDES

    @property
    def at(self) -> Place:
        if self.raised:
            return Place(file=self.raised.file, line=self.raised.line)
        winners = (it.place for it in self.candidates if it.candidate.verdict is Verdict.MATCH)
        return next(winners, NOWHERE)

    def groups(self, *, everything: bool) -> tuple[Group, ...]:
        """Group the candidates that are worth a line, each group with its heading.

        Left out are the winner, what a redirect or the authors of Allow say better, and unless `everything`
        is wanted those that neither fit nor were looked at. What is closest then needs no heading: on a 404
        the closest rules first, looked at or not.
        """
        candidates = [placed for placed in self.candidates if self._adds(placed)]
        looked_at = [placed for placed in candidates if placed.candidate.looked_at]
        if everything and self.candidates_complete:
            others = _without(candidates, looked_at)
            fitting = [placed for placed in others if placed.candidate.verdict is Verdict.SHADOWED]
            far = _without(others, fitting)
            return _filled(
                ("Looked at:", looked_at), (_FITTING, fitting), ("Does not fit, not looked at:", far)
            )
        closest = [placed for placed in self.closest if self._adds(placed)]
        near = [*closest, *_without(looked_at, closest)]
        fitting = [placed for placed in candidates if placed.candidate.verdict is Verdict.SHADOWED]
        return _filled(("", near), (_FITTING, _without(fitting, near)))

    def _not_found(self) -> str:
        scope = self.scope
        if scope is not None and scope.count == 0:
            return f"no rule fits: {scope.none('', '')}"
        if self.unreached is None or self.unreached_as is None:
            return "no rule fits"
        scope = scope or RulesInScope(
            count=self.rules_total, total=self.rules_total, host="", domain="", host_matching=False
        )
        return f"no rule fits: {scope.none(*_lacks(self.unreached, self.unreached_as))}"

    def _adds(self, placed: PlacedCandidate) -> bool:
        candidate = placed.candidate
        if candidate.verdict is Verdict.MATCH or (self.authors and candidate.reason is Reason.METHOD):
            return False
        if any(
            (it.rule.rule, it.rule.endpoint) == (candidate.rule, candidate.endpoint) for it in self.authors
        ):
            return False
        return not (self.redirect is not None and candidate.rule == self.redirect.rule)


def _lacks(unreached: str, told_as: Unreached) -> tuple[str, str]:
    """Say what no rule does, of one of several and of a single one."""
    before, _, segment = unreached.rpartition("/")
    unreached, before, segment = cut(unreached), cut(before), segment_words(segment)
    match told_as:
        case Unreached.BEGINNING if not before:
            return f"begins with {unreached}", f"does not begin with {unreached}"
        case Unreached.BEGINNING:
            return (
                f"continues with /{segment} after {before}",
                f"does not continue with /{segment} after {before}",
            )
        case Unreached.SEGMENT:
            place = f"segment {unreached.count('/')}, after {before}" if before else "its first segment"
            return f"takes {quoted(segment)} as {place}", f"does not take {quoted(segment)} as {place}"
        case Unreached.END if not before:
            return "is for / alone", "is not for / alone"
        case Unreached.END:
            return f"ends with the slash after {before}", f"does not end with the slash after {before}"
    assert_never(told_as)


def _without(candidates: Sequence[PlacedCandidate], told: Sequence[PlacedCandidate]) -> list[PlacedCandidate]:
    names = {_name(placed) for placed in told}
    return [placed for placed in candidates if _name(placed) not in names]


def _name(placed: PlacedCandidate) -> tuple[str, str, tuple[str, ...] | None]:
    candidate = placed.candidate
    return candidate.rule, candidate.endpoint, candidate.methods


def _filled(*groups: tuple[str, Sequence[PlacedCandidate]]) -> tuple[Group, ...]:
    return tuple((heading, tuple(placed)) for heading, placed in groups if placed)
