"""One rule read as its author wrote it: fixed text, variables, converters, flags.

It reads a rule's public attributes and asks it for its converters; it holds no rule against a request.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from math import isfinite
from typing import Any

from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    Map,
    PathConverter,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)
from werkzeug.routing.rules import parse_converter_args

from routelab.record import Record
from routelab.routing.redirect import AllowingRule
from routelab.routing.variable import ConverterKind, Variable
from routelab.routing.wording import endpoint_text

# <name>, <converter:name>, <converter(arguments):name>; a slash; fixed text
_TOKEN = re.compile(
    r"<(?:(?P<converter>[a-zA-Z_]\w*)(?:\((?P<arguments>.*?)\))?:)?(?P<variable>[a-zA-Z_]\w*)>"
    r"|(?P<slash>/)|(?P<fixed>[^</]+)",
    re.ASCII,
)


_KINDS: dict[type[BaseConverter], ConverterKind] = {
    UnicodeConverter: ConverterKind.TEXT,
    IntegerConverter: ConverterKind.INT,
    FloatConverter: ConverterKind.FLOAT,
    PathConverter: ConverterKind.PATH,
    UUIDConverter: ConverterKind.UUID,
    AnyConverter: ConverterKind.ANY,
}


class Fixed(Record):
    """A piece between two slashes without a variable; "" before the first and after the last slash."""

    source: str  # as written in the rule


class Dynamic(Record):
    """A piece with variables in it; with a converter that takes slashes it is all the rest of the rule.

    `/files-<int:n>`       Dynamic(prefix="files-", suffix="", takes_rest=False)
    `/<path:p>/edit`       Dynamic(prefix="", suffix="/edit", takes_rest=True)
    `/<path:p>/`           Dynamic(..., takes_rest=True, slash=True), then Fixed(source="")
    """

    source: str
    variables: tuple[Variable, ...]
    regex: re.Pattern[str]
    weight: tuple[Any, ...]  # as Werkzeug weighs a part: the lighter is tried first
    takes_rest: bool
    slash: bool
    prefix: str
    suffix: str

    def raw(self, found: re.Match[str]) -> tuple[str, ...]:
        """Cut out the text that each variable took."""
        return tuple(found.group(f"routelab_{number}") for number in range(len(self.variables)))

    def filled(self, texts: tuple[str, ...]) -> str:
        """Put a text in the place of each variable."""
        waiting = iter(texts)
        return _TOKEN.sub(lambda token: next(waiting) if token["variable"] else token[0], self.source)


Part = Fixed | Dynamic


class Pattern(Record):
    """All that one rule says of the requests that it wants."""

    rule: str
    endpoint: str
    methods: tuple[str, ...] | None  # sorted; None takes any
    domain: tuple[Part, ...]
    parts: tuple[Part, ...]  # the first is Fixed(source=""), what stands before the first slash
    strict: bool  # strict_slashes
    merges: bool  # merge_slashes
    websocket: bool
    build_only: bool
    host_matching: bool
    head: tuple[str, ...]  # the host and the fixed text before the first variable: "", "", "user"

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable, those of the host first."""
        return tuple(
            variable
            for part in (*self.domain, *self.parts)
            if isinstance(part, Dynamic)
            for variable in part.variables
        )

    def segment_of(self, variable: Variable) -> int | None:
        """Count the segment of the path that the variable stands in; None when that is the host."""
        for index, part in enumerate(self.parts):
            if isinstance(part, Dynamic) and variable in part.variables:
                return index
        return None

    @property
    def domain_source(self) -> str:
        """The host or subdomain as written."""
        return "/".join(part.source for part in self.domain)


