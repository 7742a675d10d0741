import json
import shlex
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request

from effort import examples
from routelab.errors import UsageError
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.items import Separator, assemble, parse_item
from routelab.requestline.parsing import parse
from routelab.requestline.quoting import LINE_LIMIT, quote, split
from routelab.requestline.record import BODY_LIMIT, BodyKind, RequestLine
from routelab.requestline.writing import format_request
from tables import each

JSON_HEADERS = (("Accept", "application/json, */*;q=0.5"), ("Content-Type", "application/json"))
FORM_HEADERS = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("files")
    for name, content in {
        "cat.png": b"\x89PNG\r\n\x1a\n\xff",
        "note.txt": "héllo\n\n".encode(),
        "data.json": b'{"x": [1, 2]}',
        "bad.json": b"nope",
        "token": b"abc\n",
        "half.bin": b"\xff\xfe",
        "tricky.txt": b"--routelab-boundary\r\n",
    }.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "sub").mkdir()
    return tmp_path


def received(request: RequestLine) -> Request:
    """Hand the body to Werkzeug, which reads it as an app would."""
    body = request.body or b""
    environ = {
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": dict(request.headers).get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return Request(environ)


# HTTPie's items. The first fourteen rows are the table of the documentation that HTTPie 3.2.4 was asked for;
# the others were run through HTTPie itself.
ITEMS = [
    ("a:b=c", "a", ":", "b=c"),
    ("a=b==c", "a", "=", "b==c"),
    ("a=b:c", "a", "=", "b:c"),
    ("a:==b", "a", ":=", "=b"),
    ("X:a==b", "X", ":", "a==b"),
    ("url==http://x/y", "url", "==", "http://x/y"),
    ("Accept:", "Accept", ":", ""),
    ("Header;", "Header", ";", ""),
    ("me@x.org=1", "me", "@", "x.org=1"),
    (r"foo\==bar", "foo=", "=", "bar"),
    ("email=me@x.org", "email", "=", "me@x.org"),
    ("q==@f", "q", "==@", "f"),
    ("d=@f", "d", "=@", "f"),
    ("d:=@f", "d", ":=@", "f"),
    ("X:@f", "X", ":@", "f"),
    ("f@p;type=a/b", "f", "@", "p;type=a/b"),
    ("=1", "", "=", "1"),
    ("==1", "", "==", "1"),
    ("@f", "", "@", "f"),
    (r"me\@x=1", "me@x", "=", "1"),
    (r"a\:b=c", "a:b", "=", "c"),
    (r"a\;b=c", "a;b", "=", "c"),
    (r"a\\=b", r"a\\", "=", "b"),
    (r"a\x=b", r"a\x", "=", "b"),
    (r"a=b\=c", "a", "=", "b=c"),
    (r"a=C:\dir", "a", "=", r"C:\dir"),
    (r"a=\=b", "a", "=", "=b"),
    ("a=\\", "a", "=", "\\"),
    ("a=line\nbreak", "a", "=", "line\nbreak"),
]


@each(("word", "name", "separator", "value"), ITEMS)
def test_an_item_splits_at_its_first_separator(word: str, name: str, separator: str, value: str) -> None:
    item = parse_item(word)
    assert (item.name, item.separator, item.value) == (name, Separator(separator), value)


@each("word", ["noseparator", "", r"a\=b", "\\"])
def test_a_word_without_separator_is_no_item(word: str) -> None:
    with pytest.raises(RequestLineError) as caught:
        parse_item(word)
    assert caught.value.fault is Fault.NOT_AN_ITEM


def test_a_path_would_parse_as_an_item_so_the_slash_is_looked_at_first() -> None:
    assert parse_item("/user/alice?x=1").separator is Separator.TEXT
    assert parse("/user/alice?x=1").path == "/user/alice"


@each(
    ("line", "method", "path"),
    [
        ("/x", "GET", "/x"),
        ("GET /x", "GET", "/x"),
        ("get /x", "GET", "/x"),
        ("AHOY /x", "AHOY", "/x"),
        ("Delete /x", "DELETE", "/x"),
        ("/x a=1", "POST", "/x"),
        ("/x a:=1", "POST", "/x"),
        ("/x --raw hi", "POST", "/x"),
        ("/x q==1", "GET", "/x"),
        ("/x X-Token:1", "GET", "/x"),
        ("/x Accept:", "GET", "/x"),
        ("/x -f", "GET", "/x"),
        ("/x -j", "GET", "/x"),
        ("GET /x a=1", "GET", "/x"),
        ("localhost", "GET", "/"),
        ("localhost/x a=1", "POST", "/x"),
    ],
)
def test_the_method_is_the_one_written_or_follows_from_the_data(line: str, method: str, path: str) -> None:
    request = parse(line)
    assert (request.method, request.path) == (method, path)


@each(
    ("word", "expected"),
    [
        ("/user/alice", {"path": "/user/alice"}),
        ("/", {"path": "/"}),
        ("/al%20ice", {"path": "/al%20ice"}),
        ("/q/100%", {"path": "/q/100%"}),
        ("/user/ülkü", {"path": "/user/ülkü"}),
        ("//user//alice", {"path": "//user//alice"}),
        ("/a:b/c@d;e=f", {"path": "/a:b/c@d;e=f"}),
        ("/x?a=1&a=2", {"path": "/x", "query_string": "a=1&a=2"}),
        ("/x?", {"path": "/x"}),
        ("/x?a=ü", {"path": "/x", "query_string": "a=%C3%BC"}),
        ("/x?a=%zz&b=100%", {"path": "/x", "query_string": "a=%zz&b=100%"}),
        ("/x?a=1?b", {"path": "/x", "query_string": "a=1?b"}),
        ("/x#top", {"path": "/x", "fragment": "top"}),
        ("/x?a=1#top?b", {"path": "/x", "query_string": "a=1", "fragment": "top?b"}),
        ("/x#", {"path": "/x", "fragment": ""}),
        (":/foo", {"path": "/foo", "host": "localhost"}),
        (":3000/x", {"path": "/x", "host": "localhost:3000"}),
        (":3000", {"path": "/", "host": "localhost:3000"}),
        (":", {"path": "/", "host": "localhost"}),
        (":?a=1", {"path": "/", "host": "localhost", "query_string": "a=1"}),
        ("localhost", {"path": "/", "host": "localhost"}),
        ("localhost/x", {"path": "/x", "host": "localhost"}),
        ("localhost?a=1", {"path": "/", "host": "localhost", "query_string": "a=1"}),
        ("localhost:5000/x", {"path": "/x", "host": "localhost:5000"}),
        ("127.0.0.1/x", {"path": "/x", "host": "127.0.0.1"}),
        ("[::1]:5000/x", {"path": "/x", "host": "[::1]:5000"}),
        ("api.example.com/x", {"path": "/x", "host": "api.example.com"}),
        ("myhost:80", {"path": "/", "host": "myhost:80"}),
        ("http://host/x", {"path": "/x", "host": "host", "scheme": "http"}),
        ("HTTPS://Host", {"path": "/", "host": "Host", "scheme": "https"}),
        ("ws://host/chat", {"path": "/chat", "host": "host", "scheme": "ws"}),
        ("://host/x", {"path": "/x", "host": "host", "scheme": "http"}),
        ("http://münchen.example/", {"path": "/", "host": "xn--mnchen-3ya.example", "scheme": "http"}),
    ],
)
def test_where_a_request_goes(word: str, expected: dict[str, str]) -> None:
    assert parse(["GET", word]) == RequestLine(method="GET", **expected)  # type: ignore[arg-type]


def test_a_path_may_hold_spaces_when_it_is_quoted() -> None:
    assert parse("GET '/user/ann lee' X:1").path == "/user/ann lee"
    assert parse(["GET", "/user/ann lee"]).path == "/user/ann lee"


@each(
    ("line", "query"),
    [
        ("/x q==cat", "q=cat"),
        ("/x q==1 q==2", "q=1&q=2"),
        ("/x?z=1 'q==a b' q==", "z=1&q=a+b&q="),
        ("/x d==ü/&", "d=%C3%BC%2F%26"),
        ("/x 'a b==1'", "a+b=1"),
        ("/x ==1", "=1"),
        ("'/x?a=b c'", "a=b%20c"),
    ],
)
def test_query_items_join_the_query_of_the_path(line: str, query: str) -> None:
    request = parse(line)
    assert (request.query_string, request.method, request.headers) == (query, "GET", ())


@each(
    ("line", "headers", "unset"),
    [
        ("/x X:1", (("X", "1"),), ()),
        ("/x X:1 X:2", (("X", "1"), ("X", "2")), ()),
        ("/x X;", (("X", ""),), ()),
        ("/x 'X:  padded '", (("X", "padded"),), ()),
        ("/x 'X: '", (("X", ""),), ()),
        ("/x X:1 x:", (), ("x",)),
        ("/x X: X:1", (("X", "1"),), ()),
        ("/x Accept:", (), ("Accept",)),
        ("/x X:ü", (("X", "ü"),), ()),
        ("/x 'Cookie:a=1;b=2'", (("Cookie", "a=1;b=2"),), ()),
        ("/x Referer:http://x.org/", (("Referer", "http://x.org/"),), ()),
        ("/x -j", JSON_HEADERS, ()),
        ("/x -f", FORM_HEADERS, ()),
        ("/x -j Accept:text/html", (("Accept", "text/html"), JSON_HEADERS[1]), ()),
        ("/x a=1", JSON_HEADERS, ()),
        ("/x a=1 -f", FORM_HEADERS, ()),
        ("/x a=1 content-type:text/plain", (("content-type", "text/plain"), JSON_HEADERS[0]), ()),
        ("/x a=1 Accept: Content-Type:", (), ("Accept", "Content-Type")),
        ("/x -a u:p", (("Authorization", "Basic dTpw"),), ()),
        ("/x -a u:p Authorization:other", (("Authorization", "Basic dTpw"),), ()),
        ("/x -a u:p Authorization:", (("Authorization", "Basic dTpw"),), ()),
        ("/x -a u:p:q", (("Authorization", "Basic dTpwOnE="),), ()),
        ("/x -a ü:", (("Authorization", "Basic " + b64encode("ü:".encode()).decode()),), ()),
        ("http://u:p@localhost/x", (("Authorization", "Basic dTpw"),), ()),
        ("http://a:b@localhost/x -a u:p", (("Authorization", "Basic dTpw"),), ()),
    ],
)
def test_headers_are_those_typed_and_those_that_the_data_bring(
    line: str, headers: tuple[tuple[str, str], ...], unset: tuple[str, ...]
) -> None:
    request = parse(line)
    assert (request.headers, request.unset) == (headers, unset)


@each(
    ("items", "document"),
    [
        ("a=1", {"a": "1"}),
        ("a=", {"a": ""}),
        ("a=1 a=2", {"a": "2"}),
        ("=1", {"": "1"}),
        ("age:=29 ok:=false none:=null", {"age": 29, "ok": False, "none": None}),
        ("""pies:='[1, "two"]'""", {"pies": [1, "two"]}),
        ("""o:='{"tool": "x"}'""", {"o": {"tool": "x"}}),
        ("n:=1.10 big:=12345678901234567890123", {"n": 1.1, "big": 12345678901234567890123}),
        ("a=ü", {"a": "ü"}),
        ("a[b]=1", {"a": {"b": "1"}}),
        ("a[b]=1 a[c]:=2", {"a": {"b": "1", "c": 2}}),
        ("tags[]=x tags[]=y", {"tags": ["x", "y"]}),
        ("a[b][]=1", {"a": {"b": ["1"]}}),
        ("a[][b]=1 a[][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        ("a[0][b]=1 a[0][c]=2 a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ("a[0]=1 a[2]=3", {"a": ["1", None, "3"]}),
        ("a[1.5]=x a[' b ']=y", {"a": {"1.5": "x", " b ": "y"}}),
        (r"a[\0]=1", {"a": {"0": "1"}}),
        (r"a\[b\]=1", {"a[b]": "1"}),
        (r"a[b\]c]=1", {"a": {"b]c": "1"}}),
        ("""a:='{"x": 1}' a[y]=1""", {"a": {"x": 1, "y": "1"}}),
        ("a:=[1] a[]=1", {"a": [1, "1"]}),
        ("a[]:=[1,2]", {"a": [[1, 2]]}),
        ("a[0]=1 5=1", {"a": ["1"], "5": "1"}),
        ("[]=1 []=2", ["1", "2"]),
        ("[0][k]=v", [{"k": "v"}]),
        ("[2]=1", [None, None, "1"]),
        (""":='{"a": 1}' b=1""", {"": {"a": 1}, "b": "1"}),
    ],
)
def test_data_items_make_a_json_document(items: str, document: object) -> None:
    request = parse(f"/x {items}")
    assert request.body == json.dumps(document).encode()
    assert (request.kind, request.headers) == (BodyKind.JSON, JSON_HEADERS)
    assert received(request).get_json() == document


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_document_can_be_put_together_from_its_leaves(document: object) -> None:
    pairs: list[tuple[str, object]] = []
    _leaves("", document, pairs)
    assume(isinstance(document, dict | list) and document)
    assert assemble(pairs) == document


def _leaves(key: str, value: object, pairs: list[tuple[str, object]]) -> None:
    """List (key, leaf) pairs, as one would have to type them; an empty list or object is a leaf."""

    def escaped(name: str) -> str:
        text = name.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
        return f"\\{text}" if text.isascii() and text.isdigit() else text

    if isinstance(value, dict) and value:
        for name, inner in value.items():
            _leaves(f"{key}[{escaped(name)}]" if key else escaped(name), inner, pairs)
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            _leaves(f"{key}[{index}]", inner, pairs)
    else:
        pairs.append((key, value))


@each(
    ("items", "body", "pairs"),
    [
        ("username=ann password=x", b"username=ann&password=x", [("username", "ann"), ("password", "x")]),
        ("a=1 a=2 'b=x y'", b"a=1&a=2&b=x+y", [("a", "1"), ("a", "2"), ("b", "x y")]),
        ("a[b]=1", b"a%5Bb%5D=1", [("a[b]", "1")]),
        ("a=ü&=", b"a=%C3%BC%26%3D", [("a", "ü&=")]),
        ("a:=1 b:=true c:=1.5 d:='\"s\"'", b"a=1&b=true&c=1.5&d=s", None),
        ("a=", b"a=", [("a", "")]),
    ],
)
def test_a_form_is_urlencoded(items: str, body: bytes, pairs: list[tuple[str, str]] | None) -> None:
    request = parse(f"POST /login {items} -f")
    assert (request.body, request.kind, request.headers) == (body, BodyKind.FORM, FORM_HEADERS)
    if pairs is not None:
        assert list(received(request).form.items(multi=True)) == pairs


def test_a_form_with_a_file_is_multipart(folder: Path) -> None:
    request = parse("/up name='Ann Lee' pic@cat.png note@note.txt;type=text/markdown n:=1 -f", folder=folder)
    assert (request.method, request.kind) == ("POST", BodyKind.MULTIPART)
    with received(request) as got:
        assert list(got.form.items(multi=True)) == [("name", "Ann Lee"), ("n", "1")]
        picture, note = got.files["pic"], got.files["note"]
        assert (picture.filename, picture.content_type) == ("cat.png", "image/png")
        assert picture.read() == (folder / "cat.png").read_bytes()
        assert (note.filename, note.content_type) == ("note.txt", "text/markdown")
        assert note.read() == (folder / "note.txt").read_bytes()


def test_multipart_needs_no_file_and_is_the_same_every_time(folder: Path) -> None:
    request = parse("/x a=1 'b\"=2' --multipart")
    assert request == parse("/x a=1 'b\"=2' --multipart")
    assert request.headers == (("Content-Type", "multipart/form-data; boundary=routelab-boundary"),)
    assert received(request).form.to_dict() == {"a": "1", 'b"': "2"}
    assert request.body == (
        b'--routelab-boundary\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--routelab-boundary\r\nContent-Disposition: form-data; name="b%22"\r\n\r\n2\r\n'
        b"--routelab-boundary--\r\n"
    )


def test_a_boundary_that_occurs_in_a_part_is_not_used(folder: Path) -> None:
    request = parse("/x f@tricky.txt -f", folder=folder)
    assert dict(request.headers)["Content-Type"] == "multipart/form-data; boundary=routelab-boundary-2"
    with received(request) as got:
        assert got.files["f"].read() == b"--routelab-boundary\r\n"


@each(
    ("typed", "sent"),
    [
        ("multipart/form-data", "multipart/form-data; boundary=routelab-boundary"),
        ("multipart/form-data; boundary=xoxo", "multipart/form-data; boundary=xoxo"),
        ('multipart/form-data; boundary="x o"', 'multipart/form-data; boundary="x o"'),
    ],
)
def test_a_typed_boundary_is_kept_and_a_missing_one_added(typed: str, sent: str) -> None:
    request = parse(["/x", "a=1", "--multipart", f"Content-Type:{typed}"])
    assert request.headers == (("Content-Type", sent),)
    assert received(request).form.to_dict() == {"a": "1"}


@pytest.mark.parametrize(
    ("line", "body", "headers"),
    [
        ("/x --raw hello", b"hello", JSON_HEADERS),
        ("""/x --raw='{"a": 1}'""", b'{"a": 1}', JSON_HEADERS),
        ("/x --raw ü", "ü".encode(), JSON_HEADERS),
        ("/x --raw ''", b"", JSON_HEADERS),
        ("/x -f --raw a=1", b"a=1", FORM_HEADERS),
        ("/x --raw -v", b"-v", JSON_HEADERS),
        ("/x --raw hi Content-Type:text/plain", b"hi", (("Content-Type", "text/plain"), JSON_HEADERS[0])),
        ("/x @note.txt", "héllo\n\n".encode(), (JSON_HEADERS[0], ("Content-Type", "text/plain"))),
        ("/x @token", b"abc\n", JSON_HEADERS),
        ("/x @half.bin;type=x/y", b"\xff\xfe", (JSON_HEADERS[0], ("Content-Type", "x/y"))),
        ("/x @token -f", b"abc\n", FORM_HEADERS),
    ],
)
def test_a_raw_body_is_sent_as_it_is(
    line: str, body: bytes, headers: tuple[tuple[str, str], ...], folder: Path
) -> None:
    request = parse(line, folder=folder)
    assert (request.method, request.kind, request.body, request.headers) == (
        "POST",
        BodyKind.RAW,
        body,
        headers,
    )


def test_items_can_take_their_value_from_a_file(folder: Path) -> None:
    request = parse("/x X:@token q==@token text=@note.txt json:=@data.json", folder=folder)
    assert request.headers[0] == ("X", "abc")
    assert request.query_string == "q=abc"
    assert received(request).get_json() == {"text": "héllo\n\n", "json": {"x": [1, 2]}}


def test_files_are_looked_for_where_the_caller_says_or_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for path in ("token", str(folder / "token"), "~/token", "sub/../token"):
        assert parse(["/x", f"a=@{path}", "-f"]).body == b"a=abc%0A"


@each(
    ("line", "follow", "max_redirects", "kind"),
    [
        ("GET /x", False, 30, BodyKind.NONE),
        ("-F GET /x", True, 30, BodyKind.NONE),
        ("GET --follow /x", True, 30, BodyKind.NONE),
        ("GET /x --max-redirects 3 -F", True, 3, BodyKind.NONE),
        ("GET /x --max-redirects=0", False, 0, BodyKind.NONE),
        ("-fF /x a=1", True, 30, BodyKind.FORM),
        ("-Ff /x a=1", True, 30, BodyKind.FORM),
        ("/x a=1 -f -j", False, 30, BodyKind.JSON),
        ("/x a=1 --json --form", False, 30, BodyKind.FORM),
        ("/x a=1 --multipart -f", False, 30, BodyKind.FORM),
        ("/x -F -- -a=1", True, 30, BodyKind.JSON),
    ],
)
def test_options_may_stand_anywhere(line: str, follow: bool, max_redirects: int, kind: BodyKind) -> None:
    request = parse(line)
    assert (request.follow, request.max_redirects, request.kind) == (follow, max_redirects, kind)


@each("option", ["-a u:p", "-au:p", "--auth u:p", "--auth=u:p", "-Fau:p", "-Fa u:p"])
def test_an_option_takes_its_value_in_every_spelling(option: str) -> None:
    assert parse(f"/x {option}").headers == (("Authorization", "Basic dTpw"),)


def test_words_and_one_string_are_the_same_request() -> None:
    words = ["POST", "/login", "name=Ann Lee", "-f"]
    line = "POST /login 'name=Ann Lee' -f"
    assert parse(words) == parse(line) == parse([line]) == parse(["POST /login 'name=Ann Lee'", "-f"])
    assert parse(["-F", "GET /x"]) == parse("GET /x -F")


@each("quoted", ["POST /login", "post  /login", " POST /login "])
def test_a_method_and_its_path_in_quotes_are_followed_by_more(quoted: str) -> None:
    assert (
        parse([quoted, "name=ann", "-f"])
        == parse(["-f", quoted, "name=ann"])
        == parse("POST /login name=ann -f")
    )


@each(
    ("line", "words"),
    [
        ("", []),
        ("  GET\t/x \r\n", ["GET", "/x"]),
        ("a 'b c' d", ["a", "b c", "d"]),
        ("""name="Ann Lee" x=''""", ["name=Ann Lee", "x="]),
        ("'' a", ["", "a"]),
        (r'"a\"b\\c\d"', [r'a"b\c\d']),
        (r"a\ b \'x", ["a b", "'x"]),
        (r"foo\==bar C:\dir\x", [r"foo\==bar", r"C:\dir\x"]),
        ("a\\", ["a\\"]),
        ("GET\xa0/x", ["GET\xa0/x"]),
    ],
)
def test_a_line_splits_into_words(line: str, words: list[str]) -> None:
    assert split(line) == words


@given(st.text(alphabet="ab =/'\" \t", max_size=30))
def test_quotes_work_as_in_a_shell(line: str) -> None:
    try:
        expected = shlex.split(line)
    except ValueError:
        with pytest.raises(RequestLineError) as caught:
            split(line)
        assert caught.value.fault is Fault.UNCLOSED_QUOTE
    else:
        assert split(line) == expected


@given(st.lists(st.text(max_size=12), max_size=5))
def test_quoted_words_come_back_and_a_shell_reads_them_alike(words: list[str]) -> None:
    line = " ".join(quote(word) for word in words)
    assert split(line) == words == shlex.split(line)


GIT_BASH = "C:/Program Files/Git/user/alice"

# (line or words, the fault, facts that it must hold, what its sentence must name)
BAD = [
    ("", Fault.EMPTY_LINE, {}, "GET /user/alice"),
    ("   ", Fault.EMPTY_LINE, {}, "empty"),
    ([], Fault.EMPTY_LINE, {}, "empty"),
    ("-f", Fault.EMPTY_LINE, {}, "empty"),
    ("GET", Fault.MISSING_PATH, {"method": "GET", "suggestion": "GET /"}, "path"),
    ("post -f", Fault.MISSING_PATH, {"suggestion": "POST /"}, "POST /"),
    (
        "POST name=ann",
        Fault.MISSING_PATH_BEFORE,
        {"before": "name=ann", "suggestion": "POST / name=ann"},
        "name=ann",
    ),
    (
        "user/alice",
        Fault.NOT_A_PATH,
        {"word": "user/alice", "suggestion": "GET /user/alice"},
        "/user/alice",
    ),
    ("get status", Fault.NOT_A_PATH, {"suggestion": "GET /status"}, "/status"),
    ("status", Fault.NOT_A_PATH, {"suggestion": "GET /status"}, "slash"),
    ("DELETE about.html", Fault.NOT_A_PATH, {"suggestion": "DELETE /about.html"}, "/about.html"),
    ("v1.0/users", Fault.NOT_A_PATH, {}, "/v1.0/users"),
    ("?a=1", Fault.NOT_A_PATH, {}, "?a=1"),
    ("make me a sandwich", Fault.NOT_A_PATH, {}, "'me'"),
    (["GET", ""], Fault.NOT_A_PATH, {}, "''"),
    (["GET", GIT_BASH], Fault.MANGLED_PATH, {"original": "/user/alice"}, "'//user/alice'"),
    ([GIT_BASH], Fault.MANGLED_PATH, {"original": "/user/alice"}, "MSYS_NO_PATHCONV"),
    (["C:/msys64/"], Fault.MANGLED_PATH, {"original": "/"}, "Git Bash"),
    (["D:\\Tools\\Git\\x\\y"], Fault.MANGLED_PATH, {"original": "/x/y"}, "Git Bash"),
    (["C:/elsewhere/x"], Fault.MANGLED_PATH, {"original": None}, "Git Bash"),
    ("ftp://host/x", Fault.UNKNOWN_SCHEME, {"scheme": "ftp"}, "http"),
    ("http:///x", Fault.BAD_HOST, {"host": ""}, "localhost"),
    (["GET", "http://a b/x"], Fault.BAD_HOST, {"host": "a b"}, "'a b'"),
    ("http://host:port/x", Fault.BAD_HOST, {"host": "host:port"}, "host:port"),
    (["http://ü..x/"], Fault.BAD_HOST, {}, "ü..x"),
    ("GET /x lee", Fault.NOT_AN_ITEM, {"word": "lee"}, "'lee'"),
    ("GET /x :1", Fault.HEADER_WITHOUT_NAME, {"item": ":1"}, "':1'"),
    ("GET /x ;", Fault.HEADER_WITHOUT_NAME, {"item": ";"}, "name"),
    ("GET /x 'X Y:1'", Fault.BAD_HEADER_NAME, {"name": "X Y"}, "'X Y'"),
    ("GET /x Ünï:1", Fault.BAD_HEADER_NAME, {"name": "Ünï"}, "Ünï"),
    ("GET /x 'X Y:'", Fault.BAD_HEADER_NAME, {"name": "X Y"}, "'X Y'"),
    ("GET /x a;b=c", Fault.HEADER_NOT_EMPTY, {"item": "a;b=c", "name": "a"}, r"\;"),
    ("/x a:=abc", Fault.INVALID_JSON, {"item": "a:=abc"}, "plain text"),
    ("/x a:=", Fault.INVALID_JSON, {"item": "a:="}, "'a:='"),
    ("/x 'a:=1 2'", Fault.INVALID_JSON, {}, "column 3"),
    ("/x a:=NaN", Fault.INVALID_JSON, {}, "NaN"),
    ("/x a:=-1e999", Fault.INVALID_JSON, {}, "-1e999"),
    ("/x a:=" + "9" * 5000, Fault.INVALID_JSON, {}, "digits"),
    ("/x a:=" + "[" * 100_000, Fault.INVALID_JSON, {}, "deep"),
    ("/x -f a:=" + "[" * 100_000, Fault.INVALID_JSON, {}, "deep"),
    ("/x a" + "[b]" * 100_000 + "=1", Fault.BAD_KEY, {}, "deep"),
    ("/x a:=@bad.json", Fault.INVALID_JSON, {"item": "a:=@bad.json"}, "bad.json"),
    ("/x a[=1", Fault.BAD_KEY, {"key": "a["}, "column 2"),
    ("/x a]=1", Fault.BAD_KEY, {"key": "a]"}, "'a]'"),
    ("/x a[b]c=1", Fault.BAD_KEY, {}, "column 5"),
    ("/x [b]=1", Fault.BAD_KEY, {}, "index"),
    ("/x a[-1]=1", Fault.BAD_KEY, {}, "0 to"),
    ("/x a[10000]=1", Fault.BAD_KEY, {}, "9999"),
    ("/x a[99999999999]=1", Fault.BAD_KEY, {}, "9999"),
    ("/x a=1 a[b]=2", Fault.BAD_KEY, {}, "object"),
    ("/x a[b]=1 a[]=2", Fault.BAD_KEY, {}, "list"),
    ("/x []=1 a=2", Fault.BAD_KEY, {}, "object"),
    ("/x photo@cat.png", Fault.UPLOAD_NEEDS_FORM, {"name": "photo"}, "-f"),
    ("/x photo@missing.png -f", Fault.UNREADABLE_FILE, {"path": "missing.png"}, "missing.png"),
    ("/x me@x.org=1 -f", Fault.UNREADABLE_FILE, {"path": "x.org=1"}, r"\@"),
    ("/x a=@missing", Fault.UNREADABLE_FILE, {"item": "a=@missing"}, "missing"),
    ("/x X:@missing", Fault.UNREADABLE_FILE, {"item": "X:@missing"}, "missing"),
    ("/x @missing", Fault.UNREADABLE_FILE, {"path": "missing"}, "missing"),
    ("/x f@sub -f", Fault.UNREADABLE_FILE, {"path": "sub"}, "sub"),
    ("/x f@ -f", Fault.UNREADABLE_FILE, {}, "name a file"),
    ("/x f@~nobody-of-this-name/x -f", Fault.UNREADABLE_FILE, {}, "~nobody"),
    (["/x", "f@a\0b", "-f"], Fault.UNREADABLE_FILE, {}, r"\x00"),
    ("/x a=@half.bin", Fault.NOT_TEXT, {"path": "half.bin"}, "half.bin"),
    ("/x a:=null -f", Fault.NOT_A_FORM_VALUE, {"item": "a:=null"}, "a:=null"),
    ("/x a:=[1] --multipart", Fault.NOT_A_FORM_VALUE, {}, "a:=[1]"),
    ("/x a=1 --raw b", Fault.TWO_BODIES, {"first": "--raw", "second": "a=1"}, "keep one"),
    ("/x --multipart --raw b", Fault.TWO_BODIES, {"second": "--multipart"}, "keep one"),
    ("/x @token a=1", Fault.TWO_BODIES, {"first": "@token"}, "a=1"),
    ("GET /x --folow", Fault.UNKNOWN_OPTION, {"option": "--folow", "near": "--follow"}, "--follow"),
    ("GET /x -Z", Fault.UNKNOWN_OPTION, {"option": "-Z", "near": None}, "--"),
    ("GET /x -fZ", Fault.UNKNOWN_OPTION, {"option": "-fZ"}, "-fZ"),
    ("GET /x --follow=yes", Fault.UNKNOWN_OPTION, {"option": "--follow=yes"}, "--follow=yes"),
    ("GET /x --raw", Fault.NO_OPTION_VALUE, {"option": "--raw"}, "TEXT"),
    ("GET /x -a", Fault.NO_OPTION_VALUE, {"option": "--auth"}, "USER:PASS"),
    ("GET /x -a ann", Fault.BAD_OPTION_VALUE, {"value": "ann"}, "USER:PASS"),
    ("GET /x --max-redirects x", Fault.BAD_OPTION_VALUE, {"value": "x"}, "number"),
    ("GET /x --max-redirects -1", Fault.BAD_OPTION_VALUE, {"value": "-1"}, "number"),
    ("GET /x --max-redirects ٣", Fault.BAD_OPTION_VALUE, {}, "number"),
    ("POST /x name=O'Brien", Fault.UNCLOSED_QUOTE, {"quote": "'", "column": 15}, "column 15"),
    ('POST /x "a b', Fault.UNCLOSED_QUOTE, {"quote": '"', "column": 9}, "close it"),
    (["GET", "/a\0b"], Fault.CONTROL_CHARACTER, {"where": "path", "character": "\0"}, "%00"),
    (["GET", "/a\x1b[31m"], Fault.CONTROL_CHARACTER, {"where": "path"}, r"\x1b"),
    (["GET", "/a\nb"], Fault.CONTROL_CHARACTER, {}, "%0A"),
    (["GET", "/a\x7f"], Fault.CONTROL_CHARACTER, {}, "%7F"),
    (["GET", "/x", "X:a\r\nSet-Cookie: b"], Fault.CONTROL_IN_HEADER, {"character": "\r"}, "header X"),
    (["GET", "/x", "X:a\0"], Fault.CONTROL_IN_HEADER, {}, "header X"),
    (["GET", "/x", "X\n:a"], Fault.BAD_HEADER_NAME, {}, r"X\n"),
    (["/x", "f@token;type=a/b\r\nX: 1", "-f"], Fault.CONTROL_IN_HEADER, {"character": "\r"}, "type of f"),
    (["GET", "/\ud800"], Fault.NOT_UTF8, {"where": "path"}, "path"),
    (["GET", "/x?\ud800"], Fault.NOT_UTF8, {"where": "query"}, "query"),
    (["GET", "/x", "q==\ud800"], Fault.NOT_UTF8, {}, "query"),
    (["GET", "/x", "X:\ud800"], Fault.NOT_UTF8, {}, "header X"),
    (["/x", "a=\ud800", "-f"], Fault.NOT_UTF8, {}, "form"),
    (["/x", "a=\ud800", "--multipart"], Fault.NOT_UTF8, {}, "form"),
    (["/x", "--raw", "\ud800"], Fault.NOT_UTF8, {}, "--raw"),
    (["/x", "-a", "u:\ud800"], Fault.NOT_UTF8, {}, "password"),
    (["/x", "--raw", "x" * (BODY_LIMIT + 1)], Fault.BODY_TOO_LARGE, {"size": BODY_LIMIT + 1}, "10 MiB"),
    (["/x", "a=\ud800"], Fault.NOT_UTF8, {}, "data"),
    (["/x#\ud800"], Fault.NOT_UTF8, {}, "fragment"),
    (["/x#\x1b"], Fault.CONTROL_CHARACTER, {}, "fragment"),
    ("/x \ud800", Fault.NOT_UTF8, {"where": "line"}, "line"),
    ("/x a=" + "x" * LINE_LIMIT, Fault.LINE_TOO_LONG, {"limit": LINE_LIMIT}, "from a file"),
    (["/x 'a=" + "x" * LINE_LIMIT + "'"], Fault.LINE_TOO_LONG, {}, "1,000,000"),
    ("GET http://" + "ü." * 10_000, Fault.BAD_HOST, {}, "host"),
    ("/x a:=1e" + "9" * 5000, Fault.INVALID_JSON, {}, "JSON"),
    ("/x a:=1.5e" + "9" * 5000, Fault.INVALID_JSON, {}, "JSON"),
    ("/x " + " ".join(f"a[{i}][9999]=1" for i in range(1000)), Fault.BAD_KEY, {}, "100,000 places"),
    (["/x", "X\x1b;v"], Fault.HEADER_NOT_EMPTY, {}, "semicolon"),
    (["/x", "\x1b@a;type=\x1b", "-f"], Fault.CONTROL_IN_HEADER, {}, "a file"),
    (["/x", "a=" + "x" * BODY_LIMIT], Fault.BODY_TOO_LARGE, {"limit": BODY_LIMIT}, "10 MiB"),
]


@pytest.mark.parametrize(("line", "fault", "facts", "named"), BAD, ids=lambda value: str(value)[:40])
def test_bad_input_gets_one_line_that_says_what_next(
    line: str | list[str], fault: Fault, facts: dict[str, object], named: str, folder: Path
) -> None:
    with pytest.raises(RequestLineError) as caught:
        parse(line, folder=folder)
    error = caught.value
    assert error.fault is fault
    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert {**error.facts, "suggestion": error.suggestion}.items() >= facts.items()
    message = str(error)
    assert named in message
    assert len(message) < 300
    assert message.isprintable(), "one line, and no terminal escapes"
    if error.suggestion:
        parse(error.suggestion)


@pytest.mark.parametrize("line", ["/x f@big -f", "/x a=@big", "/x @big", "/x a:=@big"])
def test_a_file_of_50_mb_is_refused_without_being_read(line: str, folder: Path) -> None:
    with (folder / "big").open("wb") as file:
        file.truncate(50 * 1000 * 1000)
    with pytest.raises(RequestLineError) as caught:
        parse(line, folder=folder)
    assert caught.value.fault is Fault.FILE_TOO_LARGE
    assert "47.7 MiB" in str(caught.value)
    assert "big" in str(caught.value)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="only Unix has a file without an end")
def test_a_file_without_an_end_is_refused() -> None:
    with pytest.raises(RequestLineError) as caught:
        parse("/x a=@/dev/zero")
    assert caught.value.fault is Fault.UNREADABLE_FILE  # it is no file at all


def test_a_misspelt_option_is_compared_with_the_callers_own_too() -> None:
    with pytest.raises(RequestLineError) as caught:
        parse("GET /x --chek-status", also_known=("--check-status", "--step"))
    assert caught.value.fault is Fault.UNKNOWN_OPTION
    assert caught.value.facts["near"] == "--check-status"


@each(
    ("fields", "fault"),
    [
        ({"method": "GET /"}, Fault.BAD_METHOD),
        ({"path": "x"}, Fault.NOT_A_PATH),
        ({"path": "/\n"}, Fault.CONTROL_CHARACTER),
        ({"query_string": "a\0"}, Fault.CONTROL_CHARACTER),
        ({"host": "a/b"}, Fault.BAD_HOST),
        ({"headers": (("", "x"),)}, Fault.HEADER_WITHOUT_NAME),
        ({"headers": (("X", "a\n"),)}, Fault.CONTROL_IN_HEADER),
        ({"unset": ("a b",)}, Fault.BAD_HEADER_NAME),
        ({"body": b"x" * (BODY_LIMIT + 1)}, Fault.BODY_TOO_LARGE),
    ],
)
def test_no_request_exists_that_could_not_be_sent(fields: dict[str, object], fault: Fault) -> None:
    with pytest.raises(RequestLineError) as caught:
        RequestLine(**{"method": "GET", "path": "/", **fields})  # type: ignore[arg-type]
    assert caught.value.fault is fault


@each(
    "line",
    [
        "GET /user/alice",
        "POST /login username=ann password=x -f",
        "POST /x a=1 b:=2 'c[d]=3'",
        "GET '/x?q=cat' Accept: X-Token:1",
        "GET '/user/ann lee' -F --max-redirects 3",
        "POST /x --raw '{\"a\": 1}'",
        "POST /x -f --raw a=1",
        "PUT 'http://example.com/x#top' 'Header;'",
        "GET localhost:3000/x",
        "POST /x -- -a=1",
        r"GET /x 'X:\=1'",
        "POST /x a=1 b=2 --multipart",
    ],
)
def test_a_written_request_is_what_one_would_type(line: str) -> None:
    assert format_request(parse(line)) == line


names = st.sampled_from(
    [
        "a",
        "name",
        "X-Token",
        "tags[]",
        "a[b]",
        "q",
        "",
        "-v",
        "ü",
        r"a\=b",
        "Accept",
        "Content-Type",
        "Authorization",
    ]
)
values = st.text(alphabet="ab1 ü=@:;\\'\"[]%&?#-", max_size=8) | st.sampled_from(
    ["1", "null", '{"x": 1}', "token", "note.txt"]
)
separators = st.sampled_from([separator.value for separator in Separator])
item_words = st.builds("{}{}{}".format, names, separators, values)
targets = st.sampled_from(
    [
        "/",
        "/x",
        "/a b",
        "/ü",
        "/q/100%",
        "//a//b",
        "/x?a=1&b",
        "/x?q=ü#f",
        "/x#",
        ":/x",
        ":3000",
        "localhost/x",
        "http://h.example/x",
        "ws://h/x",
        "http://u:p@h/x",
        "api.example.com/x?y",
        "[::1]:80/",
    ]
)
option_words = st.lists(
    st.sampled_from(
        [["-f"], ["-j"], ["-F"], ["--multipart"], ["--raw", "x y"], ["--raw", ""], ["-fF"], ["-a", "u:p"]]
    )
    | st.just(["--max-redirects", "5"]),
    max_size=3,
)


@settings(max_examples=examples(80))
@given(
    st.sampled_from([[], ["get"], ["POST"], ["AHOY"]]),
    targets,
    st.lists(item_words, max_size=4),
    option_words,
)
@example(["POST"], "/x", ["a=1", "Content-Type:", "Accept:"], [["--multipart"]])
@example(["POST"], "/x", [r"X:\=1", r"Y:a\\=b", "Z;"], [["-j"]])
@example([], "/x", ["@token"], [["-f"]])
def test_parse_undoes_format(
    folder: Path, method: list[str], target: str, items: list[str], options: list[list[str]]
) -> None:
    flat = [word for option in options for word in option]
    try:
        request = parse([*method, target, *flat, "--", *items], folder=folder)
    except RequestLineError:
        assume(False)
    assert parse(format_request(request), folder=folder) == request
