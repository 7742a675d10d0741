"""The course against what learners stumble over: each row has its page, and the page's requests show what is so.

The rows and their facts were found on real Flask; the tables quote the statuses, exceptions and texts of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import assert_never

from lessons.sharedruns import LessonRuns
from routelab.bundled import lessons_folder
from routelab.lab import load
from routelab.lessons.course import bundled_lessons
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.files import Files, project, write_project
from routelab.lessons.judging import all_passed, judge_all
from routelab.lessons.records import Page
from routelab.lessons.tasks.checks import Mistake
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.running import app_factory, send_afresh
from routelab.lessons.tasks.try_ import TryTask
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.trace import Trace
from sessions import load_bundled


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What one trace must show: all of the expectations, and a piece of the exception's message."""

    expect: tuple[str, ...]
    says: str = ""

    def shown_by(self, trace: Trace) -> bool:
        expectations = [read_expectation(typed) for typed in self.expect]
        return self.says in message(trace) and all_passed(judge_all(expectations, trace))


def fact(*expect: str, says: str = "") -> Fact:
    return Fact(expect=expect, says=says)


def fails(exception: str, says: str = "") -> Fact:
    return fact("status == 500", f'exception == "{exception}"', says=says)


def no_load(exception: str, says: str) -> Fact:
    return fact(f'load == "{exception}"', says=says)


