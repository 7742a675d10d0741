"""Findings on the route table: rules that cannot match as they are written, and routes that are not in it.

They fire on a request that found no rule, and name only what was seen there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routelab.record import Json
from routelab.routing.domain import Barrier
from routelab.routing.obstacle import NoRequestReaches, Reason
from routelab.routing.outcome import Outcome
from routelab.tracing.facts import Note
from routelab.tracing.findings.finding import Detected, failed, named, note_of, view_that_ran
from routelab.tracing.phrases import location
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_FOREIGN = re.compile(r"(?<=/)(?:\{\w+\}|:[A-Za-z_]\w*)(?=/|$)")


def _no_rule(trace: Trace) -> MatchStep | None:
    step = trace.first(MatchStep)
    return step if step is not None and step.outcome is Outcome.NOT_FOUND else None


def _placed(it: PlacedCandidate) -> str:
    where = location(it.place)
    return f"{it.candidate.rule} ({it.candidate.endpoint}{', ' if where else ''}{where})"


def query_in_rule(trace: Trace) -> Detected | None:
    """Find where a rule has the query string in it, and its path is the one that was asked for."""
    step = _no_rule(trace)
    if step is None:
        return None
    path = _path(trace)
    for it in (*step.closest, *step.candidates):
        rule, mark, _ = it.candidate.rule.partition("?")
        if mark and rule == path:
            return Detected(
                f"The rule {_placed(it)} has a question mark, and a request's path ends before it: write "
                f"the rule {rule}, and read the rest from request.args.",
                step,
                {"rule": it.candidate.rule},
            )
    return None


def foreign_variable(trace: Trace) -> Detected | None:
    """Find where a rule would fit if its variable were written as Flask writes one."""
    step = _no_rule(trace)
    if step is None:
        return None
    path = _path(trace)
    for it in (*step.closest, *step.candidates):
        rule = it.candidate.rule
        odd = _FOREIGN.findall(rule)
        if not odd or "<" in rule:
            continue
        pieces = _FOREIGN.split(rule)
        if re.fullmatch("[^/]+".join(map(re.escape, pieces)), path):
            name = odd[0].strip("{}:")
            return Detected(
                f"In the rule {_placed(it)} {odd[0]} is literal text: a variable is written <{name}>.",
                step,
                {"rule": rule, "text": odd[0]},
            )
    return None


def odd_method(trace: Trace) -> Detected | None:
    """Find where the methods of a rule are written so that no request has one of them."""
    step = trace.first(MatchStep)
    if step is None or step.outcome is not Outcome.METHOD_NOT_ALLOWED:
        return None
    odd = tuple(
        method
        for method in step.allowed_methods
        if "," in method and trace.request.method in (each.strip() for each in method.split(","))
    )
    if not odd:
        return None
    parts = [f'"{each.strip()}"' for each in odd[0].split(",")]
    return Detected(
        f'The rule has one method with the odd name "{odd[0]}": write each as a string of its own, '
        f"methods=[{', '.join(parts)}].",
        step,
        {"methods": list(odd)},
    )


def unreachable(trace: Trace) -> Detected | None:
    """Find where the path fits a rule that no request reaches, for its host or subdomain."""
    return _unreached(trace, no_host=False)


def no_host(trace: Trace) -> Detected | None:
    """Find where the path fits a rule that names no host, in a map that matches hosts."""
    return _unreached(trace, no_host=True)


def _unreached(trace: Trace, *, no_host: bool) -> Detected | None:
    """Find a rule that only its reach keeps from the path: it names no host, or something else is wrong."""
    step = _no_rule(trace)
    if step is None:
        return None
    for it in (*step.closest, *step.candidates):
        if len(it.candidate.obstacles) != 1 or it.candidate.reason is not Reason.UNREACHABLE:
            continue
        (obstacle,) = it.candidate.obstacles
        names_none = isinstance(obstacle, NoRequestReaches) and obstacle.why.barrier is Barrier.NO_HOST
        if names_none is not no_host:
            return None
        return Detected(
            f"{_placed(it)} fits the path, and no request reaches it: {it.candidate.text}.",
            step,
            {"rule": it.candidate.rule},
        )
    return None


def _without_rule(trace: Trace, note: Note | None) -> Detected | None:
    """Say what a note tells, where the request found no rule."""
    step = _no_rule(trace)
    if step is None or note is None:
        return None
    return Detected(_sentence(note.text), step, _place(note))


def other_app(trace: Trace) -> Detected | None:
    """Find where another Flask app in the files has a rule for the path."""
    note = note_of(trace, "other_app")
    return _without_rule(trace, note if note is not None and note.fits is not None else None)


def blueprint_not_registered(trace: Trace) -> Detected | None:
    """Find where a blueprint that nobody registered has a rule for the path."""
    return _without_rule(trace, note_of(trace, "blueprint_not_registered"))


def bare_decorator(trace: Trace) -> Detected | None:
    """Find a decorator without its parentheses: Flask's own where no rule fits, or one around the view."""
    view = trace.first(ViewStep)
    if view is not None and view.bare is not None:
        name, function = view.bare.name, view.bare.function
        return Detected(
            f"@{name} above {named(function)} has no parentheses, so {name} got "
            f"{function.function} as its argument, and Flask calls the decorator inside. Write @{name}(...).",
            view,
            {"decorator": name, "function": function.function},
        )
    return _without_rule(trace, note_of(trace, "decorator_without_parentheses"))


def run_above_routes(trace: Trace) -> Detected | None:
    """Find where the view that ran is defined below `app.run()`, in the file that calls it."""
    note = note_of(trace, "app_run_ignored")
    view = view_that_ran(trace)
    if note is None or view is None or note.line is None or view.builtin:
        return None
    place = view.call.place
    if place.file != note.file or place.line is None or place.line <= note.line:
        return None
    return Detected(
        f"app.run() in {note.file}:{note.line} is above {place.function}() in line {place.line}: with "
        f"python {note.file} the server would start there, and this route would not exist. Put it last.",
        view,
        {"run": note.line, "view": place.line},
    )


def application_root(trace: Trace) -> Detected | None:
    """Find where the path begins with APPLICATION_ROOT, and no rule does."""
    step, sent = _no_rule(trace), trace.first(RequestStep)
    if step is None or sent is None or not sent.root_from_setting:
        return None
    root = sent.root_from_setting
    if not sent.path.startswith(f"{root}/"):
        return None
    return Detected(
        f"APPLICATION_ROOT is {root}, and that adds nothing to the rules: a url_prefix does, or a server "
        f"that mounts the app at {root}.",
        step,
        {"root": root},
    )


def setting_not_read(trace: Trace) -> Detected | None:
    """Find where a setting, or an attribute of the app, that nobody reads."""
    note = note_of(trace, "setting_not_read") or note_of(trace, "attribute_not_read")
    if note is None:
        return None
    return Detected(f"{_sentence(note.text)}", None, _place(note))


def static_path(trace: Trace) -> Detected | None:
    """Find where no rule fits the path, and a file of the app's has the name at its end."""
    step, note = _no_rule(trace), note_of(trace, "file_elsewhere")
    if step is None or note is None or not failed(trace):
        return None
    return Detected(f"{_sentence(note.text)}", step, {"file": note.file})


def _path(trace: Trace) -> str:
    sent = trace.first(RequestStep)
    return trace.request.path if sent is None else sent.path


def _place(note: Note) -> dict[str, Json]:
    return {"file": note.file, "line": note.line}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."
