"""The recorder's oracle is the other engine: every case of the engine's suite is told alike on both.

The requests go through the lab, so that what is compared is the whole trace, step by step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from werkzeug.test import EnvironBuilder

from engine.test_engine_blog import APPS, VISIT
from engine.test_engine_equals_flask import as_in_3_1, each_case
from engine.test_engine_recordshop import VISIT as SHOP_VISIT
from engine.test_engine_recordshop import shop_in
from engine.twins import Case, Sent, comparable, masked, write_files
from routelab.lab import Lab, load
from routelab.requestline.record import RequestLine
from routelab.tracing.trace import Trace
from support import ENGINES, Object, checked

Visit = Sequence[tuple[str, str, int]]


def request_of(sent: Sent) -> RequestLine:
    """Write a case's request, which is given as the test client takes it, as a request line."""
    line, options = (sent, {}) if isinstance(sent, str) else sent
    method, path, *form = line.split(" ")
    if form:
        options = {"data": form[0], "content_type": "application/x-www-form-urlencoded", **options}
    options = dict(options)
    follow = options.pop("follow_redirects", False)
    if subdomain := options.pop("subdomain", None):
        options["base_url"] = f"http://{subdomain}.example.com"
    if scheme := options.pop("url_scheme", None):
        options["base_url"] = f"{scheme}://localhost"
    builder = EnvironBuilder(path, method=method, **options)
    environ = builder.get_environ()
    body = environ["wsgi.input"].read()
    builder.close()
    headers = [(name, value) for name, value in builder.headers.items() if name != "Content-Length"]
    if "CONTENT_TYPE" in environ and not any(name == "Content-Type" for name, _ in headers):
        headers.append(("Content-Type", environ["CONTENT_TYPE"]))
    return RequestLine(
        method=method,
        path=quote(environ["PATH_INFO"].encode("latin-1"), safe="/%:@!$&'()*+,;=~-._") or "/",
        query_string=environ["QUERY_STRING"],
        headers=tuple(headers),
        body=body or None,
        follow=follow,
        host=None if builder.host == "localhost" else builder.host,
        scheme=None if environ["wsgi.url_scheme"] == "http" else environ["wsgi.url_scheme"],
    )


RECURSION = re.compile("maximum recursion depth exceeded(?: in comparison| while [a-z ]+ Python object)?")
# Of a traceback: an engine's own lines are its own affair, the app's are alike.
FRAMEWORK_FRAMES = re.compile(r'  File "(?:routelab/engine|flask|jinja2|werkzeug)/[^\n]*\n(?:    [^\n]*\n)*')


def without_accidents(document: Object) -> Object:
    """Take out what differs from run to run, and the engine's own name."""

    def clean(thing: Any) -> Any:
        if isinstance(thing, dict):
            if set(thing) >= {"name", "value", "from"}:
                thing = {**thing, "value": comparable(thing["name"], thing["value"])}
            if "steps" in thing and "RecursionError" in str(thing.get("exception")):
                # How many templates extend each other until then, and what the last of them still could tell.
                templates = [it for it in thing["steps"] if it["kind"] == "template"][3:]
                thing = {**thing, "steps": [it for it in thing["steps"] if it not in templates]}
            if thing.get("type") == "RecursionError" and "frames" in thing:
                thing = {**thing, "frames": "<as deep as the limit lets it>"}
            if thing.get("expires") is not None:  # counted from the moment that the cookie was set in
                thing = {**thing, "expires": "<date>"}
            # Flask logs to the request's error stream, and the engine, without a handler, to the process's.
            return {
                key: clean(value) for key, value in thing.items() if key not in ("engine", "printed_past")
            }
        if isinstance(thing, list):
            thing = [
                it for it in thing if not (isinstance(it, str) and it.startswith("wrote past sys.stdout"))
            ]
            if len(thing) == 2 and all(isinstance(item, str) for item in thing):
                name, value = thing
                return [name, value.split(".")[0] if name == "session" else comparable(name, masked(value))]
            return [clean(item) for item in thing]
        return text_without_accidents(thing) if isinstance(thing, str) else thing

    return json.loads(json.dumps(clean(document)))  # type: ignore[no-any-return]


@lru_cache(10_000)  # most texts are in many traces
def text_without_accidents(text: str) -> str:
    text = re.sub(r"\S+/(?:routelab/engine|flask)/app\.py:\d+:", "flask:", text)  # of a warning
    # Where the recursion limit is met depends on how deep the caller's own frames are.
    if text.startswith("Traceback") and "RecursionError" in text:
        return "<traceback of a recursion>"
    text = RECURSION.sub("maximum recursion depth exceeded", text)
    text = FRAMEWORK_FRAMES.sub("", text)
    text = re.sub(r"Expires=[^;]+", "Expires=<date>", text)
    return re.sub(r"routelab\.engine|routelab's engine", "flask", masked(text))


def told_by(lab: Lab, request: RequestLine) -> Trace:
    """Send a request; what one engine tells is held against the schema, and the other's is to be the same."""
    trace = lab.send(request)
    if trace.engine.name == "flask":
        checked(trace)
    return trace


def assert_told_alike(one: Trace, other: Trace) -> None:
    """Hold one engine's trace against the other's; accidents are taken out only where they differ."""
    assert {one.engine.name, other.engine.name} == set(ENGINES)
    if one.replace(engine=other.engine) != other:
        assert without_accidents(one.to_dict()) == without_accidents(other.to_dict())


@each_case
def test_both_engines_are_told_alike(case: Case, tmp_path: Path) -> None:
    write_files(case, tmp_path)
    requests = [request_of(sent) for sent in case.requests or ("GET /",)]
    told = []
    for engine in ENGINES:
        with load(tmp_path / "app.py", engine=engine) as lab:
            told.append([told_by(lab, request) for request in requests])
    for one, other in zip(*told, strict=True):
        assert_told_alike(one, other)


def test_a_whole_project_is_told_alike(tmp_path: Path) -> None:
    """The blog of three visitors, each with a lab and its cookies, on one database an engine."""
    told = [visited(f"blog:create_app({str(tmp_path / it)!r})", it, APPS, VISIT) for it in ENGINES]
    assert_visits_told_alike(told, VISIT)


@as_in_3_1
def test_an_app_of_the_tutorials_shape_is_told_alike(tmp_path: Path) -> None:
    """The record shop, with settings and a database in its instance folder."""
    told = [visited("recordshop", engine, shop_in(tmp_path / "shop"), SHOP_VISIT) for engine in ENGINES]
    assert_visits_told_alike(told, SHOP_VISIT)


def visited(target: str, engine: str, folder: Path, visit: Visit) -> list[Trace]:
    with ExitStack() as stack:
        labs = {
            who: stack.enter_context(load(target, engine=engine, folder=folder))
            for who in ("guest", "ann", "bob")
        }
        return [told_by(labs[who], request_of(line)) for who, line, _ in visit]


def assert_visits_told_alike(told: list[list[Trace]], visit: Visit) -> None:
    for one, other, (_, _, status) in zip(*told, visit, strict=True):
        assert one.response is not None
        assert one.response.status == status
        one = one.replace(app=other.app, command=other.command)  # both name the folder
        assert_told_alike(one, other)
