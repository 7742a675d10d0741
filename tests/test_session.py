"""The session: a line in, a reply out, in the list of lessons, in a lesson and in play."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.lessons.findings import LessonInvalid
from routelab.lessons.progress import State
from routelab.lessons.prose import plain
from routelab.lessons.records import EditTask, PredictTask
from routelab.session.commands import COMMANDS, commands_for
from routelab.session.completion import completions
from routelab.session.errors import NoSuchLesson
from routelab.session.reply import (
    Checked,
    CourseShown,
    DiffShown,
    Listing,
    NotYet,
    OpenEditor,
    PageShown,
    Quit,
    RoutesShown,
    TraceShown,
)
from routelab.session.session import Session
from routelab.session.watch import News
from routelab.session.where import Where
from routelab.session.workshop import Workshop
from sessions import (
    APP,
    NOON,
    SOLUTION,
    TAUGHT,
    Edit,
    Home,
    bundled_lesson,
    kinds,
    moves_through,
    only,
    right_label,
    said,
    write_lesson,
)
from support import write_app


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(folder=tmp_path / "home")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_lesson(tmp_path / "small")


def at(session: Session, where: str) -> Session:
    session.opening(f"1/{where}")
    return session


def work_of(home: Home) -> Path:
    (folder,) = (home.folder / "work").iterdir()
    return folder


# The list


def test_the_list_says_what_each_lesson_is_about_and_enter_starts_the_first(home: Home) -> None:
    session = home.session()
    opening = session.opening()
    shown = only(opening, CourseShown)
    assert isinstance(shown, CourseShown)
    cards = [card for _, cards in shown.parts for card in cards]
    assert [card.title for card in cards[:2]] == ["The loop", "Dynamic segments"]
    assert all(card.goal and card.pages for card in cards)
    assert opening.prompt.bottom().startswith("Enter: start lesson 1, The loop.")
    assert only(session.answer(""), PageShown)
    assert session.here is Where.LESSON


def test_who_has_little_time_is_told_where_to_go(home: Home, small: Path) -> None:
    minutes = sum(bundled_lesson(number).minutes or 0 for number in (1, 2, 4))
    assert f"1, 2 and 4 take {minutes} minutes" in said(home.session().opening())
    assert minutes <= 45
    assert "Short on time" not in said(home.session(small).opening())


@pytest.mark.parametrize(
    "typed", ["2", "02", "dynamic-segments", "02-dynamic-segments", "Dynamic Segments", "lessons 2"]
)
def test_a_lesson_is_begun_by_number_or_name(home: Home, typed: str) -> None:
    session = home.session()
    session.opening()
    shown = only(session.answer(typed), PageShown)
    assert isinstance(shown, PageShown)
    assert shown.lesson.title == "Dynamic segments"


def test_a_page_is_reached_by_number_or_id(home: Home) -> None:
    for where in ("2/too-many", "2/3"):
        assert home.session().opening(where).prompt.place == "dynamic-segments, page 3 of 9"


def test_unknown_lessons_and_pages_say_what_there_is(home: Home) -> None:
    session = home.session()
    with pytest.raises(NoSuchLesson, match="there are 1 to"):
        session.opening("99")
    session.opening()
    assert "There is no lesson '99'" in said(session.answer("lessons 99"))
    session.answer("2")
    assert "user, album" in said(session.answer("lessons 2/nope"))


def test_a_request_in_the_list_starts_a_lesson_and_is_not_lost(home: Home) -> None:
    session = home.session()
    session.opening()
    reply = session.answer("GET /")
    assert reply.line == "GET /"
    assert reply.prompt.place == "the-loop, page 1 of 8"


def test_find_names_pages_that_say_a_word(home: Home) -> None:
    session = home.session()
    session.opening()
    rows = only(session.answer("find segment"), Listing)
    assert isinstance(rows, Listing)
    assert "2/too-many" in [name for name, _ in rows.rows]
    assert "No page says" in said(session.answer("find zebra"))


# Whole lessons


@pytest.mark.parametrize("number", TAUGHT)
def test_a_bundled_lesson_is_finished_from_start_to_end(home: Home, number: int) -> None:
    session = home.session()
    session.opening(str(number))
    lesson = bundled_lesson(number)
    work = home.folder / "work" / session.lesson.card.key
    for move in moves_through(lesson, work):
        if isinstance(move, Edit):
            move.make()
            continue
        reply = session.answer(move)
    assert "You have finished" in said(reply)
    states = home.desk().progress.progress.of(session.lesson.card.key).pages
    assert states == {page.id: State.DONE for page in lesson.pages}
    following = f"start lesson {number + 1}, " if number < len(TAUGHT) else "back to the list"
    assert reply.prompt.enter.startswith(following)


@pytest.mark.parametrize("number", TAUGHT)
def test_every_wrong_guess_in_a_bundled_lesson_is_told_what_was_right(home: Home, number: int) -> None:
    lesson = bundled_lesson(number)
    for place, page in enumerate(lesson.pages, start=1):
        if not isinstance(page.task, PredictTask):
            continue
        right = right_label(lesson, page.task, page.files)
        for letter, choice in zip("abcdefgh", page.task.choices, strict=False):
            session = home.session(guest=True)
            session.opening(f"{number}/{place}")
            told = said(session.answer(letter))
            assert (f"Right: {choice.label}" in told) == (letter == right)
            assert letter == right or "It was " in told
            assert letter == right or plain(choice.say) in told.replace("\n", " ")


@pytest.mark.parametrize("number", TAUGHT)
def test_every_foreseen_mistake_in_a_bundled_lesson_is_told_by_its_words(tmp_path: Path, number: int) -> None:
    lesson = bundled_lesson(number)
    for place, page in enumerate(lesson.pages, start=1):
        for mistake in page.task.mistakes if isinstance(page.task, EditTask) else ():
            home = Home(folder=tmp_path / f"{place}-{mistake.line}")
            session = home.session()
            session.opening(f"{number}/{place}")
            for change in mistake.replace:
                file = work_of(home) / change.file
                file.write_text(file.read_text("utf-8").replace(change.old, change.new), "utf-8")
            assert plain(mistake.say) in said(session.answer("run")), f"{page.id}, line {mistake.line}"


def test_progress_is_told_in_the_list_and_the_next_start_resumes(home: Home) -> None:
    session = home.session()
    session.opening("2")
    session.answer("GET /user/alice")
    session.answer("")
    session.answer("skip")
    shown = only(home.session().opening(), CourseShown)
    assert isinstance(shown, CourseShown)
    (card,) = [card for _, cards in shown.parts for card in cards if card.number == 2]
    assert (card.finished, card.words, card.here) == (2, "1 done, 1 skipped", True)
    assert home.session().opening("2").prompt.place == "dynamic-segments, page 3 of 9"
    again = home.session()
    assert again.opening().prompt.enter == "go on with lesson 2, Dynamic segments"
    assert again.answer("").prompt.place == "dynamic-segments, page 3 of 9"


def test_a_guest_leaves_nothing(home: Home, small: Path) -> None:
    session = home.session(small, guest=True)
    session.opening("1")
    session.answer("")
    assert not home.progress.exists()


# Tasks


def test_a_page_without_a_task_is_done_by_reading(home: Home, small: Path) -> None:
    session = home.session(small)
    assert session.opening("1").prompt.enter == "next page"
    session.answer("")
    (states,) = [lesson.pages for lesson in home.desk().progress.progress.lessons.values()]
    assert states == {"read": State.DONE}


def test_try_says_what_is_missing_then_that_it_is_right(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    reply = session.answer("GET /post/8")
    assert kinds(reply) == ["TraceShown", "NotYet"]
    assert 'wanted arg "post_id" == 7; it was 8' in said(reply)
    reply = session.answer("GET /post/7")
    assert "Right." in said(reply)
    assert "int made a number." in said(reply)
    assert reply.prompt.enter == "next page"
    assert not isinstance(reply.items[-1], NotYet)


def test_before_is_sent_when_the_page_is_opened(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    assert "session" in said(session.answer("cookies"))


def test_starting_afresh_says_what_was_sent_again(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    assert "started afresh, and this was sent: POST /login name=ann -f" in said(session.answer("run"))
    assert "session" in said(session.answer("cookies"))
    session.answer("lessons 1/read")
    assert "started afresh; its cookies are gone." in said(session.answer("run"))


def test_enter_shows_the_task_again_and_next_wants_it_skipped(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    assert kinds(session.answer("")) == ["TaskShown"]
    assert "still open" in said(session.answer("next"))
    assert session.answer("skip").prompt.place.endswith("page 3 of 4")
    assert session.answer("back").prompt.enter == "show the task again"


def test_hints_come_one_by_one_and_the_solution_after_a_question(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    assert "Hint 1 of 2: It is at /post." in said(session.answer("h"))
    assert "Hint 2 of 2" in said(session.answer("HINT"))
    question = session.answer("solution")
    assert "(y/n)" in said(question)
    assert question.prompt.enter == "no"
    assert "Left as it is" in said(session.answer(""))
    session.answer("solution")
    shown = session.answer("Y")
    assert shown.line == "GET /post/7"
    assert next(iter(home.desk().progress.progress.lessons.values())).pages == {"try": State.SEEN}


def test_another_line_than_yes_or_no_drops_the_question(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    session.answer("solution")
    assert "Right." in said(session.answer("GET /post/7"))


@pytest.mark.parametrize("guess", ["b", "B", "b)", "404", "'404'", "404."])
def test_a_guess_is_a_letter_or_the_value(home: Home, small: Path, guess: str) -> None:
    session = at(home.session(small), "guess")
    reply = session.answer(guess)
    assert "Right: 404." in said(reply)
    shown = only(reply, TraceShown)
    assert isinstance(shown, TraceShown)
    assert shown.stepwise


def test_a_wrong_guess_is_told_why_and_not_sure_counts_as_seen(home: Home, small: Path) -> None:
    reply = at(home.session(small), "guess").answer("405")
    assert "It was 404." in said(reply)
    assert "405 needs a rule" in said(reply)


def test_not_sure_is_shown_and_counts_as_seen(home: Home, small: Path) -> None:
    session = at(home.session(small), "guess")
    assert "It was 404." in said(session.answer("d"))
    assert next(iter(home.desk().progress.progress.lessons.values())).pages == {"guess": State.SEEN}
    assert "Right: 404." in said(session.answer("b"))


@pytest.mark.parametrize("line", ["GET /post/-5", "get /post/7", "curl localhost:5000/", "banana", "/"])
def test_before_the_guess_everything_else_is_asked_to_wait(home: Home, small: Path, line: str) -> None:
    reply = at(home.session(small), "guess").answer(line)
    assert "Guess first" in said(reply)
    assert not [item for item in reply.items if isinstance(item, TraceShown)]


def test_commands_work_before_the_guess(home: Home, small: Path) -> None:
    session = at(home.session(small), "guess")
    assert kinds(session.answer("routes")) == ["RoutesShown"]
    assert "page 2 of 4" in session.answer("back").prompt.place


# Edits


def test_saving_runs_the_checks_and_names_foreseen_mistakes(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    assert not session.has_news()
    file.write_text(APP.replace("<int:post_id>", "<post_id>"), encoding="utf-8")
    assert session.has_news()
    reply = session.look()
    checked = only(reply, Checked)
    assert isinstance(checked, Checked)
    assert (checked.news, checked.at) == (News(saved=("app.py",)), NOON)
    assert "Now text fits too." in said(reply)
    assert "no  GET /post/abc  status == 404: it was 200" in said(reply)
    assert "1 of 2 requests as wanted." in said(reply)
    file.write_text(SOLUTION, encoding="utf-8")
    assert "Right: all of it holds." in said(session.look())
    assert not session.has_news()


def test_an_edit_that_does_not_load_is_told_by_its_line(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    file.write_text(APP + "\ndef broken(:\n", encoding="utf-8")
    assert "SyntaxError" in said(session.look())
    file.unlink()
    assert "nothing to check" in said(session.look())
    assert "nothing to check" in said(session.answer(""))


def test_edit_diff_and_reset_keep_the_learners_work(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    assert session.answer("edit").action == OpenEditor(file=file)
    assert "changed nothing" in said(session.answer("diff"))
    file.write_text(SOLUTION, encoding="utf-8")
    assert isinstance(only(session.answer("diff"), DiffShown), DiffShown)
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
    shown = only(session.answer("y"), DiffShown)
    assert isinstance(shown, DiffShown)
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
    shown = only(session.answer("y"), DiffShown)
    assert isinstance(shown, DiffShown)
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
    assert "These requests are sent: GET /b (after GET /a), GET /b?x=1 (after GET /a)" in shown
    opened = session.answer("edit").action
    assert isinstance(opened, OpenEditor)
    assert opened.file == file
    checked = said(session.answer("run"))
    assert checked.count("NameError at app.py:13: name 'gone' is not defined") == 1
    assert checked.count("This was sent after GET /a.") == 2


def test_requests_see_what_was_saved(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    session.answer("GET /")
    (work_of(home) / "app.py").write_text(APP.replace('"Hello"', '"Changed"'), encoding="utf-8")
    assert "Changed" in said(session.answer("GET /"))


def test_without_room_for_copies_the_lesson_goes_on(home: Home, small: Path) -> None:
    home.folder.mkdir()
    (home.folder / "work").write_text("no folder", encoding="utf-8")
    session = at(home.session(small), "try")
    assert "cannot be kept" in said(session.opening("1/mend"))
    assert "Right" not in said(session.answer(""))


def test_a_progress_that_cannot_be_saved_is_told_once(home: Home, small: Path) -> None:
    home.folder.write_text("no folder", encoding="utf-8")
    session = Home(folder=home.folder).session(small)
    assert said(session.opening("1")).count("not saved") == 1
    assert "not saved" not in said(session.answer(""))


# Lines


HALF_RIGHT = [
    ("get status", "GET /status"),
    ("user/alice", "GET /user/alice"),
    ("token", "GET /token"),
    ("GET", "GET /"),
    ("post login", "POST /login"),
]


@pytest.mark.parametrize(("typed", "offered"), HALF_RIGHT)
def test_half_a_request_comes_back_editable(home: Home, small: Path, typed: str, offered: str) -> None:
    reply = at(home.session(small), "read").answer(typed)
    assert (reply.line, reply.understood) == (offered, False)


REQUESTS = [
    "GET /",
    "get /",
    "/",
    "`GET /`",
    "'GET /'",
    "$ routelab request GET /",
    "> GET /",
    "http://localhost:5000/",
    "localhost:5000/",
    "curl http://localhost:5000/",
    "curl -s localhost:5000",
    "GET / HTTP/1.1",
]


@pytest.mark.parametrize("typed", REQUESTS)
def test_requests_are_known_however_they_are_written(home: Home, small: Path, typed: str) -> None:
    shown = only(at(home.session(small), "read").answer(typed), TraceShown)
    assert isinstance(shown, TraceShown)
    assert (shown.trace.request.method, shown.trace.request.path) == ("GET", "/")


WORDS = [("exit", Quit), ("BYE", Quit), ("q", Quit), (".quit", Quit), (":q", Quit), ("quit()", Quit)]


@pytest.mark.parametrize(("typed", "action"), WORDS)
def test_leaving_goes_by_many_names(home: Home, small: Path, typed: str, action: type) -> None:
    assert isinstance(at(home.session(small), "read").answer(typed).action, action)


NEAREST = [("halp", "help"), ("hnt", "hint"), ("rotues", "routes"), ("nxt", "next"), ("solutoin", "solution")]


@pytest.mark.parametrize(("typed", "near"), NEAREST)
def test_a_misspelt_word_gets_the_nearest(home: Home, small: Path, typed: str, near: str) -> None:
    assert at(home.session(small), "read").answer(typed).line == near


NONSENSE = [
    "asdf",
    "was ist das?",
    "ééé",
    "\x00",
    "🦊",
    "a" * 5000,
    "<script>",
    "[bold]x",
    "=",
    "-",
    "def f():",
    "1",
]


@pytest.mark.parametrize("typed", NONSENSE)
@pytest.mark.parametrize("where", ["read", "try", "guess", "mend"])
def test_nonsense_leads_on_and_moves_nobody(home: Home, small: Path, typed: str, where: str) -> None:
    session = at(home.session(small), where)
    before = session.look().prompt.place
    reply = session.answer(typed)
    assert reply.items
    assert reply.prompt.place == before


def test_enter_does_only_what_the_bottom_line_says(home: Home, small: Path) -> None:
    for where, does in (("read", "page 2"), ("try", "page 2"), ("guess", "page 3"), ("mend", "page 4")):
        assert does in at(home.session(small), where).answer("  ").prompt.place


def test_a_paste_runs_line_by_line_up_to_the_first_nonsense(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    reply = session.answer(
        "GET /\n\ncurl localhost:5000/token \\\n  -H 'X-Token: 7'\nblah blah\nGET /token\n"
    )
    shown = [item for item in reply.items if isinstance(item, TraceShown)]
    assert [item.trace.request.path for item in shown] == ["/", "/token"]
    assert "The other 1 of 4 pasted lines were not run." in said(reply)
    assert not any(item.stepwise for item in shown)


def test_comments_are_no_enter(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert session.answer("# now the next").prompt.place.endswith("page 1 of 4")


# Commands


def test_headers_that_are_set_stay_for_the_page_and_stand_in_the_prompt(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert session.answer("set X-Token: 7").prompt.text.endswith("[X-Token]> ")
    assert "'7'" in said(session.answer("GET /token"))
    assert "'9'" in said(session.answer("GET /token X-Token:9"))
    assert session.answer("").prompt.headers == ()
    session.answer("set X-Token:1")
    assert session.answer("unset x-token").prompt.headers == ()
    assert session.answer("set nonsense").items
    assert "control character" in said(session.answer("set A:\x01"))


def test_the_last_trace_again_in_steps_or_whole(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert "No request was sent yet" in said(session.answer("full"))
    session.answer("GET /")
    stepped, whole = only(session.answer("step"), TraceShown), only(session.answer("full"), TraceShown)
    assert isinstance(stepped, TraceShown)
    assert isinstance(whole, TraceShown)
    assert (stepped.stepwise, stepped.full, whole.stepwise, whole.full) == (True, False, False, True)


def test_source_match_build_routes_and_as_curl(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert "   1  from flask" in said(session.answer("source"))
    assert "12  @app.route" in said(session.answer("source show_post"))
    assert "Did you mean show_post?" in said(session.answer("source show_pots"))
    session.answer("GET /post/7")
    assert "def show_post" in said(session.answer("source"))
    assert isinstance(only(session.answer("routes"), RoutesShown), RoutesShown)
    assert "takes digits only" in said(session.answer("match /post/x"))
    assert session.answer("match post/x").line == "match GET /post/x"
    assert "/post/3" in said(session.answer("url_for('show_post', post_id=3)"))
    assert "/post/3" in said(session.answer("build show_post post_id:=3"))
    assert "no value" in said(session.answer("build show_post"))
    assert "write it as in" in said(session.answer("url_for(")).casefold()
    assert said(session.answer("as curl")) == "curl http://localhost:5000/post/7"


def test_as_curl_takes_the_cookies_along(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    session.answer("POST /login name=ann -f")
    session.answer("GET /")
    assert "Cookie: session=" in said(session.answer("as curl"))
    session.answer("cookies clear")
    session.answer("GET /")
    assert "Cookie" not in said(session.answer("as curl"))


def test_help_lists_the_table_and_explains_a_word(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    text = said(session.answer("help"))
    for command in commands_for(Where.LESSON):
        assert f"{command.usage}: {command.summary}" in text
    assert said(session.answer("help n")) == "next: go to the next page (or: n)"
    near = session.answer("help hnit")
    assert (near.line, near.understood) == ("help hint", False)


def test_help_explains_the_words_of_the_field(home: Home) -> None:
    session = home.session()
    session.opening("1")
    endpoint = said(session.answer("help endpoint"))
    assert endpoint.startswith("endpoint: The name of a row")
    assert "Lesson 11, The route table, introduces it." in endpoint
    routes = said(session.answer("help routes"))
    assert "list the app's rules" in routes
    assert "route: The line above a function" in routes
    assert session.answer("help endpont").line == "help endpoint"
    unknown = session.answer("help xyzzy")
    assert (unknown.line, unknown.understood) == ("find xyzzy", False)
    assert session.answer("what is an endpoint?").line == "help endpoint"


def test_lessons_from_elsewhere_have_the_words_but_not_the_lessons(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert len(session.answer("help endpoint").items) == 1


def test_single_letters_are_n_h_and_q_only() -> None:
    letters = {name for each in COMMANDS for name in (each.name, *each.aliases) if len(name) == 1}
    assert letters == {"n", "h", "q"}


def test_a_word_of_another_place_says_where_it_belongs(home: Home) -> None:
    session = home.session()
    session.opening()
    assert "in a lesson" in said(session.answer("hint"))


def test_a_switch_is_set_to_what_is_said(home: Home) -> None:
    session = home.session()
    session.opening()
    for line, told in (
        ("switch completion off", "completion is off now"),
        ("switch completion off", "completion is off now"),
        ("switch completion", "completion is on now"),
        ("switch bottom line off", "bottom-line is off now"),
        ("switch plain on", "shows plain lines"),
        ("switch plain on", "shows plain lines"),
        ("switch nope", "There is no switch 'nope'."),
    ):
        assert told in said(session.answer(line))
    assert "no switch" not in said(session.answer("switch"))


def test_a_number_in_the_list_is_a_lesson(home: Home) -> None:
    session = home.session()
    session.opening()
    assert "there is no lesson '99'" in said(session.answer("99")).casefold()


def test_source_and_requests_without_the_file_lead_on(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    (work_of(home) / "app.py").unlink()
    for line in ("source", "GET /", "routes"):
        assert "reset puts" in said(session.answer(line))
    assert "There is nothing to check" in said(session.answer("run"))
    session.answer("reset")
    session.answer("y")
    assert "Hello" in said(session.answer("GET /"))


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


def test_hints_are_offered_only_where_there_are_some(home: Home, small: Path) -> None:
    assert "h hint" in at(home.session(small), "try").look().prompt.bottom()
    session = at(home.session(small), "guess")
    assert "h hint" not in session.look().prompt.bottom()
    assert "h gives" not in said(session.answer("next"))


def test_switches_are_remembered(home: Home) -> None:
    session = home.session()
    session.opening()
    session.answer("switch completion")
    session.answer("switch plain")
    settings = home.desk().settings
    assert (settings.is_on("completion"), settings.is_on("highlighting"), settings.plain) == (
        False,
        True,
        True,
    )
    assert json.loads((home.folder / "settings.json").read_text())["off"] == ["completion"]


# Play


@pytest.fixture
def playing(home: Home, tmp_path: Path) -> tuple[Session, Path]:
    file = write_app(tmp_path / "shop", APP)
    desk = home.desk()
    workshop = Workshop("app.py", lambda: load("app.py", engine="routelab", folder=file.parent), desk.now)
    return Session(home.course(), desk, workshop), file


def test_play_reloads_on_save_and_keeps_cookies(playing: tuple[Session, Path]) -> None:
    session, file = playing
    assert session.opening().prompt.bottom().startswith("Enter: show the routes.")
    session.answer("POST /login name=ann -f")
    file.write_text(APP.replace('"Hello"', 'session["name"]'), encoding="utf-8")
    assert session.has_news()
    assert "app.py was saved" in said(session.look())
    assert "ann" in said(session.answer("GET /"))
    file.write_text("boom(", encoding="utf-8")
    assert "SyntaxError" in said(session.look())
    assert "SyntaxError" in said(session.answer("GET /"))
    assert "SyntaxError" in said(session.answer("routes"))
    file.write_text(APP, encoding="utf-8")
    assert "was loaded anew" in said(session.look())
    assert "Hello" in said(session.answer(""))


NAMED = APP.replace(
    '@app.route("/token")',
    '@app.route("/<name>")\ndef named(name):\n    return name\n\n\n@app.route("/token")',
)


def test_rules_that_were_never_reached_are_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_app(tmp_path / "shop", NAMED)
    workshop = Workshop(
        "app.py", lambda: load("app.py", engine="routelab", folder=file.parent), home.desk().now
    )
    session = Session(home.course(), home.desk(), workshop)
    session.opening()
    for line in ("GET /token", "match /token"):
        told = said(session.answer(line))
        assert "Would fit, but never reached:\n  shadowed /<name>" in told
        assert "/post/" not in told
    for line in ("match -v /token", "match /token -v", "full"):
        assert "no /post/<int:post_id>" in said(session.answer(line))
    monkeypatch.setattr("routelab.session.bench._FEW_RULES", 3)
    assert "/<name>" not in said(session.answer("GET /token"))
    assert "/<name>" not in said(session.answer("match /token"))
    assert "shadowed /<name>" in said(session.answer("match -v /token"))


def test_completing_a_path_never_loads_the_app(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    paths = [choice.shown for choice in completions(session, "GET /to")]
    assert paths == ["/token"]
    loaded = write_app(file.parent, "", "loaded.txt")
    loaded.unlink()
    file.write_text(f"open({str(loaded)!r}, 'w').close()\n" + APP.replace("/token", "/tokens"), "utf-8")
    session.bench.refresh()  # as a request does that finds the file saved
    assert [choice.shown for choice in completions(session, "GET /to")] == paths
    assert not loaded.exists()
    session.answer("GET /")
    assert [choice.shown for choice in completions(session, "GET /to")] == ["/tokens"]


def completed(session: Session, typed: str) -> list[str]:
    return [f"{typed[: len(typed) - choice.length]}{choice.text}" for choice in completions(session, typed)]


COMPLETED = [
    ("lesson ", ["lesson 1", "lesson 2"]),
    ("list ", ["list 1", "list 2"]),
    (".unset X", [".unset X-Token"]),
    ("match ge", ["match GET"]),
    ("match /po", ["match /post/"]),
    ("build show_post ", ["build show_post post_id="]),
    ("url_for(", ["url_for('home'", "url_for('login'"]),
    ("url_for('sho", ["url_for('show_post'"]),
    ('url_for("sho', ['url_for("show_post"']),
    ("url_for('show_post', p", ["url_for('show_post', post_id="]),
    ("GET / acc", ["GET / Accept:", "GET / Accept-Language:"]),
    ("rou", ["routes"]),
    ("", []),
]


@pytest.mark.parametrize(("typed", "expected"), COMPLETED)
def test_what_may_follow_is_offered(
    home: Home, small: Path, tmp_path: Path, typed: str, expected: list[str]
) -> None:
    session = at(home.session(small, write_lesson(tmp_path / "other")), "read")
    session.answer("set X-Token:1")
    assert completed(session, typed)[:2] == expected


def test_the_paths_of_an_edit_can_be_completed_at_once(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    (work_of(home) / "app.py").write_text(SOLUTION.replace("/token", "/tokens"), encoding="utf-8")
    session.look()
    assert [choice.shown for choice in completions(session, "GET /to")] == ["/tokens"]


NEWS = [
    (News(), ""),
    (News(saved=("a.py",)), "a.py was saved"),
    (News(saved=("a.py", "b.py", "c.py")), "a.py, b.py and c.py were saved"),
    (News(gone=("a.py",)), "a.py is gone"),
    (News(saved=("a.py",), gone=("b.py", "c.py")), "a.py was saved, b.py and c.py are gone"),
]


@pytest.mark.parametrize(("news", "told"), NEWS)
def test_what_happened_to_files(news: News, told: str) -> None:
    assert (str(news), bool(news)) == (told, bool(told))


def test_a_file_that_is_deleted_is_gone(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    extra = write_app(file.parent, "hello", "templates/a.html")
    assert "templates/a.html was saved, and the app was loaded anew" in said(session.look())
    extra.unlink()
    assert "templates/a.html is gone, and the app was loaded anew" in said(session.look())


def test_play_has_no_lesson_words(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    assert "in a lesson" in said(session.answer("hint"))
    assert session.answer("edit").action == OpenEditor(file=file)
    assert "hint" not in said(session.answer("help")).split()


def test_a_deleted_app_is_an_error_in_one_line(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    file.unlink()
    assert "\n" not in said(session.look())
    assert said(session.answer("GET /"))


def test_a_view_that_is_interrupted_leaves_a_trace(home: Home, tmp_path: Path) -> None:
    app = APP + "\n\n@app.route('/stop')\ndef stop():\n    raise KeyboardInterrupt\n"
    lesson = write_lesson(tmp_path / "l", app=app, solution=app)
    assert "Ctrl-C ended the request" in said(at(home.session(lesson), "read").answer("GET /stop"))


def test_an_invalid_lesson_says_where(home: Home, tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "bad", lesson="# Bad\n")
    with pytest.raises(LessonInvalid, match=r"lesson\.md"):
        home.session(lesson).opening("1")


def test_replies_and_prompts_never_raise_on_any_command(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    for command in COMMANDS:
        for rest in ("", "x", "/", "'", "= :"):
            reply = session.answer(f"{command.name} {rest}")
            if command.name == "lessons":
                session.opening("1/read")
            assert reply._replace(line="").prompt is not None
