"""Audit a map: rules that no request reaches, rules that hang on the order of registration, slips of the pen.

Who wins is asked of the real router with requests made up for each rule; no view runs.
"""

from collections.abc import Collection, Iterator
from itertools import chain

from werkzeug.routing import Map

from routelab.routing.conflicts import AuditedMap, AuditedRule, doubles, losers, refusals, rivalries
from routelab.routing.finding import (
    AuditFinding,
    ForeignVariable,
    GluedPrefix,
    NoHost,
    NoView,
    OddMethod,
    QueryInRule,
    SlashWithoutGet,
)
from routelab.routing.pattern import Fixed, Pattern


def audit(url_map: Map, view_functions: Collection[str] | None = None) -> tuple[AuditFinding, ...]:
    """Look a map over and return what it finds, by code and then in the order of decision.

    `view_functions` are the endpoints that have one (Flask: `app.view_functions`); None leaves that out. The
    app's converters are asked about made-up values.
    """
    audited = AuditedMap(url_map)
    findings = [*_about_winning(audited), *_about_writing(audited, view_functions)]
    return tuple(sorted(findings, key=lambda finding: finding.code.value))


def _about_winning(audited: AuditedMap) -> Iterator[AuditFinding]:
    told: set[int] = set()
    found: Iterator[tuple[AuditedRule, AuditFinding]] = chain(doubles(audited.matchable), losers(audited))
    for rule, finding in found:
        if id(rule.rule) not in told:
            told.add(id(rule.rule))
            yield finding
    yield from rivalries(audited, told)
    yield from refusals(audited)


def _about_writing(audited: AuditedMap, view_functions: Collection[str] | None) -> Iterator[AuditFinding]:
    prefixes = _prefixes(audited.rules)
    for rule in audited.rules:
        pattern, about = rule.pattern, rule.named
        if any("?" in text for text in _fixed_texts(pattern)):
            yield QueryInRule(about=about)
        for text in filter(_is_foreign, _fixed_texts(pattern)):
            yield ForeignVariable(about=about, fixed=text)
        odd = tuple(method for method in pattern.methods or () if not method.isalpha() or len(method) == 1)
        if odd:
            yield OddMethod(about=about, odd=odd)
        if _is_slash_without_get(pattern):
            yield SlashWithoutGet(about=about)
        prefix = prefixes.get(_blueprint(rule))
        if (
            prefix is not None
            and pattern.rule.startswith(prefix)
            and pattern.rule[len(prefix) :][:1] not in "/<"
        ):
            yield GluedPrefix(about=about, prefix=prefix)
        if pattern.build_only:
            continue
        if view_functions is not None and rule.rule.endpoint not in view_functions:
            yield NoView(about=about)
        if audited.url_map.host_matching and pattern.domain == (Fixed(""),):
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


def _blueprint(rule: AuditedRule) -> str:
    """Read a blueprint's name out of an endpoint, as Flask writes it: "shop.cart" gives "shop"."""
    return str(rule.rule.endpoint).rpartition(".")[0]


def _prefixes(rules: tuple[AuditedRule, ...]) -> dict[str, str]:
    """Find the first segment, "/shop", that most rules of each blueprint begin with."""
    firsts: dict[str, list[str]] = {}
    for rule in rules:
        blueprint = _blueprint(rule)
        if blueprint and len(rule.pattern.head) > 2 and rule.pattern.head[2]:
            firsts.setdefault(blueprint, []).append("/" + rule.pattern.head[2])
    found: dict[str, str] = {}
    for blueprint, texts in firsts.items():
        common = max(sorted(set(texts)), key=texts.count)
        if texts.count(common) > len(texts) / 2:
            found[blueprint] = common
    return found
