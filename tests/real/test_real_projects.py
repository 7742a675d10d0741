"""Real extensions: each answer is that of Flask's own test client, and what a trace claims did happen.

The oracle is a twin of each app in a process of its own, which routelab has no part in (witness.py).
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from real.visits import APPS, Visitor, names
from routelab.lab import load
from routelab.requestline.parsing import parse
from routelab.requestline.record import RequestLine
from routelab.routing.candidate import Verdict
from routelab.tracing.facts import Call, Place
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.response import Origin, ResponseStep, Stage
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from support import Object, checked
from truth.shown import plain

ENVIRONMENT = Path(os.environ["ROUTELAB_REAL"])
PYTHON = str(next(iter(ENVIRONMENT.glob("*/python")), ENVIRONMENT))
FAILURES_OF_OURS = ("not recorded", "not reliable", "rules_not_judged", "routelab/tracing")
# What differs from one run to the next: dates, signatures, random names, addresses of objects.
_ACCIDENTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?",
        r"\.?[\w-]{10,}\.[\w-]{6,}\.[\w-]{20,}",
        r"0x[0-9a-f]{6,}",
        r"\b[0-9a-f]{32,}\b",
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{17,}",
        r"\b\d{10}(\.\d+)?\b",
        r"_dash-config.*",
        r'(?<="sid":")[\w-]+',
        r"\b[A-Za-z0-9]{52}\b",  # moto's names of requests
        r"(?<=RequestId>)\w+|(?<=HostId>)[\w/+=]+",
    )
)


# The headers that an HTTP error's own page may have.
_OF_PAGES = {"allow", "content-length", "content-type", "location", "retry-after", "www-authenticate"}


class Twin:
    """The untraced app, which answers and tells what it did."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Self:
        command = [PYTHON, str(Path(__file__).parent / "witness.py"), self._name]
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=APPS,
            env={**environment, "PYTHONPATH": str(APPS), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, way: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def ask(self, request: RequestLine, trace: Trace) -> Object:
        """Send the request of a trace, cookies and all."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        sent = trace.request
        query = f"?{sent.query_string}" if sent.query_string else ""
        asked = {
            "url": f"{request.scheme or 'http'}://{request.host or 'localhost'}{sent.path}{query}",
            "method": sent.method,
            "headers": sent.headers,
            "body": sent.body and base64.b64encode(sent.body).decode(),
        }
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        told: Object = json.loads(self._process.stdout.readline())
        return told


def without_accidents(text: str) -> str:
    for pattern in _ACCIDENTS:
        text = pattern.sub("<accident>", text)
    return text


def comparable(headers: Any) -> list[tuple[str, str]]:
    told = ((name, without_accidents(value)) for name, value in headers)
    return sorted((name, ", ".join(sorted(value.split(", ")))) for name, value in told)


@pytest.mark.parametrize("name", names())
def test_every_answer_is_flasks_and_every_claim_is_true(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")  # some documents are written from sets
    visitor, problems = Visitor(name), []
    with Twin(name) as twin, load(f"{name}.py", engine="flask", python=PYTHON, folder=APPS) as lab:
        assert lab.failure is None, lab.failure
        for visit in visitor:
            request = parse(visit.line)
            trace = lab.send(request, all_candidates=True)
            told = twin.ask(request, trace)
            assert trace.response is not None, plain(trace, verbose=True)
            visitor.body = trace.response.body
            wrong = [*unlike(trace, told, visit.status), *untrue(trace, told)]
            problems += [f"{visit.line}: {each}" for each in wrong]
    assert not problems, "\n".join(problems)


def unlike(trace: Trace, told: Object, status: int) -> Iterator[str]:
    """Say what differs from the twin's answer, and what the trace leaves out."""
    checked(trace)
    response = trace.response
    assert response is not None
    if response.status != status:
        yield f"{response.status} and not {status}"
    if f"{response.status} {response.reason_phrase}" != told["status"]:
        yield f"the status {response.status} {response.reason_phrase} and not {told['status']}"
    if comparable(response.headers) != comparable(told["headers"]):
        yield f"the headers {comparable(response.headers)} and not {comparable(told['headers'])}"
    bodies = [body.decode("latin-1") for body in (response.body, base64.b64decode(told["body"]))]
    if not response.truncated and without_accidents(bodies[0]) != without_accidents(bodies[1]):
        yield f"the body {bodies[0][:300]!r} and not {bodies[1][:300]!r}"
    shown = plain(trace, verbose=True)
    yield from (f"{words!r} is said:\n{shown}" for words in FAILURES_OF_OURS if words in shown)


def untrue(trace: Trace, told: Object) -> Iterator[str]:
    """Say what the trace claims and the twin has not seen."""
    yield from _untrue_of_calls(trace, told)
    yield from _untrue_of_rules(trace, told)
    yield from _untrue_of_headers(trace, told)


def _calls(trace: Trace) -> Iterator[Call]:
    for step in trace.steps:
        if (isinstance(step, ViewStep) and not step.builtin) or isinstance(step, HookStep):
            yield step.call
        elif isinstance(step, ErrorStep) and step.handler is not None:
            yield step.handler


def _untrue_of_calls(trace: Trace, told: Object) -> Iterator[str]:
    for call in _calls(trace):
        told_of = ((call.place, call.ran), *((each.place, each.ran) for each in call.wrappers))
        ran_once = {place for place, ran in told_of if ran}
        for place, ran in told_of:
            # A decorator that is used twice has one code, of which the twin sees only that it was entered.
            if _entered(place, told) is not ran and (ran or place not in ran_once):
                yield f"{place} is said {'' if ran else 'not '}to have run"


def _entered(place: Place, told: Object) -> bool:
    return any(_is(place, seen) for seen in told["entered"])


def _is(place: Place, seen: Object) -> bool:
    """Tell whether a function that was seen is the one that a trace names."""
    module, _, name = (place.function or "").rpartition(":")
    qualified = seen["name"].rpartition("<locals>.")[2]
    if name not in (qualified, qualified.rpartition(".")[2], qualified.removesuffix(".__call__")):
        return False
    if place.file is None:
        return bool(seen["module"] == module) if module else True
    return bool(seen["file"] == str(APPS / place.file)) and seen["line"] <= (place.line or 0)


def _untrue_of_rules(trace: Trace, told: Object) -> Iterator[str]:
    step = trace.first(MatchStep)
    if step is None:
        return
    alone: dict[tuple[str, str, str], set[str]] = {}
    for rule in told["rules"]:
        alone.setdefault((rule["rule"], rule["endpoint"], str(rule["methods"])), set()).add(rule["alone"])
    for placed in step.candidates:
        it = placed.candidate
        methods = str(None if it.methods is None else list(it.methods))
        outcomes = alone[it.rule, it.endpoint, methods]
        fits = it.verdict in (Verdict.MATCH, Verdict.SHADOWED)
        if fits is not ("match" in outcomes) and len(outcomes) == 1:
            yield f"{it.rule} ({it.endpoint}) {it.verdict.value}: {it.text}; alone it is {outcomes}"


def _untrue_of_headers(trace: Trace, told: Object) -> Iterator[str]:
    step = trace.first(ResponseStep)
    if step is None:
        return
    view = trace.first(ViewStep)
    if view is not None and view.builtin:  # Flask's own, for files
        return
    for header in step.headers:
        for origin in (header.origin, *(part.origin for part in header.also)):
            somebodys = origin.stage in (Stage.VIEW, Stage.HOOK) or (
                origin.stage is Stage.ERROR and origin.place.file is not None
            )
            if origin.stage is Stage.ERROR and not somebodys and header.name.lower() not in _OF_PAGES:
                yield f"{header.name} is said to come from the page of {origin.place.function}"
            if somebodys and not _was_set_by(header.name, origin, told):
                yield f"{header.name}: {header.value} was not set by {origin.place}"


def _was_set_by(header: str, origin: Origin, told: Object) -> bool:
    name = (origin.place.function or "").rpartition(":")[2].rpartition(".")[2]
    for stack in told["writers"].get(header.lower(), ()):
        if not stack:
            return True
        at_work = [part for frame in stack for part in frame["name"].split(".")]
        # What is returned beside a body is set by make_response, on behalf of who returned it.
        if name in at_work or "make_response" in at_work:
            return True
    return False
