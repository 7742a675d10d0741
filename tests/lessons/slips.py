"""Slips that anybody makes, as edits of a Python file: each changes one line in one way, where it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Slip = Callable[[str], "str | None"]


def _sub(pattern: str, by: str) -> Slip:
    def slip(line: str) -> str | None:
        changed = re.sub(pattern, by, line, count=1)
        return None if changed == line else changed

    return slip


SLIPS: dict[str, Slip] = {
    "misspelt return": _sub(r"\breturn\b", "retrun"),
    "capital Return": _sub(r"\breturn\b", "Return"),
    "print for return": _sub(r"\breturn (.+)$", r"print(\1)"),
    "no return": _sub(r"\breturn (.+)$", r"\1"),
    "return in column 0": _sub(r"^ +return", "return"),
    "indented once more": _sub(r"^( +)(?=\S)", r"\1  "),
    "missing quote": _sub(r"\"(?=[^\"]*$)", ""),
    "odd bracket": _sub(r"$", ")"),
    "missing bracket": _sub(r"\)(?=[^)]*$)", ""),
    "missing colon": _sub(r":$", ""),
    "comma at the end": _sub(r"(\breturn .+)$", r"\1,"),
    "missing @": _sub(r"^@", ""),
    "square brackets": _sub(r"^(@\w+\.\w+)\((.*)\)$", r"\1[\2]"),
    "bare route": _sub(r"^@\w+\.route", "@route"),
    "capital in the rule": lambda line: (
        re.sub(r"(\(\"/)([a-z])", lambda found: found[1] + found[2].upper(), line, count=1)
        if line.startswith("@") and re.search(r"\(\"/[a-z]", line)
        else None
    ),
    "slash at the end": _sub(r"^(@\w+\.\w+\(\"/[^\"]*[^/\"])\"", r'\1/"'),
    "no slash in front": _sub(r"^(@\w+\.\w+\(\")/", r"\1"),
    "methods without quotes": _sub(r"methods=\[.*?\]", "methods=[GET, POST]"),
    "methods without a comma": _sub(r"(methods=\[\"\w+\"), ", r"\1 "),
    "a string for methods": _sub(r"methods=\[(\"\w+\").*?\]", r"methods=\1"),
    "wrong key": _sub(r"(request\.\w+\[\")(\w+)", r"\1x\2"),
    "misspelt name": _sub(r"\breturn ([a-z_]{4,})\b", r"return x\1"),
}


def slipped(text: str, lines: range | None = None) -> Iterator[tuple[str, str]]:
    """Yield (what, the file with that slip) for each slip on each line that it fits; `lines` from 0."""
    rows = text.splitlines(keepends=True)
    for number in lines if lines is not None else range(len(rows)):
        body = rows[number].rstrip("\n")
        for name, slip in SLIPS.items():
            changed = slip(body)
            if changed is not None:
                yield (
                    f"{name} in line {number + 1}",
                    "".join((*rows[:number], f"{changed}\n", *rows[number + 1 :])),
                )
