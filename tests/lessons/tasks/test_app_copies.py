"""An app that is loaded once and copied for each request: every trace is what loading it anew would give."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from here import apps_here
from routelab.lab import Lab, load
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.running import TIME_LIMIT, ProvenApp, Runs, app_factory, send_in
from routelab.requestline.parsing import parse
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.trace import Trace
from support import ROOT, write_app

copied = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an app is loaded anew each time")

COUNTS = """
    import os, signal, sys, threading, time
    from flask import Flask, request

    app = Flask(__name__)
    seen = []
    {more}

    @app.route("/")
    @app.route("/<name>")
    def home(name=""):
        seen.append(name)
        cookie = int(request.cookies.get("seen", "0")) + 1
        response = app.make_response(f"{{len(seen)}} {{cookie}} {{name}}")
        response.set_cookie("seen", str(cookie))
        return response

    @app.get("/pid")
    def pid():
        return str(os.getppid())

    @app.get("/exit")
    def leave():
        os._exit(0)

    @app.get("/exit/<int:code>")
    def leave_with(code):
        os._exit(code)

    @app.get("/kill")
    def kill():
        os.kill(os.getpid(), signal.SIGKILL)

    @app.get("/crash")
    def crash():
        import ctypes
        ctypes.string_at(0)

    @app.get("/group")
    def group():
        os.killpg(0, signal.SIGKILL)

    @app.get("/loop")
    def loop():
        time.sleep(99)

    @app.get("/waits")
    def waits():
        open("../waiting", "w").close()
        time.sleep(99)

    @app.get("/deaf")
    def deaf():
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(99)

    @app.get("/write")
    def write():
        with open("note", "a") as file:
            file.write("x")
        return str(os.path.getsize("note"))

    @app.get("/thread")
    def thread():
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        return "started"

    @app.get("/prints")
    def prints():
        print("printed")
        os.write(1, b"past")
        return "said"
"""
PATHS = (
    "/", "/ann", "/exit", "/", "/exit/3", "/kill", "/ann", "/crash", "/group", "/loop", "/nope", "/write", "/thread",
    "/prints", "/bob",
)  # fmt: skip


def typed(path: str) -> TypedRequest:
    return TypedRequest(typed=f"GET {path}", line=parse(["GET", path]))


class Loads:
    """Loads an app, and counts."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self._load = app_factory(folder, "routelab")

    def __call__(self) -> Lab:
        self.count += 1
        return self._load()


def app_of(folder: Path, more: str = "") -> Path:
    write_app(folder, COUNTS.replace("{more}", more).replace("{{", "{").replace("}}", "}"))
    return folder


