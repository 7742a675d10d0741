"""JSON as bytes: UTF-8 with the keys in the order given, readable by people too.

It knows nothing of what the JSON describes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from routelab.screen.blocks import Result


def write(result: Result) -> None:
    """Write a result's document to standard output."""
    sys.stdout.buffer.write(json_text(result.document()))


def json_text(document: dict[str, Any]) -> bytes:
    """Return one JSON document and a line break; text that UTF-8 cannot say is escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate, which JSON can say only as an escape
        return json.dumps(document, indent=2).encode() + b"\n"
