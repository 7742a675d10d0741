"""The list of lessons: all of each where there is room, else all of the part that the learner is in.

On the smallest screens the lesson to go on with has its own lines alone, so that it is in sight.

It never prints; how far the learner is comes with the rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.courselist import CourseList, CoursePart, CourseRow
from routelab.screen.blocks import Meaning
from routelab.screen.rich.lines import NARROW, Beside, one_line
from routelab.screen.rich.looks import LOOKS

_WIDEST = 100  # columns: further apart, a title and what is beside it are no line any more
_BAR = 8  # cells
_AROUND = 6  # lines above and below the list, in a narrow terminal
_AROUND_WIDE = 4
_QUIET, _TITLE = LOOKS[Meaning.QUIET], LOOKS[Meaning.TITLE]


class CourseView:
    """The list, as much of it as the screen has rows for."""

    def __init__(self, course: CourseList) -> None:
        self._course = course

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        options = options.update_width(min(options.max_width, _WIDEST))
        narrow = options.max_width < NARROW
        room = console.size.height - (_AROUND if narrow else _AROUND_WIDE)
        width = 0 if narrow else _width(self._course)
        drawn: list[RenderableType] = []
        for drawn in map(list, (self._whole(), self._short(narrow=narrow), self._shortest(width))):
            if sum(len(console.render_lines(part, options)) for part in drawn) <= room:
                break
        for part in drawn:
            yield from console.render(part, options)

    def _whole(self) -> Iterator[RenderableType]:
        width = _width(self._course)
        for part in self._course.parts:
            yield from _heading(part.title)
            for row in part.rows:
                yield _row(row, width)
                yield _goal(row)
        yield Text()

    def _short(self, *, narrow: bool) -> Iterator[RenderableType]:
        width = 0 if narrow else _width(self._course)
        for part in self._course.parts:
            if any(row.here for row in part.rows):
                yield from _heading(part.title)
                for row in part.rows:
                    yield _title(row) if narrow and not (row.here or row.state) else _row(row, width)
                    if row.here:
                        yield _goal(row)
                yield Text()
            else:
                yield _other_part(part)

    def _shortest(self, width: int) -> Iterator[RenderableType]:
        for part in self._course.parts:
            head = one_line(f"{part.title}:" if part.title else "", Meaning.TITLE)
            here = next((number for number, row in enumerate(part.rows) if row.here), None)
            if here is None:
                first, *rest = (str(row.number) for row in part.rows)
                yield _Titles(head, (one_line(f"{first} to {rest[-1]}" if rest else first),))
                continue
            before, row, after = part.rows[:here], part.rows[here], part.rows[here + 1 :]
            yield Text()
            yield _Titles(head, _titles(before))
            yield _row(row, width)
            yield _goal(row)
            if after:
                yield _Titles(Text(), _titles(after))
            yield Text()


def _heading(part: str) -> Iterator[RenderableType]:
    yield Text()
    if part:
        yield one_line(part, Meaning.TITLE)


def _row(row: CourseRow, width: int) -> RenderableType:
    """Draw a row whose words have this width, so that the bars of all rows stand below each other."""
    bar = (f"{_bar(row.finished, row.pages)} ", _QUIET)
    return Beside(_title(row), Text.assemble(bar, _words(row).ljust(width)))


def _words(row: CourseRow) -> str:
    minutes = f", {row.minutes} minutes" if row.minutes else ""
    return f"{row.finished} of {row.pages} pages, {row.state}" if row.state else f"new{minutes}"


def _width(course: CourseList) -> int:
    return max((len(_words(row)) for part in course.parts for row in part.rows), default=0)


def _title(row: CourseRow) -> Text:
    mark = ">" if row.here else " "
    return Text.assemble(
        (f"{mark}{row.number:>2}  ", LOOKS[Meaning.LABEL]), (one_line(row.title).plain, LOOKS[Meaning.STRONG])
    )


def _goal(row: CourseRow) -> RenderableType:
    return Padding(one_line(row.goal, Meaning.QUIET), (0, 0, 0, 5))


def _other_part(part: CoursePart) -> RenderableType:
    finished, pages = sum(row.finished for row in part.rows), sum(row.pages for row in part.rows)
    progress = f" {_bar(finished, pages)} {finished} of {pages} pages" if finished else ""
    head = Text.assemble((one_line(part.title).plain, _TITLE), (progress, _QUIET), ":" if part.title else "")
    return _Titles(head, _titles(part.rows))


def _titles(rows: tuple[CourseRow, ...]) -> tuple[Text, ...]:
    return tuple(one_line(f"{row.number} {row.title}") for row in rows)


class _Titles:
    """Titles behind a head, one after the other; none is broken over two lines."""

    def __init__(self, head: Text, titles: tuple[Text, ...]) -> None:
        self._head = head
        self._titles = titles

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        drawn = self._head.copy()
        for left, title in zip(reversed(range(len(self._titles))), self._titles, strict=True):
            if drawn and drawn.cell_len + title.cell_len + 2 > options.max_width:
                yield drawn
                drawn = Text()
            drawn.append(Text.assemble(" " if drawn else "  ", title, "," if left else ""))
        yield drawn


def _bar(finished: int, pages: int) -> str:
    filled = round(_BAR * finished / pages) if pages else 0
    return f"[{'=' * filled}{'.' * (_BAR - filled)}]"
