"""Which editor opens the learner's file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from routelab.learner.editors import Editor, Editors
from routelab.repl.editors import open_file
from tables import each

CASES: list[tuple[Mapping[str, str], tuple[str, ...], str, Editor | None]] = [
    ({"VISUAL": "code --wait", "EDITOR": "vi"}, (), "linux", Editor(command=("code", "--wait"), waits=True)),
    ({"EDITOR": "vi"}, ("code",), "linux", Editor(command=("vi",), waits=True)),
    ({}, ("code", "xdg-open"), "linux", Editor(command=("/bin/code",), waits=False)),
    ({"DISPLAY": ":0"}, ("xdg-open", "vi"), "linux", Editor(command=("/bin/xdg-open",), waits=False)),
    ({}, ("xdg-open", "vi", "vim", "nano"), "linux", None),
    ({"EDITOR": "  "}, (), "linux", None),
    ({}, (), "darwin", Editor(command=("open", "-t"), waits=False)),
    ({}, (), "win32", Editor(command=("notepad",), waits=False)),
    ({"EDITOR": r"C:\edit.exe -n"}, (), "win32", Editor(command=(r"C:\edit.exe", "-n"), waits=True)),
    ({"EDITOR": "it's"}, (), "linux", Editor(command=("it's",), waits=True)),
]


@each(("environ", "there", "platform", "expected"), CASES)
def test_the_learners_choice_comes_first_and_vi_never_unasked(
    environ: Mapping[str, str], there: tuple[str, ...], platform: str, expected: Editor | None
) -> None:
    editors = Editors(environ=environ, platform=platform, which=finding(*there))
    assert editors.chosen(None) == expected


@pytest.mark.parametrize("there", ["nano", "vim", "vi"])
def test_another_editor_that_is_offered_is_there(there: str) -> None:
    editors = Editors(environ={"EDITOR": "no-such-editor-here"}, platform="linux", which=finding(there))
    assert f"choose another: set EDITOR={there}" in (open_file(Path("app.py"), editors) or "")


def finding(*there: str) -> Callable[[str], str | None]:
    return lambda name: f"/bin/{name}" if name in there else None


def own(command: str) -> Editors:
    return Editors(environ={"EDITOR": command}, platform=sys.platform)


def test_a_terminal_editor_is_offered_where_none_is_chosen_and_what_was_chosen_comes_first() -> None:
    fresh = Editors(environ={}, platform="linux", which=finding("vi", "nano", "xdg-open"))
    assert (fresh.chosen(None), fresh.offered(None)) == (None, "nano")
    assert fresh.chosen("nano") == Editor(command=("nano",), waits=True)
    assert fresh.offered("nano") is None
    assert Editors(environ={}, platform="linux", which=finding()).offered(None) is None
    other = Editors(environ={"EDITOR": "vi"}, platform="linux", which=finding("nano"))
    assert other.chosen("nano") == Editor(command=("nano",), waits=True)


def test_an_editor_is_started_with_the_file(tmp_path: Path) -> None:
    script = tmp_path / "edit.py"
    script.write_text("import sys; open(sys.argv[1], 'a').write('edited')")
    file = tmp_path / "app.py"
    assert open_file(file, own(f"'{sys.executable}' '{script}'")) is None
    assert file.read_text() == "edited"


def test_an_editor_that_is_not_there_is_said() -> None:
    assert "cannot be started" in (open_file(Path("app.py"), own("no-such-editor-here")) or "")


def test_an_editor_that_fails_is_said() -> None:
    said = open_file(Path("3"), own(f"'{sys.executable}' -c 'import sys; sys.exit(int(sys.argv[1]))'"))
    assert said == f"{sys.executable} ended with exit code 3."


def test_control_c_is_for_the_editor_alone(tmp_path: Path) -> None:
    script = tmp_path / "edit.py"
    script.write_text(
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "time.sleep(0.5)\n"  # as long as one who gave it up would wait for it, twice
        "open(sys.argv[1], 'a').write('edited')\n"
    )
    file = tmp_path / "app.py"
    assert open_file(file, own(f"'{sys.executable}' '{script}'")) is None
    assert file.read_text() == "edited"


def test_an_editor_that_control_c_ends_is_said() -> None:
    stopped = "import signal; signal.signal(2, signal.SIG_DFL); signal.raise_signal(2)"
    said = open_file(Path("app.py"), own(f"'{sys.executable}' -c '{stopped}'"))
    assert said == f"{sys.executable} was stopped by Ctrl-C."
