"""The method and the URL of a request line: what is asked, of whom.

It must not know items, options or bodies.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote

from routelab.record import Record
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.record import SCHEMES, not_a_path

_HOST_LIMIT = (
    260  # characters: 253 of a name (RFC 1035, 2.3.4) and a port; Python's IDNA takes very long for more
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_METHOD = re.compile(r"[A-Za-z]+").fullmatch
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)?://([^/?#]*)(.*)", re.DOTALL).fullmatch
_PORT_ONLY = re.compile(r":([0-9]*)(?=[/?#]|$)(.*)", re.DOTALL).fullmatch
_BARE_HOST = re.compile(
    r"((?:localhost|[0-9]+(?:\.[0-9]+){3}|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?"  # these are hosts, path or not
    r"|[\w.-]+:[0-9]+"  # so is what has a port
    r"|[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?=/))"  # a name with a dot must have a path: about.html is none
    r"(?=[/?#]|$)(.*)",
    re.DOTALL,
).fullmatch
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]").match
_GIT_BASH_ROOT = re.compile(r".*?[\\/](?:PortableGit|Git|msys64|msys32)(?=[\\/])", re.IGNORECASE).match


class Target(Record):
    """A URL as a request line has it; `credentials` are the ready value of an Authorization header."""

    path: str
    query: str = ""
    fragment: str | None = None
    scheme: str | None = None
    host: str | None = None
    credentials: str | None = None


def split_method(words: Sequence[str]) -> tuple[str | None, str, Sequence[str]]:
    """Tell the method, if one was written, the URL's word, and the words of the items.

    Any word of letters is a method, in upper case, unless it stands alone: `get /x` is GET, `AHOY /x` AHOY.
    Raises RequestLineError.
    """
    if not words:
        raise RequestLineError(Fault.EMPTY_LINE)
    first = words[0]
    if first[:1] == "/":
        return None, first, words[1:]
    if not _METHOD(first):
        return None, first, words[1:]
    if len(words) > 1:
        return first.upper(), words[1], words[2:]
    if first.upper() in METHODS:
        method = first.upper()
        raise RequestLineError(Fault.MISSING_PATH, f"{method} /", method=method)
    return None, first, ()


def parse_target(word: str, method: str | None) -> Target:
    """Take a URL apart: `/x?a=1#top`, `:3000/x`, `localhost/x`, `http://ann:pw@example.com/x`.

    Raises RequestLineError.
    """
    if word[:1] == "/":
        return _of_path(word)
    if is_mangled(word):
        root = _GIT_BASH_ROOT(word)
        original = word[root.end() :].replace("\\", "/") if root else None
        path = f"/{original or '/user/alice'}"
        raise RequestLineError(Fault.MANGLED_PATH, word=word, original=original, path=path)
    if found := _ABSOLUTE(word):
        scheme = (found[1] or "http").lower()
        if scheme not in SCHEMES:
            raise RequestLineError(Fault.UNKNOWN_SCHEME, scheme=scheme, known=", ".join(SCHEMES))
        user, at, host = found[2].rpartition("@")
        return _of_path(
            found[3], scheme=scheme, host=_ascii_host(host), credentials=basic(user) if at else None
        )
    if found := _PORT_ONLY(word):
        return _of_path(found[2], host=f"localhost:{found[1]}" if found[1] else "localhost")
    if found := _BARE_HOST(word):
        return _of_path(found[2], host=_ascii_host(found[1]))
    if method and "=" in word:
        raise RequestLineError(Fault.MISSING_PATH_BEFORE, f"{method} / {word}", method=method, before=word)
    raise not_a_path(word, method)


def is_mangled(word: str) -> bool:
    """Tell whether this is a Windows path, which Git Bash makes of any word that starts with a slash."""
    return bool(_WINDOWS_PATH(word))


def basic(credentials: str) -> str:
    """Write `user:password` as the value of an Authorization header (RFC 7617)."""
    try:
        return "Basic " + b64encode(credentials.encode()).decode("ascii")
    except UnicodeEncodeError:
        raise RequestLineError(Fault.NOT_UTF8, where="user and password") from None


def encode_query(text: str) -> str:
    """Percent-encode what a client may not send in a query, and nothing that is encoded already."""
    try:
        return quote(text, safe="!$%&'()*+,/:;=?@[]~")
    except UnicodeEncodeError:
        raise RequestLineError(Fault.NOT_UTF8, where="query") from None


def _of_path(
    text: str, *, scheme: str | None = None, host: str | None = None, credentials: str | None = None
) -> Target:
    path, hash_sign, fragment = text.partition("#")
    path, _, query = path.partition("?")
    return Target(
        path=path or "/",
        query=query,
        fragment=fragment if hash_sign else None,
        scheme=scheme,
        host=host,
        credentials=credentials,
    )


def _ascii_host(host: str) -> str:
    if len(host) > _HOST_LIMIT:
        raise RequestLineError(Fault.BAD_HOST, host=host)
    if host.isascii():
        return host
    try:
        name, colon, port = host.partition(":")
        return name.encode("idna").decode("ascii") + colon + port
    except UnicodeError:
        raise RequestLineError(Fault.BAD_HOST, host=host) from None
