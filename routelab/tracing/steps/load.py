"""The load step: the app did not load, and what stood in its way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from routelab.record import Record
from routelab.routing.wording import listed
from routelab.tracing.facts import Frame, Place
from routelab.tracing.phrases import at_place, one_line, placed_name, unset_words
from routelab.tracing.steps.step import Importance, Step

# A line that adds something to an app.
_REGISTERS = r"\s*(?:(@\w+\.\w+)|(\w+\.(?:add_url_rule|register_\w+))\()"
_OUTSIDE = r"Working outside of (application|request) context"


class UnknownConverter(Record):
    """Why a rule was refused: its map has no such converter; `known` are those that it has.

    `nearest` is the one that was probably meant. `swapped`: converter and variable in each other's place,
    as in `<id:int>`.
    """

    json_told = ("text",)

    rule: str
    converter: str
    variable: str
    known: tuple[str, ...]
    nearest: str | None = None
    swapped: bool = False

    @property
    def text(self) -> str:
        """Say which converters there are, and which was probably meant."""
        known = f"the converters are {listed(self.known, 'and')}"
        if self.swapped:
            return f"{known}; the converter comes first: <{self.variable}:{self.converter}>"
        if self.nearest:
            return f"{known}; did you mean {self.nearest}?"
        return f"{known}; {self.rule} names another"


class TakenEndpoint(Record):
    """Why an endpoint was refused: `first` has it, and `second` asked for it.

    `wrapper` is the function that a decorator without functools.wraps put in the place of both, and whose
    name became the endpoint; it stands in `wrapper_of`. Then `first` and `second` are the views inside.
    `decorated`: what asked is what has the endpoint, with a decorator around it. `bare` is a decorator that
    takes arguments and stands above both without its parentheses.
    """

    json_told = ("text",)

    endpoint: str
    first: Place
    second: Place
    wrapper: Place | None = None
    wrapper_of: str | None = None
    decorated: bool = False
    bare: str | None = None

    @property
    def text(self) -> str:
        """Say which function has the endpoint, and how two can live side by side."""
        first, second, wrapper = placed_name(self.first), placed_name(self.second), self.wrapper
        if self.bare is not None:
            return (
                f"@{self.bare} above {first} and above {second} has no parentheses, so {self.bare} got them "
                f"as its argument, and Flask the decorator inside, twice; write @{self.bare}(...)"
            )
        if wrapper is not None:
            return (
                f"the endpoint {self.endpoint} is the name of {placed_name(wrapper)}, which "
                f"{self.wrapper_of}() put in the "
                f"place of {first} and {second}; @functools.wraps above def {wrapper.function} lets each "
                "keep its own"
            )
        said = f"the endpoint {self.endpoint} is taken by {first}"
        if self.decorated:
            return f"{said} itself, below another decorator; write each route above the other decorators"
        if self.first == self.second:
            return f"{said}, made a second time; make it once, or give each rule an endpoint= of its own"
        if self.endpoint.rpartition(".")[2] == self.second.function:
            return f"{said}; give {second} another name, or an endpoint= of its own"
        return f"{said}; give {second} another endpoint"


class TakenName(Record):
    """Why a blueprint could not be registered: one of that name is, and `first` is where that was made.

    Where no line is known for that, it is its first view. `again`: it is the same blueprint.
    """

    json_told = ("text",)

    name: str
    first: Place
    again: bool

    @property
    def text(self) -> str:
        """Say which blueprint has the name."""
        of_view = "" if self.first.function is None else f" of {placed_name(self.first)}"
        which = of_view or at_place(self.first)
        if self.again:
            told = f"the blueprint{which} is registered as {self.name} already"
            return f"{told}; register it once, or with a name= of its own"
        return f"the name {self.name} is taken by the blueprint{which}; give this one another name"


class NoBlueprint(Record):
    """What was to be registered as a blueprint and is none: an object of `type`, or the module `name`.

    `blueprints` are the names of those that are in the module.
    """

    json_told = ("text",)

    type: str
    name: str | None = None
    blueprints: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Say what it was, and what may have been meant."""
        if self.name is None:
            return f"register_blueprint takes a Blueprint, and was given an object of the type {self.type}"
        if not self.blueprints:
            return f"{self.name} is a module, and there is no Blueprint in it"
        meant = listed(tuple(f"{self.name}.{each}" for each in self.blueprints), "or")
        return f"{self.name} is a module, and no Blueprint; register {meant}"


class RefusedRule(Record):
    """A rule that Werkzeug could not take; `place` is its view's, `blueprint` None for the app.

    `prefix` is the url_prefix that the blueprint was registered with.
    """

    rule: str
    blueprint: str | None
    place: Place
    prefix: str | None = None

    @property
    def words(self) -> str:
        """Name the view, so far as it is known: "about() at pages.py:7"."""
        return "" if self.place.function is None else placed_name(self.place)


