"""Edit tasks: what saving leads to, and what a solution shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.learner.watch import News
from routelab.lessons.tasks.answer import Changes, TaskReply
from routelab.lessons.tasks.base import Apps
from routelab.lessons.tasks.edit import EditTask
from routelab.session.reply import CheckReport, OpenEditor
from sessions import APP, NOON, SOLUTION, Home, at, only, said, work_of, write_lesson


def test_saving_runs_the_checks_and_names_foreseen_mistakes(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    assert not session.has_news()
    file.write_text(APP.replace("<int:post_id>", "<post_id>"), encoding="utf-8")
    assert session.has_news()
    reply = session.look()
    checked = only(reply, CheckReport)
    assert (checked.news, checked.at) == (News(saved=("app.py",)), NOON)
    assert "Now text fits too." in said(reply)
    assert "GET /post/abc" not in said(reply), "what was foreseen stands alone"
    assert "1 of 2 checks passes." in said(reply)
    assert "no  GET /post/abc runs `show_post` and gives 200, but should give 404." in said(
        session.answer("run")
    )
    file.write_text(SOLUTION, encoding="utf-8")
    assert "Right: all checks pass." in said(session.look())
    assert not session.has_news()


def test_what_a_foreseen_mistake_says_is_not_said_again_by_its_check(home: Home) -> None:
    session = home.session()
    session.opening("1/mend")
    file = work_of(home) / "app.py"
    file.write_text(file.read_text().replace("    print(", "    return print("), encoding="utf-8")
    told = said(session.answer("run"))
    assert "The view still returns nothing." in told
    assert "runs `latest_tracks` and gives 500, but should give 200." in told
    assert "returned None" not in told
    file.write_text(file.read_text().replace("return print(", "len("), encoding="utf-8")
    assert "returned None" in said(session.answer("run")), "what nobody foresaw has its reason"


def test_a_foreseen_mistake_shows_what_was_written_whichever_line_decided(home: Home) -> None:
    session = home.session()
    session.opening("other-programs/errors")
    file = work_of(home) / "app.py"
    handler = "\n\n@app.errorhandler({})\ndef failed(error):\n    return {{'error': error.description}}{}\n"
    imported = "\nfrom werkzeug.exceptions import HTTPException\n"
    starter = file.read_text("utf-8")
    file.write_text(starter + imported + handler.format("HTTPException", "").replace("'", '"'), "utf-8")
    told = said(session.answer("run"))
    assert '      return {"error": error.description}' in told
    assert "abort(404" not in told
    file.write_text(starter + handler.format("404", ", error.code"), "utf-8")
    told = said(session.answer("run"))
    assert "  @app.errorhandler(404)" in told
    assert "path  /api" not in told
    session.opening("other-programs/create")
    twice = "\n\n@app.post('/api/{}')\ndef {}():\n    title = request.form['title']\n    return title, 201\n"
    file.write_text(starter + twice.format("songs", "song") + twice.format("albums", "create"), "utf-8")
    told = said(session.answer("run"))
    assert "  def create():" in told, "of two places the one that decided is shown"


def test_what_keeps_an_app_from_loading_is_told_with_what_is_known_of_it(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    (work_of(home) / "app.py").write_text(APP.replace("<int:post_id>", "<int: post_id>"), encoding="utf-8")
    told = said(session.look())
    assert "ValueError: malformed url rule" in told
    assert "has a space in it; write <int:post_id>. (R307)" in told


def test_a_save_during_a_check_makes_nothing_right(
    home: Home, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = at(home.session(small), "mend")
    file, check = work_of(home) / "app.py", EditTask.check

    def check_and_save(task: EditTask, apps: Apps) -> TaskReply:
        answer = check(task, apps)
        file.write_text(APP, encoding="utf-8")
        return answer

    monkeypatch.setattr(EditTask, "check", check_and_save)
    file.write_text(SOLUTION, encoding="utf-8")
    told = said(session.look())
    assert "1 of 2 checks passes." in told
    assert "Right" not in told
    assert not session.has_news()


def test_a_check_after_no_save_asks_whether_the_file_was_saved(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    assert said(session.answer("")).startswith("No file was saved since this page was opened.")
    assert said(session.answer("")).startswith("No file was saved since the last check.")
    file = work_of(home) / "app.py"
    file.write_text(APP + "\n", encoding="utf-8")
    session.answer("GET /")  # which takes note of what was saved
    assert "was saved since" not in said(session.answer(""))
    file.write_text(SOLUTION, encoding="utf-8")
    session.look()
    assert "was saved since" not in said(session.answer("run"))


def test_an_edit_that_does_not_load_is_told_by_its_line(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    file.write_text(APP + "\ndef broken(:\n", encoding="utf-8")
    assert "SyntaxError" in said(session.look())
    file.unlink()
    assert "nothing to check" in said(session.look())
    assert "nothing to check" in said(session.answer(""))


def test_a_fresh_machine_is_asked_once_for_its_editor(tmp_path: Path, small: Path) -> None:
    home = Home(folder=tmp_path / "home", programs={"nano": "/bin/nano", "hx": "/bin/hx"})
    session = at(home.session(small), "mend")
    assert "Open it in nano, from now on? (y/n)" in said(session.answer("edit"))
    assert "set EDITOR=nano" in said(session.answer("n"))
    session.answer("edit")
    assert isinstance(session.answer("y").action, OpenEditor)
    assert home.learner().settings.editor == "nano"
    assert isinstance(at(home.session(small), "mend").answer("edit").action, OpenEditor)


@pytest.mark.parametrize("typed", ["set EDITOR=hx", "set editor hx", "SET VISUAL=hx", "set EDITOR='hx -w'"])
def test_set_editor_is_understood_for_what_it_is(tmp_path: Path, small: Path, typed: str) -> None:
    home = Home(folder=tmp_path / "home", programs={"hx": "/bin/hx"})
    session = at(home.session(small), "mend")
    assert "edit opens files in hx" in said(session.answer(typed))
    assert (home.learner().settings.editor or "").startswith("hx")
    assert not session.look().prompt.headers
    assert "There is no program 'emacs'" in said(session.answer("set EDITOR=emacs"))
    assert "as in: set EDITOR=nano" in said(session.answer("set EDITOR="))


def test_edit_diff_and_reset_keep_the_learners_work(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    assert session.answer("edit").action == OpenEditor(file=file)
    assert "changed nothing" in said(session.answer("diff"))
    file.write_text(SOLUTION, encoding="utf-8")
    assert only(session.answer("diff"), Changes).lines
    assert "(y/n)" in said(session.answer("reset"))
    assert "kept in" in said(session.answer("yes"))
    assert file.read_text(encoding="utf-8") == (small / "app.py").read_text(encoding="utf-8")
    assert SOLUTION in [
        path.read_text(encoding="utf-8") for path in (home.folder / "work").glob("*.backup-*/app.py")
    ]
    assert (small / "app.py").read_text(encoding="utf-8").startswith("from flask")


def test_the_solution_of_an_edit_is_what_to_change(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    session.answer("solution")
    shown = only(session.answer("y"), Changes)
    assert '+@app.route("/post/<int(signed=True):post_id>")' in shown.lines


TWO_EDITS = """
# Two