# Each row, and the facts that the pages that name it show, each in one trace of theirs.
ROWS: dict[str, tuple[Fact, ...]] = {
    "M01": (fails("TypeError", "function either returned None or ended without a return"),),
    "M02": (fails("TypeError", "did not return a valid response"), fact('body contains "Internal Server"')),
    "M03": (fact("status == 404", 'outcome == "not_found"'),),
    "M04": (fact("status == 404", 'note "function_without_route" exists'),),
    "M05": (fails("TypeError", "but it was a int"),),
    "M06": (
        fact("status == 200", 'header "Content-Type" == "application/json"', 'body contains "\\\\u00e9"'),
    ),
    "M07": (fails("TypeError", "but it was a int"),),
    "M08": (fact("status == 0"),),
    "M09": (fails("TypeError", "did not return a valid response tuple"),),
    "M10": (fact("status == 200", 'body == "404 Not Found"'),),
    "M11": (fact("status == 200", 'header "Content-Type" startsWith "text/html"', 'json "title" exists'),),
    "M12": (fact("status == 200", 'header "X-Seat" not exists'), fact('header "X-Seat" == "17"')),
    "M13": (fails("TypeError", "set is not JSON serializable"), fails("TypeError", "'<' not supported")),
    "M14": (no_load("AssertionError", "overwriting an existing endpoint function: page"),),
    "M15": (no_load("AssertionError", "overwriting an existing endpoint function: guarded"),),
    "M16": (fact("status == 200", 'rule == "/backstage"'),),
    "M17": (no_load("ValueError", "must start with a slash"),),
    "M18": (fact("status == 200", 'view == "latest_tracks"', 'header "Content-Length" exists'),),
    "M19": (fact("status == 404", 'candidate "/travel?year=<int:year>" exists'),),
    "M20": (fails("AssertionError", "The setup method 'route' can no longer be called"),),
    "M21": (fact("status == 200", 'note "app_run_ignored" exists'),),
    "M22": (fails("TypeError", "got an unexpected keyword argument"),),
    "M23": (fact("status == 404", 'outcome == "not_found"'),),
    "M24": (fact("status == 404", 'outcome == "not_found"'),),
    "M25": (fact("status == 404", 'outcome == "not_found"'),),
    "M26": (fails("TypeError", 'can only concatenate str (not "int")'),),
    # The braces are fixed text: only a path that has them fits, and no value reaches the view.
    "M27": (fact('rule == "/year/{year}"', 'arg "year" not exists'),),
    "M28": (fact("status == 404", 'candidate "/travel/<int:years>" == "almost"'),),
    "M29": (fact("status == 404", 'candidate "/price/<float:amount>" == "almost"'),),
    "M30": (
        fails("ValueError", "invalid literal for int()"),
        fact("status == 404", 'outcome == "not_found"'),
    ),
    "M31": (no_load("LookupError", "the converter 'integer' does not exist"),),
    "M32": (no_load("ValueError", "malformed url rule"),),
    "M33": (no_load("SyntaxError", "duplicate argument"),),
    "M34": (fact("status == 404", 'candidate "/top/<name>" == "shadowed"'),),
    "M35": (
        fact("status == 405", 'header "Allow" == "OPTIONS, POST"', 'candidate "/top/<name>" == "shadowed"'),
    ),
    "M36": (fact("status == 500", 'exception == "ValueError"', 'outcome == "raised"', "view not exists"),),
    "M37": (fact("status == 200", 'rule == "/about"', 'candidate "/<name>" == "shadowed"'),),
    "M38": (fact('rule == "/album/<title>"', 'candidate "/album/<any(new, loved):shelf>" == "shadowed"'),),
    "M39": (
        fact('rule == "/album/<int:number>"', 'candidate "/album/<title>" == "shadowed"'),
        fact('rule == "/album/<title>"', 'body == "The album new"'),
    ),
    "M40": (fact('rule == "/genre/<name>"', 'candidate "/genre/<any(rock, pop):genre>" == "shadowed"'),),
    "M41": (fact("status == 200", 'rule == "/<name>"', 'candidate "POST /vote" == "almost"'),),
    "M42": (fact("status == 404", 'rule == "/static/<path:filename>"'),),
    "M43": (fact("status == 404", 'outcome == "not_found"', 'candidate "/about" == "almost"'),),
    "M44": (fact("status == 308", 'location == "http://localhost/albums/"', "view not exists"),),
    "M45": (fact("redirects == 1", "status == 200", 'rule == "/guestbook/"', 'view == "sign"'),),
    "M46": (fact("status == 404", 'outcome == "not_found"'),),
    "M47": (fact("status == 308", 'location == "http://localhost/artist/Blondie"'),),
    "M48": (fact("status == 308", 'outcome == "redirect"', "exception not exists"),),
    "M49": (fact("status == 308", 'location == "http://localhost/charts/"'),),
    "M50": (
        fact("status == 405", 'outcome == "method_not_allowed"', 'header "Allow" == "GET, HEAD, OPTIONS"'),
    ),
    "M51": (fails("TypeError", "did not return a valid response"),),
    "M52": (fact("status == 200", "view not exists", 'header "Allow" contains "OPTIONS"'),),
    "M53": (no_load("TypeError", "Allowed methods must be a list of strings"),),
    "M54": (fact("status == 405", 'outcome == "method_not_allowed"'),),
    "M55": (fact("status == 400", "view exists", "exception not exists"),),
    "M56": (fact("status == 400", 'view == "login"'),),
    "M57": (fails("KeyError", "HTTP_X_SEAT"),),
    "M58": (fact("status == 200", 'body == "Live recordings"'),),
    "M59": (no_load("RuntimeError", "Working outside of request context"),),
    "M60": (fact("status == 415"),),
    "M61": (fact("status == 400", "view exists"),),
    "M62": (fails("KeyError", "title"), fails("AttributeError", "'list' object has no attribute 'get'")),
    "M63": (fact("status == 400", "view exists"),),
    "M64": (fails("BuildError", "Did you forget to specify values"),),
    "M65": (fails("BuildError", "Could not build url for endpoint '/"),),
    "M66": (fact("redirects == 1", "status == 404"),),
    "M67": (fact("status == 302", 'location == "/search?words=blue"'),),
    "M68": (fact("redirects == 1", "status == 404"),),
    "M69": (fact("redirects == 1", "status == 200", 'body not contains "ann"'),),
    "M70": (fails("TypeError", "The view function for 'first' did not return a valid response"),),
    "M71": (no_load("RuntimeError", "Working outside of application context"),),
    "M72": (fails("TemplateNotFound", "templates/history.html"),),
    "M73": (fact("status == 200", 'body == "<h1>Hello, !</h1>"'),),
    "M74": (fails("UndefinedError", "'album' is undefined"),),
    "M75": (
        fails("UndefinedError", "'len' is undefined"),
        fails("TemplateAssertionError", "No filter named"),
    ),
    "M76": (fact("status == 200", 'body == "about.html"', "template not exists"),),
    "M77": (fails("BuildError", "Could not build url for endpoint 'blog'"),),
    "M78": (fact("status == 200", 'template "base.html" exists', 'body not contains "Tonight: New Order."'),),
    "M79": (fact("status == 200", 'body contains "<b>"'),),
    "M80": (fact("status == 200", 'body == "49"'),),
    "M81": (
        fact(
            "status == 200",
            'rule == "/static/<path:filename>"',
            'header "Content-Type" startsWith "text/css"',
        ),
    ),
    "M82": (fact("status == 404", 'endpoint == "static"'),),
    "M83": (fact("status == 200", 'outcome == "not_found"', 'template "404.html" exists'),),
    "M84": (fact("status == 404", 'outcome == "matched"', 'template "404.html" not exists'),),
    "M85": (fact("status == 500", 'outcome == "method_not_allowed"'),),
    "M86": (fact("status == 200", "exception not exists"),),
    "M87": (fails("TypeError", "takes 0 positional arguments but 1 was given"),),
    "M88": (fails("LookupError", "no exception for 200"),),
    "M89": (fact('exception == "ZeroDivisionError"', "status == 500"),),
    "M90": (fact("status == 404", 'outcome == "not_found"'), fact('endpoint == "radio.on_air"')),
    "M91": (fails("BuildError", "Did you mean 'albums.list_albums' instead?"),),
    "M92": (fact("status == 404", 'body == "The Time Machine has no such page."'),),
    "M93": (fact("status == 200", 'rule == "/albums/albums/latest"'),),
    "M94": (no_load("ValueError", "is already registered for this blueprint"),),
    "M95": (no_load("ImportError", "from partially initialized module"),),
    "M96": (fails("RuntimeError", "no secret key was set"),),
    "M97": (fact("status == 200", "json == []"),),
    "M98": (fact("status == 200", 'body == "Theme: None"', 'cookie "theme" == "dark"'),),
    "M99": (fact("status == 200", 'body == "Variable: ann, session: None"'),),
    "M100": (fact("status == 200", 'json "session" == {}'),),
    "M101": (fact("status == 302", 'location == "/staff/login"', 'outcome == "matched"', "view not exists"),),
    "M102": (fact('exception == "TypeError"', "status == 500", says="'NoneType' object is not callable"),),
    "M103": (fact("status == 404", 'header "X-Stamp" == "first"'),),
    "M104": (fails("NameError", "name 'user' is not defined"),),
    "M105": (no_load("AttributeError", "no attribute 'before_first_request'"),),
    "M106": (fact("status == 404", 'outcome == "not_found"'), fact('location == "/radio/staff/login"')),
}

