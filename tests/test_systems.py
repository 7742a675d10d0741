"""What differs from system to system: which Pythons and releases are tried, by whom, and where; and what a system
lacks, each in one place, whose other way is taken here as Windows takes it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prompt_toolkit.input import DummyInput

import matrix
from oldflask import NEW_IN_3_1
from routelab import stopping
from routelab.messages import Limits
from routelab.process import pipes, warm
from routelab.process.worker import Worker
from routelab.repl import demo
from routelab.repl.terminalmode import terminal_mode
from routelab.stopping import LimitReached, time_limit
from routelab.tracing.answers.unfinished import stopped_verdict
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.worker import copying
from routelab.worker.limits import keep_within, memory_bound
from routelab.workers import WORKERS
from support import ROOT, lab_of

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


# Where the code asks which system it is on, or what that has, and the test that goes the other way.
ASKED = {
    "commands/learning.py": "tests/repl/test_editors.py",  # passes the platform on
    "grading/users.py": "tests/grading/test_many.py",
    "grading/unpacking.py": "tests/grading/test_submissions.py",
    "filelock.py": "tests/test_filelock.py",
    "process/pipes.py": "test_ctrl_c_comes_as_a_message_where_there_are_no_signals",
    "process/warm.py": "test_workers_are_started_where_none_can_be_forked",
    "regularfile.py": "tests/test_conditions.py",
    "spawn.py": "tests/test_lab.py",
    "stopping.py": "test_a_thread_ends_a_loop_where_there_is_no_timer",
    "worker/copying.py": "test_no_loaded_app_is_copied_where_a_fork_is_not_safe",
    "grading/runfolder.py": "tests/grading/test_submissions.py",
    "web/tab.py": "tests/web/test_tab.py",
    "repl/terminalmode.py": "test_a_terminal_is_left_as_it_is_where_there_is_no_termios",
    "repl/demo.py": "test_a_demo_waits_as_its_input_does_where_there_is_no_termios",
    "worker/limits.py": "test_a_system_without_limits_keeps_none",
    "worker/loop.py": "test_a_worker_ends_alone_where_there_are_no_groups",
    "worker/toolwatch.py": "tests/hostile/test_none_left.py",
}
SYSTEMS_OWN = {"msvcrt", "resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "winreg"}
LOOPS = """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def home():
    while True:
        pass

@app.route("/well")
def well():
    return "well"
