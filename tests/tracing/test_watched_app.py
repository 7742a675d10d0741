"""What is known of a watched app from one request to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask
import pytest

import routelab
import routelab.engine
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.instrumentation import Instrumentation


class Views(dict[str, Any]):
    """A table of views that tells how often it is looked through."""

    looked_through = 0

    def values(self) -> Any:
        self.looked_through += 1
        return super().values()


@pytest.mark.parametrize("flask_or_engine", [flask, routelab.engine])
def test_an_app_of_flasks_own_methods_alone_has_no_view_looked_for(
    flask_or_engine: Any, tmp_path: Path
) -> None:
    app = flask_or_engine.Flask("plain", root_path=str(tmp_path))
    app.add_url_rule("/", "home", lambda: "home")
    watched = routelab.watch(app)
    watched.send("GET /")  # the first also asks which views a loop made
    app.view_functions = Views(app.view_functions)
    watched.send("GET /")
    assert app.view_functions.looked_through == 0
    instrumentation = Instrumentation(app, Sources(tmp_path))
    instrumentation.make_ready()
    assert instrumentation.watched_app.replaced == frozenset()
