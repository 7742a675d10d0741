"""The formats, the one list that all else reads."""

from __future__ import annotations

from routelab.grading.formats import classroom50, csv, gradescope, json_lines, junit, text, vpl
from routelab.grading.formats.base import ResultFormat

TEXT = ResultFormat("text", text.write)
JSON = ResultFormat("json", json_lines.write)
FORMATS = {
    each.name: each
    for each in (
        TEXT,
        JSON,
        ResultFormat("csv", csv.write),
        ResultFormat("junit", junit.write),
        ResultFormat("gradescope", gradescope.write, one=True),
        ResultFormat("classroom50", classroom50.write, one=True),
        ResultFormat("vpl", vpl.write, one=True),
    )
}
