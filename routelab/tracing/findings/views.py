"""Findings on a view and what it returned: the call, the value, the response that was made of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from routelab.routing.wording import listed
from routelab.tracing.answers.compared import digits_compared, method_in_small_letters
from routelab.tracing.answers.lost import ResultUse, lost_place, use_of
from routelab.tracing.facts import Call
from routelab.tracing.findings.finding import Detected, answered, named
from routelab.tracing.findings.own_lines import broad_handler, takes_no_object, why_none
from routelab.tracing.phrases import location, message_words, no_function_words, one_line
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.make_response import MakeResponseStep, Shape
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_NUMBER_FIRST = re.compile(r"\((\d{3}), ['\"]")


# Flask gives by name alone, so what came by position is the object of the method.
_WITHOUT_SELF = re.compile(r"takes 0 positional arguments but 1 |got multiple values for argument")


_UNKNOWN = re.compile(r"unexpected keyword argument '(\w+)'")


# Flask calls what it was given while the class was made.
_SELF_ALONE = re.compile(r"missing 1 required positional argument: '(?:self|cls)'$")


def names_differ(view: ViewStep, trace: Trace) -> Detected | None:
    """Find where Flask could not call the view with the rule's variables."""
    if not _could_not_call(view) or view.call.no_function is not None:
        return None
    given = ", ".join(each.name for each in view.call.arguments)
    said = f"with {given}" if given else "without arguments"
    taken = _taken_out(view, trace)
    if taken:
        them = "it" if len(taken) == 1 else "them"
        return Detected(
            f"{named(view.call.place)} cannot be called {said}: {_message(view)}. "
            f"{listed(taken, 'and')} came from the rule, and the view was called without {them}, as where a "
            "url_value_preprocessor takes a variable out of request.view_args.",
            {"given": [each.name for each in view.call.arguments], "message": _message(view)},
        )
    return Detected(
        f"{named(view.call.place)} cannot be called {said}, which is what the rule gives: "
        f"{_message(view)}. {_left_in(view, trace) or _agreeing(view)}",
        {"given": [each.name for each in view.call.arguments], "message": _message(view)},
    )


def _taken_out(view: ViewStep, trace: Trace) -> tuple[str, ...]:
    """Name the variables that the router had values for, and the view was not given."""
    made = trace.first(ConvertersStep)
    given = {each.name for each in view.call.arguments}
    return () if made is None else tuple(each.name for each in made.values if each.name not in given)


def _left_in(view: ViewStep, trace: Trace) -> str | None:
    """Say which url_value_preprocessor names a variable that the view does not take, and left it in."""
    unknown = _UNKNOWN.search(_message(view))
    ran = (it.call for it in trace.each(HookStep) if it.when is When.URL_VALUE_PREPROCESSOR)
    for call in ran if unknown else ():
        if unknown and re.search(rf"""["']{unknown[1]}["']""", "\n".join(call.source)):
            return (
                f"The url_value_preprocessor {named(call.place)} names {unknown[1]} and left it in: "
                "pop takes it out of the values that the view is called with."
            )
    return None


def _agreeing(view: ViewStep) -> str:
    """Say how a view and its rule come to agree."""
    whose, _, method = (view.call.place.function or "").rpartition(".")
    if whose and (_WITHOUT_SELF.search(_message(view)) or takes_no_object(view.call)):
        return (
            f"Python gives a method its object first, and a rule gives the rest by name: write def {method}"
            "(self, ...)."
        )
    if whose and _SELF_ALONE.search(_message(view)):
        return (
            f"Its route is in the class, where this is a function without an object: give the route "
            f"{whose}().{method} behind the class, or make {whose} a MethodView."
        )
    if (view.call.place.function or "").endswith(".as_view"):
        return "as_view makes the view, which Flask calls: it is registered with as_view('a_name')."
    if "positional-only" in _message(view):
        return "Flask gives each variable by its name: take the / out of the parameters."
    if "missing" in _message(view):
        return (
            "Flask gives a view the variables of its rule, what it has in < >, and nothing else: the rule "
            "needs that variable, or the parameter a default."
        )
    if not view.call.arguments:
        return "A rule gives what it has in < >, by its name."
    return "The names have to be the same."


