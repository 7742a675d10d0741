"""The command words: one table, which is also what `help` shows; a new command is one entry.

Each is a function from the session and what follows the word to a reply; it must not know the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING

from routelab.session.lines import command_word
from routelab.session.reply import (
    AuthorSays,
    BuildShown,
    DecisionShown,
    Item,
    Listing,
    Quit,
    Reply,
    RoutesShown,
    Says,
    SourceShown,
    Tone,
    TraceShown,
)
from routelab.session.requests import half_right, read_request
from routelab.session.settings import SWITCHES

if TYPE_CHECKING:
    from routelab.lessons.glossary import Term
    from routelab.session.session import Session


class Where(Enum):
    """The places where a command word means something."""

    LIST = "in the list of lessons"
    LESSON = "in a lesson"
    PLAY = "in play"


ANYWHERE = frozenset(Where)
WITH_APP = frozenset({Where.LESSON, Where.PLAY})
IN_LESSON = frozenset({Where.LESSON})
WITH_LESSONS = frozenset({Where.LIST, Where.LESSON})


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
        yield Says(text=f"Lesson {card.number}, {card.title}, introduces it.", tone=Tone.ASIDE)


def _no_help(session: Session, typed: str) -> Reply:
    from routelab.lessons.glossary import near_term

    near, term = nearest_command(typed, session.here), near_term(typed)
    known = near or (term.word if term is not None else None)
    if known is None:
        text = f"There is no help on {typed!r}. help lists the commands; find looks for it in the lessons:"
        return Reply(items=(Says(text=text),), line=f"find {typed}", understood=False)
    said = Says(text=f"There is no help on {typed!r}. This is the nearest:")
    return Reply(items=(said,), line=f"help {known}", understood=False)


def _routes(session: Session, _rest: str) -> Reply:
    from routelab import asking

    return Reply(items=(RoutesShown(table=asking.routes(session.bench.lab)),))


def _match(session: Session, rest: str) -> Reply:
    from routelab import asking

    bench = session.bench
    verbose, asked = _verbose(rest)
    request = read_request(asked) if asked else bench.last_request
    if request is None:
        return Reply(items=(Says(text="Which request? For example: match GET /"),))
    if isinstance(request, Reply):
        return request._replace(line=request.line and f"match {request.line}")
    bench.refresh()
    decision = asking.match(bench.lab, request, all_candidates=verbose or bench.tells_all)
    shown = DecisionShown(lab=bench.lab, request=request, decision=decision, everything=verbose)
    return Reply(items=(shown,))


def _verbose(rest: str) -> tuple[bool, str]:
    """Take `-v` away from either end."""
    words = rest.split(" ")
    for place in (0, -1):
        if words[place] in ("-v", "--verbose"):
            del words[place]
            return True, " ".join(words).strip()
    return False, rest


def _build(session: Session, rest: str) -> Reply:
    from routelab.requestline import RequestLineError
    from routelab.requestline.quoting import split
    from routelab.requestline.urlfor import parse_build_words

    if not rest:
        return Reply(items=(Says(text="Which endpoint? For example: build home, or url_for('home')"),))
    try:
        return built(session, parse_build_words(split(rest)))
    except RequestLineError as error:
        return half_right(error)


def built(session: Session, wanted: object) -> Reply:
    """Show how a URL is built."""
    from routelab import asking
    from routelab.requestline.urlfor import UrlFor

    assert isinstance(wanted, UrlFor)
    session.bench.refresh()
    return Reply(items=(BuildShown(wanted=wanted, explanation=asking.build(session.bench.lab, wanted)),))


def _source(session: Session, rest: str) -> Reply:
    from routelab.tracing.records import ViewStep

    bench = session.bench
    bench.refresh()
    if rest:
        return _source_of(session, rest)
    views = [step for step in bench.last.steps if isinstance(step, ViewStep)] if bench.last else []
    if views and views[0].source and views[0].call.place.file:
        place, lines = views[0].call.place, views[0].source
        return Reply(
            items=(SourceShown(file=place.file or "", first=_first_line(place.line, lines), lines=lines),)
        )
    file, in_lesson = session.main_file, session.here is Where.LESSON
    if file is None:
        return Reply(items=(Says(text="This app has no file of its own to show."),))
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        said = f"{file} cannot be read: {error.strerror}. {'reset puts it back.' if in_lesson else ''}"
        return Reply(items=(Says(text=said.rstrip(), tone=Tone.WRONG),))
    return Reply(items=(SourceShown(file=file.name, first=1, lines=tuple(text.splitlines())),))


def _source_of(session: Session, endpoint: str) -> Reply:
    lab = session.bench.lab
    views = lab.app.app.view_functions
    if endpoint not in views:
        near = get_close_matches(endpoint, views, n=1)
        hint = f" Did you mean {near[0]}?" if near else " routes lists them."
        return Reply(items=(Says(text=f"There is no endpoint {endpoint!r}.{hint}"),))
    place, lines = lab.sources.place(views[endpoint]), lab.sources.lines(views[endpoint])
    if place.file is None:
        return Reply(items=(Says(text=f"{endpoint} is not in the app's own files."),))
    return Reply(items=(SourceShown(file=place.file, first=_first_line(place.line, lines), lines=lines),))


def _first_line(def_line: int | None, lines: tuple[str, ...]) -> int:
    """Return the number of the first line: decorators stand above the line of the `def`."""
    above = next((n for n, line in enumerate(lines) if line.lstrip().startswith(("def ", "async def "))), 0)
    return (def_line or 1) - above


def _solution(session: Session, _rest: str) -> Reply:
    if session.lesson.task is None:
        return session.lesson.solution()
    question = "Show the solution? The page then counts as seen, not as done. (y/n)"
    return session.ask(question, session.lesson.solution)


def _next(session: Session, _rest: str) -> Reply:
    return session.on_enter() if session.lesson.finished else session.lesson.next_page()


def _run(session: Session, _rest: str) -> Reply:
    if session.here is Where.LESSON:
        return session.lesson.check()
    session.bench.prepare(())
    return Reply(items=(Says(text="The app was started afresh; its cookies are gone."),))


def _reset(session: Session, _rest: str) -> Reply:
    question = "Put the lesson's files back? Yours are kept as a backup. (y/n)"
    return session.ask(question, session.lesson.reset)


def _edit(session: Session, rest: str) -> Reply:
    if not rest:
        return session.edit(session.main_file)
    files = session.bench.files()
    found = [name for name in files if name == rest] or [name for name in files if name.endswith(f"/{rest}")]
    if found:
        return session.edit(files[found[0]])
    near = get_close_matches(rest, files, n=1)
    text = f"There is no file {rest!r} in the app." + (" This is the nearest:" if near else "")
    return Reply(items=(Says(text=text),), line=f"edit {near[0]}" if near else "", understood=False)


def _last_trace(session: Session, *, stepwise: bool = False, full: bool = False) -> Reply:
    trace = session.bench.last
    if trace is None:
        return Reply(items=(Says(text="No request was sent yet. For example: GET /"),))
    shown = session.shown(trace)
    return Reply(items=(TraceShown(trace=trace, show=shown.show, full=full, stepwise=stepwise),))


def _set(session: Session, rest: str) -> Reply:
    from routelab.requestline import RequestLineError, parse
    from routelab.requestline.quoting import quote

    name, colon, value = rest.partition(":")
    if not name.strip() or not colon:
        return Reply(items=(Says(text="Write it as in: set X-Token:1"),))
    header = (name.strip(), value.strip())
    try:
        parse(f"GET / {quote(f'{header[0]}:{header[1]}')}")
    except RequestLineError as error:
        return half_right(error)
    session.bench.set_header(*header)
    until = "while this page is open" if session.here is Where.LESSON else "until unset"
    return Reply(items=(Says(text=f"{header[0]}: {header[1]} goes along with every request {until}."),))


def _unset(session: Session, rest: str) -> Reply:
    name = rest.strip().rstrip(":")
    if not name:
        session.bench.clear_headers()
        return Reply(items=(Says(text="No header is set any more."),))
    was_set = session.bench.unset_header(name)
    return Reply(items=(Says(text=f"{name} is {'no longer' if was_set else 'not'} set."),))


def _cookies(session: Session, rest: str) -> Reply:
    from routelab.cookies import CookieJar

    lab = session.bench.lab
    if rest.casefold() in ("clear", "forget"):
        lab.cookies = CookieJar()
        return Reply(items=(Says(text="All cookies are forgotten."),))
    rows = tuple((cookie.key, f"{cookie.value}, for {cookie.path}") for cookie in lab.cookies)
    if not rows:
        return Reply(items=(Says(text="There are no cookies: no response has set one."),))
    return Reply(
        items=(
            Listing(
                title="Cookies, sent along where their path fits (cookies clear forgets them):", rows=rows
            ),
        )
    )


def _as_curl(session: Session, rest: str) -> Reply:
    from routelab.requestline.curl import to_curl

    bench = session.bench
    if rest.casefold() not in ("", "curl"):
        return Reply(items=(Says(text="Write it as in: as curl"),), line="as curl")
    if bench.last_request is None or bench.last is None:
        return Reply(items=(Says(text="No request was sent yet. For example: GET /"),))
    request = bench.last_request
    if not any(name.lower() == "cookie" for name, _ in request.headers):
        kept = tuple(pair for pair in bench.last.request.headers if pair[0].lower() == "cookie")
        request = replace(request, headers=(*request.headers, *kept))
    return Reply(items=(Says(text=to_curl(request)),))


def _find(session: Session, rest: str) -> Reply:
    from routelab.session.finding import find_pages

    if not rest:
        return Reply(items=(Says(text="What? For example: find redirect"),))
    rows = tuple(find_pages(session.course.cards, rest))
    if not rows:
        return Reply(items=(Says(text=f"No page says {rest!r}. Try another word, or lessons for the list."),))
    return Reply(items=(Listing(title=f"Pages that say {rest!r}; lessons N/PAGE goes there:", rows=rows),))


def _lessons(session: Session, rest: str) -> Reply:
    return session.start(rest) if rest else session.leave_lesson()


def _switch(session: Session, rest: str) -> Reply:
    settings = session.settings
    words = rest.casefold().split()
    wanted = {"on": True, "off": False}.get(words[-1]) if words else None
    word = "-".join(words if wanted is None else words[:-1])
    if word == "plain":
        settings.choose_plain(not settings.plain if wanted is None else wanted)
        mode = "plain lines" if settings.plain else "colour and columns"
        return Reply(items=(Says(text=f"From the next start on routelab shows {mode}."),))
    if word in SWITCHES:
        is_on = settings.is_on(word) if wanted is settings.is_on(word) else settings.turn(word)
        state = "on" if is_on else "off"
        return Reply(items=(Says(text=f"{word} is {state} now, and will be next time."),))
    rows = [(name, "on" if settings.is_on(name) else "off") for name in SWITCHES]
    rows.append(("plain", "on" if settings.plain else "off"))
    listing = Listing(title="What can be switched, as in: switch completion off", rows=tuple(rows))
    return Reply(items=(Says(text=f"There is no switch {word!r}."), listing) if word else (listing,))


def _quit(session: Session, _rest: str) -> Reply:
    return Reply(items=tuple(_goodbye(session)), action=Quit())


def _goodbye(session: Session) -> Iterator[Item]:
    if session.here is Where.LESSON and session.lesson.is_kept:
        yield Says(text="routelab learn goes on from here.")


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
    Command(usage="solution", summary="show the answer, after a question", run=_solution, where=IN_LESSON),
    Command(usage="next", summary="go to the next page", run=_next, where=IN_LESSON, aliases=("n",)),
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
        usage="routes", summary="list the app's rules in the order of decision", run=_routes, where=WITH_APP
    ),
    Command(
        usage="match [-v] [METHOD] PATH",
        summary="ask the router only; -v tells of all rules",
        run=_match,
        where=WITH_APP,
    ),
    Command(
        usage="build ENDPOINT [NAME=VALUE ...]", summary="show how a URL is built", run=_build, where=WITH_APP
    ),
    Command(
        usage="source [ENDPOINT]",
        summary="show the code that ran, or that of an endpoint",
        run=_source,
        where=WITH_APP,
    ),
    Command(
        usage="step",
        summary="play the last trace step by step",
        run=lambda session, _: _last_trace(session, stepwise=True),
        where=WITH_APP,
    ),
    Command(
        usage="full",
        summary="show all steps of the last trace",
        run=lambda session, _: _last_trace(session, full=True),
        where=WITH_APP,
    ),
    Command(
        usage="edit [FILE]",
        summary="open the app, or one of its files, in your editor ($VISUAL or $EDITOR)",
        run=_edit,
        where=WITH_APP,
    ),
    Command(
        usage="run",
        summary="run the checks of the task, or start the app afresh",
        run=_run,
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
        usage="reset", summary="put the lesson's files back; yours are kept", run=_reset, where=IN_LESSON
    ),
    Command(
        usage="set Name:value", summary="send a header along with every request", run=_set, where=WITH_APP
    ),
    Command(usage="unset [Name]", summary="stop sending it, or all of them", run=_unset, where=WITH_APP),
    Command(
        usage="cookies [clear]",
        summary="show the cookies that are kept, or forget them",
        run=_cookies,
        where=WITH_APP,
    ),
    Command(
        usage="as curl", summary="print the last request as a curl command", run=_as_curl, where=WITH_APP
    ),
    Command(usage="find WORD", summary="find pages that say a word", run=_find, where=WITH_LESSONS),
    Command(
        usage="lessons [LESSON[/PAGE]]",
        summary="show the list of lessons, or go to one",
        run=_lessons,
        where=WITH_LESSONS,
        aliases=("learn", "lesson", "list"),
    ),
    Command(
        usage="switch [WORD]",
        summary="turn completion, bottom-line, highlighting or plain on or off",
        run=_switch,
    ),
    Command(usage="quit", summary="leave; everything is saved", run=_quit, aliases=("exit", "bye", "q")),
)
_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
