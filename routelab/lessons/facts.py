"""Facts that a page states: a request and what it gives, not shown, and proven on each engine.

A fact is about the page's app, or about a few lines of its own. It is no task: a learner never sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.lessons import words
from routelab.lessons.expectation import Expectation
from routelab.lessons.files import APP_FILE
from routelab.lessons.findings import CheckRule
from routelab.lessons.judging import judge_all
from routelab.lessons.tasks.base import Prover, TypedRequest
from routelab.lessons.tasks.reading import TaskReader, expectations
from routelab.lessons.tasks.running import AppFactory, send_afresh
from routelab.lessons.tomlblock import TomlTable
from routelab.record import Record

if TYPE_CHECKING:
    from pathlib import Path


class Fact(Record):
    """What a page says that a request gives; `app` is the text of an app of its own, None for the page's."""

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    before: tuple[TypedRequest, ...] = ()
    app: str | None = None


def read_fact(table: TomlTable, folder: Path) -> Fact | None:
    """Read a block; None, and findings, where it cannot be read."""
    reader = TaskReader(folder)
    request, expect = reader.request(table), expectations(table)
    before, app = reader.requests(table, "before"), table.text("app")
    table.finish()
    if request is None or not expect:
        return None
    return Fact(line=table.line, request=request, expect=expect, before=before, app=app)


def prove_fact(fact: Fact, prover: Prover, app: AppFactory | None) -> None:
    """Hold a fact to what its app does; `app` is the page's."""
    if fact.app is not None:
        app = prover.starter(f"fact-{fact.line}", {APP_FILE: fact.app})
    if app is None:  # it does not load, which is a finding already
        return
    try:
        trace = send_afresh(app, fact.before, fact.request)
    except RoutelabError as error:
        prover.add(CheckRule.FACT, fact.line, f"the app of this fact cannot be loaded: {error}")
        return
    failure = words.first_failure(judge_all(fact.expect, trace))
    if failure is not None:
        prover.add(CheckRule.FACT, fact.line, f"what the page states is not so: {failure}")
