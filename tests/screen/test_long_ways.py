"""A long way of redirects on every screen: both ends whole, and a line for each request in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from routelab.screen.blocks import Block
from routelab.screen.plain import lines as plain_lines
from routelab.screen.rich.writer import view
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.shown.trace import trace_blocks
from routelab.session.reply import TraceShown
from routelab.tracing.trace import Trace
from screens import drawn
from support import lab_of

ROUND = """
    from flask import Flask, redirect, request
    app = Flask(__name__)

    @app.get("/staff/<page>")
    def staff(page):
        return redirect("/staff/login?next=" + page)

    @app.get("/down/<int:n>")
    def down(n):
        return redirect(f"/down/{n - 1}") if n else "there"
"""


@cache
def sent(line: str) -> Trace:
    with TemporaryDirectory() as folder, lab_of(Path(folder), ROUND) as lab:
        return lab.send(line)


def replied(trace: Trace, full: bool) -> Iterator[Block]:
    return reply_blocks([TraceShown(trace=trace, full=full)])


Screen = Callable[[Trace, bool], list[str]]
SCREENS: dict[str, tuple[Screen, str]] = {
    "plain": (lambda trace, everything: list(plain_lines(trace_blocks(trace, verbose=everything))), "-v"),
    "rich": (lambda trace, everything: drawn(view(trace_blocks(trace, verbose=everything)), width=100), "-v"),
    "plain prompt": (lambda trace, full: list(plain_lines(replied(trace, full))), "full"),
    "rich prompt": (lambda trace, full: drawn(view(replied(trace, full)), width=100), "full"),
}
each_screen = pytest.mark.parametrize(("screen", "whole"), SCREENS.values(), ids=SCREENS)


def whole_traces(lines: list[str]) -> int:
    """Count the requests that are told whole: each of them has a line for what the router decided."""
    return sum("->  staff" in line or "->  down" in line for line in lines)


@each_screen
def test_a_circle_is_shown_at_both_its_ends(screen: Screen, whole: str) -> None:
    trace = sent("GET /staff/list -F --max-redirects 6")
    lines = screen(trace, False)
    heading = lines.index(f"3 more requests in between; {whole} shows them whole:")
    once_more = "  GET /staff/login?next=login  302 FOUND  ->  /staff/login?next=login"
    told = " ".join(" ".join(lines[heading + 1 : lines.index("", heading)]).split())
    assert told == f"{once_more.strip()} (3 times)".replace("  ", " ")
    assert (whole_traces(lines[:heading]), whole_traces(lines[heading:])) == (2, 2)
    assert [line for line in lines if "stopped after 6 redirects" in line]
    assert whole_traces(screen(trace, True)) == 7
    assert len(trace.to_dict()["redirects"]) == 6


@each_screen
@pytest.mark.parametrize(("redirects", "passed_by"), [(0, 0), (3, 0), (4, 1)])
def test_a_way_that_ends_soon_is_shown_whole(
    screen: Screen, whole: str, redirects: int, passed_by: int
) -> None:
    lines = screen(sent(f"GET /down/{redirects} -F"), False)
    assert whole_traces(lines) == redirects + 1 - passed_by
    headings = [line for line in lines if "in between" in line]
    assert headings == [f"1 more request in between; {whole} shows them whole:"] * passed_by


def test_of_a_long_way_the_status_and_headers_alone_are_cut_too() -> None:
    lines = list(plain_lines(trace_blocks(sent("GET /down/9 -F"), quiet=True)))
    assert [line for line in lines if line.startswith(("302", "200"))] == ["302 FOUND"] * 3 + ["200 OK"]
    assert sum("  302 FOUND  ->  " in line for line in lines) == 6