# Each topic of the first tutorials: the lessons that teach it, and what their traces show of it.
TOPICS: dict[str, tuple[tuple[int, ...], tuple[Fact, ...]]] = {
    "the loop": ((1,), (fact('rule == "/"', 'view == "home"', "status == 200"),)),
    "what a route is": ((1,), (fact('note "function_without_route" exists'),)),
    "a view's name need not match": ((1,), (fact("status == 404", 'outcome == "not_found"'),)),
    "shapes of an answer": (
        (7,),
        (
            fact('header "Content-Type" == "application/json"'),
            fact("status == 201", 'header "Location" exists'),
        ),
    ),
    "Response, make_response, jsonify": (
        (8,),
        (fact('header "X-Year" == "1983"'), fact('header "Content-Type" startsWith "text/csv"')),
    ),
    "page or data": (
        (8,),
        (
            fact('header "Content-Type" startsWith "text/html"'),
            fact('header "Content-Type" startsWith "text/plain"'),
        ),
    ),
    "static routes": ((1, 11), (fact('rule == "/about"', "status == 200"),)),
    "dynamic segments": ((2,), (fact('arg "name" exists', "status == 200"),)),
    "several parameters": (
        (2,),
        (fact('rule == "/user/<username>/album/<album_id>"', 'arg "album_id" == "2"'),),
    ),
    "converters": (
        (3,),
        (fact('rule contains "<int"', "status == 200"), fact("status == 404", 'outcome == "not_found"')),
    ),
    "a converter refuses": ((3,), (fact('outcome == "not_found"', "view not exists"),)),
    "which rule wins": ((5,), (fact('rule == "/about"', 'candidate "/<name>" == "shadowed"'),)),
    "trailing slashes": (
        (6, 16),
        (fact('outcome == "redirect"'), fact('rule == "/albums/"', "status == 200")),
    ),
    "methods": ((4,), (fact('body == "Thank you for your letter."'), fact('candidate "/contact" exists'))),
    "405, HEAD and OPTIONS": (
        (4,),
        (
            fact("status == 405"),
            fact("body isEmpty", "status == 500"),
            fact("status == 200", "view not exists"),
        ),
    ),
    "args, form, method": ((9,), (fact('body == "Live recordings"'), fact('body == "Welcome, ann!"'))),
    "headers of the request": ((9,), (fact('body == "Willkommen!"'),)),
    "JSON in and out": ((10,), (fact("status == 201", 'json "added" == "Closer"'),)),
    "files": ((10,), (fact("status == 200", 'json "name" == "closer.svg"'),)),
    "get rather than brackets": ((9, 10), (fact('body == "Welcome, stranger!"'), fails("KeyError"))),
    "a form on one URL": (
        (4,),
        (fact('body == "Write to us."'), fact('body == "Thank you for your letter."')),
    ),
    "url_for": ((12,), (fact('body endsWith "/album/2?sent_by=ann"'), fails("BuildError"))),
    "redirect": ((12,), (fact("status == 302", 'location == "/album/3"'),)),
    "abort": ((15,), (fact('view == "vault"', "status == 403"),)),
    "errorhandler": (
        (15,),
        (
            fact("status == 404", 'template "404.html" exists'),
            fact("status == 500", 'body startsWith "We are"'),
        ),
    ),
    "blueprints": ((16,), (fact('endpoint == "artists.show_artist"', "status == 200"),)),
    "templates folder": ((13,), (fact("template exists", "status == 200"), fails("TemplateNotFound"))),
    "template variables": ((13,), (fact('body == "<h1>Hello, !</h1>"'),)),
    "filters, inheritance, macros": (
        (13, 14),
        (
            fact('body == "<p>We have 3 tracks.</p>"'),
            fact('template "base.html" exists'),
            fact('template "macros.html" exists'),
        ),
    ),
    "escaping and the sandbox": ((14,), (fact('body contains "<b>"'), fact('body == "49"'))),
    "url_for in templates": ((14,), (fact('body contains "href=\\"/static/style.css\\""'),)),
    "static files": ((14,), (fact('header "Content-Type" startsWith "text/css"'),)),
    "WSGI": ((18,), (fact('rule == "/hello"', 'outcome == "matched"'),)),
    "running the app": (
        (11, 15),
        (
            fact('note "app_run_ignored" exists'),
            fact('exception == "ZeroDivisionError"', "status == 500"),
        ),
    ),
    "contexts": (
        (9, 18),
        (no_load("RuntimeError", "request context"), fact('body contains "You asked app"')),
    ),
    "sessions and cookies": ((17,), (fact('cookie "session" exists'), fact('body == "User: ann"'))),
    "hooks": ((18,), (fact('header "X-Stamp" == "first"'),)),
    "unhandled errors": ((1, 15), (fails("TypeError"), fails("ZeroDivisionError"))),
}


