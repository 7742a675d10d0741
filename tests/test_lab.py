"""A lab: cookies that persist, redirects, load failures, threads, labs inside labs, and apps of many rules."""

from __future__ import annotations

import contextvars
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import routelab
from effort import chosen
from routelab import RoutelabError
from routelab.errors import UsageError
from routelab.hosts import AppDoesNotLoad
from routelab.lab import Lab, load
from routelab.process.warm import can_fork
from routelab.process.worker import Worker
from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from routelab.spawn import Spawned
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import Trace
from routelab.workers import WORKERS
from support import ENGINES, checked, kinds, lab_of, live, step, while_there, write_app

COUNTER = """
    from flask import Flask, redirect, request, session, url_for

    app = Flask(__name__)
    app.secret_key = "k"

    @app.route("/")
    def visits():
        session["visits"] = session.get("visits", 0) + 1
        return {"visits": session["visits"]}

    @app.route("/set")
    def choose():
        response = redirect(url_for("seen"))
        response.set_cookie("colour", "red")
        return response

    @app.route("/seen")
    def seen():
        return request.cookies.get("colour", "none")

    @app.route("/deep/here")
    def deep():
        response = app.make_response("deep")
        response.set_cookie("only", "deep", path="/mounted/deep")
        return response

    @app.route("/deep/there")
    @app.route("/elsewhere")
    def there():
        return request.cookies.get("only", "none")

    @app.route("/round")
    def round():
        return redirect("/round")
"""


def body(trace: Trace) -> str:
    assert trace.response is not None
    return trace.response.body.decode()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# The README's contract


def test_the_readme_names_what_there_is(tmp_path: Path) -> None:
    lab = routelab.load(write_app(tmp_path, COUNTER), engine="routelab")
    assert isinstance(lab, routelab.Lab)
    trace = lab.send("GET /seen")
    assert isinstance(trace, routelab.Trace)
    assert trace.to_dict()["response"] == checked(trace)["response"]


def test_a_trace_is_frozen_equal_to_itself_and_can_be_pickled(tmp_path: Path) -> None:
    trace = lab_of(tmp_path, COUNTER).send("GET /seen")
    with pytest.raises(AttributeError):
        trace.steps = ()  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(trace))
    assert again == trace
    assert hash(again.steps) == hash(trace.steps)
    assert again.steps == tuple(trace.steps)
    assert repr(again) == repr(trace)


def test_a_trace_does_not_change_with_the_app(tmp_path: Path) -> None:
    """It tells of the time of the request, whatever happens to the map later."""
    app, lab = live(tmp_path, COUNTER, "routelab")
    kept, read_at_once = lab.send("GET /deep/there"), lab.send("GET /deep/there")
    document = read_at_once.to_dict()
    lab.send("GET /seen")
    app.url_map.add(next(app.url_map.iter_rules()).empty())
    assert kept.to_dict() == document


@pytest.mark.parametrize("target", ["missing.py", "no-such-folder/app.py", "no_such_module:app"])
def test_there_must_be_an_app(tmp_path: Path, target: str) -> None:
    with pytest.raises(RoutelabError) as failure:
        load(target, folder=tmp_path)
    assert target.partition(":")[0].partition("/")[0] in str(failure.value)


def test_an_unknown_engine_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'django'.*auto, routelab or flask") as failure:
        load(write_app(tmp_path, COUNTER), engine="django")
    assert isinstance(failure.value, UsageError)


@pytest.mark.parametrize("line", ["", "   ", "GET", "user/alice", "GET /x :y", "GET /x --follow-me", "42"])
def test_nonsense_is_a_usage_error(tmp_path: Path, line: str) -> None:
    lab = lab_of(tmp_path, COUNTER)
    with pytest.raises(UsageError):
        lab.send(line)


# An app that does not load


def test_each_trace_of_an_app_that_does_not_load_is_the_failure(tmp_path: Path) -> None:
    lab = load(write_app(tmp_path, "import flask\napp = flask.Flask(__name__)\n1 / 0\n"), engine="routelab")
    assert lab.failure is not None
    for line in ("GET /", "POST /x a=1 -F"):
        document = checked(lab.send(line))
        assert kinds(document) == ["load"]
        assert document["response"] is None
        assert (step(document, "load")["exception"], step(document, "load")["line"]) == (
            "ZeroDivisionError",
            3,
        )
    with pytest.raises(AppDoesNotLoad, match=r"app\.py:3: .*ZeroDivisionError"):
        _ = lab.app


