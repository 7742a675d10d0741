"""Whether any request reaches a rule by its host: asked of the app's own binding, not of the map alone.

A map is bound to each request by its app, which decides what the router is asked for: Flask passes no
subdomain but the default one, for example, unless `subdomain_matching` is on. It knows no paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

from werkzeug.routing import Map, MapAdapter, Rule

from routelab.record import Record
from routelab.routing.comparison import domain_fits
from routelab.routing.domain import Barrier, Unreachable
from routelab.routing.pattern import Dynamic, Pattern
from routelab.routing.patterncache import patterns_of

# Bind the map to a request for a host: Bind("api.shop.test", "http"). None where the app refuses the host.
Bind: TypeAlias = Callable[[str, str], MapAdapter | None]

_SCHEMES = ("http", "https")
_MOST_HOSTS = 3


class Binding(Record):
    """How an app binds its map. `looks_at_subdomains` and `server_name` are the app's own settings.

    `trusted` are hosts that it trusts, where it does not trust all of them.

    `usual` is whether it does so as Flask does; where it does not, no reason is given, and only what was
    asked is said.
    """

    bind: Bind
    server_name: str | None
    looks_at_subdomains: bool
    usual: bool
    trusted: tuple[str, ...] = ()


class Reach:
    """The hosts that lead to the rules of one map."""

    def __init__(self, url_map: Map, binding: Binding) -> None:
        self._map = url_map
        self.binding = binding
        self._known: dict[str, Unreachable | None] = {}
        self._leading: dict[str, str | None] = {}

    def unreachable(self, rule: Rule) -> Unreachable | None:
        """Say why no request reaches the rule; None where one does, or where that cannot be told."""
        pattern = patterns_of(self._map).of(rule)
        if pattern is None or pattern.build_only:
            return None
        key = pattern.domain_source
        if key not in self._known:
            self._known[key] = self._judge(pattern)
        return self._known[key]

    def host_of(self, rule: Rule) -> str | None:
        """Return a host whose requests reach the rule; None where none is known."""
        self.unreachable(rule)
        pattern = patterns_of(self._map).of(rule)
        return None if pattern is None else self._leading.get(pattern.domain_source)

    def adapter(self, host: str, scheme: str = "http") -> MapAdapter | None:
        """Bind the map to a request for a host, as the app does; None where it refuses."""
        return self.binding.bind(host, scheme)

    def _judge(self, pattern: Pattern) -> Unreachable | None:
        hosts = tuple(dict.fromkeys(self._hosts(pattern)))
        refused, bound = False, False
        for host in hosts:
            for scheme in _SCHEMES:
                adapter = self.binding.bind(host, scheme)
                if adapter is None:
                    refused = True
                    continue
                bound = True
                if domain_fits(pattern, asked_domain(adapter)):
                    self._leading[pattern.domain_source] = host
                    return None
        barrier = self._barrier(pattern, refused=refused, bound=bound, hosts=hosts)
        if barrier is None:
            return None
        return Unreachable(
            barrier=barrier,
            domain=pattern.domain_source,
            host_matching=pattern.host_matching,
            always=self._map.default_subdomain,
            hosts=hosts,
        )

    def _hosts(self, pattern: Pattern) -> Iterator[str]:
        """Make up hosts that the rule seems to be for."""
        from routelab.routing.examples import domain_texts  # only where rules are for hosts

        bases = (self.binding.server_name or "localhost", *self.binding.trusted[:_MOST_HOSTS])
        for domain in islice(domain_texts(pattern), _MOST_HOSTS):
            for base in bases:
                if pattern.host_matching:
                    yield domain or base
                else:
                    yield f"{domain}.{base}" if domain else base
                    yield base  # the default subdomain may be one that no host needs to name

    def _barrier(
        self, pattern: Pattern, *, refused: bool, bound: bool, hosts: tuple[str, ...]
    ) -> Barrier | None:
        """Name the reason. Without one that is proven, only a rule without variables was asked in full."""
        if self.binding.usual and bound:
            if pattern.host_matching:
                if not pattern.domain_source:
                    return Barrier.NO_HOST
            elif not self.binding.looks_at_subdomains:
                return Barrier.SUBDOMAINS_OFF
            elif self.binding.server_name is None:
                return Barrier.NO_SERVER_NAME
        if any(isinstance(part, Dynamic) for part in pattern.domain) or not hosts:
            return None
        if refused:
            return Barrier.NOT_TRUSTED
        if pattern.domain_source != pattern.domain_source.lower():
            return Barrier.CAPITALS
        return Barrier.NOT_BOUND


def asked_domain(adapter: MapAdapter) -> str:
    """Return what the matcher is asked for: the host in a map that matches hosts, else the subdomain."""
    whole_host = adapter.map.host_matching or adapter.subdomain is None
    return adapter.server_name if whole_host else adapter.subdomain or ""