def not_callable(view: ViewStep, _trace: Trace) -> Detected | None:
    """Find where the rule leads to something that is not a function."""
    instead = no_function_words(view.call)
    if not _could_not_call(view) or instead is None:
        return None
    return Detected(
        f"What was registered for the endpoint {view.endpoint} cannot be called: {instead}.",
        {"message": _message(view)},
    )


def no_view(match: MatchStep, trace: Trace) -> Detected | None:
    """Find where the rule leads to an endpoint for which there is no function."""
    error = trace.first(ErrorStep)
    if error is None or trace.first(ViewStep) is not None:
        return None
    given = re.match(r"<function (?:\S+\.)?(\w+)>", match.endpoint or "")
    if given is not None:
        return Detected(
            f"The rule {match.rule} has the function {given[1]} for its endpoint, and no view function: an "
            f"endpoint is a string. Write add_url_rule({match.rule!r}, view_func={given[1]}).",
            {"rule": match.rule, "endpoint": match.endpoint},
        )
    if error.exception != "KeyError" or error.message != repr(match.endpoint):
        return None
    if error.raised is None or error.raised.file is not None:
        return None  # a hook of the app's own raised it
    return Detected(
        f"The rule {match.rule} leads to the endpoint {match.endpoint}, and there is no view function for "
        "it: give add_url_rule a view_func.",
        {"rule": match.rule, "endpoint": match.endpoint},
    )


def wrapper_without_arguments(view: ViewStep, trace: Trace) -> Detected | None:
    """Find where a decorator's function could not be called with the rule's variables."""
    wrapper = view.call.answered_by
    if wrapper is None or wrapper.raised is None or wrapper.ran:
        return None
    if wrapper.raised.type != "TypeError" or view.call.ran:
        return None
    converters = trace.first(ConvertersStep)
    given = ", ".join(each.name for each in (converters.values if converters else ()))
    return Detected(
        f"{named(wrapper.place)}, which {wrapper.name} puts around "
        f"{view.call.place.function}, does not take {given or 'what it is called with'}, which the rule "
        "gives. Let it take *args, **kwargs, and pass them on.",
        {"wrapper": wrapper.name, "message": wrapper.raised.message},
    )


def wrapper_returned_nothing(view: ViewStep, _trace: Trace) -> Detected | None:
    """Find where a decorator's function threw away what the view returned."""
    wrapper = view.call.answered_by
    if wrapper is None or wrapper.returned is None or not wrapper.returned.is_none:
        return None
    returned = view.call.returned
    if not view.call.ran or returned is None or returned.is_none:
        return None
    return Detected(
        f"{view.call.place.function}() returned a {returned.type}, and "
        f"{named(wrapper.place)}, which {wrapper.name} puts around it, "
        "returned None in its place: it needs a return before the call.",
        {"wrapper": wrapper.name, "returned": returned.type},
    )


def response_dropped(view: ViewStep, trace: Trace) -> Detected | None:
    """Find where the view made a response, or rendered a page, and returned something else, or nothing."""
    made = trace.first(MakeResponseStep)
    if made is None or not answered(view):
        return None
    what, place, way = None, view.call.place, ": write return before it"
    if made.kept_back_from is not None:
        used, place = use_of(view.call, made.kept_back_from), lost_place(view.call, made)
        what = None if used is ResultUse.OTHER else f"{made.kept_back_from}() made a response"
        way = way if used is ResultUse.NONE else ", with all that was done to it: return that one"
    elif made.shape is Shape.NONE and made.raised is not None:
        page = next((it for it in trace.each(TemplateStep) if it.parent is None and not it.raised), None)
        what = None if page is None else f"The page {page.name} was rendered"
    if what is None:
        return None
    return Detected(
        f"{what} in {named(place)}, and it was not returned, so it is lost{way}.",
        {"made_by": made.kept_back_from or "render_template"},
        made,
    )


