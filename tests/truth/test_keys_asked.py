"""Texts that an app has converted, and what it got: each place that has texts, each way to write it, many converters."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.requestline.record import RequestLine
from routelab.tracing.steps.request import RequestStep
from support import ENGINES, checked, lab_of

pytestmark = pytest.mark.worker

PLACES = ("args", "form", "cookies")
WAYS = (
    "get('a', 7, type={})",
    "get('a', 7, {})",
    "get('a', type={})",
    "getlist('a', type={})",
    "getlist('a', {})",
)
TYPES = ("int", "float", "bool", "str", "'int'", "lambda text: int(text)")
TEXTS = ("12", "x", "")
ASKED = tuple(f"request.{place}.{way.format(kind)}" for place, way, kind in product(PLACES, WAYS, TYPES))
APP = """\
from flask import Flask, request

app = Flask(__name__)
kept = []

@app.get("/marks")
def marks():
    dicts = [kept[-1], kept[-1].args, kept[-1].form, kept[-1].cookies]
    marks = {"get", "getlist", "parameter_storage_class", "dict_storage_class"}
    return sorted(name for each in dicts for name in marks & vars(each).keys())

@app.post("/")
def all_of_them():
    kept.append(request._get_current_object())
    return repr((request.args["a"], request.form["a"], request.cookies["a"], type(request.args)))
"""
APP += "".join(
    f"\n@app.post('/{number}')\ndef f{number}():\n    return repr({asked})\n"
    for number, asked in enumerate(ASKED)
)


def line_of(path: str, text: str) -> RequestLine:
    form = ("Content-Type", "application/x-www-form-urlencoded")
    return RequestLine(
        method="POST",
        path=path,
        query_string=f"a={text}",
        headers=(form, ("Cookie", f"a={text}")),
        body=f"a={text}".encode(),
    )


def expected(asked: str, text: str) -> str | None:
    """Say what raised, "" where nothing did and it is told all the same, None where there is nothing to tell."""
    if "'int'" in asked:
        return "TypeError"
    if "bool" in asked:
        return None if "getlist" in asked else ""
    return "ValueError" if "str" not in asked and text != "12" else None


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_not_converted_is_told_and_the_app_gets_what_it_gets_untraced(
    engine: str, tmp_path: Path
) -> None:
    namespace: dict[str, object] = {"__name__": "untraced"}
    exec(compile(APP, "untraced.py", "exec"), namespace)
    client = namespace["app"].test_client(use_cookies=False)  # type: ignore[attr-defined]
    with lab_of(tmp_path, APP, engine) as lab:
        for (number, asked), text in product(enumerate(ASKED), TEXTS):
            line = line_of(f"/{number}", text)
            trace = lab.send(line)
            checked(trace)
            untraced = client.post(
                f"/{number}", query_string=line.query_string, headers=line.headers, data=line.body
            )
            assert trace.response is not None
            assert trace.response.body == untraced.data
            step = trace.first(RequestStep)
            assert step is not None
            why = expected(asked, text)
            assert [it.raised or "" for it in step.conversions] == ([] if why is None else [why]), (
                asked,
                text,
            )
            for it in step.conversions:
                assert it.words in step.details
                assert it.written.partition("(")[0] == asked.partition("(")[0]
                assert it.gave == (None if "getlist" in asked else untraced.text)
                assert (it.file, APP.splitlines()[(it.line or 0) - 1]) == (
                    "app.py",
                    f"    return repr({asked})",
                )


@pytest.mark.parametrize("engine", ENGINES)
def test_the_request_and_its_dicts_are_left_as_they_were(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        lab.send(line_of("/", "1"))
        response = lab.send("GET /marks").response
    assert response is not None
    assert response.body.strip() == b"[]"


# A key that is not there: how the request is sent, what is asked, and what is told of it.
SENT = {
    "args": RequestLine(method="POST", path="/", query_string="files=1"),
    "form": RequestLine(
        method="POST",
        path="/",
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=b"files=1",
    ),
    "cookies": RequestLine(method="POST", path="/", headers=(("Cookie", "files=1"),)),
    "nothing": RequestLine(method="POST", path="/"),
}
KEYS = ("file", "files", "FILES", "size")
MISSED = "from flask import Flask, request\n\napp = Flask(__name__)\n" + "".join(
    f"\n@app.post('/{place}/{key}')\ndef {place}_{key}():\n    return str(request.{place}.get('{key}'))\n"
    f"\n@app.post('/any/{place}/{key}')\ndef any_{place}_{key}():\n"
    f"    return str([request.{place}.get('{key}'), *(request.{{}}.get('{key}') for _ in '1')])\n".format(
        "args"
    )
    for place, key in product(PLACES, KEYS)
)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_that_is_not_there_and_came_elsewhere_or_nearly(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, MISSED, engine) as lab:
        for (sent, line), place, key in product(SENT.items(), PLACES, KEYS):
            (step,) = (
                it for it in lab.send(line.replace(path=f"/{place}/{key}")).steps if type(it) is RequestStep
            )
            why = None
            if key == "files" and sent not in ("nothing", place):
                why = f"it came in request.{sent}"
            if key in ("file", "FILES") and sent == place:
                why = "the request has 'files'"
            asked = f"request.{place}.get('{key}')"
            at = MISSED.split("\n").index(f"    return str({asked})") + 1
            assert [it.words for it in step.missed] == (
                [] if why is None else [f"{asked} at app.py:{at} found no '{key}': {why}"]
            )


@pytest.mark.parametrize("engine", ENGINES)
def test_who_asks_in_more_places_and_finds_it_is_told_nothing(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, MISSED, engine) as lab:
        for place in PLACES:
            trace = lab.send(SENT["args"].replace(path=f"/any/{place}/files"))
            assert checked(trace)["steps"][0]["missed"] == []
