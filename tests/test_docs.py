"""Every claim in the documents is executed: console blocks are run and compared, Python blocks are run.

`pytest tests/test_docs.py --rewrite` writes the console blocks anew; read their difference like code.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from routelab.cli import COMMANDS, main
from support import ROOT, Cli

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def documents_with(pattern: re.Pattern[str]) -> list[Path]:
    return [path for path in DOCUMENTS if pattern.search(path.read_text(encoding="utf-8"))]


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


class Terminal:
    """Runs commands as a colourless terminal of 80 columns would show them, in an empty folder."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.chdir(folder)
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, command: str) -> str:
        program, *arguments = shlex.split(command)
        assert program == "routelab", f"documents run routelab, not {program}"
        with self._monkeypatch.context() as patch:
            patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
            self._capsys.readouterr()
            main(arguments)
        shown = re.sub(r"\x1b\[[0-9;]*m", "", self._capsys.readouterr().out)
        return "\n".join(line.rstrip() for line in shown.rstrip().splitlines())


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return Terminal(monkeypatch, capsys, tmp_path)


def screens(block: str, terminal: Terminal) -> str:
    """Run each `$ command` of a block, and return the block as it should be."""
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{terminal.run(command)}\n" for command in commands)


@pytest.mark.parametrize("path", documents_with(CONSOLE), ids=ids)
def test_console_blocks_show_what_the_commands_print(
    path: Path, terminal: Terminal, request: pytest.FixtureRequest
) -> None:
    text = path.read_text(encoding="utf-8")
    now = CONSOLE.sub(lambda match: f"```console\n{screens(match[1], terminal)}```", text)
    if request.config.getoption("--rewrite"):
        path.write_text(now, encoding="utf-8")
    else:
        assert now == text, f"{ids(path)} shows an old screen; pytest tests/test_docs.py --rewrite"


@pytest.mark.parametrize("path", [p for p in documents_with(PYTHON) if p.name == "README.md"], ids=ids)
def test_python_blocks_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for match in PYTHON.finditer(path.read_text(encoding="utf-8")):
        exec(compile(match[1], str(path), "exec"), {})


@pytest.mark.parametrize("path", documents_with(LINK), ids=ids)
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        assert (path.parent / match[1]).exists(), f"{ids(path)} links to {match[1]}"


def test_readme_opens_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("python -m pip install")] == [
        "python -m pip install . && routelab request GET /user/alice",
        "python -m pip install '.[test]' && python -m pytest",
    ]
    assert lines.index("python -m pip install . && routelab request GET /user/alice") < 10


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_help_and_a_place_in_the_readme(command: str, cli: Cli) -> None:
    ended = cli(command, "--help")
    assert ended.code == 0
    assert f"routelab {command}" in readme()
    # Options of the request line are documented there too, so each long option has a place.
    for option in set(re.findall(r"(?<![\w-])--[a-z-]+", ended.out)) - {"--help"}:
        assert option in readme(), f"{option} of {command} is not in the README"


def test_help_lists_every_command(cli: Cli) -> None:
    ended = cli("--help")
    assert ended.code == 0
    for name, text in COMMANDS.items():
        assert name in ended.out
        assert text in ended.out


def test_the_schema_is_valid_json_and_the_version_is_two() -> None:
    schema = json.loads((ROOT / "docs" / "trace.schema.json").read_text(encoding="utf-8"))
    assert schema["$defs"]["Trace"]["properties"]["schema"] == {"const": 2}


def test_the_licence_is_the_one_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_version_stands_in_one_place_and_is_what_the_changelog_closes_with() -> None:
    from routelab import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"]
    place = project["tool"]["hatch"]["version"]["path"]
    assert f'VERSION = "{__version__}"' in (ROOT / place).read_text(encoding="utf-8").splitlines()
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [head for head in heads if head != "[Unreleased]"]
    assert re.fullmatch(rf"\[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d", released[0])
    assert f"v{__version__}" in (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")


def test_every_way_of_check_that_is_named_is_known_to_it_and_explained_in_its_head() -> None:
    script = (ROOT / "check").read_text(encoding="utf-8")
    known = {*re.findall(r"^(\w+)\)$", script, re.MULTILINE), "quick"}
    named = {way for path in DOCUMENTS for way in re.findall(r"\./check (\w+)", path.read_text("utf-8"))}
    assert named == known
    assert set(re.findall(r"^# `\./check (\w+)", script, re.MULTILINE)) == known


def test_ci_and_check_are_executable() -> None:
    assert os.access(ROOT / "check", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
