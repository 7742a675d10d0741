"""Records to sentences, in the words of the design.

Pure functions, used by the JSON and by the screens alike; they know no style and no width.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.routing.candidate import Verdict
from routelab.routing.decision import Outcome
from routelab.routing.obstacle import Reason
from routelab.routing.redirect import Redirect
from routelab.routing.suggestion import Suggestion
from routelab.routing.words import (
    author_words,
    candidate_words,
    change_words,
    redirect_words,
    suggestion_words,
)
from routelab.tracing.load_words import cause_of_load
from routelab.tracing.records import (
    AutomaticOptionsStep,
    Call,
    ContextStep,
    ConvertedValue,
    ConvertersStep,
    ErrorStep,
    Event,
    HookStep,
    LoadStep,
    MakeResponseStep,
    MatchStep,
    NamedValue,
    Origin,
    Pairs,
    Place,
    PlacedAuthor,
    PlacedCandidate,
    Raised,
    RequestStep,
    ResponseStep,
    SessionStep,
    Shape,
    Stage,
    StatusFrom,
    Step,
    Stop,
    StoppedStep,
    StreamStep,
    TemplateStep,
    Trace,
    Value,
    ViewStep,
    When,
)

ACCEPTED = (
    "str, bytes, dict, list, a tuple with status or headers, a Response, a generator or a WSGI callable"
)


def kind(step: Step) -> str:
    """Return the step's word: "request", "make_response"."""
    match step:
        case RequestStep():
            return "request"
        case ContextStep():
            return "context"
        case SessionStep():
            return "session"
        case MatchStep():
            return "match"
        case ConvertersStep():
            return "converters"
        case HookStep():
            return "hook"
        case ViewStep():
            return "view"
        case TemplateStep():
            return "template"
        case ErrorStep():
            return "error"
        case AutomaticOptionsStep():
            return "automatic_options"
        case MakeResponseStep():
            return "make_response"
        case StreamStep():
            return "stream"
        case StoppedStep():
            return "stopped"
        case ResponseStep():
            return "response"
        case LoadStep():
            return "load"
    assert_never(step)


def headline(step: Step) -> str:
    """Say in one line what happened: "/user/<name>  ->  show_user"."""
    match step:
        case RequestStep():
            return _request(step)
        case ContextStep(event=Event.PUSH):
            return "pushed: request, session, g and current_app now stand for this request"
        case ContextStep():
            return "popped: request, session, g and current_app are gone"
        case SessionStep():
            return _session(step)
        case MatchStep():
            return _match(step)
        case ConvertersStep():
            return ", ".join(_converted(value) for value in step.values)
        case HookStep():
            owner = f" of blueprint {step.blueprint}" if step.blueprint else ""
            return f"{step.when.value} {step.call.place.function}{owner}"
        case ViewStep():
            return call(step.call)
        case TemplateStep():
            return _template(step)
        case ErrorStep():
            return _error(step)
        case AutomaticOptionsStep():
            return "no view ran: Flask itself answers OPTIONS, from the methods that the path's rules take"
        case MakeResponseStep():
            return made(step)
        case StreamStep():
            return f"the body was read in {count(step.chunks, 'piece')}, {count(step.size, 'byte')} in all"
        case StoppedStep():
            return _stopped(step)
        case ResponseStep():
            return f"{step.status} {step.reason_phrase}".rstrip() + ("" if step.complete else ", cut short")
        case LoadStep():
            return f"{step.exception}: {one_line(step.message)}"
    assert_never(step)


