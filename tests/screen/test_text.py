"""Text on its way to a terminal: what steers it comes through as an escape, what is long is cut visibly."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routelab.screen.blocks import BodyText
from routelab.screen.shown.body import BODY_CHARACTERS, body_text
from routelab.screen.text import escape, escape_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ntext", "plain\ntext"),
        ("café 北京 🎵", "café 北京 🎵"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("bell\x07", "bell\\x07"),
        ("a\tb", "a    b"),
        ("a\rb", "a\\rb"),
        ("\u202eabc", "\\u202eabc"),
        ("a\u2028b", "a\\u2028b"),
        ("\x9bA", "\\x9bA"),
        ("\udc80", "\\udc80"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text())
def test_nothing_that_steers_a_terminal_comes_through(text: str) -> None:
    categories = {unicodedata.category(character) for character in escape(text).replace("\n", "")}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "\n" not in escape_line(text)


def test_a_long_body_is_cut_visibly_and_whole_on_request() -> None:
    body = b"x" * (BODY_CHARACTERS + 10)
    cut = body_text(body, "text/plain", whole="-v")
    assert (len(cut.text), cut.cut) == (BODY_CHARACTERS, "... (10 more characters; -v shows all)")
    assert body_text(body, "text/plain", whole=None) == BodyText(text=body.decode())


def test_a_binary_body_is_named() -> None:
    assert body_text(b"\xff\xfe", "image/png", whole=None).text == "(2 bytes of image/png, not text)"
