"""What a query of the expectation language is: how it is written, and what it finds in a trace, or does not.

It knows no query in particular, and not how an expectation is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from routelab.oneof import OneOf
from routelab.record import Json, Record
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.trace import Trace


class Missing(OneOf):
    """Why a query found nothing, as it is said."""

    APP = "the app does not load"
    RESPONSE = "no response came out"
    MATCH = "the router was not asked"
    RULE = "no rule matched"
    VIEW = "no view ran"
    ARG = "there is no such argument"
    HEADER = "there is no such header"
    COOKIE = "no such cookie is set"
    JSON = "the body is not JSON"
    JSON_PART = "the JSON has no such part"
    EXCEPTION = "no exception was raised"
    LOAD_FAILURE = "the app loads"
    TEMPLATE = "no such template was used"
    CANDIDATE = "the app has no such rule"
    NOTE = "there is no such note"
    FINDING = "the trace shows no such finding"


class Seen(Record):
    """The value, exact and whole."""

    value: Json


class NotJson(Record):
    """A value is there, but no JSON value equals it: `type` "UUID", `repr` "UUID('...')"."""

    type: str
    repr: str


class Nothing(Record):
    """The query found nothing."""

    missing: Missing


Observation: TypeAlias = Seen | NotJson | Nothing


class Gives(OneOf):
    """The type of a query's value; of `arg` and `json` any JSON value can come."""

    NUMBER = "a number"
    TEXT = "text"
    ANY = "any value"


class FailureCause(OneOf):
    """What can be behind a failed expectation."""

    END = "the app did not load, or was stopped"
    RULES = "how the rules that came closest fared"
    RAISED = "an exception"


class Argument(Record):
    """What is written behind a query's name: what it `names`, and what docs/lessons.md says of it.

    `noun` is what the query then asks for in a sentence, `{}` standing for it; `refuse` says what is wrong
    with one.
    """

    names: str
    about: str
    noun: str
    required: bool = False
    refuse: Callable[[str], str | None] = lambda _argument: None


class Query(Record):
    """One query: how it is written, what it finds in a trace, and what explains that it was not as expected.

    One is the same only as itself.

    `find` is given the trace, or the last hop's where redirects were followed, and the argument. `words` are
    all its values, where they are few. `noun` is what it asks for in a sentence without an argument.
    `about` is what docs/lessons.md says that it gives, `{words}` standing for all of them.
    `told_at` is the kind of the step that answers it to somebody who sees the trace step by step.
    `rules` chooses the candidates that it asked about, by its argument and the value that was expected.
    """

    name: str
    noun: str
    gives: Gives
    about: str
    find: Callable[[Trace, str | None], Observation]
    told_at: str = "response"
    argument: Argument | None = None
    words: tuple[str, ...] = ()
    is_name: bool = False  # a word or a name differs as a whole: no first different character is told
    of_all_hops: bool = False
    reasons: frozenset[FailureCause] = frozenset(FailureCause)
    rules: Callable[[MatchStep, str, Json], tuple[PlacedCandidate, ...]] = lambda _step, _argument, _value: ()
    rules_alone: bool = False  # they are told whatever became of them, and no others

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def observe(self, trace: Trace, argument: str | None) -> Observation:
        """Ask a trace; with redirects followed, its last hop."""
        return self.find(trace if self.of_all_hops else trace.last_hop, argument)
