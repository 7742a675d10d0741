"""Where a lab's app lives: what is asked of it, and what it says where it cannot answer.

There are two: an app in a worker (`workerhost.py`), and a live app in this very process (`watched.py`). It
knows no process and no cookies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from routelab.environ import Base
from routelab.errors import RoutelabError, WorkerBroken, last_line
from routelab.loaded import Loaded, LoadFailure
from routelab.messages import SendOptions
from routelab.requestline.record import RequestLine
from routelab.toldsteps import failed_trace
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import SentResponse, Trace

if TYPE_CHECKING:
    from routelab.requestline.urlfor import UrlFor
    from routelab.router import AuditReport, KnownRule, RouterDecision, RouteTable, ViewSource
    from routelab.routing.built import BuildExplanation


class AppDoesNotLoad(RoutelabError):
    """There is no app to ask. Below the one line stands what a request to it would tell."""

    def __init__(self, failure: LoadFailure) -> None:
        if failure.interrupted:
            self.exit_code = 130
        elif failure.timed_out:
            self.exit_code = 124
        found = failed_trace(failure, RequestLine(method="GET", path="/")).findings
        told = failure.explanation
        known = {detail.strip().casefold() for detail in told}  # a cause that the step tells by itself
        new = (each.words for each in found if each.text.rstrip(".").casefold() not in known)
        super().__init__(str(failure))
        self.details = (*new, *told)


def failure_in(reply: Mapping[str, Any]) -> RoutelabError:
    """Say who failed, of a reply that says that the question could not be answered.

    The app's own code may fail while no request runs: as a context is pushed, for example. Where it was not
    that, the worker failed at its own work: a bug of routelab's, or an app that broke what it runs in.
    """
    report = str(reply.get("failed", ""))
    if reply.get("before_app"):
        return WorkerBroken(report)
    if by_app := reply.get("by_app"):
        return RoutelabError(f"the app's own code failed as its router was asked: {by_app}")
    names = ", ".join(map(str, reply.get("replaced", ())))
    before = f"the app replaced {names}, and after that its process" if names else "the app's process"
    return RoutelabError(f"{before} failed at routelab's own work: {last_line(report)}")


class RouterStopped(RoutelabError):
    """A question to the router was ended from outside."""

    exit_code = 124

    def __init__(self, step: StoppedStep) -> None:
        if step.reason is Stop.INTERRUPT:
            self.exit_code = 130
        super().__init__("; ".join((f"the router did not answer: {step.headline}", *step.details)))


class Exchanged(NamedTuple):
    """What came of a request: the response, where the app stands afterwards, and what tells its trace."""

    response: SentResponse | None
    base: Base
    tell: Callable[[], Trace]


def told(trace: Trace, base: Base) -> Exchanged:
    """Hand on a trace that is complete already."""
    return Exchanged(trace.response, base, lambda: trace)


class AppRouter(Protocol):
    """Answers for the router of an app that loaded. Raises RouterStopped and AppDoesNotLoad, in a worker."""

    def match(self, request: RequestLine, *, all_candidates: bool) -> RouterDecision:
        """Ask the router about a request."""

    def build(self, wanted: UrlFor) -> BuildExplanation:
        """Ask how a URL is built."""

    def routes(self) -> RouteTable:
        """List the rules in the order of decision."""

    def known_rules(self) -> tuple[KnownRule, ...]:
        """List the rules for completion."""

    def view_source(self, endpoint: str) -> ViewSource | None:
        """Return the lines of an endpoint's view function; None where there is no such endpoint."""

    def audit(self) -> AuditReport:
        """Look the map over."""


class AppHost(Protocol):
    """Answers for one app."""

    @property
    def loaded(self) -> Loaded:
        """What loading the app came to."""

    @property
    def router(self) -> AppRouter:
        """What its router alone is asked."""

    def send(self, request: RequestLine, *, cookies: str | None, options: SendOptions) -> Exchanged:
        """Send a request."""

    def copy(self, *, last: bool) -> AppHost | None:
        """Give a host of the app as it was when it had loaded, one at a time; None where there can be none.

        After the `last` this host is not asked again.
        """

    def close(self) -> None:
        """Let the app go."""
