"""What is fuzzed: for each kind of input what examples are made of, and what is done with one.

Every subject runs as its users would have it, up to the last write: what is refused is written as a complaint,
what is understood is written, too.
"""

from __future__ import annotations

import copy
import io
import json
import os
import shutil
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

from fuzzing.outcome import Tally, captured, try_one
from routelab.cli import main
from routelab.grading.unpacking import UnreadableSubmission, copy_submission
from routelab.lab import load
from routelab.learner.progress import ProgressFile, State
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.judging import judge_all
from routelab.lessons.reading import read_lesson
from routelab.lessons.starting import new_lesson
from routelab.messages import request_message, request_of
from routelab.process.ending import WorkerEnding
from routelab.process.pastoutput import PastOutput
from routelab.repl.conversation import converse
from routelab.repl.piped import PipedTerminal
from routelab.requestline.curl import from_curl
from routelab.requestline.parsing import parse
from routelab.requestline.writing import format_request, to_curl
from routelab.screen.plain import lines
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.shown.router import audit_blocks, decision_blocks, table_blocks
from routelab.screen.shown.trace import trace_blocks
from routelab.screen.telling import tell
from routelab.session.play import PlaySession
from routelab.session.reply import Message, TraceShown
from routelab.session.session import Session
from routelab.web.sharing import read_fragment
from routelab.workers import WORKERS
from sessions import Home
from support import ROOT
from test_requestline_any_text import commands, line_of, requests

Try: TypeAlias = Callable[[Tally, Any], None]
LIMIT = 0.3  # seconds that a hostile view may run


class Subject(NamedTuple):
    """A kind of input. `weight` is how many of a thousand examples it gets: what costs little gets many."""

    name: str
    examples: st.SearchStrategy[Any]
    open: Callable[[], Any]  # a context manager that gives what tries one
    weight: int


anything = st.text(max_size=12) | st.text("\ud800\0\x1b\x9b\u202e\u2028é😀\r\n\t", max_size=4)
numbers = st.integers() | st.floats() | st.sampled_from([2**63, -1, 0, 10**400])
leaves: st.SearchStrategy[Any] = st.none() | st.booleans() | numbers | anything
junk = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3)
)


def pieces_of(*words: str) -> st.SearchStrategy[str]:
    """Text put together from words and from anything else."""
    return st.lists(st.sampled_from(words) | anything, max_size=8).map("".join)


def mangled(text: str) -> st.SearchStrategy[str]:
    """A text with a few places cut out, doubled, or with something put in."""

    def change(changes: list[tuple[int, int, str]]) -> str:
        changed = text
        for at, length, put in changes:
            place = at % (len(changed) + 1)
            changed = changed[:place] + put + changed[place + length :]
        return changed

    what = st.tuples(st.integers(0, len(text)), st.integers(0, 40), anything | st.sampled_from(_MARKS))
    return st.lists(what, min_size=1, max_size=4).map(change)


_MARKS = (
    "```",
    "```toml\n",
    "\n# ",
    '"""',
    "[[",
    "]]",
    "=",
    "\n\n",
    "---\n",
    "expect = [",
    "'''",
    "}",
    "\\",
    "#",
)


def spoiled(document: Any) -> st.SearchStrategy[Any]:
    """A JSON document with some of its values replaced, or keys left out."""

    def change(changes: list[tuple[int, Any]]) -> Any:
        spoilt = copy.deepcopy(document)
        for number, value in changes:
            places = list(_places(spoilt))
            if places:
                holder, key = places[number % len(places)]
                if value is _LEFT_OUT:
                    del holder[key]
                else:
                    holder[key] = value
        return spoilt

    return st.lists(st.tuples(st.integers(0, 10_000), st.just(_LEFT_OUT) | junk), min_size=1, max_size=3).map(
        change
    )


_LEFT_OUT = object()


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(document) if isinstance(document, dict) else range(len(document))
    for key in keys:
        yield document, key
        if isinstance(document[key], dict | list):
            yield from _places(document[key])


# Request lines, curl, expectations, links: a text in, a value or a complaint out


@contextmanager
def texts(read: Callable[[str], object]) -> Iterator[Try]:
    """Give what lets a reader read a text."""

    def tried(tally: Tally, text: str) -> None:
        def subject() -> None:
            tell(*str(read(text)).split("\n"))

        try_one(tally, text, subject)

    yield tried


