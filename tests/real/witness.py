"""A twin of an app, untraced, and what can be seen of it without routelab: the oracle of `./check real`.

It runs in the environment that holds the extensions, and knows nothing of routelab: `python witness.py APP`
reads one request as JSON a line, sends it through Flask's own test client, and writes one line of JSON: what
was answered, which functions were entered, which were at work as each header was set, and which rules of
the map would match if each stood alone.
"""

from __future__ import annotations

import base64
import functools
import importlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, FunctionType
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule

Object = dict[str, Any]
_WRITERS = ("__setitem__", "add", "set", "setdefault", "setlist", "extend", "update", "__init__", "__ior__")
# Views that somebody gave another name than the one they were written with.
_renamed: dict[CodeType, str] = {}


def _name(frame: FrameType) -> Object:
    code = frame.f_code
    module = frame.f_globals.get("__name__", "")
    name = _renamed.get(code, code.co_qualname)
    return {"file": code.co_filename, "line": code.co_firstlineno, "name": name, "module": module}


def _callers(frame: FrameType | None) -> Iterator[Object]:
    while frame is not None:
        yield _name(frame)
        frame = frame.f_back


class Witness:
    """What one request did."""

    def __init__(self) -> None:
        self.entered: dict[tuple[str, int, str], Object] = {}
        self.writers: dict[str, dict[str, list[Object]]] = {}

    def profile(self, frame: FrameType, event: str, _argument: Any) -> None:
        """See a function that is entered."""
        if event == "call":
            code = frame.f_code
            self.entered.setdefault((code.co_filename, code.co_firstlineno, code.co_name), _name(frame))

    def header(self, name: str, frame: FrameType | None) -> None:
        """See who is at work as a header is set; nobody where that cannot be seen."""
        stack = [caller for caller in _callers(frame) if caller["file"] != __file__]
        self.writers.setdefault(name.lower(), {})[json.dumps(stack)] = stack


_now: list[Witness] = []


def watch_headers() -> None:
    """Tell the witness of each header that is set, whoever sets it."""

    def watched(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def write(self: Any, *args: Any, **kwargs: Any) -> Any:
            result = method(self, *args, **kwargs)
            if _now:
                named = (
                    [args[0]]
                    if args and isinstance(args[0], str)
                    else [name for name, _ in vars(self).get("_list", ())]
                )
                # Who wrote into a plain dict that stood in the place of the headers, nobody can see.
                unseen = bool(args) and type(args[0]) is dict
                for name in named:
                    _now[0].header(name, None if unseen else sys._getframe(1))
            return result

        return write

    for name in _WRITERS:
        if name in vars(Headers):
            setattr(Headers, name, watched(vars(Headers)[name]))


def alone(app: Any, environ: Object) -> list[Object]:
    """Hold each rule against the request in a map of its own: what the map alone says of it."""
    whole = app.url_map
    told = []
    for rule in list(whole.iter_rules()):
        if rule.build_only:
            continue
        again = Rule(**{**rule.get_empty_kwargs(), "websocket": rule.websocket}, string=rule.rule)
        again.merge_slashes = rule.merge_slashes
        single = Map(
            [again],
            default_subdomain=whole.default_subdomain,
            strict_slashes=whole.strict_slashes,
            merge_slashes=whole.merge_slashes,
            converters=whole.converters,
            host_matching=whole.host_matching,
        )
        try:
            with app.app_context():
                server = None if whole.host_matching else app.config["SERVER_NAME"]
                single.bind_to_environ(environ, server_name=server).match()
            outcome = "match"
        except RequestRedirect:
            outcome = "redirect"
        except HTTPException as error:
            outcome = str(error.code)
        methods = None if rule.methods is None else sorted(rule.methods)
        told.append({"rule": rule.rule, "endpoint": rule.endpoint, "methods": methods, "alone": outcome})
    return told


def sent(app: Any, request: Object) -> Object:
    """Send a request, and tell what it did."""
    body = request["body"] and base64.b64decode(request["body"])
    client = app.test_client(use_cookies=False)
    witness = Witness()
    _now[:] = [witness]
    threading.setprofile(witness.profile)  # async views run in a thread of their own
    sys.setprofile(witness.profile)
    try:
        response = client.open(
            request["url"], method=request["method"], headers=request["headers"], data=body, buffered=True
        )
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        _now.clear()
    return {
        "status": response.status,
        "headers": list(response.headers),
        "body": base64.b64encode(response.get_data()).decode(),
        "entered": list(witness.entered.values()),
        "writers": {name: list(stacks.values()) for name, stacks in witness.writers.items()},
        "rules": alone(app, response.request.environ),
    }


def main() -> None:
    """Serve the requests on standard input."""
    out, sys.stdout = sys.stdout, sys.stderr
    app = importlib.import_module(sys.argv[1]).app
    watch_headers()
    for view in app.view_functions.values():
        if isinstance(view, FunctionType) and not hasattr(view, "__wrapped__"):
            _renamed[view.__code__] = view.__qualname__
    for line in sys.stdin:
        print(json.dumps(sent(app, json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main()
