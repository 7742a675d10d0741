"""The engine's oracle: each app and request gives on the engine what it gives on real Flask."""

from pathlib import Path

import pytest
from cases_blueprints import CASES as BLUEPRINTS
from cases_errors import CASES as ERRORS
from cases_links import CASES as LINKS
from cases_loop import CASES as LOOP
from cases_requests import CASES as REQUESTS
from cases_responses import CASES as RESPONSES
from cases_routing import CASES as ROUTING
from cases_templates import CASES as TEMPLATES
from twins import ENGINE, FLASK, Case, run, write_files

CASES = (*ROUTING, *RESPONSES, *REQUESTS, *LINKS, *TEMPLATES, *ERRORS, *BLUEPRINTS, *LOOP)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_engine_and_flask_give_the_same(case: Case, tmp_path: Path) -> None:
    write_files(case, tmp_path)
    on_flask = run(case, FLASK, tmp_path)
    assert run(case, ENGINE, tmp_path) == on_flask
    assert (on_flask.load_error is None) == bool(case.requests or case.script)  # else the case tests nothing


def test_there_are_enough_requests() -> None:
    assert sum(len(case.requests) for case in CASES) >= 400
