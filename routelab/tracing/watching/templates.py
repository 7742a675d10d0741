"""Templates, watched: as they are loaded, and as they are given their variables.

Extends, import and include pass through the environment's `get_template`, too; no Jinja is imported here.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.steps.hook import When
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.watching.calls import hooks_called_directly
from routelab.tracing.watching.recorder import Arguments, Keywords, Original, Recorder, StageWrapper
from routelab.tracing.watching.template_facts import (
    available_templates,
    missing_names,
    searched_folders,
    source_of,
)
from routelab.tracing.watching.values import named_values

FROM_TEXT = "<text>"


def create_jinja_environment(
    recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords
) -> Any:
    """StageWrapper Jinja's environment, which an app makes when it first needs a template."""
    environment = original(*args, **kwargs)
    recorder.instrumentation.watch_templates(environment)
    return environment


def get_template(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note a template that is loaded, and its parent: the one that asked for it, if one did."""
    name = args[0] if args else kwargs["name"]
    parent = args[1] if len(args) > 1 else kwargs.get("parent")
    shown = name if isinstance(name, str) else str(getattr(name, "name", name))
    place = recorder.steps.reserve()
    step = TemplateStep(name=shown, parent=parent)
    try:
        return original(*args, **kwargs)
    except Exception as error:
        step = step.replace(raised=recorder.raised(error))
        if type(error).__name__ == "TemplateNotFound":
            step = step.replace(
                searched=searched_folders(recorder.app, recorder.sources),
                available=available_templates(recorder.app.jinja_env),
            )
        raise
    finally:
        recorder.steps.fill(place, step)
        if parent is None:
            recorder.template, recorder.template_text = place, None


def from_string(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note a template that is given as text."""
    source = args[0] if args else kwargs["source"]
    recorder.template = recorder.steps.reserve()
    recorder.template_text = source if isinstance(source, str) else None
    recorder.steps.fill(recorder.template, TemplateStep(name=FROM_TEXT))
    return original(*args, **kwargs)


def update_template_context(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note the view's variables with the template that was loaded last; context processors add theirs."""
    context = args[-1]
    place, recorder.template = recorder.template, None
    step = None if place is None else recorder.steps.at(place)
    given = named_values(context)
    with hooks_called_directly(recorder, When.CONTEXT_PROCESSOR, "template_context_processors"):
        updated = original(*args, **kwargs)
    if place is not None and isinstance(step, TemplateStep):
        environment = recorder.app.jinja_env
        text = recorder.template_text or source_of(environment, step.name)
        step = step.replace(context=given, missing=missing_names(environment, text, context))
        recorder.steps.fill(place, step)
    return updated


STAGES: dict[str, StageWrapper] = {
    "create_jinja_environment": create_jinja_environment,
    "update_template_context": update_template_context,
}
ENVIRONMENT_STAGES: dict[str, StageWrapper] = {"get_template": get_template, "from_string": from_string}
