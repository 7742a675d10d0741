"""What a redirect and a 405 owe to which rule: records of the router's own answers."""

from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from routelab.routing.decision import RedirectCause

USUAL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """The facts of one redirect. `url` is absolute, as it stands in Location."""

    cause: RedirectCause
    rule: str
    url: str
    canonical: str | None  # the rule that takes the new URL; None where that cannot be asked
    spared: tuple[str, ...]  # the usual methods for which the router was asked and does not redirect


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A rule that fits the path for other methods: its part in the Allow header of a 405."""

    rule: str
    endpoint: Any
    methods: tuple[str, ...]  # as chosen in the app, sorted
    added: tuple[str, ...]  # HEAD, which comes with GET, and OPTIONS where the framework answers it


def author_of(rule: Rule) -> Author:
    """Tell the methods that somebody chose from those that came with them.

    Flask marks a rule whose OPTIONS it answers itself with `provide_automatic_options`.
    """
    methods = rule.methods or set()
    added = {"HEAD"} if {"GET", "HEAD"} <= methods else set()
    if "OPTIONS" in methods and getattr(rule, "provide_automatic_options", False):
        added.add("OPTIONS")
    return Author(
        rule=rule.rule,
        endpoint=rule.endpoint,
        methods=tuple(sorted(methods - added)),
        added=tuple(sorted(added)),
    )
