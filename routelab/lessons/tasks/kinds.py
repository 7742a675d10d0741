"""The kinds of tasks, the one list that all else reads; and a task block, read by the kind that it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, get_args

from routelab.lessons.mine.themes import Theme
from routelab.lessons.tasks.base import Brief
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.reading import TaskReader
from routelab.lessons.tasks.review import Earlier, ReviewTask
from routelab.lessons.tasks.try_ import TryTask
from routelab.lessons.tomlblock import TomlTable
from routelab.nearest import did_you_mean
from routelab.record import Record

# A union, so that the type checker names every `match` that a new kind is missing from.
AnyTask: TypeAlias = TryTask | PredictTask | EditTask | ReviewTask | MineTask
# What a page has for later lessons.
Asking: TypeAlias = PredictTask
KINDS: dict[str, type[AnyTask]] = {kind.kind: kind for kind in get_args(AnyTask)}
RECALLING = ReviewTask.kind  # the kind that asks about pages of other lessons


class TaskBlock(Record):
    """What a task block says: the task, None where it cannot be read, and what concerns page and lesson."""

    task: AnyTask | None
    covers: tuple[str, ...] = ()
    loads: bool | None = None


def read_task(
    table: TomlTable,
    folder: Path,
    theme: Theme,
    recall: Callable[[str], Earlier | str] | None,
) -> TaskBlock:
    """Read a task; files that its requests send are looked for in the lesson's folder.

    `theme` and `recall`, which finds earlier pages: see TaskReader.
    """
    name = table.text("kind", required=True)
    covers, loads = table.texts("covers"), table.flag("loads")
    kind = None if name is None else KINDS.get(name)
    if kind is None:
        if name is not None:
            hint = did_you_mean(name, KINDS, f"it is {_names()}")
            table.complain("kind", f": there is no kind {name!r} of task; {hint}")
        table.give_up()
        return TaskBlock(task=None, covers=covers, loads=loads)
    reader = TaskReader(folder, recall, theme)
    task = kind.read(table, reader.brief(table), reader)
    table.finish()
    return TaskBlock(task=task, covers=covers, loads=loads)


def edits_app(table: TomlTable) -> bool:
    """Tell, without reading it, whether a task changes what later pages are about."""
    kind = KINDS.get(table.text("kind") or "")
    return kind is not None and kind.edits_app


def read_again(table: TomlTable, folder: Path) -> Asking | None:
    """Read a question that later lessons ask; None, and findings, where it cannot be read."""
    reader = TaskReader(folder)
    question = PredictTask.read(table, reader.brief(table), reader)
    table.finish()
    return question


def asked_again(questions: tuple[Earlier, ...]) -> AnyTask:
    """Return a task that asks about these pages and says nothing of its own."""
    return ReviewTask(brief=Brief(line=0, ask=()), questions=questions)


def _names() -> str:
    *others, last = KINDS
    return f"{', '.join(others)} or {last}"
