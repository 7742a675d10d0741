"""An experiment as a link: whatever is in one comes out as it went in, or is refused in a sentence."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from routelab.web.names import portable
from routelab.web.sharing import (
    MOST_BYTES,
    MOST_FILES,
    MOST_LINK,
    BadLink,
    Experiment,
    fragment_of,
    read_fragment,
)
from support import Cli, write_app
from tables import each

APP = "from flask import Flask\napp = Flask(__name__)\n"
names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.(py|html)", fullmatch=True).filter(portable)
printable = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60)


def packed(said: object) -> str:
    return urlsafe_b64encode(zlib.compress(json.dumps(said).encode())).decode().rstrip("=")


@settings(max_examples=examples(50))
@given(st.dictionaries(names, st.text(max_size=200), max_size=5), printable)
def test_what_goes_into_a_link_comes_out(files: dict[str, str], request: str) -> None:
    shared = Experiment(files={**files, "app.py": APP}, main="app.py", request=request)
    fragment = fragment_of(shared)
    assert fragment.isascii()
    assert read_fragment(fragment) == shared


HOSTILE = {
    "damaged": ("app=%%%", "app=AAAA", "request=GET", f"app={packed([])}", f"app={packed({'files': 1})}",
                f"app={packed({'files': {'app.py': 1}, 'main': 'app.py'})}", f"app={packed(None)}"),
    "cut off, or too large": (
        "app=",
        f"app={packed({'files': {'app.py': 'x' * 10_000_000}, 'main': 'app.py'})}",
        f"app={fragment_of(Experiment({'app.py': APP * 40}, 'app.py'))[4:44]}",
    ),
    "more than 16000 characters": ("app=" + "A" * MOST_LINK,),
    "the file of the app is not in it": (
        f"app={packed({'files': {'a.txt': ''}, 'main': 'a.txt'})}", f"app={packed({'files': {}, 'main': 'app.py'})}",
    ),
    "is not a file name": tuple(
        f"app={packed({'files': {'app.py': APP, name: ''}, 'main': 'app.py'})}"
        for name in ("../app.py", "/etc/x", "a/../../x", "con", "aux.py", "a:b", "x.", "a\\b", "", "a//b", "a\0b", ".main/../y", "\ud800.py")
    ),
    "one of its files is also a folder": (
        f"app={packed({'files': {'app.py': APP, 'app.py/b.py': ''}, 'main': 'app.py'})}",
    ),
    "one of its files has half a character": (
        f"app={packed({'files': {'app.py': APP, 'b.py': chr(0xD800)}, 'main': 'app.py'})}",
    ),
    f"at most {MOST_FILES} are allowed": (
        f"app={packed({'files': {f'f{n}.py': '' for n in range(50)}, 'main': 'f1.py'})}",
    ),
    f"more than {MOST_BYTES} bytes": (
        f"app={packed({'files': {'app.py': 'x' * (MOST_BYTES + 1)}, 'main': 'app.py'})}",
    ),
    "its request is more than one line": (
        f"app={packed({'files': {'app.py': APP}, 'main': 'app.py'})}&request=GET%20/%0Aquit",
        f"app={packed({'files': {'app.py': APP}, 'main': 'app.py'})}&request=GET%20/%1b[2J",
    ),
    "its request has more": (f"app={packed({'files': {'app.py': APP}, 'main': 'app.py'})}&request={'a' * 3000}",),
}  # fmt: skip


@each("problem", HOSTILE)
def test_a_hostile_link_is_a_sentence(problem: str) -> None:
    for fragment in HOSTILE[problem]:
        with pytest.raises(BadLink, match=problem) as refused:
            read_fragment(fragment)
        assert "\n" not in str(refused.value)
        assert str(refused.value).isprintable()


@settings(max_examples=examples(100))
@given(st.text(max_size=80))
def test_any_text_is_an_experiment_or_a_sentence(text: str) -> None:
    for fragment in (f"app={text}", f"app={packed(text)}"):
        with pytest.raises(BadLink):
            read_fragment(fragment)


def test_names_that_some_system_refuses() -> None:
    good = ("app.py", "templates/user.html", "a b.txt", "console.py", "com10.txt", ".env", "ünicode.py")
    bad = ("con", "NUL.txt", "com1.py", "LPT9", "x/aux/y.py", "a:b", "ends.", "ends ", "a?b", "a*", "a|b", "<x>",
           '"q"', "../x", "./x", "/x", "x//y", "x/", "", "a\\b", "a\nb", "x" * 101)  # fmt: skip
    assert [name for name in good if not portable(name)] == []
    assert [name for name in bad if portable(name)] == []


# The command


def test_share_prints_a_link_and_says_what_is_in_it(cli: Cli, tmp_path: Path) -> None:
    write_app(tmp_path, APP)
    for name, text in {
        "templates/a.html": "<p>",
        ".env": "SECRET=1",
        "static/x.png": "\x89",
        "notes.md": "n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    ended = cli(
        "share", "-A", str(tmp_path), "--site", "http://127.0.0.1:8000/#x", "GET", "/user/a b?q=1&r=2"
    )
    assert ended.code == 0
    assert ended.err == "routelab: 2 files in the link: app.py, templates/a.html\n"
    address, _, fragment = ended.out.strip().partition("#")
    assert address == "http://127.0.0.1:8000/"
    shared = read_fragment(fragment)
    assert dict(shared.files) == {"app.py": (tmp_path / "app.py").read_text(), "templates/a.html": "<p>"}
    assert shared.request == "GET '/user/a b?q=1&r=2'"


def test_share_takes_the_app_here_and_a_lessons(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_app(tmp_path, APP)
    monkeypatch.chdir(tmp_path)
    ended = cli("share")
    assert ended.code == 0
    assert read_fragment(ended.out.strip()[1:]).request == ""
    assert "app.py" in cli("share", "-A", "2", "/").err


def test_what_cannot_be_shared_is_one_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text("# " + "x" * MOST_BYTES, encoding="utf-8")
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a:b.py").write_text(APP, encoding="utf-8")
    cases = {
        "large.py": "more than 60000 bytes",
        "bytes.py": "is not text in UTF-8",
        "empty": "neither wsgi.py nor app.py",
        "nothing.py": "there is no file and no folder",
        "a:b.py": "is not a file name on every system",
        "shop:create_app": "names a module",
    }
    for name, said in cases.items():
        target = name if ":create" in name else str(tmp_path / name)
        ended = cli("share", "-A", target, "/")
        assert (ended.code, ended.out) == (1, ""), name
        assert said in ended.err
        assert ended.err.count("\n") == 1
    assert cli("share", "-A", str(tmp_path / "large.py"), "GET").code == 2
