"""Pictures: a screen as SVG, that needs nothing from elsewhere, is the same each time, and keeps text as text.

`pytest tests/screen/test_pictures.py --rewrite` makes those of the documents anew.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from routelab.screen.blocks import CopyLine, line
from routelab.screen.rich.picture import picture
from screen.samples import HOSTILE, samples
from support import ROOT, Cli

PICTURES = ROOT / "docs" / "pictures"
COMMANDS = {
    "not-found": "routelab request GET /post/hello",
    "method-not-allowed": "routelab match DELETE /login",
    "routes": "routelab routes",
    "decorator": "routelab request -A shop.py --engine routelab GET /order/7/delete",
    "error-in-view": "routelab request -A shop.py --engine routelab GET /price/milk",
}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    """Return the lines of text that stand in a picture; it must be well formed."""
    return [
        "".join(text.itertext()).replace("\xa0", " ").rstrip()
        for text in ElementTree.fromstring(svg).iter(f"{NAMESPACE}text")
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_pictures_of_the_documents_show_what_the_commands_print(
    name: str, cli: Cli, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    program, *arguments = shlex.split(COMMANDS[name])
    if "shop.py" in arguments:
        shutil.copy(PICTURES / "shop.py", tmp_path)
    ended = cli(*arguments, "--format", "svg", folder=tmp_path)
    file = PICTURES / f"{name}.svg"
    if request.config.getoption("--rewrite"):
        file.write_text(ended.out, encoding="utf-8")
    assert words(ended.out)[0] == f"{program} {shlex.join(arguments)}"
    assert words(ended.out) == words(file.read_text(encoding="utf-8")), (
        f"{name}.svg is an old picture; pytest {Path(__file__).name} --rewrite"
    )
    assert f"pictures/{name}.svg" in (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")


def test_there_is_a_picture_in_the_readme() -> None:
    assert "](docs/pictures/not-found.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_picture_is_the_same_wherever_it_is_drawn(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("match", "GET", "/user/alice", "--format", "svg")
    here = cli(*arguments).out
    for name, value in (("NO_COLOR", "1"), ("COLUMNS", "40"), ("TERM", "dumb"), ("FORCE_COLOR", "1")):
        monkeypatch.setenv(name, value)
        assert cli(*arguments).out == here, name


def test_a_picture_asks_nobody_for_anything(cli: Cli) -> None:
    drawn = cli("request", "GET", "/post/hello", "--format", "svg").out
    assert re.findall(r"https?://[^\"' ]+", drawn) == ["http://www.w3.org/2000/svg"]
    assert re.findall(r"url\((?!#)|@import", drawn) == []
    names = {name for element in ElementTree.fromstring(drawn).iter() for name in element.attrib}
    assert not names & {"href", "src", "style", "onload"}


@pytest.mark.parametrize(
    "text", ["words", HOSTILE, "\ufffe\uffff<b>&]]>", "e\u0301\u200d" * 400, "\u5317" * 900]
)
def test_every_block_stays_text_in_a_picture(text: str) -> None:
    for block in samples(text):
        drawn = picture([block], title=text)
        assert set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\ufffe\uffff]", drawn)) == set()
        tree = ElementTree.fromstring(drawn)
        kinds = {element.tag.removeprefix(NAMESPACE) for element in tree.iter()}
        assert kinds <= {"svg", "style", "defs", "clipPath", "rect", "g", "circle", "text"}, type(block)


def test_a_line_for_copying_is_whole_in_a_picture() -> None:
    command = "routelab request -A shop.py GET " + "/a-long-segment" * 9
    shown = words(picture([CopyLine(text=command)], title="t"))[1:]  # a space where it folds is lost
    assert "".join(shown).replace(" ", "") == command.replace(" ", "")


def test_two_pictures_on_one_page_do_not_share_names() -> None:
    one, other = (picture([line(text)], title="") for text in ("one", "other"))
    names = [set(re.findall(r'id="([^"]+)"', drawn)) for drawn in (one, other)]
    assert not names[0] & names[1]
    assert picture([line("one")], title="") == one


def test_a_result_goes_to_a_file_whole_or_not_at_all(cli: Cli, tmp_path: Path) -> None:
    ended = cli("match", "GET", "/user/alice", "--format", "svg", "-o", "here.svg", folder=tmp_path)
    assert (ended.code, ended.out) == (0, "")
    drawn = (tmp_path / "here.svg").read_text(encoding="utf-8")
    assert words(drawn)[0] == "routelab match GET /user/alice"
    for form in ("plain", "json"):
        cli("match", "/user/alice", "--format", form, f"--output={form}.txt", folder=tmp_path)
        told = (tmp_path / f"{form}.txt").read_text(encoding="utf-8")
        assert told == cli("match", "/user/alice", "--format", form, folder=tmp_path).out
    for name, reason in (("no/where.svg", "No such file or directory"), (".", "Is a directory")):
        ended = cli("match", "/user/alice", "--format", "svg", "-o", name, folder=tmp_path)
        assert (ended.code, ended.err) == (1, f"routelab: cannot write {name!r}: {reason}\n")


def test_the_tails_of_the_last_line_are_not_cut_off() -> None:
    svg = picture([line("gypsy")], title="")
    clip = next(
        it for it in ElementTree.fromstring(svg).iter(f"{NAMESPACE}clipPath") if "terminal" in it.attrib["id"]
    )
    assert next(iter(clip)).attrib["height"] == "100%"
