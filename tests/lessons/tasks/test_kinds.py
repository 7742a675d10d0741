"""Tasks graded: tries, guesses, edits with their foreseen mistakes, always on a fresh app."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Self

import pytest

from lessons.lessonkit import sound_lesson
from routelab.lab import Lab, load
from routelab.lessons import reading
from routelab.lessons.files import Files, project, write_project
from routelab.lessons.judging import all_passed
from routelab.lessons.proofs import prove
from routelab.lessons.prose import plain
from routelab.lessons.query import Seen
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import Lesson
from routelab.lessons.starting import new_lesson
from routelab.lessons.tasks.answer import TaskReply
from routelab.lessons.tasks.base import Apps, Brief, Task
from routelab.lessons.tasks.checks import passed_of
from routelab.lessons.tasks.edit import EditTask, grade_edit
from routelab.lessons.tasks.kinds import KINDS
from routelab.lessons.tasks.predict import PredictTask, predict, read_guess, verdict_on
from routelab.lessons.tasks.reading import TaskReader
from routelab.lessons.tasks.review import Earlier
from routelab.lessons.tasks.running import AppFactory, Runs, app_factory, send_afresh
from routelab.lessons.tasks.try_ import TryTask, grade_try
from routelab.lessons.tomlblock import TomlTable
from routelab.tracing.trace import Trace
from sessions import bundled_lesson
from support import ENGINES


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return sound_lesson(tmp_path / "lesson")


@pytest.fixture(params=ENGINES)
def labs(lesson: Lesson, request: pytest.FixtureRequest) -> AppFactory:
    return app_factory(lesson.folder, request.param)


def try_task(lesson: Lesson) -> TryTask:
    task = lesson.pages[0].task
    assert isinstance(task, TryTask)
    return task


def prediction(lesson: Lesson) -> PredictTask:
    task = lesson.pages[1].task
    assert isinstance(task, PredictTask)
    return task


def edit(lesson: Lesson) -> EditTask:
    task = lesson.pages[2].task
    assert isinstance(task, EditTask)
    return task


@pytest.mark.parametrize(
    ("line", "passed"),
    [
        ("GET /hello/Ann", [True, True]),
        ("GET /hello/Bob", [True, False]),
        ("GET /hello", [False, False]),
        ("POST /hello/Ann", [False, False]),
        ("HEAD /hello/Ann", [True, True]),
    ],
)
def test_a_try_is_graded_by_its_trace(
    lesson: Lesson, labs: AppFactory, line: str, passed: list[bool]
) -> None:
    results = grade_try(try_task(lesson), labs().send(line))
    assert [result.passed for result in results] == passed


def does_its_example(task: TryTask, labs: AppFactory) -> bool:
    return all_passed(grade_try(task, send_afresh(labs, *task.example_run)))


def test_the_example_is_run(lesson: Lesson, labs: AppFactory) -> None:
    assert does_its_example(try_task(lesson), labs)


def test_a_prediction_is_answered_by_running(lesson: Lesson, labs: AppFactory) -> None:
    found = predict(prediction(lesson), labs)
    assert found.answer == Seen(value=404)
    assert found.right is not None
    assert found.right.label == "404"
    assert found.trace.response is not None
    assert found.trace.response.status == 404


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("b", "404"),
        ("B", "404"),
        (" b) ", "404"),
        ("c.", "500"),
        ("404", "404"),
        ("d", None),
        ("", None),
        ("405", None),
        ("not sure", None),
    ],
)
def test_a_guess_is_a_letter_or_the_value(lesson: Lesson, typed: str, label: str | None) -> None:
    choice = read_guess(prediction(lesson), typed)
    assert (choice.label if choice else None) == label


CHOICES = """\
# Choices

The goal.

## One

```toml task
kind = "predict"
ask = "What is the view?"
request = "GET /hello/Ann"
query = "view"
choices = ["hello", "home"]
nothing = "no view runs"
```

## Two

