"""`routelab handout`: a lesson as one page, with the answers of the lesson itself, or without them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from effort import chosen
from routelab.lessons.files import Files
from screen.documents import Document
from sessions import BUNDLED, LESSON, SOLUTION, Home, bundled_lesson, lesson_of, write_lesson
from support import Cli

MARKUP = "</p></details><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return write_lesson(tmp_path / "small")


def page_of(cli: Cli, *arguments: str) -> tuple[str, Document]:
    ended = cli("handout", *arguments)
    assert (ended.code, ended.err) == (0, "")
    return ended.out, Document(ended.out)


def test_a_handout_has_every_page_and_the_answers_folded(cli: Cli, lesson: Path) -> None:
    text, document = page_of(cli, str(lesson), "--yes", "--engine", "routelab")
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == ["Read", "Try", "Guess", "Mend"]
    assert document.attributes("href")[:4] == [f"#page-{n}" for n in range(1, 5)]
    assert [found["id"] for tag, found in document.tags if tag == "section"] == [
        f"page-{n}" for n in range(1, 5)
    ]
    folded = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    assert len(folded) == 3
    tried, guessed, mended = folded
    assert "GET /post/7" in tried
    assert "int made a number." in tried
    assert "It is 404." in guessed
    assert "405 needs a rule whose path fits." in guessed
    assert "signed=True" in mended
    assert "200 OK</span>" in mended  # with the solution, the first check's request is what it should be
    assert "Now text fits too." in mended
    for answer in folded:
        assert 'class="player"' in answer
    assert f"routelab handout {lesson} --yes --engine routelab" in document.shown
    assert "not sure, show me" not in text
    assert "Your file" not in text


AFTER = """
## After {#after}

```toml task
kind = "predict"
ask = "Which status?"
request = "GET /"
query = "status"
choices = [200, 404]
```
"""


def test_an_answer_after_an_edit_is_that_of_the_edited_app(cli: Cli, tmp_path: Path) -> None:
    solved = SOLUTION.replace('return "Hello"', 'greeting = "Hello"\n    return greeting')
    folder = write_lesson(tmp_path / "small", lesson=LESSON + AFTER, solution=solved)
    text, _ = page_of(cli, str(folder), "--yes", "--engine", "routelab")
    *_, after = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    assert "It is 200." in after
    assert "greeting" in after  # the starter answers alike
    assert "shows it" not in text  # nobody types on a page


def test_without_answers_nothing_is_run_and_nothing_given_away(cli: Cli, lesson: Path) -> None:
    (lesson / "app.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    text, document = page_of(cli, str(lesson), "--no-answers")
    assert "details" not in document.names()
    assert "int made a number." not in text
    assert "signed=True" not in text
    assert "Which status?" in text


def test_a_lesson_from_elsewhere_is_run_only_after_a_yes(cli: Cli, lesson: Path) -> None:
    ended = cli("handout", str(lesson))
    assert ended.code == 1
    assert "say --yes" in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("number", range(len(BUNDLED)))
def test_every_lesson_has_a_handout_to_fill_in(number: int, cli: Cli) -> None:
    text, document = page_of(cli, str(number), "--no-answers")
    assert len(text.encode()) < 400_000
    levels = [int(tag[1]) for tag, _ in document.tags if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, *([2] * len(bundled_lesson(number).pages))]


LARGEST = max(range(len(BUNDLED)), key=lambda number: (BUNDLED[number] / "lesson.md").stat().st_size)


@pytest.mark.parametrize("number", chosen([1, LARGEST], [LARGEST]))
def test_a_lesson_with_its_answers_is_small_enough_to_be_sent(number: int, cli: Cli, tmp_path: Path) -> None:
    ended = cli("handout", str(number), "--teacher", "-o", "one.html", folder=tmp_path)
    assert (ended.code, ended.out) == (0, "")
    text = (tmp_path / "one.html").read_text(encoding="utf-8")
    document = Document(text)
    assert 10_000 < len(text.encode()) < 400_000
    levels = [int(tag[1]) for tag, _ in document.tags if re.fullmatch("h[1-6]", tag)]
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert set(document.attributes("src")) == set()
    assert all(link.startswith(("#page-", "https://")) for link in document.attributes("href"))


def test_what_a_lesson_says_stays_text(cli: Cli, tmp_path: Path) -> None:
    text = LESSON.replace("int made a number.", MARKUP.replace("<", "\\\\<")).replace(
        "Ask for a post.", f"Ask `{MARKUP}`."
    )
    folder = write_lesson(
        tmp_path / "x", lesson=text, app=f"{'# ' + MARKUP}\nfrom flask import Flask\napp = Flask('a')\n"
    )
    told, document = page_of(cli, str(folder), "--no-answers")
    assert MARKUP in document.shown
    assert sum(tag == "script" for tag, _ in document.tags) == 1
    assert "img" not in document.names()
    assert told.count("<script>") == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("99",), 2, "99"),
        (("nowhere/",), 2, "there is no lesson at 'nowhere/'"),
        (("1", "-o", "no/where.html"), 1, "cannot write 'no/where.html'"),
        ((), 2, "LESSON"),
    ],
)
def test_bad_input_gets_one_line(
    words: tuple[str, ...], code: int, said: str, cli: Cli, tmp_path: Path
) -> None:
    answers = ("--no-answers",) if words else ()
    ended = cli("handout", *words, *answers, folder=tmp_path)
    assert ended.code == code
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_course_is_no_lesson(cli: Cli, tmp_path: Path) -> None:
    for name in ("01-a", "02-b"):
        write_lesson(tmp_path / "course" / name)
    ended = cli("handout", str(tmp_path / "course"))
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "has 2 lessons; a handout is of one" in ended.err


def test_what_is_tried_for_a_solution_does_not_become_the_lesson(tmp_path: Path) -> None:
    folder = write_lesson(tmp_path / "small")
    session = Home(folder=tmp_path).session(folder)
    session.opening("1/mend")
    place = lesson_of(session)
    with place.lesson_app(Files.SOLUTION)() as lab:
        assert lab.send("GET /post/-5").response.status == 200  # type: ignore[union-attr]
    place.solution()
    with place.lesson_app(Files.SOLUTION)() as lab:
        assert lab.send("GET /post/-5").response.status == 200  # type: ignore[union-attr]
