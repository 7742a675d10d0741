"""At 80x24 everything but the details of steps is on one screen; wider screens do not spread it out.

Small apps with the puzzles that people bring; each is asked on the engine of routelab and shown as a
terminal of 24 lines would show it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rich.cells import cell_len

from routelab.routing.outcome import Outcome
from routelab.screen.blocks import Block, BodyText, CodeFrame, HeaderRow, StepRow
from routelab.screen.plain import lines as plain_lines
from routelab.screen.rich.console import drawn as drawn_for_a_terminal
from routelab.screen.rich.writer import view
from routelab.screen.shown.trace import body_blocks, trace_blocks
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.trace import Trace
from screens import drawn
from support import lab_of
from tables import each

ROWS = 24
HEAD = """
    import functools
    from flask import Flask, abort, redirect, render_template, render_template_string, request, session, url_for
    app = Flask(__name__)
    app.secret_key = "x"
"""
PUZZLES = {
    "a misspelt path": (
        """
    @app.route("/invoices/<int:number>")
    def invoice(number):
        return {"number": number}
    @app.route("/invoices/")
    def invoices():
        return []
    @app.route("/invites/<int:number>")
    def invite(number):
        return {}
    """,
        "GET /invoice/7",
    ),
    "a converter that does not accept it": (
        '''
    @app.route("/projects/<int:project_id>/tasks/<int:task_id>")
    def task(project_id, task_id):
        """Show a task."""
        return {"task": task_id}
    ''',
        "GET /projects/7/tasks/first",
    ),
    "a method that no rule accepts": (
        """
    @app.route("/login")
    def form():
        return "form"
    @app.post("/login")
    def login():
        return "in"
    """,
        "DELETE /login",
    ),
    "a slash too few": (
        """
    @app.route("/about/")
    def about():
        return "About us"
    """,
        "GET /about",
    ),
    "a decorator that answered": (
        """
    def login_required(view):
        @functools.wraps(view)
        def wrapped(*args, **kwargs):
            return redirect(url_for("login", next=request.path))
        return wrapped
    @app.route("/login")
    def login():
        return "form"
    @app.route("/admin")
    @login_required
    def admin():
        return "secret"
    """,
        "GET /admin",
    ),
    "an exception in a long view": (
        '''
    @app.route("/report")
    def report():
        """Add up what was sold."""
        sold = {"blue": 3}
        total = 0
        for colour in ("blue", "red"):
            total += sold[colour]
        return {"total": total}
    ''',
        "GET /report",
    ),
    "a form without the field": (
        """
    @app.post("/sign-up")
    def sign_up():
        name = request.form["name"]
        return f"Welcome {name}"
    """,
        "POST /sign-up",
    ),
    "no return": (
        """
    @app.route("/silent")
    def silent():
        print("nobody reads this")
    """,
        "GET /silent",
    ),
    "a long page with many headers": (
        '''
    @app.route("/page/<int:number>")
    def page(number):
        """Write a page."""
        response = app.make_response("\\n".join(f"<p>{line}</p>" for line in range(500)))
        for each in range(300):
            response.headers[f"X-{each}"] = "set"
        return response
    ''',
        "GET /page/3",
    ),
    "a path of ten thousand characters": (
        """
    @app.route("/a/<int:number>")
    def a(number):
        return "a"
    """,
        "GET /a/" + "x" * 10_000,
    ),
}
SHORT = [name for name in PUZZLES if "thousand" not in name]


@cache
def solved(name: str) -> Trace:
    app, request = PUZZLES[name]
    with TemporaryDirectory() as folder, lab_of(Path(folder), HEAD + app) as lab:
        trace = lab.send(request)
    return trace.replace(app=trace.app.replace(target="app.py"))  # not the long folder of a test


def without_details(blocks: list[Block]) -> list[Block]:
    """Leave the steps their own line and a response its headers."""
    return [
        block.replace(details=tuple(it for it in block.details if isinstance(it, HeaderRow)))
        if isinstance(block, StepRow)
        else block
        for block in blocks
    ]


@pytest.mark.parametrize("name", SHORT)
def test_all_but_the_details_is_on_one_screen(name: str) -> None:
    shown = drawn(view(without_details(list(trace_blocks(solved(name))))))
    assert len(shown) < ROWS, "\n".join(shown)
    assert max(map(len, shown)) <= 80


BOUNDED = """
    @app.route("/raise")
    def fail():
        raise ValueError("y" * 10_000 + chr(27) + "[31m")
    @app.route("/deep")
    def deep():
        def down(left):
            return 1 / 0 if not left else down(left - 1)
        return down(900)
    @app.route("/wide/<int:number>/\u05e9\u05dc\u05d5\u05dd")
    def wide(number):
        return "\u754c" * 3000 + "e\u0301" * 3000 + "\u202e"
