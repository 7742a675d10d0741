"""Jinja's environment for an app, and where it looks for templates.

Imported with the first template, because it imports Jinja2. It knows folders and names in scope, and nothing
of requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

from .globals import g, request, session
from .helpers import get_flashed_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .app import Flask


class AppAndBlueprintLoader(jinja2.BaseLoader):
    """Look into the app's templates folder first, then into those of its blueprints, in order."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        for loader in self._loaders():
            try:
                return loader.get_source(environment, template)
            except jinja2.TemplateNotFound:
                continue
        raise jinja2.TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        return sorted({name for loader in self._loaders() for name in loader.list_templates()})

    def _loaders(self) -> Iterator[jinja2.BaseLoader]:
        for owner in (self.app, *self.app.iter_blueprints()):
            if owner.jinja_loader is not None:
                yield owner.jinja_loader


def make_environment(app: Flask) -> jinja2.Environment:
    """Make the environment in which all templates of an app are compiled."""
    auto_reload = app.config["TEMPLATES_AUTO_RELOAD"]
    options = {
        "loader": AppAndBlueprintLoader(app),
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
