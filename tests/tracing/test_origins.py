"""Where headers came from, by the lists that were seen after each stage."""

from __future__ import annotations

import pytest

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.response import AddedPart, Origin, Stage
from routelab.tracing.watching.origins import HeaderOrigins

VIEW, HOOK = Origin(stage=Stage.VIEW), Origin(stage=Stage.HOOK)


@pytest.mark.parametrize(
    ("sent", "also"),
    [
        ((("Vary", "A, B"),), (AddedPart(text="A", origin=VIEW),)),
        ((("Vary", "A"), ("Vary", "A, B")), ()),  # what is sent itself lives on in no other
    ],
)
def test_a_value_that_was_replaced_lives_on_in_the_one_that_was_sent(
    sent: Pairs, also: tuple[AddedPart, ...]
) -> None:
    origins = HeaderOrigins()
    origins.note([("Vary", "A")], VIEW)
    origins.note(sent, HOOK)
    last = origins.sent(sent)[-1]
    assert (last.value, last.origin, last.also) == ("A, B", HOOK, also)
