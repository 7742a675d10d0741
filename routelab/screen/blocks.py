"""What is shown, made once for every medium: a small vocabulary of blocks.

Facts alone: no style, no width, no mark-up. Text in a block is raw, as it came from a request, an app or a
lesson; the writer of a medium makes it harmless as the last thing it does. A page is a tuple of blocks:

    title("GET /nope"), StepRow(name="Match", what=phrase("no rule fits"), ...), line("Note: ...")
        plain  GET /nope
               Match: no rule fits.
               Note: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar, assert_never

from routelab.courselist import CourseList
from routelab.language import say
from routelab.oneof import OneOf
from routelab.record import Record

Written = TypeVar("Written")  # what a writer makes of a block


class Meaning(OneOf):
    """What a fragment of text is, so that each medium can choose how it looks."""

    TEXT = "text"
    TITLE = "title"
    LABEL = "label"  # says what stands beside or below it
    QUIET = "quiet"  # of less weight than what it stands beside
    FAINT = "faint"  # may be passed over: which app, on which engine
    CODE = "code"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    LINK = "link"
    TASK = "task"  # the learner's turn
    RIGHT = "right"
    WRONG = "wrong"
    WARNING = "warning"
    REQUEST = "request"
    RULE = "rule"
    PLACE = "place"  # where code stands
    REASON = "reason"  # why something beside it is so
    HEADER = "header"  # a header's name
    URL = "url"
    SPOKEN = "spoken"  # part of a sentence, and left out of a column
    SUCCESS = "success"  # statuses by their class
    REDIRECTION = "redirection"
    CLIENT_ERROR = "client-error"
    SERVER_ERROR = "server-error"
    MATCH = "match"  # what became of a rule
    SHADOWED = "shadowed"
    ALMOST = "almost"
    NO = "no"
    TAKE = "take"
    SKIP = "skip"
    FINDING = "finding"


class Fragment(Record):
    """A piece of text with one meaning; `url` is where a link leads."""

    text: str
    meaning: Meaning = Meaning.TEXT
    url: str | None = None


Phrase: TypeAlias = tuple[Fragment, ...]


def phrase(text: str, meaning: Meaning = Meaning.TEXT) -> Phrase:
    """Make a phrase of one fragment, or of none where there is no text."""
    return (Fragment(text=text, meaning=meaning),) if text else ()


def words_of(said: Phrase) -> str:
    """Return the text of a phrase alone."""
    return "".join(fragment.text for fragment in said)


def status_meaning(status: int) -> Meaning:
    """Return what a status is by its class: 2xx, 3xx, 4xx; anything else is an error of the server."""
    classes = {2: Meaning.SUCCESS, 3: Meaning.REDIRECTION, 4: Meaning.CLIENT_ERROR}
    return classes.get(status // 100, Meaning.SERVER_ERROR)


# Text that is read from its beginning to its end.


class Title(Record):
    """What follows is called so: level 1 for a whole result, 2 for a part of it, 3 for a group of rows."""

    text: Phrase
    level: int = 1
    aside: Phrase = ()


def title(text: str, level: int = 1) -> Title:
    """Make a title whose text has one meaning."""
    return Title(text=phrase(text), level=level)


class Line(Record):
    """A sentence or a paragraph; `aside` is what stands beside it, and `label` what it is: "Hint 1 of 2"."""

    text: Phrase
    aside: Phrase = ()
    label: str = ""
    meaning: Meaning = Meaning.TEXT


def line(text: str, meaning: Meaning = Meaning.TEXT, *, aside: Phrase = ()) -> Line:
    """Make a line whose text has one meaning."""
    return Line(text=phrase(text), aside=aside, meaning=meaning)


class CopyLine(Record):
    """A line that is of use elsewhere, whole: no medium from which one copies may fold it."""

    text: str


class Gap(Record):
    """Room between blocks; `heard` where a medium without a layout has it, too."""

    heard: bool = False


class Bullets(Record):
    """A flat list, bulleted or numbered from 1."""

    items: tuple[Phrase, ...]
    numbered: bool = False


class Details(Record):
    """What belongs to the block before it."""

    blocks: tuple[Block, ...]


ProseBlock: TypeAlias = Title | Line | CopyLine | Gap | Bullets | Details


# Lines and rows that keep their order and their columns.


class Mark(Record):
    """The line of a code frame that decides, by its number, and from where to where in it."""

    line: int
    start: int = 0
    end: int = 0


class CodeFrame(Record):
    """Lines of code: of a file from line `first` on, or of none; `language` is "" where it is not known."""

    lines: tuple[str, ...]
    file: str = ""
    first: int = 1
    language: str = ""
    mark: Mark | None = None


class BodyText(Record):
    """The body of a response as people read it; `cut` says how much of it is left out."""

    text: str
    cut: str = ""
    title: str = "Body"
    language: str = ""


class DiffLines(Record):
    """The lines of a unified diff."""

    lines: tuple[str, ...]


class Facts(Record):
    """Pairs of a name and what it is: (("next", "go to the next page"), ...)."""

    rows: tuple[tuple[str, str], ...]


class Role(OneOf):
    """What the cells of a column are, so that a row can be said as one sentence."""

    TEXT = "text"  # said with the column's head
    ORDER = "order"
    METHODS = "methods"
    RULE = "rule"
    ENDPOINT = "endpoint"
    PLACE = "place"
    SPOKEN = "spoken"  # no column shows it: it is seen in another one


class Column(Record):
    """A column of a grid."""

    head: Phrase
    role: Role = Role.TEXT


class Grid(Record):
    """Rows of as many cells as there are columns; an empty cell has nothing to say."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Phrase, ...], ...]


