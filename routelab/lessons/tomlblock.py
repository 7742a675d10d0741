"""A TOML block in a lesson file, read key by key: wrong types, missing and unknown keys are findings.

It knows TOML and where its keys stand; what the keys mean is decided by its callers.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeAlias, TypeGuard, TypeVar

from routelab.lessons.findings import CheckRule, Findings
from routelab.lessons.tomlproblem import toml_problem
from routelab.nearest import nearest

_T = TypeVar("_T")
TomlValues: TypeAlias = dict[str, Any]
# What authors write for a key by its sense, where no letter leads to it.
_OTHER_WORDS = {
    "question": ("ask",),
    "prompt": ("ask",),
    "task": ("ask",),
    "text": ("ask", "say"),
    "answers": ("choices",),
    "options": ("choices",),
    "why": ("because",),
    "reason": ("because",),
    "explanation": ("after", "say"),
    "message": ("say",),
    "tip": ("hints",),
    "tips": ("hints",),
    "setup": ("before",),
    "type": ("kind",),
    "path": ("request",),
    "url": ("request",),
    "assert": ("expect",),
}
# What a key's value may look like, where its type alone does not tell enough.
_EXAMPLES = {
    "kind": '"try"',
    "request": '"GET /"',
    "example": '["GET /"]',
    "expect": '["status == 200"]',
    "query": '"status"',
    "choices": "[200, 404]",
    "replace": '[["old text", "new text"]]',
}
_HEADER = re.compile(r"""\s*\[\[?\s*["']?(?P<name>[A-Za-z0-9_-]+)["']?\s*\]\]?\s*(?:#.*)?""")


def read_values(text: str, line: int, findings: Findings) -> TomlValues | None:
    """Read the values of a fence that opens at `line`; None, and a finding, where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        inside, problem = toml_problem(text, error)
        findings.add(CheckRule.TOML, line + inside, problem)
    except RecursionError:
        findings.add(CheckRule.TOML, line, "the values of this block are nested too deeply; make them flat")
    return None


def read_block(text: str, line: int, findings: Findings, name: str) -> TomlTable | None:
    """Read the text of a fence that opens at `line`; None, and a finding, where it is not TOML."""
    values = read_values(text, line, findings)
    if values is None:
        return None
    lines = text.splitlines()
    first_header = next((number for number, text in enumerate(lines) if _HEADER.fullmatch(text)), None)
    own = range(len(lines) if first_header is None else first_header)
    return TomlTable(values, name, lines, own, line + 1, findings)


def are_tables(value: object) -> TypeGuard[list[TomlValues]]:
    """Tell whether a value is a list of tables: `[[choice]]`, written once or more."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def reworded(values: TomlValues, words: TomlValues) -> TomlValues:
    """Return values with those of `words` in their place; tables of one name are taken in their order."""
    found = dict(values)
    for key, value in words.items():
        own = found.get(key)
        if are_tables(own) and are_tables(value):
            found[key] = [reworded(item, said) for item, said in zip(own, value, strict=True)]
        else:
            found[key] = value
    return found


class TomlTable:
    """One table of a block; reading a key takes it, and what is left at the end is unknown.

    `section` are the lines of the block that the table's own keys stand on, `first_line` is where the block
    begins in the lesson file.
    """

    def __init__(
        self,
        values: dict[str, Any],
        name: str,
        lines: list[str],
        section: range,
        first_line: int,
        findings: Findings,
    ) -> None:
        self._values = dict(values)
        self._asked: list[str] = []
        self._missing: dict[str, str] = {}  # with what its value may look like
        self._name = name
        self._lines = lines
        self._section = section
        self._first_line = first_line
        self._findings = findings

    @property
    def line(self) -> int:
        """Where the table begins."""
        return self._first_line + self._section.start

    def reword(self, words: TomlValues) -> None:
        """Take the values of `words` in the place of its own."""
        self._values = reworded(self._values, words)

    def __contains__(self, key: str) -> bool:
        """Tell whether a key is there."""
        return key in self._values

    def complain(
        self, key: str, problem: str, promise: CheckRule = CheckRule.TOML, about: str | None = None
    ) -> None:
        """Note a finding about a key, or about one text in its value."""
        self._findings.add(promise, self._line_of(key, about), f"{key}{problem}")

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Take a text; None where it is missing, empty or not text."""
        value = self._take(key, str, "text", '"..."', required)
        if value is not None and not value.strip():
            self.complain(key, " is empty; write it or remove the key", CheckRule.FILLED)
            return None
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Take a list of texts; one text alone counts as a list of one."""
        if isinstance(self._values.get(key), str):
            self._values[key] = [self._values[key]]
        kind, example = "a list of strings", '["...", "..."]'
        value = self._take(key, list, kind, example, required)
        if value is None:
            return ()
        if not all(isinstance(item, str) for item in value):
            self._complain_of_type(key, kind, example)
        elif not all(item.strip() for item in value) or not value:
            self.complain(key, " is empty, or has an empty string; write it or remove it", CheckRule.FILLED)
        else:
            return tuple(value)
        return ()

    def values(self, key: str, *, required: bool = False) -> list[Any]:
        """Take a list of any values."""
        return self._take(key, list, "a list", "[..., ...]", required) or []

    def value(self, key: str) -> Any:
        """Take any value, None where it is missing."""
        self._asked.append(key)
        return self._values.pop(key, None)

    def flag(self, key: str) -> bool | None:
        """Take true or false."""
        return self._take(key, bool, "true or false", "true", required=False)

    def number(self, key: str) -> int | None:
        """Take a whole number above 0."""
        value = self._take(key, int, "a whole number", "12", required=False)
        if value is not None and (isinstance(value, bool) or value < 1):
            self._complain_of_type(key, "a whole number above 0", "12")
            return None
        return value

    def tables(self, key: str) -> tuple[TomlTable, ...]:
        """Take the tables that `[[key]]` begins."""
        value = self.value(key)
        if value is None:
            return ()
        if not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
            self.complain(key, f" is a table of its own; begin it with [[{key}]]")
            return ()
        sections = self._sections(key)
        sections += [self._section] * (len(value) - len(sections))  # written inline: choice = [{...}]
        return tuple(
            TomlTable(item, f"[[{key}]]", self._lines, section, self._first_line, self._findings)
            for item, section in zip(value, sections, strict=True)
        )

    def finish(self) -> None:
        """Note what nobody asked for, with what was meant, and what is missing because of nothing else."""
        for key in self._values:
            meant = self._meant(key)
            known = " ".join(dict.fromkeys(self._asked))
            hint = f"did you mean {meant!r}?" if meant else f"its keys are {known}"
            self.complain(key, f" is not a key of {self._name}; {hint}")
            if meant in self._missing:
                del self._missing[meant]
        for key, example in self._missing.items():
            self._findings.add(
                CheckRule.TOML, self.line, f"{self._name} has no {key}; write one, as in: {key} = {example}"
            )

    def give_up(self) -> None:
        """Note what is missing, where no more keys will be read, and keys that were meant for it."""
        self._values = {
            key: value for key, value in self._values.items() if self._meant(key) in self._missing
        }
        self.finish()

    def _meant(self, key: str) -> str | None:
        """Return the key that is meant by an unknown one: a near miss, or another word for it."""
        other = next((own for own in _OTHER_WORDS.get(key.casefold(), ()) if own in self._asked), None)
        return other or nearest(key, self._asked)

    def _take(self, key: str, kind: type[_T], what: str, example: str, required: bool) -> _T | None:
        """Take a value of a type, `what` in words; `example` is what such values may look like."""
        value = self.value(key)
        if isinstance(value, kind):
            return value
        if value is not None:
            self._complain_of_type(key, what, example)
        elif required:
            self._missing[key] = _EXAMPLES.get(key, example)
        return None

    def _complain_of_type(self, key: str, what: str, example: str) -> None:
        self.complain(key, f" is {what}; write {key} = {_EXAMPLES.get(key, example)}")

    def _line_of(self, key: str, about: str | None) -> int:
        """Return the line on which a key stands in the lesson file, else that of its table.

        tomllib gives no positions, so the text is searched.
        """
        assignment = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""")
        places = [number for number in self._section if assignment.match(self._lines[number])]
        places += [section.start for section in self._sections(key)]
        if not places:
            return self.line
        after = range(places[0], self._section.stop)
        return self._first_line + next(
            (number for number in after if about and about in self._lines[number]), places[0]
        )

    def _sections(self, name: str) -> list[range]:
        """Find the lines of each `[[name]]`, from its header to the next."""
        found = [(number, _HEADER.fullmatch(line)) for number, line in enumerate(self._lines)]
        headers = [(number, header["name"]) for number, header in found if header]
        ends = [*(number for number, _ in headers[1:]), len(self._lines)]
        return [
            range(start, end) for (start, other), end in zip(headers, ends, strict=False) if other == name
        ]
