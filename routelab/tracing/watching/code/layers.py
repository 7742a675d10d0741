"""A function and what is wrapped around it, layer by layer, and what each was called with and gave back.

It knows functions, and nothing of Flask; how it is seen that a layer runs is the business of `entered`.
"""

from __future__ import annotations

import functools
import linecache
import re
from collections.abc import Callable, Iterable
from inspect import CO_ASYNC_GENERATOR, CO_GENERATOR, CO_VARARGS, CO_VARKEYWORDS
from types import CodeType, CoroutineType, FrameType, FunctionType, GeneratorType, MethodType
from typing import Any, TypeGuard

from routelab.tracing.facts import NamedValue, Value
from routelab.tracing.watching.code.values import named_values, value_of

_GENERATOR = CO_GENERATOR | CO_ASYNC_GENERATOR
_A_GENERATOR = Value(type="generator", repr="<generator>")
_MOST_EARLIER = 10
_DEEPEST = 20  # wrappers around one function: beyond that nobody reads
_CACHED_IN_C = type(functools.lru_cache(len))
# Values of these very types have no attributes of an answer's.
BUILTIN = frozenset({str, bytes, dict, list, tuple, int, float, bool, type(None)})


class Layer:
    """One callable of several around each other: its code, and what was seen of its last call."""

    hides: tuple[Layer, ...] = ()  # unseen layers between this one and the next
    entered = False
    left = False
    runs = False
    times = 0  # how often it was seen to be called
    earlier: tuple[tuple[Value | None, BaseException | None], ...] = ()  # how the first calls ended
    arguments: tuple[NamedValue, ...] = ()
    returned: Value | None = None
    result: Any = None
    error: BaseException | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int | None = None  # of the response that it gave back
    lost = False  # something of it could not be noted
    # What is written in C, as functools.lru_cache is, has no code to be seen entered.
    unseen = False
    _hits: int | None = None
    makes_generator = False

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.code = code = code_of(function)
        if code is None:
            self.unseen = not isinstance(function, (MethodType, functools.partial, type))
            self._hits = function.cache_info().hits if isinstance(function, _CACHED_IN_C) else None
        elif code.co_flags & _GENERATOR:
            # Its call only makes a generator; its code is entered when that is read.
            self.makes_generator = True

    def enter(self, frame: FrameType) -> None:
        """Note the arguments of a call, and of one before it only how it ended."""
        if self.entered and len(self.earlier) < _MOST_EARLIER:
            self.earlier = (*self.earlier, (self.returned, self.error))
        self.entered = self.runs = True
        self.times += 1
        self.left, self.returned, self.result, self.error, self.headers = False, None, None, None, ()
        self.status = None
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
        self.runs = True
        try:
            result = run(*args, **kwargs)
        except BaseException as error:
            self.fail(error)
            raise
        self.entered = True
        self.leave(result)
        return result

    def leave(self, result: Any) -> None:
        """Note what it gave back, and the headers and the status that this had by then."""
        self.runs = False
        if self.makes_generator and self.left:
            return  # what it yields is not what the call returned
        self.left, self.result = True, result
        try:
            self.returned = value_of(result)
            if type(result) not in BUILTIN or type(result) is tuple:
                self.headers = tuple((str(name), str(value)) for name, value in _headers_in(result))
                self.status = getattr(result, "status_code", None)
        except Exception:
            self.lost = True

    def fail(self, error: BaseException | None) -> None:
        """Note that an exception came out; None where it cannot be seen which."""
        self.runs, self.left, self.error = False, True, error

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


def _headers_in(result: Any) -> Iterable[tuple[Any, Any]]:
    """Yield the headers that a view's answer has, or those at the end of a tuple."""
    if isinstance(result, tuple):
        headers = result[-1] if len(result) in (2, 3) else None
    else:
        headers = getattr(result, "headers", None)
    if isinstance(headers, list):
        return [pair for pair in headers if isinstance(pair, tuple) and len(pair) == 2]
    return headers.items() if headers is not None and hasattr(headers, "items") else ()


def layers_of(function: Callable[..., Any], name: str) -> tuple[Layer, ...]:
    """Look through what stands around a function, outermost first; `name` is what its author calls it.

    A wrapper tells what is inside by `__wrapped__`, or holds it in its closure or in an attribute.
    """
    if stands_alone(function) or not callable(function):  # as most views do, and a string or a module
        return (Layer(function),)
    all_layers = layers_and_unseen(function, name)
    # Methods and partials have no code of their own: what they bind is the next layer.
    layers = [layer for layer in all_layers if layer.code is not None]
    if not layers:
        return (all_layers[0],)
    if all_layers[0].unseen:
        layers.insert(0, all_layers[0])  # it was called in any case, and what it gave is known
    _note_hidden(layers, all_layers)
    return tuple(layers)


