"""A task's TOML to its record: the keys that tasks have, and what each must be.

It reads one task at a time, and knows neither the page around it nor how a task is graded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Any

from routelab.lessons.difference import same
from routelab.lessons.expectation import (
    Expectation,
    ExpectationError,
    Predicate,
    Question,
    expectation_text,
    literal,
)
from routelab.lessons.expectation_reading import read_expectation, read_question
from routelab.lessons.findings import Promise
from routelab.lessons.markdown import InlineError, styled
from routelab.lessons.prose import Text
from routelab.lessons.queries import Gives
from routelab.lessons.records import (
    APP_FILE,
    Brief,
    Check,
    Choice,
    EditTask,
    Mistake,
    PredictTask,
    Replacement,
    Task,
    TryTask,
    TypedRequest,
)
from routelab.lessons.tomlblock import TomlTable
from routelab.requestline import RequestLineError, parse
from routelab.tracing.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBlock:
    """What a task block says: the task, None where it cannot be read, and what concerns page and lesson."""

    task: Task | None
    covers: tuple[str, ...] = ()
    loads: bool | None = None


def read_task(table: TomlTable, folder: Path) -> TaskBlock:
    """Read a task; files that its requests send are looked for in the lesson's folder."""
    kind = table.text("kind", required=True)
    reader = _Reader(folder)
    kinds: dict[str, Callable[[TomlTable, Brief], Task | None]] = {
        "try": reader.try_task,
        "predict": reader.predict_task,
        "edit": reader.edit_task,
    }
    covers, loads = table.texts("covers"), table.flag("loads")
    if kind not in kinds:
        if kind is not None:
            near = get_close_matches(kind, kinds, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "it is try, predict or edit"
            table.complain("kind", f": there is no kind {kind!r} of task; {hint}")
        return TaskBlock(task=None, covers=covers, loads=loads)
    task = kinds[kind](table, reader.brief(table))
    table.finish()
    return TaskBlock(task=task, covers=covers, loads=loads)


class _Reader:
    """Reads the tables of a task; each part that cannot be read is a finding, and makes its table None."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def brief(self, table: TomlTable) -> Brief:
        return Brief(
            line=table.line - 1,
            ask=_text(table, "ask", required=True),
            hints=tuple(_styled(table, "hints", hint) for hint in table.texts("hints")),
            after=_text(table, "after"),
            before=self._requests(table, "before"),
            optional=table.flag("optional") or False,
        )

    def try_task(self, table: TomlTable, brief: Brief) -> Task | None:
        expect = _expectations(table)
        example = self._requests(table, "example", required=True)
        return TryTask(brief=brief, expect=expect, example=example) if expect and example else None

    def predict_task(self, table: TomlTable, brief: Brief) -> Task | None:
        request = self._request(table)
        question = _question(table)
        choices = _choices(table, question)
        if request is None or question is None or not choices:
            return None
        return PredictTask(brief=brief, request=request, question=question, choices=choices)

    def edit_task(self, table: TomlTable, brief: Brief) -> Task | None:
        file = _file(table) or APP_FILE
        if file != APP_FILE and not (self._folder / file).is_file():
            table.complain("file", f": there is no {str(file)!r} in the lesson; name the file to edit")
        check_tables = table.tables("check")
        checks = [self._check(check, brief.before) for check in check_tables]
        mistakes = [self._mistake(mistake, brief.before, file) for mistake in table.tables("mistake")]
        if not check_tables:
            table.complain(
                "check", ": an edit task has at least one; write [[check]] with request and expect"
            )
        readable = tuple(check for check in checks if check is not None)
        if not checks or len(readable) < len(checks):
            return None
        return EditTask(
            brief=brief,
            checks=readable,
            mistakes=tuple(mistake for mistake in mistakes if mistake),
            file=file,
        )

    def _check(self, table: TomlTable, first: tuple[TypedRequest, ...]) -> Check | None:
        request, expect = self._request(table), _expectations(table)
        because, before = _text(table, "because"), (*first, *self._requests(table, "before"))
        table.finish()
        if request is None or not expect:
            return None
        return Check(line=table.line, request=request, expect=expect, because=because, before=before)

    def _mistake(
        self, table: TomlTable, first: tuple[TypedRequest, ...], file: PurePosixPath
    ) -> Mistake | None:
        request, expect = self._request(table), _expectations(table)
        say, before = _text(table, "say", required=True), (*first, *self._requests(table, "before"))
        replacements = _replacements(table, file)
        table.finish()
        if request is None or not expect or not say or not replacements:
            return None
        return Mistake(
            line=table.line, request=request, expect=expect, say=say, before=before, replace=replacements
        )

    def _request(self, table: TomlTable) -> TypedRequest | None:
        typed = table.text("request", required=True)
        return None if typed is None else self._parsed(table, "request", typed)

    def _requests(self, table: TomlTable, key: str, *, required: bool = False) -> tuple[TypedRequest, ...]:
        parsed = [self._parsed(table, key, typed) for typed in table.texts(key, required=required)]
        return tuple(request for request in parsed if request is not None)

    def _parsed(self, table: TomlTable, key: str, typed: str) -> TypedRequest | None:
        try:
            return TypedRequest(typed=typed, line=parse(typed, folder=self._folder))
        except RequestLineError as error:
            table.complain(key, f": {error}", Promise.REQUEST, about=typed)
            return None


def _text(table: TomlTable, key: str, *, required: bool = False) -> Text:
    text = table.text(key, required=required)
    return () if text is None else _styled(table, key, text)


def _styled(table: TomlTable, key: str, text: str) -> Text:
    try:
        return styled(text)
    except InlineError as error:
        table.complain(key, f": {error}", Promise.FORMAT, about=text)
        return ()


def _expectations(table: TomlTable) -> tuple[Expectation, ...]:
    """Read `expect`; () and a finding for each one that cannot be read, so that none is left out."""
    read: list[Expectation] = []
    typed = table.texts("expect", required=True)
    for text in typed:
        try:
            read.append(read_expectation(text))
        except ExpectationError as error:
            table.complain("expect", f": {error}", Promise.EXPECTATION, about=text)
    return tuple(read) if len(read) == len(typed) else ()


def _question(table: TomlTable) -> Question | None:
    text = table.text("query", required=True)
    try:
        return None if text is None else read_question(text)
    except ExpectationError as error:
        table.complain("query", f": {error}", Promise.EXPECTATION)
        return None


def _choices(table: TomlTable, question: Question | None) -> tuple[Choice, ...]:
    """Read `choices` and `nothing`, then the [[choice]] tables that have words for some of them."""
    values = table.values("choices", required=True)
    choices = [_choice(table, value, question) for value in values]
    nothing = table.text("nothing")
    if nothing is not None:
        choices.append(Choice(label=nothing, nothing=True))
    for index, choice in enumerate(choices):
        if any(_same_choice(choice, earlier) for earlier in choices[:index]):
            table.complain("choices", f" has {choice.label} twice; make them distinct", Promise.UNIQUE)
    if values and len(choices) < 2:
        table.complain("choices", " has one choice only; write at least two")
    for words in table.tables("choice"):
        _add_words(words, choices)
    return tuple(choices)


def _choice(table: TomlTable, value: Any, question: Question | None) -> Choice:
    if not _is_json(value):
        table.complain("choices", f": {value!r} is not a JSON value; write numbers, texts, true or false")
        return Choice(label=str(value))
    if question is not None:
        expectation = Expectation(question=question, predicate=Predicate.EQUALS, value=value)
        try:
            read_expectation(expectation_text(expectation))
        except ExpectationError as error:
            table.complain("choices", f": {error.problem}", Promise.EXPECTATION)
    return Choice(label=_label(value, question), value=value)


def _label(value: Json, question: Question | None) -> str:
    """Write a choice as it is shown: text is bare where only text can come, so elsewhere "1" is not 1."""
    only_text = question is not None and question.query.gives is Gives.TEXT
    if only_text and isinstance(value, str) and value and value == " ".join(value.split()):
        return value
    return literal(value)


def _add_words(table: TomlTable, choices: list[Choice]) -> None:
    nothing, value = table.flag("nothing") or False, table.value("value")
    say = _text(table, "say", required=True)
    table.finish()
    wanted = Choice(label="", value=value, nothing=nothing)
    for index, choice in enumerate(choices):
        if _same_choice(choice, wanted):
            choices[index] = replace(choice, say=say)
            return
    shown = "nothing" if nothing else repr(value)
    table.complain("value", f" {shown} is not among the choices; add it there, or correct it")


def _same_choice(one: Choice, other: Choice) -> bool:
    return one.nothing is other.nothing and same(one.value, other.value)


def _is_json(value: Any) -> bool:
    match value:
        case float():
            return isfinite(value)
        case str() | int():
            return True
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(map(_is_json, value.values()))
        case _:
            return False


def _file(table: TomlTable) -> PurePosixPath | None:
    """Read the name of one of the lesson's files."""
    name = table.text("file")
    if name is None:
        return None
    file = PurePosixPath(name)
    if file.is_absolute() or ".." in file.parts:
        table.complain("file", f": {name!r} is outside the lesson; name a file of the lesson")
        return None
    return file


def _replacements(table: TomlTable, edited: PurePosixPath) -> tuple[Replacement, ...]:
    """Read `replace = [["old", "new"]]`, edits of the task's file, or of the one that `file` names."""
    file = _file(table) or edited
    pairs = table.values("replace", required=True)
    problem = ' is a list of pairs; write replace = [["old text", "new text"]]'
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            table.complain("replace", problem)
            return ()
    return tuple(Replacement(file=file, old=old, new=new) for old, new in pairs)