def _request(line: str) -> str:
    request = parse(line)
    message = json.loads(json.dumps(request_message(request)))  # on its way to a worker
    assert json.loads(json.dumps(request_message(request_of(message)))) == message
    return f"{format_request(request)}\n{to_curl(request)}"


def _curl(line: str) -> str:
    return format_request(from_curl(line))


def _expectation(text: str) -> str:
    return "\n".join(str(result) for result in judge_all((read_expectation(text),), _a_trace()))


@cache
def _a_trace() -> Any:
    with TemporaryDirectory() as folder, load(_app_in(Path(folder)), engine="routelab") as lab:
        return lab.send("GET /user/ann")


def _app_in(folder: Path, source: str | None = None) -> Path:
    file = folder / "app.py"
    file.write_text(_APP if source is None else source, encoding="utf-8", errors="surrogatepass")
    return file


_APP = """from flask import Flask, redirect, render_template_string, request, session
app = Flask(__name__)
app.secret_key = "k"
@app.route("/")
def home(): return redirect("/user/ann")
@app.route("/user/<name>")
def user(name): session["name"] = name; return render_template_string("Hi {{ name }}", name=name)
@app.route("/post/<int:n>", methods=["GET", "POST"])
def post(n): return {"n": n, "form": request.form}
@app.route("/boom")
def boom(): return 1 / 0
"""


# The prompt


_WORDS = (
    "GET ", "POST ", "/user/ann", "/post/1", "/boom", "/nope", "curl ", "url_for('user', name='a')", "routes", " ", "match ",
    "help ", "hint", "skip", "next", "back", "again", "step", "full", "source user", "explain R402", "as curl", "set ", "headers ",
    "cookies", "clear", "reset", "show", "diff", "status", "pages", "list", "2", "1/3", "run", "solve", "-F", "a=b", "--json",
    "X-A:b", "plain", "edit", "editor", "page ", "lessons", "app", "why", "rules", "build user", "audit", "guess a", "b", "?",
)  # fmt: skip


typed = st.lists(st.sampled_from(_WORDS), max_size=4).map(" ".join) | pieces_of(*_WORDS)


@contextmanager
def prompt() -> Iterator[Try]:
    """Give what types a line in a lesson and in play; what is shown is what a pipe would get."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(_in_folder(folder))
        app = _app_in(folder)
        home = Home(folder=folder / "home")

        def fresh(*, plays: bool) -> tuple[Session, str | None]:
            if not plays:
                return home.session(), "2"
            course, learner = home.course(), home.learner(guest=True)
            play = PlaySession("app.py", lambda: load(app, engine="routelab"), course, learner)
            return Session(course, learner, play), None

        def tried(tally: Tally, typed: list[str]) -> None:
            def subject() -> None:
                session, which = fresh(plays=len(typed) % 2 == 0)
                script = io.StringIO("".join(f"{line}\n" for line in typed))
                terminal = PipedTerminal(script, sys.stdout, echo=True, has_news=lambda: False)
                converse(session, terminal, which)

            try_one(tally, typed, subject, allowed=2.0)

        yield tried


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


# Files of others


def _excerpts(lesson: str) -> Iterator[str]:
    """Give a few pages of a lesson at a time: a change in one page is read beside all the others, which takes long."""
    head, *pages = lesson.split("\n## ")
    for first in range(0, len(pages), 3):
        yield "\n## ".join((head, *pages[first : first + 3]))


_LESSONS = tuple(
    excerpt
    for path in sorted((ROOT / "lessons").glob("0[0-5]*/lesson.md"))
    for excerpt in _excerpts(path.read_text(encoding="utf-8"))
)


@contextmanager
def lesson_files() -> Iterator[Try]:
    """Give what reads a lesson with a text."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "lesson"
        new_lesson(folder)

        def tried(tally: Tally, text: str) -> None:
            (folder / "lesson.md").write_text(text, encoding="utf-8", errors="surrogatepass")

            def subject() -> None:
                for finding in read_lesson(folder).findings:
                    tell(*str(finding).split("\n"))

            try_one(tally, text, subject)

        yield tried


@contextmanager
def progress_files() -> Iterator[Try]:
    """Give what opens a progress file, says what is in it, and saves."""
    with TemporaryDirectory() as name:
        file = Path(name) / "progress.json"

        def tried(tally: Tally, document: Any) -> None:
            for old in Path(name).iterdir():
                old.unlink()
            file.write_text(json.dumps(document), encoding="utf-8")

            def subject() -> None:
                opened = ProgressFile(file)
                tell(*str(opened.opened).split("\n"), *str(opened.progress).split("\n"))
                opened.record("lesson", "page", State.DONE)

            try_one(tally, document, subject)

        yield tried


