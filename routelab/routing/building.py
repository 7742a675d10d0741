"""Explain how a URL is built: Werkzeug builds it, and each rule of the endpoint is told why it was taken.

It reads the rules' public attributes; whether the URL matches back is asked of a real match.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from werkzeug.datastructures import MultiDict
from werkzeug.routing import MapAdapter, Rule, ValidationError

from routelab.nearest import nearest
from routelab.routing.built import (
    BackMatch,
    BuildExplanation,
    BuildFailure,
    BuildVerdict,
    ConsideredRule,
    PathValue,
    SkipReason,
)
from routelab.routing.explanation import observe
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import made_converter, methods_of
from routelab.routing.patterncache import patterns_of
from routelab.routing.reaching import Reach
from routelab.routing.variable import Variable, nothing_words
from routelab.routing.wording import endpoint_text, plain

_SAFE = {"https": "https", "wss": "https"}  # the scheme of a handshake; all others are "http"


class _BuildQuery(NamedTuple):
    """What the URL is wanted for; `values` as Werkzeug sees them, without None."""

    adapter: MapAdapter
    values: Mapping[str, Any]


class _Fate(NamedTuple):
    """What became of a rule; one without a reason was taken."""

    reason: SkipReason | None
    names: tuple[str, ...] = ()
    wanted: str = ""
    error: str = ""


_NOT_REACHED = _Fate(SkipReason.NOT_REACHED)


def explain_build(
    map_adapter: MapAdapter,
    endpoint: Any,
    values: Mapping[str, Any] | None = None,
    method: str | None = None,
    force_external: bool = False,
    url_scheme: str | None = None,
    *,
    reach: Reach | None = None,
) -> BuildExplanation:
    """Explain `map_adapter.build(endpoint, values, method, ...)`; what that raises comes back as `.error`.

    The converters' to_url run once more for the explanation, and the built URL is matched once: with `reach`
    as the app itself binds its map to such a request.
    """
    url, error = _built(map_adapter, endpoint, values, method, force_external, url_scheme=url_scheme)
    query = _BuildQuery(map_adapter, _seen_values(values))
    rules = _rules_of(map_adapter, endpoint)
    chosen_for, taken, fates = _choice(query, rules, method)
    nearest = None if taken else min(rules, key=lambda rule: len(_missing(query, rule)), default=None)
    path_values = tuple(_path_values(query, taken)) if taken else ()
    default_names = tuple(name for name in query.values if taken and name in (taken.defaults or {}))
    if taken is not None:
        fates[id(taken)] = _Fate(None, tuple(value.name for value in path_values))
    return BuildExplanation(
        endpoint=_name_of(endpoint),
        method=chosen_for,
        url=url,
        error=None if error is None else _failure(error),
        rules=tuple(_considered(rule, chosen_for, fates, default_names) for rule in rules),
        path_values=path_values,
        query_names=_unknown_names(query, taken),
        default_names=default_names,
        none_names=tuple(name for name, value in (values or {}).items() if value is None),
        missing=_missing(query, nearest) if nearest else (),
        unused_names=_unknown_names(query, nearest),
        nearest=None if rules else _nearest_endpoint(map_adapter, _name_of(endpoint)),
        back=_matched_back(query, taken, url, method, reach) if taken and url is not None else None,
        reliable=_agrees(query, taken, url),
    )


def not_built(endpoint: str, error: Exception, by: str) -> BuildExplanation:
    """Say that nothing was built, since what the app does before that failed; `by` names it."""
    return BuildExplanation(
        endpoint=endpoint,
        method=None,
        url=None,
        error=_failure(error),
        failed_before=by,
    )


def _failure(error: Exception) -> BuildFailure:
    return BuildFailure(type=type(error).__name__, message=str(error))


def _built(adapter: MapAdapter, *arguments: Any, **more: Any) -> tuple[str | None, Exception | None]:
    try:
        return adapter.build(*arguments, **more), None
    except Exception as error:  # a converter of the app's may raise anything
        return None, error


def _seen_values(values: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Drop None as MapAdapter.build does, and take single values out of the lists of a MultiDict."""
    if isinstance(values, MultiDict):
        lists = ((name, values.getlist(name)) for name in values)
        return {name: found[0] if len(found) == 1 else found for name, found in lists if found}
    return {name: value for name, value in (values or {}).items() if value is not None}


