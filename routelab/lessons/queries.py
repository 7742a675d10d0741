"""What each query takes and gives: the grammar's table, from which expectations are read and explained.

It must not know what a trace is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from routelab.lessons.expectation import Query
from routelab.routing.candidate import Verdict
from routelab.routing.outcome import Outcome

JsonPath = tuple[str | int, ...]


class Gives(Enum):
    """The type of a query's value; of `arg` and `json` any JSON value can come."""

    NUMBER = "a number"
    TEXT = "text"
    ANY = "any value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a query is written: `argument` says what its argument names, `words` lists all its values."""

    gives: Gives
    argument: str | None = None
    argument_required: bool = False
    words: tuple[str, ...] = ()


FORMS = {
    Query.STATUS: Form(gives=Gives.NUMBER),
    Query.REASON_PHRASE: Form(gives=Gives.TEXT),
    Query.OUTCOME: Form(gives=Gives.TEXT, words=tuple(outcome.value for outcome in Outcome)),
    Query.RULE: Form(gives=Gives.TEXT),
    Query.ENDPOINT: Form(gives=Gives.TEXT),
    Query.VIEW: Form(gives=Gives.TEXT),
    Query.ARG: Form(gives=Gives.ANY, argument="a variable of the rule", argument_required=True),
    Query.HEADER: Form(gives=Gives.TEXT, argument="a header", argument_required=True),
    Query.COOKIE: Form(gives=Gives.TEXT, argument="a cookie", argument_required=True),
    Query.BODY: Form(gives=Gives.TEXT),
    Query.JSON: Form(gives=Gives.ANY, argument="a part of the JSON, as in tracks[0].title"),
    Query.LOCATION: Form(gives=Gives.TEXT),
    Query.REDIRECTS: Form(gives=Gives.NUMBER),
    Query.EXCEPTION: Form(gives=Gives.TEXT),
    Query.LOAD: Form(gives=Gives.TEXT),
    Query.TEMPLATE: Form(gives=Gives.TEXT, argument="a template"),
    Query.CANDIDATE: Form(
        gives=Gives.TEXT,
        argument="a rule",
        argument_required=True,
        words=tuple(verdict.value for verdict in Verdict),
    ),
    Query.NOTE: Form(gives=Gives.TEXT, argument="a note's code", argument_required=True),
}

_PATH_PART = re.compile(r"\.?(?P<key>[^.\[\]]+)|\[(?P<index>[0-9]{1,9})\]")


def json_path(text: str) -> JsonPath | None:
    """Read `tracks[0].title` as ("tracks", 0, "title"); None where it is no such path."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        part = _PATH_PART.match(text, position)
        if part is None or (position == 0 and text[0] == "."):
            return None
        # After a key or an index the next key needs its dot.
        if parts and part["key"] is not None and text[position] != ".":
            return None
        parts.append(part["key"] if part["index"] is None else int(part["index"]))
        position = part.end()
    return tuple(parts) if parts else None


def json_path_text(path: JsonPath) -> str:
    """Write ("tracks", 0, "title") as `tracks[0].title`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
