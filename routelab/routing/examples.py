"""Texts that a variable takes, and requests made up for one rule, to see whether it can win any.

They are guesses from what is known of the converter and from the rule's own text; only Werkzeug can say
whether a guess fits, and is asked.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product

from werkzeug.routing import Map, MapAdapter

from routelab.nearest import nearest
from routelab.routing.comparison import MatchQuery, obstacles_of
from routelab.routing.finding import ExampleRequest
from routelab.routing.pattern import Dynamic, Part, Pattern
from routelab.routing.variable import ConverterKind, Variable

MOST_EXAMPLES = 24
_SERVER = "localhost"
_AUTOMATIC = {"HEAD", "OPTIONS"}
_UUIDS = ("12345678-1234-5678-1234-567812345678", "00000000-0000-0000-0000-000000000001")
# Tried in turn on a pattern of which nothing else is known.
_ANYTHING = (
    "1",
    "2",
    "a",
    "b",
    "A",
    "ab",
    "abc",
    "en",
    "10",
    "12",
    "123",
    "1.5",
    "a-b",
    "a_b",
    "a+b",
    "a/b",
    "x1",
)
_NOTHING: Mapping[Variable, str] = {}


def nearest_sample(variable: Variable, got: str) -> str | None:
    """Change `got` as little as can be guessed, so that the variable takes it; None when nothing is known."""
    match variable.kind:
        case ConverterKind.INT:
            return _whole_number(variable, got)
        case ConverterKind.FLOAT:
            return _decimal(variable, got)
        case ConverterKind.ANY:
            return nearest(got, variable.items) or (variable.items or (None,))[0]
        case ConverterKind.UUID:
            return _UUIDS[0]
        case ConverterKind.TEXT:
            text = (got or variable.name)[: variable.longest]
            return text + "x" * (variable.shortest - len(text))
        case ConverterKind.PATH:
            return got.strip("/") or variable.name
        case ConverterKind.CUSTOM:
            return next(_fitting(variable, (got.lower(), got.upper(), *_ANYTHING)), None)


def _whole_number(variable: Variable, got: str) -> str:
    found = re.search(r"-?[0-9]+" if variable.signed else "[0-9]+", got)
    number = int(found[0]) if found and len(found[0]) < 20 else 1
    return str(_within(variable, number)).zfill(variable.digits)


def _decimal(variable: Variable, got: str) -> str:
    found = re.search(r"-?[0-9]*\.?[0-9]+" if variable.signed else r"[0-9]*\.?[0-9]+", got)
    return str(float(_within(variable, float(found[0]) if found and len(found[0]) < 15 else 1.5)))


def _within(variable: Variable, number: float) -> float:
    if variable.minimum is not None and number < variable.minimum:
        return variable.minimum
    if variable.maximum is not None and number > variable.maximum:
        return variable.maximum
    return number


def samples(variable: Variable) -> tuple[str, ...]:
    """Different texts that the variable takes, as far as can be guessed; the plainest first."""
    return tuple(dict.fromkeys(_samples(variable)))


def _samples(variable: Variable) -> Iterator[str]:
    match variable.kind:
        case ConverterKind.INT:
            for got in ("1", "2", "3", "10", "42", "999", "2024", "-1"):
                yield _whole_number(variable, got)
        case ConverterKind.FLOAT:
            for got in ("1.5", "0.5", "2.25", "10.0", "-1.5"):
                yield _decimal(variable, got)
        case ConverterKind.ANY:
            yield from variable.items
        case ConverterKind.UUID:
            yield from _UUIDS
        case ConverterKind.TEXT:
            for got in ("a", "routelab", "ab", "x-y", "1", "7.5", "ä", _UUIDS[0]):
                text = got[: variable.longest]
                yield text + "x" * (variable.shortest - len(text))
        case ConverterKind.PATH:
            yield from ("a", "a/b", "a/b/c", "x.txt", "1", "1/2")
        case ConverterKind.CUSTOM:
            yield from _fitting(variable, _ANYTHING)


def _fitting(variable: Variable, texts: tuple[str, ...]) -> Iterator[str]:
    return (text for text in texts if re.fullmatch(variable.regex, text))


def sample_path(pattern: Pattern) -> str | None:
    """Fill in one text for each variable; None where no text can be guessed."""
    texts: list[str] = []
    for part in pattern.parts:
        if isinstance(part, Dynamic):
            known = [nearest_sample(variable, "") for variable in part.variables]
            if None in known:
                return None
            texts.append(part.filled(tuple(text for text in known if text is not None)))
        else:
            texts.append(part.source)
    return "/".join(texts).replace("//", "/")


def asked_by(example: ExampleRequest) -> MatchQuery:
    """Give what the matcher is asked by it."""
    return MatchQuery(
        domain=example.domain, path=example.path, method=example.method, websocket=example.websocket
    )


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
            else part.source
            for part in parts
        )


def domain_texts(pattern: Pattern) -> Iterator[str]:
    """Yield hosts or subdomains that the rule is for, as far as can be guessed."""
    return filter(str.isascii, _texts(pattern.domain, _NOTHING))


def refused_examples(pattern: Pattern) -> Iterator[ExampleRequest]:
    """Yield requests that fit the rule's text, with one value beyond the limits of its converter."""
    for variable in pattern.variables:
        for value in _beyond(variable):
            example = next(_guesses(pattern, {variable: value}), None)
            if example is not None and not obstacles_of(pattern, asked_by(example)):
                yield example


def _beyond(variable: Variable) -> Iterator[str]:
    if variable.kind not in (ConverterKind.INT, ConverterKind.FLOAT):
        return
    point = ".0" if variable.kind is ConverterKind.FLOAT else ""
    for limit, step in ((variable.minimum, -1), (variable.maximum, 1)):
        if limit is not None and (limit + step >= 0 or variable.signed):
            yield f"{int(limit + step)}{point}".zfill(variable.digits)
    if variable.digits:
        yield "1" * (variable.digits + 1)
