"""Other Flask apps in the same files, whose routes the app that is asked does not have.

It asks their routers alone, and runs nothing else of them. Files that nobody imported are only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from routelab.loading.records import LoadedApp
from routelab.loading.unregistered import (
    assigned_calls,
    last_name,
    line_of_assignment,
    names_of,
    routes_beside,
    routes_in,
)
from routelab.tracing.facts import Note
from routelab.tracing.watching.middleware import apps_inside
from routelab.tracing.watching.middleware import other_apps as behind_middleware

_VARIABLE = re.compile(r"<(?:(\w+)(?:\([^>]*\))?:)?\w+>")


def other_apps(loaded: LoadedApp, path: str) -> Iterator[Note]:
    """Note each app beside the one that is asked; `path` is what was asked for, and led to no rule."""
    yield from _bound(loaded, path)
    yield from _not_imported(loaded, path)


def _bound(loaded: LoadedApp, path: str) -> Iterator[Note]:
    """Note the apps that stand under a name in the app's own files."""
    app, modules = loaded.app, loaded.modules
    known = {id(app), *(id(other) for other in behind_middleware(app))}
    flask = next(kind for kind in type(app).__mro__ if kind.__name__ == "Flask")
    for module in modules:
        for name, bound in names_of(module).items():
            value = bound if isinstance(bound, flask) else _inside(bound, app)
            if not isinstance(value, flask) or id(value) in known:
                continue
            line = line_of_assignment(module, name, modules)
            rules = [rule for rule in _map_of(value) if str(rule.endpoint).rpartition(".")[2] != "static"]
            if not rules or line is None:
                continue
            known.add(id(value))
            file = modules.relative(str(module.__file__))
            fitting = _fitting(value, path)
            what = "is" if value is bound else "wraps"
            text = f"{name} in {file}:{line} {what} another Flask app: {_whose(rules, fitting)}"
            yield Note(code="other_app", text=text, file=file, line=line, fits=fitting)


def _inside(bound: Any, app: Any) -> Any:
    """Return the Flask app, other than the one that is asked, that middleware under a name stands around."""
    if isinstance(bound, type) or not callable(bound) or vars(type(bound)).get("__call__") is None:
        return None
    return next(iter(apps_inside((bound,), but=app)), None)


def _map_of(app: Any) -> list[Any]:
    return list(app.url_map.iter_rules())


def _whose(rules: list[Any], fitting: str | None) -> str:
    if fitting is not None:
        return f"its rule {fitting} fits this path, and is not in the table of the app that was asked"
    its = "its rule is" if len(rules) == 1 else f"its {len(rules)} rules are"
    return f"{its} not in the table of the app that was asked"


def _fitting(app: Any, path: str) -> str | None:
    """Ask another app's router for the rule of a path; not where converters of its own would run."""
    url_map = app.url_map
    if url_map.converters != url_map.default_converters or url_map.host_matching:
        return None
    try:
        adapter = url_map.bind("localhost")
        methods = adapter.allowed_methods(path)
        return None if not methods else str(adapter.match(path, min(methods), return_rule=True)[0].rule)
    except Exception:
        return None


def made_twice(loaded: LoadedApp) -> Iterator[Note]:
    """Note a name that is given an app once more in the same file: the routes before went to the first."""
    modules = loaded.modules
    for path, module in modules.by_file():
        tree = modules.tree(path)
        made: dict[str, list[int]] = {}
        for node, name, call in assigned_calls(tree):
            if last_name(call.func) == "Flask":
                made.setdefault(name, []).append(node.lineno)
        for name, lines in made.items():
            if len(lines) < 2 or names_of(module).get(name) is not loaded.app:
                continue
            routes = [line for line, taker, _ in routes_in(tree) if taker == name]
            lost = [line for line in routes if lines[0] < line < lines[-1]]
            if lost:
                file = modules.relative(path)
                above = "route above belongs" if len(lost) == 1 else f"{len(lost)} routes above belong"
                owners = sorted({str(max(made for made in lines if made < line)) for line in lost})
                whose = (
                    f"app of line {owners[0]}" if len(owners) == 1 else f"apps of lines {', '.join(owners)}"
                )
                text = (
                    f"{file}:{lines[-1]} makes another Flask app under the name {name}: the {above} to the "
                    f"{whose}, and {'is' if len(lost) == 1 else 'are'} not in the table"
                )
                yield Note(code="other_app", text=text, file=file, line=lines[-1])


def _not_imported(loaded: LoadedApp, path: str) -> Iterator[Note]:
    """Note a file that makes an app of its own with a route for this path, and that did not run."""
    for name, tree in routes_beside(loaded.modules):
        apps = {made for _, made, call in assigned_calls(tree) if last_name(call.func) == "Flask"}
        lines: dict[str, int] = {}  # of each rule the first: one may be there for each method
        for line, taker, rule in routes_in(tree):
            if taker in apps and may_fit(rule, path):
                lines.setdefault(rule, line)
        for rule, line in lines.items():
            text = (
                f"{name} makes a Flask app of its own, and its rule {rule} is not in the table "
                "of the app that was asked; nothing imported the file"
            )
            yield Note(code="other_app", text=text, file=name, line=line)


def may_fit(rule: str, path: str) -> bool:
    """Tell whether a rule fits a path, so far as that can be read off it."""
    wanted, at = "", 0
    for found in _VARIABLE.finditer(rule):
        wanted += re.escape(rule[at : found.start()])
        wanted += {"path": ".+", "int": r"\d+"}.get(found[1] or "", "[^/]+")
        at = found.end()
    return re.fullmatch(wanted + re.escape(rule[at:]), path) is not None
