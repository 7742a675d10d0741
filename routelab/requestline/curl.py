"""curl commands to requests, so that what was tried elsewhere can be traced; `writing` has the way back.

It must not know the app. A command for `http://localhost:5000`, where Flask's own server listens, is for the
app itself, which has no host until one is named.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

from routelab.headers import lower_names, without
from routelab.nearest import nearest
from routelab.requestline.body import JSON_TYPE, build_body
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.items import Item, Separator
from routelab.requestline.options import whole_number
from routelab.requestline.quoting import split_command
from routelab.requestline.record import MAX_REDIRECTS, URLENCODED, BodyKind, RequestLine
from routelab.requestline.target import METHODS, basic, encode_query, parse_target
from routelab.requestline.writing import HERE, OWN_BOUNDARY

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
_LONGEST = 40  # characters: no option is longer, and comparing a long word takes long
_IDLE_VALUES = frozenset(
    {"--output", "--write-out", "--max-time", "--connect-timeout", "--cookie-jar", "--proxy"}
)


class _Command:
    """What the options of one command say, as they are read."""

    def __init__(self, folder: Path | None) -> None:
        self.urls: list[str] = []
        self.method: str | None = None
        self.headers: list[tuple[str, str]] = []
        self.unset: dict[str, str] = {}
        self.data: list[bytes] = []
        self.sent_as_is: Item | None = None  # a file of which no byte is changed
        self.json = False
        self.form: list[Item] = []
        self.head = self.get = self.follow = False
        self.max_redirects = MAX_REDIRECTS
        self.folder = folder


def from_curl(line: str | Sequence[str], *, folder: Path | None = None) -> RequestLine:
    """Read `curl -X POST http://localhost:5000/login -d name=ann`, or its words; raises a RequestLineError.

    `folder` is where files that the command names are looked for.
    """
    if not isinstance(line, str) and len(line) == 1:
        line = line[0]
    words = split_command(line.strip()) if isinstance(line, str) else list(line)
    command = _Command(folder=folder)
    _read(command, words[1:] if words and words[0].lower() == "curl" else words)
    return _request(command)


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
        near = nearest(option[:_LONGEST], (*_VALUES, *_FLAGS))
        hint = f"did you mean {near}?" if near else "leave it out, if the request does not need it"
        raise RequestLineError(Fault.CURL_OPTION, option=option, hint=hint)
    value = attached if attached is not None else next(coming, None)
    if value is None:
        raise RequestLineError(Fault.NO_CURL_VALUE, option=option)
    if option in _VALUES:
        _VALUES[option](command, value)


def _header(command: _Command, text: str) -> None:
    name, colon, value = text.partition(":")
    if not colon and text.endswith(";"):
        command.headers.append((text[:-1].strip(), ""))
    elif not colon:
        raise RequestLineError(Fault.NOT_A_CURL_HEADER, text=text)
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
    if text.startswith("@"):
        command.sent_as_is = _upload(text[1:])
        command.data.append(_file(command, text[1:]))
    else:
        command.data.append(text.encode())


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
        raise RequestLineError(Fault.NOT_A_FIELD, text=text)
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
        raise RequestLineError(Fault.COOKIE_FILE, text=text)
    command.headers.append(("Cookie", text))


def _item(name: str, separator: Separator, value: str) -> Item:
    escaped = "".join(f"\\{character}" if character in ":;=@" else character for character in name)
    guard = "\\" if separator is Separator.TEXT and value[:1] in ("=", "@") else ""
    typed = f"{escaped}{separator.value}{guard}{value}"
    return Item(name=name, separator=separator, value=value, typed=typed)


def _file(command: _Command, path: str) -> bytes:
    return build_body([_upload(path)], BodyKind.RAW, command.folder, None).content


def _upload(path: str) -> Item:
    return Item(name="", separator=Separator.UPLOAD, value=path, typed=f"@{path}")


def _redirects(command: _Command, text: str) -> None:
    command.max_redirects = whole_number("--max-redirs", text)


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
    if not command.urls:
        raise RequestLineError(Fault.NO_URL)
    if len(command.urls) > 1:
        method = next((each for each in command.urls if each in METHODS), None)
        if method is not None:
            raise RequestLineError(Fault.METHOD_WITHOUT_X, method=method)
        raise RequestLineError(Fault.TWO_URLS, count=len(command.urls))
    if command.form and command.data:
        raise RequestLineError(Fault.FORM_AND_DATA)
    typed = command.urls[0]
    target = parse_target(typed if "://" in typed or typed.startswith("/") else f"http://{typed}", None)
    scheme = target.scheme if "://" in typed else None
    if target.credentials:
        command.headers.append(("Authorization", target.credentials))
    query, body, kind = _sent_data(command, target.query)
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
        items=tuple(command.form) or _whole_body(command),
        follow=command.follow,
        max_redirects=command.max_redirects,
        scheme=None if at_home else scheme,
        host=None if at_home else target.host,
    )


def _sent_data(command: _Command, query: str) -> tuple[str, bytes | None, BodyKind]:
    """Return the query and the body: with -G the data is a part of the query."""
    if command.form:
        made = build_body(command.form, BodyKind.MULTIPART, command.folder, None)
        return query, made.content, BodyKind.MULTIPART
    if not command.data:
        return query, None, BodyKind.NONE
    joined = (b"" if command.json else b"&").join(command.data)
    if command.get:
        return "&".join(filter(None, (query, joined.decode("utf-8", "replace")))), None, BodyKind.NONE
    return query, joined, BodyKind.RAW


def _whole_body(command: _Command) -> tuple[Item, ...]:
    """Return the item that sends the same as all the data, where that is one file."""
    item = command.sent_as_is
    alone = len(command.data) == 1 and not command.get
    return (item,) if alone and item is not None else ()


def _method(command: _Command, body: bytes | None) -> str:
    if command.method is not None:
        return command.method
    if command.head:
        return "HEAD"
    return "GET" if body is None else "POST"


def _with_defaults(command: _Command, kind: BodyKind) -> tuple[tuple[str, str], ...]:
    """Add what curl sends by itself, unless it was typed or unset."""
    match kind:
        case BodyKind.MULTIPART:
            added = [OWN_BOUNDARY]
        case BodyKind.RAW if command.json:
            added = [("Content-Type", JSON_TYPE), ("Accept", JSON_TYPE)]
        case BodyKind.RAW:
            added = [("Content-Type", URLENCODED)]
        case _:
            added = []
    return (*command.headers, *without(added, *lower_names(command.headers), *command.unset))
