"""curl commands to requests and back, so that what was tried elsewhere can be traced, and the reverse.

It must not know the app. A command for `http://localhost:5000`, where Flask's own server listens, is for
the app itself, which has no host until one is named; so the way back writes that address.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from .body import BOUNDARY, JSON_TYPE, build_body
from .errors import RequestLineError, UnclosedQuoteError, shown
from .items import Item, Separator
from .record import MAX_REDIRECTS, BodyKind, RequestLine
from .shellwords import goes_on, shell_quote, split_command
from .target import basic, encode_query, parse_target

HERE = ("http", "localhost:5000")
FORM = "application/x-www-form-urlencoded"  # as curl sends it, without a charset

_SHORT: Final = {
    "-X": "--request", "-H": "--header", "-d": "--data", "-F": "--form", "-b": "--cookie", "-u": "--user",
    "-A": "--user-agent", "-e": "--referer", "-I": "--head", "-L": "--location", "-G": "--get",
    "-o": "--output", "-w": "--write-out", "-m": "--max-time", "-c": "--cookie-jar", "-x": "--proxy",
    "-s": "--silent", "-S": "--show-error", "-i": "--include", "-v": "--verbose", "-k": "--insecure",
    "-f": "--fail", "-g": "--globoff", "-N": "--no-buffer",
}  # fmt: skip
# About the connection or what is printed: without meaning where there is no network.
_IDLE = frozenset(
    {
        "--silent", "--show-error", "--include", "--verbose", "--insecure", "--fail", "--globoff",
        "--no-buffer", "--compressed", "--path-as-is", "--http1.1", "--http2", "--no-progress-meter",
        "--location-trusted",
    }
)  # fmt: skip
_IDLE_VALUES = frozenset(
    {"--output", "--write-out", "--max-time", "--connect-timeout", "--cookie-jar", "--proxy"}
)


class CurlError(RequestLineError):
    """A curl command that cannot be simulated."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(slots=True, kw_only=True)
class _Command:
    """What the options of one command say, as they are read."""

    urls: list[str] = field(default_factory=list)
    method: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    unset: dict[str, str] = field(default_factory=dict)
    data: list[bytes] = field(default_factory=list)
    json: bool = False
    form: list[Item] = field(default_factory=list)
    head: bool = False
    get: bool = False
    follow: bool = False
    max_redirects: int = MAX_REDIRECTS
    folder: Path | None = None


def is_open(text: str) -> bool:
    """Tell whether a command goes on in the next line."""
    return goes_on(text if text.endswith("\n") else f"{text}\n")


def from_curl(text: str, *, folder: Path | None = None) -> RequestLine:
    """Read `curl -X POST http://localhost:5000/login -d name=ann`; raises a RequestLineError.

    `folder` is where files that the command names are looked for.
    """
    try:
        words = split_command(text.strip())
    except UnclosedQuoteError as error:
        raise CurlError(f"{error}") from None
    command = _Command(folder=folder)
    _read(command, words[1:] if words[:1] == ["curl"] else words)
    return _request(command)


def to_curl(request: RequestLine) -> str:
    """Write a request as a curl command for a shell, on one line."""
    words = ["curl", *_method_words(request), *_url_words(request)]
    multipart = _form_words(request)
    for name in request.unset:
        words += ["-H", f"{name}:"]
    for name, value in request.headers:
        if not (multipart and (name, value) == _OWN_BOUNDARY):
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    words += multipart or _data_words(request)
    if request.follow:
        words.append("-L")
    if request.max_redirects != MAX_REDIRECTS:
        words += ["--max-redirs", str(request.max_redirects)]
    return " ".join(shell_quote(word) for word in words)


# From curl


def _read(command: _Command, words: Sequence[str]) -> None:
    coming = iter(words)
    for word in coming:
        if word == "--":
            command.urls += coming
        elif word.startswith("-") and word != "-":
            for option, attached in _options(word):
                _apply(command, option, attached, coming)
        else:
            command.urls.append(word)


