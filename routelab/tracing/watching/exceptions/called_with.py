"""How a function is called, of an exception that says only which argument lacks or was not expected.

It looks the function up among the names of the frame that called it, and calls nothing of the app's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import Parameter, signature
from types import FrameType, FunctionType, ModuleType

from routelab.tracing.watching.code.sources import FLASKS_OWN

_classes = type.__dict__["__mro__"].__get__  # a class of classes may answer in another way

_NAMED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
_OF_ITS_ARGUMENTS = re.compile(
    r"([\w.<>]+)\(\) (?:missing \d|takes |got an unexpected |got multiple values |got some positional)"
)


def words_on_call(error: BaseException, frame: FrameType) -> str | None:
    """Say with what the function is called that `frame` called with other arguments."""
    found = _OF_ITS_ARGUMENTS.match(str(error)) if type(error) is TypeError else None
    if found is None:
        return None
    values = (*frame.f_locals.values(), *frame.f_globals.values())
    called = {each for value in values for each in _calls_of(value, found[1])}
    if len(called) != 1:
        return None
    name, function, bound = called.pop()
    given = list(signature(function, follow_wrapped=False).parameters.values())[bound:]
    if not function.__module__.startswith(FLASKS_OWN):
        return f"it is called as {name}({', '.join(_parts(given))})"
    # The engine's may have other options than Flask's.
    needed = [each.name for each in given if each.kind in _NAMED and each.default is Parameter.empty]
    return f"it is called as {name}({', '.join((*needed, '...'))})" if "missing" in found[0] else None


def _calls_of(value: object, qualified: str) -> Iterator[tuple[str, FunctionType, bool]]:
    """Yield that function where a value is it or has it, with its name and whether it is given its object."""
    name = qualified.rpartition(".")[2]
    if type(value) is ModuleType:
        value = vars(value).get(name)
    if type(value) is FunctionType:
        if _is_it(value, qualified):
            yield name, value, False
        return
    for kind in _classes(value) if issubclass(type(value), type) else type(value).__mro__:
        held = vars(kind).get(name)
        function = held.__func__ if isinstance(held, staticmethod | classmethod) else held
        if type(function) is FunctionType and _is_it(function, qualified):
            whose = qualified.rpartition(".")[0].rpartition(".")[2]
            called = whose if name == "__init__" else f"{whose}.{name}"
            yield called, function, not isinstance(held, staticmethod)
            return  # a parent may have the same name, as Flask's Blueprint has


def _is_it(function: FunctionType, qualified: str) -> bool:
    """Tell whether it is that function itself, and no wrapper that has taken its name."""
    return function.__qualname__ == function.__code__.co_qualname == qualified


def _parts(given: list[Parameter]) -> list[str]:
    """Write parameters; what may be left out is shown without its value, which could be anything."""
    parts = [_part(each) for each in given]
    named = [at for at, each in enumerate(given) if each.kind is Parameter.KEYWORD_ONLY]
    if named and not any(each.kind is Parameter.VAR_POSITIONAL for each in given):
        parts.insert(named[0], "*")
    return parts


def _part(parameter: Parameter) -> str:
    stars = "*" * (parameter.kind is Parameter.VAR_POSITIONAL) + "**" * (
        parameter.kind is Parameter.VAR_KEYWORD
    )
    return f"{stars}{parameter.name}" + ("" if parameter.default is Parameter.empty else "=...")
