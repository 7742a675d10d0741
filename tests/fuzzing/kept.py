"""What is fuzzed of the files that learners, teachers and authors keep, and hand to each other.

Each is written to its place, opened as its users would have it, and what it says is shown.
"""

from __future__ import annotations

import json
import shutil
import sys
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from fuzzing.outcome import Tally, try_one
from fuzzing.subjects import (
    Subject,
    Try,
    anything,
    junk,
    mangled,
    spoiled,
    zips,
)
from grading.class_room import lesson_two
from routelab import bundled
from routelab.cookies import CookieJar
from routelab.fates import Policy
from routelab.grading.formats.base import Graded
from routelab.grading.formats.kinds import FORMATS
from routelab.grading.records import SubmissionGrade, SubmissionVerdict, TaskGrade
from routelab.grading.results import merged
from routelab.learner.cookiefile import CookieFile
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import SWITCHES, Settings
from routelab.lessons.reading import in_language, load_lesson, read_lesson
from routelab.lessons.teaching import read_notes
from routelab.screen.plain import lines
from routelab.screen.shown.demo import cue_blocks
from routelab.screen.shown.handout import teacher_blocks
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.telling import tell
from routelab.session.demo.cue import Cue, read_cue
from routelab.session.demo.script import parse_script
from routelab.session.handing_in import take_back
from routelab.session.reply import SourceShown
from routelab.setcookie import Cookie
from routelab.web.places import LinkedPlaces
from routelab.web.sharing import read_fragment
from sessions import BUNDLED, Home

Read = Callable[[Path], None]
_SPOKEN = BUNDLED[1]  # a lesson that is told in another language, and has notes
_NOW = 1_900_000_000.0


def told(text: object) -> None:
    tell(*str(text).split("\n"))


@contextmanager
def files(name: str, read: Read) -> Iterator[Try]:
    """Give what writes a text, bytes or a document to a file, and reads it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "into" / name

        def tried(tally: Tally, content: Any) -> None:
            shutil.rmtree(file.parent, ignore_errors=True)
            file.parent.mkdir()
            file.write_bytes(_bytes(content))
            try_one(tally, content, lambda: read(file))

        yield tried


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    text = content if isinstance(content, str) else json.dumps(content)
    return text.encode("utf-8", "surrogatepass")


_SETTINGS = {
    "plain": True,
    "editor": "nano -w",
    "language": "de",
    "off": ["completion", "highlighting"],
    "trusted": {"0a1b": "/somewhere"},
}


def _settings(file: Path) -> None:
    settings = Settings(file)
    told([settings.plain, settings.editor, settings.language, settings.trusts("0a1b")])
    for switch in SWITCHES:
        told([settings.is_on(switch), settings.turn(switch)])
    settings.choose_plain(plain=False)
    settings.trust({"2c3d": file})
    assert Settings(file).trusts("2c3d"), "what was just chosen is forgotten"


_COOKIE = Cookie(
    key="a", name="a", value="b", domain="localhost", host_only=True, path="/", expires=2e9, secure=False,
    http_only=True, same_site="Lax",
)  # fmt: skip
_COOKIES = {"cookies": [_COOKIE._asdict(), {**_COOKIE._asdict(), "name": "c", "expires": None}]}


def _cookies(file: Path) -> None:
    for policy in Policy:
        kept = CookieFile(file)
        jar, aside = kept.read(policy)
        told([aside, *jar])
        for host, path in (("localhost:5000", "/user/é"), ("a.example", "/")):
            told(jar.sending(host, path, _NOW, scheme="https"))
        jar.store("localhost", "/", ["n=1; Max-Age=60; Path=/"], _NOW)
        kept.save(jar)
        assert CookieJar(policy) is not jar


def _grades() -> tuple[SubmissionGrade, ...]:
    assignment = lesson_two()
    tasks = tuple(
        TaskGrade(id=task.id, passed=False, score=0, max_score=1, mistakes=("a",), message="b")
        for task in assignment.tasks
    )
    return tuple(
        SubmissionGrade(
            submission=name,
            verdict=SubmissionVerdict.GRADED,
            score=0,
            max_score=len(tasks),
            tasks=tasks,
            isolation="process",
            seconds=0.5,
            lesson_digest=assignment.digest,
        )
        for name in ("ann", "bob")
    )


@cache
def _results() -> list[Any]:
    return [grade.to_json() for grade in _grades()]


def _read_results(file: Path) -> None:
    text = json.loads(file.read_bytes())
    rows = text if isinstance(text, list) else [text]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    grades, said = merged([file, file], lesson_two())
    told(said)
    graded = Graded(lesson_two(), grades, {}, datetime(2031, 5, 6, tzinfo=UTC))
    for chosen in FORMATS.values():
        if not chosen.one or len(grades) == 1:
            sys.stdout.write(chosen.write(graded).replace("\r\n", "\n"))  # as lines of a CSV end


def _lesson_with(file: Path) -> Path:
    """Put the other files of a lesson beside one of it."""
    for other in ("lesson.md", "app.py"):
        shutil.copy(_SPOKEN / other, file.parent / other)
    shutil.copytree(_SPOKEN / "solution", file.parent / "solution")
    return file.parent


def _overlay(file: Path) -> None:
    folder = _lesson_with(file)
    for finding in (*in_language(folder, "de").sorted(), *read_lesson(folder, language="de").findings):
        told(finding)


def _notes(file: Path) -> None:
    reading = read_notes(load_lesson(_lesson_with(file)))
    for finding in reading.findings:
        told(finding)
    if reading.notes is not None:
        tell(*lines(teacher_blocks(load_lesson(file.parent), reading.notes, reading.notes.demos)))


def _script(file: Path) -> None:
    told(parse_script(file.read_text(encoding="utf-8", errors="replace"), "a.demo"))


_CUE = Cue(
    title="A", page=0, pages=2, line="GET /", next_line="GET /b", notes=("one",), revealed=1, things=2,
    right="404", differs="", began=_NOW - 60, page_began=_NOW - 5,
).to_json()  # fmt: skip


def _cue(file: Path) -> None:
    tell(*lines(cue_blocks(read_cue(file), _NOW)))


@contextmanager
def experiments() -> Iterator[Try]:
    """Give what opens a link to an app: its files are shown, and after a yes they are written."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        kept = Home(folder=home / "home")
        places = LinkedPlaces(home, kept.course(), kept.learner(guest=True))

        def tried(tally: Tally, said: Any) -> None:
            packed = urlsafe_b64encode(zlib.compress(json.dumps(said).encode())).decode()

            def subject() -> None:
                shared = read_fragment(f"app={packed}&request=GET%20/")
                shown = [
                    SourceShown(file=n, first=1, lines=tuple(t.splitlines())) for n, t in shared.files.items()
                ]
                tell(*lines(reply_blocks(shown)))
                places.take_in(shared).close()

            try_one(tally, said, subject)

        yield tried


