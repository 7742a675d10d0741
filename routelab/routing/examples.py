"""Requests made up for one rule, to see whether it can win any.

They are guesses from the rule's own text; those that do not fit the rule itself are left out.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from werkzeug.routing import Map, MapAdapter

from routelab.routing.comparison import Asked, obstacles_of
from routelab.routing.finding import ExampleRequest
from routelab.routing.pattern import Dynamic, Part, Pattern
from routelab.routing.sample import samples
from routelab.routing.variable import Kind, Variable

MOST_EXAMPLES = 24
_SERVER = "localhost"
_AUTOMATIC = {"HEAD", "OPTIONS"}
_NOTHING: Mapping[Variable, str] = {}


def asked_by(example: ExampleRequest) -> Asked:
    """Give what the matcher is asked by it."""
    return Asked(domain=example.domain, path=example.path, method=example.method, websocket=example.websocket)


def adapter_for(example: ExampleRequest, url_map: Map) -> MapAdapter:
    """Bind a map so that it is asked about the host of an example."""
    if url_map.host_matching:
        return url_map.bind(example.domain)
    return url_map.bind(_SERVER, subdomain=example.domain)


def examples(pattern: Pattern) -> Iterator[ExampleRequest]:
    """Yield up to 24 requests that fit the rule's text, with different values and methods."""
    found = (example for example in _guesses(pattern) if not obstacles_of(pattern, asked_by(example)))
    return islice(found, MOST_EXAMPLES)


def _guesses(pattern: Pattern, given: Mapping[Variable, str] = _NOTHING) -> Iterator[ExampleRequest]:
    methods = [m for m in pattern.methods or ("GET",) if m not in _AUTOMATIC] or pattern.methods or ("GET",)
    domains = list(islice(filter(str.isascii, _texts(pattern.domain, given)), 3))
    for path, domain, method in product(islice(_texts(pattern.parts, given), 50), domains, methods):
        yield ExampleRequest(method=method, path=path, domain=domain, websocket=pattern.websocket)


def _texts(parts: tuple[Part, ...], given: Mapping[Variable, str]) -> Iterator[str]:
    """Fill in different texts for the variables of some parts, every combination in turn."""
    variables = [variable for part in parts if isinstance(part, Dynamic) for variable in part.variables]
    choices = ((given[variable],) if variable in given else samples(variable) for variable in variables)
    for chosen in product(*choices):
        texts = iter(chosen)
        yield "/".join(
            # The slash after a converter that takes slashes stands in the next part.
            part.filled(tuple(islice(texts, len(part.variables)))).removesuffix("/" if part.slash else "")
            if isinstance(part, Dynamic)
            else part.text
            for part in parts
        )


def refused_examples(pattern: Pattern) -> Iterator[ExampleRequest]:
    """Yield requests that fit the rule's text, with one value beyond the limits of its converter."""
    for variable in pattern.variables:
        for value in _beyond(variable):
            example = next(_guesses(pattern, {variable: value}), None)
            if example is not None and not obstacles_of(pattern, asked_by(example)):
                yield example


def _beyond(variable: Variable) -> Iterator[str]:
    if variable.kind not in (Kind.INT, Kind.FLOAT):
        return
    point = ".0" if variable.kind is Kind.FLOAT else ""
    for limit, step in ((variable.minimum, -1), (variable.maximum, 1)):
        if limit is not None and (limit + step >= 0 or variable.signed):
            yield f"{int(limit + step)}{point}".zfill(variable.digits)
    if variable.digits:
        yield "1" * (variable.digits + 1)
