"""A host that an app does not trust: the setting that refuses it is told, with what it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

APP = """from flask import Flask, request
app = Flask(__name__)
app.config["TRUSTED_HOSTS"] = {hosts}
@app.get("/")
def home():
    {line}
"""
REFUSED = "The request was refused before any rule was looked at: SecurityError: 400 Bad Request: Host 'localhost' is not trusted."


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ('["shop.test"]', " (the setting TRUSTED_HOSTS has shop.test)."),
        (
            '[".shop.test", "a.test"]',
            " (the setting TRUSTED_HOSTS has shop.test and its subdomains and a.test).",
        ),
    ],
)
def test_the_setting_is_named(hosts: str, said: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP.format(hosts=hosts, line="return 'x'"), engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    assert REFUSED + said in plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_view_trusts_is_not_the_setting(engine: str, tmp_path: Path) -> None:
    line = "from werkzeug.wsgi import get_host; return get_host(request.environ, ['shop.test'])"
    with lab_of(tmp_path, APP.format(hosts=None, line=line), engine) as lab:
        shown = plain(lab.send("GET /"))
    assert "is not trusted" in shown
    assert "TRUSTED_HOSTS" not in shown
