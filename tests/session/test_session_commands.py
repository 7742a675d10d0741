"""The command words: about the app, about help, about what can be switched."""

from __future__ import annotations

import json
from pathlib import Path

from routelab.session.lesson import LessonSession
from routelab.session.places import PLACES
from routelab.session.reply import RoutesShown, TraceShown
from sessions import Home, at, only, said


def test_headers_that_are_set_stay_for_the_page_and_stand_in_the_bottom_line(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    prompt = session.answer("set X-Token: 7").prompt
    assert prompt.text == "> "
    assert "X-Token" in prompt.bottom()
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
    assert (stepped.stepwise, stepped.full, whole.stepwise, whole.full) == (True, False, False, True)


def test_source_match_build_routes_and_as_curl(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert "   1  from flask" in said(session.answer("source"))
    assert "12  @app.route" in said(session.answer("source show_post"))
    assert "Did you mean show_post?" in said(session.answer("source show_pots"))
    session.answer("GET /post/7")
    assert "def show_post" in said(session.answer("source"))
    assert only(session.answer("routes"), RoutesShown).table.routes
    assert "accepts only digits" in said(session.answer("match /post/x"))
    assert session.answer("match post/x").line == "match GET /post/x"
    assert "/post/3" in said(session.answer("url_for('show_post', post_id=3)"))
    assert "/post/3" in said(session.answer("build show_post post_id:=3"))
    assert "no value" in said(session.answer("build show_post"))
    assert "write it as in" in said(session.answer("url_for(")).casefold()
    assert "Text needs quotes, as in 'show_post'" in said(session.answer("url_for(show_post)"))
    assert said(session.answer("as curl")) == "curl http://localhost:5000/post/7"


def test_where_there_is_nothing_to_show_it_says_so(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    assert said(session.answer("source static")) == "static is not in the app's own files."
    session.answer("lessons")
    assert "Start a lesson first" in said(session.answer("url_for('home')"))


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
    daily, text = said(session.answer("help")), said(session.answer("help all"))
    for command in LessonSession.words:
        assert f"{command.usage}: {command.summary}" in text
        assert (f"{command.usage}: {command.summary}" in daily) is not command.rare
        assert command.name in daily
    assert said(session.answer("help n")) == "next: go to the next page (or: n, continue, go)"
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
    letters = {
        name
        for place in PLACES
        for each in place.words
        for name in (each.name, *each.aliases)
        if len(name) == 1
    }
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


def test_switches_are_remembered(home: Home) -> None:
    session = home.session()
    session.opening()
    session.answer("switch completion")
    session.answer("switch plain")
    settings = home.learner().settings
    assert (settings.is_on("completion"), settings.is_on("highlighting"), settings.plain) == (
        False,
        True,
        True,
    )
    assert json.loads((home.folder / "settings.json").read_text())["off"] == ["completion"]


def test_every_command_says_something_whatever_follows_it(home: Home, small: Path) -> None:
    session = at(home.session(small), "read")
    for command in (command for place in PLACES for command in place.words):
        for rest in ("", "x", "/", "'", "= :"):
            line = f"{command.name} {rest}"
            assert session.answer(line).items, line
            if command.name == "lessons":
                session.opening("1/read")
