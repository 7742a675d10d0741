"""A lesson's folder to a Lesson, with everything that is wrong with its text.

It reads files and runs nothing: what only running can tell is proven by `proofs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from routelab.language import say
from routelab.lessons.course import lessons_in
from routelab.lessons.facts import read_fact
from routelab.lessons.files import Files
from routelab.lessons.findings import LESSON_FILE, CheckRule, Finding, Findings, LessonInvalid, overlay_file
from routelab.lessons.markdown import Fence, parts_of
from routelab.lessons.mine.themes import DEFAULT, Theme, in_words_of, unknown_words
from routelab.lessons.outline import Outline, PageOutline, outline_of
from routelab.lessons.overlay import overlaid
from routelab.lessons.prose import Block
from routelab.lessons.records import Lesson, Page
from routelab.lessons.sources import read_code
from routelab.lessons.tasks.kinds import RECALLING, TaskBlock, edits_app, read_again, read_task
from routelab.lessons.tasks.review import Earlier
from routelab.lessons.tomlblock import TomlTable, read_block
from routelab.nearest import did_you_mean, nearest
from routelab.record import Record
from routelab.regularfile import read_bytes
from routelab.tracing.findings.kinds import KINDS as FINDINGS
from routelab.tracing.steps.kinds import KINDS
from routelab.wholenumber import whole_number

SIZE_LIMIT = 1024 * 1024  # bytes; the longest lesson has some ten thousand
STEP_KINDS = tuple(KINDS)
CODES = tuple(sorted(kind.code for kind in FINDINGS))


T = TypeVar("T")
_ESCAPES = ("\\u", "\\U")  # by which TOML can say any word


class Reading(Record):
    """What came of reading a folder: the lesson, as far as it can be read, and all findings."""

    lesson: Lesson | None
    findings: tuple[Finding, ...]


def read_lesson(folder: Path, theme: Theme = DEFAULT, language: str = "") -> Reading:
    """Read a lesson; `lesson` is None only where lesson.md is not text with a title.

    `theme` is what the learner's own app is about, in whose words pages tell of it. `language` is the one
    that the lesson is told in, where its words are there in that, and nothing is wrong with them.
    """
    findings = Findings()
    text = _read_text(folder / LESSON_FILE, findings)
    if text is None:
        return Reading(lesson=None, findings=findings.sorted())
    for place in unknown_words(text):
        known = ", ".join(f"{{theme.{word}}}" for word in theme.words)
        line = text.count("\n", 0, text.index(place)) + 1
        findings.add(CheckRule.FORMAT, line, f"no theme has {place}; there are {known}")
    lesson = _Reader(folder, theme, findings).lesson(text, language)
    return Reading(lesson=lesson, findings=findings.sorted())


def load_lesson(folder: Path, theme: Theme = DEFAULT, language: str = "") -> Lesson:
    """Read a lesson that can be taught; raises LessonInvalid where there is any finding."""
    reading = read_lesson(folder, theme, language)
    if reading.lesson is None or reading.findings:
        raise LessonInvalid(folder.name, reading.findings)
    return reading.lesson


def may_ask_again(folder: Path) -> bool:
    """Tell, much sooner than by reading it, whether a lesson may ask about pages of other lessons."""
    text = _read_text(folder / LESSON_FILE, Findings())
    return text is not None and any(sign in text for sign in (RECALLING, *_ESCAPES))


def _read_text(file: Path, findings: Findings) -> str | None:
    problem = None
    try:
        if file.is_dir():
            problem = "it is a directory; put the text of the lesson into a file of this name"
        elif file.stat().st_size > SIZE_LIMIT:
            problem = f"it has {file.stat().st_size / SIZE_LIMIT:.1f} MiB, and 1 MiB is the limit; shorten it"
        else:
            return _decoded(read_bytes(file, SIZE_LIMIT), findings)
    except OSError as error:
        problem = f"it cannot be read ({error.strerror or error}); give every lesson a readable lesson.md"
    findings.add(CheckRule.READABLE, None, problem)
    return None


def _decoded(content: bytes, findings: Findings) -> str | None:
    if b"\0" in content:
        findings.add(CheckRule.READABLE, None, "it is binary data, not text; write it as UTF-8 text")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        findings.add(CheckRule.READABLE, line, "this line is not UTF-8; save the file as UTF-8")
        return None
    if not text.strip():
        findings.add(CheckRule.READABLE, None, "it is empty; begin it with a line such as: # Converters")
        return None
    return text


def in_language(folder: Path, language: str) -> Findings:
    """Say what is wrong with a lesson's words in another language."""
    findings = Findings(overlay_file(language))
    text = _read_text(folder / LESSON_FILE, Findings())
    if text is not None:
        _Reader(folder, DEFAULT, findings).in_other_words(text, language)
    return findings