ENDS = """
    import os
    from flask import Flask
    app = Flask(__name__)

    @app.route("/end")
    def end():
        os._exit(3)

    @app.route("/")
    def home():
        return "home"
"""


@pytest.mark.own_process
def test_a_lab_whose_process_ended_has_another(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, ENDS, engine)
    stopped = step(checked(lab.send("GET /end")), "stopped")
    assert (stopped["reason"], stopped["exit_code"]) == ("ended", 3)
    assert body(lab.send("GET /")) == "home"


@pytest.mark.own_process
def test_an_app_that_loads_no_more_after_its_process_ended_says_so(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, ENDS, engine)
    lab.send("GET /end")
    write_app(tmp_path, "1 / 0")
    with pytest.raises(AppDoesNotLoad, match=r"app\.py:1: .*ZeroDivisionError"):
        lab.routes()
    assert kinds(checked(lab.send("GET /"))) == ["load"]


# Cookies


def test_cookies_persist_from_request_to_request(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, COUNTER, engine)
    assert [checked(lab.send("GET /"))["response"]["body"].strip() for _ in range(3)] == [
        '{"visits":1}', '{"visits":2}', '{"visits":3}',
    ]  # fmt: skip
    assert '{"visits":1}' in body(lab_of(tmp_path, COUNTER, engine).send("GET /"))


def test_cookies_end_in_their_time(tmp_path: Path) -> None:
    now = [1_000.0]
    source = """
        from flask import Flask, request
        app = Flask(__name__)

        @app.route("/")
        def home():
            response = app.make_response(request.cookies.get("a", "none"))
            response.set_cookie("a", "kept", max_age=60)
            return response
    """
    lab = load(write_app(tmp_path, source), engine="routelab", clock=lambda: now[0])
    assert body(lab.send("GET /")) == "none"
    now[0] += 59
    assert body(lab.send("GET /")) == "kept"
    now[0] += 61
    assert body(lab.send("GET /")) == "none"


def test_a_cookies_path_counts_from_the_root_of_the_host(tmp_path: Path, engine: str) -> None:
    """The jar is asked with the whole path of the URL, where the app is mounted included, as in a browser."""
    lab = lab_of(tmp_path, COUNTER + '    app.config["APPLICATION_ROOT"] = "/mounted"\n', engine)
    lab.send("GET /deep/here")
    assert body(lab.send("GET /deep/there")) == "deep"
    assert body(lab.send("GET /elsewhere")) == "none"


def test_a_typed_host_has_cookies_of_its_own(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, COUNTER, engine)
    lab.send("GET /set Host:shop.test")
    assert [body(lab.send(line)) for line in ("GET /seen", "GET /seen Host:shop.test")] == ["none", "red"]
    assert body(lab.send("GET http://shop.test/seen")) == "red"


# Redirects


def test_redirects_are_followed_only_when_asked(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, COUNTER, engine)
    assert lab.send("GET /set").redirects == ()
    trace = lab.send("GET /set -F")
    assert trace.response is not None
    assert trace.response.status == 302
    assert [body(hop) for hop in trace.redirects] == ["red"]
    assert [hop.request.path for hop in trace.redirects] == ["/seen"]


def test_a_circle_of_redirects_ends(tmp_path: Path, engine: str) -> None:
    trace = lab_of(tmp_path, COUNTER, engine).send("GET /round -F --max-redirects 3")
    assert len(trace.redirects) == 3
    assert [note.code for note in trace.redirects[-1].notes] == ["redirect_not_followed"]


# Data that was sent as JSON


@pytest.mark.parametrize(
    ("request_line", "way"),
    [("GET /post/7 a=1", "name==value puts it in the query"), ("POST /login a=1", "-f sends a form")],
)
def test_data_that_nobody_asked_for_is_told_with_what_the_method_takes(
    request_line: str, way: str, tmp_path: Path
) -> None:
    app = """
        from flask import Flask
        app = Flask(__name__)

        @app.route("/<path:any>", methods=["GET", "POST"])
        def anything(any):
            return "ok"
    """
    notes = lab_of(tmp_path, app).send(request_line).telling_notes
    assert [note.text for note in notes] == [f"the data was sent as JSON; {way}"]


