"""A teacher's notes on a lesson: `teacher.toml` beside lesson.md, read into frozen values.

Learners do not see them. It knows the lesson's pages and the words of the field; it runs nothing, and which
demos there are is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from routelab.lessons.facts import Fact
from routelab.lessons.files import Files
from routelab.lessons.findings import TEACHER_FILE, CheckRule, Finding, Findings, LessonInvalid
from routelab.lessons.glossary import Term, find_term, near_term
from routelab.lessons.prose import Text
from routelab.lessons.records import Lesson, Page
from routelab.lessons.tasks.reading import TaskReader, author_text, expectations, styled_text
from routelab.lessons.tomlblock import TomlTable, read_block
from routelab.nearest import did_you_mean
from routelab.record import Record
from routelab.regularfile import TooLarge, read_text

_LONGEST = 100_000  # bytes; those of a bundled lesson have some three thousand


class Misconception(Record):
    """What classes get wrong: what they think, the page that meets it, and what to say to it.

    `covers` are its numbers in the list of misconceptions that the page names, too.
    """

    thinks: Text
    page: Page
    say: Text
    covers: tuple[str, ...] = ()


class OralQuestion(Record):
    """A question to ask a class, and its answer; `fact` proves the answer where a request can."""

    ask: Text
    answer: Text
    fact: Fact | None = None
    files: Files = Files.STARTER


class TeacherNotes(Record):
    """The notes on one lesson. `minutes` are those of the pages that are not left out.

    `demos` are ids of its pages with a task, or names of demos that come with routelab. `hour` says how the
    lesson is a part of 45 minutes, () where it is none.
    """

    goals: tuple[Text, ...]
    minutes: int
    words: tuple[Term, ...]
    leave_out: tuple[Page, ...]
    demos: tuple[str, ...]
    wrong: tuple[Misconception, ...]
    questions: tuple[OralQuestion, ...]
    hour: Text = ()


class NotesReading(Record):
    """What came of reading them: None where there are none, or where they cannot be read."""

    notes: TeacherNotes | None
    findings: tuple[Finding, ...]


def read_notes(lesson: Lesson) -> NotesReading:
    """Read the notes beside a lesson."""
    file = lesson.folder / TEACHER_FILE
    if not file.exists():
        return NotesReading(notes=None, findings=())
    findings = Findings(TEACHER_FILE)
    notes = None
    try:
        table = read_block(read_text(file, most=_LONGEST), 0, findings, name=str(TEACHER_FILE))
    except (OSError, TooLarge, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text of at most 100 kB"
        findings.add(CheckRule.READABLE, None, f"it cannot be read: {why}; save it as UTF-8 text")
    else:
        notes = None if table is None else _Reader(lesson, table).notes()
    return NotesReading(notes=notes, findings=findings.sorted())


def load_notes(lesson: Lesson) -> TeacherNotes | None:
    """Read the notes; None where there are none. Raises LessonInvalid where there is any finding."""
    reading = read_notes(lesson)
    if reading.findings:
        raise LessonInvalid(lesson.name, reading.findings)
    return reading.notes


class _Reader:
    def __init__(self, lesson: Lesson, table: TomlTable) -> None:
        self._lesson, self._table = lesson, table
        self._pages = {page.id: page for page in lesson.pages}

    def notes(self) -> TeacherNotes:
        table = self._table
        notes = TeacherNotes(
            goals=tuple(styled_text(table, "goals", text) for text in table.texts("goals", required=True)),
            minutes=self._minutes(),
            words=tuple(self._words(table.texts("words"))),
            leave_out=tuple(self._named(table, "leave_out", table.texts("leave_out"))),
            demos=table.texts("demo", required=True),
            hour=author_text(table, "hour"),
            wrong=tuple(filter(None, map(self._wrong, table.tables("wrong")))),
            questions=tuple(map(self._question, table.tables("question"))),
        )
        if not notes.wrong:
            table.complain("wrong", ": say what classes get wrong; begin one with [[wrong]]")
        if not notes.questions:
            table.complain("question", ": ask a class something; begin one with [[question]]")
        table.finish()
        return notes

    def _minutes(self) -> int:
        minutes = self._table.number("minutes")
        if minutes is None:
            self._table.complain("minutes", ": say how long the lesson takes in a class; write minutes = 15")
        return minutes or 1

    def _words(self, words: Iterable[str]) -> Iterable[Term]:
        for word in words:
            term = find_term(word)
            if term is not None:
                yield term
                continue
            near = near_term(word)
            hint = f"did you mean {near.word!r}?" if near else "remove it"
            self._table.complain("words", f": {word!r} is not in the glossary; {hint}", about=word)

    def _named(self, table: TomlTable, key: str, names: Iterable[str]) -> Iterable[Page]:
        for name in names:
            if name in self._pages:
                yield self._pages[name]
                continue
            hint = did_you_mean(name, self._pages, f"its pages are {' '.join(self._pages)}")
            table.complain(key, f": the lesson has no page {name!r}; {hint}", about=name)

    def _wrong(self, table: TomlTable) -> Misconception | None:
        thinks, say = author_text(table, "thinks", required=True), author_text(table, "say", required=True)
        covers, name = table.texts("covers"), table.text("page", required=True)
        table.finish()
        page = next(iter(self._named(table, "page", [name] if name else [])), None)
        if page is None:
            return None
        for number in covers:
            if number not in page.covers:
                table.complain(
                    "covers", f": page {page.id!r} does not cover {number!r}; name the one that does"
                )
        return Misconception(thinks=thinks, page=page, say=say, covers=covers)

    def _question(self, table: TomlTable) -> OralQuestion:
        ask, answer = author_text(table, "ask", required=True), author_text(table, "answer", required=True)
        files = Files.SOLUTION if table.flag("solved") else Files.STARTER
        return OralQuestion(ask=ask, answer=answer, fact=self._fact(table), files=files)

    def _fact(self, table: TomlTable) -> Fact | None:
        reader = TaskReader(self._lesson.folder)
        before, typed = reader.requests(table, "before"), table.text("request")
        if typed is None:
            table.finish()
            return None
        request, expect = reader.parsed(table, "request", typed), expectations(table)
        table.finish()
        if request is None or not expect:
            return None
        return Fact(line=table.line, request=request, expect=expect, before=before, file=TEACHER_FILE)
