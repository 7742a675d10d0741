"""What a place is where a learner can be, what a command word is, and the words that places share.

A place owns its words: its table is what `help` shows there, and a new word is one entry in it. It must not
know which places there are, nor the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from routelab.errors import RoutelabError
from routelab.language import languages, spoken, use
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.settings import SWITCHES
from routelab.record import Record
from routelab.session.choices import Completion, those
from routelab.session.course import Course
from routelab.session.lines import command_word, error_reply, nearest_word
from routelab.session.reply import (
    CodesShown,
    ExplanationShown,
    GoTo,
    Item,
    LessonText,
    Listing,
    Message,
    Mode,
    Prompt,
    Quit,
    Reply,
    aside,
)

if TYPE_CHECKING:
    from routelab.errors import RoutelabError
    from routelab.lessons.glossary import Term

_P = TypeVar("_P", contravariant=True)


class Command(Record, Generic[_P]):
    """A command word: how it is written, what it does in a place, its other names, and what may follow.

    `run` takes the place, and what follows the word; `completes` the words so far, and the one that is begun.
    `rare` ones are those without which one learns, too: `help` only names them.
    """

    usage: str
    summary: str
    run: Callable[[_P, str], Reply]
    aliases: tuple[str, ...] = ()
    rare: bool = False
    completes: Callable[[_P, Sequence[str], str], Iterator[Completion]] | None = None

    @property
    def name(self) -> str:
        """The word itself."""
        return self.usage.partition(" ")[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The word and its other names."""
        return (self.name, *self.aliases)


