"""The proof that explanations agree with the router, and that the proof would notice if they did not."""

import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Map

from effort import examples
from routelab.routing import comparison, pattern, search, verdicts
from routelab.routing.obstacle import BuildOnly, MethodDiffers, SchemeDiffers, SlashDiffers, SubdomainDiffers
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import Dynamic, Fixed, Pattern
from routing.agreement import Tally, check_agreement, check_one
from routing.random_maps import (
    CONVERTERS,
    TEXTS,
    VARIABLES,
    Asking,
    RandomMap,
    RuleText,
    random_askings,
    random_maps,
)

REQUESTS = examples(1_000)
# What must be among them so that none is rare: a share of each, in thousandths.
LEAST = {
    "matched": 300,
    "not_found": 300,
    "method_not_allowed": 30,
    "redirect: slash": 20,
    "redirect: merged_slashes": 5,
    "redirect: defaults": 2,
    "redirect: alias": 5,
    "redirect: redirect_to": 5,
    "refused": 5,
    "raised": 5,
    "websocket_mismatch": 10,
}


def test_explanations_agree_with_the_router() -> None:
    tally = check_agreement(seed=20, requests=REQUESTS)
    assert tally.disagreements == []
    rare = {
        name: tally.outcomes[name]
        for name, share in LEAST.items()
        if tally.outcomes[name] < share * REQUESTS / 1000
    }
    assert not rare
    assert {"match", "shadowed", "almost", "no"} <= set(tally.verdicts)


segments = st.one_of(
    st.sampled_from(TEXTS),
    st.tuples(st.sampled_from(tuple(VARIABLES)), st.sampled_from("xyz")).map(
        lambda parts: f"<{parts[0]}{':' if parts[0] else ''}{parts[1]}>"
    ),
)
strings = st.tuples(st.lists(segments, max_size=3), st.booleans()).map(
    lambda parts: "/" + "/".join(parts[0]) + ("/" if parts[0] and parts[1] else "")
)
texts = st.builds(
    lambda string, methods, strict: RuleText(
        string=string, options={"methods": methods, "strict_slashes": strict}
    ),
    strings,
    st.sampled_from((None, ["GET"], ["POST"])),
    st.sampled_from((None, False)),
)


@settings(max_examples=examples(30))
@given(
    rules=st.lists(texts, min_size=1, max_size=6),
    seed=st.integers(0, 1_000),
    options=st.fixed_dictionaries({"merge_slashes": st.booleans(), "strict_slashes": st.booleans()}),
)
def test_explanations_agree_on_maps_that_shrink(
    rules: list[RuleText], seed: int, options: dict[str, bool]
) -> None:
    numbered = tuple(
        RuleText(string=text.string, options={**text.options, "endpoint": f"e{number}"})
        for number, text in enumerate(rules)
    )
    every = {"converters": CONVERTERS, **options}
    try:
        url_map = Map([text.rule() for text in numbered], **every)  # type: ignore[arg-type]
    except (SyntaxError, ValueError):  # one name twice in a rule
        return
    random_map = RandomMap(url_map=url_map, texts=numbered, options=every)
    tally = Tally()
    askings = random_askings(Random(seed), random_map)
    for _ in range(6):
        check_one(random_map, next(askings), tally)
    assert tally.disagreements == []


# Ten bugs that somebody might plant one day. The comparison with the router must notice each of them.


def _without(kind: type) -> Callable[[pytest.MonkeyPatch], None]:
    """Forget one kind of obstacle."""
    original = comparison.obstacles_of

    def forgetful(read: Pattern, asked: comparison.MatchQuery) -> tuple[object, ...]:
        return tuple(obstacle for obstacle in original(read, asked) if not isinstance(obstacle, kind))

    def plant(patch: pytest.MonkeyPatch) -> None:
        for module in (comparison, verdicts, search):
            patch.setattr(module, "obstacles_of", forgetful)

    return plant


def _changed_patterns(change: Callable[[Pattern], Pattern]) -> Callable[[pytest.MonkeyPatch], None]:
    """Read every rule wrongly."""
    original = pattern.pattern_of

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("routelab.routing.patterncache.pattern_of", lambda rule: change(original(rule)))

    return plant


def _unanchored(read: Pattern) -> Pattern:
    parts = (
        part.replace(regex=re.compile(part.regex.pattern.replace(r"\Z", "")))
        if isinstance(part, Dynamic)
        else part
        for part in read.parts
    )
    return read.replace(parts=tuple(parts))


def _one_segment_only(read: Pattern) -> Pattern:
    parts = (
        part.replace(takes_rest=False) if isinstance(part, Dynamic) and not part.slash else part
        for part in read.parts
    )
    return read.replace(parts=tuple(parts))


def _case_ignored(read: Pattern) -> Pattern:
    lowered = tuple(
        Fixed(source=part.source.lower()) if isinstance(part, Fixed) else part for part in read.parts
    )
    return read.replace(parts=lowered)


def _plant(target: str, replacement: object) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(target, replacement)


MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "methods are not looked at": _without(MethodDiffers),
    "WebSocket rules take HTTP": _without(SchemeDiffers),
    "slashes are always forgiven": _without(SlashDiffers),
    "a rule that is only for building fits": _without(BuildOnly),
    "any subdomain will do": _without(SubdomainDiffers),
    "a pattern need not fit to the end": _changed_patterns(_unanchored),
    "path takes one segment": _changed_patterns(_one_segment_only),
    "strict_slashes is overlooked": _changed_patterns(lambda read: read.replace(strict=True)),
    "a refusal is overlooked": _plant("routelab.routing.verdicts.refusal_of", lambda *_: None),
    "a refusal is taken for the end of the story": _plant(
        "routelab.routing.search.was_refused", lambda _: False
    ),
    "a converter's own 404 is taken for the router's": _plant(
        "routelab.routing.search.outcome_of",
        lambda error: Outcome.NOT_FOUND if error is not None else Outcome.MATCHED,
    ),
    "rules of a missing slash count for Allow": _plant("routelab.routing.search._counts", lambda *_: True),
    "the second search is told as the first": _plant(
        "routelab.routing.comparison.MatchQuery.merged", property(lambda asked: asked)
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_each_planted_bug_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    random = Random(3)  # by whose maps all are noticed early
    tally = Tally()
    for _, random_map in zip(range(1_000), random_maps(random), strict=False):
        askings = random_askings(random, random_map)
        for _ in range(8):
            check_one(random_map, next(askings), tally)
        if tally.disagreements:
            return
    pytest.fail(f"nobody noticed that {name}")


def test_a_case_that_fails_can_be_asked_again() -> None:
    url_map = next(random_maps(Random(1)))
    asking = Asking(path="/a", method="GET", domain="", websocket=False)
    first, second = Tally(), Tally()
    check_one(url_map, asking, first)
    check_one(url_map, asking, second)
    assert first == second
