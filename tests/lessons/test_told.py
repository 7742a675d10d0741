"""What learners read of an expectation that failed: no word of the language of tasks, and true of the trace."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from lessons.lessonkit import judged
from routelab.lab import Lab
from routelab.lessons.expectation import Predicate
from routelab.lessons.prose import Span, Style, marked, plain
from routelab.lessons.queries import QUERIES
from routelab.lessons.told import not_yet, one_of_many
from routelab.lessons.words import untold_reasons
from support import lab_of
from tables import each

APP = """
    from flask import Flask, abort, redirect

    app = Flask(__name__)


    @app.route("/")
    def home():
        return "Hello"


    @app.route("/status")
    def status():
        return {"app": "Time Machine"}


    @app.route("/post/<int:post_id>")
    def show_post(post_id):
        return {"id": post_id}


    @app.route("/silent")
    def silent():
        print("Hello")


    @app.route("/plain/<name>")
    def in_braces(name):
        return "Hello {name}, <style>p {color: red}</style>"


    @app.route("/broken")
    def broken():
        helo = 1
        return hello


    @app.route("/shut")
    def shut():
        abort(404)


    @app.route("/shut/why")
    def why():
        abort(404, "nothing")


    @app.route("/on")
    def go_on():
        return redirect("/post/7")


    @app.route("/unfit")
    def unfit():
        return "Hello", ...


    @app.errorhandler(410)
    def gone():
        return "Gone", 410


    @app.route("/gone")
    def old():
        abort(410)
