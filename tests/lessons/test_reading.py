"""Lesson folders to lessons, and the one line that each fault of their text gets."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from lessons.cases_broken_texts import BROKEN_TEXTS, BrokenText
from lessons.lessonkit import Breaking, broken_lesson, edits, shown, sound_lesson
from routelab.lessons.expectation import expectation_text, question_text
from routelab.lessons.files import Files
from routelab.lessons.findings import CheckRule, LessonInvalid
from routelab.lessons.markdown import InlineError, styled
from routelab.lessons.prose import Code, ItemList, Paragraph, Span, Style, Table, plain
from routelab.lessons.reading import STEP_KINDS, load_lesson, read_lesson
from routelab.lessons.records import Lesson
from routelab.lessons.starting import new_lesson
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.try_ import TryTask
from support import ROOT
from tables import each


def test_the_parts_of_a_sound_lesson(tmp_path: Path) -> None:
    lesson = sound_lesson(tmp_path / "07-url-building")
    assert (lesson.name, lesson.title, lesson.minutes, lesson.part) == (
        "07-url-building",
        "Url building",
        5,
        None,
    )
    assert plain(lesson.goal) == "See how a variable in a rule reaches the view function."
    assert lesson.show == ("request", "match", "view", "response")
    assert lesson.loads
    ids = [page.id for page in lesson.pages]
    assert ids == ["say-hello", "say-hello-to-nobody", "greet-everybody"]
    assert [page.files for page in lesson.pages] == [Files.STARTER] * 3


def test_a_try_task(tmp_path: Path) -> None:
    task = sound_lesson(tmp_path / "a").pages[0].task
    assert isinstance(task, TryTask)
    assert [expectation_text(it) for it in task.expect] == ['view == "hello"', 'arg "name" == "Ann"']
    assert [(it.typed, it.line.path) for it in task.example] == [("GET /hello/Ann", "/hello/Ann")]
    assert plain(task.brief.ask) == "Make the app greet Ann."
    assert len(task.brief.hints) == 2
    assert not task.brief.optional


def test_a_prediction(tmp_path: Path) -> None:
    task = sound_lesson(tmp_path / "a").pages[1].task
    assert isinstance(task, PredictTask)
    assert question_text(task.question) == "status"
    assert [(choice.label, choice.value, bool(choice.say)) for choice in task.choices] == [
        ("200", 200, False),
        ("404", 404, False),
        ("500", 500, True),
    ]


def test_an_edit(tmp_path: Path) -> None:
    task = sound_lesson(tmp_path / "a").pages[2].task
    assert isinstance(task, EditTask)
    assert [(check.request.typed, plain(check.because)) for check in task.checks] == [
        ("GET /hello", ""),
        ("GET /hello/Ann", "The old rule must stay beside the new one."),
    ]
    (mistake,) = task.mistakes
    assert [(edit.file, edit.old, edit.new) for edit in mistake.replacements] == [
        (PurePosixPath("app.py"), "/hello/<name>", "/hello")
    ]
    lines = (tmp_path / "a" / "lesson.md").read_text().splitlines()
    assert lines[task.brief.line - 1] == "```toml task"
    assert lines[task.checks[1].line - 1] == "[[check]]"
    assert lines[mistake.line - 1] == "[[mistake]]"


def test_an_edit_of_another_file_after_other_requests(tmp_path: Path) -> None:
    new_lesson(tmp_path)
    (tmp_path / "page.html").write_text("old")
    lesson = (tmp_path / "lesson.md").read_text()
    text = lesson.replace('kind = "edit"', 'kind = "edit"\nfile = "page.html"\nbefore = ["GET /a"]').replace(
        "[[check]]", '[[check]]\nbefore = ["GET /b"]', 1
    )
    (tmp_path / "lesson.md").write_text(text)
    task = load_lesson(tmp_path).pages[-1].task
    assert isinstance(task, EditTask)
    assert str(task.file) == "page.html"
    assert [[request.typed for request in check.before] for check in task.checks] == [
        ["GET /a", "GET /b"],
        *[["GET /a"]] * (len(task.checks) - 1),
    ]
    assert [request.typed for request in task.mistakes[0].before] == ["GET /a"]
    assert {str(change.file) for mistake in task.mistakes for change in mistake.replacements} == {"page.html"}


def test_code_is_taken_from_the_file_with_its_line(tmp_path: Path) -> None:
    blocks = sound_lesson(tmp_path / "a").pages[0].blocks
    code = blocks[-1]
    assert isinstance(code, Code)
    assert code.source is not None
    file = (tmp_path / "a" / "app.py").read_text().splitlines()
    lines = code.text.splitlines()
    assert file[code.source.first_line - 1 :][: len(lines)] == lines
    assert lines[0] == '@app.route("/hello/<name>")'


def lesson_of(folder: Path, pages: str, settings: str = "") -> Lesson:
    (folder / "lesson.md").write_text(f"# A title\n\nThe goal.\n\n{settings}\n{pages}")
    return load_lesson(folder)


def test_blocks_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "class A:\n    @staticmethod\n    def b():\n        return 1\n\n\nC: int = 3\n"
    )
    lesson = lesson_of(
        tmp_path,
        "## One page {#one}\n\nSome *soft* **strong** `code`,\nand [a link](https://x.org).\n\n- a\n- b\n\n"
        "1. c\n\n| h | i |\n| - | - |\n| 1 | `2` |\n\n```python app.py:A.b\n```\n\n```python app.py:C\nC: int = 3\n```\n\n"
        "```html\n<p>\n```\n\n<!-- covers: M01, M02 -->\n<!-- a remark -->\n",
    )
    (page,) = lesson.pages
    paragraph, bullets, numbers, table, method, constant, html = page.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text[:4] == (
        Span(text="Some "),
        Span(text="soft", style=Style.EMPHASIS),
        Span(text=" "),
        Span(text="strong", style=Style.STRONG),
    )
    assert paragraph.text[-2] == Span(text="a link", style=Style.LINK, url="https://x.org")
    assert plain(paragraph.text) == "Some soft strong `code`, and a link."
    assert isinstance(bullets, ItemList)
    assert isinstance(numbers, ItemList)
    assert (bullets.numbered, numbers.numbered) == (False, True)
    assert [plain(item) for item in bullets.items] == ["a", "b"]
    assert isinstance(table, Table)
    assert [plain(cell) for cell in table.rows[0]] == ["1", "`2`"]
    assert isinstance(method, Code)
    assert method.text == "@staticmethod\ndef b():\n    return 1"
    assert isinstance(constant, Code)
    assert constant.source is not None
    assert (constant.text, constant.source.first_line) == ("C: int = 3", 7)
    assert isinstance(html, Code)
    assert (html.text, html.language, html.source) == ("<p>", "html", None)
    assert (page.id, page.covers) == ("one", ("M01", "M02"))


TASK = '```toml task\nkind = "try"\nask = "a"\nexpect = "status == 200"\nexample = "GET /"\n{more}```\n'
EDIT = '```toml task\nkind = "edit"\nask = "a"\n{more}[[check]]\nrequest = "GET /"\nexpect = ["status == 200"]\n```\n'


def test_pages_after_an_edit_are_about_the_solution(tmp_path: Path) -> None:
    lesson = lesson_of(
        tmp_path,
        f"## A\n{TASK.format(more='')}\n## B\n{EDIT.format(more='')}\n## C\n{TASK.format(more='')}",
    )
    assert [page.files for page in lesson.pages] == [Files.STARTER, Files.STARTER, Files.SOLUTION]


def test_what_concerns_page_and_lesson_stands_in_the_task(tmp_path: Path) -> None:
    more = 'loads = false\noptional = true\ncovers = ["M28"]\nbefore = "POST /login name=ann"\n'
    lesson = lesson_of(tmp_path, f"## A\n{TASK.format(more=more)}", '```toml lesson\npart = "Grow"\n```\n')
    (page,) = lesson.pages
    assert page.task is not None
    assert (lesson.loads, lesson.part, page.covers) == (False, "Grow", ("M28",))
    assert page.task.brief.optional
    assert [request.typed for request in page.task.brief.before] == ["POST /login name=ann"]


def test_choices_are_typed_and_nothing_can_be_one(tmp_path: Path) -> None:
    lesson = lesson_of(
        tmp_path,
        '## A\n```toml task\nkind = "predict"\nask = "a"\nrequest = "GET /"\nquery = \'arg "x"\'\n'
        'choices = [1, "1", true, [1]]\nnothing = "there is none"\n[[choice]]\nnothing = true\nsay = "b"\n```\n'
        '## B\n```toml task\nkind = "predict"\nask = "a"\nrequest = "GET /"\nquery = "view"\n'
        'choices = ["home", "two words", "", "  x"]\n```\n',
    )
    first, second = (page.task for page in lesson.pages)
    assert isinstance(first, PredictTask)
    assert isinstance(second, PredictTask)
    assert [choice.label for choice in first.choices] == ["1", '"1"', "true", "[1]", "there is none"]
    assert [choice.nothing for choice in first.choices] == [False] * 4 + [True]
    assert [plain(choice.say) for choice in first.choices][-1] == "b"
    assert [choice.label for choice in second.choices] == ["home", "two words", '""', '"  x"']


TITLE = "# L\n\nGoal.\n\n"


@pytest.mark.parametrize("case", BROKEN_TEXTS, ids=lambda case: case.name)
def test_each_fault_of_the_text_is_one_line(tmp_path: Path, case: BrokenText) -> None:
    folder = broken_lesson(tmp_path / "lesson", case.breaking)
    (found,) = read_lesson(folder).findings
    assert (found.promise, found.line) == (case.promise, case.line_in(folder)), found
    assert found.text.startswith(case.said)
    assert found.text.isprintable()
    assert "; " in found.text or "did you mean" in found.text, "it says what next"


def test_lesson_md_as_a_directory(tmp_path: Path) -> None:
    (tmp_path / "lesson.md").mkdir()
    reading = read_lesson(tmp_path)
    assert reading.lesson is None
    assert shown(reading.findings) == [
        "lesson.md [readable] it is a directory; put the text of the lesson into a file of this name"
    ]


def test_all_findings_are_told_at_once_in_order(tmp_path: Path) -> None:
    breaking = Breaking(
        replace=(
            *edits("minutes = 5 => minuets = 5"),
            *edits('kind = "try" => kind = "tri"'),
            *edits("query = \"status\" => query = 'state'"),
            *edits("## Greet everybody => ## Say hello"),
        )
    )
    reading = read_lesson(broken_lesson(tmp_path / "lesson", breaking))
    assert [finding.line for finding in reading.findings] == [6, 19, 33, 41]
    assert reading.lesson is not None
    # What could be read is there, so that the rest can be proven.
    assert [page.task is not None for page in reading.lesson.pages] == [False, False, True]


def test_several_faults_of_one_task(tmp_path: Path) -> None:
    breaking = Breaking(
        replace=(
            *edits("expect = ['view == \"hello\"' => expect = ['veiw == \"hello\"'"),
            *edits('example = "GET /hello/Ann" => example = "GET"'),
            *edits('after = "The piece => atfer = "The piece'),
        )
    )
    findings = read_lesson(broken_lesson(tmp_path / "lesson", breaking)).findings
    assert [finding.promise for finding in findings] == [
        CheckRule.EXPECTATION,
        CheckRule.REQUEST,
        CheckRule.TOML,
    ]


@pytest.mark.parametrize("wrong", ["choice = 3", "choice = [1]", "choice = ['a']"])
def test_a_table_that_is_none(tmp_path: Path, wrong: str) -> None:
    task = f'kind = "predict"\nask = "a"\nrequest = "GET /"\nquery = "status"\nchoices = [1, 2]\n{wrong}\n'
    (tmp_path / "lesson.md").write_text(f"{TITLE}## A\n```toml task\n{task}```\n")
    assert shown(read_lesson(tmp_path).findings) == [
        "lesson.md:12 [toml] choice is a table of its own; begin it with [[choice]]"
    ]


def test_a_table_written_inline_is_one(tmp_path: Path) -> None:
    lesson = lesson_of(
        tmp_path,
        '## A\n```toml task\nkind = "predict"\nask = "a"\nrequest = "GET /"\nquery = "status"\n'
        'choices = [1, 2]\nchoice = [{value = 1, say = "b"}]\n```\n',
    )
    task = lesson.pages[0].task
    assert isinstance(task, PredictTask)
    assert [plain(choice.say) for choice in task.choices] == ["b", ""]


def test_a_title_below_the_first_page(tmp_path: Path) -> None:
    (tmp_path / "lesson.md").write_text("## A page\n\nIts text.\n\n# The title\n\nThe goal?\n")
    assert [finding.text.partition(";")[0] for finding in read_lesson(tmp_path).findings] == [
        "the goal is missing",
        "the title comes first",
    ]


def test_an_edit_needs_a_check(tmp_path: Path) -> None:
    (tmp_path / "lesson.md").write_text(TITLE + '## A\n```toml task\nkind = "edit"\nask = "a"\n```\n')
    (finding,) = read_lesson(tmp_path).findings
    assert finding.text.startswith("check: an edit task has at least one")


def test_load_lesson_refuses_with_the_first_finding(tmp_path: Path) -> None:
    folder = broken_lesson(
        tmp_path / "09-x",
        Breaking(replace=(*edits("minutes = 5 => minutes = 0"), *edits('kind = "try" => kind = 1'))),
    )
    with pytest.raises(LessonInvalid) as caught:
        load_lesson(folder)
    assert str(caught.value) == (
        "09-x/lesson.md:6: minutes is a whole number above 0; write minutes = 12 "
        "(and 1 more: routelab check tells all)"
    )
    assert len(caught.value.findings) == 2


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    lesson = sound_lesson(tmp_path / "a")
    text = (tmp_path / "a" / "lesson.md").read_text()
    (tmp_path / "a" / "lesson.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_lesson(tmp_path / "a") == lesson


def test_markdown_that_is_hard_to_parse_ends(tmp_path: Path) -> None:
    for text in ("[" * 3000, "*a **a " * 3000, "> " * 3000, "`" * 5000, "- " * 2000 + "x", "<" * 5000):
        (tmp_path / "lesson.md").write_text(f"{TITLE}## A\n\n{text}\n")
        read_lesson(tmp_path)


@each(
    ("text", "words"),
    [
        ("plain", "plain"),
        ("`<int:post_id>` and `__init__`", "`<int:post_id>` and `__init__`"),
        ("post_id and user_id", "post_id and user_id"),
        ("a \\<b> &lt;c&gt;", "a <b> <c>"),
        ("", ""),
    ],
)
def test_inline_text(text: str, words: str) -> None:
    assert plain(styled(text)) == words


@each("text", ["<name>", "<int:x>", "![a](b)", "a <br> b"])
def test_inline_text_that_cannot_be_shown(text: str) -> None:
    with pytest.raises(InlineError):
        styled(text)


def test_the_kinds_of_steps_are_those_of_the_trace() -> None:
    text = (ROOT / "docs" / "trace.schema.json").read_text()
    found = re.findall(r'"kind": {\s*"const": "(\w+)"', text)
    assert sorted(found) == sorted(STEP_KINDS)
