"""Classes at once: submissions of five kinds, hostile ones among them, and the same file whatever happens."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest

from effort import LONG_FORM, chosen
from grading.class_room import KINDS, SOLUTION, STARTER, WHOLE, submit, whole_class
from routelab.errors import RoutelabError
from routelab.grading import confinement as confining
from routelab.grading.assignment import assignment_of
from routelab.grading.confinement import Confinement, Isolation, confinement
from routelab.grading.records import SubmissionGrade
from routelab.grading.results import NotWritten, ResultFile
from routelab.grading.users import OwnUser
from routelab.lessons.course import bundled_lessons
from routelab.messages import Limits
from routelab.process.warm import _ForkedPipes
from routelab.process.worker import Worker
from started import Started
from support import ROOT, STAYS_IN_C, Cli, little_room

posix = pytest.mark.skipif(os.name != "posix", reason="forks and signals of POSIX")


_really_works = confining._works
_worked: dict[Confinement, bool] = {}


@pytest.fixture(autouse=True)
def tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try a way of keeping submissions apart once in this process; each grader that is forked tries it anew."""

    def works(confined: Confinement, scratch: Path) -> bool:
        key = confined._replace(limits=Limits())
        if key not in _worked:
            _worked[key] = _really_works(confined, scratch)
        return _worked[key]

    monkeypatch.setattr(confining, "_works", works)


@pytest.fixture(scope="module")
def bubblewrap(tmp_path_factory: pytest.TempPathFactory) -> bool:
    found = confinement(
        "auto",
        python=sys.executable,
        engine="routelab",
        memory=256,
        hidden=bundled_lessons()[:1],
        scratch=tmp_path_factory.mktemp("trial"),
    )
    return found.isolation is Isolation.BUBBLEWRAP


def lines(text: str) -> list[dict[str, Any]]:
    """Read results; how long each took differs, and is left out."""
    return [{**json.loads(line), "seconds": 0} for line in text.splitlines()]


ONE_TASK = ("--task", "artist")  # for a point, where what is asked proves nothing more the second time
# What never ends may load, be deaf, and flood its pipe no longer than it takes to see that it does.
IMPATIENT = {
    "routelab.grading.judging.LOADING_LIMIT": 2,
    "routelab.process.worker.GRACE": 0.3,
    "routelab.process.inbox.LONGEST_ANSWER": 4 << 20,
}


def started(*words: str, folder: Path, instead: Mapping[str, float] | None = None) -> Started:
    environ = {**os.environ, "GITHUB_TOKEN": "the-graders-own"}
    return Started("grade", "2", *words, "--format", "json", folder=folder, environ=environ, instead=instead)


# A class of five kinds