def message(trace: Trace) -> str:
    """Return the message of what kept the app from loading, or of what escaped it."""
    match trace.steps[0]:
        case LoadStep(message=text):
            return text
        case _:
            return trace.exception.message if trace.exception else ""


def mistaken(lesson: Path, mistake: Mistake) -> Trace:
    """Return what a foreseen mistake gives, in the lesson's app with that edit."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_project(project(lesson, Files.STARTER), folder)
        for edit in mistake.replacements:
            file = folder / edit.file
            file.write_text(file.read_text(encoding="utf-8").replace(edit.old, edit.new), encoding="utf-8")
        return send_afresh(app_factory(folder, "routelab"), mistake.before, mistake.request)


def traces_of(lesson: Path, page: Page, runs: LessonRuns) -> Iterator[Trace]:
    """Run a page's own requests: on its app, and for an edit also on the solution and with each mistake."""
    for question in page.again:
        yield runs.trace(page.files, question.brief.before, question.request)
    match page.task:
        case None | ReviewTask():
            return
        case TryTask(brief=brief, example=example):
            yield runs.trace(page.files, (*brief.before, *example[:-1]), example[-1])
        case PredictTask(brief=brief, request=request):
            yield runs.trace(page.files, brief.before, request)
        case EditTask(checks=checks, mistakes=mistakes):
            for files in (Files.STARTER, Files.SOLUTION):
                yield from [runs.trace(files, check.before, check.request) for check in checks]
            yield from (mistaken(lesson, mistake) for mistake in mistakes)
        case MineTask():
            return  # the learner's own app has no requests that are known beforehand
        case other:
            assert_never(other)


