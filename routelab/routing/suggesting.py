"""What would have changed the outcome: every answer here comes from a real match of another request.

Edits of the request are cheap guesses; only those that a real match takes become suggestions. No view runs;
converters are asked as in every match.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from werkzeug.routing import MapAdapter, Rule

from routelab.routing.comparison import MatchQuery
from routelab.routing.examples import nearest_sample, sample_path, samples
from routelab.routing.lookalikes import other_forms
from routelab.routing.nearby import NearMiss
from routelab.routing.observation import visited_states
from routelab.routing.obstacle import Refused
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import Dynamic, Pattern
from routelab.routing.redirect import USUAL_METHODS, Redirect
from routelab.routing.search import Search
from routelab.routing.suggestion import Edit, RequestChange, Suggestion
from routelab.routing.wording import endpoint_text

_MOST = 3
_MOST_ASKED = 12  # of the router, for one list of suggestions
_OTHER_LENGTHS = (RequestChange.SEGMENT_DROPPED, RequestChange.SEGMENT_ADDED)
_COME_BY_THEMSELVES = ("HEAD", "OPTIONS")
_CHANGES_LEAST = ("GET", "POST", "PATCH", "PUT")  # then others, and what deletes last


def suggestions_for(search: Search) -> tuple[Suggestion, ...]:
    """Find up to three requests near this one that match; none after a match."""
    return fulfilled(_edits(search), lambda path, method: _ask(search, path, method))


def on_other_hosts(search: Search, elsewhere: Iterable[Search], host: str) -> Iterator[Suggestion]:
    """Find the same request on other hosts, as the app binds its map to them; `host` is this one."""
    reach, scheme = search.reach, search.adapter.url_scheme
    offered: set[str] = set()  # rules for several hosts may be reached on one
    for other in elsewhere:
        rule = other.run.rule
        there = None if rule is None or reach is None else reach.host_of(rule)
        adapter = None if there is None or reach is None else reach.adapter(there, scheme)
        taker = None if adapter is None else search.on(adapter).run.rule
        if there is not None and taker is not None and there not in offered:
            offered.add(there)
            yield Suggestion(
                method=search.asked.method,
                path=search.asked.path,
                change=RequestChange.HOST,
                was=host,
                now=there,
                rule=taker.rule,
                endpoint=endpoint_text(taker.endpoint),
                base=f"{scheme}://{there}",
            )


def redirect_of(search: Search) -> Redirect | None:
    """Describe the redirect that the router makes, if it makes one, and ask where it makes none."""
    decider, cause, url = search.decision.decider, search.decision.redirect_cause, _redirect_url(search)
    if decider is None or cause is None or url is None:
        return None
    edits = with_the_redirect_followed(search.asked, search.adapter, url)
    answers = (_ask(search, edit.path, edit.method) for edit in edits)
    methods = (*USUAL_METHODS, *sorted(_methods_near(search) - {*USUAL_METHODS}))
    path = search.asked.path
    spared = tuple(it for it in methods if search.another(path, it).outcome is not Outcome.REDIRECT)
    return Redirect(
        cause=cause,
        rule=decider.rule,
        url=url,
        canonical=next((answer.rule for answer in answers if answer), None),
        spared=spared,
        taken=tuple(method for method in methods if method not in spared),
    )


def _methods_near(search: Search) -> set[str]:
    """Gather the methods of the rules that end where this path does, or one slash further."""
    states = visited_states(search.events).values()
    ends = (end for state in states for end in (state, state.static.get("")) if end is not None)
    return {method for end in ends for rule in end.rules for method in rule.methods or ()}


def _edits(search: Search) -> Iterator[Edit]:
    """Make edits, the nearest first."""
    asked, url = search.asked, _redirect_url(search)
    if search.decision.refused and search.refusal is not None and search.pattern is not None:
        yield from with_another_value(asked, search.pattern, search.refusal)
    if url is not None:
        yield from with_the_redirect_followed(asked, search.adapter, url)
    if search.outcome is Outcome.METHOD_NOT_ALLOWED:
        allowed = tuple(sorted(getattr(search.error, "valid_methods", ())))
        yield from with_other_methods(asked, allowed)
        yield from with_other_methods(asked, allowed, merged=True)
    if search.outcome is Outcome.NOT_FOUND:
        yield from with_slashes_or_text_mended(asked)
        # Another method asks for something else, so such a path comes after all for this one.
        here = [near for near in search.near_paths if _method_for(near, asked.method) == asked.method]
        yield from with_near_paths(asked, (near for near in here if near.distance < 1))
        yield from for_an_endpoint(asked, _path_of_endpoint(search))
        yield from with_near_paths(asked, (*here, *search.near_paths))


def _redirect_url(search: Search) -> str | None:
    return getattr(search.error, "new_url", None) if search.outcome is Outcome.REDIRECT else None


def _path_of_endpoint(search: Search) -> str | None:
    """Take the path for the name of an endpoint, as beginners do, and give a path of its first rule."""
    try:
        rule = next(search.adapter.map.iter_rules(search.asked.path.strip("/")))
    except (KeyError, StopIteration):
        return None
    pattern = search.patterns.of(rule)
    return sample_path(pattern) if pattern else None


def _ask(search: Search, path: str, method: str) -> Rule | None:
    return search.another(path, method).run.rule


# Ask the router about a path and a method: the rule of a match, else None.
Asker: TypeAlias = Callable[[str, str], Rule | None]


def fulfilled(edits: Iterable[Edit], ask: Asker) -> tuple[Suggestion, ...]:
    """Keep the first three edits that the router fulfils; it is asked about a dozen at most.

    Where the path can be mended without leaving a part of it out, that is not suggested beside.
    """
    found: list[Suggestion] = []
    met: set[tuple[str, str]] = set()
    for edit in edits:
        if len(found) == _MOST or len(met) == _MOST_ASKED:
            break
        if (edit.path, edit.method) in met or any(_says_the_same(edit, each) for each in found):
            continue
        met.add((edit.path, edit.method))
        answer = ask(edit.path, edit.method)
        if answer is not None:
            found.append(Suggestion(**vars(edit), rule=answer.rule, endpoint=endpoint_text(answer.endpoint)))
    mended = any(each.change not in _OTHER_LENGTHS for each in found)
    return tuple(each for each in found if not (mended and each.change is RequestChange.SEGMENT_DROPPED))


def _says_the_same(edit: Edit, other: Suggestion) -> bool:
    """Whether one more value in the same place, or HEAD beside GET, would teach nothing new."""
    if edit.now == edit.method:  # no value: another method
        return edit.method in _COME_BY_THEMSELVES
    in_place = other.change in (RequestChange.VALUE, RequestChange.TEXT) and edit.segment == other.segment
    return edit.change is RequestChange.VALUE and in_place


def with_other_methods(
    asked: MatchQuery, allowed: tuple[str, ...], *, merged: bool = False
) -> Iterator[Edit]:
    """Suggest the same path with each method that Allow names, chosen ones before automatic ones.

    A rule that fits once slashes are `merged` redirects its methods there.
    """
    path = asked.merged.path if merged else asked.path
    change = RequestChange.SLASHES_MERGED if path != asked.path else RequestChange.METHOD
    for method in _least_harm_first(filter(str.isalpha, allowed)):  # "GET, POST" is a slip of the pen
        yield Edit(method=method, path=path, change=change, was=asked.method, now=method)


def with_slashes_or_text_mended(asked: MatchQuery) -> Iterator[Edit]:
    """Suggest the path with doubled slashes merged, or with a percent-encoding undone."""
    if asked.merged.path != asked.path:
        yield Edit(method=asked.method, path=asked.merged.path, change=RequestChange.SLASHES_MERGED)
    decoded = unquote(asked.path)
    if decoded != asked.path:
        yield Edit(method=asked.method, path=decoded, change=RequestChange.DECODED)
    for path in other_forms(asked.path):
        yield Edit(method=asked.method, path=path, change=RequestChange.UNICODE_FORM)


def with_another_value(asked: MatchQuery, pattern: Pattern, refused: Refused) -> Iterator[Edit]:
    """Suggest values that the refusing converter takes, the nearest first."""
    variable, segment = refused.variable, refused.segment
    if variable is None or segment is None:
        return
    part = pattern.parts[segment]
    assert isinstance(part, Dynamic)
    found = part.regex.match(
        "/".join(asked.segments[segment:]) if part.takes_rest else asked.segments[segment]
    )
    if found is None:
        return
    raw = dict(zip(part.variables, part.raw(found), strict=True))
    for value in (nearest_sample(variable, refused.got), *samples(variable)[:4]):
        if value is not None and value != refused.got:
            text = part.filled(tuple((raw | {variable: value})[each] for each in part.variables))
            after = () if part.takes_rest else asked.segments[segment + 1 :]
            yield Edit(
                method=asked.method,
                path="/".join((*asked.segments[:segment], text, *after)),
                change=RequestChange.VALUE,
                segment=segment,
                was=refused.got,
                now=value,
            )


def with_near_paths(asked: MatchQuery, nears: Iterable[NearMiss]) -> Iterator[Edit]:
    """Suggest each path that differs in one place, with a method that its rules take.

    A question mark in a rule is a slip of the pen, so no such path is suggested.
    """
    for near in nears:
        if "?" in near.path:
            continue
        yield Edit(
            method=_method_for(near, asked.method),
            path=near.path,
            change=near.change,
            segment=near.segment,
            was=near.was,
            now=near.now,
        )


def _method_for(near: NearMiss, method: str) -> str:
    if any(rule.methods is None or method in rule.methods for rule in near.rules):
        return method
    chosen = set().union(*(rule.methods or () for rule in near.rules)) - {*_COME_BY_THEMSELVES}
    return next(iter(_least_harm_first(chosen)), method)


def _least_harm_first(methods: Iterable[str]) -> list[str]:
    """Order methods by what a request that is sent to try it may do; what comes by itself shows least."""

    def rank(method: str) -> tuple[bool, bool, int, str]:
        known = _CHANGES_LEAST.index(method) if method in _CHANGES_LEAST else len(_CHANGES_LEAST)
        return method in _COME_BY_THEMSELVES, method == "DELETE", known, method

    return sorted(methods, key=rank)


def with_the_redirect_followed(asked: MatchQuery, adapter: MapAdapter, url: str) -> Iterator[Edit]:
    """Suggest the path that the router redirects to, where it is on the same host."""
    target = urlsplit(url)
    prefix = adapter.script_name.rstrip("/")
    if target.netloc == adapter.get_host(None) and unquote(target.path).startswith(prefix):
        path = unquote(target.path).removeprefix(prefix)
        yield Edit(method=asked.method, path=path, change=RequestChange.REDIRECTED, was=asked.path, now=path)


def for_an_endpoint(asked: MatchQuery, path: str | None) -> Iterator[Edit]:
    """Suggest the path of the rule whose endpoint's name was taken for a URL."""
    if path is not None and "?" not in path and not path.startswith(f"{asked.path.rstrip('/')}/"):
        yield Edit(
            method=asked.method, path=path, change=RequestChange.ENDPOINT, was=asked.path.strip("/"), now=path
        )
