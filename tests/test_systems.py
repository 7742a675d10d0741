"""What differs from system to system: which Pythons and releases are tried, by whom, and where."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import matrix
from support import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "check.yml"
here_alone = pytest.mark.skipif(not WORKFLOW.exists(), reason="an sdist has no workflow")


def workflow() -> dict[str, Any]:
    return import_module("yaml").safe_load(WORKFLOW.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_the_first_python_is_the_one_that_is_required() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={matrix.pythons()[0]}"' in project
    assert matrix.pythons() == sorted(set(matrix.pythons()), key=lambda version: int(version.split(".")[1]))


def test_the_first_release_is_the_oldest_that_is_required() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest = next(iter(matrix.RELEASES))
    assert f'"werkzeug>={oldest}"' in project
    assert f'"flask>={oldest}"' in project


@here_alone
def test_the_workflow_tries_every_python_on_every_system_by_the_one_command() -> None:
    check = workflow()["jobs"]["check"]
    tried = check["strategy"]["matrix"]
    assert tried["python"] == matrix.pythons()
    assert [name.partition("-")[0] for name in tried["os"]] == ["ubuntu", "macos", "windows"]
    assert check["defaults"]["run"]["shell"] == "bash"  # `check` is a shell script, on Windows as well
    assert [step["run"] for step in check["steps"] if "run" in step][-1] == "./check"


@here_alone
def test_the_workflow_tries_the_oldest_releases() -> None:
    runs = [step["run"] for step in workflow()["jobs"]["oldest"]["steps"] if "run" in step]
    assert runs == [f"./check matrix --python {matrix.pythons()[0]} --release {next(iter(matrix.RELEASES))}"]


def test_every_pair_is_a_cell_also_where_there_is_no_interpreter() -> None:
    cells = matrix.cells({"3.12": Path("python3.12")}, ["../werkzeug"])
    assert len(cells) == len(matrix.pythons()) * (len(matrix.RELEASES) + 1)
    assert {cell.python for cell in cells if cell.interpreter is not None} == {"3.12"}
    assert matrix.run(cells[0], Path(), []) == "no such interpreter here"


def program(path: Path, version: str) -> Path:
    """Write what answers as an interpreter of that version would."""
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(os.name != "posix", reason="the interpreters are shell scripts")
def test_interpreters_are_those_given_then_those_on_path_then_pyenvs_newest(tmp_path: Path) -> None:
    given = program(tmp_path / "given" / "python", "3.12")
    on_path = program(tmp_path / "bin" / "python3.13", "3.13")
    program(tmp_path / "bin2" / "python3.11", "3.10")  # its name lies
    for patch in (2, 10, 9):
        program(tmp_path / "pyenv" / "versions" / f"3.11.{patch}" / "bin" / "python", "3.11")
    program(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python", "3.13")
    path = os.pathsep.join([str(tmp_path / "bin"), str(tmp_path / "bin2")])
    found = matrix.interpreters([given], {"PATH": path, "PYENV_ROOT": str(tmp_path / "pyenv")})
    assert found == {
        "3.12": given,
        "3.13": on_path,
        "3.11": tmp_path / "pyenv" / "versions" / "3.11.10" / "bin" / "python",
    }


def test_a_matrix_that_ran_nothing_proves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["--python", "2.7"]) == 1
    assert "Python" in capsys.readouterr().out
    assert sys.version_info >= (3, int(matrix.pythons()[0].split(".")[1]))
