"""Templates, watched: as they are loaded, as they are given their variables, and as they miss some.

Extends, import and include pass through the environment's `get_template` and `select_template`, too. No Jinja
is imported here; what costs time is found out when the request is over, by `template_steps`.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.steps.hook import When
from routelab.tracing.steps.template import FROM_TEXT, TemplateStep
from routelab.tracing.watching.calls import hooks_called_directly
from routelab.tracing.watching.recorded import Loaded
from routelab.tracing.watching.recorder import Arguments, Keywords, Original, Recorder, StageWrapper, guarded
from routelab.tracing.watching.values import named_values


def create_jinja_environment(
    recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords
) -> Any:
    """Watch Jinja's environment, which an app makes when it first needs a template."""
    environment = original(*args, **kwargs)
    recorder.instrumentation.watch_templates(environment)
    return environment


def get_template(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note a template that is loaded, and its parent: the one that asked for it, if one did."""
    name = args[0] if args else kwargs["name"]
    return _load(recorder, original, args, kwargs, TemplateStep(name=_name_of(name)))


def select_template(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note the first of several templates that exists."""
    names = args[0] if args else kwargs["names"]
    if not isinstance(names, (list, tuple)):  # an iterator would be used up
        return _load(recorder, original, args, kwargs, TemplateStep(name="?"))
    choices = tuple(map(_name_of, names))
    step = TemplateStep(name=" or ".join(choices), choices=choices)
    return _load(recorder, original, args, kwargs, step)


def from_string(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note a template that is given as text."""
    source = args[0] if args else kwargs["source"]
    text = source if isinstance(source, str) else None
    return _load(recorder, original, args[:1], kwargs, TemplateStep(name=FROM_TEXT), text, args[1:])


def _load(
    recorder: Recorder,
    original: Original,
    args: Arguments,
    kwargs: Keywords,
    step: TemplateStep,
    text: str | None = None,
    more: Arguments = (),
) -> Any:
    parent = args[1] if len(args) > 1 else kwargs.get("parent")
    step = step.replace(parent=parent if isinstance(parent, str) else None)
    place = recorder.steps.reserve()
    templates = recorder.templates
    try:
        template = original(*args, *more, **kwargs)
    except Exception as error:
        step = step.replace(raised=recorder.raised(error), error_line=_line_of(error))
        if type(error).__name__ in ("TemplateNotFound", "TemplatesNotFound"):
            templates.lost.append(place)
        else:
            templates.unread.append((place, getattr(error, "filename", None)))
        raise
    else:
        if step.choices or step.name == "?":
            step = step.replace(name=_name_of(template))
        templates.loaded.append(Loaded(place=place, template=template, text=text))
        return template
    finally:
        recorder.steps.fill(place, step)
        if parent is None:
            templates.last = place


def update_template_context(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note the view's variables with the template that was loaded last; context processors add theirs."""
    context = args[-1]
    templates = recorder.templates
    place, templates.last = templates.last, None
    given = named_values(context)
    with hooks_called_directly(recorder, When.CONTEXT_PROCESSOR, "template_context_processors"):
        updated = original(*args, **kwargs)
    step = None if place is None else recorder.steps.at(place)
    if place is not None and isinstance(step, TemplateStep):
        recorder.steps.fill(place, step.replace(context=given))
        templates.names[place] = tuple(map(str, context))
    return updated


def _name_of(template: Any) -> str:
    return template if isinstance(template, str) else str(getattr(template, "name", template))


def _line_of(error: Exception) -> int | None:
    """Return the line at which Jinja could not read a template any further."""
    line = getattr(error, "lineno", None)
    return line if type(line) is int and hasattr(error, "translated") else None


STAGES: dict[str, StageWrapper] = {
    "create_jinja_environment": guarded(create_jinja_environment),
    "update_template_context": guarded(update_template_context),
}
ENVIRONMENT_STAGES: dict[str, StageWrapper] = {
    "get_template": guarded(get_template),
    "select_template": guarded(select_template),
    "from_string": guarded(from_string),
}
