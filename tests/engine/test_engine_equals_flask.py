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
from oldflask import is_old

CASES = (*ROUTING, *RESPONSES, *REQUESTS, *LINKS, *TEMPLATES, *ERRORS, *BLUEPRINTS, *LOOP, *TUTORIALS)
# What Flask has done in this way only since 3.1, as the engine does: `./check matrix` comes here with 3.0, too.
NEW_IN_3_1 = {
    "client-keeps-contexts",
    "client-settings-of-the-app",
    "config-defaults-and-sources",
    "ctx-server-name",
    "flash-messages",
    "max-content-length",
    "provide-automatic-options",
    "sess-cookie-settings",
    "sess-interface-of-its-own",
    "sess-old-keys-and-too-old-cookies",
    "sess-permanent-and-deleted",
    "sess-tampered",
    "stream-with-context",
    "trusted-hosts",
    "tut-first-steps",
    "tut-flashes-by-category",
    "tut-streams",
}
as_in_3_1 = pytest.mark.skipif(is_old(), reason="Flask does so from 3.1 on")
each_case = pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[as_in_3_1] if case.name in NEW_IN_3_1 else [])
        for case in CASES
    ],
)


@each_case
def test_engine_and_flask_give_the_same(case: Case, tmp_path: Path) -> None:
    write_files(case, tmp_path)
    on_flask = run(case, FLASK, tmp_path)
    assert run(case, ENGINE, tmp_path) == on_flask
    assert (on_flask.load_error is None) == bool(case.requests or case.script)  # else the case tests nothing


def test_there_are_enough_requests() -> None:
    assert {case.name for case in CASES} > NEW_IN_3_1
    assert sum(len(case.requests) for case in CASES) >= 400