READERS = """
    from flask import Flask, request
    app = Flask(__name__)

    @app.post("/form")
    def form():
        return request.form.get("a", "nothing")

    @app.post("/json")
    def json():
        return request.json

    @app.post("/forgiving")
    def forgiving():
        return request.get_json(silent=True) or "nothing"

    @app.post("/asked/in/a/hook")
    def late():
        return "ok"

    @app.before_request
    def hook():
        if request.path.startswith("/asked"):
            assert request.get_json(force=True)
"""


@pytest.mark.parametrize(
    ("line", "noted", "shown"),
    [
        ("POST /form a=1", True, True),
        ("POST /form a=1 -f", False, False),
        ("POST /json a=1", True, False),
        ("POST /forgiving a=1", True, False),
        ("POST /asked/in/a/hook a=1", True, False),
        ("POST /nowhere a=1", True, False),
        ("POST /form", False, False),
    ],
)
def test_that_data_was_sent_as_json_is_noted_and_shown_where_a_view_asked_for_none(
    tmp_path: Path, engine: str, line: str, noted: bool, shown: bool
) -> None:
    trace = lab_of(tmp_path, READERS, engine).send(line)
    assert [note["code"] for note in checked(trace)["notes"]] == (["sent_as_json"] if noted else [])
    assert [note.code for note in trace.telling_notes] == (["sent_as_json"] if shown else [])
    assert ("-f sends a form" in "\n".join(lines(trace_blocks(trace)))) == shown


# Threads, contexts, and labs inside labs


@pytest.mark.own_process
def test_a_lab_works_outside_the_main_thread(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, COUNTER, engine)
    here = checked(lab.send("GET /deep/there"))
    there: list[Any] = []
    thread = threading.Thread(target=lambda: there.append(checked(lab.send("GET /deep/there"))))
    thread.start()
    thread.join(60)
    assert there == [here]


@pytest.mark.own_process
def test_the_limit_ends_a_loop_outside_the_main_thread_too(tmp_path: Path, engine: str) -> None:
    lab = lab_of(
        tmp_path,
        """
        from flask import Flask
        app = Flask(__name__)

        @app.route("/")
        def loop():
            while True:
                pass
        """,
        engine,
    )
    traces: list[Trace] = []
    thread = threading.Thread(target=lambda: traces.append(lab.send("GET /", seconds=0.1)))
    thread.start()
    thread.join(60)
    assert [each for each in traces[0].steps if isinstance(each, StoppedStep)]


def test_a_lab_works_inside_a_context_of_its_callers(tmp_path: Path, engine: str) -> None:
    """As in a notebook, where each cell may run in a context that another has left something in."""
    app, lab = live(tmp_path, COUNTER, engine)
    alone = checked(lab.send("GET /seen"))
    inside = contextvars.copy_context().run(lambda: checked(lab.send("GET /seen")))
    assert inside == alone
    with app.test_request_context("/set"):
        assert kinds(checked(lab.send("GET /seen"))) == kinds(alone)


