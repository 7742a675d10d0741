"""The engine's oracle: each app and request gives on the engine what it gives on real Flask."""

from pathlib import Path

import pytest

from engine.cases_blueprints import CASES as BLUEPRINTS
from engine.cases_errors import CASES as ERRORS
from engine.cases_links import CASES as LINKS
from engine.cases_loop import CASES as LOOP
from engine.cases_requests import CASES as REQUESTS
from engine.cases_responses import CASES as RESPONSES
from engine.cases_routing import CASES as ROUTING
from engine.cases_templates import CASES as TEMPLATES
from engine.cases_tutorials import CASES as TUTORIALS
from engine.twins import ENGINE, FLASK, Case, run, write_files

CASES = (*ROUTING, *RESPONSES, *REQUESTS, *LINKS, *TEMPLATES, *ERRORS, *BLUEPRINTS, *LOOP, *TUTORIALS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_engine_and_flask_give_the_same(case: Case, tmp_path: Path) -> None:
    write_files(case, tmp_path)
    on_flask = run(case, FLASK, tmp_path)
    assert run(case, ENGINE, tmp_path) == on_flask
    assert (on_flask.load_error is None) == bool(case.requests or case.script)  # else the case tests nothing


def test_there_are_enough_requests() -> None:
    assert sum(len(case.requests) for case in CASES) >= 400
