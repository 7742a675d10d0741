"""The cookie jar: what responses set, what later requests send back, and what became of each cookie and why.

It must not know requests, responses or the clock: header texts and the time come in as arguments. The rules
are those of RFC 6265bis, the draft that browsers follow; sections are named where a rule is not obvious.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urlsplit

_PAIR_LIMIT: Final = 4_096  # bytes of name and value together (5.6)
_ATTRIBUTE_LIMIT: Final = 1_024  # bytes of an attribute's value (5.6)
_AGE_LIMIT: Final = 400 * 24 * 60 * 60  # seconds: browsers cut what is to last longer (5.5)

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search
_IPV4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}").fullmatch
_SECURE_SCHEMES = frozenset({"https", "wss"})


class Policy(Enum):
    """Whose way the jar goes."""

    BROWSER = "browser"
    FLASK = "flask"
    """As Flask's test client, which ignores Secure, sizes and prefixes; but here cookies expire."""


class Fate(Enum):
    """What became of one Set-Cookie header."""

    KEPT = "kept"
    REPLACED = "replaced"
    DELETED = "deleted"
    DELETION_MISSED = "deletion_missed"
    """It was to delete a cookie, and the jar has none of this name, domain and path."""
    REFUSED = "refused"


class Refusal(Enum):
    """Why a cookie was not kept."""

    EMPTY = "empty"
    CONTROL_CHARACTER = "control_character"
    TOO_LARGE = "too_large"
    """Name and value have more than 4,096 bytes."""
    DOMAIN = "domain"
    """Domain is neither the host nor one of the domains above it."""
    PUBLIC_DOMAIN = "public_domain"
    """Domain is a single label, as `com`, which everybody shares."""
    SECURE = "secure"
    """Secure, and the response came over http."""
    HIDES_SECURE = "hides_secure"
    """It would stand beside or in place of a Secure cookie of the same name, and came over http."""
    SAME_SITE_NONE = "same_site_none"
    """SameSite=None without Secure."""
    SECURE_PREFIX = "secure_prefix"
    """`__Secure-` without Secure."""
    HOST_PREFIX = "host_prefix"
    """`__Host-` without Secure and Path=/, or with Domain."""


class HeldBack(Enum):
    """Why a cookie of the jar was not sent."""

    DOMAIN = "domain"
    PATH = "path"
    SECURE = "secure"
    EXPIRED = "expired"


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
        return hostname == self.domain or (not self.host_only and _is_below(hostname, self.domain))

    def fits_path(self, path: str) -> bool:
        """Tell whether a request for this path brings the cookie (5.1.4)."""
        return path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")

    def is_old(self, now: float | None) -> bool:
        """Tell whether its time is over; without `now` none is."""
        return now is not None and self.expires is not None and self.expires <= now


class Stored(NamedTuple):
    """What became of one Set-Cookie header, and of which cookie.

    `cookie` is None where the header names none. `ignored` are attributes that did not count, with their
    values. `others` are the cookies of the same name that the jar has for another domain or path: a deletion
    that missed may have been meant for one of them.
    """

    header: str
    fate: Fate
    refusal: Refusal | None = None
    cookie: Cookie | None = None
    ignored: tuple[tuple[str, str], ...] = ()
    others: tuple[Cookie, ...] = ()


class Sending(NamedTuple):
    """The Cookie header of a request, or None; the cookies in it, and those that stay at home."""

    header: str | None
    sent: tuple[Cookie, ...]
    held_back: tuple[tuple[Cookie, HeldBack], ...]


