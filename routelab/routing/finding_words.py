"""Say in plain English what an audit found, and what was meant where that is not plain.

Pure functions from findings to text, without a full stop; they know neither terminal nor Werkzeug.
"""

from typing import assert_never
from urllib.parse import quote

from routelab.routing.converter_words import listed, quoted
from routelab.routing.finding import (
    Finding,
    ForeignVariable,
    GluedPrefix,
    NeverWins,
    NoHost,
    NoView,
    OddMethod,
    OrderDecides,
    Place,
    QueryInRule,
    RefusalHides,
    Reordered,
    SlashWithoutGet,
    Twice,
)
from routelab.routing.obstacle import Outranked
from routelab.routing.obstacle_words import methods_words, obstacle_words, plain
from routelab.routing.witness import Witness


def finding_words(finding: Finding) -> str:
    """Say what was found about `finding.place`."""
    match finding:
        case NeverWins():
            return _never_wins_words(finding)
        case Twice(first=first, shared=shared):
            methods = f" for {methods_words(shared)}" if shared else ""
            return f"is not reached{methods}: {_named(first)} has the same shape and was registered first"
        case OrderDecides(witness=witness, winner=winner):
            return (
                f"fits {_request(witness)} as {_named(winner)} does; their converters weigh the same, so the "
                "one that a rule used first at this place is tried first"
            )
        case Reordered(witness=witness, winner=winner, cause=cause):
            return (
                f"was registered before {_named(winner)} and yet loses {_request(witness)} to it, since "
                f"{_named(cause)} used the same converter at this place earlier"
            )
        case RefusalHides(witness=witness, hidden=hidden, value=value):
            return (
                f"refuses {quoted(value)}, and a refusal ends the search: {_request(witness)} is not found, "
                f"though {_named(hidden)} would take it"
            )
        case QueryInRule():
            return "has a question mark; the query string is no part of the path, so no ordinary URL fits"
        case ForeignVariable(text=text):
            name = text.strip("{}:")
            return f"has the fixed text {quoted(text)}; a variable is written <{plain(name)}>"
        case OddMethod(methods=methods):
            return _odd_method_words(methods)
        case SlashWithoutGet(place=place):
            without = plain(place.rule.rstrip("/"))
            return f"takes no GET, so GET {without} is a 404 where GET {plain(place.rule)} is a 405"
        case GluedPrefix(prefix=prefix):
            return f"begins with {plain(prefix)} as its blueprint does, but goes on without a slash"
        case NoView(place=place):
            return f"has the endpoint {quoted(str(place.endpoint))}, and there is no view function for it"
        case NoHost():
            return "names no host, and this map matches hosts: no request fits it"
        case _:
            assert_never(finding)


def _never_wins_words(finding: NeverWins) -> str:
    lost = f"{_request(finding.witness)} goes to {_named(finding.winner)}"
    said = f"no URL of {finding.tried} tried reaches it: {lost}"
    if finding.why is None:
        return said
    it = "it " if isinstance(finding.why, Outranked) else ""
    return f"{said}; {it}{obstacle_words(finding.why)}"


def _odd_method_words(methods: tuple[str, ...]) -> str:
    if all(len(method) == 1 for method in methods):
        letters = listed(tuple(map(quoted, methods)), "and")
        return f"has methods of one letter, {letters}: a list of texts was meant, not one text"
    odd = listed(tuple(f"{quoted(method)}" for method in methods), "and")
    return f"has the method {odd}, which no client sends; several methods are several texts in the list"


def _named(place: Place) -> str:
    return f"{plain(place.rule)} ({place.endpoint})"


def _request(witness: Witness) -> str:
    path = quote(witness.path, safe="!$&'()*+,/:;=@")
    return f"{witness.method} {path}" + (f" on {plain(witness.domain)}" if witness.domain else "")
