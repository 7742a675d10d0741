"""The answer that a trace gives: its verdict, the cause in a sentence or two, the place, and the way out.

One function a kind of outcome. It reads finished steps alone: what is not in them is not said, and it knows
neither an app nor a screen.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

from routelab.record import Record
from routelab.routing.candidate import Verdict
from routelab.routing.obstacle import Reason, SlashDiffers, SlashFault
from routelab.routing.outcome import Outcome
from routelab.routing.suggestion import Suggestion
from routelab.routing.wording import listed, method_word, plain
from routelab.tracing.facts import Call, Escaped, Place, Raised, Value, Wrapper
from routelab.tracing.phrases import (
    call,
    call_details,
    cut,
    location,
    named,
    one_line,
    raised,
    raised_at,
    segment_words,
)
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import ErrorStep, HandledBy
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.make_response import MakeResponseStep, Shape
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

# Of a longer function the line that decides is shown, and what stands right around it.
_LINES = 5
_BEFORE, _AFTER = 2, 1
_WAYS = 2
_SEGMENT = re.compile(r"/(?:[^/<]|<[^>]*>)*")
_EMPTY = re.compile(r"""\(?b?(''|"")""")  # a string of nothing, alone or first in a tuple
_BODILESS = (204, 304)
_NAMED = re.compile(r"endpoint ('[^']+')|[Nn]ame '([^']+)' is not defined|attribute '([^']+)'")


class Spot(Record):
    """The line that decided, with `lines` of its file from `first` on; `start` and `end` are its piece."""

    file: str
    line: int
    first: int
    lines: tuple[str, ...]
    start: int = 0
    end: int = 0


class Comparison(Record):
    """A path and a rule, cut at the slashes; `decides` is the number of the piece where they part, from 0."""

    path: tuple[str, ...]
    rule: tuple[str, ...]
    decides: int
    endpoint: str
    place: Place


class Way(Record):
    """A request that the router takes: as it is typed at a prompt, and as a command."""

    request: str
    command: str
    endpoint: str
    difference: str


class Answer(Record):
    """What became of a request, so that it can be said before everything else.

    `verdict` has no request in it: "404 NOT FOUND". `nearest` is the rule that `comparison` shows, or that
    the cause names.
    """

    verdict: str
    cause: tuple[str, ...] = ()
    spot: Spot | None = None
    comparison: Comparison | None = None
    nearest: PlacedCandidate | None = None
    ways: tuple[Way, ...] = ()

    @property
    def text(self) -> str:
        """The cause as one text."""
        return " ".join(self.cause)


def answer_of(trace: Trace) -> Answer:
    """Return what a trace answers."""
    match = trace.first(MatchStep)
    answer = _answer(trace, match)
    if match is None or match.outcome is Outcome.MATCHED:
        return answer
    ways = _ways(match.suggestions, "request", trace.app.target)
    return answer.replace(ways=ways)


def decision_answer(match: MatchStep, path: str, target: str) -> Answer:
    """Return what the router alone answers."""
    if match.outcome is Outcome.MATCHED:
        return Answer(verdict=f"{match.rule}  ->  {match.endpoint}")
    answer = _unmatched(match, path)
    return answer.replace(verdict=match.decision, ways=_ways(match.suggestions, "match", target))


def verdict_of(trace: Trace) -> str:
    """Say what came out, and nothing else: "404 NOT FOUND", "302 FOUND -> /login"."""
    load, stopped, response = trace.first(LoadStep), trace.first(StoppedStep), trace.response
    if load is not None:
        return "the app does not load"
    if stopped is not None:
        return _stopped_verdict(stopped)
    if response is None:
        return (
            "no response" if trace.exception is None else f"no response: {trace.exception.type} left the app"
        )
    said = f"{response.status} {response.reason_phrase}".rstrip()
    to = response.header("Location")
    sent_on = f" -> {to}" if to and response.status // 100 == 3 else ""
    if response.from_server and trace.exception is not None:
        sent_on = f": {trace.exception.type} left the app"
    return f"{said}{sent_on}" + ("" if response.complete else ", cut short")


def _answer(trace: Trace, match: MatchStep | None) -> Answer:
    verdict = verdict_of(trace)
    load, stopped = trace.first(LoadStep), trace.first(StoppedStep)
    if load is not None:
        return _not_loaded(load).replace(verdict=verdict)
    if stopped is not None:
        return _stopped(stopped).replace(verdict=verdict)
    for step in trace.steps:
        if isinstance(step, MiddlewareStep) and step.answered:
            return Answer(verdict=verdict, cause=(f"{_capital(step.headline)}.",))
    errors = tuple(step for step in trace.steps if isinstance(step, ErrorStep))
    hook = next((it for it in trace.steps if isinstance(it, HookStep) and _decides(it)), None)
    if hook is not None:
        return _hooked(hook, trace).replace(verdict=verdict)
    broken = next((it for it in trace.steps if isinstance(it, SessionStep | StreamStep) and it.raised), None)
    if broken is not None:
        return Answer(verdict=verdict, cause=(_failed(broken), *_handling(errors)))
    sent = next((it for it in trace.steps if isinstance(it, ResponseStep) and it.failed is not None), None)
    if sent is not None and not any(error.propagated for error in errors):  # else that is the cause of it
        return Answer(verdict=verdict, cause=tuple(f"{_capital(said)}." for said in sent.details[:2]))
    if match is not None and match.outcome is not Outcome.MATCHED:
        path = next((it.path for it in trace.steps if isinstance(it, RequestStep)), trace.request.path)
        said = _unmatched(match, path)
        return said.replace(verdict=verdict, cause=(*said.cause, *_handlers(errors)))
    options = trace.first(AutomaticOptionsStep)
    if options is not None:
        return Answer(verdict=verdict, cause=(f"{_capital(options.headline)}.",))
    view = trace.first(ViewStep)
    return Answer(verdict=verdict) if view is None else _viewed(view, trace).replace(verdict=verdict)


# The app did not come so far, or was stopped.


def _not_loaded(step: LoadStep) -> Answer:
    spot = None
    if step.file is not None and step.line is not None and step.source:
        spot = _marked(
            Spot(file=step.file, line=step.line, first=step.line, lines=(step.source,)), step.message
        )
    causes = (f"{_capital(cause)}." for cause in step.causes)
    circle = (f"The imports go in a circle: {' -> '.join(step.chain)}.",) if step.chain else ()
    return Answer(verdict="", cause=(f"{step.headline.rstrip('.')}.", *causes, *circle), spot=spot)


def _stopped_verdict(step: StoppedStep) -> str:
    match step.reason:
        case Stop.LIMIT:
            seconds = f"{step.seconds:g}"
            return f"stopped after {seconds} second" + ("" if seconds == "1" else "s")
        case Stop.INTERRUPT:
            return "stopped by Ctrl-C"
        case Stop.EXIT:
            return "stopped by SystemExit"
        case Stop.MEMORY:
            return f"stopped at {step.memory} megabytes of memory"
        case Stop.ENDED:
            return "stopped: the app's process is gone"
    assert_never(step.reason)


def _stopped(step: StoppedStep) -> Answer:
    frame = step.frame
    said = f"{_capital(step.headline)}."
    if frame is None:
        return Answer(verdict="", cause=(said,))
    lines = (frame.source,) if frame.source else ()
    spot = Spot(file=frame.file, line=frame.line, first=frame.line, lines=lines) if lines else None
    at = f"It was at {frame.file}:{frame.line} in {_called(frame.function)}."
    return Answer(verdict="", cause=(said, at), spot=spot)


# A hook decided.


def _decides(step: HookStep) -> bool:
    ran = step.call
    answered = ran.returned is not None and ran.returned.type != "NoneType"
    return ran.raised is not None or (step.when is When.BEFORE_REQUEST and answered)


def _hooked(step: HookStep, trace: Trace) -> Answer:
    ran = step.call
    who = f"The {step.when.value} function {_called(ran.place.function)}"
    errors = tuple(it for it in trace.steps if isinstance(it, ErrorStep))
    early = step.when in (When.BEFORE_REQUEST, When.URL_VALUE_PREPROCESSOR)
    no_view = ", so no view ran" if early else ""
    if ran.raised is not None:
        said = f"{who} {_raised(ran.raised, errors, ran.place)}{no_view}."
        return Answer(
            verdict="", cause=(said, *_handling(errors)), spot=_where_raised(ran, ran.raised, trace.exception)
        )
    return Answer(verdict="", cause=(f"{who}{_at(ran.place)} answered{no_view}.",), spot=_definition(ran))


def _failed(step: SessionStep | StreamStep) -> str:
    assert step.raised is not None
    what = "The session" if isinstance(step, SessionStep) else "The body, while it was read,"
    return _sentence(f"{what} {raised(step.raised)}")


# The router decided.


def _unmatched(match: MatchStep, path: str) -> Answer:
    match match.outcome:
        case Outcome.NOT_FOUND:
            return _not_found(match, path)
        case Outcome.METHOD_NOT_ALLOWED:
            return Answer(verdict="", cause=tuple(_not_allowed(match)))
        case Outcome.RAISED if match.raised is not None:
            return Answer(
                verdict="", cause=(f"A converter {raised(match.raised)}; that is a 500, not a 404.",)
            )
        case _:
            return Answer(verdict="", cause=(f"{_capital(match.headline)}.",))


def _not_found(match: MatchStep, path: str) -> Answer:
    judged = (*match.closest, *(it for it in match.candidates if it.candidate.reason is Reason.UNREACHABLE))
    nearest = next((it for it in judged if it.candidate.verdict is not Verdict.MATCH), None)
    said = [_nowhere(match)]
    if nearest is None:
        return Answer(verdict="", cause=tuple(said))
    candidate, compared = nearest.candidate, _compared(nearest, path)
    at = f", {location(nearest.place)}" if nearest.place.file else ""
    whose = "" if compared is not None else f" ({candidate.endpoint}{at})"
    said.append(f"Nearest is {plain(candidate.rule)}{whose}: {candidate.text}.")
    return Answer(
        verdict="",
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
        return f"{_capital(match.headline)}."
    before, _, last = plain(match.unreached).rpartition("/")
    before, last = cut(before), segment_words(last)
    if before:
        return f"No rule continues with /{last} after {before}."
    return f"No rule begins with /{last}." if last else "No rule is just /."


def _not_allowed(match: MatchStep) -> Iterator[str]:
    yield "A rule fits the path, but not this method."
    for it in match.authors[:_WAYS]:
        methods = listed(tuple(map(method_word, it.rule.methods)), "and") or "no method of its own"
        at = f", {location(it.place)}" if it.place.file else ""
        yield f"{plain(it.rule.rule)} accepts {methods} ({it.rule.endpoint}{at})."


def _compared(nearest: PlacedCandidate, path: str) -> Comparison | None:
    candidate = nearest.candidate
    asked, rule = _segments(path), _segments(candidate.rule)
    obstacle = candidate.obstacles[0] if candidate.obstacles else None
    at = None if candidate.segment is None else candidate.segment - 1
    if isinstance(obstacle, SlashDiffers) and obstacle.fault is not SlashFault.DOUBLED:
        at = max(len(asked), len(rule)) - 1
    if at is None or at < 0 or at >= max(len(asked), len(rule)):
        return None
    if any("<path" in piece for piece in rule[: at + 1]):  # it may have taken several of the path's pieces
        return None
    return Comparison(path=asked, rule=rule, decides=at, endpoint=candidate.endpoint, place=nearest.place)


def _segments(path: str) -> tuple[str, ...]:
    pieces = tuple(_SEGMENT.findall(path))
    return pieces if "".join(pieces) == path else (path,)


def _ways(suggestions: Iterable[Suggestion], command: str, target: str) -> tuple[Way, ...]:
    return tuple(
        Way(
            request=it.request,
            command=f"routelab {command} -A {shlex.quote(target)} {_shell(it.request)}",
            endpoint=it.endpoint,
            difference=it.difference,
        )
        for it in tuple(suggestions)[:_WAYS]
    )


def _shell(request: str) -> str:
    return " ".join(map(shlex.quote, request.split(" ", 1)))


# A view decided, or something around it.


def _viewed(step: ViewStep, trace: Trace) -> Answer:
    ran = step.call
    errors = tuple(it for it in trace.steps if isinstance(it, ErrorStep))
    wrapper = ran.answered_by
    if wrapper is not None:
        return Answer(
            verdict="",
            cause=(_wrapped(ran, wrapper, trace), *_handling(errors)),
            spot=_wrapping(ran, wrapper),
        )
    if not ran.ran:
        said = next(reversed(tuple(call_details(ran))), f"{_called(ran.place.function)} did not run")
        return Answer(verdict="", cause=(f"{said}.", *_handling(errors)), spot=_definition(ran))
    if ran.raised is not None:
        return _view_raised(ran, ran.raised, trace, errors)
    refused = next((it for it in trace.steps if isinstance(it, MakeResponseStep) and it.raised), None)
    if refused is not None:
        said = f"{_called(ran.place.function)} ran, but {refused.headline}."
        return Answer(verdict="", cause=(said, *_handling(errors)), spot=_definition(ran))
    if errors:
        return Answer(verdict="", cause=tuple(_escaping(errors[0], trace)), spot=_last_frame(trace.exception))
    return Answer(verdict="", cause=tuple(_answered(step, trace)), spot=_definition(ran))


def _wrapped(ran: Call, wrapper: Wrapper, trace: Trace) -> str:
    view, at = _called(ran.place.function), _at(wrapper.place)
    inner = f" ({_called(wrapper.place.function)}{at})" if wrapper.decorator else at
    who = f"{wrapper.decorator or _called(wrapper.place.function)}{inner}"
    if ran.ran and ran.returned is not None:
        before = f"{view} returned {_thing(ran.returned)}, and {who} around it"
    elif ran.ran and ran.raised is not None:
        before = f"{view} raised {named(ran.raised)}, and {who} around it"
    else:
        before = f"{view} ran, but {who}" if ran.ran else f"{view} never ran: {who}"
    if wrapper.raised is not None:
        return _sentence(f"{before} raised {named(wrapper.raised)}")
    made = next((it for it in reversed(trace.steps) if isinstance(it, MakeResponseStep)), None)
    if made is not None and made.raised is not None:
        return f"{before} answered, but {made.headline}."
    response = trace.response
    to = response.header("Location") if response is not None and response.status // 100 == 3 else None
    if to:
        return f"{before} redirected to {to}."
    if not ran.ran or ran.returned is None or made is None:
        return f"{before} answered in its place."
    return f"{before} returned {_what_became(made, trace)}."


def _thing(value: Value) -> str:
    """Name a value by its type: "None", "a list"."""
    match value.type:
        case "NoneType":
            return "None"
        case "str":
            return "a string"
        case "Response":
            return "a response"
        case "dict" | "list" | "tuple" | "generator" | "bool" | "float":
            return f"a {value.type}"
        case "int" | "bytes":
            return "an int" if value.type == "int" else "bytes"
        case _:
            return f"an object of class {value.type}"


def _wrapping(ran: Call, wrapper: Wrapper) -> Spot | None:
    """Return the line that puts the wrapper around the view, where the view's lines show it."""
    if ran.place.file is None or ran.first_line is None or wrapper.decorator is None:
        return None
    named = re.compile(rf"@[\w.]*\b{re.escape(wrapper.decorator.rpartition('.')[2])}\b")
    for number, text in enumerate(ran.source):
        if (found := named.search(text)) is not None:
            spot = _window(ran, ran.first_line + number)
            return None if spot is None else spot.replace(start=found.start(), end=found.end())
    return None


def _view_raised(ran: Call, error: Raised, trace: Trace, errors: tuple[ErrorStep, ...]) -> Answer:
    view = _called(ran.place.function)
    spot = _where_raised(ran, error, trace.exception)
    template = next((it for it in trace.steps if isinstance(it, TemplateStep) and it.raised), None)
    if template is not None and template.searched:
        there = listed(template.available, "and")
        said = [
            f"{view} asked for the template {template.name}, which is not in {listed(template.searched)}.",
            f"Templates there: {there}." if there else "There is no template there.",
        ]
        spot = None if spot is None else _marked(spot, "", template.name)
        return Answer(verdict="", cause=(*said, *_handling(errors)), spot=spot)
    if error.type == "BadRequestKeyError" and error.missing_key:
        at = f" at {location(error)}" if error.file else ""
        said = [f"{view} asked {_of_whom(error, at, trace)} ({error.type})."]
        return Answer(verdict="", cause=(*said, *_handling(errors)), spot=spot)
    if template is not None:
        said = [_sentence(f"The template {template.name}, used by {view}, {_raised(error, errors)}")]
        return Answer(verdict="", cause=(*said, *_handling(errors)), spot=spot)
    if ran.sought is not None and not ran.sought.found and error.type == "NotFound":
        first, *others = ran.sought.texts
        said = [f"{view} {first}." if first.startswith("looked") else f"{_capital(first)}."]
        said += [f"{_capital(other)}." for other in others]
        return Answer(verdict="", cause=(*said, *_handling(errors)), spot=spot)
    in_vain = _asked_in_vain(error, trace)
    if in_vain is not None:
        return Answer(verdict="", cause=(f"{in_vain}.", *_handling(errors)), spot=spot)
    return Answer(
        verdict="",
        cause=(_sentence(f"{view} {_raised(error, errors, ran.place)}"), *_handling(errors)),
        spot=spot,
    )


def _asked_in_vain(error: Raised, trace: Trace) -> str | None:
    """Say what the view asked of the request's body, where that raised the error."""
    request = trace.first(RequestStep)
    reads = () if request is None or error.line is None else request.reads
    here = (it for it in reads if it.raised is not None and (it.file, it.line) == (error.file, error.line))
    found = next(here, None)
    return None if found is None else found.words


def _of_whom(error: Raised, at: str, trace: Trace) -> str:
    """Say what was asked for a key, and where else the request sent that."""
    request = trace.first(RequestStep)
    key = str(error.missing_key)
    missed = f"for {key}{at}, and the request did not send it"
    if request is None or error.asked_of is None:
        return missed
    body = None if request.json is None else request.json.json
    fields = set(body) if isinstance(body, dict) else set()
    sent = {
        "form": ("as a field of its form (request.form)", set(dict(request.form))),
        "args": ("in the query (request.args)", set(dict(request.query))),
        "files": ("as a file (request.files)", set(dict(request.files))),
        "cookies": ("as a cookie (request.cookies)", set(dict(request.cookies))),
        "json": ("in JSON (request.get_json())", fields),
    }
    asked = ("form", "args") if error.asked_of == "values" else (error.asked_of,)
    elsewhere = [
        words for name, (words, names) in sent.items() if name not in asked and key in map(repr, names)
    ]
    if not elsewhere:
        return missed
    return f"request.{error.asked_of} for {key}{at}, and the request sent it {elsewhere[0]}"


def _escaping(error: ErrorStep, trace: Trace) -> Iterator[str]:
    frame = trace.exception.frames[-1] if trace.exception and trace.exception.frames else None
    at = f" at {frame.file}:{frame.line} in {_called(frame.function)}" if frame else ""
    yield f"{error.exception} was raised{at}" + (
        f": {one_line(error.message)}." if error.code is None else "."
    )
    yield from _handling((error,))


def _answered(step: ViewStep, trace: Trace) -> Iterator[str]:
    ran = step.call
    made = next((it for it in reversed(trace.steps) if isinstance(it, MakeResponseStep)), None)
    who = call(ran) + (", Flask's own view for files," if step.builtin else "")
    if made is None or ran.returned is None:
        yield f"{who} ran."
        return
    template = next((it for it in trace.steps if isinstance(it, TemplateStep) and it.parent is None), None)
    used = f"used the template {template.name} and " if template is not None else ""
    yield f"{who} {used}returned {_what_became(made, trace)}."
    yield from _left_out(ran, made, trace)
    response = trace.response
    if response is not None and made.status is not None and made.status != response.status:
        yield f"Its status was {made.status}; the response that was sent has {response.status}."


def _left_out(ran: Call, made: MakeResponseStep, trace: Trace) -> Iterator[str]:
    """Say where HTTP has no body for an answer, and so none was sent."""
    response = trace.response
    if response is None or made.status != response.status:
        return
    if 100 <= response.status < 200:
        yield f"A {response.status} is no answer yet: a client goes on waiting for one."
        return
    empty = ran.returned is not None and _EMPTY.match(ran.returned.repr) is not None
    if response.body or empty or made.shape in (Shape.RESPONSE, Shape.HTTP_EXCEPTION, Shape.CALLABLE):
        return
    if trace.request.method == "HEAD":
        yield "The answer to a HEAD has no body, so none was sent."
    elif response.status in _BODILESS:
        yield f"A {response.status} has no body, so none was sent."


def _what_became(made: MakeResponseStep, trace: Trace) -> str:
    within = "a tuple with " if made.parts else ""
    match made.shape:
        case Shape.DICT | Shape.LIST:
            return f"{within}{made.returned}, which became JSON"
        case Shape.STR:
            return f"{within}a string, which became the body"
        case Shape.BYTES:
            return f"{within}bytes, which became the body"
        case Shape.ITERATOR:
            return f"{within}{made.returned}, from which the body was read piece by piece"
        case Shape.RESPONSE:
            response = trace.response
            to = response.header("Location") if response and response.status // 100 == 3 else None
            return f"{within}a redirect to {to}" if to else f"{within}a response, which was sent"
        case Shape.HTTP_EXCEPTION:
            return f"{within}{made.returned}, which became its own page"
        case Shape.CALLABLE:
            return f"{within}{made.returned}, which answered as a WSGI application"
        case Shape.NONE | Shape.OTHER:
            return f"{within}{made.returned}"
    assert_never(made.shape)


# What became of an exception.


def _raised(error: Raised, errors: tuple[ErrorStep, ...], by: Place | None = None) -> str:
    """Say what was raised; an HTTP error's message is its page, and would be no cause."""
    http = any(it.exception == error.type == it.handled_as and it.code is not None for it in errors)
    if not http:
        return raised(error, by)
    return f"raised {error.type}{raised_at(error, by)}"


def _handling(errors: tuple[ErrorStep, ...]) -> Iterator[str]:
    """Say who made a response of the exceptions, one after the other."""
    for error in errors:
        if error.propagated:
            setting = error.let_out_by or "A setting"
            setting = f"{setting[:1].upper()}{setting[1:]}"
            yield f"{setting} let it out of the app, so no handler for 500 was asked."
        elif error.handler is not None or error.is_replaced:
            yield from _handlers((error,))
        elif error.handled_by is HandledBy.FLASK and error.handled_as != error.exception:
            yield f"{error.exception} was not handled, so Flask sent its own {error.code} page."
        elif error.handled_by is HandledBy.NOBODY:
            yield f"Nothing handled {error.exception}."


def _handlers(errors: tuple[ErrorStep, ...]) -> Iterator[str]:
    for error in errors:
        handler = error.handler
        if handler is not None and not error.is_replaced:
            at = f" ({location(handler.place)})" if handler.place.file else ""
            who = f"The error handler {_called(handler.place.function)}{at}"
            if handler.raised is not None:
                yield _sentence(f"{who} failed: it {raised(handler.raised, handler.place)}")
            else:
                yield f"{who} handled {error.exception}."
        elif error.is_replaced and error.replacement is not None:
            yield f"{_called(error.replacement.function)} stood in for Flask's own error handling."


# Places.


def _definition(ran: Call) -> Spot | None:
    """Return the function's own line, the one of its `def`, and what stands above it; a short one whole."""
    spot = None if ran.place.line is None else _window(ran, ran.place.line)
    if spot is None or len(ran.source) <= _LINES:
        return spot
    return spot.replace(lines=spot.lines[: spot.line - spot.first + 1])


def _where_raised(ran: Call, error: Raised, escaped: Escaped | None) -> Spot | None:
    spot = None
    if error.file is not None and error.line is not None:
        if error.file == ran.place.file:
            spot = _window(ran, error.line)
        if spot is None and escaped is not None:
            frames = (it for it in escaped.frames if (it.file, it.line) == (error.file, error.line))
            frame = next(frames, None)
            if frame is not None and frame.source:
                spot = Spot(file=frame.file, line=frame.line, first=frame.line, lines=(frame.source,))
    key = error.missing_key or (error.message if error.type == "KeyError" else "")
    return None if spot is None else _marked(spot, error.message, key.strip("'\""))


def _last_frame(escaped: Escaped | None) -> Spot | None:
    frame = escaped.frames[-1] if escaped is not None and escaped.frames else None
    if frame is None or not frame.source:
        return None
    spot = Spot(file=frame.file, line=frame.line, first=frame.line, lines=(frame.source,))
    return _marked(spot, escaped.message if escaped else "")


def _window(ran: Call, line: int) -> Spot | None:
    """Return a short function whole, else the lines around one; None where they are not known."""
    first, source = ran.first_line, ran.source
    if ran.place.file is None or first is None or not first <= line < first + len(source):
        return None
    at = line - first
    begin, end = (0, len(source)) if len(source) <= _LINES else (max(0, at - _BEFORE), at + _AFTER + 1)
    return Spot(file=ran.place.file, line=line, first=first + begin, lines=source[begin:end])


def _marked(spot: Spot, message: str, piece: str = "") -> Spot:
    """Mark the piece of the deciding line that the exception names, where it stands there."""
    found = _NAMED.search(message)
    named = piece or next(filter(None, found.groups() if found else ()), "").strip("'")
    text = spot.lines[spot.line - spot.first]
    start = text.find(named) if named else -1
    return spot if start < 0 else spot.replace(start=start, end=start + len(named))


def _at(place: Place) -> str:
    return f" at {location(place)}" if place.file else ""


def _sentence(text: str) -> str:
    """End a sentence, unless what it quotes ends it already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _called(function: str | None) -> str:
    return "a lambda" if function == "<lambda>" else "a function" if not function else f"{function}()"


def _capital(text: str) -> str:
    """Begin a sentence with a capital, unless it begins with a name or a path."""
    word = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if word.isalpha() and word.islower() else text
