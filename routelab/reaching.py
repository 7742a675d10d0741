"""How an app binds its router to a request, asked of the app itself: which hosts lead to which rules.

It makes environs and calls `create_url_adapter`, and decides nothing about rules.
"""

from __future__ import annotations

from typing import Any
from warnings import catch_warnings, simplefilter

from routelab.environ import Base, build_environ
from routelab.requestline.record import RequestLine
from routelab.routing.reaching import Binding, Reach, asked_domain

_ENGINES = ("flask.app", "flask.sansio.app", "routelab.engine.app")
_ASKED = "asked-by-routelab"  # a subdomain, to see whether it is found
_REQUEST = RequestLine(method="GET", path="/")


def reach_of(app: Any) -> Reach:
    """Ask an app, as it is now, which hosts lead to its rules."""
    binding = Binding(
        bind=Binder(app),
        server_name=app.config["SERVER_NAME"],
        trusted=tuple(str(host).removeprefix(".") for host in app.config.get("TRUSTED_HOSTS") or ()),
        looks_at_subdomains=looks_at_subdomains(app),
        usual="create_url_adapter" not in vars(app) and usual_binding(app),
    )
    return Reach(app.url_map, binding)


def looks_at_subdomains(app: Any) -> bool:
    """Tell whether an app finds a subdomain in a host: Flask before 3.1 does so with SERVER_NAME alone."""
    if getattr(app, "subdomain_matching", False):
        return True
    name = app.config["SERVER_NAME"]
    if not name or not usual_binding(app) or "create_url_adapter" in vars(app):
        return False
    adapter = Binder(app)(f"{_ASKED}.{name}", "http")
    return adapter is not None and asked_domain(adapter) == _ASKED


class Binder:
    """Binds an app's map to requests for hosts."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, host: str, scheme: str) -> Any:
        """Return the adapter; None where the app refuses the host, or fails."""
        app = self._app
        root = app.config["APPLICATION_ROOT"]
        base = Base(server_name=host, application_root=root, scheme=scheme)
        environ = build_environ(_REQUEST, base)
        with catch_warnings():
            simplefilter("ignore")  # Werkzeug warns of a host that does not end in SERVER_NAME
            try:
                return app.create_url_adapter(app.request_class(environ))
            except Exception:  # an untrusted host, for example: the router is never asked
                return None


def host_of(request: Any) -> str | None:
    """Return the host that a request is for, as the app sees it; None where it does not say."""
    try:
        return str(request.host)
    except Exception:  # a request class of the app's own may do anything
        return None


def usual_binding(app: Any) -> bool:
    """Tell whether an app's class binds as Flask does: nobody replaced `create_url_adapter` there."""
    owner = next((kind for kind in type(app).__mro__ if "create_url_adapter" in vars(kind)), type(app))
    return owner.__module__ in _ENGINES