"""


MAY_ASK = re.compile(
    rf"os\.name|sys\.platform|attr\(\s*(os|signal|select|subprocess)\b|\b({'|'.join(SYSTEMS_OWN)})\b"
)


def asks_for_the_system(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if not MAY_ASK.search(text):  # most do not, and to read them takes a while
        return False
    tree = ast.parse(text)
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    asked = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    had = {
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("hasattr", "getattr") and node.args
    }
    return bool(
        names & SYSTEMS_OWN
        or asked & {"os.name", "sys.platform"}
        or had & {"os", "signal", "select", "signal.signal", "subprocess"}
    )


def test_every_place_that_asks_for_the_system_is_tried_as_another_system_would() -> None:
    package = ROOT / "routelab"
    files = (path for path in package.rglob("*.py") if not path.is_relative_to(package / "engine"))
    asking = {path.relative_to(package).as_posix() for path in files if asks_for_the_system(path)}
    assert asking == ASKED.keys()
    assert [test for test in ASKED.values() if not (ROOT / test).is_file() and test not in globals()] == []


def test_ctrl_c_comes_as_a_message_where_there_are_no_signals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WORKERS, "warm", False)
    monkeypatch.setattr(pipes, "_HAS_SIGNALS", False)
    with lab_of(tmp_path, LOOPS) as lab:
        lab.send("/well")
        next_line, presses = Worker._next_line, iter([None])

        def pressed(worker: Worker, deadline: Any) -> Any:
            if worker._number > 2 and next(presses, deadline) is None:
                time.sleep(0.1)  # the view is running
                raise KeyboardInterrupt
            return next_line(worker, deadline)

        monkeypatch.setattr(Worker, "_next_line", pressed)
        trace = lab.send("/")
        assert list(presses) == []
        assert "Ctrl-C" in trace.steps[-1].headline
        response = lab.send("/well").response
        assert response is not None
        assert response.body == b"well"


def test_a_thread_ends_a_loop_where_there_is_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "_HAS_TIMER", False)
    with pytest.raises(LimitReached), time_limit(0.05):
        all(iter(lambda: True, False))  # for ever
    with time_limit(5):
        pass


def test_a_thread_ends_nothing_once_its_block_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    end, threads = stopping._ByThread._end, threading.active_count()

    def ended_slowly(limit: Any) -> None:
        until = time.monotonic() + 0.1
        while time.monotonic() < until:  # where it may come, and would come again and again
            pass
        end(limit)

    monkeypatch.setattr(stopping, "_HAS_TIMER", False)
    monkeypatch.setattr(stopping, "_AGAIN", (0.01,))
    monkeypatch.setattr(stopping._ByThread, "_end", ended_slowly)
    with pytest.raises(LimitReached), time_limit(0.05):
        all(iter(lambda: True, False))  # for ever
    assert threading.active_count() == threads


def test_workers_are_started_where_none_can_be_forked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "_HAS_FORK", False)
    with lab_of(tmp_path, LOOPS) as lab:
        response = lab.send("/well").response
    assert response is not None
    assert response.body == b"well"


def test_no_loaded_app_is_copied_where_a_fork_is_not_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = SimpleNamespace(may_be_copied=True)
    monkeypatch.setattr(copying.Copies, "_no_threads_but", lambda *_: True)
    assert copying.Copies(channel).may_be_made(str(tmp_path))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not copying.Copies(channel).may_be_made(str(tmp_path))  # type: ignore[arg-type]


def test_a_system_without_limits_keeps_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.worker.limits._HAS_RESOURCES", False)
    keep_within(Limits(memory=1, processes=1, file_size=1, files=1))


def test_a_demo_waits_as_its_input_does_where_there_is_no_termios(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class KeyByKey(DummyInput):
        @contextmanager
        def cooked_mode(self) -> Iterator[None]:
            seen.append("cooked")
            yield
            seen.append("raw")

    monkeypatch.setattr(sys, "platform", "win32")
    with demo._control_c_as_a_signal(KeyByKey()):
        seen.append("waits")
    assert seen == ["cooked", "waits", "raw"]


def test_a_terminal_is_left_as_it_is_where_there_is_no_termios(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    with terminal_mode(sys.stdin, off="ECHO"):
        assert "termios" in sys.modules


def test_no_limit_of_memory_is_named_where_the_system_keeps_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    limit = memory_bound(Limits(memory=300))
    stopped = StoppedStep(reason=Stop.MEMORY, memory=limit)
    assert (stopped.headline, stopped_verdict(stopped)) == (
        "Python had no more memory",
        "stopped without memory",
    )
    monkeypatch.setattr(sys, "platform", "linux")
    assert memory_bound(Limits(memory=300)) == 300


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
@pytest.mark.parametrize(
    ("bound", "named"), [("-v 800000", "None"), ("-d 100000", "None"), ("-d 400000", "300")]
)
def test_no_limit_of_memory_is_named_where_another_may_be_reached_first(bound: str, named: str) -> None:
    program = (
        "from routelab.messages import Limits\n"
        "from routelab.worker.limits import memory_bound\n"
        "print(memory_bound(Limits(memory=300)))"
    )
    ended = subprocess.run(
        ["sh", "-c", f'ulimit {bound}; exec "$0" -c "$1"', sys.executable, program],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.stdout.strip(), ended.stderr) == (named, "")


def test_a_worker_ends_alone_where_there_are_no_groups() -> None:
    program = (
        "import os; del os.killpg\n"
        "from routelab.endcodes import WITH_THE_TOOL\n"
        "from routelab.worker.loop import end_with_children\n"
        "print(WITH_THE_TOOL, flush=True)\n"
        "end_with_children()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, start_new_session=True, capture_output=True, check=False
    )
    assert ended.returncode == int(ended.stdout)


def test_what_is_left_out_with_an_old_flask_is_there() -> None:
    for test in NEW_IN_3_1:
        file, _, function = test.partition("::")
        (found,) = (ROOT / "tests").rglob(file)
        assert f"def {function}(" in found.read_text(encoding="utf-8")
