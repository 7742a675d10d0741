"""Any app at the prompt: loaded anew after a save, told of in one line where it is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from routelab.session.play import PlaySession
from routelab.session.reply import OpenEditor, RoutesShown
from routelab.session.session import Session
from sessions import APP, Home, kinds, only, said
from support import write_app


@pytest.mark.parametrize("name", ["instance/config.py", "settings.cfg", "config.toml"])
def test_play_reloads_when_a_file_of_settings_is_saved(playing: tuple[Session, Path], name: str) -> None:
    session, file = playing
    session.opening()
    write_app(file.parent, "X = 1\n", name)
    assert f"{name} was saved" in said(session.look())
    write_app(file.parent, "{}", "data.json")
    write_app(file.parent, "rows", "instance/shop.sqlite")
    assert not session.has_news()


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
    assert "\nthe line: boom(" in said(session.answer("routes"))
    file.write_text(APP, encoding="utf-8")
    assert "was reloaded" in said(session.look())
    assert "Hello" in said(session.answer(""))


def test_enter_sends_again_only_what_reads(playing: tuple[Session, Path]) -> None:
    session, _ = playing
    session.opening()
    bottom = session.answer("POST /login name=ann -f").prompt.bottom()
    assert bottom.startswith("Enter: show the routes.   again, routes")
    assert kinds(session.answer("")) == ["RoutesShown"]
    assert kinds(session.answer("again")) == ["TraceShown"]
    assert session.answer("GET /").prompt.enter == "send the last request again"
    assert kinds(session.answer("")) == ["TraceShown"]


def test_routes_are_filtered_and_a_number_starts_that_lesson(playing: tuple[Session, Path]) -> None:
    session, _ = playing
    session.opening()
    assert [row.rule for row in only(session.answer("routes post"), RoutesShown).table.routes] == [
        "/post/<int:post_id>"
    ]
    found = only(session.answer("routes /post/7"), RoutesShown).table.routes
    assert [row.rule for row in found] == ["/post/<int:post_id>"]
    assert "None of 5 rules has 'zzz' in it" in said(session.answer("routes zzz"))
    assert session.answer("2").prompt.place.startswith("Dynamic segments, 1 of")
    assert session.answer("4/2").prompt.place.startswith("Methods, 2 of")


NAMED = APP.replace(
    '@app.route("/token")',
    '@app.route("/<name>")\ndef named(name):\n    return name\n\n\n@app.route("/token")',
)


MANY = "\nfor number in range(500):\n    app.add_url_rule(f'/more/{number}', f'more_{number}', named)\n"


@pytest.mark.parametrize("few", [True, False])
def test_rules_that_were_never_reached_are_told_where_there_are_few(
    home: Home, tmp_path: Path, few: bool
) -> None:
    file = write_app(tmp_path / "shop", NAMED if few else NAMED + MANY)
    course, learner = home.course(), home.learner()
    play = PlaySession(
        "app.py", lambda: load("app.py", engine="routelab", folder=file.parent), course, learner
    )
    session = Session(course, learner, play)
    session.opening()
    for line in ("GET /token", "match /token"):
        told = said(session.answer(line))
        assert ("Would fit, but never reached:\n  shadowed /<name>" in told) is few
        assert "/post/" not in told
    assert "shadowed /<name>" in said(session.answer("match -v /token"))
    if not few:
        return
    for line in ("match -v /token", "match /token -v", "full"):
        assert "no /post/<int:post_id>" in said(session.answer(line))
    assert "How the router searched:\n" in said(session.answer("match -v /token"))
    assert "searched" not in said(session.answer("match /token"))


def test_a_file_that_is_deleted_is_gone(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    extra = write_app(file.parent, "hello", "templates/a.html")
    assert "templates/a.html was saved, and the app was reloaded" in said(session.look())
    extra.unlink()
    assert "templates/a.html is gone, and the app was reloaded" in said(session.look())


def test_play_has_no_lesson_words(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    assert "in a lesson" in said(session.answer("hint"))
    assert session.answer("edit").action == OpenEditor(file=file)
    assert "hint" not in said(session.answer("help")).split()


def test_a_deleted_app_is_told_with_an_error_in_one_line(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    file.unlink()
    told = said(session.look())
    happened, error = told.splitlines()
    assert happened.endswith("app.py is gone.")
    assert error.startswith("There is no")
    assert said(session.answer("GET /"))
