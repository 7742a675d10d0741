"""A process that has one app after another: each finds it as the first did, and no proof fails for what it finds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from textwrap import dedent
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest

from routelab.commands.learning import learner_environment
from routelab.errors import WorkerBroken
from routelab.lab import Lab, load
from routelab.lessons.explaining import prove_explanations
from routelab.lessons.explanation import folder as pages_of_explain
from routelab.lessons.explanation import read_explanation
from routelab.lessons.proofs import prove
from routelab.process.worker import Worker
from routelab.session.demo.apps import DemoApps
from routelab.session.demo.rehearsal import rehearse
from routelab.session.demo.script import parse_script
from routelab.worker.channel import Channel
from routelab.worker.copying import Copies
from routelab.worker.libraries import Libraries
from routelab.worker.loop import Message, _begin_again
from routelab.worker.processstate import ProcessState, enter
from routelab.worker.service import Service
from routelab.workers import WORKERS, AppWorker, ReusedWorkers, Workers, WorkerSource
from support import ENGINES, write_app

pytestmark = [
    pytest.mark.own_process,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each app has a process of its own"),
]

CHANGES = """
    import logging, os, sys
    import helper
    from flask import Flask

    sys.path.insert(0, "/nowhere")
    os.environ["LEFT"] = "here"
    os.chdir("/")
    logging.getLogger("app").addHandler(logging.NullHandler())
    logging.getLogger().setLevel("DEBUG")
    app = Flask(__name__)

    @app.get("/")
    def home():
        return f"{os.getpid()} {helper.NAME}"
"""
LOOKS = """
    import logging, os, sys
    import helper
    from flask import Flask

    found = [
        name for name, left in [
            ("path", "/nowhere" in sys.path),
            ("environment", "LEFT" in os.environ),
            ("folder", os.getcwd() == "/"),
            ("handler", bool(logging.getLogger("app").handlers)),
            ("level", logging.getLogger().level != logging.WARNING),
        ] if left
    ]
    app = Flask(__name__)

    @app.get("/")
    def home():
        return f"{os.getpid()} {helper.NAME} {found}"
"""


def loaded(folder: Path, source: str, workers: WorkerSource, engine: str = "routelab") -> Lab:
    write_app(folder, source)
    write_app(folder, f"NAME = {folder.name!r}", "helper.py")
    return load("app.py", engine=engine, folder=folder, workers=workers)


def said(lab: Lab, path: str = "/") -> list[str]:
    response = lab.send(f"GET {path}").response
    return [] if response is None else response.body.decode().split(" ", 2)


def test_a_process_that_cannot_begin_again_has_one_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "begin_again", lambda _worker: False)
    with ReusedWorkers() as workers:
        with loaded(tmp_path / "one", LOOKS, workers) as lab:
            first = said(lab)
        with loaded(tmp_path / "two", LOOKS, workers) as lab:
            second = said(lab)
    assert (first[1:], second[1:]) == (["one", "[]"], ["two", "[]"])
    assert first[0] != second[0]


class Answers:
    """A worker's channel, and its copies: what the loop says goes no further."""

    def __init__(self) -> None:
        self.said: Message = {}

    def write(self, message: Message) -> None:
        self.said = message

    def nothing_else_runs(self) -> bool:
        return True

    def forget(self) -> None:
        pass


def test_a_process_stays_out_of_a_folder_that_it_may_not_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chdir, before = os.chdir, ProcessState.now({})

    def refuse(folder: str) -> None:
        if folder == str(tmp_path):
            raise PermissionError(folder)
        chdir(folder)

    monkeypatch.chdir(before.here)  # and back there
    monkeypatch.setattr("os.chdir", refuse)
    enter(str(tmp_path))
    assert Path.cwd() == Path(before.here)
    before.replace(here=str(tmp_path)).put_in_place()
    assert Path.cwd() == Path(os.sep)