class CookieJar:
    """Cookies by name, domain and path, in the order in which they first came.

    A host may have a port. A path is the URL's, application root included, percent-encoded or not. Times are
    in seconds since the epoch.
    """

    def __init__(self, policy: Policy = Policy.FLASK) -> None:
        self.policy = policy
        self._cookies: dict[tuple[object, ...], Cookie] = {}

    def __iter__(self) -> Iterator[Cookie]:
        return iter(tuple(self._cookies.values()))

    def __len__(self) -> int:
        return len(self._cookies)

    def header_for(
        self, host: str, path: str, now: float | None = None, *, scheme: str = "http"
    ) -> str | None:
        """Write the Cookie header for a request, or None where no cookie fits; without `now` none is old."""
        return self.sending(host, path, now, scheme=scheme).header if self._cookies else None

    def sending(self, host: str, path: str, now: float | None = None, *, scheme: str = "http") -> Sending:
        """Tell which cookies a request brings, and why not the others; drop those whose time is over."""
        hostname = _hostname(host)
        secure = self.policy is Policy.FLASK or _is_secure(scheme, hostname)
        path = unquote(path) if self.policy is Policy.FLASK else _as_browsers_write(path)
        sent: list[Cookie] = []
        held_back: list[tuple[Cookie, HeldBack]] = []
        for place, cookie in tuple(self._cookies.items()):
            reason = _held_back(cookie, hostname, path, secure, now)
            if reason is HeldBack.EXPIRED:
                del self._cookies[place]
            if reason is None:
                sent.append(cookie)
            else:
                held_back.append((cookie, reason))
        if self.policy is Policy.BROWSER:
            sent.sort(key=lambda cookie: -len(cookie.path))  # the longest path first, then the oldest (5.8.3)
        header = "; ".join(_as_sent(cookie, self.policy) for cookie in sent)
        return Sending(header=header or None, sent=tuple(sent), held_back=tuple(held_back))

    def store(
        self, host: str, path: str, set_cookie_headers: Iterable[str], now: float, *, scheme: str = "http"
    ) -> tuple[Stored, ...]:
        """Keep, replace or delete cookies as the Set-Cookie headers of a response from there say."""
        hostname = _hostname(host)
        if self.policy is Policy.FLASK:
            read = [_read_as_flask(header, hostname, path, now) for header in set_cookie_headers]
            return tuple(self._put(each, now) for each in read)
        secure = _is_secure(scheme, hostname)
        stored = []
        for header in set_cookie_headers:
            each = _read_as_browser(header, hostname, path, now, secure)
            if each.refusal is None and each.cookie is not None and not secure and self._hides(each.cookie):
                each = _refused(each, Refusal.HIDES_SECURE)
            stored.append(self._put(each, now))
        return tuple(stored)

    def _put(self, read: Stored, now: float) -> Stored:
        """Do what a header asks for, and tell what came of it."""
        cookie = read.cookie
        if cookie is None or read.refusal is not None:
            return read
        place = self._place(cookie)
        others = tuple(each for each in self if each.name == cookie.name and self._place(each) != place)
        there = self._cookies.get(place)
        if there is not None and there.is_old(now):
            del self._cookies[place]
            there = None
        if cookie.is_old(now):
            self._cookies.pop(place, None)
            fate = Fate.DELETION_MISSED if there is None else Fate.DELETED
        else:
            self._cookies[place] = cookie
            fate = Fate.KEPT if there is None else Fate.REPLACED
        return read._replace(fate=fate, others=others)

    def _place(self, cookie: Cookie) -> tuple[object, ...]:
        """Return what makes two cookies the same: a browser looks at whether Domain was given, too (5.7)."""
        if self.policy is Policy.FLASK:
            return (cookie.domain, cookie.path, cookie.key)
        return (cookie.domain, cookie.host_only, cookie.path, cookie.name)

    def _hides(self, cookie: Cookie) -> bool:
        """Tell whether a cookie that is not Secure would get in the way of one that is (5.7, step 15)."""
        return not cookie.secure and any(
            each.secure
            and each.name == cookie.name
            and (
                each.domain == cookie.domain
                or _is_below(each.domain, cookie.domain)
                or _is_below(cookie.domain, each.domain)
            )
            and each.fits_path(cookie.path)
            for each in self
        )


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


