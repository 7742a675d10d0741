"""What a warm parent rehearses works: where it fails nobody is told, and each worker pays for it."""

from __future__ import annotations

import pytest

from routelab.worker.rehearsal import perform
from support import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rehearsal_answers_as_its_app_does(engine: str) -> None:
    answers = [trace.response.status for trace in perform(engine) if trace.response is not None]
    assert answers == [200, 200, 201, 404, 404, 405]
