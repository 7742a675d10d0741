"""The router's answers as blocks: a decision, the route table, how a URL is built, what an audit found.

Sentences come from `routing` and `tracing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from routelab.lab import Lab
from routelab.requestline.record import RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.router import AuditReport, RouterDecision, RouteRow, RouteTable, middleware_words
from routelab.routing.built import BuildExplanation, BuildVerdict, leading_dot_words
from routelab.routing.finding import Level
from routelab.routing.outcome import Outcome
from routelab.routing.walk import BackedUp, Walk
from routelab.routing.wording import method_name
from routelab.screen.blocks import (
    Block,
    Column,
    FindingRow,
    Fragment,
    Gap,
    Grid,
    Meaning,
    Phrase,
    Role,
    RuleRow,
    StepRow,
    line,
    phrase,
    title,
)
from routelab.screen.shown.answer import answer_blocks, note_lines, verdict_line
from routelab.screen.shown.step import conversions, match_rows
from routelab.tracing.phrases import count, location
from routelab.tracing.verdict import decision_answer

_ORDER = (
    "The router decides segment by segment, not by the rule as a whole: fixed text before variables, int and "
    "float before other variables, path last. Ties keep the order in which rules first used them."
)
_UNRELIABLE = "The order of decision could not be read from this Werkzeug: this is the order of registration."
_BUILD_MEANINGS = {BuildVerdict.TAKE: Meaning.TAKE, BuildVerdict.SKIP: Meaning.SKIP}
_COLUMNS = (
    ("order", Role.ORDER),
    ("methods", Role.METHODS),
    ("rule", Role.RULE),
    ("endpoint", Role.ENDPOINT),
    ("view", Role.PLACE),
)
_MOST_UNREACHABLE = 5


def decision_blocks(
    lab: Lab, request: RequestLine, decision: RouterDecision, *, everything: bool = False, walk: bool = False
) -> Iterator[Block]:
    """Show the decision and the rules that did not win; without `everything` not those far from fitting.

    `walk` shows also the router's way through its rules, step by step.
    """
    match = decision.match
    answer = decision_answer(match, request.method, request.path, lab.target)
    matched = match.outcome is Outcome.MATCHED
    told = not matched and not (everything and match.candidates_complete)
    outspoken = not told or match.outcome is Outcome.METHOD_NOT_ALLOWED
    meaning = Meaning.MATCH if matched else Meaning.ALMOST
    words = f"{request.method} {request.path}"
    yield verdict_line(answer.verdict, meaning, words, f"app {lab.target}, router only")
    yield from answer_blocks(answer, match, all_rules=not told, commands=True)
    yield StepRow(
        number=1,
        name="Match",
        label="match",
        what=phrase(match.headline if outspoken else match.decision),
        where=location(match.at),
        details=(
            *map(line, match.details),
            *match_rows(match, everything=everything, told=told),
            *(walk_rows(decision.walk) if walk else ()),
        ),
    )
    if decision.converters is not None:
        yield StepRow(
            number=2,
            name="Converters",
            label="converters",
            what=phrase(decision.converters.headline),
            seen=conversions(decision.converters),
        )
    if (said := middleware_words(decision.middleware, _BEFORE_MATCHING)) is not None:
        yield line(said, Meaning.WARNING)
    yield from note_lines(decision.notes)


def walk_rows(walk: Walk) -> Iterator[Block]:
    """Show a search step by step; nothing where there was none."""
    if walk.steps:
        yield title("How the router searched:", level=3)
    for step in walk.steps:
        yield line(step.words, Meaning.QUIET if isinstance(step, BackedUp) else Meaning.TEXT)


def table_blocks(table: RouteTable, *, verbose: bool = False) -> Iterator[Block]:
    """Show the route table, and what its order means; `verbose` shows the decorators of each view."""
    domains = "host" if table.host_matching else "subdomain"
    with_domains = table.host_matching or any(route.domain for route in table.routes)
    more: tuple[tuple[str, Callable[[RouteRow], Phrase]], ...] = (
        *([(domains, partial(_domain, domains))] if with_domains else []),
        *([("decorators", _decorators)] if verbose else []),
        ("variables", _variables),
    )
    heads = (*_COLUMNS, *((head, Role.SPOKEN) for head, _ in more))
    columns = tuple(Column(head=phrase(head), role=role) for head, role in heads)
    rows = tuple((*_route(route), *(cell(route) for _, cell in more)) for route in table.routes)
    yield Grid(columns=columns, rows=rows)
    yield Gap()
    yield line(_ORDER if table.reliable else _UNRELIABLE, Meaning.QUIET)
    yield from _unreachable_lines(table)
    if (said := middleware_words(table.middleware)) is not None:
        yield line(said, Meaning.WARNING)
    yield from note_lines(table.notes)


def _route(route: RouteRow) -> tuple[Phrase, ...]:
    mark = " (for building only)" if route.build_only else " (not reached)" if route.unreachable else ""
    mark += " (for WebSockets)" if route.websocket else ""
    before = (str(route.order), _methods(route), f"{route.rule}{mark}", route.endpoint)
    return (*map(phrase, before), _view(route))


def _variables(route: RouteRow) -> Phrase:
    return phrase(", ".join(f"{name}: {converter}" for name, converter in route.variables))


def _domain(kind: str, route: RouteRow) -> Phrase:
    if route.domain:
        return (*phrase(f"{kind} ", Meaning.SPOKEN), *phrase(route.domain))
    return phrase("no host") if kind == "host" else ()


def _decorators(route: RouteRow) -> Phrase:
    names = ", ".join(f"@{name}" for name in route.decorators)
    return (*phrase("with ", Meaning.SPOKEN), *phrase(names)) if names else ()


def _unreachable_lines(table: RouteTable) -> Iterator[Block]:
    """Say of each rule that no request reaches why that is so."""
    lost = [(route, why) for route in table.routes if (why := route.unreachable) is not None]
    for route, why in lost[:_MOST_UNREACHABLE]:
        yield line(f"{route.rule} ({route.endpoint}) {why}.", Meaning.WARNING)
    if len(lost) > _MOST_UNREACHABLE:
        more = count(len(lost) - _MOST_UNREACHABLE, "more rule")
        yield line(
            f"{more} {'is' if more.startswith('1 ') else 'are'} not reached; audit names them.",
            Meaning.WARNING,
        )


def _view(route: RouteRow) -> Phrase:
    if route.builtin:
        return (*phrase("Flask's own"), *phrase(" view for files", Meaning.SPOKEN))
    return phrase(location(route.place) or route.place.function or "no view")


def _methods(route: RouteRow) -> str:
    """Return "GET, POST", or "any" for a rule that takes all; those that come by themselves are not named."""
    if route.methods or route.added:
        return ", ".join(map(method_name, route.methods or route.added))
    return "any"


_BEFORE_MATCHING = "may answer first or change the path (routelab request shows what reaches the router)"
_BEFORE_BUILDING = "in a request it may change the host and the prefix that the URL is built with"


def build_blocks(wanted: UrlFor, built: BuildExplanation) -> Iterator[Block]:
    """Show which rule was taken, what became of the values, and whether the URL leads back."""
    pairs = "".join(f", {name}={value!r}" for name, value in (*wanted.values, *wanted.options))
    yield title(f"url_for({wanted.endpoint!r}{pairs})")
    number = 1
    if built.rules:
        has = phrase(f"{wanted.full_endpoint} has {count(len(built.rules), 'rule')}")
        yield StepRow(
            number=number, name="Endpoint", label="endpoint", what=has, details=tuple(_considered(built))
        )
        number += 1
    if sentences := tuple(value_sentences(wanted, built)):
        first, *others = sentences
        yield StepRow(
            number=number,
            name="Values",
            label="values",
            what=phrase(first),
            details=tuple(map(line, others)),
        )
        number += 1
    url = phrase(built.url, Meaning.RIGHT) if built.url else phrase(built.text, Meaning.WRONG)
    yield StepRow(number=number, name="Result", label="url", what=url, details=tuple(_back(built)))
    if (said := middleware_words(built.middleware, _BEFORE_BUILDING)) is not None:
        yield line(said, Meaning.WARNING)


def value_sentences(wanted: UrlFor, built: BuildExplanation) -> Iterator[str]:
    """Say what a dot before the endpoint means, and what became of each value."""
    if wanted.endpoint != wanted.full_endpoint:
        yield leading_dot_words(wanted.full_endpoint)
    yield from built.sentences


def _considered(built: BuildExplanation) -> Iterator[Block]:
    for considered in built.rules:
        verdict = considered.verdict
        yield RuleRow(
            rule=considered.rule,
            said=considered.text,
            verdict=Fragment(text=verdict.value, meaning=_BUILD_MEANINGS[verdict]),
        )


def _back(built: BuildExplanation) -> Iterator[Block]:
    if built.root_words is not None:
        yield line(built.root_words, Meaning.WARNING)
    if built.back is not None:
        yield line(built.back.text, Meaning.TEXT if built.back.same else Meaning.WARNING)


def audit_blocks(found: AuditReport) -> Iterator[Block]:
    """Show the findings and their number."""
    for placed in found.findings:
        finding = placed.finding
        yield FindingRow(
            code=finding.code.value,
            level=placed.level.value,
            rule=finding.about.rule,
            said=finding.text,
            where=location(placed.place),
        )
    levels = Counter(placed.level for placed in found.findings)
    counted = ", ".join(f"{levels[level]} {level.value}" for level in Level if levels[level])
    total = f"{count(len(found.findings), 'finding')} in {count(found.rules_total, 'rule')}"
    yield line(f"{total}: {counted}." if counted else f"{total}.", Meaning.TITLE)
    yield from note_lines(found.notes)