def _rules_of(adapter: MapAdapter, endpoint: Any) -> tuple[Rule, ...]:
    """List the endpoint's rules as they are considered: those with more variables first, aliases last."""
    try:
        return tuple(adapter.map.iter_rules(endpoint))
    except (KeyError, TypeError):
        return ()


def _choice(
    query: _BuildQuery, rules: tuple[Rule, ...], method: str | None
) -> tuple[str | None, Rule | None, dict[int, _Fate]]:
    """Choose as MapAdapter.build does: for the current method first, if none is asked for, then for any."""
    rounds = (method,) if method is not None else (query.adapter.default_method, None)
    skips: dict[int, _Fate] = {}
    for chosen_for in rounds:
        taken, skips = _round(query, rules, chosen_for)
        if taken is not None or any(skip.reason is SkipReason.FAILED for skip in skips.values()):
            return chosen_for, taken, skips
    return rounds[-1], None, skips


def _round(
    query: _BuildQuery, rules: tuple[Rule, ...], method: str | None
) -> tuple[Rule | None, dict[int, _Fate]]:
    skips: dict[int, _Fate] = {}
    elsewhere: Rule | None = None
    for rule in rules:
        skip = _why_skipped(query, rule, method)
        if skip is None and _is_elsewhere(query, rule):
            elsewhere, skip = elsewhere or rule, _Fate(SkipReason.OTHER_HOST)
        if skip is None:
            return rule, skips
        skips[id(rule)] = skip
        if skip.reason is SkipReason.FAILED:
            return None, skips
    if elsewhere is not None:
        del skips[id(elsewhere)]
    return elsewhere, skips


def _why_skipped(query: _BuildQuery, rule: Rule, method: str | None) -> _Fate | None:
    if method is not None and rule.methods is not None and method not in rule.methods:
        return _Fate(SkipReason.METHOD)
    missing = _missing(query, rule)
    if missing:
        return _Fate(SkipReason.MISSING, missing)
    for name, default in (rule.defaults or {}).items():
        if name in query.values and default != query.values[name]:
            return _Fate(SkipReason.DEFAULT_DIFFERS, (name,), wanted=repr(default))
    for variable in _open_variables(query.adapter, rule):
        try:
            _text_of(rule, variable, query.values[variable.name])
        except ValidationError:
            return _Fate(SkipReason.REFUSED, (variable.name,))
        except Exception as error:  # as above
            return _Fate(SkipReason.FAILED, (variable.name,), error=f"{type(error).__name__}: {error}")
    return None


def _missing(query: _BuildQuery, rule: Rule) -> tuple[str, ...]:
    return tuple(sorted(rule.arguments - set(rule.defaults or ()) - set(query.values)))


def _open_variables(adapter: MapAdapter, rule: Rule) -> Iterator[Variable]:
    """Yield the variables of the host and the path that the rule's defaults do not settle."""
    pattern = patterns_of(adapter.map).of(rule)
    for variable in pattern.variables if pattern else ():
        if variable.name not in (rule.defaults or {}):
            yield variable


def _text_of(rule: Rule, variable: Variable, value: Any) -> str:
    return made_converter(rule, variable).to_url(value)


def _is_elsewhere(query: _BuildQuery, rule: Rule) -> bool:
    if not query.adapter.map.host_matching:
        return False
    built = rule.build(query.values)
    return built is not None and built[0] != query.adapter.server_name


def _considered(
    rule: Rule, method: str | None, fates: Mapping[int, _Fate], default_names: tuple[str, ...]
) -> ConsideredRule:
    fate = fates.get(id(rule), _NOT_REACHED)
    taken = fate.reason is None
    return ConsideredRule(
        rule=rule.rule,
        methods=methods_of(rule),
        verdict=BuildVerdict.TAKE if taken else BuildVerdict.SKIP,
        reason=fate.reason,
        names=fate.names,
        default_names=default_names if taken else (),
        method=method,
        wanted=fate.wanted,
        error=fate.error,
    )


def _path_values(query: _BuildQuery, rule: Rule) -> Iterator[PathValue]:
    pattern = patterns_of(query.adapter.map).of(rule)
    for variable in _open_variables(query.adapter, rule):
        value = query.values[variable.name]
        yield PathValue(
            name=variable.name,
            value=_shown(value),
            text=_text_of(rule, variable, value),
            in_host=pattern is not None and pattern.segment_of(variable) is None,
        )


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # an object of the app's may fail at anything
        return f"<{type(value).__name__}>"


