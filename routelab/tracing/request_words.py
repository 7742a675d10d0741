"""What came with a request, in words: its path, query and body, and the session from its cookie.

It knows no route and no code of the app.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.tracing.phrases import arguments, count, one_line, pairs, raised
from routelab.tracing.records import Event, RequestStep, SessionStep


def request_headline(step: RequestStep) -> str:
    """Say what was asked for: "path /search, query q='cat', no body"."""
    root = f", below {step.script_root}" if step.script_root else ""
    sent = f", sent as {step.sent_path}" if step.sent_path else ""
    query = f", query {pairs(step.query)}" if step.query else ", no query"
    return f"path {step.path}{root}{sent}{query}, {_body(step)}"


def request_details(step: RequestStep) -> Iterator[str]:
    """Say what came along: headers, form, files, JSON, cookies."""
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


def _body(step: RequestStep) -> str:
    if step.form or step.files:
        return "a form in the body"
    if step.json is not None:
        return "JSON in the body"
    if step.json_error:
        return "a body that is not the JSON it says"
    return f"a body of {count(step.body_size, 'byte')}" if step.body_size else "no body"


def session_headline(step: SessionStep) -> str:
    """Say what became of the session: "opened from its cookie"."""
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


def session_details(step: SessionStep) -> Iterator[str]:
    """Say what the session holds, and what went wrong with it."""
    if step.contents:
        yield f"it holds {arguments(step.contents)}"
    if step.raised:
        yield raised(step.raised)
