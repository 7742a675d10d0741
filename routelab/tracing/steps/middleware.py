"""The middleware step: what stands in `app.wsgi_app` before the app, and whether it let the request in."""

from __future__ import annotations

from routelab.record import Record
from routelab.tracing.facts import Place, Raised
from routelab.tracing.phrases import raised
from routelab.tracing.steps.step import Importance, Step


class Changed(Record):
    """What middleware handed on otherwise than it came.

    `what` is the "method", "path", "root", "scheme", "host" or "query" of the request.
    `alone`: it came as it was sent, and the app got it so. `seen`: it is known which middleware that was.
    """

    what: str
    before: str
    after: str
    alone: bool = True
    seen: bool = True

    @property
    def words(self) -> str:
        """Return "the app got the method DELETE, and POST was sent"."""
        if not self.alone:
            return (
                f"it got the {self.what} {self.before or '(empty)'}, and handed on {self.after or '(empty)'}"
            )
        return self._of_the_app if self.seen else f"{self._of_the_app}; it was not seen who changed that"

    @property
    def _of_the_app(self) -> str:
        if not self.before:
            return f"the app got the {self.what} {self.after}, and none was sent"
        got = f"the {self.what} {self.after}" if self.after else f"no {self.what}"
        return f"the app got {got}, and {self.before} was sent"


class ChangedHeader(Record):
    """A header of the request that middleware handed on otherwise than it came; its values are not told.

    `came` and `left`: it had it, and handed it on. `seen`: it is known which middleware that was.
    """

    name: str
    came: bool
    left: bool
    seen: bool = True

    @property
    def words(self) -> str:
        """Return "it added the header X-User"."""
        done = "changed" if self.came and self.left else "added" if self.left else "removed"
        if self.seen:
            return f"it {done} the header {self.name}"
        return f"the header {self.name} was {done} on the way; it was not seen who did that"


class MiddlewareStep(Step):
    """WSGI middleware stands before the app's own part. `name` is its class or function, outermost first.

    `reached`: it was called; None where that could not be seen. `answered`: it was the last to be called,
    and the app's own part was not reached; `raised` is what it let out instead of an answer. `called` is
    another app that got the request, and `prefix` where Werkzeug's DispatcherMiddleware has this one: paths
    below it are this app's. `changed` and `headers` are what it made of the request; of the innermost what
    all of them together made of it, where that was not seen. `stopped`: as `answered`, but the request was
    stopped before there was an answer. `elsewhere`, of the innermost: the app was called in another thread,
    and nothing of what it did there is in the trace.
    """

    json_tag = ("kind", "middleware")

    name: str
    place: Place
    answered: bool = False
    called: str | None = None
    prefix: str | None = None
    reached: bool | None = True
    changed: tuple[Changed, ...] = ()
    headers: tuple[ChangedHeader, ...] = ()
    raised: Raised | None = None
    stopped: bool = False
    elsewhere: bool = False

    @property
    def headline(self) -> str:
        if self.called is not None:
            way = self._why_not_asked if self.answered or self.stopped else "as well as this one"
            return f"{self._who} gave the request to the app {self.called}, {way}"
        if self.elsewhere:
            return f"{self._who} led to this app in another thread, where what it did could not be seen"
        if self.stopped:
            return f"{self._who} was stopped before it answered or called what is behind it"
        if self.raised is not None:
            return f"{self._who} {raised(self.raised, self.place)}, so this app's rules were not asked"
        if self.answered:
            return f"{self._who} answered by itself, so this app's rules were not asked"
        if self.reached is None:
            return f"{self._who} may have answered: the app's own part was not reached"
        if not self.reached:
            return f"{self._who} was not called"
        return f"{self._who} let the request through"

    @property
    def _why_not_asked(self) -> str:
        if self.prefix is None:
            return "so this app's rules were not asked"
        return f"and this app gets only paths below {self.prefix}, so its rules were not asked"

    @property
    def _who(self) -> str:
        return self.name if self.is_apps_own else f"{self.name} in app.wsgi_app"

    @property
    def is_apps_own(self) -> bool:
        """Whether it is a method of the app's own class, in the place of Flask's."""
        return self.name.endswith((".wsgi_app", ".__call__"))

    @property
    def details(self) -> tuple[str, ...]:
        return (*(each.words for each in self.changed), *(each.words for each in self.headers))

    @property
    def importance(self) -> Importance:
        """Middleware that lets requests through is seen by its headers, or by what it changed."""
        if self.answered or self.elsewhere or self.stopped or self.called is not None or self.reached is None:
            return Importance.DECIDES
        return Importance.SHOWN if self.details else Importance.DETAIL

    @property
    def at(self) -> Place:
        return self.place
