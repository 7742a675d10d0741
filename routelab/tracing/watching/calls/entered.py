"""Which of the layers around a view really ran.

What stands under an endpoint may be a wrapper, a partial, a method or an object that is called; whether it
calls what is inside is only known by seeing the code entered. So for callables that have others inside,
Python itself is asked to tell of calls: by `sys.monitoring` from 3.12 on, else by a profile hook. A plain
function needs none of that. It knows functions and code, and nothing of Flask.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, partial
from inspect import CO_COROUTINE
from opcode import opmap
from types import CodeType, FrameType, FunctionType
from typing import Any, TypeAlias

from routelab.tracing.watching.calls.otherthreads import OtherThreads
from routelab.tracing.watching.code.layers import Layer, contents_of

# Bytecode that leaves a frame with a value; any other place means that an exception passes.
_LEAVES = frozenset(
    opmap[name]
    for name in ("RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR", "YIELD_VALUE")
    if name in opmap
)
_PAUSES = opmap["YIELD_VALUE"]
_HOOKS_SET = ("sys.settrace", "sys.setprofile")  # as Python's own audit events are called

# Has a hook of Python's in a thread, or in threads to come, for as long as its block runs.
Hooked: TypeAlias = Callable[[], AbstractContextManager[None]]


@contextmanager
def observed(layers: tuple[Layer, ...]) -> Iterator[Calls | None]:
    """See which of the layers run; yields None where that cannot be seen. A single function is not observed.

    Where layers are observed already, further ones are seen by the same means.
    """
    if len(layers) < 2:
        yield None
        return
    running = observed_here()
    if running is not None:
        running.add(layers)
        yield running
        return
    _see_hooks_replaced()
    with _way_of_seeing()(calls := Calls(layers)) as seen:
        _observing.calls = calls if seen else None
        try:
            with calls.in_new_threads():
                yield calls if seen else None
        finally:
            _observing.calls, calls.over = None, True


def observed_here() -> Calls | None:
    """Return the calls that this thread is observed for, if it is."""
    return getattr(_observing, "calls", None)


_observing = threading.local()


@cache
def _see_hooks_replaced() -> None:
    """Be told from now on when a hook is set, also by C: what another has in its place, ours does not see."""
    if not hasattr(sys, "monitoring"):  # there each has its own
        sys.addaudithook(_hook_was_set)


def _hook_was_set(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _HOOKS_SET and (calls := observed_here()) is not None and calls.hook == event:
        calls.blind = True


def _way_of_seeing() -> Callable[[Calls], AbstractContextManager[bool]]:
    if hasattr(sys, "monitoring"):
        return _by_monitoring
    # A debugger may trace, or a measurement of what tests reach.
    return _by_trace if sys.gettrace() is None else _by_profile


class Calls:
    """The calls of the layers as they come: which layer a frame is the call of.

    A wrapper that is used twice has one code for both: its calls are told apart by what they wrap, and by
    their order. `added` is told of codes that come later; `in_new_threads` sees threads that are begun: a
    wrapper may call the function in one, and an async function's loop may run in one of its own. `over`: the
    call has ended, which such a thread may outlive. Of the `others`, which were there before,
    `in_this_thread` sees one that asks for it; None where all are seen anyway. `blind`: for a while another
    hook was in the place of ours, which `hook` names.
    """

    over = blind = False
    hook = ""
    others: OtherThreads | None = None
    in_this_thread: Hooked = nullcontext

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.codes = {layer.code for layer in layers if layer.code is not None}
        self.added: Callable[[CodeType], None] = lambda _code: None
        self.in_new_threads: Hooked = nullcontext
        self._waiting = list(layers)
        self._running: list[tuple[FrameType, Layer]] = []
        self._began: dict[Layer, int] = {}  # where in their code calls begin; a pause goes on further down

    def add(self, layers: tuple[Layer, ...]) -> None:
        """Wait for further layers, and for them first: they are about to be called."""
        self._waiting[:0] = layers
        for code in {layer.code for layer in layers if layer.code is not None} - self.codes:
            self.codes.add(code)
            self.added(code)

    def enter(self, frame: FrameType) -> None:
        for layer in self._waiting:
            if layer.code is frame.f_code and _is_call_of(layer.function, frame):
                self._waiting.remove(layer)
                self._began[layer] = frame.f_lasti
                self._running.append((frame, layer))
                layer.enter(frame)
                return
        running = [layer for _, layer in self._running]
        for layer, began in self._began.items():  # called once more, as what tries again does
            if layer.code is not frame.f_code or began != frame.f_lasti or layer in running:
                continue
            if _is_call_of(layer.function, frame):
                self._running.append((frame, layer))
                layer.enter(frame)
                return

    def leave(self, frame: FrameType, result: Any) -> None:
        layer = self._layer(frame)
        if layer is not None:
            layer.leave(result)

    def fail(self, frame: FrameType, error: BaseException | None) -> None:
        layer = self._layer(frame)
        if layer is not None:
            layer.fail(error)

    def ended(self, frame: FrameType, result: Any, error: BaseException | None) -> None:
        """Take an end that does not say how: by the bytecode where the frame was left."""
        operation = frame.f_code.co_code[frame.f_lasti]
        if operation == _PAUSES and frame.f_code.co_flags & CO_COROUTINE:
            return  # it waits for another, and goes on later
        if result is not None or operation in _LEAVES:
            self.leave(frame, result)
        else:
            self.fail(frame, error)

    def _layer(self, frame: FrameType) -> Layer | None:
        for number, (running, layer) in enumerate(self._running):
            if running is frame:
                del self._running[number]
                return layer
        return None


def _is_call_of(function: Callable[..., Any], frame: FrameType) -> bool:
    """Tell whether a frame of a function's code is a call of this very function, by what it closes over.

    Of an object that is called, others of its class have the same code: it is the first argument.
    """
    if not isinstance(function, FunctionType):
        code = frame.f_code
        return not code.co_argcount or frame.f_locals.get(code.co_varnames[0]) is function
    cells = function.__closure__
    if not cells:
        return True
    try:
        around = frame.f_locals
        names = frame.f_code.co_freevars
        return all(around.get(name) is contents_of(cell) for name, cell in zip(names, cells, strict=False))
    except Exception:  # it would come out of the app's own code
        return True


def _by_trace(calls: Calls) -> AbstractContextManager[bool]:
    codes = calls.codes
    errors: dict[FrameType, BaseException] = {}

    def tracer(frame: FrameType, event: str, arg: Any) -> Any:
        if calls.over:
            sys.settrace(None)  # in a thread that goes on
        if frame.f_code not in codes or calls.over:
            return None
        if event != "call":  # from a tracer that took our place, and tells the one before it of all
            return inside(frame, event, arg)
        frame.f_trace_lines = False
        calls.enter(frame)
        return inside

    def inside(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "exception":
            errors[frame] = arg[1]
        elif event == "return":
            calls.ended(frame, arg, errors.pop(frame, None))
        return inside

    calls.hook = "sys.settrace"
    in_this_thread = partial(_hooked, sys.gettrace, sys.settrace, tracer)
    return _by_hooks(calls, in_this_thread, partial(_hooked, threading.gettrace, threading.settrace, tracer))


def _by_profile(calls: Calls) -> AbstractContextManager[bool]:
    if sys.getprofile() is not None:  # somebody measures: they come first
        return nullcontext(False)
    codes = calls.codes

    def hook(frame: FrameType, event: str, arg: Any) -> None:
        if calls.over:
            sys.setprofile(None)  # in a thread that goes on
        elif frame.f_code in codes and event == "call":
            calls.enter(frame)
        elif frame.f_code in codes and event == "return":
            calls.ended(frame, arg, None)  # which exception it is, Python does not tell here

    calls.hook = "sys.setprofile"
    in_this_thread = partial(_hooked, sys.getprofile, sys.setprofile, hook)
    return _by_hooks(
        calls, in_this_thread, partial(_hooked, threading.getprofile, threading.setprofile, hook)
    )


@contextmanager
def _by_hooks(calls: Calls, in_this_thread: Hooked, in_new_threads: Hooked) -> Iterator[bool]:
    calls.others = OtherThreads()
    calls.in_this_thread, calls.in_new_threads = in_this_thread, in_new_threads
    with in_this_thread():
        yield True


@contextmanager
def _hooked(get: Callable[[], Any], put: Callable[[Any], None], hook: Any) -> Iterator[None]:
    """See this thread, or those that are begun meanwhile, by a hook."""
    before = get()
    put(hook)
    try:
        yield
    finally:
        put(before)


@contextmanager
def _by_monitoring(calls: Calls) -> Iterator[bool]:
    monitoring = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool = next((number for number in (4, 3) if monitoring.get_tool(number) is None), None)
    if tool is None:
        yield False
        return
    events = monitoring.events
    codes = calls.codes

    def watch(code: CodeType) -> None:
        monitoring.set_local_events(tool, code, events.PY_START | events.PY_RETURN)

    def started(_code: CodeType, _offset: int) -> None:
        calls.enter(sys._getframe(1))

    def returned(_code: CodeType, _offset: int, result: Any) -> None:
        calls.leave(sys._getframe(1), result)

    def unwound(code: CodeType, _offset: int, error: BaseException) -> None:
        if code in codes:
            calls.fail(sys._getframe(1), error)

    seen = {events.PY_START: started, events.PY_RETURN: returned, events.PY_UNWIND: unwound}
    monitoring.use_tool_id(tool, "routelab")
    try:
        for event, see in seen.items():
            monitoring.register_callback(tool, event, see)
        calls.added = watch
        for code in codes:
            watch(code)
        monitoring.set_events(tool, events.PY_UNWIND)  # can only be seen of all code, and is rare
        yield True
    finally:
        monitoring.set_events(tool, 0)
        for code in codes:
            monitoring.set_local_events(tool, code, 0)
        for event in seen:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
