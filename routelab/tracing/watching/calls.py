"""The learner's own callables, watched: views, hooks and error handlers, each as one Call.

Every one of them passes `ensure_sync` just before it is called; which of them it is follows from the stage
that runs. Two kinds of hook do not pass there: their registries are replaced while they are gone through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from types import CodeType, FunctionType
from typing import Any, TypeAlias

from routelab.stopping import LimitReached
from routelab.tracing.facts import Call, FunctionKind, Logged, NamedValue, Pairs, Raised, Wrapper
from routelab.tracing.sought import SoughtFile
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.steps.view import BareDecorator, ViewStep
from routelab.tracing.watching.bare_decorators import swallowed_by
from routelab.tracing.watching.decorators import makers_of
from routelab.tracing.watching.dispatched import Dispatched
from routelab.tracing.watching.entered import BUILTIN, Layer, code_of, layers_of, made_generator, observed
from routelab.tracing.watching.recorder import (
    Arguments,
    Keywords,
    Original,
    Phase,
    Recorder,
    StageWrapper,
    current,
)
from routelab.tracing.watching.sought_files import sought_and_found, sought_in_vain
from routelab.tracing.watching.sources import Placed, innermost, is_frameworks, is_static_view
from routelab.tracing.watching.values import named_values

# Takes a call: as it begins, where somebody wants to know, and what came of it.
Note: TypeAlias = Callable[[Call], None]

_CALL = "what a function of the app's own did"
# What ends a request is told by a step of its own.
_FROM_OUTSIDE = (LimitReached, KeyboardInterrupt, SystemExit)
_OWN_CODE, _DISPATCH, _ERROR = Phase.OWN_CODE, Phase.DISPATCH, Phase.ERROR
_HOOKS = {
    Phase.BEFORE: When.BEFORE_REQUEST,
    Phase.AFTER: When.AFTER_REQUEST,
    Phase.TEARDOWN_REQUEST: When.TEARDOWN_REQUEST,
    Phase.TEARDOWN_APPCONTEXT: When.TEARDOWN_APPCONTEXT,
}
# As inspect.CO_GENERATOR, CO_COROUTINE and CO_ASYNC_GENERATOR.
_KINDS = (
    (0x20, FunctionKind.GENERATOR),
    (0x80, FunctionKind.ASYNC),
    (0x200, FunctionKind.ASYNC_GENERATOR),
)
_ANY_KIND = 0x20 | 0x80 | 0x200


def ensure_sync(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """See to it that the coming call of a callable is noted."""
    run: Callable[..., Any] = original(*args, **kwargs)
    function = args[0] if args else kwargs["func"]
    phase = recorder.phase
    if phase is _OWN_CODE:
        # A class-based view passes here again with the method that really answers.
        if recorder.dispatched_to is not None:
            return recorder.dispatched_to.watching(function, run)
    elif phase is _DISPATCH:
        return partial(_run_view, recorder, function, run)
    elif phase is _ERROR:
        return partial(_run_handler, recorder, function, run)
    elif phase in _HOOKS:
        with recorder.guard("which hook was called"):
            when, blueprint = _registered(recorder.app, _HOOKS[phase], function)
            return partial(_run_hook, recorder, when, blueprint, function, run)
    return run


def _run_view(recorder: Recorder, function: Any, run: Any, /, *args: Any, **kwargs: Any) -> Any:
    place = recorder.steps.reserve()
    recorder.dispatched_to = Dispatched(recorder.sources, recorder.context, recorder.notes)

    def note(call: Call) -> None:
        builtin = call.place.file is None and is_static_view(function)
        step = ViewStep(
            endpoint=str(recorder.routed.endpoint),
            call=call,
            builtin=builtin,
            bare=_bare(recorder, function, call),
        )
        recorder.steps.fill(place, step)
        recorder.answering.producer = _producer(Stage.VIEW, call)

    try:
        return _call(recorder, place, function, run, args, kwargs, note)
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


def _run_handler(recorder: Recorder, function: Any, run: Any, /, *args: Any, **kwargs: Any) -> Any:
    def note(call: Call) -> None:
        recorder.handling.handler = call
        recorder.answering.producer = _producer(Stage.ERROR, call)

    place = None if recorder.handling.error is None else recorder.handling.error[0]
    answer = _call(recorder, place, function, run, args, kwargs, note)
    if recorder.handling.replaced is not None:
        with recorder.guard("where headers came from"):
            recorder.handling.replaced.gives(answer, recorder.answering.producer)
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
    recorder.hooks.append((function, place))
    # A context processor runs inside the view.
    view, recorder.dispatched_to = recorder.dispatched_to, None

    def note(call: Call) -> None:
        recorder.steps.fill(place, HookStep(when=when, blueprint=blueprint, call=call))

    try:
        result = _call(recorder, place, function, run, args, kwargs, note)
    finally:
        recorder.dispatched_to = view
    with recorder.guard("where headers came from"):
        origin = Origin(stage=Stage.HOOK, place=recorder.sources.place(function))
        if when is When.BEFORE_REQUEST:
            recorder.answering.producer = origin
        elif when in (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST) and hasattr(result, "headers"):
            recorder.origins.note(result.headers, origin)
    return result


def _call(
    recorder: Recorder,
    step: int | None,
    function: Any,
    run: Any,
    args: Arguments,
    kwargs: Keywords,
    note: Note,
) -> Any:
    """Run the learner's callable, and hand its Call to `note` however it ends; `step` is its place."""
    outer, recorder.phase = recorder.phase, _OWN_CODE
    telling = None
    try:
        # Values are described before the call: the learner's code may change them in place.
        given = named_values({**_positional(function, args), **kwargs} if args else kwargs)
        layers = layers_of(function, str(recorder.routed.endpoint).rpartition(".")[2])
        telling = _Telling(recorder, layers, given)
        if recorder.calling is not None:
            note(telling.begun())
            recorder.calling(recorder.steps)
    except Exception:
        recorder.notes.missed(_CALL)
    outer_missed, recorder.files.missed = recorder.files.missed, None
    mark = recorder.printed.mark()
    owner = recorder.owns_output(step)
    recorder.logs.begin()
    try:
        if telling is None:
            return run(*args, **kwargs)
        result = telling.watching(run, args, kwargs)
        try:
            telling.returns(result)
        except Exception:
            recorder.notes.missed(_CALL)
        return result
    except _FROM_OUTSIDE:
        raise
    except BaseException as error:
        with recorder.guard(_CALL):
            if telling is not None:
                telling.raises(error)
        raise
    finally:
        recorder.phase = outer
        recorder.files.missed = outer_missed
        recorder.owns_output(owner)
        logged = recorder.logs.end()
        if telling is not None:
            try:
                call = telling.call(printed=recorder.printed.since(mark), logged=logged)
                recorder.answering.headers_on_the_way = tuple(telling.headers(call)) if call.wrappers else ()
                recorder.files.sought = recorder.files.sought or call.sought is not None
                note(call)
            except Exception:
                recorder.notes.missed(_CALL)


