"""Whether what stands under an endpoint can be called, takes its rules' variables, and is the whole view.

It reads signatures, through the callables around a view where these can be looked through; it calls nothing.
"""

from __future__ import annotations

import dis
import functools
import inspect
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from routelab.routing.finding import (
    ArgumentsDiffer,
    AuditFinding,
    MethodLacking,
    NamedRule,
    NotCallable,
    Rebound,
)
from routelab.routing.pattern import methods_of
from routelab.routing.wording import endpoint_text, is_odd
from routelab.tracing.watching.code.asked_methods import class_by_methods
from routelab.tracing.watching.code.decorators import decorators_of, wrapper_above_route
from routelab.tracing.watching.code.layers import Layer, class_with, layers_of
from routelab.tracing.watching.code.sources import Sources, in_libraries, is_static_view
from routelab.tracing.watching.code.values import short_repr

_FLASKS_VIEWS = ("flask.views", "routelab.engine.views")
_MERGES = {"DICT_MERGE", "DICT_UPDATE"}  # what follows the `values` of `**values`, in a call and in a dict
_FLASKS_APPS = ("flask.app", "routelab.engine.app")


class _Taker(NamedTuple):
    """A function that is given a rule's variables; `between` are the decorators that pass them on."""

    name: str
    function: Callable[..., Any]
    skipped: int = 0  # arguments before them: self
    between: tuple[str, ...] = ()


def about_views(app: Any, sources: Sources) -> Iterator[AuditFinding]:
    """Find what cannot be called, and views that do not take what their rules give them."""
    changed = _where_values_are_changed(app)
    for rule in app.url_map.iter_rules():
        if rule.build_only or rule.endpoint not in app.view_functions:
            continue
        view = app.view_functions[rule.endpoint]
        about = NamedRule(rule=rule.rule, endpoint=endpoint_text(rule.endpoint), methods=methods_of(rule))
        if not callable(view):
            yield _not_callable(about, view)
            continue
        yield from _above_route(app, about, view, sources)
        yield from _lacking(about, rule, view, sources)
        if not is_static_view(view) and not changed(str(rule.endpoint)):
            given = frozenset(rule.arguments) | frozenset(rule.defaults or ())
            yield from _arguments(about, view, given, rule.methods, sources)


def _above_route(app: Any, about: NamedRule, view: Any, sources: Sources) -> Iterator[Rebound]:
    wrapper = wrapper_above_route(app, about.endpoint, sources)
    if wrapper is not None:
        where = None if wrapper.file is None else f"{wrapper.file}:{wrapper.line}"
        yield Rebound(about=about, function=view.__name__, wrapper=str(wrapper.function), where=where)


def _lacking(about: NamedRule, rule: Any, view: Any, sources: Sources) -> Iterator[MethodLacking]:
    """Find methods for which a MethodView has none of its own; a decorator around it may answer them."""
    view_class = getattr(view, "view_class", None)
    name = class_by_methods(view_class)
    if name is None or hasattr(view_class, "__getattr__") or decorators_of(view, about.endpoint, sources):
        return
    asked = {method for method in rule.methods or () if not is_odd(method)}
    if getattr(rule, "provide_automatic_options", False):
        asked.discard("OPTIONS")
    if "GET" in asked or hasattr(view_class, "get"):
        asked.discard("HEAD")  # a MethodView calls get() for it
    lacking = tuple(sorted(method for method in asked if not hasattr(view_class, method.lower())))
    if lacking:
        yield MethodLacking(about=about, view_class=name, lacking=lacking)


def is_of_a_library(view: Any) -> bool:
    """Tell whether a view's own function is installed, and not the app's."""
    if not callable(view):
        return False
    inner = getattr(view, "view_class", None) or layers_of(view, "")[-1].function
    code = getattr(inner, "__code__", None)
    if code is not None:
        file = code.co_filename
    else:
        try:
            file = inspect.getfile(inner if isinstance(inner, type) else type(inner))
        except (TypeError, OSError):
            return False
    return in_libraries(file) is not None


def _where_values_are_changed(app: Any) -> Callable[[str], bool]:
    """Tell of which endpoints the variables may be changed before the view is called."""
    processors = {name for name, functions in app.url_value_preprocessors.items() if functions}
    owner = class_with(type(app), "dispatch_request") or type(app)
    own_dispatch = "dispatch_request" in vars(app) or owner.__module__ not in _FLASKS_APPS

    def changed(endpoint: str) -> bool:
        parts = endpoint.split(".")[:-1]
        names = {None, *(".".join(parts[:count]) for count in range(1, len(parts) + 1))}
        return own_dispatch or not names.isdisjoint(processors)

    return changed


def _not_callable(about: NamedRule, view: Any) -> NotCallable:
    if not isinstance(view, ModuleType):
        return NotCallable(about=about, kind=type(view).__name__, value=short_repr(view))
    name = view.__name__.rpartition(".")[2]
    found = callable(getattr(view, name, None))
    return NotCallable(
        about=about,
        kind="module",
        value=view.__name__,
        function=f"{view.__name__}.{name}" if found else None,
    )


