"""Text on its way to a terminal: what steers it comes through as an escape, what is long is cut visibly."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hostile.steering import raw
from routelab.screen.blocks import BodyText
from routelab.screen.shown.body import body_text
from routelab.screen.text import escape, escape_json, escape_line
from tables import each


@each(
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
def test_json_with_escapes_means_the_same(text: str) -> None:
    for document in (json.dumps([text, {text: text}], ensure_ascii=False, indent=2), json.dumps(text)):
        shown = escape_json(document)
        assert json.loads(shown) == json.loads(document)
        assert raw(shown) == set()


@given(st.text())
def test_nothing_that_steers_a_terminal_comes_through(text: str) -> None:
    categories = {unicodedata.category(character) for character in escape(text).replace("\n", "")}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "\n" not in escape_line(text)


def test_a_long_body_is_cut_visibly_and_whole_on_request() -> None:
    body = b"x" * (3 * 80 + 10)
    cut = body_text(body, "text/plain", lines=3, whole="-b")
    assert (len(cut.text), cut.cut) == (3 * 80, "... (10 more characters; -b shows all)")
    assert body_text(body, "text/plain", lines=None, whole="-b") == BodyText(text=body.decode())


def test_lines_of_a_body_that_fold_count_as_often_as_they_fold() -> None:
    body = b"\n".join((b"a", b"b" * 100, b"c" * 100, b"d"))
    assert body_text(body, "text/plain", lines=4, whole="-b").text.split("\n") == ["a", "b" * 100, "c" * 80]
    assert body_text(body, "text/plain", lines=6, whole="-b").cut == ""


def test_a_binary_body_is_named() -> None:
    assert (
        body_text(b"\xff\xfe", "image/png", lines=None, whole="-b").text == "(2 bytes of image/png, not text)"
    )


@each(
    ("mimetype", "language"),
    [("text/html; charset=utf-8", "html"), ("Application/JSON", "json"), ("text/plain", ""), ("", "")],
)
def test_a_body_says_its_language(mimetype: str, language: str) -> None:
    assert body_text(b"x", mimetype, lines=None, whole="-b").language == language
