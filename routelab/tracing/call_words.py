"""What the learner's own code did, in words: views, hooks and error handlers, and the templates they render.

It knows no route, and nothing of what became of the returned value.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.tracing.phrases import raised, value
from routelab.tracing.records import Call, ErrorStep, HookStep, TemplateStep, When


def call_details(ran: Call) -> Iterator[str]:
    """Say what a callable printed, and how it ended."""
    if ran.printed:
        yield f"printed {ran.printed.rstrip()!r}"
    if ran.raised is not None:
        yield raised(ran.raised)
    elif ran.returned is not None:
        yield f"returned {value(ran.returned)}"
    else:
        yield "was stopped before it returned"


def hook_decides(step: HookStep) -> bool:
    """Tell whether a hook did more than let the request go on."""
    return next(hook_details(step), None) is not None


def hook_details(step: HookStep) -> Iterator[str]:
    """Say what a hook did, so far as it is not simply to let the request go on."""
    ran = step.call
    if ran.printed:
        yield f"printed {ran.printed.rstrip()!r}"
    if ran.raised is not None:
        yield raised(ran.raised)
    elif ran.returned is None:
        yield "was stopped before it returned"
    elif step.when is When.BEFORE_REQUEST and ran.returned.type != "NoneType":
        yield f"returned {value(ran.returned)}, so no view runs"
    elif step.when in (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST) and ran.returned.type == "NoneType":
        yield "returned None: it must return the response"


def template_headline(step: TemplateStep) -> str:
    """Return "base.html, asked for by child.html"."""
    return step.name + (f", asked for by {step.parent}" if step.parent else "")


def template_details(step: TemplateStep) -> Iterator[str]:
    """Say what a template was given, and what it lacked."""
    if step.context:
        yield "with " + ", ".join(variable.name for variable in step.context)
    if step.missing:
        yield (
            f"it uses {', '.join(step.missing)}, which nobody gave it: an unknown name prints as nothing, "
            "but raises UndefinedError when it is asked for an attribute or an item"
        )
    if step.raised:
        yield raised(step.raised)
    if step.searched:
        yield f"looked for in {', '.join(step.searched)}"
        yield (
            f"templates there: {', '.join(step.available)}"
            if step.available
            else "there is no template there"
        )


def error_headline(step: ErrorStep) -> str:
    """Say who takes an exception: "NotFound  ->  not_found"."""
    what = step.exception
    if step.handled_as != step.exception:
        what = f"{step.exception}, taken by no handler, becomes {step.handled_as}"
    if step.propagated:
        return f"{step.exception}: testing or debug mode lets it out of the app; no handler for 500 is asked"
    if step.handler is not None:
        return f"{what}  ->  {step.handler.place.function}"
    if step.code is None:
        return f"{what}: no handler takes it"
    if step.code < 400:
        return f"{what}: the router answers with a redirect, and no handler is asked"
    return f"{what}: no handler takes it, so Flask sends its own {step.code} page"


def error_details(step: ErrorStep) -> Iterator[str]:
    """Say what the handler did, and who was not asked."""
    if step.handler is not None:
        yield from call_details(step.handler)
    fitted = "no rule fitted" if step.code != 405 else "no rule fitted with this method"
    for handler in step.unasked:
        who = f"{handler.place.function} of blueprint {handler.blueprint}"
        yield f"{who} is not asked: {fitted}, so no blueprint was chosen"
