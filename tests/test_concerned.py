"""`./check quick` runs the tests of the rooms that changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from concerned import ALWAYS, TESTS_OF, concerned
from support import ROOT


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("routelab/routing/search.py", ["tests/routing"]),
        ("routelab/cookies.py", ["tests/test_cookies.py"]),
        ("routelab/fates.py", ["tests/test_lab.py"]),  # a room without tests of its own
        ("tests/repl/test_piped.py", ["tests/repl/test_piped.py"]),
        ("tests/test_gone.py", []),
        ("lessons/01-the-loop/lesson.md", ["tests/test_docs.py", "tests/lessons"]),
        ("README.md", ["tests/test_docs.py"]),
        ("LICENSE", []),
    ],
)
def test_a_change_concerns_the_tests_of_its_room(changed: str, tests: list[str]) -> None:
    assert concerned([changed]) == [*ALWAYS, *tests]


def test_the_table_names_files_that_are_there() -> None:
    named = [*ALWAYS, *(f"tests/{name}" for names in TESTS_OF.values() for name in names)]
    assert [name for name in named if not Path(ROOT, name).is_file()] == []
    rooms = {path.stem for path in Path(ROOT, "routelab").iterdir()}
    assert TESTS_OF.keys() <= rooms