_PROGRESS = {
    "schema": 1,
    "last": "loop",
    "day": "2031-05-06",
    "lessons": {"loop": {"pages": {"a": {"state": "done"}, "b": {"state": "seen"}}, "at": "a"}},
}


_CONTENTS = (
    "hand-in.json",
    json.dumps({"schema": 1, "lessons": {"loop": {"lesson": "loop", "digest": "x"}}}),
)


@cache
def _zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(*_CONTENTS)
        archive.writestr("progress.json", json.dumps(_PROGRESS))
        archive.writestr("work/loop/app.py", _APP)
        archive.writestr("work/loop/templates/a.html", "x" * 3000)
    return written.getvalue()


names = st.lists(
    st.sampled_from(
        ["..", "/", "\\", "a", "app.py", "C:", ".git", "con", "work/loop/", "hand-in.json", " ", "."]
    )
    | anything,
    max_size=4,
).map("".join)
members = st.lists(st.tuples(names, st.binary(max_size=60) | st.just(_APP.encode())), max_size=4)


def _zip_of(files: list[tuple[str, bytes]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two members with one name
        for name, content in files:
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "replace").decode()
            archive.writestr(info, content)
    return written.getvalue()


def _bitten(changes: list[tuple[int, int]]) -> bytes:
    content = bytearray(_zip())
    for at, byte in changes:
        content[at % len(content)] = byte
    return bytes(content)


zips = (
    (members | members.map(lambda others: [(_CONTENTS[0], _CONTENTS[1].encode()), *others])).map(_zip_of)
    | st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6).map(_bitten)
    | st.binary(max_size=80)
    | st.integers(0, 2000).map(lambda size: _zip()[:size])
)


@contextmanager
def hand_ins() -> Iterator[Try]:
    """Give what takes a zip apart as a grader does."""
    with TemporaryDirectory() as name:
        source, target = Path(name) / "ann.zip", Path(name) / "into"

        def tried(tally: Tally, content: bytes) -> None:
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            source.write_bytes(content)

            def subject() -> None:
                try:
                    tell(*str(copy_submission(source, target, "loop")).split("\n"))
                except UnreadableSubmission as error:
                    tell(*str(error).split("\n"))
                outside = [path for path in Path(name).iterdir() if path not in (source, target)]
                assert not outside, "something was written outside"

            try_one(tally, content, subject)

        yield tried


# What a worker says


class Replaying:
    """A worker that answers each question with what it is told to say, whatever was asked."""

    alive = True

    def __init__(self, replies: dict[str, Any]) -> None:
        self.replies = replies

    def hello(self) -> None:
        pass

    def ask(self, do: str, seconds: float | None, news: Any = None, **more: Any) -> dict[str, Any]:  # noqa: ARG002
        reply = self.replies.get(do, {})
        if do == "send" and news is not None and "told" in self.replies:
            news(self.replies["told"])
        return reply  # type: ignore[no-any-return]

    def written_past(self) -> PastOutput:
        return PastOutput("token")

    def end(self, by_us: str | None = None) -> WorkerEnding:
        return WorkerEnding(by_us, 0, None)

    def copy(self, *, last: bool) -> bool:
        return last and False

    def leave(self) -> None:
        pass

    def begin_again(self) -> bool:
        return False

    def unchanged(self) -> bool:
        return False


class Recording:
    """A worker that notes what a real one replies."""

    def __init__(self, worker: Any, replies: dict[str, Any]) -> None:
        self._worker, self._replies = worker, replies

    def __getattr__(self, name: str) -> Any:
        return getattr(self._worker, name)

    def ask(self, do: str, seconds: float | None, news: Any = None, **more: Any) -> dict[str, Any]:
        reply: dict[str, Any] = self._worker.ask(do, seconds, news, **more)
        self._replies[do] = json.loads(json.dumps(reply))
        return reply


@cache
def _replies() -> dict[str, Any]:
    replies: dict[str, Any] = {}
    with TemporaryDirectory() as name:
        give = WORKERS.worker
        WORKERS.elsewhere = lambda python, engine: Recording(
            _without_elsewhere(give, python, engine), replies
        )
        try:
            with captured(), load(_app_in(Path(name)), engine="routelab") as lab:
                _ask_everything(lab)
        finally:
            WORKERS.elsewhere = None
    return replies


