"""Checks of an app of the learner's own hold whatever it calls its parts, and say truly what is missing."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from effort import chosen, examples
from lessons.lessonkit import Breaking, broken_lesson, edits, proven, shown
from lessons.mine_apps import MineTasks, renamed, texts_of, views_of, without_view, write
from routelab.lab import load
from routelab.lessons.mine.judging import AppResult, judge_app
from routelab.lessons.mine.look import Look
from routelab.lessons.mine.project import own_files, sample_files, sample_texts, target_in
from routelab.lessons.mine.subjects import SUBJECTS
from routelab.lessons.mine.themes import DEFAULT, THEMES, in_words_of, theme_named, unknown_words
from routelab.lessons.mine.written import Written
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.running import copied_app
from support import write_app

TASKS = MineTasks()
FEW = ("dynamic-segments", "reading-the-request", "cookies-and-sessions", "a-database")
SMALL = (
    "the-loop",
    "dynamic-segments",
    "converters",
    "methods",
    "slashes",
    "what-a-view-returns",
    "json-and-files",
)


def judged(task: MineTask, texts: dict[str, str], folder: Path, seconds: float = 2.0) -> AppResult:
    app = write(texts, folder / "app")
    return judge_app(task.checks, copied_app(partial(own_files, app), folder / "copy", "routelab"), seconds)


def found(result: AppResult) -> list[str]:
    return [each.found for each in result.checks if not each.passed]


def test_each_lesson_but_the_first_asks_for_something_in_ones_own_app() -> None:
    from routelab.lessons.course import bundled_lessons

    assert list(TASKS) == [folder.name.partition("-")[2] for folder in bundled_lessons()[1:]]
    hidden = [check for check in TASKS["capstone"].checks if check.hidden]
    assert hidden
    assert [check.lines for check in TASKS["capstone"].checks if check.lines] == [60]


@pytest.mark.parametrize("lesson", chosen(tuple(TASKS), FEW))
@pytest.mark.parametrize("seed", range(examples(1)))
def test_names_that_were_drawn_at_random_pass(lesson: str, seed: int, tmp_path: Path) -> None:
    task = TASKS[lesson]
    texts = renamed(texts_of(task), seed)
    result = judged(task, texts, tmp_path)
    assert result.passed, (result.problem, result.broken and result.broken.answer.text, found(result))
    # It is told by the names that were drawn, and by none of the sample's.
    told = " ".join(each.found for each in result.checks)
    assert not re.search(r"recipe|guestbook|login", told)


@pytest.mark.parametrize("lesson", chosen(tuple(TASKS), ("which-rule-wins", "blueprints")))
@pytest.mark.parametrize("theme", THEMES[1:], ids=lambda theme: theme.name)
def test_the_sample_is_right_in_the_words_of_each_theme(lesson: str, theme: object, tmp_path: Path) -> None:
    named = next(each for each in THEMES if each is theme)
    task = TASKS[lesson]
    texts = sample_texts(sample_files(task.sample), named)
    assert not re.search(r"(?i)recipe|pancakes|soup|minutes", "\n".join((*texts, *texts.values())))
    result = judged(task, texts, tmp_path)
    assert result.passed, found(result)


@pytest.mark.parametrize("lesson", chosen(SMALL, SMALL[:5]))
def test_a_view_that_is_gone_fails_what_only_it_fulfilled(lesson: str, tmp_path: Path) -> None:
    """Whatever is said then names only what is in the app, and is true of it."""
    task = TASKS[lesson]
    texts = texts_of(task)
    failed: dict[str, list[str]] = {}
    for view in views_of(texts):
        left = without_view(texts, view)
        result = judged(task, left, tmp_path / view)
        assert result.problem is None
        assert result.broken is None
        failed[view] = found(result)
        with load("app.py", engine="routelab", folder=tmp_path / view / "app") as lab:
            rules = {row.rule: row.place.function for row in lab.routes().routes if not row.builtin}
        for said in failed[view]:
            for rule, function in re.findall(r"`(/[^`]*)` \((\w+)\)", said):
                assert rules[rule] == function
            assert f"({view})" not in said
            if counted := re.search(r"Your app has (\d+) rules?:", said):
                assert int(counted[1]) == len(rules)
    # Each check fails without some view or other.
    assert len({said for each in failed.values() for said in each}) >= 1
    assert all(failed.get(view) for view in ONLY[lesson]), failed


ONLY = {
    "the-loop": ("home", "about"),
    "dynamic-segments": ("show_recipe",),
    "converters": ("list_below",),
    "methods": ("likes",),
    "slashes": ("list_recipes",),
    "what-a-view-returns": ("show_recipe", "recipes_as_data"),
    "json-and-files": ("add_by_program",),
}


ONE_PAGE = """
from flask import Flask

app = Flask(__name__)


