"""The pages of explain: each one's app raises exactly its code on each engine, and its fix raises none."""

from __future__ import annotations

from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from routelab.lessons import explaining
from routelab.lessons.course import bundled_lessons
from routelab.lessons.explaining import Explained, prove_explanations, run_explanation
from routelab.lessons.explanation import (
    Explanation,
    codes,
    folder,
    load_explanation,
    read_explanation,
    titles,
    titles_that_say,
)
from routelab.lessons.proofs import lesson_pages
from routelab.routing.finding import FindingCode
from routelab.screen.plain import lines
from routelab.screen.rich.writer import view
from routelab.screen.shown.explanation import explanation_blocks
from routelab.tracing.findings.kinds import KINDS
from routelab.tracing.trace import Trace
from routelab.workers import ReusedWorkers, WorkerSource
from support import ENGINES

each_page = pytest.mark.parametrize("code", codes())


@cache
def pages() -> frozenset[str]:
    return lesson_pages(bundled_lessons())


@each_page
@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_is_proven_and_its_traces_are_read_back_whole(
    code: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Explained] = []

    def run_and_keep(
        explanation: Explanation, engine: str, scratch: Path, workers: WorkerSource
    ) -> Explained:
        ran.append(run_explanation(explanation, engine, scratch, workers))
        return ran[-1]

    monkeypatch.setattr(explaining, "run_explanation", run_and_keep)
    reading = read_explanation(folder() / f"{code}.md")
    with ReusedWorkers() as workers:
        (found,) = prove_explanations((reading,), (engine,), tmp_path, pages(), workers)
    assert [f"{it.place}: {it.text}" for it in found] == []
    assert reading.explanation is not None
    assert len(ran) == 1
    for trace in (each.trace for it in ran for each in (it.shown, it.fixed)):
        if trace is not None:
            said = trace.to_dict()
            again = Trace.from_dict(said)
            assert again.findings == trace.findings
            assert again.to_dict() == said
            assert [each["code"] for each in said["findings"]] == [it.code for it in trace.findings]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    known = {kind.code for kind in KINDS} | {code.value for code in FindingCode}
    assert set(codes()) == known
    assert len(known) >= 40


SAID = [
    ("redirect", {"R402", "R601", "R602"}, {"R401"}),
    ("returned none", {"R401", "R902"}, {"R402"}),
    ("r7", {"R701", "R705"}, {"R601"}),
    ("402", {"R402"}, {"R401"}),
    ("circular", {"R311"}, {"R402"}),
    ("thrown away", {"R402"}, {"R401"}),  # no title and no symptom says that
    ("R402", set(), {"R402"}),
    ("zzz", set(), {"R402"}),
]


@pytest.mark.parametrize(("typed", "among", "not_among"), SAID)
def test_pages_are_found_by_what_they_say(typed: str, among: set[str], not_among: set[str]) -> None:
    found = {code for code, _ in titles_that_say(typed)}
    assert among <= found
    assert not not_among & found


def test_what_a_page_names_to_read_on_is_not_broken(tmp_path: Path) -> None:
    page = run_explanation(load_explanation("r402"), "routelab", tmp_path)
    screen = Console(file=StringIO(), width=40, color_system=None, force_terminal=False)
    screen.print(view(explanation_blocks(page, titles())), crop=False)
    assert isinstance(screen.file, StringIO)
    shown = [row.strip() for row in screen.file.getvalue().splitlines()]
    assert {f"routelab learn {page.explanation.lesson}", page.explanation.docs} <= {*shown}


def test_names_are_the_audits_where_both_tell_of_one_thing() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert all(title for _, title in titles())


BROKEN = (
    ("no heading", "text\n", "title"),
    ("no app", '# T\n\nS.\n\n```toml explain\nrequest = "GET /"\n```\n', "the smallest app"),
    ("unknown key", '# T\n\nS.\n\n```toml explain\nrequst = "GET /"\n```\n\n```toml fix\n```\n', "requst"),
)


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_what_is_wrong_with_a_page_is_told(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "R999.md"
    file.write_text(text)
    found = read_explanation(file).findings
    assert any(said in it.text for it in found)
    assert all(it.place.startswith("R999.md:") for it in found)


def test_a_page_that_raises_another_code_is_found(tmp_path: Path) -> None:
    page = (folder() / "R401.md").read_text().replace('near = ["R402", "R409", "R902"]', "near = []")
    file = tmp_path / "R402.md"
    file.write_text(page)
    (tmp_path / "run").mkdir()
    reading = read_explanation(file)
    with ReusedWorkers() as workers:
        known = frozenset({"the-loop/no-route"})
        (found,) = prove_explanations((reading,), ("routelab",), tmp_path / "run", known, workers)
    assert any("the example raises R401, and R402 alone is right" in it.text for it in found)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("R104", ("200 OK   GET /song/blue", "by_slug(slug='blue') returned a string")),
        ("R301", ("404 NOT FOUND   GET /shop/nope", "handler not_in_shop() (app.py:7) handled NotFound")),
        ("R502", ("400 BAD REQUEST   POST /albums artist=Adele", "add_album() returned a tuple")),
        (
            "R603",
            ("302 FOUND -> /thanks?name=ann   POST /send name=ann -f -F", "200 OK   GET /thanks?name=ann"),
        ),
        ("R901", ("200 OK   GET /add, after GET /start", "add() returned a string")),
    ],
)
def test_what_the_way_out_gives_is_shown_with_its_reason(
    code: str, told: tuple[str, ...], tmp_path: Path
) -> None:
    page = read_explanation(folder() / f"{code}.md").explanation
    assert page is not None
    shown = lines(explanation_blocks(run_explanation(page, "routelab", tmp_path), titles()))
    before, then = "\n".join(shown).split("Then:")
    for each in told:
        assert each in then
    assert page.request is not None
    assert page.request in before  # as it was typed, with what it sends