class SessionPlace:
    """Where a learner can be; `words` are the commands that mean something there, as `help` shows them."""

    mode: ClassVar[Mode]
    words: ClassVar[tuple[Command[Any], ...]]

    def __init__(self, course: Course, learner: LearnerEnvironment) -> None:
        self.course = course
        self.learner = learner

    @classmethod
    def command(cls, name: str) -> Command[Any] | None:
        """Find a command of this place by its word or another name for it."""
        return next((command for command in cls.words if name in command.names), None)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return all names of all commands of this place."""
        return tuple(name for command in cls.words for name in command.names)

    @property
    def prompt(self) -> Prompt:
        """Where one is and what Enter does."""
        raise NotImplementedError

    @property
    def history_name(self) -> str:
        """The name under which typed lines are remembered."""
        return self.mode.name.lower()

    def on_enter(self) -> Reply:
        """Do what the bottom line says."""
        raise NotImplementedError

    def request(self, text: str) -> Reply:
        """Take a request, whole or half right."""
        raise NotImplementedError

    def curl(self, text: str) -> Reply:
        """Take a curl command."""
        raise NotImplementedError

    def url_for(self, text: str) -> Reply:
        """Take a call of url_for."""
        raise NotImplementedError

    def take_line(self, typed: str) -> Reply | None:  # noqa: ARG002 - places override it
        """Take a line that means something here before all else; None for any other."""
        return None

    def take_other(self, text: str) -> Reply | None:  # noqa: ARG002
        """Take a line that is neither a request nor a command; None where it means nothing here either."""
        return None

    def has_news(self) -> bool:
        """Tell whether a file was saved that matters here; made to be asked again and again."""
        return False

    def look(self) -> Reply:
        """Take note of files that were saved, and say what follows."""
        return Reply()

    def close(self) -> None:
        """Let go what runs here."""

    def without_app(self, error: RoutelabError) -> Reply:
        """Say that there is no app."""
        return error_reply(error)

    @property
    def last_finding(self) -> str | None:
        """The code of what the last trace showed here; None where it showed no mistake."""
        return None

    @property
    def lesson_page(self) -> str | None:
        """The lesson and page where one is, as one goes there: "2/user"; None where that is no page."""
        return None

    def goodbye(self) -> tuple[Item, ...]:
        """Say what is worth saying to who leaves."""
        return ()


# The words that mean something everywhere

_ALL = "all"  # what follows help


def _help(place: SessionPlace, rest: str) -> Reply:
    if rest and rest != _ALL:
        return _help_on(place, rest)
    rows = [("GET /path", "send a request; so does any method, and a pasted curl command")]
    if place.mode is not Mode.LIST and rest == _ALL:
        rows.append(("url_for('name')", "show how the URL of an endpoint is built"))
    rare = [] if rest == _ALL else [command.name for command in place.words if command.rare]
    rows += [(it.usage, it.summary) for it in place.words if it.name not in rare]
    if rare:
        rows.append((f"help {_ALL}", f"list the others, too: {', '.join(rare)}"))
    return Reply(items=(Listing(title="What can be typed here:", rows=tuple(rows)),))


def _help_on(place: SessionPlace, typed: str) -> Reply:
    """Explain a command, a word of the field, or what is both."""
    from routelab.lessons.glossary import find_term  # few ask

    command, term = place.command(command_word(typed)), find_term(typed)
    items = (
        *((_usage(command),) if command is not None else ()),
        *(_meaning(place, term) if term is not None else ()),
    )
    return Reply(items=items) if items else _no_help(place, typed)


def _usage(command: Command[Any]) -> Message:
    others = f" (or: {', '.join(command.aliases)})" if command.aliases else ""
    return Message(text=f"{command.usage}: {command.summary}{others}")


def _meaning(place: SessionPlace, term: Term) -> Iterator[Item]:
    from routelab.lessons.markdown import styled  # few ask

    yield LessonText(text=styled(term.means), label=term.word)
    lesson = next((each for each in place.course.summaries if each.key == term.lesson), None)
    if lesson is not None:
        yield aside(f"Lesson {lesson.number}, {lesson.title}, introduces it.")


def _no_help(place: SessionPlace, typed: str) -> Reply:
    from routelab.lessons.glossary import near_term  # few ask

    near, term = nearest_word(typed, place.names()), near_term(typed)
    known = near or (term.word if term is not None else None)
    if known is None:
        text = f"There is no help on {typed!r}. help lists the commands; find looks for it in the lessons:"
        return Reply(items=(Message(text=text),), line=f"find {typed}", understood=False)
    said = Message(text=f"There is no help on {typed!r}. This is the nearest:")
    return Reply(items=(said,), line=f"help {known}", understood=False)


def _switch(place: SessionPlace, rest: str) -> Reply:
    settings = place.learner.settings
    words = rest.casefold().split()
    wanted = {"on": True, "off": False}.get(words[-1]) if words else None
    word = "-".join(words if wanted is None else words[:-1])
    if word == "plain":
        settings.choose_plain(not settings.plain if wanted is None else wanted)
        mode = "plain lines" if settings.plain else "colour and columns"
        return Reply(items=(Message(text=f"From the next start, routelab shows {mode}."),))
    if word in SWITCHES:
        is_on = settings.is_on(word) if wanted is settings.is_on(word) else settings.turn(word)
        state = "on" if is_on else "off"
        return Reply(items=(Message(text=f"{word} is {state} now, and will be next time."),))
    rows = [(name, "on" if settings.is_on(name) else "off") for name in SWITCHES]
    rows.append(("plain", "on" if settings.plain else "off"))
    listing = Listing(title="What can be switched, as in: switch completion off", rows=tuple(rows))
    return Reply(items=(Message(text=f"There is no switch {word!r}."), listing) if word else (listing,))


def _may_follow_help(place: SessionPlace, _before: Sequence[str], last: str) -> Iterator[Completion]:
    from routelab.lessons.glossary import terms  # few ask

    yield from those([(each.name, each.summary) for each in place.words], last)
    yield from those(((word, "a word of the field") for word in terms()), last)


# The words about the lessons, wherever there are lessons


def _find(place: SessionPlace, rest: str) -> Reply:
    from routelab.session.finding import find_pages  # it reads lessons, and the list is there sooner

    if not rest:
        return Reply(items=(Message(text="What? For example: find redirect"),))
    rows = tuple(find_pages(place.course.summaries, rest))
    if not rows:
        return Reply(
            items=(Message(text=f"No page says {rest!r}. Try another word, or lessons for the list."),)
        )
    return Reply(items=(Listing(title=f"Pages that say {rest!r}; lessons N/PAGE goes there:", rows=rows),))


def _explain(place: SessionPlace, rest: str) -> Reply:
    """Open the page of a finding: the one that is named, else that of the last trace."""
    from routelab.lessons.explanation import titles  # few ask

    code = rest.strip() or place.last_finding
    return Reply(items=(CodesShown(titles=tuple(titles())),)) if code is None else explained(code)


def explained(code: str) -> Reply:
    """Open the page of a finding, and run its example."""
    from routelab.lessons.explaining import run_explanation  # few ask
    from routelab.lessons.explanation import load_explanation, titles

    known = tuple(titles())
    explanation = load_explanation(code)
    with TemporaryDirectory(prefix="routelab-explain-") as scratch:
        shown = run_explanation(explanation, "routelab", Path(scratch))
    return Reply(items=(ExplanationShown(explained=shown, titles=known),))


def _mine(place: SessionPlace, rest: str) -> Reply:
    """Show where the learner's own app stands, or do what is asked of it."""
    from routelab.session import mine  # what reads an app is loaded when it is asked for

    word, _, name = rest.strip().partition(" ")
    here = place.lesson_page
    if not word:
        return mine.standing(place.course, place.learner)
    if word == "file":
        return mine.add_file(place.learner, name.strip())
    if word == "seed":
        number = None if here is None else int(here.partition("/")[0])
        return mine.seed(place.course, place.learner, number)
    said = mine.choose(place.learner, rest)
    if said is None:
        known = "recipes, books, teams, seed, or file and a name"
        return Reply(
            items=(Message(text=f"mine is followed by nothing, or by {known}; {rest!r} is neither."),),
            understood=False,
        )
    return Reply(items=said, then=None if here is None else GoTo(lesson=here))


