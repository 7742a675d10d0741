"""The learner's own callables, watched: views, hooks and error handlers, each as one Call.

Every one of them passes `ensure_sync` just before it is called; which of them it is follows from the stage
that runs. Two kinds of hook do not pass there: their registries are replaced while they are gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

from routelab.routing.wording import endpoint_text
from routelab.stopping import ENDS_A_REQUEST
from routelab.tracing.facts import Call, Logged
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.steps.view import BareDecorator, ViewStep
from routelab.tracing.watching.calls.dispatched import Dispatched, layers_of_view
from routelab.tracing.watching.calls.telling import CallTelling
from routelab.tracing.watching.code.decorators import stands_under_its_name, swallowed_by, wrapper_above_route
from routelab.tracing.watching.code.layers import layers_of, with_layers_of
from routelab.tracing.watching.code.registrations import is_no_function, with_registration
from routelab.tracing.watching.code.sources import is_static_view
from routelab.tracing.watching.code.values import named_values
from routelab.tracing.watching.own_stages import another_body, response_seen, seen, view_ended
from routelab.tracing.watching.recorded import SeenResponse
from routelab.tracing.watching.recorder import PendingCall, Phase, Recorder, StageWrapper, current
from routelab.tracing.watching.sought_files import OTHER_FILES

# Takes a call: as it begins, where somebody wants to know, and what came of it.
Note: TypeAlias = Callable[[Call], None]

_CALL = "what a function of the app's own did"
_SYNC = "ensure_sync"
_AFTER = (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST)
_NOTHING_SEEN = seen(None)
_OWN_CODE, _DISPATCH, _ERROR = Phase.OWN_CODE, Phase.DISPATCH, Phase.ERROR
_HOOKS = {
    Phase.BEFORE: When.BEFORE_REQUEST,
    Phase.AFTER: When.AFTER_REQUEST,
    Phase.TEARDOWN_REQUEST: When.TEARDOWN_REQUEST,
    Phase.TEARDOWN_APPCONTEXT: When.TEARDOWN_APPCONTEXT,
}


def ensure_sync(recorder: Recorder, stage: PendingCall) -> Any:
    """See to it that the coming call of a callable is noted."""
    run: Callable[..., Any] = stage()
    function = stage.argument("func")
    phase = recorder.phase
    if phase is _OWN_CODE:
        # A class-based view passes here again with the method that really answers.
        if recorder.dispatched_to is not None:
            own_sync = _SYNC in recorder.watched_app.replaced
            return recorder.dispatched_to.watching(function, run, own_sync=own_sync)
        return run
    if recorder.watched_app.replaced:
        with recorder.guard("what an own stage calls"):
            if not _is_of_phase(recorder, phase, function):
                return run
    if phase is _DISPATCH:
        return partial(_run_view, recorder, function, run)
    if phase is _ERROR:
        return partial(_run_handler, recorder, function, run)
    if phase in _HOOKS:
        with recorder.guard("which hook was called"):
            when, blueprint = _registered(recorder, _HOOKS[phase], function)
            return partial(_run_hook, recorder, when, blueprint, function, run)
    return run


def _is_of_phase(recorder: Recorder, phase: Phase, function: Any) -> bool:
    """Tell whether a callable is what a stage is there to call: one of the app's own may call others, too."""
    app = recorder.app
    if phase is _DISPATCH:
        views = app.view_functions
        return function is views.get(recorder.routed.endpoint) or _is_among(function, views.values())
    if phase is Phase.BEFORE:
        return _is_among(function, chain.from_iterable(app.before_request_funcs.values()))
    if phase is _ERROR:
        by_code = chain.from_iterable(of_scope.values() for of_scope in app.error_handler_spec.values())
        return _is_among(function, chain.from_iterable(handlers.values() for handlers in by_code))
    return True


def _is_among(function: Any, registered: Iterable[Any]) -> bool:
    """Tell whether a function is one of those that are registered, or stands around one."""
    known = tuple(registered)
    if any(each is function for each in known):
        return True
    code = layers_of(function, "")[-1].code
    return code is not None and any(code is layers_of(each, "")[-1].code for each in known)


