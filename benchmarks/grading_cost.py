"""What a submission costs to grade, in processor time, against a pytest run with Flask's test client.

    python benchmarks/grading_cost.py [SUBMISSIONS] [ROUNDS]   the ratio, for each isolation that works here
    python benchmarks/grading_cost.py --many SUBMISSIONS       one run of many: seconds, and memory as it goes

Lesson 2, two of its edit tasks, solved; the pytest file asks the same four requests. A run with routelab pays
once for its start; what is measured is what each submission adds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from routelab.errors import RoutelabError
from routelab.grading.assignment import Assignment, assignment_of
from routelab.grading.confinement import Confinement, Isolation, Sandbox, confinement
from routelab.grading.judging import judge_submission
from routelab.grading.submissions import Submission

TICK = os.sysconf("SC_CLK_TCK")
TESTS = """
import pytest
from app import app

@pytest.fixture
def client():
    return app.test_client()

def test_blondie(client):
    response = client.get("/artist/Blondie")
    assert (response.status_code, response.text) == (200, "Albums by Blondie")

def test_kraftwerk(client):
    assert client.get("/artist/Kraftwerk").text == "Albums by Kraftwerk"

def test_world(client):
    response = client.get("/hello")
    assert (response.status_code, response.text) == (200, "Hello, World!")

def test_ann(client):
    assert client.get("/hello/Ann").text == "Hello, Ann!"
"""


def pytest_seconds(folder: Path) -> float:
    """Run pytest once on a submission, without plugins; return its processor seconds."""
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "the pytest run failed"
    return used.ru_utime + used.ru_stime


def descendants() -> dict[int, float]:
    """Return the processor seconds of all that this process has started, with what they have waited for."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            used[int(entry.name)] = sum(map(int, fields[11:15])) / TICK
    found: dict[int, float] = {}
    waiting = [os.getpid()]
    while waiting:
        for child in parents.get(waiting.pop(), []):
            found[child] = used[child]
            waiting.append(child)
    return found


def seconds_each(assignment: Assignment, submission: Submission, confined: Confinement, times: int) -> float:
    """Judge a submission again and again in one sandbox; return the processor seconds that each adds."""
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o711)
        sandbox = Sandbox(confined, scratch, 0)
        try:
            for _ in range(3):
                judge_submission(assignment, submission, sandbox, python=confined.python, seconds=5)
            ours, theirs = time.process_time(), sum(descendants().values())
            for _ in range(times):
                judged = judge_submission(assignment, submission, sandbox, python=confined.python, seconds=5)
                assert judged.grade.passed
            spent = time.process_time() - ours + sum(descendants().values()) - theirs
        finally:
            sandbox.close()
    return spent / times


def isolations(assignment: Assignment, scratch: Path) -> list[Confinement]:
    found = []
    for kind in Isolation:
        try:
            found.append(
                confinement(
                    kind.value,
                    python=sys.executable,
                    engine=assignment.engine,
                    memory=1024,
                    hidden=(assignment.folder,),
                    scratch=scratch,
                )
            )
        except RoutelabError:
            print("bubblewrap does not work here")
    return found


def two_tasks() -> Assignment:
    """Return lesson 2 with the tasks that the tests ask for."""
    whole = assignment_of("2")
    return whole._replace(tasks=tuple(task for task in whole.tasks if task.id in ("artist", "hello")))


def compare(times: int, rounds: int) -> None:
    """Print the processor seconds of both, taken in turn, and their ratio."""
    assignment = two_tasks()
    with TemporaryDirectory() as folder:
        (Path(folder) / "trial").mkdir(mode=0o711)
        Path(folder).chmod(0o711)
        ann = Path(folder) / "ann"
        ann.mkdir()
        (ann / "app.py").write_bytes((assignment.folder / "solution" / "app.py").read_bytes())
        tested = Path(folder) / "tested"
        tested.mkdir()
        (tested / "app.py").write_bytes((ann / "app.py").read_bytes())
        (tested / "test_app.py").write_text(TESTS)
        for confined in isolations(assignment, Path(folder) / "trial"):
            pairs = [
                (seconds_each(assignment, Submission("ann", ann), confined, times), pytest_seconds(tested))
                for _ in range(rounds)
            ]
            ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(one / other for one, other in pairs)
            user = "another user" if confined.users else "the same user"
            print(
                f"{confined.isolation.value}, {user}: {ours * 1000:.1f} ms a submission, "
                f"pytest {theirs * 1000:.0f} ms, ratio {ratio:.3f}"
            )


def many(number: int) -> None:
    """Grade many in one run, and print how long it took and the memory of the tool as it went on."""
    solution = (assignment_of("2").folder / "solution" / "app.py").read_bytes()
    with TemporaryDirectory() as folder:
        for count in range(number):
            submission = Path(folder) / "class" / f"{count:05}"
            submission.mkdir(parents=True)
            (submission / "app.py").write_bytes(solution)
        output = Path(folder) / "class.json"
        command = [sys.executable, "-m", "routelab", "grade", "2", f"{folder}/class", "--format", "json"]
        began = time.monotonic()
        process = subprocess.Popen([*command, "--output", str(output)])
        told = 0
        while process.poll() is None:
            done = output.read_bytes().count(b"\n") if output.exists() else 0
            if done >= told + number // 10:
                told = done
                status = Path(f"/proc/{process.pid}/status").read_text()
                resident = int(status.partition("VmRSS:")[2].split()[0]) // 1024
                print(
                    f"{done:>6} graded, {time.monotonic() - began:6.1f} s, {resident} MB in the tool",
                    flush=True,
                )
            time.sleep(0.2)
        print(f"{number:>6} graded, {time.monotonic() - began:6.1f} s, exit code {process.returncode}")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--many"]:
        many(int(words[1]))
    else:
        compare(int(words[0]) if words else 40, int(words[1]) if len(words) > 1 else 5)
