"""Settings that nobody reads, attributes that Flask never asks, and what was set when it was too late.

It looks at the app that has loaded, and at its sources where something is odd; a setting that anybody reads,
the app itself or an extension, passes in silence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property, wraps
from types import FrameType
from typing import Any, NamedTuple

from werkzeug.utils import import_string

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


class _LeftOut(NamedTuple):
    """The settings that names were left out of, the calls that led there, innermost first, and the names."""

    config: Any
    calls: tuple[tuple[str, str, int], ...]  # function, file, line
    names: tuple[str, ...]


class NamesLeftOut:
    """Sees, while an app loads, which names its settings are not taken from: those not in capitals."""

    def __init__(self, flask: Any) -> None:
        self._config: type = flask.config_class
        self.seen: list[_LeftOut] = []

    def __enter__(self) -> None:
        self._own = {way: vars(self._config)[way] for way in _NAMES_OF}
        for way, original in self._own.items():
            setattr(self._config, way, self._watched(way, original))

    def __exit__(self, *_: object) -> None:
        for way, original in self._own.items():
            setattr(self._config, way, original)

    def _watched(self, way: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def taking(config: Any, *args: Any, **kwargs: Any) -> Any:
            taken = original(config, *args, **kwargs)
            with suppress(Exception):
                names = {name for name in _NAMES_OF[way](*args, **kwargs) if isinstance(name, str)}
                small = tuple(sorted(name for name in names if name != name.upper() not in names))
                if small:
                    self.seen.append(_LeftOut(config, (*_calls(way, sys._getframe(1)),), small))
            return taken

        return taking


def _calls(function: str, frame: FrameType | None) -> Iterator[tuple[str, str, int]]:
    while frame is not None:
        yield function, frame.f_code.co_filename, frame.f_lineno
        function, frame = frame.f_code.co_name, frame.f_back


def _names_of_object(obj: Any) -> list[str]:
    return dir(import_string(obj) if isinstance(obj, str) else obj)


def _names_of_mapping(mapping: Any = None, **kwargs: Any) -> set[str]:
    return {*(mapping or ()), *kwargs}


_MAPPINGS = ("from_mapping", "from_file")
# The two ways in which settings are taken over; those from files go through one of them.
_NAMES_OF: dict[str, Callable[..., Iterable[str]]] = {
    "from_object": _names_of_object,
    "from_mapping": _names_of_mapping,
}


def on_settings(
    app: Any, default_config: Mapping[str, Any], version: str, modules: AppModules, left_out: NamesLeftOut
) -> Iterator[Note]:
    """Note each key and each attribute that has no effect, and what came too late to have one.

    `default_config` are the keys that this Flask, of `version`, reads, with the values that they have unset.
    """
    noted = _SettingNotes(app, default_config, version, modules)
    yield from noted.on_keys()
    yield from noted.on_names_left_out(left_out)
    yield from noted.on_attributes()
    yield from noted.on_late_changes()


class _SettingNotes:
    def __init__(self, app: Any, known: Mapping[str, Any], version: str, modules: AppModules) -> None:
        self._app, self._known, self._version, self._modules = app, known, version, modules

    @cached_property
    def _usage(self) -> Usage:
        return Usage(self._modules)

    # Keys

    def on_keys(self) -> Iterator[Note]:
        known = frozenset((*self._known, *getattr(type(self._app), "default_config", ())))
        for key in tuple(self._app.config):
            if key in known or not isinstance(key, str):
                continue
            why = self._why_unread(key, known)
            if why is not None and not self._usage.reads(key):
                yield self._note("setting_not_read", why, key)

    def on_names_left_out(self, left_out: NamesLeftOut) -> Iterator[Note]:
        for config, calls, names in left_out.seen:
            own = next((call for call in calls if call[1] in self._modules.files), None)
            if config is not self._app.config or own is None:
                continue
            way, file, line = own[0], self._modules.relative(own[1]), own[2]
            meant = tuple(name for name in names if self._is_missed(name, way))
            if not meant:
                continue
            text = (
                f"config.{way}() at {file}:{line} accepts only names in capitals, and left out "
                f"{listed(meant, 'and')}: write {listed(tuple(map(str.upper, meant)), 'and')}"
            )
            yield Note(code="setting_not_read", text=text, file=file, line=line)

    def _is_missed(self, name: str, way: str) -> bool:
        """Tell whether a setting of Flask's is unset, or one of the app's own that its files ask for."""
        key, config = name.upper(), self._app.config
        if key in self._known:
            return bool(config.get(key) == self._known[key])
        # A module or a class has names of other kinds, too, which it asks for itself.
        asked = way in _MAPPINGS and any(map(self._usage.asks, (name, key)))
        return asked and not {name, key} & config.keys()

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
        yield from self._on_made()
        yield from self._on_copied(rules, static)
        if static is not None:
            yield from self._on_static(static)

    def _on_made(self) -> Iterator[Note]:
        """Tell which class was set on the app after Flask had made an object of another one."""
        for name, made, instead in _MADE_ONCE:
            kind, there = vars(self._app).get(name), vars(self._app).get(made)
            if isinstance(kind, type) and there is not None and not isinstance(there, kind):
                text = (
                    f"app.{name} is {kind.__name__} now, but app.{made} had been made before that, of "
                    f"{type(there).__name__}; {instead.format(kind.__name__)}"
                )
                yield self._note("set_too_late", text, name)

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
# Classes that Flask makes an object of, once; what it made, and what to write instead.
_OWN_CLASS = "set it in a class of your own that is made of Flask"
_MADE_ONCE = (
    ("json_provider_class", "json", "set app.json = {}(app)"),
    ("aborter_class", "aborter", "set app.aborter = {}()"),
    ("config_class", "config", _OWN_CLASS),
    ("url_map_class", "url_map", _OWN_CLASS),
    ("jinja_environment", "jinja_env", _OWN_CLASS),
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