def _run_view(recorder: Recorder, function: Any, run: Any, /, *args: Any, **kwargs: Any) -> Any:
    place = recorder.steps.reserve()
    recorder.dispatched_to = Dispatched(recorder.sources, recorder.context, recorder.guard)

    def note(call: Call) -> None:
        call = _as_registered(recorder, call, function, "add_url_rule", str(recorder.routed.endpoint))
        if not stands_under_its_name(function):
            recorder.at_end("what else has the view's name", _tell_of_rebound)
        if recorder.watched_app.loops.may_have_made(function):
            recorder.at_end("which loop made the view", partial(_tell_of_loop, function))
        builtin = call.place.file is None and is_static_view(function)
        step = ViewStep(
            endpoint=endpoint_text(recorder.routed.endpoint),
            call=call,
            builtin=builtin,
            bare=_bare(recorder, function, call),
        )
        recorder.steps.fill(place, step)
        recorder.answering.producer = Origin(stage=Stage.VIEW, place=call.answerer)

    try:
        result = _call(recorder, place, function, run, args, kwargs, note)
        view_ended(recorder, place, result)
        return result
    except Exception as error:
        view_ended(recorder, place, None, error)
        raise
    finally:
        recorder.dispatched_to = None


def _bare(recorder: Recorder, function: Any, call: Call) -> BareDecorator | None:
    """Find why a view could not be called, where it is a decorator that lacks its parentheses."""
    if call.ran:
        return None
    answered = call.answered_by
    if call.raised is None and (answered is None or answered.ran):
        return None
    found = swallowed_by(function, recorder.sources)
    if found is None:
        return None
    return BareDecorator(name=found.maker, function=recorder.sources.place(found.function))


def _tell_of_rebound(recorder: Recorder) -> None:
    """Add to the view's step what has its name in its module, where that wraps the view."""
    wrapper = wrapper_above_route(recorder.app, str(recorder.routed.endpoint), recorder.sources)
    if wrapper is None:
        return
    for place, _ in recorder.steps.each(ViewStep):
        recorder.steps.amend(place, ViewStep, rebound=wrapper)


def _tell_of_loop(function: Any, recorder: Recorder) -> None:
    """Add to the view's step the variable of a loop that it shares with the other views of that loop."""
    shared = recorder.watched_app.loops.variable_of(function)
    if shared is None:
        return
    for place, _ in recorder.steps.each(ViewStep):
        recorder.steps.amend(place, ViewStep, loop=shared)


def _run_handler(recorder: Recorder, function: Any, run: Any, /, *args: Any, **kwargs: Any) -> Any:
    def note(call: Call) -> None:
        call = _as_registered(recorder, call, function, "register_error_handler")
        recorder.handling.handler = call
        recorder.answering.producer = Origin(stage=Stage.ERROR, place=call.answerer)

    place = None if recorder.handling.error is None else recorder.handling.error[0]
    answer = _call(recorder, place, function, run, args, kwargs, note)
    recorder.gives_replacement(answer)
    return answer


