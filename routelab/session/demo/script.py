"""What a demo shows: lines to type, in pages, with the presenter's notes.

A script is a file of the lines that `learn` takes from a pipe, with remarks that it passes over:

    # title: Class 7b
    # app: 04-methods
    # note: Ask who has seen a 405.
    GET /vote
    # gives: 200 OK
    # gives: header "Allow" not exists
    ---
    POST /cart

It reads text and lessons; it must not know how a line is run, nor what it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from routelab.errors import RoutelabError
from routelab.lessons.expectation import ExpectationError
from routelab.lessons.files import Files
from routelab.lessons.prose import plain
from routelab.lessons.records import Lesson, Page
from routelab.nearest import nearest
from routelab.regularfile import TooLarge, read_text
from routelab.session.demo.noted import NOTHING_NOTED, Noted
from routelab.session.lines import (
    PAGE_BREAK,
    BuildTyped,
    CommandTyped,
    CommentTyped,
    CurlTyped,
    RequestTyped,
    classify_line,
    is_unfinished,
)
from routelab.tracing.trace import Trace

SUFFIX = ".demo"
WORDS = ("routes", "match", "build", "source", "set", "unset", "cookies", "as")
_KEYS = ("title", "app", "note", "gives")
_LONGEST = 1_000_000  # bytes of a script: a class sees a hundred lines in an hour
_SHOWN = 60  # characters of a line in a message


class ScriptError(RoutelabError):
    """A script cannot be shown: FILE:LINE: what, and what next."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")


class AskedOf(NamedTuple):
    """A question about a line with its choices, (letter, label) each; `answered` finds the right letter."""

    ask: str
    choices: tuple[tuple[str, str], ...]
    answered: Callable[[Trace], str]


class DemoLine(NamedTuple):
    """A line to type. `page` is the number of its page, from 0, and `begins` that of its page's first line.

    `number` is its line in the script's file. `gives` is what its author noted that it should give.
    `before` are requests that are sent unseen. Lines of one app from number `since` on are run one after the
    other; `solved` is whether the app is the lesson's solution.
    """

    typed: str
    page: int = 0
    begins: int = 0
    since: int = 0
    number: int = 0
    notes: tuple[str, ...] = ()
    gives: Noted = NOTHING_NOTED
    before: tuple[str, ...] = ()
    question: AskedOf | None = None
    solved: bool = False


class DemoScript(NamedTuple):
    """A whole demo: `app` is its target, None where the command line says which.

    `end` is what to type at home, `closing` are notes after the last line.
    """

    title: str
    app: str | None
    lines: tuple[DemoLine, ...]
    end: str
    closing: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.lines[-1].page + 1


