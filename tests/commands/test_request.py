from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from effort import chosen
from started import Started, ran
from support import Cli, schema, write_app

HOSTILE = """
    import sys
    import threading
    import time

    from flask import Flask, redirect, request

    app = Flask(__name__)

    @app.route("/")
    def home():
        return "Hello"

    @app.route("/loop")
    def loop():
        while True:
            time.sleep(0.01)

    @app.route("/deaf")
    def deaf():
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass

    @app.route("/exit")
    def leave():
        sys.exit("bye")

    @app.route("/ask")
    def ask():
        return input("Your name? ")

    @app.route("/deep")
    def deep():
        return deep()

    @app.route("/endless")
    def endless():
        def parts():
            while True:
                yield b"x" * 65536
        return parts()

    @app.route("/huge")
    def huge():
        return "x" * 20_000_000

    @app.route("/large")
    def large():
        return "x" * 1_000_000

    class Liar:
        def __repr__(self):
            raise RuntimeError("no repr for you")

    @app.route("/liar")
    def liar():
        return Liar()

    @app.route("/thread")
    def thread():
        threading.Thread(target=time.sleep, args=(60,)).start()
        return "left behind"

    @app.route("/escape")
    def escape():
        return "\\x1b[2J\\x1b]0;title\\x07[bold]not markup[/bold] \\u202e", 200, {"X-Markup": "[red]x"}

    @app.route("/binary")
    def binary():
        return bytes(range(256))

    @app.route("/round")
    def round_and_round():
        return redirect("/round")

    @app.route("/away")
    def away():
        return redirect("https://example.com/")

    @app.route("/status/<int:code>")
    def status(code):
        return "", code

    @app.route("/posted", methods=["POST"])
    def posted():
        return request.get_data()
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    write_app(tmp_path, HOSTILE)
    return tmp_path


@pytest.mark.own_process
@pytest.mark.parametrize(
    ("line", "reason", "code"),
    [
        ("/loop", "limit", 124),
        ("/deaf", "limit", 124),
        ("/exit", "exit", 124),
    ],
)
def test_a_view_that_does_not_come_back_is_stopped(
    hostile: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, line: str, reason: str, code: int
) -> None:
    if line == "/deaf":  # it is waited for no longer than any other, for it does not hear
        monkeypatch.setattr("routelab.process.worker.GRACE", 0.2)
    seconds = "0.2" if reason == "limit" else "60"
    ended = cli("request", "--timeout", seconds, "--format", "json", "GET", line, folder=hostile)
    steps = json.loads(ended.out)["steps"]
    stopped = [step for step in steps if step["kind"] == "stopped"]
    assert [step["reason"] for step in stopped] == [reason]
    assert next(step for step in steps if step["kind"] == "view")["returned"] is None
    assert ended.code == code


@pytest.mark.own_process
@pytest.mark.parametrize(
    ("path", "exception"),
    [("/ask", "EOFError"), ("/deep", "RecursionError"), ("/liar", "TypeError")],
)
def test_what_a_view_does_wrong_is_a_500(hostile: Path, cli: Cli, path: str, exception: str) -> None:
    ended = cli("request", "--format", "json", path, folder=hostile)
    document = json.loads(ended.out)
    schema().validate(document)
    assert document["response"]["status"] == 500
    assert document["exception"]["type"] == exception
    assert ended.code == 0
    for form in ("plain", "rich"):
        shown = cli("request", "--format", form, path, folder=hostile)
        assert exception in shown.out
        assert "Traceback (most recent" not in shown.out + shown.err + ended.err


@pytest.mark.own_process
def test_an_endless_body_is_cut(hostile: Path, cli: Cli) -> None:
    document = json.loads(cli("request", "--format", "json", "/endless", folder=hostile).out)
    response = document["response"]
    assert (response["truncated"], response["complete"], response["body_size"]) == (
        True,
        False,
        16 * 1024 * 1024,
    )
    assert document["steps"][-1]["kind"] == "stream"


def test_a_huge_body_is_cut_on_the_screen(hostile: Path, cli: Cli) -> None:
    every = [(form, path) for form in ("plain", "rich") for path in ("/huge", "/large")]
    for form, path in chosen(every, [("plain", "/huge"), ("rich", "/large")]):
        ended = cli("request", "--format", form, path, folder=hostile)
        assert ended.code == 0
        assert len(ended.out) < 10_000
        assert "more characters" in ended.out


@pytest.mark.parametrize("form", ["plain", "rich"])
def test_text_of_the_app_is_text(hostile: Path, cli: Cli, form: str) -> None:
    ended = cli("request", "--format", form, "/escape", folder=hostile)
    assert "\x1b]" not in ended.out
    assert "\x1b[2J" not in ended.out
    assert "\u202e" not in ended.out
    assert "\\x1b[2J" in ended.out
    assert "[bold]not markup[/bold]" in ended.out
    assert "[red]x" in ended.out


def test_binary_bodies(hostile: Path, cli: Cli) -> None:
    document = json.loads(cli("request", "--format", "json", "/binary", folder=hostile).out)
    assert document["response"]["body_encoding"] == "base64"
    assert "(256 bytes of" in cli("request", "--format", "plain", "/binary", folder=hostile).out


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 0), (301, 3), (404, 4), (503, 5), (418, 4)])
def test_check_status(hostile: Path, cli: Cli, status: int, code: int) -> None:
    assert cli("request", "--check-status", f"/status/{status}", folder=hostile).code == code
    assert cli("request", f"/status/{status}", folder=hostile).code == 0


def test_redirects_are_followed_only_so_far(hostile: Path, cli: Cli) -> None:
    document = json.loads(
        cli("request", "-F", "--max-redirects=3", "--format=json", "/round", folder=hostile).out
    )
    assert len(document["redirects"]) == 3
    assert document["redirects"][-1]["notes"][-1]["code"] == "redirect_not_followed"


def test_a_redirect_to_elsewhere_is_told(hostile: Path, cli: Cli) -> None:
    ended = cli("request", "-F", "/away", folder=hostile)
    assert ended.code == 0
    assert "example.com" in ended.out
    assert "no network" in ended.out


def test_an_unsafe_method_says_that_the_view_runs(hostile: Path, cli: Cli) -> None:
    assert "runs your view for real" in cli("request", "POST", "/posted", "a=1", folder=hostile).err
    assert cli("request", "GET", "/", folder=hostile).err == ""
    assert cli("request", "-A", "playground", "POST", "/login", "username=a", "-f").err == ""


def test_quiet_leaves_status_and_headers(hostile: Path, cli: Cli) -> None:
    out = cli("request", "-q", "/", folder=hostile).out.splitlines()
    assert out == ["200 OK", "Content-Type: text/html; charset=utf-8", "Content-Length: 5"]


def test_verbose_tells_of_every_rule_and_step(hostile: Path, cli: Cli) -> None:
    document = json.loads(cli("request", "-v", "--format", "json", "/nope", folder=hostile).out)
    match = next(step for step in document["steps"] if step["kind"] == "match")
    assert match["candidates_complete"]
    assert len(match["candidates"]) == match["rules_total"] > 10
    out = cli("request", "-v", "--format", "plain", "/", folder=hostile).out
    assert "Context: pushed" in out
    assert "shown" not in out


def test_json_is_utf8_in_a_stable_order(hostile: Path, cli: Cli) -> None:
    first = cli("request", "--format", "json", "/status/200", "q==é", folder=hostile).out
    again = cli("request", "--format", "json", "/status/200", "q==é", folder=hostile).out
    assert first == again
    assert "é" in first
    assert list(json.loads(first)) == [
        "schema", "command", "verdict", "cause", "engine", "app", "request", "steps", "response", "exception",
        "notes", "not_run", "redirects", "json_read", "cookies", "findings",
    ]  # fmt: skip


# Bad input: one line that says what and what next, and the documented exit code.


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("-A", "missing.py", "GET", "/"), 1, "missing.py"),
        (("-A", "empty", "GET", "/"), 1, "empty"),
        (("-A", "two.py", "GET", "/"), 1, "two.py"),
        (("-A", "no_app.py", "GET", "/"), 1, "no_app.py"),
        (("-A", "app.py:missing", "GET", "/"), 1, "missing"),
        (("-A", "", "user/alice"), 2, "/user/alice"),
        (("user/alice",), 2, "/user/alice"),
        (("--colour", "GET", "/"), 2, "--colour"),
        (("GET", "/", "--fromat", "json"), 2, "--format"),
        (("GET", "/", "--timeout", "soon"), 2, "--timeout"),
        (("GET", "/", "--timeout", "-1"), 2, "--timeout"),
        (("GET", "/", "--engine", "django"), 2, "--engine"),
        (("GET", "/", ":value"), 2, "name"),
        (("POST", "/", "file@missing.txt"), 2, "missing.txt"),
        (("POST", "/", "a:={1"), 2, "a"),
        (("GET", "/a\x00b"), 2, "path"),
        (("GET", "/a\x1bb"), 2, "path"),
        (("GET", "/", "X:a\r\nSet-Cookie:b"), 2, "X"),
        (("POST", "/", "file@huge.bin"), 2, "huge.bin"),
        (("POST", "/", "--raw"), 2, "--raw"),
        ((), 2, "request"),
        (("",), 2, ""),
        (("   ",), 2, ""),
        (('GET "/a',), 2, "never closed"),
    ],
)
def test_bad_input(tmp_path: Path, cli: Cli, words: tuple[str, ...], code: int, says: str) -> None:
    write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)")
    write_app(tmp_path, "from flask import Flask\nfirst = Flask('a')\nsecond = Flask('b')", "two.py")
    write_app(tmp_path, "x = 1", "no_app.py")
    (tmp_path / "empty").mkdir()
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    ended = cli("request", *words, folder=tmp_path)
    assert ended.code == code
    assert ended.out == ""
    lines = ended.err.splitlines()
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("routelab: ")
    assert says in lines[0]


@pytest.mark.parametrize(
    ("source", "exception", "line", "says"),
    [
        ("from flask import Flask\napp = Flask(__name__)\ndef broken(:\n", "SyntaxError", 3, "def broken"),
        ("import flask\nimport not_there\n", "ModuleNotFoundError", 2, "not_there"),
        ("from flask import Flask\nimport sys\nsys.exit(3)\n", "SystemExit", 3, "sys.exit"),
        (
            "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef page(): return 'a'\n"
            "@app.route('/b')\ndef page(): return 'b'\n",
            "AssertionError",
            5,
            "overwriting an existing endpoint",
        ),
        (
            "from flask import Flask\napp = Flask(__name__)\n@app.route('about')\ndef about(): return 'a'\n",
            "ValueError",
            3,
            "must start with a slash",
        ),
        (
            "from flask import Flask\napp = Flask(__name__)\n@app.route('/<integer:n>')\ndef n(n): return 'a'\n",
            "LookupError",
            3,
            "integer",
        ),
    ],
)
@pytest.mark.parametrize("engine", ["routelab", "flask"])
def test_an_app_that_does_not_load_is_a_trace(
    tmp_path: Path, cli: Cli, engine: str, source: str, exception: str, line: int, says: str
) -> None:
    write_app(tmp_path, source)
    ended = cli("request", "--engine", engine, "--format", "json", "GET", "/", folder=tmp_path)
    document = json.loads(ended.out)
    schema().validate(document)
    assert ended.code == 1
    (load,) = document["steps"]
    assert (load["kind"], load["exception"], load["file"], load["line"]) == (
        "load",
        exception,
        "app.py",
        line,
    )
    assert document["response"] is None
    for form in ("plain", "rich"):
        shown = cli("request", "--engine", engine, "--format", form, "GET", "/", folder=tmp_path)
        assert says in shown.out.replace("\n", " ").replace("  ", " ") or form == "rich"
        assert f"app.py:{line}" in shown.out
        assert "Traceback" not in shown.out + shown.err


def test_app_run_is_ignored_with_a_note(tmp_path: Path, cli: Cli) -> None:
    write_app(
        tmp_path,
        """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/")
        def home():
            return "hi"
        app.run(debug=True)
        """,
    )
    for engine in ("routelab", "flask"):
        document = json.loads(
            cli("request", "--engine", engine, "--format", "json", "/", folder=tmp_path).out
        )
        (note,) = document["notes"]
        assert (note["code"], note["file"], note["line"]) == ("app_run_ignored", "app.py", 6)
        assert document["response"]["body"] == "hi"


def test_without_an_app_the_playground_answers(tmp_path: Path, cli: Cli) -> None:
    ended = cli("request", "GET", "/user/alice", folder=tmp_path)
    assert ended.code == 0
    assert ended.err == ""
    assert "Profile page for: alice" in ended.out
    assert ended.out.startswith("200 OK   GET /user/alice (app playground on Routelab")


@pytest.mark.parametrize("variable", ["ROUTELAB_APP", "FLASK_APP"])
def test_the_environment_names_an_app(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    assert "Music Time Machine" in cli("request", "GET", "/", folder=tmp_path).out


@pytest.mark.parametrize(
    "line", ["GET /user/alice", "GET /post/hello", "DELETE /login", "GET /crash", "GET /search q==blue"]
)
def test_rich_output_keeps_to_the_width(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    for width in chosen([40, 80, 200], [40, 200]):
        monkeypatch.setenv("COLUMNS", str(width))
        out = cli("request", "-A", "playground", "--format", "rich", line, folder=tmp_path).out
        # A line to paste into a shell is whole, and the terminal's own to continue.
        assert max(len(text) for text in out.splitlines() if not text.startswith("  routelab ")) <= width
        assert "…" not in out


@pytest.mark.parametrize("words", [("GET", "/"), ("GET /",), ("/",), ("GET", "/", "X-A:1", "-q")])
def test_words_or_one_string(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert cli("request", *words, folder=tmp_path).code == 0


LOGGED = '127.0.0.1 - - [03/Mar/2026 02:13:50] "{}" 404 -'


@pytest.mark.parametrize(
    "words",
    [
        ("POST /login HTTP/1.1",),
        ("POST", "/login", "HTTP/1.1"),
        ("$ routelab request POST /login",),
        ("$ curl -X POST localhost:5000/login",),
        ("$", "curl", "-X", "POST", "localhost:5000/login"),
        (LOGGED.format("POST /login HTTP/1.1"),),
        (LOGGED.format("\x1b[33mPOST /login HTTP/1.1\x1b[0m"),),
        LOGGED.format("POST /login HTTP/1.1").split(" "),
        LOGGED.format("POST_/login_HTTP/1.1").replace('"', "").split(" "),
    ],
)
def test_what_was_copied_along_with_a_request_is_left_out(cli: Cli, words: Sequence[str]) -> None:
    shown = cli("match", "-A", "playground", *(word.replace("_", " ") for word in words))
    assert shown.out.startswith("/login  ->  login   POST /login ")


def test_threads_left_behind_do_not_keep_the_program(hostile: Path) -> None:
    ended = ran("request", "GET", "/thread", folder=hostile, environ={})
    assert ended.code == 0
    assert "left behind" in ended.out


def test_a_reader_that_leaves_early_is_no_error(hostile: Path) -> None:
    started = Started("request", "-v", "--format", "json", "/large", folder=hostile, environ={})
    assert started.leave() == "{"
    assert started.ended().err == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("reqest", "GET", "/"), "did you mean 'request'?"),
        (("GET", "/user/alice"), "routelab request GET"),
        (("/user/alice",), "routelab request /user/alice"),
        (("xyzzy",), "--help"),
    ],
)
def test_unknown_commands_lead_on(cli: Cli, words: tuple[str, ...], says: str) -> None:
    ended = cli(*words)
    assert ended.code == 2
    assert says in ended.err


def test_our_own_bug_is_70_with_a_request_to_report_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import routelab.commands.request as request

    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(request, "parse", broken)
    ended = cli("request", "GET", "/", folder=tmp_path)
    assert ended.code == 70
    assert "report" in ended.err


def test_version(cli: Cli) -> None:
    assert cli("--version").out.startswith("routelab 0.")
