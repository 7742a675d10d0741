"""Apps that try to end, hang, blind or dirty whatever runs them: each is a trace, and the next request is right."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

import routelab
from effort import LONG_FORM, chosen
from routelab.errors import RoutelabError
from routelab.hosts import failure_in
from routelab.process.ending import BadInterpreter
from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import Trace
from started import Started
from support import ENGINES, ROOT, STAYS_IN_C, checked, write_app

# What comes to the end of what is taken of an answer need not come far.
MEGABYTES = 64 if LONG_FORM else 2
HEAD = """
from flask import Flask, Response
import builtins, os, signal, sys, threading, time

app = Flask(__name__)
{}

@app.route("/ok")
def ok():
    return "fine"


@app.route("/x")
def x():
""".format("" if LONG_FORM else "sys.modules['routelab.tracing.watching.exchange'].BODY_LIMIT = 2 ** 20")
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LIMIT, EXIT, ENDED = Stop.LIMIT, Stop.EXIT, Stop.ENDED

# By name: what the view does, how the request ends (None: with an answer), and what is said of it.
VIEWS: dict[str, tuple[str, Stop | None, str]] = {
    "loop": ("while True: pass", LIMIT, "time limit"),
    "stays in C": (STAYS_IN_C, LIMIT, "it was at app.py"),
    "loop that catches all": (
        "while True:\n        try: time.sleep(9)\n        except: pass",
        LIMIT,
        "limit",
    ),
    "loop that catches once": (
        "try:\n        while True: time.sleep(0.01)\n    except: return 'x'",
        LIMIT,
        "it was at app.py",
    ),
    "loop where nothing is raised": (
        "class Odd:\n        def __del__(self):\n            while True: time.sleep(0.01)\n    Odd(); return 'x'",
        LIMIT,
        "it was at app.py",
    ),
    "no timer": ("signal.setitimer(signal.ITIMER_REAL, 0)\n    while True: time.sleep(0.01)", LIMIT, "limit"),
    "no alarm": (
        "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while True: time.sleep(0.01)",
        LIMIT,
        "limit",
    ),
    "no watchdog": (
        "import faulthandler; faulthandler.cancel_dump_traceback_later()\n    " + STAYS_IN_C,
        LIMIT,
        "limit",
    ),
    "an alarm of its own": (
        "signal.setitimer(signal.ITIMER_REAL, 0.01)\n    while True: pass",
        ENDED,
        "SIGALRM",
    ),
    "all builtins gone": ("vars(builtins).clear(); return 'x'", ENDED, "took away what"),
    "all of ours gone": (
        "for name, module in list(sys.modules.items()):\n        if name.startswith('routelab.'):\n"
        "            for each in list(vars(module)):\n                setattr(module, each, None)\n    return 'x'",
        ENDED,
        "took away what",
    ),
    "sleep": ("time.sleep(60)", LIMIT, "limit"),
    "exit": ("os._exit(4)", ENDED, "exited with code 4"),
    "exit well": ("os._exit(0)", ENDED, "exited with code 0"),
    "sys.exit": ("sys.exit(3)", EXIT, "sys.exit"),
    "Ctrl-C of its own": ("signal.raise_signal(signal.SIGINT)", EXIT, "KeyboardInterrupt was raised"),
    "Ctrl-C from a thread": (
        "import _thread\n    threading.Thread(target=_thread.interrupt_main).start()\n    time.sleep(0.5)\n"
        "    return 'x'",
        EXIT,
        "KeyboardInterrupt was raised",
    ),
    "abort": ("os.abort()", ENDED, "SIGABRT"),
    "kill": ("os.kill(os.getpid(), signal.SIGKILL)", ENDED, "SIGKILL"),
    "segfault": ("import ctypes; ctypes.string_at(0)", ENDED, "SIGSEGV"),
    "all descriptors closed": ("os.closerange(0, 200); return 'x'", ENDED, "closed the pipe to routelab"),
    "no descriptors left": (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)); return 'x'",
        None,
        "200",
    ),
    "broken messages": (
        "for n in range(3, 40):\n        try: os.write(n, b'{broken\\n' * 3)\n        except OSError: pass\n    return 'x'",
        ENDED,
        "ended its own process|pipe",
    ),
    "own BaseException": (
        "class Leaving(BaseException): pass\n    raise Leaving('now')",
        None,
        "raised Leaving: now",
    ),
    "cancelled": ("import asyncio\n    raise asyncio.CancelledError", None, "CancelledError"),
    "streams closed": (
        "sys.stdout.close(); sys.stderr.close(); os.close(1); os.close(2); return 'x'",
        None,
        "200",
    ),
    "print all day": ("while True: print('a' * 4000)", LIMIT, "characters more"),
    "past all day": ("while True: os.write(1, b'b' * 4000)", LIMIT, "bytes more"),
    "escapes": (r"os.write(2, b'\x1b]0;title\x07\x1b[31m'); print('\x1b[2J'); return 'x'", None, "200"),
    "print gone": ("builtins.print = builtins.len = None; return 'x'", None, "200|ended"),
    "finders gone": ("sys.meta_path.clear(); sys.path.clear(); return 'x'", None, "200"),
    "import gone": ("builtins.__import__ = None; return 'x'", None, "200"),
    "json gone": ("import json; json.dumps = json.loads = None; return 'x'", None, "200|ended"),
    "modules gone": ("sys.modules.clear(); return 'x'", None, "200|took away what"),
    "names gone": (
        "builtins.isinstance = builtins.getattr = builtins.len = builtins.type = None; return 'x'",
        None,
        "200|took away what",
    ),
    "calls gone": (
        "os.write = os.read = os.fork = os._exit = os.getpid = None; return 'x'",
        None,
        "200|took away",
    ),
    "poll gone": (  # as eventlet.monkey_patch() does
        "import select\n    del select.poll\n    select.select = None\n    time.sleep(0.1)\n    return 'x'",
        None,
        "200",
    ),
    "encoder gone": (
        "import json\n    json.JSONEncoder.encode = json.dumps = lambda *_, **__: 'y'\n    return 'x'",
        None,
        "200",
    ),
    "profile hook that raises": (
        "def hook(*_): raise KeyError('hook')\n    sys.setprofile(hook)\n    return 'x'",
        None,
        r"View: x\(\) [^\n]*\n(?!.*did not run)(?s:.*)raised KeyError: 'hook'",
    ),
    "generator that cannot be closed": (
        "def body():\n        while True:\n            try: yield b'a' * 10 ** 6\n"
        "            except GeneratorExit: pass\n    return Response(body())",
        None,
        "Exception ignored in",
    ),
    "folder gone": ("import shutil; shutil.rmtree(os.path.dirname(__file__)); return 'x'", None, "200"),
    "other folder": ("os.chdir('/'); return 'x'", None, "200"),
    "threads": ("threading.Thread(target=time.sleep, args=(60,)).start(); return 'x'", None, "200"),
    "fork that returns": ("os.fork(); return 'x'", None, "200"),
    "fork that returns and is waited for": (
        "child = os.fork()\n    if child: os.waitpid(child, 0)\n    return 'x'",
        None,
        "200",
    ),
    "fork that ends as a program does": (
        "child = os.fork()\n    if not child: sys.exit(3)\n    os.waitpid(child, 0)\n    return 'x'",
        None,
        "200",
    ),
    "fork that raises": (
        "child = os.fork()\n    if not child: raise ValueError\n    os.waitpid(child, 0)\n    return 'x'",
        None,
        "200",
    ),
    "fork that stays": ("if not os.fork(): time.sleep(60)\n    return 'x'", None, "200"),
    "exit, and a child holds the pipes": (
        "if not os.fork(): time.sleep(120)\n    os._exit(4)",
        ENDED,
        "exited with code 4",
    ),
    "kill, and a daemon holds the pipes": (
        "if not os.fork():\n        os.setsid()\n        time.sleep(4)\n        os._exit(0)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)",
        ENDED,
        "SIGKILL",
    ),
    "pipes that do not wait": (
        "for n in range(3, 40):\n        try: os.set_blocking(n, False)\n        except OSError: pass\n"
        "    return 'x' * 10 ** 6",
        None,
        "200",
    ),
    "exit in what a decorator put around it": (
        "return 'x'\n\ndef leaving(view):\n    def around(): os._exit(4)\n    around.__wrapped__ = view\n"
        "    return around\n\napp.view_functions['x'] = leaving(x)",
        ENDED,
        "(?s)if it was called at all.*exited with code 4",
    ),
    "exit in a body": (
        "def body():\n        yield 'a'\n        os._exit(4)\n    return Response(body())",
        ENDED,
        r"(?s)returned <Response streamed.*exited with code 4",
    ),
    "exit when the body is closed": (
        "response = Response('x')\n    response.call_on_close(lambda: os._exit(4))\n    return response",
        ENDED,
        "(?s)had ended by then, and how is not known.*exited with code 4",
    ),
    "exit in a hook behind the view": (
        "return 'x'\n\n@app.after_request\ndef leave(response):\n    import flask\n"
        "    if flask.request.path == '/x': os._exit(4)\n    return response",
        ENDED,
        r"(?s)returned 'x'.*after_request leave.*was stopped before it returned.*exited with code 4",
    ),
    "longer than a trace": (
        f"return 'x', 200, {{'X-Long': 'a' * ({MEGABYTES} * 6 * 10 ** 5)}}",
        ENDED,
        f"(?s)had ended by then.*more than {MEGABYTES} megabytes came.* longer than a trace can be",
    ),
    "memory": ("return str(len(bytearray(2 * 10 ** 9)))", None, "MemoryError"),
    "recursion": ("def f(): return f()\n    return f()", None, "RecursionError"),
    "texts that exit": (
        "class Odd(Exception):\n        def __str__(self): raise SystemExit(3)\n        __repr__ = __str__\n"
        "    raise Odd",
        None,
        "500 INTERNAL",
    ),
    "repr that raises": (
        "class Odd:\n        def __repr__(self): raise ValueError('no')\n    return Odd()",
        None,
        "500",
    ),
    "value that cannot be asked": (
        "class Odd:\n        def __getattribute__(self, name): raise ValueError(name)\n    return Odd()",
        None,
        r"View: x\(\)[^\n]*\n  ended, and how is not recorded(?s:.*)500",
    ),
    "repr of what was returned that loops": (
        "class Odd:\n        def __repr__(self):\n            while True: pass\n    return Odd()",
        LIMIT,
        r"View: x\(\)[^\n]*\n  ended, and how is not recorded(?s:.*)limit",
    ),
    "header that never compares": (
        "class Odd(str):\n        __hash__ = str.__hash__\n        def __eq__(self, other):\n"
        "            while True: pass\n    return 'x', {'X-Odd': Odd('y')}",
        None,
        r"X-Odd: y \(set by x\)",
    ),
    "status of bytes": (
        "class Odd(Response):\n        def __call__(self, environ, start):\n"
        "            start(b'200 OK', [])\n            return [b'a']\n    return Odd('x')",
        None,
        "status",
    ),
    "header of a number": (
        "class Odd(Response):\n        def __call__(self, environ, start):\n"
        "            start('200 OK', [('A', 5)])\n            return [b'a']\n    return Odd('x')",
        None,
        "str",
    ),
    "endless body": ("return Response(iter(lambda: b'a' * 65536, b''))", None, "cut short|200"),
}
# Seconds: those that can only end there need not wait long for it, but where they have to come somewhere first; the
# others never come near theirs.
SHORT, SOME, LONG = 0.3, 1.0, 60
posix = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")


def said(trace: Trace) -> str:
    return "\n".join(lines(trace_blocks(trace, verbose=True)))


# Those that are waited for until their limit, all at the same time.
LIMITED = [name for name, (_, reason, words) in VIEWS.items() if reason is LIMIT and "more" not in words]


@posix
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [name for name in VIEWS if name not in LIMITED])
def test_a_hostile_view_is_a_trace_and_the_next_request_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, engine: str
) -> None:
    monkeypatch.setattr("routelab.process.inbox.LONGEST_ANSWER", MEGABYTES << 20)
    monkeypatch.setattr("routelab.process.warm._TO_LOOK_AGAIN", 0.1)
    ask_hostile(tmp_path / "app", name, engine)


@posix
def test_views_that_never_end_are_stopped_and_the_next_request_is_right(tmp_path: Path) -> None:
    cases = list(product(LIMITED, ENGINES))
    cases = list(chosen(cases, [case for number, case in enumerate(cases) if number % 4 in (0, 3)]))
    with ThreadPoolExecutor(len(cases)) as threads:
        asked = [
            threads.submit(ask_hostile, tmp_path / str(number), *case) for number, case in enumerate(cases)
        ]
    for case, failure in zip(cases, (each.exception() for each in asked), strict=True):
        assert failure is None, case


def ask_hostile(folder: Path, name: str, engine: str) -> None:
    body, reason, words = VIEWS[name]
    file = write_app(folder, HEAD + f"    {body}\n")
    with routelab.load(file, engine=engine, folder=file.parent) as lab:
        assert lab.failure is None
        seconds = LONG if reason is not LIMIT else SOME if "app.py" in words else SHORT
        trace = lab.send("GET /x", seconds=seconds)
        checked(trace)
        text = said(trace)
        stopped = trace.first(StoppedStep)
        if reason is not None:
            assert stopped is not None, text
            assert stopped.reason is reason
        assert re.search(words, text), text
        assert not RAW.search(text)
        assert "bootstrap.py" not in text
        assert str(ROOT / "routelab") not in text  # no frame of ours is told as what the app wrote
        if name != "folder gone":  # then there is no app to load anew
            after = lab.send("GET /ok", seconds=LONG)
            assert after.response is not None, said(after)
            assert after.response.status == 200
            assert after.response.body == b"fine"


@posix
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os\nos._exit(4)", "code 4"),
        ("import sys\nsys.exit(4)", "SystemExit"),
        ("import os\nos.abort()", "SIGABRT"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt$"),
        (
            "class Odd(BaseException):\n    def __str__(self): raise self\n    __repr__ = __str__\nraise Odd",
            "does not load: Odd: ",
        ),
        ("import signal\nsignal.raise_signal(signal.SIGINT)", "KeyboardInterrupt$"),
    ],
)
def test_a_hostile_import_is_a_load_failure(tmp_path: Path, engine: str, code: str, words: str) -> None:
    file = write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)\n" + code)
    with routelab.load(file, engine=engine, folder=tmp_path, seconds=LONG) as lab:
        assert lab.failure is not None
        assert re.search(words, str(lab.failure))
        checked(lab.send("GET /"))


def test_cookies_outlive_the_process_that_set_them(tmp_path: Path) -> None:
    file = write_app(
        tmp_path,
        HEAD + "    os._exit(1)\n\n@app.route('/set')\ndef set_it():\n    response = Response('x')\n"
        "    response.set_cookie('kept', 'yes')\n    return response\n\n"
        "@app.route('/get')\ndef get_it():\n    from flask import request\n    return request.cookies['kept']\n",
    )
    with routelab.load(file, folder=tmp_path) as lab:
        lab.send("GET /set")
        lab.send("GET /x")
        response = lab.send("GET /get").response
    assert response is not None
    assert response.body == b"yes"


# Interpreters


@posix
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("#!/bin/sh\nexit 3\n", "exit code 3"),
        ("#!/bin/sh\necho I am no Python\n", "I am no Python"),
        ("#!/bin/sh\nkill -9 $$\n", "signal 9"),
    ],
)
def test_what_is_no_python_is_one_line(tmp_path: Path, script: str, words: str) -> None:
    file = tmp_path / "python"
    file.write_text(script)
    file.chmod(0o755)
    app = write_app(tmp_path, HEAD + "    return 'x'\n")
    with pytest.raises(BadInterpreter, match=words) as caught:
        routelab.load(app, folder=tmp_path, python=str(file))
    assert "\n" not in str(caught.value)


@posix
@pytest.mark.parametrize(
    ("library", "code", "words"),
    [
        (
            "werkzeug",
            "raise ImportError('no url_quote', name='werkzeug.urls')",
            "cannot run Flask apps: no url",
        ),
        (
            "flask",
            "raise ImportError('no url_quote', name='werkzeug.urls')",
            "a Flask that cannot be imported",
        ),
        ("flask", "1 / 0", "a Flask that cannot be imported: ZeroDivisionError"),
    ],
)
def test_an_interpreter_that_cannot_run_flask_is_one_line(
    tmp_path: Path, library: str, code: str, words: str
) -> None:
    write_app(tmp_path / library, code, "__init__.py")
    file = tmp_path / "python"
    file.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n')
    file.chmod(0o755)
    app = write_app(tmp_path / "app", HEAD + "    return 'x'\n")
    with pytest.raises(RoutelabError, match=words) as caught:
        routelab.load(app, engine="flask", folder=app.parent, python=str(file))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1


@posix
@pytest.mark.parametrize("file", ["worker/service.py", "live.py", "tracing/watching/run.py"])
def test_a_mistake_of_ours_is_not_the_apps(tmp_path: Path, file: str) -> None:
    copy = tmp_path / "routelab"
    # Links, also to what is compiled: only the mistake is compiled anew.
    shutil.copytree(Path(routelab.__file__).parent, copy, copy_function=os.symlink)
    text = (copy / file).read_text("utf-8")
    (copy / file).unlink()
    (copy / file).write_text(text + "\n1 / 0\n", "utf-8")
    app = write_app(tmp_path / "app", HEAD + "    return 'x'\n")
    words = [sys.executable, "-m", "routelab", "request", "-A", str(app), "/ok"]
    ended = subprocess.run(
        words, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert ended.returncode == 70
    assert ended.stderr.startswith(
        "routelab: routelab itself failed before the app was loaded: ZeroDivisionError"
    )
    assert file in ended.stderr


@posix
def test_an_interpreter_may_print_before_it_is_ready(tmp_path: Path) -> None:
    file = tmp_path / "python"
    file.write_text(f"#!/bin/sh\necho hello; echo 'a line' >&2\nexec {sys.executable} \"$@\"\n")
    file.chmod(0o755)
    app = write_app(tmp_path, HEAD + "    return 'x'\n")
    with routelab.load(app, folder=tmp_path, python=str(file)) as lab:
        response = lab.send("GET /ok").response
    assert response is not None
    assert response.status == 200


# No worker is left behind


@posix
@pytest.mark.parametrize("view", ["time.sleep(60)", "while True: pass", "return str(max(range(10 ** 11)))"])
def test_a_worker_does_not_outlive_a_tool_that_is_killed(tmp_path: Path, view: str) -> None:
    write_app(tmp_path, HEAD + f"    open('pid', 'w').write(str(os.getpid()))\n    {view}\n")
    tool = Started("request", "GET", "/x", folder=tmp_path, environ=os.environ)
    pid_file = tmp_path / "pid"
    _wait_for(lambda: pid_file.exists() and pid_file.read_text() != "")
    tool.send_signal(signal.SIGKILL)
    assert tool.ended().code == -signal.SIGKILL
    worker = int(pid_file.read_text())
    _wait_for(lambda: not _runs(worker))


def _wait_for(happened: object, seconds: float = 60) -> None:
    assert callable(happened)
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


# What an app's file may hold that cannot be looked at: each as the value of a name there.
UNLOOKABLE = {
    "class of a class": "M('E', (), {})",
    "no class": "type('E', (), {'__class__': property(lambda _: 1 / 0)})()",
    "no truth": "type('E', (), {'__bool__': lambda _: 1 / 0, '__eq__': lambda *_: 1 / 0, '__hash__': None})()",
    "no names": "type('E', (), {'__getattribute__': lambda *_: 1 / 0})()",
    "exit": "type('E', (), {'__getattribute__': lambda *_: sys.exit(3)})()",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("value", UNLOOKABLE)
def test_an_app_loads_whatever_stands_beside_it(tmp_path: Path, engine: str, value: str) -> None:
    classes = "class M(type):\n    def __getattribute__(self, name): raise KeyError(name)\n"
    text = f"{HEAD}    return 'x'\n\n{classes}\n\nfirst = {UNLOOKABLE[value]}\n"
    file = write_app(tmp_path, text)
    with routelab.load(file, engine=engine, folder=tmp_path) as lab:
        assert lab.failure is None
        answer = checked(lab.send("GET /x"))
        assert answer["response"]["body"] == "x"
        assert lab.routes().routes
        assert lab.audit() is not None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_that_puts_something_else_in_the_place_of_the_settings(tmp_path: Path, engine: str) -> None:
    file = write_app(tmp_path, f"{HEAD}    app.config = None\n    return 'x'\n")
    with routelab.load(file, engine=engine, folder=tmp_path) as lab:
        traces = [lab.send("GET /x"), lab.send("GET /x")]
    for trace in traces:
        checked(trace)
    first, second = (trace.response for trace in traces)
    assert first is not None, said(traces[0])
    assert second is not None, said(traces[1])
    assert (first.status, first.body) == (200, b"x")
    assert (second.status, second.from_server) == (500, True)  # Flask reads the settings before all else


@posix
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "call",
    [
        "os._exit(7)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "while True: pass",
        "1 / 0",
        "raise KeyboardInterrupt",
        "sys.exit()",
    ],
)
def test_a_converter_that_flask_did_not_ask_changes_no_answer(tmp_path: Path, engine: str, call: str) -> None:
    converter = f"    def to_python(self, value):\n        {call}\n"
    text = (
        f"{HEAD}    return 'x'\n\nfrom werkzeug.routing import BaseConverter\n\nclass Odd(BaseConverter):\n{converter}\n"
        "app.url_map.converters['odd'] = Odd\n\n@app.route('/<odd:name>')\ndef odd(name): return 'odd'\n"
    )
    file = write_app(tmp_path, text)
    with routelab.load(file, engine=engine, folder=tmp_path) as lab:
        for _ in range(2):
            trace = lab.send("GET /ok", seconds=SOME if call.startswith("while") else LONG)
            document = checked(trace)
            assert document["response"] is not None, said(trace)
            assert document["response"]["body"] == "fine"
            assert [step["kind"] for step in document["steps"]].count("response") == 1
            notes = [note["code"] for note in document["notes"]]
            assert notes.count("rules_not_judged") == (call != "1 / 0")


def test_a_process_that_fails_without_a_builtin_says_which_the_app_replaced() -> None:
    reply = {
        "failed": "Traceback\nTypeError: no",
        "by_app": None,
        "replaced": ["builtins.__import__", "builtins.len"],
    }
    assert str(failure_in(reply)) == (
        "the app replaced builtins.__import__, builtins.len, and after that its process failed at routelab's own "
        "work: TypeError: no"
    )
    assert (
        str(failure_in({"failed": "KeyError"})) == "the app's process failed at routelab's own work: KeyError"
    )


MAY_END = sys.version_info >= (3, 12)  # before it can tell what was replaced
TOOK_AWAY = "it took away what routelab needs to run there, or exited with code 76 by itself"


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_an_app_that_empties_the_modules_as_it_loads_is_told_as_that(tmp_path: Path, engine: str) -> None:
    file = write_app(tmp_path / "app", "import sys\nsys.modules.clear()\n" + HEAD + "    return 'x'\n")
    try:
        with routelab.load(file, engine=engine, folder=file.parent, python=sys.executable) as lab:
            said = lab.send("GET /").cause
    except RoutelabError as error:
        said = str(error)
    replaced = "the app replaced sys.modules, and after that its process failed"
    assert replaced in said or (MAY_END and TOOK_AWAY in said)


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_a_404_after_the_app_took_imports_away(tmp_path: Path, engine: str) -> None:
    file = write_app(tmp_path / "app", HEAD + "    builtins.__import__ = None; return 'x'\n")
    # In a process of its own, which has loaded nothing ahead.
    with routelab.load(file, engine=engine, folder=file.parent, python=sys.executable) as lab:
        lab.send("GET /x", seconds=LONG)
        trace = lab.send("GET /nothing/there", seconds=LONG)
    told = " ".join(trace.answer.cause)
    replaced = "The app replaced builtins.__import__, and after that its process failed"
    assert told.startswith(("No rule ", replaced)) or (MAY_END and TOOK_AWAY in told)
