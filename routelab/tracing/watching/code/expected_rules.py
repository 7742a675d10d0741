"""Rules that an app's code lets one expect where none is: below a prefix that was replaced, for static files.

It is asked where no rule fits a path, and tries what it offers on the app's own router.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from routelab.routing.finding import NamedRule, RepeatedPrefix
from routelab.routing.pattern import methods_of
from routelab.routing.wording import endpoint_text
from routelab.tracing.facts import Note

_STATIC = "/static/"
_MOST = 200  # rules of one blueprint
_DEEPEST = 6  # segments of a prefix


def expected_rules(app: Any, adapter: MapAdapter, path: str) -> Iterator[Note]:
    """Note why there is no rule for a path, where the app's own settings say so."""
    if path.startswith(_STATIC) and not app.has_static_folder and "static" not in app.view_functions:
        text = "the app has no static folder (static_folder=None), so Flask added no rule for static files"
        yield Note(code="no_static_folder", text=text)
    yield from _prefix_twice(app, adapter, path)
    for name, blueprint in app.blueprints.items():
        prefix = str(blueprint.url_prefix or "").rstrip("/")
        nested = "." in name  # what it is nested in may have put its own prefix before it
        at = f"{path}/".find(f"{prefix}/") if prefix.startswith("/") else -1
        if at < 0 or (at > 0 and not nested):
            continue
        rules = [rule.rule for rule in app.url_map.iter_rules() if str(rule.endpoint).startswith(f"{name}.")]
        if not rules or any(_has(rule, prefix, nested=nested) for rule in rules):
            continue
        own = (
            f"url_prefix={blueprint.url_prefix!r} of the blueprint {name} was replaced when it was registered"
        )
        here = _here(adapter, name, rules, path[at + len(prefix) :])
        if at > 0 and here is None:
            continue
        text = f"{own}: {here}" if here else f"{own}: none of its rules begins with it"
        yield Note(code="prefix_replaced", text=text)


def _prefix_twice(app: Any, adapter: MapAdapter, path: str) -> Iterator[Note]:
    """Note a blueprint's rule that repeats the prefix which all rules of the blueprint have."""
    for at in islice((at for at, letter in enumerate(path) if letter == "/" and at), _DEEPEST):
        start = path[:at]
        try:
            rule, _ = adapter.match(f"{start}{path}", return_rule=True)
        except Exception:  # it does not fit either, or a converter of the app's own failed
            continue
        name = str(rule.endpoint).rpartition(".")[0]
        own = [it.rule for it in app.url_map.iter_rules() if str(it.endpoint).startswith(f"{name}.")]
        if name and "<" not in start and all(_has(it, start, nested=False) for it in own):
            text = (
                f"the rule {rule.rule} of the blueprint {name} begins with {start} twice: what is in "
                "url_prefix is not written in the rules once more"
            )
            yield Note(code="prefix_twice", text=text)
            return


def repeated_prefixes(app: Any) -> Iterator[RepeatedPrefix]:
    """Find the rules that begin twice with what all rules of their blueprint begin with.

    That it is the prefix is known where the blueprint was made with it, or another rule has it once.
    """
    for name, blueprint in app.blueprints.items():
        own = [it for it in app.url_map.iter_rules() if str(it.endpoint).rpartition(".")[0] == name]
        for rule in own:
            for prefix in _doubled(rule.rule):
                given = str(blueprint.url_prefix or "").rstrip("/") == prefix
                once = any(not _has(it.rule, prefix + prefix, nested=False) for it in own)
                if (given or once) and all(_has(it.rule, prefix, nested=False) for it in own):
                    about = NamedRule(
                        rule=rule.rule, endpoint=endpoint_text(rule.endpoint), methods=methods_of(rule)
                    )
                    yield RepeatedPrefix(about=about, prefix=prefix)
                    break


def _doubled(rule: str) -> Iterator[str]:
    """Yield the beginnings without variables that a rule has twice in a row."""
    starts = (rule[:at] for at, letter in enumerate(f"{rule}/") if letter == "/" and at)
    yield from (it for it in islice(starts, _DEEPEST) if "<" not in it and _has(rule, it + it, nested=False))


def _has(rule: str, prefix: str, *, nested: bool) -> bool:
    """Tell whether a rule has its blueprint's prefix; what that is nested in puts its own before it."""
    return f"{prefix}/" in f"{rule}/" if nested else f"{rule}/".startswith(f"{prefix}/")


def _here(adapter: MapAdapter, name: str, rules: list[str], rest: str) -> str | None:
    """Find the same path below the prefix that the rules have instead."""
    whole = (f"{rule.rstrip('/')}/" for rule in rules[:_MOST])
    starts = {rule[:at] for rule in whole for at, letter in enumerate(rule) if letter == "/"}
    for start in sorted(starts, key=len, reverse=True):
        if "<" in start:
            continue
        try:
            rule, _ = adapter.match(f"{start}{rest}", return_rule=True)
        except HTTPException:
            continue
        except Exception:  # of a converter of the app's own
            return None
        if str(rule.endpoint).startswith(f"{name}."):
            return f"{start}{rest} is here, for the rule {rule.rule}"
    return None
