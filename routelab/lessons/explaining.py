"""A page of `routelab explain`, run: its app and its fix, in workers, and what is proven of both.

Its files are written to a folder that is given; nothing is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from functools import partial
from pathlib import Path, PurePosixPath
from uuid import uuid4

from routelab.errors import RoutelabError
from routelab.lessons import words
from routelab.lessons.explanation import Explanation, ExplanationReading
from routelab.lessons.files import write_texts
from routelab.lessons.findings import CheckRule, Finding
from routelab.lessons.judging import judge_all
from routelab.lessons.tasks.running import TIME_LIMIT, app_factory
from routelab.record import Record
from routelab.requestline.parsing import parse
from routelab.router import AuditReport
from routelab.tracing.trace import Trace
from routelab.workers import WORKERS, ReusedWorkers, WorkerSource

_CONTEXT = 1  # lines around a change: the app stands above it


class PageRun(Record):
    """What an app did: its trace where a request was sent, its audit where that was asked."""

    trace: Trace | None
    audit: AuditReport | None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were found, each once."""
        traced = () if self.trace is None else tuple(it.code for it in self.trace.findings)
        audited = () if self.audit is None else tuple(it.finding.code.value for it in self.audit.findings)
        return tuple(dict.fromkeys((*traced, *audited)))


class Explained(Record):
    """A page that was run: as it is, and with its fix."""

    explanation: Explanation
    shown: PageRun
    fixed: PageRun
    fixed_request: str | None

    @property
    def diff(self) -> tuple[str, ...]:
        """The fix as lines of a unified diff; a file that was moved is a line alone."""
        return tuple(_diff(self.explanation))


def run_explanation(
    explanation: Explanation, engine: str, scratch: Path, workers: WorkerSource = WORKERS
) -> Explained:
    """Run a page's app and its fix; `scratch` is an empty folder. Raises RoutelabError."""
    engine = explanation.engine or engine
    request = explanation.fix.request or explanation.request
    return Explained(
        explanation=explanation,
        shown=_run(explanation, explanation.app, explanation.request, engine, scratch / "app", workers),
        fixed=_run(explanation, explanation.fixed(), request, engine, scratch / "fixed", workers),
        fixed_request=request,
    )


def _run(
    explanation: Explanation,
    files: Iterable[tuple[PurePosixPath, str]],
    request: str | None,
    engine: str,
    folder: Path,
    workers: WorkerSource,
) -> PageRun:
    write_texts(dict(files), folder)
    with app_factory(folder, engine, workers)() as lab:
        for before in explanation.before:
            lab.send(parse(before, folder=folder), seconds=TIME_LIMIT, suggestions=False)
        line = None if request is None else parse(request, folder=folder)
        trace = None if line is None else lab.send(line, seconds=TIME_LIMIT, all_candidates=True)
        audit = lab.audit() if explanation.audit and lab.failure is None else None
        return PageRun(trace=trace, audit=audit)


def _diff(explanation: Explanation) -> Iterator[str]:
    for (name, text), (new_name, new) in zip(explanation.app, explanation.fixed(), strict=True):
        if name != new_name:
            yield f"--- {name}"
            yield f"+++ {new_name}"
        lines = list(
            unified_diff(
                text.splitlines(), new.splitlines(), str(name), str(new_name), lineterm="", n=_CONTEXT
            )
        )
        yield from lines[2:] if name != new_name else lines


def prove_explanations(
    readings: Sequence[ExplanationReading],
    engines: Sequence[str],
    scratch: Path,
    lesson_pages: frozenset[str],
    reused: ReusedWorkers,
) -> tuple[tuple[Finding, ...], ...]:
    """Prove pages: each app raises exactly its code on each engine, its fix none, and answers as expected.

    `lesson_pages` are the pages that there are, as "slashes/about"; `reused` is as `proofs.prove` has it, and
    asked once for all pages whether libraries have changed. Returns the findings of each page.
    """
    looks = [partial(_found_by_running, reading.explanation, engines, scratch) for reading in readings]
    return tuple(
        (*reading.findings, *_unknown_lesson(reading.explanation, lesson_pages), *found)
        for reading, found in zip(readings, reused.found_by_each(looks), strict=True)
    )


def _unknown_lesson(explanation: Explanation | None, lesson_pages: frozenset[str]) -> Iterator[Finding]:
    if explanation is not None and explanation.lesson not in lesson_pages:
        text = f"lesson: there is no page {explanation.lesson!r}; write it as in slashes/about"
        yield Finding(promise=CheckRule.FORMAT, text=text, file=_file_of(explanation), line=explanation.line)


def _found_by_running(
    explanation: Explanation | None, engines: Sequence[str], scratch: Path, workers: WorkerSource
) -> Iterator[Finding]:
    """Run a page, where it could be read, on each engine."""
    if explanation is None:
        return
    for engine in (explanation.engine,) if explanation.engine else engines:
        for line, problem in _problems(explanation, engine, scratch, workers):
            text = f"{problem} (engine {engine})"
            yield Finding(promise=CheckRule.EXPLANATION, text=text, file=_file_of(explanation), line=line)


def _file_of(explanation: Explanation) -> PurePosixPath:
    return PurePosixPath(f"{explanation.code}.md")


def _problems(
    explanation: Explanation, engine: str, scratch: Path, workers: WorkerSource
) -> Iterator[tuple[int, str]]:
    try:
        explained = run_explanation(explanation, engine, scratch / uuid4().hex, workers)
    except RoutelabError as error:
        yield explanation.line, f"the example cannot be run: {error}"
        return
    if explained.shown.codes != (explanation.code,):
        said = ", ".join(explained.shown.codes) or "no code"
        yield explanation.line, f"the example raises {said}, and {explanation.code} alone is right"
    if explained.fixed.codes:
        yield explanation.fix.line, f"the fix raises {', '.join(explained.fixed.codes)}; it must raise none"
    if explained.fixed.trace is not None:
        failure = words.first_failure(judge_all(explanation.fix.expect, explained.fixed.trace))
        if failure is not None:
            yield explanation.fix.line, f"the fix does not fulfil {failure}"
