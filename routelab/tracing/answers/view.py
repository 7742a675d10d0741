"""The answer where a view decided, or something around it.

It reads what ran and what was made of it, and knows no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, assert_never

from routelab.routing.candidate import Verdict
from routelab.routing.wording import listed, plain
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.around import no_body
from routelab.tracing.answers.compared import digits_compared, method_in_small_letters
from routelab.tracing.answers.handling import handling_words, raised_words
from routelab.tracing.answers.lost import lost_spot
from routelab.tracing.answers.sent_keys import sent_as_asked, sent_elsewhere, was_read_before
from routelab.tracing.answers.session_keys import lacking_in_session
from routelab.tracing.answers.spots import (
    definition_spot,
    last_frame_spot,
    raised_spot,
    raising_spot,
    with_mark,
)
from routelab.tracing.answers.texts import braces_kept, status_in_json, text_of_a_thing
from routelab.tracing.answers.wrapped import before_wrapper, wrapping_spot
from routelab.tracing.body_reads import READ_BEFORE
from routelab.tracing.facts import Call, Raised, Wrapper
from routelab.tracing.phrases import (
    at_place,
    call,
    call_details,
    called_name,
    capitalized,
    cut,
    location,
    message_words,
    one_line,
    sentence,
    unawaited,
)
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import processor_words
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.make_response import KEYS_ALONE, MakeResponseStep, Shape
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import NO_KEY, SessionStep
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_LEADING = (301, 302, 303, 307, 308)
_SENT_IN = {
    "form": "as a field of its form (request.form)",
    "args": "in the query (request.args)",
    "files": "as a file (request.files)",
    "cookies": "as a cookie (request.cookies)",
    "json": "in JSON (request.get_json())",
}
_EMPTY = re.compile(r"\(?b?''")  # a string of nothing, alone or first in a tuple
_OF_FILES = ("FileNotFoundError", "IsADirectoryError")


def view(trace: Trace) -> Answer | None:
    """Say what a view, or what is around it, did."""
    step = trace.first(ViewStep)
    if step is None:
        return None
    ran, errors = step.call, tuple(trace.each(ErrorStep))
    wrapper = ran.answered_by
    refused = next((it for it in trace.each(MakeResponseStep) if it.raised), None)
    if wrapper is not None:
        if errors and wrapper.returned is not None and refused is None:  # it came after the view
            return _escaped(errors[0], trace)
        return Answer(
            cause=(*_wrapped(ran, wrapper, refused, trace), *handling_words(errors)),
            spot=wrapping_spot(ran, wrapper) or raised_spot(wrapper.raised) or definition_spot(ran),
        )
    if not ran.ran:
        said = next(reversed(tuple(call_details(ran))), f"{called_name(ran.place.function)} did not run")
        return Answer(cause=(f"{said}.", *handling_words(errors)), spot=definition_spot(ran))
    if ran.raised is not None:
        return _view_raised(ran, ran.raised, trace, errors)
    lost = lost_spot(ran, trace.first(MakeResponseStep))
    if refused is not None:
        said = f"{called_name(ran.place.function)} ran, but {refused.refusal}."
        return Answer(cause=(said, *handling_words(errors)), spot=lost or definition_spot(ran))
    if errors:
        return _escaped(errors[0], trace)
    return Answer(cause=tuple(_answered(step, trace)), spot=lost or definition_spot(ran))


def unplaced(trace: Trace) -> Answer | None:
    """Say what was raised where neither the router, nor a hook, nor a view did it: Flask's own code."""
    errors = tuple(trace.each(ErrorStep))
    if not errors:
        return None
    return _escaped(errors[0], trace)


def _escaped(error: ErrorStep, trace: Trace) -> Answer:
    spot = last_frame_spot(trace.exception) or raised_spot(error.raised)
    return Answer(cause=tuple(_escaping(error, trace)), spot=spot)


