"""A request near the asked one that would match, as the router said, and how it differs.

It is facts and the words for them; who makes and asks such requests is suggesting.py.
"""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.wording import plain, quoted, typed_path


class RequestChange(OneOf):
    """What is different in a request that would match."""

    METHOD = "method"
    SLASH_ADDED = "slash_added"
    SLASH_DROPPED = "slash_dropped"
    SLASHES_MERGED = "slashes_merged"
    DECODED = "decoded"  # a percent-encoding undone
    UNICODE_FORM = "unicode_form"  # other characters that look the same
    HOST = "host"  # the same on another host
    TEXT = "text"  # fixed text in place of what was nearly that
    VALUE = "value"  # a text that the converter takes
    SEGMENT_DROPPED = "segment_dropped"
    SEGMENT_ADDED = "segment_added"
    ENDPOINT = "endpoint"  # the path was an endpoint's name
    REDIRECTED = "redirected"  # where the router itself sends the client


class Edit(Record):
    """A request that might match. `path` is decoded; `was` became `now` in `segment`, where one changed."""

    method: str
    path: str
    change: RequestChange
    segment: int | None = None
    was: str = ""
    now: str = ""


class Suggestion(Edit):
    """A request that matches. `path` is decoded; `was` became `now` in `segment`, where one changed.

    `base` is what stands before the path where the host is another: "http://api.shop.test".
    """

    json_told = ("text", "difference")

    rule: str  # which takes it
    endpoint: str
    base: str = ""

    @property
    def request(self) -> str:
        """The request as it is typed."""
        return f"{self.method} {plain(self.base)}{typed_path(self.path)}"

    @property
    def text(self) -> str:
        """Give the request as it is typed, with its endpoint."""
        return f"{self.request} would match: {plain(self.endpoint)}"

    @property
    def difference(self) -> str:
        """Say how it differs from the request that was asked."""
        match self.change:
            case RequestChange.METHOD:
                return f"{self.method} instead of {self.was}"
            case RequestChange.SLASH_ADDED:
                return "with a slash at the end"
            case RequestChange.SLASH_DROPPED:
                return "without the slash at the end"
            case RequestChange.SLASHES_MERGED:
                method = f"{self.now} instead of {self.was}, " if self.now != self.was else ""
                return f"{method}with repeated slashes merged"
            case RequestChange.DECODED:
                return "with the percent-encoding undone"
            case RequestChange.UNICODE_FORM:
                return "in characters that look the same"
            case RequestChange.HOST:
                return f"on the host {quoted(self.now)} instead of {quoted(self.was)}"
            case RequestChange.TEXT | RequestChange.VALUE:
                return f"{quoted(self.now)} instead of {quoted(self.was)}"
            case RequestChange.SEGMENT_DROPPED:
                return f"without /{plain(self.was)}"
            case RequestChange.SEGMENT_ADDED:
                return f"with /{plain(self.now)} added"
            case RequestChange.ENDPOINT:
                return f"{quoted(self.was)} is the name of an endpoint, and this is its rule's path"
            case RequestChange.REDIRECTED:
                return "where the redirect leads"
        assert_never(self.change)
