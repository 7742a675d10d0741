"""A client's cookies around one request: what it sends, takes from the response, and the news of both.

It knows the jar and the records of a trace, and no app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from routelab.cookies import CookieJar, Sending, Stored
from routelab.fates import Fate, Policy, Refusal
from routelab.headers import all_values, lower_names
from routelab.requestline.record import RequestLine
from routelab.setcookie import Cookie, parse_cookie, size_of
from routelab.tracing.cookies import CookieHeldBack, CookieNews, CookieSet, TracedCookie
from routelab.tracing.trace import SentResponse


class CookieExchange(NamedTuple):
    """One request as its client sees it: where it goes, and when."""

    request: RequestLine
    scheme: str
    host: str
    path: str
    now: float

    def sending(self, jar: CookieJar) -> Sending:
        """Tell which cookies go along."""
        return jar.sending(self.host, self.path, self.now, scheme=self.scheme)

    def news(
        self, response: SentResponse | None, sending: Sending | None, jar: CookieJar
    ) -> tuple[CookieNews, ...]:
        """Let the jar take what the response sets, and tell what became of the cookies."""
        news: list[CookieNews] = [] if sending is None else [*self._held_back(sending, jar)]
        if response is not None:
            headers = all_values(response.headers, "Set-Cookie")
            if headers:
                news += self._set(jar, headers)
        return tuple(news)

    def _held_back(self, sending: Sending, jar: CookieJar) -> Iterator[CookieNews]:
        for cookie, reason in sending.held_back:
            yield CookieHeldBack(cookie=traced(cookie), reason=reason, **self._place(jar))

    def _set(self, jar: CookieJar, headers: list[str]) -> Iterator[CookieNews]:
        stored = jar.store(self.host, self.path, headers, self.now, scheme=self.scheme)
        refusals = [each.refusal for each in stored]
        if jar.policy is Policy.FLASK:
            refusals = self._as_a_browser(headers)
        for each, refusal in zip(stored, refusals, strict=True):
            if not self._deletes_typed(each):
                yield CookieSet(
                    header=each.header,
                    fate=each.fate,
                    refusal=refusal,
                    cookie=None if each.cookie is None else traced(each.cookie),
                    ignored=each.ignored,
                    others=tuple(map(traced, each.others)),
                    mounted=self._mounted(each.cookie),
                    **self._place(jar),
                )

    def _mounted(self, cookie: Cookie | None) -> str:
        """Return where APPLICATION_ROOT mounts the app, for a cookie that is for below there."""
        root = self.path.removesuffix(self.request.path)
        below = cookie is not None and f"{cookie.path}/".startswith(f"{root}/")
        return root if root and below else ""

    def _as_a_browser(self, headers: Iterable[str]) -> list[Refusal | None]:
        """Tell what a browser that has no cookies yet would refuse of what Flask's client takes."""
        browser = CookieJar(Policy.BROWSER)
        return [
            each.refusal
            for each in browser.store(self.host, self.path, headers, self.now, scheme=self.scheme)
        ]

    def _deletes_typed(self, stored: Stored) -> bool:
        """Tell whether a deletion is of a cookie that was typed as a header, of which no jar knows."""
        if stored.fate is not Fate.DELETION_MISSED or stored.cookie is None or stored.others:
            return False
        typed = all_values(self.request.headers, "Cookie")
        return any(stored.cookie.key in parse_cookie(value) for value in typed)

    def _place(self, jar: CookieJar) -> dict[str, Any]:
        return {"jar": jar.policy, "scheme": self.scheme, "host": self.host, "path": self.path}


def sets_cookies(response: SentResponse | None) -> bool:
    """Tell whether a response has anything for a jar."""
    return response is not None and "set-cookie" in lower_names(response.headers)


def traced(cookie: Cookie) -> TracedCookie:
    """Describe a cookie without its value."""
    return TracedCookie(
        name=cookie.name,
        domain=cookie.domain,
        host_only=cookie.host_only,
        path=cookie.path,
        secure=cookie.secure,
        http_only=cookie.http_only,
        same_site=cookie.same_site,
        expires=cookie.expires,
        size=size_of(cookie),
    )
