"""A solution cut down to what one task needs, by a check that is asked of each attempt."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from routelab.lessons.minimal_solution import Texts, minimal_solution

APP, PAGE = PurePosixPath("app.py"), PurePosixPath("page.html")
MINE = "import a\n\none = 1\n\ntwo = 2\n\nthree = 3\n"
WANTED = "import a\nimport b\n\none = b.one\n\ntwo = 22\n\nthree = 33\n"


def whole(texts: Texts) -> str:
    return "".join(texts.values())


NEEDED = [
    ("one change", ["two = 22"], "import a\n\none = 1\n\ntwo = 22\n\nthree = 3\n"),
    ("two changes", ["two = 22", "three = 33"], "import a\n\none = 1\n\ntwo = 22\n\nthree = 33\n"),
    ("a name and its import", ["b.one"], "import a\nimport b\n\none = b.one\n\ntwo = 2\n\nthree = 3\n"),
    ("none", [], MINE),
    ("what all of it does not give", ["four"], WANTED),
]


@pytest.mark.parametrize(("wanted", "expected"), [case[1:] for case in NEEDED], ids=[c[0] for c in NEEDED])
def test_only_what_is_needed_is_changed(wanted: list[str], expected: str) -> None:
    def passes(texts: Texts) -> bool:
        text = whole(texts)
        loads = ("b.one" in text) <= ("import b" in text)
        return loads and all(each in text for each in wanted)

    assert minimal_solution({APP: MINE}, {APP: WANTED}, passes) == {APP: expected}


ONE_CHANGE = {
    "first": "def a():\n    return 1\n",
    "second": "def a():\n    return\n\n\ndef b():\n    x = 1\n\n    return 2\n",
    "third": "def a():\n    return\n\n\ndef c():\n    return 3\n",
}


@pytest.mark.parametrize(
    ("wanted", "which"), [("return 1", "first"), ("return 2", "second"), ("return 3", "third")]
)
def test_of_a_change_that_adds_several_functions_only_those_that_are_needed_are_made(
    wanted: str, which: str
) -> None:
    every = "def a():\n    return 1\n\n\ndef b():\n    x = 1\n\n    return 2\n\n\ndef c():\n    return 3\n"
    mine = "def a():\n    return\n"
    changed = minimal_solution({APP: mine}, {APP: every}, lambda texts: wanted in whole(texts))
    assert changed == {APP: ONE_CHANGE[which]}
    both = minimal_solution(
        {APP: mine},
        {APP: every},
        lambda texts: {"return 2", "return 3"} <= set(whole(texts).replace("    ", "").splitlines()),
    )
    assert whole(both) == every.replace("return 1", "return")


def test_files_that_are_not_needed_stay_as_they_are_or_away() -> None:
    changed = minimal_solution({APP: "a\n"}, {APP: "b\n", PAGE: "<p>\n"}, lambda texts: texts[APP] == "b\n")
    assert changed == {APP: "b\n"}
    changed = minimal_solution({APP: "a\n"}, {APP: "b\n", PAGE: "<p>\n"}, lambda texts: PAGE in texts)
    assert changed == {APP: "a\n", PAGE: "<p>\n"}


def test_what_uses_a_name_goes_before_what_makes_it() -> None:
    asked: list[str] = []

    def passes(texts: Texts) -> bool:
        asked.append(whole(texts))
        return ("use" in asked[-1]) <= ("make" in asked[-1])

    assert minimal_solution({APP: "0\n1\n"}, {APP: "make\n0\nuse\n1\n"}, passes) == {APP: "0\n1\n"}
    assert asked[:3] == ["make\n0\nuse\n1\n", "make\n0\n1\n", "0\n1\n"]
