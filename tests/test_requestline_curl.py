"""curl commands: read as curl and a shell read them, written so that both read the same request again."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from routelab.requestline.curl import from_curl
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.quoting import goes_on, shell_quote, split_command
from routelab.requestline.record import BodyKind, RequestLine
from routelab.requestline.writing import format_request, to_curl
from support import Cli
from tables import each

FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = (("Content-Type", "application/json"), ("Accept", "application/json"))


def request(
    method: str, path: str, *headers: tuple[str, str], body: bytes | None = None, **more: object
) -> RequestLine:
    kind = BodyKind.NONE if body is None else BodyKind.RAW
    line = RequestLine(method=method, path=path, headers=headers, body=body, kind=kind)
    return line.replace(**more)


READ = [
    ("curl http://localhost:5000/", request("GET", "/")),
    ("curl localhost:5000/x", request("GET", "/x", host="localhost:5000")),
    ("curl /x", request("GET", "/x")),
    ("curl http://127.0.0.1:5000/x", request("GET", "/x", scheme="http", host="127.0.0.1:5000")),
    ("curl -X DELETE http://localhost:5000/x", request("DELETE", "/x")),
    ("curl -XPUT http://localhost:5000/x", request("PUT", "/x")),
    ("curl --request=PUT http://localhost:5000/x", request("PUT", "/x")),
    ("curl -I http://localhost:5000/x", request("HEAD", "/x")),
    ("curl -sSL http://localhost:5000/x", request("GET", "/x", follow=True)),
    ("curl http://localhost:5000/x -H 'X-A: 1' -H 'B;' -H 'Accept:'", request("GET", "/x", ("X-A", "1"), ("B", ""), unset=("Accept",))),
    ("curl http://localhost:5000/x -d a=1 -d b=2", request("POST", "/x", FORM, body=b"a=1&b=2")),
    ("curl http://localhost:5000/x --data-raw '@a'", request("POST", "/x", FORM, body=b"@a")),
    ("curl http://localhost:5000/x --data-urlencode 'a=b c&d'", request("POST", "/x", FORM, body=b"a=b+c%26d")),
    ("curl http://localhost:5000/x --data-urlencode 'b c'", request("POST", "/x", FORM, body=b"b+c")),
    ("curl http://localhost:5000/x --json '{\"a\": 1}'", request("POST", "/x", *JSON, body=b'{"a": 1}')),
    ("curl -G http://localhost:5000/x -d a=1 -d 'b=2'", request("GET", "/x", query_string="a=1&b=2")),
    ("curl -G 'http://localhost:5000/x?c=3' --data-urlencode 'a=ä'", request("GET", "/x", query_string="c=3&a=%C3%A4")),
    ("curl http://localhost:5000/x -b 'a=1; b=2'", request("GET", "/x", ("Cookie", "a=1; b=2"))),
    ("curl -u ann:pw http://localhost:5000/x", request("GET", "/x", ("Authorization", "Basic YW5uOnB3"))),
    ("curl -A me -e http://a/ http://localhost:5000/x", request("GET", "/x", ("User-Agent", "me"), ("Referer", "http://a/"))),
    ("curl --compressed -o out -m 3 'http://localhost:5000/x'", request("GET", "/x")),
    ("curl \\\n  -X POST \\\n  http://localhost:5000/x", request("POST", "/x")),
    (r"curl http://localhost:5000/x --data-raw $'a\n\x41\'\u00e4'", request("POST", "/x", FORM, body="a\nA'ä".encode())),
    ('curl http://localhost:5000/x -d "a=\\"1\\" $b"', request("POST", "/x", FORM, body=b'a="1" $b')),
    ("curl http://localhost:5000/x -d ''", request("POST", "/x", FORM, body=b"")),
]  # fmt: skip


@each(("command", "expected"), READ)
def test_commands_are_read_as_curl_reads_them(command: str, expected: RequestLine) -> None:
    assert from_curl(command) == expected
    assert from_curl(to_curl(expected)) == expected


def test_forms_in_parts_read_their_files(tmp_path: Path) -> None:
    (tmp_path / "cv.txt").write_text("hello", encoding="utf-8")
    line = from_curl("curl http://localhost:5000/up -F name=ann -F 'cv=@cv.txt;type=text/x'", folder=tmp_path)
    assert line == parse("POST /up name=ann 'cv@cv.txt;type=text/x' --multipart", folder=tmp_path)
    assert from_curl(to_curl(line), folder=tmp_path) == line


def test_data_is_read_from_files_as_curl_does(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x\r\ny\n")
    for option, body in (("-d", b"xy"), ("--data-binary", b"x\r\ny\n"), ("--json", b"x\r\ny\n")):
        assert from_curl(f"curl localhost:5000/x {option} @a", folder=tmp_path).body == body
    assert from_curl("curl localhost:5000/x --data-urlencode n@a", folder=tmp_path).body == b"n=x%0D%0Ay%0A"


NO_TEXT = b"\x89PNG\r\n\xff\x00"


@pytest.mark.parametrize("option", ["--data-binary", "--json"])
def test_a_file_that_is_no_text_is_named_in_the_line(tmp_path: Path, option: str) -> None:
    (tmp_path / "photo").write_bytes(NO_TEXT)
    line = from_curl(f"curl localhost:5000/x {option} @photo", folder=tmp_path)
    assert line.body == NO_TEXT
    assert parse(format_request(line), folder=tmp_path) == line
    assert from_curl(to_curl(line), folder=tmp_path).body == NO_TEXT


@pytest.mark.parametrize("data", ["-d @photo", "--data-binary @photo -d a=1"])
def test_a_body_that_no_line_can_carry_is_sent(cli: Cli, tmp_path: Path, data: str) -> None:
    """Only the command that would send it again is not there."""
    (tmp_path / "photo").write_bytes(NO_TEXT)
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    curl = f"curl localhost:5000/x {data}"
    sent = cli("request", curl, "--format", "json", folder=tmp_path)
    trace = json.loads(sent.out)
    assert (sent.code, trace["command"]) == (0, "")
    assert ["Content-Length", str(len(from_curl(curl, folder=tmp_path).body or b""))] in trace["request"][
        "headers"
    ]
    shared = cli("share", curl, folder=tmp_path)
    assert (shared.code, shared.out) == (2, "")
    assert "no command line can carry it" in shared.err


REFUSED = [
    ("curl", "has no URL"),
    ("curl a.com b.com", "has 2 URLs"),
    ("curl DELETE http://a.com/x", "curl takes DELETE for a URL; write -X DELETE for the method"),
    ("curl 'open", "never closed"),
    ("curl -X", "needs a value"),
    ("curl --proxy-user a localhost/", "is not simulated"),
    ("curl --dta a localhost/", "did you mean --data"),
    ("curl -H nonsense localhost/", "is not a header"),
    ("curl -F nonsense localhost/", "is not a form field"),
    ("curl -F a=1 -d b=2 localhost/", "both want to be the body"),
    ("curl -b cookies.txt localhost/", "is a cookie file"),
    ("curl --max-redirs x localhost/", "whole number"),
    ("curl ftp://localhost/x", "not a scheme"),
    ("curl -d @missing localhost/", "cannot read"),
]


@each(("command", "problem"), REFUSED)
def test_what_cannot_be_simulated_is_said_in_one_line(command: str, problem: str) -> None:
    with pytest.raises(RequestLineError) as caught:
        from_curl(command)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


OPEN = [
    ("curl a \\", True),
    ("curl 'a", True),
    ('curl "a', True),
    ("curl $'a\\'", True),
    ("curl a", False),
    ("curl 'a\nb'", False),
]


@each(("text", "is_it"), OPEN)
def test_a_command_goes_on_after_a_backslash_and_in_quotes(text: str, is_it: bool) -> None:
    assert goes_on(text) is is_it


words = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12), max_size=5
)


@given(words)
def test_words_survive_quoting(typed: list[str]) -> None:
    assert split_command(" ".join(shell_quote(word) for word in typed)) == typed


@given(words)
def test_words_without_dollar_quotes_are_split_as_shlex_does(typed: list[str]) -> None:
    line = " ".join(shlex.quote(word) for word in typed)
    assume("$'" not in line)
    assert split_command(line) == shlex.split(line)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is the judge of what bash reads")
@pytest.mark.parametrize("word", ["a\nb", "it's", "\x1b[31m", "tab\t", "ä '\"$x`y\\", "", "\x7f\\n", "a b"])
def test_bash_reads_a_quoted_word_as_it_was(word: str) -> None:
    ended = subprocess.run(["bash", "-c", f"printf %s {shell_quote(word)}"], capture_output=True, check=True)
    assert ended.stdout.decode() == word


text = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="'\"\\"), min_size=1, max_size=8
)
segments = st.lists(st.text("abcé{}[]<>:=@.,~-%", min_size=1, max_size=6), max_size=3)
methods = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "AHOY"])
names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
hosts = st.sampled_from(
    ["", "http://localhost", "https://example.com:8443", "example.org:80", "http://localhost:5000"]
)
items = st.one_of(
    st.builds(
        "{}:{}".format,
        names,
        st.text("abcä;, =", max_size=6).map(str.strip).filter(lambda v: v[:1] not in ("=", "@")),
    ),
    st.builds("{};".format, names),
    st.builds("{}=={}".format, names, text),
    st.builds("{}={}".format, names, text.filter(lambda v: v[0] not in "=@")),
    st.builds("{}:={}".format, names, st.integers().map(str)),
)
options = st.lists(
    st.sampled_from(["-f", "-j", "--multipart", "-F", "-a ann:pw", "--max-redirects 3"]),
    max_size=2,
    unique=True,
)


@st.composite
def requests(draw: st.DrawFn) -> RequestLine:
    path = "/" + "/".join(draw(segments))
    words = [draw(methods), draw(hosts) + path, *draw(st.lists(items, max_size=4))]
    try:
        return parse([*words, *(word for option in draw(options) for word in option.split())])
    except RequestLineError:
        assume(False)
        raise


def sent(line: RequestLine) -> RequestLine:
    """Return what is sent, without how it was written down: items become the body that they made."""
    at_home = (line.scheme, line.host) == ("http", "localhost:5000")
    return line.replace(
        kind=BodyKind.NONE if line.body is None else BodyKind.RAW,
        items=(),
        scheme=None if at_home else line.scheme,
        host=None if at_home else line.host,
    )


@given(requests())
def test_a_request_survives_the_way_to_curl_and_back(line: RequestLine) -> None:
    again = from_curl(to_curl(line))
    assert sent(again) == sent(line)
    assert from_curl(to_curl(again)) == again


def test_the_command_is_one_line_that_bash_and_curl_would_take() -> None:
    line = parse("POST '/a b/{x}?q=1' name='Ann Lee' -f")
    command = to_curl(line)
    assert command == (
        "curl -g 'http://localhost:5000/a%20b/{x}?q=1' "
        "-H 'Content-Type: application/x-www-form-urlencoded; charset=utf-8' --data-raw name=Ann+Lee"
    )
    assert "\n" not in to_curl(parse(["POST", "/", "--raw", "a\nb"]))
