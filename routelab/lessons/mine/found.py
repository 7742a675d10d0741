"""What was found in an app of the learner's own, or not, and how that is said.

It knows rules and requests that were sent, and not what is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from routelab.lessons.mine.look import Look, Visit
from routelab.router import RouteRow
from routelab.tracing.findings.table import FOREIGN_VARIABLE
from routelab.tracing.phrases import count
from routelab.tracing.trace import Trace

NAMED = 4  # rules that a sentence names; of more it gives the number


class FoundThing(NamedTuple):
    """Something that was found: in a word, and the trace of the request that found it, where one did."""

    said: str
    trace: Trace | None = None


class Looked(NamedTuple):
    """What a look found, and what is said where it found nothing."""

    things: tuple[FoundThing, ...]
    nothing: str


def thing_of(look: Look, visit: Visit) -> FoundThing:
    """Say what was asked and which function it led to: "GET /recipes/1 (show_recipe)"."""
    row = look.rule_of(visit.trace) or visit.row
    view = "" if row is None or not row.place.function else f" ({row.place.function})"
    return FoundThing(f"{visit.trace.request.words}{view}", visit.trace)


def found_by(look: Look, visits: Iterable[Visit], nothing: str) -> Looked:
    """Take each of these requests for a thing that was found."""
    return Looked(tuple(thing_of(look, visit) for visit in visits), nothing)


def rules_in_words(rows: tuple[RouteRow, ...]) -> str:
    """Say which rules an app has: "Your app has 2 rules: `/` (home) and `/about` (about)."."""
    if not rows:
        return "Your app has no rule yet."
    if len(rows) > NAMED:
        names = ", ".join(rule_words(row) for row in rows[:NAMED])
        return f"Your app has {count(len(rows), 'rule')}: {names} and {len(rows) - NAMED} more."
    *first, last = [rule_words(row) for row in rows]
    names = f"{', '.join(first)} and {last}" if first else last
    return f"Your app has {count(len(rows), 'rule')}: {names}."


def rule_words(row: RouteRow) -> str:
    """Name a rule with its view: "`/about` (about)"."""
    return f"`{row.rule}` ({row.place.function or row.endpoint})"


def no_rule(look: Look, wanted: str) -> str:
    """Say which rules there are, and what none of them has: "None of them has a variable."."""
    rows = look.rules
    if not rows:
        return rules_in_words(rows)
    which = "It" if len(rows) == 1 else "None of them"
    odd = (found[0] for row in rows for found in FOREIGN_VARIABLE.finditer(row.rule))
    piece = next(odd, None) if "variable" in wanted else None
    meant = f": `{piece}` is literal text, a variable is written `<{piece.strip('{}:')}>`" if piece else ""
    return f"{rules_in_words(rows)} {which} {_verb(wanted, len(rows))}{meant}."


def _verb(wanted: str, number: int) -> str:
    """Negate "has a variable" for one rule, and leave it after "None of them"."""
    if number > 1:
        return wanted
    first, _, rest = wanted.partition(" ")
    verb = {
        "has": "have",
        "belongs": "belong",
        "ends": "end",
        "stands": "stand",
        "accepts": "accept",
        "answers": "answer",
    }
    return f"is not {rest}" if first == "is" else f"does not {verb.get(first, first)} {rest}"