def details(step: Step) -> Iterator[str]:
    """Say what else is worth a line below the headline."""
    match step:
        case RequestStep():
            yield from _request_details(step)
        case SessionStep():
            if step.contents:
                yield f"it holds {arguments(step.contents)}"
            if step.raised:
                yield raised(step.raised)
        case MatchStep():
            yield from _match_details(step)
        case ViewStep():
            yield from _call_details(step.call)
        case HookStep():
            yield from _hook_details(step)
        case TemplateStep():
            yield from _template_details(step)
        case ErrorStep():
            yield from _error_details(step)
        case MakeResponseStep():
            if step.raised:
                yield raised(step.raised)
        case StreamStep():
            if step.raised:
                yield raised(step.raised)
        case LoadStep():
            yield from _load_details(step)
        case ConvertersStep() | ContextStep() | AutomaticOptionsStep() | StoppedStep() | ResponseStep():
            return


def place(step: Step) -> Place:
    """Return where the code of a step stands, so far as it is the learner's."""
    match step:
        case ViewStep() | HookStep():
            return step.call.place
        case ErrorStep() if step.handler:
            return step.handler.place
        case LoadStep():
            return Place(file=step.file, line=step.line)
        case MatchStep() if step.raised:
            return Place(file=step.raised.file, line=step.raised.line)
        case MatchStep():
            return next(
                (it.place for it in step.candidates if it.candidate.verdict is Verdict.MATCH), Place()
            )
        case _:
            return Place()


def location(where: Place | Raised) -> str:
    """Return "app.py:12", or nothing for what is not the learner's."""
    return "" if where.file is None else f"{where.file}:{where.line}"


def count(number: int, noun: str) -> str:
    """Return "1 rule" or "2 rules"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def one_line(text: str) -> str:
    """Return a text's first paragraph on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def way_out(trace: Trace) -> Iterator[str]:
    """Say what escaped the app where no response came, and by which of the learner's lines an exception came.

    One line alone is left out: the step that raised it names it already.
    """
    escaped = trace.exception
    if escaped is None:
        return
    if trace.response is None:
        yield f"No response: {escaped.type} went out of the app: {one_line(escaped.message)}"
    if len(escaped.frames) > 1:
        yield f"The way of {escaped.type} through your code:"
        for frame in escaped.frames:
            yield f"  {frame.file}:{frame.line} in {frame.function}: {frame.source}"


def value(thing: Value) -> str:
    """Return "'alice' (str)"."""
    return f"{thing.repr} ({thing.type})"


def call(ran: Call) -> str:
    """Return "show_user(name='alice')"."""
    return f"{ran.place.function}({arguments(ran.arguments)})"


def arguments(things: tuple[NamedValue, ...]) -> str:
    """Return "name='alice', page=2"."""
    return ", ".join(f"{thing.name}={thing.value.repr}" for thing in things)


def raised(error: Raised) -> str:
    """Return "raised KeyError: 'name' at app.py:12"."""
    where = location(error)
    missing = f" (missing: {error.missing_key})" if error.missing_key else ""
    return f"raised {error.type}: {one_line(error.message)}{missing}" + (f" at {where}" if where else "")


def candidate(placed: PlacedCandidate) -> str:
    """Return the reason of a candidate's verdict, in words."""
    return candidate_words(placed.candidate)


def hook_decides(step: HookStep) -> bool:
    """Tell whether a hook did more than let the request go on."""
    return next(_hook_details(step), None) is not None


def suggestion(suggested: Suggestion) -> str:
    """Return "GET /post/5 would match: show_post"; only the router was asked, no view ran."""
    return suggestion_words(suggested)


def suggested_change(suggested: Suggestion) -> str:
    """Say what is different in a suggested request: "POST instead of GET"."""
    return change_words(suggested)


def author(placed: PlacedAuthor) -> str:
    """Return "GET, POST (HEAD and OPTIONS come with it)"."""
    return author_words(placed.author)


def redirect(made_by: Redirect) -> str:
    """Say why the router redirects, and where to."""
    return redirect_words(made_by)


def header_value(name: str, text: str) -> str:
    """Return a header's value as it is shown: Allow, a set that comes in any order, is sorted."""
    return ", ".join(sorted(text.split(", "))) if name == "Allow" else text


