"""One watched search: what Werkzeug answered, which rule decided, and what is worked out from that.

Whether the story agrees with the answer is checked here. It judges no rule but the one that ended the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect, Rule, ValidationError, WebsocketMismatch
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath

from routelab.record import Record
from routelab.routing.comparison import MatchQuery, obstacles_of, raw_values
from routelab.routing.events import rules_asked, rules_looked_at
from routelab.routing.observation import MatcherEvent, MatchRun, events_of, root_of, watch
from routelab.routing.obstacle import Ending, Refused
from routelab.routing.outcome import Outcome, RedirectCause
from routelab.routing.pattern import Pattern
from routelab.routing.patterncache import PatternCache, patterns_of
from routelab.routing.reaching import Reach, asked_domain
from routelab.routing.variable import Variable
from routelab.routing.verdicts import SearchEnd, refusal_of
from routelab.routing.walk import PathEnd

if TYPE_CHECKING:
    from routelab.routing.nearby import NearMiss

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - used as a decorator, named like `property`
    """A property that is worked out at most once, and is then found in the instance's own `__dict__`.

    functools.cached_property takes a lock on Python 3.11, which a traced request would pay a dozen times.
    """

    def __init__(self, method: Callable[[Any], T]) -> None:
        self._method = method
        self._name = method.__name__
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._method(instance)
        return value


class Search:
    """One run of `adapter.match(*arguments)`: path_info, method, return_rule, query_args, websocket."""

    def __init__(self, adapter: MapAdapter, arguments: tuple[Any, ...], run: MatchRun) -> None:
        self.adapter = adapter
        self._arguments = arguments
        self.run = run
        self.reach: Reach | None = None  # set by who knows the app; then rules of other hosts are told of

    def another(self, path: str, method: str) -> Search:
        """Ask the same adapter about another path or method."""
        arguments = (path, method, True, None, self.asked.websocket)
        return Search(self.adapter, arguments, watch(self.adapter, arguments))

    def on(self, adapter: MapAdapter) -> Search:
        """Ask another adapter, for another host, the same."""
        arguments = (self.asked.path, self.asked.method, True, None, self.asked.websocket)
        return Search(adapter, arguments, watch(adapter, arguments))

    @once
    def asked(self) -> MatchQuery:
        """Work out what the matcher was asked, as MapAdapter.match does."""
        adapter = self.adapter
        path_info, method, _, _, websocket = self._arguments
        path = adapter.path_info if path_info is None else path_info
        return MatchQuery(
            domain=asked_domain(adapter),
            path=f"/{path.lstrip('/')}" if path else "",
            method=(method or adapter.default_method).upper(),
            websocket=adapter.websocket if websocket is None else websocket,
        )

    @once
    def outcome(self) -> Outcome:
        """How the match ended."""
        return outcome_of(self.run.error)

    @property
    def error(self) -> Exception | None:
        """What match raised, the very object, else None."""
        return self.run.error

    @once
    def events(self) -> tuple[MatcherEvent, ...]:
        """List what the matcher read, in order."""
        return events_of(self.run)

    @once
    def decision(self) -> MatchDecision:
        """Read from the notes what decided."""
        return decision_of(self.run, self.events)

    @property
    def winner(self) -> Rule | None:
        """The rule that won, or that caused the redirect."""
        return self.decision.decider if self.outcome is Outcome.REDIRECT else self.run.rule

    @once
    def patterns(self) -> PatternCache:
        """Return the patterns of the map's rules."""
        return patterns_of(self.adapter.map)

    @once
    def reliable(self) -> bool:
        """Whether the notes tell what Werkzeug's result tells, and the winner's own text fits the path."""
        if not agrees(self.decision, self.run, self.asked):
            return False
        if self.outcome is not Outcome.MATCHED:
            return True
        return self.pattern is not None and obstacles_of(self.pattern, self.asked) == ()

    @once
    def pattern(self) -> Pattern | None:
        """Read the rule that ended the search."""
        return self.patterns.of(self.decision.decider) if self.decision.decider else None

    def noticed_rules(self) -> Iterator[Rule]:
        """Yield the rules that the router held against the path or reached, in the order of the walk."""
        return rules_looked_at(self.events, ended=self.decision.decider is not None)

    @once
    def near_paths(self) -> list[NearMiss]:
        """Paths that differ in one place and that some rule seems to take, the nearest first."""
        from routelab.routing.nearby import near_paths  # of a match nobody asks it

        return near_paths(root_of(self.adapter.map), self.asked, self.patterns)

    @once
    def taken(self) -> tuple[tuple[Variable, str], ...]:
        """Pair the variables of the rule that ended the search with the text that each took."""
        if self.pattern is None:
            return ()
        return tuple(zip(self.pattern.variables, raw_values(self.pattern, self.asked) or (), strict=False))

    @once
    def ended(self) -> SearchEnd | None:
        """Say what ended the search, if a rule did."""
        if self.decision.decider is None or self.pattern is None:
            return None
        return SearchEnd(
            rule=self.decision.decider, pattern=self.pattern, ending=self._ending, refusal=self.refusal
        )

    @property
    def _ending(self) -> Ending | None:
        if self.decision.refused:
            return Ending.REFUSAL
        if self.outcome is Outcome.RAISED and self.refusal is not None:
            return Ending.FAILURE
        slashes = (RedirectCause.SLASH, RedirectCause.MERGED_SLASHES)
        return Ending.SLASH_REDIRECT if self.decision.redirect_cause in slashes else None

    @once
    def refusal(self) -> Refused | None:
        """Find what the converters of the rule that ended the search refused or failed on, if they did.

        They are asked once more, one by one, unless only one can have refused. Where none of them fails
        again, the failure came later: in a function of `redirect_to`, or in building the URL of a redirect.
        """
        decider, refused = self.decision.decider, self.decision.refused
        if decider is None or self.pattern is None or not (refused or self.outcome is Outcome.RAISED):
            return None
        suspects = [(variable, raw) for variable, raw in self.taken if variable.refuses]
        if refused and len(suspects) == 1:
            variable, raw = suspects[0]
            return Refused(segment=self.pattern.segment_of(variable), variable=variable, got=raw)
        found = refusal_of(decider, self.pattern, self.asked)
        return found or (Refused(variable=None, got="") if refused else None)


