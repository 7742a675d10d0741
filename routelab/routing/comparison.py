"""Hold one rule against one request, text against text, as if no other rule existed.

It knows nothing of the order of rules, and never asks a converter to convert: that is for the caller.
"""

from routelab.routing.obstacle import (
    BuildOnly,
    ConverterDiffers,
    HostDiffers,
    MethodDiffers,
    Obstacle,
    SchemeDiffers,
    SlashDiffers,
    SlashFault,
    SubdomainDiffers,
    TextDiffers,
    TooLong,
    TooShort,
)
from routelab.routing.pattern import Dynamic, Fixed, Part, Pattern, merged

_BUILD_ONLY = (BuildOnly(),)
_BEYOND_MENDING = (TextDiffers, TooShort, TooLong)


class MatchQuery:
    """What the router was asked: `path` begins with one slash or is empty, `method` is in capitals."""

    def __init__(self, *, domain: str, path: str, method: str, websocket: bool) -> None:
        self.domain, self.path = domain, path
        self.method, self.websocket = method, websocket
        self.segments = tuple(path.split("/"))  # "/user/alice" gives "", "user", "alice"

    @property
    def merged(self) -> "MatchQuery":
        """The same with each run of slashes made one: what a map that merges slashes asks next."""
        path = merged(self.path)
        return MatchQuery(domain=self.domain, path=path, method=self.method, websocket=self.websocket)


def obstacles_of(pattern: Pattern, asked: MatchQuery) -> tuple[Obstacle, ...]:
    """List what stands between the request and the rule, in the order of the walk; () when it fits.

    After fixed text, too many or too few segments the list stops, since no second look could mend that.
    """
    if pattern.build_only:
        return _BUILD_ONLY
    found = _domain_obstacles(pattern, asked)
    found += _path_obstacles(pattern, asked)
    if found and isinstance(found[-1], _BEYOND_MENDING):
        return tuple(found)
    if pattern.methods is not None and asked.method not in pattern.methods:
        found.append(MethodDiffers(method=asked.method, allowed=pattern.methods))
    if pattern.websocket != asked.websocket:
        found.append(SchemeDiffers(rule_is_websocket=pattern.websocket))
    return tuple(found)


def has_form(pattern: Pattern, asked: MatchQuery) -> bool:
    """Tell whether the path has the rule's form, whatever the rule is for."""
    return not _path_obstacles(pattern, asked)


def raw_values(pattern: Pattern, asked: MatchQuery) -> tuple[str, ...] | None:
    """Cut out the text that each of `pattern.variables` takes; None if the path does not fit."""
    taken: list[str] = []
    for part in pattern.domain:
        if isinstance(part, Dynamic):
            found = part.regex.match(asked.domain)
            if found is None:
                return None
            taken += part.raw(found)
    for index, part in enumerate(pattern.parts):
        if isinstance(part, Dynamic):
            found = part.regex.match(_text_for(part, asked.segments, index))
            if found is None:
                return None
            taken += part.raw(found)
    return tuple(taken)


def _text_for(part: Dynamic, segments: tuple[str, ...], index: int) -> str:
    if part.takes_rest:
        return "/".join(segments[index:])
    return segments[index] if index < len(segments) else ""


def domain_fits(pattern: Pattern, domain: str) -> bool:
    """Tell whether a rule is for a host or subdomain."""
    part, *others = pattern.domain
    if others:  # a slash never fits in a host
        return False
    if isinstance(part, Fixed):
        return part.source == domain
    return not part.takes_rest and part.regex.match(domain) is not None


def _domain_obstacles(pattern: Pattern, asked: MatchQuery) -> list[Obstacle]:
    if domain_fits(pattern, asked.domain):
        return []
    differs = HostDiffers if pattern.host_matching else SubdomainDiffers
    return [differs(wanted=pattern.domain_source, got=asked.domain)]