def _unknown_names(query: _BuildQuery, rule: Rule | None) -> tuple[str, ...]:
    return () if rule is None else tuple(name for name in query.values if name not in rule.arguments)


def _name_of(endpoint: Any) -> str:
    """Name an endpoint; what was taken for one may be a view function."""
    return getattr(endpoint, "__name__", None) or str(endpoint)


def _nearest_endpoint(adapter: MapAdapter, name: str) -> str | None:
    """Guess what was meant: a rule or a URL, a view function, or another endpoint's name."""
    rules = {rule.rule: endpoint_text(rule.endpoint) for rule in reversed(list(adapter.map.iter_rules()))}
    endpoints = tuple(dict.fromkeys(endpoint_text(rule.endpoint) for rule in adapter.map.iter_rules()))
    if name in endpoints:
        return name
    if name in rules:
        return rules[name]
    if name.startswith("/"):
        found = observe(adapter, name)
        return None if found.rule is None else endpoint_text(found.endpoint)
    for known in endpoints:  # the blueprint's name forgotten, or one given that is none
        if known.rpartition(".")[2] == name or known == name.rpartition(".")[2]:
            return known
    return nearest(name, endpoints, cutoff=0.5)


def _agrees(query: _BuildQuery, taken: Rule | None, url: str | None) -> bool:
    """Check that the rule which the story takes gives the URL which Werkzeug built."""
    if taken is None or url is None:
        return (taken is None) == (url is None)
    built = taken.build(query.values)
    return built is not None and url.endswith("/" + built[1].lstrip("/"))


def _matched_back(
    query: _BuildQuery, rule: Rule, url: str, method: str | None, reach: Reach | None
) -> BackMatch | None:
    """Match the URL again, on its own host, for a method that the rule takes."""
    built = rule.build(query.values)
    if built is None:
        return None
    domain, _ = built
    target = urlsplit(url)
    prefix = query.adapter.script_name.rstrip("/")
    path = unquote(target.path).removeprefix(prefix)
    asked = method or _usual_method(rule, query.adapter.default_method)
    host = target.netloc or query.adapter.get_host(None)
    adapter: MapAdapter | None = _bound_to(query.adapter, domain)
    if reach is not None:
        adapter = reach.adapter(host, _SAFE.get(target.scheme or query.adapter.url_scheme, "http"))
    refused = BackMatch(
        method=asked, path=path, outcome=Outcome.NOT_TRIED, host=host, websocket=bool(rule.websocket)
    )
    if adapter is None:
        return refused
    answer = observe(adapter, path, asked, websocket=rule.websocket)
    wanted = {name: value for name, value in query.values.items() if name in rule.arguments}
    found = answer.outcome is Outcome.MATCHED and answer.endpoint == rule.endpoint
    differing = _differing(answer.args, {**(rule.defaults or {}), **wanted}) if found else ()
    return refused.replace(
        outcome=answer.outcome,
        rule=answer.rule,
        endpoint=None if answer.rule is None else endpoint_text(answer.endpoint),
        same=found and not differing,
        differing=differing,
        host=target.netloc or None,
        unreachable=None if found else _why_unreachable(rule, reach),
    )


def _why_unreachable(rule: Rule, reach: Reach | None) -> str | None:
    if rule.build_only:
        return "is for building only: it never matches"
    barrier = None if reach is None else reach.unreachable(rule)
    if barrier is not None:
        return barrier.words
    pattern = patterns_of(rule.map).of(rule)
    nothing = None if pattern is None else next((it for it in pattern.variables if it.takes_nothing), None)
    return None if nothing is None else f"takes no value for {plain(nothing.name)}: {nothing_words(nothing)}"


def _bound_to(adapter: MapAdapter, domain: str) -> MapAdapter:
    if adapter.map.host_matching:
        return adapter.map.bind(domain or adapter.server_name, adapter.script_name)
    return adapter.map.bind(adapter.server_name, adapter.script_name, subdomain=domain)


def _usual_method(rule: Rule, current: str) -> str:
    if rule.methods is None or current in rule.methods:
        return current
    return "GET" if "GET" in rule.methods else sorted(rule.methods)[0]


def _differing(args: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what differs as text, since url_for takes "42" for 42 and means the same."""
    found = {name: str(value) for name, value in args.items()}
    given = {name: str(value) for name, value in wanted.items()}
    return tuple(sorted(name for name in found.keys() | given if found.get(name) != given.get(name)))
