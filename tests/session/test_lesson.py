"""A lesson page by page: what Enter does, what counts as done, what is saved."""

from __future__ import annotations

from pathlib import Path

from routelab.learner.progress import State
from sessions import APP, Home, at, kinds, said, work_of, write_lesson


def test_a_guest_leaves_nothing(home: Home, small: Path) -> None:
    session = home.session(small, guest=True)
    session.opening("1")
    session.answer("")
    assert not home.progress.exists()


def test_a_page_without_a_task_is_done_by_reading(home: Home, small: Path) -> None:
    session = home.session(small)
    assert session.opening("1").prompt.enter == "next page"
    session.answer("")
    (states,) = [lesson.pages for lesson in home.learner().progress.progress.lessons.values()]
    assert states == {"read": State.DONE}


def test_enter_shows_the_task_again_and_next_wants_it_skipped(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    assert kinds(session.answer("")) == ["TaskShown"]
    assert "still open" in said(session.answer("next"))
    skipped = session.answer("skip")
    assert "Page 2, Try, is left for later; back returns to it." in said(skipped)
    assert skipped.prompt.place.endswith("3 of 4")
    assert session.answer("back").prompt.enter == "show the task again"


def test_enter_does_only_what_the_bottom_line_says(home: Home, small: Path) -> None:
    for where, does in (("read", "2 of 4"), ("try", "2 of 4"), ("guess", "3 of 4"), ("mend", "4 of 4")):
        assert does in at(home.session(small), where).answer("  ").prompt.place


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
    session = home.session(small)
    assert said(session.opening("1")).count("not saved") == 1
    assert "not saved" not in said(session.answer(""))


def test_a_view_that_is_interrupted_leaves_a_trace(home: Home, tmp_path: Path) -> None:
    app = APP + "\n\n@app.route('/stop')\ndef stop():\n    raise KeyboardInterrupt\n"
    lesson = write_lesson(tmp_path / "l", app=app, solution=app)
    told = said(at(home.session(lesson), "read").answer("GET /stop"))
    assert "KeyboardInterrupt was raised, which ends the program" in told


def test_source_and_requests_without_the_file_lead_on(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    (work_of(home) / "app.py").unlink()
    for line in ("source", "GET /", "routes"):
        assert "reset puts" in said(session.answer(line))
    assert "There is nothing to check" in said(session.answer("run"))
    session.answer("reset")
    session.answer("y")
    assert "Hello" in said(session.answer("GET /"))


def test_enter_explains_a_finding_that_was_just_told_and_then_goes_on(home: Home, tmp_path: Path) -> None:
    app = APP + "\n\n@app.route('/search?q=<q>')\ndef search(q):\n    return q\n"
    session = at(home.session(write_lesson(tmp_path / "l", app=app, solution=app)), "read")
    assert session.answer("GET /search?q=cat").prompt.enter == "explain R201"
    opened = session.answer("")
    assert kinds(opened) == ["ExplanationShown"]
    assert "A question mark in the rule" in said(opened)
    assert opened.prompt.enter == "next page"
    session.answer("GET /search?q=cat")
    assert session.answer("GET /").prompt.enter == "next page"  # what was told last counts
    session.answer("GET /search?q=cat")
    assert "2 of 4" in session.answer("next").prompt.place


def test_the_solution_of_a_page_that_is_done_takes_nothing_away(home: Home, small: Path) -> None:
    session = at(home.session(small), "guess")
    assert "counts as seen, not as done. (y/n)" in said(session.answer("solution"))
    session.answer("n")
    assert "Right: 404" in said(session.answer("b"))
    assert "(y/n)" not in said(session.answer("solution"))
