"""The exit codes by which a worker ends of its own, and what each says to people."""

from __future__ import annotations

CLOSED = 74  # its pipe was taken from it
WITH_THE_TOOL = 75
BROKEN = 76  # its own code failed, for want of what the app took away

# An app may exit with such a code itself, so both are said.
WAYS = {
    CLOSED: "it closed the pipe to routelab, or exited with code {} by itself",
    BROKEN: "it took away what routelab needs to run there, or exited with code {} by itself",
}
