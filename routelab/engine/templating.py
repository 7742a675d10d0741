"""TEMPLATE: one of the ways in which a view makes its text.

Jinja2 is imported when the first template is needed, and not before. It knows what is in scope inside a
template, and nothing of responses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .globals import active_app_context, active_request_context, current_app
from .tables import functions_for

if TYPE_CHECKING:
    from jinja2 import Template

    from .app import Flask

AUTOESCAPED = (".html", ".htm", ".xml", ".xhtml", ".svg")


def render_template(template_name_or_list: str | Template | list[str | Template], **context: Any) -> str:
    """Render a file from the templates folder, or the first that exists of several."""
    return _render(current_app.jinja_env.get_or_select_template(template_name_or_list), context)


def render_template_string(source: str, **context: Any) -> str:
    """Render a template given as text; such a template is always autoescaped."""
    return _render(current_app.jinja_env.from_string(source), context)


def _render(template: Template, context: dict[str, Any]) -> str:
    current_app.update_template_context(context)
    return template.render(context)


def extend_context(app: Flask, context: dict[str, Any]) -> None:
    """Add what the context processors give. What the view passed itself wins."""
    active = active_request_context.get(None)
    blueprints = [] if active is None else active.request.blueprints
    passed = context.copy()
    for processor in functions_for(app.template_context_processors, blueprints):
        context.update(app.ensure_sync(processor)())
    context.update(passed)


def _default_template_ctx_processor() -> dict[str, Any]:
    """Let every template see `g` and `request`."""
    context: dict[str, Any] = {}
    if (app_context := active_app_context.get(None)) is not None:
        context["g"] = app_context.g
    if (request_context := active_request_context.get(None)) is not None:
        context["request"] = request_context.request
    return context