class Waiting(Runs):
    """Runs that wait a short time for what never ends, and as long as others for all else."""

    def traces(self, before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[Trace, ...]:
        self._seconds = limit_of(request)
        return super().traces(before, request)


def limit_of(request: TypedRequest) -> float:
    return 0.3 if request.typed in ("GET /loop", "GET /deaf") else TIME_LIMIT


def traces(folder: Path, paths: tuple[str, ...]) -> tuple[list[Trace], int]:
    loads = Loads(folder)
    with Waiting(loads) as runs:
        return [runs.trace((typed("/first"),), typed(path)) for path in paths], loads.count


def anew(folder: Path, path: str) -> Trace:
    with app_factory(folder, "routelab")() as lab:
        return send_in(lab, (typed("/first"),), typed(path), limit_of(typed(path)))[-1]


def test_each_trace_is_what_loading_anew_gives(tmp_path: Path) -> None:
    folder = app_of(tmp_path)
    once = dict.fromkeys(PATHS)  # a path is asked once
    got, _ = traces(folder, tuple(once))
    (folder / "note").unlink()
    for path, trace in zip(once, got, strict=True):
        assert trace.to_dict() == anew(folder, path).to_dict(), path


@copied
def test_an_app_is_loaded_once_as_long_as_copies_are_what_loading_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_of(tmp_path)
    for paths, loads in (
        (("/", "/ann", "/nope"), 1),
        (("/thread", "/ann"), 1),  # the thread is the copy's
        (("/write", "/ann", "/bob"), 2),  # its files are not what they were
        (("/exit", "/ann", "/bob"), 2),
        (("/loop", "/ann"), 1),  # ended in place
    ):
        (tmp_path / "note").unlink(missing_ok=True)
        assert traces(tmp_path, paths)[1] == loads, paths
    monkeypatch.setattr("routelab.process.worker.GRACE", 0.1)  # what hears nothing uses up all of it
    assert traces(tmp_path, ("/deaf", "/ann"))[1] == 2  # ended with its process


@copied
@pytest.mark.parametrize(
    "more",
    [
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "os.fork = os.waitpid = os.pipe = None",
        "os.register_at_fork(before=lambda: 1 / 0)",
        "sys.modules['signal'] = sys.modules['gc'] = None",
    ],
)
def test_an_app_that_cannot_be_copied_is_loaded_anew(tmp_path: Path, more: str) -> None:
    app_of(tmp_path, more)
    got, _ = traces(tmp_path, ("/", "/ann"))
    assert [each.to_dict() for each in got] == [anew(tmp_path, path).to_dict() for path in ("/", "/ann")]


@copied
def test_a_copy_ends_alone_and_the_last_is_the_app_itself(tmp_path: Path) -> None:
    lab = load("app.py", engine="routelab", folder=app_of(tmp_path))
    with lab:
        parents = set()
        for last in (False, False, True):
            copy = lab.copy(last=last)
            assert copy is not None
            with copy:
                parents.add(copy.send("GET /pid").response.body)  # type: ignore[union-attr]
                assert copy.send("GET /ann").response.body == b"1 1 ann"  # type: ignore[union-attr]
        assert len(parents) == 2  # the original's number, and its own parent's
        assert lab.copy() is None


@copied
def test_how_a_copy_ended_is_told(tmp_path: Path) -> None:
    lab = load("app.py", engine="routelab", folder=app_of(tmp_path))
    with lab:
        copy = lab.copy()
        assert copy is not None
        with copy:
            steps = copy.send("GET /exit/3").steps
            assert isinstance(steps[-1], StoppedStep)
            assert steps[-1].exit_code == 3
            # As with any worker that ended, the next request finds another.
            assert copy.send("GET /ann").response.body == b"1 1 ann"  # type: ignore[union-attr]
        assert lab.copy() is None


def test_where_a_system_has_no_processes_the_app_that_was_loaded_is_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = Loads(app_of(tmp_path))
    with apps_here(monkeypatch), Runs(loads) as runs:
        assert runs.failure() is None
        for path, said, loaded in (("/", b"1 1 ", 1), ("/ann", b"1 1 ann", 2)):
            response = runs.trace((), typed(path)).response
            assert response is not None
            assert (response.body, loads.count) == (said, loaded)


def test_a_live_app_has_no_copies(tmp_path: Path) -> None:
    loads = Loads(app_of(tmp_path))
    with Runs(loads, ahead=[((), typed("/"))]) as runs:
        runs.trace((), typed("/"))
        assert runs.written(PurePosixPath("app.py"), re.compile("seen = "))
        assert loads.count == 1
        runs.trace((), typed("/ann"))
    assert loads.count == 2  # the only request that was foreseen needed no copy


@copied
def test_what_is_proven_of_an_app_is_run_once_and_once_more(tmp_path: Path) -> None:
    loads, noted = Loads(app_of(tmp_path)), list[Trace]()
    with ProvenApp(loads, lambda trace, _line: noted.append(trace), lambda *_: None) as app:
        assert app.runs.failure() is None
        for path, loaded in (("/ann", 2), ("/bob", 3)):  # bob is another's second: that counts, so once more
            first, again = app.twice((typed("/first"),), typed(path), lambda trace: trace.response)
            assert (first, again) == (app.runs.trace((typed("/first"),), typed(path)).response,) * 2
            assert loads.count == loaded
        assert noted == []
        shown = app.proven((typed("/first"),), typed("/bob"), lambda trace: trace.verdict, line=1)
        assert [hop.request.path for hop in noted] == ["/first", "/bob"]
        assert noted[-1] is shown
    assert loads.count == 3


def test_what_is_not_the_same_twice_is_found(tmp_path: Path) -> None:
    with ProvenApp(Loads(app_of(tmp_path)), lambda *_: None, lambda *_: None) as app:
        first, again = app.twice((), typed("/write"), lambda trace: trace.response)
        assert first != again


@copied
def test_an_engine_that_follows_asks_a_shared_app_and_a_fresh_one_where_that_differs(tmp_path: Path) -> None:
    loads = [Loads(app_of(tmp_path / name)) for name in ("one", "two")]
    told: list[tuple[str, str, int]] = []

    def asked(app: ProvenApp, path: str) -> bytes:
        trace = app.proven((), typed(path), lambda trace: trace.response, line=7, twice=path)
        return trace.response.body  # type: ignore[union-attr]

    def differ(name: str) -> Callable[[str, int, object, object], None]:
        return lambda twice, line, *_: told.append((name, twice, line))

    with ProvenApp(loads[0], lambda *_: None, differ("one"), follows=True) as one:
        first = [asked(one, path) for path in ("/ann", "/bob", "/pid")]
        assert (loads[0].count, told) == (1, [])  # it leaves the second run to the one that follows
        with ProvenApp(loads[1], lambda *_: None, differ("two"), beside=one) as two:
            assert two.failure() is None
            assert asked(two, "/ann") == first[0]
            assert loads[1].count == 1
            assert asked(two, "/bob") == first[1]  # the shared app has counted /ann
            assert (loads[1].count, told) == (2, [])
            asked(two, "/pid")  # another in each process
            assert told == [("one", "/pid", 7), ("two", "/pid", 7)]
            asked(one, "/write")  # in a folder of its own, so the one that follows would never see it
            assert told[2:] == [("one", "/write", 7)]
            asked(two, "/write")
            assert told[3:] == [("two", "/write", 7)]


INTERRUPTED = """
import os, signal, sys, threading, time
from pathlib import Path
from routelab.lab import load
with load("app.py", engine="routelab", folder=Path(sys.argv[1])) as lab:
    copy = lab.copy()

    def press():
        while not Path(sys.argv[1], "../waiting").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    print(copy.send("GET /waits", seconds=60).verdict)
    print(copy.send("GET /ann").verdict)
    copy.close()
    print(lab.copy().send("GET /ann").verdict)
"""


@copied
def test_ctrl_c_reaches_a_copy_and_its_original_goes_on(tmp_path: Path) -> None:
    words = [sys.executable, "-c", INTERRUPTED, str(app_of(tmp_path / "app"))]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(words, env=environ, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["stopped by Ctrl-C", "200 OK", "200 OK"]
