"""How replies look: each on a fixed screen, plain and rich; both must say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.screen.rich.console import show
from routelab.screen.rich.writer import view
from routelab.screen.shown.replies import reply_blocks
from routelab.session.reply import Reply
from screens import drawn
from sessions import APP, LESSON, Home, app_of, bundled_lesson, said, write_lesson


def shown(reply: Reply, width: int = 80, height: int = 24) -> list[str]:
    """Return a reply as the rich screen has it; `said` has it as the plain one."""
    return drawn(view(reply_blocks(reply.items)), width=width, height=height)


def test_the_list_has_as_much_of_each_lesson_as_there_is_room_for(tmp_path: Path) -> None:
    session = Home(folder=tmp_path).session()
    lessons = len(session.place.course.summaries)
    opening = session.opening()
    large, usual, narrow = shown(opening, 200, 90), shown(opening), shown(opening, 40, 60)
    assert sum("new, " in line for line in large) == lessons
    unbroken = " ".join(" ".join(large).split())
    assert all(card.goal in unbroken for card in session.place.course.summaries)
    assert len(usual) + 6 <= 24
    assert sum("new, " in line for line in usual) == 1  # the part that the learner is in
    assert [line for line in narrow if "new" in line] == [
        f"  [........] new, {bundled_lesson(0).minutes} minutes"
    ]
    assert "> 0  From an empty file" in narrow
    for lines in (large, usual, narrow):
        assert all(card.title in " ".join(lines) for card in session.place.course.summaries)


WORDS = [
    ("read", "help", ["GET /path", "next", "go to the next page"]),
    ("read", "GET /", ["GET /", "returned 'Hello' (str)", "200 OK", "full shows all"]),
    ("read", "GET /nope", ["no rule fits", "404 NOT FOUND"]),
    ("read", "full", ["No request was sent yet"]),
    ("read", "routes", ["/post/<int:post_id>", "show_post"]),
    ("read", "match /post/x", ["accepts only digits"]),
    ("read", "build home", ["home", "matches back"]),
    ("read", "source home", ["def home():", "app.py"]),
    ("read", "cookies", ["no cookies"]),
    ("read", "find docs", ["1/read"]),
    ("read", "lessons", ["Small", "Do one task of each kind.", "Try out"]),
    ("try", "GET /post/8", ["Not yet", "The argument `post_id` is 8", "should be 7"]),
    ("try", "GET /post/7", ["Right.", "int made a number."]),
    ("try", "h", ["Hint 1 of 2", "It is at /post."]),
    ("guess", "405", ["You said 405; it is 404.", "405 needs a rule whose path fits."]),
    ("guess", "", ["GET /post/-5", "Which status?", "a) 200", "d) not sure, show me"]),
    ("mend", "run", ["checked", "no", "GET /post/-5 gives 404", "1 of 2 checks passes."]),
    ("mend", "diff", ["You have changed nothing yet."]),
]


@pytest.mark.parametrize(("where", "line", "words"), WORDS)
def test_plain_and_rich_say_the_same(tmp_path: Path, where: str, line: str, words: list[str]) -> None:
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small"))
    session.opening(f"1/{where}")
    reply = session.answer(line)
    for width in (80, 40):
        rich = shown(reply, width)
        assert max(map(len, rich)) <= width
        for word in words:
            assert word in said(reply)
            # Where it is narrow, words may be broken over lines.
            assert "".join(word.split()) in "".join("".join(rich).split())


def test_the_page_as_a_learner_sees_it(tmp_path: Path) -> None:
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small"))
    assert shown(session.opening("1/guess")) == [
        "",
        "Guess   Small                                                        page 3 of 4",
        "",
        "Request  GET /post/-5",
        "Which status?",
        "a) 200   b) 404   c) 405   d) not sure, show me",
    ]


def test_choices_that_do_not_fit_have_a_line_each(tmp_path: Path) -> None:
    long = LESSON.replace(
        'query = "status"\nchoices = [200, 404, 405]', f'query = "body"\nchoices = ["{"x " * 30}", "b"]'
    )
    long = long.replace("value = 405", 'value = "b"')
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small", long))
    assert shown(session.opening("1/guess"))[-3:] == [
        f'a) "{"x " * 30}"',
        "b) b",
        "c) not sure, show me",
    ]


def test_an_optional_page_says_so(tmp_path: Path) -> None:
    optional = LESSON.replace('query = "status"', 'optional = true\nquery = "status"')
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small", optional))
    opening = session.opening("1/guess")
    assert shown(opening)[1].endswith("page 3 of 4, optional")
    assert "page 3 of 4, optional: Guess" in said(opening)
    assert "optional" not in said(session.answer("back"))


def test_a_line_to_copy_is_never_folded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small"))
    session.opening("1/read")
    session.answer("GET /token X-Token:a-rather-long-one Accept-Language:de")
    show(reply_blocks(session.answer("as curl").items))
    expected = "curl http://localhost:5000/token -H 'X-Token: a-rather-long-one' -H 'Accept-Language: de'\n"
    assert capsys.readouterr().out == expected


def test_every_kind_of_prose_is_shown(tmp_path: Path) -> None:
    lesson = write_lesson(
        tmp_path / "prose",
        "# P\n\nGoal.\n\n## One\n\n- *first* item\n- `code` item\n\n1. one\n2. **two**\n\n| a | b |\n|---|---|\n"
        "| 1 | 2 |\n\n```python\nx = 1\n```\n\n```python app.py:home\n```\n\nSee [docs](https://e.org/d) or <https://e.org/e>.\n",
    )
    opening = Home(folder=tmp_path / "home").session(lesson).opening("1")
    for text in ("\n".join(shown(opening)), said(opening)):
        for word in (
            "- first item",
            "`code`",
            "2. two",
            "x = 1",
            "def home():",
            "(https://e.org/d)",
            "https://e.org/e",
        ):
            assert word in text
    assert "a: 1; b: 2" in said(opening)


@pytest.mark.parametrize("line", ["GET /", "full"])
def test_a_body_is_shown_as_it_is_whatever_it_says(tmp_path: Path, line: str) -> None:
    app = APP.replace('"Hello"', '"a long list; -v shows all"')
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small", app=app))
    session.opening("1/read")
    session.answer("GET /")
    reply = session.answer(line)
    for text in ("\n".join(shown(reply)), said(reply)):
        assert "\na long list; -v shows all" in text


def test_a_long_body_says_what_shows_all_of_it_at_the_prompt(tmp_path: Path) -> None:
    session = Home(folder=tmp_path / "home").session(
        write_lesson(tmp_path / "small", app=APP.replace('"Hello"', '"x" * 5000'))
    )
    session.opening("1/read")
    reply = session.answer("GET /")
    for text in ("\n".join(shown(reply)), said(reply)):
        assert "... (4600 more characters; full shows all)" in text


@pytest.mark.parametrize("loads", [True, False])
def test_an_edit_whose_file_is_gone_is_told_alike(tmp_path: Path, loads: bool) -> None:
    text = LESSON if loads else LESSON.replace('kind = "try"', 'kind = "try"\nloads = false')
    lesson = write_lesson(tmp_path / "small", text)
    session = Home(folder=tmp_path / "home").session(lesson)
    session.opening("1/mend")
    assert app_of(session).sandbox.lab
    for file in (tmp_path / "home" / "work").rglob("app.py"):
        file.unlink()
    reply = session.answer("run")
    for text in ("\n".join(shown(reply, 200)), said(reply)):
        assert "There is nothing to check: " in text
        assert " ".join(text.split()).endswith("reset puts the lesson's files back.") is loads


def test_a_mistake_in_another_file_is_told_without_the_view_that_ran_well(tmp_path: Path) -> None:
    session = Home(folder=tmp_path).session()
    session.opening("23/missing")
    told = " ".join(shown(session.answer("run")))
    assert "Only functions whose names begin with `test_` are run." in told
    assert "def run(name)" not in told


def test_a_mistake_is_told_alike_with_what_was_sent_first_and_why(tmp_path: Path) -> None:
    lesson = LESSON.replace('because = "Text', 'before = ["GET /"]\nbecause = "Text')
    session = Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small", lesson))
    session.opening("1/mend")
    file = app_of(session).main_file
    assert file is not None
    file.write_text(APP.replace("<int:post_id>", "<post_id>"), encoding="utf-8")
    reply = session.answer("run")
    for text in ("\n".join(shown(reply)), said(reply)):
        for words in (
            "This was sent after GET /.",
            "Text must stay out.",
            "1 of 2 checks passes",
            "Now text fits",
        ):
            assert words in text


FAILING = """
from flask import Flask, abort

