"""What a browser or a server would do otherwise than Flask's test client: fragments, mounting, the scheme."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.requestline.parsing import parse
from routelab.tracing.steps.request import RequestStep
from support import ENGINES, checked, lab_of

APP = """
from flask import Flask, redirect, request, url_for

app = Flask(__name__)
{settings}

@app.get("/cart")
def cart():
    return f"{{request.script_root}} {{request.scheme}} {{url_for('cart')}}"

@app.get("/to")
def to():
    return redirect("/cart#top")
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("typed", "fragment"),
    [
        ("/cart#token=abc", "#token=abc"),
        ("http://localhost/cart?a=1#x/y", "#x/y"),
        ("/cart#", None),
        ("/cart?a=%23no", None),
        ("/cart%23no", None),
    ],
)
def test_a_fragment_that_was_typed_is_not_sent(
    tmp_path: Path, engine: str, typed: str, fragment: str | None
) -> None:
    with lab_of(tmp_path, APP.format(settings=""), engine) as lab:
        document = checked(lab.send(["GET", typed]))
        decision = lab.match(parse(["GET", typed]))
    told = [note["text"] for note in document["notes"] if note["code"] == "fragment_not_sent"]
    assert [note.text for note in decision.notes if note.code == "fragment_not_sent"] == told
    assert len(told) == (fragment is not None)
    if fragment is not None:
        assert told[0].startswith(f"{fragment} is not sent")
        assert fragment not in document["request"]["path"] + document["request"]["query_string"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fragment_of_a_redirect_is_not_sent_either(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP.format(settings=""), engine) as lab:
        trace = lab.send("GET /to -F")
    assert [note.code for note in trace.notes] == []
    assert [note.code for note in trace.redirects[0].notes] == ["fragment_not_sent"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("settings", "asked", "from_setting", "mounted"),
    [
        ("", "", "", ""),
        ("app.config['APPLICATION_ROOT'] = '/'", "", "", ""),
        ("app.config['APPLICATION_ROOT'] = '/shop'", "", "/shop", ""),
        ("app.config['APPLICATION_ROOT'] = 'a/b/'", "", "/a/b", ""),
        # Middleware mounts the app for real, whatever the setting says.
        ("app.wsgi_app = Mount(app.wsgi_app, '/m')", "/m", "", "/m"),
        (
            "app.config['APPLICATION_ROOT'] = '/shop'\napp.wsgi_app = Mount(app.wsgi_app, '/m')",
            "/m",
            "/shop",
            "/shop/m",
        ),
    ],
)
def test_who_put_the_root_there_is_told(
    tmp_path: Path, engine: str, settings: str, asked: str, from_setting: str, mounted: str
) -> None:
    mount = """
    class Mount:
        def __init__(self, app, root):
            self.app, self.root = app, root
        def __call__(self, environ, start_response):
            environ["SCRIPT_NAME"] += self.root
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(self.root)
            return self.app(environ, start_response)
    """
    from textwrap import dedent

    with lab_of(tmp_path, APP.format(settings=dedent(mount) + settings), engine) as lab:
        trace = lab.send(f"GET {asked}/cart")
    checked(trace)
    step = trace.first(RequestStep)
    assert step is not None
    assert step.root_from_setting == from_setting
    assert (f"below {mounted}" in step.headline) is bool(mounted)
    assert any("APPLICATION_ROOT; a server does not" in line for line in step.details) is bool(from_setting)
    assert trace.response is not None
    assert trace.response.body.decode().split()[0] == (mounted or from_setting or "http")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("scheme", "asked", "told"),
    [("http", "/cart", None), ("https", "/cart", "https"), ("https", "http://localhost/cart", None)],
)
def test_who_chose_the_scheme_is_told(
    tmp_path: Path, engine: str, scheme: str, asked: str, told: str | None
) -> None:
    with lab_of(
        tmp_path, APP.format(settings=f"app.config['PREFERRED_URL_SCHEME'] = {scheme!r}"), engine
    ) as lab:
        step = lab.send(f"GET {asked}").first(RequestStep)
    assert step is not None
    assert step.scheme_from_setting == told
    assert any("PREFERRED_URL_SCHEME" in line for line in step.details) is (told is not None)
