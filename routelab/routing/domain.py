"""Hosts and subdomains: which of them a request has, how many rules are for it, and why none reaches a rule.

It is facts and the words for them; it knows no app and no adapter.
"""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.wording import counted, listed, quoted

INVALID = "<invalid>"  # Werkzeug's subdomain for a host that does not end in the server name


class Barrier(OneOf):
    """Why no request reaches a rule, whatever its path and method."""

    NO_HOST = "no_host"  # the map matches hosts, and the rule names none
    SUBDOMAINS_OFF = "subdomains_off"  # subdomain_matching is off: every request has the default subdomain
    NO_SERVER_NAME = "no_server_name"  # without SERVER_NAME the whole host is the server's name
    CAPITALS = "capitals"  # the router gets hosts in small letters
    NOT_TRUSTED = "not_trusted"  # the app refuses the host before the router is asked
    NOT_BOUND = "not_bound"  # the app asked the router for something else; why is not known


class Unreachable(Record):
    """A rule that no request reaches, for the host or subdomain that it is for.

    `domain` is as written in the rule, `always` what each request has instead where subdomains are not looked
    at; `hosts` are those that the app was asked about.
    """

    barrier: Barrier
    domain: str
    host_matching: bool
    always: str = ""
    hosts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say it with the rule as the subject."""
        match self.barrier:
            case Barrier.NO_HOST:
                return "names no host, and with host_matching on no request to a host reaches such a rule"
            case Barrier.SUBDOMAINS_OFF:
                always = f"every request counts as one for {quoted(self.always)}, and " if self.always else ""
                return f"{self._is_for}, but subdomain_matching is off: {always}no request reaches it"
            case Barrier.NO_SERVER_NAME:
                return (
                    f"{self._is_for}, but SERVER_NAME is not set: "
                    "the app finds a subdomain in no host, and no request reaches it"
                )
            case Barrier.CAPITALS:
                return (
                    f"{self._is_for}, in capitals: the router is asked for hosts in small letters, "
                    "so no request reaches it"
                )
            case Barrier.NOT_TRUSTED:
                return f"{self._is_for}, and the app refuses {listed(self.hosts)} (TRUSTED_HOSTS)"
            case Barrier.NOT_BOUND:
                return f"{self._is_for}, and no request to {listed(self.hosts)} reaches it"
        assert_never(self.barrier)

    @property
    def _is_for(self) -> str:
        return is_for(self.domain, host_matching=self.host_matching)


def is_for(domain: str, *, host_matching: bool) -> str:
    """Say what a rule is for: 'is for the subdomain "api"'."""
    if host_matching:
        return f"is for the host {quoted(domain)}"
    return f"is for the subdomain {quoted(domain)}" if domain else "is for no subdomain"


class RulesInScope(Record):
    """How many rules could match a request by its host and scheme: `count` of `total`.

    `host` is the request's, `domain` what the router was asked for, and `server_name` what a host has to end
    in, where it does not. The others are for another host or subdomain (`elsewhere`), for WebSocket where the
    request is not, or the other way round (`other_scheme`), or never match (`build_only`). `domains`: some
    rule is for a host or subdomain.
    """

    count: int
    total: int
    host: str
    domain: str
    host_matching: bool
    looks_at_subdomains: bool | None = None
    websocket: bool = False
    domains: bool = False
    elsewhere: int = 0
    other_scheme: int = 0
    build_only: int = 0
    server_name: str = ""

    @property
    def words(self) -> str:
        """Say what the router was asked for."""
        host = f"the request is for the host {quoted(self.host)}"
        if self.host_matching:
            return (
                host if self.host == self.domain else f"{host}; the router is asked for {quoted(self.domain)}"
            )
        if self.looks_at_subdomains is False:
            kept = (
                f"the subdomain is always {quoted(self.domain)}"
                if self.domain
                else "no subdomain is looked at"
            )
            return f"{host}; subdomain_matching is off, so {kept}"
        if self.domain == INVALID:
            return f"{host}, which does not end in SERVER_NAME, {quoted(self.server_name)}"
        has = f"its subdomain is {quoted(self.domain)}" if self.domain else "it has no subdomain"
        return f"{host}, so {has}"

    def none(self, does: str, do_not: str) -> str:
        """Say that no rule does something; `do_not` says it of a single rule."""
        if self.is_foreign:
            could = "so only rules with a variable for their subdomain could take it"
            of_those = f"the only one {do_not}" if self.count == 1 else f"none of them {does}"
            none = "so no rule is for it"
            return f"{self._foreign}, {f'{could}, and {of_those}' if self.count else none}"
        if self.count == 0:
            return f"there is none{self.which}"
        if self.count == 1:
            return f"the only rule{self.which} {do_not}"
        return f"none of {counted(self.count, 'rule')}{self.which} {does}"

    @property
    def is_foreign(self) -> bool:
        """Whether rules are passed over since the app finds no subdomain in the request's host."""
        return self.domain == INVALID and not self.host_matching and self.elsewhere > 0

    @property
    def _foreign(self) -> str:
        return f"the host {quoted(self.host)} does not end in SERVER_NAME, {quoted(self.server_name)}"

    @property
    def which(self) -> str:
        """Tell these rules from the others: ' for the host "shop.test"'; "" where there are no others."""
        said = ""
        if self.elsewhere and self.host_matching:
            said = f" for the host {quoted(self.domain)}"
        elif self.elsewhere:
            said = f" for the subdomain {quoted(self.domain)}" if self.domain else " without a subdomain"
        if self.other_scheme:
            said += " for WebSocket" if self.websocket else " for ordinary HTTP"
        if self.build_only:
            said += " that is not for building only" if self.count < 2 else " that are not for building only"
        return said
