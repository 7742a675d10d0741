"""The stages CONTEXT and MATCH, watched: the request arrives, and the router is asked.

The router's own explanation is noted here; nothing is matched.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.outcome import Outcome
from routelab.tracing.steps.context import ContextEvent, ContextStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.watching.calls.entered import Calls, observed_here
from routelab.tracing.watching.calls.past_sync import seeing_the_view
from routelab.tracing.watching.kept_routes import AskedMatch, KeptMatch
from routelab.tracing.watching.match_steps import match_steps
from routelab.tracing.watching.own_stages import changed_response
from routelab.tracing.watching.recorder import PendingCall, Phase, Recorder, StageWrapper, guarded
from routelab.tracing.watching.sought_files import OTHER_FILES, ends_like_a_file

_PUSHED, _POPPED = ContextStep(event=ContextEvent.PUSH), ContextStep(event=ContextEvent.POP)
_NOT_TRIED = MatchStep(outcome=Outcome.NOT_TRIED)


def request_context(recorder: Recorder, stage: PendingCall) -> Any:
    """Note the request as its context is made; what came before is middleware's."""
    if recorder.context is not None:
        return stage()
    recorder.arrival.record(stage.argument("environ"))
    context: Any = stage()
    recorder.context = context
    attributes = vars(context)
    attributes["push"] = partial(_push, recorder, context.push)
    attributes["pop"] = partial(_pop, recorder, context.pop)
    attributes["copy"] = partial(_copy, recorder, context.copy)
    recorder.arrival.watch(context.request)
    return context


def forget_context(recorder: Recorder) -> None:
    """Break the circle of the request's context and its wrappers, so that the request goes at once."""
    recorder.arrival.forget()
    for context in () if recorder.context is None else (recorder.context, *recorder.copies):
        for name in ("push", "pop", "copy"):
            vars(context).pop(name, None)
    recorder.copies = ()


def json_was_read(recorder: Recorder) -> bool:
    """Tell whether the app asked its request for the JSON in the body, whatever came of it."""
    # Werkzeug keeps what `get_json` made of the body: strictly, and with `silent`. Nothing public tells.
    kept: tuple[object, ...] = getattr(recorder.request, "_cached_json", ())
    return any(each is not Ellipsis for each in kept)


def _push(recorder: Recorder, original: Any, /, *args: Any, **kwargs: Any) -> Any:
    # `stream_with_context` pushes the same context once more, after its pop.
    if recorder.phase is Phase.LOOP:
        recorder.steps.add(_PUSHED)
    return original(*args, **kwargs)


def _pop(recorder: Recorder, original: Any, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(*args, **kwargs)
    finally:
        if recorder.torn_down:  # else it stays pushed somewhere else
            recorder.torn_down = False
            recorder.steps.add(_POPPED)


def _copy(recorder: Recorder, original: Any) -> Any:
    """See what runs in a copy of the request's context, which is made to be pushed in another thread."""
    copied = original()
    with recorder.guard("what a thread with the request's context ran"):
        calls = observed_here()
        if calls is not None:
            recorder.copies += (copied,)
            _observe_inside(copied, calls)
    return copied


def _observe_inside(context: Any, calls: Calls) -> None:
    """Observe the thread in which a context is pushed, until it is popped."""
    push, pop, inside = context.push, context.pop, ExitStack()

    def pushed(*args: Any, **kwargs: Any) -> Any:
        result = push(*args, **kwargs)
        if observed_here() is None and not calls.over:
            inside.enter_context(calls.in_this_thread())
        return result

    def popped(*args: Any, **kwargs: Any) -> Any:
        inside.close()
        return pop(*args, **kwargs)

    vars(context).update(push=pushed, pop=popped)


def create_url_adapter(recorder: Recorder, stage: PendingCall) -> Any:
    """Watch the router that is bound to a request; without one it is only for `url_for`."""
    adapter = stage()
    request = stage.argument("request")
    if request is not None and adapter is not None and recorder.routed.explanation is None:
        with recorder.guard("what the router did"):  # whatever the app has in the place of an adapter
            adapter.match = partial(_watched_match, recorder, request, adapter)
    return adapter


def _watched_match(recorder: Recorder, request: Any, adapter: Any, /, *args: Any, **kwargs: Any) -> Any:
    del adapter.match
    watched_app = recorder.watched_app
    asked = AskedMatch(adapter, args, kwargs, request, "create_url_adapter" in watched_app.replaced)
    known = explanation = None
    with recorder.guard("the rules as they were"):
        known = watched_app.routes.known(asked)
    with recorder.guard("what the router did"):
        recorder.routed.place = recorder.steps.reserve()
        explanation = observe(adapter, *args, watched=known is None, **kwargs)
        if known is not None and not known.came_out_as(explanation):
            known, explanation = None, observe(adapter, *args, **kwargs)
        _tell_of_match(recorder, asked, explanation, known)
    if explanation is not None:
        return explanation.replay()
    found = adapter.match(*args, **kwargs)
    with recorder.guard("what the router did"):
        recorder.routed.endpoint = getattr(found[0], "endpoint", found[0])
    return found


def _tell_of_match(
    recorder: Recorder, asked: AskedMatch, explanation: MatchExplanation, kept: KeptMatch | None
) -> None:
    routed, place, rule = recorder.routed, recorder.routed.place, explanation.run.rule
    assert place is not None
    routed.explanation, error = explanation, explanation.error
    routed.error = error
    if rule is not None:
        routed.endpoint = rule.endpoint
    elif ends_like_a_file(asked.request.path):
        recorder.at_end(*OTHER_FILES)
    if kept is None:
        with recorder.guard("the rules as they were"):
            kept = recorder.watched_app.routes.keep(asked, explanation)
    if kept is None:
        raised = None if error is None else recorder.raised(error)
        recorder.steps.fill_with(place, match_steps(explanation, raised))
        return
    if error is not None:
        recorder.exceptions.tells(error)
    routed.explanation, routed.place = kept.explanation, None  # nothing is left to judge
    tell = partial(kept.steps, suggestions=recorder.options.suggestions)
    recorder.steps.fill_later(place, tell, "the rules that did not win")


def full_dispatch_request(recorder: Recorder, stage: PendingCall) -> Any:
    """Note, as the context is pushed, a router that was not asked: the host was refused, for example."""
    recorder.progress.dispatched = True
    if recorder.routed.explanation is None:
        recorder.steps.add(_NOT_TRIED)
    response = seeing_the_view(recorder, "full_dispatch_request", stage)
    changed_response(recorder, "full_dispatch_request", response)
    return response


def do_teardown_request(recorder: Recorder, stage: PendingCall) -> Any:
    """Note that the context goes, and that the hooks to come are its teardown hooks."""
    recorder.torn_down = True
    return recorder.staged(Phase.TEARDOWN_REQUEST, stage)


def do_teardown_appcontext(recorder: Recorder, stage: PendingCall) -> Any:
    """Know that the hooks to come are those of the application context."""
    return recorder.staged(Phase.TEARDOWN_APPCONTEXT, stage)


STAGES: dict[str, StageWrapper] = {
    "request_context": guarded(request_context),
    "create_url_adapter": create_url_adapter,
    "full_dispatch_request": full_dispatch_request,
    "do_teardown_request": do_teardown_request,
    "do_teardown_appcontext": do_teardown_appcontext,
}
