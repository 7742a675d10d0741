"""A session in a browser's tab: questions of the page in, what it shows out, both as JSON.

It stands where a terminal stands elsewhere: it shows blocks as HTML, keeps no time and reads no keys. The
files of the learner live in the memory of the tab; the page keeps them, and gives them back at the start.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from routelab import bundled
from routelab.browserlimits import say_what_is_missing
from routelab.errors import RoutelabError, SystemRefused
from routelab.inprocess import load_ahead, run_apps_here
from routelab.learner.editors import Editors
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.lessons.course import bundled_lessons
from routelab.lessons.tasks.answer import ToCopy
from routelab.regularfile import read_text
from routelab.requestline.writing import format_request
from routelab.screen.filetypes import language_of
from routelab.screen.html.code import html_lines
from routelab.screen.html.writer import elements
from routelab.screen.plain import lines
from routelab.screen.saved import saved_trace
from routelab.screen.shown.played import played_reply
from routelab.screen.shown.replies import reply_blocks
from routelab.session.app_place import AppPlace
from routelab.session.completion import completions
from routelab.session.course import Course
from routelab.session.demo.script import read_script
from routelab.session.handing_in import hand_in, take_back
from routelab.session.lesson import LessonSession
from routelab.session.lines import says_yes
from routelab.session.reply import (
    Item,
    Message,
    MessageKind,
    OpenEditor,
    Prompt,
    Quit,
    Reply,
    SaveTrace,
    SourceShown,
    TraceShown,
    saying,
)
from routelab.session.session import Session
from routelab.setcookie import Cookie
from routelab.tracing.phrases import count
from routelab.web.compiled import modules_are_kept
from routelab.web.keeping import kept_files, restore
from routelab.web.places import DEMO, PLAY, SHARED, LinkedPlaces
from routelab.web.scenes import DemoScene, PageScene, PlayedScene
from routelab.web.sharing import Experiment, experiment, fragment_of, is_experiment, read_fragment
from routelab.wholefile import write_whole

_LEVEL = 3  # of the headings in the log, below those of the page
_LEFT_OUT = ("or a number", "quit")  # of the words at the prompt: lessons are links, and a page is closed


class Tab:
    """One learner's session; `home` is a folder that is filled with what the page kept.

    `running` is told of the time limit, in seconds, when code of an app begins to run, and None when it ends.
    """

    def __init__(self, home: str, kept: str, running: Callable[[float | None], object] | None = None) -> None:
        run_apps_here(running)
        if sys.platform == "emscripten":
            say_what_is_missing()
        self._home = Path(home)
        self._home.mkdir(parents=True, exist_ok=True)
        restore(self._home, json.loads(kept))
        self._learner = LearnerEnvironment(
            progress=ProgressFile(self._home / "progress.json"),
            settings=Settings(self._home / "settings.json"),
            work=self._home / "work",
            scratch=self._scratch,
            now=datetime.now,
            editors=Editors(environ={"EDITOR": "page"}, platform="web"),
            engine="routelab",
        )
        self._plain = self._learner.settings.plain
        self._places = LinkedPlaces(self._home, Course(bundled_lessons(), bundled=True), self._learner)
        self._session: Session = self._places.lessons()
        self._where = ""  # of an app to play with, as a link names it
        self._scene: PageScene | None = None
        self._offered: Experiment | None = None  # somebody else's, until there was a yes
        self._handed: dict[str, Any] = {}  # what goes out beside the next reply: a file, a link

    def do(self, asked: str) -> str:
        """Answer a question of the page."""
        question: dict[str, Any] = json.loads(asked)
        match question["do"]:
            case "complete":
                typed = question["line"]
                found = completions(self._session, typed)
                return json.dumps([typed[: len(typed) - each.length] + each.text for each in found])
            case "colour":
                return json.dumps(_coloured(question["file"], question["text"]))
            case "ahead":
                with modules_are_kept():
                    load_ahead()
                return json.dumps([])
            case "demos":
                return json.dumps([(name, read_script(path).title) for name, path in bundled.demos().items()])
        try:
            reply = self._reply(question)
            return json.dumps(self._shown(reply))
        except RoutelabError as error:
            return json.dumps(self._shown(self._said(str(error), MessageKind.WRONG)))
        except Exception as error:
            return json.dumps(self._shown(self._said(_told(error), MessageKind.WRONG)))

    def _reply(self, question: dict[str, Any]) -> Reply:
        match question["do"]:
            case "open":
                return self._opened(question["which"] or "", question.get("memory"))
            case "answer":
                return self._answered(question["line"])
            case "press":
                return self._pressed(question["word"])
            case "work":
                return self._work()
            case "take":
                return self._taken(b64decode(question["zip"]))
            case "save":
                return self._saved(question["file"], question["text"])
            case "share":
                return self._shared(question["address"])
            case other:
                raise AssertionError(f"the page asks {other!r}")

    def _said(self, text: str, kind: MessageKind = MessageKind.PLAIN) -> Reply:
        return self._session.interrupted().replace(items=(Message(text=text, kind=kind),))

    # Where one is

    def _opened(self, which: str, memory: dict[str, Any] | None) -> Reply:
        self._scene = self._offered = None
        try:
            reply = self._at(which)
        except RoutelabError as error:  # a link to what is not here
            self._go(self._places.lessons(), "")
            reply = self._session.opening()
            said = Message(text=str(error), kind=MessageKind.WRONG)
            return reply.replace(items=(*reply.items, said))
        place = self._session.place
        if memory is not None and isinstance(place, AppPlace):
            cookies = (Cookie(**each) for each in memory["cookies"])
            place.sandbox.bring_back(cookies, ((name, value) for name, value in memory["headers"]))
        return reply

    def _at(self, which: str) -> Reply:
        if is_experiment(which):
            return self._offer(read_fragment(which))
        kind, _, name = which.partition("/")
        if kind == PLAY:
            return self._go(self._places.playground(), PLAY).opening()
        if kind == SHARED and (found := self._places.shared(name)) is not None:
            return self._go(found, which).opening()
        if kind == DEMO:
            self._scene = DemoScene(self._places.demo(name))
            return self._session.interrupted()
        return self._go(self._places.lessons(), "").opening(which or None)

    def _go(self, session: Session, where: str) -> Session:
        self._session.close()
        self._session, self._where = session, where
        return session

    # What is typed and pressed

    def _answered(self, line: str) -> Reply:
        offered, self._offered = self._offered, None
        if offered is None:
            return self._session.answer(line)
        if not says_yes(line):
            reply = self._go(self._places.lessons(), "").opening()
            return reply.replace(items=(*reply.items, Message(text="The experiment was not run.")))
        session = self._go(self._places.take_in(offered), f"{SHARED}/{offered.digest}")
        reply = session.opening()
        if not offered.request:
            return reply
        sent = session.answer(offered.request)
        copied = ToCopy(typed=offered.request)
        return sent.replace(items=(*reply.items, copied, *sent.items))

    def _pressed(self, word: str) -> Reply:
        left = None if self._scene is None else self._scene.press(word)
        if left is None:
            return self._session.interrupted()
        self._scene = None
        return self._session.answer(left.line) if left.line else self._session.interrupted()

    def _saved(self, name: str, text: str) -> Reply:
        files = self._files()
        if name not in files:
            return saying(f"There is no file {name!r} here.", MessageKind.WRONG)
        write_whole(files[name], text.encode())
        if self._session.has_news():
            return self._session.look()
        return self._said(f"{name} is as it was.")

    # Work that leaves the tab, and comes back

    def _work(self) -> Reply:
        file = self._scratch() / "hand-in.zip"
        handed = hand_in(self._learner.progress, self._learner.work, self._learner.own_app, file)
        if not handed.words:
            return self._said("There are no files of yours yet: a lesson makes them when it is opened.")
        self._handed["save"] = file.name, b64encode(file.read_bytes()).decode()
        return self._said(f"{file.name} has your progress, and {handed.words}.")

    def _taken(self, content: bytes) -> Reply:
        """Put work back; a tab that is opened now begins with it."""
        take_back(content, self._home / "progress.json", self._learner.work, self._learner.own_app)
        return self._said("Your work is back; the page opens it now.")

    def _shared(self, address: str) -> Reply:
        """Make a link of the app here and its last request."""
        place = self._session.place
        if not isinstance(place, AppPlace) or place.main_file is None:
            return self._said("There is no app here to share: open a lesson or the playground first.")
        files = self._files()
        main = next((name for name, path in files.items() if path == place.main_file), "app.py")
        last = place.sandbox.last_request
        shared = experiment(main, files, "" if last is None else format_request(last))
        sent = f" and the request {shared.request}" if shared.request else ""
        said = (
            f"This link has {count(len(shared.files), 'file')}{sent}, as they are now, "
            "including passwords and cookies that were typed. Anyone who opens it is asked before "
            "anything runs."
        )
        self._handed["link"] = f"{address}#{fragment_of(shared)}"
        return self._said(said)

    def _offer(self, shared: Experiment) -> Reply:
        """Show what a link brings, and ask: nothing of it has run."""
        self._offered = shared
        risk = (
            "This link brings a program that somebody wrote. It runs in this page: it could change what the "
            "page shows, and the work of yours that is kept here. Run it? (y/n)"
        )
        items: list[Item] = [Message(text=risk)]
        items += [ToCopy(typed=shared.request)] if shared.request else []
        items += [
            SourceShown(file=name, first=1, lines=tuple(text.splitlines()))
            for name, text in shared.files.items()
        ]
        return Reply(items=tuple(items), prompt=Prompt(place="shared", enter="no", others=("y yes",)))

    # What goes out

    def _shown(self, reply: Reply) -> dict[str, Any]:
        action = reply.action
        handed, self._handed = self._handed, {}
        self._play(reply.items)
        place = self._session.place
        return {
            "html": self._html(reply.items),
            "prompt": reply.prompt.text,
            "enter": reply.prompt.enter,
            "words": [(_typed(words), words) for words in reply.prompt.others if words not in _LEFT_OUT],
            "where": reply.prompt.where,
            "line": reply.line,
            "edit": action.file.name if isinstance(action, OpenEditor) else None,
            "save": _download(action) if isinstance(action, SaveTrace) else None,
            "link": None,
            **handed,
            "left": isinstance(action, Quit),
            "scene": None if self._scene is None else self._scene.shown().to_json(),
            "files": {name: _text_of(path) for name, path in self._files().items()},
            "here": self._here(),
            "kept": kept_files(self._home),
            "memory": _memory(place) if isinstance(place, AppPlace) else None,
        }

    def _html(self, items: Sequence[Item]) -> str:
        blocks = reply_blocks(items)
        if self._plain:
            return "".join(f"<p>{html_lines((line,), '')[0]}</p>" for line in lines(blocks) if line.strip())
        return "".join(elements(blocks, level=_LEVEL))

    def _play(self, items: Sequence[Item]) -> None:
        """Let the trace that is to be played take the page; plain lines play nothing."""
        for item in items:
            if isinstance(item, TraceShown) and item.stepwise and not self._plain:
                played = played_reply(item)
                self._scene = PlayedScene(played)

    def _here(self) -> str:
        """Name the page, as a link to it does: "2/user"."""
        place = self._session.place
        if isinstance(place, LessonSession):
            return f"{place.summary.number}/{place.page.id}"
        return self._where

    def _files(self) -> dict[str, Path]:
        """Name the learner's files that are text, the one to edit first in front."""
        place = self._session.place
        if isinstance(place, LessonSession):
            every = dict(place.own_files)
        elif isinstance(place, AppPlace):
            every = dict(place.sandbox.files())
        else:
            return {}
        files = {name: path for name, path in every.items() if _text_of(path) is not None}
        return dict(sorted(files.items(), key=lambda each: each[1] != place.main_file))

    def _scratch(self) -> Path:
        folder = self._home.with_name("scratch")
        folder.mkdir(exist_ok=True)
        return folder


