"""Audit a map: rules that no request reaches, rules that hang on the order of registration, slips of the pen.

Who wins is asked of the real router with requests made up for each rule; no view runs.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from werkzeug.routing import Map

from routelab.routing.conflicts import AuditedMap, AuditedRule, doubles, losers, refusals, rivalries
from routelab.routing.domain import Barrier
from routelab.routing.examples import examples
from routelab.routing.finding import (
    AuditFinding,
    ForeignVariable,
    GluedPrefix,
    LimitsExcludeAll,
    NamedRule,
    NameForBuilding,
    NeverTyped,
    NeverWins,
    NoHost,
    NotReached,
    NoView,
    OddMethod,
    OrderDecides,
    PatternNeedsSlash,
    QueryInRule,
    RegisteredTwice,
    Reordered,
    SameView,
    SlashWithoutGet,
)
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import Fixed, Pattern
from routelab.routing.reaching import Reach
from routelab.routing.wording import is_odd, unaskable

_MOST_TRIED = 500  # rules for which requests are made up to fill a table: some 30 milliseconds


def audit(
    url_map: Map, view_functions: Collection[str] | None = None, reach: Reach | None = None
) -> tuple[AuditFinding, ...]:
    """Look a map over and return what it finds, by code and then in the order of decision.

    `view_functions` are the endpoints that have one, at best with it (Flask: `app.view_functions`); None
    leaves that out. `reach` tells which rules a request reaches by its host, in this app. The app's
    converters are asked about made-up values.
    """
    audited = AuditedMap(url_map, reach)
    won = tuple(_about_winning(audited))
    views = _Views(view_functions, url_map)
    findings = [
        *(views.judged(finding) for finding in won),
        *_about_writing(audited),
        *_about_views(audited, views),
        *_about_hosts(audited),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.code.value))


def unmatched(url_map: Map, view_functions: Collection[str] | None, reach: Reach) -> dict[int, str]:
    """Say why no request reaches a rule, or none of those made up for it; by the id of the rule.

    A rule that only gives a name to an earlier one's URLs is not among them.
    """
    audited = AuditedMap(url_map, reach)
    views = _Views(view_functions, url_map)
    why = {id(rule.rule): barrier.words for rule, barrier in audited.unreachable}
    for rule in audited.matchable:
        for finding in _about_text(rule):
            why.setdefault(id(rule.rule), finding.text)
    lost: list[tuple[AuditedRule, AuditFinding]] = [
        (rule, finding)
        for rule, finding in doubles(audited.matchable)
        if _takes_all_of(finding.first, rule.named)
    ]
    if len(audited.matchable) <= _MOST_TRIED:
        lost += losers(audited)
    for rule, finding in lost:
        if views.judged(finding) is finding:
            why.setdefault(id(rule.rule), finding.text)
    return why


def _about_winning(audited: AuditedMap) -> Iterator[AuditFinding]:
    told: set[int] = set()
    found: Iterator[tuple[AuditedRule, AuditFinding]] = chain(doubles(audited.matchable), losers(audited))
    for rule, finding in found:
        if id(rule.rule) not in told:
            told.add(id(rule.rule))
            yield finding
    yield from rivalries(audited, told)
    yield from refusals(audited)


class _Views:
    """Which endpoints have a view function, and which of them the same."""

    def __init__(self, views: Collection[str] | None, url_map: Map) -> None:
        self._views = views
        self._arguments: dict[str, set[frozenset[str]]] = {}
        for rule in url_map.iter_rules():
            self._arguments.setdefault(str(rule.endpoint), set()).add(frozenset(rule.arguments))

    def lacks(self, endpoint: str) -> bool:
        """Tell whether an endpoint has no view function."""
        return self._views is not None and endpoint not in self._views

    def judged(self, finding: AuditFinding) -> AuditFinding:
        """Tell a loser whose loss makes no difference from one that somebody misses."""
        if isinstance(finding, (RegisteredTwice, NeverWins, OrderDecides, Reordered)):
            winner = finding.first if isinstance(finding, RegisteredTwice) else finding.winner
            about = finding.about
            if self.lacks(about.endpoint) and _takes_all_of(winner, about):
                if isinstance(finding, RegisteredTwice):
                    return NameForBuilding(about=about, first=winner)
            elif self._are_the_same(about, winner):
                return SameView(about=about, winner=winner)
        return finding

    def _are_the_same(self, one: NamedRule, other: NamedRule) -> bool:
        if self._arguments[one.endpoint] != self._arguments[other.endpoint]:
            return False
        if len(self._arguments[one.endpoint]) > 1:  # which of them this is about is not told
            return False
        if one.endpoint == other.endpoint:
            return True
        views = self._views
        return isinstance(views, Mapping) and views.get(one.endpoint, one) == views.get(other.endpoint, other)


def _takes_all_of(winner: NamedRule, loser: NamedRule) -> bool:
    """Tell whether the winner takes each method that the loser does."""
    return winner.methods is None or (loser.methods is not None and {*loser.methods} <= {*winner.methods})


def _about_hosts(audited: AuditedMap) -> Iterator[AuditFinding]:
    for rule, why in audited.unreachable:
        if why.barrier is Barrier.NO_HOST:
            yield NoHost(about=rule.named)
        else:
            yield NotReached(about=rule.named, why=why)


def _about_views(audited: AuditedMap, views: _Views) -> Iterator[AuditFinding]:
    """Find rules that a request reaches, and whose endpoint has no view function."""
    covered = {
        id(rule.rule)
        for rule, finding in doubles(audited.matchable)
        if _takes_all_of(finding.first, rule.named)
    }
    for rule in audited.matchable:
        # A rule with redirect_to is answered by the router itself.
        redirects = rule.rule.redirect_to is not None
        if not redirects and views.lacks(rule.rule.endpoint) and id(rule.rule) not in covered:
            yield NoView(about=rule.named)


def _about_writing(audited: AuditedMap) -> Iterator[AuditFinding]:
    prefixes = _prefixes(audited.rules)
    for rule in audited.rules:
        pattern, about = rule.pattern, rule.named
        yield from _about_text(rule)
        for text in filter(_is_foreign, _fixed_texts(pattern)):
            yield ForeignVariable(about=about, fixed=text)
        odd = tuple(method for method in pattern.methods or () if is_odd(method) or len(method) == 1)
        if odd:
            yield OddMethod(about=about, odd=odd)
        if _is_slash_without_get(pattern) and _is_missing_without_slash(audited, rule):
            yield SlashWithoutGet(about=about)
        prefix = prefixes.get(_blueprint(rule))
        if (
            prefix is not None
            and pattern.rule.startswith(prefix)
            and pattern.rule[len(prefix) :][:1] not in "/<"
        ):
            yield GluedPrefix(about=about, prefix=prefix)


def _about_text(rule: AuditedRule) -> Iterator[AuditFinding]:
    """Find what the path of no ordinary URL has, and values that cannot be."""
    pattern, about = rule.pattern, rule.named
    fixed = next(filter(unaskable, _fixed_texts(pattern)), None)
    if fixed is not None:
        yield QueryInRule(about=about) if "?" in fixed else NeverTyped(about=about, fixed=fixed)
    for variable in pattern.variables:
        if variable.needs_slash:
            yield PatternNeedsSlash(about=about, variable=variable)
        elif variable.takes_nothing:
            yield LimitsExcludeAll(about=about, variable=variable)


def _fixed_texts(pattern: Pattern) -> Iterator[str]:
    for part in pattern.parts:
        if isinstance(part, Fixed):
            yield part.source
        else:
            yield part.prefix
            yield part.suffix


def _is_foreign(text: str) -> bool:
    return (text[:1] == "{" and text[-1:] == "}") or (text[:1] == ":" and text[1:].isidentifier())


def _is_slash_without_get(pattern: Pattern) -> bool:
    ends_in_slash = len(pattern.parts) > 2 and pattern.parts[-1] == Fixed(source="")
    return ends_in_slash and pattern.strict and pattern.methods is not None and "GET" not in pattern.methods


def _is_missing_without_slash(audited: AuditedMap, rule: AuditedRule) -> bool:
    """Ask the router whether GET is a 405 with the slash and a 404 without it."""
    example = next(examples(rule.pattern), None)
    if example is None or not example.path.endswith("/") or rule.pattern.build_only:
        return False
    with_slash = audited.search(example.replace(method="GET"))
    without = audited.search(example.replace(method="GET", path=example.path.removesuffix("/")))
    return with_slash.outcome is Outcome.METHOD_NOT_ALLOWED and without.outcome is Outcome.NOT_FOUND


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