def candidate_groups(
    step: MatchStep, *, everything: bool
) -> tuple[tuple[str, tuple[PlacedCandidate, ...]], ...]:
    """Group the candidates that are worth a line, each group with its heading.

    Left out are the winner, what a redirect or the authors of Allow say better, and unless `everything` is
    wanted those that neither fit nor were looked at. Without the full table there is one group without a
    heading, on a 404 the closest rules first, looked at or not.
    """
    if not step.candidates_complete:
        told = {id(placed.candidate.pattern) for placed in step.closest}
        rest = (placed for placed in step.candidates if id(placed.candidate.pattern) not in told)
        return (("", tuple(placed for placed in (*step.closest, *rest) if _adds(placed, step))),)
    looked_at: list[PlacedCandidate] = []
    fitting: list[PlacedCandidate] = []
    others: list[PlacedCandidate] = []
    for placed in filter(lambda placed: _adds(placed, step), step.candidates):
        if placed.candidate.looked_at:
            looked_at.append(placed)
        else:
            (fitting if placed.candidate.verdict is Verdict.SHADOWED else others).append(placed)
    groups = (
        ("Looked at:", tuple(looked_at)),
        ("Would fit, but never reached:", tuple(fitting)),
        ("Does not fit, not looked at:", tuple(others)),
    )
    wanted = groups if everything else groups[:2]
    return tuple((heading, placed) for heading, placed in wanted if placed)


def _adds(placed: PlacedCandidate, step: MatchStep) -> bool:
    candidate = placed.candidate
    if candidate.verdict is Verdict.MATCH or (step.authors and candidate.reason is Reason.METHOD):
        return False
    return not (step.redirect is not None and candidate.rule == step.redirect.rule)


def made(step: MakeResponseStep) -> str:
    """Say what became of the returned value."""
    if step.raised is not None:
        return _refused(step)
    sent = f", sent as {step.mimetype}" if step.mimetype else ""
    return f"{_became(step)}{sent}; {step.status}, {status_reason(step)}"


def status_reason(step: MakeResponseStep) -> str:
    """Say where the status came from: "because no status was given"."""
    match step.status_from:
        case StatusFrom.DEFAULT:
            return "because no status was given"
        case StatusFrom.TUPLE:
            return "as the returned tuple says"
        case StatusFrom.RESPONSE:
            return "as the returned response says"
        case StatusFrom.ERROR:
            return "the status of that error"
    assert_never(step.status_from)


def status_line(step: ResponseStep, made: MakeResponseStep | None) -> str:
    """Return "200 OK, because no status was given"."""
    return headline(step) + (f", {status_reason(made)}" if made else "")


def header_reason(name: str, origin: Origin, response: MakeResponseStep | None) -> str:
    """Say where a header came from: "because a dict was returned"."""
    who = origin.place.function
    match origin.stage:
        case Stage.MAKE_RESPONSE:
            if name.lower() == "content-type" and response is not None:
                return f"because {_a(response)} was returned"
            return "counted from the body" if name.lower() == "content-length" else "set by make_response"
        case Stage.VIEW | Stage.HOOK:
            return f"set by {who}"
        case Stage.ERROR:
            return f"set by {who}" if origin.place.file else f"comes with {who}"
        case Stage.AUTOMATIC_OPTIONS:
            return "comes with Flask's own answer to OPTIONS"
        case Stage.SESSION:
            return (
                "set when the session was saved" if name == "Set-Cookie" else "because the session was used"
            )
        case Stage.RESPONSE:
            return "added when the response was sent"
        case Stage.MIDDLEWARE:
            return "set by WSGI middleware"
    assert_never(origin.stage)


def pairs(things: Pairs) -> str:
    """Return "q=cat, page=2"."""
    return ", ".join(f"{name}={text!r}" for name, text in things)


def _request(step: RequestStep) -> str:
    root = f", below {step.script_root}" if step.script_root else ""
    query = f", query {pairs(step.query)}" if step.query else ", no query"
    return f"path {step.path}{root}{query}, {_body(step)}"


