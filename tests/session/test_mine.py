"""The learner's own app at the prompt: where it lies, what it is about, how it is checked, and every way on."""

from __future__ import annotations

import json
import sqlite3
from io import StringIO
from pathlib import Path

import pytest

from lessons.mine_apps import MineTasks, texts_of, write
from routelab.learner.environment import places
from routelab.learner.progress import State
from routelab.session.session import Session
from sessions import Home, app_of, lesson_of, said
from support import Cli

TASKS = MineTasks()
TWO_PAGES = """from flask import Flask

app = Flask(__name__)


@app.route("/")
def start():
    return "Start"


@app.route("/two")
def two():
    return "Two"
"""


def on_page(home: Home, page: str) -> Session:
    session = home.session()
    session.opening(page)
    return session


def own(home: Home) -> Path:
    return home.folder / "work" / "mine"


def test_it_begins_with_an_empty_file_and_says_what_is_needed(home: Home) -> None:
    session = home.session()
    opened = said(session.opening("1/mine"))
    assert (own(home) / "app.py").read_text() == ""
    assert "Give your app two pages: a home page at `/`, and one more." in opened
    assert "two pages that answer with 200" in opened
    assert str(own(home) / "app.py") in opened
    checked = said(session.answer(""))
    assert "There is nothing to look at yet: app.py is empty so far." in checked
    assert "app = Flask(__name__)" in checked
    assert "skip leaves this page for later" in checked
    assert "seed" not in checked + said(session.answer("mine")), "no lesson comes before the first"
    assert session.answer("GET /").understood is False
    session.answer("skip")
    assert home.learner().progress.progress.of("the-loop").pages["mine"] is State.SKIPPED


def test_a_save_is_checked_and_the_page_is_done(home: Home) -> None:
    session = on_page(home, "1/mine")
    write({"app.py": TWO_PAGES.partition('@app.route("/two")')[0]}, own(home))
    assert session.has_news()
    told = said(session.look())
    assert "GET / (start): that is 1 of 2." in told
    assert "Add another function with a route of its own" in told
    write({"app.py": TWO_PAGES.replace('return "Two"', "return 1 / 0")}, own(home))
    told = said(session.look())
    assert "that is 1 of 2. GET /two (two) runs `two` and gives 500" in " ".join(told.split())
    assert "Add another function" not in told
    write({"app.py": TWO_PAGES}, own(home))
    told = said(session.look())
    assert "Right: your app has all of it." in told
    assert home.learner().progress.progress.of("the-loop").pages["mine"] is State.DONE


def test_what_is_not_there_at_all_is_told_once(home: Home) -> None:
    write({"app.py": TWO_PAGES}, own(home))
    told = said(on_page(home, "2/mine").answer("run"))
    assert told.count("None of them has a variable.") == 1
    assert "a response also for a recipe that you do not have: there is nothing to ask yet" in told


def test_a_variable_that_is_written_as_elsewhere_is_told(home: Home) -> None:
    write({"app.py": TWO_PAGES.replace('"/two"', '"/two/{name}"')}, own(home))
    told = " ".join(said(on_page(home, "2/mine").answer("run")).split())
    assert "None of them has a variable: `{name}` is literal text, a variable is written `<name>`." in told


def test_of_two_things_that_are_missing_both_are_told(home: Home) -> None:
    session = on_page(home, "14/mine")
    session.answer("mine seed")
    told = said(session.answer("run"))
    assert "None of their templates extends another." in told
    assert "None of your pages names a file in the folder `static`." in told


def test_requests_go_to_the_own_app_there_and_to_the_lessons_elsewhere(home: Home) -> None:
    write({"app.py": TWO_PAGES}, own(home))
    session = on_page(home, "1/mine")
    assert "start() returned" in said(session.answer("GET /"))
    assert app_of(session).main_file == own(home) / "app.py"
    session.answer("back")
    assert app_of(session).main_file != own(home) / "app.py"
    assert "home() returned" in said(session.answer("GET /"))


def test_the_theme_is_asked_for_once_and_may_change(home: Home) -> None:
    session = home.session()
    asked = said(session.opening("2/mine"))
    assert "What should your app be about? Type mine recipes (a cookbook), " in asked
    assert "Your app knows some recipes" in asked
    changed = said(session.answer("mine books"))
    assert "Your app is about a book club now: books." in changed
    assert "Your app knows some books" in changed
    assert "What should your app be about" not in changed
    assert json.loads(home.progress.read_text())["theme"] == "books"
    assert "Your app knows some teams" in said(session.answer("mine teams"))
    assert "What should" not in said(home.session().opening("3/mine"))
    assert home.session().answer("mine cars").understood is False


