"""Runs for those who ask hundreds of requests, and of whom none alters the app."""

from __future__ import annotations

from functools import cached_property

from routelab.cookies import CookieJar
from routelab.fates import Policy
from routelab.lab import Lab
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.running import Runs, send_in
from routelab.tracing.trace import Trace

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SharedRuns(Runs):
    """Runs that share one app as long as they only read, each without a cookie."""

    @cached_property
    def _shared(self) -> Lab:
        return self._app()

    def traces(self, before: tuple[TypedRequest, ...], request: TypedRequest) -> tuple[Trace, ...]:
        if any(each.line.method not in SAFE for each in (*before, request)):
            return super().traces(before, request)
        self._shared.cookies = CookieJar(Policy.BROWSER)
        return (send_in(self._shared, before, request),)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        if "_shared" in self.__dict__:
            self._shared.close()
