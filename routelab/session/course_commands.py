"""Commands about the way through the lessons: pages, answers, the list, what can be switched, leaving.

Each is a function from the session and what follows the word to a reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routelab.learner.settings import SWITCHES
from routelab.session.reloading import started_afresh
from routelab.session.reply import Item, Listing, Quit, Reply, Says
from routelab.session.where import Where

if TYPE_CHECKING:
    from routelab.session.session import Session


def solution(session: Session, _rest: str) -> Reply:
    """Show the answer, after a question."""
    if session.lesson.task is None:
        return session.lesson.solution()
    question = "Show the solution? The page then counts as seen, not as done. (y/n)"
    return session.ask(question, session.lesson.solution)


def next_page(session: Session, _rest: str) -> Reply:
    """Turn to the next page, or begin the next lesson."""
    return session.on_enter() if session.lesson.finished else session.lesson.next_page()


def run(session: Session, _rest: str) -> Reply:
    """Run the checks, or start the app afresh."""
    if session.here is Where.LESSON:
        return session.lesson.check()
    return Reply(items=(started_afresh(session.bench),))


def reset(session: Session, _rest: str) -> Reply:
    """Put the files back, after a question."""
    question = "Put the lesson's files back? Yours are kept as a backup. (y/n)"
    return session.ask(question, session.lesson.reset)


def find(session: Session, rest: str) -> Reply:
    """Find pages that say a word."""
    from routelab.session.finding import find_pages

    if not rest:
        return Reply(items=(Says(text="What? For example: find redirect"),))
    rows = tuple(find_pages(session.course.cards, rest))
    if not rows:
        return Reply(items=(Says(text=f"No page says {rest!r}. Try another word, or lessons for the list."),))
    return Reply(items=(Listing(title=f"Pages that say {rest!r}; lessons N/PAGE goes there:", rows=rows),))


def lessons(session: Session, rest: str) -> Reply:
    """Show the list, or begin a lesson."""
    return session.start(rest) if rest else session.leave_lesson()


def switch(session: Session, rest: str) -> Reply:
    """Turn something on or off."""
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


def leave(session: Session, _rest: str) -> Reply:
    """Leave."""
    return Reply(items=tuple(_goodbye(session)), action=Quit())


def _goodbye(session: Session) -> Iterator[Item]:
    if session.here is Where.LESSON and session.lesson.is_kept:
        yield Says(text="routelab learn goes on from here.")
