"""The rules that could match a request by its host and scheme, counted; and those of other hosts that fit it.

It asks the router on other hosts, and judges no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from werkzeug.routing import Map, MapAdapter, Rule

from routelab.routing.comparison import domain_fits
from routelab.routing.domain import INVALID, RulesInScope
from routelab.routing.examples import domain_texts
from routelab.routing.observation import root_of, rules_below
from routelab.routing.patterncache import PatternCache, RuleKind
from routelab.routing.search import Search

_MOST_DOMAINS = 20  # an app has a handful; each costs a match


def scope_of(search: Search, total: int, host: str | None) -> RulesInScope | None:
    """Count the rules; `host` is the request's. None where some rule's host cannot be read."""
    url_map, asked = search.adapter.map, search.asked
    kinds = search.patterns.kinds(url_map, total)
    fitting = _fitting(url_map, search.patterns, {kind.domain for kind in kinds}, asked.domain)
    if fitting is None:
        return None
    here = {kind: count for kind, count in kinds.items() if kind.domain in fitting}
    matchable = {kind: count for kind, count in here.items() if not kind.build_only}
    in_scope = _count(matchable, lambda kind: kind.websocket is asked.websocket)
    binding = None if search.reach is None else search.reach.binding
    return RulesInScope(
        count=in_scope,
        total=total,
        host=host or search.adapter.get_host(None),
        domain=asked.domain,
        host_matching=url_map.host_matching,
        looks_at_subdomains=binding.looks_at_subdomains if binding is not None and binding.usual else None,
        websocket=asked.websocket,
        domains=any(kind.domain for kind in kinds),
        elsewhere=total - sum(here.values()),
        other_scheme=_count(matchable, lambda kind: kind.websocket is not asked.websocket),
        build_only=_count(here, lambda kind: kind.build_only),
        server_name=search.adapter.server_name if asked.domain == INVALID else "",
    )


def _count(kinds: dict[RuleKind, int], wanted: Callable[[RuleKind], bool]) -> int:
    return sum(count for kind, count in kinds.items() if wanted(kind))


def _fitting(url_map: Map, patterns: PatternCache, domains: set[str], asked: str) -> set[str] | None:
    """Tell which domains, as written in rules, take the one that was asked for."""
    fitting = set()
    for domain in domains:
        if "<" not in domain:
            if domain == asked:
                fitting.add(domain)
            continue
        rule = next(each for each in url_map.iter_rules() if domain in (each.host, each.subdomain))
        pattern = patterns.of(rule)
        if pattern is None:
            return None
        if domain_fits(pattern, asked):
            fitting.add(domain)
    return fitting


def searches_elsewhere(search: Search) -> Iterator[Search]:
    """Ask the router the same on each other host or subdomain that rules are for, reachable or not."""
    for rule in islice(_other_domains(search), _MOST_DOMAINS):
        pattern = search.patterns.of(rule)
        domain = None if pattern is None else next(domain_texts(pattern), None)
        adapter = None if domain is None else _bound(search.adapter, domain)
        if adapter is not None:
            yield search.on(adapter)


def _other_domains(search: Search) -> Iterator[Rule]:
    """Yield a rule of each other host or subdomain."""
    try:
        root = root_of(search.adapter.map)
    except AttributeError:  # another Werkzeug, with other states
        return
    states = (*root.static.values(), *(state for _, state in root.dynamic))
    for state in states:
        rule = next(rules_below(state), None)
        pattern = None if rule is None else search.patterns.of(rule)
        if rule is not None and pattern is not None and not domain_fits(pattern, search.asked.domain):
            yield rule


def _bound(adapter: MapAdapter, domain: str) -> MapAdapter | None:
    url_map, script_name = adapter.map, adapter.script_name
    try:
        if url_map.host_matching:
            return url_map.bind(domain, script_name)
        return url_map.bind(adapter.server_name, script_name, subdomain=domain)
    except Exception:  # a text that is no host
        return None
