"""The answer where the router decided: no rule, another method, a redirect.

It reads the router's step, and what became of its error.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from routelab.routing.candidate import Verdict
from routelab.routing.obstacle import Reason, SlashDiffers, SlashFault
from routelab.routing.outcome import Outcome
from routelab.routing.suggestion import Suggestion
from routelab.routing.wording import listed, method_word, plain
from routelab.tracing.answers.answer import Answer, Comparison, Way
from routelab.tracing.answers.decoded import decoded_words
from routelab.tracing.answers.handling import handler_words
from routelab.tracing.answers.spots import Spot, raised_spot
from routelab.tracing.phrases import (
    capitalized,
    cut,
    location,
    message_words,
    placed_name,
    raised,
    segment_words,
    sentence,
)
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.match import MatchStep, MethodCheck, PlacedAllowingRule, PlacedCandidate
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep, Stage

if TYPE_CHECKING:
    from routelab.routing.redirect import AllowingRule
    from routelab.tracing.facts import Place
    from routelab.tracing.trace import Trace

_SEGMENT = re.compile(r"/(?:[^/<]|<[^>]*>)*")
_OWN_ERRORS = (Outcome.NOT_FOUND, Outcome.METHOD_NOT_ALLOWED, Outcome.REDIRECT)
_WAYS = 2
_FOR_FILES = ", Flask's own view for files"
_UNLESS_FILE = "; a 404 unless there is such a file"
_NOT_HANDLED = "Flask did not handle that: the app's own code answered, in the place of Flask's dispatch."


def router(trace: Trace) -> Answer | None:
    """Say why the router found no view, and what handled that."""
    match = trace.first(MatchStep)
    if match is None or match.outcome is Outcome.MATCHED:
        return None
    handled = trace.first(ErrorStep)
    if match.outcome in _OWN_ERRORS and handled is not None and handled.raised is not None:
        return None  # something raised before Flask came to raise the router's own error
    if match.outcome is Outcome.NOT_TRIED and match.raised is None:
        refused = next((it.raised for it in trace.each(ErrorStep) if it.raised is not None), None)
        match = match.replace(raised=refused)
    answer = router_answer(match, trace.request.method, asked_path(trace))
    sent = trace.first(RequestStep)
    if sent is not None and sent.sent_path and unquote(sent.sent_path) == sent.script_root + sent.path:
        answer = with_decoded(answer, match, sent.sent_path, sent.script_root)
    if handled is None and (by := _answered_itself(trace)) is not None:
        said = f"{placed_name(by)} answered, in the place of Flask's dispatch."
        return answer.replace(cause=(*answer.cause, said))
    if (
        handled is None
        and trace.response is not None
        and not _is_status_of(match.outcome, trace.response.status)
    ):
        return answer.replace(cause=(*answer.cause, _NOT_HANDLED))
    return answer.replace(cause=(*answer.cause, *handler_words(trace.each(ErrorStep))))


def with_decoded(answer: Answer, match: MatchStep, as_sent: str, root: str = "") -> Answer:
    """Add what the encoding of the path became, where that has a part in why no rule fits."""
    if match.outcome is not Outcome.NOT_FOUND:
        return answer
    return answer.replace(
        cause=(*answer.cause, *decoded_words(as_sent, _failing_segment(match, answer), root))
    )


def _failing_segment(match: MatchStep, answer: Answer) -> int | None:
    """Tell at which segment of the path the nearest rule fails, or all; None where that is at its end."""
    if answer.nearest is not None:
        return answer.nearest.candidate.segment
    return None if match.unreached is None else match.unreached.count("/")


def _answered_itself(trace: Trace) -> Place | None:
    """Find the method of the app's own class that answered where nothing else made a response."""
    sent = trace.last(ResponseStep)
    if sent is None or sent.status_by is None or trace.first(MakeResponseStep) is not None:
        return None
    return sent.status_by.place if sent.status_by.stage is Stage.HOOK else None


def _is_status_of(outcome: Outcome, status: int) -> bool:
    match outcome:
        case Outcome.NOT_FOUND:
            return status == 404
        case Outcome.METHOD_NOT_ALLOWED:
            return status == 405
        case _:
            return status >= 300