def _wrapped(ran: Call, wrapper: Wrapper, refused: MakeResponseStep | None, trace: Trace) -> Iterator[str]:
    before = before_wrapper(ran, wrapper)
    if wrapper.unawaited:
        yield f"{before} {unawaited(ran)}."
        yield (
            "An async function runs when it is awaited: by an async wrapper that awaits it, or by "
            f"current_app.ensure_sync({ran.place.function})(...)."
        )
        return
    if wrapper.raised is not None:
        yield sentence(
            f"{before} {raised_words(wrapper.raised, tuple(trace.each(ErrorStep)), wrapper.place)}"
        )
    elif refused is not None and refused.shape is Shape.NONE and not refused.parts:
        yield (
            f"{before} answered, but None cannot become a response: each way through it has to return one, "
            f"or what {called_name(ran.place.function)} returns."
        )
    elif refused is not None:
        yield f"{before} answered, but {refused.refusal}."
    else:
        yield _given_instead(ran, before, trace)


def _given_instead(ran: Call, before: str, trace: Trace) -> str:
    """Say what a wrapper's own answer became."""
    made = trace.last(MakeResponseStep)
    if ran.may_have_run and made is not None:
        return f"{before} returned {_what_became(made, trace)}."
    response = trace.response
    to = response.header("Location") if response is not None and response.status // 100 == 3 else None
    if to:
        return f"{before} redirected to {to}."
    if not ran.ran or ran.returned is None or made is None:
        return f"{before} answered in its place."
    return f"{before} returned {_what_became(made, trace)}."


def _view_raised(ran: Call, error: Raised, trace: Trace, errors: tuple[ErrorStep, ...]) -> Answer:
    spot = raising_spot(ran, error, trace.exception)
    template = _template_of_view(trace)
    if template is not None and template.searched and spot is not None:
        spot = with_mark(spot, "", repr(template.name))
    lacks = lacking_in_session(called_name(ran.place.function), ran.place, error, spot, trace)
    said = (lacks,) if lacks is not None else _why_raised(ran, error, trace, errors, template)
    opened = trace.first(SessionStep)
    if error.message.startswith(NO_KEY) and opened is not None and opened.null and not opened.without_key:
        said = (*said, "The key is not what lacks: the app's session interface gave no session.")
    own_404 = error.type == "NotFound" and error.file == ran.place.file and ran.sought is None
    digits = digits_compared(ran) if own_404 and error.file is not None else None
    return Answer(
        cause=(*said, *((digits,) if digits else ()), *_on_condition(trace), *handling_words(errors)),
        spot=spot,
    )


def _template_of_view(trace: Trace) -> TemplateStep | None:
    """Return the template that raised, unless a handler asked for it: that was called for what was raised."""
    return next((it for it in _before_errors(trace) if isinstance(it, TemplateStep) and it.raised), None)


def _before_errors(trace: Trace) -> Iterator[AnyStep]:
    return takewhile(lambda step: not isinstance(step, ErrorStep), trace.steps)


def _why_raised(
    ran: Call, error: Raised, trace: Trace, errors: tuple[ErrorStep, ...], template: TemplateStep | None
) -> tuple[str, ...]:
    """Say what was asked for in vain, where it was that; else what was raised."""
    view = called_name(ran.place.function)
    if template is not None and template.searched:
        there = listed(template.available, "and")
        asked = f"{view} asked for the template {template.name}"
        if template.climbs is not None:
            return (f"{asked}. {template.climbs}.",)
        missing = f"{asked}, which is not in {listed(template.searched)}"
        if template.no_folders and not there:
            return (f"{missing}: there is no folder {template.no_folders[0]}.",)
        return f"{missing}.", f"Templates there: {there}." if there else "There is no template there."
    if error.type == "BadRequestKeyError" and error.missing_key:
        return (f"{view} asked {_of_whom(error, trace)} ({error.type}).",)
    processor = processor_words(_before_errors(trace))
    if processor is not None:
        return (f"{capitalized(processor)}.",)
    if template is not None:
        said = sentence(f"The template {template.name}, used by {view}, {raised_words(error, errors)}")
        hint = template.error_hint
        return (said,) if hint is None else (said, f"{capitalized(hint)}.")
    if ran.sought is not None and not ran.sought.found and error.type == "NotFound":
        first, *others = ran.sought.texts
        told = f"{capitalized(first)}." if ran.sought.refused else f"{view} {first}."
        return (told, *(f"{capitalized(other)}." for other in others), *_behind_the_files(trace))
    in_vain = _asked_in_vain(error, trace)
    if in_vain is not None:
        return (f"{in_vain}.",)
    return (sentence(f"{view} {raised_words(error, errors, ran.place)}"), *_looked_for(ran, error))


