"""What an app's router answers when it is asked alone, as data: a decision, the table of its rules, an audit.

No view and no hook runs for these. It knows no app; both sides of the pipe know it.
"""

from __future__ import annotations

from routelab.record import Record
from routelab.routing.candidate import Verdict
from routelab.routing.finding import AuditFinding, Level
from routelab.routing.obstacle import Reason
from routelab.routing.walk import Walk
from routelab.tracing.facts import Note, Place
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.match import MatchStep


class RouterDecision(Record):
    """What the router decides about one request, what the converters made of the path, and the way there.

    `notes` tell of routes that no table has, where nothing was found. `middleware` names what stands before
    the app in `app.wsgi_app`, outermost first: it may answer before the router is asked.
    """

    match: MatchStep
    converters: ConvertersStep | None
    walk: Walk
    notes: tuple[Note, ...] = ()
    middleware: tuple[str, ...] = ()

    @property
    def fitting_rules(self) -> frozenset[str]:
        """The rules that fit the path, whichever of them wins and whatever the method."""
        return frozenset(
            placed.candidate.rule
            for placed in self.match.candidates
            if placed.candidate.verdict in (Verdict.MATCH, Verdict.SHADOWED)
            or placed.candidate.reason is Reason.METHOD
        )


class RouteRow(Record):
    """A row of the route table.

    `order` counts from 1 in the order in which rules are decided. `methods` are those that somebody chose,
    `added` those that came with them; both empty for a rule that takes any. `variables` are pairs of name
    and converter. `builtin`: its view is Flask's own, for the files of a static folder. `domain` is the host
    or subdomain that the rule is for, `decorators` are those of its view, outermost first. `unreachable` says
    why no request reaches the rule, or none of those that were made up for it. `websocket`: the rule is for
    WebSockets alone.
    """

    order: int
    methods: tuple[str, ...]
    added: tuple[str, ...]
    rule: str
    endpoint: str
    variables: tuple[tuple[str, str], ...]
    place: Place
    build_only: bool
    builtin: bool
    domain: str = ""
    unreachable: str | None = None
    decorators: tuple[str, ...] = ()
    websocket: bool = False

    def has(self, fragment: str) -> bool:
        """Tell whether rule, endpoint or view have a fragment in them, which is in lower case."""
        return any(fragment in it.lower() for it in (self.rule, self.endpoint, self.place.function or ""))


class RouteTable(Record):
    """The route table; without `reliable` its order is that of registration, not of decision.

    `notes` tell of routes that the app's files have and no table has.
    """

    routes: tuple[RouteRow, ...]
    reliable: bool
    middleware: tuple[str, ...] = ()
    host_matching: bool = False
    notes: tuple[Note, ...] = ()


class PlacedFinding(Record):
    """What an audit found, and where the view function of the rule stands.

    `library`: the rule is a library's own, not the app's, so it is no more than good to know.
    """

    finding: AuditFinding
    place: Place
    library: bool = False

    @property
    def level(self) -> Level:
        """How much it matters to the author of the app."""
        return Level.INFO if self.library else self.finding.level


class AuditReport(Record):
    """The findings on a map of `rules_total` rules; `notes` as in a `RouteTable`."""

    findings: tuple[PlacedFinding, ...]
    rules_total: int
    notes: tuple[Note, ...] = ()


class ViewSource(Record):
    """Where an endpoint's view function stands, and its lines from `first_line` on, decorators included."""

    place: Place
    source: tuple[str, ...]
    first_line: int | None


class KnownRule(Record):
    """A rule as one completes it: its text, endpoint, methods and the names of its variables."""

    rule: str
    endpoint: str
    methods: tuple[str, ...]
    variables: tuple[str, ...]


def middleware_words(names: tuple[str, ...], may: str = "may answer first") -> str | None:
    """Say that middleware stands in front; None where there is none."""
    if not names:
        return None
    around = [name for name in names if not name.endswith(".wsgi_app")]
    own = [name for name in names if name.endswith(".wsgi_app")]  # a method of the app's own class
    said = [f"{', '.join(around)} in app.wsgi_app"] if around else []
    return f"Middleware comes before the app, and {may}: {', '.join([*said, *own])}."
