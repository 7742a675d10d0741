"""What the tests of demos share: an app that counts, sessions that are counted, and a stage on both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from routelab.lab import Lab, load
from routelab.session.demo.script import DemoLine, parse_script
from routelab.session.demo.stage import DemoStage
from routelab.session.play import PlaySession
from routelab.session.session import Session
from sessions import APP, Home
from support import write_app

COUNTS = (
    APP
    + """
counted = []


@app.route("/count")
def count():
    counted.append(1)
    return str(len(counted))
"""
)


class Apps:
    """Opens sessions on an app in a folder, and counts them."""

    def __init__(self, folder: Path, source: str = COUNTS) -> None:
        self.folder = folder
        self.opened = 0
        self.running = 0
        write_app(folder, source)

    def __call__(self, _line: DemoLine) -> Session:
        self.opened += 1
        home = Home(folder=self.folder / "home")
        play = PlaySession("app.py", self._load, home.course(), home.learner(guest=True))
        return Session(home.course(), home.learner(guest=True), play)

    def _load(self) -> Lab:
        lab = load("app.py", engine="routelab", folder=self.folder)
        close, self.running = lab.close, self.running + 1

        def closed() -> None:
            self.running -= 1
            close()

        lab.close = closed  # type: ignore[method-assign]
        return lab


def stage_of(folder: Path, text: str) -> tuple[DemoStage, Apps]:
    apps = Apps(folder)
    return DemoStage(parse_script(text, "a.demo"), apps), apps


def until(stage: DemoStage, done: Callable[[], bool], act: Callable[[], None]) -> int:
    for number in range(100):
        if done():
            return number
        act()
    raise AssertionError("it never came")
