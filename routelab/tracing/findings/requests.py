"""Findings on what came with a request: missing keys, a body of another type, a form that was lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from routelab.record import Json
from routelab.routing.wording import listed
from routelab.tracing.answers.sent_keys import keys_sent, sent_as_asked, sent_elsewhere, was_read_before
from routelab.tracing.body_reads import READ_BEFORE, Asked, Lacking
from routelab.tracing.facts import Call, Raised
from routelab.tracing.findings.finding import Detected
from routelab.tracing.findings.own_lines import failing_line, reads_json
from routelab.tracing.phrases import at_place
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_FILES = re.compile(r"\brequest\.files\b")
_BRACKETS = re.compile(r"\brequest\.(args|cookies|files|form|values)\[")
_SHOWN_KEYS = 8
_NO = ("false", "0", "no", "off", "f", "n", "none", "null")
_PLACES = {
    "args": "request.args",
    "form": "request.form",
    "files": "request.files",
    "cookies": "request.cookies",
    "json": "the JSON of the body (request.get_json())",
}


def _raising(trace: Trace, kind: str) -> Iterator[tuple[ViewStep | HookStep, Call, Raised]]:
    for step in trace.steps:
        if isinstance(step, (ViewStep, HookStep)) and step.call.ran:
            raised = step.call.raised
            if raised is not None and raised.type == kind:
                yield step, step.call, raised


def missing_key(_: None, trace: Trace) -> Detected | None:
    """Find where a key was asked for in brackets, and it did not come, or came elsewhere."""
    sent = trace.first(RequestStep)
    for step, call, raised in _raising(trace, "BadRequestKeyError"):
        if raised.missing_key is None or sent is None:
            continue
        key = raised.missing_key.strip("'\"")
        places = [_PLACES[name] for name in sent_elsewhere(sent, key, raised.asked_of)]
        said = f"it came in {listed(tuple(places), 'and')}" if places else _what_came(sent)
        if sent_as_asked(sent, key, raised.asked_of):
            gone = READ_BEFORE if was_read_before(sent) else "the app had it no more"
            said = f"the request sent it, but {gone}"
        elif not places and set(_BRACKETS.findall(failing_line(call, raised))) == {"cookies"}:
            said = _what_came(sent) if sent.cookies else "the request has no cookies"
        return Detected(
            f"The key {key!r} was asked for{at_place(raised)}, and it is not there: {said}.",
            {"key": key, "found_in": list(places)},
            step,
        )
    return None


def bool_of_text(sent: RequestStep, _trace: Trace) -> Detected | None:
    """Find where `bool` was asked of a text that says no: it is True, as every text with a character is."""
    for asked in sent.conversions:
        if asked.raised is None and asked.text.lower() in _NO:
            return Detected(
                f"{asked.words}. Compare it with what stands for yes.",
                {"text": asked.text},
            )
    return None


def no_enctype(sent: RequestStep, trace: Trace) -> Detected | None:
    """Find where a file was asked for and text came, or multipart came without a boundary."""
    for read in sent.reads:
        if read.lacking is Lacking.NO_BOUNDARY:
            return Detected(
                f"The Content-Type is {read.content_type} and has no boundary, so the parts of the body "
                "cannot be told: leave the header to the program that makes the body.",
                {"content_type": read.content_type},
            )
    for step, call, raised in _raising(trace, "BadRequestKeyError"):
        key = (raised.missing_key or "").strip("'\"")
        if sent.files or key not in dict(sent.form) or not _FILES.search(failing_line(call, raised)):
            continue
        return Detected(
            f"{key} came as a text field and not as a file{at_place(raised)}: the form needs "
            'enctype="multipart/form-data".',
            {"key": key},
            step,
        )
    return None


def plain_key_error(_: None, trace: Trace) -> Detected | None:
    """Find where a header, or a key of the JSON that came, is missing, and Python's own KeyError is a 500."""
    sent = trace.first(RequestStep)
    for step, call, raised in _raising(trace, "KeyError"):
        key = (raised.missing_key or raised.message).strip("'\"")
        line = failing_line(call, raised)
        if key.startswith("HTTP_") and "headers[" in line:
            name = key.removeprefix("HTTP_").replace("_", "-").title()
            return Detected(
                f"The header {name} was asked for{at_place(raised)}, and the request does not have it: "
                f"request.headers[...] raises a plain KeyError, a 500. request.headers.get({name!r}) "
                "gives None.",
                {"header": name},
                step,
            )
        if sent is None or sent.json is None or not isinstance(sent.json.json, dict):
            continue
        if key not in sent.json.json and reads_json(call, raised, key):
            return Detected(
                f"The JSON in the request has no {key!r}{at_place(raised)}, and a dict raises a plain "
                f"KeyError, a 500: check for the key, and answer 400. {_keys_of_json(sent.json.json)}",
                {"key": key},
                step,
            )
    return None


def wrong_content_type(sent: RequestStep, trace: Trace) -> Detected | None:
    """Find where the body is JSON, its type says otherwise, and get_json answered 415."""
    if trace.response is None or trace.response.status != 415:
        return None
    read = next((it for it in sent.reads if it.asked is Asked.JSON and it.raised == 415), None)
    if read is None or read.lacking is not Lacking.OTHER_TYPE or not _is_json(trace.request.body):
        return None
    came = f"says {read.content_type}" if read.content_type else "is missing"
    return Detected(
        f"The body is JSON, and the header Content-Type {came}: the client has to send "
        "Content-Type: application/json.",
        {"content_type": read.content_type},
    )


def form_lost(_: None, trace: Trace) -> Detected | None:
    """Find where a redirect dropped the form, and the page behind it asked for a key of that form."""
    sent = trace.first(RequestStep)
    if sent is None or not sent.form or trace.response is None or not trace.redirects:
        return None
    if trace.response.status not in (301, 302, 303):
        return None
    hop = trace.redirects[0]
    for *_where, raised in _raising(hop, "BadRequestKeyError"):
        key = (raised.missing_key or "").strip("'\"")
        if key in dict(sent.form) and hop.request.method == "GET":
            return Detected(
                f"The form had {key!r}, and after a {trace.response.status} the client asks for "
                f"{hop.request.path} with GET and without a body{at_place(raised)}: read the form "
                "before the redirect.",
                {"key": key, "status": trace.response.status},
                trace.first(ViewStep),
            )
    return None


def _what_came(sent: RequestStep) -> str:
    came = [(_PLACES[name], sorted(keys)[:_SHOWN_KEYS]) for name, keys in keys_sent(sent).items() if keys]
    if not came:
        return "the request has no query, no form and no JSON"
    return "; ".join(f"{place} has {listed(tuple(map(repr, keys)), 'and')}" for place, keys in came)


def _keys_of_json(came: dict[str, Json]) -> str:
    keys = tuple(repr(key) for key in sorted(came)[:_SHOWN_KEYS])
    return f"It has {listed(keys, 'and')}." if keys else "It is empty."


def _is_json(body: bytes | None) -> bool:
    if not body or not body.strip():
        return False
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