"""


@pytest.mark.parametrize("width", [20, 40, 80])
def test_whatever_is_long_or_odd_is_bounded_and_in_line(tmp_path: Path, width: int) -> None:
    with lab_of(tmp_path, HEAD + BOUNDED) as lab:
        for request in (
            "/raise",
            "/deep",
            "/wide/7/\u05e9\u05dc\u05d5\u05dd",
            "/wide/a/\u05e9\u05dc\u05d5\u05dd",
            "/" + "z" * 9000,
        ):
            trace = lab.send(f"GET {request}")
            blocks = list(trace_blocks(trace.replace(app=trace.app.replace(target="app.py"))))
            shown = [it for it in drawn(view(blocks), width=width) if not it.startswith("  routelab ")]
            assert max(map(cell_len, shown)) <= width, request
            assert len(shown) < 24 * 80 / width + 40, request
            assert "\x1b" not in "".join(shown)


MARKED = [
    ("a misspelt path", '@app.route("/invoices/<int:number>")', "/invoices"),
    (
        "a converter that does not accept it",
        '@app.route("/projects/<int:project_id>/tasks/<int:task_id>")',
        "/<int:task_id>",
    ),
]


@pytest.mark.parametrize(("name", "text", "piece"), MARKED)
def test_a_404_shows_the_line_of_the_nearest_rule_with_its_piece_marked(
    name: str, text: str, piece: str
) -> None:
    spot = solved(name).answer.spot
    assert spot is not None
    assert spot.lines == (text,)
    assert text[spot.start : spot.end] == piece


def test_a_rule_behind_a_prefix_is_found_by_its_rest_and_a_long_line_is_cut_around_the_mark(
    tmp_path: Path,
) -> None:
    long = "x" * 10_000
    app = f"""
    from flask import Blueprint
    shop = Blueprint("shop", __name__, url_prefix="/shop")
    @shop.route("/<item>/{long}/<int:number>")
    def show(item, number):
        return item
    app.register_blueprint(shop)
    """
    with lab_of(tmp_path, HEAD + app) as lab:
        trace = lab.send(f"GET /shop/a/{long}/b")
    spot = trace.answer.spot
    assert spot is not None
    assert spot.lines[0][spot.start : spot.end] == "/<int:number>"
    for width in (40, 80):
        shown = [
            it for it in drawn(view(trace_blocks(trace)), width=width) if not it.startswith("  routelab ")
        ]
        assert max(map(len, shown)) <= width
    (frame,) = [it for it in trace_blocks(trace) if isinstance(it, CodeFrame) and it.mark is not None]
    assert frame.mark is not None
    assert frame.lines[0][frame.mark.start : frame.mark.end] == "/<int:number>"
    assert len(frame.lines[0]) < 80


def said_first(trace: Trace) -> str:
    """Return the cause; a finding stands for its first sentence, where the app had a part in the failure."""
    cause, match = trace.answer.cause, trace.first(MatchStep)
    if not trace.findings or match is None or match.outcome is not Outcome.MATCHED:
        return trace.cause
    return " ".join((trace.findings[0].words, *cause[1:]))


@each("name", PUZZLES)
def test_the_answer_stands_first_on_every_screen(name: str) -> None:
    trace = solved(name)
    for told in (list(plain_lines(trace_blocks(trace))), drawn(view(trace_blocks(trace)), width=80)):
        assert told[0].startswith(trace.verdict)
        cause = said_first(trace)
        assert "".join(cause.split()) in "".join("".join(told).split())
        first_step = next(
            number
            for number, text in enumerate(told)
            if ("atch" in text and "1 match" in text) or text.startswith("Match")
        )
        place = next(number for number, text in enumerate(told) if text.startswith(cause[:12]))
        assert 0 < place < first_step


@each("name", SHORT)
@each("width", [120, 200])
def test_a_wide_screen_does_not_spread_it_out(name: str, width: int) -> None:
    trace = solved(name)
    assert drawn(view(trace_blocks(trace)), width=width) == drawn(view(trace_blocks(trace)), width=80)


@pytest.mark.parametrize("name", PUZZLES)
def test_a_narrow_screen_folds_and_colour_says_no_more(name: str) -> None:

    trace = solved(name)
    blocks = list(trace_blocks(trace))
    narrow = [text for text in drawn(view(blocks), width=40) if not text.startswith("  routelab ")]
    assert max(map(len, narrow)) <= 40
    coloured = drawn_for_a_terminal(blocks, width=80, colour=True)
    plainly = drawn_for_a_terminal(blocks, width=80, colour=False)
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip() for text in coloured]
    assert bare == [re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip() for text in plainly]
    assert not re.search(r"\x1b\[[0-9;]*\b[39][0-7]m", "\n".join(coloured)), "of a palette"


def test_code_is_coloured_where_there_is_colour() -> None:
    blocks = list(trace_blocks(solved("an exception in a long view")))
    for colour in (True, False):
        lines = drawn_for_a_terminal(blocks, width=80, colour=colour)
        frame = next(text for text in lines if "for" in text and "colour" in text)
        assert bool(re.search(r"\x1b\[1;[\d;]*mfor", frame)) == colour


@pytest.mark.parametrize("language", ["json", "html"])
def test_a_coloured_line_that_is_too_long_is_folded_not_cut(language: str) -> None:
    text = f'{{"error": "{"word " * 40}"}}'
    lines = drawn_for_a_terminal([BodyText(text=text, language=language)], width=40, colour=True)
    bare = "".join(re.sub(r"\x1b\[[0-9;]*m", "", each) for each in lines)
    assert bare.replace(" ", "") == text.replace(" ", "")


def test_the_body_alone_and_all_of_it() -> None:
    trace = solved("a long page with many headers")
    assert list(plain_lines(body_blocks(trace))) == [f"<p>{line}</p>" for line in range(500)]
    cut = next(block for block in trace_blocks(trace) if isinstance(block, BodyText))
    assert (len(cut.text.split("\n")), cut.cut.endswith("-b shows all)")) == (2, True)


def test_a_body_of_a_megabyte_is_cut_before_it_is_laid_out(tmp_path: Path) -> None:
    app = """
    @app.route("/")
    def home():
        return "<p>blue</p>" * 100_000
    """
    with lab_of(tmp_path, HEAD + app) as lab:
        blocks = list(trace_blocks(lab.send("GET /")))
    body = next(block for block in blocks if isinstance(block, BodyText))
    assert len(body.text) <= 800
    assert "more characters; -b shows all" in body.cut


def test_an_exception_that_came_through_several_steps_is_told_once(tmp_path: Path) -> None:
    app = (
        HEAD
        + """
    @app.route("/page")
    def page():
        return render_template("page.html", album={})
    """
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{{ album.artist.name }}")
    with lab_of(tmp_path, app) as lab:
        shown = list(plain_lines(trace_blocks(lab.send("GET /page"))))
    assert sum(each.strip().startswith("raised UndefinedError") for each in shown) == 1
