from __future__ import annotations

import functools
import json
import os
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import routelab.lab
from routelab.tracing.facts import Place
from routelab.tracing.watching.code import sources as sources_module
from routelab.tracing.watching.code.sources import Sources
from support import ENGINES, ROOT, lab_of, step, write_app

SOURCE = """
    import functools

    def guard(view):
        @functools.wraps(view)
        def wrapper(*args):
            return view(*args)
        return wrapper

    @guard
    @guard
    def guarded():
        return 1

    def plain(): return 1

    short = lambda: 1

    class Item:
        def get(self):
            return 1

        def __call__(self):
            return 1

    def outer():
        def inner():
            return 1
        return inner
"""


@pytest.fixture
def app(tmp_path: Path) -> tuple[ModuleType, Sources]:
    file = write_app(tmp_path, SOURCE)
    module = ModuleType("app")
    exec(compile(file.read_text(), str(file), "exec"), vars(module))
    return module, Sources(tmp_path, [str(file)])


@pytest.mark.parametrize(
    ("get", "function", "line", "first"),
    [
        (lambda m: m.plain, "plain", 14, "def plain(): return 1"),
        (lambda m: m.guarded, "guarded", 11, "@guard"),
        (lambda m: m.short, "<lambda>", 16, "short = lambda: 1"),
        (lambda m: m.Item().get, "Item.get", 19, "    def get(self):"),
        (lambda m: functools.partial(m.plain), "plain", 14, "def plain(): return 1"),
        (lambda m: m.outer(), "inner", 26, "    def inner():"),
    ],
)
def test_a_callable_is_found_by_its_def(
    app: tuple[ModuleType, Sources], get: Any, function: str, line: int, first: str
) -> None:
    module, sources = app
    assert sources.place(get(module)) == Place(function=function, file="app.py", line=line)
    assert sources.lines(get(module))[0] == first


def test_a_class_is_found_by_its_own_line(app: tuple[ModuleType, Sources]) -> None:
    module, sources = app
    assert sources.place(module.Item) == Place(function="Item", file="app.py", line=18)


@pytest.mark.parametrize("function", [json.dumps, len, routelab.lab.load])
def test_somebody_elses_code_has_no_place(tmp_path: Path, function: Any) -> None:
    for folder in (tmp_path, ROOT):
        place = Sources(folder).place(function)
        assert (place.file, place.line) == (None, None)
        assert Sources(folder).lines(function) == ()


def test_a_virtual_environment_in_the_project_is_not_the_learners(tmp_path: Path) -> None:
    sources = Sources(tmp_path)
    assert sources.own_file(str(tmp_path / ".venv/lib/python3.11/site-packages/shop.py")) is None
    assert sources.own_file(str(tmp_path / "shop/views.py")) == "shop/views.py"


def test_the_lines_are_those_that_ran_even_after_an_edit(
    app: tuple[ModuleType, Sources], tmp_path: Path
) -> None:
    module, sources = app
    write_app(tmp_path, "nothing = 1")
    assert sources.lines(module.plain) == ("def plain(): return 1",)


@pytest.mark.parametrize(("seconds", "reads"), [(60, 1), (0, 2)])
def test_a_file_that_has_long_been_as_it_is_is_read_once_for_all_apps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, reads: int
) -> None:
    count = Counter[str]()

    def counted(filename: str) -> bytes:
        count[filename] += 1
        return Path(filename).read_bytes()

    monkeypatch.setattr(sources_module, "read_bytes", counted)
    file = write_app(tmp_path, "x = 1")
    changed = file.stat().st_mtime - seconds
    os.utime(file, (changed, changed))
    for _ in range(2):
        assert Sources(tmp_path, [str(file)]).texts == {str(file): ("x = 1",)}
    assert count == {str(file): reads}
    file.write_text("y = 1", encoding="utf-8")
    assert Sources(tmp_path, [str(file)]).texts == {str(file): ("y = 1",)}


WRITES_ITSELF = """
    from pathlib import Path
    from flask import Flask

    app = Flask(__name__)
    Path(__file__).write_text("# another\\n" + Path(__file__).read_text())

    @app.route("/")
    def home():
        return "Hello"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_are_those_that_ran(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, WRITES_ITSELF, engine) as lab:
        view = step(lab.send("GET /").to_dict(), "view")
    assert (view["line"], view["source"][0]) == (8, '@app.route("/")')
