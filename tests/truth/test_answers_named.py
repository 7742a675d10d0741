"""What an answer is owed to, where the view alone does not say it: a context processor, a condition, a WSGI callable."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, live
from truth.shown import plain

PROCESSORS = {"{'a': 1}": False, "None": True, "{}": False, "[('a', 1)]": False}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_context_processor_that_returns_nothing_is_named(engine: str, tmp_path: Path) -> None:
    for number, (returned, fails) in enumerate(PROCESSORS.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = (
            "from flask import Flask, render_template_string\napp = Flask(__name__)\n"
            f"@app.context_processor\ndef adds(): return {returned}\n"
            "@app.route('/')\ndef home(): return render_template_string('hello')\n"
        )
        trace = live(folder, source, engine)[1].send("GET /")
        checked(trace)
        assert trace.response is not None
        assert (trace.response.status == 500) is fails
        cause = " ".join(answer_of(trace).cause)
        said = "The context processor adds() at app.py:4 returned None: it must return a dict."
        assert (said in cause) is fails


@pytest.mark.parametrize("engine", ENGINES)
def test_a_context_processor_is_named_for_the_function_whose_template_it_failed(
    engine: str, tmp_path: Path
) -> None:
    source = (
        "from flask import Flask, render_template_string\napp = Flask(__name__)\n"
        "@app.context_processor\ndef adds(): return None\n"
        "@app.errorhandler(LookupError)\ndef lost(error): return render_template_string('lost')\n"
        "@app.route('/')\ndef home(): return {}['tea']\n"
    )
    lab = live(tmp_path, source, engine)[1]
    trace = lab.send("GET /")
    checked(trace)
    cause = answer_of(trace).cause
    assert cause[0] == "home() raised KeyError: 'tea' at app.py:8."
    said = "the context processor adds() at app.py:4 returned None: it must return a dict."
    assert [finding.text for finding in findings_of(trace) if finding.code == "R804"] == [
        f"The handler lost() at app.py:6 for KeyError failed at its template: {said}"
    ]


CONDITIONS = (
    "",
    "If-None-Match:'\"abc\"'",
    "If-None-Match:'\"other\"'",
    "If-Modified-Since:'Fri, 01 Jan 2100 00:00:00 GMT'",
    "Range:bytes=0-1",
    "Range:bytes=90-99",
    "If-Match:'\"other\"'",
)
FILE_APP = """
from flask import Flask, make_response, request, send_file
app = Flask(__name__)
@app.route('/made')
def made():
    response = make_response('hello')
    response.set_etag('abc')
    return response.make_conditional(request, accept_ranges=True, complete_length=5)
@app.route('/file')
def file():
    return send_file('app.py', etag='abc')
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_condition_that_a_status_answers_is_named(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, FILE_APP, engine)
    met = set()
    for path, condition in product(("/made", "/file"), CONDITIONS):
        trace = lab.send(f"GET {path} {condition}")
        checked(trace)
        assert trace.response is not None
        status, cause = trace.response.status, " ".join(answer_of(trace).cause)
        met.add(status)
        said = f"A {status} answers the request's {condition.partition(':')[0]}: "
        assert (said in cause) is (status != 200), (path, condition, cause)
    assert met == {200, 206, 304, 412, 416}


@pytest.mark.parametrize("engine", ENGINES)
def test_headers_of_a_wsgi_callable_are_the_views(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n"
        "    def inner(environ, start_response):\n        start_response('202 OK', [('X-Inner', '1')])\n"
        "        return [b'x']\n    return inner\n"
    )
    assert "X-Inner: 1 (set by home)" in plain(live(tmp_path, source, engine)[1].send("GET /"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "raises", ["raise error", "raise", "raise ValueError('x')", "raise KeyError('x')", "1 / 0"]
)
def test_a_handler_that_raises_the_same_error_again_is_told_so(
    raises: str, engine: str, tmp_path: Path
) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\n"
        f"@app.errorhandler(ValueError)\ndef handler(error): {raises}\n"
        "@app.route('/')\ndef home(): raise ValueError('x')\n"
    )
    shown = plain(live(tmp_path, source, engine)[1].send("GET /"))
    again = "ValueError" in raises or raises in ("raise", "raise error")
    assert ("raised the same error again. (R804)" in shown) is again
    assert ("raised an error itself" in shown) is not again
    assert "\nhome() raised ValueError: x at app.py:6." in shown  # what it was called for comes first


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_handler_for_everything_raised_again_is_told_by_its_cause(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\n"
        "@app.errorhandler(Exception)\ndef handler(error): raise error\n"
        "@app.route('/')\ndef home(): raise ValueError('x')\n"
    )
    lab = live(tmp_path, source, engine)[1]
    assert "\nhome() raised ValueError: x at app.py:6." in plain(lab.send("GET /"))
    assert "\nNo rule begins with /nowhere." in plain(lab.send("GET /nowhere"))
