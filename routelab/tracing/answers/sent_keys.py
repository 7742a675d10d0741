"""Where in a request the keys were that an app may ask for.

It reads the request step alone, and makes no sentence.
"""

from __future__ import annotations

from routelab.tracing.body_reads import Lacking
from routelab.tracing.steps.request import RequestStep

_BOTH = {"values": ("args", "form")}  # the attribute of a request that has what two others have


def keys_sent(sent: RequestStep) -> dict[str, frozenset[str]]:
    """Return the keys that came, by the attribute of the request that has them."""
    body = None if sent.json is None else sent.json.json
    return {
        "args": frozenset(dict(sent.query)),
        "form": frozenset(dict(sent.form)),
        "files": frozenset(dict(sent.files)),
        "cookies": frozenset(dict(sent.cookies)),
        "json": frozenset(body if isinstance(body, dict) else ()),
    }


def sent_elsewhere(sent: RequestStep, key: str, asked_of: str | None) -> tuple[str, ...]:
    """Name the attributes that have a key, beside the one that was asked for it."""
    asked = _asked(asked_of)
    return tuple(name for name, keys in keys_sent(sent).items() if key in keys and name not in asked)


def sent_as_asked(sent: RequestStep, key: str, asked_of: str | None) -> bool:
    """Tell whether the key came where it was asked for: then the app had nothing of that any more."""
    came = keys_sent(sent)
    return any(key in came.get(name, ()) for name in _asked(asked_of))


def was_read_before(sent: RequestStep) -> bool:
    """Tell whether something had read the body by the time it was asked for."""
    return any(read.lacking is Lacking.READ_BEFORE for read in sent.reads)


def _asked(attribute: str | None) -> tuple[str, ...]:
    return () if attribute is None else _BOTH.get(attribute, (attribute,))
