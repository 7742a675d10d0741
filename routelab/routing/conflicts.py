"""Which of a map's rules never win, or win by the order of registration alone, or hide others by a refusal.

Every answer comes from the real router, asked about requests that were made up for the rules; no view runs.
"""

from collections.abc import Iterator
from itertools import chain, combinations, islice

from werkzeug.routing import Map, Rule

from routelab.routing.comparison import obstacles_of
from routelab.routing.entry import Entry
from routelab.routing.examples import adapter_for, asked_by, examples, refused_examples
from routelab.routing.finding import (
    ExampleRequest,
    Finding,
    NeverWins,
    OrderDecides,
    RefusalHides,
    RegisteredTwice,
    Reordered,
)
from routelab.routing.observation import watch
from routelab.routing.obstacle import Obstacle, SearchEnded
from routelab.routing.pattern import Dynamic
from routelab.routing.ranking import outranked
from routelab.routing.search import Search
from routelab.routing.table import refusal_of

_MOST_PAIRS = 100  # of rival variables in one place
_MOST_RULES = 4  # of each of two rival variables
_MOST_EXAMPLES = 6  # of each of two rival rules
_MOST_COMPARISONS = 200_000  # for what refusals hide


def doubles(entries: tuple[Entry, ...]) -> Iterator[tuple[Entry, RegisteredTwice]]:
    """Find rules of which an earlier one of the same shape takes a method that was chosen for both."""
    met: dict[object, list[Entry]] = {}
    for entry in entries:
        earlier = met.setdefault((entry.shapes, entry.pattern.websocket), [])
        for first in earlier:
            shared = _shared_methods(first.pattern.methods, entry.pattern.methods)
            if shared is not None:
                yield entry, RegisteredTwice(about=entry.named, first=first.named, shared=shared)
                break
        earlier.append(entry)


