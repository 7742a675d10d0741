"""The program as a whole, in a process of its own: what in-process tests would hide."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from routelab.ahead import start_ahead, started
from routelab.cli import COMMANDS, GROUPS
from routelab.commands.parser import KEPT, Parser, kept_parser
from routelab.spawn import Spawned
from support import ENGINES, ROOT, Cli, write_app


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "routelab", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_crash_in_a_view_is_told_by_the_trace_alone(tmp_path: Path, engine: str) -> None:
    write_app(
        tmp_path,
        """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/")
        def crash():
            return 1 / 0
        """,
    )
    ended = run("request", "--engine", engine, "GET", "/", folder=tmp_path)
    assert ended.returncode == 0
    assert "ZeroDivisionError" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_help_and_usage_have_their_codes(tmp_path: Path) -> None:
    assert run("--help", folder=tmp_path).returncode == 0
    assert run("request", folder=tmp_path).returncode == 2


def test_help_is_grouped_and_folds_at_any_width(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)
    for width in (30, 40, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        told = cli("--help").out
        assert max(map(len, told.splitlines())) <= min(width, 80)
        assert [line for line in told.splitlines() if line.endswith(":") and line[:1].isupper()] == [
            f"{group}:" for group in GROUPS
        ]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_is_its_own_help_and_folds(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    told = cli("help", command)
    assert told == cli(command, "--help")
    assert told.code == 0
    assert max(map(len, told.out.splitlines())) <= 50


def test_the_help_that_is_kept_is_that_of_the_commands(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    parsers: list[Parser] = []
    monkeypatch.setattr(Parser, "print_help", lambda parser: parsers.append(parser))
    for command in COMMANDS:
        assert cli(command, "--help", "--help").code == 0  # said twice, it is the command's own answer
    kept = {command: parser.kept_help() for command, parser in zip(COMMANDS, parsers, strict=True)}
    text = json.dumps(kept, indent=1) + "\n"
    if request.config.getoption("--rewrite"):
        Path(KEPT).write_text(text, encoding="utf-8")
    assert Path(KEPT).read_text(encoding="utf-8") == text, "old help; pytest tests/test_program.py --rewrite"
    for width in ("30", "80", "120"):
        monkeypatch.setenv("COLUMNS", width)
        for command, parser in zip(COMMANDS, parsers, strict=True):
            assert kept_parser(command).format_help() == parser.format_help()


def test_help_of_no_command_says_which_was_meant(cli: Cli) -> None:
    assert "did you mean 'routes'?" in cli("help", "route").err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("GET", "/count"), "type: routelab request GET /count\n"),
        (("/user/<id>",), "type: routelab request '/user/<id>'\n"),
        (("mine",), "type it at the prompt, in a lesson"),
        (("step",), "type it at the prompt, in a lesson or in play;"),
        (("reqest", "/"), "did you mean 'request'?"),
    ],
)
def test_a_first_word_that_is_no_command_is_told_where_it_belongs(
    cli: Cli, words: tuple[str, ...], told: str
) -> None:
    assert told in cli(*words).err


@pytest.mark.parametrize("name", ["watch", "load"])
def test_a_call_in_python_is_not_taken_for_a_misspelt_command(cli: Cli, name: str) -> None:
    err = cli(name, "/x").err
    assert f"routelab.{name}(...)" in err
    assert "did you mean" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("request",),
        ("request", "GET"),
        ("request", "GET", "/", "--engine", "django"),
        ("match", "no-path"),
        ("learn", "no-lesson"),
        ("explain", "R999"),
    ],
)
def test_a_worker_that_nobody_took_is_ended(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    """It was started ahead, in vain: it must not wait for whoever comes next."""
    kept = []

    class Watched(Spawned):
        def __init__(self, *given: str) -> None:
            super().__init__(*given)
            kept.append(self.process)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("routelab.spawn.Spawned", Watched)
        patch.setattr("routelab.cli.start_ahead", start_ahead)
        cli(*words, folder=tmp_path)
    assert len(kept) == (0 if "django" in words else 2 if "explain" in words else 1)
    assert all(process.poll() is not None for process in kept)
    assert started == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_word_that_no_system_hands_over_is_told_as_that(cli: Cli, tmp_path: Path, command: str) -> None:
    for word in ("\ud800", "a\0b", "x/\udfff"):
        for words in ([word], ["-A", word, word], ["-o", word, word], ["--python", word, word]):
            ended = cli(command, *words, folder=tmp_path)
            assert ended.code in (1, 2), words
            assert ended.err.startswith("routelab: ")
            assert ended.err.count("\n") == 1, ended.err
