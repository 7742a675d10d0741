"""`routelab grade` as it is typed: what it prints, its exit codes, and one line for whatever is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from grading.class_room import ARTIST, KINDS, NO_RULE, SOLUTION, STARTER, TASKS, WHOLE, submit, whole_class
from routelab.commands import grade as command
from routelab.grading.judging import Judged
from routelab.grading.submissions import Submission
from routelab.lessons.files import Files, project, write_project
from routelab.lessons.starting import new_lesson
from sessions import bundled_lesson
from support import Cli, Ended

PROCESS = ("--isolation", "process", "--jobs", "1")


def grade(cli: Cli, *words: str, folder: Path | None = None) -> Ended:
    return cli("grade", "2", *words, *PROCESS, folder=folder)


def results(ended: Ended) -> list[dict[str, object]]:
    return [json.loads(line) for line in ended.out.splitlines()]


def test_each_kind_of_submission_gets_its_verdict_its_points_and_its_mistakes_and_a_class_its_table(
    cli: Cli, tmp_path: Path
) -> None:
    whole_class(tmp_path / "class", 8)
    ended = grade(cli, "class", "--format", "json", "-o", "r.json", folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (3, "", "")
    graded = [json.loads(line) for line in (tmp_path / "r.json").read_text().splitlines()]
    assert len(graded) == 8
    for result, (kind, (_, verdict, points, mistakes)) in zip(graded, KINDS.items(), strict=False):
        assert list(result) == [
            "submission", "verdict", "score", "max_score", "tasks", "isolation", "seconds", "lesson_digest",
        ]  # fmt: skip
        tasks = result["tasks"]
        assert isinstance(tasks, list)
        assert result["submission"] == f"{list(KINDS).index(kind):03}-{kind}"
        assert (result["verdict"], result["score"], result["max_score"]) == (verdict, sum(points), WHOLE)
        assert list(tasks[0]) == ["id", "passed", "score", "max_score", "mistakes", "message"]
        assert tuple(task["score"] for task in tasks) == points
        assert tuple(said for task in tasks for said in task["mistakes"]) == mistakes
        assert all(bool(task["message"]) is not task["passed"] for task in tasks)

    lines = cli("grade", "2", "--merge", "r.json", folder=tmp_path).out.splitlines()
    assert lines[0] == f"02-dynamic-segments: 8 submissions, {TASKS} tasks"
    assert lines[2].split() == ["submission", "artist", "hello", "table", "points"]
    assert lines[3].split() == ["000-right", *["1"] * TASKS, f"{WHOLE}", "of", f"{WHOLE}"]
    assert max(map(len, lines)) <= 80
    wrong = lines[lines.index("What the class got wrong") :]
    at = next(number for number, line in enumerate(wrong) if NO_RULE[:20] in line)
    assert wrong[at] == f"   2  {NO_RULE}"
    assert wrong[at + 1] == f"      page {ARTIST.page}, {ARTIST.title} (artist): 002-foreseen, 007-foreseen"


@pytest.mark.parametrize(
    ("app", "task", "code"),
    [(SOLUTION, "artist", 0), (STARTER, "artist", 1), ("x = 1", "artist", 3)],
)
def test_exit_codes(cli: Cli, tmp_path: Path, app: str, task: str, code: int) -> None:
    submit(tmp_path / "ann", app)
    assert grade(cli, "ann", "--task", task, folder=tmp_path).code == code


def test_an_edit_that_passes_the_checks_and_was_not_asked_for_gets_its_reason(
    cli: Cli, tmp_path: Path
) -> None:
    write_project(project(bundled_lesson(12).folder, Files.SOLUTION), tmp_path / "ann")
    app = tmp_path / "ann" / "app.py"
    app.write_text(app.read_text("utf-8").replace('url_for("home")', '"/"'), "utf-8")
    ended = cli("grade", "12", "ann", "--task", "menu", *PROCESS, "--format", "json", folder=tmp_path)
    (task,) = json.loads(ended.out)["tasks"]
    assert (ended.code, task["passed"], task["score"]) == (1, False, 0)
    assert task["message"] == task["mistakes"][0]
    assert "written by hand" in task["message"]


def test_the_message_says_what_came_and_nothing_of_a_hidden_check(cli: Cli, tmp_path: Path) -> None:
    new_lesson(tmp_path / "lesson")
    text = (tmp_path / "lesson" / "lesson.md").read_text()
    secret = '[[check]]\nrequest = "GET /hello/Zoe"\nexpect = [\'body == "Hello, Zoe!"\']\nhidden = true\npoints = 3\n'
    text = text.replace("[[mistake]]", f"{secret}[[mistake]]", 1)
    text = text.replace(
        "expect = ['body == \"Hello, you!\"']", "expect = ['body == \"Hello, you!\"']\npoints = 2"
    )
    (tmp_path / "lesson" / "lesson.md").write_text(text)
    cheat = (tmp_path / "lesson" / "solution" / "app.py").read_text()
    submit(
        tmp_path / "cheat",
        cheat.replace('f"Hello, {name}!"', '"Hello, you!" if name == "you" else "Hello, Ann!"'),
    )
    submit(tmp_path / "none", "from flask import Flask\napp = Flask(__name__)\n")
    ended = cli("grade", "lesson", "cheat", "none", "--format", "json", *PROCESS, folder=tmp_path)
    cheated, nothing = results(ended)
    assert (cheated["score"], cheated["max_score"], nothing["score"]) == (2, 5, 0)
    assert "Zoe" not in ended.out
    assert "a check that is not shown did not pass" in str(cheated["tasks"])
    assert "GET /hello gives 404" in str(nothing["tasks"]) or "The body is" in str(nothing["tasks"])


def test_a_status_that_a_check_asks_for_and_gets_is_not_said_to_be_wrong(cli: Cli, tmp_path: Path) -> None:
    new_lesson(tmp_path / "lesson")
    lesson = tmp_path / "lesson" / "lesson.md"
    check = '[[check]]\nrequest = "GET /no"\nexpect = ["status == 404", \'header "X-By" == "me"\']\n'
    lesson.write_text(lesson.read_text().replace("[[mistake]]", f"{check}[[mistake]]", 1))
    submit(tmp_path / "ann", (tmp_path / "lesson" / "solution" / "app.py").read_text())
    ended = cli("grade", "lesson", "ann", "--format", "json", *PROCESS, folder=tmp_path)
    message = json.loads(ended.out)["tasks"][0]["message"]
    assert "X-By" in message
    assert "404" not in message


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("grade", "nolesson", "ann"), 2, "there is no lesson 'nolesson'"),
        (("grade", ".", "1"), 2, "there is no lesson '.'; that folder has no lesson.md; name the lesson first"),
        (("grade", "2"), 2, "name the lesson and then a folder to grade, as in: routelab grade 2 FOLDER"),
        (("grade", "2", "nobody"), 2, "'nobody': there is no such folder"),
        (("grade", "2", "ann", "--task", "nope"), 2, "no edit task 'nope'; its edit tasks are artist, hello, table"),
        (("grade", "2", "--task", "nope", "ann"), 2, "no edit task 'nope'; its edit tasks are artist, hello, table"),
        (("grade", "2", "ann", "--resume"), 2, "--format json and --output FILE"),
        (("grade", "2", "ann", "--shard", "3/2"), 2, "as in 2/8"),
        (("grade", "2", "ann", "--jobs", "0"), 2, "whole number above 0"),
        (("grade", "2", "ann", "--jobs", "9" * 5000), 2, "whole number above 0"),
        (("grade", "2", "ann", "--shard", f"1/{'9' * 5000}"), 2, "as in 2/8"),
        (("grade", "2", "ann", "-o", "no/such/folder"), 1, "no/such/folder cannot be written: No such file"),
        (("grade", "2", "ann", "--format", "json", "-o", "ann"), 1, "ann cannot be written: Is a directory"),
        (("grade", "2", "ann", "ann", "--format", "vpl"), 2, "has room for one submission, and here are 2"),
        (("grade", "2", "--merge", "ann/app.py"), 2, "ann/app.py:1: this is not a result of routelab grade"),
        (("grade", "2", "--merge", "nothing"), 2, "nothing: it cannot be read: No such file"),
        (("grade", "2", "ann", "--merge", "x"), 2, "grades no folder"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    submit(tmp_path / "ann", SOLUTION)
    ended = cli(*words, folder=tmp_path)
    assert (ended.code, ended.out) == (code, "")
    complaint = [line for line in ended.err.splitlines() if "two submissions" not in line]
    assert len(complaint) == 1
    assert complaint[0].startswith("routelab: ")
    assert says in ended.err


@pytest.mark.parametrize("wanted", ["text", "json"])
def test_ctrl_c_writes_what_is_done(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    """It is done, and one before it is not; that a real Ctrl-C comes here is proven by grading/test_many.py."""
    really = vars(command)["judge_all"]

    def judge_all(
        assignment: object, submissions: Sequence[Submission], *setup: object
    ) -> Iterator[tuple[int, Judged]]:
        ((_, judged),) = really(assignment, submissions[1:2], *setup)
        yield 1, judged
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "judge_all", judge_all)
    for name in ("1", "2", "3"):
        submit(tmp_path / "class" / name, SOLUTION)
    ended = grade(cli, "class", "--task", "artist", "--format", wanted, folder=tmp_path)
    assert ended.code == 130
    assert ended.err.startswith("routelab: stopped when 1 of 3 were graded; ")
    assert ended.err.count("\n") == 1
    assert "--resume" in ended.err
    if wanted == "text":
        assert "\n2                1  1 of 1\n" in ended.out
    else:
        assert [(each["submission"], each["score"]) for each in results(ended)] == [("2", 1)]


def test_a_lesson_without_a_task_to_edit_is_one_line(cli: Cli, tmp_path: Path) -> None:
    new_lesson(tmp_path / "lesson")
    text = (tmp_path / "lesson" / "lesson.md").read_text()
    (tmp_path / "lesson" / "lesson.md").write_text(text[: text.index("## Greet everybody")])
    ended = cli("grade", "lesson", ".", folder=tmp_path)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "has no task to edit" in ended.err


def test_two_of_one_name_are_both_graded_and_said(cli: Cli, tmp_path: Path) -> None:
    submit(tmp_path / "a" / "ann", SOLUTION)
    submit(tmp_path / "b" / "ann", STARTER)
    ended = grade(cli, "a", "b", "--format", "json", folder=tmp_path)
    assert ended.code == 0
    assert [(each["submission"], each["score"]) for each in results(ended)] == [
        ("ann", WHOLE),
        ("ann (2)", 0),
    ]
    assert ended.err.count("\n") == 1
    assert "two submissions are called 'ann'" in ended.err


def test_what_lies_beside_submissions_and_is_none_is_said(cli: Cli, tmp_path: Path) -> None:
    submit(tmp_path / "class" / "ann", SOLUTION)
    for name in ("bob.py", "cy.rar", ".hidden.py", "marks.csv", "dan_app.py"):
        (tmp_path / "class" / name).write_text("x = 1\n")
    ended = grade(cli, "class", "--format", "json", folder=tmp_path)
    assert [each["submission"] for each in results(ended)] == ["ann", "cy.rar", "dan"]
    told = [Path(line.removeprefix("routelab: ").partition(":")[0]).name for line in ended.err.splitlines()]
    assert told == ["bob.py"]
    alone = grade(cli, "class/ann", "--format", "json", folder=tmp_path)
    assert alone.err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not to be had there")
def test_names_of_any_kind_break_no_line(cli: Cli, tmp_path: Path) -> None:
    names = ["a\nb", "\x1b[31mred", 'q"uo,te', "=cmd|' C calc'!A0", "ünï", " space "]
    for name in names:
        submit(tmp_path / "class" / name, None)
    ended = grade(cli, "class", "--format", "json", folder=tmp_path)
    assert [each["submission"] for each in results(ended)] == sorted(names)
    (tmp_path / "r.json").write_text(ended.out, encoding="utf-8")
    text = cli("grade", "2", "--merge", "r.json", folder=tmp_path)
    assert "\x1b" not in text.out
    assert "a\\nb" in text.out
