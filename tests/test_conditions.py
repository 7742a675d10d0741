"""Ordinary bad conditions, for the command as it is installed: one line, a documented exit code, nothing else."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

import routelab.cli
from effort import chosen
from routelab.bugreport import write_report
from routelab.endsignals import EndedBySignal
from routelab.errors import RoutelabError
from routelab.filelock import locked
from routelab.process.worker import spawned
from routelab.repl.conversation import converse
from routelab.repl.piped import PipedTerminal
from routelab.session.reply import Reply
from routelab.streams import OutputLost
from sessions import Home
from started import Started, ran
from support import ROOT, Cli, Ended, while_there

UNIX = pytest.mark.skipif(os.name != "posix", reason="descriptors and folders as Unix has them")
# Each answers without a question and reads its script from standard input.
COMMANDS = ("--help", "request GET /user/alice", "request GET / --format json", "routes", "learn 1", "play")
STREAMS = ("2>/dev/full", "2>&-", "<&-", "<&- >&- 2>&-")
PAIRS = [(shell, words) for shell in STREAMS for words in COMMANDS]
TWO = (
    "request GET /user/alice",
    "learn 1",
)  # one that answers, and one that talks: the entry is the same for all
FEW = ("--help", *TWO)
FEW_PAIRS = [
    *zip(STREAMS[:2], TWO, strict=True),
    ("<&-", "learn 1"),
    *((STREAMS[-1], words) for words in TWO),
]
ENCODINGS = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
CODES = re.findall(r"^\| ([\d, ]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
DOCUMENTED = {int(code) for codes in CODES for code in codes.split(", ")}


def around(folder: Path) -> dict[str, str]:
    """Return an environment with a home in that folder."""
    return {"PATH": os.environ["PATH"], "ROUTELAB_HOME": str(folder / "home")}


def run(
    words: str,
    folder: Path,
    *,
    shell: str = "",
    env: dict[str, str] | None = None,
) -> Ended:
    """Run the installed command's own entry, as `[project.scripts]` names it, behind a line of the shell's.

    That is for what a Python does as it starts. What is so whichever way it was started is forked: see `started`.
    """
    module, function = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"][
        "routelab"
    ].split(":")
    program = f"import sys; from {module} import {function} as entry; sys.exit(entry())"
    kept = {name: os.environ[name] for name in ("COVERAGE_PROCESS_START",) if name in os.environ}
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {words} {shell}', sys.executable, program],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **around(folder), **kept, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return Ended(code=done.returncode, out=out, err=err)


@pytest.fixture
def usually(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ended]:
    """Run a command where nothing is the matter, in this process."""

    def ran_here(words: str) -> Ended:
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO())
            return cli(*words.split(), folder=tmp_path)

    return ran_here


def check(ended: Ended) -> None:
    assert ended.code in DOCUMENTED - {70}, ended
    assert "Traceback" not in ended.out + ended.err
    assert "Exception ignored" not in ended.err


@UNIX
@pytest.mark.worker
@pytest.mark.parametrize("words", [*chosen(COMMANDS, FEW), "share GET /"])
@pytest.mark.parametrize("full", [True, False], ids=["full", "closed"])
def test_output_that_cannot_be_written_is_one_line(tmp_path: Path, words: str, full: bool) -> None:
    ended = run(words, tmp_path, shell=">/dev/full" if full else ">&-")
    check(ended)
    assert ended.code == 74
    (line,) = ended.err.splitlines()
    why = "No space left on device" if full else "it is closed"
    assert line == f"routelab: standard output could not be written: {why}"


@UNIX
@pytest.mark.parametrize(("shell", "words"), chosen(PAIRS, FEW_PAIRS))
def test_other_streams_may_be_full_or_closed(
    usually: Callable[[str], Ended], tmp_path: Path, shell: str, words: str
) -> None:
    usual = usually(words)
    ended = run(words, tmp_path, shell=shell)
    check(ended)
    if ">&-" not in shell.replace("2>&-", ""):
        assert ended.code == usual.code
        assert len(ended.out.splitlines()) == len(usual.out.splitlines())


@pytest.mark.parametrize(
    ("encoding", "shell", "code", "says"),
    [
        ("utf-8:strict", "<script", 0, "not valid text"),
        ("utf-16", "<script", 74, "standard input could not be read"),
        pytest.param("utf-8", "0>nothing", 74, "standard input could not be read", marks=UNIX),
    ],
)
def test_input_that_cannot_be_read_is_one_line(
    tmp_path: Path, encoding: str, shell: str, code: int, says: str
) -> None:
    (tmp_path / "script").write_bytes(b"GET /\xff\nquit\n")
    ended = run("play", tmp_path, shell=shell, env={"PYTHONIOENCODING": encoding})
    check(ended)
    assert ended.code == code
    assert ended.err.replace("\0", "").count("\n") == (code != 0)
    assert says in (ended.out + ended.err).replace("\0", "")


SIGNALS = """
import os, signal, sys, time
from flask import Flask
app = Flask(__name__)

