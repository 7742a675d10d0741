"""The wheel and the sdist, each in an environment that has nothing else, and the commands of docs/releasing.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from routelab.version import VERSION
from support import ROOT

KINDS = ("wheel", "sdist")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(*words: str | Path, folder: Path, path: str = os.environ["PATH"]) -> str:
    """Run a command as somebody would whose environment knows nothing of this clone, and return what it wrote."""
    environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ended = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env={**environ, "PATH": path, "ROUTELAB_HOME": str(folder / "home"), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, f"{words} ended with {ended.returncode}:\n{ended.stdout}"
    return ended.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, in a repository of its own."""
    folder = tmp_path_factory.mktemp("release") / "routelab"
    run("git", "clone", "--quiet", "--no-tags", ROOT, folder, folder=ROOT.parent)
    return folder


@pytest.fixture(scope="module")
def dist(copy: Path) -> Path:
    run(sys.executable, "-m", "build", "--outdir", copy / "dist", folder=copy)
    kept = Path(os.environ["ROUTELAB_RELEASE"])
    kept.mkdir(parents=True, exist_ok=True)
    for file in (copy / "dist").iterdir():
        shutil.copy2(file, kept)
    return copy / "dist"


def artefact(dist: Path, kind: str) -> Path:
    (found,) = dist.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return found


def committed(copy: Path, *folders: str) -> set[str]:
    return set(run("git", "ls-files", *folders, folder=copy).split())


def test_both_are_built_and_are_named_after_the_version(dist: Path) -> None:
    assert sorted(path.name for path in dist.iterdir()) == [
        f"routelab-{VERSION}-py3-none-any.whl",
        f"routelab-{VERSION}.tar.gz",
    ]


def test_the_wheel_has_the_package_and_the_lessons_and_nothing_else(copy: Path, dist: Path) -> None:
    with zipfile.ZipFile(artefact(dist, "wheel")) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    lessons = {f"routelab/lessons/bundled/{name.partition('/')[2]}" for name in committed(copy, "lessons")}
    assert names == committed(copy, "routelab") | lessons


def test_the_sdist_has_all_that_is_committed_but_what_runs_it_elsewhere(copy: Path, dist: Path) -> None:
    with tarfile.open(artefact(dist, "sdist")) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
    expected = {name for name in committed(copy) if not name.startswith((".ci/", ".github/"))}
    assert names == expected | {"PKG-INFO"}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_each_works_in_an_empty_environment(dist: Path, kind: str, tmp_path: Path) -> None:
    environment, empty = tmp_path / "environment", tmp_path / "empty"
    venv.create(environment, with_pip=True)
    empty.mkdir()
    scripts = environment / SCRIPTS
    run(scripts / "python", "-m", "pip", "install", "--quiet", artefact(dist, kind), folder=empty)
    assert run(scripts / "routelab", "--version", folder=empty).strip() == f"routelab {VERSION}"
    assert "200 OK" in run(scripts / "routelab", "request", "GET", "/user/alice", folder=empty)
    assert "R402" in run(scripts / "routelab", "explain", "R402", folder=empty)
    run(scripts / "routelab", "new", "greetings", folder=empty)
    assert "3 tasks proven" in run(scripts / "routelab", "check", "greetings", folder=empty)
    assert "page 1 of" in run(scripts / "routelab", "learn", "1", folder=empty)
    run(scripts / "routelab", "handout", "1", "-o", "lesson.html", folder=empty)
    assert (empty / "lesson.html").stat().st_size > 0


@pytest.mark.timeout(900)
def test_the_commands_of_the_page_are_run(copy: Path, dist: Path, tmp_path: Path) -> None:
    """Those that begin with `./check` take hours; `tests/test_docs.py` holds them to what `check` knows."""
    page = (copy / "docs" / "releasing.md").read_text(encoding="utf-8")
    commands = [line for block in BLOCK.findall(page) for line in block.splitlines()]
    mine = [line for line in commands if not line.startswith("./check")]
    assert len(mine) >= 5
    clone = tmp_path / "clone"
    run("git", "clone", "--quiet", "--no-tags", copy, clone, folder=tmp_path)
    run("git", "config", "user.name", "A releaser", folder=clone)
    run("git", "config", "user.email", "releaser@example.com", folder=clone)
    here = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for line in mine:
        run("bash", "-euc", line, folder=clone, path=here)
    assert run("git", "tag", folder=clone).split() == [f"v{VERSION}"]
    assert f"v{VERSION}" in page