def read_script(path: Path) -> DemoScript:
    """Read a script's file. Raises ScriptError."""
    shown = path.as_posix()
    try:
        if not path.is_file():
            raise ScriptError(shown, 0, "there is no such script")
        return parse_script(read_text(path, most=_LONGEST), shown)
    except TooLarge:
        raise ScriptError(
            shown, 0, f"it has more than {_LONGEST // 1_000_000} MB; that is not a script"
        ) from None
    except OSError as error:
        raise ScriptError(shown, 0, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScriptError(shown, 0, "it is not text in UTF-8") from None


def parse_script(text: str, shown: str) -> DemoScript:
    """Read a script's text; `shown` names it in messages. Raises ScriptError."""
    lines: list[DemoLine] = []
    said: dict[str, str] = {}
    notes: list[str] = []
    page, begins, waits, waiting = 0, 0, False, ""
    separated = any(line.strip() == PAGE_BREAK for line in text.splitlines())
    for number, raw in enumerate(text.splitlines(), start=1):
        typed = f"{waiting}\n{raw}" if waiting else raw.strip()
        waiting = ""
        if typed == PAGE_BREAK:
            waits = True
            continue
        if typed.startswith("#"):
            _remark(typed, said, notes, lines, shown, number)
            continue
        if not typed:
            continue
        if is_unfinished(typed):
            waiting = typed
            continue
        _refuse_unknown(typed, shown, number)
        if lines and (waits or not separated):
            page, begins = page + 1, len(lines)
        waits = False
        lines.append(DemoLine(typed=typed, page=page, begins=begins, number=number, notes=tuple(notes)))
        notes.clear()
    if waiting:
        raise ScriptError(shown, number, "the curl command does not end")
    if not lines:
        raise ScriptError(shown, 0, "there is nothing to show in it; write a line such as GET /")
    app = said.get("app")
    return DemoScript(
        title=said.get("title") or Path(shown).stem,
        app=app,
        lines=tuple(lines),
        end=f"routelab play -A {app}" if app else "routelab play",
        closing=tuple(notes),
    )


def _remark(
    typed: str,
    said: dict[str, str],
    notes: list[str],
    lines: list[DemoLine],
    shown: str,
    number: int,
) -> None:
    """Read "# note: ..." and the like; any other remark is for those who read the file."""
    key, colon, value = typed.lstrip("# ").partition(":")
    key, value = key.strip().casefold(), value.strip()
    if not colon or key not in _KEYS:
        near = nearest(key, _KEYS, cutoff=0.75)
        if near is not None and colon and value:
            raise ScriptError(shown, number, f"there is no remark {key!r}; did you mean {near!r}?")
        return
    if key == "note":
        notes.append(value)
    elif key == "gives":
        try:
            noted = lines[-1].gives.with_remark(value) if lines else None
        except ExpectationError as error:
            raise ScriptError(shown, number, str(error)) from None
        if noted is None:
            raise ScriptError(shown, number, "gives belongs right below the line that it is about")
        lines[-1] = lines[-1]._replace(gives=noted)
    elif key in said:
        raise ScriptError(shown, number, f"{key} is there twice; remove one of them")
    else:
        said[key] = value


def _refuse_unknown(typed: str, shown: str, number: int) -> None:
    match classify_line(typed, WORDS):
        case RequestTyped() | CurlTyped() | BuildTyped() | CommandTyped() | CommentTyped():
            return
    cut = typed if len(typed) <= _SHOWN else f"{typed[:_SHOWN]}..."
    known = ", ".join(word for word in WORDS if word != "as")
    raise ScriptError(
        shown, number, f"{cut!r} is neither a request nor a word of a demo; those are {known} and as curl"
    )


# Demos that nobody wrote


def of_request(typed: str, command: str) -> DemoScript:
    """Show one request; `command` is what to type at home."""
    return DemoScript(title="", app=None, lines=(DemoLine(typed=typed),), end=command)


def of_lesson(lesson: Lesson, named: str, pages: tuple[Page, ...]) -> DemoScript | None:
    """Show the tasks of some of a lesson's pages; None where they have none.

    `named` is what `learn` takes: a lesson's number or its folder.
    """
    lines: list[DemoLine] = []
    page = 0
    for each in pages:
        begins = len(lines)
        # An empty file has nothing to show, so there the class sees what comes of it.
        solved = not lesson.loads or each.files is Files.SOLUTION
        placed = DemoLine(typed="", page=page, begins=begins, since=begins, solved=solved)
        lines.extend(_lines_of(each, placed))
        page += len(lines) > begins
    if not lines:
        return None
    where = f"{named}/{pages[0].id}" if len(pages) == 1 else named
    return DemoScript(
        title=lesson.title, app=str(lesson.folder), lines=tuple(lines), end=f"routelab learn {where}"
    )


def _lines_of(page: Page, line: DemoLine) -> Iterator[DemoLine]:
    """Make the lines of a page's task out of one that has its place and its app."""
    task = page.task
    if task is None:
        return
    notes = (page.title, plain(task.brief.ask))
    for each in task.demonstrated():
        question = None
        if each.answered is not None:
            question = AskedOf(ask=plain(task.brief.ask), choices=each.choices, answered=each.answered)
        after = plain(task.brief.after) if question is not None else ""
        yield line._replace(
            typed=each.request.typed,
            notes=(*notes, *([after] if after else [])),
            before=tuple(request.typed for request in each.before),
            question=question,
        )