"""
SAID = [
    ("GET /stats", ['view == "status"', "status == 200"], "GET /stats gives 404. The view `status` is at `/status`."),
    ("GET /about", ['rule == "/"'], "GET /about gives 404. The rule should be `/`, but no rule matched."),
    ("GET /stats", ['body == "Hello"'], "The body is Flask's own 404 page, but should be \"Hello\"."),
    ("GET /stats", ["status == 200"], "GET /stats gives 404, but should give 200."),
    ("GET /", ['finding "R402" exists'], "The finding `R402` should be there, but the trace shows no such finding."),
    ("GET /", ['view == "status"'], "GET / runs `home` and gives 200. The view `status` is at `/status`."),
    ("GET /", ['view == "status"', 'candidate "/post/<int:post_id>" == "almost"'],
     "GET / runs `home` and gives 200. The view `status` is at `/status`."),
    ("GET /", ['view == "status"', 'json "app" == "X"'], "GET / runs `home` and gives 200. The view `status` is at `/status`."),
    ("GET /stats", ['view == "show_post"', 'arg "post_id" == 7'],
     "GET /stats gives 404. The view `show_post` is at `/post/<int:post_id>`."),
    ("GET /", ["status == 404", 'outcome == "not_found"', "view not exists"],
     "GET / runs `home` and gives 200, but should give 404."),
    ("GET /on -F", ["status == 302"],
     "GET /on -F redirects, and followed to `/post/7` runs `show_post` and gives 200, but should give 302."),
    ("GET /post/x", ["status == 200", 'arg "post_id" == 7'], "GET /post/x gives 404, but should give 200."),
    ("GET /", ["status == 302", 'location == "/status"'], "GET / runs `home` and gives 200, but should give 302."),
    ("GET /", ["status == 405", 'header "Allow" == "POST"'],
     "GET / runs `home` and gives 200, but should give 405."),
    ("GET /post/8", ["status == 404", 'arg "post_id" == 7'],
     "GET /post/8 runs `show_post` and gives 200, but should give 404. The argument `post_id` is 8, but should be 7."),
    ("GET /", ["status < 200"], "GET / runs `home` and gives 200, but should give a status below 200."),
    ("GET /stats", ["status == 200", 'body == "Hello"'], "GET /stats gives 404, but should give 200."),
    ("GET /post/8", ['arg "post_id" == 7'], "The argument `post_id` is 8, but should be 7."),
    ("GET /", ['arg "post_id" == 7'], "The argument `post_id` should be 7, but there is no such argument."),
    ("GET /", ['body == "Hello!"'], 'The body is "Hello", but should be "Hello!".'),
    ("GET /", ['body not contains "He"'], 'The body is "Hello", but should not contain "He".'),
    ("GET /", ['header "X-Seat" exists'], "The header `X-Seat` should be there, but there is no such header."),
    ("GET /", ['json "id" == 3'], "`id` in the JSON should be 3, but the body is not JSON."),
    ("GET /stats", ['json "id" == 3'], "GET /stats gives 404. `id` in the JSON should be 3, but the body is not JSON."),
    ("GET /stats", ["status == 404", 'json "id" == 3'], "`id` in the JSON should be 3, but the body is not JSON."),
    ("GET /", ['exception == "TypeError"'], "The exception should be `TypeError`, but no exception was raised."),
    ("GET /", ['candidate "/post/<int:post_id>" == "almost"'],
     "`/post/<int:post_id>` is a rule that does not fit, but should be a rule that almost fits."),
]  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab_of(tmp_path_factory.mktemp("told"), APP) as lab:
        yield lab


@each(("request_line", "expectations", "said"), SAID)
def test_what_came_and_what_should_is_said_in_words(
    lab: Lab, request_line: str, expectations: list[str], said: str
) -> None:
    trace = lab.send(request_line, all_candidates=True)
    assert not_yet(request_line, trace, [judged(text, trace) for text in expectations]) == said


@each(
    ("path", "told"),
    [
        ("/silent", "silent() at app.py:22 returned None, so there is nothing to send: the function has no return."),
        ("/plain/ann", '{name} came out as it is written; a string with an f in front, f"...", has its value'),
        ("/shut", "NotFound: 404 Not Found at app.py:39"),
        ("/shut/why", "NotFound: 404 Not Found: nothing at app.py:44"),
        ("/unfit", "unfit() ran, but the status in the tuple is Ellipsis"),
        ("/gone", "The handler gone() at app.py:58 for Gone raised an error itself: TypeError: gone() takes 0"),
        ("/broken", "NameError at app.py:34: name 'hello' is not defined (Did you mean: 'helo'?)"),
    ],
)  # fmt: skip
def test_a_mistake_that_is_known_is_told_in_its_own_words(lab: Lab, path: str, told: str) -> None:
    trace = lab.send(f"GET {path}")
    asked = 'body == "Hello ann"' if path == "/plain/ann" else "status == 200"
    reasons = list(untold_reasons(judged(asked, trace), trace, set()))
    assert reasons[-1].startswith(told)
    assert not [reason for reason in reasons if "color" in reason]


def test_among_other_requests_each_is_named(lab: Lab) -> None:
    for text, begins in (("status == 404", "GET / runs `home`"), ('body == "x"', "GET /: The body is")):
        trace = lab.send("GET /")
        assert one_of_many("GET /", trace, [judged(text, trace)]).startswith(begins)


@each("name", QUERIES)
def test_every_query_and_predicate_has_words(lab: Lab, name: str) -> None:
    query = QUERIES[name]
    value = '"x"' if "number" not in query.gives.value else "7"
    if query.words:
        value = f'"{query.words[0]}"'
    argument = query.argument
    arguments = ("",) if argument is None else (' "X"',) if argument.required else ("", ' "X"')
    asked = (f"{Predicate.EQUALS.value} {value}", Predicate.EXISTS.value)
    for request, written, rest in product(("GET /", "GET /post/x"), arguments, asked):
        trace, text = lab.send(request, all_candidates=True), f"{name}{written} {rest}"
        result = judged(text, trace)
        if not result.passed:
            said = not_yet(request, trace, [result])
            assert said.endswith("."), text
            assert not [word for word in ("==", " exists", "startsWith", "None", "  ") if word in said], said
            assert not written or "X" in said, said


@each("said", [said for _, _, said in SAID])
def test_names_are_code_on_every_screen(said: str) -> None:
    assert plain(marked(said)) == said
    assert ("`" in said) == any(span.style is Style.CODE for span in marked(said))


def test_a_backtick_of_a_value_stays_what_it_is() -> None:
    assert marked('The body is "use `x`", and the view `home` ran.') == (
        Span(text='The body is "use `x`", and the view '),
        Span(text="home", style=Style.CODE),
        Span(text=" ran."),
    )


def test_what_one_body_lacks_is_told_in_one_sentence(lab: Lab) -> None:
    trace = lab.send("GET /")
    expected = ('body contains "A"', 'body contains "B"', 'body not contains "Hello"', 'header "X" exists')
    said = not_yet("GET /", trace, [judged(each, trace) for each in expected])
    assert said == (
        'The body is "Hello", but should contain "A" and "B" and not contain "Hello". '
        "The header `X` should be there, but there is no such header."
    )
