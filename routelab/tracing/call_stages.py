"""The learner's own callables, watched: views, hooks and error handlers, each as one Call.

Every one of them passes `ensure_sync` just before it is called; which of them it is follows from the stage
that runs. Two kinds of hook do not pass there: their registries are replaced while they are gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from routelab.tracing.recorder import Arguments, During, Keywords, Original, Recorder, Watch, current
from routelab.tracing.records import Call, HookStep, Origin, Stage, ViewStep, When
from routelab.tracing.sources import is_static_view
from routelab.tracing.values import named_values, value_of

Lines: TypeAlias = tuple[str, ...]
Done: TypeAlias = Callable[[Call, Lines], None]  # takes what came of a call, and the lines that ran

_OWN_CODE, _DISPATCH, _ERROR = During.OWN_CODE, During.DISPATCH, During.ERROR
_HOOKS = {
    During.BEFORE: When.BEFORE_REQUEST,
    During.AFTER: When.AFTER_REQUEST,
    During.TEARDOWN_REQUEST: When.TEARDOWN_REQUEST,
    During.TEARDOWN_APPCONTEXT: When.TEARDOWN_APPCONTEXT,
}


def ensure_sync(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """See to it that the coming call of a callable is noted."""
    run: Callable[..., Any] = original(*args, **kwargs)
    function = args[0] if args else kwargs["func"]
    during = recorder.during
    if during is _OWN_CODE:
        # A class-based view passes here again with the method that really answers.
        if recorder.view is not None and hasattr(getattr(function, "__self__", None), "dispatch_request"):
            recorder.view = function
    elif during is _DISPATCH:
        return partial(_run_view, recorder, function, run)
    elif during is _ERROR:
        return partial(_run_handler, recorder, function, run)
    elif during in _HOOKS:
        when, blueprint = _registered(recorder.app, _HOOKS[during], function)
        return partial(_run_hook, recorder, when, blueprint, function, run)
    return run


def _run_view(recorder: Recorder, function: Any, run: Any, /, *args: Any, **kwargs: Any) -> Any:
    place = recorder.tape.reserve()
    recorder.view = function

    def done(call: Call, source: Lines) -> None:
        recorder.view = None
        builtin = call.place.file is None and is_static_view(function)
        step = ViewStep(endpoint=recorder.endpoint, call=call, source=source, builtin=builtin)
        recorder.tape.fill(place, step)
        recorder.producer = Origin(stage=Stage.VIEW, place=call.place)

    return _call(recorder, function, run, args, kwargs, done)


def _run_handler(recorder: Recorder, function: Any, run: Any, /, *args: Any, **kwargs: Any) -> Any:
    def done(call: Call, _source: Lines) -> None:
        recorder.handler = call
        recorder.producer = Origin(stage=Stage.ERROR, place=call.place)

    return _call(recorder, function, run, args, kwargs, done)


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
    place = recorder.tape.reserve()
    view, recorder.view = recorder.view, None  # a context processor runs inside the view

    def done(call: Call, _source: Lines) -> None:
        recorder.view = view
        recorder.tape.fill(place, HookStep(when=when, blueprint=blueprint, call=call))

    result = _call(recorder, function, run, args, kwargs, done)
    origin = Origin(stage=Stage.HOOK, place=recorder.sources.place(function))
    if when is When.BEFORE_REQUEST:
        recorder.producer = origin
    elif when in (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST) and hasattr(result, "headers"):
        recorder.ledger.note(result.headers, origin)
    return result


def _call(
    recorder: Recorder,
    function: Any,
    run: Any,
    args: Arguments,
    kwargs: Keywords,
    done: Done,
) -> Any:
    """Run the learner's callable, and hand its Call to `done` however it ends."""
    outer, recorder.during = recorder.during, _OWN_CODE
    # Values are described before the call: the learner's code may change them in place.
    arguments = named_values({**_positional(function, args), **kwargs} if args else kwargs)
    mark = recorder.printed.mark()
    returned = raised = None
    try:
        result = run(*args, **kwargs)
        returned = value_of(result)
        return result
    except Exception as error:
        raised = recorder.sources.raised(error)
        raise
    finally:
        recorder.during = outer
        ran = function if recorder.view is None else recorder.view
        place, source = recorder.sources.place_and_lines(ran)
        call = Call(
            place=place,
            arguments=arguments,
            printed=recorder.printed.since(mark),
            returned=returned,
            raised=raised,
        )
        done(call, source)


def _positional(function: Any, args: Arguments) -> Keywords:
    """Name positional arguments as the function does: `{"response": <Response>}`."""
    code = getattr(function, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    return {names[n] if n < len(names) else f"argument {n + 1}": arg for n, arg in enumerate(args)}


def _registered(app: Any, when: When, function: Any) -> tuple[When, str | None]:
    """Tell which blueprint registered a hook, None for the app itself."""
    if when is When.TEARDOWN_APPCONTEXT:
        return when, None
    registered = {
        When.BEFORE_REQUEST: app.before_request_funcs,
        When.AFTER_REQUEST: app.after_request_funcs,
        When.TEARDOWN_REQUEST: app.teardown_request_funcs,
    }[when]
    for name, functions in registered.items():
        if function in functions:
            return when, name
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


STAGES: dict[str, Watch] = {"ensure_sync": ensure_sync}
