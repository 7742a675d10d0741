"""`junit`: JUnit XML, a suite a submission and a case a task, as CI systems read it."""

from __future__ import annotations

from xml.etree import ElementTree

from routelab.grading.formats.base import Graded, harmless
from routelab.grading.records import SubmissionGrade, SubmissionVerdict, TaskGrade


def write(graded: Graded) -> str:
    """Write one document."""
    suites = ElementTree.Element("testsuites", name=harmless(f"routelab grade {graded.assignment.name}"))
    for grade in graded.grades:
        suites.append(_suite(grade))
    for name in ("tests", "failures", "errors"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    suites.set("time", f"{sum(grade.seconds for grade in graded.grades):.3f}")
    ElementTree.indent(suites)
    text: str = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(grade: SubmissionGrade) -> ElementTree.Element:
    wrong = [task for task in grade.tasks if not task.passed]
    judged = grade.verdict is SubmissionVerdict.GRADED
    name = harmless(grade.submission)
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(grade.tasks)),
        failures=str(len(wrong) if judged else 0),
        errors=str(0 if judged else len(wrong)),
        skipped="0",
        time=f"{grade.seconds:.3f}",
    )
    for task in grade.tasks:
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=harmless(task.id), time="0")
        if not task.passed:
            kind = "failure" if judged else "error"
            told = ElementTree.SubElement(
                case, kind, message=harmless(task.message), type=grade.verdict.value
            )
            told.text = _told(task)
    return suite


def _told(task: TaskGrade) -> str:
    points = f"{task.score} of {task.max_score} points"
    return "\n".join(map(harmless, (task.message, *task.mistakes, points)))
