"""The rules that did not win, judged once a request is over, and what would have matched.

A converter of the app's own may be asked again here, so this has a limit of its own. It knows no screen.
"""

from __future__ import annotations

from contextvars import copy_context
from functools import partial
from typing import Any

from routelab.reaching import reach_of
from routelab.stopping import LimitReached, time_limit
from routelab.tracing.steps.match import RULES_NOT_JUDGED, MatchStep
from routelab.tracing.watching.match_steps import with_candidates, with_diagnosis
from routelab.tracing.watching.recorder import Recorder

JUDGING_LIMIT = 0.4  # seconds: a converter of the app's own may do anything, and nobody waits for it


def judge_rules(recorder: Recorder) -> None:
    """Judge the rules of the match, and ask the router what would have matched where nothing did.

    The request is over: what converters of the app's own do now changes no answer. A converter that takes
    too long, or fails, leaves the step without candidates.
    """
    explanation, place = recorder.routed.explanation, recorder.routed.place
    if explanation is None or place is None:
        return
    step = recorder.steps.at(place)
    if not isinstance(step, MatchStep):
        return
    views = recorder.app.view_functions
    place_of = partial(recorder.sources.view_place, views)
    lines_of = partial(recorder.sources.view_lines, views)
    explanation.reach, explanation.host = reach_of(recorder.app), _host_of(recorder)
    judged = step

    def judge() -> None:
        nonlocal judged
        if has_own_converters(recorder.app):
            recorder.app.app_context().push()  # and no pop, so that no teardown runs
        judged = with_candidates(step, explanation, place_of, all_candidates=recorder.options.all_candidates)
        if recorder.options.suggestions and explanation.error is not None:
            judged = with_diagnosis(judged, explanation, place_of, lines_of)

    try:
        with time_limit(JUDGING_LIMIT):
            copy_context().run(judge)
    except (LimitReached, Exception):
        recorder.notes.add(RULES_NOT_JUDGED)
    recorder.steps.fill_with(place, (judged, *recorder.steps.all_at(place)[1:]))


def _host_of(recorder: Recorder) -> str | None:
    try:
        return str(recorder.context.request.host)
    except Exception:  # a request class of the app's own may do anything
        return None


def has_own_converters(app: Any) -> bool:
    """Whether judging may ask what an app wrote itself."""
    url_map = app.url_map
    return bool(url_map.converters != url_map.default_converters)
