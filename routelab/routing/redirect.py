"""What a redirect and a 405 owe to which rule, with the words for it.

It is facts alone; the router is asked elsewhere.
"""

from __future__ import annotations

from typing import assert_never

from routelab.record import Record
from routelab.routing.outcome import RedirectCause
from routelab.routing.wording import ONE_METHOD, all_methods_words, is_odd, listed, method_name, plain

USUAL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Redirect(Record):
    """The facts of one redirect. `url` is absolute, as it stands in Location.

    The router was asked about the usual methods and those of the rules near this path: those in `taken` are
    redirected, those in `spared` are not.
    """

    json_told = ("text",)

    cause: RedirectCause
    rule: str
    url: str
    canonical: str | None  # the rule that takes the new URL; None where that cannot be asked
    spared: tuple[str, ...]
    taken: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Say why the router redirects, where to, and for which methods only."""
        only = f"; only for {all_methods_words(self.taken)}" if self.spared and self.taken else ""
        return f"{self._why()}, so the router redirects to {plain(self.url)}{only}"

    def _why(self) -> str:
        rule, canonical = plain(self.rule), plain(self.canonical or "another rule")
        match self.cause:
            case RedirectCause.SLASH:
                return f"{rule} ends in a slash and the path does not"
            case RedirectCause.MERGED_SLASHES:
                return f"the path fits {rule} once repeated slashes are merged"
            case RedirectCause.DEFAULTS:
                return f"the value is the default that {canonical} stands for"
            case RedirectCause.ALIAS:
                return f"{rule} is an alias of {canonical}"
            case RedirectCause.REDIRECT_TO:
                return f"{rule} has redirect_to"
        assert_never(self.cause)


class AllowingRule(Record):
    """A rule that fits the path for other methods: its part in the Allow header of a 405."""

    json_told = ("text",)

    rule: str
    endpoint: str
    methods: tuple[str, ...]  # as chosen in the app, sorted
    added: tuple[str, ...]  # HEAD, which comes with GET, and OPTIONS where the framework answers it

    @property
    def text(self) -> str:
        """Say which methods it allows, and which of them came by themselves."""
        asides = [ONE_METHOD] if any(map(is_odd, self.methods)) else []
        if self.added:
            asides.append(f"{listed(self.added, 'and')} added automatically")
        methods = ", ".join(map(method_name, self.methods)) or "no method of its own"
        return f"{methods} ({'; '.join(asides)})" if asides else methods
