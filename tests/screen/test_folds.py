"""Where rules and paths fold on a screen that is too narrow for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routelab.screen.rich.code import CodeView
from routelab.screen.rich.columns import PathText
from routelab.screen.rich.lines import Trimmed, one_line
from screens import drawn
from tables import each

PROJECTS = "/organisations/<name>/projects/<int:number>"

FOLDS = (
    (80, PROJECTS, [PROJECTS]),
    (30, PROJECTS, ["/organisations/<name>/projects", "/<int:number>"]),
    (20, PROJECTS, ["/organisations", "/<name>/projects", "/<int:number>"]),
    (10, PROJECTS, ["/organisat", "ions", "/<name>", "/projects", "/<int:numb", "er>"]),
    (10, "/user-<name>", ["/user-", "<name>"]),
    (8, "/<a><b><c>", ["/<a><b>", "<c>"]),
    (8, "/<a>/", ["/<a>/"]),
    (9, "//a//b/c", ["//a//b/c"]),
    (12, "/a/<b>  (for building only)", ["/a/<b>  (for", "building", "only)"]),
    (16, "/a/<b>  (for building only)", ["/a/<b>  (for", "building only)"]),
    (4, "", [""]),
)


@each(("width", "text", "lines"), FOLDS)
def test_a_rule_folds_where_its_parts_begin(width: int, text: str, lines: list[str]) -> None:
    assert drawn(PathText(text), width=width) == lines


@given(st.text(alphabet="/<>:ab", max_size=40), st.integers(min_value=1, max_value=20))
def test_nothing_is_lost_and_the_width_is_kept(text: str, width: int) -> None:
    lines = drawn(PathText(text), width=width)
    assert "".join(lines) == text
    assert all(len(line) <= width for line in lines)


def test_a_line_of_code_that_is_too_long_goes_on_below_itself_with_its_mark() -> None:
    code = CodeView(('@app.route("/album/<int:n>")', "def album(n):"), "", first=9, mark=(9, 18, 26))
    assert drawn(code, width=26) == [
        '  >9  @app.route("/album/<',
        "                        ~~",
        '      int:n>")',
        "      ~~~~~~",
        "  10  def album(n):",
    ]


@each(
    ("width", "lines"),
    [
        (80, ["Now type `GET /home -F`, and look."]),
        (24, ["Now type `GET /home -F`,", "and look."]),
        (22, ["Now type", "`GET /home -F`, and", "look."]),
        (14, ["Now type `GET", "/home -F`, and", "look."]),  # the code does not fit a line
    ],
)
def test_short_code_stays_whole_where_it_fits_a_line(width: int, lines: list[str]) -> None:
    said = one_line("Now type `GET /home -F`, and look.")
    assert drawn(Trimmed(said), width=width) == lines


def test_long_code_breaks_as_other_text_does() -> None:
    code = "`POST /guestbook name=Ann text=Hello`"
    assert drawn(Trimmed(one_line(f"Type this: {code}")), width=40) == [
        "Type this: `POST /guestbook name=Ann",
        "text=Hello`",
    ]