def _without_elsewhere(give: Any, python: str, engine: str) -> Any:
    kept, WORKERS.elsewhere = WORKERS.elsewhere, None
    try:
        return give(python, engine)
    finally:
        WORKERS.elsewhere = kept


def _ask_everything(lab: Any) -> None:
    trace = lab.send("GET /user/ann")
    for line in lines(trace_blocks(trace, verbose=True, rules=True)):
        tell(line)
    for line in lines(reply_blocks([TraceShown(trace=trace), Message(text=trace.verdict)])):
        tell(line)
    trace.to_dict()
    request = parse("/post/x")
    questions: tuple[Callable[[], Any], ...] = (
        lambda: decision_blocks(lab, request, lab.match(request)),
        lambda: table_blocks(lab.routes(), verbose=True),
        lambda: audit_blocks(lab.audit()),
    )
    for question in questions:
        for line in lines(question()):
            tell(line)


@contextmanager
def replies() -> Iterator[Try]:
    """Give what asks a worker whose replies are spoilt."""
    with TemporaryDirectory() as name:
        app = _app_in(Path(name))

        def tried(tally: Tally, said: dict[str, Any]) -> None:
            def subject() -> None:
                WORKERS.elsewhere = lambda _python, _engine: Replaying(said)
                try:
                    with load(app, engine="routelab") as lab:
                        _ask_everything(lab)
                finally:
                    WORKERS.elsewhere = None

            try_one(tally, said, subject)

        yield tried


def spoiled_replies() -> st.SearchStrategy[Any]:
    """Replies of which some values are not what a worker of ours would say."""
    return st.deferred(lambda: spoiled(_replies()))


# Apps


_BODIES = (
    "return 1 / 0", "return None", "return object()", "return 'x' * 100_000", "raise SystemExit(3)", "raise KeyboardInterrupt",
    "return '\\x1b[2J\\u202e\\x9b'", "raise ValueError('\\x1b]0;t\\x07\\ud800')", "import os; os._exit(4)", "print('\\x1b[31m'); return 'x'",
    "return Evil()", "return {Evil(): 1}", "raise Evil()", "return (x for x in [b'a', 1, Evil()])", "return 'x', 'no status'",
    "return '', {'X\\r\\nY': 'a\\r\\nb'}", "return '', 99999", "return '', -1", "session['a'] = Evil(); return 'x'", "g.x = Evil(); return str(g.x)",
    "abort(Evil())", "return redirect('\\x1b')", "return redirect(url_for(Evil()))", "return render_template_string('{{ x.y.z }}')",
    "return render_template_string('{% ')", "flash('\\x1b'); return 'x'", "return jsonify(Evil())", "import sys; sys.stdout = None; return 'x'",
    "return recursive()", "app.url_map = None; return 'x'", "request.__class__ = Evil; return 'x'", "return Response(Evil())",
)  # fmt: skip
_RULES = (
    "/",
    "/<x>",
    "/<int:x>",
    "/a/<path:x>",
    "/\\x1b",
    "/é\\u202e",
    "/<string(length=1):x>",
    "/<evil:x>",
    "//a//",
    "/<any(a,b):x>",
)
_HOOKS = (
    "before_request",
    "after_request",
    "teardown_request",
    "errorhandler(404)",
    "errorhandler(Exception)",
    "context_processor",
)
_HEAD = """from flask import *
app = Flask(__name__)
app.secret_key = "k"
def recursive(): return recursive()
class Evil(Exception):
    def __repr__(self): raise RuntimeError("\\x1b[2J")
    def __str__(self): return "\\x1b[31m\\u202e"
    def __eq__(self, other): raise RuntimeError("no")
    def __hash__(self): return 1
    def __getattr__(self, name): raise KeyError(name)
from werkzeug.routing import BaseConverter
class EvilConverter(BaseConverter):
    def to_python(self, value): raise ZeroDivisionError("\\x1b")
app.url_map.converters["evil"] = EvilConverter
"""


class HostileApp(NamedTuple):
    """An app's source, and what is asked of it."""

    source: str
    requests: list[str]


