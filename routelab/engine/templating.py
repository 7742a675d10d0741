"""TEMPLATE: one of the ways in which a view makes its text.

Jinja2 is imported when the first template is needed. This module knows what is in scope inside
a template and whose folder is searched first, and nothing of responses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .globals import active_app_context, active_request_context, current_app, g, request, session
from .helpers import get_flashed_messages
from .tables import functions_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import BaseLoader, Environment, Template

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


def make_environment(app: Flask) -> Environment:
    """Make the environment in which all templates of an app are compiled."""
    import jinja2  # an app without templates needs no Jinja

    auto_reload = app.config["TEMPLATES_AUTO_RELOAD"]
    options = {
        "loader": jinja2.ChoiceLoader(Folders(app)),  # type: ignore[arg-type]  # it only iterates
        "autoescape": app.select_jinja_autoescape,
        "auto_reload": app.debug if auto_reload is None else auto_reload,
        **app.jinja_options,
    }
    environment = jinja2.Environment(**options)
    environment.globals.update(
        url_for=app.url_for,
        get_flashed_messages=get_flashed_messages,
        config=app.config,
        # An imported template does not see the context; as globals these three are there all the same.
        request=request,
        session=session,
        g=g,
    )
    environment.policies["json.dumps_function"] = app.json.dumps
    return environment


class Folders:
    """Where templates are looked for: first in the app's folder, then in those of its blueprints."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __iter__(self) -> Iterator[BaseLoader]:
        for owner in (self.app, *self.app.iter_blueprints()):
            if owner.jinja_loader is not None:
                yield owner.jinja_loader
