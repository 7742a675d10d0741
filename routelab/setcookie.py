"""One cookie as its header says it: a Set-Cookie header, read as a browser or as Flask's client reads it.

It must not know the jar. The rules are those of RFC 6265bis, the draft that browsers follow; sections are
named where a rule is not obvious.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from routelab.fates import Refusal

_PAIR_LIMIT: Final = 4_096  # bytes of name and value together (5.6)
_ATTRIBUTE_LIMIT: Final = 1_024  # bytes of an attribute's value (5.6)
_AGE_LIMIT: Final = 400 * 24 * 60 * 60  # seconds: browsers cut what is to last longer (5.5)

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search
_IPV4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}").fullmatch
_WHOLE_NUMBER = re.compile(r"-?[0-9]+").fullmatch
_DELIMITERS = re.compile(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])").match
_DAY = re.compile(r"[0-9]{1,2}(?![0-9])").match
_YEAR = re.compile(r"[0-9]{2,4}(?![0-9])").match
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PAIR = re.compile(
    r"""
    [ \t]* ([^ \t=";]+)
    (?: [ \t]* = [ \t]* ( "(?:[^\\"]|\\.)*" | [^ \t";]* ) )?
    [ \t]* (?: ; | \Z )
    """,
    re.VERBOSE | re.ASCII,
).match
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)")


class Cookie(NamedTuple):
    """One cookie as a client keeps it.

    `name` and `value` are as they are sent, `key` is the name as the app sees it; `expires` is in seconds
    since the epoch, or None where the cookie ends with the session.
    """

    key: str
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    expires: float | None
    secure: bool
    http_only: bool
    same_site: str | None

    def fits_host(self, hostname: str) -> bool:
        """Tell whether a request to this host brings the cookie (5.1.3)."""
        return hostname == self.domain or (not self.host_only and is_below(hostname, self.domain))

    def fits_path(self, path: str) -> bool:
        """Tell whether a request for this path brings the cookie (5.1.4)."""
        return path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")

    def is_old(self, now: float | None) -> bool:
        """Tell whether its time is over; without `now` none is."""
        return now is not None and self.expires is not None and self.expires <= now


class ReadCookie(NamedTuple):
    """What one Set-Cookie header says; `cookie` is None where it names none.

    `refusal` is why a browser would not keep the cookie, whatever it has already. `ignored` are attributes
    that do not count, with their values.
    """

    cookie: Cookie | None = None
    refusal: Refusal | None = None
    ignored: tuple[tuple[str, str], ...] = ()


def _split(header: str) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Take `a=1; Path=/x; Secure` apart: the pair, its name and value, and the attributes in lower case."""
    pair, _, rest = header.partition(";")
    name, equals, value = (text.strip(" \t") for text in pair.partition("="))
    if not equals:
        name, value = "", name
    attributes = []
    for text in rest.split(";") if rest else ():
        attribute, _, setting = text.partition("=")
        attributes.append((attribute.strip(" \t").lower(), setting.strip(" \t")))
    return pair, name, value, attributes


def read_as_flask(header: str, hostname: str, path: str, now: float) -> ReadCookie:
    """Read a Set-Cookie header as Flask's test client does: whatever names a cookie is one."""
    pair, name, value, pairs = _split(header)
    if "=" not in pair:
        name, value = value, ""
    if not name:
        return ReadCookie(refusal=Refusal.EMPTY)
    attributes = dict(pairs)
    cookie = Cookie(
        key=_key(pair, name),
        name=name,
        value=value,
        domain=attributes.get("domain", "").lower() or hostname,
        host_only="domain" not in attributes,
        path=unquote(attributes.get("path") or path.rpartition("/")[0] or "/"),
        expires=_expires(attributes, now),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=attributes.get("samesite"),
    )
    return ReadCookie(cookie=cookie)


def read_as_browser(header: str, hostname: str, path: str, now: float, secure: bool) -> ReadCookie:
    """Read a Set-Cookie header by 5.6, and hold it against what 5.7 asks of a single cookie."""
    pair, name, value, pairs = _split(header)
    attributes: dict[str, str] = {}
    ignored: list[tuple[str, str]] = []
    for attribute, setting in pairs:
        if _counts(attribute, setting):
            attributes[attribute] = setting
        elif attribute:
            ignored.append((attribute, setting))
    domain = attributes.get("domain", "").removeprefix(".").lower()
    if domain == hostname and "." not in domain:
        domain = ""  # `Domain=localhost` on localhost is as if it was not there
    default_path = as_browsers_write(path).rpartition("/")[0] or "/"
    expires = _expires(attributes, now)
    cookie = Cookie(
        key=_key(pair, name),
        name=name,
        value=value,
        domain=domain or hostname,
        host_only=not domain,
        path=attributes["path"] if attributes.get("path", "").startswith("/") else default_path,
        expires=None if expires is None else min(expires, now + _AGE_LIMIT),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=attributes.get("samesite"),
    )
    return ReadCookie(
        cookie=cookie,
        refusal=_refusal(header, cookie, attributes, hostname, secure),
        ignored=tuple(ignored),
    )