@posix
def test_the_same_file_with_any_jobs_after_a_kill_in_shards_and_in_any_order(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = Path(tempfile.mkdtemp())
    scratch.chmod(0o755)  # submissions may be run by another user
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    whole_class(tmp_path / "class", size := 100 if LONG_FORM else len(KINDS))
    options = (*ONE_TASK, "--format", "json")
    expected = lines(cli("grade", "2", "class", *options, "--jobs", "2", folder=tmp_path).out)
    assert len(expected) == size
    for result, (kind, (_, verdict, points, mistakes)) in zip(expected, itertools.cycle(KINDS.items())):
        assert result["submission"].endswith(f"-{kind}")
        assert (result["verdict"], result["score"]) == (verdict, points[0])
        assert tuple(said for task in result["tasks"] for said in task["mistakes"]) == mistakes
    # A run that is killed in its midst, for its last one takes longer, and gone on with.
    last = max((tmp_path / "class").iterdir())
    (last / "app.py").write_text("import time\ntime.sleep(600)\n")
    killed = started("class", *ONE_TASK, "-o", "killed.json", folder=tmp_path)
    file, growing = tmp_path / "killed.json", tmp_path / "killed.json.part"
    wait_for(lambda: growing.exists() and growing.read_bytes().count(b"\n") > 2)
    killed.send_signal(signal.SIGKILL)
    assert killed.ended().code == -signal.SIGKILL
    (last / "app.py").unlink()
    had = growing.read_bytes()
    assert 2 < had.count(b"\n") < size
    assert len(list(scratch.glob("routelab-grade-*"))) == 1
    assert not file.exists()
    growing.write_bytes(had + b'{"submission": "cut o')
    alone = (*options, "--jobs", "1")
    resumed = cli("grade", "2", "class", "-o", "killed.json", "--resume", *alone, folder=tmp_path)
    assert (resumed.code, resumed.err) == (3, "")
    assert lines(file.read_text()) == expected
    assert had.splitlines()[0].decode() in file.read_text()  # what was done was not done again
    assert not growing.exists()
    # In parts, put together; and named in another order.
    backwards = sorted((f"class/{each.name}" for each in (tmp_path / "class").iterdir()), reverse=True)
    for part in ("1/2", "2/2"):
        words = ("grade", "2", *backwards, "-o", f"{part[0]}.json", "--shard", part)
        assert cli(*words, *alone, folder=tmp_path).err == ""
        of_part = lines((tmp_path / f"{part[0]}.json").read_text())
        assert of_part == [each for each in expected if each in of_part] != []
    merged = cli("grade", "2", "--merge", "1.json", "2.json", *options, folder=tmp_path)
    assert (merged.code, merged.err) == (3, "")
    assert lines(merged.out) == expected
    scratch.rmdir()  # nothing is left in it, not even by the run that was killed


def wait_for(happened: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_results_of_another_lesson_or_other_tasks_are_not_mixed(cli: Cli, tmp_path: Path) -> None:
    submit(tmp_path / "ann", SOLUTION)
    options = ("--format", "json", "-o", "r.json", "--isolation", "process")
    assert cli("grade", "2", "ann", *options, folder=tmp_path).code == 0
    before = (tmp_path / "r.json").read_text()
    for words, says in (
        (("3", "ann", *options, "--resume"), "r.json:1: this was graded on another lesson"),
        (("2", "ann", "--task", "hello", *options, "--resume"), "r.json:1: this was graded on other tasks"),
        (("3", "--merge", "r.json"), "r.json:1: this was graded on another lesson"),
    ):
        ended = cli("grade", *words, folder=tmp_path)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
        assert says in ended.err
    assert (tmp_path / "r.json").read_text() == before
    twice = cli("grade", "2", "--merge", "r.json", "r.json", folder=tmp_path)
    assert (twice.code, twice.err.count("\n")) == (0, 1)
    assert "'ann' has a result already" in twice.err
    if Path("/dev/full").exists():
        for asked in (("ann", *options[:2], *options[4:]), ("--merge", "r.json", "--format", "csv")):
            full = cli("grade", "2", *asked, "-o", "/dev/full", folder=tmp_path)
            assert (full.code, full.err.count("\n")) == (1, 1)
            assert "/dev/full cannot be written: No space left" in full.err


@pytest.mark.parametrize("wanted", ["json", "csv"])
@pytest.mark.parametrize("before", [None, "old results\n"])
def test_a_run_that_fails_leaves_what_was_there(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, before: str | None
) -> None:
    def failing(*_asked: object) -> NoReturn:
        raise RoutelabError("there is no sandbox")

    monkeypatch.setattr("routelab.commands.grade.judge_all", failing)
    submit(tmp_path / "ann", SOLUTION)
    file = tmp_path / "results"
    if before is not None:
        file.write_text(before)
    failed = cli("grade", "2", "ann", "--format", wanted, "-o", "results", folder=tmp_path)
    assert (failed.code, failed.err) == (1, "routelab: there is no sandbox\n")
    assert (file.read_text() if file.exists() else None) == before
    assert {each.name for each in tmp_path.iterdir()} - {"results"} == {"ann"}


def test_what_was_there_stays_until_all_is_graded(cli: Cli, tmp_path: Path) -> None:
    """Where there is no room for the second of two, the run is gone on with from the first."""
    for name in ("ann", "bob"):
        submit(tmp_path / name, SOLUTION)
    words = ("grade", "2", "ann", "bob", "--format", "json", "-o", "r.json", "--isolation", "process")
    assert cli(*words, folder=tmp_path).code == 0
    file = tmp_path / "r.json"
    whole, old = file.read_text(), "older results\n"
    ann, bob = map(SubmissionGrade.from_json, map(json.loads, whole.splitlines()))
    file.write_text(old)
    with ResultFile(file, assignment_of("2", None), ("ann", "bob"), resume=False) as results:
        results.add(ann)
        with little_room(len(whole) - 1), pytest.raises(NotWritten, match=r"r\.json\.part"):
            results.add(bob)
    assert file.read_text() == old
    assert cli(*words, "--resume", folder=tmp_path).code == 0
    assert lines(file.read_text()) == lines(whole)
    assert file.read_text().splitlines()[0] == whole.splitlines()[0]  # ann's was not graded again
    assert not (tmp_path / "r.json.part").exists()


# Hostile ones

ARTIST = '    return f"Albums by {escape(name)}"\n'
MUCH = 100 if LONG_FORM else 30  # megabytes
ASKED, RIGHT = "artist == 'Blondie'", "return f'Albums by {artist}'"
# What the worker itself runs on; patched, it breaks.
WORKERS_OWN = tuple(
    f"routelab.{room}"
    for room in (
        "worker", "engine", "tracing", "record", "live", "routing", "environ", "sent", "messages", "requestline",
        "loading", "loaded", "stopping", "errors", "router", "reaching", "interpreter", "fates", "regularfile",
        "pythontext", "headers", "nearest",
    )
)  # fmt: skip
NEIGHBOURS = """
import glob, shutil
for folder in ("{folder}", "/tmp/routelab-grade-*/*", "/dev/shm", "/pipes"):
    for found in glob.glob(folder) + glob.glob(folder + "/*"):
        shutil.rmtree(found, ignore_errors=True)
"""
PATCHED = """
import pkgutil, importlib, sys, types
import routelab
for module in pkgutil.walk_packages(routelab.__path__, "routelab."):
    if "__main__" not in module.name:
        try: importlib.import_module(module.name)
        except BaseException: pass
class Yes:
    passed = True; problem = None; no_app = None; checks = (); mistake = None; score = 99; verdict = "graded"
    def __init__(self, *a, **k): pass
    def __call__(self, *a, **k): return self
    def __iter__(self): return iter(())
    def __bool__(self): return True
for name, module in list(sys.modules.items()):
    if name.startswith("routelab.") and not name.startswith({keep}):
        for key, thing in list(vars(module).items()):
            if isinstance(thing, types.FunctionType):
                setattr(module, key, lambda *a, **k: Yes())
            elif isinstance(thing, type) and not key.startswith("_"):
                for method in ("passed", "score", "holds"):
                    try: setattr(thing, method, True)
                    except Exception: pass
"""
# What answers messages is found where it is, whatever it is called.
TAKEN = """
import gc, os
service = next(it for it in gc.get_objects() if type(it).__name__ == "Service")
channel = service._channel
"""
FORGED = f"""{TAKEN}
real = service._verbs["send"]
def forged(message):
    reply = real(message)
    reply["trace"]["response"]["status"] = 200
    reply.update(passed=True, score=99, verdict="graded", judged=True, results=[], checks=[])
    return reply
service._verbs["send"] = forged
"""
NO_TRACE = (
    TAKEN
    + """
service._verbs["send"] = lambda message: {answer}
"""
)
ODD_ANSWERS = (
    '{"trace": {}}',
    '{"trace": None, "steps": 3}',
    '{"steps": [], "trace": [], "base": 1}',
    '{"steps": [[0, [{"kind": "match"}]]], "trace": {}, "base": {}}',
    "{}",
    '{"loaded": 1}',
    '{"stopped": 5}',
    '{"failed": 7}',
    '{"failed": "' + "x" * 3000 + '"}',
)
SPIES = f"""\
import os
found = str(dict(os.environ))
for name in ('self', os.getppid()):
    try: found += open(f'/proc/{{name}}/environ').read()
    except OSError: pass
if 'the-graders-own' in found: return 'seen'
{RIGHT}
"""
READS = """
from pathlib import Path
for lesson in ("{lesson}", *Path("/").glob("*/*/lessons/02*"), *Path("/").glob("*/*/*/lessons/02*")):
    try: exec(Path(lesson, "solution", "app.py").read_text())
    except OSError: pass
"""


def view(body: str, above: str = "") -> str:
    """Put another body into the view of an artist, in a solution that is right otherwise."""
    assert ARTIST in SOLUTION
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    return SOLUTION.replace(ARTIST, f"    artist = name\n{indented}") + above


# By name: the app, its verdict and points. These lie to the tool, through pipes that are the same wherever they run.
LIARS: dict[str, tuple[str, str, int]] = {
    "patches what judges": (STARTER + PATCHED.replace("{keep}", f"{WORKERS_OWN}"), "graded", 0),
    "patches all": (STARTER + PATCHED.replace("{keep}", "('nothing',)"), "ended", 0),
    "forges the answer": (STARTER + FORGED, "graded", 0),
    **{f"answers {answer[:20]!a}": (STARTER + NO_TRACE.format(answer=answer), "ended", 0) for answer in ODD_ANSWERS},
    "floods the pipe": (STARTER + TAKEN + "\ndef flood(m):\n    while True: channel.write({'id': m['id'], 'steps': [[1, ['x' * 10**6]]]})\nservice._verbs['send'] = flood\n", "ended", 0),
    "endless line": (STARTER + TAKEN + "\ndef flood(m):\n    while True: os.write(channel._out, b'x' * 10**6)\nservice._verbs['send'] = flood\n", "ended", 0),
    "nests": (STARTER + TAKEN + "\nservice._verbs['send'] = lambda m: os.write(channel._out, channel._token + b' ' + b'[' * 10**6 + b'\\n')\n", "ended", 0),
    "odd numbers": (STARTER + TAKEN + "\nservice._verbs['send'] = lambda m: os.write(channel._out, channel._token + b' {\"id\": NaN}\\n')\n", "ended", 0),
}  # fmt: skip
# These may take along what is beside them. The endless ones are so for one of the two who ask.
HOSTILE: dict[str, tuple[str, str, int]] = {
    "exits well": (view("import os; os._exit(0)"), "ended", WHOLE - 1),
    "exits on import": ("import os; os._exit(0)", "ended", 0),
    "is killed": (view("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), "ended", WHOLE - 1),
    "ends its group": (view("import os, signal; os.killpg(0, signal.SIGKILL)"), "ended", WHOLE - 1),
    "reads the environment": (view(SPIES), "graded", WHOLE),
    "thread stays": (view("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nreturn f'Albums by {artist}'"), "graded", WHOLE),
    "daemon stays": (view("import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import os, time; os.setsid(); os.fork() and os._exit(0); time.sleep(600)  # {folder}'])\nreturn f'Albums by {artist}'"), "graded", WHOLE),
    "three gigabytes": (view("return str(len(bytearray(3 * 10 ** 9)))"), "memory", WHOLE - 1),
    "lifts its limit": (view("import resource\nfor each in (-1, resource.getrlimit(resource.RLIMIT_DATA)[1]):\n    try: resource.setrlimit(resource.RLIMIT_DATA, (each, each))\n    except (ValueError, OSError): pass\nreturn str(len(bytearray(3 * 10 ** 9)))"), "memory", WHOLE - 1),
    "grows": (view("kept = []\nwhile True: kept.append(bytearray(10 ** 8))"), "memory", WHOLE - 1),
    "imports without end": (SOLUTION + "\nimport time\nwhile True: time.sleep(9)\n", "time", 0),
    "loops": (view(f"import time\nwhile {ASKED}: time.sleep(0.01)\n{RIGHT}"), "time", WHOLE - 1),
    "stays in C": (view(f"if {ASKED}:\n    {STAYS_IN_C}\n{RIGHT}"), "time", WHOLE - 1),
    "catches all": (view(f"import time\nwhile {ASKED}:\n    try: time.sleep(9)\n    except: pass\n{RIGHT}"), "time", WHOLE - 1),
    "prints much": (view(f"import sys\nfor _ in range({MUCH}): sys.stdout.write('x' * 10**6)\n{RIGHT}"), "graded", WHOLE),
    "writes much past": (view(f"import os\nfor _ in range({MUCH}): os.write(1, b'x' * 10**6)\n{RIGHT}"), "graded", WHOLE),
    "prints a grade": (view("print('Grade :=>> 100'); return '\\nGrade :=>> 100\\n'"), "graded", WHOLE - 1),
    "fills the disk": (view("open('big', 'wb').truncate(0)\nwith open('big', 'wb') as f:\n    for _ in range(100): f.write(b'x' * 10**6)"), "graded", WHOLE - 1),
    "deletes itself": (view("import os, shutil; shutil.rmtree(os.path.dirname(__file__), ignore_errors=True); return 'gone'"), "no_app", 0),
    "closes its folder": (view("import os\nif not os.path.exists('d'): os.makedirs('d/e'); os.chmod('d', 0)\nreturn f'Albums by {artist}'"), "graded", WHOLE),
}  # fmt: skip
ONLY_APART = {
    "fork bomb": (view(f"import os, time\nwhile {ASKED}:\n    try: os.fork()\n    except OSError: time.sleep(9)\n{RIGHT}"), "time", WHOLE - 1),
    "kills all": (view("import os, signal; os.kill(-1, signal.SIGKILL); os._exit(3)"), "ended", WHOLE - 1),
    "deletes neighbours": (SOLUTION + NEIGHBOURS, "graded", WHOLE),
    "reads the solution": (STARTER + READS, "graded", 0),
}  # fmt: skip


# Where these are tried in the short form: in sandboxes, or beside each other; in both what is about keeping apart.
APART = (
    "ends its group", "reads the environment", "daemon stays", "lifts its limit", "imports without end", "stays in C",
    "fills the disk", "deletes itself", "closes its folder", *ONLY_APART,
)  # fmt: skip
BESIDE = [
    name
    for name in (*LIARS, *HOSTILE)
    if name != "imports without end" and (not name.startswith("answers ") or "{}" in name)
]


# These reach for nothing beyond themselves: in the short form nobody is beside them.
ALONE = (
    "exits well", "exits on import", "is killed", "reads the environment", "three gigabytes", "lifts its limit",
    "imports without end", "loops", "stays in C", "catches all", "prints a grade", "deletes itself",
    "thread stays", "grows", "prints much", "writes much past",
)  # fmt: skip


def has_neighbour(name: str) -> bool:
    return name not in LIARS and name in chosen(
        [*HOSTILE, *ONLY_APART], [*{*HOSTILE, *ONLY_APART} - {*ALONE}]
    )


# All tasks are asked of what never ends, and, in the short form, of these: what one answer does to the next is what
# it does to them. The others are asked for one task, and so is everybody in a sandbox.
ASKED_ALL = ("exits well", "three gigabytes", "prints a grade", "daemon stays", "closes its folder")
OPTIONS: dict[str, tuple[str, ...]] = {
    "endless": ("--timeout", "2", "--jobs", "3"),
    "asked all": ("--timeout", "60", "--jobs", "1"),
    "class": ("--timeout", "60", "--jobs", "2"),
}


def kind_of(name: str, verdict: str, apart: bool) -> str:
    """Return with which others a hostile one is judged: only what never ends has a limit that can be reached."""
    if verdict == "time":
        return "endless"
    return "asked all" if LONG_FORM or (name in ASKED_ALL and not apart) else "class"


def hostile_class(folder: Path, apart: bool, kind: str) -> dict[str, tuple[str, str, int]]:
    """Write hostile ones of a kind, some with a right one beside them."""
    every = {**LIARS, **HOSTILE, **(ONLY_APART if apart else {})}
    names = chosen([*every], APART if apart else BESIDE)
    cases = {name: every[name] for name in names if kind_of(name, every[name][1], apart) == kind}
    for name, (app, _, _) in cases.items():
        told = app.replace("{folder}", str(folder)).replace("{lesson}", str(bundled_lessons()[1]))
        submit(folder / name, told)
        if has_neighbour(name):
            submit(folder / f"{name}, beside", SOLUTION)
    return cases


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@posix
@pytest.mark.parametrize("apart", [True, False], ids=["bubblewrap", "process"])
def test_each_hostile_one_gets_its_verdict_and_its_neighbours_theirs(
    tmp_path: Path, bubblewrap: bool, apart: bool
) -> None:
    if apart and not bubblewrap:
        pytest.skip("bubblewrap does not work here")
    isolation = "bubblewrap" if apart else "process"

    def are_judged(folder: str) -> None:
        if not (cases := hostile_class(tmp_path / folder, apart, folder)):
            return
        only, whole = ((), WHOLE) if LONG_FORM or not (apart or folder == "class") else (ONE_TASK, 1)
        before = contents(tmp_path / folder)
        backwards = sorted((f"{folder}/{each.name}" for each in (tmp_path / folder).iterdir()), reverse=True)
        # What is right of each says nothing of who came before: one order each way of keeping them apart will do.
        for words in chosen([(folder,), (*backwards,)], [(*backwards,) if apart else (folder,)]):
            options = (*OPTIONS[folder], *only, "--isolation", isolation, "--memory", "300")
            ended = started(*words, *options, folder=tmp_path, instead={} if LONG_FORM else IMPATIENT).ended()
            assert (ended.code, ended.err) == (3, "")
            got = {each["submission"]: each for each in lines(ended.out)}
            assert {name: (each["verdict"], each["score"], said(each)) for name, each in got.items()} == {
                **{
                    name: (verdict, max(score - WHOLE + whole, 0), said(got[name]))
                    for name, (_, verdict, score) in cases.items()
                },
                **{f"{name}, beside": ("graded", whole, "") for name in cases if has_neighbour(name)},
            }
            assert {each["isolation"] for each in got.values()} == {isolation}
            assert contents(tmp_path / folder) == before

    with ThreadPoolExecutor() as pool:  # what is waited for is waited for while the others are judged
        assert list(pool.map(are_judged, OPTIONS)) == [None] * len(OPTIONS)
    assert not list(left_behind(tmp_path))


@posix
def test_a_python_below_the_folder_for_temporary_files_stays_there(tmp_path: Path, bubblewrap: bool) -> None:
    """So does everything of it: the folder is emptied after each submission, and the next one finds all again."""
    if not bubblewrap:
        pytest.skip("bubblewrap does not work here")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        python = Path(folder, "python")
        venv.create(python, symlinks=True)
        (packages,) = python.glob("lib/python*/site-packages")
        (packages / "ours.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
        runs = view(
            "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import os'], check=True)\n"
            "return f'Albums by {artist}'"
        )
        for name in ("a", "b"):
            submit(tmp_path / "class" / name, runs)
        words = (
            "grade",
            "2",
            "class",
            *ONE_TASK,
            "--isolation",
            "bubblewrap",
            "--jobs",
            "1",
            "--format",
            "json",
        )
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(
            [str(python / "bin" / "python"), "-m", "routelab", *words],
            cwd=tmp_path, env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
    got = lines(ended.stdout)
    assert [(each["verdict"], each["score"], said(each)) for each in got] == [("graded", 1, "")] * 2


def said(result: dict[str, Any]) -> str:
    """Return what is said of the tasks that are not passed, for whoever reads why a test failed."""
    return " | ".join(task["message"] for task in result["tasks"] if task["message"])


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (
            RuntimeError("can't start new thread"),
            "it could not be judged: the system says: no new thread can be",
        ),
        (ZeroDivisionError(), "what its process sent back could not be judged (ZeroDivisionError)"),
    ],
)
def test_what_the_judges_own_system_refuses_is_not_said_of_a_submission(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, says: str
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise raised

    monkeypatch.setattr("routelab.grading.judging.judge_edit", refuse)
    submit(tmp_path / "ann", SOLUTION)
    ended = cli("grade", "2", "ann", "--format", "json", "--isolation", "process", folder=tmp_path)
    (result,) = lines(ended.out)
    assert result["tasks"][0]["message"].startswith(says)


@posix
@pytest.mark.parametrize("megabytes", ["1", "20"])
def test_too_little_memory_to_load_in_is_told_as_such(cli: Cli, tmp_path: Path, megabytes: str) -> None:
    if sys.platform != "linux":
        pytest.skip("memory is bounded on Linux alone")
    submit(tmp_path / "ann", SOLUTION)
    options = ("--format", "json", "--memory", megabytes, "--isolation", "process")
    ended = cli("grade", "2", "ann", *options, folder=tmp_path)
    (result,) = lines(ended.out)
    assert result["verdict"] == "memory"
    unit = "megabyte" if megabytes == "1" else "megabytes"
    assert f"the memory limit of {megabytes} {unit} was reached" in result["tasks"][0]["message"]


@posix
def test_no_two_sandboxes_run_as_one_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.grading.users._CLAIMS", tmp_path)
    monkeypatch.setattr("routelab.grading.users._USERS", 3)
    users = [OwnUser() for _ in range(3)]
    assert len({user.number for user in users}) == 3
    beyond = OwnUser()  # rather somebody else's than none
    users[1].close()
    after = OwnUser()
    assert after.number == users[1].number
    for user in (*users, beyond, after):
        user.close()


@posix
def test_a_parent_that_is_killed_costs_its_killer_alone(tmp_path: Path, bubblewrap: bool) -> None:
    kill = "import os, signal\ntry: os.kill(os.getppid(), signal.SIGKILL)\nexcept OSError: pass\nreturn f'Albums by {artist}'"
    for name, app in (("a", SOLUTION), ("b", view(kill)), ("c", SOLUTION)):
        submit(tmp_path / "class" / name, app)
    if not bubblewrap and os.geteuid() == 0:
        pytest.skip("its parent would be anybody's")
    ended = started("class", *ONE_TASK, "--jobs", "1", folder=tmp_path).ended()
    first, killer, last = lines(ended.out)
    assert (first["score"], last["score"]) == (1, 1)
    # Where it is another user than its parent it cannot.
    assert (killer["verdict"], killer["score"]) in (("ended", 0), ("graded", 1))


def left_behind(folder: Path) -> Iterator[str]:
    """Find processes that a submission of this folder has left: they sleep for ten minutes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = path.read_bytes()
        except OSError:
            continue
        if b"time.sleep(600)" in said and bytes(folder) in said:
            yield path.parent.name


class _Obedient:
    """A parent that does as it is told, and has no process."""

    alive = True

    def tell(self, _do: str, **_more: Any) -> int:
        return 0


@posix
def test_an_ended_worker_lives_no_more_and_its_pipe_is_nobody_elses() -> None:
    into_end, into = os.pipe()
    out, still_open = os.pipe()
    past, open_as_well = os.pipe()
    pipes = _ForkedPipes(_Obedient(), 1, into, out, past)  # type: ignore[arg-type]
    worker = Worker(pipes, "token", sys.executable)
    lived = worker.alive
    worker.end("end")
    assert (lived, worker.alive) == (True, False)  # although its pipes say nothing of it yet
    others_end, others = os.pipe()
    if others != into:
        os.dup2(others, into)  # another worker's pipe has its number now
    with pytest.raises(ValueError, match="closed file"):
        pipes.write(b"for the other")
    for descriptor in {into_end, into, still_open, open_as_well, others_end, others}:
        os.close(descriptor)


@posix
def test_ctrl_c_keeps_what_is_done_and_says_how_many_that_is_and_how_to_go_on(tmp_path: Path) -> None:
    # The first one holds up its place, the second is done, and then the third says that it has begun.
    begun = Path(tempfile.mkdtemp())
    begun.chmod(0o777)  # submissions may be run by another user
    submit(tmp_path / "class" / "1", "import time\ntime.sleep(600)\n")
    submit(tmp_path / "class" / "2", SOLUTION)
    submit(
        tmp_path / "class" / "3",
        f"import pathlib, time\npathlib.Path({str(begun / 'it')!r}).touch()\ntime.sleep(600)\n",
    )
    options = (*ONE_TASK, "--isolation", "process", "--jobs", "2", "-o", "r.json")
    stopped = started("class", *options, folder=tmp_path)
    wait_for(lambda: (begun / "it").exists())
    stopped.send_signal(signal.SIGINT)
    ended = stopped.ended()
    shutil.rmtree(begun)
    assert ended.code == 130
    assert ended.err.startswith("routelab: stopped when 1 of 3 were graded; r.json.part has them")
    assert ended.err.count("\n") == 1
    (kept,) = lines((tmp_path / "r.json.part").read_text())
    assert (kept["submission"], kept["score"]) == ("2", 1)