def _may_follow_mine(_place: SessionPlace, before: Sequence[str], last: str) -> Iterator[Completion]:
    from routelab.session import mine

    yield from mine.may_follow(before, last)


def _may_follow_explain(_place: SessionPlace, _before: Sequence[str], last: str) -> Iterator[Completion]:
    from routelab.lessons.explanation import titles

    yield from those(titles(), last, ignore_case=True)


def _language(place: SessionPlace, rest: str) -> Reply:
    """Say which languages there are, or choose one."""
    name = rest.strip()
    if not name:
        known = ", ".join(languages())
        example = next(other for other in languages() if other != spoken())
        text = f"The language is {spoken()}; there are {known}. For example: language {example}"
        return Reply(items=(Message(text=text),))
    try:
        use(name)
    except RoutelabError as error:
        return error_reply(error)
    saved = "" if place.learner.settings.choose_language(spoken()) else " It applies to this session."
    text = f"The language is {spoken()}: of sentences now, of a lesson when it is opened.{saved}"
    return Reply(items=(Message(text=text),))


HELP: Command[SessionPlace] = Command(
    usage="help [WORD]",
    summary="show what can be typed, or explain a word, such as endpoint",
    run=_help,
    completes=_may_follow_help,
)
EXPLAIN: Command[SessionPlace] = Command(
    usage="explain [CODE]",
    summary="explain a finding such as R402; without a code the one of the last trace",
    run=_explain,
    rare=True,
    completes=_may_follow_explain,
)
FIND: Command[SessionPlace] = Command(usage="find WORD", summary="find pages that say a word", run=_find)
MINE: Command[SessionPlace] = Command(
    usage="mine [recipes|books|teams|seed|file NAME]",
    summary="show how far your own app is; choose what it is about; write a beginning; make a file",
    run=_mine,
    rare=True,
    completes=_may_follow_mine,
)
LESSONS: Command[SessionPlace] = Command(
    usage="lessons [LESSON[/PAGE]]",
    summary="show the list of lessons, or go to one",
    run=lambda _place, rest: Reply(then=GoTo(lesson=rest or None)),
    aliases=("learn", "lesson", "list"),
    completes=lambda place, _, last: those(
        ((str(each.number), each.title) for each in place.course.summaries), last
    ),
)
SWITCH: Command[SessionPlace] = Command(
    usage="switch [WORD]",
    summary="turn completion, bottom-line, highlighting or plain on or off",
    run=_switch,
    rare=True,
    completes=lambda _place, _, last: those(((name, "") for name in (*SWITCHES, "plain")), last),
)
LANGUAGE: Command[SessionPlace] = Command(
    usage="language [NAME]",
    summary="choose the language of lessons and sentences, where they are translated",
    run=_language,
    rare=True,
    completes=lambda _place, _, last: those(((name, "") for name in languages()), last),
)
QUIT: Command[SessionPlace] = Command(
    usage="quit",
    summary="leave; everything is saved",
    run=lambda place, _: Reply(items=place.goodbye(), action=Quit()),
    aliases=("exit", "bye", "q"),
)
