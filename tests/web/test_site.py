"""`routelab web`: what the site is made of, and what it refuses."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.machinery import EXTENSION_SUFFIXES
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from routelab.screen.filetypes import language_of
from routelab.web import parcel
from routelab.web import pyodide as browsers_python
from routelab.web.fitness import UnfitLesson, check_imports, check_names
from routelab.web.pyodide import PINNED, PYODIDE
from screen.documents import Document
from sessions import BUNDLED, write_lesson
from support import Cli

PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def digest_of(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


@pytest.fixture
def pyodide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with the names of Pyodide's files, of which each is expected as it is.

    What is beside it on a site is read once, and not compressed: both take most of a second.
    """
    monkeypatch.setattr(parcel, "_package", _package_once)
    monkeypatch.setattr(parcel, "ZIP_DEFLATED", ZIP_STORED)
    monkeypatch.setattr(browsers_python, "PINNED", {name: digest_of(name) for name in PARTS})
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in PARTS:
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"version": PYODIDE}), encoding="utf-8")
    return folder


_package_once = cache(lambda *package: tuple(_package(*package)))
_package: Callable[..., Iterator[tuple[PurePosixPath, bytes]]] = parcel._package


def write(cli: Cli, folder: Path, pyodide: Path, *lessons: str) -> Path:
    ended = cli("web", str(folder), *lessons, "--pyodide", str(pyodide))
    assert (ended.code, ended.err) == (0, "")
    assert f"python -m http.server --directory {folder} --bind 127.0.0.1" in ended.out
    return folder


_written: dict[tuple[str, ...], Path] = {}


