"""Templates, watched: as they are loaded, and as they are given their variables.

Extends, import and include pass through the environment's `get_template`, too; no Jinja is imported here.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.call_stages import hooks_called_directly
from routelab.tracing.recorder import Arguments, Keywords, Original, Recorder, Watch
from routelab.tracing.records import TemplateStep, When
from routelab.tracing.values import named_values


def create_jinja_environment(
    recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords
) -> Any:
    """Watch Jinja's environment, which an app makes when it first needs a template."""
    environment = original(*args, **kwargs)
    recorder.shadows.watch_templates(environment)
    return environment


def get_template(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note a template that is loaded, and its parent: the one that asked for it, if one did."""
    name = args[0] if args else kwargs["name"]
    parent = args[1] if len(args) > 1 else kwargs.get("parent")
    shown = name if isinstance(name, str) else str(getattr(name, "name", name))
    place = recorder.tape.reserve()
    raised = None
    try:
        return original(*args, **kwargs)
    except Exception as error:
        raised = recorder.sources.raised(error)
        raise
    finally:
        recorder.tape.fill(place, TemplateStep(name=shown, parent=parent, raised=raised))
        if parent is None:
            recorder.template = place


def update_template_context(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note the view's variables with the template that was loaded last; context processors add theirs."""
    place, recorder.template = recorder.template, None
    step = None if place is None else recorder.tape.at(place)
    if place is not None and isinstance(step, TemplateStep):
        recorder.tape.fill(place, TemplateStep(name=step.name, context=named_values(args[-1])))
    with hooks_called_directly(recorder, When.CONTEXT_PROCESSOR, "template_context_processors"):
        return original(*args, **kwargs)


STAGES: dict[str, Watch] = {
    "create_jinja_environment": create_jinja_environment,
    "update_template_context": update_template_context,
}