def _refusal(
    header: str, cookie: Cookie, attributes: dict[str, str], hostname: str, secure: bool
) -> Refusal | None:
    """Return the first reason, in the draft's order, for which a browser does not keep a cookie."""
    name = cookie.name.lower() or cookie.value.lower()  # a prefix counts in a cookie without a name, too
    if _CONTROL(header):
        return Refusal.CONTROL_CHARACTER
    if not cookie.name and not cookie.value:
        return Refusal.EMPTY
    if size_of(cookie) > _PAIR_LIMIT:
        return Refusal.TOO_LARGE
    if not cookie.host_only and "." not in cookie.domain and ":" not in cookie.domain:
        return Refusal.PUBLIC_DOMAIN
    if not cookie.fits_host(hostname):
        return Refusal.DOMAIN
    if cookie.secure and not secure:
        return Refusal.SECURE
    if (cookie.same_site or "").lower() == "none" and not cookie.secure:
        return Refusal.SAME_SITE_NONE
    if name.startswith("__secure-") and not cookie.secure:
        return Refusal.SECURE_PREFIX
    if name.startswith("__host-") and not (
        cookie.name and cookie.secure and cookie.host_only and attributes.get("path") == "/"
    ):
        return Refusal.HOST_PREFIX
    return None


def _counts(attribute: str, setting: str) -> bool:
    """Tell whether a browser looks at an attribute: it knows the name, and the value is of the right form."""
    if len(_bytes(setting)) > _ATTRIBUTE_LIMIT:
        return False
    match attribute:
        case "max-age":
            return _WHOLE_NUMBER(setting) is not None
        case "expires":
            return _seconds(setting) is not None
        case "domain":
            return bool(setting.removeprefix("."))
        case "path":
            return setting.startswith("/")
        case "samesite":
            return setting.lower() in ("strict", "lax", "none")
        case _:
            return attribute in ("secure", "httponly", "partitioned")


def _key(pair: str, name: str) -> str:
    return next(iter(parse_cookie(pair)), name)


def parse_cookie(header: str) -> dict[str, str]:
    """Read a Cookie header as a Flask app does: `a="x y"; b` gives `{"a": "x y", "b": ""}`.

    Of several values of one name the first counts. What stands before the first `;` of a Set-Cookie header is
    read in the same way.
    """
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode()  # headers come as latin-1 (PEP 3333)
    found: dict[str, str] = {}
    position = 0
    while position < len(header):
        pair = _PAIR(header, position)
        if pair is None:  # on to the next semicolon
            position = header.find(";", position) + 1 or len(header)
            continue
        position = pair.end()
        name, value = pair[1], pair[2] or ""
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = _ESCAPE.sub(_unescaped, value[1:-1].encode()).decode(errors="replace")
        found.setdefault(name, value)
    return found


def _expires(attributes: dict[str, str], now: float) -> float | None:
    """Tell when the cookie ends: Max-Age counts for more than Expires (5.7, step 6)."""
    if "max-age" in attributes:
        age = attributes["max-age"] or "0"
        if _WHOLE_NUMBER(age):
            return now + int(age[:12])  # a client may cut a longer time: this is 3,000 years and more
    return _seconds(attributes.get("expires", ""))


def _seconds(date: str) -> float | None:
    """Read a date as browsers do (5.1.1): the first time, day, month and year in it, in any order, as UTC."""
    time: re.Match[str] | None = None
    day = month = year = None
    for token in _DELIMITERS.split(date):
        if time is None and (found := _TIME(token)):
            time = found
        elif day is None and (found := _DAY(token)):
            day = int(found[0])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _YEAR(token)):
            year = int(found[0])
            year += 1900 if 70 <= year <= 99 else 2000 if year < 70 else 0
    if time is None or day is None or month is None or year is None or year < 1601:
        return None
    try:
        hour, minute, second = (int(number) for number in time.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:  # the 31st of a short month, or 25 o'clock
        return None


def _unescaped(found: re.Match[bytes]) -> bytes:
    return found[1] if len(found[1]) == 1 else bytes([int(found[1], 8)])


def is_below(hostname: str, domain: str) -> bool:
    """Tell whether a host is a name under a domain; an address is under none."""
    return hostname.endswith(f".{domain}") and not _IPV4(hostname)


def as_browsers_write(path: str) -> str:
    """Percent-encode what a browser would in a path; what is encoded already stays."""
    return path if path.isascii() and path.isalnum() else quote(path, safe="!$%&'()*+,/:;=@[]|~\\^")


def size_of(cookie: Cookie) -> int:
    """Count the bytes of name and value, as browsers do before they keep a cookie (5.7)."""
    return len(_bytes(cookie.name)) + len(_bytes(cookie.value))


def _bytes(text: str) -> bytes:
    """Return a header's text as the bytes that went over the wire."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