def _body(step: RequestStep) -> str:
    if step.form or step.files:
        return "a form in the body"
    if step.json is not None:
        return "JSON in the body"
    if step.json_error:
        return "a body that is not the JSON it says"
    return f"a body of {count(step.body_size, 'byte')}" if step.body_size else "no body"


def _request_details(step: RequestStep) -> Iterator[str]:
    if step.headers:
        yield f"headers {pairs(step.headers)}"
    if step.form:
        yield f"form {pairs(step.form)}"
    if step.files:
        yield f"files {pairs(step.files)}"
    if step.json is not None:
        yield f"json {step.json.repr}"
    if step.json_error:
        yield f"the JSON parser says: {one_line(step.json_error)}"
    if step.cookies:
        yield f"cookies {pairs(step.cookies)}"


def _session(step: SessionStep) -> str:
    if step.event is Event.SAVE:
        return "saved: a cookie is sent" if step.cookie else "not changed, so no cookie is sent"
    if step.null:
        return "opened for reading only: the app has no secret key"
    if not step.cookie:
        return "opened, empty: no session cookie came"
    return (
        "opened from its cookie"
        if step.contents
        else "opened, empty: the cookie that came held nothing valid"
    )


def _match(step: MatchStep) -> str:
    match step.outcome:
        case Outcome.MATCHED:
            return f"{step.rule}  ->  {step.endpoint}"
        case Outcome.NOT_FOUND:
            return _not_found(step)
        case Outcome.METHOD_NOT_ALLOWED:
            return f"the path fits, the method does not; allowed: {', '.join(step.allowed_methods)}"
        case Outcome.REDIRECT if step.redirect is not None:
            return redirect(step.redirect)
        case Outcome.REDIRECT:
            return f"redirect to {step.redirect_to}" + (f", because of {step.rule}" if step.rule else "")
        case Outcome.WEBSOCKET_MISMATCH:
            return "a rule fits, but only one of request and rule is a WebSocket"
        case Outcome.RAISED:
            return "a converter failed, and a failing converter is a 500"
        case None:
            return "not tried: the request was refused before any rule was looked at"
    assert_never(step.outcome)


def _not_found(step: MatchStep) -> str:
    if step.unreached is None:
        return "no rule fits"
    begins = step.unreached.count("/") == 1
    so_far = f"begins with {step.unreached}" if begins else f"goes on as {step.unreached} does"
    return f"no rule fits: of {count(step.rules_total, 'rule')} none {so_far}"


def _match_details(step: MatchStep) -> Iterator[str]:
    if step.raised:
        yield raised(step.raised)
    if not step.reliable:
        yield "the explanation of this match is not reliable; the result is the router's own"


def _converted(converted: ConvertedValue) -> str:
    if converted.refused:
        return f"{converted.name}: {converted.converter} refused {converted.raw!r}"
    if converted.value is None:
        return f"{converted.name}: {converted.raw!r} was not converted"
    named = f"{converted.name}={value(converted.value)}"
    if converted.converter is None:
        return f"{named} from the rule's defaults"
    return f"{named} by {converted.converter} from {converted.raw!r}"


def _call_details(ran: Call) -> Iterator[str]:
    if ran.printed:
        yield f"printed {ran.printed.rstrip()!r}"
    if ran.raised is not None:
        yield raised(ran.raised)
    elif ran.returned is not None:
        yield f"returned {value(ran.returned)}"
    else:
        yield "was stopped before it returned"


def _hook_details(step: HookStep) -> Iterator[str]:
    """Say what a hook did, so far as it is not simply to let the request go on."""
    ran = step.call
    if ran.printed:
        yield f"printed {ran.printed.rstrip()!r}"
    if ran.raised is not None:
        yield raised(ran.raised)
    elif ran.returned is None:
        yield "was stopped before it returned"
    elif step.when is When.BEFORE_REQUEST and ran.returned.type != "NoneType":
        yield f"returned {value(ran.returned)}, so no view runs"
    elif step.when in (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST) and ran.returned.type == "NoneType":
        yield "returned None: it must return the response"


