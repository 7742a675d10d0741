"""A lesson in another language: its words change and its logic does not; what is wrong with them is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from routelab.lessons.expectation import Expectation, Question
from routelab.lessons.files import Files, project
from routelab.lessons.findings import languages_of, overlay_file
from routelab.lessons.prose import plain
from routelab.lessons.reading import in_language, load_lesson, read_lesson
from routelab.lessons.tasks.base import TypedRequest
from routelab.record import Record
from sessions import BUNDLED, write_lesson

WORDS = """\
# Klein

Lerne ein wenig.

## Lesen {#read}

Lies das.

## Versuch {#try}

Eine Anfrage.

```toml task
ask = "Frag nach einem Beitrag."
```

## Rate {#guess}

```toml task
ask = "Welcher Status?"
[[choice]]
say = "Dafür muss der Pfad passen."
```

## Bessere aus {#mend}

```toml task
ask = "Lass -5 herein."
```
"""


def translated() -> list[tuple[Path, str]]:
    return [(folder, language) for folder in BUNDLED for language in languages_of(folder)]


def logic(thing: object) -> Iterator[object]:
    """Yield what a lesson sends, expects and asks for, in order: all that is no text for the learner."""
    if isinstance(thing, TypedRequest | Expectation | Question):
        yield thing
    elif isinstance(thing, tuple):
        for each in thing:
            yield from logic(each)
    elif isinstance(thing, Record):
        for each in vars(thing).values():
            yield from logic(each)


def test_some_lesson_is_told_in_german() -> None:
    assert "de" in {language for _, language in translated()}


@pytest.mark.parametrize(("folder", "language"), translated())
def test_the_words_of_a_translated_lesson_fit_it(folder: Path, language: str) -> None:
    assert in_language(folder, language).sorted() == ()
    first, other = load_lesson(folder), load_lesson(folder, language=language)
    assert [*logic(first)] == [*logic(other)] != []
    for page, said in zip(first.pages, other.pages, strict=True):
        assert page.title != said.title
        assert page.blocks != said.blocks
        if page.task is not None and said.task is not None:
            assert plain(page.task.brief.ask) != plain(said.task.brief.ask)
            assert page.task.brief.before == said.task.brief.before
            assert len(page.task.brief.hints) == len(said.task.brief.hints)


def small(folder: Path, words: str) -> Path:
    lesson = write_lesson(folder / "small")
    (lesson / "lesson.de.md").write_text(words, encoding="utf-8")
    return lesson


FAULTS = {
    "a page of its own": (WORDS + "\n## Mehr {#more}\n\nMehr.\n", "lesson.md has no page {#more}"),
    "logic": (WORDS.replace('ask = "Frag', 'request = "GET /x"\nask = "Frag'), "request stays in lesson.md"),
    "a text that is not there": (
        WORDS.replace('ask = "Frag', 'say = "Nein."\nask = "Frag'),
        "lesson.md has no say there",
    ),
    "another type": (WORDS.replace('"Frag nach einem Beitrag."', '["Frag."]'), "ask differs from lesson.md"),
    "an empty text": (WORDS.replace("Frag nach einem Beitrag.", " "), "ask is empty"),
    "settings": (
        WORDS.replace("## Lesen", "```toml lesson\nminutes = 3\n```\n\n## Lesen"),
        "stays in lesson.md",
    ),
    "a page is missing": (WORDS.partition("## Rate")[0], "it has no page {#guess}"),
    "no TOML": (WORDS.replace('ask = "', "ask = "), "this is not TOML"),
    "a table too many": (
        WORDS.replace('passen."\n', 'passen."\n[[choice]]\nsay = "Ja."\n'),
        "[[choice]] is there 2 times, and in lesson.md 1 times",
    ),
    "binary": ("\0", "it is binary data"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_words_that_do_not_fit_are_a_finding_and_the_lesson_is_told_as_it_is(
    fault: str, tmp_path: Path
) -> None:
    words, problem = FAULTS[fault]
    lesson = small(tmp_path, words)
    found = in_language(lesson, "de").sorted()
    assert problem in "\n".join(finding.text for finding in found)
    assert {finding.file for finding in found} == {overlay_file("de")}
    assert load_lesson(lesson, language="de") == load_lesson(lesson)


def test_words_that_fit_are_told(tmp_path: Path) -> None:
    lesson = small(tmp_path, WORDS)
    assert in_language(lesson, "de").sorted() == ()
    told = load_lesson(lesson, language="de")
    assert (told.title, [page.title for page in told.pages]) == (
        "Klein",
        ["Lesen", "Versuch", "Rate", "Bessere aus"],
    )
    assert [*logic(told)] == [*logic(load_lesson(lesson))]
    assert "lesson.de.md" not in {str(path) for path in project(lesson, Files.STARTER)}


def test_a_language_without_words_changes_nothing(tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "small")
    assert read_lesson(lesson, language="de") == read_lesson(lesson)
