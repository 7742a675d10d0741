"""Secrets are left out wherever they stand, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import chosen, examples
from routelab.screen.blocks import CodeFrame, Mark
from routelab.screen.redaction import Redaction
from routelab.tracing.secrets import is_secret, masked
from screen.samples import samples
from support import Cli, lab_of, write_app
from tables import each

HIDDEN = "(hidden)"
APP = """
from flask import Flask, request, session, redirect
app = Flask(__name__)
app.secret_key = "keep-it-quiet"


@app.route("/login", methods=["POST"])
def login():
    session["user"] = request.form.get("user", "")
    print("they typed", request.form.get("password"))
    return f"Hello, your password is {request.form.get('password')}"


@app.route("/reset/<token>")
def reset(token):
    raise ValueError(f"{token} is too old")


@app.route("/json", methods=["POST"])
def take():
    return request.get_json()


@app.route("/me")
def me():
    return dict(request.headers)
"""
REQUESTS = (
    (("POST", "/login", "user=ann", "password=corr&ct hörse", "-f"), ("corr&ct", "hörse", "keep-it")),
    (("GET", "/reset/8f3e-long-token-91"), ("8f3e",)),
    (("POST", "/json", "api_key=abcd-1234-efgh", "deep:={\"client_secret\": \"s3cr3t-s3cr3t\"}"), ("abcd-", "s3cr3t")),
    (("GET", "/me", "Cookie:theme=dark; session=eyJ1c2VyIjoxfQ.sig"), ("eyJ1c2VyIjoxfQ",)),
    (("GET", "/me", "-a", "ann:open-sesame"), ("open-sesame", "YW5uOm9wZW4tc2VzYW1l")),
    (("GET", "/me", "Authorization:Bearer abc.def.ghi"), ("abc.def.ghi",)),
    (("GET", "/me", "X-CSRF-Token:zzzz-1111"), ("zzzz-1111",)),
    (("GET", "/me", "access_token==qqqq-2222"), ("qqqq-2222",)),
)  # fmt: skip


FORMS = ("html", "svg", "plain", "json")


@pytest.mark.parametrize(
    ("words", "secrets", "form"),
    chosen(
        [(*asked, form) for asked in REQUESTS for form in FORMS],
        [(*asked, form) for number, asked in enumerate(REQUESTS) for form in ("json", FORMS[number % 3])],
    ),
)
def test_no_secret_of_a_request_is_shown(
    words: tuple[str, ...], secrets: tuple[str, ...], form: str, cli: Cli, tmp_path: Path
) -> None:
    write_app(tmp_path, APP)
    asked = ("request", "--engine", "routelab", "-v", "--format", form)
    shown = cli(*asked, "--redact", *words, folder=tmp_path).out
    plain = cli(*asked, "--no-redact", *words, folder=tmp_path).out
    for secret in secrets:
        assert secret not in shown, secret
    assert any(secret in plain for secret in secrets)
    assert HIDDEN in shown.replace("&#160;", " ")
    if form == "json":
        assert json.loads(shown)["schema"] == 2
    usual = cli(*asked, *words, folder=tmp_path).out
    assert any(secret in usual for secret in secrets) is (form not in ("html", "svg"))


def test_masking_hides_values_and_leaves_names(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, APP)
    trace = lab.send(["POST", "/login", "user=ann", "password=pw", "-f", "Cookie:a=b; long=abcdefgh"])
    hidden, found = masked(trace)
    assert found == {"abcdefgh", *found}
    assert "pw" not in found  # too short to be looked for elsewhere
    request = hidden.to_dict()["steps"][0]
    assert request["form"] == [["user", "ann"], ["password", HIDDEN]]
    assert request["cookies"] == [["a", HIDDEN], ["long", HIDDEN]]
    cookie = next(value for name, value in hidden.response.headers if name == "Set-Cookie")  # type: ignore[union-attr]
    assert cookie == f"session={HIDDEN}; HttpOnly; Path=/"


def test_a_trace_without_secrets_is_left_as_it_is(tmp_path: Path) -> None:
    trace = lab_of(tmp_path, APP).send("GET /nope?page=2")
    assert masked(trace) == (trace, frozenset())


@each("name", ["password", "New-Password", "X-Api-Key", "csrf_token", "Set-Cookie", "pwd", "auth"])
def test_a_name_tells(name: str) -> None:
    assert is_secret(name)


@each("name", ["compass", "author", "bypass", "name", "page", "user_id", "passport"])
def test_a_name_that_only_looks_alike_does_not(name: str) -> None:
    assert not is_secret(name)


@each(
    ("text", "shown"),
    [
        ("password='x'", f"password='{HIDDEN}'"),
        ("/reset?token=abc&page=2", f"/reset?token={HIDDEN}&page=2"),
        ('{"secret": "a\\"b", "page": 2}', f'{{"secret": "{HIDDEN}", "page": 2}}'),
        ('<input name="csrf_token" value="abc">', f'<input name="csrf_token" value="{HIDDEN}">'),
        ("the cookie: it is refused", "the cookie: it is refused"),
        ("compass=3", "compass=3"),
    ],
)
def test_what_a_name_announces_is_hidden(text: str, shown: str) -> None:
    assert Redaction().text(text) == shown


@each(
    ("line", "shown"),
    [
        ('app.secret_key = "dev"', f'app.secret_key = "{HIDDEN}"'),
        ("token = request.args['t']", "token = request.args['t']"),
        ('if form["password"] == user.password:', 'if form["password"] == user.password:'),
    ],
)
def test_of_code_only_what_is_written_in_it_is_hidden(line: str, shown: str) -> None:
    frame = CodeFrame(lines=(line,), file="app.py", mark=Mark(line=1, start=2, end=4))
    (redacted,) = Redaction().tree((frame,))
    assert redacted.lines == (shown,)
    assert (redacted.mark == frame.mark) is (line == shown)


@given(st.text(min_size=8))
@settings(max_examples=examples(40))
def test_a_secret_is_in_no_field_of_any_block(secret: str) -> None:
    # As one finds it, with its neighbours: a field that holds nothing else could be a name.
    assert secret not in repr(Redaction([secret]).tree(samples(f"<{secret}>"))) or secret in repr(
        samples("<>")
    )


@each(
    ("words", "shown"),
    [
        (["password=a b", "user=ann"], [f"password={HIDDEN}", "user=ann"]),
        (["-a", "ann:pw", "GET"], ["-a", HIDDEN, "GET"]),
        (["--auth=ann:pw"], [f"--auth={HIDDEN}"]),
        (["-b", "/me"], ["-b", "/me"]),
        (["curl", "-b", "a=b", "-u", "ann:pw", "-H", "Authorization: Bearer x"],
         ["curl", "-b", HIDDEN, "-u", HIDDEN, "-H", f"Authorization: {HIDDEN}"]),
        (["POST", "http://localhost/?token=1&x=2"], ["POST", f"http://localhost/?token={HIDDEN}&x=2"]),
    ],
)  # fmt: skip
def test_a_command_line_keeps_no_secrets(words: list[str], shown: list[str]) -> None:
    assert Redaction().words(words) == shown