def _looked_for(ran: Call, error: Raised) -> Iterator[str]:
    """Say where the file was looked for that could not be opened."""
    if ran.sought is not None and not ran.sought.found and error.type in _OF_FILES:
        first, *others = ran.sought.texts
        yield f"{capitalized(first)}." if ran.sought.refused else f"It {first}."
        yield from (f"{capitalized(other)}." for other in others)


def _behind_the_files(trace: Trace) -> Iterator[str]:
    """Name the rule that would have fitted, too, where Flask's own for files takes every path before it."""
    step, match = trace.first(ViewStep), trace.first(MatchStep)
    if step is None or not step.builtin or match is None or not (match.rule or "").startswith("/<"):
        return
    for it in match.candidates:
        if it.candidate.verdict is Verdict.SHADOWED:
            at = f", {location(it.place)}" if it.place.file else ""
            yield f"{plain(it.candidate.rule)} ({it.candidate.endpoint}{at}) {it.candidate.text}."
            return


def _asked_in_vain(error: Raised, trace: Trace) -> str | None:
    """Say what the view asked of the request's body, where that raised the error."""
    request = trace.first(RequestStep)
    reads = () if request is None or error.line is None else request.reads
    here = (it for it in reads if it.raised is not None and (it.file, it.line) == (error.file, error.line))
    found = next(here, None)
    return None if found is None else found.words


def _of_whom(error: Raised, trace: Trace) -> str:
    """Say what was asked for a key, and where else the request sent that."""
    request = trace.first(RequestStep)
    key, at = str(error.missing_key), at_place(error)
    missed = f"for {key}{at}, and the request did not send it"
    if request is None or error.asked_of is None:
        return missed
    name = key.strip("'\"")
    if sent_as_asked(request, name, error.asked_of):
        gone = READ_BEFORE if was_read_before(request) else "the app had it no more"
        return f"for {key}{at}, which the request sent, and {gone}"
    elsewhere = sent_elsewhere(request, name, error.asked_of)
    if not elsewhere:
        return missed
    return f"request.{error.asked_of} for {key}{at}, and the request sent it {_SENT_IN[elsewhere[0]]}"


def _escaping(error: ErrorStep, trace: Trace) -> Iterator[str]:
    frame = trace.exception.frames[-1] if trace.exception and trace.exception.frames else None
    where = frame or error.raised
    known = where is not None and where.file is not None
    at = f" at {where.file}:{where.line} in {called_name(where.function)}" if where and known else ""
    message = one_line(error.message)
    if trace.exception is not None and trace.exception.message == error.message:
        message = message_words(trace.exception)
    own_page = error.code is not None and error.exception == error.handled_as  # its message is its page
    yield sentence(f"{error.exception} was raised{at}" + ("" if own_page or not message else f": {message}"))
    yield from handling_words((error,))


def _answered(step: ViewStep, trace: Trace) -> Iterator[str]:
    ran = step.call
    made = trace.last(MakeResponseStep)
    who = call(ran) + (", Flask's own view for files," if step.builtin else "")
    if made is None or ran.returned is None:
        yield f"{who} ran."
        return
    template = next((it for it in trace.each(TemplateStep) if it.parent is None), None)
    used = f"used the template {template.name} and " if template is not None else ""
    yield f"{who} {used}returned {_what_became(made, trace)}."
    if step.loop is not None:
        yield f"{capitalized(step.loop.words)}."
    if made.keys_alone:
        yield f"{capitalized(KEYS_ALONE)}."
    yield from _no_json(made, trace)
    yield from _text_alone(ran, made, trace)
    yield from _left_out(ran, made, trace)
    yield from _on_condition(trace)
    if (vain := method_in_small_letters(ran)) is not None:
        yield vain
    response = trace.response
    if response is not None and response.header("Location") and not _follows(response.status):
        yield f"It has a Location, and its status is {response.status}, and no client goes there."
    if response is not None and response.status in _LEADING and not response.header("Location"):
        yield f"A {response.status} needs a Location: without one a client goes nowhere."


