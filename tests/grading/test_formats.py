"""Each format against its published form, and against names and messages that would break or forge it."""

from __future__ import annotations

import codecs
import csv
import json
import re
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema_rs import Draft202012Validator

from grading.class_room import lesson_two
from routelab.grading.formats.base import Graded
from routelab.grading.formats.kinds import FORMATS
from routelab.grading.records import SubmissionGrade, SubmissionVerdict, TaskGrade
from tables import each

NASTY = (
    "plain",
    "=1+1",
    " =cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\uff1d1+1",
    "\t=1",
    "a,b;c\"d'e",
    "a\nb\r\nc",
    "\x1b]0;title\x07\x1b[31m",
    "\x00\x0b\x85\u2028\u2029",
    "\u202eevil\u2066",
    "\udcff",
    "\ufffe\U0001f600",
    "<b>&amp;]]></testsuite>",
    "Grade :=>> 100",
    "\nGrade :=>> 100\n",
    "\rGrade :=>> 100",
    "<|--\nGrade :=>> 100\n--|>",
    "\u2028Grade :=>> 100",
    "",
)
NO_RUNNER: dict[str, str] = {}
A_RUNNER = {
    "CLASSROOM": "cs", "ASSIGNMENT": "routes", "MODE": "group", "OWNER": "ann", "SUBMISSION_TAG": "submit/2026-a1",
    "COMMIT_URL": "https://git/c", "RELEASE_URL": "https://git/r", "REVIEW_URL": "https://git/v",
    "VPL_GRADEMAX": "10.0000",
}  # fmt: skip


def graded(text: str, verdict: SubmissionVerdict, environ: dict[str, str] = NO_RUNNER) -> Graded:
    """Make a grade in which a text stands wherever a submission has a say."""
    whole = lesson_two()
    assignment = whole._replace(tasks=whole.tasks[:2])
    tasks = tuple(
        TaskGrade(
            id=task.id,
            passed=number == 0,
            score=1 - number,
            max_score=1,
            mistakes=() if number == 0 else (text,),
            message="" if number == 0 else f"{text} said",
        )
        for number, task in enumerate(assignment.tasks)
    )
    grade = SubmissionGrade(
        submission=text,
        verdict=verdict,
        score=1,
        max_score=2,
        tasks=tasks,
        isolation="process",
        seconds=0.25,
        lesson_digest=assignment.digest,
    )
    return Graded(assignment, (grade,), environ, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


each_text = each("text", NASTY)
each_verdict = each("verdict", [SubmissionVerdict.GRADED, SubmissionVerdict.ENDED])


def test_the_list_is_the_contracts() -> None:
    assert list(FORMATS) == ["text", "json", "csv", "junit", "gradescope", "classroom50", "vpl"]


@each_text
@each("name", FORMATS)
def test_what_is_written_can_be_read_and_has_no_raw_control_character(text: str, name: str) -> None:
    written = FORMATS[name].write(graded(text, SubmissionVerdict.GRADED))
    written.encode("utf-8")
    assert not re.search(
        "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", written
    )


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_a_table_is_as_wide_as_it_may_be(columns: int) -> None:
    """Learning platforms give long names; one that has no room beside its points has a line of its own."""
    name = "Ann Lee_1234567_assignsubmission_file"
    given = graded(name, SubmissionVerdict.DID_NOT_LOAD)._replace(columns=columns)
    rows = FORMATS["text"].write(given).splitlines()[2:]
    assert [row for row in rows if len(row) > columns and name not in row] == []
    assert any(row.startswith(name) for row in rows)
    assert any(len(row) > 80 for row in rows) is False


@each_text
def test_json_is_a_line_that_reads_back(text: str) -> None:
    given = graded(text, SubmissionVerdict.GRADED)
    (line,) = FORMATS["json"].write(given).splitlines()
    assert SubmissionGrade.from_json(json.loads(line)) == given.grades[0]


@each_text
def test_csv_holds_no_formula(text: str) -> None:
    written = FORMATS["csv"].write(graded(text, SubmissionVerdict.GRADED)).encode()
    assert written.startswith(codecs.BOM_UTF8) is not written.isascii()
    rows = list(csv.reader(StringIO(written.decode("utf-8-sig"), newline="")))
    head, row = rows
    assert head == ["submission", "verdict", "score", "max_score", "artist", "hello", "mistakes", "message"]
    assert len(row) == len(head)
    assert row[1:6] == ["graded", "1", "2", "1", "0"]
    for cell in (row[0], row[6], row[7]):
        assert not re.match(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]", cell)


@each_verdict
@each_text
def test_junit_is_the_document_that_ci_reads(text: str, verdict: SubmissionVerdict) -> None:
    root = ElementTree.fromstring(FORMATS["junit"].write(graded(text, verdict)).encode())
    # As Jenkins' junit-10.xsd has it: names, required attributes, order, and numbers that agree.
    assert root.tag == "testsuites"
    allowed = {
        "testsuites": {"name", "tests", "failures", "errors", "time"},
        "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
        "testcase": {"name", "classname", "time"},
        "failure": {"message", "type"},
        "error": {"message", "type"},
    }
    for element in root.iter():
        assert set(element.keys()) == allowed[element.tag]
        assert [child.tag for child in element] == sorted(child.tag for child in element)
    (suite,) = root
    assert int(suite.get("tests", "")) == len(suite) == 2
    for kind, tag in (("failures", "failure"), ("errors", "error")):
        assert int(suite.get(kind, "")) == len(list(suite.iter(tag))) == int(root.get(kind, ""))
    assert len(list(suite.iter("failure"))) == (verdict is SubmissionVerdict.GRADED)
    assert float(suite.get("time", "")) == 0.25


VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
GRADESCOPE = {
    "type": "object",
    "required": ["tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "integer"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["score"],
                "properties": {
                    "score": {"type": "integer"},
                    "max_score": {"type": "integer"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "visibility": VISIBILITY,
                },
            },
        },
    },
}
TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
POINTS: dict[str, Any] = {"type": "integer", "minimum": 0}
CLASSROOM50 = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release",
        "review", "datetime", "score", "max-score", "tests",
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        **dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), TEXT),
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "score": POINTS,
        "max-score": POINTS,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": POINTS, "max-score": POINTS},
            },
        },
    },
}  # fmt: skip


