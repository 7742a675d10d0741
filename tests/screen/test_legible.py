"""What a terminal is asked to colour can be read on the palettes that terminals have, light and dark ones."""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.color import Color

from routelab.screen.blocks import Meaning, line
from routelab.screen.rich.console import show
from routelab.screen.rich.looks import CHANGES, LOOKS, TITLES, TOKENS, TYPED
from support import ROOT
from tables import each

# Ground, text, and the colours 0 to 15.
PALETTES = {
    "xterm on white": """ffffff 000000 000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5
        7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff""",
    "macOS Basic": """ffffff 000000 000000 990000 00a600 999900 0000b2 b200b2 00a6b2 bfbfbf
        666666 e50000 00d900 e5e500 0000ff e500e5 00e5e5 e5e5e5""",
    "GNOME light": """ffffff 171421 171421 c01c28 26a269 a2734c 12488b a347ba 2aa1b3 d0cfcc
        5e5c64 f66151 33d17a e9ad0c 2a7bde c061cb 33c7de ffffff""",
    "VS Code light": """ffffff 333333 000000 cd3131 00bc00 949800 0451a5 bc05bc 0598bc 555555
        666666 cd3131 14ce14 b5ba00 0451a5 bc05bc 0598bc a5a5a5""",
    "Solarized Light": """fdf6e3 657b83 073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5
        002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3""",
    "xterm on black": """000000 e5e5e5 000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5
        7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff""",
    "GNOME dark": """1e1e1e d0cfcc 171421 c01c28 26a269 a2734c 12488b a347ba 2aa1b3 d0cfcc
        5e5c64 f66151 33d17a e9ad0c 2a7bde c061cb 33c7de ffffff""",
    "VS Code dark": """1e1e1e cccccc 000000 cd3131 0dbc79 e5e510 2472c8 bc3fbc 11a8cd e5e5e5
        666666 f14c4c 23d18b f5f543 3b8eea d670d6 29b8db e5e5e5""",
    "Solarized Dark": """002b36 839496 073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5
        002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3""",
    "Windows Campbell": """0c0c0c cccccc 0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc
        767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2""",
}
LIGHT = list(PALETTES)[:5]
NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
READ = 4.5  # to 1, what WCAG 2 asks of text (1.4.3)
SEEN = 3.0  # and of large text, and of what is no text (1.4.11)
STYLES = {
    *(look for meaning, look in LOOKS.items() if meaning.value != "faint"),
    *TITLES.values(),
    *CHANGES.values(),
    *TOKENS.values(),
    *TYPED.values(),
}
ELSEWHERE = [
    file
    for room in ("screen/rich", "repl", "commands")
    for file in sorted((ROOT / "routelab" / room).glob("*.py"))
    if file.name != "looks.py"
]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours_of(style: str, colours: list[str], *, bright_only: bool) -> tuple[str, str]:
    """Return what a style's colour is in a palette: as it is, and where bold text is bright; "" for none."""
    for word in style.replace("ansi", "").split():
        if word.startswith("#"):
            return word[1:], ""
        if word.startswith("color("):
            return Color.parse(word).get_truecolor().hex[1:], ""
        if word in NAMES:
            bright = colours[8 + NAMES.index(word)] if "bold" in style.split() else ""
            return "" if bright and bright_only else colours[NAMES.index(word)], bright
    return "", ""


def too_faint(style: str, name: str) -> list[str]:
    """Return what of a style does not stand out enough; reverse changes nothing about that."""
    ground, text, *colours = PALETTES[name].split()
    assert len(colours) == 16
    as_it_is, bright = colours_of(style, colours, bright_only=name == "Windows Campbell")
    wanted = min(READ, contrast(text, ground)) if name in LIGHT else SEEN
    asked = ((as_it_is, wanted), (bright, SEEN))
    return [
        f"{contrast(colour, ground):.1f}, not {least}"
        for colour, least in asked
        if colour and contrast(colour, ground) < least
    ]


@each("name", PALETTES)
def test_every_style_stands_out_from_the_ground_of_every_palette(name: str) -> None:
    found = {style: said for style in STYLES if (said := too_faint(style, name))}
    assert not found


@each("style", ["cyan", "bold green", "yellow", "ansicyan", "red", "magenta", "#999999", "color(160)"])
def test_a_style_that_is_faint_on_some_palette_is_found(style: str) -> None:
    assert any(too_faint(style, name) for name in PALETTES)


def test_only_what_may_be_passed_over_is_dim() -> None:
    assert not [style for style in STYLES if "dim" in style.split()]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "sent"), [("xterm", True), ("xterm-256color", True), ("dumb", False)])
def test_no_terminal_is_asked_for_a_colour_of_its_palette(
    term: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    show([line("404 NOT FOUND", Meaning.CLIENT_ERROR)])
    assert re.findall(r"\x1b\[1;([\d;]+)m", terminal.getvalue()) == (["38;5;130"] if sent else [])


@each("file", ELSEWHERE)
def test_no_colour_is_named_but_among_the_looks(file: Path) -> None:
    named = rf'"(?:[a-z]+ )*(?:ansi|bright_)?(?:{"|".join(NAMES)}|dim)(?: [a-z]+)*"'
    assert not re.findall(named, file.read_text(encoding="utf-8"))


def test_no_code_looks_like_what_is_wrong() -> None:
    assert LOOKS[Meaning.WRONG] not in TOKENS.values()
