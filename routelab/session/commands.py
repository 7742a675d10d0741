"""The command words: one table, which is also what `help` shows; a new command is one entry.

What one does is a function from the session and what follows the word to a reply. It must not know the
terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from routelab.session import app_commands as app
from routelab.session import course_commands as course
from routelab.session.lines import command_word
from routelab.session.reply import AuthorSays, Item, Listing, Reply, Says, aside
from routelab.session.where import ANYWHERE, IN_LESSON, WITH_APP, WITH_LESSONS, Where

if TYPE_CHECKING:
    from routelab.lessons.glossary import Term
    from routelab.session.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command word: how it is written, what it does, where it means something, and its other names."""

    usage: str
    summary: str
    run: Callable[[Session, str], Reply]
    where: frozenset[Where] = ANYWHERE
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The word itself."""
        return self.usage.partition(" ")[0]


def find_command(name: str) -> Command | None:
    """Find a command by its word or another name for it."""
    return _BY_NAME.get(name)


def command_names() -> tuple[str, ...]:
    """Return all words that are commands."""
    return tuple(_BY_NAME)


def nearest_command(word: str, here: Where) -> str | None:
    """Return the command that a misspelt word may be, among those that mean something here."""
    known = [name for name, command in _BY_NAME.items() if here in command.where and len(name) > 1]
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.7)
    return near[0] if near else None


def commands_for(here: Where) -> tuple[Command, ...]:
    """Return the commands that mean something in a place."""
    return tuple(command for command in COMMANDS if here in command.where)


def _help(session: Session, rest: str) -> Reply:
    if rest:
        return _help_on(session, rest)
    rows = [("GET /path", "send a request; so does any method, and a pasted curl command")]
    if session.here is not Where.LIST:
        rows.append(("url_for('name')", "show how the URL of an endpoint is built"))
    rows += [(command.usage, command.summary) for command in commands_for(session.here)]
    return Reply(items=(Listing(title="What can be typed here:", rows=tuple(rows)),))


def _help_on(session: Session, typed: str) -> Reply:
    """Explain a command, a word of the field, or what is both."""
    from routelab.lessons.glossary import find_term

    command, term = find_command(command_word(typed)), find_term(typed)
    items = (
        *((_usage(command),) if command is not None else ()),
        *(_meaning(session, term) if term is not None else ()),
    )
    return Reply(items=items) if items else _no_help(session, typed)


def _usage(command: Command) -> Says:
    others = f" (or: {', '.join(command.aliases)})" if command.aliases else ""
    return Says(text=f"{command.usage}: {command.summary}{others}")


def _meaning(session: Session, term: Term) -> Iterator[Item]:
    from routelab.lessons.markdown import styled

    yield AuthorSays(text=styled(term.means), label=term.word)
    card = next((card for card in session.course.cards if card.key == term.lesson), None)
    if card is not None:
        yield aside(f"Lesson {card.number}, {card.title}, introduces it.")


def _no_help(session: Session, typed: str) -> Reply:
    from routelab.lessons.glossary import near_term

    near, term = nearest_command(typed, session.here), near_term(typed)
    known = near or (term.word if term is not None else None)
    if known is None:
        text = f"There is no help on {typed!r}. help lists the commands; find looks for it in the lessons:"
        return Reply(items=(Says(text=text),), line=f"find {typed}", understood=False)
    said = Says(text=f"There is no help on {typed!r}. This is the nearest:")
    return Reply(items=(said,), line=f"help {known}", understood=False)


COMMANDS = (
    Command(
        usage="help [WORD]",
        summary="show what can be typed, or explain a word, also one of the field",
        run=_help,
    ),
    Command(
        usage="hint",
        summary="give the next hint",
        run=lambda session, _: session.lesson.hint(),
        where=IN_LESSON,
        aliases=("h",),
    ),
    Command(
        usage="solution",
        summary="show the answer, after a question",
        run=course.solution,
        where=IN_LESSON,
    ),
    Command(
        usage="next", summary="go to the next page", run=course.next_page, where=IN_LESSON, aliases=("n",)
    ),
    Command(
        usage="back",
        summary="go to the page before",
        run=lambda session, _: session.lesson.back(),
        where=IN_LESSON,
    ),
    Command(
        usage="skip",
        summary="leave the task for later",
        run=lambda session, _: session.lesson.skip(),
        where=IN_LESSON,
    ),
    Command(
        usage="routes",
        summary="list the app's rules in the order of decision",
        run=app.routes,
        where=WITH_APP,
    ),
    Command(
        usage="match [-v] [METHOD] PATH",
        summary="ask the router only; -v tells of all rules",
        run=app.match,
        where=WITH_APP,
    ),
    Command(
        usage="build ENDPOINT [NAME=VALUE ...]",
        summary="show how a URL is built",
        run=app.build,
        where=WITH_APP,
    ),
    Command(
        usage="source [ENDPOINT]",
        summary="show the code that ran, or that of an endpoint",
        run=app.source,
        where=WITH_APP,
    ),
    Command(
        usage="step",
        summary="play the last trace step by step",
        run=lambda session, _: app.last_trace(session, stepwise=True),
        where=WITH_APP,
    ),
    Command(
        usage="full",
        summary="show all steps of the last trace",
        run=lambda session, _: app.last_trace(session, full=True),
        where=WITH_APP,
    ),
    Command(
        usage="edit [FILE]",
        summary="open the app, or one of its files, in your editor ($VISUAL or $EDITOR)",
        run=app.edit,
        where=WITH_APP,
    ),
    Command(
        usage="run",
        summary="run the checks of the task, or start the app afresh",
        run=course.run,
        where=WITH_APP,
        aliases=("check", "restart"),
    ),
    Command(
        usage="diff",
        summary="show what you changed in the app",
        run=lambda session, _: session.lesson.diff(),
        where=IN_LESSON,
    ),
    Command(
        usage="reset",
        summary="put the lesson's files back; yours are kept",
        run=course.reset,
        where=IN_LESSON,
    ),
    Command(
        usage="set Name:value",
        summary="send a header along with every request",
        run=app.set_header,
        where=WITH_APP,
    ),
    Command(
        usage="unset [Name]",
        summary="stop sending it, or all of them",
        run=app.unset_header,
        where=WITH_APP,
    ),
    Command(
        usage="cookies [clear]",
        summary="show the cookies that are kept, or forget them",
        run=app.cookies,
        where=WITH_APP,
    ),
    Command(
        usage="as curl",
        summary="print the last request as a curl command",
        run=app.as_curl,
        where=WITH_APP,
    ),
    Command(usage="find WORD", summary="find pages that say a word", run=course.find, where=WITH_LESSONS),
    Command(
        usage="lessons [LESSON[/PAGE]]",
        summary="show the list of lessons, or go to one",
        run=course.lessons,
        where=WITH_LESSONS,
        aliases=("learn", "lesson", "list"),
    ),
    Command(
        usage="switch [WORD]",
        summary="turn completion, bottom-line, highlighting or plain on or off",
        run=course.switch,
    ),
    Command(
        usage="quit",
        summary="leave; everything is saved",
        run=course.leave,
        aliases=("exit", "bye", "q"),
    ),
)
_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
