"""The router's answers as blocks: a decision, the route table, how a URL is built, what an audit found.

Sentences come from `routing` and `tracing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.asking import Audit, Decision, Route, Table
from routelab.lab import Lab
from routelab.requestline import RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.routing.build_words import (
    back_words,
    considered_words,
    leading_dot_words,
    result_words,
    values_words,
)
from routelab.routing.built import BuildExplanation, BuildVerdict
from routelab.routing.finding_words import finding_words
from routelab.routing.obstacle_words import method_name
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
from routelab.screen.shown.trace import match_rows
from routelab.tracing import words
from routelab.tracing.phrases import count, location

_ORDER = (
    "Fixed text first, then int and float, then other text, path last; equals keep the order of registration."
)
_UNRELIABLE = "The order of decision could not be read from this Werkzeug: this is the order of registration."
_BUILD_MEANINGS = {BuildVerdict.TAKE: Meaning.TAKE, BuildVerdict.SKIP: Meaning.SKIP}
_COLUMNS = (
    ("order", Role.ORDER),
    ("methods", Role.METHODS),
    ("rule", Role.RULE),
    ("endpoint", Role.ENDPOINT),
    ("view", Role.PLACE),
    ("variables", Role.SPOKEN),
)


def decision_blocks(
    lab: Lab, request: RequestLine, decision: Decision, *, everything: bool = True
) -> Iterator[Block]:
    """Show the decision and the rules that did not win; without `everything` not those far from fitting."""
    match = decision.match
    yield title(f"{request.method} {request.path}, app {lab.target}, router only")
    yield StepRow(
        number=1,
        name="Match",
        label="match",
        what=phrase(words.headline(match)),
        where=location(words.place(match)),
        details=(*map(line, words.details(match)), *match_rows(match, everything=everything)),
    )
    if decision.converters is not None:
        what = phrase(words.headline(decision.converters))
        yield StepRow(number=2, name="Converters", label="converters", what=what)


def table_blocks(table: Table) -> Iterator[Block]:
    """Show the route table, and what its order means."""
    columns = tuple(Column(head=phrase(head), role=role) for head, role in _COLUMNS)
    yield Grid(columns=columns, rows=tuple(map(_route, table.routes)))
    yield Gap()
    yield line(_ORDER if table.reliable else _UNRELIABLE, Meaning.QUIET)


def _route(route: Route) -> tuple[Phrase, ...]:
    rule = f"{route.rule} (for building only)" if route.build_only else route.rule
    variables = ", ".join(f"{name}: {converter}" for name, converter in route.variables)
    before = (str(route.order), _methods(route), rule, route.endpoint)
    return (*map(phrase, before), _view(route), phrase(variables))


def _view(route: Route) -> Phrase:
    if route.builtin:
        return (*phrase("Flask's own"), *phrase(" view for files", Meaning.SPOKEN))
    return phrase(location(route.place) or route.place.function or "no view")


def _methods(route: Route) -> str:
    """Return "GET, POST", or "any" for a rule that takes all; those that come by themselves are not named."""
    if route.methods or route.added:
        return ", ".join(map(method_name, route.methods or route.added))
    return "any"


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
    url = phrase(built.url, Meaning.RIGHT) if built.url else phrase(result_words(built), Meaning.WRONG)
    yield StepRow(number=number, name="Result", label="url", what=url, details=tuple(_back(built)))


def value_sentences(wanted: UrlFor, built: BuildExplanation) -> Iterator[str]:
    """Say what a dot before the endpoint means, and what became of each value."""
    if wanted.endpoint != wanted.full_endpoint:
        yield leading_dot_words(wanted.full_endpoint)
    yield from values_words(built)


def _considered(built: BuildExplanation) -> Iterator[Block]:
    for considered in built.rules:
        verdict = considered.verdict
        yield RuleRow(
            rule=considered.rule,
            said=considered_words(considered, built),
            verdict=Fragment(text=verdict.value, meaning=_BUILD_MEANINGS[verdict]),
        )


def _back(built: BuildExplanation) -> Iterator[Block]:
    if built.back is not None:
        yield line(back_words(built.back), Meaning.TEXT if built.back.same else Meaning.WARNING)


def audit_blocks(found: Audit) -> Iterator[Block]:
    """Show the findings and their number."""
    for placed in found.findings:
        finding = placed.finding
        yield FindingRow(
            code=finding.code.value,
            rule=finding.place.rule,
            said=finding_words(finding),
            where=location(placed.place),
        )
    total = f"{count(len(found.findings), 'finding')} in {count(found.rules_total, 'rule')}."
    yield line(total, Meaning.TITLE)