class Shown:
    """What is not shown yet of the rows and topics; a row's facts by the pages that name it."""

    def __init__(self) -> None:
        self.rows = {row: list(facts) for row, facts in ROWS.items()}
        self.topics = {topic: list(facts) for topic, (_, facts) in TOPICS.items()}

    def of(self, number: int, page: Page) -> Iterator[list[Fact]]:
        """Give what a page of a lesson has to show, row by row and topic by topic."""
        yield from (self.rows[row] for row in page.covers)
        yield from (self.topics[topic] for topic, (numbers, _) in TOPICS.items() if number in numbers)

    def take_in(self, number: int, page: Page, traces: Iterator[Trace]) -> None:
        """Run a page's requests for as long as it has anything to show."""
        while any(self.of(number, page)) and (trace := next(traces, None)) is not None:
            for facts in self.of(number, page):
                facts[:] = [each for each in facts if not each.shown_by(trace)]


def left(facts: dict[str, list[Fact]]) -> dict[str, list[Fact]]:
    return {name: each for name, each in facts.items() if each}


def test_all_rows_are_in_the_table_and_pages_name_no_others() -> None:
    assert list(ROWS) == [f"M{number:02}" for number in range(1, 107)]
    named = {
        row for lesson in bundled_lessons() for page in load_bundled(lesson).pages for row in page.covers
    }
    assert named == set(ROWS)


def test_each_row_is_shown_by_the_pages_that_name_it_and_each_topic_by_its_lessons() -> None:
    shown = Shown()  # in one test, for it is the same traces that show both
    for lesson in bundled_lessons():
        number = int(lesson.name.partition("-")[0])
        with LessonRuns(lesson) as runs:
            for page in load_bundled(lesson).pages:
                shown.take_in(number, page, traces_of(lesson, page, runs))
    assert left(shown.rows) == {}
    assert left(shown.topics) == {}


def test_the_playground_answers_as_its_readme_says() -> None:
    playground = lessons_folder() / "playground"
    text = (playground / "README.md").read_text(encoding="utf-8")
    rows: list[tuple[str, str]] = re.findall(r"^\| `([A-Z]+ /.*?)` \| (.+) \|$", text, re.MULTILINE)
    lab = load("app.py", engine="routelab", folder=playground)
    for typed, says in rows:
        response = lab.send(typed).response
        status = re.search(r"\b[2-5][0-9]{2}\b", says)
        assert response is not None
        assert response.status == (int(status[0]) if status else 200), typed
    assert len(rows) >= 12
