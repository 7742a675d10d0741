"""Tests that expect what Flask does only since 3.1: `./check matrix` leaves them out with Flask 3.0.

Each is named by its file, its function and how its parameters begin; "" stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version

import pytest

NEW_IN_3_1: Mapping[str, tuple[str, ...]] = {
    "test_hosts.py::test_five_commands_agree": (
        "off-flask",
        "off_for_a_blueprint-flask",
        "off_for_a_variable-flask",
        "untrusted-flask",
        "untrusted_host-flask",
    ),
    "test_hosts.py::test_a_request_of_another_host_is_offered_and_matches": ("flask",),
    "test_hosts.py::test_a_host_that_is_none_may_reach_what_names_no_host": ("",),
    "test_settings_unread.py::test_a_key_that_is_nearly_one_of_flasks": (
        "SECRET_KEY_FALLBACKS-flask",
        "TRUSTED_HOSTS-flask",
        "SESSION_COOKIE_PARTITIONED-flask",
        "MAX_FORM_MEMORY_SIZE-flask",
        "MAX_FORM_PARTS-flask",
        "PROVIDE_AUTOMATIC_OPTIONS-flask",
    ),
    "test_logs_told.py::test_what_is_logged_is_told_where_it_was_logged": (
        "app.logger-body",
        "a logger of one's own-body",
        "the root logger-body",
        "a logger that keeps to itself-body",
        "with an exception-body",
        "wsgi.errors-body",
        "print to wsgi.errors-body",
        "wsgi.errors without an end-body",
    ),
    "test_bundled_traces.py::test_both_engines_tell_a_lesson_alike": (
        "Files.SOLUTION-17",
        "Files.STARTER-21",
        "Files.SOLUTION-21",
    ),
    "test_cookies_browser.py::test_a_cookie_header_is_read_as_werkzeug_reads_it": ("",),
    "test_engines.py::test_both_engines_are_told_alike": ("hooks-GET /stream", "hooks-HEAD /stream"),
    "test_settings_named.py::test_the_limit_that_a_body_was_over_is_named": ("flask",),
    "test_settings_named.py::test_a_limit_that_the_request_has_itself_is_not_called_the_apps_setting": (
        "flask",
    ),
    "test_recorder.py::test_an_untrusted_host_is_refused_before_the_router_is_asked": ("flask",),
    "test_recorder.py::test_stream_with_context_pushes_the_context_once_more": ("flask",),
}


def is_old() -> bool:
    """Tell whether the Flask that is installed is 3.0."""
    return version("flask").startswith("3.0.")


def leave_out(items: Iterable[pytest.Item]) -> None:
    """Skip what this Flask does otherwise."""
    for item in items:
        test, _, parameters = item.nodeid.partition("[")
        new = NEW_IN_3_1.get(test.rpartition("/")[2], ())
        if parameters.removesuffix("]").startswith(new):
            item.add_marker(pytest.mark.skip(reason="Flask does so from 3.1 on"))