def test_mine_shows_where_it_stands(home: Home) -> None:
    session = on_page(home, "1/mine")
    assert "not begun yet" in said(session.answer("mine"))
    write({"app.py": TWO_PAGES}, own(home))
    session.answer("run")
    told = said(session.answer("mine"))
    assert "it loads, and has 2 rules" in told
    assert "lesson 1" in told
    assert "lessons 2/mine goes there" in told
    write({"app.py": "from flask import Flask\napp = Flask(__name__\n"}, own(home))
    assert "app.py:2: the app does not load: SyntaxError" in said(home.session().answer("mine"))


def test_a_seed_is_what_earlier_lessons_would_have_built_and_overwrites_nothing(home: Home) -> None:
    session = on_page(home, "7/mine")
    session.answer("mine books")
    told = said(session.answer("mine seed"))
    assert f"Written to {own(home)}: app.py." in told
    text = (own(home) / "app.py").read_text()
    assert "BOOKS" in text
    assert "RECIPES" not in text
    assert '@app.route("/books/")' in text  # lesson 6 had it, and lesson 7 asks for more
    assert "Right" not in said(session.answer("run"))
    (own(home) / "app.py").write_text("# mine\n")
    assert "it is left as it is" in said(session.answer("mine seed"))
    assert (own(home) / "app.py").read_text() == "# mine\n"


def test_nothing_of_the_prompts_touches_it(home: Home) -> None:
    write({"app.py": TWO_PAGES, "notes.txt": "keep"}, own(home))
    session = on_page(home, "1/mine")
    assert "no lesson puts anything in its place" in said(session.answer("reset"))
    assert "nothing to compare it with" in said(session.answer("diff"))
    session.answer("back")
    session.answer("reset")
    session.answer("y")
    assert (own(home) / "app.py").read_text() == TWO_PAGES
    assert (own(home) / "notes.txt").read_text() == "keep"


def test_files_are_made_where_they_belong(home: Home) -> None:
    session = on_page(home, "13/mine")
    assert "was made, and is empty" in said(session.answer("mine file templates/home.html"))
    assert (own(home) / "templates" / "home.html").read_text() == ""
    assert "is there already" in said(session.answer("mine file templates/home.html"))
    for name in ("../x.py", "/tmp/x.py", ".env", ""):
        session.answer(f"mine file {name}")
    assert sorted(path.name for path in own(home).iterdir()) == ["app.py", "templates"]
    assert not (home.folder / "work" / "x.py").exists()


def test_the_learners_database_does_not_see_what_a_check_sends(home: Home) -> None:
    write(texts_of(TASKS["a-database"]), own(home))
    session = on_page(home, "19/mine")
    session.answer("GET /")  # makes the table, with two rows
    assert "Right" in said(session.answer("run"))
    with sqlite3.connect(own(home) / "recipes.db") as db:
        assert db.execute("SELECT count(*) FROM recipe").fetchone() == (2,)
    db.close()


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"app.py": "from flask import Flask\napp = Flask(__name__\n"}, "was never closed"),
        ({"app.py": "from other import x\n", "other.py": "from app import y\n"}, "imports go in a circle"),
        ({"app.py": "from flask_of_nobody import Login\n"}, "No module named 'flask_of_nobody'"),
        (
            {"app.py": "from flask import Flask\na = Flask('a')\nb = Flask('b')\n"},
            "has 2 Flask apps, and none is called app: a, b",
        ),
        ({"app.py": "X = 1\n"}, "There is nothing to look at yet"),
        ({"notes.txt": "later"}, "There is nothing to look at yet"),
        ({"app.py": "raise SystemExit\n"}, "SystemExit"),
    ],
)
def test_whatever_is_wrong_with_it_there_is_a_way_on(home: Home, texts: dict[str, str], told: str) -> None:
    write(texts, own(home))
    session = on_page(home, "5/mine")
    checked = said(session.answer(""))
    assert told in checked.replace("\n", " ")
    assert "skip leaves this page for later" in checked
    assert "mine seed" not in checked or "app.py" not in texts, "a file that is begun is left as it is"
    assert "Traceback" not in checked
    assert "You have finished" in said(session.answer("skip"))
    assert session.answer("").prompt.place.startswith("Slashes")


FORM_THAT_FAILS = """
from flask import Flask, request
app = Flask(__name__)
@app.route("/", methods=["GET", "POST"])
def home():
    if request.method == "POST":
        return str(int(request.form["points"]))
    return '<form method="post"><input name="points" type="number"></form>'
"""


def test_one_reason_for_two_things_is_told_once(home: Home) -> None:
    write({"app.py": FORM_THAT_FAILS}, own(home))
    checked = said(on_page(home, "21/mine").answer("run"))
    assert checked.count("gives 500") == 2
    assert checked.count("ValueError at app.py:7") == 1


