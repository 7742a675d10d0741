"""Tables of cases that one test goes through: pytest takes longer for a test than most of them take.

A case that needs fixtures of its own, or loads an app, is a test of its own: `pytest.mark.parametrize`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from inspect import signature
from typing import Any

import pytest

Test = Callable[..., None]


def each(names: str | Sequence[str], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Let a test go through all cases, written as for `pytest.mark.parametrize`; each that fails is told by its values."""
    table = [
        {names: case} if isinstance(names, str) else dict(zip(names, case, strict=True)) for case in cases
    ]
    assert table, "a table without a case proves nothing"

    def through_all(test: Test) -> Test:
        @wraps(test)
        def through(**fixtures: Any) -> None:
            failed = [error for case in table if (error := _failure(test, case, fixtures))]
            if len(failed) == 1:
                raise failed[0]
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(table)} cases", failed)

        asked = signature(test)
        fixtures = [it for name, it in asked.parameters.items() if name not in table[0]]
        through.__signature__ = asked.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return through

    return through_all


def _failure(test: Test, case: dict[str, Any], fixtures: dict[str, Any]) -> BaseException | None:
    try:
        test(**case, **fixtures)
    except (Exception, pytest.fail.Exception) as error:
        error.add_note("in the case " + ", ".join(f"{name}={value!r}" for name, value in case.items()))
        return error
    return None