def _template(step: TemplateStep) -> str:
    return step.name + (f", asked for by {step.parent}" if step.parent else "")


def _template_details(step: TemplateStep) -> Iterator[str]:
    if step.context:
        yield "with " + ", ".join(variable.name for variable in step.context)
    if step.missing:
        yield f"it uses {', '.join(step.missing)}, which nobody gave it: an unknown name prints as nothing"
    if step.raised:
        yield raised(step.raised)
    if step.searched:
        yield f"looked for in {', '.join(step.searched)}"
        yield (
            f"templates there: {', '.join(step.available)}"
            if step.available
            else "there is no template there"
        )


def _error(step: ErrorStep) -> str:
    what = step.exception
    if step.handled_as != step.exception:
        what = f"{step.exception}, taken by no handler, becomes {step.handled_as}"
    if step.propagated:
        return f"{step.exception}: testing or debug mode lets it out of the app; no handler for 500 is asked"
    if step.handler is not None:
        return f"{what}  ->  {step.handler.place.function}"
    if step.code is None:
        return f"{what}: no handler takes it"
    if step.code < 400:
        return f"{what}: the router answers with a redirect, and no handler is asked"
    return f"{what}: no handler takes it, so Flask sends its own {step.code} page"


def _error_details(step: ErrorStep) -> Iterator[str]:
    if step.handler is not None:
        yield from _call_details(step.handler)


def _refused(step: MakeResponseStep) -> str:
    if step.parts not in (0, 2, 3):
        return f"a tuple of {step.parts} cannot become a response: it takes two or three parts"
    if step.shape is Shape.NONE:
        return "None cannot become a response: some way through the function has no return"
    if step.shape is Shape.OTHER:
        part = " as the body of the tuple" if step.parts else ""
        return f"{_a(step)}{part} cannot become a response; it takes {ACCEPTED}"
    return f"{_a(step)} could not be made a response"


def _became(step: MakeResponseStep) -> str:
    match step.shape:
        case Shape.DICT | Shape.LIST:
            return f"{_a(step)} became JSON"
        case Shape.STR | Shape.BYTES:
            return f"{_a(step)} became the body"
        case Shape.ITERATOR:
            return f"{_a(step)} became a body that is made while it is read"
        case Shape.RESPONSE:
            return f"{_a(step)} is sent as it is"
        case Shape.HTTP_EXCEPTION:
            return f"{_a(step)} became its own page"
        case Shape.CALLABLE:
            return f"{_a(step)} answered as a WSGI application"
        case Shape.NONE | Shape.OTHER:
            return f"{_a(step)} was taken"
    assert_never(step.shape)


def _a(step: MakeResponseStep) -> str:
    article = "an" if step.body_type[:1].lower() in "aeiou" else "a"
    return "None" if step.shape is Shape.NONE else f"{article} {step.body_type}"


def _stopped(step: StoppedStep) -> str:
    match step.reason:
        case Stop.LIMIT:
            return f"the time limit of {step.seconds:g} seconds was reached"
        case Stop.INTERRUPT:
            return "Ctrl-C ended the request"
        case Stop.EXIT:
            return "the code called sys.exit, which would end a server"
    assert_never(step.reason)


def _load_details(step: LoadStep) -> Iterator[str]:
    if step.source:
        yield f"the line: {step.source}"
    yield from cause_of_load(step)
    if step.chain:
        yield f"imports that go in a circle: {' -> '.join(step.chain)}"
    for frame in step.frames:
        yield f"{frame.file}:{frame.line} in {frame.function}: {frame.source}"
    if step.printed:
        yield f"printed {step.printed.rstrip()!r}"
