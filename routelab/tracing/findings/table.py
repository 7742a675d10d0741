"""Findings on the route table: rules that cannot match as they are written, and routes that are not in it.

They fire on a request that found no rule, and name only what was seen there.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from routelab.record import Json
from routelab.routing.domain import Barrier
from routelab.routing.obstacle import NoRequestReaches, Reason
from routelab.routing.outcome import Outcome
from routelab.tracing.answers.router import asked_path
from routelab.tracing.facts import Note
from routelab.tracing.findings.finding import Detected, answered, failed, named
from routelab.tracing.phrases import location
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

FOREIGN_VARIABLE = re.compile(r"(?<=/)(?:\{\w+\}|:[A-Za-z_]\w*)(?=/|$)")

# The methods of RFC 9110 and 5789.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE")


def _no_rule(trace: Trace) -> MatchStep | None:
    step = trace.first(MatchStep)
    return step if step is not None and step.outcome is Outcome.NOT_FOUND else None


def _placed(it: PlacedCandidate) -> str:
    where = location(it.place)
    return f"{it.candidate.rule} ({it.candidate.endpoint}{', ' if where else ''}{where})"


def query_in_rule(step: MatchStep, trace: Trace) -> Detected | None:
    """Find where a rule has the query string in it, and its path is the one that was asked for."""
    path = asked_path(trace)
    for it in (*step.closest, *step.candidates):
        rule, mark, _ = it.candidate.rule.partition("?")
        if mark and rule == path:
            return Detected(
                f"The rule {_placed(it)} has a question mark, and a request's path ends before it: write "
                f"the rule {rule}, and read the rest from request.args.",
                {"rule": it.candidate.rule},
            )
    return None


def foreign_variable(step: MatchStep, trace: Trace) -> Detected | None:
    """Find where a rule would fit if its variable were written as Flask writes one."""
    path = asked_path(trace)
    for it in (*step.closest, *step.candidates):
        rule = it.candidate.rule
        odd = FOREIGN_VARIABLE.findall(rule)
        if not odd or "<" in rule:
            continue
        pieces = FOREIGN_VARIABLE.split(rule)
        if re.fullmatch("[^/]+".join(map(re.escape, pieces)), path):
            name = odd[0].strip("{}:")
            return Detected(
                f"In the rule {_placed(it)} {odd[0]} is literal text: a variable is written <{name}>.",
                {"rule": rule, "text": odd[0]},
            )
    return None


def odd_method(step: MatchStep, trace: Trace) -> Detected | None:
    """Find where the methods of a rule are written so that no request has one of them."""
    odd = tuple(
        method
        for method in step.allowed_methods
        if "," in method and trace.request.method in (each.strip() for each in method.split(","))
    )
    if not odd:
        return _misspelt_method(step, trace.request.method)
    parts = [f'"{each.strip()}"' for each in odd[0].split(",")]
    return Detected(
        f'The rule has one method with the odd name "{odd[0]}": write each as a string of its own, '
        f"methods=[{', '.join(parts)}].",
        {"methods": list(odd)},
    )


def _misspelt_method(step: MatchStep, asked: str) -> Detected | None:
    """Find the method of a rule that is nearly the request's, and none that HTTP knows."""
    unknown = [method for method in step.allowed_methods if method not in _METHODS]
    meant = next(iter(get_close_matches(asked, unknown, n=1, cutoff=0.7)), None)
    if meant is None or asked not in _METHODS:
        return None
    return Detected(
        f'The rule accepts {meant}, which is not an HTTP method: write {asked}, as in methods=["{asked}"].',
        {"methods": [meant]},
    )


def unreachable(step: MatchStep, _trace: Trace) -> Detected | None:
    """Find where the path fits a rule that no request reaches, for its host or subdomain."""
    return _unreached(step, no_host=False)


def no_host(step: MatchStep, _trace: Trace) -> Detected | None:
    """Find where the path fits a rule that names no host, in a map that matches hosts."""
    return _unreached(step, no_host=True)