```toml task
kind = "predict"
ask = "What is name?"
request = "GET /hello/1"
query = 'arg "name"'
choices = [1, "1"]
```

## Three

```toml task
kind = "predict"
ask = "Which view?"
request = "GET /nope"
query = "view"
choices = ["hello"]
nothing = "none, it is a 404"
```
"""


def test_guesses_of_text_and_of_nothing(tmp_path: Path) -> None:
    new_lesson(tmp_path / "x")
    (tmp_path / "x" / "lesson.md").write_text(CHOICES)
    first, second, third = (page.task for page in load_lesson(tmp_path / "x").pages)
    assert isinstance(first, PredictTask)
    assert isinstance(second, PredictTask)
    assert isinstance(third, PredictTask)
    labs = app_factory(tmp_path / "x", "routelab")
    typed = {"hello": 0, "HELLO": 0, '"home"': 1, "No view runs": 2, "c": 2}
    assert {text: read_guess(first, text) for text in typed} == {
        text: first.choices[index] for text, index in typed.items()
    }
    assert read_guess(second, "1") == second.choices[0]
    assert read_guess(second, '"1"') == second.choices[1]
    assert [predict(task, labs).right for task in (first, second, third)] == [
        first.choices[0],
        second.choices[1],
        third.choices[1],
    ]
    found, missing = predict(first, labs), predict(third, labs)
    assert verdict_on(found, first.choices[2]) == 'You said "no view runs"; it is hello.'
    assert verdict_on(missing, third.choices[0]) == "You said hello; it is a 404."
    assert verdict_on(missing, None) == "It is a 404."
    quoted = first.choices[0].replace(label='line 7: assert x == "y"')
    assert verdict_on(found, quoted) == """You said 'line 7: assert x == "y"'; it is hello."""


@pytest.mark.parametrize(
    ("choices", "labels"),
    [
        ('["passed", "failed in line 6"]', ["passed", "failed in line 6"]),
        ('["yes", "true"]', ['"yes"', '"true"']),
        ('["1", 1]', ['"1"', "1"]),
        ('["Ann", 1]', ['"Ann"', "1"]),
        ('["Ann", "two  blanks"]', ["Ann", '"two  blanks"']),
    ],
)
def test_text_of_json_is_shown_without_quotes_where_nothing_else_may_be_meant(
    tmp_path: Path, choices: str, labels: list[str]
) -> None:
    new_lesson(tmp_path / "x")
    text = CHOICES.replace(
        'query = "view"\nchoices = ["hello", "home"]', f"query = 'json \"a\"'\nchoices = {choices}"
    )
    (tmp_path / "x" / "lesson.md").write_text(text)
    task = load_lesson(tmp_path / "x").pages[0].task
    assert isinstance(task, PredictTask)
    assert [choice.label for choice in task.choices[:-1]] == labels


def edited(lesson: Lesson, old: str, new: str) -> AppFactory:
    app = lesson.folder / "app.py"
    text = app.read_text()
    assert old in text
    app.write_text(text.replace(old, new))
    return app_factory(lesson.folder, "routelab")


def test_the_starter_fails_its_edit(lesson: Lesson, labs: AppFactory) -> None:
    graded = grade_edit(edit(lesson), labs)
    assert [check.passed for check in graded.checks] == [False, True]
    assert (graded.passed, graded.mistake, graded.no_app) == (False, None, None)


def test_the_solution_passes(lesson: Lesson) -> None:
    graded = grade_edit(edit(lesson), app_factory(lesson.folder / "solution", "routelab"))
    assert graded.passed
    assert graded.mistake is None


def test_a_foreseen_mistake_is_named(lesson: Lesson) -> None:
    graded = grade_edit(edit(lesson), edited(lesson, "/hello/<name>", "/hello"))
    assert not graded.passed
    assert graded.mistake is not None
    assert plain(graded.mistake.say).startswith("Now nobody can be named.")


BY_HAND = {
    "12/menu": [('{"start": "/index", "newest": "/new"}', '{"start": "/", "newest": "/newest"}')],
    "14/style": [("/style.css", "/static/style.css")],
}


@pytest.mark.parametrize("page", BY_HAND)
def test_what_passes_and_was_not_asked_for_is_not_passed(page: str, tmp_path: Path) -> None:
    number, _, name = page.partition("/")
    lesson = bundled_lesson(int(number))
    task = next(each.task for each in lesson.pages if each.id == name)
    assert isinstance(task, EditTask)
    write_project(project(lesson.folder, Files.STARTER), tmp_path)
    file = tmp_path / task.file
    for old, new in BY_HAND[page]:
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    graded = grade_edit(task, app_factory(tmp_path, "routelab"))
    assert all(check.passed for check in graded.checks)
    assert not graded.passed
    assert graded.mistake is not None
    assert "Let `url_for` write" in plain(graded.mistake.say)
    assert passed_of(graded).startswith("All checks pass, but")
    write_project(project(lesson.folder, Files.SOLUTION), tmp_path / "solved")
    assert grade_edit(task, app_factory(tmp_path / "solved", "routelab")).passed


@pytest.mark.parametrize(
    ("old", "new", "exception"),
    [("return f", "return f f", "SyntaxError"), ('@app.route("/")', '@app.route("x")', "ValueError")],
)
def test_a_file_that_does_not_load_is_a_trace_for_each_check(
    lesson: Lesson, old: str, new: str, exception: str
) -> None:
    graded = grade_edit(edit(lesson), edited(lesson, old, new))
    assert len(graded.checks) == 2
    for check in graded.checks:
        assert not check.passed
        assert exception in str(check.trace.to_dict()["steps"])


def test_a_file_without_an_app_is_a_value(lesson: Lesson) -> None:
    graded = grade_edit(edit(lesson), edited(lesson, "app = Flask(__name__)", "from x_y import app"))
    assert graded.no_app is None
    assert "ModuleNotFoundError" in str(graded.checks[0].trace.to_dict()["steps"])
    (lesson.folder / "app.py").write_text("text = 'hello'\n")
    graded = grade_edit(edit(lesson), app_factory(lesson.folder, "routelab"))
    assert not graded.passed
    assert graded.no_app is not None
    assert "app.py makes no Flask app" in graded.no_app
    (lesson.folder / "app.py").unlink()
    assert grade_edit(edit(lesson), app_factory(lesson.folder, "routelab")).no_app is not None


@pytest.mark.own_process
def test_a_view_that_never_ends_is_stopped(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.lessons.tasks.edit.Runs", partial(Runs, seconds=0.1))
    graded = grade_edit(edit(lesson), edited(lesson, "return f", "while True: pass\n    return f"))
    assert [check.passed for check in graded.checks] == [False, False]


REMEMBERING = """\
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = "x"
VISITS = []