@app.route("/<name>")
def parent(name):
    open("worker", "w").write(str(os.getpid()))
    os.kill(os.getppid(), getattr(signal, name))
    time.sleep(20)
"""


@UNIX
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGUSR1"])
def test_a_signal_that_ends_it_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "app.py").write_text(SIGNALS)
    ended = ran("request", "GET", f"/{name}", folder=tmp_path, environ=around(tmp_path))
    assert (ended.code, ended.out) == (128 + getattr(signal, name), "")
    assert re.fullmatch(rf"routelab: {name} ended it while the app was asked; .+\n", ended.err)
    with pytest.raises(ProcessLookupError):
        while_there(int((tmp_path / "worker").read_text()))


@UNIX
def test_a_terminal_that_goes_away_ends_it_as_a_signal_does(tmp_path: Path) -> None:
    """Nobody can be told, and that this fails is no other end."""
    import pty  # Windows has none

    (tmp_path / "app.py").write_text(SIGNALS.replace("os.kill(", "(lambda *_: None)("))
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(tmp_path)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        words = [sys.executable, "-m", "routelab", "request", "GET", "/SIGHUP"]
        os.execve(sys.executable, words, {**os.environ, "PYTHONPATH": str(ROOT)})
    while not (tmp_path / "worker").exists():
        time.sleep(0.02)
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP


@UNIX
@pytest.mark.parametrize(
    "fails", [lambda: threading.Lock().release(), lambda: lose_output()], ids=["lock", "screen"]
)
def test_an_error_that_a_signal_left_behind_is_no_bug(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, fails: Callable[[], object]
) -> None:
    """Where it comes while a lock is waited for, leaving the lock may fail, and so may giving a screen back."""

    def leaves_a_lock(_: object) -> int:
        try:
            raise EndedBySignal(signal.SIGHUP)
        finally:
            fails()

    monkeypatch.setattr(routelab.cli, "_dispatch", leaves_a_lock)
    ended = cli("progress")
    assert (ended.code, ended.out, ended.err) == (129, "", "routelab: SIGHUP ended it\n")


def lose_output() -> NoReturn:
    raise OutputLost("Input/output error")


LATE = """
import atexit, os, sys, routelab.cli

def send():
    os.kill(os.getpid(), int(sys.argv.pop()))

def complain(*lines, complain=routelab.cli._complain):
    if len(sys.argv) > 2:
        send()
    complain(*lines)

if sys.argv.pop() == "as it ends":
    atexit.register(send)
else:
    routelab.cli._complain = complain