def pattern_of(rule: Rule) -> Pattern:
    """Read a bound rule. Raises what its converters raise when they are made."""
    domain = domain_of(rule)
    text = merged(rule.rule) if rule.merge_slashes else rule.rule
    parts = tuple(_parts(text, rule))
    fixed = takewhile(lambda part: isinstance(part, Fixed), parts)
    return Pattern(
        rule=rule.rule,
        endpoint=endpoint_text(rule.endpoint),
        methods=methods_of(rule),
        domain=tuple(_parts(domain, rule)),
        parts=parts,
        strict=bool(rule.strict_slashes),
        merges=rule.merge_slashes is not False,
        websocket=rule.websocket,
        build_only=rule.build_only,
        host_matching=rule.map.host_matching,
        head=(domain, *(part.source for part in fixed)),
    )


def domain_of(rule: Rule) -> str:
    """Return the host or subdomain that a rule is for, as its map has it; "" for none."""
    return (rule.host if rule.map.host_matching else rule.subdomain) or ""


def methods_of(rule: Rule) -> tuple[str, ...] | None:
    """Return the methods that a rule takes, sorted; None where it takes any."""
    return None if rule.methods is None else tuple(sorted(rule.methods))


def _parts(text: str, rule: Rule) -> Iterator[Part]:
    pieces: list[str | Variable] = []
    weights: list[Any] = []
    start = 0
    takes_rest = False
    for token in _TOKEN.finditer(text):
        if token["slash"] and not takes_rest:
            yield _part(text[start : token.start()], pieces, weights, takes_rest=False)
            pieces, weights, start = [], [], token.end()
        elif token["variable"]:
            variable, converter = _variable(token, rule)
            pieces.append(variable)
            weights.append(converter.weight)
            takes_rest = takes_rest or not converter.part_isolating
        else:
            pieces.append(token[0])
    part = _part(text[start:], pieces, weights, takes_rest=takes_rest)
    yield part
    if isinstance(part, Dynamic) and part.slash:
        yield Fixed(source="")


def _part(source: str, pieces: list[str | Variable], weights: list[Any], *, takes_rest: bool) -> Part:
    if not any(isinstance(piece, Variable) for piece in pieces):
        return Fixed(source=source)
    slash = takes_rest and pieces[-1] == "/"
    if not takes_rest:
        pieces = [_isolated(piece) if isinstance(piece, Variable) else piece for piece in pieces]
    if slash:
        pieces = pieces[:-1]
    names = iter(range(len(pieces)))
    regex = "".join(
        re.escape(piece) if isinstance(piece, str) else f"(?P<routelab_{next(names)}>{piece.regex})"
        for piece in pieces
    )
    is_text = [isinstance(piece, str) for piece in pieces]
    first, last = is_text.index(False), len(pieces) - is_text[::-1].index(False)
    return Dynamic(
        source=source,
        variables=tuple(piece for piece in pieces if isinstance(piece, Variable)),
        # A rule that ends in a slash after `path` fits with and without it, and the slash is judged apart.
        regex=re.compile(regex + (r"(?<!/)(/?)\Z" if slash else r"\Z")),
        weight=_weight(pieces, weights),
        takes_rest=takes_rest,
        slash=slash,
        prefix="".join(map(str, pieces[:first])),
        suffix="".join(map(str, pieces[last:])),
    )


def _isolated(variable: Variable) -> Variable:
    """Note of a variable that is given one segment that its pattern cannot fit one."""
    return variable.replace(needs_slash=True) if needs_slash(variable.regex) else variable


_GROUP = r"\((?:\?(?P<kind>P<\w+>|[^)]))?(?P<inside>[^()]*)\)"
_SURE_SLASH = r"/(?![?*]|\{0|\{,)"


def needs_slash(regex: str) -> bool:
    """Tell whether a pattern surely fits no text without a slash.

    "[a-z]+/[a-z]+" does so, "[a-z]+(/[a-z]+)?" does not.
    A group stands for a slash where each of its alternatives needs one.
    """
    text = re.sub(r"\\(.)", lambda escaped: "/" if escaped[1] == "/" else "x", regex)
    text = re.sub(r"\[\^?\]?[^]]*\]", "x", text)
    while group := re.search(_GROUP, text):
        inside = group["kind"] in (None, ":") or group["kind"].startswith("P<")
        stands_for = "/" if inside and _each_has_slash(group["inside"]) else "x"
        text = text[: group.start()] + stands_for + text[group.end() :]
    return _each_has_slash(text)


