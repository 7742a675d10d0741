"""What is read of Python files: their text alone, quietly, and nothing of what cannot be read."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from routelab.pythontext import parsed

PACKAGE = Path(__file__).parents[1] / "routelab"
# What is typed at a prompt or a command line, and what must be told apart from a file with mistakes.
ELSEWHERE = {"lessons/sources.py", "loading/apps.py", "loading/meant.py", "requestline/urlfor.py"}


def test_a_backslash_is_no_business_of_ours() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert len(parsed(r"found = '\d+'").body) == 1
    assert told == []


@pytest.mark.parametrize("source", ["def", "x = 1\0", "(" * 500, b"\xff", "", b""])
def test_what_cannot_be_read_is_empty(source: str | bytes) -> None:
    assert parsed(source).body == []


def test_nobody_else_parses_files() -> None:
    files = {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in PACKAGE.rglob("*.py")}
    assert {name for name, text in files.items() if "ast.parse(" in text} == {*ELSEWHERE, "pythontext.py"}
