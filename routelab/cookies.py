"""The lab's cookie jar: what responses set, and what later requests send back.

It must not know requests, responses or the clock: header texts and the time come in as arguments.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from werkzeug.http import parse_cookie, parse_date


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

    def fits(self, hostname: str, path: str) -> bool:
        """Tell whether a request to this host and path brings the cookie (RFC 6265, 5.1.3 and 5.1.4)."""
        if hostname != self.domain and (self.host_only or not hostname.endswith(f".{self.domain}")):
            return False
        return path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")


class CookieJar:
    """Cookies by domain, path and name, in the order in which they first came.

    It keeps and sends what Werkzeug's test client would, which does not look at Secure; beyond that it lets
    cookies expire. A host may have a port. A path is the URL's, application root included, percent-encoded or
    not. Times are in seconds since the epoch.
    """

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def __iter__(self) -> Iterator[Cookie]:
        return iter(tuple(self._cookies.values()))

    def __len__(self) -> int:
        return len(self._cookies)

    def header_for(self, host: str, path: str, now: float | None = None) -> str | None:
        """Write the Cookie header for a request, or None where no cookie fits; without `now` none is old."""
        if not self._cookies:
            return None
        if now is not None:
            self._drop_expired(now)
        hostname, path = _hostname(host), unquote(path)
        fitting = [f"{cookie.name}={cookie.value}" for cookie in self if cookie.fits(hostname, path)]
        return "; ".join(fitting) or None

    def store(self, host: str, path: str, set_cookie_headers: Iterable[str], now: float) -> None:
        """Keep, replace or delete cookies as the Set-Cookie headers of a response from there say."""
        for header in set_cookie_headers:
            cookie = _parsed(header, _hostname(host), path, now)
            if cookie is None:
                continue
            if cookie.expires is not None and cookie.expires <= now:
                self._cookies.pop((cookie.domain, cookie.path, cookie.key), None)
            else:
                self._cookies[cookie.domain, cookie.path, cookie.key] = cookie

    def _drop_expired(self, now: float) -> None:
        for place, cookie in tuple(self._cookies.items()):
            if cookie.expires is not None and cookie.expires <= now:
                del self._cookies[place]


def _parsed(header: str, hostname: str, path: str, now: float) -> Cookie | None:
    """Read one Set-Cookie header; None for one that names no cookie, which browsers ignore as well."""
    pair, _, rest = header.partition(";")
    name, _, value = (text.strip(" \t") for text in pair.partition("="))
    if not name:
        return None
    attributes: dict[str, str] = {}
    for text in rest.split(";"):
        attribute, _, setting = text.partition("=")
        attributes[attribute.strip(" \t").lower()] = setting.strip(" \t")
    return Cookie(
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


def _key(pair: str, name: str) -> str:
    try:
        return next(iter(parse_cookie(pair)), name)
    except UnicodeDecodeError:
        return name


def _expires(attributes: dict[str, str], now: float) -> float | None:
    """Tell when the cookie ends: Max-Age counts for more than Expires (RFC 6265, 5.3)."""
    if "max-age" in attributes:
        seconds = attributes["max-age"] or "0"
        if seconds.removeprefix("-").isdecimal():
            return now + int(seconds[:12])  # a client may cut a longer time: this is 3,000 years and more
    date = parse_date(attributes.get("expires"))
    return None if date is None else date.timestamp()


def _hostname(host: str) -> str:
    return urlsplit(f"//{host}").hostname or "localhost"
