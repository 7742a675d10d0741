"""Which functions really ran: the callables around a view, outermost first, and what each of them did.

What stands under an endpoint may be a wrapper, a partial, a method or an object that is called; whether it
calls what is inside is only known by seeing the code entered. So for callables that have others inside,
Python itself is asked to tell of calls: by `sys.monitoring` from 3.12 on, else by a profile hook. A plain
function needs none of that. It knows functions and code, and nothing of Flask.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from opcode import opmap
from types import CodeType, CoroutineType, FrameType, FunctionType, GeneratorType, MethodType
from typing import Any

from routelab.tracing.facts import NamedValue, Value
from routelab.tracing.watching.values import named_values, value_of

_GENERATOR = 0x20 | 0x200  # as inspect.CO_GENERATOR and CO_ASYNC_GENERATOR
_AWAITED = 0x80  # as inspect.CO_COROUTINE
_A_GENERATOR = Value(type="generator", repr="<generator>")
_DEEPEST = 20  # wrappers around one function: beyond that nobody reads
# Values of these very types have no attributes of an answer's.
BUILTIN = frozenset({str, bytes, dict, list, tuple, int, float, bool, type(None)})
# Bytecode that leaves a frame with a value; any other place means that an exception passes.
_LEAVES = frozenset(
    opmap[name]
    for name in ("RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR", "YIELD_VALUE")
    if name in opmap
)
_PAUSES = opmap["YIELD_VALUE"]
_CACHED_IN_C = type(functools.lru_cache(len))


class Layer:
    """One callable of several around each other: its code, and what was seen of its first call."""

    hides: tuple[Layer, ...] = ()  # unseen layers between this one and the next
    entered = False
    left = False
    arguments: tuple[NamedValue, ...] = ()
    returned: Value | None = None
    result: Any = None
    error: BaseException | None = None
    headers: tuple[tuple[str, str], ...] = ()
    lost = False  # something of it could not be noted

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.code = code_of(function)
        # What is written in C, as functools.lru_cache is, has no code to be seen entered.
        self.unseen = self.code is None and not isinstance(function, (MethodType, functools.partial, type))
        self._hits = function.cache_info().hits if isinstance(function, _CACHED_IN_C) else None
        # The call of a generator function only makes a generator; its code is entered when that is read.
        self.makes_generator = self.code is not None and bool(self.code.co_flags & _GENERATOR)

    def enter(self, frame: FrameType) -> None:
        """Note the arguments of the first call."""
        self.entered = True
        try:
            self.arguments = named_values(_arguments_of(frame))
        except Exception:  # it would come out of the app's own code
            self.lost = True
        if self.makes_generator and not self.left:
            self.left, self.returned = True, _A_GENERATOR

    def called(self, run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call this layer alone as `run` does, and note it: a single function need not be observed."""
        try:
            self.arguments = named_values(kwargs)
        except Exception:
            self.lost = True
        try:
            result = run(*args, **kwargs)
        except BaseException as error:
            self.fail(error)
            raise
        self.entered = True
        self.leave(result)
        return result

    def leave(self, result: Any) -> None:
        """Note what it gave back, and the headers that this had by then."""
        if self.makes_generator and self.left:
            return  # what it yields is not what the call returned
        self.left, self.result = True, result
        try:
            self.returned = value_of(result)
            if type(result) in BUILTIN:
                return
            headers = getattr(result, "headers", None)
            if headers is not None and hasattr(headers, "items"):
                self.headers = tuple((str(name), str(value)) for name, value in headers.items())
        except Exception:
            self.lost = True

    def fail(self, error: BaseException | None) -> None:
        """Note that an exception came out; None where it cannot be seen which."""
        self.left, self.error = True, error

    def passed_on(self, inner: Layer) -> bool:
        """Tell whether what came out is what came from inside; so it may be where nobody could see."""
        if not inner.entered:
            return any(hidden.may_have_answered() for hidden in self.hides)
        if self.returned is not None:
            return inner.returned is not None and self.result is inner.result
        return inner.returned is None and (inner.error is None or self.error in (None, inner.error))

    def may_have_answered(self) -> bool:
        """Tell whether an unseen layer can have answered; a cache of Python's own counts when it did."""
        return self._hits is None or self.function.cache_info().hits > self._hits  # type: ignore[attr-defined]

    def left_unawaited(self, inner: Layer) -> bool:
        """Tell whether what came out is the coroutine of an async function, none of whose lines ran."""
        return not inner.entered and inner.code is not None and _code_awaited_by(self.result) is inner.code


