"""What a place is where a learner can be, what a command word is, and the words that places share.

A place owns its words: its table is what `help` shows there, and a new word is one entry in it. It must not
know which places there are, nor the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from routelab.errors import RoutelabError
from routelab.language import ENGLISH, languages, spoken, use
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.settings import SWITCHES
from routelab.lessons.findings import overlay_file
from routelab.lessons.glossary import find_term, near_term, terms
from routelab.record import Record
from routelab.session.choices import Completion, those
from routelab.session.course import Course
from routelab.session.lines import command_word, error_reply, nearest_word, offered_hint
from routelab.session.reply import GoTo, Item, Listing, Message, Mode, Prompt, Quit, Reply, saying

if TYPE_CHECKING:
    from routelab.session.sandbox import AppSandbox

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
    sandbox: AppSandbox | None = None  # where there is an app

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


def _looked_up(name: str) -> Callable[..., Any]:
    """Call a function of `lookup`, which is loaded when the first is called: it reads lessons."""

    def call(*given: Any) -> Any:
        from routelab.session import lookup

        return getattr(lookup, name)(*given)

    return call


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
    command, term = place.command(command_word(typed)), find_term(typed)
    items = (
        *((_usage(command),) if command is not None else ()),
        *(_looked_up("meaning")(place, term) if term is not None else ()),
    )
    return Reply(items=items) if items else _no_help(place, typed)


def _usage(command: Command[Any]) -> Message:
    others = f" (or: {', '.join(command.aliases)})" if command.aliases else ""
    return Message(text=f"{command.usage}: {command.summary}{others}")


def _no_help(place: SessionPlace, typed: str) -> Reply:
    near, term = nearest_word(typed, place.names()), near_term(typed)
    known = near or (term.word if term is not None else None)
    if known is not None:
        said = Message(text=f"There is no help on {typed!r}. This is the nearest:")
        return Reply(items=(said,), line=f"help {known}", understood=False)
    text = f"There is no help on {typed!r}. help lists the commands; find looks for it in the lessons:"
    stuck = offered_hint(f"help {typed}", place.names())
    return stuck or saying(text, line=f"find {typed}", understood=False)


def _switch(place: SessionPlace, rest: str) -> Reply:
    settings = place.learner.settings
    words = rest.casefold().split()
    wanted = {"on": True, "off": False}.get(words[-1]) if words else None
    word = "-".join(words if wanted is None else words[:-1])
    if word == "plain":
        settings.choose_plain(not settings.plain if wanted is None else wanted)
        mode = "plain lines" if settings.plain else "colour and columns"
        return saying(f"From the next start, routelab shows {mode}.")
    if word in SWITCHES:
        is_on = settings.is_on(word) if wanted is settings.is_on(word) else settings.turn(word)
        state = "on" if is_on else "off"
        return saying(f"{word} is {state} now, and will be next time.")
    rows = [(name, "on" if settings.is_on(name) else "off") for name in SWITCHES]
    rows.append(("plain", "on" if settings.plain else "off"))
    listing = Listing(title="What can be switched, as in: switch completion off", rows=tuple(rows))
    return Reply(items=(Message(text=f"There is no switch {word!r}."), listing) if word else (listing,))


def _may_follow_help(place: SessionPlace, _before: Sequence[str], last: str) -> Iterator[Completion]:
    yield from those([(each.name, each.summary) for each in place.words], last)
    yield from those(((word, "a word of the field") for word in terms()), last)


def _language(place: SessionPlace, rest: str) -> Reply:
    """Say which languages there are, or choose one."""
    name = rest.strip()
    if not name:
        known = ", ".join(languages())
        example = next(other for other in languages() if other != spoken())
        text = f"The language is {spoken()}; there are {known}. For example: language {example}"
        return saying(text)
    try:
        use(name)
    except RoutelabError as error:
        return error_reply(error)
    saved = "" if place.learner.settings.choose_language(spoken()) else " It applies to this session."
    text = f"The language is {spoken()}: of sentences now, of a lesson when it is opened.{saved}"
    return saying(text + _translated(place.course))


def _translated(course: Course) -> str:
    """Say how far a language reaches; nothing of English, in which all is there."""
    if spoken() == ENGLISH:
        return ""
    folders = enumerate(course.folders, course.first)
    numbers = [str(number) for number, it in folders if (it / overlay_file(spoken())).is_file()]
    lessons = f"lesson{'s' * (len(numbers) > 1)} {', '.join(numbers)} and " if numbers else ""
    return f" Translated are {lessons}the sentences around tasks; all else is in English."


HELP: Command[SessionPlace] = Command(
    usage="help [WORD]",
    summary="show what can be typed, or explain a word, such as endpoint",
    run=_help,
    completes=_may_follow_help,
)
EXPLAIN: Command[SessionPlace] = Command(
    usage="explain [CODE]",
    summary="explain a finding such as R402, or list those that say a word; alone: that of the last trace",
    run=_looked_up("explain"),
    aliases=("why",),
    rare=True,
    completes=_looked_up("may_follow_explain"),
)
FIND: Command[SessionPlace] = Command(
    usage="find WORD", summary="find pages that say a word", run=_looked_up("find")
)
MINE: Command[SessionPlace] = Command(
    usage="mine [recipes|books|teams|seed|file NAME]",
    summary="show how far your own app is; choose what it is about; write a beginning; make a file",
    run=_looked_up("own_app"),
    rare=True,
    completes=_looked_up("may_follow_own_app"),
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
