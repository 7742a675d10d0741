"""Findings on templates: where they are, what they are given, what of them is rendered."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from routelab.routing.wording import listed
from routelab.tracing.findings.finding import Detected, answered, named
from routelab.tracing.phrases import capitalized, quoted
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.undefined import Undefined, Use
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
# What a page lacks, or fails by; a test for a name is a way to ask whether it is there.
_NEEDED = frozenset({Use.PRINTED, Use.CALLED, Use.ASKED, Use.LOOP})


def template_elsewhere(_: None, trace: Trace) -> Detected | None:
    """Find where a template was not found, or its name was returned where its page was meant."""
    for step in trace.each(TemplateStep):
        if step.searched and step.raised is not None and not step.optional:
            where = listed(step.searched, "and")
            there = f" {_way_to(step.elsewhere[0], step)}" if step.elsewhere else _name_of(step)
            lacking = f" There is no folder {step.no_folders[0]}." if step.no_folders else ""
            said = f"The template {step.name} is not in {where}, where Flask looks.{lacking}{there}"
            if step.climbs is not None:
                said = f"The template {step.name} was asked for, and {step.climbs}."
            return Detected(
                said,
                {"template": step.name, "searched": list(step.searched), "elsewhere": list(step.elsewhere)},
                step,
            )
    view, made = trace.first(ViewStep), trace.first(MakeResponseStep)
    if view is None or not answered(view) or made is None or made.names_template is None:
        return None
    if trace.first(TemplateStep) is not None:
        return None
    return Detected(
        f"{named(view.call.place)} returned the name of the template {made.names_template}: "
        "render_template makes a page of it.",
        {"template": made.names_template},
        made,
    )


def _name_of(step: TemplateStep) -> str:
    """Say which template there has nearly that name."""
    meant = "" if step.meant is None else f" Did you mean {step.meant!r}?"
    return meant if step.slip is None else f"{meant} {capitalized(step.slip)}."


def _way_to(found: str, step: TemplateStep) -> str:
    """Say how a file that lies elsewhere, or has another name, comes to be the template."""
    inside = next((folder for folder in step.searched if found.startswith(f"{folder}/")), None)
    if inside is not None:
        return f"There is {found}: its name for Flask is {found[len(inside) + 1 :]!r}."
    if found.rpartition("/")[2] == step.name.rpartition("/")[2]:
        return f"There is {found}: move it to {step.searched[0]}/{step.name}."
    return f"{found} has a similar name."


def of_another_blueprint(step: TemplateStep, trace: Trace) -> Detected | None:
    """Find where a blueprint's view asked for a template that its folder has, and got another blueprint's."""
    view = trace.first(ViewStep)
    blueprint = None if view is None else view.endpoint.rpartition(".")[0] or None
    if blueprint is None or step.parent is not None or step.blueprint in (None, blueprint):
        return None
    own = next((it for it in step.same_name if it.blueprint == blueprint), None)
    if own is None:
        return None
    return Detected(
        f"{step.file}, of the blueprint {step.blueprint}, was used, and {own.file}, of {blueprint} "
        "itself, was not: folders are searched in the order of registration. Give them different names.",
        {"used": step.file, "own": own.file},
    )


def unknown_name(step: TemplateStep, _trace: Trace) -> Detected | None:
    """Find where a template asked for a name that is not there, and that resembles one which is."""
    for each in step.undefined:
        if _NEEDED.isdisjoint(each.uses) or each.owner is not None or each.said_by_jinja is not None:
            continue
        said = _instead(each)
        if said is not None:
            line = "" if each.line is None else f" in line {each.line}"
            return Detected(
                f"{step.name} uses {each.name}{line}, and there is no such name in a template: {said}.",
                {"name": each.name, "near": each.near, "filter": each.filter_name},
            )
    return None


def _instead(each: Undefined) -> str | None:
    if each.filter_name is not None:
        return f"write it as a filter, value|{each.filter_name}"
    if each.near is not None:
        return f"{each.near} is there"
    if each.name in _BUILTINS and Use.CALLED in each.uses:
        return "Python's own functions are not; call it in the view"
    return None


def text_outside_block(step: TemplateStep, _trace: Trace) -> Detected | None:
    """Find where something in a template that extends another is never rendered."""
    if not step.unrendered:
        return None
    part = step.unrendered[0]
    if part.block is not None:
        said = f"its block {part.block} (line {part.line}) is in no template that it extends"
    else:
        said = f"{quoted(part.text, 40)} (line {part.line}) is outside the blocks"
    return Detected(
        f"{step.name} extends {step.extends}, and {said}, so it is not rendered.",
        {"template": step.name, "line": part.line, "block": part.block},
    )


def in_comment(step: TemplateStep, _trace: Trace) -> Detected | None:
    """Find where what failed in a template stands in a comment of HTML."""
    if not step.in_comment or step.raised is None:
        return None
    return Detected(
        f"Line {step.error_line} of {step.name} raised {step.raised.type} in an HTML comment, which "
        "Jinja reads like any text: {# ... #} is a comment to Jinja.",
        {"template": step.name, "line": step.error_line},
    )
