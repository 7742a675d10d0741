"""Traces as JSON: the contract that other tools read.

It turns records into dicts and lists, and makes no sentence of its own.
"""

from __future__ import annotations

from base64 import b64encode
from enum import Enum
from typing import Any, assert_never

from routelab.loading.records import Frame
from routelab.routing.candidate import Candidate
from routelab.tracing import words
from routelab.tracing.load_words import converter_words, taken_words
from routelab.tracing.records import (
    Absent,
    AutomaticOptionsStep,
    Call,
    ContextStep,
    ConvertersStep,
    ErrorStep,
    Escaped,
    HookStep,
    Json,
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
    Response,
    ResponseStep,
    SentRequest,
    SessionStep,
    Step,
    StoppedStep,
    StreamStep,
    TakenEndpoint,
    TemplateStep,
    Trace,
    UnaskedHandler,
    Value,
    ViewStep,
)
from routelab.tracing.response_words import made

SCHEMA = 1
Object = dict[str, Json]


def trace_to_dict(trace: Trace) -> Object:
    """Return the trace as the JSON that `docs/trace.schema.json` describes."""
    return {
        "schema": SCHEMA,
        "engine": {"name": trace.engine, "version": trace.engine_version},
        "app": {"target": trace.target, "name": trace.app_name},
        "request": _request(trace.request),
        "steps": [step_to_dict(step) for step in trace.steps],
        "response": None if trace.response is None else _response(trace.response),
        "exception": None if trace.exception is None else _escaped(trace.exception),
        "notes": [_plain(note) for note in trace.notes],
        "redirects": [trace_to_dict(hop) for hop in trace.redirects],
    }


def step_to_dict(step: Step) -> Object:
    """Return one step, its `kind` first."""
    return {"kind": words.kind(step), **_facts(step)}


def _facts(step: Step) -> Object:
    match step:
        case RequestStep():
            return _plain(step) | {"json": None if step.json is None else _value(step.json)}
        case ContextStep():
            return {"event": step.event.value}
        case SessionStep():
            return _plain(step) | {"contents": _named(step.contents), "raised": _raised(step.raised)}
        case MatchStep():
            return _match(step)
        case ConvertersStep():
            return {
                "values": [
                    _plain(converted)
                    | {"value": None if converted.value is None else _value(converted.value)}
                    for converted in step.values
                ]
            }
        case HookStep():
            return {"when": step.when.value, "blueprint": step.blueprint} | _call(step.call)
        case ViewStep():
            facts: Object = {"endpoint": step.endpoint, "builtin": step.builtin}
            return facts | _call(step.call) | {"source": list(step.source)}
        case TemplateStep():
            return _plain(step) | {"context": _named(step.context), "raised": _raised(step.raised)}
        case ErrorStep():
            return _plain(step) | {
                "handler": None if step.handler is None else _call(step.handler),
                "unasked": [_unasked(handler) for handler in step.unasked],
            }
        case MakeResponseStep():
            return _plain(step) | {"raised": _raised(step.raised), "text": made(step)}
        case StreamStep():
            return _plain(step) | {"raised": _raised(step.raised)}
        case AutomaticOptionsStep() | StoppedStep():
            return _plain(step)
        case ResponseStep():
            return _response_step(step)
        case LoadStep():
            return _load(step)
    assert_never(step)


def _plain(record: Any) -> Object:
    """Return a record's scalars, enums and pairs; fields of other kinds are overwritten by the caller."""
    return {name: _scalar(thing) for name, thing in record._asdict().items()}


def _scalar(thing: Any) -> Json:
    if isinstance(thing, Enum):
        return thing.value  # type: ignore[no-any-return]
    if isinstance(thing, tuple):
        return [_scalar(item) for item in thing]
    return thing  # type: ignore[no-any-return]


def _load(step: LoadStep) -> Object:
    taken, converter = step.taken, step.converter
    return _plain(step) | {
        "frames": [_plain(frame) for frame in step.frames],
        "taken": None if taken is None else _taken(taken),
        "converter": None if converter is None else _plain(converter) | {"text": converter_words(converter)},
    }


