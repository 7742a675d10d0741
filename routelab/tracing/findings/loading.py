"""Findings on an app that does not load: what Python's exception is about.

The exception's class and message are Python's, Flask's or Werkzeug's own, and are read only where it is one
of theirs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routelab.record import Json
from routelab.tracing.facts import Note
from routelab.tracing.findings.finding import Detected
from routelab.tracing.phrases import capitalized
from routelab.tracing.steps.load import LoadStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_VARIABLE = re.compile(r"<(?:[^<>:]*:)?([^<>]*)>")
_MALFORMED = re.compile(r"malformed url rule: (?P<rule>.*)", re.IGNORECASE | re.DOTALL)
_NO_SLASH = re.compile(r"URL rule (?P<rule>'[^']*') must start with a slash\.?")
_TEXT_AS_METHODS = "Allowed methods must be a list of strings"


def endpoint_twice(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where two functions were given one endpoint."""
    if step.taken is None:
        return None
    taken = step.taken
    return Detected(
        f"{capitalized(taken.text)}.",
        {"endpoint": taken.endpoint, "first": taken.first.line, "second": taken.second.line},
    )


def unknown_converter(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where a rule names a converter that its map does not have."""
    if step.converter is None:
        return None
    lacking = step.converter
    return Detected(
        f"The rule {lacking.rule} names the converter {lacking.converter}, which does not exist: "
        f"{lacking.text}{'' if lacking.text.endswith('?') else '.'}",
        {"rule": lacking.rule, "converter": lacking.converter, "nearest": lacking.nearest},
    )


def circular_import(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where the app's modules import each other in a circle."""
    if not step.chain:
        return None
    way = " -> ".join(step.chain)
    return Detected(
        f"The imports go in a circle: {way}. Import {step.chain[1]} below the line that makes what it needs, "
        "or give it a blueprint of its own.",
        {"chain": list(step.chain)},
    )


def rule_without_slash(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where a rule does not begin with a slash; the line is that of the function, where it is known."""
    if step.exception != "ValueError":
        return None
    found = _NO_SLASH.fullmatch(step.message)
    if found is None:
        return None
    rule = found["rule"].strip("'")
    where = ""
    prefix = ""
    if step.refused_rule is not None:
        refused = step.refused_rule
        where = f" of {refused.words}" if refused.words else ""
        if refused.prefix is not None and refused.blueprint is not None:
            return Detected(
                f"The rule {rule!r}{where} begins with the url_prefix of the blueprint {refused.blueprint}, "
                f"and {refused.prefix!r} does not begin with a slash: write url_prefix='/{refused.prefix}'.",
                {"rule": rule},
            )
        if refused.blueprint is not None:
            prefix = f", and the blueprint {refused.blueprint} has no url_prefix that would add one"
    _, whole_url, rest = rule.partition("://")
    path = f"/{rest.partition('/')[2]}" if whole_url else f"/{rule}"
    said = (
        "is a whole URL, and a rule is no more than its path" if whole_url else "does not begin with a slash"
    )
    return Detected(
        f"The rule {rule!r}{where} {said}{prefix}: write '{path}'.",
        {"rule": rule},
    )


def malformed_rule(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where a rule cannot be read: say which piece of it is not right, where a scan tells."""
    found = None if step.exception != "ValueError" else _MALFORMED.fullmatch(step.message)
    if found is None:
        return None
    rule = found["rule"].strip("'")
    position, why = _fault(rule)
    return Detected(
        f"The rule {rule!r} cannot be read: {why}.",
        {"rule": rule, "position": position},
    )


def duplicate_variable(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where one variable stands in a rule twice."""
    if step.refused_rule is None:
        return None
    if step.exception != "SyntaxError" and "variable name" not in step.message:
        return None
    rule = step.refused_rule.rule
    names = _VARIABLE.findall(rule)
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is None:
        return None
    return Detected(
        f"The variable <{twice}> appears in the rule {rule} twice; each variable is one argument of "
        "the view, so give them distinct names.",
        {"rule": rule, "variable": twice},
    )


def methods_as_text(step: LoadStep, _trace: Trace) -> Detected | None:
    """Find where `methods` was given a string."""
    if step.exception != "TypeError" or not step.message.startswith(_TEXT_AS_METHODS):
        return None
    return Detected('methods takes a list, even for one method: methods=["POST"].')


def removed_name(note: Note, trace: Trace) -> Detected | None:
    """Find where the code asks for a name that Flask, or one of its libraries, does not have any more."""
    facts: dict[str, Json] = {"file": note.file, "line": note.line}
    return Detected(f"{note.text.rstrip('.')}.", facts, trace.first(LoadStep))


def _fault(rule: str) -> tuple[int | None, str]:
    """Find the first bracket that has no partner; (its place from 0, what is wrong)."""
    opened: int | None = None
    for place, character in enumerate(rule):
        if character == "<":
            if opened is not None:
                return place, f"there is a second < at character {place + 1} before the first is closed"
            opened = place
        elif character == ">":
            if opened is None:
                return place, f"the > at character {place + 1} has no < before it"
            opened = None
    if opened is not None:
        return opened, f"the < at character {opened + 1} has no > after it"
    for found in _VARIABLE.finditer(rule):
        if not found[1].isidentifier() and "".join(found[1].split()).isidentifier():
            written = "".join(found[0].split())
            return found.start(), f"{found[0]} has a space in it; write {written}"
        if not found[1].isidentifier():
            return found.start(), f"{found[0]} has no name that could be an argument's name in Python"
        if not found[1].isascii():
            return found.start(), f"the name in {found[0]} may have the letters a to z, digits and _ only"
    return None, "a variable is written <name> or <converter:name>"
