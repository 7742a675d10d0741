"""The pages of `routelab explain`: one Markdown file a code, read into frozen values.

A page has a title, the symptom, a `toml explain` block, the smallest app (one fence a file), the reason, and
a `toml fix` block with an edit of that app. It runs nothing: `explaining` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from routelab import bundled
from routelab.errors import RoutelabError, UsageError
from routelab.lessons.expectation import Expectation
from routelab.lessons.findings import CheckRule, Finding, Findings
from routelab.lessons.markdown import Comment, Fence, Heading, Part, Unsupported, parts_of
from routelab.lessons.prose import Block, ItemList, Paragraph, Table
from routelab.lessons.sources import COLUMNS, check_width
from routelab.lessons.tasks.reading import expectations
from routelab.lessons.tomlblock import TomlTable, read_block
from routelab.nearest import nearest
from routelab.record import Record

FOLDER = "explain"
_ABOUT, _FIX = "toml explain", "toml fix"
_LIKE_A_CODE = re.compile(r"R\d+").fullmatch


class Fix(Record):
    """The way out: `replace` are (old, new) texts, each of which stands in the app once; `rename` are files.

    `request` is what is sent then, `expect` what the answer must be.
    """

    line: int
    replacements: tuple[tuple[str, str], ...]
    rename: tuple[tuple[str, str], ...]
    request: str | None
    expect: tuple[Expectation, ...]


class Explanation(Record):
    """A page. `request` is None where only `routelab audit` tells of it; `lesson` is "slashes/about".

    `engine` is the only one that has what the app needs, None where both have.
    """

    code: str
    title: str
    line: int
    symptom: tuple[Block, ...]
    app: tuple[tuple[PurePosixPath, str], ...]
    why: tuple[Block, ...]
    request: str | None
    before: tuple[str, ...]
    audit: bool
    engine: str | None
    lesson: str
    docs: str
    near: tuple[str, ...]
    fix: Fix

    def fixed(self) -> tuple[tuple[PurePosixPath, str], ...]:
        """Return the app's files with the fix in them."""
        names = {PurePosixPath(old): PurePosixPath(new) for old, new in self.fix.rename}
        files: list[tuple[PurePosixPath, str]] = []
        for name, text in self.app:
            changed = text
            for old, new in self.fix.replacements:
                changed = changed.replace(old, new) if old in text else changed
            files.append((names.get(name, name), changed))
        return tuple(files)


class ExplanationReading(Record):
    """What came of reading a page, and what is wrong with it."""

    code: str
    explanation: Explanation | None
    findings: tuple[Finding, ...]


def folder() -> Path:
    """Return where the pages lie."""
    return bundled.lessons_folder() / FOLDER


def codes() -> tuple[str, ...]:
    """Return the codes that have a page, sorted."""
    return tuple(sorted(file.stem for file in folder().glob("R*.md")))


def titles() -> Iterator[tuple[str, str]]:
    """Yield (code, title) of each page; of a page only its first line is read."""
    for code in codes():
        with (folder() / f"{code}.md").open(encoding="utf-8") as file:
            yield code, file.readline().strip().removeprefix("#").strip()


def titles_that_say(typed: str) -> tuple[tuple[str, str], ...]:
    """Return (code, title) of each page that says all of some words; none for a code.

    What counts is a page's title and how the mistake shows; where no page says them there, all of its prose.
    """
    if _code_of(typed) in codes():
        return ()
    words = typed.casefold().split()
    said = [(code, title, _prose(code)) for code, title in titles()]
    for most in (1, None):
        found = tuple(
            (code, title)
            for code, title, parts in said
            if all(word in " ".join(parts[:most]).casefold() for word in words)
        )
        if found:
            return found
    return ()


def _code_of(typed: str) -> str:
    return typed.strip().strip("()").upper()


def _prose(code: str) -> list[str]:
    """Return what a page says, without its blocks: the first part is above its app."""
    first, *others = (folder() / f"{code}.md").read_text(encoding="utf-8").split("```")[::2]
    return [f"{code} {first}", *others]


def load_explanation(typed: str) -> Explanation:
    """Read the page of a code, typed in any case. Raises RoutelabError."""
    code = _code_of(typed)
    if code not in codes():
        # 404 is a status, and no code that lost its R.
        near = nearest(code, codes(), cutoff=0.4) if _LIKE_A_CODE(code) else None
        hint = f"the nearest is {near}" if near else "no page says that"
        raise UsageError(f"there is no finding {typed!r}; {hint}; routelab explain lists them")
    reading = read_explanation(folder() / f"{code}.md")
    if reading.explanation is None or reading.findings:
        finding = reading.findings[0]
        raise RoutelabError(f"{finding.place}: {finding.text}")
    return reading.explanation