class _Reader(NamedTuple):
    """Reads a lesson's parts; what is wrong with them goes to `findings`."""

    folder: Path
    theme: Theme
    findings: Findings

    def outline(self, text: str) -> Outline:
        """Return what a text consists of, in the words of the theme."""
        return outline_of(parts_of(in_words_of(self.theme, text)), self.findings)

    def lesson(self, text: str, language: str) -> Lesson | None:
        """Read a lesson's text."""
        outline = self.outline(text)
        if not outline.title:
            return None
        if language and (self.folder / overlay_file(language)).is_file():
            faults = Findings()
            told = self._replace(findings=faults).in_other_words(text, language)
            outline = outline if faults.sorted() else told
        tasks = [self.task_of(page) for page in outline.pages]
        return Lesson(
            folder=self.folder,
            title=outline.title,
            goal=outline.goal.text if outline.goal else (),
            **self._settings(outline),
            loads=self._loads(outline, tasks),
            pages=self._pages(outline, tasks),
        )

    def in_other_words(self, text: str, language: str) -> Outline:
        """Return the outline of a lesson's text in a language's words; what is wrong with those is noted."""
        outline = self._replace(findings=Findings()).outline(text)
        words = _read_text(self.folder / overlay_file(language), self.findings)
        if words is not None:
            told = self.theme._replace(title=say(self.theme.title))
            overlaid(outline, self._replace(theme=told).outline(words), self.findings)
            for part in (part for page in outline.pages for part in page.blocks):
                self._block(part)
        return outline

    def _settings(self, outline: Outline) -> dict[str, Any]:
        """Read the `toml lesson` block: part of the course, minutes, kinds of steps to show, findings."""
        table = self.table(outline.settings)
        if table is None:
            return {}
        part, minutes, show = table.text("part"), table.number("minutes"), table.texts("show")
        for kind in show:
            if kind not in STEP_KINDS:
                hint = did_you_mean(kind, STEP_KINDS, f"steps are {' '.join(STEP_KINDS)}")
                table.complain("show", f": there is no step {kind!r}; {hint}")
        codes = table.texts("findings")
        for code in codes:
            if code not in CODES:
                near = nearest(code, CODES)
                hint = f"did you mean {near}?" if near else "routelab explain lists them"
                table.complain("findings", f": there is no finding {code!r}; {hint}", about=code)
        table.finish()
        return {"part": part, "minutes": minutes, "show": show, "findings": codes}

    def task_of(self, page: PageOutline, *, recalls: bool = True) -> TaskBlock:
        """Read a page's task; without `recalls` one that asks again has no questions."""
        table = self.table(page.task)
        if table is None:
            return TaskBlock(task=None)
        if page.words is not None:
            table.reword(page.words)
        return read_task(table, self.folder, self.theme, partial(recall, self.folder) if recalls else None)

    def table(self, fence: Fence | None) -> TomlTable | None:
        if fence is None:
            return None
        return read_block(fence.text, fence.line, self.findings, name=f"a {fence.words!r} block")

    def _loads(self, outline: Outline, tasks: list[TaskBlock]) -> bool:
        """Tell whether the starter is meant to load, which the first task says."""
        with_task = [(page, block) for page, block in zip(outline.pages, tasks, strict=True) if page.task]
        for page, block in with_task[1:]:
            if block.loads is not None and page.task is not None:
                self.findings.add(
                    CheckRule.TOML, page.task.line, "loads belongs to the lesson's first task; move it there"
                )
        return not with_task or with_task[0][1].loads is not False

    def _pages(self, outline: Outline, tasks: list[TaskBlock]) -> tuple[Page, ...]:
        """Make the pages; those after an edit task are about the app as the edit should leave it."""
        pages: list[Page] = []
        files = Files.STARTER
        for page, block in zip(outline.pages, tasks, strict=True):
            pages.append(self.page(page, block, files))
            if block.task is not None and block.task.edits_app:
                files = Files.SOLUTION
        return tuple(pages)

    def page(self, page: PageOutline, block: TaskBlock, files: Files) -> Page:
        return Page(
            id=page.id,
            title=page.heading.title,
            line=page.heading.line,
            blocks=tuple(self._block(part) for part in page.blocks),
            task=block.task,
            covers=(*page.covers, *block.covers, *(() if block.task is None else block.task.covers)),
            files=files,
            facts=self._each(page.facts, read_fact),
            again=self._each(page.again, read_again),
        )

    def _each(self, fences: Iterable[Fence], read: Callable[[TomlTable, Path], T | None]) -> tuple[T, ...]:
        """Read blocks of one kind, as far as they can be read."""
        tables = [self.table(fence) for fence in fences]
        found = [read(table, self.folder) for table in tables if table is not None]
        return tuple(each for each in found if each is not None)

    def _block(self, part: Block | Fence) -> Block:
        return read_code(part, self.folder, self.findings) if isinstance(part, Fence) else part