def test_an_app_that_is_lost_is_begun_anew(home: Home) -> None:
    write({"app.py": TWO_PAGES}, own(home))
    session = on_page(home, "1/mine")
    assert "Right" in said(session.answer("run"))
    (own(home) / "app.py").unlink()
    assert "There is nothing to look at yet" in said(session.answer("run"))
    assert (own(home)).is_dir()
    assert not (own(home) / "app.py").exists()  # an editor makes it, and nothing is written over it
    assert "The least that is needed" in said(on_page(home, "1/mine").answer("GET /"))


def test_of_two_apps_one_is_to_be_kept_and_the_least_is_not_shown(home: Home) -> None:
    write({"app.py": "from flask import Flask\na = Flask('a')\nb = Flask('b')\n"}, own(home))
    for typed in ("run", "GET /"):
        told = said(on_page(home, "1/mine").answer(typed))
        assert "app.py has 2 Flask apps, and none is called app: a, b." in told
        assert "Keep one of them" in told
        assert "The least that is needed" not in told


def test_the_solution_shows_what_a_sample_gets_in_the_words_of_the_theme(home: Home) -> None:
    session = on_page(home, "2/mine")
    session.answer("mine teams")
    session.answer("solution")
    shown = said(session.answer("y"))
    assert '+@app.route("/teams/<name>")' in shown
    assert "recipe" not in shown
    assert home.learner().progress.progress.of("dynamic-segments").pages["mine"] is State.SEEN


@pytest.mark.parametrize("typed", ["", "mine", "mine seed", "mine file a.py"])
def test_a_folder_that_cannot_be_made_is_said_and_the_session_goes_on(home: Home, typed: str) -> None:
    own(home).parent.mkdir(parents=True, exist_ok=True)
    own(home).write_text("no folder")
    session = home.session()
    told = said(session.answer(typed) if typed else session.opening("1/mine"))
    assert "your files cannot be kept in" in told
    assert "Until then they are only kept for now." in told


def test_it_lies_where_the_variable_says(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert places({"ROUTELAB_HOME": str(home)}, tmp_path).mine == home / "mine"
    elsewhere = {"ROUTELAB_HOME": str(home), "ROUTELAB_MINE": str(tmp_path / "shop")}
    assert places(elsewhere, tmp_path).mine == tmp_path / "shop"
    assert places({}, tmp_path).mine == tmp_path / "routelab" / "mine"


@pytest.mark.parametrize("guest", [False, True])
def test_a_pipe_finishes_the_page_and_a_guest_leaves_nothing(
    guest: bool, own_home: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guest:
        write({"app.py": TWO_PAGES}, own_home / "mine")
    monkeypatch.setattr("sys.stdin", StringIO("\nmine\nquit\n"))
    ended = cli("learn", "1/mine", *(["--guest"] if guest else []), folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ("Right: your app has all of it." in ended.out) is not guest
    assert ("it loads, and has 2 rules" if not guest else "not begun yet") in " ".join(ended.out.split())
    assert (own_home / "mine").exists() is not guest


def test_what_is_handed_in_has_it(cli: Cli, own_home: Path, tmp_path: Path) -> None:
    write({"app.py": TWO_PAGES, "templates/a.html": "<p>"}, own_home / "mine")
    ended = cli("progress", "--hand-in", "one.zip", folder=tmp_path)
    assert ended.out == "one.zip has your own app\n"
    from zipfile import ZipFile

    with ZipFile(tmp_path / "one.zip") as archive:
        assert [name for name in archive.namelist() if name.startswith("work/")] == [
            "work/mine/app.py", "work/mine/templates/a.html",
        ]  # fmt: skip


def test_a_lesson_knows_its_page(home: Home) -> None:
    session = on_page(home, "4/mine")
    assert lesson_of(session).lesson_page == "4/mine"


DOWNLOAD = """
from flask import Flask, make_response
app = Flask(__name__)

@app.route("/")
def home():
    return "Recipes"

@app.route("/all.txt")
def download():
    response = make_response("Pancakes")
    response.headers["Content-Disposition"] = "attachment"
    return "Pancakes"
"""


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            DOWNLOAD.replace(", make_response", ""),
            "2 were tried, and this one fails: GET /all.txt (download) runs `download` and gives 500",
        ),
        (DOWNLOAD, "2 were tried, and this came closest: GET /all.txt (download): The header"),
        (DOWNLOAD, "make_response() made a response in download() at app.py:"),
    ],
)
def test_a_page_that_fails_or_has_a_mistake_is_told_before_those_that_are_only_others(
    home: Home, source: str, told: str
) -> None:
    write({"app.py": source}, own(home))
    assert told in " ".join(said(on_page(home, "8/mine").answer("run")).split())
