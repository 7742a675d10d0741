"""What a watched match came to: its outcome, the rule that decided, and the cause of a redirect.

It reads Werkzeug's own result and the notes of the search; it holds no rule against a request itself.
"""

from dataclasses import dataclass

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule, ValidationError, WebsocketMismatch
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath

from routelab.routing.comparison import Asked
from routelab.routing.events import rules_asked
from routelab.routing.observation import Note, Run
from routelab.routing.outcome import Outcome, RedirectCause
from routelab.routing.walk import At


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


@dataclass(frozen=True, slots=True)
class Decision:
    """The end of one search. `decider` is the rule that ended it: it won, refused, failed or redirected."""

    outcome: Outcome
    refused: bool
    decider: Rule | None
    at: At | None
    asked_rules: tuple[tuple[Rule, At], ...]
    redirect_cause: RedirectCause | None

    def rules_for_allow(self, method: str) -> tuple[Rule, ...]:
        """Give the rules whose methods a 405 for this method names, each once, in the order asked."""
        named = {
            id(rule): rule
            for rule, at in self.asked_rules
            if _counts(rule, at) and rule.methods is not None and method not in rule.methods
        }
        return tuple(named.values())


def decision_of(run: Run, notes: tuple[Note, ...]) -> Decision:
    """Read what decided from Werkzeug's result and the last rule that was asked."""
    outcome, refused = outcome_of(run.error), was_refused(run.error)
    asked_rules = tuple(rules_asked(notes))
    ended = refused or outcome in {Outcome.MATCHED, Outcome.REDIRECT, Outcome.RAISED}
    decider, at = asked_rules[-1] if ended and asked_rules else (None, None)
    return Decision(
        outcome, refused, decider, at, asked_rules, _cause(run.error, decider, at) if decider else None
    )


def _cause(error: Exception | None, decider: Rule, at: At | None) -> RedirectCause | None:
    if not isinstance(error, RequestRedirect):
        return None
    match error.__context__:
        case RequestPath():
            adds_slash = at is At.MISSING_SLASH and decider.strict_slashes
            return RedirectCause.SLASH if adds_slash else RedirectCause.MERGED_SLASHES
        case RequestAliasRedirect():
            return RedirectCause.ALIAS
        case _ if decider.redirect_to is None:
            return RedirectCause.DEFAULTS
        case _:
            return RedirectCause.REDIRECT_TO


def agrees(decision: Decision, run: Run, asked: Asked) -> bool:
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


def _redirect_agrees(decision: Decision, error: Exception | None, asked: Asked) -> bool:
    context = error.__context__ if error else None
    if not isinstance(context, RequestPath):
        return True
    if decision.redirect_cause is RedirectCause.SLASH:
        return context.path_info in (f"{asked.path}/", f"{asked.merged.path}/")
    return context.path_info == asked.merged.path


def _allow_agrees(decision: Decision, error: Exception | None, asked: Asked) -> bool:
    theirs = set(error.valid_methods or ()) if isinstance(error, MethodNotAllowed) else set()
    ours = (rule.methods or () for rule in decision.rules_for_allow(asked.method))
    return theirs == set().union(*ours)


def _takes_any(asked_rules: tuple[tuple[Rule, At], ...], asked: Asked) -> bool:
    """Whether the search should have ended at one of these.

    A rule found with slashes merged that forbids merging is found for nothing: Werkzeug then answers 404.
    """
    *others, last = asked_rules or (None,)
    forbidden = last is not None and "//" in asked.path and last[0].merge_slashes is False
    judged = others if forbidden else asked_rules
    return any(entry is not None and _takes(*entry, asked) for entry in judged)


def _takes(rule: Rule, at: At, asked: Asked) -> bool:
    if at is At.EXTRA_SLASH and rule.strict_slashes:
        return False
    return rule.websocket is asked.websocket and (rule.methods is None or asked.method in rule.methods)


def _decider_takes(decision: Decision, asked: Asked) -> bool:
    decider, at = decision.decider, decision.at
    return decider is not None and at is not None and _takes(decider, at, asked)


def _counts(rule: Rule, at: At) -> bool:
    """Whether a rule that fails on the method adds its methods to Allow."""
    return at is At.END or (at is At.EXTRA_SLASH and not rule.strict_slashes)