# Earlier pages


def recall(folder: Path, place: str) -> Earlier | str:
    """Find what a page of an earlier lesson of the same course is asked for again: "02/album".

    A lesson goes by its number or by its name, as in "dynamic-segments/album". Where there is nothing to
    ask, the answer says why.
    """
    lesson, slash, page_id = place.partition("/")
    if not slash or not page_id:
        return f"{place!r} is not a page; write a lesson and a page of it, as in 02/album"
    course = lessons_in(folder.resolve().parent)
    found = next((each for each in course if _goes_by(each.name, lesson)), None)
    if found is None:
        return f"there is no lesson {lesson!r} beside this one; write its number or its name"
    if course.index(found) >= course.index(folder.resolve()):
        return f"{place!r} does not come before this lesson; name an earlier one"
    page, title = _read_page(found, page_id)
    if isinstance(page, str):
        return page
    if not page.again:
        return f"{found.name} has no question for later on {page_id!r}; write a toml again block there"
    return Earlier.of(found, title, page)


def _read_page(folder: Path, page_id: str) -> tuple[Page | str, str]:
    """Read one page alone, and its lesson's title; what is wrong is told where that lesson is checked.

    Without such a page the answer says so.
    """
    reader = _Reader(folder, DEFAULT, Findings())
    text = _read_text(folder / LESSON_FILE, reader.findings)
    outline = Outline() if text is None else reader.outline(text)
    ids = [page.id for page in outline.pages] if outline.title else []
    if page_id not in ids:
        hint = did_you_mean(page_id, ids, "name one by its id")
        return f"{folder.name} has no page {page_id!r}; {hint}", outline.title
    *before, page = outline.pages[: ids.index(page_id) + 1]
    tables = (reader.table(each.task) for each in before)
    edited = any(table is not None and edits_app(table) for table in tables)
    own = reader.task_of(page, recalls=False)
    files = Files.SOLUTION if edited else Files.STARTER
    return reader.page(page, own, files), outline.title


def _goes_by(name: str, typed: str) -> bool:
    number, _, rest = name.partition("-")
    wanted = whole_number(typed)
    return typed in (name, rest) or (wanted is not None and wanted == whole_number(number))