routelab.cli.run()
"""


@UNIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["as it ends", "as it says why"])
def test_a_signal_that_comes_late_is_nothing_to_talk_about(
    tmp_path: Path, number: signal.Signals, moment: str
) -> None:
    """Somebody presses Ctrl-C twice, or a moment too late."""
    before = signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    try:
        done = subprocess.run(
            [sys.executable, "-c", LATE, "nosuch", str(int(number)), moment],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        signal.signal(number, before)
    assert done.returncode == 128 + number
    assert all(line.startswith("routelab: ") for line in done.stderr.splitlines())


@UNIX
def test_a_signal_that_was_to_be_ignored_still_is(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SIGNALS.replace("time.sleep(20)", "return name"))
    words = [sys.executable, "-m", "routelab", "request", "GET", "/SIGHUP"]
    line = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *words]
    env = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:6]) == (0, "200 OK")


@UNIX
@pytest.mark.parametrize("words", chosen(COMMANDS, FEW))
def test_a_reader_who_leaves_is_nothing_to_talk_about(tmp_path: Path, words: str) -> None:
    started = Started(*words.split(), folder=tmp_path, environ=around(tmp_path))
    assert started.leave()
    ended = started.ended()
    check(ended)
    assert not ended.err


@UNIX
@pytest.mark.parametrize("words", chosen(COMMANDS, FEW))
def test_a_folder_that_is_gone_is_one_line(tmp_path: Path, words: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    module = "from routelab.cli import run; run()"
    ended = subprocess.run(
        ["sh", "-c", f'rmdir "$2" && exec "$0" -c "$1" {words}', sys.executable, module, str(gone)],
        cwd=gone,
        env={"PYTHONPATH": str(ROOT), "ROUTELAB_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in ended.stderr.splitlines() if line.startswith("routelab")]
    if words == "--help":
        assert ended.returncode == 0
    else:
        assert ended.returncode == 1
        assert ours == [
            "routelab: the folder that you are in was deleted; change to another one (cd), and try again"
        ]
    assert "Traceback" not in ended.stderr


@UNIX
@pytest.mark.parametrize("words", ["request GET /user/alice", "play"])
def test_a_folder_that_goes_while_a_command_runs_is_one_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    imported = routelab.cli._imported

    def late(name: str) -> ModuleType:
        gone.rmdir()
        return imported(name)

    monkeypatch.setattr(routelab.cli, "_imported", late)
    ended = cli(*words.split(), folder=gone)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith("that you are in was deleted; change to another one (cd), and try again\n")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("encoding", "words"), chosen([*product(ENCODINGS, COMMANDS)], [*zip(ENCODINGS, TWO, strict=True)])
)
def test_an_encoding_that_lacks_characters_changes_no_outcome(
    usually: Callable[[str], Ended], tmp_path: Path, encoding: str, words: str
) -> None:
    usual = usually(words)
    ended = run(words, tmp_path, env=ENCODINGS[encoding])
    check(ended)
    assert ended.code == usual.code
    assert len(ended.out.splitlines()) == len(usual.out.splitlines())


@UNIX
@pytest.mark.parametrize("words", chosen(COMMANDS, TWO))
def test_without_a_home_everything_answers(tmp_path: Path, words: str) -> None:
    environ = {"PATH": os.environ["PATH"], "XDG_DATA_HOME": "", "HOME": str(tmp_path / "none" / "such")}
    check(ran(*words.split(), folder=tmp_path, environ=environ))


@UNIX
@pytest.mark.parametrize("words", ["request --session here GET /", "learn 1", "progress", "play"])
def test_a_user_whom_the_system_does_not_know_is_answered(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def nobody(_number: int) -> NoReturn:
        raise KeyError("uid not found")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    for name in ("HOME", "ROUTELAB_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (tmp_path / "none").write_text("")
    monkeypatch.setattr("routelab.learner.environment._HOME_OF_NOBODY", tmp_path / "none")
    (tmp_path / "app.py").write_text(APP)
    ended = cli(*words.split(), folder=tmp_path)
    check(ended)
    assert ended.code == 0
    assert not (tmp_path / "~").exists()


@UNIX
@pytest.mark.parametrize("words", ["progress --hand-in my.zip", "routes -A no.py", "request GET /"])
def test_a_break_in_the_name_of_a_folder_is_no_line_of_its_own(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    folder = tmp_path / "a\nb"
    folder.mkdir()
    (folder / "my\nshop.py").write_text(APP)
    monkeypatch.setenv("ROUTELAB_HOME", str(folder))
    ended = cli(*words.replace("no.py", str(folder / "no.py")).split(), folder=folder)
    first, *details = ended.err.splitlines()
    assert first.startswith("routelab: ")
    assert all(detail.startswith("  ") for detail in details), ended.err


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("ROUTELAB_HOME", "progress"),
        ("ROUTELAB_MINE", "learn"),
        ("ROUTELAB_PYTHON", "request GET /"),
        ("NOTHING", "request --session ~nobody/x GET /"),
    ],
)
def test_a_home_that_nobody_has_is_one_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, words: str
) -> None:
    monkeypatch.setenv(variable, "~nobody-of-that-name/x")
    ended = cli(*words.replace("~nobody", "~nobody-of-that-name").split(), folder=tmp_path)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert "~nobody-of-that-name" in ended.err


def broken(what: Callable[[], None]) -> Callable[..., Reply]:
    def answer(*_: object) -> Reply:
        what()
        raise AssertionError

    return answer


def zero() -> None:
    raise ZeroDivisionError("a slip of ours")


def no_room() -> None:
    raise OSError(28, "No space left on device", "/somewhere/app.py")


def test_a_line_on_which_we_fail_does_not_end_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    session = Home(folder=tmp_path).session()
    answer = session.answer
    failing = broken(zero)
    monkeypatch.setattr(session, "answer", lambda line: failing() if line == "boom" else answer(line))
    out = io.StringIO()
    converse(
        session, PipedTerminal(io.StringIO("boom\nhelp\nquit\n"), out, echo=True, has_news=lambda: False)
    )
    told = out.getvalue()
    assert "That is a bug in routelab, not in what you typed." in told
    (report,) = tmp_path.glob("routelab-report-*.txt")
    assert str(report) in told
    written = report.read_text()
    assert "typed: 'boom'" in written
    assert "ZeroDivisionError: a slip of ours" in written
    assert "Traceback" not in told
    assert told.count("> ") >= 3


def test_a_reply_that_cannot_be_shown_does_not_end_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session = Home(folder=tmp_path).session()
    out = io.StringIO()
    terminal = PipedTerminal(io.StringIO("help\nquit\n"), out, echo=True, has_news=lambda: False)
    show, shown = terminal.show, []

    def failing(reply: Reply) -> None:
        shown.append(reply)
        if len(shown) == 2:
            zero()
        show(reply)

    monkeypatch.setattr(terminal, "show", failing)
    converse(session, terminal)
    assert "That is a bug in routelab" in out.getvalue()
    assert len(shown) >= 4


def test_what_the_system_refuses_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Home(folder=tmp_path).session()
    answer, failing = session.answer, broken(no_room)
    monkeypatch.setattr(session, "answer", lambda line: failing() if line == "boom" else answer(line))
    out = io.StringIO()
    converse(session, PipedTerminal(io.StringIO("boom\nquit\n"), out, echo=True, has_news=lambda: False))
    assert "the system says: No space left on device: /somewhere/app.py" in out.getvalue()
    assert "bug" not in out.getvalue()


def test_where_there_is_no_room_for_a_report_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert write_report(ValueError("x"), "line") is None


@UNIX
@pytest.mark.worker
@pytest.mark.parametrize("words", ["check 1", "handout 1", "learn 1/mend", "explain R402"])
def test_no_room_for_temporary_files_is_one_line(tmp_path: Path, words: str) -> None:
    environ = {"ROUTELAB_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    ended = ran(*words.split(), folder=tmp_path, environ=environ, limits={"RLIMIT_FSIZE": 0})
    told = [line for line in (ended.err + ended.out).splitlines() if "temporary directory" in line]
    assert len(told) == 1
    assert told[0].endswith("; make room in one of them, or let TMPDIR name another folder")
    check(ended)


def no_memory(_: object) -> NoReturn:
    raise MemoryError


def no_thread(_: object) -> NoReturn:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize(
    ("refuse", "says"),
    [(no_memory, os.strerror(errno.ENOMEM)), (no_thread, "no new thread can be started")],
)
def test_what_python_says_for_the_system_is_no_bug(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuse: Callable[..., int], says: str
) -> None:
    monkeypatch.setattr(routelab.cli, "_dispatch", refuse)
    ended = cli("routes", folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (1, "", f"routelab: the system says: {says}\n")


@pytest.mark.parametrize(("name", "blames"), [("EMFILE", False), ("EAGAIN", False), ("ENOEXEC", True)])
def test_an_interpreter_is_not_to_blame_for_what_the_system_lacks(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, blames: bool
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(getattr(errno, name), "what it says", sys.executable)

    monkeypatch.setattr("routelab.process.worker.Spawned", refuse)
    monkeypatch.setattr("subprocess.run", refuse)
    with pytest.raises(RoutelabError) as not_started:
        spawned(sys.executable, "app:auto")
    ended = cli("grade", "1", ".", folder=tmp_path)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    for said in (str(not_started.value), ended.err):
        assert "what it says" in said
        assert ("name a Python" in said) == blames


@UNIX
@pytest.mark.parametrize(
    "words", ["check loop", "web loop --pyodide .", "new loop/lesson", "routes -A app.py"]
)
def test_links_in_a_circle_are_no_bug(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "app.py").write_text(APP)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "loop"))
    ended = cli(*words.split(), folder=tmp_path)
    check(ended)
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["EFBIG", "ENAMETOOLONG", "ESTALE", "ENOTCONN", "EROFS"])
def test_what_a_disk_may_say_is_no_bug(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(getattr(errno, name), "what it says", "/far/away")

    monkeypatch.setattr(routelab.cli, "_dispatch", refuse)
    ended = cli("routes", folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        "routelab: the system says: what it says: /far/away\n",
    )


@UNIX
@pytest.mark.parametrize("words", ["routes -A 1", "routes -A app.py", "routes", "request /"])
def test_a_folder_that_may_not_be_entered_is_named_and_no_file_in_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "what it says", *words.split()[2:])

    monkeypatch.setattr(
        routelab.cli, "_dispatch", refuse
    )  # the tests' user may enter every folder, where it is root
    monkeypatch.setattr(os, "access", lambda path, _mode: path != ".")
    ended = cli(*words.split(), folder=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(
        "routelab: you may not enter the folder that you are in; change to another one"
    )


# Names behind which there is no file with an end, or none that anybody could mean: nothing waits for one, and
# nothing reads it for ever.

LESSON = "# A\nThe goal.\n\n## First {#first}\nText.\n"
APP = """
from flask import Flask, render_template
app = Flask(__name__)
@app.route("/")
def index():
    return "fine"