@pytest.mark.own_process
@pytest.mark.parametrize("here", [False, True], ids=["in a worker", "here"])
def test_threads_that_send_at_once_get_their_own_traces(tmp_path: Path, engine: str, here: bool) -> None:
    source = """
        from flask import Flask
        app = Flask(__name__)

        @app.route("/<name>")
        def say(name):
            print(name)
            return name
    """
    lab = live(tmp_path, source, engine)[1] if here else lab_of(tmp_path, source, engine)
    path, streams = list(sys.path), (sys.stdout, sys.stdin)
    wrong: list[Any] = []

    def send(name: str) -> None:
        for _ in range(30):
            document = checked(lab.send(f"GET /{name}"))
            if (step(document, "view")["printed"], document["response"]["body"]) != (f"{name}\n", name):
                wrong.append(document)

    threads = [threading.Thread(target=send, args=(name,)) for name in ("ann", "bob", "cid")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert (sys.path, (sys.stdout, sys.stdin)) == (path, streams)


OUTER = """
    import time
    from flask import Flask
    app = Flask(__name__)
    app.config["OTHER"] = None

    @app.before_request
    def hook():
        pass

    @app.route("/nested")
    def nested():
        trace = app.config["OTHER"].send("GET /seen")
        print("inner", trace.response.status)
        return trace.response.body

    @app.route("/itself")
    def itself():
        return app.config["LAB"].send("GET /leaf").response.body

    @app.route("/leaf")
    def leaf():
        return "leaf"

    @app.route("/slow")
    def slow():
        app.config["OTHER"].send("GET /seen", seconds=60)
        while True:
            time.sleep(0.05)
"""


@pytest.mark.own_process
@pytest.mark.parametrize("here", [False, True], ids=["in a worker", "here"])
def test_a_view_may_send_to_another_lab(tmp_path: Path, engine: str, here: bool) -> None:
    app, lab = live(tmp_path / "outer", OUTER, engine)
    app.config.update(OTHER=other_lab(tmp_path / "other", engine, here), LAB=lab)
    document = checked(lab.send("GET /nested"))
    assert document["response"]["body"] == "none"
    assert step(document, "view")["printed"] == "inner 200\n"
    assert kinds(document).count("view") == kinds(document).count("match") == 1
    itself = checked(lab.send("GET /itself"))
    assert (itself["response"]["body"], kinds(itself)) == ("leaf", kinds(document))


@pytest.mark.own_process
@pytest.mark.parametrize(
    ("engine", "here"),
    chosen(list(product(ENGINES, (False, True))), [("routelab", False), ("flask", True)]),
)
def test_the_limit_outlives_a_lab_inside_it(tmp_path: Path, engine: str, here: bool) -> None:
    app, lab = live(tmp_path / "outer", OUTER, engine)
    app.config["OTHER"] = other_lab(tmp_path / "other", engine, here)
    stopped = step(checked(lab.send("GET /slow", seconds=0.4)), "stopped")
    assert (stopped["reason"], stopped["seconds"]) == ("limit", 0.4)
    assert stopped["frame"]["function"] == "slow"


def other_lab(folder: Path, engine: str, here: bool) -> Lab:
    return live(folder, COUNTER, engine)[1] if here else lab_of(folder, COUNTER, engine)


@pytest.mark.own_process
def test_a_view_in_a_worker_may_load_an_app_of_its_own(tmp_path: Path, engine: str) -> None:
    other = write_app(tmp_path / "other", COUNTER)
    source = f"""
        import routelab
        from flask import Flask
        app = Flask(__name__)

        @app.route("/")
        def home():
            with routelab.load({str(other)!r}, engine={engine!r}) as lab:
                return lab.send("GET /seen").response.body
    """
    assert body(lab_of(tmp_path, source, engine).send("GET /", seconds=60)) == "none"


# Many rules

MANY = """
    from flask import Flask
    app = Flask(__name__)

    def answer(**values):
        return values

    for number in range({rules} // 4):
        app.add_url_rule(f"/r{{number}}/", f"list{{number}}", answer)
        app.add_url_rule(f"/r{{number}}/<int:id>", f"one{{number}}", answer)
        app.add_url_rule(f"/r{{number}}/<int:id>/edit", f"edit{{number}}", answer, methods=["POST"])
        app.add_url_rule(f"/r{{number}}/<name>/tags", f"tags{{number}}", answer)
"""
MANY_LINES = ("GET /r7/5", "GET /r7/ann/tags", "GET /r7/5/edit", "GET /r7", "GET /nope", "GET /r7/5/tags/no")


def test_a_traced_request_looks_at_no_more_rules_where_there_are_more(tmp_path: Path) -> None:
    def counts(rules: int) -> list[tuple[int, int, int, int]]:
        folder = tmp_path / str(rules)
        lab = lab_of(folder, MANY.format(rules=rules))
        found = []
        for line in MANY_LINES:
            match = next(each for each in lab.send(line).steps if isinstance(each, MatchStep))
            assert match.rules_total == rules + 1  # and the static files' rule
            found.append(
                (match.rules_looked_at, match.patterns_tried, len(match.candidates), len(match.closest))
            )
        return found

    few, many = counts(504), counts(756)  # of up to 500 every rule is told
    assert few == many
    assert all(looked_at <= 4 and candidates <= 20 for looked_at, _, candidates, _ in many)


def test_every_rule_is_a_candidate_when_asked(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, MANY.format(rules=40))
    match = next(e for e in lab.send("GET /r7/5", all_candidates=True).steps if isinstance(e, MatchStep))
    assert (len(match.candidates), match.candidates_complete) == (41, True)


@pytest.mark.own_process
@pytest.mark.parametrize("quickly", [True, False])
def test_a_worker_is_started_by_either_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quickly: bool
) -> None:
    """Windows has no posix_spawn, and neither has every C library the session that it can start."""
    monkeypatch.setattr(WORKERS, "warm", False)
    if not quickly:
        monkeypatch.delattr(os, "posix_spawnp", raising=False)
    started = []
    init = Spawned.__init__

    def kept(spawned: Spawned, *words: Any, **more: Any) -> None:
        init(spawned, *words, **more)
        started.append(spawned.process)

    monkeypatch.setattr(Spawned, "__init__", kept)
    with lab_of(
        tmp_path,
        "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
        "app.add_url_rule('/', 'home', lambda: f'{os.getpid()} {os.getsid(0)}')\n",
    ) as lab:
        response = lab.send("GET /").response
    (process,) = started
    assert isinstance(process, subprocess.Popen) != (quickly and hasattr(os, "posix_spawnp"))
    assert response is not None
    assert response.body.decode() == f"{process.pid} {process.pid}"
    assert process.poll() == -9


