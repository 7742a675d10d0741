"""Every rule of a map held against one request, whether or not the router ever came to it.

It asks converters only of rules that fit by their text; why a fitting rule lost is told by ranking.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.routing import Rule, ValidationError

from routelab.routing.candidate import Candidate, Verdict, verdict_on
from routelab.routing.comparison import Asked, obstacles_of, raw_values
from routelab.routing.obstacle import Ending, Obstacle, Refused, SearchEnded, TextDiffers
from routelab.routing.pattern import Pattern, made_converter
from routelab.routing.ranking import outranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What ended the search: the rule, and how. `ending` is None when the rule fitted and won."""

    rule: Rule
    pattern: Pattern
    ending: Ending | None
    refusal: Refused | None


def candidates_for(
    rules: Iterable[tuple[Rule, Pattern]], asked: Asked, ended: Ended | None, looked_at: set[int]
) -> tuple[Candidate, ...]:
    """Judge each rule, in the order given; `looked_at` has the ids of those the router took notice of."""
    hopeless = _Hopeless(asked)
    winner = ended.rule if ended is not None and ended.ending is None else None
    judged: list[Candidate] = []
    for rule, pattern in rules:
        if rule is winner:
            judged.append(_candidate(rule, pattern, Verdict.MATCH, (), looked_at=True))
            continue
        obstacles, verdict = hopeless.obstacles_of(pattern.head), Verdict.NO
        if obstacles is None or pattern.build_only:
            obstacles = obstacles_of(pattern, asked) or _what_it_lost_by(rule, pattern, asked, ended)
            verdict = verdict_on(obstacles)
        judged.append(_candidate(rule, pattern, verdict, obstacles, looked_at=id(rule) in looked_at))
    return tuple(judged)


def _candidate(
    rule: Rule, pattern: Pattern, verdict: Verdict, obstacles: tuple[Obstacle, ...], *, looked_at: bool
) -> Candidate:
    return Candidate(
        rule=pattern.rule,
        endpoint=str(rule.endpoint),
        methods=pattern.methods,
        verdict=verdict,
        obstacles=obstacles,
        looked_at=looked_at,
    )


class _Hopeless:
    """Remembers a beginning that cannot fit: in the order of decision, such rules stand together."""

    def __init__(self, asked: Asked) -> None:
        # With slashes in a row, what follows the beginning counts as well.
        self._wanted = () if "//" in asked.path else (asked.domain, *asked.segments)
        self._beginning: tuple[str, ...] | None = None
        self._length = 0
        self._obstacles: tuple[Obstacle, ...] | None = None

    def obstacles_of(self, head: tuple[str, ...]) -> tuple[Obstacle, ...] | None:
        """Give the obstacles if fixed text alone decides, else None: then the rule needs a closer look."""
        if head[: self._length] == self._beginning:
            return self._obstacles
        for place, (text, got) in enumerate(zip(head, self._wanted, strict=False)):
            if text != got:
                if not place or not text or not got:
                    return None
                self._length = place + 1
                self._beginning = head[: self._length]
                self._obstacles = (TextDiffers(segment=place - 1, wanted=text, got=got),)
                return self._obstacles
        return None


def _what_it_lost_by(rule: Rule, pattern: Pattern, asked: Asked, ended: Ended | None) -> tuple[Obstacle, ...]:
    """Say what a rule that fits by its text lost by; () for the winner."""
    if ended is not None and ended.rule is rule:
        return (ended.refusal,) if ended.refusal else ()
    refusal = refusal_of(rule, pattern, asked)
    if refusal is not None:
        return (refusal,)
    if ended is None:
        return ()
    if ended.ending is None:
        return (outranked(pattern, ended.pattern, str(ended.rule.endpoint)),)
    refused = ended.refusal
    return (
        SearchEnded(
            by=ended.pattern.rule,
            ending=ended.ending,
            variable=refused.variable if refused else None,
            got=refused.got if refused else "",
        ),
    )


def refusal_of(rule: Rule, pattern: Pattern, asked: Asked) -> Refused | None:
    """Ask the rule's converters about the text that they took, in their order, until one refuses."""
    for variable, raw in zip(pattern.variables, raw_values(pattern, asked) or (), strict=False):
        if not variable.refuses:
            continue
        try:
            made_converter(rule, variable).to_python(raw)
        except ValidationError:
            return Refused(segment=pattern.segment_of(variable), variable=variable, got=raw)
        except Exception as error:  # a converter of the app's may raise anything
            return Refused(
                segment=pattern.segment_of(variable), variable=variable, got=raw, error=type(error).__name__
            )
    return None
