"""What an app asks of the request's body in vain: every way to ask, of every kind of body."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.requestline.record import RequestLine
from routelab.tracing.body_reads import Asked, Lacking
from routelab.tracing.steps.request import RequestStep
from support import ENGINES, checked, lab_of

pytestmark = pytest.mark.worker

ASKS = {
    "silent": "request.get_json(silent=True)",
    "json": "request.json",
    "get_json": "request.get_json()",
    "force": "request.get_json(force=True, silent=True)",
    "form": "request.form.get('name')",
    "values": "request.values.get('name')",
    "data": "request.data",
    "either": "request.get_json(silent=True) or request.form['name']",
    "both": "(request.get_json(), request.form.get('x'))",
    "raw": "request.get_data()",
}
APP = "from flask import Flask, request\n\napp = Flask(__name__)\n" + "".join(
    f'\n@app.post("/{name}")\ndef {name}():\n    return repr({ask})\n' for name, ask in ASKS.items()
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BODIES: dict[str, tuple[str, bytes]] = {
    "json": (JSON, b'{"name": "ann"}'),
    "null": (JSON, b"null"),
    "broken": (JSON, b"{name"),
    "form": (FORM, b"name=ann"),
    "text": ("text/plain", b"ann"),
    "untyped": ("", b'{"name": "ann"}'),
    "bare": ("multipart/form-data", b"--x"),
    "nothing": ("", b""),
    "empty": (JSON, b""),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("ask", ["json", "get_json", "silent", "force"])
def test_a_body_that_is_too_long_is_no_broken_json(engine: str, ask: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP + "\napp.config['MAX_CONTENT_LENGTH'] = 5\n", engine=engine) as lab:
        trace = lab.send(
            RequestLine(method="POST", path=f"/{ask}", headers=(("Content-Type", JSON),), body=b'{"a": 1}')
        )
    document = checked(trace)
    assert document["response"]["status"] == 413
    request = trace.first(RequestStep)
    assert request is not None
    assert [read.lacking for read in request.reads] == [Lacking.TOO_LARGE]
    assert "bytes, and MAX_CONTENT_LENGTH allows 5" in trace.answer.text


# (what is asked, how the body is) to why it is not there; what is not listed is not told.
OTHER, VALID, NONE = Lacking.OTHER_TYPE, Lacking.NOT_VALID, Lacking.NO_BODY
UNLIKE_JSON = {"form": OTHER, "text": OTHER, "untyped": OTHER, "bare": OTHER, "nothing": NONE}
LIKE_JSON = {"broken": VALID, "empty": NONE}
UNLIKE_FORM = {
    "json": OTHER, "null": OTHER, "broken": OTHER, "text": OTHER, "untyped": OTHER, "bare": Lacking.NO_BOUNDARY,
}  # fmt: skip
TOLD: dict[str, dict[str, list[tuple[Asked, Lacking]]]] = {
    "silent": {body: [(Asked.JSON, why)] for body, why in (UNLIKE_JSON | LIKE_JSON).items()},
    "force": {
        body: [(Asked.JSON, NONE if body in ("nothing", "empty") else VALID)]
        for body in ("broken", "form", "text", "bare", "nothing", "empty")
    },
    "form": {body: [(Asked.FORM, why)] for body, why in UNLIKE_FORM.items()},
    "data": {"form": [(Asked.BYTES, Lacking.READ_AS_FORM)]},
    "either": {
        "null": [(Asked.FORM, OTHER)],
        "broken": [(Asked.JSON, VALID), (Asked.FORM, OTHER)],
        "text": [(Asked.JSON, OTHER), (Asked.FORM, OTHER)],
        "untyped": [(Asked.JSON, OTHER), (Asked.FORM, OTHER)],
        "bare": [(Asked.JSON, OTHER), (Asked.FORM, Lacking.NO_BOUNDARY)],
        "nothing": [(Asked.JSON, NONE)],
        "empty": [(Asked.JSON, NONE)],
    },
}
TOLD["json"] = TOLD["get_json"] = TOLD["silent"]
TOLD["values"] = TOLD["form"]
TOLD["both"] = TOLD["silent"] | {"null": [(Asked.FORM, OTHER)]}


def line_of(ask: str, body: str) -> RequestLine:
    content_type, content = BODIES[body]
    headers = (("Content-Type", content_type),) if content_type else ()
    return RequestLine(method="POST", path=f"/{ask}", headers=headers, body=content)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_asked_in_vain_and_why(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for ask, body in product(ASKS, BODIES):
            trace = lab.send(line_of(ask, body))
            checked(trace)
            step = trace.first(RequestStep)
            assert step is not None
            found = [(read.asked, read.lacking) for read in step.reads]
            assert found == TOLD.get(ask, {}).get(body, []), (ask, body)
            response = trace.response
            assert response is not None
            for read in step.reads:
                assert read.words in step.details
                if read.asked is Asked.JSON:
                    assert read.raised == (response.status if ask in ("json", "get_json", "both") else None)
                    assert read.hidden == (None if read.raised else 415 if not forced(ask, body) else 400)
                    assert (read.file, read.line) == ("app.py", line_in_app(ASKS[ask]))
                    assert ("silent=True hides" in read.words) is (read.raised is None)


def forced(ask: str, body: str) -> bool:
    """Tell whether the body is parsed, and so a failure a 400."""
    return ask == "force" or BODIES[body][0] == JSON


def line_in_app(text: str) -> int:
    return next(n for n, line in enumerate(APP.splitlines(), start=1) if f"repr({text})" in line)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_app_gets_what_it_gets_untraced(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        answers = {
            (ask, body): (response.status, response.body)
            for ask, body in product(ASKS, BODIES)
            if (response := lab.send(line_of(ask, body)).response) is not None
        }
    namespace: dict[str, object] = {"__name__": "untraced"}
    exec(compile(APP, "untraced.py", "exec"), namespace)
    app = namespace["app"]
    for (ask, body), answer in answers.items():
        content_type, content = BODIES[body]
        got = app.test_client().post(  # type: ignore[attr-defined]
            f"/{ask}", data=content, content_type=content_type or None
        )
        assert (got.status_code, got.data) == answer, (ask, body)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_request_is_left_as_it_was(tmp_path: Path, engine: str) -> None:
    source = """
    from flask import Flask, request

    app = Flask(__name__)
    kept = []

    @app.post("/keep")
    def keep():
        kept.append(request._get_current_object())
        return "kept"

    @app.get("/marks")
    def marks():
        return sorted({"get_json", "get_data"} & vars(kept[0]).keys())
    """
    with lab_of(tmp_path, source, engine) as lab:
        lab.send("POST /keep name=ann")
        response = lab.send("GET /marks").response
    assert response is not None
    assert response.body.strip() == b"[]"


# A key that was sent elsewhere, and files in a form that has none

UPLOAD = """
from flask import Flask, request
from flask.views import MethodView
app = Flask(__name__)
@app.post("/files")
def files(): return request.files["f"].filename
@app.post("/maybe")
def maybe(): return str(request.files.get("f"))
@app.post("/form")
def form(): return request.form["f"]
@app.post("/args")
def args(): return request.args["f"]
@app.post("/values")
def values(): return request.values["f"]
class Item(MethodView):
    def post(self): return str(request.files.get("f"))
