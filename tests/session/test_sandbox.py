"""How often files are read and an app is loaded: once a save, once a check, and when a request needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from routelab.lab import load
from routelab.learner import watch
from routelab.session.completion import completions
from routelab.session.session import Session
from sessions import APP, SOLUTION, Home, at, said, work_of

pytestmark = pytest.mark.own_process  # whose copies are what is counted


class Counted:
    def __init__(self) -> None:
        self.read: list[str] = []
        self.loaded: list[str] = []

    @contextmanager
    def times(self, *, read: int, loaded: int) -> Iterator[None]:
        self.read.clear()
        self.loaded.clear()
        yield
        assert (len(self.read), len(self.loaded)) == (read, loaded)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    count = Counted()

    def counting(function: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append(str(args[0]))
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr(watch, "_fingerprint", counting(watch._fingerprint, count.read))
    monkeypatch.setattr("routelab.lessons.tasks.running.load", counting(load, count.loaded))
    return count


# An app is copied for its second check, where a copy is what loading it anew would give.
LOADS = 1 if sys.platform == "linux" else 2


def test_a_save_is_looked_at_once_and_its_checks_load_one_app(
    home: Home, small: Path, counted: Counted
) -> None:
    session = at(home.session(small), "mend")
    file = work_of(home) / "app.py"
    file.write_text(APP.replace("<int:post_id>", "<post_id>"), encoding="utf-8")
    with counted.times(read=1, loaded=LOADS):  # of two checks and a mistake, which asks what a check asked
        assert session.has_news()
        assert "Now text fits too." in said(session.look())
    file.write_text(SOLUTION.replace("/token", "/other"), encoding="utf-8")
    with counted.times(read=2, loaded=LOADS):  # once more before it is called right
        assert session.has_news()
        assert "Right: all checks pass." in said(session.look())
    with counted.times(read=0, loaded=0):
        assert [choice.text for choice in completions(session, "/o")] == ["/other"]
    with counted.times(read=1, loaded=1):
        session.answer("GET /")
    with counted.times(read=1, loaded=0):
        session.answer("GET /")


def test_a_page_is_opened_with_one_load(home: Home, small: Path, counted: Counted) -> None:
    session = home.session(small)
    with counted.times(read=1, loaded=1):
        assert "this was sent: POST /login" in said(session.opening("1/try"))
    with counted.times(read=0, loaded=0):
        session.answer("skip")


def test_a_save_in_play_is_looked_at_once(playing: tuple[Session, Path], counted: Counted) -> None:
    session, file = playing
    session.opening()
    file.write_text(APP.replace("Hello", "Changed"), encoding="utf-8")
    with counted.times(read=1, loaded=0):  # this app is loaded by its own command
        assert session.has_news()
        assert "was reloaded" in said(session.look())
    assert "Changed" in said(session.answer("GET /"))
    assert not session.has_news()


def test_a_file_that_is_gone_for_a_moment_is_looked_at_again(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    file.unlink()
    assert session.has_news()
    file.write_text(APP.replace("Hello", "Changed"), encoding="utf-8")
    assert "app.py was saved" in said(session.look())


def test_a_file_that_the_app_imports_since_a_save_is_watched(playing: tuple[Session, Path]) -> None:
    session, file = playing
    session.opening()
    (file.parent / "extra.txt").write_text("no part of it", encoding="utf-8")
    (file.parent / "shop").mkdir()
    (file.parent / "shop" / "__init__.py").write_text("", encoding="utf-8")
    file.write_text(f"import shop\n{APP}", encoding="utf-8")
    assert "app.py was saved" in said(session.look())
    assert not session.has_news()
    (file.parent / "shop" / "__init__.py").write_text("NAME = 1\n", encoding="utf-8")
    assert "__init__.py was saved" in said(session.look())