def _told(error: Exception) -> str:
    """Say what the system refused, or else that it is a bug of ours."""
    refused = SystemRefused.by(error)
    if refused is not None:
        return str(refused)
    return f"That is a bug in routelab, not in what you did: {type(error).__name__}: {error}"


def _memory(place: AppPlace) -> dict[str, Any]:
    """Write down what the next Python must know, where this one is ended."""
    sandbox = place.sandbox
    return {"cookies": [it._asdict() for it in sandbox.cookies], "headers": sandbox.headers}


def _typed(words: str) -> str:
    """Return what is typed for "h hint", or "help"; for "match PATH" that is "match ", and more."""
    word, _, rest = words.partition(" ")
    return f"{word} " if rest.isupper() else word


def _coloured(file: str, text: str) -> list[str]:
    """Return the lines of a file as HTML, each by itself."""
    all_lines = text.split("\n")
    last = len(text.rstrip("\n").split("\n"))  # the colours of a text that ends with a line are without it
    coloured = html_lines(tuple(all_lines[:last]), language_of(file))
    return [*coloured, *all_lines[last:]]


def _download(action: SaveTrace) -> tuple[str, str]:
    """Return a file for the page to hand out: its name, and its content in base64."""
    return action.file.name, b64encode(saved_trace(action.trace, action.file.suffix)).decode()


def _text_of(path: Path) -> str | None:
    try:
        return read_text(path)
    except (UnicodeDecodeError, OSError):
        return None