def layers_of(function: Callable[..., Any], name: str) -> tuple[Layer, ...]:
    """Look through what stands around a function, outermost first; `name` is what its author calls it.

    A wrapper tells what is inside by `__wrapped__`, or holds it in its closure or in an attribute.
    """
    if type(function) is FunctionType and not (
        function.__dict__ or function.__closure__ or function.__defaults__ or function.__kwdefaults__
    ):
        return (Layer(function),)  # as most views are
    all_layers = layers_and_unseen(function, name)
    # Methods and partials have no code of their own: what they bind is the next layer.
    layers = [layer for layer in all_layers if layer.code is not None]
    if not layers:
        return (all_layers[0],)
    if all_layers[0].unseen:
        layers.insert(0, all_layers[0])  # it was called in any case, and what it gave is known
    _note_hidden(layers, all_layers)
    return tuple(layers)


def layers_and_unseen(function: Callable[..., Any], name: str) -> tuple[Layer, ...]:
    """Look through what stands around a function, as `layers_of`, with what has no code of Python's."""
    layers: list[Layer] = []
    inner: Callable[..., Any] | None = function
    while inner is not None and len(layers) < _DEEPEST:
        if isinstance(inner, functools.partial):
            layers.append(Layer(inner.func))  # what it binds may be the function that is wrapped
        layers.append(Layer(inner))
        inner = _inside(inner, name)
        if any(layer.function is inner for layer in layers):
            break
    return tuple(layers)


def _note_hidden(layers: list[Layer], all_layers: tuple[Layer, ...]) -> None:
    outer: Layer | None = None
    for layer in all_layers:
        if layer in layers:
            outer = layer
        elif layer.unseen and outer is not None:
            outer.hides = (*outer.hides, layer)


def _code_awaited_by(result: Any) -> CodeType | None:
    return result.cr_code if isinstance(result, CoroutineType) else None


def made_generator(result: Any, code: CodeType | None) -> Any:
    """Find the generator of a function's code in what came out of a wrapper around it; None for none.

    It may be that itself, the body of a response, or what another generator goes through.
    """
    waiting = [result, vars(result).get("response") if hasattr(result, "__dict__") else None]
    for _ in range(_DEEPEST):
        if not waiting:
            break
        thing = waiting.pop(0)
        if isinstance(thing, GeneratorType):
            if thing.gi_code is code:
                return thing
            waiting.extend(thing.gi_frame.f_locals.values() if thing.gi_frame is not None else ())
    return None


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """Return the code that runs when a callable is called, where it is Python."""
    if isinstance(function, FunctionType):
        return function.__code__
    if isinstance(function, (MethodType, functools.partial, type)):
        return None
    # Of the class, as Python looks it up.
    call = next((vars(kind)["__call__"] for kind in type(function).__mro__ if "__call__" in vars(kind)), None)
    return call.__code__ if isinstance(call, FunctionType) else None