def _app_of(views: list[tuple[str, str]], hook: tuple[str, str] | None, asked: list[str]) -> HostileApp:
    source = _HEAD
    for number, (rule, body) in enumerate(views):
        source += f'@app.route("{rule}")\ndef view{number}(**_): {body}\n'
    if hook is not None:
        source += f"@app.{hook[0]}\ndef hook(*_): {hook[1]}\n"
    return HostileApp(source, asked)


apps = st.builds(
    _app_of,
    st.lists(st.tuples(st.sampled_from(_RULES), st.sampled_from(_BODIES)), min_size=1, max_size=3),
    st.none() | st.tuples(st.sampled_from(_HOOKS), st.sampled_from(_BODIES)),
    st.lists(
        st.sampled_from(["/", "/1", "/a/b", "/x y", "/%1b", "POST /", "//a//", "/nope/nope"]),
        min_size=1,
        max_size=2,
    ),
)


@contextmanager
def hostile_apps() -> Iterator[Try]:
    """Give what loads an app and sends it requests, in workers that are forked from a warm one."""
    with TemporaryDirectory() as name:

        def tried(tally: Tally, hostile: HostileApp) -> None:
            app = _app_in(Path(name), hostile.source)

            def subject() -> None:
                with load(app, engine="routelab") as lab:
                    for typed in hostile.requests:
                        trace = lab.send(typed, seconds=LIMIT)
                        for line in lines(trace_blocks(trace, verbose=True, rules=True)):
                            tell(line)
                        trace.to_dict()

            try_one(tally, hostile, subject, allowed=10.0)

        yield tried


# The command line


_COMMANDS = (
    "request", "match", "routes", "build", "audit", "explain", "progress", "new", "handout", "learn", "play", "demo", "share",
)  # fmt: skip
_ARGUMENTS = (
    "--help", "-A", "app.py", "2", "GET", "/user/ann", "/nope", "--format", "json", "plain", "html", "svg", "-v", "-q", "-b", "--rules",
    "--check-status", "--timeout", "1", "-F", "a=b", "R402", "user", "name=x", "--engine", "routelab", "-o", "out", "--redact", "--plain",
    "--guest", "no-such", "--session", "s", "--jar", "flask", "--step", "--export", "--level", "warning", "url_for('user', name='x')",
)  # fmt: skip


arguments = st.lists(st.sampled_from(_ARGUMENTS) | anything, max_size=5)
command_words = (
    st.builds(lambda name, words: [name, *words], st.sampled_from(_COMMANDS), arguments) | arguments
)


@contextmanager
def command_lines() -> Iterator[Try]:
    """Give what runs a command in this process, with nothing on standard input."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(_in_folder(folder))
        before = {name: os.environ.get(name) for name in ("ROUTELAB_HOME", "COLUMNS")}
        os.environ.update(ROUTELAB_HOME=str(folder / "home"), COLUMNS="80")
        stack.callback(_restore, before)
        _app_in(folder)

        def tried(tally: Tally, words: list[str]) -> None:
            def subject() -> int:
                kept, sys.stdin = sys.stdin, io.StringIO("")
                try:
                    return main(words)
                finally:
                    sys.stdin = kept

            try_one(tally, words, subject, allowed=15.0)

        yield tried


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


SUBJECTS = (
    Subject("request lines", line_of(requests), lambda: texts(_request), 230),
    Subject("curl lines", line_of(commands), lambda: texts(_curl), 230),
    Subject(
        "expectations",
        pieces_of(
            "status",
            " = ",
            "200",
            "view",
            " is ",
            '"a"',
            "not ",
            "body",
            "header ",
            "contains",
            "[1",
            "json",
            "{}",
            "<",
            "1e999",
        ),
        lambda: texts(_expectation),
        200,
    ),
    Subject(
        "links",
        pieces_of("app=", "request=", "&", "%", "eJw", "AAAA", "GET%20/", "=", "-_"),
        lambda: texts(lambda text: str(read_fragment(text))),
        100,
    ),
    Subject("progress files", spoiled(_PROGRESS) | junk, progress_files, 60),
    Subject("hand-in zips", zips, hand_ins, 60),
    Subject("lesson files", st.sampled_from(_LESSONS).flatmap(mangled), lesson_files, 50),
    Subject("replies of a worker", spoiled_replies(), replies, 50),
    Subject("lines at the prompt", st.lists(typed, min_size=1, max_size=6), prompt, 12),
    Subject("command lines", command_words, command_lines, 4),
    Subject("hostile apps", apps, hostile_apps, 4),
)