@pytest.fixture
def site_of(cli: Cli, pyodide: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a site that is only read: there is one of the same lessons."""

    def site_of(*lessons: str) -> Path:
        if lessons not in _written:
            _written[lessons] = write(cli, tmp_path_factory.mktemp("site"), pyodide, *lessons)
        return _written[lessons]

    return site_of


def packed(site: Path) -> ZipFile:
    return ZipFile(BytesIO((site / "python.zip").read_bytes()))


def test_the_site_has_the_lessons_and_pure_python_alone(site_of: Callable[..., Path]) -> None:
    site = site_of()
    names = packed(site).namelist()
    lessons = {name.split("/")[3] for name in names if name.startswith("routelab/lessons/bundled/")}
    beside = {"playground", "glossary.toml", "glossary.de.toml", "demos", "explain"}
    assert lessons == {*(folder.name for folder in BUNDLED), *beside}
    assert {"werkzeug/routing/matcher.py", "markupsafe/_native.py", "routelab/web/tab.py"} <= set(names)
    assert "routelab/screen/html/player.js" in names
    assert not [name for name in names if name.endswith("/teacher.toml")]
    assert [name for name in names if name.endswith((".so", ".pyd", ".pyc"))] == []
    assert [name for name in names if name.startswith(("rich/", "prompt_toolkit/", "flask/"))] == []
    for part in PARTS:
        assert (site / "pyodide" / part).read_text(encoding="utf-8") == part


def test_the_site_has_what_colours_lessons_and_no_more_of_it(
    tmp_path: Path, site_of: Callable[..., Path]
) -> None:
    """Each language that a lesson or a file is written in is coloured by what the site has of Pygments."""
    archive = packed(site_of())
    archive.extractall(tmp_path / "there", [it for it in archive.namelist() if it.startswith("pygments/")])
    fences = re.findall(r"^```(\S+)", "\n".join(map(lesson_text, BUNDLED)), re.MULTILINE)
    wanted = sorted({*fences, *(language_of(f"x{end}") for end in ENDS), "http", "xml"} - {"text", ""})
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\nfrom pygments.lexers import get_lexer_by_name\n"
        "for name in sys.argv[2:]: get_lexer_by_name(name)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there"), *wanted], check=True)
    assert {"python", "toml", "html", "html+jinja", "sql", "css", "javascript", "json"} <= {*wanted}
    assert len([it for it in archive.namelist() if it.startswith("pygments/lexers/")]) < 40


ENDS = (".py", ".html", ".jinja", ".toml", ".json", ".css", ".js", ".sql")


def lesson_text(folder: Path) -> str:
    return (folder / "lesson.md").read_text(encoding="utf-8")


def test_versions_are_known_there(tmp_path: Path, site_of: Callable[..., Path]) -> None:
    """Werkzeug's own is asked for by every test client."""
    archive = packed(site_of("1"))
    archive.extractall(tmp_path / "there")
    for name in ("werkzeug", "Jinja2", "markdown-it-py"):
        (found,) = metadata.distributions(name=name, path=[str(tmp_path / "there")])
        assert found.version == metadata.version(name)


def test_the_same_site_is_the_same_bytes_and_is_written_over(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    one = write(cli, tmp_path / "one", pyodide, "1")
    before = {path.name: path.read_bytes() for path in one.rglob("*") if path.is_file()}
    _package_once.cache_clear()
    write(cli, one, pyodide, "1")
    assert {path.name: path.read_bytes() for path in one.rglob("*") if path.is_file()} == before
    other = write(cli, tmp_path / "other", pyodide, "2")
    assert (other / "offline.js").read_bytes() != (one / "offline.js").read_bytes()


def test_lessons_are_chosen_by_number_name_or_folder(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    own = write_lesson(tmp_path / "20-mine")
    site = write(cli, tmp_path / "site", pyodide, "2", "the-loop", str(own))
    names = {name.split("/")[3] for name in packed(site).namelist() if "/bundled/" in name}
    assert {name for name in names if name[0].isdigit()} == {"01-the-loop", "02-dynamic-segments", "20-mine"}


def test_the_page_asks_nobody_else_for_anything(site_of: Callable[..., Path]) -> None:
    site = site_of("1")
    page = (site / "index.html").read_text(encoding="utf-8")
    document = Document(re.sub(r"<(input|link)\b([^>]*)>", r"<\1\2></\1>", page))
    assert 'id="demos" hidden' in page  # until they are there
    policy = next(found["content"] for _, found in document.tags if "http-equiv" in found)
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'")
    assert "unsafe-inline" not in policy
    assert "http" not in policy
    links = {*document.attributes("src"), *document.attributes("href")}
    assert {it for it in links if not it.startswith("#")} == {"site.js", "site.css", "icon.svg"}
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
    same = write_lesson(tmp_path / "other" / "Mine")
    cases = [
        ("full", (), pyodide, "has something else in it"),
        ("file", (), pyodide, "has something else in it"),
        ("file/site", (), pyodide, "cannot be written"),
        ("mine/site", (str(lesson),), pyodide, "is inside a lesson"),
        ("site", ("99",), pyodide, "'99' is not a lesson"),
        ("site", (), empty, "is not Pyodide: it has no package.json"),
        ("site", (), tmp_path / "nowhere", "is not Pyodide"),
        ("con", (), pyodide, "has a name that Windows does not accept"),
        ("a:b", (), pyodide, "has a name that Windows does not accept"),
        ("ends.", (), pyodide, "has a name that Windows does not accept"),
        ("site", (str(lesson), str(same)), pyodide, "have the same name"),
    ]
    for folder, lessons, python, said in cases:
        ended = cli("web", str(tmp_path / folder), *lessons, "--pyodide", str(python))
        assert (ended.code, ended.out) == (1, ""), folder
        assert said in ended.err
        assert ended.err.count("\n") == 1
    assert (tmp_path / "full" / "mine.txt").read_text(encoding="utf-8") == "mine"
    nothing = cli("web")
    assert (nothing.code, nothing.out) == (2, "")
    assert nothing.err.startswith("routelab: the following arguments are required: FOLDER, --pyodide; ")


UNFIT = {
    "needs numpy, ": "import numpy as np\n",
    "needs flask_sqlalchemy, and a site has": "from flask_sqlalchemy import SQLAlchemy\n",
    "needs markdown, ": "def f():\n    import markdown.extensions\n",
    "needs tkinter, which Python in a browser does not have": "import tkinter\n",
}


@pytest.mark.parametrize("said", UNFIT)
def test_a_lesson_that_needs_what_a_browser_lacks_is_refused_by_name(
    said: str, cli: Cli, tmp_path: Path, pyodide: Path
) -> None:
    lesson = write_lesson(tmp_path / "20-mine")
    (lesson / "helper.py").write_text(f"import os, json, sqlite3\n{UNFIT[said]}", encoding="utf-8")
    ended = cli("web", str(tmp_path / "site"), str(lesson), "--pyodide", str(pyodide))
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert said in ended.err
    assert "helper.py:" in ended.err
    assert not (tmp_path / "site").exists()


def test_a_compiled_package_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "fastthing"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / f"inner{EXTENSION_SUFFIXES[0]}").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    lesson = write_lesson(tmp_path / "20-mine")
    (lesson / "helper.py").write_text("import fastthing.inner\n", encoding="utf-8")
    with pytest.raises(UnfitLesson, match="needs fastthing, which is compiled, and runs in no browser"):
        check_imports(lesson)


def test_a_lesson_with_a_name_that_windows_refuses(tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "20-mine")
    (lesson / "templates").mkdir()
    (lesson / "templates" / "aux.html").touch()
    with pytest.raises(UnfitLesson, match=r"'templates/aux\.html' is not a file name on Windows"):
        check_names(lesson)
    with pytest.raises(UnfitLesson, match="'nul' is not a file name"):
        check_names(write_lesson(tmp_path / "nul"))


def test_a_lesson_that_check_fails_is_refused(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    lesson = write_lesson(tmp_path / "20-mine")
    text = (lesson / "lesson.md").read_text(encoding="utf-8")
    (lesson / "lesson.md").write_text(f"{text}\n```toml task\nkind = 'nothing'\n```\n", encoding="utf-8")
    ended = cli("web", str(tmp_path / "site"), str(lesson), "--pyodide", str(pyodide))
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "lesson.md:" in ended.err
    assert f"routelab check {lesson} says all" in ended.err


# Pyodide from an address


FAR = "https://files.example/pyodide/"


def test_from_an_address_the_page_loads_what_was_tried(cli: Cli, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert cli("web", str(site), "1", "--pyodide", FAR).code == 0
    assert {part.compress_type for part in packed(site).infolist()} == {ZIP_DEFLATED}
    page = (site / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = {part.split()[0]: part.split()[1:] for part in policy[1].split(";")}
    assert allowed["script-src"] == ["'self'", "'wasm-unsafe-eval'", "https://files.example"]
    assert allowed["connect-src"] == ["'self'", "https://files.example"]
    assert [name for name, value in allowed.items() if any("example" in it for it in value)] == [
        "script-src", "connect-src",
    ]  # fmt: skip
    assert not (site / "pyodide").exists()
    for name in ("pyodide.js", "offline.js"):
        text = (site / name).read_text(encoding="utf-8")
        for part, digest in PINNED.items():
            assert f'"{FAR}{part}": "sha256-{digest}"' in text


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example/pyodide", "http://files.example/", "ftp://files.example/", "https://",
        "https://a b/", "https://x/'; script-src *; x/", "https://user:pass@files.example/", "https://x/?a=b/",
        "https://x/#/", "javascript://x/", "https://x/ https://y/", "HTTPS://x\n/",
    ],
)  # fmt: skip
def test_another_address_is_refused(address: str, cli: Cli, tmp_path: Path) -> None:
    ended = cli("web", str(tmp_path / "site"), "1", "--pyodide", address)
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "is not an address for Pyodide" in ended.err
    assert not (tmp_path / "site").exists()


def test_half_a_copy_is_refused(cli: Cli, tmp_path: Path, pyodide: Path) -> None:
    (pyodide / "pyodide.asm.wasm").write_text("pyodide.asm", encoding="utf-8")
    ended = cli("web", str(tmp_path / "site"), "--pyodide", str(pyodide))
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "is an incomplete copy, or was changed: pyodide.asm.wasm" in ended.err


@pytest.mark.pyodide
@pytest.mark.skipif(not os.environ.get("ROUTELAB_PYODIDE"), reason="ROUTELAB_PYODIDE is not set")
def test_the_site_weighs_at_most_nine_megabytes(cli: Cli, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert cli("web", str(site), "--pyodide", os.environ["ROUTELAB_PYODIDE"]).code == 0
    files = (path for path in site.rglob("*") if path.is_file())
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 9_000_000


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