def _options(word: str) -> Iterator[tuple[str, str | None]]:
    """Yield (long name, attached value) for `--head`, `--request=X`, `-sSL` or `-XPOST`."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        yield name, value if equals else None
        return
    for at, letter in enumerate(word[1:], start=2):
        name = _SHORT.get(f"-{letter}", f"-{letter}")
        takes_value = name in _VALUES or name in _IDLE_VALUES
        yield name, word[at:] or None if takes_value else None
        if takes_value:
            return


def _apply(command: _Command, option: str, attached: str | None, coming: Iterator[str]) -> None:
    if option in _IDLE:
        return
    if option in _FLAGS:
        _FLAGS[option](command)
        return
    if option not in _VALUES and option not in _IDLE_VALUES:
        near = get_close_matches(option, (*_VALUES, *_FLAGS), n=1)
        hint = f"did you mean {near[0]}?" if near else "leave it out, if the request does not need it"
        raise CurlError(f"curl's {shown(option)} is not simulated; {hint}")
    value = attached if attached is not None else next(coming, None)
    if value is None:
        raise CurlError(f"curl's {option} needs a value after it; write it, or leave the option out")
    if option in _VALUES:
        _VALUES[option](command, value)


def _header(command: _Command, text: str) -> None:
    name, colon, value = text.partition(":")
    if not colon and text.endswith(";"):
        command.headers.append((text[:-1].strip(), ""))
    elif not colon:
        raise CurlError(f"{shown(text)} is no header; write it as in -H 'Name: value'")
    elif value.strip():
        command.headers.append((name.strip(), value.strip()))
    else:
        command.unset[name.strip().lower()] = name.strip()


def _data(command: _Command, text: str) -> None:
    if text.startswith("@"):
        content = _file(command, text[1:])
        command.data.append(content.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b""))
    else:
        command.data.append(text.encode())


def _data_binary(command: _Command, text: str) -> None:
    command.data.append(_file(command, text[1:]) if text.startswith("@") else text.encode())


def _data_urlencode(command: _Command, text: str) -> None:
    """Encode `content`, `=content`, `name=content`, `@file` or `name@file`."""
    at = next((place for place, character in enumerate(text) if character in "=@"), None)
    if at is None:
        command.data.append(quote_plus(text).encode())
        return
    name = text[:at]
    content = text[at + 1 :].encode() if text[at] == "=" else _file(command, text[at + 1 :])
    encoded = quote_plus(content)
    command.data.append((f"{name}={encoded}" if name else encoded).encode())


def _json(command: _Command, text: str) -> None:
    command.json = True
    _data_binary(command, text)


def _form(command: _Command, text: str) -> None:
    name, equals, value = text.partition("=")
    if not equals:
        raise CurlError(f"{shown(text)} is no form field; write it as in -F name=value or -F name=@file")
    if value.startswith("@"):
        command.form.append(_item(name, Separator.UPLOAD, value[1:]))
    elif value.startswith("<"):
        command.form.append(_item(name, Separator.TEXT_FILE, value[1:]))
    else:
        command.form.append(_item(name, Separator.TEXT, value))


def _form_string(command: _Command, text: str) -> None:
    name, _, value = text.partition("=")
    command.form.append(_item(name, Separator.TEXT, value))


def _cookie(command: _Command, text: str) -> None:
    if "=" not in text:
        raise CurlError(f"{shown(text)} is a cookie file, which is not read; write -b 'name=value'")
    command.headers.append(("Cookie", text))


def _item(name: str, separator: Separator, value: str) -> Item:
    escaped = "".join(f"\\{character}" if character in ":;=@" else character for character in name)
    guard = "\\" if separator is Separator.TEXT and value[:1] in ("=", "@") else ""
    typed = f"{escaped}{separator.value}{guard}{value}"
    return Item(name=name, separator=separator, value=value, typed=typed)


def _file(command: _Command, path: str) -> bytes:
    whole = Item(name="", separator=Separator.UPLOAD, value=path, typed=f"@{path}")
    return build_body([whole], BodyKind.RAW, command.folder, None).content


def _redirects(command: _Command, text: str) -> None:
    if not text.isdecimal():
        raise CurlError(f"--max-redirs cannot take {shown(text)}; write a whole number")
    command.max_redirects = int(text)


_FLAGS: Final[dict[str, Callable[[_Command], None]]] = {
    "--head": lambda command: setattr(command, "head", True),
    "--get": lambda command: setattr(command, "get", True),
    "--location": lambda command: setattr(command, "follow", True),
}
_VALUES: Final[dict[str, Callable[[_Command, str], None]]] = {
    "--request": lambda command, text: setattr(command, "method", text),
    "--url": lambda command, text: command.urls.append(text),
    "--header": _header,
    "--data": _data,
    "--data-ascii": _data,
    "--data-raw": lambda command, text: command.data.append(text.encode()),
    "--data-binary": _data_binary,
    "--data-urlencode": _data_urlencode,
    "--json": _json,
    "--form": _form,
    "--form-string": _form_string,
    "--cookie": _cookie,
    "--user": lambda command, text: command.headers.append(("Authorization", basic(text))),
    "--user-agent": lambda command, text: command.headers.append(("User-Agent", text)),
    "--referer": lambda command, text: command.headers.append(("Referer", text)),
    "--max-redirs": _redirects,
}


def _request(command: _Command) -> RequestLine:
    if len(command.urls) != 1:
        found = "has no URL" if not command.urls else f"has {len(command.urls)} URLs"
        raise CurlError(f"the command {found}; write one, as in: curl http://localhost:5000/")
    if command.form and command.data:
        raise CurlError("-F and -d both want to be the body; keep one of them")
    typed = command.urls[0]
    target = parse_target(typed if "://" in typed or typed.startswith("/") else f"http://{typed}", None)
    scheme = target.scheme if "://" in typed else None
    if target.credentials:
        command.headers.append(("Authorization", target.credentials))
    joined = (b"" if command.json else b"&").join(command.data) if command.data else None
    query = target.query
    if command.get and joined is not None:
        query = "&".join(part for part in (query, joined.decode("utf-8", "replace")) if part)
        joined = None
    body, kind = joined, BodyKind.NONE if joined is None else BodyKind.RAW
    if command.form:
        made = build_body(command.form, BodyKind.MULTIPART, command.folder, None)
        body, kind = made.content, BodyKind.MULTIPART
    at_home = (scheme, target.host) == HERE
    return RequestLine(
        method=_method(command, body),
        path=target.path,
        query_string=encode_query(query) if query else "",
        fragment=target.fragment,
        headers=_with_defaults(command, kind),
        unset=tuple(command.unset.values()),
        body=body,
        kind=kind,
        items=tuple(command.form),
        follow=command.follow,
        max_redirects=command.max_redirects,
        scheme=None if at_home else scheme,
        host=None if at_home else target.host,
    )


def _method(command: _Command, body: bytes | None) -> str:
    if command.method is not None:
        return command.method
    if command.head:
        return "HEAD"
    return "GET" if body is None else "POST"


def _with_defaults(command: _Command, kind: BodyKind) -> tuple[tuple[str, str], ...]:
    """Add what curl sends by itself, unless it was typed or unset."""
    taken = {name.lower() for name, _ in command.headers} | command.unset.keys()
    match kind:
        case BodyKind.MULTIPART:
            added = [_OWN_BOUNDARY]
        case BodyKind.RAW if command.json:
            added = [("Content-Type", JSON_TYPE), ("Accept", JSON_TYPE)]
        case BodyKind.RAW:
            added = [("Content-Type", FORM)]
        case _:
            added = []
    return (*command.headers, *(pair for pair in added if pair[0].lower() not in taken))


# To curl

_OWN_BOUNDARY = ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")


def _method_words(request: RequestLine) -> list[str]:
    implied = "GET" if request.body is None else "POST"
    if request.method == implied:
        return []
    return ["-I"] if request.method == "HEAD" and request.body is None else ["-X", request.method]


def _url_words(request: RequestLine) -> list[str]:
    scheme, host = (request.scheme, request.host) if request.host else HERE
    # curl sends what it gets, but refuses a blank.
    path = quote(request.path, safe="!$%&'()*+,/:;=?@[]~{}|^`\"<>\\") if " " in request.path else request.path
    query = f"?{request.query_string}" if request.query_string else ""
    fragment = "" if request.fragment is None else f"#{request.fragment}"
    url = f"{f'{scheme}://' if scheme else ''}{host}{path}{query}{fragment}"
    globs = ["-g"] if set(url) & set("{}[]") else []
    dots = ["--path-as-is"] if "/." in request.path else []
    return [*globs, *dots, url]


def _form_words(request: RequestLine) -> list[str]:
    """Write the fields of a form in parts; [] where the body is none."""
    if request.kind is not BodyKind.MULTIPART or _OWN_BOUNDARY not in request.headers:
        return []
    words: list[str] = []
    for item in request.items:
        match item.separator:
            case Separator.UPLOAD:
                words += ["-F", f"{item.name}=@{item.value}"]
            case Separator.TEXT_FILE | Separator.JSON_FILE:
                words += ["-F", f"{item.name}=<{item.value}"]
            case _:
                words += ["--form-string", f"{item.name}={item.value}"]
    return words


def _data_words(request: RequestLine) -> list[str]:
    if request.body is None:
        return []
    if request.items and request.items[0].separator is Separator.UPLOAD and not request.items[0].name:
        return ["--data-binary", f"@{request.items[0].value.partition(';type=')[0]}"]
    try:
        return ["--data-raw", request.body.decode()]
    except UnicodeDecodeError:
        raise CurlError(
            "the body is not text, so no command line can carry it; send it from a file"
        ) from None
