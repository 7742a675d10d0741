"""What `g` or the session does not have: Flask says no more than the name."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of, live

# How a name is set on `g`, and what is said of the line that does; None where none counts as that.
SETTERS = {
    "g.user = 1": "setter() sets it at app.py:5)",
    "g.user: int = 1": "setter() sets it at app.py:5)",
    "g.other, g.user = 1, 2": "setter() sets it at app.py:5)",
    "flask.g.user = 1": "setter() sets it at app.py:5)",
    "g.setdefault('user', 1)": "setter() sets it at app.py:5)",
    "setattr(g, 'user', 1)": "setter() sets it at app.py:5)",
    "with app.app_context(): g.user = 1": "setter() sets it at app.py:5, on the g of another app context)",
    "g.user += 1": None,
    "thing.user = 1": None,
    "g.user == 1": None,
    "g.name = 'user'": None,
}
ASKERS = {
    "return g.user": True,
    "del g.user": True,
    "g.usre = 1; return g.user": False,  # told is what is there
    "return 'user' if g.get('user') else request.user": None,
    "raise AttributeError('user')": None,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_g_lacks_is_told_with_the_line_that_sets_it(engine: str, tmp_path: Path) -> None:
    for number, (setter, said) in enumerate(SETTERS.items()):
        source = (
            "import flask\nfrom flask import Flask, g, request\napp = Flask(__name__)\n"
            f"def setter():\n    {setter}\n"
        )
        for at, code in enumerate(ASKERS):
            source += f"@app.get('/{at}')\ndef view{at}():\n    {code}\n"
        (folder := tmp_path / str(number)).mkdir()
        _, lab = live(folder, source, engine)
        for at, of_g in enumerate(ASKERS.values()):
            trace = lab.send(f"GET /{at}")
            checked(trace)
            cause = " ".join(answer_of(trace).cause)
            assert f"view{at}() raised AttributeError: " in cause
            assert ("g has no user here" in cause) is (of_g is not None)
            if of_g is not None:
                near = (
                    "; it has usre)"
                    if not of_g
                    else ", and no file that was read at loading has a line g.user = ...)"
                )
                assert (said or f"(g has no user here{near}") in cause


# A line that sets the name on what is called g: whether that is Flask's own.
HOLDERS = {
    "import flask\ndef set_it():\n    flask.g.user = 1": True,
    "from flask import g as held\ndef set_it():\n    held.user = 1": True,
    "def set_it():\n    from flask import g\n    g.user = 1": True,
    "from flask import g\ndef set_it(g):\n    g.user = 1": False,
    "from flask import g\ndef set_it():\n    g = Graph()\n    g.user = 1": False,
    "from graphs import g\ng.user = 1": False,
    "class Graph:\n    def set_it(self):\n        self.g.user = 1": False,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("source", HOLDERS)
def test_a_line_is_named_where_it_sets_flasks_own_g(source: str, engine: str, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(source)
    asks = "from flask import Flask, g as own\napp = Flask(__name__)\n@app.get('/')\ndef ask(): return own.user\n"
    (tmp_path / "graphs.py").write_text("class Graph: pass\ng = Graph()")
    with lab_of(tmp_path, f"import other\n{asks}", engine) as lab:
        cause = " ".join(answer_of(lab.send("GET /")).cause)
    lines = source.count("\n") + 1
    who = "a line" if source.startswith("from graphs") else "set_it()"
    said = f"; {who} sets it at other.py:{lines})" if HOLDERS[source] else ")"
    assert f"(g has no user here{said}" in cause


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_session_lacks_is_told_with_how_it_was_opened(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask, session\napp = Flask(__name__)\napp.secret_key = 'k'\n"
        "@app.get('/in/<name>')\ndef log_in(name):\n    session[name] = 'ann'\n    return 'in'\n"
        "@app.get('/user')\ndef user(): return session['user']\n"
        "@app.get('/popped')\ndef popped():\n    session.pop('user', None)\n    return session[\"user\"]\n"
        "@app.get('/other')\ndef other(): return {'session': 1}['user'] + session['name']\n"
    )
    (folder := tmp_path / "app").mkdir()
    _, lab = live(folder, source, engine)

    def cause(line: str) -> str:
        return " ".join(answer_of(lab.send(line)).cause)

    asked = "asked the session for 'user' at app.py:"
    opened = "(KeyError). The session was opened"
    assert asked in cause("GET /user")
    assert f"{opened}, empty: no session cookie came." in cause("GET /user")
    assert f"{opened}, empty: the cookie's signature" in cause("GET /user Cookie:session=eyJhIjoxfQ.a.b")
    assert "other() raised KeyError: 'user' at" in cause("GET /other")
    lab.send("GET /in/cart")
    assert f"{opened} from its cookie, without 'user'." in cause("GET /user")
    lab.send("GET /in/user")
    assert cause("GET /user") == "user() returned a string, which became the body."
    assert "popped() raised KeyError: 'user' at" in cause("GET /popped")