def _taken_back(file: Path) -> None:
    home = file.parent
    try:
        take_back(file.read_bytes(), home / "progress.json", home / "work", home / "mine")
    finally:
        told(ProgressFile(home / "progress.json").opened)
        assert {path.name for path in home.iterdir()} <= {
            file.name, "progress.json", "progress.json.lock", "progress.damaged-1.json", "work", "mine",
        }  # fmt: skip


file_names = (
    st.sampled_from(["app.py", "app.py/b", "a", "a/b", "A.py", ".main", "templates/x.html", "é.py"])
    | anything
)
_texts = anything | st.just("app = 1\n")
_linked = st.builds(
    lambda main, text, others: {"main": main, "files": {main: text, **others}},
    st.sampled_from(["app.py", "a/b.py", "é.py"]),
    _texts,
    st.dictionaries(file_names, _texts, max_size=4),
)


def text_of(name: str, folder: Path = _SPOKEN) -> str:
    return (folder / name).read_text(encoding="utf-8")


KEPT = (
    Subject("settings", spoiled(_SETTINGS) | junk, lambda: files("settings.json", _settings), 40),
    Subject("cookies of a session", spoiled(_COOKIES) | junk, lambda: files("s.json", _cookies), 40),
    Subject("results of grading", st.deferred(lambda: spoiled(_results())), lambda: files("all.json", _read_results), 20),
    Subject("a lesson's translation", mangled(text_of("lesson.de.md")), lambda: files("lesson.de.md", _overlay), 10),
    Subject("notes for teachers", mangled(text_of("teacher.toml")), lambda: files("teacher.toml", _notes), 10),
    Subject(
        "scripts of demos",
        st.sampled_from([path.read_text(encoding="utf-8") for path in bundled.demos().values()]).flatmap(mangled),
        lambda: files("a.demo", _script),
        20,
    ),
    Subject("places in a demo", spoiled(_CUE) | junk, lambda: files("cue.json", _cue), 20),
    Subject("linked apps", _linked, experiments, 20),
    Subject("work taken back", zips, lambda: files("work.zip", _taken_back), 20),
)  # fmt: skip
