"""Templates, watched: as they are loaded, as they are given their variables, and as they miss some.

Extends, import and include pass through the environment's `get_template` and `select_template`, too. No Jinja
is imported here; what costs time is found out when the request is over, by `template_steps`.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.steps.hook import When
from routelab.tracing.steps.template import FROM_TEXT, TemplateStep
from routelab.tracing.watching.calls.stages import hooks_called_directly
from routelab.tracing.watching.code.values import named_values
from routelab.tracing.watching.recorded import Loaded
from routelab.tracing.watching.recorder import PendingCall, Phase, Recorder, StageWrapper, guarded


def get_template(recorder: Recorder, stage: PendingCall) -> Any:
    """Note a template that is loaded, and its parent: the one that asked for it, if one did."""
    name = _first(stage, "name")
    return _load(recorder, stage, TemplateStep(name=_name_of(name)), parent=_parent_in(stage))


def select_template(recorder: Recorder, stage: PendingCall) -> Any:
    """Note the first of several templates that exists."""
    names = _first(stage, "names")
    step = TemplateStep(name="?")
    if isinstance(names, (list, tuple)):  # an iterator would be used up
        choices = tuple(map(_name_of, names))
        step = TemplateStep(name=" or ".join(choices), choices=choices)
    return _load(recorder, stage, step, parent=_parent_in(stage))


def from_string(recorder: Recorder, stage: PendingCall) -> Any:
    """Note a template that is given as text."""
    source = _first(stage, "source")
    text = source if isinstance(source, str) else None
    return _load(recorder, stage, TemplateStep(name=FROM_TEXT), text=text)


def _first(stage: PendingCall, name: str) -> Any:
    return stage.args[0] if stage.args else stage.keywords[name]


def _parent_in(stage: PendingCall) -> Any:
    return stage.args[1] if len(stage.args) > 1 else stage.keywords.get("parent")


def _load(
    recorder: Recorder, stage: PendingCall, step: TemplateStep, *, parent: Any = None, text: str | None = None
) -> Any:
    step = step.replace(parent=parent if isinstance(parent, str) else None)
    place = recorder.steps.reserve()
    templates = recorder.templates
    try:
        template = stage()
    except Exception as error:
        step = step.replace(raised=recorder.raised(error), error_line=_line_of(error))
        if type(error).__name__ in ("TemplateNotFound", "TemplatesNotFound"):
            templates.lost.append(place)
        else:
            templates.unread.append((place, getattr(error, "filename", None), getattr(error, "source", None)))
        raise
    else:
        if step.choices or step.name == "?":
            step = step.replace(name=_name_of(template))
        templates.loaded.append(Loaded(place=place, template=template, text=text))
        return template
    finally:
        recorder.steps.fill(place, step)
        recorder.at_end("what else is known of its templates", _tell_the_rest)
        if parent is None:
            templates.last = place


def _tell_the_rest(recorder: Recorder) -> None:
    from routelab.tracing.watching.templates.steps import tell_of_templates  # it needs Jinja

    tell_of_templates(recorder)


def update_template_context(recorder: Recorder, stage: PendingCall) -> Any:
    """Note the view's variables with the template that was loaded last; context processors add theirs."""
    context = stage.argument("context")
    templates = recorder.templates
    place, templates.last = templates.last, None
    given = named_values(context)
    with hooks_called_directly(recorder, When.CONTEXT_PROCESSOR, "template_context_processors"):
        # They pass `ensure_sync`, too, and are nothing that the stage is about.
        updated = recorder.staged(Phase.OWN_CODE, stage)
    if place is not None:
        recorder.steps.amend(place, TemplateStep, context=given)
        templates.names[place] = tuple(map(str, context))
    return updated


def _name_of(template: Any) -> str:
    if isinstance(template, str):
        return template
    try:
        return str(getattr(template, "name", template))
    except Exception:  # an undefined value raises whatever it is asked
        return "(undefined)"


def _line_of(error: Exception) -> int | None:
    """Return the line at which Jinja could not read a template any further."""
    line = getattr(error, "lineno", None)
    return line if type(line) is int and hasattr(error, "translated") else None


STAGES: dict[str, StageWrapper] = {
    "update_template_context": guarded(update_template_context),
}
ENVIRONMENT_STAGES: dict[str, StageWrapper] = {
    "get_template": guarded(get_template),
    "select_template": guarded(select_template),
    "from_string": guarded(from_string),
}
