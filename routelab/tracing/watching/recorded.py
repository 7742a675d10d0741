"""What the stages of one request leave for those that come after them, parted by what it is about.

The stages fill it in and read it; nothing here decides anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routelab.tracing.facts import Call, Pairs
from routelab.tracing.sought import SoughtFile
from routelab.tracing.steps.response import Origin
from routelab.tracing.watching.origins import MADE
from routelab.tracing.watching.replaced import Replaced

if TYPE_CHECKING:
    from routelab.routing.explanation import MatchExplanation


class Routed:
    """What the router did, once it was asked; `place` is its step's while rules are still to be judged."""

    __slots__ = ("endpoint", "error", "explanation", "place")

    def __init__(self) -> None:
        self.explanation: MatchExplanation | None = None
        self.error: Exception | None = None
        self.place: int | None = None
        self.endpoint = ""


class ErrorHandling:
    """The error that handlers are asked about, and what became of it.

    `error` stands behind the place of its step, `handler` is what the handler did with it, and `page` the
    response that Flask made of an error's own page; `page_kept`: no after_request function returned another.
    `turned_into` is the HTTP error that was looked up in place of that one. `replaced` is there while a
    function in the place of Flask's own handles an error. `looked_up` is all that was looked up among the
    handlers: the error, the place of its step, and whether as a 500.
    """

    __slots__ = ("error", "handler", "looked_up", "page", "page_kept", "replaced", "turned_into")

    def __init__(self) -> None:
        self.error: tuple[int, BaseException] | None = None
        self.handler: Call | None = None
        self.page: Any = None
        self.page_kept = True
        self.turned_into: Exception | None = None
        self.replaced: Replaced | None = None
        self.looked_up: list[tuple[BaseException, int, bool]] = []


class Answering:
    """The response on its way out; `became` tells whether anything that was returned became one.

    `producer` is whom its own headers are credited to, and `headers_on_the_way` what they were as it left
    each function around the one that made it, innermost first. `status_by` is who set the status that it has
    now, where that is not who made it.
    """

    __slots__ = ("became", "headers_on_the_way", "producer", "response", "status_by", "streams")

    def __init__(self) -> None:
        self.response: Any = None
        self.became = False
        self.streams = False
        self.producer: Origin = MADE
        self.status_by: Origin | None = None
        self.headers_on_the_way: tuple[tuple[Origin, Pairs], ...] = ()


class FileSearch:
    """Whether any function looked for a file, and the one that was `missed` in the call that runs."""

    __slots__ = ("missed", "sought")

    def __init__(self) -> None:
        self.sought = False
        self.missed: SoughtFile | None = None


class MadeInView:
    """What a view made by calling a function, and may not have returned.

    `responses` stand each after that function's name; `unsent` are the place of the step, and those that were
    not returned; `aborted` are errors that it raised by calling `abort`.
    """

    def __init__(self) -> None:
        self.responses: tuple[tuple[str, Any], ...] = ()
        self.unsent: tuple[int, tuple[tuple[str, Any], ...]] | None = None
        self.aborted: list[BaseException] = []
