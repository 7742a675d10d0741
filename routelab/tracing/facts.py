"""What the steps of a trace are made of: values, places, calls, exceptions, notes.

Facts alone: it knows no app, no frame and no Werkzeug object, and no step.
"""

from __future__ import annotations

from typing import TypeAlias

from routelab.oneof import OneOf
from routelab.record import Absent, Json, Record
from routelab.tracing.sought import SoughtFile

Pairs: TypeAlias = tuple[tuple[str, str], ...]


class Value(Record):
    """A Python value as it was seen: `Value(type="str", repr="'alice'", json="alice")`.

    `repr` is short and cut visibly; `json` is exact, a copy, and ABSENT where the value is no JSON type,
    or longer than a million characters.
    """

    type: str
    repr: str
    json: Json | Absent = Absent.ABSENT

    @property
    def is_none(self) -> bool:
        """Whether it is None."""
        return self.type == "NoneType"


class NamedValue(Record):
    """An argument or a template variable."""

    json_keyed = "name"
    json_inline = ("value",)

    name: str
    value: Value


class Place(Record):
    """A callable by its qualified name, with the line of its `def`; file and line only for the app's own."""

    function: str | None = None
    file: str | None = None
    line: int | None = None


NOWHERE = Place()


class Raised(Record):
    """An exception that came out of a callable; file, line and function are the learner's innermost frame.

    `missing_key` is the key that a form, the query or a dict did not have, as Python writes it: "'username'",
    and `asked_of` the attribute of the request that was asked for it, as "form", where that was seen.
    `suggestion` is what Python itself prints behind the message: "Did you mean: 'jsonify'?"; for a name
    that lacks its quotes it is where the app has that string, where `g` has no such attribute, what sets
    that, of a part of the line that was None or a string, or had no such key, what it was, of a function
    that took another thing's name, that, and of a call into Flask that does not say what it was given, that.
    `limit` says which limit of the app's a body was
    over, or that it had been read before, where Werkzeug raised it. `description` is what the app gave an
    HTTP error to say, as in `abort(404, "no page 9")`; None where it says what each of its class says.
    `source` is the text of the line.
    """

    type: str
    message: str
    file: str | None = None
    line: int | None = None
    function: str | None = None
    missing_key: str | None = None
    asked_of: str | None = None
    suggestion: str | None = None
    limit: str | None = None
    description: str | None = None
    source: str | None = None


class Frame(Record):
    """One of the learner's own frames on the way to an exception; `source` is that line's text."""

    file: str
    line: int
    function: str
    source: str


class Escaped(Record):
    """An exception that escaped the app or became a 500; frames are the learner's own, outermost first.

    `traceback` is all of it as Python prints it, exceptions that led to it included, without routelab's own
    frames. `suggestion` is what Python prints behind the message, as in `Raised`.
    """

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    traceback: str = ""
    suggestion: str | None = None


class Note(Record):
    """Something seen beside the request; `file` is relative to the app's folder.

    `fits` is a rule of what the note is about that fits the path, where the app that was asked has none.
    """

    code: str
    text: str
    file: str | None = None
    line: int | None = None
    fits: str | None = None


class Logged(Record):
    """A record of the app's log: `Logged(level="WARNING", logger="shop", text="stock is low")`.

    `times`: it was logged so often in a row. Without a level it was written straight to the server's error
    stream: the logger is "wsgi.errors", and the text has all lines that were written in a row.
    """

    level: str
    logger: str
    text: str
    times: int = 1


class FunctionKind(OneOf):
    """What a call of a function does: runs it, or only makes what will run it."""

    PLAIN = "plain"
    GENERATOR = "generator"
    ASYNC = "async"
    ASYNC_GENERATOR = "async_generator"


class Wrapper(Record):
    """A callable around another: `decorator` is the function that put it there, where its name tells.

    `ran`: its code was entered. `own`: what came out is its own doing, and not what came from inside.
    Without `returned` and `raised` it raised what nobody could see, or was stopped. `unawaited`: what it
    returned is the coroutine of the function inside, which nobody had awaited by then.
    """

    json_inline = ("place",)

    place: Place
    decorator: str | None = None
    ran: bool = True
    own: bool = False
    returned: Value | None = None
    raised: Raised | None = None
    unawaited: bool = False

    @property
    def name(self) -> str:
        """Name it as its author would: by the decorator, or by itself."""
        return self.decorator or self.place.function or "a wrapper"


class Heard(OneOf):
    """How much was heard of a call: less than all where its process was gone, or a note of it failed."""

    ALL = "all"
    BEGUN = "begun"  # a function was called
    AROUND = "around"  # what stands around it was called
    ENDED = "ended"  # that it ended, and not how
    UNNOTED = "unnoted"  # that it ended; how could not be noted


class NoFunction(Record):
    """What was registered in the place of a function; `made_by` is the call that gave it: "load()"."""

    value: Value
    made_by: str | None = None


class EarlierCall(Record):
    """How a call ended that a wrapper made before the last one; neither, where that could not be seen."""

    returned: Value | None = None
    raised: Raised | None = None


class Call(Record):
    """One run of the learner's own callable: name, line, source, arguments and result are of one function.

    `wrappers` stand around it, outermost first. Without `ran` its code was not entered: one of them answered
    for it, or failed. `returned` is None only if it did not run, raised, was stopped or not noted. `printed`
    went to `sys.stdout`, `printed_past` to the descriptors behind it or to `sys.stderr`; where these, or what
    was logged, write out the stack, routelab's own frames are left out. `source` has its
    lines, decorators included, from line `first_line` of its file on. `sought` is the file that it sent or
    did not find. `times`: a wrapper called it so often, and this is the last of it; `earlier` are the first
    ten of those before it. `may_have_run`: it was not seen to run, but threads that were there before worked
    meanwhile, or a hook of the app's own was in the place of ours, and what they ran could not be seen.
    `heard` is less than all where the process ended, or what came of the call could not be noted: whether the
    function ran is then not known where something stands around it. `no_function` is what stood there in its
    place; then the place and the source are those of the line that registered it, where that was found.
    """

    json_inline = ("place",)

    place: Place
    no_function: NoFunction | None = None
    arguments: tuple[NamedValue, ...] = ()
    printed: str = ""
    printed_past: str = ""
    logged: tuple[Logged, ...] = ()
    returned: Value | None = None
    raised: Raised | None = None
    ran: bool = True
    may_have_run: bool = False
    wrappers: tuple[Wrapper, ...] = ()
    source: tuple[str, ...] = ()
    first_line: int | None = None
    function_kind: FunctionKind = FunctionKind.PLAIN
    sought: SoughtFile | None = None
    times: int = 1
    earlier: tuple[EarlierCall, ...] = ()
    heard: Heard = Heard.ALL

    @property
    def answered_by(self) -> Wrapper | None:
        """The wrapper whose own doing the outcome is; None where it is the function's."""
        for wrapper in self.wrappers:
            if wrapper.own:
                return wrapper
        return None

    @property
    def answerer(self) -> Place:
        """Whose doing the outcome is: the function's, or that of a wrapper, by the name of its decorator.

        Nobody's who could be named, where it was not seen.
        """
        if self.may_have_run:
            return NOWHERE
        answered = self.answered_by
        return self.place if answered is None else answered.place.replace(function=answered.name)

    @property
    def result(self) -> Value | None:
        """What its caller got: from the outermost wrapper, where there are any."""
        return (self.wrappers[0] if self.wrappers else self).returned

    @property
    def failure(self) -> Raised | None:
        """What its caller had to catch."""
        return (self.wrappers[0] if self.wrappers else self).raised