def _shared_methods(first: tuple[str, ...] | None, second: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Give the methods of both, () when both take any, None when they share none that was chosen."""
    if first is None or second is None:
        return first or second or ()
    chosen = (set(first) & set(second)) - {"HEAD", "OPTIONS"}
    return tuple(sorted(chosen)) or None


def losers(url_map: Map, entries: tuple[Entry, ...]) -> Iterator[tuple[Entry, NeverWins]]:
    """Find the rules that win none of the requests made up for them; most win the first."""
    by_rule = {id(entry.rule): entry for entry in entries}
    for entry in entries:
        lost: list[tuple[ExampleRequest, Search, Entry]] = []
        for example in examples(entry.pattern):
            search = _asked(url_map, example)
            decider = search.decision.decider
            if decider is entry.rule:
                lost.clear()
                break
            if decider is not None:
                lost.append((example, search, by_rule[id(decider)]))
        if lost:
            yield entry, _never_wins(entry, lost)


def _never_wins(entry: Entry, lost: list[tuple[ExampleRequest, Search, Entry]]) -> NeverWins:
    example, search, winner = lost[0]
    return NeverWins(
        about=entry.named,
        tried=len(lost),
        example=example,
        winner=winner.named,
        why=_why(search, entry, winner),
    )


def _why(search: Search, loser: Entry, winner: Entry) -> Obstacle:
    ending = search.ended.ending if search.ended else None
    if ending is None:
        return outranked(loser.pattern, winner.pattern, str(winner.rule.endpoint))
    refusal = search.refusal
    return SearchEnded(
        by=winner.pattern.rule,
        ending=ending,
        variable=refusal.variable if refusal else None,
        got=refusal.got if refusal else "",
    )


def rivalries(url_map: Map, entries: tuple[Entry, ...], hopeless: set[int]) -> Iterator[Finding]:
    """Find pairs of variables in one place, of equal weight, where a request fits rules of both.

    `hopeless` has the ids of rules that lose anyway, and are told of elsewhere.
    """
    for siblings in _siblings(entries):
        for one, other in islice(combinations(siblings, 2), _MOST_PAIRS):
            found = next(_contests(url_map, one[:_MOST_RULES], other[:_MOST_RULES]), None)
            if found is None:
                continue
            example, winner, loser = found
            users = one if any(entry is winner for entry in one) else other
            finding = _rivalry(url_map, example, winner, loser, users)
            if id(loser.rule) not in hopeless or isinstance(finding, Reordered):
                yield finding


def _siblings(entries: tuple[Entry, ...]) -> Iterator[list[list[Entry]]]:
    """Group the rules by what comes before a variable, its weight, and its shape; only rivals are given."""
    places: dict[tuple[object, ...], dict[object, list[Entry]]] = {}
    for entry in entries:
        for index, part in enumerate(entry.pattern.parts):
            if isinstance(part, Dynamic):
                key = (*entry.shapes[: index + 1], repr(part.weight))
                places.setdefault(key, {}).setdefault(entry.shapes[index + 1], []).append(entry)
    return (list(shapes.values()) for shapes in places.values() if len(shapes) > 1)


def _contests(
    url_map: Map, ones: list[Entry], others: list[Entry]
) -> Iterator[tuple[ExampleRequest, Entry, Entry]]:
    """Yield requests that fit a rule of each, with the winner and the loser."""
    for one in ones:
        for other in others:
            for example in chain(
                islice(examples(one.pattern), _MOST_EXAMPLES),
                islice(examples(other.pattern), _MOST_EXAMPLES),
            ):
                if _fits(one, example) and _fits(other, example):
                    decider = _asked(url_map, example).run.rule
                    if decider is one.rule:
                        yield example, one, other
                    elif decider is other.rule:
                        yield example, other, one


def _fits(entry: Entry, example: ExampleRequest) -> bool:
    fits = not obstacles_of(entry.pattern, asked_by(example))
    return fits and refusal_of(entry.rule, entry.pattern, asked_by(example)) is None


def _rivalry(
    url_map: Map, example: ExampleRequest, winner: Entry, loser: Entry, users: list[Entry]
) -> Finding:
    """Tell a plain order of registration from one that a rule without part in it has turned round."""
    first = min(users, key=lambda entry: entry.registered)
    if first is not winner and first.registered < loser.registered < winner.registered:
        pair = Map(
            [_copy(loser.rule), _copy(winner.rule)],
            converters=url_map.converters,
            host_matching=url_map.host_matching,
            default_subdomain=url_map.default_subdomain,
        )
        decider = _asked(pair, example).run.rule
        if decider is not None and decider.endpoint == loser.rule.endpoint:
            return Reordered(about=loser.named, winner=winner.named, cause=first.named, example=example)
    return OrderDecides(about=loser.named, winner=winner.named, example=example)


def _copy(rule: Rule) -> Rule:
    """Copy a rule; Rule.empty() alone loses two of its options."""
    copy = rule.empty()
    copy.websocket, copy.merge_slashes = rule.websocket, rule.merge_slashes
    return copy


def refusals(url_map: Map, entries: tuple[Entry, ...]) -> Iterator[RefusalHides]:
    """Find rules whose converter refuses values that another rule would take; as many as is cheap."""
    refusing = (entry for entry in entries if any(variable.refuses for variable in entry.pattern.variables))
    for entry in islice(refusing, max(1, _MOST_COMPARISONS // max(1, len(entries)))):
        for example in refused_examples(entry.pattern):
            search = _asked(url_map, example)
            if search.decision.decider is not entry.rule or not search.decision.refused:
                continue
            hidden = next((other for other in entries if other is not entry and _fits(other, example)), None)
            if hidden is not None:
                value = search.refusal.got if search.refusal else ""
                yield RefusalHides(about=entry.named, hidden=hidden.named, example=example, value=value)
                break


def _asked(url_map: Map, example: ExampleRequest) -> Search:
    arguments = (example.path, example.method, True, None, example.websocket)
    adapter = adapter_for(example, url_map)
    return Search(adapter, arguments, watch(adapter, arguments))
