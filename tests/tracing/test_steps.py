"""What holds for every kind of step: its words are its own, and it is read back as it was written."""

from __future__ import annotations

from typing import get_args

from routelab.tracing.steps.kinds import KINDS, AnyStep


def test_no_two_kinds_of_step_are_called_the_same() -> None:
    kinds = get_args(AnyStep)
    assert len(KINDS) == len(kinds)
    assert len({kind.title() for kind in kinds}) == len(kinds)
    assert len({kind.label or kind.kind() for kind in kinds}) == len(kinds)
