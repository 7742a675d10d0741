"""A typed line, or its words, to a RequestLine, by HTTPie's rules.

It must not know who typed it: the command line, the prompt, a lesson or a test.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote_plus

from routelab.headers import first_value, lower_names, without
from routelab.requestline.body import FORM_TYPE, JSON_ACCEPT, JSON_TYPE, Body, build_body, raw_body, text_of
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.items import Item, Separator, parse_item
from routelab.requestline.options import NO_OPTIONS, Options, scan
from routelab.requestline.quoting import split
from routelab.requestline.record import BodyKind, RequestLine
from routelab.requestline.target import Target, basic, encode_query, is_mangled, parse_target, split_method

_BLANK = re.compile(r"[ \t\r\n]").search
# What most lines are, and all their words can be read off: no slash follows another, and no dot is there.
_PLAIN = re.compile(
    r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) ((?:/[A-Za-z0-9_-]+)+/?|/)", re.ASCII
).fullmatch
_QUOTED_BEGINNING = re.compile(r"\s*[A-Za-z]+\s+/\S*\s*").fullmatch  # a method and a path that are one word
_SHORT = 1_000  # characters; of what is far longer, `split` has something to say
_BOUNDARY = re.compile(r"""multipart/.*;\s*boundary=(?:"([^"]+)"|([^\s;"]+))""", re.IGNORECASE).match

_HEADER = frozenset({Separator.HEADER, Separator.HEADER_EMPTY, Separator.HEADER_FILE})
_DATA = frozenset(
    {Separator.TEXT, Separator.TEXT_FILE, Separator.JSON, Separator.JSON_FILE, Separator.UPLOAD}
)

Headers = list[tuple[str, str]]
Unset = dict[str, str]  # lower-case name to the name as typed


def parse(
    line: str | Sequence[str], *, folder: Path | None = None, also_known: Collection[str] = ()
) -> RequestLine:
    """Read `POST /login name=ann -f`, one string or its words; a single word with blanks is a string too.

    So are a method and its path in quotes, after which more words may follow.

    A line that begins with `curl` is a curl command, and is read as one: no method is called so.
    `folder` is where files that items name are looked for (else the current one); `also_known` are options of
    the caller's own, for the near miss of a misspelt one. Raises a RequestLineError, which is a UsageError.
    """
    plain = _plain(line) if type(line) is str and len(line) < _SHORT else None
    return _parse(line, folder, also_known) if plain is None else plain


@lru_cache(maxsize=100)  # a test sends one line again and again
def _plain(line: str) -> RequestLine | None:
    """Read a line of a method and a path alone."""
    plain = _PLAIN(line)
    return None if plain is None else RequestLine(method=plain[1], path=plain[2])


def _parse(line: str | Sequence[str], folder: Path | None, also_known: Collection[str]) -> RequestLine:
    if is_curl(line):
        return _from_curl(line, folder, also_known)
    words, options = _words(line, also_known)
    if is_curl(words):
        raise RequestLineError(Fault.CURL_NOT_FIRST)
    method, url, item_words = split_method(words)
    target = parse_target(url, method)
    items = [parse_item(word) for word in item_words]
    data = [item for item in items if item.separator in _DATA] if items else []
    headers, unset = _headers(items, folder) if items else ([], {})
    body = _body(data, options, folder, headers)
    if options is not NO_OPTIONS or body or target.credentials:
        _add_credentials(headers, unset, options, target)
        _add_defaults(headers, unset, options, body)
    query = _query(target.query, items, folder) if items else target.query
    return RequestLine(
        method=method or ("POST" if body else "GET"),
        path=target.path,
        query_string=encode_query(query) if query else "",
        fragment=target.fragment,
        headers=tuple(headers),
        unset=tuple(unset.values()),
        body=body.content if body else None,
        kind=body.kind if body else BodyKind.NONE,
        items=tuple(data),
        follow=options.follow,
        max_redirects=options.max_redirects,
        scheme=target.scheme,
        host=target.host,
    )


def _from_curl(line: str | Sequence[str], folder: Path | None, also_known: Collection[str]) -> RequestLine:
    """Read a curl command; after one that is a single word, for it was in quotes, -F may follow."""
    from routelab.requestline.curl import from_curl  # few paste one

    if isinstance(line, str) or not _BLANK(line[0].strip()):
        return from_curl(line, folder=folder)
    rest, options = scan(line[1:], also_known)
    if rest or options != NO_OPTIONS.replace(follow=options.follow, max_redirects=options.max_redirects):
        raise RequestLineError(Fault.CURL_AND_MORE)
    request = from_curl(line[0], folder=folder)
    if not options.follow:
        return request
    return request.replace(follow=True, max_redirects=options.max_redirects)


def is_curl(line: str | Sequence[str]) -> bool:
    """Tell whether a line, or its words, is a curl command."""
    first = line if isinstance(line, str) else line[0] if line else ""
    word, _, rest = first.lstrip().partition(" ")
    # One word alone is a path without its slash.
    return word.lower() == "curl" and (bool(rest.strip()) or (not isinstance(line, str) and len(line) > 1))


def _words(line: str | Sequence[str], also_known: Collection[str]) -> tuple[Sequence[str], Options]:
    if isinstance(line, str):
        return scan(split(line), also_known)
    words, options = scan(line, also_known)
    if words and _BLANK(words[0]) and not is_mangled(words[0]):
        if len(words) == 1:
            return scan(split(words[0]), also_known, options)
        if _QUOTED_BEGINNING(words[0]):
            return [*split(words[0]), *words[1:]], options
    return words, options


def _query(typed: str, items: Sequence[Item], folder: Path | None) -> str:
    """Add the `==` items to the query that the URL had: nothing replaces anything, `q==1 q==2` sends both."""
    pairs = [typed] if typed else []
    try:
        for item in items:
            if item.separator is Separator.QUERY:
                pairs.append(f"{quote_plus(item.name)}={quote_plus(item.value)}")
            elif item.separator is Separator.QUERY_FILE:
                text = text_of(item, folder).rstrip("\n")
                pairs.append(f"{quote_plus(item.name)}={quote_plus(text)}")
    except UnicodeEncodeError:
        raise RequestLineError(Fault.NOT_UTF8, where="query") from None
    return "&".join(pairs)


def _headers(items: Sequence[Item], folder: Path | None) -> tuple[Headers, Unset]:
    """Sort the header items out: those to send, in order, and by lower-case name those never to be sent."""
    headers: Headers = []
    unset: Unset = {}
    starts: dict[str, int] = {}  # where the values of a name begin, once `Name:` took back those before
    for item in items:
        if item.separator not in _HEADER:
            continue
        if not item.name:
            raise RequestLineError(Fault.HEADER_WITHOUT_NAME, item=item.typed)
        if item.separator is Separator.HEADER and not item.value:
            starts[item.name.lower()] = len(headers)
            unset[item.name.lower()] = item.name
            continue
        value = text_of(item, folder) if item.separator is Separator.HEADER_FILE else item.value
        headers.append((item.name, value.strip()))
        unset.pop(item.name.lower(), None)
    if starts:
        headers = [
            (name, value) for at, (name, value) in enumerate(headers) if at >= starts.get(name.lower(), 0)
        ]
    return headers, unset


def _body(data: Sequence[Item], options: Options, folder: Path | None, headers: Headers) -> Body | None:
    if options.raw is not None:
        if data or options.body is BodyKind.MULTIPART:
            second = data[0].typed if data else "--multipart"
            raise RequestLineError(Fault.TWO_BODIES, first="--raw", second=second)
        return raw_body(options.raw, FORM_TYPE if options.form else JSON_TYPE)
    if not data:
        return None
    boundary = _BOUNDARY(first_value(headers, "Content-Type") or "")
    return build_body(data, options.body or BodyKind.JSON, folder, boundary and (boundary[1] or boundary[2]))


def _add_credentials(headers: Headers, unset: Unset, options: Options, target: Target) -> None:
    """Let `-a` win over the URL's user, and both over an Authorization that was typed."""
    credentials = basic(options.auth) if options.auth is not None else target.credentials
    if credentials:
        headers[:] = [*without(headers, "authorization"), ("Authorization", credentials)]
        unset.pop("authorization", None)


