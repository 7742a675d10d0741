"""A setting that decided is named: the limit that a body was over, what traps HTTP errors, a prefix without a slash."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, live, write_app
from truth.shown import plain

LIMITS = ("MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE", "MAX_FORM_PARTS")
ASKS = {
    "form": "request.form",
    "data": "request.get_data()",
    "json": "request.get_json(silent=True)",
    "nothing": "0",
}
SENT = ("-f a=1234567890 b=1234567890", "--multipart a=1234567890 b=1234567890", "a=1234567890 b=1234567890")
TEXT = """
from flask import Flask, abort, request
app = Flask(__name__)
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_limit_that_a_body_was_over_is_named(engine: str, tmp_path: Path) -> None:
    source = TEXT + "@app.post('/abort')\ndef aborts(): abort(413)\n"
    for name, code in ASKS.items():
        source += f"@app.post('/{name}')\ndef {name}(): return str({code})\n"
    app, lab = live(tmp_path, source, engine)
    over = 0
    for limit, name, sent in product((None, *LIMITS), ASKS, SENT):
        app.config.update(dict.fromkeys(LIMITS))
        if limit is not None:
            app.config[limit] = 1 if limit == "MAX_FORM_PARTS" else 12
        trace = lab.send(f"POST /{name} {sent}")
        checked(trace)
        cause = " ".join(answer_of(trace).cause)
        assert trace.response is not None
        too_large = trace.response.status == 413
        over += too_large
        assert any(setting in cause for setting in LIMITS) is too_large, (limit, name, sent)
        if too_large:
            assert str(limit) in cause
    assert over >= 9
    assert "allows" not in plain(lab.send("POST /abort x=1"), verbose=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_limit_that_the_request_has_itself_is_not_called_the_apps_setting(
    engine: str, tmp_path: Path
) -> None:
    classes = {
        "setting": "",
        "number": "{limit} = {most}",
        "property": "{limit} = property(lambda self: {most})",
    }
    hook = (
        "@app.before_request\ndef lower():\n    if request.headers.get('Lower'): request.{limit} = {most}\n"
    )
    for number, (setting, shape) in enumerate(product(LIMITS, classes)):
        limit, most = setting.lower(), 1 if setting == "MAX_FORM_PARTS" else 12
        source = (
            f"{TEXT}from flask import Request\nclass Own(Request):\n    {classes[shape] or 'pass'}\n"
            f"app.request_class = Own\n{hook if shape != 'property' else ''}"
            "@app.post('/form')\ndef form(): return str(request.form)\n"
        )
        folder = tmp_path / str(number)
        folder.mkdir()
        app, lab = live(folder, source.replace("{limit}", limit).replace("{most}", str(most)), engine)
        app.config[setting] = most if shape == "setting" else None
        for lower in ("", " Lower:1"):
            if shape == "property" and lower:
                continue
            cause = " ".join(answer_of(lab.send(f"POST /form {SENT[1]}{lower}")).cause)
            assert (setting in cause, f"request.{limit}" in cause) == (
                shape == "setting" and not lower,
                shape != "setting" or bool(lower),
            ), (setting, shape, lower, cause)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("handler", ["", "@app.errorhandler(400)\ndef bad(e): return 'bad', 400\n"])
def test_what_traps_an_http_error_is_named(handler: str, engine: str, tmp_path: Path) -> None:
    source = TEXT + handler + (
        "@app.get('/key')\ndef key(): return request.args['q']\n"
        "@app.get('/teapot')\ndef teapot(): abort(418)\n"
    )  # fmt: skip
    app, lab = live(tmp_path, source, engine)
    for setting, path in product(
        (None, "TRAP_HTTP_EXCEPTIONS", "TRAP_BAD_REQUEST_ERRORS"), ("/key", "/teapot")
    ):
        app.config.update(TRAP_HTTP_EXCEPTIONS=False, TRAP_BAD_REQUEST_ERRORS=None)
        if setting is not None:
            app.config[setting] = True
        trace = lab.send(f"GET {path}")
        checked(trace)
        assert trace.response is not None
        trapped = trace.response.status == 500
        assert [step.trapped_by for step in trace.each(ErrorStep)] == [setting if trapped else None]
        assert (f"{setting} is on, so Flask treats" in " ".join(answer_of(trace).cause)) is trapped


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
def test_a_prefix_without_a_slash_is_what_is_to_be_written_otherwise(engine: str, tmp_path: Path) -> None:
    for number, (own, given, rule) in enumerate(product((None, "api"), (None, "api", "/api"), ("/x", "x"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = (
            f"from flask import Blueprint, Flask\napp = Flask(__name__)\nbp = Blueprint('b', __name__, url_prefix={own!r})\n"
            f"@bp.route({rule!r})\ndef x(): return 'x'\napp.register_blueprint(bp, url_prefix={given!r})\n"
        )
        write_app(folder, source)
        with load("app.py", folder=folder, engine=engine) as lab:
            said = [it.text for it in findings_of(lab.send("GET /api/x")) if it.code == "R305"]
        prefix = own if given is None else given
        if prefix == "api":
            assert [text.endswith("write url_prefix='/api'.") for text in said] == [True]
        elif prefix is None and rule == "x":
            assert [text.endswith("no url_prefix that would add one: write '/x'.") for text in said] == [True]
        else:
            assert said == []


def test_a_receiver_of_a_signal_is_named_for_its_header(tmp_path: Path) -> None:
    source = "from flask import Flask, request_finished\napp = Flask(__name__)\n@app.route('/')\ndef home(): return 'x'\n"
    receiver = "def adds{0}(sender, response, **more): response.headers['X-{0}'] = '1'\nrequest_finished.connect(adds{0}, app)\n"
    for number, said in ((1, "set by adds0, a receiver of"), (2, "set by a receiver of the signal")):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, lab = live(folder, source + "".join(receiver.format(n) for n in range(number)), "flask")
        assert f"X-0: 1 ({said}" in plain(lab.send("GET /"), verbose=True)