@app.route("/")
def start():
    return "Hi"
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rule with a variable", "Your app has 1 rule: `/` (start). It does not have a variable."),
        ("rule with an int variable", "Your app has 1 rule: `/` (start). It does not have an int variable."),
        ("rule with a slash at the end", "Your app has 1 rule: `/` (start). It does not end with a slash."),
        ("rule of a blueprint", "Your app has 1 rule: `/` (start). It does not belong to a blueprint."),
        ("rule for GET and POST", "Your app has 1 rule: `/` (start). It does not accept both GET and POST."),
        ("JSON without names", "Your app has 1 rule: `/` (start). It does not answer JSON with JSON."),
        ("page after a POST", "Your app has 1 rule: `/` (start). It does not accept both GET and POST."),
        ("view with two rules", "Your app has 1 rule: `/` (start). Each leads to a function of its own."),
        ("form", 'Your one page has no form with `method="post"`.'),
        ("row in SQLite", 'Your one page has no form with `method="post"`.'),
        ("call of url_for", "Your files never call `url_for`."),
        ("page behind a login", "None of your pages is closed to strangers: everyone can open each of them."),
        ("test", "There is no file `test_....py` with a function `test_...` in your folder."),
    ],
)
def test_what_is_not_there_is_said_of_the_app_that_is(name: str, said: str, tmp_path: Path) -> None:
    file = write_app(tmp_path / "one", ONE_PAGE)
    with load("app.py", engine="routelab", folder=file.parent) as lab:
        looked = SUBJECTS[name].look(Look(lab, 2.0))
    assert (looked.things, looked.nothing) == ((), said)


POSTS = """
from flask import Flask, request

app = Flask(__name__)
LIKES, SONGS = [], []


@app.route("/likes", methods=["GET", "POST"])
def likes():
    if request.method == "POST":
        {counts}
    return f"{{len(LIKES)}} likes"


@app.post("/songs")
def add_song():
    title = request.get_json(){read}
    SONGS.append(title)
    return {{"title": title}}, 201
"""


@pytest.mark.parametrize(
    ("counts", "read", "changed", "statuses"),
    [
        ("LIKES.append(1)", '.get("title") or abort(422)', ["2 likes"], [422]),
        ("[].append(1)", '["title"]', [], [500]),
        ("LIKES.append(1)", '.get("title")', ["2 likes"], [201]),
    ],
)
def test_what_a_post_changes_and_what_it_lacks_is_seen(
    counts: str, read: str, changed: list[str], statuses: list[int], tmp_path: Path
) -> None:
    text = POSTS.format(counts=counts, read=read).replace("import Flask", "import Flask, abort")
    file = write_app(tmp_path / "posts", text)
    with load("app.py", engine="routelab", folder=file.parent) as lab:
        after, empty = (
            SUBJECTS[it].look(Look(lab, 2.0)) for it in ("page after a POST", "JSON without names")
        )
    traces = [[it.trace for it in looked.things if it.trace is not None] for looked in (after, empty)]
    responses = [[trace.response for trace in each if trace.response is not None] for each in traces]
    assert [it.body.decode() for it in responses[0]] == changed
    assert [it.status for it in responses[1]] == statuses
    told = "Your app has 1 rule: `/likes` (likes). What GET shows is the same before a POST and after it."
    assert after.nothing == told


@pytest.mark.parametrize("name", SUBJECTS)
def test_an_app_without_a_rule_has_nothing_and_is_told_so(name: str, tmp_path: Path) -> None:
    file = write_app(tmp_path / "none", "from flask import Flask\n\napp = Flask(__name__)\n")
    with load("app.py", engine="routelab", folder=file.parent) as lab:
        looked = SUBJECTS[name].look(Look(lab, 2.0))
    assert looked.things == () or name == "unknown path"
    assert looked.nothing.endswith(".") or name == "unknown path"
    assert "  " not in looked.nothing


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('return "", 204 if THINGS.pop(name, None) else 404', None),
        ('THINGS.pop(name, None)\n    return "", 204', "runs `delete` and gives 204, but should give 404."),
    ],
)
def test_what_was_deleted_is_asked_for_once_more(answer: str, said: str | None, tmp_path: Path) -> None:
    app = f"""
from flask import Flask

app = Flask(__name__)
THINGS = {{"one": 1}}


@app.get("/")
def home():
    return "<a href='/things/one'>one</a>"


@app.get("/things/<name>")
def show(name):
    return ("", 404) if name not in THINGS else name


@app.delete("/things/<name>")
def delete(name):
    {answer}
"""
    result = judged(TASKS["other-programs"], {"app.py": app}, tmp_path)
    first, second = result.checks
    assert first.passed, first.found
    assert second.passed is (said is None)
    assert said is None or said in second.found


