"""Whatever raises, in a view's helper, a converter, a body, a session or a method of the app's own: its line is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """
from flask import Flask, Response, abort
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter
class Fails:
    at = None
def blame(at, error):
    if Fails.at == at:
        raise error  # blamed
class Number(BaseConverter):
    def to_python(self, value):
        blame("converter", KeyError(value))
        return int(value)
class Sessions(SecureCookieSessionInterface):
    def open_session(self, app, request):
        blame("session", OSError("down"))
        return super().open_session(app, request)
class Own(Flask):
    def dispatch_request(self):
        blame("dispatch", NotFound())
        return super().dispatch_request()
app = Own(__name__)
app.session_interface = Sessions()
app.url_map.converters["number"] = Number
def find(n):
    blame("helper", NotFound())
@app.route("/<number:n>")
def home(n):
    find(n)
    def pieces():
        blame("body", ValueError("row"))
        yield "body"
    return Response(pieces())
"""
PLACES = ("converter", "session", "dispatch", "helper", "body")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("at", PLACES)
def test_the_line_that_raised_is_shown(at: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, f"{HEAD}Fails.at = {at!r}\n", engine) as lab:
        trace = lab.send("GET /7")
    checked(trace)
    spot = trace.answer.spot
    assert spot is not None, plain(trace)
    assert spot.lines[spot.line - spot.first] == "raise error  # blamed"
    assert ">9  raise error  # blamed" in plain(trace)


HANDLERS = """
from flask import Flask, abort, render_template, url_for
app = Flask(__name__)
@app.errorhandler({kind})
def handles(error):
    {does}
@app.route("/")
def home():
    {fails}
"""
# What an error handler does wrong, and what is found of it.
WRONG = {
    "a template that is not there": ("return render_template('lost.html')", "(R701)"),
    "a URL that cannot be built": ("return url_for('lost')", "(R604)"),
    "an error": ("raise KeyError('handler')", "(R804)"),
    "a tuple in the wrong order": ("return 500, 'failed'", "(R403)"),
}
FAILS = {
    "an exception": ("ValueError", "raise ValueError('view')", "home() raised ValueError: view at app.py:8."),
    "abort": ("403", "abort(403)", "home() raised Forbidden at app.py:8."),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fails", FAILS)
@pytest.mark.parametrize("wrong", WRONG)
def test_what_the_view_raised_comes_before_what_its_handler_did(
    wrong: str, fails: str, engine: str, tmp_path: Path
) -> None:
    does, found = WRONG[wrong]
    kind, line, said = FAILS[fails]
    with lab_of(tmp_path, HANDLERS.format(kind=kind, does=does, fails=line), engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    shown = plain(trace).splitlines()
    assert shown[1].startswith(said), shown
    assert found in "\n".join(shown)
    assert "home() asked for the template" not in "\n".join(shown)


SENT = """
from flask import Flask, abort, request
app = Flask(__name__)
@app.errorhandler(404)
def lost(error):
    return "lost", 404
@app.post("/form")
def form():
    return "form"
@app.post("/json")
def as_json():
    return request.json
"""
# A request with data, and whether it is worth a line that the data went as JSON.
NOTED = {
    "POST /form a=1": True,
    "POST /json a=1": False,
    "PUT /lost a=1": False,
    "PUT /form a=1": False,
    "POST /form/ a=1": False,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", NOTED)
def test_that_json_was_sent_is_told_where_a_view_was_asked(line: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, SENT, engine) as lab:
        shown = plain(lab.send(line))
    assert ("the data was sent as JSON" in shown) is NOTED[line], shown


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mounted", ["other", "other.wsgi_app"])
def test_an_app_that_is_mounted_has_its_own_name(mounted: str, engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "other = Flask('stock')\napp = Flask(__name__)\n"
        f"app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {{'/stock': {mounted}}})\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /stock/x"))
    assert "gave the request to the app stock, so" in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_two_apps_of_one_file_have_the_names_that_it_gives_them(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "stock = Flask(__name__)\napp = Flask(__name__)\n"
        "app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {'/stock': stock})\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /stock/x"))
    assert "gave the request to the app stock, so" in shown
    assert "set by the app stock" in shown


LATER = """
from flask import Flask, got_request_exception
app = Flask(__name__)
@got_request_exception.connect_via(app)
def tells(sender, exception, **more):
    raise OSError("nobody listens")
@app.route("/")
def home():
    raise ValueError("view")
"""


def test_what_the_view_raised_comes_before_what_kept_its_page_from_being_made(tmp_path: Path) -> None:
    with lab_of(tmp_path, LATER, "flask") as lab:  # the engine has no signals
        trace = lab.send("GET /")
    checked(trace)
    first, *later = trace.answer.cause
    assert first == "home() raised ValueError: view at app.py:8."
    assert any("OSError left the app: nobody listens (app.py:5)" in said for said in later), later
    assert "nothing handles it" not in plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_that_stands_there_twice_is_told_once(engine: str, tmp_path: Path) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\ndef home():\n    return 'x'\n"
    source += "app.add_url_rule('/', view_func=home)\n" * 2
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("POST /")
    assert trace.answer.text.count("/ accepts GET") == 1, trace.answer.text


@pytest.mark.parametrize("engine", ENGINES)
def test_an_app_that_stands_in_middleware_under_another_name_is_told(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask, current_app, g, request\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n"
        "def make(name):\n    app = Flask(name)\n    app.add_url_rule(f'/{name}', name, lambda: name)\n    return app\n"
        "application = ProxyFix(make('first'))\napp = make('second')\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        shown, fine = plain(lab.send("GET /first")), plain(lab.send("GET /none"))
    assert "application in app.py:7 wraps another Flask app: its rule /first fits this path" in shown
    assert "not recorded" not in fine


CATCH_ALL = """
from flask import Flask
app = Flask(__name__, static_folder="dist", static_url_path={path!r})
@app.route("/", defaults={{"path": ""}})
@app.route("/<path:path>")
def spa(path):
    return "spa"
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", ["", "/static"])
def test_a_catch_all_that_the_rule_for_files_hides_is_named(path: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, CATCH_ALL.format(path=path), engine) as lab:
        lost, home = lab.send(f"GET {path}/settings"), lab.send("GET /")
    assert home.response is not None
    assert home.response.body == b"spa"
    cause = lost.answer.text
    assert "static() looked for dist/settings: there is no folder dist." in cause
    hidden = "/<path:path> (spa, app.py:5) would fit, but /<path:filename> (static) has the same shape"
    assert (hidden in cause) is (path == ""), cause
