"""The router's answers as plain lines: for pipes, screen readers and simple terminals.

It knows no width, no colour and no columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.asking import Audit, Decision, PlacedFinding, Route, Table
from routelab.lab import Lab
from routelab.loading.records import Note
from routelab.requestline import RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.routing.built import BuildExplanation, leading_dot_words
from routelab.routing.wording import method_name
from routelab.screen.plain import match_lines
from routelab.screen.text import on_one_line
from routelab.tracing import words
from routelab.tracing.phrases import count, location

_ORDER = (
    "Fixed text first, then int and float, then other text, path last; equals keep the order of registration."
)
_UNRELIABLE = "The order of decision could not be read from this Werkzeug: this is the order of registration."


def decision_title(lab: Lab, request: RequestLine) -> str:
    """Name the request and the app; the router alone is asked."""
    return f"{request.method} {request.path}, app {lab.target}, router only"


def decision_lines(
    lab: Lab, request: RequestLine, decision: Decision, *, everything: bool = True
) -> Iterator[str]:
    """Tell the decision, then the rules that did not win; without `everything` not those far from fitting."""
    yield on_one_line(decision_title(lab, request))
    where = location(words.place(decision.match))
    yield on_one_line(f"Match: {words.headline(decision.match)}" + (f" ({where})" if where else "") + ".")
    yield from (on_one_line(f"  {detail}") for detail in words.details(decision.match))
    if decision.converters is not None:
        yield on_one_line(f"Converters: {words.headline(decision.converters)}.")
    yield from match_lines(decision.match, everything=everything)


def note_lines(notes: tuple[Note, ...]) -> Iterator[str]:
    """Tell what was noted of the app beside the decision, a note a line."""
    yield from (on_one_line(f"Note: {note.text}") for note in notes)


def methods(route: Route) -> str:
    """Return "GET, POST", or "any" for a rule that takes all; those that come by themselves are not named."""
    if route.methods or route.added:
        return ", ".join(map(method_name, route.methods or route.added))
    return "any"


def table_lines(table: Table) -> Iterator[str]:
    """Tell the rules, and what their order means."""
    yield from route_lines(table)
    yield order_line(table)


def order_line(table: Table) -> str:
    """Say what the order of a route table means."""
    return _ORDER if table.reliable else _UNRELIABLE


def route_lines(table: Table) -> Iterator[str]:
    """Tell the rules, one a line: "3. GET /user/<name> -> show_user (app.py:13), name: string"."""
    for route in table.routes:
        where = "Flask's own view for files" if route.builtin else location(route.place)
        variables = ", ".join(f"{name}: {converter}" for name, converter in route.variables)
        yield on_one_line(
            f"{route.order}. {methods(route)} {route.rule} -> {route.endpoint}"
            + (f" ({where})" if where else "")
            + (f", {variables}" if variables else "")
            + (", for building only" if route.build_only else "")
        )


def build_title(wanted: UrlFor) -> str:
    """Write the call of url_for."""
    pairs = "".join(f", {name}={value!r}" for name, value in (*wanted.values, *wanted.options))
    return f"url_for({wanted.endpoint!r}{pairs})"


def build_sentences(wanted: UrlFor, built: BuildExplanation) -> Iterator[str]:
    """Tell what a dot before the endpoint means, and what became of each value."""
    if wanted.endpoint != wanted.full_endpoint:
        yield leading_dot_words(wanted.full_endpoint)
    yield from built.sentences


def build_lines(wanted: UrlFor, built: BuildExplanation) -> Iterator[str]:
    """Tell which rule was taken, what became of the values, and whether the URL leads back."""
    yield on_one_line(build_title(wanted))
    for considered in built.rules:
        yield on_one_line(f"  {considered.verdict.value} {considered.rule}: {considered.text}")
    yield from (on_one_line(f"  {sentence}") for sentence in build_sentences(wanted, built))
    yield on_one_line(f"{built.text}.")
    if built.back is not None:
        yield on_one_line(f"{built.back.text}.")


def audit_lines(found: Audit) -> Iterator[str]:
    """Tell the findings, one a line, and their number."""
    for placed in found.findings:
        yield on_one_line(finding_line(placed))
    yield audit_total(found)


def finding_line(placed: PlacedFinding) -> str:
    """Return "R203 site.py:12 /about has the method ..."."""
    where = location(placed.place)
    return (
        f"{placed.finding.code.value} {where + ' ' if where else ''}{placed.finding.about.rule} "
        + placed.finding.text
    )


def audit_total(found: Audit) -> str:
    """Count findings and rules."""
    return f"{count(len(found.findings), 'finding')} in {count(found.rules_total, 'rule')}."