@pytest.mark.own_process
def test_a_view_that_never_ends_is_named_and_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    """Each request reaches its limit, so that may be short: no other answer is waited for."""
    loop = "import time\n" + ONE_PAGE.replace('("/")\ndef start():', '("/loop/<int:n>")\ndef turn(n):')
    loop = loop.replace('return "Hi"', "time.sleep(99)")
    result = judged(TASKS["converters"], {"app.py": loop}, tmp_path, seconds=0.1)
    assert not result.passed
    assert result.problem is not None
    assert "3 requests did not finish, and the last was GET /loop/" in str(result.problem)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"app.py": "from flask import Flask\napp = Flask(__name__\n"}, "'(' was never closed"),
        (
            {"app.py": "from other import x\n", "other.py": "from app import y\n"},
            "The imports go in a circle",
        ),
        ({"app.py": "import flask_of_nobody\n"}, "No module named 'flask_of_nobody'"),
    ],
)
def test_an_app_that_does_not_load_says_why(texts: dict[str, str], said: str, tmp_path: Path) -> None:
    result = judged(TASKS["the-loop"], texts, tmp_path)
    assert result.broken is not None
    assert said in result.broken.answer.text
    assert not result.passed


def test_two_apps_and_none_are_no_app(tmp_path: Path) -> None:
    two = "from flask import Flask\none = Flask(__name__)\ntwo = Flask(__name__)\n"
    assert (
        judged(TASKS["the-loop"], {"app.py": two}, tmp_path / "a").no_app
        == "app.py has 2 Flask apps, and none is called app: one, two"
    )
    assert judged(TASKS["the-loop"], {"notes.txt": "later"}, tmp_path / "b").no_app is not None
    empty = judged(TASKS["the-loop"], {"app.py": ""}, tmp_path / "c").no_app
    assert empty is not None
    assert empty.startswith("app.py is empty so far.")


def test_an_app_may_be_a_package_or_stand_in_wsgi(tmp_path: Path) -> None:
    two = ONE_PAGE + '\n\n@app.route("/two")\ndef two():\n    return "2"\n'
    assert judged(TASKS["the-loop"], {"shop/__init__.py": two}, tmp_path / "a").passed
    assert judged(TASKS["the-loop"], {"wsgi.py": two}, tmp_path / "b").passed
    write({"shop/__init__.py": two, "tools/__init__.py": "X = 1"}, tmp_path / "c")
    assert target_in(tmp_path / "c") == "shop"


def test_caches_environments_and_hidden_files_are_not_the_apps(tmp_path: Path) -> None:
    names = (
        ".git/x",
        "venv/lib.py",
        "node_modules/x.js",
        "__pycache__/app.pyc",
        "other/pyvenv.cfg",
        "other/x.py",
    )
    write({"app.py": "X = 1", **dict.fromkeys(names, "")}, tmp_path)
    assert [str(name) for name in own_files(tmp_path)] == ["app.py"]


def test_a_folder_with_far_too_much_is_refused_in_a_line(tmp_path: Path) -> None:
    write({f"notes/{number}.txt": "" for number in range(600)}, tmp_path / "app")
    write({"app.py": ONE_PAGE}, tmp_path / "app")
    result = judge_app(
        TASKS["the-loop"].checks,
        copied_app(partial(own_files, tmp_path / "app"), tmp_path / "copy", "routelab"),
        2.0,
    )
    assert "more than 500 files" in str(result.problem)


def test_slips_are_noted_of_ones_own_app(tmp_path: Path) -> None:
    slip = f"{ONE_PAGE}\n\napp.route('/second')\ndef second():\n    return 'x'\n"
    result = judged(TASKS["the-loop"], {"app.py": slip, "flask.py": ""}, tmp_path)
    assert [note.code for note in result.notes] == ["file_shadows_library", "decorator_without_at"]


@pytest.mark.parametrize(
    ("view", "elsewhere"),
    [
        ("def show(title):\n    return title", [True, True]),
        ("def show(name):\n    return {}[name]", [True, False]),  # the second names the KeyError
        ("def show(name):\n    return name, 404", [False]),
    ],
)
def test_a_way_out_is_told_of_what_it_is_for(view: str, elsewhere: list[bool], tmp_path: Path) -> None:
    app = f"{ONE_PAGE}\n\n@app.route('/things/<name>')\n{view}\n"
    result = judged(TASKS["dynamic-segments"], {"app.py": app}, tmp_path)
    assert [each.elsewhere for each in result.checks if not each.passed] == elsewhere


def test_lines_are_counted_without_blank_ones_and_comments(tmp_path: Path) -> None:
    write(
        {"app.py": "# said\n\nX = 1\n    \n  # more\nY = 2\n", "templates/a.html": "<p>\n\n</p>\n"}, tmp_path
    )
    assert Written(own_files(tmp_path)).lines == 4


