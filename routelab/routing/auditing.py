"""Audit a map: rules that no request reaches, rules that hang on the order of registration, slips of the pen.

Who wins is asked of the real router with requests made up for each rule; no view runs.
"""

from collections.abc import Collection, Iterator
from itertools import chain

from werkzeug.routing import Map

from routelab.routing.conflicts import doubles, losers, refusals, rivalries
from routelab.routing.entry import Entry, entries_of
from routelab.routing.finding import (
    Finding,
    ForeignVariable,
    GluedPrefix,
    NoHost,
    NoView,
    OddMethod,
    QueryInRule,
    SlashWithoutGet,
)
from routelab.routing.pattern import Fixed, Pattern


def audit(url_map: Map, view_functions: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Look a map over and return what it finds, by code and then in the order of decision.

    `view_functions` are the endpoints that have one (Flask: `app.view_functions`); None leaves that out. The
    app's converters are asked about made-up values.
    """
    entries = entries_of(url_map)
    findings = [*_about_winning(url_map, entries), *_about_writing(url_map, entries, view_functions)]
    return tuple(sorted(findings, key=lambda finding: finding.code.value))


def _about_winning(url_map: Map, entries: tuple[Entry, ...]) -> Iterator[Finding]:
    matchable = tuple(entry for entry in entries if not entry.pattern.build_only)
    told: set[int] = set()
    found: Iterator[tuple[Entry, Finding]] = chain(doubles(matchable), losers(url_map, matchable))
    for entry, finding in found:
        if id(entry.rule) not in told:
            told.add(id(entry.rule))
            yield finding
    yield from rivalries(url_map, matchable, told)
    yield from refusals(url_map, matchable)


def _about_writing(
    url_map: Map, entries: tuple[Entry, ...], view_functions: Collection[str] | None
) -> Iterator[Finding]:
    prefixes = _prefixes(entries)
    for entry in entries:
        pattern, about = entry.pattern, entry.named
        if any("?" in text for text in _fixed_texts(pattern)):
            yield QueryInRule(about=about)
        for text in filter(_is_foreign, _fixed_texts(pattern)):
            yield ForeignVariable(about=about, fixed=text)
        odd = tuple(method for method in pattern.methods or () if not method.isalpha() or len(method) == 1)
        if odd:
            yield OddMethod(about=about, odd=odd)
        if _is_slash_without_get(pattern):
            yield SlashWithoutGet(about=about)
        prefix = prefixes.get(_blueprint(entry))
        if (
            prefix is not None
            and pattern.rule.startswith(prefix)
            and pattern.rule[len(prefix) :][:1] not in "/<"
        ):
            yield GluedPrefix(about=about, prefix=prefix)
        if pattern.build_only:
            continue
        if view_functions is not None and entry.rule.endpoint not in view_functions:
            yield NoView(about=about)
        if url_map.host_matching and pattern.domain == (Fixed(""),):
            yield NoHost(about=about)


def _fixed_texts(pattern: Pattern) -> Iterator[str]:
    for part in pattern.parts:
        if isinstance(part, Fixed):
            yield part.text
        else:
            yield part.prefix
            yield part.suffix


def _is_foreign(text: str) -> bool:
    return (text[:1] == "{" and text[-1:] == "}") or (text[:1] == ":" and text[1:].isidentifier())


def _is_slash_without_get(pattern: Pattern) -> bool:
    ends_in_slash = len(pattern.parts) > 2 and pattern.parts[-1] == Fixed("")
    return ends_in_slash and pattern.strict and pattern.methods is not None and "GET" not in pattern.methods


def _blueprint(entry: Entry) -> str:
    """Read a blueprint's name out of an endpoint, as Flask writes it: "shop.cart" gives "shop"."""
    return str(entry.rule.endpoint).rpartition(".")[0]


def _prefixes(entries: tuple[Entry, ...]) -> dict[str, str]:
    """Find the first segment, "/shop", that most rules of each blueprint begin with."""
    firsts: dict[str, list[str]] = {}
    for entry in entries:
        blueprint = _blueprint(entry)
        if blueprint and len(entry.pattern.head) > 2 and entry.pattern.head[2]:
            firsts.setdefault(blueprint, []).append("/" + entry.pattern.head[2])
    found: dict[str, str] = {}
    for blueprint, texts in firsts.items():
        common = max(sorted(set(texts)), key=texts.count)
        if texts.count(common) > len(texts) / 2:
            found[blueprint] = common
    return found