app.add_url_rule("/item", view_func=Item.as_view("item"))
"""
SENT = {
    "-f f=1": "as a field of its form (request.form)",
    "f==1": "in the query (request.args)",
    "f=1": "in JSON (request.get_json())",
    "-f other=1": None,
}
ITS_OWN = {"form": ("-f f=1",), "args": ("f==1",), "values": ("-f f=1", "f==1"), "files": ()}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize("asked", ITS_OWN)
def test_a_key_that_the_request_sent_elsewhere(asked: str, sent: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, UPLOAD, engine) as lab:
        trace = lab.send(f"POST /{asked} {sent}")
    checked(trace)
    assert trace.response is not None
    if sent in ITS_OWN[asked]:
        assert trace.response.status == 200
        return
    assert trace.response.status == 400
    where = SENT[sent]
    said = "and the request did not send it" if where is None else f"and the request sent it {where}"
    assert said in trace.cause
    if where is not None:
        assert f"asked request.{asked} for 'f' at app.py:" in trace.cause


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("POST /maybe -f f=1", True),
        ("POST /item -f f=1", True),
        ("POST /files -f f=1", True),
        ("POST /maybe --multipart f=1", False),
        ("POST /maybe", False),
        ("POST /form -f f=1", False),
    ],
)
def test_a_form_without_files_says_why(line: str, told: bool, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, UPLOAD, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    said = "request.files is empty: files come only in a form of multipart/form-data"
    assert any(detail.startswith(said) for detail in trace.steps[0].details) is told


@pytest.mark.parametrize("engine", ENGINES)
def test_a_method_that_is_not_called_is_still_a_method(engine: str, tmp_path: Path) -> None:
    app = APP + '\n@app.post("/uncalled")\ndef uncalled():\n    return request.get_json["name"]\n'
    with lab_of(tmp_path, app, engine=engine) as lab:
        said = lab.send("POST /uncalled name=ann").answer.text
    assert "TypeError: 'method' object is not subscriptable" in said
