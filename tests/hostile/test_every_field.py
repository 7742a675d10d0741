"""Every text of every record of a trace, hostile, in every medium: nothing of it steers what shows it.

The records are made from their annotations, so a field that is added tomorrow is tried tomorrow. Most of them say
together what no request could come to; the words must stand all the same.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from effort import chosen
from hostile.every_field import Maker, below
from hostile.steering import STEERING, raw
from routelab.grading.assignment import Assignment, GradedTask
from routelab.grading.formats.base import Graded
from routelab.grading.formats.kinds import FORMATS
from routelab.grading.records import SubmissionGrade
from routelab.grading.results import line_of
from routelab.lessons.tasks.base import Brief
from routelab.lessons.tasks.edit import EditTask
from routelab.record import Record
from routelab.requestline.urlfor import UrlFor
from routelab.router import AuditReport, RouteTable
from routelab.routing.built import BuildExplanation
from routelab.screen.blocks import Block, CommandResult
from routelab.screen.media import MEDIA
from routelab.screen.shown.played import played_reply
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.shown.router import audit_blocks, build_blocks, table_blocks
from routelab.screen.shown.trace import body_blocks, trace_blocks
from routelab.screen.text import escape_json
from routelab.session.reply import TraceShown
from routelab.tracing.trace import Trace
from support import ROOT, Cli, write_app
from tables import each

TURNS = range(24)
each_turn = pytest.mark.parametrize("turn", chosen(tuple(TURNS), (0, 7, 13)))


@pytest.fixture(params=MEDIA)
def written(
    request: pytest.FixtureRequest,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Iterable[Block], object], str]:
    """Write blocks, or what stands for them in JSON, in a medium, as it goes to standard output."""
    monkeypatch.setenv("COLUMNS", "60")

    def write(blocks: Iterable[Block], document: object) -> str:
        shown = tuple(blocks)
        result = CommandResult(
            command=f"routelab {STEERING}",
            blocks=lambda: shown,
            document=lambda: document,  # type: ignore[arg-type, return-value]
        )
        capsysbinary.readouterr()
        MEDIA[request.param].write(result)
        sys.stdout.flush()
        out = capsysbinary.readouterr().out.decode("utf-8")
        assert out
        return out

    return write


@cache
def trace(turn: int) -> Trace:
    maker = Maker(STEERING, turn)
    made = maker.record(Trace)
    assert maker.texts > 300
    return made


@each_turn
def test_a_trace_shown_with_all_that_it_has(
    turn: int, written: Callable[[Iterable[Block], object], str]
) -> None:
    made = trace(turn)
    assert raw(written(trace_blocks(made, verbose=True, rules=True), made.to_dict())) == set()
    assert raw(written(trace_blocks(made, quiet=turn % 2 == 0), made.to_dict())) == set()
    assert raw(written(body_blocks(made), made.to_dict())) == set()


@pytest.mark.parametrize("turn", TURNS)
def test_a_trace_is_written_as_json_and_read_again(turn: int) -> None:
    made = trace(turn)
    text = escape_json(json.dumps(made.to_dict(), ensure_ascii=False))
    assert raw(text) == set()
    assert json.loads(text) == json.loads(json.dumps(made.to_dict()))


@each_turn
def test_a_trace_in_the_prompt(turn: int, written: Callable[[Iterable[Block], object], str]) -> None:
    shown = TraceShown(trace=trace(turn), full=turn % 2 == 0, page=STEERING)
    played_reply(shown)
    assert raw(written(reply_blocks([shown]), {})) == set()


@each_turn
def test_what_the_router_alone_is_asked(turn: int, written: Callable[[Iterable[Block], object], str]) -> None:
    maker = Maker(STEERING, turn)
    table, found = maker.record(RouteTable), maker.record(AuditReport)
    built = maker.record(BuildExplanation)
    wanted = UrlFor(endpoint=STEERING, values=((STEERING, STEERING),))
    for blocks, record in (
        (table_blocks(table, verbose=True), table),
        (audit_blocks(found), found),
        (build_blocks(wanted, built), built),
    ):
        assert raw(written(blocks, record.to_json())) == set()


@each("turn", range(7))
@each("name", FORMATS)
def test_grades_in_every_format(name: str, turn: int) -> None:
    grade = Maker(STEERING, turn).record(SubmissionGrade)
    task = GradedTask(
        id=STEERING, title=STEERING, page=1, task=EditTask(brief=Brief(line=1, ask=()), checks=())
    )
    assignment = Assignment(
        folder=Path(STEERING.replace("/", "")),
        name=STEERING,
        key=STEERING,
        engine="routelab",
        tasks=(task,),
        digest=STEERING,
    )
    text = FORMATS[name].write(Graded(assignment, (grade,), {}, datetime(2031, 5, 6, tzinfo=UTC)))
    assert raw(text.replace("\r\n", "\n")) == set()
    assert raw(line_of(grade)) == set()
    if name == "junit":
        ElementTree.fromstring(text.encode())


def test_every_record_of_a_trace_was_made() -> None:
    made: set[type[Record]] = set()

    class Counting(Maker):
        def record(self, kind: type[Record], depth: int = 0) -> Record:  # type: ignore[override]
            record = super().record(kind, depth)
            made.add(type(record))
            return record

    for turn in TURNS:
        Counting(STEERING, turn).record(Trace)
    known = {each for each in below(Record) if each.__module__.startswith("routelab.tracing.steps.")}
    assert {each for each in known if each.json_tag is not None} <= made


@pytest.mark.parametrize(
    "words", [(STEERING,), ("request", "-A", f"{STEERING}.py", "/"), ("request", STEERING)]
)
def test_an_error_line_names_what_it_was_given(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    given = [word.replace("\udc80", "").replace("/title", "") for word in words]
    ended = cli(*given, folder=tmp_path)
    assert ended.code in (1, 2)
    assert raw(ended.out + ended.err) == set()


def test_names_of_files(cli: Cli, tmp_path: Path) -> None:
    name = "".join(each for each in STEERING if each not in "/\n\udc80\0")
    write_app(tmp_path / name, "from flask import Flask\napp = Flask(__name__)\n1 / 0\n")
    for words in (["request", "/"], ["routes"], ["check", "."], ["new", "x"], ["audit"], ["explain", name]):
        ended = cli(*words, folder=tmp_path / name)
        assert raw(ended.out + ended.err) == set(), words


# Who writes to a standard stream. Each writes what a medium made, or what it makes harmless as the last thing.
WRITERS = {
    "cli.py": "texts of its own, for --help and --version",
    "commands/grade.py": "what a format made, and a counter",
    "commands/handout.py": "a page that the writer of HTML made",
    "commands/learning.py": "hands the streams to the prompt, which makes all its lines harmless",
    "screen/html/page.py": "a page that the writer of HTML made",
    "screen/json_text.py": "JSON with escapes",
    "screen/plain.py": "lines with escapes",
    "screen/rich/picture.py": "a picture that rich drew",
    "screen/telling.py": "lines with escapes",
    "streams.py": "the streams themselves",
}
TOOL = ("cli", "commands", "grading", "learner", "lessons", "repl", "screen", "session", "streams")


def writes(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if "print(" not in text and "sys.std" not in text:  # most do not, and to read them takes a while
        return False
    tree = ast.parse(text)
    named = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    asked = sum(
        name.startswith(("sys.stdout", "sys.stderr")) and name.endswith((".isatty", ".encoding", ".flush"))
        for name in named
    )
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return "print" in calls or sum(name in ("sys.stdout", "sys.stderr") for name in named) > asked


def test_nobody_else_writes_to_a_standard_stream() -> None:
    package = ROOT / "routelab"
    files = {path.relative_to(package): path for path in package.rglob("*.py")}
    writing = {
        name.as_posix()
        for name, path in files.items()
        if name.parts[0].removesuffix(".py") in TOOL and writes(path)
    }
    assert writing == WRITERS.keys()
