"""How work grows with what a user can make big: the exponent of each, which is 1 where it is linear.

Run it as `python benchmarks/growth.py`, with routelab and Flask installed; it takes about a minute. It counts
processor time, and fits a line through the logarithms of three large sizes: small ones show what is done
once.
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from werkzeug.routing import Map, Rule

from routelab.grading.assignment import Assignment, GradedTask
from routelab.grading.formats.base import Graded
from routelab.grading.formats.kinds import FORMATS
from routelab.grading.records import SubmissionGrade, SubmissionVerdict, TaskGrade
from routelab.learner.progress import ProgressFile, State
from routelab.lessons.starting import new_lesson
from routelab.lessons.tasks.base import Brief
from routelab.lessons.tasks.edit import EditTask
from routelab.requestline.curl import from_curl
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.urlfor import parse_url_for
from routelab.routing.auditing import audit
from routelab.routing.explanation import observe
from routelab.screen.blocks import BodyText
from routelab.screen.plain import lines
from routelab.screen.rich.console import drawn
from routelab.session.course import Course
from routelab.watched import watch

ROUNDS = 3  # the best of which counts


class Growing(NamedTuple):
    """Something that gets bigger: `work` is made for a size and then timed."""

    name: str
    sizes: Sequence[int]
    work: Callable[[int, Path], Callable[[], object]]


def main() -> None:
    """Print one row after another."""
    print("exponent, and milliseconds at the largest size")
    with tempfile.TemporaryDirectory() as name:
        for growing in GROWING:
            taken = [_best(growing.work(size, Path(name))) for size in growing.sizes]
            exponent = _slope([math.log(size) for size in growing.sizes], [math.log(each) for each in taken])
            print(
                f"{exponent:6.2f}  {taken[-1] * 1e3:8.1f}  {growing.name}, {growing.sizes[-1]:,}", flush=True
            )


def _best(job: Callable[[], object]) -> float:
    return min(_seconds(job) for _ in range(ROUNDS))


def _seconds(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return max(time.process_time() - began, 1e-6)


def _slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def _map(rules: Iterator[str]) -> Map:
    return Map([Rule(rule, endpoint=f"e{number}", methods=["GET"]) for number, rule in enumerate(rules)])


def _mixed(size: int) -> Map:
    forms = ("/{0}/", "/{0}/<int:n>", "/{0}/<name>", "/{0}/<int:n>/edit", "/{0}/about", "/{0}/f/<path:p>")
    return _map(forms[number % 6].format(f"r{number // 6}") for number in range(size))


def _one_shape(size: int) -> Map:
    return _map(f"/p/<any(a{number}, b{number}):x>" for number in range(size))


def _audit_of(make: Callable[[int], Map]) -> Callable[[int, Path], Callable[[], object]]:
    def work(size: int, _folder: Path) -> Callable[[], object]:
        made = make(size)
        return lambda: audit(made)

    return work


def _not_found(size: int, _folder: Path) -> Callable[[], object]:
    adapter = _mixed(size).bind("localhost")

    def told() -> object:
        explanation = observe(adapter, "/r1/nope/x")
        return explanation.suggestions, explanation.closest, explanation.candidates

    return told


def _lab() -> Any:
    from flask import Flask

    app = Flask(__name__)
    app.add_url_rule("/", "home", lambda: "Hello")
    return watch(app)


def _headers(size: int, _folder: Path) -> Callable[[], object]:
    lab = _lab()
    request = parse(["/", *(f"X-{number}:value" for number in range(size))])
    return lambda: lab.send(request).to_dict()


def _line(size: int, _folder: Path) -> Callable[[], object]:
    typed = "/ " + " ".join(f"name{number}==value" for number in range(size))
    return lambda: parse(typed)


# What a line of one piece again and again may lead deep into.
_READERS: Sequence[tuple[Callable[[str], object], Sequence[str]]] = (
    (parse, ("GET /{}", 'GET /x "{}', "GET /x a[{}", "GET /x a:={}", "GET /x --{}")),
    (from_curl, ("curl /x -d {}", "curl $'{}", "curl -H {}")),
    (parse_url_for, ("url_for('{}')", "url_for('a', b={})")),
)
_PIECES = ("x", "é", "\\", '"', "'", "[", "a=1 ", "X: X:1 ", "-", "(", "9")


def _odd_lines(size: int, _folder: Path) -> Callable[[], object]:
    read = [
        (reader, form.format(piece * (size // len(piece))))
        for reader, forms in _READERS
        for form in forms
        for piece in _PIECES
    ]

    def work() -> None:
        for reader, line in read:
            with suppress(RequestLineError):
                reader(line)

    return work


def _cookies(size: int, _folder: Path) -> Callable[[], object]:
    lab = _lab()
    lab.cookies.store("localhost", "/", [f"c{number}=1; Path=/" for number in range(size)], time.time())
    return lambda: lab.send("/").to_dict()


def _lessons(size: int, folder: Path) -> Callable[[], object]:
    course = folder / f"course-{size}"
    new_lesson(folder / f"one-{size}")
    folders = [course / f"{number:05}-lesson" for number in range(size)]
    for each in folders:
        shutil.copytree(folder / f"one-{size}", each)
    return lambda: Course(tuple(folders), bundled=False).summaries


def _progress(size: int, folder: Path) -> Callable[[], object]:
    path = folder / f"progress-{size}.json"
    pages = {f"page-{number}": {"state": "done"} for number in range(size)}
    path.write_text(json.dumps({"schema": 1, "lessons": {"a": {"pages": pages}}}), encoding="utf-8")
    file = ProgressFile(path)
    return lambda: (file.record("a", "last", State.DONE), file.progress)


def _submissions(name: str) -> Callable[[int, Path], Callable[[], object]]:
    def work(size: int, folder: Path) -> Callable[[], object]:
        grades = tuple(
            SubmissionGrade(
                submission=f"pupil-{number}",
                verdict=SubmissionVerdict.GRADED,
                score=1,
                max_score=2,
                tasks=(TaskGrade(id="a", passed=False, score=1, max_score=2, message="not yet"),),
                isolation="process",
                seconds=0.1,
                lesson_digest="x",
            )
            for number in range(size)
        )
        task = GradedTask(id="a", title="A", page=1, task=EditTask(brief=Brief(line=1, ask=()), checks=()))
        assignment = Assignment(
            folder=folder, name="a", key="a", engine="routelab", tasks=(task,), digest="x"
        )
        graded = Graded(assignment, grades, {}, datetime(2031, 5, 6, tzinfo=UTC))
        return lambda: FORMATS[name].write(graded)

    return work


def _text(size: int) -> BodyText:
    return BodyText(text="a line of some words, é\n" * (size // 24))


GROWING = (
    Growing("audit of mixed rules", (1_000, 2_500, 10_000), _audit_of(_mixed)),
    Growing("audit of rules of one shape", (200, 400, 600), _audit_of(_one_shape)),
    Growing("a 404 with suggestions and all rules, rules", (1_000, 2_500, 10_000), _not_found),
    Growing("a request as JSON, headers", (100, 400, 1_600), _headers),
    Growing("a typed line, items", (500, 2_000, 8_000), _line),
    Growing("110 odd lines read or refused, characters each", (10_000, 30_000, 90_000), _odd_lines),
    Growing("a request as JSON, cookies", (100, 400, 1_600), _cookies),
    Growing("the list of lessons", (50, 150, 500), _lessons),
    Growing("a page saved among pages", (1_000, 3_000, 10_000), _progress),
    Growing("grades as a table, submissions", (200, 800, 3_200), _submissions("text")),
    Growing("grades as JUnit, submissions", (200, 800, 3_200), _submissions("junit")),
    Growing(
        "a body in plain lines, bytes",
        (100_000, 300_000, 1_000_000),
        lambda size, _: lambda: [*lines([_text(size)])],
    ),
    Growing(
        "a body drawn by rich, bytes",
        (100_000, 300_000, 1_000_000),
        lambda size, _: lambda: drawn([_text(size)], width=80, colour=False),
    ),
)

if __name__ == "__main__":
    main()
