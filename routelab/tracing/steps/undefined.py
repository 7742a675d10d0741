"""A name or an attribute that a template asked for and that was not there, and what Jinja does then.

Facts and their sentence; it knows no template and no Jinja object.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.oneof import OneOf
from routelab.record import Record


class Use(OneOf):
    """What a template does with a name."""

    PRINTED = "printed"
    CALLED = "called"
    ASKED = "asked"  # for an attribute or an item
    CONDITION = "condition"
    LOOP = "loop"
    OTHER = "other"


class Strictness(OneOf):
    """Which of Jinja's classes an environment makes of what is not there: its `undefined`."""

    PLAIN = "Undefined"
    CHAINABLE = "ChainableUndefined"
    DEBUG = "DebugUndefined"
    STRICT = "StrictUndefined"
    OWN = "own"  # a class of the app's, which may do anything


_RAISES = "raises UndefinedError"
# What each class does with each use: these are Jinja's own rules.
_DONE = {
    Use.PRINTED: "an undefined value prints as nothing",
    Use.CALLED: f"calling an undefined value {_RAISES}",
    Use.ASKED: f"asking an undefined value for an attribute or an item {_RAISES}",
    Use.CONDITION: "an undefined value counts as false",
    Use.LOOP: "a loop over an undefined value runs zero times",
}
_DONE_OTHERWISE = {
    (Strictness.CHAINABLE, Use.ASKED): "asked for an attribute, an undefined value here gives another one",
    (Strictness.DEBUG, Use.PRINTED): "an undefined value here prints as its name in braces",
    (Strictness.STRICT, Use.PRINTED): f"printing an undefined value here {_RAISES}",
    (Strictness.STRICT, Use.CONDITION): f"testing an undefined value here {_RAISES}",
    (Strictness.STRICT, Use.LOOP): f"looping over an undefined value here {_RAISES}",
}
_DID = {
    Use.PRINTED: "prints",
    Use.CALLED: "calls",
    Use.ASKED: "asks",
    Use.CONDITION: "tests",
    Use.LOOP: "loops over",
    Use.OTHER: "uses",
}


_KNOWN_BY_NAME = ("g", "LocalProxy")  # what a template calls `g` and `session`


class Undefined(Record):
    """Something that was asked for while a template was rendered, and that was not there.

    `name` is what was asked for as the template writes it: "album", "album.titel". `owner` is the type that
    lacks the attribute, None for a name. `near` is a name that is there and differs by little. `given_to` is
    the template to which the view gave the name, where this one was not given it. `set_inside` is the line
    that sets it, where what is set does not outlive the loop, block or macro around it. `filter_name` is a
    filter of Jinja's that does what the name promises.
    """

    json_told = ("text",)

    name: str
    line: int | None
    uses: tuple[Use, ...] = ()
    owner: str | None = None
    strictness: Strictness = Strictness.PLAIN
    near: str | None = None
    given_to: str | None = None
    set_inside: int | None = None
    filter_name: str | None = None
    said_by_jinja: str | None = None

    @property
    def text(self) -> str:
        """Say who asked for it, why it is not there, and what Jinja makes of it."""
        return "; ".join(self._clauses())

    def _clauses(self) -> Iterator[str]:
        where = "the template" if self.line is None else f"line {self.line}"
        if self.said_by_jinja is not None:
            yield f"{where} imports {self.name}: {self.said_by_jinja}"
            return
        did = " and ".join(_DID[use] for use in self.uses) or _DID[Use.OTHER]
        asked = " for more" if self.uses == (Use.ASKED,) else ""
        yield f"{where} {did} {self.name}{asked}, {self._why()}"
        for use in self.uses:
            done = _DONE_OTHERWISE.get((self.strictness, use), _DONE.get(use))
            if done is not None and self.strictness is not Strictness.OWN:
                yield done
        if self.filter_name is not None:
            yield f"Jinja has a filter for that: value|{self.filter_name}"
        if self.near is not None:
            yield f"there is a similar name: {self.near}"

    def _why(self) -> str:
        if self.owner is not None:
            attribute = self.name.rpartition(".")[2].removeprefix("the ")
            holder = self.name.rpartition(".")[0] if self.owner in _KNOWN_BY_NAME else ""
            owner = holder or ("None" if self.owner == "NoneType" else f"the {self.owner}")
            return f"but {owner} has no {attribute}"
        if self.given_to is not None:
            return (
                f"which {self.given_to} was given and this template was not: a template that is imported, or "
                "included without context, does not get what the view gave"
            )
        if self.set_inside is not None:
            return f"which line {self.set_inside} sets, but only inside the loop, block or macro around it"
        return "a name that was given no value"