Mend both.

## First {#first}

```toml task
kind = "edit"
ask = "Rename it."
[[check]]
request = "GET /a"
expect = ['body == "A"']
```

## Second {#second}

```toml task
kind = "edit"
file = "templates/b.html"
before = ["GET /a"]
ask = "Rename it."
[[check]]
request = "GET /b"
expect = ['body == "B"', "status == 200"]
[[check]]
request = "GET /b?x=1"
expect = ['body == "B"']
```
"""


TWO_VIEWS = """
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/a")
def a():
    return "a"


@app.route("/b")
def b():
    return render_template("b.html") + gone
"""


@pytest.fixture
def two_edits(tmp_path: Path) -> Path:
    solution = TWO_VIEWS.replace('"a"', '"A"').replace(" + gone", "")
    folder = write_lesson(tmp_path / "two", TWO_EDITS, TWO_VIEWS, solution)
    for place, text in (("templates", "b"), ("solution/templates", "B")):
        (folder / place).mkdir()
        (folder / place / "b.html").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("page", "changed"),
    [
        ("first", ['-    return "a"', '+    return "A"']),
        (
            "second",
            [
                '-    return render_template("b.html") + gone',
                '+    return render_template("b.html")',
                "-b",
                "+B",
            ],
        ),
    ],
)
def test_a_solution_shows_what_this_edit_needs(
    home: Home, two_edits: Path, page: str, changed: list[str]
) -> None:
    session = at(home.session(two_edits), page)
    session.answer("solution")
    shown = only(session.answer("y"), Changes)
    assert [line for line in shown.lines if line[:1] in "+-" and line[:3] not in ("+++", "---")] == changed


def test_the_solution_of_what_is_done_is_nothing(home: Home, two_edits: Path) -> None:
    session = at(home.session(two_edits), "first")
    for name in ("app.py", "templates/b.html"):
        (work_of(home) / name).write_text((two_edits / "solution" / name).read_text("utf-8"), "utf-8")
    session.answer("solution")
    assert "nothing to change" in said(session.answer("y"))


def test_an_edit_names_its_file_and_says_each_reason_once(home: Home, two_edits: Path) -> None:
    session = home.session(two_edits)
    shown = said(session.opening("1/second"))
    file = work_of(home) / "templates" / "b.html"
    assert f"Your file: {file}" in shown
    assert "Checked with: GET /b (after GET /a), GET /b?x=1 (after GET /a)" in shown
    opened = session.answer("edit").action
    assert isinstance(opened, OpenEditor)
    assert opened.file == file
    checked = said(session.answer("run"))
    assert checked.count("NameError at app.py:13: name 'gone' is not defined") == 1
    assert checked.count("This was sent after GET /a.") == 2


def test_edit_opens_the_file_that_is_named(home: Home, two_edits: Path) -> None:
    session = at(home.session(two_edits), "first")
    for typed, name in (
        ("edit", "app.py"),
        ("edit templates/b.html", "templates/b.html"),
        ("edit b.html", "templates/b.html"),
    ):
        opened = session.answer(typed).action
        assert isinstance(opened, OpenEditor)
        assert opened.file == work_of(home) / name
    assert session.answer("edit ap.py").line == "edit app.py"
    assert session.answer("edit nothing").action is None


def test_a_file_that_is_gone_where_nothing_is_checked_is_put_back_by_a_word_of_the_lesson(home: Home) -> None:
    session = home.session()
    session.opening("4/1")
    file = work_of(home) / "app.py"
    text = file.read_text("utf-8")
    session.answer("GET /")
    file.unlink()
    told = said(session.look())
    assert "app.py is gone." in told
    assert "There is no 'app.py'. reset puts the lesson's files back." in told
    file.write_text(text, "utf-8")
    assert "app.py was saved, and the app was reloaded." in said(session.look())


def test_a_mistake_in_a_template_shows_no_lines_of_a_view_that_ran_well(home: Home) -> None:
    session = home.session()
    session.opening("inheritance-and-static/lost")
    file = work_of(home) / "templates" / "tour.html"
    file.write_text(file.read_text("utf-8") + "\n<p>Late.</p>\n", "utf-8")
    told = said(session.look())
    assert "The string is still lost." in told
    assert "def tour" not in told