# What decided


def outcome_of(error: Exception | None) -> Outcome:
    """Name what Werkzeug returned or raised.

    A converter that raises NotFound itself (`get_or_404`) has failed; the router did find a rule.
    """
    match error:
        case None:
            return Outcome.MATCHED
        case RequestRedirect():
            return Outcome.REDIRECT
        case NotFound() if isinstance(error.__context__, NoMatch):
            return Outcome.NOT_FOUND
        case MethodNotAllowed() if isinstance(error.__context__, NoMatch):
            return Outcome.METHOD_NOT_ALLOWED
        case WebsocketMismatch():
            return Outcome.WEBSOCKET_MISMATCH
        case _:
            return Outcome.RAISED


def was_refused(error: Exception | None) -> bool:
    """Whether a rule was found, and then a converter of it refused the value."""
    ended = error.__context__ if isinstance(error, HTTPException) else None
    return isinstance(ended, NoMatch) and isinstance(ended.__context__, ValidationError)


class MatchDecision(Record):
    """The end of one search. `decider` is the rule that ended it: it won, refused, failed or redirected."""

    outcome: Outcome
    refused: bool
    decider: Rule | None
    at: PathEnd | None
    asked_rules: tuple[tuple[Rule, PathEnd], ...]
    redirect_cause: RedirectCause | None

    def rules_for_allow(self, method: str) -> tuple[Rule, ...]:
        """Give the rules whose methods a 405 for this method names, each once, in the order asked."""
        named = {
            id(rule): rule
            for rule, at in self.asked_rules
            if _counts(rule, at) and rule.methods is not None and method not in rule.methods
        }
        return tuple(named.values())


def decision_of(run: MatchRun, events: tuple[MatcherEvent, ...]) -> MatchDecision:
    """Read what decided from Werkzeug's result and the last rule that was asked."""
    outcome, refused = outcome_of(run.error), was_refused(run.error)
    asked_rules = tuple(rules_asked(events))
    ended = refused or outcome in {Outcome.MATCHED, Outcome.REDIRECT, Outcome.RAISED}
    decider, at = asked_rules[-1] if ended and asked_rules else (None, None)
    return MatchDecision(
        outcome=outcome,
        refused=refused,
        decider=decider,
        at=at,
        asked_rules=asked_rules,
        redirect_cause=_cause(run.error, decider, at) if decider else None,
    )


def _cause(error: Exception | None, decider: Rule, at: PathEnd | None) -> RedirectCause | None:
    if not isinstance(error, RequestRedirect):
        return None
    match error.__context__:
        case RequestPath():
            adds_slash = at is PathEnd.MISSING_SLASH and decider.strict_slashes
            return RedirectCause.SLASH if adds_slash else RedirectCause.MERGED_SLASHES
        case RequestAliasRedirect():
            return RedirectCause.ALIAS
        case _ if decider.redirect_to is None:
            return RedirectCause.DEFAULTS
        case _:
            return RedirectCause.REDIRECT_TO


