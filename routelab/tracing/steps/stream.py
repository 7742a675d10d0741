"""The stream step: the body was made while it was read."""

from __future__ import annotations

from routelab.tracing.facts import Raised
from routelab.tracing.phrases import count, raised
from routelab.tracing.steps.step import Importance, Step

# As Flask's own message begins, where code asks for the request and there is none.
_OUTSIDE = "Working outside of request context"
CONTEXT_GONE = "the request's context was gone: a body is read after the view; stream_with_context keeps it"


class StreamStep(Step):
    """The body was read piece by piece; size in bytes."""

    json_tag = ("kind", "stream")

    chunks: int
    size: int
    raised: Raised | None = None

    @property
    def headline(self) -> str:
        return f"the body was read in {count(self.chunks, 'piece')}, {count(self.size, 'byte')} in all"

    @property
    def details(self) -> tuple[str, ...]:
        if self.raised is None:
            return ()
        return (raised(self.raised), CONTEXT_GONE) if self.context_gone else (raised(self.raised),)

    @property
    def context_gone(self) -> bool:
        """Whether it was asked for the request when that was over."""
        return self.raised is not None and self.raised.message.startswith(_OUTSIDE)

    @property
    def importance(self) -> Importance:
        """A body of one piece is read like any other."""
        if self.raised is not None:
            return Importance.DECIDES
        return Importance.SHOWN if self.chunks > 1 else Importance.DETAIL
