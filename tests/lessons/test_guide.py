"""docs/lessons.md, executed from top to bottom: files are compared and edited, commands run, Python run.

`pytest tests/lessons/test_guide.py --rewrite` writes files and screens anew; read the difference like code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from routelab.lessons.expectation import Predicate
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.findings import CheckRule
from routelab.lessons.mine.subjects import SUBJECTS
from routelab.lessons.mine.themes import THEMES
from routelab.lessons.queries import QUERIES
from support import ROOT, Cli

GUIDE = ROOT / "docs" / "lessons.md"
FILE = re.compile(r"`([\w./-]+)`(?:, above `([^`]+)`)?:$")


class Reader:
    """Does what the guide says, and returns what each block should hold."""

    def __init__(self, cli: Cli, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._cli = cli
        self._capsys = capsys
        self._folder = folder
        self._printed = ""

    def follow(self, fence: Token, before: str) -> str:
        """Follow one block; `before` is the last line of the text in front of it."""
        named = FILE.search(before)
        if fence.content.startswith("$ routelab "):
            return "".join(self._run(line) for line in fence.content.splitlines() if line.startswith("$ "))
        if named and fence.info == "diff":
            self._patch(self._folder / named[1], fence.content)
        elif named and named[2]:
            file = self._folder / named[1]
            text = file.read_text()
            assert text.count(named[2]) == 1
            file.write_text(text.replace(named[2], fence.content + named[2]))
        elif named:
            return (self._folder / named[1]).read_text()
        elif fence.info == "python":
            self._capsys.readouterr()
            exec(compile(fence.content, str(GUIDE), "exec"), {})
            self._printed = self._capsys.readouterr().out
        elif fence.info == "expect":
            for line in fence.content.splitlines():
                read_expectation(line)
        elif fence.info == "text" and self._printed:
            return self._printed
        return fence.content

    def _run(self, line: str) -> str:
        ended = self._cli(*line.removeprefix("$ routelab ").split(), folder=self._folder)
        assert ended.err == ""
        return f"{line}\n{ended.out}"

    def _patch(self, file: Path, diff: str) -> None:
        lines = diff.splitlines()
        old = "\n".join(line[1:] for line in lines if not line.startswith("+"))
        new = "\n".join(line[1:] for line in lines if not line.startswith("-"))
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
        file.write_text(text.replace(old, new))


def fences(text: str) -> Iterator[tuple[Token, str]]:
    """Give each fenced block with the last line of the paragraph before it."""
    before = ""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "fence":
            yield token, before
            before = ""
        elif token.type == "inline":
            before = token.content.rpartition("\n")[2]


def test_the_guide_from_top_to_bottom(
    cli: Cli,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    reader = Reader(cli, capsys, tmp_path)
    text = GUIDE.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    now, done = "", 0
    for fence, before in fences(text):
        assert fence.map is not None
        first, end = fence.map
        now += "".join(lines[done : first + 1]) + reader.follow(fence, before)
        done = end - 1
    now += "".join(lines[done:])
    if request.config.getoption("--rewrite"):
        GUIDE.write_text(now, encoding="utf-8")
    else:
        assert now == text, (
            "docs/lessons.md shows old files or screens; pytest tests/lessons/test_guide.py --rewrite"
        )


def rows(heading: str) -> set[str]:
    """Return the words in backticks that begin the rows of the first table after a heading that has the word."""
    text = GUIDE.read_text(encoding="utf-8").partition(f"| {heading} |")[2].partition("\n\n")[0]
    return {
        word
        for row in text.splitlines()
        for word in re.findall(r"`([^`]+)`", row.split("|")[1:2][0] if "|" in row else "")
    }


def query_rows() -> str:
    return "".join(
        f"| `{query.name}` |{f' {query.argument.about}' if query.argument else ''} | "
        f"{query.about.replace('{words}', ', '.join(f'`{word}`' for word in query.words))} |\n"
        for query in QUERIES.values()
    )


def test_the_guide_shows_every_query_as_its_entry_has_it() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert f"| query | argument | gives |\n| --- | --- | --- |\n{query_rows()}\n" in text
    for query in QUERIES.values():
        assert ("{words}" in query.about) is bool(query.words)


def test_the_guide_has_every_predicate_and_promise() -> None:
    assert rows("predicate") == {predicate.value for predicate in Predicate}
    assert rows("promise") == {promise.value for promise in CheckRule}


def test_the_guide_has_every_key() -> None:
    tasks = (ROOT / "routelab" / "lessons" / "tasks").glob("*.py")
    source = "\n".join(path.read_text(encoding="utf-8") for path in tasks)
    keys = set(re.findall(r'(?:table, |\.(?:text|texts|flag|value|values|tables)\()"(\w+)"', source))
    assert {"kind", "ask", "expect", "because", "replace", "nothing", "covers"} <= keys
    text = GUIDE.read_text(encoding="utf-8")
    assert [key for key in sorted(keys) if f"`{key}" not in text and f"[[{key}]]" not in text] == []


def test_the_guide_shows_all_that_can_be_looked_for_in_an_app_of_ones_own() -> None:
    rows = "".join(f"| `{subject.name}` | {subject.about} |\n" for subject in SUBJECTS.values())
    assert f"| looked for | is |\n| --- | --- |\n{rows}\n" in GUIDE.read_text(encoding="utf-8")


def test_the_guide_shows_the_words_of_each_theme() -> None:
    heads = " | ".join(f"`mine {theme.name}`" for theme in THEMES)
    rows = "".join(
        f"| `{{theme.{word}}}` | {' | '.join(theme.words[word] for theme in THEMES)} |\n"
        for word in THEMES[0].words
    )
    lines = f"| --- |{' --- |' * len(THEMES)}"
    assert f"| written | {heads} |\n{lines}\n{rows}\n" in GUIDE.read_text(encoding="utf-8")