def _path_obstacles(pattern: Pattern, asked: MatchQuery) -> list[Obstacle]:
    found = _segment_obstacles(pattern, asked.segments)
    if found and pattern.merges and "//" in asked.path:
        after_merging = _segment_obstacles(pattern, asked.merged.segments)
        if after_merging in ([], [SlashDiffers(fault=SlashFault.MISSING)]):
            return [SlashDiffers(fault=SlashFault.DOUBLED)]  # a redirect puts both right
        if after_merging == [SlashDiffers(fault=SlashFault.EXTRA)]:
            return after_merging
    return found


def _segment_obstacles(pattern: Pattern, segments: tuple[str, ...]) -> list[Obstacle]:
    found: list[Obstacle] = []
    parts = pattern.parts
    for index, part in enumerate(parts):
        if index >= len(segments):
            return found + _what_is_missing(pattern, index)
        if isinstance(part, Fixed):
            if part.source != segments[index]:
                return [*found, _other_text(parts, index, segments)]
        elif part.takes_rest:
            return found + _rest_obstacles(pattern, part, index, "/".join(segments[index:]))
        elif part.regex.match(segments[index]) is None:
            found.append(_other_value(part, parts[index:], index, segments))
            if not isinstance(found[-1], ConverterDiffers):
                return found
    return found + _what_is_left(pattern, segments, len(parts))


def _what_is_missing(pattern: Pattern, index: int) -> list[Obstacle]:
    """Judge a path that is at its end when the rule is not."""
    if pattern.parts[index:] == (Fixed(source=""),):
        return [SlashDiffers(fault=SlashFault.MISSING)] if pattern.strict else []
    return [TooShort(segment=index, wanted=_source(pattern.parts[index:]))]


def _what_is_left(pattern: Pattern, segments: tuple[str, ...], index: int) -> list[Obstacle]:
    """Judge a rule that is at its end when the path is not."""
    left = segments[index:]
    if not left:
        return []
    if left == ("",):
        return [SlashDiffers(fault=SlashFault.EXTRA)] if pattern.strict else []
    last = pattern.parts[-1]
    fits_all = isinstance(last, Dynamic) and last.regex.match("/".join(segments[index - 1 :]))
    variable = last.variables[-1] if isinstance(last, Dynamic) and fits_all else None
    return [TooLong(segment=index, extra="/" + "/".join(left), variable=variable)]


def _other_text(parts: tuple[Part, ...], index: int, segments: tuple[str, ...]) -> Obstacle:
    part, got = parts[index], segments[index]
    if got == "" and index == len(segments) - 1:
        return TooShort(segment=index, wanted=_source(parts[index:]))
    if part.source == "" and index == len(parts) - 1:
        return TooLong(segment=index, extra="/" + "/".join(segments[index:]))
    return TextDiffers(segment=index, wanted=part.source, got=got)


def _other_value(part: Dynamic, left: tuple[Part, ...], index: int, segments: tuple[str, ...]) -> Obstacle:
    if segments[index] == "" and index == len(segments) - 1:
        return TooShort(segment=index, wanted=_source(left))
    return _misfit(part, index, segments[index])


def _misfit(part: Dynamic, index: int, got: str) -> Obstacle:
    """Tell fixed text beside a variable that is not there from a text that the variable does not take."""
    core = got.removeprefix(part.prefix)
    if len(core) == len(got) - len(part.prefix) and core.endswith(part.suffix):
        core = core[: len(core) - len(part.suffix)]
        form = part.source.removeprefix(part.prefix).removesuffix(part.suffix)
        return ConverterDiffers(segment=index, variables=part.variables, got=core, form=form)
    return TextDiffers(segment=index, wanted=part.source, got=got)


def _rest_obstacles(pattern: Pattern, part: Dynamic, index: int, rest: str) -> list[Obstacle]:
    found = part.regex.match(rest)
    if found is None:
        if rest == "":
            return [TooShort(segment=index, wanted="/" + part.source)]
        return [_misfit(part, index, rest)]
    if part.slash and found.groups()[-1] != "/" and pattern.strict:
        return [SlashDiffers(fault=SlashFault.MISSING)]
    return []


def _source(parts: tuple[Part, ...]) -> str:
    return "/" + "/".join(part.source for part in parts)