def read_explanation(file: Path) -> ExplanationReading:
    """Read one page, with everything that is wrong with its text."""
    findings = Findings()
    parts = parts_of(file.read_text(encoding="utf-8"))
    explanation = _Reader(file, parts, findings).read()
    named = tuple(
        Finding(promise=it.promise, text=it.text, file=PurePosixPath(file.name), line=it.line)
        for it in findings.sorted()
    )
    return ExplanationReading(code=file.stem, explanation=explanation, findings=named)


class _Reader:
    def __init__(self, file: Path, parts: tuple[Part, ...], findings: Findings) -> None:
        self._code, self._folder = file.stem, file.parent
        self._parts, self._findings = parts, findings

    def read(self) -> Explanation | None:
        title, about, fix = "", None, None
        symptom: list[Block] = []
        why: list[Block] = []
        app: list[tuple[PurePosixPath, str]] = []
        for part in self._parts:
            match part:
                case Heading(level=1, title=text) if not title:
                    title = text
                case Heading():
                    self._complain(part.line, "a page has one heading, its title; take this one out")
                case Fence(words=words, text=text, line=line) if words == _ABOUT:
                    about = read_block(text, line, self._findings, name=f"a {_ABOUT!r} block")
                case Fence(words=words, text=text, line=line) if words == _FIX:
                    fix = read_block(text, line, self._findings, name=f"a {_FIX!r} block")
                case Fence():
                    app += self._file(part)
                case Paragraph() | ItemList() | Table():
                    (why if app else symptom).append(part)
                case Unsupported(problem=problem):
                    self._complain(part.line, problem)
                case Comment():
                    pass
        for missing, what in (
            (not title, "a title, as in: # The view returned None"),
            (not symptom, "the symptom, a paragraph below the title"),
            (not app, "the smallest app, in a block such as: python app.py"),
            (not why, "the reason, a paragraph below the app"),
        ):
            if missing:
                self._complain(1, f"the page lacks {what}")
        if about is None or fix is None:
            self._complain(1, f"the page needs a {_ABOUT!r} and a {_FIX!r} block")
            return None
        return self._explanation(title, about, fix, tuple(symptom), tuple(why), tuple(app))

    def _explanation(
        self,
        title: str,
        about: TomlTable,
        fix: TomlTable,
        symptom: tuple[Block, ...],
        why: tuple[Block, ...],
        app: tuple[tuple[PurePosixPath, str], ...],
    ) -> Explanation:
        audit = about.flag("audit") or False
        explanation = Explanation(
            code=self._code,
            title=title,
            line=about.line,
            symptom=symptom,
            app=app,
            why=why,
            request=about.text("request"),
            before=about.texts("before"),
            audit=audit,
            engine=about.text("engine"),
            lesson=about.text("lesson", required=True) or "",
            docs=about.text("docs", required=True) or "",
            near=about.texts("near", required=True),
            fix=self._fix(fix, app),
        )
        if explanation.request is None and not audit:
            about.complain("request", " is missing; write the request that shows it, or audit = true")
        for near in explanation.near:
            if not (self._folder / f"{near}.md").is_file():
                about.complain("near", f": there is no page {near}", about=near)
        about.finish()
        return explanation

    def _fix(self, table: TomlTable, app: tuple[tuple[PurePosixPath, str], ...]) -> Fix:
        replace, rename = _pairs(table, "replace"), _pairs(table, "rename")
        for old, _ in replace:
            times = sum(text.count(old) for _, text in app) if old else 0
            if times != 1:
                table.complain(
                    "replace", f": {old!r} is in the app {times} times, and it has to be there once"
                )
        for old, _ in rename:
            if PurePosixPath(old) not in [name for name, _ in app]:
                table.complain("rename", f": the app has no file {old!r}")
        fix = Fix(
            line=table.line,
            replacements=replace,
            rename=rename,
            request=table.text("request"),
            expect=expectations(table),
        )
        table.finish()
        return fix

    def _file(self, fence: Fence) -> Iterator[tuple[PurePosixPath, str]]:
        _, _, name = fence.words.partition(" ")
        path = PurePosixPath(name)
        if not name or path.is_absolute() or ".." in path.parts:
            self._complain(fence.line, "a block of code names its file, as in: python app.py")
            return
        check_width(fence.text, fence.line, COLUMNS, self._findings)
        yield path, fence.text.rstrip("\n") + "\n"

    def _complain(self, line: int, problem: str) -> None:
        self._findings.add(CheckRule.FORMAT, line, problem)


def _pairs(table: TomlTable, key: str) -> tuple[tuple[str, str], ...]:
    pairs = table.values(key)
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            table.complain(key, f' is a list of pairs; write {key} = [["old", "new"]]')
            return ()
    return tuple((old, new) for old, new in pairs)