def none_returned(view: ViewStep, trace: Trace) -> Detected | None:
    """Find where the view ended without a value."""
    made = trace.first(MakeResponseStep)
    if made is None or made.raised is None or made.shape is not Shape.NONE or made.parts:
        return None
    if not answered(view) or view.call.returned is None or not view.call.returned.is_none:
        return None
    head = ""
    if trace.request.method == "HEAD" and any("request.method" in text for text in view.source):
        head = " It looks at request.method, and this is a HEAD request: a route for GET accepts HEAD, too."
    vain = digits_compared(view.call) or method_in_small_letters(view.call)
    why = f" {vain}" if vain else ""
    printed = " What it prints is not sent." if view.call.printed else ""
    return Detected(
        f"{named(view.call.place)} returned None, so there is nothing to send: {why_none(view.call)}."
        f"{printed}{head}{why}",
        {"function": view.call.place.function, "method": trace.request.method},
        made,
    )


_STATUS_LAST = re.compile(r"[\]})], ([1-5]\d\d)\)$")  # after a dict, a list or headers


def tuple_swapped(made: MakeResponseStep, trace: Trace) -> Detected | None:
    """Find where a number and a string were returned, in this order, or the status after the headers."""
    if made.raised is None or made.raised.type != "TypeError":
        return None
    ran = _returner(trace)
    if ran is None or ran.returned is None:
        return None
    if made.parts == 3:
        last = _STATUS_LAST.search(ran.returned.repr)
        if last is None:
            return None
        return Detected(
            f"{named(ran.place)} returned the status {last[1]} last: of three items the status is the "
            f'second, and the headers are the third, as in return "...", {last[1]}, {{"Allow": "GET"}}.',
            {"status": int(last[1])},
        )
    if made.parts != 2 or made.body_type != "int":
        return None
    found = _NUMBER_FIRST.match(ran.returned.repr)
    if found is None or not 100 <= int(found[1]) <= 599:
        return None
    return Detected(
        f"{named(ran.place)} returned the status {found[1]} first: in a tuple the body comes first, "
        f'then the status, as in return "...", {found[1]}.',
        {"status": int(found[1])},
    )


def _returner(trace: Trace) -> Call | None:
    """Return the call whose own answer could not become a response: a handler's, a hook's or the view's."""
    refused = next((it.handler for it in trace.each(ErrorStep) if it.refused), None)
    early = (it.call for it in trace.each(HookStep) if it.when is When.BEFORE_REQUEST)
    answering = (it for it in early if it.returned is not None and not it.returned.is_none)
    view = trace.first(ViewStep)
    ran = refused or next(answering, None) or (None if view is None else view.call)
    return None if ran is None or not ran.ran or ran.answered_by is not None else ran


def tuple_of_one(view: ViewStep, trace: Trace) -> Detected | None:
    """Find where a comma made a tuple of one."""
    made = trace.first(MakeResponseStep)
    if made is None or made.raised is None or made.parts != 1 or not answered(view):
        return None
    return Detected(
        f"{named(view.call.place)} returned a tuple of one item: a comma at the end makes one. Take the "
        "comma away, or add a status.",
        step=made,
    )


def status_without_number(response: ResponseStep, trace: Trace) -> Detected | None:
    """Find where the status line has no number that HTTP has."""
    made, view = trace.last(MakeResponseStep), trace.first(ViewStep)
    if made is None or 100 <= response.status <= 599:
        return None
    if made.status != response.status:
        return None
    who = "" if view is None or not view.call.ran else f" in {named(view.call.place)}"
    # Werkzeug takes what does not begin with a number for 0.
    remedy = ' Write a number first, as in 404 or "404 Not Found".' if response.status == 0 else ""
    return Detected(
        f"The status that was made{who}, {response.status}, is not from 100 to 599, and HTTP has no others: "
        f"some clients reject the response, others treat it as a server error.{remedy}",
        {"status": response.status},
    )


def json_in_text(view: ViewStep, trace: Trace) -> Detected | None:
    """Find where a string of JSON was returned, and goes out as HTML."""
    made, sent = trace.last(MakeResponseStep), trace.response
    if not answered(view) or made is None or sent is None or made.shape is not Shape.STR:
        return None
    if made.mimetype != "text/html" or sent.truncated or not _is_json_object(sent.body):
        return None
    if not (sent.header("Content-Type") or "").startswith("text/html"):
        return None
    return Detected(
        f"{named(view.call.place)} returned JSON as a string, so it goes out as text/html: return the dict "
        "itself, and Flask writes the JSON and its type.",
        step=made,
    )


