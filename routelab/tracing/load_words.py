"""Say what stood in the way of a rule while the app loaded, and what would clear it.

Pure functions from facts to sentences; they know no style and no width.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.loading.records import UnknownConverter
from routelab.routing.wording import listed
from routelab.tracing.records import LoadStep, Place, TakenEndpoint


def cause_of_load(step: LoadStep) -> Iterator[str]:
    """Say what is known of the cause beyond the exception's own words."""
    if step.taken:
        yield taken_words(step.taken)
    if step.converter:
        yield converter_words(step.converter)


def taken_words(taken: TakenEndpoint) -> str:
    """Say which function has the endpoint, and how two can live side by side."""
    first, second, wrapper = _place(taken.first), _place(taken.second), taken.wrapper
    if wrapper is not None:
        return (
            f"{taken.endpoint} is the name of {_place(wrapper)}, which {taken.wrapper_of}() put in the place "
            f"of {first} and {second}; @functools.wraps above def {wrapper.function} lets each keep its own"
        )
    said = f"{taken.endpoint} is taken by {first}"
    if taken.decorated:
        return f"{said} itself, below another decorator; write each route above the other decorators"
    if taken.first == taken.second:
        return f"{said}, made a second time; make it once, or give each rule an endpoint= of its own"
    if taken.endpoint.rpartition(".")[2] == taken.second.function:
        return f"{said}; give {second} another name, or an endpoint= of its own"
    return f"{said}; give {second} another endpoint"


def converter_words(unknown: UnknownConverter) -> str:
    """Say which converters there are, and which was probably meant."""
    known = f"the converters are {listed(unknown.known, 'and')}"
    if unknown.swapped:
        return f"{known}; the converter comes first: <{unknown.variable}:{unknown.converter}>"
    if unknown.nearest:
        return f"{known}; did you mean {unknown.nearest}?"
    return f"{known}; {unknown.rule} names another"


def _place(place: Place) -> str:
    called = "a lambda" if place.function == "<lambda>" else f"{place.function}()"
    return called if place.file is None else f"{called} at {place.file}:{place.line}"
