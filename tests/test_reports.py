"""What a process of tests leaves out of its reports, and when it leaves out none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import reports
from reports import Briefly, report_briefly


def report(when: str, outcome: str) -> Any:
    return SimpleNamespace(when=when, passed=outcome == "passed", outcome=outcome, keywords={"a": 1})


WELL = [report("setup", "passed"), report("call", "passed"), report("teardown", "passed")]
NO_SETUP = [report("setup", "failed"), report("teardown", "passed")]
SKIPPED = [report("setup", "skipped"), report("teardown", "passed")]
NO_TEARDOWN = [report("setup", "passed"), report("call", "failed"), report("teardown", "failed")]


@pytest.mark.parametrize(
    ("had", "told"),
    [(WELL, WELL[1:2]), (NO_SETUP, NO_SETUP[:1]), (SKIPPED, SKIPPED[:1]), (NO_TEARDOWN, NO_TEARDOWN[1:])],
)
def test_what_went_well_around_a_test_is_left_out(
    had: list[Any], told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    item: Any = SimpleNamespace(
        ihook=SimpleNamespace(pytest_runtest_logreport=lambda *, report: heard.append(report))
    )
    monkeypatch.setattr(reports, "runtestprotocol", lambda *_item, **_rest: had)
    assert Briefly().pytest_runtest_protocol(item, None)
    assert heard == told


@pytest.mark.parametrize(
    ("asked", "is_worker", "is_brief"),
    [({}, True, True), ({}, False, False), ({"durations": 3}, True, False), ({"maxfail": 1}, True, False)],
)
def test_who_asks_for_more_or_has_one_process_is_told_all(
    asked: dict[str, int], is_worker: bool, is_brief: bool
) -> None:
    plugins: list[object] = []
    config: Any = SimpleNamespace(getoption=asked.get, pluginmanager=SimpleNamespace(register=plugins.append))
    if is_worker:
        config.workerinput = {}
    report_briefly(config)
    assert [type(plugin) for plugin in plugins] == [Briefly] * is_brief
