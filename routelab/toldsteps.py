"""What a worker told of a request, step by step, and the trace of one that did not come to its end.

It knows records and what was written past them, and no process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from routelab.environ import build_environ
from routelab.loaded import AppFacts, LoadFailure
from routelab.requestline.record import RequestLine
from routelab.sent import sent_request
from routelab.tracing.facts import Heard, Note
from routelab.tracing.steps.kinds import KINDS, AnyStep
from routelab.tracing.steps.log import HANDLERS, UNFIT
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.trace import Trace, TracedApp
from routelab.tracing.untold import told_later

# What a message raises that was not written by a worker of ours, but by code that took its place.
NOT_SAID = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
_LOGGING_FAILED = "--- Logging error ---"  # so logging itself begins its own complaint


class ToldSteps:
    """The steps that a worker has told of, by the place where each began."""

    def __init__(self) -> None:
        self._by_place: dict[int, list[dict[str, Any]]] = {}
        self.answer: Mapping[str, Any] | None = None  # a message that has all the rest of a trace, too

    def add(self, said: Mapping[str, Any]) -> None:
        """Take the steps of a message, in the place of those that were told of the same places before."""
        self._by_place.update(dict(said["steps"]))
        if "trace" in said:
            self.answer = said

    def add_past(self, past: Mapping[int | None, str]) -> tuple[Note, ...]:
        """Give each step what its call wrote past `sys.stdout`; what is nobody's is a note."""
        rest = ""
        for place, text in past.items():
            if place == UNFIT or (place == HANDLERS and _LOGGING_FAILED not in text):
                continue  # the records that were logged say it
            steps = self._by_place.get(-1 if place is None else place)
            call = _call_in(steps[-1]) if steps else None
            if call is not None:
                call["printed_past"] = text
            else:
                rest += text
        note = Note(code="written_past", text=f"wrote past sys.stdout: {rest.rstrip()}")
        return (note,) if rest.strip() else ()

    def take_interrupts_as_own(self) -> None:
        """Take a KeyboardInterrupt for what the app itself brought about: there was no Ctrl-C."""
        for steps in self._by_place.values():
            for step in steps:
                if step["kind"] == "stopped":
                    step.update(StoppedStep.from_json(step).as_own.to_json())

    def end_calls_but(self, running: int | None) -> None:
        """Take as ended the calls that began last, but for the `running` one and those that it is inside."""
        for place, steps in self._by_place.items():
            call = _call_in(steps[-1]) if steps else None
            if call is not None and "heard" in call and (running is None or place > running):
                call["heard"] = Heard.ENDED.value

    def trace_of(self, said: Mapping[str, Any], unreadable: Callable[[], StoppedStep]) -> Trace:
        """Read a trace whose steps are these; they are read when somebody asks for them.

        Where they are none, there is one step: what `unreadable` returns then.
        """
        trace = Trace.from_json({**said, "steps": []})

        def tell() -> Trace:
            try:
                return trace.replace(steps=self.steps())
            except NOT_SAID:
                return trace.replace(steps=(unreadable(),))

        return told_later(tell, **{name: value for name, value in vars(trace).items() if name != "steps"})

    def steps(self) -> tuple[AnyStep, ...]:
        """Return the steps in their order."""
        return tuple(
            KINDS[step["kind"]].from_json(step)  # type: ignore[misc]
            for _, steps in sorted(self._by_place.items())
            for step in steps
        )


def _call_in(step: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a step says of the call that it tells of; None where it tells of none."""
    inline = "call" in KINDS[step["kind"]].json_inline
    return step if inline else step.get("handler")


def failed_trace(failure: LoadFailure, request: RequestLine) -> Trace:
    """Make the trace of any request to an app that did not load."""
    return Trace(
        engine=failure.engine,
        app=TracedApp(target=failure.target, name=""),
        request=sent_request(request, build_environ(request)),
        steps=(failure.step,),
        response=None,
        notes=failure.notes,
    )


def broken_off(
    loaded: AppFacts,
    request: RequestLine,
    cookies: str | None,
    steps: ToldSteps,
    stopped: StoppedStep,
    past: Mapping[int | None, str],
    running: int | None,
) -> Trace:
    """Put together the trace of a request whose process ended.

    `past` is what `add_past` takes, and `running` the place of the step whose call ran, if any did.
    """
    if running not in (HANDLERS, UNFIT):  # they run inside of a call, or of none
        steps.end_calls_but(running)
    environ = build_environ(request, loaded.base, cookies=cookies)
    notes = steps.add_past(past)
    return Trace(
        engine=loaded.engine,
        app=TracedApp(target=loaded.target, name=loaded.name, digest=loaded.digest),
        request=sent_request(request, environ),
        steps=(*steps.steps(), stopped),
        response=None,
        notes=(*loaded.notes, *notes),
    )
