"""The recipes of CONTRIBUTING.md and the rooms of architecture.md, held to the code: every file that they name is
there, and every kind that there is stands where they say."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable
from pathlib import Path

from routelab.cli import COMMANDS
from routelab.grading.formats.kinds import FORMATS
from routelab.lessons.queries import QUERIES
from routelab.lessons.query import Query
from routelab.lessons.tasks.kinds import KINDS as TASKS
from routelab.routing.finding import AuditFinding
from routelab.routing.obstacle import Obstacle, Reason
from routelab.screen.media import MEDIA
from routelab.session.commands import Command, SessionPlace
from routelab.session.lesson import LessonSession
from routelab.session.lesson_list import LessonList
from routelab.session.play import PlaySession
from routelab.tracing.steps.kinds import KINDS as STEPS
from routelab.tracing.trace import SENT_AS_JSON
from support import ROOT
from tables import each

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
HOUSE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATH = re.compile(r"`((?:routelab|tests|docs)/[\w./-]*|\w+\.md)`")
PLACES: tuple[type[SessionPlace], ...] = (LessonSession, LessonList, PlaySession)


def recipe(title: str) -> str:
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##)", GUIDE, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


def files_in(text: str, **placeholders: str) -> set[Path]:
    for word, name in placeholders.items():
        text = text.replace(f"/{word}.py", f"/{name}.py")
    return {ROOT / name for name in PATH.findall(text)}


def file_of(thing: type | object) -> Path:
    return Path(inspect.getfile(thing))  # type: ignore[arg-type]


def test_every_file_that_is_named_is_there() -> None:
    named = files_in(
        GUIDE.replace("KIND.py", "__init__.py")
        .replace("COMMAND.py", "__init__.py")
        .replace("FORMAT.py", "__init__.py")
    )
    assert len(named) > 30
    assert [str(path) for path in sorted(named) if not path.exists()] == []


@each("kind", STEPS)
def test_a_kind_of_step_stands_where_its_recipe_says(kind: str) -> None:
    assert file_of(STEPS[kind]) in files_in(recipe("A kind of step"), KIND=kind)
    assert f"| `{kind}` |" in (ROOT / "docs" / "trace.md").read_text(encoding="utf-8")


def test_reasons_stand_where_their_recipe_says() -> None:
    assert {file_of(kind) for kind in Obstacle.__subclasses__()} <= files_in(
        recipe("A reason why a rule does not win")
    )
    rows = (ROOT / "docs" / "trace.md").read_text(encoding="utf-8").partition("| reason | means |")[2]
    assert [reason for reason in Reason if f"`{reason.value}`" not in rows] == []


@each("command", COMMANDS)
def test_a_command_stands_where_its_recipe_says(command: str) -> None:
    module = ROOT / "routelab" / "commands" / f"{command}.py"
    assert module in files_in(recipe("A command"), COMMAND=command)
    assert "def main(" in module.read_text(encoding="utf-8")


def words_of_places() -> Iterable[Command[object]]:
    return {word.name: word for place in PLACES for word in place.words}.values()


def test_words_stand_where_their_recipe_says() -> None:
    named = files_in(recipe("A word at the prompt"))
    guide = (ROOT / "docs" / "repl.md").read_text(encoding="utf-8")
    for place in PLACES:
        assert file_of(place) in named
    for word in words_of_places():
        sources = [path for path in named if path.suffix == ".py" and path.parent.name == "session"]
        assert any(f'usage="{word.usage}' in path.read_text(encoding="utf-8") for path in sources), word.usage
        assert any(re.search(rf"`{re.escape(name)}\b", guide) for name in word.names), word.usage


@each("kind", TASKS)
def test_a_kind_of_task_stands_where_its_recipe_says(kind: str) -> None:
    names = (kind, f"{kind}_")  # `try` is a word of Python's own
    assert any(file_of(TASKS[kind]) in files_in(recipe("A kind of task"), KIND=name) for name in names)


def test_a_kind_of_task_is_one_file_and_one_entry() -> None:
    """Nobody but the list knows a kind by name; a grader grades what edits the app, and knows how that is done."""
    named = re.compile("|".join(rf"\b{kind.__name__}\b" for kind in TASKS.values()))
    knowing = {
        path.relative_to(ROOT / "routelab").as_posix()
        for path in (ROOT / "routelab").rglob("*.py")
        if named.search(path.read_text(encoding="utf-8")) and path not in map(file_of, TASKS.values())
    }
    assert {name for name in knowing if not name.startswith("grading/")} == {"lessons/tasks/kinds.py"}


def test_queries_media_and_findings_stand_where_their_recipes_say() -> None:
    assert QUERIES
    assert file_of(Query) in files_in(recipe("A query"))
    media = files_in(recipe("A block, a medium"))
    assert {file_of(medium.write) for medium in MEDIA.values()} <= media
    findings = files_in(recipe("A finding of the audit"))
    assert {file_of(kind) for kind in AuditFinding.__subclasses__()} <= findings
    assert {file_of(kind) for kind in AuditFinding.__subclasses__()} == {
        ROOT / "routelab" / "routing" / "finding.py"
    }


@each("name", FORMATS)
def test_a_format_of_grades_stands_where_its_recipe_says(name: str) -> None:
    stem = file_of(FORMATS[name].write).stem
    assert file_of(FORMATS[name].write) in files_in(recipe("A format of grades"), FORMAT=stem)
    assert f"| `{name}` |" in (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")


# architecture.md


def codes_of_notes() -> set[str]:
    """Read from the code every code that a note may have: `Note(code="it")`, or `self._note("it", ...)`."""
    codes: set[str] = set()
    for path in (ROOT / "routelab").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text if "Note(" in text or "self._note(" in text else "")
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            given = {
                "Note": [it.value for it in call.keywords if it.arg == "code"],
                "self._note": call.args[:1],
            }
            codes |= {
                it.value
                for it in given.get(ast.unparse(call.func), [])
                if isinstance(it, ast.Constant) and isinstance(it.value, str)
            }
    return codes | {SENT_AS_JSON}


def test_each_note_has_a_row_and_each_row_a_note() -> None:
    table = (ROOT / "docs" / "trace.md").read_text(encoding="utf-8").partition("| code | means |")[2]
    rows = [row.split("|")[1] for row in table.partition("\n\n")[0].splitlines() if row.startswith("| `")]
    assert {code for row in rows for code in re.findall(r"`(\w+)`", row)} == codes_of_notes()


def rows_of_rooms() -> dict[str, list[str]]:
    """Read the table of rooms: its parts, and the rooms in each."""
    parts: dict[str, list[str]] = {}
    table = HOUSE.partition("| room | what it is for |")[2].partition("\n\n")[0]
    for row in table.splitlines():
        first = row.split("|")[1] if row.count("|") > 2 else ""
        if part := re.search(r"\*\*(.+)\*\*", first):
            parts[part[1]] = []
        elif parts:
            parts[list(parts)[-1]] += [room.rstrip("/") for room in re.findall(r"`([^`]+)`", first)]
    return parts


def test_every_room_of_the_house_has_one_row() -> None:
    from test_imports import modules, room_of

    rooms = [room for rooms in rows_of_rooms().values() for room in rooms]
    there = {room_of(path) for path in modules()} - {"__init__", "__main__"}
    assert sorted(rooms) == sorted(there)


def test_each_side_reaches_its_own_rooms() -> None:
    from test_imports import TOOL, WORKER, reached_from, room_of

    tool, worker = ({room_of(path) for path in reached_from(*side)} for side in (TOOL, WORKER))
    parts = rows_of_rooms()
    assert list(parts) == ["both sides", "the worker", "the tool"]
    assert set(parts["both sides"]) == (tool & worker) - {"__init__"}
    assert set(parts["the worker"]) - {"engine"} == worker - tool - {"engine"}
    assert set(parts["the tool"]) - {"watched", "inprocess", "browserlimits"} == tool - worker


def test_every_file_of_the_picture_is_there() -> None:
    picture = HOUSE.partition("```\n")[2].partition("```")[0]
    folders = ("routelab", "routelab/tracing", "routelab/tracing/watching")
    named = set(re.findall(r"(?<![\w/.])[\w/]+\.py|(?<![\w/.])[\w/]+/(?=[\s,])", picture))
    assert len(named) > 20
    assert [name for name in named if not any((ROOT / folder / name).exists() for folder in folders)] == []