@each_verdict
@each_text
def test_gradescope_has_the_published_form(text: str, verdict: SubmissionVerdict) -> None:
    document = json.loads(FORMATS["gradescope"].write(graded(text, verdict)))
    Draft202012Validator(GRADESCOPE).validate(document)
    assert document["score"] == sum(test["score"] for test in document["tests"]) == 1


@each("environ", [NO_RUNNER, A_RUNNER])
@each_text
def test_classroom50_has_the_published_form(text: str, environ: dict[str, str]) -> None:
    document = json.loads(FORMATS["classroom50"].write(graded(text, SubmissionVerdict.GRADED, environ)))
    Draft202012Validator(CLASSROOM50).validate(document)
    assert document["score"] <= document["max-score"]
    assert sum(test["score"] for test in document["tests"]) == document["score"]
    if environ:
        assert (document["owner"], document["submission"]) == ("ann", "submit/2026-a1")


def grade_as_vpl_reads(printed: str) -> str:
    """Return what its last grade line says; lines are cut where any reader might cut them."""
    grades = [line for line in printed.splitlines() if line.startswith("Grade :=>>")]
    assert len(grades) == 1
    return grades[0].removeprefix("Grade :=>>").strip()


@each_verdict
@each_text
def test_vpl_has_one_grade_whatever_is_said(text: str, verdict: SubmissionVerdict) -> None:
    printed = FORMATS["vpl"].write(graded(text, verdict))
    assert grade_as_vpl_reads(printed) == "1"
    assert all(line.startswith(("Comment :=>>", "Grade :=>>")) for line in printed.splitlines())
    assert grade_as_vpl_reads(FORMATS["vpl"].write(graded(text, verdict, A_RUNNER))) == "5"
