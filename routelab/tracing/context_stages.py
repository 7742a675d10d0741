"""The stages CONTEXT and MATCH, watched: the request arrives, and the router is asked.

The router's own explanation is noted here; nothing is matched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.outcome import Outcome
from routelab.tracing.match_steps import converters_step, match_step, may_wait
from routelab.tracing.recorder import Arguments, During, Keywords, Original, Recorder, Watch
from routelab.tracing.records import ContextStep, Event, MatchStep, Step
from routelab.tracing.sources import Sources

_LOOP = During.LOOP
_PUSHED, _POPPED = ContextStep(event=Event.PUSH), ContextStep(event=Event.POP)
_NOT_TRIED = MatchStep(outcome=Outcome.NOT_TRIED)


def request_context(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note the request as its context is made; what came before is middleware's."""
    if recorder.context is not None:
        return original(*args, **kwargs)
    recorder.arrives(args[-1])
    context: Any = original(*args, **kwargs)
    recorder.context = context
    attributes = vars(context)
    attributes["push"] = partial(_push, recorder, context.push)
    attributes["pop"] = partial(_pop, recorder, context.pop)
    return context


def forget_context(recorder: Recorder) -> None:
    """Break the circle of the request's context and its shadows, so that the request goes at once."""
    if recorder.context is not None:
        vars(recorder.context).pop("push", None)
        vars(recorder.context).pop("pop", None)


def json_was_read(recorder: Recorder) -> bool:
    """Tell whether the app asked its request for the JSON in the body, whatever came of it."""
    request = getattr(recorder.context, "request", None)
    # Werkzeug keeps what `get_json` made of the body: strictly, and with `silent`. Nothing public tells.
    kept: tuple[object, ...] = getattr(request, "_cached_json", ())
    return any(each is not Ellipsis for each in kept)


def _push(recorder: Recorder, original: Original, /, *args: Any, **kwargs: Any) -> Any:
    # `stream_with_context` pushes the same context once more, after its pop.
    if recorder.during is _LOOP:
        recorder.tape.add(_PUSHED)
    return original(*args, **kwargs)


def _pop(recorder: Recorder, original: Original, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(*args, **kwargs)
    finally:
        if recorder.torn_down:  # else it stays pushed somewhere else
            recorder.torn_down = False
            recorder.tape.add(_POPPED)


def create_url_adapter(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Watch the router that is bound to a request; without one it is only for `url_for`."""
    adapter = original(*args, **kwargs)
    request = args[-1] if args else kwargs.get("request")
    if request is not None and adapter is not None and recorder.explanation is None:
        adapter.match = _watched_match(recorder, adapter)
    return adapter


def _watched_match(recorder: Recorder, adapter: Any) -> Callable[..., Any]:
    def match(*args: Any, **kwargs: Any) -> Any:
        del adapter.match
        place = recorder.tape.reserve()
        recorder.explanation = explanation = observe(adapter, *args, **kwargs)
        # Not the recorder itself: it holds the request, and the steps may be read long after.
        tell = partial(
            _steps_of, explanation, recorder.sources, recorder.app.view_functions, recorder.all_candidates
        )
        if may_wait(explanation, adapter.map):
            recorder.tape.fill_when_read(place, tell)
        else:
            steps = tuple(tell())
            recorder.tape.fill_when_read(place, lambda: steps)
        found = explanation.replay()
        recorder.endpoint = getattr(found[0], "endpoint", found[0])
        return found

    return match


def _steps_of(
    explanation: MatchExplanation, sources: Sources, view_functions: Mapping[str, Any], all_candidates: bool
) -> Iterator[Step]:
    error = explanation.error
    yield match_step(
        explanation,
        partial(sources.view_place, view_functions),
        all_candidates=all_candidates,
        raised=None if error is None else sources.raised(error),
    )
    if explanation.values:
        yield converters_step(explanation)


def full_dispatch_request(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note, as the context is pushed, a router that was not asked: the host was refused, for example."""
    if recorder.explanation is None:
        recorder.tape.add(_NOT_TRIED)
    return original(*args, **kwargs)


def do_teardown_request(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note that the context goes, and that the hooks to come are its teardown hooks."""
    recorder.torn_down = True
    return recorder.staged(During.TEARDOWN_REQUEST, original, args, kwargs)


def do_teardown_appcontext(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Know that the hooks to come are those of the application context."""
    return recorder.staged(During.TEARDOWN_APPCONTEXT, original, args, kwargs)


STAGES: dict[str, Watch] = {
    "request_context": request_context,
    "create_url_adapter": create_url_adapter,
    "full_dispatch_request": full_dispatch_request,
    "do_teardown_request": do_teardown_request,
    "do_teardown_appcontext": do_teardown_appcontext,
}
