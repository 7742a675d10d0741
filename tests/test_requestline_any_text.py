"""Whatever is typed: each reader gives a value or a RequestLineError with one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import LONG_FORM, examples
from routelab.requestline.curl import from_curl
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.quoting import LINE_LIMIT, goes_on
from routelab.requestline.urlfor import parse_build_words, parse_url_for
from routelab.requestline.writing import format_request, to_curl
from tables import each

HALF = "\ud800"
DIGITS = "9" * 5_000

# Pieces that lead deep into a reader, and any text between them: Cs are halves of surrogate pairs.
requests = st.sampled_from(
    [
        "GET ", "/x", " a=", " a:=", "==", ":", "@", ";", ":=@", "-f ", "-a", "--raw ", "--max-redirects ", "http://",
        "[", "]", "[0]", "[9999]", "'", '"', "\\", "?", "#", "%", "{", "null", "1e999", "\0", "\x1b", HALF, "ü.", DIGITS,
    ]
)  # fmt: skip
commands = st.sampled_from(
    [
        "curl ", "/x ", "localhost", "http://", "-d ", "-G ", "--json ", "-F ", "a=@", "a=<", "--data-urlencode ",
        "-H ", "-b ", "-u ", "-X", "--max-redirs ", "-I ", "--url ", "--", "-s", "$'", "\\x41", "\\u", "'", '"', "\\",
        "\\\n", "=", "@", ":", "{", "\0", "²", HALF, DIGITS,
    ]
)  # fmt: skip
calls = st.sampled_from(
    [
        "url_for(", "'a'", ", ", "b=", "42", "[", "]", "{", "}", "(", ")", "**", "*", "-", "1+", "1j", ":", "'", '"',
        "b''", "f'{x}'", "\\", "\n", "\0", "lambda: 0", "0xf", "...", "_anchor=", HALF, DIGITS,
    ]
)  # fmt: skip
anything = st.text(max_size=8) | st.text("\ud800\udfff\0\x1b\x85\u2028é😀", max_size=3)


def line_of(pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(pieces | pieces | anything, max_size=10).map("".join)


def read_and_write(line: str) -> None:
    """Read a request line, and write it again both ways."""
    request = parse(line)
    format_request(request).encode()
    to_curl(request).encode()


def or_one_line(reader: Callable[[str], object], line: str) -> None:
    """Let a reader read; what it refuses, it refuses in one line that a terminal can show."""
    try:
        reader(line)
    except RequestLineError as error:
        message = str(error)
        assert message.isprintable()
        assert len(message) < 300


@settings(max_examples=examples(140))
@given(line_of(requests))
@example(f"/x a:={DIGITS} -f")
@example(f"/x#{HALF}")
def test_any_request_line_is_read_or_refused(line: str) -> None:
    or_one_line(read_and_write, line)


@settings(max_examples=examples(140))
@given(line_of(commands).map("curl {}".format) | line_of(commands))
@example(f"curl /x -d {HALF}")
@example(f"curl /x --data-urlencode {HALF}")
@example(f"curl /x --max-redirs {DIGITS}")
@example("curl /x --max-redirs ²")
@example(r"curl /x -d $'\ud800\xff'")
def test_any_curl_command_is_read_or_refused(line: str) -> None:
    or_one_line(lambda text: str(from_curl(text)).encode(), line)
    assert goes_on(line) in (True, False)


@settings(max_examples=examples(120))
@given(line_of(calls).map("url_for('a', b={}".format) | line_of(calls))
@example("url_for('a', b={[]: 1})")
@example("url_for('a', b={{}})")
@example("url_for('a', b=" + "-" * 100_000 + "1)")
@example("url_for('a', b=" + "1+" * 100_000 + "1j)")
@example("url_for('a', b=" + "[" * 100_000 + ")")
@example("url_for('a', b=" + "a." * 100_000 + "b)")
@example(f"url_for('a', b=0x{'f' * 5_000})")
@example(f"url_for('a', b={DIGITS})")
@example(f"url_for('a', b='{HALF}')")
@example(r"url_for('a', b='\ud800')")
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_any_call_of_url_for_is_read_or_refused(line: str) -> None:
    or_one_line(lambda text: str(parse_url_for(text)), line)


@given(st.lists(line_of(requests), min_size=1, max_size=3))
@example(["a", "b:=" + "[" * 100_000])
@example(["a", f"b:={DIGITS}"])
def test_any_words_of_build_are_read_or_refused(words: list[str]) -> None:
    or_one_line(lambda _: str(parse_build_words(words)), "")


TOO_LONG = 10 * LINE_LIMIT if LONG_FORM else LINE_LIMIT + 1
LONGEST = LINE_LIMIT - 100
LINES = [
    "GET /{}", "GET /x a={}", 'GET /x "{}', "GET /x '{}", "GET /x {}=1", "GET http://{}/x", "GET /x --{}", "GET /x -{}",
    "GET /x a[{}", "GET /x a:={}", "GET /x X:{}", "curl {}", "curl /x -d {}", 'curl "{}', "curl $'{}", "curl --{}",
    "curl -{}", "curl -H {}", "url_for({}", "url_for('{}')", "url_for('a', b={})",
]  # fmt: skip
FILLINGS = ["x", "é", "\\", '"', "'", "[", "a=1 ", "X: X:1 ", "f", "-", "ü.", '"a"', "\\=", "(", "9"]


def reader_of(line: str) -> Callable[[str], object]:
    if line.startswith("curl"):
        return from_curl
    return parse_url_for if line.startswith("url_for") else parse


@each("line", LINES)
def test_a_line_that_is_too_long_is_refused_for_its_length(line: str) -> None:
    for filling in ("x", "ü.", "'", "a=1 "):
        text = line.format(filling * (TOO_LONG // len(filling)))
        with pytest.raises(RequestLineError, match="characters, and at most"):
            reader_of(line)(text)


@each("filling", FILLINGS)
def test_the_longest_line_is_read_or_refused(filling: str) -> None:
    """How long it takes is for benchmarks/growth.py, which finds what grows faster than the line does."""
    share = 1 if LONG_FORM else 100
    for line in LINES[::5]:
        or_one_line(reader_of(line), line.format(filling * (LONGEST // share // len(filling))))


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "TRACE", ""]),
    st.text(alphabet="/ab7_-.A%?#:= C", max_size=12),
)
@example("GET", "//a")
@example("GET", "/a/../b")
def test_a_plain_line_says_what_its_words_say(method: str, path: str) -> None:
    line = f"{method} /{path}"
    outcomes: list[object] = []
    for typed in (line, [*line.split(" ")]):
        try:
            outcomes.append(parse(typed))
        except RequestLineError as error:
            outcomes.append(str(error))
    if " " not in path and method:
        assert outcomes[0] == outcomes[1]