def _arguments(
    about: NamedRule, view: Callable[..., Any], given: frozenset[str], methods: Any, sources: Sources
) -> Iterator[ArgumentsDiffer]:
    met = set()
    for taker in _takers(view, about.endpoint, given, methods, sources):
        parameters = _parameters(taker)
        if parameters is None:
            continue
        not_taken, by_position, missing = _differences(parameters, given)
        finding = ArgumentsDiffer(
            about=about,
            function=taker.name,
            not_taken=not_taken,
            by_position=by_position,
            # A decorator may well add an argument; that it should take one away is odd.
            missing=() if taker.between else missing,
            between=taker.between,
        )
        if (finding.not_taken or finding.by_position or finding.missing) and finding not in met:
            met.add(finding)
            yield finding
            if not hasattr(view, "view_class"):
                return


def _takers(
    view: Callable[..., Any], endpoint: str, given: frozenset[str], methods: Any, sources: Sources
) -> Iterator[_Taker]:
    """Yield the functions that are given the variables, one inside the other, outermost first."""
    layers = layers_of(view, endpoint.rpartition(".")[2])
    names = decorators_of(view, endpoint, sources)
    named: Any = view
    while isinstance(named, functools.partial):
        named = named.func
    outermost = getattr(named, "__qualname__", type(named).__qualname__).rpartition("<locals>.")[2]
    yield _Taker(name=names[0] if names else outermost, function=view)
    if any(not isinstance(layer.function, FunctionType) for layer in layers):
        return  # what a partial or a method puts in is not known here
    handed_on = set(given)
    for number, (outer, inner) in enumerate(pairwise(layers), start=1):
        handed_on -= _named_in(outer)
        if handed_on != given or not _hands_all_on(outer):
            return  # a decorator deals with one of them by name, or makes something else of them
        yield _Taker(name=inner.function.__qualname__.rpartition("<locals>.")[2], function=inner.function,
                     between=names[:number])  # fmt: skip
    if hasattr(view, "view_class"):
        yield from _methods(view.view_class, names, methods)


def _methods(view_class: type, between: tuple[str, ...], methods: Any) -> Iterator[_Taker]:
    """Yield what a class-based view is dispatched to."""
    owner = class_with(view_class, "dispatch_request")
    if owner is None:
        return
    names = ["dispatch_request"]
    if owner.__module__ in _FLASKS_VIEWS:
        names = sorted(method.lower() for method in methods or () if hasattr(view_class, method.lower()))
    for name in names:
        function = inspect.getattr_static(view_class, name)
        if isinstance(function, FunctionType) and len(layers_of(function, name)) == 1:
            yield _Taker(name=f"{view_class.__name__}.{name}", function=function, skipped=1, between=between)


def _named_in(layer: Layer) -> set[str]:
    """Name what a wrapper takes or speaks of by name: that it may keep to itself."""
    code = layer.code
    if code is None:
        return set()
    texts = {text for text in code.co_consts if isinstance(text, str)}
    return {*code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], *texts}


def _hands_all_on(layer: Layer) -> bool:
    """Tell whether a wrapper does nothing with its `**values` but hand them on: `view(*args, **values)`."""
    code = layer.code
    if code is None or not code.co_flags & inspect.CO_VARKEYWORDS:
        return False
    values = code.co_varnames[
        code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS)
    ]
    uses = [
        following.opname
        for each, following in pairwise(dis.get_instructions(code))
        if each.argval == values or (isinstance(each.argval, tuple) and values in each.argval)
    ]
    return values not in code.co_cellvars and bool(uses) and _MERGES.issuperset(uses)


def _parameters(taker: _Taker) -> list[inspect.Parameter] | None:
    function = taker.function
    if isinstance(function, functools.partial) and not isinstance(function.func, (FunctionType, MethodType)):
        return None
    try:
        signature = inspect.signature(function, follow_wrapped=False)
    except Exception:  # an object of the app's may say anything of itself
        return None
    return list(signature.parameters.values())[taker.skipped :]


def _differences(
    parameters: list[inspect.Parameter], given: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return what is given and not taken, what of it only by position, and what is wanted and not given."""
    kinds = inspect.Parameter
    named = {it.name: it for it in parameters if it.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)}
    takes_all = any(it.kind is kinds.VAR_KEYWORD for it in parameters)
    # Beside `**more` one with a default keeps that, and the value goes into `more`.
    by_position = tuple(
        it.name
        for it in parameters
        if it.kind is kinds.POSITIONAL_ONLY
        and it.name in given
        and (it.default is kinds.empty or not takes_all)
    )
    not_taken = () if takes_all else tuple(sorted(given - named.keys() - set(by_position)))
    wanted = (it for it in parameters if it.kind not in (kinds.VAR_KEYWORD, kinds.VAR_POSITIONAL))
    missing = tuple(it.name for it in wanted if it.default is kinds.empty and it.name not in given)
    return not_taken, by_position, missing