def _unreached(step: MatchStep, *, no_host: bool) -> Detected | None:
    """Find a rule that only its reach keeps from the path: it names no host, or something else is wrong."""
    for it in (*step.closest, *step.candidates):
        if len(it.candidate.obstacles) != 1 or it.candidate.reason is not Reason.UNREACHABLE:
            continue
        (obstacle,) = it.candidate.obstacles
        names_none = isinstance(obstacle, NoRequestReaches) and obstacle.why.barrier is Barrier.NO_HOST
        if names_none is not no_host:
            return None
        in_blueprint = "; register_blueprint gives it none" if "." in it.candidate.endpoint else ""
        remedy = f' A route names one, as in host="shop.example"{in_blueprint}.' if no_host else ""
        return Detected(
            f"The path fits {_placed(it)}, which {it.candidate.text}.{remedy}",
            {"rule": it.candidate.rule},
        )
    return None


def other_app(note: Note, trace: Trace) -> Detected | None:
    """Find where another Flask app in the files has a rule for the path."""
    return None if note.fits is None else without_rule(note, trace)


def without_rule(note: Note, trace: Trace) -> Detected | None:
    """Say what a note tells, where the request found no rule."""
    step = _no_rule(trace)
    return None if step is None else Detected(_sentence(note.text), _place(note), step)


def bare_decorator(_: None, trace: Trace) -> Detected | None:
    """Find a decorator without its parentheses: Flask's own where no rule fits, or one around the view."""
    view = trace.first(ViewStep)
    if view is not None and view.bare is not None:
        name, function = view.bare.name, view.bare.function
        return Detected(
            f"@{name} above {named(function)} has no parentheses, so {name} got "
            f"{function.function} as its argument, and Flask calls the decorator inside. Write @{name}(...).",
            {"decorator": name, "function": function.function},
            view,
        )
    note = next((it for it in trace.notes if it.code == "decorator_without_parentheses"), None)
    return None if note is None else without_rule(note, trace)


def run_above_routes(note: Note, trace: Trace) -> Detected | None:
    """Find where the view that ran is defined below `app.run()`, in the file that calls it."""
    view = trace.first(ViewStep)
    if view is None or not answered(view) or note.line is None or view.builtin:
        return None
    place = view.call.place
    if place.file != note.file or place.line is None or place.line <= note.line:
        return None
    return Detected(
        f"app.run() in {note.file}:{note.line} is above {place.function}() in line {place.line}: with "
        f"python {note.file} the server would start there, and this route would not exist. Put it last.",
        {"run": note.line, "view": place.line},
        view,
    )


def application_root(_step: MatchStep, trace: Trace) -> Detected | None:
    """Find where the path begins with APPLICATION_ROOT, and no rule does."""
    sent = trace.first(RequestStep)
    if sent is None or not sent.root_from_setting:
        return None
    root = sent.root_from_setting
    if not sent.path.startswith(f"{root}/"):
        return None
    return Detected(
        f"APPLICATION_ROOT is {root}, and that adds nothing to the rules: a url_prefix does, or a server "
        f"that mounts the app at {root}.",
        {"root": root},
    )


def setting_not_read(_: None, trace: Trace) -> Detected | None:
    """Find a setting, or an attribute of the app, that nobody reads."""
    notes = {note.code: note for note in reversed(trace.notes)}
    note = notes.get("setting_not_read") or notes.get("attribute_not_read")
    return None if note is None else Detected(_sentence(note.text), _place(note))


def static_path(note: Note, trace: Trace) -> Detected | None:
    """Find where no rule fits the path, and a file of the app's has the name at its end."""
    step = _no_rule(trace)
    if step is None or not failed(trace):
        return None
    return Detected(_sentence(note.text), {"file": note.file}, step)


def _place(note: Note) -> dict[str, Json]:
    return {"file": note.file, "line": note.line}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."
