"""Lines however they are typed: whole, half right, misspelt, pasted, and plain nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.session.reply import Quit, Reply, TraceShown
from routelab.session.session import Session
from sessions import Home, at, only, said, work_of

HALF_RIGHT = [
    ("get status", "GET /status"),
    ("user/alice", "GET /user/alice"),
    ("token", "GET /token"),
    ("GET", "GET /"),
    ("post login", "POST /login"),
    ("POST login name=ann -f", "POST /login name=ann -f"),
    ("delete the cart", ""),
    ("GET/user/alice", "GET /user/alice"),
    ("/user/alice GET", "GET /user/alice"),
    ("GET \\user\\alice", "GET /user/alice"),
    ("\\user\\alice", "GET /user/alice"),
    ("GET “/user/alice”", 'GET "/user/alice"'),
    ("url_for(‘show’, name=’x’)", "url_for('show', name='x')"),
    ("R402", "explain R402"),
    ("show_post", "routes show_post"),
    ("home()", "routes home"),
    ("app.py", "edit app.py"),
    ("how do I quit", "help quit"),
    ('fetch("/user/alice")', ""),
    ("<b>bold</b>", ""),
    ("hilfe", "help"),
    ("i dont understand", "hint"),
    ("what do I do?", "hint"),
    ("help me", "hint"),
    ("help please", "hint"),
    ("Beenden", "quit"),
]


@pytest.mark.parametrize(("typed", "offered"), HALF_RIGHT)
def test_half_a_request_comes_back_editable(home: Home, small: Path, typed: str, offered: str) -> None:
    reply = at(home.session(small), "read").answer(typed)
    assert (reply.line, reply.understood) == (offered, False)


REQUESTS = [
    "GET /",
    "get /",
    "/",
    "`GET /`",
    "'GET /'",
    "$ routelab request GET /",
    "> GET /",
    "http://localhost:5000/",
    "localhost:5000/",
    "curl http://localhost:5000/",
    "curl -s localhost:5000",
    "GET / HTTP/1.1",
    "ann@box:~/shop$ curl localhost:5000",
    "(.venv) PS C:\\shop> curl localhost:5000",
    '127.0.0.1 - - [03/Mar/2026 02:13:50] "GET / HTTP/1.1" 404 -',
    'INFO:werkzeug:10.0.0.1 - - [03/Mar/2026 02:13:50] "GET / HTTP/1.1" 404 -',
    '"GET / HTTP/1.1" 404 -',
    """curl -G -d '"GET /about HTTP/1.1"' localhost:5000""",
    "“GET /”",
    "„GET /“",
    "«GET /»",
]


@pytest.mark.parametrize("typed", REQUESTS)
def test_requests_are_known_however_they_are_written(home: Home, small: Path, typed: str) -> None:
    shown = only(at(home.session(small), "read").answer(typed), TraceShown)
    assert (shown.trace.request.method, shown.trace.request.path) == ("GET", "/")


WORDS = [("exit", Quit), ("BYE", Quit), ("q", Quit), (".quit", Quit), (":q", Quit), ("quit()", Quit)]


@pytest.mark.parametrize(("typed", "action"), WORDS)
def test_leaving_goes_by_many_names(home: Home, small: Path, typed: str, action: type) -> None:
    assert isinstance(at(home.session(small), "read").answer(typed).action, action)


MEANT = [
    ("why R402", "explain R402"),
    ("open app.py", "edit app.py"),
    ("answer", "solution"),
    ("go on", "next"),
    ("continue", "next"),
]


@pytest.mark.parametrize(("typed", "word"), MEANT)
def test_other_words_for_the_same_do_the_same(home: Home, small: Path, typed: str, word: str) -> None:
    one, other = (at(home.session(small), "guess").answer(line) for line in (typed, word))
    assert said(one) == said(other)
    assert (one.prompt, one.action) == (other.prompt, other.action)


@pytest.mark.parametrize("typed", ["start", "begin", "next", "go on", "continue", ""])
def test_the_list_goes_on_by_many_names(home: Home, small: Path, typed: str) -> None:
    session = home.session(small)
    session.opening()
    assert session.answer(typed).prompt.place.endswith("1 of 4")


PAGES = [("page 2", "2 of 4"), ("page mend", "4 of 4"), ("page", "1 of 4"), ("page 9", "1 of 4")]


@pytest.mark.parametrize(("typed", "place"), PAGES)
def test_a_page_of_the_lesson_is_reached_by_its_number_or_name(
    home: Home, small: Path, typed: str, place: str
) -> None:
    session = home.session(small)
    session.opening("1")
    reply = session.answer(typed)
    assert reply.prompt.place.endswith(place)
    assert ("Which page? For example: page 4" in said(reply)) == (place == "1 of 4")


def test_a_trace_without_a_mistake_is_not_explained_by_all_there_are(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert said(session.answer("why")).startswith("No request was sent yet.")
    session.answer("GET /")
    assert said(session.answer("why")).startswith("No page is about what the last trace shows.")


NEAREST = [("halp", "help"), ("hnt", "hint"), ("rotues", "routes"), ("nxt", "next"), ("solutoin", "solution")]


@pytest.mark.parametrize(("typed", "near"), NEAREST)
def test_a_misspelt_word_gets_the_nearest(home: Home, small: Path, typed: str, near: str) -> None:
    assert at(home.session(small), "read").answer(typed).line == near


def test_a_quote_of_a_word_processor_may_be_meant(home: Home, small: Path) -> None:
    shown = only(at(home.session(small), "read").answer("GET /?q=“x”"), TraceShown)
    assert shown.trace.request.query_string in ("q=“x”", "q=%E2%80%9Cx%E2%80%9D")


NONSENSE = [
    "asdf",
    "was ist das?",
    "ééé",
    "\x00",
    "🦊",
    "a" * 5000,
    "<script>",
    "[bold]x",
    "=",
    "-",
    "def f():",
    "1",
]


@pytest.mark.parametrize("where", ["read", "try", "guess", "mend"])
def test_nonsense_leads_on_and_moves_nobody(home: Home, small: Path, where: str) -> None:
    session = at(home.session(small), where)
    before = session.look().prompt.place
    for typed in NONSENSE:
        reply = session.answer(typed)
        assert reply.items, typed
        assert reply.prompt.place == before, typed


def test_a_paste_runs_line_by_line_up_to_the_first_nonsense(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    reply = session.answer(
        "GET /\n\ncurl localhost:5000/token \\\n  -H 'X-Token: 7'\nblah blah\nGET /token\n"
    )
    shown = [item for item in reply.items if isinstance(item, TraceShown)]
    assert [item.trace.request.path for item in shown] == ["/", "/token"]
    assert "The other 1 of 4 pasted lines were not run." in said(reply)
    assert not any(item.stepwise for item in shown)


def test_ctrl_c_ends_a_paste_and_keeps_what_was_answered(
    home: Home, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = at(home.session(small), "read")
    answered, lines = Session._answered, iter(("GET /", None))

    def stopped(session: Session, line: str) -> Reply:
        if next(lines) is None:
            raise KeyboardInterrupt
        return answered(session, line)

    monkeypatch.setattr(Session, "_answered", stopped)
    reply = session.answer("GET /\nGET /token\nGET /\nGET /")
    assert [item.trace.request.path for item in reply.items if isinstance(item, TraceShown)] == ["/"]
    assert "Stopped by Ctrl-C." in said(reply)
    assert "The other 2 of 4 pasted lines were not run." in said(reply)


def test_comments_are_no_enter(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert session.answer("# now the next").prompt.place.endswith("1 of 4")


ELSEWHERE = [
    ("from flask import Flask", "Python"),
    ("app = Flask(__name__)", "Python"),
    ('@app.route("/")', "Python"),
    ("def home():", "Python"),
    ('return "Hello"', "Python"),
    ("app.run(debug=True)", "Python"),
    ("python app.py", "No server"),
    ("flask --app app run", "No server"),
    ("nano app.py", "type: edit"),
    ("clear", "Ctrl-L"),
    ("CLS", "Ctrl-L"),
    ("ls -la", "quit leads back"),
    ("routelab learn 2", "quit leads back"),
    ('if __name__ == "__main__":', "Python"),
    ("Host: localhost:5000", "as in: GET / Host:value"),
    ("User-Agent: curl/8.1", "as in: GET / User-Agent:value"),
    ("Accept: */*", "as in: GET / Accept:value"),
    ("HTTP/1.1 200 OK", "first line of a response"),
    ("name=ann", "as in: POST / name=ann"),
    ("Traceback (most recent call last):", "part of a traceback"),
    ('  File "/home/ann/app.py", line 3, in <module>', "part of a traceback"),
    ("werkzeug.routing.BuildError: Could not build url", "part of a traceback"),
]


@pytest.mark.parametrize("empty", [False, True])
def test_what_belongs_elsewhere_is_told_where(home: Home, small: Path, empty: bool) -> None:
    session = at(home.session(small), "read")
    if empty:
        work_of(home).joinpath("app.py").write_text("")
    for typed, told in ELSEWHERE:
        reply = session.answer(typed)
        assert told in said(reply), typed
        assert not reply.understood, typed


def test_a_word_is_a_word_also_where_there_is_no_app(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    work_of(home).joinpath("app.py").write_text("")
    assert "neither a request nor a command" in said(session.answer("hello"))