class ShadowedLibrary(Record):
    """A file of the app that was imported in the place of a library of that name."""

    json_told = ("text",)

    library: str
    file: str

    @property
    def text(self) -> str:
        """Say what to do about it."""
        return f"{self.file} was imported in the place of the library {self.library}; rename the file"


class LoadStep(Step):
    """The app did not load, so nothing else could happen.

    `chain` names the modules of a circular import, from one to itself: ("app", "routes", "app"). `taken`
    and `converter` are what stood in the way of a rule, and `taken_name` of a blueprint, where that is why,
    or `no_blueprint`, where it is none;
    `refused_rule` is the rule that was being added when Werkzeug raised. `unnamed_view` is the class of a
    view without a `__name__`, from which an endpoint was to be made. `meant` is the word or line that was
    probably meant where Python cannot read or run one, `shadowed` the library that was not imported,
    `unset_variable` what the environment was asked for and did not have, `saved_as` what the file is in the
    place of plain text ("UTF-16"). `unread` are lines of the file, with their indentation: one that Python
    cannot read, below the last one with text. `suggestion` is what is known of the values and the call that
    the exception came of, as of one that a view raised.
    """

    json_tag = ("kind", "load")

    exception: str
    message: str
    file: str | None
    line: int | None
    source: str | None
    unread: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    chain: tuple[str, ...] = ()
    printed: str = ""
    taken: TakenEndpoint | None = None
    taken_name: TakenName | None = None
    no_blueprint: NoBlueprint | None = None
    converter: UnknownConverter | None = None
    refused_rule: RefusedRule | None = None
    unnamed_view: str | None = None
    meant: str | None = None
    shadowed: ShadowedLibrary | None = None
    unset_variable: str | None = None
    saved_as: str | None = None
    suggestion: str | None = None

    @property
    def headline(self) -> str:
        """Return the exception as Python says it."""
        message = one_line(self.message)
        return f"{self.exception}: {message}" if message else self.exception

    def _details(self) -> Iterator[str]:
        last = self.frames[-1] if self.frames else None
        if self.source and (last is None or (last.file, last.line) != (self.file, self.line)):
            yield f"the line: {self.source}"
        yield from self.causes
        if self.chain:
            yield f"imports that go in a circle: {' -> '.join(self.chain)}"
        for frame in self.frames:
            yield f"{frame.file}:{frame.line} in {frame.function}: {frame.source}"
        if self.printed:
            yield f"printed {self.printed.rstrip()!r}"

    @property
    def timed_out(self) -> bool:
        """Whether loading took longer than its limit."""
        return self.exception == "LimitReached"

    @property
    def causes(self) -> tuple[str, ...]:
        """Say what is known of the cause beyond the exception's own words."""
        known = [
            cause.text
            for cause in (self.taken, self.taken_name, self.no_blueprint, self.converter, self.shadowed)
            if cause
        ]
        if self.unnamed_view is not None:
            known.append(
                "the endpoint is named after the view's __name__, and an object of class "
                f"{self.unnamed_view} has none; give the rule an endpoint= of its own"
            )
        if self.unset_variable is not None:
            known.append(unset_words(self.unset_variable))
        if self.saved_as is not None:
            known.append(
                f"{self.file} is saved as {self.saved_as}; Python reads plain text in UTF-8, so save it so"
            )
        if self.exception == "RuntimeError" and (found := re.match(_OUTSIDE, self.message)):
            where = "that line belongs in a view, or in a function that a view calls"
            if registering := re.match(_REGISTERS, self.source or ""):
                where = (
                    f"{registering[1] or registering[2]} needs the app itself or a Blueprint, which is then "
                    "registered on the app"
                )
            known.append(f"while the app loads there is no {found[1]} context: {where}")
        if self.exception == "SystemExit":
            known.append("that ends Python while the app loads, so there is no app")
        if self.exception == "EOFError" and re.search(r"\binput\(", self.source or ""):
            known.append("input() waits for a keyboard, and an app that loads here has none")
        if self.meant is not None and not known:
            known.append(self._meant_words(self.meant))
        if self.suggestion is not None and not known:
            known.append(self.suggestion)
        return tuple(known)

    def _meant_words(self, meant: str) -> str:
        if meant.isidentifier():
            return f"did you mean {meant}?"
        if self.exception in ("SyntaxError", "IndentationError", "TabError"):
            return f"Python can read the line as: {meant}"
        return f"import it: {meant}" if meant.startswith("from ") else f"did you mean {meant}?"

    @property
    def importance(self) -> Importance:
        """Nothing else can happen."""
        return Importance.DECIDES

    @property
    def at(self) -> Place:
        return Place(file=self.file, line=self.line)
