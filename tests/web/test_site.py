"""`routelab web`: what the site is made of, and what it refuses."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from routelab.web.parcel import PYODIDE
from screen.documents import Document
from sessions import BUNDLED, write_lesson
from support import Cli

PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    """Make a folder with the names of Pyodide's files."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in PARTS:
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"version": PYODIDE}), encoding="utf-8")
    return folder


def write(cli: Cli, folder: Path, pyodide: Path, *lessons: str) -> Path:
    ended = cli("web", str(folder), *lessons, "--pyodide", str(pyodide))
    assert (ended.code, ended.err) == (0, "")
    assert f"python -m http.server --directory {folder} --bind 127.0.0.1" in ended.out
    return folder


def packed(site: Path) -> ZipFile:
    return ZipFile(BytesIO((site / "python.zip").read_bytes()))


def test_the_site_has_the_lessons_and_pure_python_alone(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    site = write(cli, tmp_path / "site", pyodide)
    names = packed(site).namelist()
    lessons = {name.split("/")[3] for name in names if name.startswith("routelab/lessons/bundled/")}
    beside = {"playground", "glossary.toml", "demos", "explain"}
    assert lessons == {*(folder.name for folder in BUNDLED), *beside}
    assert {"werkzeug/routing/matcher.py", "markupsafe/_native.py", "routelab/web/tab.py"} <= set(names)
    assert "routelab/screen/html/player.js" in names
    assert [name for name in names if name.endswith((".so", ".pyd", ".pyc"))] == []
    assert [name for name in names if name.startswith(("rich/", "prompt_toolkit/", "flask/"))] == []
    for part in PARTS:
        assert (site / "pyodide" / part).read_text(encoding="utf-8") == part


def test_the_same_site_is_the_same_bytes_and_is_written_over(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    one = write(cli, tmp_path / "one", pyodide, "1")
    before = {path.name: path.read_bytes() for path in one.rglob("*") if path.is_file()}
    write(cli, one, pyodide, "1")
    assert {path.name: path.read_bytes() for path in one.rglob("*") if path.is_file()} == before
    other = write(cli, tmp_path / "other", pyodide, "2")
    assert (other / "offline.js").read_bytes() != (one / "offline.js").read_bytes()


def test_lessons_are_chosen_by_number_name_or_folder(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    own = write_lesson(tmp_path / "20-mine")
    site = write(cli, tmp_path / "site", pyodide, "2", "the-loop", str(own))
    names = {name.split("/")[3] for name in packed(site).namelist() if "/bundled/" in name}
    assert {name for name in names if name[0].isdigit()} == {"01-the-loop", "02-dynamic-segments", "20-mine"}


def test_the_page_asks_nobody_else_for_anything(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    site = write(cli, tmp_path / "site", pyodide, "1")
    page = (site / "index.html").read_text(encoding="utf-8")
    document = Document(re.sub(r"<(input|link)\b([^>]*)>", r"<\1\2></\1>", page))
    policy = next(found["content"] for _, found in document.tags if "http-equiv" in found)
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'")
    assert "unsafe-inline" not in policy
    assert "http" not in policy
    links = {*document.attributes("src"), *document.attributes("href")}
    assert {it for it in links if not it.startswith("#")} == {"site.js", "site.css"}
    assert document.attributes("style") == []
    for name in (*(it.name for it in site.glob("*.js")), "site.css"):
        text = (site / name).read_text(encoding="utf-8")
        assert re.findall(r"https?://|//[a-z]+\.[a-z]", text) == [], name
    kept = json.loads(re.search(r"const files = (.*);", (site / "offline.js").read_text())[1])  # type: ignore[index]
    served = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert set(kept) == served - {"offline.js", ".routelab-site"}


def test_bad_input_gets_one_line(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    lesson = write_lesson(tmp_path / "mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    cases = [
        ("full", (), pyodide, "holds something else"),
        ("file", (), pyodide, "holds something else"),
        ("file/site", (), pyodide, "cannot be written"),
        ("mine/site", (str(lesson),), pyodide, "is inside a lesson"),
        ("site", ("99",), pyodide, "'99' is no lesson"),
        ("site", (), empty, "is no Pyodide: it has no package.json"),
        ("site", (), tmp_path / "nowhere", "is no Pyodide"),
    ]
    for folder, lessons, python, said in cases:
        ended = cli("web", str(tmp_path / folder), *lessons, "--pyodide", str(python))
        assert (ended.code, ended.out) == (1, ""), folder
        assert said in ended.err
        assert ended.err.count("\n") == 1
    assert (tmp_path / "full" / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [('{"version": "0.27.0"}', "is Pyodide 0.27.0"), ("{}", "names no version"), ("[", "names no version")],
)
def test_another_pyodide_is_refused(text: str, said: str, cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    (pyodide / "package.json").write_text(text, encoding="utf-8")
    ended = cli("web", str(tmp_path / "site"), "--pyodide", str(pyodide))
    assert ended.code == 1
    assert said in ended.err
    assert f"pyodide@{PYODIDE}" in ended.err
    assert not (tmp_path / "site").exists()


def test_the_documents_name_the_version() -> None:
    from support import ROOT

    assert f"npm install pyodide@{PYODIDE}\n" in (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
