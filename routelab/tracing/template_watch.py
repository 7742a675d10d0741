"""Templates as they are loaded and given their variables.

It watches a Jinja environment's `get_template`, through which extends, import and include pass too, and
imports no Jinja.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.records import TemplateStep
from routelab.tracing.sources import Sources
from routelab.tracing.tape import Tape
from routelab.tracing.values import named_values


class TemplateWatch:
    """Puts a template step where each load began, and adds the variables when they are known."""

    def __init__(self, tape: Tape, sources: Sources) -> None:
        self._tape = tape
        self._sources = sources
        self._waiting: int | None = None

    def get_template(self, original: Any, name: Any, parent: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Load a template; `parent` is the one that asked for it."""
        place = self._tape.reserve()
        shown = name if isinstance(name, str) else str(getattr(name, "name", name))
        raised = None
        try:
            return original(name, parent, *args, **kwargs)
        except Exception as error:
            raised = self._sources.raised(error)
            raise
        finally:
            self._tape.fill(place, TemplateStep(name=shown, parent=parent, raised=raised))
            if parent is None:
                self._waiting = place

    def give(self, context: Any) -> None:
        """Note the variables of the template that was loaded last for a view."""
        place, self._waiting = self._waiting, None
        step = None if place is None else self._tape.at(place)
        if place is not None and isinstance(step, TemplateStep):
            self._tape.fill(place, TemplateStep(name=step.name, context=named_values(context)))
