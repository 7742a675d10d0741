"""Each case of a table is tried, whichever fail, and those are named."""

from __future__ import annotations

import inspect

import pytest

from tables import each


def test_a_test_is_called_with_each_case_and_with_its_fixtures() -> None:
    seen = []

    @each("letter", "ab")
    @each(("number", "word"), [(1, "one"), (2, "two")])
    def test(letter: str, number: int, word: str, tmp_path: str) -> None:
        seen.append((letter, number, word, tmp_path))

    assert [*inspect.signature(test).parameters] == ["tmp_path"]
    test(tmp_path="here")
    assert seen == [(letter, *pair, "here") for letter in "ab" for pair in [(1, "one"), (2, "two")]]


def test_each_case_that_fails_is_named_and_the_others_are_tried() -> None:
    @each("number", [1, 0, 2, None])
    def test(number: int) -> None:
        assert 2 / number != 1

    with pytest.raises(ExceptionGroup, match="3 of 4 cases") as raised:
        test()
    told = [(type(error), error.__notes__) for error in raised.value.exceptions]
    assert told == [
        (ZeroDivisionError, ["in the case number=0"]),
        (AssertionError, ["in the case number=2"]),
        (TypeError, ["in the case number=None"]),
    ]


def test_the_only_one_that_fails_is_told_as_of_a_test_of_its_own() -> None:
    @each(("number", "word"), [(1, "one"), (2, "two")])
    def test(number: int, word: str) -> None:
        if number == 2:
            pytest.fail("no such number")

    with pytest.raises(pytest.fail.Exception, match="no such number") as raised:
        test()
    assert raised.value.__notes__ == ["in the case number=2, word='two'"]


def test_a_table_has_a_case() -> None:
    with pytest.raises(AssertionError, match="proves nothing"):
        each("number", [])
