"""How much the tests try: what every change needs, or all that is worth an hour, as `./check long` asks for.

Both prove the same; the long form tries more examples of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

Item = TypeVar("Item")
ENGINES = ("routelab", "flask")
LONG_FORM = os.environ.get("ROUTELAB_TESTS") == "long"
_MORE = 50
_MANY = 4  # cases of a test that are tried on one engine each


def examples(number: int) -> int:
    """Return how many examples of something random are tried; `number` of them in the short form."""
    return number * _MORE if LONG_FORM else number


def chosen(every: Sequence[Item], few: Sequence[Item]) -> Sequence[Item]:
    """Return all of the items, or, in the short form, a few that stand for the others."""
    assert set(few) <= set(every)
    return every if LONG_FORM else few


def unneeded(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return what the short form leaves out: cases of a test that has many, on the one engine or the other.

    Each case is tried on one of them, and each engine has half of the cases. That the engines are alike is proven
    by the tests that compare them.
    """
    tests: dict[str, dict[str, dict[str, pytest.Item]]] = {}
    for item in () if LONG_FORM else items:
        test, _, case = item.nodeid.partition("[")
        words = case.rstrip("]").split("-")
        found = [engine for engine in ENGINES if engine in words]
        if len(found) == 1:
            words.remove(found[0])
            tests.setdefault(test, {}).setdefault("-".join(words), {})[found[0]] = item
    return {
        item
        for cases in tests.values()
        if len(cases) >= _MANY
        for number, on in enumerate(cases.values())
        for engine, item in on.items()
        if len(on) == len(ENGINES) and engine != _turn(number)
    }


def _turn(number: int) -> str:
    """Return an engine, by a series that no number of values of another parameter falls into step with."""
    return ENGINES[number.bit_count() % 2]
