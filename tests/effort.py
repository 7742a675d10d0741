"""How much the tests try: what every change needs, or all that is worth an hour, as `./check long` asks for.

Both prove the same; the long form tries more examples of it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
LONG_FORM = os.environ.get("ROUTELAB_TESTS") == "long"
_MORE = 50


def examples(number: int) -> int:
    """Return how many examples of something random are tried; `number` of them in the short form."""
    return number * _MORE if LONG_FORM else number


def chosen(every: Sequence[Item], few: Sequence[Item]) -> Sequence[Item]:
    """Return all of the items, or, in the short form, a few that stand for the others."""
    assert set(few) <= set(every)
    return every if LONG_FORM else few
