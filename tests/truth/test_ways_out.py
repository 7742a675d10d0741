"""What a beginner's slip is called, and the way out: each told where it is there, and not of its healthy twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.findings.kinds import findings_of
from support import ENGINES, checked, lab_of, write_app
from truth.shown import plain

HEAD = """
from flask import Flask, abort, redirect, render_template, url_for
app = Flask(__name__)
def keeps(view):
    def wrapper(*args, **kwargs): return view(*args, **kwargs)
    return wrapper
@app.route("/other/")
def other(): return "other"
@app.route("/kept")
@keeps
def kept(): return "kept"
@app.route("/named", endpoint="its_own")
def named(): return "named"
@app.errorhandler(404)
def lost(error): return "lost"
"""
VIEW = "@app.route('/')\ndef home(): return {}\n"
NO_PATH = "url_for takes an endpoint, by default the name of a view function, not a path"
NO_FILE = "url_for takes an endpoint, by default the name of a view function, not a file"
# What is added to the app, what is said of GET /, and what is not.
CASES = {
    "app.add_url_rule('/', 'home', other())": ("cannot be called: app.py:15 calls other and registers what it returned, 'other'; its name without ( )", "str()"),
    "app.add_url_rule('/', 'home', view_func='other')": ("without quotes and without ( ). (R209)", "str()"),
    "app.add_url_rule('/', view_func=other)": ("other() returned a string", "R209"),
    VIEW.format("abort('not allowed', 403)"): ("abort takes the status first, as a number, and 'not allowed' is a string", "knows"),
    VIEW.format("abort(200)"): ("abort knows only the statuses of errors, and 200 is not one of them", "is a string"),
    "@app.route('/')\ndef home(name): return name": ("the rule needs that variable, or the parameter a default", "R410"),
    VIEW.format("other"): ("with ( ) behind its name it is called, and what it returns is the response", "(R"),
    VIEW.format("(other, 201)"): ("with ( ) behind its name it is called", "(R"),
    VIEW.format("lambda environ, start: (start('200 OK', []), [b'x'])[1]"): ("answered as a WSGI application", "with ( )"),
    VIEW.format("redirect(url_for('/other/'))"): (f"{NO_PATH}: that of /other/ is 'other'. (R604)", "decorator"),
    VIEW.format("redirect(url_for('/nowhere'))"): (f"{NO_PATH}. (R604)", "decorator"),
    VIEW.format("url_for('home.html')"): (f"{NO_FILE}. (R604)", "static"),
    VIEW.format("url_for('style.css')"): (f"{NO_FILE}: url_for('static', filename='style.css') is that of a file.", "no path"),
    VIEW.format("url_for('kept')"): (
        "The view kept() at app.py:10 has the endpoint 'wrapper': a decorator without functools.wraps, or endpoint=, gave",
        "no path",
    ),
    VIEW.format("url_for('named')"): ("The view named() at app.py:12 has the endpoint 'its_own'", "no path"),
    VIEW.format("url_for('othre')"): ("Did you mean 'other' instead? (R604)", "has the endpoint"),
    VIEW.format("render_template('beside.html')"): ("There is beside.html: move it to templates/beside.html. (R701)", "similar name"),
    VIEW.format("render_template('templates/page.html')"): ("There is templates/page.html: its name for Flask is 'page.html'.", "move"),
    VIEW.format("render_template('Page.html')"): ("There is templates/page.html: its name for Flask is 'page.html'.", "move"),
    VIEW.format("abort(404)"): ("handled NotFound, and gave no status: return ..., 404 would.", "(R"),
    VIEW.format("'x'"): ("home() returned a string", "(R"),
    f"@app.before_request\ndef before(): return True\n{VIEW.format(1)}": ("To let the view run, it returns nothing.", "(R"),
    f"@app.before_request\ndef before(it): pass\n{VIEW.format(1)}": (
        "The before_request function before() cannot be called without arguments, as Flask calls it: TypeError: before() missing",
        "before() raised",
    ),
    f"@app.after_request\ndef after(): pass\n{VIEW.format('str()')}": (
        "The after_request function after() cannot be called with the response, as Flask calls it: TypeError: after() takes 0",
        "after() raised",
    ),
    f"@app.after_request\ndef after(response): return response(1)\n{VIEW.format('str()')}": ("after() raised TypeError", "cannot be"),
    f"@app.before_request\ndef before(): return other()\n{VIEW.format(1)}": ("before() at app.py:16 answered", "returns nothing"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", CASES)
def test_the_slip_is_named_with_its_way_out(code: str, engine: str, tmp_path: Path) -> None:
    write_app(tmp_path, "page", "templates/page.html")
    write_app(tmp_path, "page", "beside.html")
    said, unsaid = CASES[code]
    with lab_of(tmp_path, HEAD.removeprefix("\n") + code, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    shown = plain(trace)
    assert said in shown
    assert unsaid not in shown
    assert len(findings_of(trace)) < 2


GAVE = {
    "'lost'": True,
    "{'error': 'lost'}": True,
    "['lost']": True,
    "('lost', 404)": False,
    "('lost', 200)": False,
    "redirect('/other/')": False,
    "make_response('lost')": False,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("returned", GAVE)
def test_a_handler_without_a_status_is_told(returned: str, engine: str, tmp_path: Path) -> None:
    source = "from flask import *\napp = Flask(__name__)\nclass Own(Exception): pass\n"
    for what in ("404", "500", "Own"):
        source += f"@app.errorhandler({what})\ndef handle{what}(error): return {returned}\n"
    source += "@app.route('/own')\ndef own(): raise Own()\n@app.route('/500')\ndef fails(): return 1 / 0\n"
    with lab_of(tmp_path, source, engine) as lab:
        for path, status in (("/nowhere", "404"), ("/500", "500"), ("/own", "")):
            shown = plain(lab.send(f"GET {path}"))
            gives = f"and gave no status: return ..., {status} would"
            assert (gives in shown) is (GAVE[returned] and bool(status)), path
            assert ("gave no status" in shown) is (GAVE[returned] and bool(status)), path


KEPT = """
from flask import *
app = Flask(__name__)
app.secret_key = "k"
USERS = {1: "Ann"}
BOOKS = [{"id": 1}]
@app.route("/")
def home(): return "home"
"""
# A view at /<key>, asked with POST /7 and a form a=1, and what is said of it; "" where nothing of all this is.
COMPARED = "where numbers are meant, <int:key> in the rule gives one"
SAID = {
    "for book in BOOKS:\n  if book['id'] == key: return book": COMPARED,
    "for book in BOOKS:\n  if book['id'] == int(key): return book": "(R401)",
    "if key not in USERS: abort(404)": COMPARED,
    "user = USERS.get(key)\n if user is None: abort(404)": COMPARED,
    "key = int(key)\n if key not in USERS: abort(404)": "home() raised NotFound",
    "if key == 'ann': return 'x'\n abort(404)": "raised NotFound",
    "return 'x' if key in USERS else 'y'": "returned a string",
    "if request.method == 'post': return 'x'\n return 'form'": "request.method is in capitals, so it never equals 'post' in line 10.",
    "if request.method == 'Post': return 'x'": "request.method is in capitals, so it never equals 'Post' in line 10.",
    "if request.method == 'POST': return 'x'": "returned a string",
    "return redirect(home)": "redirect was given the function home, not a URL: write redirect(url_for('home'))",
    "return redirect(url_for('home'))": "returned a redirect to /.",
    "session.pop('user')": "asked the session for 'user' at app.py:10 (KeyError)",
    "session.pop('user', None)": "(R401)",
    "return request.form.a": "(request.form['a'] is what it has under that key)",
    "return request.form.b": "has no attribute 'b' at",
    "return request.get_json": "with ( ) behind its name it is called",
    "return render_template_string('x', {})": "render_template_string takes values by name: title=..., or a dict with **",
    "data = request.data\n return data.get('a')": "(data is of type bytes, from request.data in line 10)",
    "return BOOKS['id']": "(BOOKS is of type list, and what is asked for in [ ] is a key)",
}  # fmt: skip
APART = (
    COMPARED,
    "request.method is in capitals",
    "redirect was given",
    "asked the session",
    "under that key",
    "takes values by name",
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", SAID)
def test_what_is_compared_or_asked_for_in_vain(code: str, engine: str, tmp_path: Path) -> None:
    view = f"@app.route('/<key>', methods=['GET', 'POST'])\ndef view(key):\n {code}\n"
    with lab_of(tmp_path, (KEPT + view).removeprefix("\n"), engine) as lab:
        trace = lab.send("POST /7 a=1 -f")
    checked(trace)
    shown = plain(trace).replace("view()", "home()")
    assert SAID[code] in shown
    assert [said for said in APART if said in shown and said not in SAID[code]] == []


LOADING = {
    "from flask import jsonfy": "Did you mean jsonify?",
    "from flask import qqqq": "",
    "app = Flask\n@app.route('/')\ndef home(): pass": "Did you mean app = Flask(__name__)?",
    "shop = Blueprint\n@shop.route('/')\ndef home(): pass": 'Did you mean shop = Blueprint("shop", __name__)?',
    "print(current_app.name)": "While the app loads there is no application context: that line belongs in a view",
    "@current_app.route('/')\ndef home(): pass": "@current_app.route needs the app itself or a Blueprint",
    "@current_app.errorhandler(404)\ndef lost(e): pass": "@current_app.errorhandler needs the app itself or a Blueprint",
    "current_app.add_url_rule('/', 'home')": "current_app.add_url_rule needs the app itself or a Blueprint",
    "page = current_app.config.get('PAGE')": "that line belongs in a view",
    "print(request.args)": "While the app loads there is no request context",
    "raise RuntimeError('Working alone')": "",
    "@app.route('/<string: name>')\ndef home(name): pass": "<string: name> has a space in it; write <string:name>. (R307)",
    "@app.route('/<int:9>')\ndef home(name): pass": "<int:9> has no name that could be",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", LOADING)
def test_what_does_not_load_is_told_with_its_way_out(code: str, engine: str, tmp_path: Path) -> None:
    head = "from flask import Blueprint, Flask, current_app, request\napp = Flask(__name__)\n"
    with load(write_app(tmp_path, head + code), engine, folder=tmp_path) as lab:
        shown = plain(lab.send("GET /"))
    assert "the app does not load" in shown
    assert LOADING[code] in shown
    if not LOADING[code]:
        assert "Did you mean" not in shown
        assert "While the app loads" not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_a_misspelt_method_of_a_rule_is_named(engine: str, tmp_path: Path) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\n"
    for method in ("POTS", "PURGE", "GET"):
        source += f"@app.route('/{method}', methods=['{method}'])\ndef {method}(): return 'x'\n"
    with lab_of(tmp_path, source, engine) as lab:
        told = {
            path: [it.text for it in findings_of(lab.send(f"POST /{path}"))]
            for path in ("POTS", "PURGE", "GET")
        }
    assert told == {
        "POTS": ['The rule accepts POTS, which is not an HTTP method: write POST, as in methods=["POST"].'],
        "PURGE": [],
        "GET": [],
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_function_in_the_place_of_the_endpoint_is_named(engine: str, tmp_path: Path) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\ndef home(): return 'x'\napp.add_url_rule('/', home)\n"
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
        shown = [plain(trace, verbose=True), repr(lab.routes()), repr(lab.audit()), repr(lab.send("GET /x"))]
    assert [it.code for it in findings_of(trace)] == ["R206"]
    assert "The rule / has the function home for its endpoint" in shown[0]
    assert "add_url_rule('/', view_func=home)" in shown[0]
    assert trace.exception is not None
    assert trace.exception.type == "TypeError"
    assert all(note.code != "not_recorded" for note in trace.notes)
    assert [text for text in shown if " at 0x" in text] == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rules", [0, 1, 2])
def test_a_host_of_no_subdomain_is_not_given_one(rules: int, engine: str, tmp_path: Path) -> None:
    source = "from flask import Flask\napp = Flask(__name__, subdomain_matching=True)\n"
    source += "app.config['SERVER_NAME'] = 'example.test'\n@app.route('/')\ndef home(): return 'x'\n"
    for number in range(rules):
        source += f"@app.route('/u{number}', subdomain='<user>')\ndef user{number}(user): return user\n"
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET http://other.test/"))
    assert "404 NOT FOUND" in shown
    assert 'No rule fits: the host "other.test" does not end in SERVER_NAME, "example.test", so ' in shown
    assert "Send the request to example.test, or to a subdomain of it." in shown
    assert ("so no rule is for it" in shown) is (rules == 0)
    assert ("and the only one is not for / alone" in shown) is (rules == 1)
    assert ("and none of them is for / alone" in shown) is (rules == 2)
    assert "<invalid>" not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_only_a_main_part_imports_is_told_as_that(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    {}\n    app.run()\n"
    )
    write_app(tmp_path, "from app import app\n@app.route('/')\ndef home(): return 'x'\n", "pages.py")
    for imports in ("import pages", "from pages import home"):
        with lab_of(tmp_path, source.format(imports), engine) as lab:
            shown = plain(lab.send("GET /"))
        assert (
            'pages.py has a route, and app.py:4 imports it only under if __name__ == "__main__", which was not true here'
            in shown
        )
    with lab_of(tmp_path, source.format("import other"), engine) as lab:
        assert "pages.py has a route, and nothing imported it" in plain(lab.send("GET /"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("asked", "near"), [("strftime", ""), ("uper", "upper"), ("lenght", "length")])
def test_a_filter_is_offered_where_it_is_near(asked: str, near: str, engine: str, tmp_path: Path) -> None:
    source = "from flask import *\napp = Flask(__name__)\n@app.route('/')\ndef home(): return render_template('x.html')\n"
    write_app(tmp_path, "{{ 'a' | " + asked + " }}", "templates/x.html")
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /"))
    assert ("Jinja has a filter" in shown) is bool(near)
    assert f"Jinja has a filter {near}" in shown or not near
