"""The tests that a lesson teaches, and its solution writes, are tests that pytest runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import Files, project, write_project
from routelab.requestline.parsing import parse

WITH_TESTS = tuple(folder for folder in bundled_lessons() if (folder / "conftest.py").is_file())


@pytest.mark.parametrize("folder", WITH_TESTS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("files", Files, ids=lambda files: files.value)
def test_pytest_finds_and_passes_the_tests_of_a_lesson(folder: Path, files: Files, tmp_path: Path) -> None:
    write_project(project(folder, files), tmp_path)
    written = sum(path.read_text("utf-8").count("\ndef test_") for path in tmp_path.glob("test_*.py"))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # a learner has no plugins
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert written
    assert f"{written} passed" in ran.stdout, ran.stdout


def test_there_is_a_lesson_with_tests() -> None:
    assert WITH_TESTS


IN_A_CLASS = """
class TestShop:
    def test_home(self, client):
        assert client.get("/").status_code == 200

    def test_about(self, client):
        assert client.get("/about").status_code == 200

    def test_basket(self, basket):
        assert basket
"""


def test_the_page_that_runs_tests_runs_those_of_a_class(tmp_path: Path) -> None:
    (folder,) = WITH_TESTS
    write_project(project(folder, Files.STARTER), tmp_path)
    (tmp_path / "test_shop.py").write_text(IN_A_CLASS, "utf-8")
    response = load(tmp_path / "app.py", folder=tmp_path).send(parse("GET /tests/shop")).response
    assert response is not None
    assert json.loads(response.body)["tests"] == {
        "TestShop::test_home": "passed",
        "TestShop::test_about": 'AssertionError in line 7: assert client.get("/about").status_code == 200',
        "TestShop::test_basket": "KeyError before it began: 'basket'",
    }
