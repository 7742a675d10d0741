"""The view functions of an app, by endpoint: where each stands, its lines, and which method it checks for.

It knows functions and their sources, and nothing of rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routelab.tracing.facts import NOWHERE, Place
from routelab.tracing.steps.match import MethodCheck
from routelab.tracing.watching.code.asked_methods import method_check
from routelab.tracing.watching.code.layers import layers_of
from routelab.tracing.watching.code.sources import Placed, Sources

_NO_LINES: Placed = (NOWHERE, (), None)


class Views:
    """The views of an app as they are whenever something is asked about one."""

    def __init__(self, functions: Mapping[str, Any], sources: Sources) -> None:
        self.functions = functions
        self._sources = sources

    def place(self, endpoint: str) -> Place:
        """Find where an endpoint's view function stands, or its class for a class-based view."""
        view = self.functions.get(endpoint)
        if view is None:
            return NOWHERE
        return self._sources.place(getattr(view, "view_class", None) or self._written(view, endpoint))

    def lines(self, endpoint: str) -> Placed:
        """Return where an endpoint's view function stands, with its lines."""
        view = self.functions.get(endpoint)
        return _NO_LINES if view is None else self._sources.place_and_lines(self._written(view, endpoint))

    def check(self, endpoint: str, method: str) -> MethodCheck | None:
        """Find the line of an endpoint's view that checks for a method; None where no line of it does."""
        view_class = getattr(self.functions.get(endpoint), "view_class", None)
        return method_check(self._sources, self.lines(endpoint), view_class, method)

    def _written(self, view: Any, endpoint: str) -> Any:
        """Look through wrappers that do not say what they are around, as a request's trace does."""
        if not callable(view):
            return view
        inner = layers_of(view, str(endpoint).rpartition(".")[2])[-1].function
        return inner if self._sources.place(inner).file is not None else view


class KeptViews(Views):
    """The views of an app as they were when this was made."""

    def __init__(self, functions: Mapping[str, Any], sources: Sources) -> None:
        super().__init__(dict(functions), sources)
        lines = super().lines
        self._lines = {endpoint: lines(endpoint) for endpoint in self.functions}
        self._classes = {
            endpoint: sources.place(kind)
            for endpoint, view in self.functions.items()
            if (kind := getattr(view, "view_class", None))
        }

    def place(self, endpoint: str) -> Place:
        """Return where an endpoint's view function stood."""
        return self._classes.get(endpoint) or self.lines(endpoint)[0]

    def lines(self, endpoint: str) -> Placed:
        """Return the same with the lines of the view."""
        return self._lines.get(endpoint, _NO_LINES)