def _taken(taken: TakenEndpoint) -> Object:
    return _plain(taken) | {
        "first": _plain(taken.first),
        "second": _plain(taken.second),
        "wrapper": None if taken.wrapper is None else _plain(taken.wrapper),
        "text": taken_words(taken),
    }


def _match(step: MatchStep) -> Object:
    return _plain(step) | {
        "candidates": [_candidate(placed) for placed in step.candidates],
        "suggestions": [suggestion.to_json(told=True) for suggestion in step.suggestions],
        "closest": [_candidate(placed) for placed in step.closest],
        "authors": [_author(placed) for placed in step.authors],
        "redirect": None if step.redirect is None else step.redirect.to_json(told=True),
        "raised": _raised(step.raised),
    }


def _candidate(placed: PlacedCandidate) -> Object:
    candidate: Candidate = placed.candidate
    return {
        "rule": candidate.rule,
        "endpoint": candidate.endpoint,
        "methods": None if candidate.methods is None else list(candidate.methods),
        "verdict": candidate.verdict.value,
        "reason": None if candidate.reason is None else candidate.reason.value,
        "segment": candidate.segment,
        "text": candidate.text,
        "file": placed.place.file,
        "line": placed.place.line,
    }


def _author(placed: PlacedAuthor) -> Object:
    author, place = placed.author, placed.place
    return {
        "rule": author.rule,
        "endpoint": author.endpoint,
        "methods": list(author.methods),
        "added": list(author.added),
        "file": place.file,
        "line": place.line,
    }


def _call(call: Call) -> Object:
    return {
        "function": call.place.function,
        "file": call.place.file,
        "line": call.place.line,
        "arguments": _named(call.arguments),
        "printed": call.printed,
        "returned": None if call.returned is None else _value(call.returned),
        "raised": _raised(call.raised),
    }


def _unasked(handler: UnaskedHandler) -> Object:
    return {"blueprint": handler.blueprint, **_plain(handler.place)}


def _response_step(step: ResponseStep) -> Object:
    return {
        "status": step.status,
        "reason_phrase": step.reason_phrase,
        "complete": step.complete,
        "headers": [
            {"name": header.name, "value": header.value, "from": _origin(header.origin)}
            for header in step.headers
        ],
    }


def _origin(origin: Origin) -> Object:
    place: Place = origin.place
    return {"stage": origin.stage.value, "function": place.function, "file": place.file, "line": place.line}


def _named(things: tuple[NamedValue, ...]) -> Object:
    return {thing.name: _value(thing.value) for thing in things}


def _value(value: Value) -> Object:
    described: Object = {"type": value.type, "repr": value.repr}
    if value.json is not Absent.ABSENT:
        described["json"] = value.json
    return described


def _raised(raised: Raised | None) -> Json:
    return None if raised is None else _plain(raised)


def _escaped(escaped: Escaped) -> Object:
    frames: tuple[Frame, ...] = escaped.frames
    return {"type": escaped.type, "message": escaped.message, "frames": [_plain(frame) for frame in frames]}


def _request(request: SentRequest) -> Object:
    body, encoding = (None, None) if request.body is None else _body(request.body)
    return {
        "method": request.method,
        "path": request.path,
        "query_string": request.query_string,
        "headers": _pairs(request.headers),
        "body": body,
        "body_encoding": encoding,
        "body_size": len(request.body or b""),
    }


def _response(response: Response) -> Object:
    body, encoding = _body(response.body)
    return {
        "status": response.status,
        "reason_phrase": response.reason_phrase,
        "headers": _pairs(response.headers),
        "body": body,
        "body_encoding": encoding,
        "body_size": len(response.body),
        "truncated": response.truncated,
        "complete": response.complete,
    }


def _pairs(pairs: Pairs) -> Json:
    return [[name, value] for name, value in pairs]


def _body(body: bytes) -> tuple[str, str]:
    """Return the text of a UTF-8 body, the base64 of any other, and which it is."""
    try:
        return body.decode("utf-8"), "text"
    except UnicodeDecodeError:
        return b64encode(body).decode("ascii"), "base64"
