"""Who is not asked about an error of the router: the handlers of blueprints, none of which was chosen.

It reads the app's tables of handlers and rules, and knows nothing of what a handler does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import commonpath
from typing import Any, TypeAlias

from werkzeug.exceptions import HTTPException, InternalServerError

from routelab.routing.outcome import Outcome
from routelab.tracing.steps.error import Because, UnaskedHandler
from routelab.tracing.watching.code.sources import Sources

# {"albums": {404: {NotFound: no_album}}}: by blueprint (None is the app), by status code, by class.
Handlers: TypeAlias = "Mapping[str | None, Mapping[int | None, Mapping[type, Any]]]"
Taker: TypeAlias = "tuple[str | None, Any]"  # the blueprint, and its handler
_NO_RULE = (Outcome.NOT_FOUND, Outcome.METHOD_NOT_ALLOWED)


def http_code(kind: type) -> int | None:
    """Return the status code by which Flask looks up handlers; other exceptions may have a `code`, too."""
    return getattr(kind, "code", None) if issubclass(kind, HTTPException) else None


def unasked_handlers(
    context: Any, outcome: Outcome, error: Exception, sources: Sources
) -> tuple[UnaskedHandler, ...]:
    """Return the handlers that would take `error`, had a rule of their blueprint won this request.

    Only those of blueprints among whose URLs the path lies, and only for the error of a router that found no
    rule: then Flask does not know of any blueprint, whatever the path looks like.
    """
    app = context.app
    if not app.blueprints or outcome not in _NO_RULE:
        return ()
    handlers: Handlers = app.error_handler_spec
    asked = taker_of(handlers, (), error)
    takers = {name: taker_of(handlers, nesting_of(name), error) for name in app.blueprints}
    found: list[Taker] = []
    rules: dict[str, list[str]] | None = None
    for name, taker in takers.items():
        # A blueprint inside another has its handlers, too: each is told once.
        if taker is None or taker == asked or taker in found:
            continue
        rules = rules_by_blueprint(context) if rules is None else rules
        if lies_in(context.request.path, app.blueprints[name], rules.get(name, [])):
            found.append(taker)
    return tuple(
        UnaskedHandler(blueprint=str(owner), place=sources.place(function)) for owner, function in found
    )


def handlers_passed_over(
    context: Any, error: Exception, because: Because, sources: Sources
) -> tuple[UnaskedHandler, ...]:
    """Return the handler that takes the class of `error`, which came where Flask looks only for a 500's."""
    handlers: Handlers = context.app.error_handler_spec
    blueprints = blueprints_of(context.request)
    taker = taker_of(handlers, blueprints, error)
    if taker is None or taker == taker_of(handlers, blueprints, InternalServerError()):
        return ()
    owner, function = taker
    return (UnaskedHandler(blueprint=owner, place=sources.place(function), because=because),)


def blueprints_of(request: Any) -> tuple[str, ...]:
    """Name the blueprints of a request, innermost first; Flask cannot where its endpoint is not a string."""
    return tuple(request.blueprints) if isinstance(request.endpoint, str | None) else ()


def taker_of(handlers: Handlers, blueprints: tuple[str, ...], error: Exception) -> Taker | None:
    """Find whom Flask would ask, and whose handler that is."""
    entry = _entry_of(handlers, blueprints, error)
    return None if entry is None else (entry[0], entry[2])


def taken_as(context: Any, error: Exception) -> str | None:
    """Name the class that an HTTP error's handler is registered for, where that is none of HTTP errors."""
    entry = _entry_of(context.app.error_handler_spec, blueprints_of(context.request), error)
    http = isinstance(error, HTTPException)
    return entry[1].__name__ if http and entry is not None and entry[1] in Exception.__mro__ else None


def _entry_of(
    handlers: Handlers, blueprints: tuple[str, ...], error: Exception
) -> tuple[str | None, type, Any] | None:
    """Find the entry that Flask would take: by the status code first, the nearest blueprint before the app.

    Flask's own look-up is no help: it writes empty entries into the app's tables.
    """
    for code in (http_code(type(error)), None):
        for name in (*blueprints, None):
            by_class = handlers.get(name, {}).get(code, {})
            for kind in type(error).__mro__:
                if kind in by_class:
                    return name, kind, by_class[kind]
    return None


def nesting_of(blueprint: str) -> tuple[str, ...]:
    """Return "a.b.c", "a.b" and "a" for "a.b.c"."""
    parts = blueprint.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 0, -1))


def rules_by_blueprint(context: Any) -> dict[str, list[str]]:
    """Return each blueprint's rules and those of blueprints inside it, for the host that is asked."""
    url_map, adapter = context.app.url_map, context.url_adapter
    found: dict[str, list[str]] = {}
    for rule in url_map.iter_rules():
        host, asked = (
            (rule.host, adapter.server_name) if url_map.host_matching else (rule.subdomain, adapter.subdomain)
        )
        blueprint = str(rule.endpoint).rpartition(".")[0]
        if blueprint and host == asked:
            for name in nesting_of(blueprint):
                found.setdefault(name, []).append(rule.rule)
    return found


def lies_in(path: str, blueprint: Any, rules: list[str]) -> bool:
    """Tell whether a path lies among the URLs of a blueprint, which has these rules here."""
    if not rules:
        return False
    prefix = (blueprint.url_prefix or "").rstrip("/")
    if not prefix or not all(_is_below(rule, prefix) for rule in rules):
        prefix = _common_folder(rules)  # it was registered below another prefix than its own, or has none
    return _is_below(path, prefix)


def _common_folder(rules: Iterable[str]) -> str:
    """Return where all rules lie: "/records" for "/records/" and "/records/<int:id>", "" for the root."""
    folders = [rule.partition("<")[0].rpartition("/")[0] for rule in rules]
    return commonpath([folder or "/" for folder in folders]).rstrip("/")


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