_PAIR = re.compile(
    r"""
    [ \t]* ([^ \t=";]+)
    (?: [ \t]* = [ \t]* ( "(?:[^\\"]|\\.)*" | [^ \t";]* ) )?
    [ \t]* (?: ; | \Z )
    """,
    re.VERBOSE | re.ASCII,
).match
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return found[1] if len(found[1]) == 1 else bytes([int(found[1], 8)])


# One Set-Cookie header


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


def _read_as_flask(header: str, hostname: str, path: str, now: float) -> Stored:
    pair, name, value, pairs = _split(header)
    if "=" not in pair:
        name, value = value, ""
    if not name:
        return Stored(header=header, fate=Fate.REFUSED, refusal=Refusal.EMPTY)
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
    return Stored(header=header, fate=Fate.KEPT, cookie=cookie)


def _read_as_browser(header: str, hostname: str, path: str, now: float, secure: bool) -> Stored:
    """Read a header by 5.6, and hold it against what 5.7 asks of a single cookie."""
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
    default_path = _as_browsers_write(path).rpartition("/")[0] or "/"
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
    read = Stored(header=header, fate=Fate.KEPT, cookie=cookie, ignored=tuple(ignored))
    refusal = _refusal(header, cookie, attributes, hostname, secure)
    return read if refusal is None else _refused(read, refusal)


def _refusal(
    header: str, cookie: Cookie, attributes: dict[str, str], hostname: str, secure: bool
) -> Refusal | None:
    """Return the first reason, in the draft's order, for which a browser does not keep a cookie."""
    name = cookie.name.lower() or cookie.value.lower()  # a prefix counts in a cookie without a name, too
    if _CONTROL(header):
        return Refusal.CONTROL_CHARACTER
    if not cookie.name and not cookie.value:
        return Refusal.EMPTY
    if len(_bytes(cookie.name)) + len(_bytes(cookie.value)) > _PAIR_LIMIT:
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


def _refused(read: Stored, refusal: Refusal) -> Stored:
    return read._replace(fate=Fate.REFUSED, refusal=refusal)


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


def _as_sent(cookie: Cookie, policy: Policy) -> str:
    """Write a cookie into the Cookie header; a browser sends one without a name as its value (5.8.3)."""
    return f"{cookie.name}={cookie.value}" if cookie.name or policy is Policy.FLASK else cookie.value


def _held_back(cookie: Cookie, hostname: str, path: str, secure: bool, now: float | None) -> HeldBack | None:
    if cookie.is_old(now):
        return HeldBack.EXPIRED
    if not cookie.fits_host(hostname):
        return HeldBack.DOMAIN
    if not cookie.fits_path(path):
        return HeldBack.PATH
    return HeldBack.SECURE if cookie.secure and not secure else None


# Times


_WHOLE_NUMBER = re.compile(r"-?[0-9]+").fullmatch
_DELIMITERS = re.compile(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])").match
_DAY = re.compile(r"[0-9]{1,2}(?![0-9])").match
_YEAR = re.compile(r"[0-9]{2,4}(?![0-9])").match
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


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


# Hosts and paths


def _hostname(host: str) -> str:
    return urlsplit(f"//{host}").hostname or "localhost"


def _is_below(hostname: str, domain: str) -> bool:
    """Tell whether a host is a name under a domain; an address is under none."""
    return hostname.endswith(f".{domain}") and not _IPV4(hostname)


def _is_secure(scheme: str, hostname: str) -> bool:
    """Tell whether Secure cookies may travel: browsers count the own machine as secure, Safari aside."""
    own = hostname in ("localhost", "127.0.0.1", "::1") or hostname.endswith(".localhost")
    return own or scheme in _SECURE_SCHEMES


def _as_browsers_write(path: str) -> str:
    """Percent-encode what a browser would in a path; what is encoded already stays."""
    return path if path.isascii() and path.isalnum() else quote(path, safe="!$%&'()*+,/:;=@[]|~\\^")


def _bytes(text: str) -> bytes:
    """Return a header's text as the bytes that went over the wire."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
