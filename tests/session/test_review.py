"""Earlier questions asked again: on pages of later lessons, and before one goes on after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from routelab.learner.progress import State
from routelab.lessons.proofs import prove
from routelab.lessons.reading import load_lesson, read_lesson
from routelab.session.reply import Mode
from sessions import LESSON, NOON, Home, said, write_lesson

AGAIN = """
```toml again
request = "GET /post/8"
ask = "Which status will this one be?"
query = "status"
choices = [200, 404]
after = "Eight is a number."
```

```toml again
request = "GET /post/eight"
ask = "Which status will that one be?"
query = "status"
choices = [200, 404]
after = "A word is no number."
```
"""
LATER = """
# Later

Ask again.

## Again {#again}

```toml task
kind = "review"
review = ["01/guess", "small/mend"]
ask = "Two questions on earlier lessons."
after = "That was it."
```

## Another {#another}

Nothing to do.
"""


@pytest.fixture
def course(tmp_path: Path) -> tuple[Path, Path]:
    earlier = LESSON.replace("\n## Mend {#mend}\n", f"{AGAIN}\n## Mend {{#mend}}\n{AGAIN}")
    one = write_lesson(tmp_path / "01-small", earlier)
    two = tmp_path / "02-later"
    write_lesson(two, LATER)
    (two / "solution" / "app.py").unlink()
    (two / "solution").rmdir()
    return one, two


def on(home: Home, days: int) -> Home:
    return replace(home, now=NOON + timedelta(days=days))


def test_questions_come_one_after_the_other_and_count_at_the_end(
    home: Home, course: tuple[Path, Path]
) -> None:
    session = home.session(*course)
    shown = said(session.opening("2"))
    assert "Question 1 of 2, from Small: Guess" in shown
    assert "Guess first" in said(session.answer("GET /"))
    told = said(session.answer("a"))
    assert "Question 2 of 2, from Small: Mend" in told
    (states,) = [it.pages for it in home.learner().progress.progress.lessons.values()]
    assert states == {}
    told = said(session.answer("b"))
    assert "That was it." in told
    (states,) = [it.pages for it in home.learner().progress.progress.lessons.values()]
    assert states == {"again": State.DONE}


def test_each_day_has_its_question(home: Home, course: tuple[Path, Path]) -> None:
    shown = [said(on(home, day).session(*course, guest=True).opening("2")) for day in range(3)]
    assert shown[0] != shown[1]
    assert shown[0] == shown[2]
    asked = sorted("this one" if "this one" in each else "that one" for each in shown[:2])
    assert asked == ["that one", "this one"]


def test_a_page_whose_answer_was_shown_counts_as_seen(home: Home, course: tuple[Path, Path]) -> None:
    session = home.session(*course)
    session.opening("2")
    for line in ("c", "a"):  # c: not sure
        session.answer(line)
    (states,) = [it.pages for it in home.learner().progress.progress.lessons.values()]
    assert states == {"again": State.SEEN}


def finished(home: Home, *course: Path) -> None:
    session = home.session(*course)
    session.opening("1/guess")
    session.answer("b")
    session.answer("")


def test_who_comes_back_after_a_day_is_asked_first(home: Home, course: tuple[Path, Path]) -> None:
    finished(home, *course)
    assert home.session(*course).opening("1").prompt.place.startswith("Small, 4")
    session = on(home, 1).session(*course)
    asked = session.opening("1")
    assert session.place.mode is Mode.WARM_UP
    assert "Welcome back" in said(asked)
    assert "Your turn" not in said(asked)
    assert asked.prompt.enter == "go on with Small"
    assert "That was the warm-up." in said(session.answer("a"))
    assert session.answer("").prompt.place.startswith("Small, 4")
    assert on(home, 1).session(*course).opening("1").prompt.place.startswith("Small, 4")


@pytest.mark.parametrize(
    ("line", "shows"), [("two hundred", "Guess first"), ("h", "no hint here"), ("what?", "Guess first")]
)
def test_a_guess_that_is_not_understood_leaves_the_question_open(
    home: Home, course: tuple[Path, Path], line: str, shows: str
) -> None:
    finished(home, *course)
    session = on(home, 1).session(*course)
    session.opening("1")
    assert shows in said(session.answer(line))
    assert session.place.mode is Mode.WARM_UP
    assert "That was the warm-up." in said(session.answer("a"))


@pytest.mark.parametrize(
    ("line", "shows"), [("GET /post/7", "post 7"), ("routes", "/token"), ("", "Let -5 in")]
)
def test_what_is_no_answer_is_for_the_lesson(
    home: Home, course: tuple[Path, Path], line: str, shows: str
) -> None:
    finished(home, *course)
    session = on(home, 9).session(*course)
    session.opening("1")
    reply = session.answer(line)
    assert session.place.mode is Mode.LESSON
    assert shows in said(reply)
    assert reply.prompt.place.startswith("Small, 4")


def test_nobody_is_asked_where_nothing_is_known(home: Home, course: tuple[Path, Path]) -> None:
    home.session(*course).opening("1")  # no page was finished
    assert on(home, 1).session(*course).opening("1").prompt.place.startswith("Small, 1")
    finished(home, *course)
    text = home.progress.read_text()
    home.progress.write_text(text.replace('"day"', '"not_yet"'))  # as an older routelab wrote it
    assert on(home, 1).session(*course).opening("1").prompt.place.startswith("Small, 4")


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("guess", "review: 'guess' is not a page; write a lesson and a page of it, as in 02/album"),
        ("07/guess", "review: there is no lesson '07' beside this one; write its number or its name"),
        ("02/again", "review: '02/again' does not come before this lesson; name an earlier one"),
        ("01/gess", "review: 01-small has no page 'gess'; did you mean 'guess'?"),
        ("01/try", "review: 01-small has no question for later on 'try'; write a toml again block there"),
    ],
)
def test_a_place_that_cannot_be_asked_again_is_told(
    course: tuple[Path, Path], place: str, problem: str
) -> None:
    file = course[1] / "lesson.md"
    file.write_text(file.read_text().replace("01/guess", place))
    assert [finding.text for finding in read_lesson(course[1]).findings] == [problem]


def test_questions_for_later_are_proven_where_they_stand(course: tuple[Path, Path], tmp_path: Path) -> None:
    assert prove(course[0], ["routelab"], tmp_path / "one").findings == ()
    assert prove(course[1], ["routelab"], tmp_path / "two").findings == ()
    assert load_lesson(course[1]).earlier == (course[0].resolve(),)
    file = course[0] / "lesson.md"
    file.write_text(
        file.read_text().replace("/post/eight", "/stop?me", 1).replace("[200, 404]", "[200, 405]")
    )
    found = [each.text for each in prove(course[0], ["routelab"], tmp_path / "three").findings]
    assert found
    assert all("no choice says so" in text for text in found)
