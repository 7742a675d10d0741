"""The app under experiment: loaded when it is first needed, anew after an edit, with headers set for a while.

It must not know lessons. Where a saved file is noticed, its news is handed down: nothing looks for it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.headers import without
from routelab.lab import TIME_LIMIT
from routelab.learner.watch import News, Watch
from routelab.session.reply import Message, aside

if TYPE_CHECKING:
    from routelab.cookies import CookieJar
    from routelab.lab import Lab
    from routelab.lessons.tasks.base import TypedRequest
    from routelab.requestline.record import RequestLine
    from routelab.router import KnownRule
    from routelab.setcookie import Cookie
    from routelab.tracing.trace import Trace


class AppSandbox:
    """One app with what was sent to it; `open_app` loads it, `files` are those whose saving matters.

    They are asked for with None as long as there is no app to load: whoever writes it from nothing saves,
    too. `limit` is the seconds that a request may take.
    """

    def __init__(
        self,
        open_app: Callable[[], Lab],
        files: Callable[[Lab | None], Mapping[str, Path]],
        *,
        limit: float = TIME_LIMIT,
    ) -> None:
        self._open = open_app
        self._files = files
        self._limit = limit
        self._lab: Lab | None = None
        self._watch: Watch | None = None
        self.saves = 0  # how often files were seen to be saved
        self._cookies: CookieJar | None = None
        self._headers: dict[str, tuple[str, str]] = {}
        self._known: tuple[Lab | None, tuple[KnownRule, ...]] | None = None
        self.last: Trace | None = None
        self.last_request: RequestLine | None = None

    @property
    def lab(self) -> Lab:
        """The app in its lab."""
        if self._lab is None:
            self._load()
        assert self._lab is not None
        return self._lab

    @property
    def header_names(self) -> tuple[str, ...]:
        """The names of the headers that are set for all requests."""
        return tuple(name for name, _ in self._headers.values())

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that are set for all requests: (name, value)."""
        return tuple(self._headers.values())

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        """The cookies that are in the jar now."""
        jar = self._cookies if self._lab is None else self._lab.cookies
        return () if jar is None else tuple(jar)

    def bring_back(self, cookies: Iterable[Cookie], headers: Iterable[tuple[str, str]]) -> None:
        """Have these cookies and headers, as before Python itself was started anew."""
        self.lab.cookies.add(cookies)
        for name, value in headers:
            self.set_header(name, value)

    def send(self, line: RequestLine) -> Trace:
        """Send a request with the headers that are set, unless it has its own; the trace is kept."""
        added = without(self.headers, *line.named_headers)
        self.last_request = line.replace(headers=(*added, *line.headers))
        self.refresh()
        self.last = self.lab.send(self.last_request, seconds=self._limit)
        return self.last

    def prepare(self, before: tuple[TypedRequest, ...]) -> None:
        """Start the app afresh, without cookies, and send these requests first."""
        self._cookies = None
        if self._watch is not None and self._watch.look():
            self.saves += 1  # what was saved until now is in the app that is loaded now
        self._load()
        for request in before:
            self.lab.send(request.line, seconds=self._limit, suggestions=False)

    @property
    def watches(self) -> bool:
        """Whether saving is seen: from the first load on."""
        return self._watch is not None

    def has_news(self) -> bool:
        """Tell whether a file of the app was saved since it was loaded."""
        return self._watch is not None and self._watch.has_news()

    def refresh(self) -> News:
        """Forget the app if a file was saved, and say which; cookies stay, as in a browser."""
        news = News() if self._watch is None else self._watch.look()
        self.saves += bool(news)
        if news and self._lab is not None:
            self._cookies, self._lab = self._lab.cookies, None
        return news

    def close(self) -> None:
        """Let the app and its process go; the next request loads it anew."""
        if self._lab is not None:
            self._lab.close()
            self._lab = None

    def files(self) -> Mapping[str, Path]:
        """Name the files whose saving matters."""
        return self._files(self.lab)

    def set_header(self, name: str, value: str) -> None:
        """Send a header along with all requests from now on."""
        self._headers[name.lower()] = (name, value)

    def unset_header(self, name: str) -> bool:
        """Stop sending it; False where it was not set."""
        return self._headers.pop(name.lower(), None) is not None

    def clear_headers(self) -> None:
        """Stop sending any."""
        self._headers.clear()

    def routes(self) -> tuple[KnownRule, ...]:
        """List the app's rules, sorted by text; none where it does not load."""
        lab = self.lab
        return () if lab.failure is not None else self._routes_of(lab)

    @property
    def known_routes(self) -> tuple[KnownRule, ...]:
        """The rules as far as they are known: made to be asked while somebody types, it loads no app."""
        if self._lab is not None and self._lab.failure is None:
            return self._routes_of(self._lab)
        return () if self._known is None else self._known[1]

    def open(self) -> None:
        """Load the app before it is needed: from now on saving is watched, and its paths can be completed.

        Where there is no app to load at all, that is told when something needs one.
        """
        with suppress(RoutelabError):
            self.lab  # noqa: B018 - loading is what is wanted

    def note_routes(self, lab: Lab) -> None:
        """Take note of the rules of an app that was loaded elsewhere from the same files."""
        if self._lab is None and lab.failure is None:
            self._known = (None, lab.known_rules())

    def _routes_of(self, lab: Lab) -> tuple[KnownRule, ...]:
        if self._known is None or self._known[0] is not lab:
            self._known = (lab, lab.known_rules())
        return self._known[1]

    def _load(self) -> None:
        try:
            self._lab = lab = self._open()
        except RoutelabError:
            if self._watch is None:
                self._watch = Watch(lambda: self._files(None))
            raise
        if self._cookies is not None:
            lab.cookies, self._cookies = self._cookies, None
        if self._watch is None:
            self._watch = Watch(lambda: self._files(lab))
        else:
            self._watch.watch(lambda: self._files(lab))


# What is said of it


def reset_app(sandbox: AppSandbox, before: tuple[TypedRequest, ...] = ()) -> Message:
    """Start the app afresh, send these requests first, and say so."""
    sandbox.prepare(before)
    sent = ", ".join(request.typed for request in before)
    return aside(
        f"The app was started afresh, and this was sent: {sent}"
        if sent
        else "The app was started afresh; its cookies are gone."
    )