"""
PLACES = {
    "app": ("app.py", "request -A app.py GET /"),
    "folder's app": ("app.py", "request -A . GET /"),
    "wsgi beside app": ("wsgi.py", "request GET /nope"),
    "neighbour": ("other.py", "request -v GET /nope"),
    "neighbour, audit": ("other.py", "audit"),
    "template": ("templates/page.html", "request -v GET /nope"),
    "static file": ("static/page.css", "request -v GET /static/page.css"),
    ".env": (".env", "request GET /"),
    ".flaskenv": (".flaskenv", "request GET /"),
    "form item": ("data", "request -f POST / name@data"),
    "text item": ("data", "request POST / name=@data"),
    "cookies": ("data", "request --session ./data GET /"),
    "lesson": ("lesson.md", "learn --yes ."),
    "lesson, proven": ("lesson.md", "check ."),
    "lesson's app, proven": ("app.py", "check ."),
    "lesson's other file": ("data.txt", "learn --yes ."),
    "lesson's other file, shown": ("data.txt", "demo --yes ."),
    "lesson's other file, written": ("data.txt", "handout --yes ."),
    "solution, proven": ("solution/app.py", "check ."),
    "solution's folder, proven": ("solution", "check ."),
    "progress": ("home/progress.json", "progress"),
    "progress, in a lesson": ("home/progress.json", "learn 1"),
    "progress, its lock": ("home/progress.json.lock", "learn 1"),
    "link's neighbour": ("other.py", "share -A . GET /"),
    "progress, saved": ("home/progress.json.new", "learn 1"),
    "settings": ("home/settings.json", "learn"),
    "work": ("home/the-loop/app.py", "learn 1/mend"),
}


@UNIX
@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_of_that_kind_is_not_read(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, kind: str
) -> None:
    name, words = PLACES[place]
    monkeypatch.setenv("ROUTELAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "lesson.md").write_text(LESSON)
    target = tmp_path / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(target)
        case "device":
            target.symlink_to("/dev/zero")
        case _:
            target.touch()
            os.truncate(target, 1 << 40)  # which no disk has room for
    ended = cli(*words.split(), folder=tmp_path)
    check(ended)


@UNIX
@pytest.mark.worker
def test_results_without_an_end_are_none(tmp_path: Path) -> None:
    """A shell's pipe may be one of results, so they are read whatever they are: but no line for ever."""
    environ, limits = around(tmp_path), {"RLIMIT_AS": 10**9}
    ended = ran("grade", "1", "--merge", "/dev/zero", folder=tmp_path, environ=environ, limits=limits)
    said = "routelab: /dev/zero:1: this is not a result of routelab grade --format json\n"
    assert (ended.code, ended.err) == (2, said)