def _add_defaults(headers: Headers, unset: Unset, options: Options, body: Body | None) -> None:
    """Add the headers that a body, -f or -j brings along, unless they were typed or unset."""
    defaults = _default_headers(options.body, body)
    headers += without(defaults, *lower_names(headers), *unset)
    if body and body.kind is BodyKind.MULTIPART:
        headers[:] = [(name, _with_boundary(name, value, body)) for name, value in headers]


def _default_headers(asked: BodyKind | None, body: Body | None) -> Headers:
    """Name what HTTPie sends unasked: JSON says so twice, a form in its Content-Type alone."""
    form = asked in (BodyKind.FORM, BodyKind.MULTIPART)
    if body is None and asked is not BodyKind.JSON and asked is not BodyKind.FORM:
        return []
    content_type = (body and body.content_type) or (FORM_TYPE if form else JSON_TYPE)
    accept = [] if form else [("Accept", JSON_ACCEPT)]
    return [*accept, ("Content-Type", content_type)]


def _with_boundary(name: str, value: str, body: Body) -> str:
    """Complete a typed `multipart/...` that names no boundary."""
    incomplete = (
        name.lower() == "content-type" and value.lower().startswith("multipart/") and not _BOUNDARY(value)
    )
    return f"{value}; {(body.content_type or '').partition('; ')[2]}" if incomplete else value
