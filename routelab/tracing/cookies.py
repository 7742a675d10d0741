"""What became of the cookies around one request: those that its response set, and those that stayed behind.

Facts, and the words for them; it knows neither headers nor the jar.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import assert_never

from routelab.fates import Fate, HeldBack, Policy, Refusal
from routelab.record import Record

_COUNTING = {  # attributes whose value must be of some form, and which
    "domain": "a name",
    "path": "a path that begins with /",
    "max-age": "a whole number of seconds",
    "expires": "a date",
    "samesite": "Strict, Lax or None",
}
_MOST_BYTES = "4,096"


class TracedCookie(Record):
    """A cookie without its value: for which host and path it is. `size` is bytes of name and value.

    `host_only`: hosts below `domain` do not get it.
    """

    name: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: str | None
    expires: float | None  # seconds since the epoch; None where it ends with the browser
    size: int

    @property
    def reach(self) -> str:
        """Say where it goes: "shop.test and the hosts below it, path /cart"."""
        hosts = self.domain if self.host_only else f"{self.domain} and the hosts below it"
        return f"{hosts}, path {self.path}"


# Two short words of which the last is a country: a shop's own domain may look so, too.
_LIKE_A_PUBLIC_SUFFIX = r"[a-z]{2,3}\.[a-z]{2}"


class CookieNews(Record):
    """What became of one cookie; `scheme`, `host` and `path` are the request's, as its client sees them."""

    json_told = ("text", "telling")

    jar: Policy
    scheme: str
    host: str
    path: str

    @property
    @abstractmethod
    def text(self) -> str:
        """Say what became of it, and why."""
        raise NotImplementedError

    @property
    def telling(self) -> bool:
        """Tell whether it is worth a line: what is kept, replaced or deleted as asked is not."""
        return True


