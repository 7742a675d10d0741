"""How the rules fared that did not win: judged once the request is over.

A converter of the app's own may be asked again then, which changes no answer any more, and has a limit.
"""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

from routelab.reaching import host_of, reach_of
from routelab.stopping import time_limit
from routelab.tracing.steps.match import RULES_NOT_JUDGED, MatchStep
from routelab.tracing.watching.code.views import Views
from routelab.tracing.watching.exceptions.tracebacks import raised_by_a_statement
from routelab.tracing.watching.match_steps import with_candidates, with_diagnosis
from routelab.tracing.watching.recorder import Recorder

JUDGING_LIMIT = 0.4  # seconds: a converter of the app's own may do anything, and nobody waits for it


def judge_rules(recorder: Recorder) -> None:
    """Judge the rules of the match, and ask the router what would have matched where nothing did.

    A converter that takes too long, or fails, leaves the step without candidates.
    """
    explanation, place = recorder.routed.explanation, recorder.routed.place
    if explanation is None or place is None:
        return
    step = recorder.steps.at(place)
    if not isinstance(step, MatchStep):
        return
    views = Views(recorder.app.view_functions, recorder.sources)
    explanation.reach = reach_of(recorder.app)
    explanation.host = host_of(recorder.request)
    judged = step

    def judge() -> None:
        nonlocal judged
        if has_own_converters(recorder.app):
            recorder.app.app_context().push()  # and no pop, so that no teardown runs
        judged = with_candidates(step, explanation, views, all_candidates=recorder.options.all_candidates)
        if recorder.options.suggestions and explanation.error is not None:
            judged = with_diagnosis(judged, explanation, views)

    try:
        with time_limit(JUDGING_LIMIT):
            copy_context().run(judge)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not raised_by_a_statement(error):
            raise  # Ctrl-C
        recorder.notes.add(RULES_NOT_JUDGED)
    recorder.steps.fill_with(place, (judged, *recorder.steps.all_at(place)[1:]))


def has_own_converters(app: Any) -> bool:
    """Whether judging may ask what an app wrote itself."""
    url_map = app.url_map
    return bool(url_map.converters != url_map.default_converters)
