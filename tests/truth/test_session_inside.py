"""What became of a session: saved, deleted, not changed; or changed inside, where it did not notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.session import SessionEvent, SessionStep
from routelab.tracing.steps.step import Importance
from support import ENGINES, checked, lab_of

APP = """
from flask import Flask, session

app = Flask(__name__)
app.secret_key = "k"
{settings}

@app.get("/start")
def start():
    session.update({start})
    return "started"

@app.get("/do")
def do():
    {do}
    return "done"
"""
# What is in the session, what a view does, and the keys that it changed without the session's notice.
INSIDE = [
    ("cart=[]", "session['cart'].append('pen')", ("cart",)),
    ("cart=['a']", "session['cart'][0] = 'b'", ("cart",)),
    ("cart=['a', 'b']", "session['cart'].reverse()", ("cart",)),
    ("user={'name': 'ann'}", "session['user']['name'] = 'bob'", ("user",)),
    ("user={'tags': [[1]]}", "session['user']['tags'][0].append(2)", ("user",)),
    ("both=([1], 2)", "session['both'][0].append(3)", ("both",)),
    ("a=[1], b=[2], c=3", "session['a'].append(0); session['b'].clear()", ("a", "b")),
    ("cart=list(range(300))", "session['cart'][299] = 0", ("cart",)),
    ("cart=[]", "session['cart'].append(1); session['cart'].pop()", ()),
    ("cart=[1]", "list(session['cart'])", ()),
    ("cart=[1]", "len(session)", ()),
    ("cart=[float('nan')]", "session['cart']", ()),
    ("cart=[]", "pass", ()),
]


def at_the_end(trace_steps: tuple[object, ...]) -> SessionStep:
    (step,) = (it for it in trace_steps if isinstance(it, SessionStep) and it.event is SessionEvent.SAVE)
    return step


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("start", "do", "keys"), INSIDE)
def test_a_change_inside_is_told_where_it_is_lost(
    tmp_path: Path, engine: str, start: str, do: str, keys: tuple[str, ...]
) -> None:
    with lab_of(tmp_path, APP.format(settings="", start=f"dict({start})", do=do), engine) as lab:
        lab.send("GET /start")
        trace = lab.send("GET /do")
    checked(trace)
    step = at_the_end(trace.steps)
    assert (step.cookie, step.changed_inside) == (False, keys)
    if keys:
        assert step.headline == (
            f"not saved: {', '.join(f'session[{key!r}]' for key in keys)} was changed inside, "
            "and the session did not notice"
        )
        assert step.importance is Importance.DECIDES
    else:
        assert step.headline == "not changed, so no cookie is sent"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("settings", "do", "headline"),
    [
        ("", "session['cart'].append(1); session.modified = True", "saved: a cookie is sent"),
        ("", "session['cart'].append(1); session['x'] = 1", "saved: a cookie is sent"),
        ("", "session['cart'] = session['cart'] + [1]", "saved: a cookie is sent"),
        # A permanent session is written again with every response, so the change is in it.
        ("", "session['cart'].append(1); session.permanent = True", "saved: a cookie is sent"),
        ("", "session.clear()", "emptied: a cookie is sent that deletes the client's"),
        ("", "session.pop('cart')", "emptied: a cookie is sent that deletes the client's"),
        pytest.param(
            "app.session_interface.should_set_cookie = lambda app, session: False",
            "session['x'] = 1",
            "changed, but no cookie is sent",
            marks=pytest.mark.own_process,  # Flask has one interface for all apps of a process
        ),
    ],
)
def test_what_became_of_a_change(tmp_path: Path, engine: str, settings: str, do: str, headline: str) -> None:
    start = "dict(cart=[])"
    with lab_of(tmp_path, APP.format(settings="", start=start, do=do), engine) as lab:
        lab.send("GET /start")
        jar = lab.cookies
    with lab_of(tmp_path, APP.format(settings=settings, start=start, do=do), engine) as lab:
        lab.cookies = jar
        trace = lab.send("GET /do")
    checked(trace)
    assert at_the_end(trace.steps).headline == headline


@pytest.mark.parametrize("engine", ENGINES)
def test_an_interface_of_the_apps_own_may_keep_it_elsewhere(tmp_path: Path, engine: str) -> None:
    settings = """
from flask.sessions import SessionInterface, SessionMixin
class Kept(dict, SessionMixin):
    modified = False
KEPT = Kept(cart=[])
class Interface(SessionInterface):
    def open_session(self, app, request):
        return KEPT
    def save_session(self, app, session, response):
        pass
app.session_interface = Interface()
"""
    do = "session['cart'].append('pen')"
    with lab_of(tmp_path, APP.format(settings=settings, start="{}", do=do), engine) as lab:
        step = at_the_end(lab.send("GET /do").steps)
    assert step.changed_inside == ("cart",)
    assert "not saved" not in step.headline
    assert step.headline.startswith("no cookie is sent: session['cart'] was changed inside")


# What happens to a session once it has been saved, and the keys of it that are lost.
LATE = {
    "session['x'] = 1": ("x",),
    "session.pop('kept')": ("kept",),
    "session['kept'] = 2; session['y'] = 1": ("kept", "y"),
    "session['kept']": (),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_changed_while_the_body_is_read_is_lost(tmp_path: Path, engine: str) -> None:
    source = (
        "from flask import Flask, session, stream_with_context\napp = Flask(__name__)\napp.secret_key = 'k'\n"
    )
    source += "@app.route('/start')\ndef start():\n    session['kept'] = 1\n    return ''\n"
    for number, late in enumerate(LATE):
        source += (
            f"@app.route('/{number}')\ndef view{number}():\n    @stream_with_context\n    def pieces():\n"
            f"        yield 'a'\n        {late}\n        yield 'b'\n    return pieces()\n"
        )
    with lab_of(tmp_path, source, engine) as lab:
        lab.send("GET /start")
        for number, keys in enumerate(LATE.values()):
            trace = lab.send(f"GET /{number}")
            checked(trace)
            step = at_the_end(trace.steps)
            assert (step.cookie, step.changed_late) == (False, keys)
            assert ("it is lost" in " ".join(step.details)) is bool(keys)