def stands_alone(function: Callable[..., Any]) -> TypeGuard[FunctionType]:
    """Tell whether this is a function that can have nothing inside: no attribute, closure or default."""
    return type(function) is FunctionType and not (
        function.__dict__ or function.__closure__ or function.__defaults__ or function.__kwdefaults__
    )


def with_layers_of(run: Callable[..., Any], layers: tuple[Layer, ...], name: str) -> tuple[Layer, ...]:
    """Put before a function's layers those of what is called in its place; it need not call the function."""
    outermost = layers[0].function
    if run is outermost:
        return layers
    around = layers_of(run, name)
    inside = next((at for at, layer in enumerate(around) if layer.function is outermost), 1)
    return (*(layer for layer in around[:inside] if layer.code is not None), *layers)


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
    kind = class_with(type(function), "__call__")  # as Python looks it up
    call = None if kind is None else vars(kind)["__call__"]
    return call.__code__ if isinstance(call, FunctionType) else None


def class_with(kind: type, name: str) -> type | None:
    """Return the class that a class has an attribute from: itself, or the nearest of its parents."""
    return next((each for each in kind.__mro__ if name in vars(each)), None)


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
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        around = ((variable, contents_of(cell)) for variable, cell in cells)
        held = [thing for variable, thing in around if not _is_helper(function, variable, thing, name)]
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        found = _one_of([*held, *defaults], name)
        return None if found is not None and _is_of_its_own(function, found, name) else found
    if isinstance(function, type) or not hasattr(function, "__dict__"):
        return None
    return _one_of(list(vars(function).values()), name)


def _is_helper(function: FunctionType, variable: str, thing: Any, name: str) -> bool:
    """Tell a function that is closed over as a helper from one that is wrapped.

    A helper is known where it was defined, or imported, around the function: by its own name, or in the same
    place. A decorator gets what it wraps as an argument, which has a name of its own.
    """
    if not isinstance(thing, FunctionType) or thing.__name__ == name:
        return False
    code, own = thing.__code__, function.__code__
    if code.co_name == variable:
        return True
    places = {(it.co_filename, it.co_qualname.rpartition(".")[0]) for it in (code, own)}
    return len(places) == 1


def _is_of_its_own(function: FunctionType, found: Callable[..., Any], name: str) -> bool:
    """Tell a function that was decorated where it stands, as a view is, from what a decorator put there.

    That has nothing above its `def`, or what copies the name of the function that it is given: `@wraps(it)`.
    What makes a view may be given a function to ask, too, which has no decorator above it: such a view takes
    what its rule has, where a wrapper takes anything.
    """
    if getattr(found, "__name__", None) == name:
        return False
    code = function.__code__
    above = _first_line(function)
    if above.startswith("@"):
        given = re.match(r"@[\w.]+\(\s*(\w+)", above)
        return given is None or given[1] not in code.co_freevars
    takes_anything = code.co_flags & (CO_VARARGS | CO_VARKEYWORDS)
    return isinstance(found, FunctionType) and not takes_anything and _first_line(found)[:1] not in ("", "@")


def _first_line(function: FunctionType) -> str:
    """Return the line where a function begins: that of the first decorator, where it has one."""
    code = function.__code__
    return linecache.getline(code.co_filename, code.co_firstlineno).strip()


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


def contents_of(cell: Any) -> Any:
    """Return what a function closes over by a cell; None where nothing was put in it yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _arguments_of(frame: FrameType) -> dict[str, Any]:
    code, local = frame.f_code, frame.f_locals
    count = code.co_argcount + code.co_kwonlyargcount
    names = list(code.co_varnames[:count])
    arguments = {name: local[name] for name in names if name in local}
    extra = code.co_varnames[count:]
    if code.co_flags & CO_VARARGS and extra:
        rest, *extra_names = extra
        arguments.update({f"*{rest}": local[rest]} if local.get(rest) else {})
        extra = tuple(extra_names)
    if code.co_flags & CO_VARKEYWORDS and extra:
        arguments.update(local.get(extra[0]) or {})
    arguments.pop("self", None)
    return arguments
