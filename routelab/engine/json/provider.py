"""How an app writes and reads JSON: `app.json`, with its options.

It knows values and text; of the app it needs the response class and the debug flag.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from werkzeug.http import http_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..app import Flask
    from ..wrappers import Response


def to_jsonable(value: Any) -> Any:
    """Turn what JSON has no word for into what it has: dates, decimals, UUIDs, dataclasses, markup."""
    if isinstance(value, date):
        return http_date(value)
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if dataclasses.is_dataclass(value):
        return dataclasses.asdict(value)  # type: ignore[arg-type]  # of a class it raises, as in Flask
    if hasattr(value, "__html__"):
        return str(value.__html__())
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


class JSONProvider:
    """What `app.json` must offer; a subclass needs `dumps` and `loads`."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        raise NotImplementedError

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        raise NotImplementedError

    def dump(self, obj: Any, fp: IO[str], **kwargs: Any) -> None:
        fp.write(self.dumps(obj, **kwargs))

    def load(self, fp: IO[Any], **kwargs: Any) -> Any:
        return self.loads(fp.read(), **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        obj = self._prepare_response_obj(args, kwargs)
        return self._app.response_class(self.dumps(obj), mimetype="application/json")

    def _prepare_response_obj(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`jsonify()` is null, `jsonify(x)` is x, `jsonify(x, y)` a list, `jsonify(a=1)` an object."""
        if args and kwargs:
            raise TypeError("app.json.response() takes either args or kwargs, not both")
        if len(args) == 1:
            return args[0]
        return args or kwargs or None


class DefaultJSONProvider(JSONProvider):
    """Python's json, with four options to set on `app.json`."""

    default: Callable[[Any], Any] = staticmethod(to_jsonable)
    ensure_ascii = True
    sort_keys = True
    compact: bool | None = None
    """True for no spaces, False for an indent of two; None means compact unless the app is in debug mode."""
    mimetype = "application/json"

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        options = {"default": self.default, "ensure_ascii": self.ensure_ascii, "sort_keys": self.sort_keys}
        return json.dumps(obj, **{**options, **kwargs})

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return json.loads(s, **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        obj = self._prepare_response_obj(args, kwargs)
        compact = not self._app.debug if self.compact is None else self.compact
        layout: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 2}
        return self._app.response_class(f"{self.dumps(obj, **layout)}\n", mimetype=self.mimetype)