def wrapped_by(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what a wrapper says that it is around, by `__wrapped__`."""
    try:  # not by getattr: a proxy would ask whom it stands for
        find = type if isinstance(function, type) else object
        wrapped = find.__getattribute__(function, "__wrapped__")
    except Exception:
        return None
    return wrapped if callable(wrapped) else None


def _inside(function: Callable[..., Any], name: str) -> Callable[..., Any] | None:
    if isinstance(function, MethodType):
        return function.__func__
    wrapped = wrapped_by(function)
    if wrapped is not None:
        return wrapped
    if isinstance(function, functools.partial):
        return _one_of([*function.args, *function.keywords.values()], name) or _inside(function.func, name)
    if isinstance(function, FunctionType):
        held = [_contents(cell) for cell in function.__closure__ or ()]
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        return _one_of([*held, *defaults], name)
    if isinstance(function, type) or not hasattr(function, "__dict__"):
        return None
    return _one_of(list(vars(function).values()), name)


def _one_of(things: list[Any], name: str) -> Callable[..., Any] | None:
    """Choose the function that is wrapped: the only one, or the one that has the view's name."""
    functions = [
        thing for thing in things if isinstance(thing, (FunctionType, MethodType, functools.partial))
    ]
    if not functions:  # an object may be called like one, and says by its name whose place it takes
        functions = [thing for thing in things if _has_own_name(thing, name)]
    if len(functions) == 1:
        return functions[0]
    named = [function for function in functions if getattr(function, "__name__", None) == name]
    return named[0] if len(named) == 1 else None


def _has_own_name(thing: Any, name: str) -> bool:
    if isinstance(thing, type) or code_of(thing) is None:
        return False
    try:
        attributes = object.__getattribute__(thing, "__dict__")  # a proxy would ask whom it stands for
    except AttributeError:
        return False
    return isinstance(attributes, dict) and attributes.get("__name__") == name


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing was put in it yet
        return None


def _arguments_of(frame: FrameType) -> dict[str, Any]:
    code, local = frame.f_code, frame.f_locals
    count = code.co_argcount + code.co_kwonlyargcount
    names = list(code.co_varnames[:count])
    arguments = {name: local[name] for name in names if name in local}
    extra = code.co_varnames[count:]
    if code.co_flags & 0x04 and extra:  # *args
        rest, *extra_names = extra
        arguments.update({f"*{rest}": local[rest]} if local.get(rest) else {})
        extra = tuple(extra_names)
    if code.co_flags & 0x08 and extra:  # **kwargs
        arguments.update(local.get(extra[0]) or {})
    arguments.pop("self", None)
    return arguments


@contextmanager
def observed(layers: tuple[Layer, ...]) -> Iterator[bool]:
    """See which of the layers run; yields whether that can be seen. A single function is not observed.

    Where layers are observed already, further ones are seen by the same means.
    """
    if len(layers) < 2:
        yield False
        return
    running: _Calls | None = getattr(_observing, "calls", None)
    if running is not None:
        running.add(layers)
        with running.in_threads_of(layers):
            yield True
        return
    with _way_of_seeing()(calls := _Calls(layers)) as seen:
        _observing.calls = calls if seen else None
        try:
            with calls.in_threads_of(layers):
                yield seen
        finally:
            _observing.calls = None


# The calls that this thread is observed for.
_observing = threading.local()


def _way_of_seeing() -> Callable[[_Calls], AbstractContextManager[bool]]:
    if hasattr(sys, "monitoring"):
        return _by_monitoring
    # A debugger may trace, or a measurement of what tests reach.
    return _by_trace if sys.gettrace() is None else _by_profile


class _Calls:
    """The calls of the layers as they come: which layer a frame is the call of.

    A wrapper that is used twice has one code for both: its calls are told apart by what they wrap, and by
    their order. `added` is told of codes that come later; `in_new_threads` sees threads that are begun.
    """

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.codes = {layer.code for layer in layers if layer.code is not None}
        self.added: Callable[[CodeType], None] = lambda _code: None
        self.in_new_threads: Callable[[], AbstractContextManager[None]] = nullcontext
        self._waiting = list(layers)
        self._running: list[tuple[FrameType, Layer]] = []

    def add(self, layers: tuple[Layer, ...]) -> None:
        """Wait for further layers, and for them first: they are about to be called."""
        self._waiting[:0] = layers
        for code in {layer.code for layer in layers if layer.code is not None} - self.codes:
            self.codes.add(code)
            self.added(code)

    def in_threads_of(self, layers: tuple[Layer, ...]) -> AbstractContextManager[None]:
        """See other threads, too, where one of these layers is async: its loop may run in one of its own."""
        awaited = any(it.code is not None and it.code.co_flags & _AWAITED for it in layers)
        return self.in_new_threads() if awaited else nullcontext()

    def enter(self, frame: FrameType) -> None:
        for layer in self._waiting:
            if layer.code is frame.f_code and _is_call_of(layer.function, frame):
                self._waiting.remove(layer)
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
        if operation == _PAUSES and frame.f_code.co_flags & _AWAITED:
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
    """Tell whether a frame of a function's code is a call of this very function, by what it closes over."""
    cells = getattr(function, "__closure__", None)
    if not cells:
        return True
    try:
        around = frame.f_locals
        names = frame.f_code.co_freevars
        return all(around.get(name) is _contents(cell) for name, cell in zip(names, cells, strict=False))
    except Exception:  # it would come out of the app's own code
        return True


@contextmanager
def _by_trace(calls: _Calls) -> Iterator[bool]:
    codes = calls.codes
    errors: dict[FrameType, BaseException] = {}

    def tracer(frame: FrameType, _event: str, _arg: Any) -> Any:
        if frame.f_code not in codes:
            return None
        frame.f_trace_lines = False
        calls.enter(frame)
        return inside

    def inside(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "exception":
            errors[frame] = arg[1]
        elif event == "return":
            calls.ended(frame, arg, errors.pop(frame, None))
        return inside

    calls.in_new_threads = partial(_in_threads_too, threading.gettrace, threading.settrace, tracer)
    sys.settrace(tracer)
    try:
        yield True
    finally:
        sys.settrace(None)


@contextmanager
def _by_profile(calls: _Calls) -> Iterator[bool]:
    if sys.getprofile() is not None:  # somebody measures: they come first
        yield False
        return
    codes = calls.codes

    def hook(frame: FrameType, event: str, arg: Any) -> None:
        if frame.f_code in codes and event == "call":
            calls.enter(frame)
        elif frame.f_code in codes and event == "return":
            calls.ended(frame, arg, None)  # which exception it is, Python does not tell here

    calls.in_new_threads = partial(_in_threads_too, threading.getprofile, threading.setprofile, hook)
    sys.setprofile(hook)
    try:
        yield True
    finally:
        sys.setprofile(None)


@contextmanager
def _in_threads_too(get: Callable[[], Any], put: Callable[[Any], None], hook: Any) -> Iterator[None]:
    """See the threads that are begun meanwhile."""
    before = get()
    put(hook)
    try:
        yield
    finally:
        put(before)


@contextmanager
def _by_monitoring(calls: _Calls) -> Iterator[bool]:
    monitoring = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool = next((number for number in (4, 3) if monitoring.get_tool(number) is None), None)
    if tool is None:
        yield False
        return
    events = monitoring.events
    codes = calls.codes

    def started(code: CodeType, _offset: int) -> None:
        if code in codes:
            calls.enter(sys._getframe(1))

    def returned(code: CodeType, _offset: int, result: Any) -> None:
        if code in codes:
            calls.leave(sys._getframe(1), result)

    def unwound(code: CodeType, _offset: int, error: BaseException) -> None:
        if code in codes:
            calls.fail(sys._getframe(1), error)

    def watch(code: CodeType) -> None:
        monitoring.set_local_events(tool, code, events.PY_START | events.PY_RETURN)

    monitoring.use_tool_id(tool, "routelab")
    try:
        monitoring.register_callback(tool, events.PY_START, started)
        monitoring.register_callback(tool, events.PY_RETURN, returned)
        monitoring.register_callback(tool, events.PY_UNWIND, unwound)
        calls.added = watch
        for code in codes:
            watch(code)
        monitoring.set_events(tool, events.PY_UNWIND)  # can only be seen of all code, and is rare
        yield True
    finally:
        monitoring.set_events(tool, 0)
        for code in codes:
            monitoring.set_local_events(tool, code, 0)
        for event in (events.PY_START, events.PY_RETURN, events.PY_UNWIND):
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
