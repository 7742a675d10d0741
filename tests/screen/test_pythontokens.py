"""What is coloured in Python: the same as Pygments has it, and of broken text as much as can be read."""

from __future__ import annotations

import subprocess
import sys

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

from routelab.screen.html.code import html_lines
from routelab.screen.pythontokens import pieces_of
from routelab.screen.rich.code import coloured
from routelab.screen.rich.looks import TOKENS
from support import ROOT
from tables import each

FILES = sorted(path for path in (ROOT / "lessons").rglob("*.py") if path.stat().st_size < 4_000)
STRING = "Token.Literal.String"


def kinds_by_pygments(text: str) -> list[str]:
    """Name the kind of each character, "" where it has no colour."""
    found = []
    for token, piece in get_lexer_by_name("python", stripnl=False).get_tokens(text):
        kind = str(token)
        while kind and kind not in TOKENS:
            kind = kind.rpartition(".")[0]
        found += [kind] * len(piece)
    return found


def kinds_by_pieces(text: str) -> list[str]:
    lines = text.split("\n")
    kinds = [[""] * (len(line) + 1) for line in lines]
    for number, begin, end, kind in pieces_of(lines):
        kinds[number][begin:end] = [kind] * (end - begin)
    return [kind for line in kinds for kind in line][:-1]


def test_colours_are_those_of_pygments_but_for_what_stands_inside_f_strings() -> None:
    characters = 0
    for file in FILES:
        text = file.read_text(encoding="utf-8").rstrip("\n")
        both = zip(text, kinds_by_pygments(text), kinds_by_pieces(text), strict=False)
        told = [(theirs, ours) for character, theirs, ours in both if not character.isspace()]
        characters += len(told)
        assert {pair for pair in told if pair[0] != pair[1] and pair[1] != STRING} == set(), file
        if 'f"' not in text:
            assert {pair for pair in told if pair[0] != pair[1]} == set(), file
    assert characters > 20_000


def test_pygments_is_not_loaded_for_python() -> None:
    """It takes a tenth of the time until a lesson's first prompt."""
    script = (
        "import sys; from routelab.screen.rich.code import coloured; coloured(('pass',), 'python'); "
        "sys.exit('pygments' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": str(ROOT)})


@each(
    ("text", "told"),
    [
        ("@app.get\ndef home():", ["@app", "def", "home"]),
        ("class A(B): pass", ["class", "A", "pass"]),
        ("x = a @ b if c and 1.5 else None  # so", ["if", "1.5", "else", "None", "# so"]),
        ('f"{a} b" + "c"', ['f"{a} b"', '"c"']),
        ('"""a\nb""" + 1', ['"""a', 'b"""', "1"]),
    ],
)
def test_each_kind_is_told(text: str, told: list[str]) -> None:
    lines = text.split("\n")
    assert [lines[number][begin:end] for number, begin, end, _ in pieces_of(lines)] == told


@each(
    "text",
    [
        "def f(:",
        "  x = 1\n y",
        "'''open",
        "a = 'b",
        "return (",
        "\0",
        "\udcff = 1",
        "1if x",
        "$",
        "",
        "é = 'ü'",
    ],
)
def test_text_that_is_not_whole_stays_as_it_is(text: str) -> None:
    lines = tuple(text.split("\n"))
    assert [line.plain for line in coloured(lines, "python")] == list(lines)
    assert len(html_lines(lines, "python")) == len(lines)
