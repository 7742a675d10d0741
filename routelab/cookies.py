"""The cookie jar: what responses set, what later requests send back, and what became of each cookie and why.

It must not know requests, responses or the clock: header texts and the time come in as arguments. The rules
are those of RFC 6265bis, the draft that browsers follow; sections are named where a rule is not obvious.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from routelab.fates import Fate, HeldBack, Policy, Refusal
from routelab.setcookie import Cookie, ReadCookie, as_browsers_write, is_below, read_as_browser, read_as_flask

_SECURE_SCHEMES = frozenset({"https", "wss"})


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

    def add(self, cookies: Iterable[Cookie]) -> None:
        """Put in cookies that were kept elsewhere."""
        self._cookies.update((self._place(cookie), cookie) for cookie in cookies)

    def sending(self, host: str, path: str, now: float | None = None, *, scheme: str = "http") -> Sending:
        """Tell which cookies a request brings, and why not the others; drop those whose time is over."""
        hostname = _hostname(host)
        secure = self.policy is Policy.FLASK or _is_secure(scheme, hostname)
        path = unquote(path) if self.policy is Policy.FLASK else as_browsers_write(path)
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
        secure = _is_secure(scheme, hostname)
        stored = []
        for header in set_cookie_headers:
            if self.policy is Policy.FLASK:
                read = read_as_flask(header, hostname, path, now)
            else:
                read = read_as_browser(header, hostname, path, now, secure)
                if read.cookie and read.refusal is None and not secure and self._hides(read.cookie):
                    read = read._replace(refusal=Refusal.HIDES_SECURE)
            stored.append(self._put(header, read, now))
        return tuple(stored)

    def _put(self, header: str, read: ReadCookie, now: float) -> Stored:
        """Do what a header asks for, and tell what came of it."""
        cookie = read.cookie
        if cookie is None or read.refusal is not None:
            return Stored(header, Fate.REFUSED, read.refusal, cookie, read.ignored)
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
        return Stored(header, fate, None, cookie, read.ignored, others)

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
                or is_below(each.domain, cookie.domain)
                or is_below(cookie.domain, each.domain)
            )
            and each.fits_path(cookie.path)
            for each in self
        )


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


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or "localhost"
    except ValueError:  # a Host header that was typed may be anything: `[::1` is no address
        return host.lower()


def _is_secure(scheme: str, hostname: str) -> bool:
    """Tell whether Secure cookies may travel: browsers count the own machine as secure, Safari aside."""
    own = hostname in ("localhost", "127.0.0.1", "::1") or hostname.endswith(".localhost")
    return own or scheme in _SECURE_SCHEMES
