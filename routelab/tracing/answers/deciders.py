"""Who may have decided what a request came to, whoever comes first of those that did.

Each reads a finished trace, and answers None where it was another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.around import (
    automatic_options,
    middleware,
    own_dispatch,
    sending,
    session_or_stream,
)
from routelab.tracing.answers.hook import hook
from routelab.tracing.answers.router import router
from routelab.tracing.answers.unfinished import not_loaded, stopped
from routelab.tracing.answers.view import unplaced, view

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

Decider: TypeAlias = "Callable[[Trace], Answer | None]"

DECIDERS: tuple[Decider, ...] = (
    not_loaded,
    stopped,
    middleware,
    hook,
    session_or_stream,
    sending,
    router,
    automatic_options,
    own_dispatch,
    view,
    unplaced,
)