def as_sent(suggestions: tuple[Suggestion, ...], trace: Trace) -> tuple[Suggestion, ...]:
    """Return suggestions as a client has to send them, where middleware takes a beginning off each path.

    None, where it made another path of that which was sent: what it would make of others is not known.
    """
    sent, asked = unquote(trace.request.path), asked_path(trace)
    if sent == asked:
        return suggestions
    if not asked or not sent.endswith(asked):
        return ()
    taken_off = sent.removesuffix(asked).rstrip("/")  # a slash may go with it, which no path needs twice
    return tuple(it.replace(path=taken_off + it.path) for it in suggestions)


def asked_path(trace: Trace) -> str:
    """Return the path that the app was asked for, which middleware may have changed."""
    request = trace.first(RequestStep)
    return trace.request.path if request is None else request.path


def router_answer(match: MatchStep, method: str, path: str) -> Answer:
    """Say why no view was found."""
    match match.outcome:
        case Outcome.NOT_FOUND:
            return _not_found(match, path)
        case Outcome.METHOD_NOT_ALLOWED:
            return Answer(cause=tuple(_not_allowed(match, method)))
        case Outcome.RAISED if match.raised is not None:
            what = "that is a 500, not a 404, which a werkzeug.routing.ValidationError in its place would be"
            if match.raised_code is not None:
                what = f"an HTTP error ends the search with a {match.raised_code}"
            said = f"A converter {raised(match.raised)}; {what}."
            return Answer(cause=(said,), spot=raised_spot(match.raised))
        case Outcome.NOT_TRIED if match.raised is not None:
            why = sentence(f"{match.raised.type}: {message_words(match.raised)}")
            return Answer(cause=(f"The request was refused before any rule was looked at: {why}",))
        case _:
            return Answer(cause=(f"{capitalized(match.headline)}.",))


def _not_found(match: MatchStep, path: str) -> Answer:
    judged = (*match.closest, *(it for it in match.candidates if it.candidate.reason is Reason.UNREACHABLE))
    nearest = next((it for it in judged if it.candidate.verdict is not Verdict.MATCH), None)
    said = [_nowhere(match)]
    # Every rule begins as `/` does, so one that merely goes on is no nearer than any other.
    if nearest is None or (path == "/" and nearest.candidate.verdict is Verdict.NO):
        return Answer(cause=tuple(said))
    candidate, compared = nearest.candidate, _compared(nearest, path)
    at = f", {location(nearest.place)}" if nearest.place.file else ""
    whose = "" if compared is not None else f" ({candidate.endpoint}{at})"
    said.append(f"Nearest is {plain(candidate.rule)}{whose}: {candidate.text}.")
    return Answer(
        cause=tuple(said),
        nearest=nearest,
        comparison=compared,
        spot=_route(nearest, compared, match),
    )


def _route(nearest: PlacedCandidate, compared: Comparison | None, match: MatchStep) -> Spot | None:
    """Return the line that registers a rule, as far as its piece that decides; None where it is not seen."""
    lines = next((it for it in match.nearby if it.place == nearest.place), None)
    if lines is None or lines.place.file is None:
        return None
    rule = nearest.candidate.rule
    # Behind a prefix, of a blueprint for example, the line has only the rest of the rule.
    tails = [rule, *(rule[at:] for at in range(1, len(rule)) if rule[at] == "/")]
    for tail in tails:
        for offset, text in enumerate(lines.lines):
            start = next((text.find(it) + 1 for it in (f'"{tail}"', f"'{tail}'") if it in text), 0)
            if not start or not text.lstrip().startswith("@"):
                continue
            number, end = lines.first + offset, start + len(tail)
            if compared is not None and compared.decides >= len(compared.rule):
                start = end = 0  # it ends before the piece that decides
            elif compared is not None:
                after = sum(map(len, compared.rule[compared.decides + 1 :]))
                start, end = max(start, end - after - len(compared.rule[compared.decides])), end - after
            return Spot(
                file=lines.place.file,
                line=number,
                first=number,
                lines=(text,),
                start=start,
                end=end,
            )
    return None


def _nowhere(match: MatchStep) -> str:
    if match.unreached is None:
        return "No rule fits."
    # "No rule begins with it" would be false where one for another host does.
    elsewhere = match.scope is not None and match.scope.count < match.scope.total
    if elsewhere:
        said = f"{capitalized(match.headline)}."
        scope = match.scope
        if scope is None or not scope.is_foreign:
            return said
        return f"{said} Send the request to {plain(scope.server_name)}, or to a subdomain of it."
    before, _, last = plain(match.unreached).rpartition("/")
    before, last = cut(before), segment_words(last)
    spaced = "ends in" if last.endswith(" ") else "begins with" if last.startswith(" ") else ""
    # A space at an edge is not seen without quotes, and is nearly always a slip.
    there = f'"/{last}", which {spaced} a space' if spaced else f"/{last}"
    if before and spaced:
        return f"No rule continues after {before} with {there}."
    if before:
        return f"No rule continues with {there} after {before}."
    return f"No rule begins with {there}." if last else 'No rule is just /; a view for it has the rule "/".'


