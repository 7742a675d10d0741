"""Any app under experiment, free of lessons: its requests, and its files watched.

It must not know what lessons say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from routelab.lab import TIME_LIMIT
from routelab.learner.environment import LearnerEnvironment
from routelab.session.app_place import AppPlace
from routelab.session.app_words import APP_WORDS, REQUEST_WORDS, show_routes
from routelab.session.commands import EXPLAIN, HELP, QUIT, SWITCH
from routelab.session.course import Course
from routelab.session.reply import Item, Message, MessageKind, Mode, Prompt, Reply, TraceShown
from routelab.session.sandbox import AppSandbox, reset_app

if TYPE_CHECKING:
    from routelab.lab import Lab
    from routelab.tracing.trace import Trace

# What apps read settings from by habit; data that they write themselves would load them anew at each write.
_SETTINGS = (
    "config*.py",
    "settings*.py",
    "*.cfg",
    "*.toml",
    "instance/*.py",
    "instance/*.cfg",
    "instance/*.toml",
)
_TEMPLATES = 500  # files at most that are watched beside the code


class PlaySession(AppPlace):
    """An app to send requests to."""

    mode = Mode.PLAY
    words = (HELP, *APP_WORDS, *REQUEST_WORDS, EXPLAIN, SWITCH, QUIT)

    def __init__(
        self,
        target: str,
        open_app: Callable[[], Lab],
        course: Course,
        learner: LearnerEnvironment,
        *,
        limit: float = TIME_LIMIT,
    ) -> None:
        super().__init__(course, learner, AppSandbox(open_app, _watched, limit=limit))
        self._target = target

    @property
    def prompt(self) -> Prompt:
        """The app's name, and what Enter does: send the last request again, or show the routes.

        What may change something is never sent by Enter alone.
        """
        last = self.sandbox.last_request
        again = () if last is None or self._harmless else ("again",)
        return Prompt(
            place=f"app {self._target}",
            headers=self.sandbox.header_names,
            enter="send the last request again" if self._harmless else "show the routes",
            others=(*again, "routes", "match PATH", "source", "help", "quit"),
        )

    @property
    def _harmless(self) -> bool:
        """Whether there is a last request, and it only reads."""
        last = self.sandbox.last_request
        return last is not None and last.method in ("GET", "HEAD")

    def opening(self) -> Reply:
        """Say which app this is, and that it runs for real."""
        lab = self.sandbox.lab
        items: list[Item] = []
        if lab.failure is not None:
            items.append(Message(text=f"{lab.failure}.", kind=MessageKind.WRONG))
            items.append(Message(text="Fix it and save: the app is then reloaded."))
        else:
            said = "is loaded. Requests run its views for real; match asks the router only."
            items.append(Message(text=f"{lab.target} {said}"))
        return Reply(items=tuple(items))

    def shown(self, trace: Trace) -> TraceShown:
        return TraceShown(trace=trace)

    def look(self) -> Reply:
        news = self.sandbox.refresh()
        return self.loaded_anew(news) if news else Reply()

    def on_enter(self) -> Reply:
        """Send the last request again where it only reads; else show the routes."""
        return self.send_again() if self._harmless else show_routes(self)

    def restart(self) -> Reply:
        return Reply(items=(reset_app(self.sandbox),))

    @property
    def main_file(self) -> Path | None:
        """The app's file to look into first: the one nearest to the top, app.py before others."""
        files = (path for path in self.sandbox.files().values() if path.suffix == ".py")
        return min(files, key=lambda path: (len(path.parts), path.name != "app.py", path.name), default=None)


def _watched(lab: Lab | None) -> Mapping[str, Path]:
    """Name the app's Python files, its files of settings, and its templates; none before there is an app."""
    if lab is None:
        return {}
    folder, failure = lab.folder, lab.failure
    found = [*lab.files]
    if failure is not None:
        found += [*folder.glob("*.py"), *([failure.file] if failure.file else [])]
    templates = (path for path in (folder / "templates").rglob("*") if path.is_file())
    settings = (path for pattern in _SETTINGS for path in folder.glob(pattern))
    chosen = [*found, *settings, *(path for path, _ in zip(templates, range(_TEMPLATES), strict=False))]
    return {_name(path, folder): path for path in chosen}


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
