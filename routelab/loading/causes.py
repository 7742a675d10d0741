"""What stood in the way of a rule while an app loaded, read from the frame that raised: no message is parsed.

It must not know how it is told, nor where functions stand in their files.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from traceback import walk_tb
from types import FunctionType, ModuleType
from typing import Any

from routelab.nearest import nearest
from routelab.record import Record
from routelab.tracing.steps.load import NoBlueprint, UnknownConverter
from routelab.tracing.watching.code.layers import contents_of
from routelab.tracing.watching.code.sources import FLASKS_OWN, is_static_view
from routelab.tracing.watching.exceptions.raising import raising_point

View = Callable[..., Any]

_DEFAULT = "default"  # Werkzeug's name for the converter of a variable without one
# What other frameworks, languages and people call the converters.
_ALSO_CALLED = {
    "integer": "int", "number": "int", "num": "int", "digit": "int", "digits": "int", "long": "int",
    "decimal": "float", "double": "float", "real": "float",
    "str": "string", "text": "string", "word": "string", "char": "string", "guid": "uuid",
}  # fmt: skip


class ClashOfViews(Record):
    """Two functions were given one endpoint: `first` has it, `second` asked for it.

    `wrapper` is the function that a decorator without functools.wraps put in the place of both, and gave its
    own name; `first` and `second` are then the views inside. Both are classes where `as_view` made the views.
    `decorated`: what asked is what has the endpoint, with a decorator around it.
    """

    endpoint: str
    first: View
    second: View
    wrapper: FunctionType | None = None
    decorated: bool = False


def taken_endpoint(error: BaseException) -> ClashOfViews | None:
    """Find the two functions of an "overwriting an existing endpoint function"."""
    if not isinstance(error, AssertionError):
        return None
    local = _locals_of_the_raiser(error, FLASKS_OWN)
    endpoint, second = local.get("endpoint"), local.get("view_func")
    first = getattr(local.get("self"), "view_functions", {}).get(endpoint)
    if not isinstance(endpoint, str) or not callable(first) or not callable(second) or first is second:
        return None
    return _seen_through(endpoint, first, second)


class NameClash(Record):
    """A blueprint was to be registered under a name that another one, `first`, or itself has."""

    name: str
    first: Any
    again: bool
    view: View | None  # of the first one: the view that it registered first


def taken_name(error: BaseException) -> NameClash | None:
    """Find the blueprint that has a name which is "already registered"."""
    if not isinstance(error, ValueError):
        return None
    local = _locals_of_the_raiser(error, FLASKS_OWN)
    app, name, asking = (local.get(each) for each in ("app", "name", "self"))
    first = getattr(app, "blueprints", {}).get(name)
    if app is None or first is None or not isinstance(name, str):
        return None
    views = (view for endpoint, view in app.view_functions.items() if str(endpoint).startswith(f"{name}."))
    view = next((each for each in views if not is_static_view(each)), None)
    return NameClash(
        name=name, first=first, again=first is asking, view=None if view is None else _written(view)
    )


def no_blueprint(error: BaseException) -> NoBlueprint | None:
    """Find what register_blueprint was given that is no blueprint, and those in it, if it is a module."""
    local = _locals_of_the_raiser(error, FLASKS_OWN)
    if not isinstance(error, AttributeError) or error.name != "register" or "blueprint" not in local:
        return None
    given = local["blueprint"]
    if type(given) is not ModuleType:
        return NoBlueprint(type=type(given).__name__)
    there = tuple(name for name, value in vars(given).items() if _is_blueprint(type(value)))
    return NoBlueprint(type="module", name=given.__name__, blueprints=there)


def _is_blueprint(kind: type) -> bool:
    return any(
        it.__name__ == "Blueprint" and str(it.__module__).startswith(FLASKS_OWN) for it in kind.__mro__
    )


def unknown_converter(error: BaseException) -> UnknownConverter | None:
    """Find the rule and the map of a "converter does not exist"; the app's own converters count, too."""
    if not isinstance(error, LookupError):
        return None
    local = _locals_of_the_raiser(error, ("werkzeug.",))
    rule, name, variable = local.get("self"), local.get("converter_name"), local.get("variable_name")
    converters = getattr(getattr(rule, "map", None), "converters", None)
    if not isinstance(name, str) or not isinstance(variable, str) or not converters or name in converters:
        return None
    known = tuple(str(known) for known in converters if known != _DEFAULT)
    also_called = _ALSO_CALLED.get(name.lower(), name.lower())
    swapped = also_called not in known and variable in known
    return UnknownConverter(
        rule=str(getattr(rule, "rule", "")),
        converter=name,
        variable=variable,
        known=known,
        nearest=variable if swapped else nearest(also_called, known),
        swapped=swapped,
    )


