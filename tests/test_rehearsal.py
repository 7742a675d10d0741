"""What a warm parent rehearses works: where it fails nobody is told, and each worker pays for it."""

from __future__ import annotations

import sys

import pytest

from here import process_of
from routelab.worker.rehearsal import perform
from support import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rehearsal_answers_as_its_app_does_and_leaves_nothing(engine: str) -> None:
    with process_of(engine):
        finders = sys.meta_path[:]
        loaded, *traces, routes = perform(engine)
        assert "app" not in sys.modules
        assert sys.meta_path == finders
    assert loaded["loaded"]["loaded"] == "app"
    answers = [said["trace"]["response"]["status"] for said in traces]
    assert answers == [200, 200, 201, 404, 404, 200, 302, 410, 500, 405, 200]
    assert len(routes["table"]["routes"]) > 8