ListingBlock: TypeAlias = CodeFrame | BodyText | DiffLines | Facts | Grid


# What was seen of a request, and of the rules that it was held against.


class PathAndRule(Record):
    """A path and a rule under each other, cut at the slashes; piece number `decides`, from 0, parts them."""

    path: tuple[str, ...]
    rule: tuple[str, ...]
    decides: int
    view: str = ""
    where: str = ""

    @property
    def pieces(self) -> tuple[str, str]:
        """The two pieces that do not go together; "" for one that is not there."""
        at = self.decides
        return self.path[at] if at < len(self.path) else "", self.rule[at] if at < len(self.rule) else ""


class Conversions(Record):
    """What converters made of the text of a path: (name, raw text, converter, value, its type) each."""

    rows: tuple[tuple[str, str, str, str, str], ...]


class StepRow(Record):
    """One thing that happened, number `number` of those that are shown.

    `name` is its kind in full, "Make response", and `label` a word for a narrow column. `what` is the
    headline, `where` the place of its code, `why` the reason of what it says. `code` are the lines that ran
    and `seen` is what stands in the place of the headline, both for media in which one looks at them;
    `details` is whatever belongs to it.
    """

    number: int
    name: str
    label: str
    what: Phrase
    where: str = ""
    why: str = ""
    code: CodeFrame | None = None
    seen: Conversions | None = None
    details: tuple[Block, ...] = ()


class HeaderRow(Record):
    """A header of a response, and where it came from."""

    name: str
    value: str
    reason: str = ""


class RuleRow(Record):
    """A rule, its view and where that stands; `said` is a clause of its own.

    Without a verdict the rule itself is the subject of `said`: "accepts GET".
    """

    rule: str
    said: str
    verdict: Fragment | None = None
    view: str = ""
    where: str = ""


class FindingRow(Record):
    """What is wrong with a rule, and how much it matters: the rule is the subject of `said`."""

    code: str
    level: str
    rule: str
    said: str
    where: str = ""


TraceBlock: TypeAlias = PathAndRule | Conversions | StepRow | HeaderRow | RuleRow | FindingRow


# What a lesson asks, what it says to the answer, and the course that it is a part of.


class PageHead(Record):
    """Where in a lesson one is: the page's title, and its number of `total`."""

    lesson: str
    title: str
    number: int
    total: int
    optional: bool = False

    @property
    def where(self) -> str:
        """Say it in words: "page 2 of 4, optional"."""
        if self.optional:
            return say("page {number} of {total}, optional", number=self.number, total=self.total)
        return say("page {number} of {total}", number=self.number, total=self.total)


class ChoiceQuestion(Record):
    """A question about a request that is sent `after` others; choices are pairs of letter and answer."""

    request: str
    after: str
    ask: Phrase
    choices: tuple[tuple[str, str], ...]


class RequestRows(Record):
    """Requests that are sent, each with what is sent before it: ("GET /", "after POST /login")."""

    title: str
    rows: tuple[tuple[str, str], ...]


class CheckRow(Record):
    """A request that checked an edit, with what it lacks where it did not pass: "GET /x gives 404, ..."."""

    said: Phrase
    passed: bool
    details: tuple[Line, ...] = ()


LessonBlock: TypeAlias = PageHead | ChoiceQuestion | RequestRows | CheckRow | CourseList

Block: TypeAlias = ProseBlock | ListingBlock | TraceBlock | LessonBlock


def by_family(
    block: Block,
    prose: Callable[[ProseBlock], Written],
    listing: Callable[[ListingBlock], Written],
    trace: Callable[[TraceBlock], Written],
    lesson: Callable[[LessonBlock], Written],
) -> Written:
    """Write a block by the function that a writer has for its family."""
    if isinstance(block, ProseBlock):
        return prose(block)
    if isinstance(block, ListingBlock):
        return listing(block)
    if isinstance(block, TraceBlock):
        return trace(block)
    if isinstance(block, LessonBlock):
        return lesson(block)
    assert_never(block)


class CommandResult(Record):
    """What a command found, for people and for programs; each is made when a medium asks for it.

    `command` is what was typed for it, "" where that is of no interest. `redacted`: secrets are left out.
    """

    command: str = ""
    redacted: bool = False
    blocks: Callable[[], Iterable[Block]]
    document: Callable[[], dict[str, Any]]
