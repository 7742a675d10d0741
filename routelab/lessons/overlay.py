"""A lesson in another language: the words of `lesson.de.md` laid over the outline of lesson.md.

Titles, prose and the texts of tasks are said anew; what a task asks, checks and proves stays in lesson.md, so
that it is there once. It knows outlines and TOML, and no language.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.lessons.findings import CheckRule, Findings
from routelab.lessons.markdown import Fence, InlineError, styled
from routelab.lessons.outline import Outline, PageOutline
from routelab.lessons.tomlblock import TomlValues, are_tables, read_values

TEXTS = ("ask", "nothing", "hints", "after", "say", "because", "wants")
"""The keys of a task, and of the tables in it, that are words for the learner."""


def overlaid(outline: Outline, words: Outline, findings: Findings) -> None:
    """Lay the words over the outline; what does not belong to it is a finding."""
    outline.title, outline.goal = words.title or outline.title, words.goal or outline.goal
    if words.settings is not None:
        _stays(words.settings, findings)
    said = {page.id: page for page in words.pages}
    for page in outline.pages:
        if (own := said.pop(page.id, None)) is None:
            findings.add(CheckRule.FORMAT, None, f"it has no page {{#{page.id}}}; translate it, too")
        else:
            _lay_over(page, own, findings)
    for page in said.values():
        problem = f"lesson.md has no page {{#{page.id}}}; use the ids of its pages"
        findings.add(CheckRule.FORMAT, page.heading.line, problem)


def _lay_over(page: PageOutline, own: PageOutline, findings: Findings) -> None:
    for fence in (*own.facts, *own.again):
        _stays(fence, findings)
    page.heading = page.heading.replace(title=own.heading.title)
    page.blocks = own.blocks
    if own.task is None:
        if page.task is not None:
            findings.add(CheckRule.FORMAT, own.heading.line, "the words of this page's task are missing")
        return
    if page.task is None:
        findings.add(CheckRule.FORMAT, own.task.line, "lesson.md has no task on this page; remove the block")
        return
    values = read_values(own.task.text, own.task.line, findings)
    base = read_values(page.task.text, page.task.line, Findings())  # what is wrong there is told there
    if values is None or base is None:
        return
    problems = tuple(_problems(values, base))
    for problem in problems:
        findings.add(CheckRule.TOML, own.task.line, problem)
    page.words = None if problems else values


def _stays(fence: Fence, findings: Findings) -> None:
    findings.add(CheckRule.FORMAT, fence.line, f"a {fence.words!r} block stays in lesson.md; remove it here")


def _problems(values: TomlValues, base: TomlValues) -> Iterator[str]:
    """Say what of a task's words does not belong there, or says nothing that lesson.md has."""
    for key, value in values.items():
        own = base.get(key)
        if are_tables(value) and are_tables(own):
            if len(value) != len(own):
                yield f"[[{key}]] is there {len(value)} times, and in lesson.md {len(own)} times; say each"
            for item, said in zip(own, value, strict=False):
                yield from _problems(said, item)
        elif key not in TEXTS:
            yield f"{key} stays in lesson.md; here are only {', '.join(TEXTS)}"
        elif own is None:
            yield f"lesson.md has no {key} there; remove it"
        elif type(value) is not type(own):
            yield f"{key} differs from lesson.md; write it as there"
        else:
            for text in value if isinstance(value, list) else (value,):
                yield from _faults(key, text)


def _faults(key: str, text: object) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip():
        yield f"{key} is empty, or no text; write it"
        return
    try:
        styled(text)
    except InlineError as error:
        yield f"{key}: {error}"
