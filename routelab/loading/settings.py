"""Settings that nobody reads, attributes that Flask never asks, and what was set when it was too late.

It looks at the app that has loaded, and at its sources where something is odd; a setting that anybody reads,
the app itself or an extension, passes in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import Any

from routelab.loading.modules import AppModules
from routelab.loading.usage import Usage
from routelab.removed_names import look_up_attribute
from routelab.routing.wording import listed
from routelab.tracing.facts import Note
from routelab.tracing.watching.code.sources import FLASKS_OWN

# Keys that Flask read once: since when it does not, and what is to be set instead.
_REMOVED = {
    "JSON_SORT_KEYS": ("2.3", "set app.json.sort_keys"),
    "JSON_AS_ASCII": ("2.3", "set app.json.ensure_ascii"),
    "JSONIFY_MIMETYPE": ("2.3", "set app.json.mimetype"),
    "JSONIFY_PRETTYPRINT_REGULAR": ("2.3", "set app.json.compact to the opposite"),
    "ENV": ("2.3", "debug mode is on or off, by FLASK_DEBUG or flask run --debug"),
    "PRESERVE_CONTEXT_ON_EXCEPTION": ("2.2", "the debugger keeps the context by itself"),
    "LOGGER_NAME": ("1.0", "the logger has the app's name"),
    "LOGGER_HANDLER_POLICY": ("1.0", "configure Python's logging"),
}
# Keys that came with a version: an older Flask does not read them.
_NEW = dict.fromkeys(
    (
        "SECRET_KEY_FALLBACKS", "TRUSTED_HOSTS", "SESSION_COOKIE_PARTITIONED", "MAX_FORM_MEMORY_SIZE",
        "MAX_FORM_PARTS", "PROVIDE_AUTOMATIC_OPTIONS",
    ),
    "3.1",
)  # fmt: skip
# What other frameworks and people call some of Flask's keys.
_ALSO_CALLED = {
    "SESSION_LIFETIME": "PERMANENT_SESSION_LIFETIME",
    "SESSION_TIMEOUT": "PERMANENT_SESSION_LIFETIME",
    "SESSION_COOKIE_AGE": "PERMANENT_SESSION_LIFETIME",
    "SESSION_EXPIRES": "PERMANENT_SESSION_LIFETIME",
    "SESSION_COOKIE_MAX_AGE": "PERMANENT_SESSION_LIFETIME",
    "ALLOWED_HOSTS": "TRUSTED_HOSTS",
    "MAX_CONTENT_SIZE": "MAX_CONTENT_LENGTH",
    "MAX_UPLOAD_SIZE": "MAX_CONTENT_LENGTH",
}
_ATTRIBUTES = {
    "strict_slashes": "it is app.url_map.strict_slashes, before the first rule is added",
    "merge_slashes": "it is app.url_map.merge_slashes, before the first rule is added",
    "host_matching": "it is an argument, as in Flask(__name__, host_matching=True)",
    "url_prefix": "a prefix belongs to a blueprint",
}
_OF_BLUEPRINTS = {
    "strict_slashes": "it is an argument of each route, or app.url_map.strict_slashes",
    "json_encoder": "app.json writes JSON",
    "json_decoder": "app.json reads JSON",
}
# What people set on an app; its methods and tables are not mistyped, since nobody assigns to them.
_ASSIGNED = (
    "secret_key", "debug", "testing", "permanent_session_lifetime", "session_interface", "request_class",
    "response_class", "json_provider_class", "test_client_class", "jinja_options", "template_folder",
    "static_folder", "static_url_path", "subdomain_matching",
)  # fmt: skip


def on_settings(app: Any, default_config: Iterable[str], version: str, modules: AppModules) -> Iterator[Note]:
    """Note each key and each attribute that has no effect, and what came too late to have one.

    `default_config` are the keys that this Flask, of `version`, reads.
    """
    noted = _SettingNotes(app, frozenset(default_config), version, modules)
    yield from noted.on_keys()
    yield from noted.on_attributes()
    yield from noted.on_late_changes()


class _SettingNotes:
    def __init__(self, app: Any, known: frozenset[str], version: str, modules: AppModules) -> None:
        self._app, self._known, self._version, self._modules = app, known, version, modules

    @cached_property
    def _usage(self) -> Usage:
        return Usage(self._modules)

    # Keys

    def on_keys(self) -> Iterator[Note]:
        known = self._known | frozenset(getattr(type(self._app), "default_config", ()))
        for key in tuple(self._app.config):
            if key in known or not isinstance(key, str):
                continue
            why = self._why_unread(key, known)
            if why is not None and not self._usage.reads(key):
                yield self._note("setting_not_read", why, key)

    def _why_unread(self, key: str, known: frozenset[str]) -> str | None:
        if key in _REMOVED:
            since, instead = _REMOVED[key]
            return f"{key} is a setting that Flask does not read since {since}; {instead}"
        if key in _NEW:
            return f"{key} is a setting that Flask {self._version} does not read; {_NEW[key]} does"
        if key.upper() in known:
            return f"{key} is not a setting that Flask reads: settings are in capitals, {key.upper()}"
        meant = _ALSO_CALLED.get(key) or nearest(key, (*known, *_REMOVED))
        if meant is not None:
            return f"{key} is not a setting that Flask reads; did you mean {meant}?"
        if key.startswith("SESSION_") and self._has_flasks_sessions:
            return f"{key} is not a setting that Flask reads, and nothing else here reads it"
        return None

    @property
    def _has_flasks_sessions(self) -> bool:
        return type(self._app.session_interface).__module__.startswith(FLASKS_OWN)

    # Attributes

    def on_attributes(self) -> Iterator[Note]:
        for name in tuple(vars(self._app)):
            if hasattr(type(self._app), name):
                continue
            why = self._why_unasked(name)
            if why is not None and not self._usage.reads(name):
                yield self._note("attribute_not_read", why, name)
        for label, blueprint in tuple(self._app.blueprints.items()):
            for name in vars(blueprint).keys() & _OF_BLUEPRINTS.keys():
                if not hasattr(type(blueprint), name) and not self._usage.reads(name):
                    why = f"{name} of blueprint {label} is an attribute that Flask does not read"
                    yield self._note("attribute_not_read", f"{why}; {_OF_BLUEPRINTS[name]}", name)

    def _why_unasked(self, name: str) -> str | None:
        never = f"app.{name} is an attribute that Flask does not read"
        if (removed := look_up_attribute("Flask", name)) is not None:
            return f"{never} since {removed.since}; {removed.instead}"
        if name in _ATTRIBUTES:
            return f"{never}; {_ATTRIBUTES[name]}"
        if name.upper() in self._known:
            return f'{never}; it is app.config["{name.upper()}"]'
        if name in _SET_BY_FLASK:
            return None
        meant = _meant_attribute(name)
        return None if meant is None else f"{never}; did you mean app.{meant}?"

    # Too late

    def on_late_changes(self) -> Iterator[Note]:
        rules = list(self._app.url_map.iter_rules())
        # Flask(...) itself adds this rule, so it has what the map had at that time.
        static = next((rule for rule in rules if rule.endpoint == "static"), None)
        yield from self._on_copied(rules, static)
        if static is not None:
            yield from self._on_static(static)

    def _on_copied(self, rules: list[Any], static: Any) -> Iterator[Note]:
        """Tell what was set of the map after rules had taken it over."""
        url_map = self._app.url_map
        others = [rule for rule in rules if str(rule.endpoint).rpartition(".")[2] != "static"]
        for name, of_rule in _COPIED:
            now = getattr(url_map, name)
            if static is not None and getattr(static, of_rule) == now:
                continue
            if static is None and now == _AS_MADE[name]:
                continue
            before = _AS_MADE[name] if static is None else getattr(static, of_rule)
            # What was added after a rule that has the new value was told so itself.
            early = others[: next((n for n, it in enumerate(others) if getattr(it, of_rule) == now), None)]
            keep = [rule for rule in early if getattr(rule, of_rule) == before]
            if keep:
                yield self._too_late(name, of_rule, now, before, keep)

    def _on_static(self, static: Any) -> Iterator[Note]:
        """Tell what the rule for static files was made without."""
        if self._app.url_map.host_matching and not static.host:
            text = (
                "url_map.host_matching was set after rules had been added, which were made without it; give "
                "host_matching=True to Flask(...)"
            )
            yield self._note("set_too_late", text, "host_matching")
        prefix = self._app.static_url_path if self._app.has_static_folder else None
        if prefix is not None and static.rule != f"{prefix}/<path:filename>":
            text = (
                f"app.static_url_path is {prefix!r} now, and the rule for static files was made before that: "
                f"{static.rule}; give static_url_path to Flask(...)"
            )
            yield self._note("set_too_late", text, "static_url_path")

    def _too_late(self, name: str, of_rule: str, now: Any, before: Any, keep: list[Any]) -> Note:
        rules = list(dict.fromkeys(rule.rule for rule in keep))
        which = listed(tuple(rules[:3]), "and")
        if len(rules) > 3:
            which = f"{', '.join(rules[:3])} and {len(rules) - 3} more"
        they, was, keeps = ("it", "was", "keeps") if len(keep) == 1 else ("they", "were", "keep")
        if self._usage.gives(of_rule):  # a rule may have its own, which cannot be told from the map's
            why = f"{which} {keeps} {before!r}: {they} {was} added before that, or with {of_rule}={before!r}"
        else:
            why = f"{which} {was} added before that and {keeps} {before!r}"
        text = f"url_map.{name} is {now!r} now, but {why}; set it before the first rule"
        return self._note("set_too_late", text, name)

    def _note(self, code: str, text: str, name: str) -> Note:
        file, line = self._usage.place(name)
        if file is not None:
            what, then, rest = text.partition("; ")
            text = f"{what} ({file}:{line}){then}{rest}"
        return Note(code=code, text=text, file=file, line=line)


# What each rule takes over from the map when it is added, and what the map has when it is made.
_COPIED = (
    ("strict_slashes", "strict_slashes"),
    ("merge_slashes", "merge_slashes"),
    ("default_subdomain", "subdomain"),
)
_AS_MADE: dict[str, Any] = {"strict_slashes": True, "merge_slashes": True, "default_subdomain": ""}
# Flask's own, which need not be held against the others.
_SET_BY_FLASK = frozenset({"name", "json", "config", "url_map", "logger", "jinja_env", "import_name", "cli"})


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the name that was probably meant: one letter or two away, in whatever case, underscores aside."""
    plain = name.replace("_", "").lower()
    allowed = 1 if len(plain) < 9 else 2
    letters = set(plain)
    found = []
    for other in known:
        goal = other.replace("_", "").lower()
        if other == name or abs(len(goal) - len(plain)) > allowed:
            continue
        if len(letters.symmetric_difference(goal)) <= 2 * allowed:  # one change takes a letter and brings one
            away = _distance(plain, goal, allowed)
            if away <= allowed:
                found.append((away, other))
    return min(found)[1] if found else None


@cache
def _meant_attribute(name: str) -> str | None:
    """Find it once: every app has the same attributes, and a warm parent has asked for most."""
    return nearest(name, _ASSIGNED)


def _distance(one: str, other: str, most: int) -> int:
    """Count the letters to add, drop, change or swap with their neighbour; beyond `most` nobody counts."""
    if one[:1] != other[:1] and one[1:2] != other[1:2]:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
