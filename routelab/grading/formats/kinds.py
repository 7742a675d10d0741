"""The formats, the one list that all else reads."""

from __future__ import annotations

from routelab.grading.formats import json_lines, text
from routelab.grading.formats.base import ResultFormat

TEXT = ResultFormat("text", text.write)
JSON = ResultFormat("json", json_lines.write)
FORMATS = {each.name: each for each in (TEXT, JSON)}
