"""What the tool and a worker say to each other, where it is more than names and numbers.

It knows requests, and neither end of the pipe.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from routelab.record import Record
from routelab.requestline.record import BodyKind, RequestLine


class SendOptions(Record):
    """How a request is sent, beside what it says.

    `seconds` is its time limit, None for none. `all_candidates` tells of every rule also where there are more
    than 500; `suggestions` asks the router, afterwards, what would have matched where nothing did.
    """

    seconds: float | None = None
    all_candidates: bool = False
    suggestions: bool = True


class Limits(Record):
    """What the system keeps a worker within, each where it can; None is no limit.

    `memory` is in megabytes for one process, `processes` how many its user may have at a time (threads
    count), `file_size` the bytes of a file that it writes, `files` how many it may have open. `final`: the
    code in it cannot lift the limit of memory either; it never can lift the others.
    """

    memory: int | None = 1024  # ample for an app of a lesson, and no trap for a classroom laptop
    processes: int | None = None
    file_size: int | None = None
    files: int | None = None
    final: bool = False


def request_message(request: RequestLine) -> dict[str, Any]:
    """Write what the app's side must know of a request."""
    return {
        "method": request.method,
        "path": request.path,
        "query_string": request.query_string,
        "headers": request.headers,
        "unset": request.unset,
        "body": None if request.body is None else b64encode(request.body).decode(),
        "kind": request.kind.value,
        "scheme": request.scheme,
        "host": request.host,
    }


def request_of(said: dict[str, Any]) -> RequestLine:
    """Read what `request_message` wrote."""
    return RequestLine(
        method=said["method"],
        path=said["path"],
        query_string=said["query_string"],
        headers=tuple((name, value) for name, value in said["headers"]),
        unset=tuple(said["unset"]),
        body=None if said["body"] is None else b64decode(said["body"]),
        kind=BodyKind(said["kind"]),
        scheme=said["scheme"],
        host=said["host"],
    )
