"""JSON for views: these functions ask the current app's provider, and Python's own json outside of any app.

They know the provider's methods, and nothing of its options.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from ..globals import current_app
from .provider import to_jsonable

if TYPE_CHECKING:
    from ..wrappers import Response


def dumps(obj: Any, **kwargs: Any) -> str:
    if current_app:
        return current_app.json.dumps(obj, **kwargs)
    return json.dumps(obj, **{"default": to_jsonable, **kwargs})


def dump(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    fp.write(dumps(obj, **kwargs))


def loads(s: str | bytes, **kwargs: Any) -> Any:
    if current_app:
        return current_app.json.loads(s, **kwargs)
    return json.loads(s, **kwargs)


def load(fp: IO[Any], **kwargs: Any) -> Any:
    return loads(fp.read(), **kwargs)


def jsonify(*args: Any, **kwargs: Any) -> Response:
    """Make the JSON response that a returned dict or list also becomes."""
    return current_app.json.response(*args, **kwargs)