class RuleRefused(Record):
    """A rule that Werkzeug could not take; its view, its blueprint and that one's prefix, so far as known."""

    rule: str
    view: View | None
    blueprint: str | None
    prefix: str | None


def refused_rule(error: BaseException) -> RuleRefused | None:
    """Find the rule that was being added when Werkzeug raised, and whose it is."""
    rule, view, blueprint, prefix = None, None, None, None
    module = ""
    for frame, _ in walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__"))
        local = frame.f_locals
        if frame.f_code.co_name == "add_url_rule" and module.startswith(FLASKS_OWN):
            view = local.get("view_func") if callable(local.get("view_func")) else view
            name = getattr(getattr(local.get("self"), "blueprint", None), "name", None)
            blueprint = name if isinstance(name, str) else blueprint
            prefix = getattr(local.get("self"), "url_prefix", None) if isinstance(name, str) else prefix
        if module == "werkzeug.routing.rules":
            written = local.get("string", getattr(local.get("self"), "rule", None))
            rule = written if isinstance(written, str) else rule
    if rule is None or not module.startswith("werkzeug.routing."):
        return None
    told = prefix if isinstance(prefix, str) and prefix else None
    return RuleRefused(
        rule=rule, view=None if view is None else _written(view), blueprint=blueprint, prefix=told
    )


def unnamed_view(error: BaseException) -> str | None:
    """Name the class of a view after which no endpoint can be named, as functools.partial."""
    if not isinstance(error, AttributeError) or error.name != "__name__":
        return None
    local = _locals_of_the_raiser(error, FLASKS_OWN)
    return type(error.obj).__name__ if any(value is error.obj for value in local.values()) else None


def _locals_of_the_raiser(error: BaseException, packages: tuple[str, ...]) -> dict[str, Any]:
    """Return the names of the innermost frame; none outside of `packages`, where objects may be odd."""
    way = raising_point(error)
    if way is None or not str(way.tb_frame.f_globals.get("__name__")).startswith(packages):
        return {}
    return way.tb_frame.f_locals


def _seen_through(endpoint: str, first: View, second: View) -> ClashOfViews:
    """Look through wrappers that one decorator made, for as long as both functions are such."""
    decorated = unwrap(second, stop=lambda layer: layer is first) is first
    first, second = _written(first), _written(second)
    wrapper = None
    while (inside := _wrapped(first, second)) is not None:
        wrapper = wrapper or first
        first, second = inside
    plain = wrapper if isinstance(wrapper, FunctionType) else None
    return ClashOfViews(endpoint=endpoint, first=first, second=second, wrapper=plain, decorated=decorated)


def _written(view: View) -> View:
    kind: View | None = getattr(view, "view_class", None)
    return kind or unwrap(view)


def _wrapped(first: View, second: View) -> tuple[View, View] | None:
    """Return what two functions of one `def` hold, where each holds one other function."""
    if not isinstance(first, FunctionType) or not isinstance(second, FunctionType):
        return None
    if first is second or first.__code__ is not second.__code__:
        return None
    inside, other = _held(first), _held(second)
    return (_written(inside[0]), _written(other[0])) if len(inside) == len(other) == 1 else None


def _held(function: FunctionType) -> list[FunctionType]:
    held = (contents_of(cell) for cell in function.__closure__ or ())
    return [inner for inner in held if isinstance(inner, FunctionType)]