def _run_hook(
    recorder: Recorder,
    when: When,
    blueprint: str | None,
    function: Any,
    run: Any,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    place = recorder.steps.reserve()
    recorder.hooks += ((function, place),)
    # A context processor runs inside the view.
    view, recorder.dispatched_to = recorder.dispatched_to, None

    def note(call: Call) -> None:
        call = _as_registered(recorder, call, function, when.value)
        recorder.steps.fill(place, HookStep(when=when, blueprint=blueprint, call=call))

    given = args[0] if when in _AFTER and args else None
    before = _NOTHING_SEEN
    with recorder.guard("what a hook made of the response"):
        before = seen(given)
    result = None
    try:
        result = _call(recorder, place, function, run, args, kwargs, note)
    finally:
        recorder.dispatched_to = view
        with recorder.guard("where headers came from"):
            _note_origin(recorder, when, function, given, result)
    if when in _AFTER:
        with recorder.guard("what a hook made of the response"):
            _note_changes(recorder, place, before, result)
            response_seen(recorder, result)
    return result


def _as_registered(
    recorder: Recorder, call: Call, function: Any, by: str, endpoint: str | None = None
) -> Call:
    """Add to a call what was registered, and by which line, if it is no function."""
    if call.ran or call.raised is None or not is_no_function(function):
        return call
    return with_registration(call, function, by, recorder.sources, endpoint)


def _note_origin(recorder: Recorder, when: When, function: Any, given: Any, result: Any) -> None:
    """Note whose the headers are of what a hook answers, or leaves of the response that it was given."""
    origin = Origin(stage=Stage.HOOK, place=recorder.sources.place(function))
    if when is When.BEFORE_REQUEST:
        recorder.answering.producer = origin
    elif when in _AFTER:
        # What it was given may be sent all the same where it returns nothing, or fails.
        response = result if hasattr(result, "headers") else given
        if response is not given:
            recorder.origins.restart()
        for outer, headers in recorder.answering.headers_on_the_way:  # innermost first
            recorder.origins.note(headers, outer.replace(stage=Stage.HOOK))
        whole = hasattr(response, "headers")
        recorder.origins.note(getattr(response, "headers", ()), origin, whole=whole)


def _note_changes(recorder: Recorder, place: int, before: SeenResponse, response: Any) -> None:
    """Note what an after_request function made of the response, beside its headers."""
    if not hasattr(response, "headers"):
        return
    after = seen(response)
    status, other = after.status, response is not before.response
    new_status = isinstance(status, int) and status != before.status
    new_body = other or another_body(before, after)
    if after.body is before.body and not (other or new_status):
        return
    step = recorder.steps.at(place)
    if isinstance(step, HookStep):
        origin = Origin(stage=Stage.HOOK, place=step.call.answerer)
        if other or new_status:
            recorder.answering.status_by = origin
        if new_body:
            recorder.answering.body_by = origin
        if after.body is not before.body:
            recorder.answering.streams = recorder.answering.streams and bool(response.is_streamed)
        step = step.replace(
            set_status=status if new_status else None,
            set_body=new_body and not other,
            other_response=other,
        )
        recorder.steps.fill(place, step)


def _call(
    recorder: Recorder,
    step: int | None,
    function: Any,
    run: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    note: Note,
) -> Any:
    """Run the learner's callable, and hand its Call to `note` however it ends; `step` is its place."""
    telling: CallTelling | None = None
    with recorder.guard(_CALL):
        telling = recorder.staged(_OWN_CODE, partial(_begin, recorder, function, run, args, kwargs, note))
    own = _OwnCode(recorder, step)
    ended: Callable[[], None] | None = None
    try:
        if telling is None:
            return run(*args, **kwargs)
        result = telling.watching(run, args, kwargs)
        ended = partial(telling.returns, result)
        return result
    except ENDS_A_REQUEST:
        raise
    except BaseException as error:
        ended = None if telling is None else partial(telling.raises, error)
        raise
    finally:
        if telling is None:
            own.end()
        else:
            with recorder.guard(_CALL):
                own.tell(telling, ended, note)
        telling = ended = None  # what was raised comes by here, and would hold itself


class _OwnCode:
    """The time in which the learner's code runs, until `end`: what it prints, logs, misses is its own."""

    def __init__(self, recorder: Recorder, step: int | None) -> None:
        self._recorder = recorder
        self._phase, recorder.phase = recorder.phase, _OWN_CODE
        self._missed, recorder.missed_file = recorder.missed_file, None
        self._mark = recorder.printed.mark()
        self._owner = recorder.output.change(step)
        recorder.logs.begin()

    def tell(self, telling: CallTelling, ended: Callable[[], None] | None, note: Note) -> None:
        """Hand a call to `note`; `ended` notes how it did, and may ask values that are the learner's."""
        recorder, call = self._recorder, None
        try:
            try:
                if ended is not None:
                    ended()
            finally:
                logged = self.end()
            call = telling.call(printed=recorder.printed.since(self._mark), logged=logged)
            recorder.answering.headers_on_the_way = tuple(telling.headers(call))
            recorder.answering.status_changer = telling.status_changer(call)
        finally:
            note(telling.unnoted() if call is None else call)
            telling.forget()
        if call.sought is not None:
            recorder.at_end(*OTHER_FILES)

    def end(self) -> tuple[Logged, ...]:
        """Let what comes be somebody else's again; return what was logged meanwhile."""
        recorder = self._recorder
        recorder.phase, recorder.missed_file = self._phase, self._missed
        recorder.output.change(self._owner)
        return recorder.logs.end()


def _begin(
    recorder: Recorder,
    function: Any,
    run: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    note: Note,
) -> CallTelling:
    """Describe a call that is about to begin: its values may be changed in place, and it may be the last."""
    given = named_values(_given(function, args, kwargs))
    name = str(recorder.routed.endpoint).rpartition(".")[2]
    layers = layers_of_view(function, name)
    if _SYNC in recorder.watched_app.replaced:  # it need not call the function
        layers = with_layers_of(run, layers, name)
    telling = CallTelling(recorder, layers, given)
    if recorder.calling is not None:
        note(telling.begun())
        recorder.tell_before_own_code()
    return telling


def _given(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Name all that a function gets: what a partial has bound comes first, or stands behind a keyword."""
    while type(function) is partial:
        args, kwargs = (*function.args, *args), {**function.keywords, **kwargs}
        function = function.func
    return {**_positional(function, args), **kwargs} if args else kwargs


def _positional(function: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    """Name positional arguments as the function does: `{"response": <Response>}`."""
    code = getattr(function, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    return {names[n] if n < len(names) else f"argument {n + 1}": arg for n, arg in enumerate(args)}


def _registered(recorder: Recorder, when: When, function: Any) -> tuple[When, str | None]:
    """Tell for which blueprint of the request a hook runs, None for the app itself.

    A blueprint that is registered twice has its functions under both names, and one function may be the hook
    of several: each of its runs is for the next of them.
    """
    if when is When.TEARDOWN_APPCONTEXT:
        return when, None
    app = recorder.app
    registered = {
        When.BEFORE_REQUEST: app.before_request_funcs,
        When.AFTER_REQUEST: app.after_request_funcs,
        When.TEARDOWN_REQUEST: app.teardown_request_funcs,
    }[when]
    if len(registered) > 1 or None not in registered:
        inside = getattr(recorder.request, "blueprints", ())
        order = (None, *reversed(inside)) if when is When.BEFORE_REQUEST else (*inside, None)
        owners = [name for name in order if function in registered.get(name, ())]
        if owners:
            ran = sum(each is function for each, _ in recorder.hooks)
            return when, owners[ran % len(owners)]
    if function in registered.get(None, ()):
        return when, None
    return (When.AFTER_THIS_REQUEST if when is When.AFTER_REQUEST else when), None


@contextmanager
def hooks_called_directly(recorder: Recorder, when: When, registry: str) -> Iterator[None]:
    """Watch the hooks of a registry whose calls do not pass `ensure_sync`."""
    attributes = vars(recorder.app)
    functions_by_name = attributes[registry]

    def watched(name: str | None, function: Any) -> Callable[..., Any]:
        def hook(*args: Any, **kwargs: Any) -> Any:
            if current.get() is not recorder:  # another thread goes through the same registry
                return function(*args, **kwargs)
            return _run_hook(recorder, when, name, function, function, *args, **kwargs)

        return hook

    attributes[registry] = {
        name: [function if _is_builtin(function) else watched(name, function) for function in functions]
        for name, functions in functions_by_name.items()
    }
    try:
        yield
    finally:
        attributes[registry] = functions_by_name


def _is_builtin(processor: Any) -> bool:
    # Both engines register their own processor (request, session, g) under this name.
    return getattr(processor, "__name__", "") == "_default_template_ctx_processor"


STAGES: dict[str, StageWrapper] = {_SYNC: ensure_sync}
