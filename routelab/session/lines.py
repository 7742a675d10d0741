"""What a typed line is: a request, a curl command, a URL to build, a command word; or what it may mean.

It looks at text alone: it must not know the app, the lesson, nor what a command does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from routelab.errors import RoutelabError
from routelab.lessons.glossary import term_in
from routelab.nearest import nearest
from routelab.record import Record
from routelab.requestline.copied import without_wrapping
from routelab.session.reply import Message, MessageKind, Reply, saying

PAGE_BREAK = "---"  # where a demo's script waits
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_WORD = re.compile(r"[^\W\d]+").fullmatch
_URL = re.compile(r"(?:[a-z]+://|localhost\b|127\.0\.0\.1\b|:\d+(?:/|$))", re.IGNORECASE).match
_BUILD = re.compile(r"url_for\s*(?:\(|$)").match
_STUCK = re.compile(
    r"(?:help|show|tell|teach) (?:me|us)\b|help please\b|no idea|idk\b"
    r"|what (?:now|next|(?:do|should|must|can) i)\b"
    r"|(?:i|im|i'm)\b.*\b(?:stuck|lost|confused|understand|know|get (?:it|this))\b",
    re.IGNORECASE,
).match
_SPOKEN = "?!.,;)"
_YES = ("y", "yes", "yes please", "ok", "sure")
_NO = ("n", "no", "no thanks", "")
_SENTENCE = 200  # characters; nobody asks longer questions
_SHORT = 3  # characters of a command word that any sentence may have: as, run, set
_SHOWN = 40  # characters of what was typed, said once more


class Blank(Record):
    """Nothing was typed."""


class CommentTyped(Record):
    """A line for people alone, as scripts have it."""


class RequestTyped(Record):
    """A request, whole or half right."""

    text: str


class CurlTyped(Record):
    """A curl command."""

    text: str


class BuildTyped(Record):
    """A call of url_for."""

    text: str


class CommandTyped(Record):
    """A command word and what follows it."""

    name: str
    rest: str


class OtherTyped(Record):
    """Anything else."""

    text: str


Line: TypeAlias = Blank | CommentTyped | RequestTyped | CurlTyped | BuildTyped | CommandTyped | OtherTyped


def classify_line(typed: str, names: Collection[str]) -> Line:
    """Tell what a line is; `names` are the command words."""
    text = without_wrapping(typed)
    if not text:
        return Blank()
    if text.startswith("#") or text == PAGE_BREAK:
        return CommentTyped()
    first, _, rest = text.partition(" ")
    if first.casefold() == "curl":
        return CurlTyped(text=text)
    if _BUILD(text):
        return BuildTyped(text=text)
    if _is_request(text, first, rest.strip(), names):
        return RequestTyped(text=text)
    name = command_word(first)
    if name in names:
        return CommandTyped(name=name, rest=rest.strip())
    return OtherTyped(text=text)


def command_word(word: str) -> str:
    """Return a word as command words are written: `.Help`, `:help` and `help()` are `help`."""
    return "help" if word == "?" else word.removesuffix("()").strip(f".:{_SPOKEN}").casefold()


def is_unfinished(typed: str) -> bool:
    """Tell whether a curl command goes on in the next line: after a backslash, or inside quotes."""
    if not without_wrapping(typed).casefold().startswith("curl "):
        return False
    from routelab.requestline.quoting import goes_on  # few paste one

    return goes_on(typed)


def lines_of(pasted: str) -> Iterator[str]:
    """Split what was pasted into lines to answer, a curl command over several lines being one."""
    waiting = ""
    for line in pasted.splitlines():
        waiting = f"{waiting}\n{line}" if waiting else line
        if not is_unfinished(waiting):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def says_yes(line: str) -> bool | None:
    """Tell whether a line answers a question with yes or with no; None for any other."""
    said = line.strip().casefold().strip(".!")
    return said in _YES if said in _YES or said in _NO else None


# What is wrong with a line, and what may be meant


def error_reply(error: RoutelabError) -> Reply:
    """Say an expected error as one line, and what it tells of the place below."""
    first, *details = error.lines
    told = (Message(text=detail.strip()) for detail in details)
    return Reply(items=(Message(text=sentence(first), kind=MessageKind.WRONG), *told), understood=False)


def not_understood(text: str) -> Reply:
    """Say why a line was not understood."""
    return saying(sentence(text), understood=False)


def sentence(text: str) -> str:
    """Return what an error says as a sentence of its own."""
    if "." not in text.partition(" ")[0]:  # app.py:3 stays as the file is called
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def nearest_word(typed: str, names: Iterable[str]) -> str | None:
    """Return the command word that a misspelt one may be."""
    known = [name for name in names if len(name) > 1]
    return nearest(typed.casefold(), known, cutoff=0.7)


def suggest(text: str, names: Iterable[str]) -> Reply:
    """Say what a line may mean that is neither a request nor a command; `names` are the known words."""
    first, _, rest = text.partition(" ")
    if (near := nearest_word(first, names)) is not None:
        said = f"There is no command {_cut(first)!r}. This is the nearest:"
        return offered(said, f"{near} {rest}".strip())
    return _offered_help(text, names) or offered_hint(text, names) or neither(text)


def neither(text: str) -> Reply:
    """Say that a line is nothing that is known here."""
    return not_understood(f"{_cut(text)!r} is neither a request nor a command; GET / is one, help shows all")


def _offered_help(text: str, names: Iterable[str]) -> Reply | None:
    """Find the word that a question is about: "what is an endpoint?", "how do I quit"."""
    asked = text[:_SENTENCE]
    term, known = term_in(asked), {name for name in names if len(name) > _SHORT}
    command = next((word for word in map(command_word, asked.split()) if word in known), None)
    word = command if term is None else term.word
    return None if word is None else offered("A word of it can be explained:", f"help {word}")


def offered_hint(text: str, names: Iterable[str]) -> Reply | None:
    """Offer a hint, or where there are none the words, to somebody who asks for help in their own words."""
    if not _STUCK(text):
        return None
    word = "hint" if "hint" in names else "help"
    return offered({"hint": "A hint may help:", "help": "This shows what can be typed:"}[word], word)


def offered(said: str, line: str) -> Reply:
    """Say that a line was not understood, and put the one that may be meant into the prompt."""
    return saying(said, line=line, understood=False)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


# What a line is


def _is_request(text: str, first: str, rest: str, names: Collection[str]) -> bool:
    if text.startswith("/") or _URL(text):
        return True
    return first.upper() in METHODS or _names_a_method(first, rest, names)


def _names_a_method(first: str, rest: str, names: Collection[str]) -> bool:
    """Tell whether a word is a method of somebody's own making: `AHOY /port`."""
    return _WORD(first) is not None and rest.startswith("/") and command_word(first) not in names
