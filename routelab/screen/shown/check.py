"""What `check` proved and found, as blocks and as JSON.

It runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from routelab.lessons.findings import Finding
from routelab.lessons.proofs import Proof
from routelab.record import Record
from routelab.screen.blocks import Block, CopyLine
from routelab.session.demo.rehearsal import DemoFinding
from routelab.tracing.phrases import count

SCHEMA = 1


class PageProof(Record):
    """A page of explain, and what is wrong with it."""

    path: Path
    findings: tuple[Finding, ...]


class RehearsalReport(Record):
    """A demo's script, so many lines of which were run, and what is wrong with it."""

    path: Path
    lines: int
    findings: tuple[DemoFinding, ...]


class ProofReport(Record):
    """All that was proven, on these engines."""

    engines: tuple[str, ...]
    lessons: tuple[Proof, ...]
    pages: tuple[PageProof, ...]
    demos: tuple[RehearsalReport, ...]

    @property
    def findings(self) -> int:
        """How many there are in all."""
        return sum(len(it.findings) for kind in (self.lessons, self.pages, self.demos) for it in kind)


def check_blocks(report: ProofReport) -> Iterator[Block]:
    """Say each finding in a line that begins with its place, and what is proven."""
    on = " and ".join(report.engines)
    for said in (*_lesson_lines(report), *_page_lines(report, on), *_demo_lines(report, on)):
        yield CopyLine(text=said)
    if report.findings:
        kinds = ((report.lessons, "lesson"), (report.pages, "page"), (report.demos, "demo"))
        within = " and ".join(count(len(proven), kind) for proven, kind in kinds if proven)
        yield CopyLine(text=f"{count(report.findings, 'finding')} in {within}.")


def _lesson_lines(report: ProofReport) -> Iterator[str]:
    for proof in report.lessons:
        yield from (f"{_shown(proof.folder)}/{it.place}: {it.text}" for it in proof.findings)
        if not proof.findings:
            on = " and ".join(proof.engines)
            yield f"{_shown(proof.folder)}: {count(proof.tasks, 'task')} proven on {on}"


def _page_lines(report: ProofReport, on: str) -> Iterator[str]:
    for page in report.pages:
        yield from (f"{page.path.parent.as_posix()}/{it.place}: {it.text}" for it in page.findings)
    right = sum(not page.findings for page in report.pages)
    if right:
        yield f"{count(right, 'page')} of explain proven on {on}"


def _demo_lines(report: ProofReport, on: str) -> Iterator[str]:
    for demo in report.demos:
        for finding in demo.findings:
            at = f":{finding.line}" if finding.line else ""
            yield f"{demo.path.as_posix()}{at}: {finding.text}"
        if not demo.findings:
            yield f"{demo.path.as_posix()}: {count(demo.lines, 'line')} rehearsed on {on}"


def _shown(folder: Path) -> str:
    """Name a lesson's folder as it was typed; that of the folder here by its own name."""
    return folder.as_posix() if folder.name else folder.resolve().name


def check_document(report: ProofReport) -> dict[str, Any]:
    """Return the same as JSON."""
    return {
        "schema": SCHEMA,
        "explanations": [
            {"code": page.path.stem, "findings": [_finding(it) for it in page.findings]}
            for page in report.pages
        ],
        "lessons": [
            {
                "folder": _shown(proof.folder),
                "title": proof.lesson.title if proof.lesson else None,
                "pages": len(proof.lesson.pages) if proof.lesson else 0,
                "tasks": proof.tasks,
                "engines": list(proof.engines),
                "findings": [_finding(it) for it in proof.findings],
            }
            for proof in report.lessons
        ],
        "demos": [
            {
                "file": demo.path.as_posix(),
                "lines": demo.lines,
                "engines": list(report.engines),
                "findings": [{"line": it.line, "text": it.text} for it in demo.findings],
            }
            for demo in report.demos
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "promise": finding.promise.value,
        "file": str(finding.file),
        "line": finding.line,
        "text": finding.text,
    }
