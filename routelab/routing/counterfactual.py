"""What would have changed the outcome: every answer here comes from a real match of another request.

No view runs; converters are asked as in every match. It knows no terminal and writes no sentence.
"""

from collections.abc import Iterator
from typing import Any

from routelab.routing.decision import Outcome
from routelab.routing.redirect import USUAL_METHODS, Redirect
from routelab.routing.sample import sample_path
from routelab.routing.search import Search
from routelab.routing.suggestion import (
    Suggestion,
    Wish,
    for_an_endpoint,
    fulfilled,
    with_another_value,
    with_near_paths,
    with_other_methods,
    with_slashes_or_text_mended,
    with_the_redirect_followed,
)


def suggestions_for(search: Search) -> tuple[Suggestion, ...]:
    """Find up to three requests near this one that match; none after a match."""
    return fulfilled(_wishes(search), lambda path, method: _ask(search, path, method))


def redirect_of(search: Search) -> Redirect | None:
    """Describe the redirect that the router makes, if it makes one, and ask where it makes none."""
    decider, cause, url = search.decision.decider, search.decision.redirect_cause, _redirect_url(search)
    if decider is None or cause is None or url is None:
        return None
    wishes = with_the_redirect_followed(search.asked, search.adapter, url)
    answers = (_ask(search, wish.path, wish.method) for wish in wishes)
    return Redirect(
        cause=cause,
        rule=decider.rule,
        url=url,
        canonical=next((answer[0] for answer in answers if answer), None),
        spared=tuple(method for method in USUAL_METHODS if _spares(search, method)),
    )


def _wishes(search: Search) -> Iterator[Wish]:
    """Make wishes, the nearest first."""
    asked, url = search.asked, _redirect_url(search)
    if search.decision.refused and search.refusal is not None and search.pattern is not None:
        yield from with_another_value(asked, search.pattern, search.refusal)
    if url is not None:
        yield from with_the_redirect_followed(asked, search.adapter, url)
    if search.outcome is Outcome.METHOD_NOT_ALLOWED:
        yield from with_other_methods(asked, tuple(sorted(getattr(search.run.error, "valid_methods", ()))))
    if search.outcome is Outcome.NOT_FOUND:
        yield from with_slashes_or_text_mended(asked)
        yield from with_near_paths(asked, (near for near in search.near_paths if near.distance < 1))
        yield from for_an_endpoint(asked, _path_of_endpoint(search))
        yield from with_near_paths(asked, search.near_paths)


def _redirect_url(search: Search) -> str | None:
    return getattr(search.run.error, "new_url", None) if search.outcome is Outcome.REDIRECT else None


def _path_of_endpoint(search: Search) -> str | None:
    """Take the path for the name of an endpoint, as beginners do, and give a path of its first rule."""
    try:
        rule = next(search.adapter.map.iter_rules(search.asked.path.strip("/")))
    except (KeyError, StopIteration):
        return None
    pattern = search.book.of(rule)
    return sample_path(pattern) if pattern else None


def _ask(search: Search, path: str, method: str) -> tuple[str, Any] | None:
    rule = search.another(path, method).run.rule
    return (rule.rule, rule.endpoint) if rule else None


def _spares(search: Search, method: str) -> bool:
    return search.another(search.asked.path, method).outcome is not Outcome.REDIRECT
