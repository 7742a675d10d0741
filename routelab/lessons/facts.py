"""Facts that a page states: a request and what it gives, not shown, and proven on each engine.

A fact is about the page's app, or about a few lines of its own. It is no task: a learner never sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.lessons import words
from routelab.lessons.expectation import Expectation
from routelab.lessons.files import APP_FILE
from routelab.lessons.findings import LESSON_FILE, CheckRule
from routelab.lessons.judging import judge_all, promised
from routelab.lessons.tasks.base import Prover, TypedRequest
from routelab.lessons.tasks.reading import TaskReader, expectations, file_name
from routelab.lessons.tasks.running import ProvenApp, send_afresh
from routelab.lessons.tomlblock import TomlTable
from routelab.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from routelab.tracing.trace import Trace


class Fact(Record):
    """What a page says that a request gives.

    `app` is the text of an app of its own, None for the page's; `beside` are the texts of files that stand
    beside it. With `no_app` the fact is that no app is found there, and nothing else is expected. `file` is
    where it is stated.
    """

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    before: tuple[TypedRequest, ...] = ()
    app: str | None = None
    beside: Mapping[PurePosixPath, str] = MappingProxyType({})
    no_app: bool = False
    file: PurePosixPath = LESSON_FILE


def read_fact(table: TomlTable, folder: Path) -> Fact | None:
    """Read a block; None, and findings, where it cannot be read."""
    reader = TaskReader(folder)
    no_app = table.flag("no_app") or False
    request, expect = reader.request(table), () if no_app else expectations(table)
    before, app = reader.requests(table, "before"), table.text("app")
    beside = dict(_files_beside(table))
    table.finish()
    if request is None or not (expect or no_app):
        return None
    return Fact(
        line=table.line, request=request, expect=expect, before=before, app=app, beside=beside, no_app=no_app
    )


def _files_beside(table: TomlTable) -> Iterator[tuple[PurePosixPath, str]]:
    """Read the [[beside]] tables: in each the name of a `file`, and its `text`, "" without it."""
    for each in table.tables("beside"):
        file, text = file_name(each), each.text("text")
        if file is None:
            each.complain("file", ' is missing; name the file beside the app: file = "shop.py"')
        else:
            yield file, text or ""
        each.finish()


def prove_fact(fact: Fact, prover: Prover, page: ProvenApp | None) -> None:
    """Hold a fact to what its app does; `page` is the page's."""
    if fact.app is not None or fact.beside:
        own = {} if fact.app is None else {APP_FILE: fact.app}
        run = partial(send_afresh, before=fact.before, request=fact.request)
        problem = prover.problem_in(
            f"fact-{fact.line}", own | dict(fact.beside), lambda app: _problem(fact, partial(run, app))
        )
    elif page is not None:
        asked = partial(
            page.proven, fact.before, fact.request, partial(promised, fact.expect), line=fact.line
        )
        problem = _problem(fact, asked)
    else:  # it does not load, which is a finding already
        return
    if problem is not None:
        prover.add(CheckRule.FACT, fact.line, problem, fact.file)


def _problem(fact: Fact, run: Callable[[], Trace]) -> str | None:
    """Say why a fact does not hold; None if it does."""
    try:
        trace = run()
    except RoutelabError as error:
        return None if fact.no_app else f"the app of this fact cannot be loaded: {error}"
    if fact.no_app:
        return "an app is found here, and the page says that there is none"
    failure = words.first_failure(judge_all(fact.expect, trace))
    return None if failure is None else f"what the page states is not so: {failure}"