def _each_has_slash(text: str) -> bool:
    return all(re.search(_SURE_SLASH, choice) for choice in text.split("|"))


def _weight(pieces: list[str | Variable], weights: list[Any]) -> tuple[Any, ...]:
    fixed = [len(piece) for piece in pieces if isinstance(piece, str) and piece != "/"]
    return -len(fixed), [(index, -length) for index, length in enumerate(fixed)], -len(weights), weights


def made_converter(rule: Rule, variable: Variable) -> BaseConverter:
    """Make a variable's converter once more, as the rule's author wrote it. Raises what making it raises."""
    args, kwargs = parse_converter_args(variable.arguments)
    name = variable.converter if variable.named else "default"
    return rule.get_converter(variable.name, name, args, kwargs)


def _variable(token: re.Match[str], rule: Rule) -> tuple[Variable, BaseConverter]:
    arguments = token["arguments"] or ""
    args, kwargs = parse_converter_args(arguments)
    converter = rule.get_converter(token["variable"], token["converter"] or "default", args, kwargs)
    kind = _KINDS.get(type(converter), ConverterKind.CUSTOM)
    variable = Variable(
        name=token["variable"],
        converter=token["converter"] or "string",
        named=token["converter"] is not None,
        arguments=arguments,
        kind=kind,
        regex=converter.regex,
        refuses=type(converter).to_python is not BaseConverter.to_python,
        **_limits(kind, converter, args, kwargs),
    )
    return variable, converter


def _limits(
    kind: ConverterKind, converter: BaseConverter, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Read the converter's arguments into the fields of Variable."""
    if isinstance(converter, (IntegerConverter, FloatConverter)) and kind is not ConverterKind.CUSTOM:
        return {
            "signed": bool(converter.signed),
            "digits": converter.fixed_digits if isinstance(converter.fixed_digits, int) else 0,
            "minimum": _number(converter.min),
            "maximum": _number(converter.max),
        }
    if kind is ConverterKind.ANY:
        return {"items": tuple(str(item) for item in args)}
    if kind is ConverterKind.TEXT:
        given = dict(zip(("minlength", "maxlength", "length"), args, strict=False)) | kwargs
        if given.get("length") is not None:
            return {"shortest": int(given["length"]), "longest": int(given["length"])}
        longest = given.get("maxlength")
        return {
            "shortest": int(given.get("minlength", 1)),
            "longest": None if longest is None else int(longest),
        }
    return {}


def _number(limit: object) -> float | None:
    """Keep a limit that is a number: an author may write anything, and JSON has no infinity."""
    return limit if isinstance(limit, (int, float)) and isfinite(limit) else None


def allowing_rule(rule: Rule) -> AllowingRule:
    """Tell the methods of a rule that somebody chose from those that came with them.

    Flask marks a rule whose OPTIONS it answers itself with `provide_automatic_options`.
    """
    methods = rule.methods or set()
    added = {"HEAD"} if {"GET", "HEAD"} <= methods else set()
    if "OPTIONS" in methods and getattr(rule, "provide_automatic_options", False):
        added.add("OPTIONS")
    return AllowingRule(
        rule=rule.rule,
        endpoint=endpoint_text(rule.endpoint),
        methods=tuple(sorted(methods - added)),
        added=tuple(sorted(added)),
    )


def merged(path: str) -> str:
    """Merge the slashes of a path or a rule as the installed Werkzeug does: "/a//b" gives "/a/b".

    Werkzeug 3.1.0 takes them two by two, so that three slashes become two; 3.1.9 does not.
    """
    if "//" not in path:
        return path
    return re.sub("/{2,}" if "///" not in path or _merges_all() else "//", "/", path)


@cache
def _merges_all() -> bool:
    """Build a URL from a rule with three slashes, and see what is left of them."""
    return Map([Rule("/a///b", endpoint="probe")]).bind("probe").build("probe") == "/a/b"