def _producer(stage: Stage, call: Call) -> Origin:
    """Tell whose the answer is: the function's, or that of a wrapper that gave another."""
    answered = call.answered_by if call.wrappers else None
    if answered is None:
        return Origin(stage=stage, place=call.place)
    return Origin(stage=stage, place=answered.place.replace(function=answered.name))


class _Telling:
    """Puts together what is known of a call: where it stands, and what came of it."""

    def __init__(
        self,
        recorder: Recorder,
        layers: tuple[Layer, ...],
        given: tuple[NamedValue, ...],
    ) -> None:
        self._recorder = recorder
        self._layers = layers
        self._given = given
        self.seen = False  # whether it could be seen which of the layers ran
        self._sought: SoughtFile | None = None

    def begun(self) -> Call:
        """Describe the call before anything ran: it may be the last that is heard of it."""
        place, source, first_line = self._place()
        return Call(place=place, arguments=self._given, source=source, first_line=first_line)

    def watching(self, run: Any, args: Arguments, kwargs: Keywords) -> Any:
        """Call it, and see which of its layers run."""
        if len(self._layers) == 1:
            return run(*args, **kwargs)
        with observed(self._layers) as self.seen:
            return run(*args, **kwargs)

    def returns(self, result: Any) -> None:
        """Note what came out of the outermost layer."""
        outermost, inner = self._layers[0], self._layers[-1]
        if inner.makes_generator and not inner.entered and inner is not outermost:
            made = made_generator(result, inner.code)
            if made is not None:
                inner.entered = True
                inner.leave(made)
        if outermost.unseen:
            outermost.entered = True  # it was called, and nobody refused the call
        if not outermost.left:
            outermost.leave(result)
        # What it sends after all says more than what it did not find before.
        sent = None if type(result) in BUILTIN else sought_and_found(result, self._recorder.sources)
        self._sought = sent or self._recorder.files.missed

    def raises(self, error: BaseException) -> None:
        """Note what came out of the outermost layer, and through which others it came."""
        layers = (*self._layers, *self._behind())
        through = Counter(_codes_in(error))
        came = frozenset(through)
        # Layers of one code are told apart by having been seen; others must have been entered to be there.
        through.subtract(layer.code for layer in layers if layer.entered and layer.code is not None)
        for layer in layers:
            if layer.code not in came:
                continue
            if not layer.entered and through[layer.code] > 0:
                through[layer.code] -= 1
                layer.entered = True
                layer.fail(layer.error or error)
            elif layer.entered and layer.returned is None and layer.error is None:
                layer.fail(error)
        outermost = self._layers[0]
        outermost.entered = outermost.entered or outermost.unseen
        if outermost.error is None:
            outermost.fail(error)
        self._sought = sought_in_vain(error, self._recorder.sources)

    def call(self, *, printed: str, logged: tuple[Logged, ...]) -> Call:
        """Describe the call now that it is over, or was stopped."""
        place, source, first_line = self._place()
        behind = self._behind()
        if behind and (self.seen or len(self._layers) == 1):
            # The view function of a class only hands on what its method returns.
            self._layers, self.seen = (*self._layers[:-1], *behind), True
            alone = False
        else:
            alone = len(self._layers) == 1
        inner = self._layers[-1]
        if inner.lost or (not alone and any(layer.lost for layer in self._layers)):
            self._recorder.notes.missed("what a function of the app's own did")
        # A single function was called, and so it ran, unless it cannot be called in this way.
        ran = not (inner.error is not None and not inner.entered) if alone or not self.seen else inner.entered
        seen_inside = self.seen and not alone
        return Call(
            place=place,
            arguments=inner.arguments if seen_inside else self._given,
            printed=printed,
            logged=logged,
            returned=inner.returned if alone or seen_inside else self._layers[0].returned,
            raised=self._raised(inner if alone or seen_inside else self._layers[0]),
            ran=ran,
            wrappers=tuple(self._wrappers()) if seen_inside else (),
            source=source,
            first_line=first_line,
            sought=self._sought,
            function_kind=_kind_of(self._shown()),
        )

    def headers(self, call: Call) -> Iterator[tuple[Origin, Pairs]]:
        """Yield (who, the answer's headers as it left them), innermost first, where wrappers were seen."""
        if call.wrappers and self._layers[-1].headers:
            yield Origin(stage=Stage.VIEW, place=call.place), self._layers[-1].headers
        for wrapper, layer in reversed(tuple(zip(call.wrappers, self._layers, strict=False))):
            if layer.headers:
                place = wrapper.place.replace(function=wrapper.name)
                yield Origin(stage=Stage.VIEW, place=place), layer.headers

    def _wrappers(self) -> Iterator[Wrapper]:
        sources = self._recorder.sources
        makers = makers_of(self._layers, sources)
        for maker, (layer, inner) in zip(makers, pairwise(self._layers), strict=True):
            yield Wrapper(
                place=sources.place_of_code(layer.function),
                decorator=maker,
                ran=layer.entered,
                own=layer.left and not layer.passed_on(inner),
                returned=layer.returned,
                raised=self._raised(layer),
                unawaited=layer.left_unawaited(inner),
            )

    def _raised(self, layer: Layer) -> Raised | None:
        return None if layer.error is None else self._recorder.raised(layer.error)

    def _place(self) -> Placed:
        return self._recorder.sources.place_and_lines(self._shown())

    def _shown(self) -> Callable[..., Any]:
        dispatched = self._recorder.dispatched_to
        # A class-based view is told by its method, which is known once it was dispatched to.
        if dispatched is None or dispatched.method is None:
            inner = self._layers[-1]
            kind = getattr(self._layers[0].function, "view_class", None)
            if dispatched is None or not isinstance(kind, type) or not is_frameworks(inner.function):
                return inner.function
            return dispatched.would_ask(kind) if self.seen and not inner.entered else kind
        return dispatched.layers[-1].function if dispatched.layers else dispatched.method

    def _behind(self) -> tuple[Layer, ...]:
        """Return the layers behind a class-based view, once it was dispatched to."""
        dispatched = self._recorder.dispatched_to
        return () if dispatched is None else dispatched.layers


def _kind_of(function: Callable[..., Any]) -> FunctionKind:
    if type(function) is FunctionType and not function.__dict__:
        code: CodeType | None = function.__code__
    else:
        code = code_of(innermost(function))
    flags = 0 if code is None else code.co_flags
    if not flags & _ANY_KIND:
        return FunctionKind.PLAIN
    return next(kind for flag, kind in _KINDS if flags & flag)


def _codes_in(error: BaseException) -> Iterator[CodeType]:
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame.f_code
        traceback = traceback.tb_next


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
    """StageWrapper the hooks of a registry whose calls do not pass `ensure_sync`."""
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


STAGES: dict[str, StageWrapper] = {"ensure_sync": ensure_sync}
