"""Answers for which HTTP has no body: what the view returned is then not called the body of what was sent.

Which they are is asked of the app's own test client.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from support import ENGINES, checked, live

RETURNED = {
    "str": "'body'",
    "bytes": "b'body'",
    "dict": "{'a': 1}",
    "list": "[1]",
    "generator": "(x for x in 'ab')",
    "quoted": '"it\'s"',
    "empty": "''",
}
STATUSES = (100, 200, 201, 204, 205, 304, 404)
APP = "from flask import Flask\n\napp = Flask(__name__)\n" + "".join(
    f"\n@app.get('/{name}/{status}')\ndef {name}_{status}():\n    return {written}, {status}\n"
    for (name, written), status in product(RETURNED.items(), STATUSES)
)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_not_sent_is_said_not_to_be(engine: str, tmp_path: Path) -> None:
    app, lab = live(tmp_path, APP, engine)
    client = app.test_client()
    for method, name, status in product(("GET", "HEAD"), RETURNED, STATUSES):
        path = f"/{name}/{status}"
        sent = client.open(path, method=method).data
        trace = lab.send(f"{method} {path}")
        document = checked(trace)
        said = trace.answer.text
        assert ("has no body, so none was sent" in said) is (
            not sent and name != "empty" and status != 100
        ), (path, said)
        assert ("is not a final response" in said) is (status == 100)
        assert document["response"]["status"] == status


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", ["/static/none.css", "/static/../app.py"])
def test_a_file_that_is_not_there_is_the_cause(engine: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    _, lab = live(tmp_path, APP, engine)
    said = lab.send(f"GET {path}").answer.text
    assert ("there is no such file" if "none" in path else "leads out of the folder static") in said


COMPRESSED = """
import zlib
from flask import Flask
app = Flask(__name__)
@app.route("/<int:status>")
def home(status):
    return "x" * 1000, status
@app.after_request
def compress(response):
    response.set_data(zlib.compress(response.get_data()))
    return response
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_another_body_is_told_before_that_none_was_sent(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, COMPRESSED, engine)
    for line, left_out in {"HEAD /200": "to HEAD", "GET /304": "304", "GET /200": ""}.items():
        said = lab.send(line).answer.text
        put, none = said.find("then put another body"), said.find("has no body, so none was sent")
        assert put > 0
        assert (none > put) is bool(left_out), said
        assert said.count("none was sent") == bool(left_out)
        assert left_out in said[put:]
