"""A teacher's notes: what they must say, what `check` proves of them, and who sees them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import Files, project
from routelab.lessons.findings import TEACHER_FILE, LessonInvalid
from routelab.lessons.prose import plain
from routelab.lessons.reading import load_lesson
from routelab.lessons.teaching import load_notes, read_notes
from routelab.session.demo.catalog import noted_demo
from screen.documents import Document
from sessions import load_bundled, write_lesson
from support import ROOT, Cli
from tables import each

NOTES = """
goals = ["read `one` rule"]
minutes = 12
leave_out = ["read"]
words = ["rule"]
demo = ["guess"]
hour = "The first part."

[[wrong]]
thinks = "A minus is a digit."
page = "guess"
say = "It is none."

[[question]]
ask = "What about 7?"
answer = "It fits."
request = "GET /post/7"
expect = ["status == 200"]
"""
BROKEN = (
    ('goals = ["read `one` rule"]\n', "", "teacher.toml has no goals; write one, as in: goals = [\"...\", \"...\"]"),
    ('["read `one` rule"]', '["<b>"]', "goals: "),
    ("minutes = 12\n", "", "minutes: say how long"),
    ('leave_out = ["read"]', 'leave_out = ["raed"]', "leave_out: the lesson has no page 'raed'; did you mean 'read'?"),
    ('words = ["rule"]', 'words = ["rools"]', "words: 'rools' is not in the glossary"),
    ('demo = ["guess"]\n', "", "teacher.toml has no demo; write one, as in: demo = [\"...\", \"...\"]"),
    ('page = "guess"', 'page = "quess"', "page: the lesson has no page 'quess'; did you mean 'guess'?"),
    ('page = "guess"', 'page = "guess"\ncovers = ["M99"]', "covers: page 'guess' does not cover 'M99'"),
    ("GET /post/7", "nonsense", "request: "),
    ("status == 200", "status is 200", "expect: "),
    ('expect = ["status == 200"]\n', "", "[[question]] has no expect; write one, as in: expect = [\"status == 200\"]"),
    ("[[question]]", "[[questions]]", "questions is not a key of teacher.toml; did you mean 'question'?"),
    ("goals = [", "goals = [[", "this is not TOML"),
)  # fmt: skip
FALSE = (  # which is seen where the lesson is run
    ('demo = ["guess"]', 'demo = ["read"]', "demo 'read': "),
    ('demo = ["guess"]', 'demo = ["nope"]', "demo 'nope': there is no lesson, no script and no demo 'nope'"),
    ("status == 200", "status == 404", "what the page states is not so"),
    ("minutes = 12\n", "", "minutes: say how long"),  # as all that is read
)


def lesson_with(folder: Path, notes: str) -> Path:
    write_lesson(folder)
    (folder / TEACHER_FILE).write_text(notes, encoding="utf-8")
    return folder


def test_notes_are_read_and_proven(cli: Cli, tmp_path: Path) -> None:
    folder = lesson_with(tmp_path / "small", NOTES)
    notes = load_notes(load_lesson(folder))
    assert notes is not None
    assert (plain(notes.goals[0]), notes.minutes, notes.demos) == ("read `one` rule", 12, ("guess",))
    assert [page.id for page in notes.leave_out] == ["read"]
    assert [term.word for term in notes.words] == ["rule"]
    assert notes.wrong[0].page.id == "guess"
    ended = cli("check", str(folder), "--engine", "routelab")
    assert (ended.code, ended.out.count("\n")) == (0, 1)


@pytest.mark.parametrize(("old", "new", "says"), BROKEN)
def test_what_is_wrong_with_notes_is_a_finding_with_its_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in NOTES
    found = read_notes(load_lesson(lesson_with(tmp_path / "small", NOTES.replace(old, new, 1)))).findings
    assert any(says in f"{it.text}" for it in found), found
    assert all(it.place.startswith(f"{TEACHER_FILE}:") for it in found)


@pytest.mark.parametrize(("old", "new", "says"), FALSE)
def test_what_is_wrong_with_notes_is_told_where_the_lesson_is_checked(
    cli: Cli, tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in NOTES
    folder = lesson_with(tmp_path / "small", NOTES.replace(old, new, 1))
    ended = cli("check", str(folder), "--engine", "routelab")
    assert ended.code == 1
    found = [line for line in ended.out.splitlines() if f"/{TEACHER_FILE}" in line]
    assert found
    assert any(says in line for line in found), ended.out


def test_notes_that_are_no_text_are_a_finding(tmp_path: Path) -> None:
    folder = lesson_with(tmp_path / "small", "")
    lesson = load_lesson(folder)
    (folder / TEACHER_FILE).write_bytes(b"\xff")
    assert [it.text for it in read_notes(lesson).findings] == [
        "it cannot be read: it is not UTF-8 text of at most 100 kB; save it as UTF-8 text"
    ]
    with pytest.raises(LessonInvalid, match=r"teacher\.toml: it cannot be read"):
        load_notes(lesson)
    (folder / TEACHER_FILE).unlink()
    assert load_notes(lesson) is None


def test_learners_do_not_get_them(cli: Cli, tmp_path: Path) -> None:
    folder = lesson_with(tmp_path / "small", NOTES)
    assert TEACHER_FILE not in project(folder, Files.STARTER)
    ended = cli("handout", str(folder), "--no-answers")
    assert "A minus is a digit" not in ended.out


def test_a_teachers_handout_begins_with_them(cli: Cli, tmp_path: Path) -> None:
    folder = lesson_with(tmp_path / "small", NOTES)
    ended = cli("handout", str(folder), "--no-answers", "--teacher")
    assert (ended.code, ended.err) == (0, "")
    shown = Document(ended.out).shown
    at = [
        shown.index(text)
        for text in (
            "For teachers",
            "12 minutes with a class",
            "pages 1 (Read)",
            "The first part.",
            f"routelab demo {folder.as_posix()}/guess",
            "Page 3, Guess",
            "A minus is a digit.",
            "What about 7?",
            "It can be shown: GET /post/7",
        )
    ]
    assert at == sorted(at)
    (folder / TEACHER_FILE).unlink()
    ended = cli("handout", str(folder), "--teacher", "--no-answers")
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "small has no teacher.toml" in ended.err


def noted() -> list[tuple[int, Path]]:
    return [
        (number, folder)
        for number, folder in enumerate(bundled_lessons())
        if (folder / TEACHER_FILE).exists()
    ]


def test_every_bundled_lesson_has_notes() -> None:
    assert [folder for _, folder in noted()] == list(bundled_lessons())


@each(("number", "folder"), noted())
def test_the_notes_of_a_bundled_lesson_can_be_used(number: int, folder: Path) -> None:
    lesson = load_bundled(folder)
    notes = load_notes(lesson)
    assert notes is not None
    assert 10 <= notes.minutes <= 20
    assert len(notes.goals) >= 2
    assert len(notes.wrong) >= 2
    assert len(notes.questions) >= 2
    assert any(question.fact for question in notes.questions)
    own = [page for page in lesson.pages if page.task is None or not page.task.other_lessons]
    covered = {number for page in own for number in page.covers}
    assert covered == set() or covered & {number for wrong in notes.wrong for number in wrong.covers}
    pages = [name for name in notes.demos if name in [page.id for page in lesson.pages]]
    assert pages
    assert noted_demo(lesson, pages[0])[0] == f"routelab demo {number}/{pages[0]}"


def test_three_lessons_make_a_class_of_45_minutes() -> None:
    hours = {
        number: notes
        for number, folder in noted()
        if (notes := load_notes(load_bundled(folder))) is not None and notes.hour
    }
    assert list(hours) == [1, 2, 4]
    assert sum(notes.minutes for notes in hours.values()) <= 45


BEGIN, END = "<!-- notes begin -->\n", "<!-- notes end -->\n"


def test_the_index_in_the_documents_is_that_of_the_notes(request: pytest.FixtureRequest) -> None:
    path = ROOT / "docs" / "teaching.md"
    text = path.read_text(encoding="utf-8")
    now = re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}{''.join(index())}{END}", text, flags=re.DOTALL)
    if request.config.getoption("--rewrite"):
        path.write_text(now, encoding="utf-8")
    else:
        assert now == text, "the index of notes is old; pytest tests/lessons/test_teaching.py --rewrite"


def index() -> list[str]:
    rows = ["| lesson | minutes | without pages | to show |\n", "| --- | --- | --- | --- |\n"]
    for number, folder in noted():
        lesson = load_bundled(folder)
        notes = load_notes(lesson)
        assert notes is not None
        out = [page for page in lesson.pages if page in notes.leave_out]
        out += [page for page in lesson.pages if page.task is not None and page.task.brief.optional]
        numbers = sorted({lesson.pages.index(page) + 1 for page in out})
        shown = ", ".join(f"`{noted_demo(lesson, name)[0]}`" for name in notes.demos)
        rows.append(
            f"| {number}. {lesson.title} | {notes.minutes} | {', '.join(map(str, numbers))} | {shown} |\n"
        )
    return rows