app = Flask(__name__)


@app.before_request
def guard():
    abort(403)


@app.route("/")
def home():
    return "Hello"
"""


def test_a_step_that_decided_a_failure_is_shown_whatever_the_lesson_shows(tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "small", app=FAILING)
    session = Home(folder=tmp_path / "home").session(lesson)
    session.opening("1/read")
    reply = session.answer("GET /")
    assert "Hook: " in said(reply)
    assert any(" hook " in line for line in shown(reply))
    assert "Session: " not in said(reply)


def test_what_is_sent_first_is_one_block_below_the_request(tmp_path: Path) -> None:
    lines = shown(Home(folder=tmp_path).session().opening("21/reload"))
    begun = next(at for at, line in enumerate(lines) if line.startswith("Request"))
    sent_first = lines[
        begun + 1 : lines.index(next(line for line in lines if line.startswith("Ann signed up")))
    ]
    assert len(sent_first) == 2
    assert all(line.startswith(" " * 9) for line in sent_first)
    assert "after POST /signup name=Ann seats=2 -f, then POST" in " ".join(sent_first)


def test_what_is_sent_before_checks_begins_in_one_column(tmp_path: Path) -> None:
    lines = shown(Home(folder=tmp_path).session().opening("21/redirect"))
    columns = {line.index("after POST") for line in lines if "after POST" in line}
    assert columns == {len("Checked with  GET /  ")}
