"""What the tests of sessions share: a session in a folder of its own, small lessons, and who can finish them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TypeVar

from routelab.learner.editors import Editors
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import Files, project, write_project
from routelab.lessons.mine.project import fresh_copy, sample_files
from routelab.lessons.mine.themes import DEFAULT, Theme
from routelab.lessons.reading import Reading, read_lesson
from routelab.lessons.records import Lesson
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask, predict
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.running import app_factory
from routelab.lessons.tasks.try_ import TryTask
from routelab.session.app_place import AppPlace
from routelab.session.course import Course, LessonSummary, read_summary
from routelab.session.lesson import LessonSession
from routelab.session.reply import Reply
from routelab.session.session import Session

_Item = TypeVar("_Item")

BUNDLED = bundled_lessons()
TAUGHT = range(len(BUNDLED))
NOON = datetime(2031, 5, 6, 12, 0, 0)

APP = """
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = "s"


@app.route("/")
def home():
    return "Hello"


@app.route("/post/<int:post_id>")
def show_post(post_id):
    return f"post {post_id}"


@app.route("/login", methods=["POST"])
def login():
    session["name"] = request.form.get("name", "")
    return "in"


@app.route("/token")
def token():
    return request.headers.get("X-Token", "none")
"""
SOLUTION = APP.replace("<int:post_id>", "<int(signed=True):post_id>")
LESSON = """
# Small

Do one task of each kind.

```toml lesson
part = "Try out"
minutes = 3
show = ["match", "view", "response"]
```

## Read {#read}

Nothing to do, see [the docs](https://example.org/docs).

## Try {#try}

```toml task
kind = "try"
ask = "Ask for a post."
expect = ['arg "post_id" == 7']
example = "GET /post/7"
hints = ["It is at /post.", "The number is 7."]
after = "int made a number."
before = ["POST /login name=ann -f"]
```

## Guess {#guess}

```toml task
kind = "predict"
request = "GET /post/-5"
ask = "Which status?"
query = "status"
choices = [200, 404, 405]
after = "int takes digits."
[[choice]]
value = 405
say = "405 needs a rule whose path fits."
```

## Mend {#mend}

```toml task
kind = "edit"
ask = "Let -5 in."
hints = ["int takes arguments."]
after = "Signed."
[[check]]
request = "GET /post/-5"
expect = ["status == 200"]
[[check]]
request = "GET /post/abc"
expect = ["status == 404"]
because = "Text must stay out."
[[mistake]]
request = "GET /post/abc"
expect = ["status == 200"]
say = "Now text fits too."
replace = [["<int:post_id>", "<post_id>"]]
```
"""


def write_lesson(folder: Path, lesson: str = LESSON, app: str = APP, solution: str = SOLUTION) -> Path:
    for name, text in (("lesson.md", lesson), ("app.py", app), ("solution/app.py", solution)):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


@cache
def bundled_course() -> Course:
    """Read the bundled lessons once; nothing changes a course."""
    return Course(BUNDLED, bundled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A folder that holds what a learner keeps; sessions made of it one after the other find it again."""

    folder: Path
    programs: Mapping[str, str] = field(default_factory=dict)
    now: datetime = NOON

    @property
    def progress(self) -> Path:
        return self.folder / "progress.json"

    def session(self, *lessons: Path, guest: bool = False) -> Session:
        return Session(self.course(*lessons), self.learner(guest=guest))

    def course(self, *lessons: Path) -> Course:
        return Course(lessons, bundled=False) if lessons else bundled_course()

    def learner(self, *, guest: bool = False) -> LearnerEnvironment:
        return LearnerEnvironment(
            progress=ProgressFile(None if guest else self.progress),
            settings=Settings(None if guest else self.folder / "settings.json"),
            work=self.folder / "work",
            scratch=lambda: self.folder / "scratch",
            now=lambda: self.now,
            editors=Editors(environ={}, platform="linux", which=lambda name: self.programs.get(name)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A move that puts the solution's files into the learner's copy."""

    folder: Path
    work: Path

    def make(self) -> None:
        write_project(project(self.folder, Files.SOLUTION), self.work)


class Build(Edit):
    """A move that makes the learner's own app what a sample is, in `folder`."""

    def make(self) -> None:
        fresh_copy(sample_files(self.folder), self.work)


def moves_through(lesson: Lesson, work: Path) -> Iterator[str | Edit]:
    """Finish a lesson, by its own examples, by guesses that are right, and by its solution."""
    for page in lesson.pages:
        match page.task:
            case TryTask() as task:
                yield from (request.typed for request in task.example)
            case PredictTask() as task:
                yield right_label(lesson.folder, task, page.files)
            case ReviewTask() as task:
                for earlier in task.on(NOON.date()).questions:
                    yield right_label(earlier.folder, earlier.variants[0], earlier.files)
            case EditTask():
                yield Edit(folder=lesson.folder, work=work)
                yield "run"
            case MineTask(sample=sample):
                yield Build(folder=sample, work=work.with_name("mine"))
                yield "run"
            case None:
                pass
        yield "next"


def right_label(folder: Path, task: PredictTask, files: Files) -> str:
    """Find the choice that is right, as a letter."""
    with TemporaryDirectory() as name:
        write_project(project(folder, files), Path(name))
        right = predict(task, app_factory(Path(name), "routelab")).right
    assert right is not None
    return "abcdefgh"[task.choices.index(right)]


_read_once = cache(read_lesson)


def read_bundled_once(folder: Path, theme: Theme = DEFAULT, language: str = "") -> Reading:
    """Read a lesson, in place of `read_lesson`, and a bundled one once: no test changes it."""
    return (_read_once if folder in BUNDLED else read_lesson)(folder, theme, language)


_summary_once = cache(read_summary)


def read_bundled_summary_once(folder: Path, number: int) -> LessonSummary:
    """Read the head of a lesson, in place of `read_summary`, and that of a bundled one once."""
    return (_summary_once if folder in BUNDLED else read_summary)(folder, number)


def load_bundled(folder: Path) -> Lesson:
    """Read a bundled lesson, and read it once: nothing changes a lesson."""
    reading = read_bundled_once(folder)
    assert reading.lesson is not None
    assert reading.findings == ()
    return reading.lesson


def bundled_lesson(number: int) -> Lesson:
    return load_bundled(BUNDLED[number])


def said(reply: Reply) -> str:
    """Return a reply as the plain screen has it."""
    from routelab.screen.plain import lines
    from routelab.screen.shown.replies import reply_blocks

    return "\n".join(lines(reply_blocks(reply.items)))


def at(session: Session, where: str) -> Session:
    session.opening(f"1/{where}")
    return session


def app_of(session: Session) -> AppPlace:
    """Return the place, which has an app."""
    assert isinstance(session.place, AppPlace)
    return session.place


def lesson_of(session: Session) -> LessonSession:
    """Return the place, which is a lesson."""
    assert isinstance(session.place, LessonSession)
    return session.place


def work_of(home: Home) -> Path:
    (folder,) = (home.folder / "work").iterdir()
    return folder


def kinds(reply: Reply) -> list[str]:
    return [type(item).__name__ for item in reply.items]


def only(reply: Reply, kind: type[_Item]) -> _Item:
    """Return the one item of a kind."""
    (found,) = [item for item in reply.items if isinstance(item, kind)]
    return found