def not_json(_: None, trace: Trace) -> Detected | None:
    """Find where something in the returned value has no form in JSON."""
    view = trace.first(ViewStep)
    made = trace.first(MakeResponseStep)
    if made is not None and made.raised is not None and made.raised.type == "TypeError" and made.not_json:
        way = "Make a list, a dict or a string of it first."
        if made.not_json.endswith("of type ellipsis"):
            way = "That is a `...` that nobody filled in."
        return Detected(
            f"The returned value cannot be written as JSON: the part is {made.not_json}. {way}",
            {"part": made.not_json},
            made,
        )
    saved = trace.last(SessionStep)
    if saved is not None and saved.not_json is not None:
        return Detected(
            f"The session cannot be written as JSON, as its cookie is: the part is {saved.not_json}. Make a "
            "list, a dict or a string of it first.",
            {"part": saved.not_json},
            saved,
        )
    raised = None if view is None or not view.call.ran else view.call.raised
    if view is None or raised is None or raised.type != "TypeError":
        return None
    if not raised.message.endswith("is not JSON serializable"):
        return None
    return Detected(
        f"{named(view.call.place)} asked for JSON of something that JSON has no form for: "
        f"{message_words(raised)}.",
        {"message": raised.message},
        view,
    )


def rebound(view: ViewStep, _trace: Trace) -> Detected | None:
    """Find where a decorator above the route made a wrapper that Flask never calls."""
    if not answered(view) or view.rebound is None:
        return None
    name = view.call.place.function
    inner = f"the wrapper at {location(view.rebound)}" if view.rebound.file else f"{view.rebound.function}()"
    return Detected(
        f"A decorator is above the route of {named(view.call.place)}: in the file {name} is "
        f"{inner}, and Flask registered the function below it, so the wrapper does not run for this "
        "route. Put the route on top.",
        {"wrapper": view.rebound.function},
    )


def error_swallowed(view: ViewStep, _trace: Trace) -> Detected | None:
    """Find where abort() raised, and an `except` for any exception took it."""
    catcher = view.caught_in
    if not answered(view) or view.aborted is None or view.call.returned is None or catcher is None:
        return None
    found = broad_handler(catcher)
    if found is None:
        return None
    what, caught = found
    within = "" if catcher.place == view.call.place else f" of {named(catcher.place)}"
    return Detected(
        f"abort raised {view.aborted.type} at {location(view.aborted)}, and the {what} in line {caught}"
        f"{within} caught it, so it is not a response: abort works by raising. Keep it out of the "
        f"{'try' if what == 'except' else 'with'}, or catch less.",
        {"raised": view.aborted.type, "caught": caught},
    )


def abort_without_error(view: ViewStep, _trace: Trace) -> Detected | None:
    """Find where abort() was given a number that no error has."""
    raised = view.call.raised
    if not answered(view) or raised is None or raised.type != "LookupError":
        return None
    if not raised.message.startswith("no exception for "):
        return None
    number = raised.message.removeprefix("no exception for ")
    if number[:1] in ("'", '"'):
        return Detected(
            f"abort takes the status first, as a number, and {number} is a string: abort(404, {number}), for "
            "example.",
            {"status": number},
        )
    known = "the statuses of errors", f"{number} is not one of them"
    if number.isdigit() and 400 <= int(number) < 600:
        known = "the errors that Werkzeug has an exception for", f"for {number} there is none"
    return Detected(
        f"abort knows only {known[0]}, and {known[1]}: return a response with that status.",
        {"status": number},
    )


def _could_not_call(view: ViewStep) -> bool:
    raised = view.call.raised
    return (
        not view.call.ran
        and view.call.answered_by is None
        and raised is not None
        and raised.type == "TypeError"
    )


def _message(view: ViewStep) -> str:
    return "" if view.call.raised is None else one_line(view.call.raised.message)


def _is_json_object(body: bytes) -> bool:
    text = body.strip()
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return False
    try:
        return bool(json.loads(text))
    except ValueError:
        return False