@UNIX
def test_progress_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles" / "progress.json"
    link = tmp_path / "home" / "progress.json"
    kept.parent.mkdir()
    link.parent.mkdir()
    kept.write_text("{}")
    link.symlink_to(kept)
    check(ran("learn", "1", folder=tmp_path, environ=around(tmp_path), script="GET /\n\nquit\n"))
    assert link.is_symlink()
    assert "the-loop" in kept.read_text()


@pytest.mark.parametrize("more", [(), ("--export", "-"), ("--forget", "1"), ("--hand-in", "my.zip")])
def test_progress_that_cannot_be_read_is_not_taken_for_none(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    """A folder in its place stands for all that may be in the way."""
    file = tmp_path / "home" / "progress.json"
    file.mkdir(parents=True)
    monkeypatch.setenv("ROUTELAB_HOME", str(file.parent))
    ended = cli("progress", *more, folder=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert re.fullmatch(
        rf"routelab: {re.escape(str(file))} cannot be read: .+; put that right, .+\n",
        ended.err,
    )
    assert not (tmp_path / "my.zip").exists()


@UNIX
def test_a_lock_that_another_holds_is_told_before_it_is_waited_for(tmp_path: Path) -> None:
    """The lesson goes on, and says once that nothing is saved."""
    lock = tmp_path / "home" / "progress.json.lock"
    lock.parent.mkdir()
    with locked(lock, patience=0, waiting=list):
        ended = ran("learn", "1", folder=tmp_path, environ=around(tmp_path), script="GET /\n\nGET /\n")
    check(ended)
    assert ended.code == 0
    assert ended.err.splitlines() == [
        f"routelab: another routelab is saving {lock.with_suffix('')}; waiting for it"
    ]
    assert ended.out.count("not saved") == 1
    assert "another routelab is still saving" in ended.out


@pytest.mark.worker
def test_a_nul_in_an_env_file_is_left_out_and_told(tmp_path: Path) -> None:
    """No process can be given it; python-dotenv is played, which the tests' Python need not have."""
    (tmp_path / "app.py").write_text(
        APP.replace('"fine"', 'str([os.environ.get("GOOD"), os.environ.get("BAD")])')
    )
    (tmp_path / "app.py").write_text("import os\n" + (tmp_path / "app.py").read_text())
    (tmp_path / ".env").write_text("played")
    played = tmp_path / "lib" / "dotenv.py"
    played.parent.mkdir()
    played.write_text(
        "def find_dotenv(name, usecwd): return name if name == '.env' else ''\n"
        "def dotenv_values(path, encoding): return {'GOOD': 'x', 'BAD': 'a\\0b'}\n"
    )
    ended = run("request GET /", tmp_path, env={"PYTHONPATH": f"{ROOT}{os.pathsep}{played.parent}"})
    assert ended.code == 0, ended
    assert "['x', None]" in ended.out
    assert ".env has a variable with a NUL" in ended.out + ended.err
