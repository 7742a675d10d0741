"""What is said of a body: what was written where JSON has no form for it, and how long its headers say it is.

The oracles are a strict reader of JSON, and an HTTP client at Werkzeug's own server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection, IncompleteRead

import pytest

from realserver import RealServer
from routelab.lab import Lab
from support import ENGINES, checked, lab_of, step, write_app
from tables import each
from truth.shown import plain

NUMBERS = {
    "nan": "float('nan')",
    "infinity": "float('inf')",
    "minus": "-float('inf')",
    "text": "'NaN'",
    "one": "1",
}
AROUND = {
    "dict": "{{'n': {}}}",
    "list": "[1, [{}]]",
    "tuple": "({{'n': {}}}, 200)",
    "jsonify": "jsonify(n={})",
    "dumps": "Response(json.dumps([{}]), mimetype='application/json')",
    "handler": "fail([{}])",
}
LENGTHS = {
    "shorter": "tell(Response('hello'), '3')",
    "longer": "tell(Response('hello'), '9')",
    "same": "tell(Response('hello'), '5')",
    "of_text": "('hello', 200, {'Content-Length': '9'})",
    "of_pieces": "(iter(['hel', 'lo']), 200, {'Content-Length': '9'})",
    "of_dict": "({'a': 1}, 200, {'Content-Length': '2'})",
    "no_body": "tell(Response('', 204), '9')",
    "not_changed": "tell(Response('', 304), '9')",
}
SOURCE = """
import json
from flask import Flask, Response, jsonify
app = Flask(__name__)

class Failed(Exception):
    pass

def fail(body):
    raise Failed(body)

@app.errorhandler(Failed)
def failed(error):
    return error.args[0]

def tell(response, length):
    response.headers["Content-Length"] = length
    return response
"""
for number, value in NUMBERS.items():
    for around, written in AROUND.items():
        view = f"{number}_{around}"
        SOURCE += f"\n@app.route('/{view}')\ndef {view}():\n    return {written.format(value)}\n"
for name, returned in LENGTHS.items():
    SOURCE += f"\n@app.route('/{name}')\ndef {name}():\n    return {returned}\n"


@pytest.fixture(scope="module", params=ENGINES)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab_of(tmp_path_factory.mktemp("bodies"), SOURCE, str(request.param)) as made:
        yield made


def is_json(body: str) -> bool:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(body, parse_constant=refuse)
    except ValueError:
        return False
    return True


@each("around", AROUND)
@each("number", NUMBERS)
def test_what_is_no_json_is_not_said_to_have_become_json(lab: Lab, number: str, around: str) -> None:
    trace = lab.send(f"GET /{number}_{around}")
    document = checked(trace)
    assert trace.response is not None
    body = trace.response.body.decode()
    made = step(document, "make_response")
    assert (made["constant"] is None) is is_json(body)
    if not is_json(body):
        assert made["constant"] in body
        assert "became JSON" not in plain(trace, verbose=True)
        if around != "handler":
            assert f"JSON has no {made['constant']}" in document["cause"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with RealServer(write_app(tmp_path_factory.mktemp("served"), SOURCE)) as running:
        yield running


@pytest.mark.server
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", LENGTHS)
def test_a_length_that_a_client_trips_over_is_told(
    server: RealServer, lab: Lab, name: str, method: str
) -> None:
    trace = lab.send(f"{method} /{name}")
    document = checked(trace)
    assert trace.response is not None
    whole = trace.response.body
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, f"/{name}")
    try:
        got = connection.getresponse().read()
        met = "" if got == whole or method == "HEAD" else "a client reads no more than the first"
    except IncompleteRead:
        met = "finds the response incomplete"
    connection.close()
    response = step(document, "response")
    assert (response["size"] is not None) is bool(met)
    assert met in document["cause"]
    assert ("and the body has" in document["cause"]) is bool(met)


def test_a_length_that_werkzeug_counts_is_not_said_to_be_the_views(lab: Lab) -> None:
    headers = {
        each["name"]: each["why"] for each in step(checked(lab.send("GET /of_text")), "response")["headers"]
    }
    assert headers["Content-Length"] == "counted from the body"
    headers = {
        each["name"]: each["why"] for each in step(checked(lab.send("GET /of_dict")), "response")["headers"]
    }
    assert headers["Content-Length"] == "set by of_dict"
