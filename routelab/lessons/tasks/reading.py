"""What a task block says in TOML, as far as kinds have it in common: requests, expectations, texts, files.

Each part that cannot be read is a finding. It must not know which kinds there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from routelab.lessons.course import lessons_in
from routelab.lessons.expectation import Expectation, ExpectationError, Question
from routelab.lessons.expectation_reading import read_expectation, read_question
from routelab.lessons.files import MINE
from routelab.lessons.findings import CheckRule
from routelab.lessons.markdown import InlineError, styled
from routelab.lessons.mine.themes import DEFAULT, Theme
from routelab.lessons.prose import Text
from routelab.lessons.tasks.base import Brief, TypedRequest
from routelab.lessons.tomlblock import TomlTable
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse

if TYPE_CHECKING:
    from routelab.lessons.tasks.review import Earlier


class TaskReader:
    """Reads the parts that depend on the lesson's folder: files that requests send lie there.

    `recall` finds what an earlier page is asked for again, or says why there is nothing; None where it is
    not wanted. `theme` is what the learner's own app is about.
    """

    def __init__(
        self,
        folder: Path,
        recall: Callable[[str], Earlier | str] | None = None,
        theme: Theme = DEFAULT,
    ) -> None:
        self._folder = folder
        self._recall = recall
        self.theme = theme

    @property
    def samples(self) -> tuple[Path, Path | None]:
        """The app of the learner's kind after this lesson, and after the one before that has one."""
        earlier = [it for it in lessons_in(self._folder.parent) if (it / MINE).is_dir()]
        places = [number for number, it in enumerate(earlier) if it.name == self._folder.name]
        before = earlier[places[0] - 1] / MINE if places and places[0] else None
        return self._folder / MINE, before

    def brief(self, table: TomlTable) -> Brief:
        """Read what every kind of task has."""
        return Brief(
            line=table.line - 1,
            ask=author_text(table, "ask", required=True),
            hints=tuple(styled_text(table, "hints", hint) for hint in table.texts("hints")),
            after=author_text(table, "after"),
            before=self.requests(table, "before"),
            optional=table.flag("optional") or False,
        )

    def request(self, table: TomlTable) -> TypedRequest | None:
        """Read `request`."""
        typed = table.text("request", required=True)
        return None if typed is None else self.parsed(table, "request", typed)

    def requests(self, table: TomlTable, key: str, *, required: bool = False) -> tuple[TypedRequest, ...]:
        """Read a list of requests."""
        parsed = [self.parsed(table, key, typed) for typed in table.texts(key, required=required)]
        return tuple(request for request in parsed if request is not None)

    def earlier(self, table: TomlTable) -> tuple[Earlier, ...]:
        """Read `review`, a list of earlier pages; () and a finding for each that cannot be asked again."""
        names = table.texts("review", required=True)
        found = [] if self._recall is None else [(name, self._recall(name)) for name in names]
        for name, what in found:
            if isinstance(what, str):
                table.complain("review", f": {what}", about=name)
        return tuple(what for _, what in found if not isinstance(what, str))

    def has_file(self, file: PurePosixPath) -> bool:
        """Tell whether the lesson has a file."""
        return (self._folder / file).is_file()

    def parsed(self, table: TomlTable, key: str, typed: str) -> TypedRequest | None:
        """Read a request line that a key has; None, and a finding, where it is none."""
        try:
            return TypedRequest(typed=typed, line=parse(typed, folder=self._folder))
        except RequestLineError as error:
            table.complain(key, f": {error}", CheckRule.REQUEST, about=typed)
            return None


def author_text(table: TomlTable, key: str, *, required: bool = False) -> Text:
    """Read a text of the author's, inline Markdown."""
    text = table.text(key, required=required)
    return () if text is None else styled_text(table, key, text)


def styled_text(table: TomlTable, key: str, text: str) -> Text:
    """Read inline Markdown that a key has; (), and a finding, where it is none."""
    try:
        return styled(text)
    except InlineError as error:
        table.complain(key, f": {error}", CheckRule.FORMAT, about=text)
        return ()


def expectations(table: TomlTable) -> tuple[Expectation, ...]:
    """Read `expect`; () and a finding for each one that cannot be read, so that none is left out."""
    read: list[Expectation] = []
    typed = table.texts("expect", required=True)
    for text in typed:
        try:
            read.append(read_expectation(text))
        except ExpectationError as error:
            table.complain("expect", f": {error}", CheckRule.EXPECTATION, about=text)
    return tuple(read) if len(read) == len(typed) else ()


def question(table: TomlTable) -> Question | None:
    """Read `query`."""
    text = table.text("query", required=True)
    try:
        return None if text is None else read_question(text)
    except ExpectationError as error:
        table.complain("query", f": {error}", CheckRule.EXPECTATION)
        return None


def file_name(table: TomlTable) -> PurePosixPath | None:
    """Read `file`, the name of one of the lesson's files."""
    name = table.text("file")
    return None if name is None else file_named(name, table, "file")


def file_named(name: str, table: TomlTable, key: str) -> PurePosixPath | None:
    """Read the name of one of the lesson's files; None, and a finding, where it is outside."""
    file = PurePosixPath(name)
    if file.is_absolute() or ".." in file.parts:
        table.complain(key, f": {name!r} is outside the lesson; name a file of the lesson")
        return None
    return file


def points_beside(
    table: TomlTable, points: int | None, checks: Iterable[tuple[int | None, bool]]
) -> int | None:
    """Return the points of a task beside those of its checks, which may be hidden; 1 where none say."""
    own, hidden = zip(*checks, strict=True)
    if all(hidden):
        table.complain("check", ": all are hidden; leave one that the learner is told of")
    if not any(own):
        return points or 1
    if points is not None:
        table.complain("points", " is on the task and on its checks; leave it on one of them")
    return points