@app.route("/visit")
def visit():
    VISITS.append(1)
    return str(len(VISITS))


@app.route("/login", methods=["POST"])
def login():
    session["user"] = request.form["name"]
    return ""


@app.route("/me")
def me():
    return session.get("user", "nobody")
"""
BEFORE = """\
# Before

The goal.

## Logged in

```toml task
kind = "try"
ask = "Be Ann."
before = ["POST /login name=ann -f"]
expect = ['body == "ann"']
example = "GET /me"
```

## Two requests

```toml task
kind = "try"
ask = "Log in, and be Bob."
expect = ['body == "bob"']
example = ["POST /login name=bob -f", "GET /me"]
```

## Logged in, again

```toml task
kind = "edit"
ask = "Nothing."
[[check]]
before = ["POST /login name=ann -f"]
request = "GET /me"
expect = ['body == "ann"']
[[check]]
request = "GET /me"
expect = ['body == "nobody"']
[[check]]
before = ["GET /visit"]
request = "GET /visit"
expect = ['body == "2"']
[[check]]
request = "GET /visit"
expect = ['body == "1"']
```
"""


def test_requests_before_share_the_lab_and_checks_do_not(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(REMEMBERING)
    (tmp_path / "lesson.md").write_text(BEFORE)
    one, two, three = (page.task for page in load_lesson(tmp_path).pages)
    labs = app_factory(tmp_path, "routelab")
    assert isinstance(one, TryTask)
    assert isinstance(two, TryTask)
    assert isinstance(three, EditTask)
    assert does_its_example(one, labs)
    assert does_its_example(two, labs)
    assert grade_edit(three, labs).passed
    lab = labs()
    for each in one.brief.before:
        lab.send(each.line)
    assert all_passed(grade_try(one, lab.send("GET /me")))


def test_an_app_that_does_not_load_is_loaded_once(lesson: Lesson) -> None:
    (lesson.folder / "app.py").write_text("boom\n")
    loaded: list[Lab] = []
    labs = app_factory(lesson.folder, "routelab")

    def counted() -> Lab:
        loaded.append(labs())
        return loaded[-1]

    result = grade_edit(edit(lesson), counted)
    assert (len(loaded), result.passed) == (1, False)
    assert len(result.checks) > 1


def test_a_fresh_lab_sees_an_edit_at_once(lesson: Lesson) -> None:
    labs = app_factory(lesson.folder, "routelab")
    assert grade_edit(edit(lesson), labs).passed is False
    (lesson.folder / "app.py").write_text((lesson.folder / "solution" / "app.py").read_text())
    assert grade_edit(edit(lesson), labs).passed
    assert load("app.py", engine="routelab", folder=lesson.folder).failure is None


def test_the_same_request_after_the_same_ones_is_run_once(lesson: Lesson) -> None:
    sent: list[Trace] = []

    def counted() -> Lab:
        lab = app_factory(lesson.folder, "routelab")()
        lab.noted = sent.append
        return lab

    task = edit(lesson)
    asked = {(each.before, each.request.typed) for each in task.checks}
    asked |= {(each.before, each.request.typed) for each in task.mistakes}
    assert len(asked) < len(task.checks) + len(task.mistakes)
    assert not grade_edit(task, counted).passed
    assert len(sent) == len(asked)


def test_every_kind_is_in_the_list_under_its_name() -> None:
    assert {name: kind.kind for name, kind in KINDS.items()} == {
        "try": "try",
        "predict": "predict",
        "edit": "edit",
        "review": "review",
        "mine": "mine",
    }


def test_a_kind_that_nobody_proves_cannot_be_made(lesson: Lesson) -> None:
    class Unproven(Task):
        kind = "unproven"

        @classmethod
        def read(cls, _table: TomlTable, _brief: Brief, _reader: TaskReader) -> Self | None:
            return None

        def solution(self, _apps: Apps) -> TaskReply:
            return TaskReply(parts=())

    with pytest.raises(TypeError, match="prove"):
        Unproven(brief=edit(lesson).brief)  # type: ignore[abstract]


def test_the_proof_of_a_lesson_asks_each_of_its_tasks(
    lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lesson.folder / "lesson.md"
    task = 'kind = "review"\nreview = ["01/first"]\nask = "Again."\n'
    own = 'kind = "mine"\nask = "Own."\n[[check]]\nsome = "page"\nwants = "A page."\nsay = "Write one."\n'
    pages = f"## Again\n\n```toml task\n{task}```\n\n## Own\n\n```toml task\n{own}```\n"
    file.write_text(f"{file.read_text()}\n{pages}")
    earlier = Earlier(folder=lesson.folder, lesson="First", page="First", files=Files.STARTER, variants=())
    monkeypatch.setattr(reading, "recall", lambda _folder, _place: earlier)
    asked: list[str] = []
    for name, kind in KINDS.items():
        monkeypatch.setattr(kind, "prove", lambda _task, _prover, _app, name=name: asked.append(name))
    assert prove(lesson.folder, ("routelab",), tmp_path / "scratch").tasks == len(asked) == len(KINDS)