@pytest.mark.parametrize("had_app", [False, True])
def test_a_failure_of_ours_is_no_app_that_left_anything(
    had_app: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before there was an app, it is told; after one, the process has no other."""

    def fail() -> None:
        raise ZeroDivisionError("a slip of ours")

    answers = Answers()
    service = Service(cast("Channel", answers))
    monkeypatch.setattr("routelab.worker.service.Beginning", fail)
    service._folder = "/app" if had_app else ""
    _begin_again({"id": 1}, service, cast("Copies", answers), cast("Channel", answers))
    worker = cast("Worker", SimpleNamespace(ask=lambda *_: answers.said))
    if had_app:
        assert Worker.begin_again(worker) is False
    else:
        with pytest.raises(WorkerBroken, match="before the app was loaded: ZeroDivisionError: a slip"):
            Worker.begin_again(worker)


@pytest.mark.parametrize("reused", [False, True])
def test_what_is_found_is_looked_for_again_only_where_an_app_had_anothers_process(
    reused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: list[WorkerSource] = []

    def look(source: WorkerSource) -> list[str]:
        sources.append(source)
        for number in range(2):
            with loaded(tmp_path / str(number), LOOKS, source):
                pass
        return ["found"]

    if not reused:
        monkeypatch.setattr(Worker, "begin_again", lambda _worker: False)
    with ReusedWorkers() as workers:
        assert workers.found(look) == ("found",)
        assert sources == ([workers, WORKERS] if reused else [workers])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_next_app_finds_the_process_as_the_first_did(engine: str, tmp_path: Path) -> None:
    with ReusedWorkers() as workers:
        with loaded(tmp_path / "one", CHANGES, workers, engine) as lab:
            pid, name = said(lab)
            assert name == "one"
        with loaded(tmp_path / "fails", "import helper\n    1 / 0", workers, engine) as lab:
            assert lab.failure is not None
        with loaded(tmp_path / "two", LOOKS, workers, engine) as lab:
            assert said(lab) == [pid, "two", "[]"]


def test_a_process_whose_folder_was_deleted_has_one_app_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    started = Workers()
    started.warm = True
    with ReusedWorkers(started) as workers:
        with loaded(tmp_path / "one", CHANGES, workers) as lab:
            pid = said(lab)[0]
        with loaded(tmp_path / "two", LOOKS, workers) as lab:
            assert said(lab) == [pid, "two", "[]"]


def test_two_apps_at_a_time_have_two_processes(tmp_path: Path) -> None:
    with (
        ReusedWorkers() as workers,
        loaded(tmp_path / "one", LOOKS, workers) as one,
        loaded(tmp_path / "two", LOOKS, workers) as two,
    ):
        assert said(one)[0] != said(two)[0]
        assert said(one)[1] == "one"


@pytest.mark.parametrize(
    "left",
    [
        "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import subprocess; subprocess.Popen(['sleep', '60'])",
        "import os; os.open = None; os.chdir = None",
        "import os; os._exit(3)",
    ],
)
def test_a_process_in_which_anything_is_left_has_no_other_app(left: str, tmp_path: Path) -> None:
    pid, then = before_and_after(left, tmp_path)
    assert then[0] != pid
    assert then[1:] == ["two", "[]"]


def test_a_thread_that_is_about_to_end_is_waited_for(tmp_path: Path) -> None:
    thread = "import threading, time; threading.Thread(target=time.sleep, args=(0.02,)).start()"
    pid, then = before_and_after(thread, tmp_path)
    assert then[0] == pid


@pytest.fixture(scope="module")
def kept() -> Iterator[ReusedWorkers]:
    """Workers of several tests, each of which leaves one that has not changed."""
    with ReusedWorkers() as workers:
        yield workers


@pytest.mark.parametrize(
    "change",
    [
        "import json; json.seen = 1",
        "import json; json.dumps = str",
        "import json; json.JSONEncoder.item_separator = ';'",
        "import json; json._default_encoder.indent = 2",
        "import mimetypes; mimetypes.add_type('a/b', '.ab')",
        "import sys; sys.modules['json'] = sys",
        "import warnings; warnings.simplefilter('error')",
        "import sqlite3; sqlite3.register_adapter(Flask, str)",
        "import jinja2.defaults; jinja2.defaults.DEFAULT_FILTERS['x'] = str",
        "import werkzeug.routing as routing; routing.Map.default_converters = {}",
        "import flask; flask.seen = 1",
        "Flask.seen = 1",
        "app.app_context().push()",
        "os.umask(0o7)",
        "sys.setrecursionlimit(2000)",
        "import signal; signal.signal(signal.SIGUSR1, print)",
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_app_leaves_in_libraries_is_seen(
    engine: str, change: str, kept: ReusedWorkers, tmp_path: Path
) -> None:
    with loaded(tmp_path / "one", f"{LOOKS}\n    {change}\n", kept, engine) as lab:
        first = said(lab)[0]
    assert not kept.unchanged()
    with loaded(tmp_path / "two", LOOKS, kept, engine) as lab:
        assert said(lab)[0] != first
    assert kept.unchanged()


USES = """
    import helper, random
    from flask import Flask, jsonify, render_template_string, session

    app = Flask(__name__)
    app.secret_key = "x"

    @app.route("/<int:number>/<path:rest>")
    def page(number, rest):
        session["seen"] = random.random()
        return render_template_string("{{ rest|tojson }}{% if number %}{{ nothing.at.all }}{% endif %}", **locals())
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_what_libraries_keep_for_themselves_is_no_change(engine: str, tmp_path: Path) -> None:
    with ReusedWorkers() as workers:
        with loaded(tmp_path / "one", USES, workers, engine) as lab:
            for path in ("/0/%C3%A4", "/1/a", "/x", "/static/a.css", "//1/a"):
                lab.send(f"GET {path}")
        assert workers.unchanged()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_test_client_brings_no_library_that_was_not_there(engine: str, tmp_path: Path) -> None:
    source = f"{LOOKS}\n    app.test_client().get('/')\n"
    with ReusedWorkers() as workers:
        with loaded(tmp_path / "one", source, workers, engine) as lab:
            first = said(lab)[0]
        with loaded(tmp_path / "two", source, workers, engine) as lab:
            assert said(lab)[0] == first
        assert workers.unchanged()


WARNS = """
    import helper, warnings
    from flask import Flask

    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("default")
        warnings.warn_explicit("look out", UserWarning, "json.py", 1, "json", vars(__import__("json")).setdefault(
            "__warningregistry__", {}
        ))
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: f"{helper.NAME} {len(given)}")
"""


def test_each_app_is_warned_as_the_first_was(tmp_path: Path) -> None:
    with ReusedWorkers() as workers:
        for name in ("one", "two"):
            with loaded(tmp_path / name, WARNS, workers) as lab:
                assert said(lab) == [name, "1"]
        assert workers.unchanged()


def test_of_several_looks_those_are_taken_again_that_found_anything(tmp_path: Path) -> None:
    """All of them, where any app changed a library."""
    sources: list[tuple[str, bool]] = []

    def look(name: str, source: str, workers: WorkerSource) -> list[str]:
        sources.append((name, workers is WORKERS))
        with loaded(tmp_path / str(len(sources)), source, workers):
            return ["found"] if name == "finds" else []

    looks = [partial(look, name, LOOKS) for name in ("one", "finds", "two")]
    with ReusedWorkers() as workers:
        assert workers.found_by_each(looks) == ((), ("found",), ())
        assert sources[3:] == [("finds", True)]
        sources.clear()
        changes = partial(look, "changes", f"import json; json.seen = 1\n{dedent(LOOKS)}")
        assert workers.found_by_each([*looks, changes]) == ((), ("found",), (), ())
        assert sources[4:] == [(name, True) for name in ("one", "finds", "two", "changes")]


def test_a_process_that_has_another_library_is_no_other_apps(tmp_path: Path) -> None:
    pid, then = before_and_after("import this", tmp_path)
    assert then[0] != pid


def test_of_a_process_that_has_ended_nobody_knows_what_it_held(tmp_path: Path) -> None:
    with ReusedWorkers() as workers:
        with loaded(
            tmp_path, f"{LOOKS}\n    app.add_url_rule('/end', view_func=lambda: os._exit(3))", workers
        ) as lab:
            lab.send("GET /end")
        assert not workers.unchanged()
        assert workers.unchanged()


def before_and_after(left: str, folder: Path) -> tuple[str, list[str]]:
    """Ask an app that leaves something, and the next; return the first one's process, and what the next says."""
    leaves = LOOKS + f"\n    @app.get('/leave')\n    def leave():\n        {left}\n        return ''\n"
    with ReusedWorkers() as workers:
        with loaded(folder / "one", leaves, workers) as lab:
            pid = said(lab)[0]
            said(lab, "/leave")
        with loaded(folder / "two", LOOKS, workers) as lab:
            return pid, said(lab)


PAGE = """# Facts
A lesson with facts.

## One page
It states something.

```toml fact
request = "GET /"
expect = ['body == "0"']
app = '''{app}'''
```

```toml fact
request = "GET /"
expect = ['body == "{body}"']
app = '''{app}'''
```

```toml fact
request = "GET /x"
expect = ["status == 200"]
```
"""
COUNTS_IN_A_LIBRARY = """
import json
from flask import Flask

json.seen = getattr(json, "seen", -1) + 1
app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: str(json.seen))
"""


class Counted(ReusedWorkers):
    """Counts how often a worker was asked for."""

    asked = 0

    def worker(self, python: str, engine: str) -> AppWorker:
        self.asked += 1
        return super().worker(python, engine)


@pytest.mark.parametrize(("body", "findings"), [("0", 0), ("1", 1)])
def test_what_does_not_hold_beside_other_apps_is_decided_in_a_process_of_its_own(
    body: str, findings: int, tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    write_app(folder, COUNTS_IN_A_LIBRARY.replace('"/"', '"/x"'))
    (folder / "lesson.md").write_text(PAGE.format(app=COUNTS_IN_A_LIBRARY, body=body).lstrip())
    (tmp_path / "scratch").mkdir()
    with Counted() as reused:
        proof = prove(folder, ENGINES, tmp_path / "scratch", reused=reused)
    found = [it for it in proof.findings if it.text.startswith("what the page states is not so")]
    assert len(found) == findings
    assert not any("(engine" in it.text for it in found)
    assert reused.asked  # where each fact holds beside the other one


def test_a_page_of_explain_is_proven_beside_others(tmp_path: Path) -> None:
    reading = read_explanation(pages_of_explain() / "R101.md")
    assert reading.explanation is not None
    with Counted() as reused:
        pages = frozenset({reading.explanation.lesson})
        assert prove_explanations([reading], ENGINES, tmp_path, pages, reused) == ((),)
        assert reused.asked == 4  # the app and its fix, on each engine


class CountedParents(Workers):
    """Counts the workers that it gives."""

    given = 0

    def worker(self, python: str, engine: str) -> AppWorker:
        self.given += 1
        return super().worker(python, engine)


def test_one_demo_after_another_has_a_process(tmp_path: Path) -> None:
    write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)")
    script = parse_script("GET /  # gives: 404\nGET /x", "a.demo")
    source = CountedParents()
    source.warm = True
    with ReusedWorkers(source) as workers, learner_environment(guest=True, engine="routelab") as learner:
        apps = DemoApps(learner, target=str(tmp_path / "app.py"), engine="routelab", workers=workers)
        for _ in range(2):
            assert tuple(rehearse(script, apps)) == ()
        assert source.given == 1


def test_what_hides_what_it_holds_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes of C do, as `TypeVar` from Python 3.12 on."""

    class Hiding:
        def hidden(self) -> None:
            raise AttributeError

        __dict__ = property(hidden)

    module = ModuleType("hiding")
    module.held = Hiding()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hiding", module)
    assert not [name for name in Libraries().changed() if name.startswith("hiding")]