# Themes


def test_a_theme_is_found_by_its_name_or_by_one_of_its_things() -> None:
    assert theme_named("Books") is theme_named(" book ") is THEMES[1]
    assert theme_named("cars") is theme_named(None) is theme_named("") is None


def test_words_are_put_in_their_places_and_others_are_named() -> None:
    assert (
        in_words_of(THEMES[2], "/{theme.things}/<name> {name} {theme.Thing}") == "/teams/<name> {name} Team"
    )
    assert unknown_words("{theme.thing} {theme.colour}") == ("{theme.colour}",)
    assert in_words_of(DEFAULT, "{theme.colour}") == "{theme.colour}"


# Authors

TASK = """
## Own {#mine}

```toml task
kind = "mine"
ask = "Add a page."
hints = ["Where?"]
after = "Done."
[[check]]
some = "page with an int variable"
expect = ["status == 200"]
wants = "a page with a number"
say = "Add one."
```
"""
SAMPLE = ONE_PAGE + '\n\n@app.route("/<int:n>")\ndef number(n):\n    return str(n)\n'


def broken(folder: Path, change: str = "", sample: str | None = SAMPLE) -> list[str]:
    task = TASK
    for old, new in edits(change) if change else ():
        assert old in task
        task = task.replace(old, new)
    files = (("mine/app.py", sample),) if sample is not None else ()
    lesson = broken_lesson(folder / "greetings", Breaking(files=files))
    (lesson / "lesson.md").write_text((lesson / "lesson.md").read_text() + task)
    return [line.partition("[")[2] for line in shown(proven(lesson, folder / "scratch").findings)]


def test_a_sample_that_does_it_is_proven(tmp_path: Path) -> None:
    assert broken(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("int variable\" => integer variable\"", "there is no 'page with an integer variable' to look for; did you mean"),
        ('wants = "a page with a number"\n => ', "[[check]] has no wants; write one, as in: wants = \"...\""),
        ('some = "page with an int variable"\n => ', "a check says one of some, every and lines"),
        ("some = => lines = 3\nsome =", "a check says one of some, every and lines"),
        ("Add a page => Add {theme.colour}", "no theme has {theme.colour}; there are {theme.title}"),
        ("status == 200 => status == 201", "mine/ does not do it"),
        ('some = "page with an int variable"\nexpect = ["status == 200"] => some = "unknown path"\nexpect = ["status == 404"]', "an app without any route passes all checks"),
        ("wants = => hidden = true\nwants =", "all are hidden; leave one"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_such_a_task_is_told(change: str, said: str, tmp_path: Path) -> None:
    findings = broken(tmp_path, change)
    assert any(said in finding for finding in findings), findings


def test_a_lesson_without_a_sample_or_with_a_broken_one_is_told(tmp_path: Path) -> None:
    (none,) = broken(tmp_path / "none", sample=None)
    assert "there is no mine/ with an app that does it" in none
    (bad,) = broken(tmp_path / "bad", sample="import nothing_of_that_name\n")
    assert "No module named 'nothing_of_that_name'" in bad


def test_two_rules_of_one_view_are_one_page(tmp_path: Path) -> None:
    twice = ONE_PAGE.replace('@app.route("/")', '@app.route("/home")\n@app.route("/")')
    result = judged(TASKS["the-loop"], {"app.py": twice}, tmp_path)
    assert [each.passed for each in result.checks] == [True, False]
    assert "that is 1 of 2" in result.checks[1].found


CLOSED = """
from flask import Flask, redirect, request, session

app = Flask(__name__)
app.secret_key = "x"
app.config["SESSION_COOKIE_SAMESITE"] = "Strict"


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST" and request.form["pw"] == "open sesame":
        session["user"] = "ann"
        return redirect("/inside")
    return "<form method=post><input type=password name=pw></form>"


@app.route("/inside")
def inside():
    return "in" if "user" in session else redirect("/login")
"""


def test_the_cookie_of_a_login_is_seen_where_nothing_else_sets_one(tmp_path: Path) -> None:
    result = judged(TASKS["safety"], {"app.py": CLOSED}, tmp_path)
    assert result.checks[-1].passed, found(result)


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("assert client.get('/')", True),
        ("self.assertEqual(client.get('/').status_code, 200)", True),
        ("with pytest.raises(KeyError): client.get('/')", True),
        ("client.get('/')", False),
    ],
)
def test_a_test_asserts_in_any_way_that_pytest_knows(line: str, whole: bool, tmp_path: Path) -> None:
    test = f"from app import app\ndef test_it(self):\n    client = app.test_client()\n    {line}\n"
    result = judged(TASKS["tests"], {"app.py": ONE_PAGE, "test_app.py": test}, tmp_path)
    assert result.checks[0].passed is whole, found(result)
