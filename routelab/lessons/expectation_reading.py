"""A typed line to an Expectation: `QUERY ["ARG"] [not] PREDICATE VALUE`.

Whatever is wrong is said in one line, with the near miss. It must not know lessons or traces.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from routelab.lessons.expectation import (
    WITHOUT_VALUE,
    Expectation,
    ExpectationError,
    Predicate,
    Question,
    literal,
    quoted,
)
from routelab.lessons.queries import QUERIES
from routelab.lessons.query import Gives, Query
from routelab.record import Json
from routelab.wholenumber import whole_number

_PREDICATES = {predicate.value: predicate for predicate in Predicate}
# What people write who know another language.
_MEANT = {
    "=": "==",
    "===": "==",
    "is": "==",
    "equals": "==",
    "<>": "!=",
    "=<": "<=",
    "=>": ">=",
    "in": "contains",
    "includes": "contains",
    "has": "contains",
    "present": "exists",
    "empty": "isEmpty",
    "matching": "matches",
}
_WORD = re.compile(r"[^\W\d]\w*|[=!<>]+|\S+")
_ORDERS = (Predicate.BELOW, Predicate.AT_MOST, Predicate.ABOVE, Predicate.AT_LEAST)
_OF_TEXT = (Predicate.CONTAINS, Predicate.STARTS_WITH, Predicate.ENDS_WITH, Predicate.MATCHES)
_EQUALITIES = (Predicate.EQUALS, Predicate.DIFFERS)


def read_expectation(typed: str) -> Expectation:
    """Read one expectation; raises ExpectationError."""
    reader = _Reader(typed)
    question = reader.question()
    negated, predicate = reader.predicate()
    value = None if predicate in WITHOUT_VALUE else reader.value(predicate)
    reader.end()
    _check_sense(typed, question.query, predicate, value)
    return Expectation(question=question, predicate=predicate, value=value, negated=negated)


def read_question(typed: str) -> Question:
    """Read a query alone, as a prediction asks it: `status`, `arg "post_id"`; raises ExpectationError."""
    reader = _Reader(typed)
    question = reader.question()
    reader.end()
    return question


class _Reader:
    """Takes one part after the other off a typed line."""

    def __init__(self, typed: str) -> None:
        self._typed = typed
        self._rest = typed.strip()

    def question(self) -> Question:
        if not self._rest:
            self._fail("it is empty; write a query and what you expect of it, as in: status == 200")
        word = self._word()
        if word not in QUERIES:
            self._fail(f"there is no query {quoted(word)}; {_near(word, QUERIES)}")
        query = QUERIES[word]
        return Question(query=query, argument=self._argument(query))

    def predicate(self) -> tuple[bool, Predicate]:
        word = self._word()
        negated = word == "not"
        if negated:
            word = self._word()
        if word not in _PREDICATES:
            self._refuse_predicate(word)
        return negated, _PREDICATES[word]

    def value(self, predicate: Predicate) -> Json:
        if not self._rest:
            self._fail(f"what {predicate.value} compares with is missing; write it after {predicate.value}")
        value, end = self._json()
        if self._rest[end:].strip():
            self._fail(f"it should end after {self._rest[:end]}; write one expectation for each thing")
        self._rest = ""
        return value

    def end(self) -> None:
        if self._rest:
            self._fail(f"it should end before {quoted(self._rest)}; write one expectation for each thing")

    def _argument(self, query: Query) -> str | None:
        if not self._rest.startswith('"'):
            if query.argument is not None and query.argument.required:
                self._fail(f'{query.name} needs {query.argument.names}, in double quotes: {query.name} "..."')
            return None
        if query.argument is None:
            self._fail(f'{query.name} takes no argument; did you mean {query.name} == "..."?')
        read, end = self._json()
        argument = str(read)
        self._rest = self._rest[end:].lstrip()
        if problem := query.argument.refuse(argument):
            self._fail(f"{quoted(argument)} {problem}")
        return argument

    def _word(self) -> str:
        word = _WORD.match(self._rest)
        if word is None:
            return ""
        self._rest = self._rest[word.end() :].lstrip()
        return word[0]

    def _json(self) -> tuple[Json, int]:
        """Read the JSON literal at the start of the rest; returns it with its length."""
        try:
            value, end = _DECODER.raw_decode(self._rest)
        except RecursionError:
            self._fail("its value is nested too deeply; ask for a part of it")
        except ValueError:
            self._fail(_not_json(self._rest))
        return value, end

    def _refuse_predicate(self, word: str) -> NoReturn:
        if not word:
            self._fail(f"a predicate is missing; write one of {' '.join(_PREDICATES)}")
        if word in _MEANT:
            self._fail(f"{word!r} is not a predicate; did you mean {_MEANT[word]!r}?")
        self._fail(f"{quoted(word)} is not a predicate; {_near(word, _PREDICATES)}")

    def _fail(self, problem: str) -> NoReturn:
        raise ExpectationError(self._typed, problem)


def _check_sense(typed: str, query: Query, predicate: Predicate, value: Json) -> None:
    """Refuse what no trace could ever fulfil: `status == "200"`."""
    if predicate in _ORDERS:
        _check_order(typed, query, predicate, value)
    elif query.gives is Gives.NUMBER and (predicate in _OF_TEXT or predicate is Predicate.IS_EMPTY):
        raise ExpectationError(typed, f"{query.name} is a number; compare it with == != < <= > >=")
    elif query.gives is not Gives.ANY and predicate in _EQUALITIES:
        _check_equality(typed, query, value)
    elif predicate in (Predicate.STARTS_WITH, Predicate.ENDS_WITH, Predicate.MATCHES) or (
        predicate is Predicate.CONTAINS and query.gives is Gives.TEXT
    ):
        _check_text(typed, predicate, value)


def _check_order(typed: str, query: Query, predicate: Predicate, value: Json) -> None:
    if query.gives is Gives.TEXT:
        raise ExpectationError(typed, f"{query.name} is text, and {predicate.value} compares numbers")
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ExpectationError(
            typed, f"{predicate.value} compares numbers, and {literal(value)} is not a number"
        )


def _check_equality(typed: str, query: Query, value: Json) -> None:
    name = query.name
    if query.gives is Gives.NUMBER and type(value) is not int:
        number = whole_number(value) if isinstance(value, str) else None
        example = f"{name} == {2 if number is None else number}"
        raise ExpectationError(typed, f"{name} is a whole number; write it without quotes, as in {example}")
    if query.gives is Gives.TEXT and not isinstance(value, str):
        raise ExpectationError(
            typed, f"{name} is text; write it in double quotes, or say that there is none: {name} not exists"
        )
    if query.words and value not in query.words:
        raise ExpectationError(typed, f"{name} is never {literal(value)}; {_near(str(value), query.words)}")


def _check_text(typed: str, predicate: Predicate, value: Json) -> None:
    if not isinstance(value, str):
        raise ExpectationError(
            typed, f"{predicate.value} takes a string in double quotes, not {literal(value)}"
        )
    if predicate is Predicate.MATCHES:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                re.compile(value)
        except (re.error, OverflowError, RecursionError, Warning) as error:
            raise ExpectationError(typed, f"{quoted(value)} is not a regular expression: {error}") from None


def _not_json(rest: str) -> str:
    word = rest.split()[0]
    if word in ("True", "False", "None"):
        meant = {"True": "true", "False": "false", "None": "null"}[word]
        return f"{word} is Python; expectations have {meant}"
    if rest[0] == "'" or rest[0].isalpha() or rest[0] in "/<":
        return f"write strings in double quotes: {literal(_cut(rest).strip(chr(39)))}"
    return f"{quoted(rest)} is not a JSON value; write 42, true, null, [1, 2] or text in double quotes"


def _near(word: str, known: Iterable[str]) -> str:
    names = tuple(known)
    near = get_close_matches(word, names, n=1) or [n for n in names if n.lower() == word.lower()]
    return f"did you mean {near[0]!r}?" if near else f"it is one of {' '.join(names)}"


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
