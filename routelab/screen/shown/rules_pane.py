"""The rules of a match, ticked off one by one: which have a place in the pane, and what is said of each.

It knows no other step.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from routelab.routing.candidate import Candidate, Verdict
from routelab.screen.blocks import Block, Details, Line, Meaning, line, phrase
from routelab.tracing.phrases import count
from routelab.tracing.steps.match import MatchStep, PlacedCandidate

_RULES = 10  # rules in the pane; of more, those that came near, and a count of the others
_FEW_RULES = 4  # of which each that does not fit has its reason below it
_PANE = (
    46  # columns of the narrowest pane beside another; a rule too long for all moves its own endpoint alone
)
_AROUND = 7  # columns of the marks and of what is between methods, rule and endpoint
_METHOD, _METHODS = 4, 10  # characters: the column of the methods is as wide as GET and POST, or DELETE, ask
HERE, YES, NO = "▶", "✓", "✗"


class RulesPane:
    """The rules in the order of decision; `builtin` shows also the one that Flask adds."""

    def __init__(self, match: MatchStep | None, *, builtin: bool) -> None:
        self._match = match
        self._builtin = builtin

    @cached_property
    def rules(self) -> tuple[PlacedCandidate, ...]:
        """The rules that have a place in the pane, in the order of decision."""
        if self._match is None:
            return ()
        every = [it for it in (*self._match.candidates, *self._elsewhere) if self._is_shown(it)]
        if len(every) <= _RULES:
            return tuple(every)
        return tuple([it for it in every if self._is_near(it)][:_RULES])

    @property
    def _elsewhere(self) -> Iterator[PlacedCandidate]:
        """The closest rules of a map of which only those that were looked at are told."""
        assert self._match is not None
        known = [it.candidate for it in self._match.candidates]
        yield from (it for it in self._match.closest if it.candidate not in known)

    def _is_shown(self, placed: PlacedCandidate) -> bool:
        return not placed.added_by_flask or self._builtin or self._is_near(placed)

    def _is_near(self, placed: PlacedCandidate) -> bool:
        assert self._match is not None
        candidate = placed.candidate
        return (
            candidate.looked_at
            or candidate.verdict is not Verdict.NO
            or any(candidate == it.candidate for it in self._match.closest)
        )

    @cached_property
    def tried(self) -> tuple[PlacedCandidate, ...]:
        """The rules up to the one that won: what comes later in the order was not asked."""
        won = [number for number, it in enumerate(self.rules) if it.candidate.verdict is Verdict.MATCH]
        return self.rules[: won[0] + 1] if won else self.rules

    @property
    def stops(self) -> Iterator[int]:
        """The numbers of rules tried where the walk stops: at each of a few, else at those that came near."""
        total = len(self.tried)
        few = total <= _RULES // 2
        yield from (
            at for at, it in enumerate(self.tried, start=1) if at < total and (few or self._is_near(it))
        )
        yield total

    def lines(self, ticked_off: int) -> Iterator[Block]:
        """Show the rules, the first of them ticked off, and how many there are beside."""
        widest = max((len(it.candidate.rule) for it in self.rules), default=0)
        methods = max((len(_methods(it.candidate)) for it in self.rules), default=0)
        methods = max(_METHOD, min(methods, _METHODS))
        endpoint = max((len(it.candidate.endpoint) for it in self.rules), default=0)
        columns = (methods, max(0, min(widest, _PANE - _AROUND - methods - endpoint)))
        for number, placed in enumerate(self.rules, start=1):
            candidate = placed.candidate
            ticked, here = number <= ticked_off, number == ticked_off
            yield _rule_line(candidate, columns, ticked=ticked, here=here)
            fits = candidate.verdict is Verdict.MATCH
            if ticked and not fits and (here or self._is_near(placed) or len(self.rules) <= _FEW_RULES):
                yield Details(blocks=(Details(blocks=(line(candidate.text, Meaning.REASON),)),))
        if self._match is not None and (more := self._match.rules_total - len(self.rules)) > 0:
            added = " (s shows Flask's own)" if more == 1 and self.builtin is False else ""
            yield line(f"and {count(more, 'more rule')}{added}", Meaning.QUIET)

    @property
    def builtin(self) -> bool | None:
        """Whether the rule that Flask adds is shown; None where it is not there to be hidden."""
        rules = () if self._match is None else self._match.candidates
        hideable = any(it.added_by_flask and not self._is_near(it) for it in rules)
        return self._builtin if hideable else None


def _methods(candidate: Candidate) -> str:
    named = ",".join(it for it in candidate.methods or ("any",) if it not in ("HEAD", "OPTIONS"))
    return named or "OPTIONS"


def _rule_line(candidate: Candidate, columns: tuple[int, int], *, ticked: bool, here: bool) -> Line:
    """Show a rule of the pane, ticked off or not yet; `columns` are those of its methods and its path."""
    fits = candidate.verdict is Verdict.MATCH
    mark = (YES if fits else NO) if ticked else " "
    return Line(
        text=(
            *phrase(f"{HERE if here else ' '} ", Meaning.STRONG),
            *phrase(f"{mark} ", Meaning.RIGHT if fits else Meaning.WRONG),
            *phrase(f"{_methods(candidate):<{columns[0]}} "),
            *phrase(f"{candidate.rule:<{columns[1]}}", Meaning.STRONG if here else Meaning.RULE),
            *phrase(f"  {candidate.endpoint}"),
        )
    )
