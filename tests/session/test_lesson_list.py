"""The list of lessons: what it shows, and how a lesson is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.courselist import CourseList
from routelab.lessons.course import key_of, lessons_in
from routelab.lessons.findings import LessonInvalid
from routelab.session.course import NoSuchLesson
from routelab.session.reply import Listing, Mode, PageShown
from sessions import Home, bundled_lesson, only, said, write_lesson


def test_the_list_says_what_each_lesson_is_about_and_enter_starts_the_first(home: Home) -> None:
    session = home.session()
    opening = session.opening()
    shown = only(opening, CourseList)
    rows = [row for part in shown.parts for row in part.rows]
    assert [row.title for row in rows[:2]] == ["From an empty file", "The loop"]
    assert all(row.goal and row.pages for row in rows)
    assert opening.prompt.bottom().startswith("Enter: start lesson 0, From an empty file.")
    assert only(session.answer(""), PageShown)
    assert session.place.mode is Mode.LESSON


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
    assert shown.lesson.title == "Dynamic segments"


def test_a_page_is_reached_by_number_or_id(home: Home) -> None:
    for where in ("2/too-many", "2/3"):
        assert home.session().opening(where).prompt.place == "Dynamic segments, 3 of 11"


def test_a_page_of_another_lesson_is_no_guess(home: Home) -> None:
    session = home.session()
    session.opening("2/album")
    assert session.answer("3").prompt.place == "Dynamic segments, 2 of 11"
    assert session.answer("3/2").prompt.place == "Converters, 2 of 11"
    assert "There is no lesson '99'" in said(session.answer("99"))


def test_unknown_lessons_and_pages_say_what_there_is(home: Home) -> None:
    session = home.session()
    with pytest.raises(NoSuchLesson, match="there are 0 to"):
        session.opening("99")
    with pytest.raises(NoSuchLesson, match="did you mean 'methods'"):
        session.opening("metods/signup")
    session.opening()
    assert "There is no lesson '99'" in said(session.answer("lessons 99"))
    assert "did you mean 'too-many'?" in said(session.answer("lessons 2/to-many"))
    session.answer("2")
    assert "user, album" in said(session.answer("lessons 2/nope"))


def test_a_number_of_many_digits_and_one_that_is_no_decimal_name_nothing(home: Home, tmp_path: Path) -> None:
    session = home.session()
    session.opening()
    session.answer("2")
    for page in ("9" * 5000, "²"):
        assert "user, album" in said(session.answer(f"lessons 2/{page}"))
        assert "There is no lesson" in said(session.answer(f"lessons {page}"))
    names = ["03-three", "7-seven", "²-two"]
    for name in names:
        write_lesson(tmp_path / "course" / name)
    assert [folder.name for folder in lessons_in(tmp_path / "course")] == names
    assert [key_of(tmp_path / "course" / name).rpartition("-")[0] for name in names] == names


def test_a_number_in_the_list_is_a_lesson(home: Home) -> None:
    session = home.session()
    session.opening()
    assert "there is no lesson '99'" in said(session.answer("99")).casefold()


def test_a_request_in_the_list_starts_a_lesson_and_is_not_lost(home: Home) -> None:
    session = home.session()
    session.opening()
    reply = session.answer("GET /")
    assert reply.line == "GET /"
    assert reply.prompt.place == "From an empty file, 1 of 12"


def test_find_names_pages_that_say_a_word(home: Home) -> None:
    session = home.session()
    session.opening()
    rows = only(session.answer("find segment"), Listing)
    assert "2/too-many" in [name for name, _ in rows.rows]
    assert dict(rows.rows)["2/user"].endswith(": ...slashes is called a segment. A variable takes one...")
    assert dict(rows.rows)["2/end"].endswith(" by name...")
    assert "No page says" in said(session.answer("find zebra"))


def test_progress_is_told_in_the_list_and_the_next_start_resumes(home: Home) -> None:
    session = home.session()
    session.opening("2")
    session.answer("GET /user/alice")
    session.answer("")
    session.answer("skip")
    shown = only(home.session().opening(), CourseList)
    (row,) = [row for part in shown.parts for row in part.rows if row.number == 2]
    assert (row.finished, row.state, row.here) == (2, "1 done, 1 skipped", True)
    assert home.session().opening("2").prompt.place == "Dynamic segments, 3 of 11"
    again = home.session()
    assert again.opening().prompt.enter == "go on with lesson 2, Dynamic segments"
    assert again.answer("").prompt.place == "Dynamic segments, 3 of 11"


def test_an_invalid_lesson_says_where(home: Home, tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "bad", lesson="# Bad\n")
    with pytest.raises(LessonInvalid, match=r"lesson\.md"):
        home.session(lesson).opening("1")


def test_a_lesson_from_an_empty_file_says_which_lines_are_missing(home: Home) -> None:
    session = home.session()
    session.opening("0")
    told = said(session.answer("GET /"))
    assert "app.py is empty so far. A Flask app begins with: from flask import Flask" in told
    assert "reset" not in told
    work = home.folder / "work" / "from-an-empty-file" / "app.py"
    work.write_text("print('Hello')\n")
    assert "app.py defines nothing so far. A Flask app begins with: " in said(session.answer("GET /"))
    work.write_text("from flask import Flask\n")
    told = said(session.answer("GET /"))
    assert "app.py imports Flask, but makes no app. Write below the imports: app = Flask(__name__)" in told
