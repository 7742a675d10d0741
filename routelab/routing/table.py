"""Every rule of a map held against one request, whether or not the router ever came to it.

It asks converters only of rules that fit by their text; why a fitting rule lost is told by ranking.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from werkzeug.routing import Rule, ValidationError
from werkzeug.routing.rules import parse_converter_args

from routelab.routing.candidate import Candidate, Verdict, verdict_on
from routelab.routing.comparison import Asked, obstacles_of, raw_values
from routelab.routing.obstacle import Ending, Obstacle, Refused, SearchEnded
from routelab.routing.pattern import Pattern, Variable
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
) -> Iterator[Candidate]:
    """Judge each rule, in the order given; `looked_at` has the ids of those the router took notice of."""
    for rule, pattern in rules:
        obstacles = obstacles_of(pattern, asked)
        if obstacles == ():
            obstacles = _what_it_lost_by(rule, pattern, asked, ended)
        won = ended is not None and ended.rule is rule and ended.ending is None
        yield Candidate(
            pattern=pattern,
            endpoint=rule.endpoint,
            verdict=Verdict.MATCH if won else verdict_on(obstacles),
            obstacles=obstacles,
            looked_at=id(rule) in looked_at,
        )


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
        return (outranked(pattern, ended.pattern),)
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
            convert(rule, variable, raw)
        except ValidationError:
            return Refused(segment=pattern.segment_of(variable), variable=variable, got=raw)
        except Exception as error:  # a converter of the app's may raise anything
            return Refused(
                segment=pattern.segment_of(variable), variable=variable, got=raw, error=type(error).__name__
            )
    return None


def convert(rule: Rule, variable: Variable, raw: str) -> object:
    """Make the variable's converter once more and let it convert the text. Raises what it raises."""
    args, kwargs = parse_converter_args(variable.arguments)
    name = variable.converter if variable.named else "default"
    return rule.get_converter(variable.name, name, args, kwargs).to_python(raw)
