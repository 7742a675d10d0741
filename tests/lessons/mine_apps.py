"""Samples of an app of a learner's own in other words: every function, path, variable and field renamed."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from pathlib import Path
from typing import ClassVar

from routelab.lessons.mine.project import sample_files, written_in
from routelab.lessons.tasks.mine import MineTask
from routelab.regularfile import read_text
from sessions import BUNDLED, load_bundled

# What the samples call their own: functions, variables, parts of paths, fields, files, blocks.
OWN = [
    "about",
    "add",
    "add_by_program",
    "add_recipe",
    "all_recipes",
    "api",
    "below",
    "close_db",
    "close",
    "content",
    "count_in_header",
    "data",
    "delete",
    "download",
    "entries",
    "entry",
    "error",
    "file",
    "FILE",
    "find",
    "first",
    "FIRST",
    "found",
    "get_db",
    "gone",
    "guestbook",
    "home",
    "known",
    "lines",
    "list_all",
    "list_below",
    "list_recipes",
    "login",
    "logout",
    "limit",
    "make_table",
    "minutes",
    "name",
    "newest",
    "not_found",
    "notes",
    "q",
    "read",
    "recipe",
    "recipes",
    "recipes_as_data",
    "row",
    "rows",
    "save",
    "search",
    "sent",
    "show_recipe",
    "store",
    "title",
    "titles",
    "user",
    "word",
    "LIKES",
    "likes",
    "RECIPES",
    "USERS",
    "ENTRIES",
    "base",
    "style",
    "soup",
    "pancakes",
    "ann",
    "password",
    "X-Recipes",
]


def own(before: str, after: str) -> re.Pattern[str]:
    """Find the names as whole words, where neither of these stands beside them."""
    return re.compile(
        f'(?<![{before}])(?<!type=")({"|".join(sorted(OWN, key=len, reverse=True))})(?!{after})'
    )


IN_TEMPLATE, IN_PYTHON = own(r"<{/\w-", r"[\w-]|=\"|>"), own(r"\w-", r"[\w-]")


class MineTasks(Mapping[str, MineTask]):
    """The task of each lesson, by the name of the lesson, which is read when its task is asked for."""

    _folders: ClassVar[dict[str, Path]] = {
        it.name.partition("-")[2]: it for it in BUNDLED if (it / "mine").is_dir()
    }

    def __getitem__(self, lesson: str) -> MineTask:
        (task,) = (
            page.task for page in load_bundled(self._folders[lesson]).pages if isinstance(page.task, MineTask)
        )
        return task

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def texts_of(task: MineTask) -> dict[str, str]:
    return {str(name): read_text(path) for name, path in written_in(sample_files(task.sample)).items()}


def write(texts: dict[str, str], folder: Path) -> Path:
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def invented(chance: random.Random, taken: set[str]) -> str:
    """Make up a word that nobody uses."""
    while True:
        word = "".join(
            chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(3, 5))
        )
        if word not in taken and not iskeyword(word):
            taken.add(word)
            return word


def renamed(texts: dict[str, str], seed: int) -> dict[str, str]:
    """Give everything that is an app's own another name, the same everywhere."""
    chance, taken = random.Random(seed), set(OWN)
    names = {word: invented(chance, taken) for word in OWN}
    names |= {word: names[word].upper() for word in OWN if word.isupper()}

    def other(found: re.Match[str]) -> str:
        return names.get(found[0], found[0])

    def in_python(text: str) -> str:
        tree = ast.parse(text)
        # Positions of names that are Python's or Flask's own, after a dot: response.headers, request.form.
        kept = {
            (node.end_lineno, node.end_col_offset)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and not (isinstance(node.value, ast.Name) and node.value.id in ("store",))
        }
        lines = text.splitlines()
        for number, line in enumerate(lines, start=1):

            def unless_kept(found: re.Match[str], number: int = number) -> str:
                return found[0] if (number, found.end()) in kept else other(found)

            lines[number - 1] = IN_PYTHON.sub(unless_kept, line)
        return "\n".join(lines) + "\n"

    return {
        IN_PYTHON.sub(other, name) if name != "test_app.py" else name: (
            in_python(text) if name.endswith(".py") else IN_TEMPLATE.sub(other, text)
        )
        for name, text in texts.items()
    }


def without_view(texts: dict[str, str], view: str) -> dict[str, str]:
    """Leave out a function with its decorators."""
    left: dict[str, str] = {}
    for name, text in texts.items():
        lines = text.splitlines()
        if name.endswith(".py"):
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef) and node.name == view:
                    first = min((each.lineno for each in node.decorator_list), default=node.lineno)
                    lines[first - 1 : node.end_lineno] = []
        left[name] = "\n".join(lines) + "\n"
    return left


def views_of(texts: dict[str, str]) -> list[str]:
    """List the functions that have a route."""
    return [
        node.name
        for name, text in texts.items()
        if name.endswith(".py")
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and any(re.match(r"\w+\.(route|get|post|delete)\b", ast.unparse(it)) for it in node.decorator_list)
    ]
