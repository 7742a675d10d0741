"""The middleware step: what stands in `app.wsgi_app` before the app, and whether it let the request in."""

from __future__ import annotations

from routelab.tracing.facts import Place
from routelab.tracing.steps.step import Importance, Step


class MiddlewareStep(Step):
    """WSGI middleware ran before the app's own part. `name` is its class or function, outermost first.

    `answered`: the app's own part was never reached. `called` is another Flask app that got the request.
    """

    json_tag = ("kind", "middleware")

    name: str
    place: Place
    answered: bool = False
    called: str | None = None

    @property
    def headline(self) -> str:
        """Say who answered."""
        if self.called is not None:
            way = "so this app's rules were not asked" if self.answered else "as well as this one"
            return f"{self.name} in app.wsgi_app gave the request to the app {self.called}, {way}"
        if self.answered:
            return f"{self.name} in app.wsgi_app answered by itself, so this app's rules were not asked"
        return f"{self.name} in app.wsgi_app let the request through"

    @property
    def importance(self) -> Importance:
        """Middleware that lets requests through is seen by its headers."""
        return Importance.DECIDES if self.answered or self.called is not None else Importance.DETAIL

    @property
    def at(self) -> Place:
        """Where the middleware stands, where it is the app's own."""
        return self.place
