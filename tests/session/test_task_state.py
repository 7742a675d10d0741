"""The task of a page: tries, guesses, hints and solutions."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.learner.progress import State
from routelab.lessons.tasks.answer import NotYet
from routelab.session.reply import TraceShown
from routelab.tracing.steps.match import MatchStep
from sessions import Home, at, kinds, only, said, work_of


def test_try_says_what_is_missing_then_that_it_is_right(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    reply = session.answer("GET /post/8")
    assert kinds(reply) == ["TraceShown", "NotYet"]
    assert "Not yet: The argument `post_id` is 8, but should be 7." in said(reply)
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


def test_the_request_of_a_solution_leads_to_the_last_words_once(home: Home, small: Path) -> None:
    session = at(home.session(small), "try")
    for line in ("solution", "y"):
        session.answer(line)
    told = ["int made a number." in said(session.answer(f"GET /post/{number}")) for number in (8, 7, 7)]
    assert told == [False, True, False]
    assert session.answer("").prompt.place.endswith("3 of 4")


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
    assert next(iter(home.learner().progress.progress.lessons.values())).pages == {"try": State.SEEN}


def test_hints_are_offered_only_where_there_are_some(home: Home, small: Path) -> None:
    assert "h hint" in at(home.session(small), "try").look().prompt.bottom()
    session = at(home.session(small), "guess")
    assert "h hint" not in session.look().prompt.bottom()
    assert "h gives" not in said(session.answer("next"))


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
    assert shown.stepwise


def test_a_wrong_guess_is_told_why_and_not_sure_counts_as_seen(home: Home, small: Path) -> None:
    reply = at(home.session(small), "guess").answer("405")
    assert "You said 405; it is 404." in said(reply)
    assert "405 needs a rule" in said(reply)


@pytest.mark.parametrize(
    ("app", "own"), [("@app.route('/mine')\ndef mine(): return 'I'", True), ("@app.route('/contact')", False)]
)
def test_after_an_edit_a_guess_runs_on_the_learners_app_where_that_gives_the_same(
    home: Home, app: str, own: bool
) -> None:
    session = home.session()
    session.opening("0/missing")
    (work_of(home) / "app.py").write_text(f"from flask import Flask\napp = Flask(__name__)\n{app}\n")
    reply = session.answer("200")
    assert ("yours does not give the same" in said(reply)) is not own
    shown = only(reply, TraceShown).trace
    tried = {
        it.candidate.rule for step in shown.steps if isinstance(step, MatchStep) for it in step.candidates
    }
    assert tried >= ({"/mine"} if own else {"/", "/about"})
    assert ("/about" in tried) is not own


def test_not_sure_is_shown_and_counts_as_seen(home: Home, small: Path) -> None:
    session = at(home.session(small), "guess")
    assert "It is 404." in said(session.answer("d"))
    assert next(iter(home.learner().progress.progress.lessons.values())).pages == {"guess": State.SEEN}
    assert "Right: 404." in said(session.answer("b"))


@pytest.mark.parametrize("line", ["GET /post/-5", "get /post/7", "curl localhost:5000/", "banana", "/"])
def test_before_the_guess_everything_else_is_asked_to_wait(home: Home, small: Path, line: str) -> None:
    reply = at(home.session(small), "guess").answer(line)
    assert "Guess first" in said(reply)
    assert not [item for item in reply.items if isinstance(item, TraceShown)]


def test_commands_work_before_the_guess(home: Home, small: Path) -> None:
    session = at(home.session(small), "guess")
    assert kinds(session.answer("routes")) == ["RoutesShown"]
    assert "2 of 4" in session.answer("back").prompt.place
