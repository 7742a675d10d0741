"""What a template's own text tells: the names that it uses, and where it was looked for.

It asks Jinja, which is loaded by then, and renders nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from routelab.tracing.watching.sources import Sources

# Names that Jinja itself gives to every template, block or macro.
_ALWAYS_THERE = frozenset({"self", "super", "caller", "loop", "varargs", "kwargs"})
_NAMES_SHOWN = 10
_MAY_HAVE_NAMES = re.compile(r"\{[{%]").search


def missing_names(environment: Any, source: str | None, context: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names that a template's own text uses and that neither the context nor the globals have."""
    if source is None or not _MAY_HAVE_NAMES(source):
        return ()
    from jinja2 import TemplateSyntaxError, meta

    try:
        used = meta.find_undeclared_variables(environment.parse(source))
    except TemplateSyntaxError:
        return ()  # rendering says so, with the line
    return tuple(sorted(used - context.keys() - environment.globals.keys() - _ALWAYS_THERE))


def source_of(environment: Any, name: str) -> str | None:
    """Return the text of a template that was found by its name."""
    try:
        return str(environment.loader.get_source(environment, name)[0])
    except Exception:  # a loader of the app's own may do anything; this only looks
        return None


def searched_folders(app: Any, sources: Sources) -> tuple[str, ...]:
    """Return the template folders of an app and its blueprints, as seen from the app's folder."""
    loaders = [app.jinja_loader, *(blueprint.jinja_loader for blueprint in app.blueprints.values())]
    folders = [folder for loader in loaders for folder in getattr(loader, "searchpath", ())]
    return tuple(dict.fromkeys(sources.own_file(folder) or folder for folder in folders))


def available_templates(environment: Any) -> tuple[str, ...]:
    """Return the templates that there are, the first ten by name."""
    try:
        return tuple(sorted(environment.list_templates())[:_NAMES_SHOWN])
    except Exception:  # not every loader can list
        return ()
