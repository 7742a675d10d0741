"""The step of the request itself: told as it arrives, and completed by what its body was asked for.

It knows an environ, and nothing of what the app does with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from routelab.tracing.body_reads import EmptyRead
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.watching.body_reads import BodyReads
from routelab.tracing.watching.guard import Guard
from routelab.tracing.watching.request_step import FromSettings, request_step
from routelab.tracing.watching.step_recorder import StepRecorder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# In an environ: what would live on with it, a request that middleware made among them.
_LIVE = ("wsgi.input", "wsgi.errors", "werkzeug.request")


class RequestArrival:
    """Keeps the first place among the steps; `body` is a copy of the request's bytes."""

    def __init__(
        self,
        steps: StepRecorder,
        guard: Callable[[str], Guard],
        body_reads: BodyReads,
        body: bytes,
        settings: FromSettings,
    ) -> None:
        self.body_reads = body_reads
        self._steps, self._guard = steps, guard
        self._body, self._settings = body, settings
        self._reads: list[EmptyRead] = []  # what the body was asked for in vain
        self._place = steps.reserve()
        self._arrived = False

    def record(self, environ: WSGIEnvironment) -> None:
        """Note the request: where Flask takes it over, or at the end if no part of Flask ever saw it."""
        if not self._arrived:
            self._arrived = True
            # A copy, since the app writes into its environ; the texts in it are those of this moment.
            arrived = environ.copy()
            for name in _LIVE:
                arrived.pop(name, None)
            tell = partial(_request_steps, arrived, self._body, self._settings, self._reads)
            self._steps.fill_later(self._place, tell, self._guard("the request"))

    @property
    def was_read(self) -> bool:
        """Whether the request had a body, or was asked for one, so that there may be reads to tell."""
        return bool(self._body) or self.body_reads.noticed

    def record_reads(self, status: int | None, view: Any) -> None:
        """Add what the body was asked for in vain; `status` is the response's, if one came."""
        self._reads.extend(self.body_reads.told(status, view))
        # In a worker the request is told as soon as code of the app's is about to run.
        step = self._steps.at(self._place) if self._steps.is_told(self._place) else None
        if self._reads and isinstance(step, RequestStep):
            self._steps.fill(self._place, step.replace(reads=tuple(self._reads)))


def _request_steps(
    arrived: WSGIEnvironment, body: bytes, settings: FromSettings, reads: list[EmptyRead]
) -> Iterator[RequestStep]:
    step = request_step(arrived, body, settings)
    yield step.replace(reads=tuple(reads)) if reads else step