def _text_alone(ran: Call, made: MakeResponseStep, trace: Trace) -> Iterator[str]:
    """Say where a text went out that has Python's words for a thing, or a status, and not what was meant."""
    sent = trace.response
    if sent is None or made.made_by is not None or made.shape not in (Shape.STR, Shape.RESPONSE):
        return
    body = sent.body.decode("utf-8", "replace")
    if made.shape is Shape.RESPONSE:
        yield from filter(None, (status_in_json(ran, body),))
        return
    yield from filter(None, (text_of_a_thing(body), braces_kept(ran, body)))


def _no_json(made: MakeResponseStep, trace: Trace) -> Iterator[str]:
    """Say where a number that JSON does not have went out in it."""
    sent = trace.response
    if made.constant is not None and sent is not None and made.constant.encode() in sent.body:
        yield f"JSON has no {made.constant}: a browser cannot read this body as JSON."


# The headers by which a client asks for these answers.
_CONDITIONS = {
    206: ("Range",),
    304: ("If-None-Match", "If-Modified-Since"),
    412: ("If-Match", "If-Unmodified-Since"),
    416: ("Range",),
}


def _on_condition(trace: Trace) -> Iterator[str]:
    """Say which header of the request asked for a part of the answer, or for one that is new."""
    response = trace.response
    names = () if response is None else _CONDITIONS.get(response.status, ())
    sent = ((name, trace.request.header(name)) for name in names)
    asked = next(((name, text) for name, text in sent if text is not None), None)
    if response is not None and asked is not None:
        yield f"A {response.status} answers the request's {asked[0]}: {cut(asked[1])}."


def _follows(status: int) -> bool:
    """Tell whether a Location means something with a status: with 201 it is where the new thing is."""
    return 300 <= status < 400 or status == 201


def _left_out(ran: Call, made: MakeResponseStep, trace: Trace) -> Iterator[str]:
    """Say where HTTP has no body for an answer, and so none was sent."""
    response = trace.response
    if response is None or made.status != response.status:
        return
    if 100 <= response.status < 200:
        yield f"A {response.status} is not a final response: a client keeps waiting for one."
        return
    empty = ran.returned is not None and _EMPTY.match(ran.returned.repr) is not None
    if response.body or empty or made.shape in (Shape.RESPONSE, Shape.HTTP_EXCEPTION, Shape.CALLABLE):
        return
    sent = trace.last(ResponseStep)
    if sent is None or sent.body_by is None:  # else it is said behind that
        yield from filter(None, [no_body(trace)])


def _what_became(made: MakeResponseStep, trace: Trace) -> str:
    within = "a tuple with " if made.parts else ""
    if made.made_by is not None:
        return f"{within}{made.returned}, which became a response in {made.made_by.function}()"
    match made.shape:
        case Shape.DICT | Shape.LIST if made.constant is not None:
            return f"{within}{made.returned}, which was written with {made.constant} in it"
        case Shape.DICT | Shape.LIST:
            return f"{within}{made.returned}, which became JSON"
        case Shape.STR:
            return f"{within}a string, which became the body"
        case Shape.BYTES:
            return f"{within}bytes, which became the body"
        case Shape.ITERATOR:
            read = trace.first(StreamStep) is not None  # as it is sent: a hook may have read it before
            return f"{within}{made.returned}" + (
                ", from which the body was read piece by piece" if read else ""
            )
        case Shape.RESPONSE:
            response = trace.response
            to = response.header("Location") if response and response.status // 100 == 3 else None
            return f"{within}a redirect to {to}" if to else f"{within}a response, which was sent"
        case Shape.HTTP_EXCEPTION:
            became = "whose own response was sent" if made.carried else "which became its own page"
            return f"{within}{made.returned}, {became}"
        case Shape.CALLABLE:
            return f"{within}{made.returned}, which answered as a WSGI application"
        case Shape.NONE | Shape.OTHER:
            return f"{within}{made.returned}"
    assert_never(made.shape)
