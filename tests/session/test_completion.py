"""What may follow what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.session.completion import completions
from routelab.session.session import Session
from sessions import APP, SOLUTION, Home, app_of, at, work_of, write_lesson
from support import write_app


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


def test_completing_a_path_never_loads_the_app(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    paths = [choice.shown for choice in completions(session, "GET /to")]
    assert paths == ["/token"]
    loaded = write_app(file.parent, "", "loaded.txt")
    loaded.unlink()
    file.write_text(f"open({str(loaded)!r}, 'w').close()\n" + APP.replace("/token", "/tokens"), "utf-8")
    app_of(session).sandbox.refresh()  # as a request does that finds the file saved
    assert [choice.shown for choice in completions(session, "GET /to")] == paths
    assert not loaded.exists()
    session.answer("GET /")
    assert [choice.shown for choice in completions(session, "GET /to")] == ["/tokens"]


def test_the_paths_of_an_edit_can_be_completed_at_once(home: Home, small: Path) -> None:
    session = at(home.session(small), "mend")
    (work_of(home) / "app.py").write_text(SOLUTION.replace("/token", "/tokens"), encoding="utf-8")
    session.look()
    assert [choice.shown for choice in completions(session, "GET /to")] == ["/tokens"]
