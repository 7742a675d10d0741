"""The router of an app in a worker: each question goes there as a message, and its answer is a record.

It knows messages and records, and not how a worker is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from routelab.messages import request_message
from routelab.requestline.record import RequestLine
from routelab.router import AuditReport, KnownRule, RouterDecision, RouteTable, ViewSource
from routelab.routing.built import BuildExplanation

if TYPE_CHECKING:
    from routelab.requestline.urlfor import UrlFor

Answered = TypeVar("Answered")


class AskWorker(Protocol):
    """Asks a question, and reads the reply. Raises RouterStopped and AppDoesNotLoad."""

    def __call__(self, question: str, read: Callable[[dict[str, Any]], Answered], **more: Any) -> Answered:
        """Ask it; `more` is what the message says beside."""


class WorkerRouter:
    """Answers for the router; see `hosts.AppRouter`."""

    def __init__(self, ask: AskWorker) -> None:
        self._ask = ask

    def match(self, request: RequestLine, *, all_candidates: bool) -> RouterDecision:
        return self._ask(
            "match",
            lambda reply: RouterDecision.from_json(reply["decision"]),
            request=request_message(request),
            all_candidates=all_candidates,
        )

    def build(self, wanted: UrlFor) -> BuildExplanation:
        return self._ask(
            "build",
            lambda reply: BuildExplanation.from_json(reply["built"]),
            wanted=repr((wanted.endpoint, wanted.values, wanted.options)),
        )

    def routes(self) -> RouteTable:
        return self._ask("routes", lambda reply: RouteTable.from_json(reply["table"]))

    def known_rules(self) -> tuple[KnownRule, ...]:
        return self._ask("known_rules", lambda reply: tuple(map(KnownRule.from_json, reply["rules"])))

    def view_source(self, endpoint: str) -> ViewSource | None:
        return self._ask("view_source", _view_source, endpoint=endpoint)

    def audit(self) -> AuditReport:
        return self._ask("audit", lambda reply: AuditReport.from_json(reply["report"]))


def _view_source(reply: dict[str, Any]) -> ViewSource | None:
    said = reply["source"]
    return None if said is None else ViewSource.from_json(said)