@pytest.mark.own_process
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system lets no process wait")
def test_a_limit_counts_from_where_the_worker_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may let it wait for longer than all that it has."""
    lab = lab_of(
        tmp_path,
        "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
        "app.add_url_rule('/', 'home', lambda: str(os.getpid()))\n",
    )
    worker = int(body(lab.send("GET /")))
    os.kill(worker, signal.SIGSTOP)
    monkeypatch.setattr("routelab.process.worker.GRACE", 0.0)
    goes_on = threading.Timer(0.7, os.kill, (worker, signal.SIGCONT))
    goes_on.start()
    trace = lab.send("GET /", seconds=0.5)
    goes_on.join()
    assert body(trace) == str(worker)


@pytest.mark.own_process
@pytest.mark.skipif(not can_fork(), reason="this system does not fork")
def test_ctrl_c_ends_a_request_also_while_it_is_asked_whether_its_worker_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parent of a worker is asked that, which has done nothing that could be interrupted."""
    monkeypatch.setattr(WORKERS, "warm", True)
    monkeypatch.setattr(WORKERS, "_parents", {})
    monkeypatch.setattr("routelab.process.warm._TO_LOOK_AGAIN", 0.0)
    monkeypatch.setattr("routelab.process.worker.TO_STOP", 20.0)  # a busy machine may take more than a second
    lab = lab_of(
        tmp_path,
        "import time\nfrom flask import Flask\napp = Flask(__name__)\n"
        "app.add_url_rule('/', 'home', lambda: time.sleep(60))\n",
    )
    (parent,) = WORKERS._parents.values()
    process = parent._worker._pipes._process.pid  # type: ignore[attr-defined]
    os.kill(process, signal.SIGSTOP)
    presses = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    goes_on = threading.Timer(0.6, os.kill, (process, signal.SIGCONT))
    for timer in (presses, goes_on):
        timer.start()
    stopped = lab.send("GET /", seconds=60).first(StoppedStep)
    assert stopped is not None
    assert (stopped.reason, stopped.frame is not None) == (Stop.INTERRUPT, True)
    assert parent.alive
    parent.end()


@pytest.mark.own_process
@pytest.mark.skipif(not can_fork(), reason="this system does not fork")
def test_a_dropped_lab_is_noticed_anywhere_and_ended_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collector may notice it while the locks and pipes are in use that ending a worker takes."""
    monkeypatch.setattr(WORKERS, "warm", True)
    source = """
        import os
        from flask import Flask
        app = Flask(__name__)
        app.add_url_rule("/", "home", lambda: f"{os.getpid()}")
    """
    labs = []
    for name in ("kept", "dropped"):
        (tmp_path / name).mkdir()
        labs.append(lab_of(tmp_path / name, source))
    kept, dropped = labs
    response = dropped.send("GET /").response
    assert response is not None
    process = int(response.body)
    circle: list[object] = [dropped]
    circle.append(circle)  # only the collector finds out that nobody has it
    labs.clear()
    del dropped, circle
    ask = Worker.ask

    def collecting(worker: Worker, *words: Any, **more: Any) -> Any:
        gc.collect()
        return ask(worker, *words, **more)

    monkeypatch.setattr(Worker, "ask", collecting)
    ended = threading.Thread(target=kept.close, daemon=True)  # it asks the parent, whose lock it holds then
    ended.start()
    ended.join(60)
    assert not ended.is_alive()
    monkeypatch.undo()
    with lab_of(tmp_path / "kept", source):
        pass
    with pytest.raises(ProcessLookupError):
        while_there(process)