def _is_static(rule: AllowingRule | Suggestion) -> bool:
    """Tell whether a rule has the endpoint and the text that Flask gives the one of a static folder."""
    name = rule.endpoint.rpartition(".")[2]
    return name == "static" and rule.rule.endswith("/<path:filename>")


def _not_allowed(match: MatchStep, method: str) -> Iterator[str]:
    once = match.how_it_fits.removeprefix("fits")
    yield f"A rule fits the path{once}, but not this method."
    yield from dict.fromkeys(map(_accepts, match.authors[:_WAYS]))  # a rule may stand there twice
    for it in match.authors[:_WAYS]:
        if (check := it.check) is not None and check.by_name:
            small = f"{check.view_class} answers {method} by a method {method.lower()}, in small letters"
            yield f"{small}: rename {check.at.function}() at {location(check.at)}."
        elif check is not None:
            way_out = _way_out(check, it.rule.methods, method)
            checks = f"{check.at.function}() checks for {method} at {location(check.at)}"
            yield f"{checks}, and this route does not accept {method}: {way_out}."


def _accepts(it: PlacedAllowingRule) -> str:
    methods = listed(tuple(map(method_word, it.rule.methods)), "and") or "no method of its own"
    at = f", {location(it.place)}" if it.place.file else _FOR_FILES if _is_static(it.rule) else ""
    return f"{plain(it.rule.rule)} accepts {methods} ({it.rule.endpoint}{at})."


def _way_out(check: MethodCheck, accepted: Iterable[str], method: str) -> str:
    """Say how the view gets the method that it checks for; of `@app.get` it is `@app.route`."""
    if check.view_class is not None:
        return f"give {check.view_class} a method {method.lower()}"
    methods = ", ".join(f'"{each}"' for each in sorted({*accepted, method}))
    if check.shorthand is not None:
        return f"write @{check.shorthand}.route with methods=[{methods}]"
    return f"give it methods=[{methods}]"


def _compared(nearest: PlacedCandidate, path: str) -> Comparison | None:
    candidate = nearest.candidate
    asked, rule = asked_segments(path), segments(candidate.rule)
    obstacle = candidate.obstacles[0] if candidate.obstacles else None
    at = None if candidate.segment is None else candidate.segment - 1
    if isinstance(obstacle, SlashDiffers) and obstacle.fault is not SlashFault.DOUBLED:
        at = max(len(asked), len(rule)) - 1
    if at is None or at < 0 or at >= max(len(asked), len(rule)):
        return None
    if any("<path" in piece for piece in rule[: at + 1]):  # it may have taken several of the path's pieces
        return None
    return Comparison(path=asked, rule=rule, decides=at, endpoint=candidate.endpoint, place=nearest.place)


def asked_segments(path: str) -> tuple[str, ...]:
    """Cut a path as the router does: it takes any number of slashes in front for one."""
    return segments("/" + path.lstrip("/") if path else "")


def segments(path: str) -> tuple[str, ...]:
    """Cut a path or a rule before its slashes: ("/user", "/<name>")."""
    pieces = tuple(_SEGMENT.findall(path))
    return pieces if "".join(pieces) == path else (path,)


def ways_of(suggestions: Iterable[Suggestion], command: str, target: str, query: str = "") -> tuple[Way, ...]:
    """Return the requests to try, at most two, with the query; of what deletes only the router is asked."""
    query = f"?{query}" if query else ""
    return tuple(
        Way(
            request=(request := it.request + query),
            command=f"routelab {_tried_by(it, command)} -A {shlex.quote(target)} {_shell(request)}",
            endpoint=it.endpoint,
            difference=it.difference + (_UNLESS_FILE if _is_static(it) else ""),
        )
        for it in tuple(suggestions)[:_WAYS]
    )


def _tried_by(suggestion: Suggestion, command: str) -> str:
    return "match" if suggestion.method == "DELETE" else command


def _shell(request: str) -> str:
    return " ".join(map(shlex.quote, request.split(" ", 1)))