def agrees(decision: MatchDecision, run: MatchRun, asked: MatchQuery) -> bool:
    """Check the story against Werkzeug's result: the winner, Allow, where a redirect leads."""
    if run.notes is None or (run.notes and run.notes[0][1] != asked.domain):
        return False
    match decision.outcome:
        case Outcome.MATCHED:
            return decision.decider is run.rule
        case Outcome.REDIRECT:
            return decision.decider is not None and _redirect_agrees(decision, run.error, asked)
        case Outcome.RAISED:
            return decision.decider is not None
        case _ if decision.refused:
            return _decider_takes(decision, asked) and _allow_agrees(decision, run.error, asked)
        case _:
            return not _takes_any(decision.asked_rules, asked) and _allow_agrees(decision, run.error, asked)


def _redirect_agrees(decision: MatchDecision, error: Exception | None, asked: MatchQuery) -> bool:
    context = error.__context__ if error else None
    if not isinstance(context, RequestPath):
        return True
    if decision.redirect_cause is RedirectCause.SLASH:
        return context.path_info in (f"{asked.path}/", f"{asked.merged.path}/")
    return context.path_info == asked.merged.path


def _allow_agrees(decision: MatchDecision, error: Exception | None, asked: MatchQuery) -> bool:
    theirs = set(error.valid_methods or ()) if isinstance(error, MethodNotAllowed) else set()
    ours = (rule.methods or () for rule in decision.rules_for_allow(asked.method))
    return theirs == set().union(*ours)


def _takes_any(asked_rules: tuple[tuple[Rule, PathEnd], ...], asked: MatchQuery) -> bool:
    """Whether the search should have ended at one of these.

    A rule found with slashes merged that forbids merging is found for nothing: Werkzeug then answers 404.
    """
    *others, last = asked_rules or (None,)
    forbidden = last is not None and "//" in asked.path and last[0].merge_slashes is False
    judged = others if forbidden else asked_rules
    return any(entry is not None and _takes(*entry, asked) for entry in judged)


def _takes(rule: Rule, at: PathEnd, asked: MatchQuery) -> bool:
    if at is PathEnd.EXTRA_SLASH and rule.strict_slashes:
        return False
    return rule.websocket is asked.websocket and (rule.methods is None or asked.method in rule.methods)


def _decider_takes(decision: MatchDecision, asked: MatchQuery) -> bool:
    decider, at = decision.decider, decision.at
    return decider is not None and at is not None and _takes(decider, at, asked)


def _counts(rule: Rule, at: PathEnd) -> bool:
    """Whether a rule that fails on the method adds its methods to Allow."""
    return at is PathEnd.END or (at is PathEnd.EXTRA_SLASH and not rule.strict_slashes)


# The arguments


class RuleArgument(Record):
    """One argument. One that the rule sets itself (`defaults`) has neither converter nor raw text."""

    name: str
    converter: str | None  # as written, "string" when none is
    raw: str | None
    value: Any  # None when it was never converted
    refused: bool = False
    converted: bool = True
    dropped: bool = False  # it was converted, and thrown away as another one was refused


def matched_values(
    taken: tuple[tuple[Variable, str], ...], args: Mapping[str, Any]
) -> tuple[RuleArgument, ...]:
    """Pair the texts that the variables took with the arguments that Werkzeug made of them."""
    named = {
        variable.name: RuleArgument(
            name=variable.name, converter=variable.converter, raw=raw, value=args.get(variable.name)
        )
        for variable, raw in taken
    }
    others = (
        RuleArgument(name=name, converter=None, raw=None, value=args[name])
        for name in args
        if name not in named
    )
    return (*named.values(), *others)


def refused_values(
    taken: tuple[tuple[Variable, str], ...], refusal: Refused | None
) -> tuple[RuleArgument, ...]:
    """Show the texts that the variables took when a converter refused one and no argument came of it."""
    at = next((n for n, (it, _) in enumerate(taken) if refusal is not None and it is refusal.variable), 0)
    return tuple(
        RuleArgument(
            name=variable.name,
            converter=variable.converter,
            raw=raw,
            value=None,
            refused=refusal is not None and variable is refusal.variable,
            converted=False,
            dropped=number < at,  # Werkzeug asks them in their order
        )
        for number, (variable, raw) in enumerate(taken)
    )