class CookieSet(CookieNews):
    """What became of one Set-Cookie header of the response.

    `cookie` is None where the header names none. `refusal` is why a browser refuses it; Flask's test client
    keeps most of these. `ignored` are attributes that do not count, with their values. `others` are cookies
    of the same name that the jar has for other places. `mounted` is the setting APPLICATION_ROOT, where the
    cookie's path begins with it: Flask's test client asks for URLs below it, and a browser may not.
    """

    json_tag = ("news", "set")

    header: str
    fate: Fate
    refusal: Refusal | None = None
    cookie: TracedCookie | None = None
    ignored: tuple[tuple[str, str], ...] = ()
    others: tuple[TracedCookie, ...] = ()
    mounted: str = ""

    @property
    def text(self) -> str:
        said = [self._fate_words(), self._shared_words(), self._mounted_words(), *self._ignored_words()]
        return "; ".join(words for words in said if words)

    @property
    def telling(self) -> bool:
        return (
            self.refusal is not None
            or self.fate is Fate.DELETION_MISSED
            or self._only_on_own_machine
            or bool(self._shared_words() or self._mounted_words())
            or any(self._ignored_words())
        )

    @property
    def _only_on_own_machine(self) -> bool:
        kept = self.fate in (Fate.KEPT, Fate.REPLACED) and self.refusal is None
        return kept and self.cookie is not None and self.cookie.secure and self.scheme in ("http", "ws")

    def _fate_words(self) -> str:
        if self.refusal is not None:
            why = self._refusal_words(self.refusal)
            if self.jar is Policy.FLASK and self.fate is not Fate.REFUSED:
                return f"Flask's test client accepts this cookie; a browser refuses it: {why}"
            return f"a browser refuses this cookie, so it is never sent back: {why}"
        match self.fate:
            case Fate.KEPT | Fate.REPLACED if self._only_on_own_machine:
                return (
                    f"a browser keeps this Secure cookie over {self.scheme} only because {self.host} is its "
                    "own machine; from any other host it refuses it (and Safari refuses it here, too)"
                )
            case Fate.KEPT:
                return "kept"
            case Fate.REPLACED:
                return "kept in place of the one that was there"
            case Fate.DELETED:
                return "deleted"
            case Fate.DELETION_MISSED:
                return self._missed_words()
            case Fate.REFUSED:
                return "not kept: it has no name"
        assert_never(self.fate)

    def _shared_words(self) -> str:
        """Say what only a browser's list knows, where a kept cookie's Domain looks like one of that list."""
        cookie = self.cookie
        kept = self.fate in (Fate.KEPT, Fate.REPLACED) and self.refusal is None
        if (
            not kept
            or cookie is None
            or cookie.host_only
            or not re.fullmatch(_LIKE_A_PUBLIC_SUFFIX, cookie.domain)
        ):
            return ""
        listed = f"if {cookie.domain} is a public suffix, as co.uk is"
        return f"a browser refuses it {listed}; routelab has no list of these"

    def _mounted_words(self) -> str:
        kept = self.fate in (Fate.KEPT, Fate.REPLACED) and self.refusal is None
        if not kept or not self.mounted or self.cookie is None:
            return ""
        return (
            f"its Path is {self.cookie.path}, below APPLICATION_ROOT: a browser sends it back only where a "
            f"server really has the app at {self.mounted}"
        )

    def _missed_words(self) -> str:
        if self.cookie is None or not self.others:
            return "this deletes nothing: no cookie of this name is kept"
        kept = " and ".join(other.reach for other in self.others)
        return (
            f"this deletes nothing: the cookie {self.cookie.name} that is kept is for {kept}; "
            f"this deletion is for {self.cookie.reach}"
        )

    def _ignored_words(self) -> list[str]:
        return [
            f"{attribute.title()}={value} has no effect: it needs {_COUNTING[attribute]}"
            for attribute, value in self.ignored
            if attribute in _COUNTING and value
        ]

    def _refusal_words(self, refusal: Refusal) -> str:
        cookie = self.cookie
        match refusal:
            case Refusal.EMPTY:
                return "it has no name" if cookie is None else "it has neither a name nor a value"
            case Refusal.CONTROL_CHARACTER:
                return "it has a control character in it"
            case Refusal.TOO_LARGE:
                size = "more" if cookie is None else f"{cookie.size:,}"
                return f"its name and value have {size} bytes, and at most {_MOST_BYTES} are allowed"
            case Refusal.DOMAIN:
                return f"the cookie is for {_domain(cookie)}, and the response came from {self.host}"
            case Refusal.PUBLIC_DOMAIN:
                return f"its Domain, {_domain(cookie)}, is one word, which all hosts below it would share"
            case Refusal.SECURE:
                return f"it is Secure, and the response came over {self.scheme} from {self.host}"
            case Refusal.HIDES_SECURE:
                return (
                    "a Secure cookie of this name is kept already, and a response over "
                    f"{self.scheme} may not put another before it"
                )
            case Refusal.SAME_SITE_NONE:
                return "SameSite=None needs Secure beside it"
            case Refusal.SECURE_PREFIX:
                return "a name that begins with __Secure- needs Secure beside it"
            case Refusal.HOST_PREFIX:
                return "a name that begins with __Host- needs Secure and Path=/ beside it, and no Domain"
        assert_never(refusal)


class CookieHeldBack(CookieNews):
    """A cookie of the jar that did not go along with the request, and why."""

    json_tag = ("news", "held_back")

    cookie: TracedCookie
    reason: HeldBack

    @property
    def text(self) -> str:
        return f"the cookie {self.cookie.name} is kept and not sent: {self._reason_words()}"

    def _reason_words(self) -> str:
        cookie = self.cookie
        match self.reason:
            case HeldBack.DOMAIN:
                alone = "alone" if cookie.host_only else "and the hosts below it"
                return f"it is for {cookie.domain} {alone}, and this request is for {self.host}"
            case HeldBack.PATH:
                return f"its Path is {cookie.path}, and {self.path} is not below that"
            case HeldBack.SECURE:
                return f"it is Secure, and this request goes over {self.scheme}"
            case HeldBack.EXPIRED:
                return "it has expired, and now it is forgotten"
        assert_never(self.reason)


def _domain(cookie: TracedCookie | None) -> str:
    return "another host" if cookie is None else cookie.domain
