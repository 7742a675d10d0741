"""What a line leads to that is neither a request nor a command: the lesson, path or word that may be meant.

It offers a line and changes nothing, but for a lesson chosen in front of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.session.commands import nearest_command
from routelab.session.reply import Reply, Says
from routelab.session.requests import not_understood
from routelab.session.where import Where

if TYPE_CHECKING:
    from routelab.session.session import Session

_SENTENCE = 200  # characters; nobody asks longer questions
_SHOWN = 40  # characters of what was typed, said once more


def lead_on(session: Session, text: str) -> Reply:
    """Begin the lesson that was named, or say what may be meant."""
    number = text.partition("/")[0]
    if session.here is Where.LIST and (number.isdecimal() or session.course.find(number) is not None):
        return session.start(text)
    if session.here is Where.LESSON and (early := session.lesson.request_too_early()) is not None:
        return early._replace(understood=False)
    first, _, rest = text.partition(" ")
    if _is_path(session, first):
        return session.request(f"GET {first}")
    if (near := nearest_command(first, session.here)) is not None:
        return _offered(
            f"There is no command {_cut(first)!r}. This is the nearest:", f"{near} {rest}".strip()
        )
    return _offered_help(text) or not_understood(
        f"{_cut(text)!r} is neither a request nor a command; GET / is one, help shows all"
    )


def _is_path(session: Session, word: str) -> bool:
    """Tell whether a word is a path without its slash: `user/alice`, or the beginning of some rule."""
    if "/" in word or session.here is Where.LIST:
        return "/" in word
    return any(route.rule.lstrip("/").partition("/")[0] == word for route in session.bench.routes())


def _offered_help(text: str) -> Reply | None:
    """Find the word that a question is about: "what is an endpoint?"."""
    from routelab.lessons.glossary import term_in

    term = term_in(text[:_SENTENCE])
    return None if term is None else _offered("A word of it can be explained:", f"help {term.word}")


def _offered(said: str, line: str) -> Reply:
    return Reply(items=(Says(text=said),), line=line, understood=False)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
