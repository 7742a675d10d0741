"""The view step: the function ran that the rule leads to."""

from __future__ import annotations

from routelab.record import Record
from routelab.tracing.facts import Call, Place, Raised
from routelab.tracing.phrases import call, call_details, did_not_run
from routelab.tracing.steps.step import Importance, Step


class BareDecorator(Record):
    """A decorator that takes arguments, and without parentheses got the function that it stands above."""

    name: str
    function: Place


class LoopVariable(Record):
    """The variable of a loop that made several `views`, which they read when they run.

    `file` and `line` are the loop's.
    """

    name: str
    file: str | None
    line: int
    views: int

    @property
    def words(self) -> str:
        """Say what each of the views sees, and the way out."""
        where = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        return (
            f"the loop at {where} made {self.views} views that read its variable {self.name} when they run, "
            f"so each sees the value of the last round: a parameter {self.name}={self.name} keeps its own"
        )


class Catcher(Record):
    """The function that caught an exception, by its lines; `at` is the line where its own code was then.

    `source` has its lines from line `first_line` of its file on.
    """

    json_inline = ("place",)

    place: Place
    at: int
    source: tuple[str, ...] = ()
    first_line: int | None = None


class ViewStep(Step):
    """The view function ran. `builtin`: it is Flask's own view, for the files of a static folder.

    `aborted` is an error that the view raised by calling `abort`, and that did not leave it; `caught_in`
    is the function of the app's own that caught it, the view or one that it called. `rebound` is
    what has the view's name in its module, where that is a wrapper around it which Flask does not know.
    `bare`: a decorator without its parentheses, where what Flask called is the decorator inside.
    `loop` is the variable of the loop that made the view and others, where they share it.
    """

    json_tag = ("kind", "view")
    json_inline = ("call",)

    endpoint: str
    call: Call
    builtin: bool = False
    aborted: Raised | None = None
    caught_in: Catcher | None = None
    rebound: Place | None = None
    bare: BareDecorator | None = None
    loop: LoopVariable | None = None

    @property
    def source(self) -> tuple[str, ...]:
        """The view's lines, decorators included."""
        return self.call.source

    @property
    def headline(self) -> str:
        """Return "show_user(name='alice')"."""
        if not self.call.ran:
            return did_not_run(self.call)
        return call(self.call) + (", Flask's own view for files" if self.builtin else "")

    @property
    def details(self) -> tuple[str, ...]:
        details = (it for it in call_details(self.call) if it != self.headline)
        shared = () if self.loop is None else (self.loop.words,)
        return (*(it.removeprefix(f"{self.headline}: ") for it in details), *shared)

    @property
    def importance(self) -> Importance:
        """A view that raised, or that was not let run, decided the outcome."""
        failed = self.call.raised is not None or self.call.answered_by is not None
        return Importance.DECIDES if failed else Importance.SHOWN

    @property
    def at(self) -> Place:
        return self.call.place
