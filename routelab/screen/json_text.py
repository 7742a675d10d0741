"""JSON as bytes: UTF-8 with the keys in the order given, readable by people too.

It knows nothing of what the JSON describes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from routelab.screen.blocks import CommandResult
from routelab.screen.text import escape_json


def write(result: CommandResult) -> None:
    """Write a result's document to standard output."""
    sys.stdout.buffer.write(json_text(result.document()))


def json_text(document: dict[str, Any]) -> bytes:
    """Return one JSON document and a line break, with escapes for what a terminal would obey."""
    return escape_json(json.dumps(document, ensure_ascii=False, indent=2)).encode() + b"\n"
