"""What is put together of one call of the learner's: where it stands, what it was given, and what came of it.

`calls` knows when one begins and ends; here is what is read from it then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from itertools import pairwise
from traceback import walk_tb
from types import CodeType, FunctionType, MethodType
from typing import Any

from routelab.tracing.facts import (
    Call,
    EarlierCall,
    FunctionKind,
    Heard,
    Logged,
    NamedValue,
    Pairs,
    Raised,
    Wrapper,
)
from routelab.tracing.sought import SoughtFile
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.calls.entered import observed
from routelab.tracing.watching.code.decorators import makers_of
from routelab.tracing.watching.code.layers import BUILTIN, Layer, code_of, made_generator
from routelab.tracing.watching.code.sources import Placed, innermost, is_frameworks
from routelab.tracing.watching.recorder import Recorder
from routelab.tracing.watching.sought_files import sought_and_found, sought_in_vain

_KINDS = (
    (CO_GENERATOR, FunctionKind.GENERATOR),
    (CO_COROUTINE, FunctionKind.ASYNC),
    (CO_ASYNC_GENERATOR, FunctionKind.ASYNC_GENERATOR),
)
# What Python raises in the place of a call: for arguments that do not fit, or as there is no room for it.
_REFUSED = (TypeError, RecursionError, MemoryError)
_ANY_KIND = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


class CallTelling:
    """Puts together what is known of a call: where it stands, and what came of it."""

    seen = False  # whether it could be seen which of the layers ran
    _unseen = False  # whether one may have run where nobody could see: in a thread, or under another's hook
    _blind = False  # whether a hook was in the place of ours for a while
    _sought: SoughtFile | None = None

    def __init__(
        self,
        recorder: Recorder,
        layers: tuple[Layer, ...],
        given: tuple[NamedValue, ...],
    ) -> None:
        self._recorder = recorder
        self._layers = layers
        self._given = given

    def begun(self) -> Call:
        """Describe the call before anything ran: it may be the last that is heard of it."""
        place, source, first_line = self._place_of(self._shown())
        heard = Heard.BEGUN if len(self._layers) == 1 else Heard.AROUND
        return Call(place=place, arguments=self._given, source=source, first_line=first_line, heard=heard)

    def unnoted(self) -> Call:
        """Describe a call that is over, and of which no more could be noted."""
        return self.begun().replace(heard=Heard.UNNOTED)

    def watching(self, run: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call it by `run`, and see which of its layers run."""
        if len(self._layers) == 1:
            return run(*args, **kwargs)
        with observed(self._layers) as calls:
            self.seen = calls is not None
            if self.seen and self._recorder.dispatched_to is not None:
                self._recorder.dispatched_to.view = self._layers
            try:
                return run(*args, **kwargs)
            finally:
                self._blind = calls is not None and calls.blind
                if calls is not None and calls.others is not None and not self._layers[-1].entered:
                    with self._recorder.guard("what other threads did"):
                        self._unseen = calls.blind or calls.others.worked()

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
        self._sought = sent or self._recorder.missed_file

    def raises(self, error: BaseException) -> None:
        """Note what came out of the outermost layer, and through which others it came."""
        layers = (*self._layers, *self._behind())
        through = Counter(frame.f_code for frame, _ in walk_tb(error.__traceback__))
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
        if outermost.unseen and callable(outermost.function):
            outermost.entered = True
        elif not isinstance(error, _REFUSED):
            outermost.entered = True  # a profile hook of the app's own raised it as the function returned
        if outermost.error is None:
            outermost.fail(error)
        self._sought = sought_in_vain(error, self._recorder.sources)

    def call(self, *, printed: str, logged: tuple[Logged, ...]) -> Call:
        """Describe the call now that it is over, or was stopped."""
        shown = self._shown()
        place, source, first_line = self._place_of(shown)
        behind = self._behind()
        single = len(self._layers) == 1
        seen_inside = self.seen and not single
        if behind and (self.seen or single):
            # The view function of a class only hands on what its method returns.
            self._layers, self.seen, seen_inside = (*self._layers[:-1], *behind), True, True
        outermost, inner = self._layers[0], self._layers[-1]
        if inner.lost or (outermost is not inner and any(layer.lost for layer in self._layers)):
            self._recorder.notes.missed("what a function of the app's own did")
        # What nobody looked into was called, and so it ran, unless it cannot be called in this way.
        ran = inner.entered or (not seen_inside and inner.error is None)
        lost = self._blind and inner.entered and not inner.left and inner.error is None
        told = inner if seen_inside else outermost  # whose outcome it is
        return Call(
            place=place,
            arguments=inner.arguments if seen_inside else self._given,
            printed=printed,
            logged=logged,
            returned=told.returned,
            raised=self._raised(told),
            ran=ran,
            may_have_run=not ran and seen_inside and self._unseen,
            times=inner.times if seen_inside and inner.times > 1 else 1,
            earlier=tuple(self._earlier(inner)) if seen_inside and inner.earlier else (),
            wrappers=tuple(self._wrappers(lost=lost)) if seen_inside else (),
            heard=Heard.UNNOTED if lost else Heard.ALL,
            source=source,
            first_line=first_line,
            sought=self._sought,
            function_kind=_kind_of(shown),
        )

    def forget(self) -> None:
        """Let go of the exceptions that were seen: the frames on their way hold this."""
        for layer in (*self._layers, *self._behind()):
            layer.error, layer.earlier = None, ()

    def _earlier(self, layer: Layer) -> Iterator[EarlierCall]:
        for returned, error in layer.earlier:
            raised = None if error is None else self._recorder.raised(error)
            yield EarlierCall(returned=returned, raised=raised)

    def headers(self, call: Call) -> Iterator[tuple[Origin, Pairs]]:
        """Yield (who, the answer's headers as it left them), innermost first, where wrappers were seen."""
        if call.may_have_run or not call.wrappers:
            return  # nobody could see who set them, or one function alone did
        if self._layers[-1].headers:
            yield Origin(stage=Stage.VIEW, place=call.place), self._layers[-1].headers
        for wrapper, layer in reversed(tuple(zip(call.wrappers, self._layers, strict=False))):
            if layer.headers:
                place = wrapper.place.replace(function=wrapper.name)
                yield Origin(stage=Stage.VIEW, place=place), layer.headers

    def status_changer(self, call: Call) -> Origin | None:
        """Tell who, of those around that handed a response on, changed its status last."""
        if call.may_have_run:
            return None
        for wrapper, (layer, inner) in zip(call.wrappers, pairwise(self._layers), strict=False):
            if layer.status != inner.status or layer.result is not inner.result:
                handed_on = inner.status is not None and layer.result is inner.result
                place = wrapper.place.replace(function=wrapper.name)
                return Origin(stage=Stage.VIEW, place=place) if handed_on else None
        return None

    def _wrappers(self, *, lost: bool) -> Iterator[Wrapper]:
        """Tell of what stands around; what is `lost` is how the function ended, so nobody answered for it."""
        sources = self._recorder.sources
        makers = makers_of(self._layers, sources)
        for maker, (layer, inner) in zip(makers, pairwise(self._layers), strict=True):
            yield Wrapper(
                place=sources.place_of_code(layer.function),
                decorator=maker,
                ran=layer.entered,
                own=not lost and layer.left and not layer.passed_on(inner),
                returned=layer.returned,
                raised=self._raised(layer),
                unawaited=layer.left_unawaited(inner),
            )

    def _raised(self, layer: Layer) -> Raised | None:
        return None if layer.error is None else self._recorder.raised(layer.error)

    def _place_of(self, shown: Callable[..., Any]) -> Placed:
        if isinstance(shown, MethodType) and is_frameworks(shown):  # inherited by a class of the app's own
            kind = type(shown.__self__)
            of_class = self._recorder.sources.place(kind)
            return of_class.replace(function=f"{kind.__qualname__}.{shown.__name__}"), (), None
        return self._recorder.sources.place_and_lines(shown)

    def _shown(self) -> Callable[..., Any]:
        dispatched = self._recorder.dispatched_to
        # A class-based view is told by its method, which is known once it was dispatched to.
        if dispatched is None or dispatched.method is None:
            inner = self._layers[-1]
            outer = self._layers[0].function
            kind = getattr(outer, "view_class", getattr(inner.function, "view_class", None))
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
