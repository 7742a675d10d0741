"""Expectations, the language of tasks: `status == 200`, `arg "post_id" == -5`, `header "Allow" not exists`.

Records, and the way back to text; it must not know how a line is read, nor what a query finds.
"""

from __future__ import annotations

import json

from routelab.errors import RoutelabError
from routelab.lessons.query import Query
from routelab.oneof import OneOf
from routelab.record import Json, Record


class Predicate(OneOf):
    """What can be said of a value."""

    EQUALS = "=="
    DIFFERS = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    MATCHES = "matches"
    EXISTS = "exists"
    IS_EMPTY = "isEmpty"


WITHOUT_VALUE = (Predicate.EXISTS, Predicate.IS_EMPTY)


class Question(Record):
    """A query with its argument: `header "Allow"`."""

    query: Query
    argument: str | None = None


class Expectation(Record):
    """What must hold of a trace; `value` is None also where the predicate takes none."""

    question: Question
    predicate: Predicate
    value: Json = None
    negated: bool = False


class ExpectationError(RoutelabError):
    """A text that is no expectation, or no query."""

    def __init__(self, typed: str, problem: str) -> None:
        self.typed, self.problem = typed, problem
        super().__init__(f"{quoted(typed, 70)}: {problem}")


def quoted(text: str, columns: int = 50) -> str:
    """Quote what was typed, cut where it would fill the line."""
    shown = repr(text)
    return shown if len(shown) <= columns else f"{shown[: columns - 4]}...{shown[0]}"


def literal(value: Json) -> str:
    """Write a value as an expectation has it: `"a"`, `42`, `[1, null]`."""
    return json.dumps(value, ensure_ascii=False)


def question_text(question: Question) -> str:
    """Write `header "Allow"`."""
    argument = "" if question.argument is None else f" {literal(question.argument)}"
    return f"{question.query.name}{argument}"


def expectation_text(expectation: Expectation) -> str:
    """Write an expectation in its one canonical form; reading that gives the same expectation."""
    negation = "not " if expectation.negated else ""
    value = "" if expectation.predicate in WITHOUT_VALUE else f" {literal(expectation.value)}"
    return f"{question_text(expectation.question)} {negation}{expectation.predicate.value}{value}"
