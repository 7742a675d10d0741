"""Each test file is imported first by one of the processes that collect all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import rewritten


def test_each_file_is_in_one_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"test_{number}" for number in range(7)]
    for name in names:
        (tmp_path / f"{name}.py").touch()
    imported: list[str] = []
    monkeypatch.setattr(rewritten, "import_module", imported.append)
    monkeypatch.syspath_prepend(tmp_path)
    for number in range(3):
        before = len(imported)
        rewritten.import_own_share(worker(tmp_path, workerid=f"gw{number}", workercount=3))
        assert len(imported) - before in (2, 3)
    assert sorted(imported) == names


def test_one_process_alone_imports_nothing_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewritten, "import_module", pytest.fail)
    (tmp_path / "test_a.py").touch()
    alone = worker(tmp_path)
    del alone.workerinput
    rewritten.import_own_share(alone)


def test_each_process_searches_its_own_share_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = ["routelab", *(f"routelab.part{number}" for number in range(5))]
    searched = []
    for number in range(3):
        with monkeypatch.context() as patch:
            patch.setattr("sys.modules", dict.fromkeys(["json", *package, "zlib"]))
            rewritten.search_own_share(worker(tmp_path, workerid=f"gw{number}", workercount=3))
            assert sorted(sys.modules) == sorted(["json", *package, "zlib"])
            searched += [name for name in sys.modules if name in package][:2]
    assert sorted(searched) == package


def test_what_cannot_be_imported_is_told_by_its_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_no_module_of_ours.py").write_text("1 / 0", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    rewritten.import_own_share(worker(tmp_path, workerid="gw0", workercount=1))


def worker(folder: Path, **said: object) -> Any:
    return SimpleNamespace(
        workerinput=said, args=[str(folder)], invocation_params=SimpleNamespace(dir=Path.cwd())
    )
