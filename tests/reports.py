"""What a process of tests tells the one that shows them: of each test how it went, and no more where nobody asks for it.

Without this it has six messages: that it begins and ends, and a report of its setup, of itself, and of its teardown. To
write and to read one takes a tenth of a millisecond each, and there are thousands of tests.
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol

_ASKING = ("durations", "maxfail", "xmlpath")  # for how long each part took, and for what is known at once


def report_briefly(config: pytest.Config) -> None:
    """Tell only how each test went, if this process is one of several, and nobody asked for more."""
    if hasattr(config, "workerinput") and not any(config.getoption(name, None) for name in _ASKING):
        config.pluginmanager.register(Briefly())


class Briefly:
    """Runs a test as pytest does, and leaves out of what is reported a setup and a teardown that went well."""

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        for report in runtestprotocol(item, log=False, nextitem=nextitem):
            if report.when == "call" or not report.passed:
                report.keywords = {}  # which are for who chooses among reports, and make most of one
                item.ihook.pytest_runtest_logreport(report=report)
        return True
