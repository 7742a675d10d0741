"""What `routelab check` proves of a lesson, from its text to its tasks on each engine.

It gathers findings and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from routelab.lessons.findings import Finding, Findings
from routelab.lessons.prover import Prover
from routelab.lessons.reading import read_lesson
from routelab.lessons.records import APP_FILE, Lesson
from routelab.lessons.stray import stray_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is wrong with a lesson, as far as running it on these engines tells.

    `lesson` is None where lesson.md cannot be read at all.
    """

    folder: Path
    lesson: Lesson | None
    engines: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def tasks(self) -> int:
        """How many tasks the lesson has."""
        return 0 if self.lesson is None else sum(page.task is not None for page in self.lesson.pages)


def prove(folder: Path, engines: Sequence[str], scratch: Path) -> Proof:
    """Prove a lesson on each engine; `scratch` is an empty folder for copies of its files."""
    reading = read_lesson(folder)
    found = [*reading.findings]
    if reading.lesson is not None:
        found += stray_files(reading.lesson)
        if (folder / APP_FILE).is_file():
            found += _on_each_engine(reading.lesson, engines, scratch)
    collected = Findings()
    for finding in found:
        collected.add(finding.promise, finding.line, finding.text, finding.file)
    return Proof(folder=folder, lesson=reading.lesson, engines=tuple(engines), findings=collected.sorted())


def _on_each_engine(lesson: Lesson, engines: Sequence[str], scratch: Path) -> Iterable[Finding]:
    """Run a lesson on each engine; what not every one finds is said to be of those that do."""
    per_engine = {engine: Prover(lesson, engine, scratch / engine).findings() for engine in engines}
    for engine, findings in per_engine.items():
        for finding in findings:
            everywhere = all(finding in others for others in per_engine.values())
            yield finding if everywhere else replace(finding, text=f"{finding.text} (engine {engine})")
