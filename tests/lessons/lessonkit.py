"""A sound lesson for tests to break: the one that `routelab new` writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.findings import Finding
from routelab.lessons.judging import Result, judge
from routelab.lessons.proofs import Proof, prove
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import Lesson
from routelab.lessons.starting import new_lesson
from routelab.tracing.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """A change to the sound lesson: texts replaced in lesson.md, files written (None deletes)."""

    replace: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str | bytes | None], ...] = ()

    def apply(self, folder: Path) -> None:
        lesson = folder / "lesson.md"
        text = lesson.read_text()
        for old, new in self.replace:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the lesson"
            text = text.replace(old, new)
        lesson.write_text(text)
        for name, content in self.files:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            match content:
                case None:
                    file.unlink()
                case str():
                    file.write_text(content)
                case bytes():
                    file.write_bytes(content)


def edits(text: str) -> tuple[tuple[str, str], ...]:
    """Write a replacement as `old => new`."""
    old, arrow, new = text.partition(" => ")
    assert arrow
    return ((old, new),)


def broken_lesson(folder: Path, breaking: Breaking) -> Path:
    new_lesson(folder)
    breaking.apply(folder)
    return folder


def sound_lesson(folder: Path) -> Lesson:
    new_lesson(folder)
    return load_lesson(folder)


def proven(folder: Path, scratch: Path, *engines: str) -> Proof:
    return prove(folder, engines or ("routelab",), scratch)


def shown(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{finding.place} [{finding.promise.value}] {finding.text}" for finding in findings]


def judged(expectation: str, trace: Trace) -> Result:
    return judge(read_expectation(expectation), trace)
