"""A session in a browser's tab: questions of the page in, what it shows out, both as JSON.

It stands where a terminal stands elsewhere: it shows blocks as HTML, keeps no time and reads no keys. The
files of the learner live in the memory of the tab; the page keeps them, and gives them back at the start.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

from routelab.errors import RoutelabError
from routelab.inprocess import run_apps_here
from routelab.learner.editors import Editors
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.lessons.course import bundled_lessons
from routelab.regularfile import read_text
from routelab.screen.html.writer import elements
from routelab.screen.saved import saved_trace
from routelab.screen.shown.replies import reply_blocks
from routelab.session.completion import completions
from routelab.session.course import Course
from routelab.session.handing_in import hand_in, take_back
from routelab.session.lesson import LessonSession
from routelab.session.reply import Message, MessageKind, OpenEditor, Quit, Reply, SaveTrace
from routelab.session.session import Session
from routelab.tracing.phrases import count

_LEVEL = 3  # of the headings in the log, below those of the page
Kept = dict[str, str]  # by path below the home: text, or "base64:..."
_BYTES = "base64:"


class Tab:
    """One learner's session; `home` is a folder that is filled with what the page kept."""

    def __init__(self, home: str, kept: str) -> None:
        run_apps_here()
        self._home = Path(home)
        self._home.mkdir(parents=True, exist_ok=True)
        for name, text in json.loads(kept).items():
            _restore(self._home, name, text)
        learner = LearnerEnvironment(
            progress=ProgressFile(self._home / "progress.json"),
            settings=Settings(self._home / "settings.json"),
            work=self._home / "work",
            scratch=self._scratch,
            now=datetime.now,
            editors=Editors(environ={"EDITOR": "page"}, platform="web"),
            engine="routelab",
        )
        self._learner = learner
        self._handed: tuple[str, str] | None = None  # the work as a file, for the reply that hands it out
        self._session = Session(Course(bundled_lessons(), bundled=True), learner)

    def do(self, asked: str) -> str:
        """Answer a question of the page."""
        question: dict[str, Any] = json.loads(asked)
        if question["do"] == "complete":
            typed = question["line"]
            found = completions(self._session, typed)
            return json.dumps([typed[: len(typed) - each.length] + each.text for each in found])
        try:
            reply = self._reply(question)
        except RoutelabError as error:
            said = Message(text=str(error), kind=MessageKind.WRONG)
            reply = self._session.interrupted()._replace(items=(said,))
        except Exception as error:
            text = f"That is a bug in routelab, not in what you did: {type(error).__name__}: {error}"
            reply = self._session.interrupted()._replace(items=(Message(text=text, kind=MessageKind.WRONG),))
        return json.dumps(self._shown(reply))

    def _reply(self, question: dict[str, Any]) -> Reply:
        match question["do"]:
            case "open":
                return self._opened(question["which"])
            case "answer":
                return self._session.answer(question["line"])
            case "work":
                return self._work()
            case "take":
                return self._taken(b64decode(question["zip"]))
            case "save":
                return self._saved(question["file"], question["text"])
            case other:
                raise AssertionError(f"the page asks {other!r}")

    def _opened(self, which: str | None) -> Reply:
        try:
            return self._session.opening(which or None)
        except RoutelabError as error:  # a link to a page that is not here
            reply = self._session.opening()
            said = Message(text=str(error), kind=MessageKind.WRONG)
            return reply._replace(items=(*reply.items, said))

    def _saved(self, name: str, text: str) -> Reply:
        files = self._files()
        if name not in files:
            return Reply(items=(Message(text=f"There is no file {name!r} here.", kind=MessageKind.WRONG),))
        files[name].write_text(text, encoding="utf-8", newline="")
        if self._session.has_news():
            return self._session.look()
        return self._session.interrupted()._replace(items=(Message(text=f"{name} is as it was."),))

    def _work(self) -> Reply:
        file = self._scratch() / "hand-in.zip"
        lessons = hand_in(self._learner.progress, self._learner.work, file)
        if not lessons:
            said = "There are no files of yours yet: a lesson makes them when it is opened."
            return self._session.interrupted()._replace(items=(Message(text=said),))
        self._handed = file.name, b64encode(file.read_bytes()).decode()
        said = f"{file.name} has your progress, and your files of {count(len(lessons), 'lesson')}."
        return self._session.interrupted()._replace(items=(Message(text=said),))

    def _taken(self, content: bytes) -> Reply:
        """Put work back; a tab that is opened now begins with it."""
        take_back(content, self._home / "progress.json", self._learner.work)
        said = Message(text="Your work is back; the page opens it now.")
        return self._session.interrupted()._replace(items=(said,))

    def _shown(self, reply: Reply) -> dict[str, Any]:
        action = reply.action
        handed, self._handed = self._handed, None
        return {
            "html": "".join(elements(reply_blocks(reply.items), level=_LEVEL)),
            "prompt": reply.prompt.text,
            "bottom": reply.prompt.bottom(),
            "line": reply.line,
            "edit": action.file.name if isinstance(action, OpenEditor) else None,
            "save": _download(action) if isinstance(action, SaveTrace) else handed,
            "left": isinstance(action, Quit),
            "files": {name: _text_of(path) for name, path in self._files().items()},
            "here": self._here(),
            "kept": _kept(self._home),
        }

    def _here(self) -> str:
        """Name the page, as a link to it does: "2/user"."""
        place = self._session.place
        return f"{place.summary.number}/{place.page.id}" if isinstance(place, LessonSession) else ""

    def _files(self) -> dict[str, Path]:
        """Name the learner's files that are text, the one to edit first in front."""
        place = self._session.place
        if not isinstance(place, LessonSession):
            return {}
        files = {name: path for name, path in place.own_files.items() if _text_of(path) is not None}
        return dict(sorted(files.items(), key=lambda each: each[1] != place.main_file))

    def _scratch(self) -> Path:
        folder = self._home.with_name("scratch")
        folder.mkdir(exist_ok=True)
        return folder


def _download(action: SaveTrace) -> tuple[str, str]:
    """Return a file for the page to hand out: its name, and its content in base64."""
    return action.file.name, b64encode(saved_trace(action.trace, action.file.suffix)).decode()


def _text_of(path: Path) -> str | None:
    try:
        return read_text(path)
    except (UnicodeDecodeError, OSError):
        return None


def _kept(home: Path) -> Kept:
    """Write down the learner's files."""
    kept: Kept = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".lock":
            content = path.read_bytes()
            try:
                kept[path.relative_to(home).as_posix()] = content.decode("utf-8")
            except UnicodeDecodeError:
                kept[path.relative_to(home).as_posix()] = _BYTES + b64encode(content).decode()
    return kept


def _restore(home: Path, name: str, text: str) -> None:
    """Put a file back; a name that leads out of the home is passed over."""
    path = home / name
    if not path.resolve().is_relative_to(home.resolve()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = b64decode(text.removeprefix(_BYTES)) if text.startswith(_BYTES) else text.encode()
    path.write_bytes(content)
