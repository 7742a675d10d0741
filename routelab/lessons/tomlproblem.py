"""What is wrong with TOML that cannot be read, in words for who wrote it, with the line as it was meant.

It knows TOML's own mistakes and no lesson. A line is offered only where Python can read it as TOML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

_AT = re.compile(r" \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)$")
_KEY = r"^(\s*[\w.-]+\s*=\s*)"
_LONGEST = 100  # characters of a line that is offered: a longer one is seen better where it stands
_STRAIGHT = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚", "'"))


def _texts_of_a_list(found: re.Match[str]) -> str:
    texts = (f"'{part.strip()}'" for part in found[2].split(",") if part.strip())
    return f"{found[1]}[{', '.join(texts)}]"


# What may be meant by a line that is no TOML, the likeliest first: what it breaks, and how it is mended.
_MENDED: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("between a key and its value is =", lambda line: re.sub(r"^(\s*[\w.-]+)\s*:\s*", r"\1 = ", line)),
    ("its quotes are straight", lambda line: line.translate(_STRAIGHT)),
    ("no comma ends a line", lambda line: line.rstrip().rstrip(",")),
    ("true and false are in small letters", lambda line: re.sub(r"\b(True|False)\b", _small, line)),
    ("text is in quotes", lambda line: re.sub(rf"{_KEY}([^\s\[\]{{}}\"'][^\"]*)$", r'\1"\2"', line)),
    ("commas are between values", lambda line: re.sub(r"""(["'])\s+(?=["'])""", r"\1, ", line)),
    (
        "each text of a list is in quotes",
        lambda line: re.sub(rf"{_KEY}\[([^\[\]']*)\]$", _texts_of_a_list, line),
    ),
    ('text ends with a quote on its line, or is between """ and """', lambda line: f'{line.rstrip()}"'),
    ("a backslash in double quotes is written twice", lambda line: line.replace("\\", "\\\\")),
    ("a quote in text is not the quote around it", lambda line: re.sub(rf"{_KEY}\"(.*)\"$", _inner, line)),
    ("a quote in text is not the quote around it", lambda line: re.sub(rf"{_KEY}'(.*)'$", r'\1"\2"', line)),
)


def _small(found: re.Match[str]) -> str:
    return found[0].lower()


def _inner(found: re.Match[str]) -> str:
    escaped = found[2].replace('"', '\\"')
    return f'{found[1]}"{escaped}"'


def toml_problem(text: str, error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    """Say on which line of a text it is no TOML, from 1, and what to do about that."""
    found = _AT.search(str(error))
    lines = text.splitlines()
    number = int(found["line"]) if found and found["line"] else len(lines)
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    said = _without_end(lines[:number]) or _twice(line, str(error)) or _mended(line)
    return number, said or f"this is not TOML: {_AT.sub('', str(error))}; correct the line"


def _without_end(lines: list[str]) -> str | None:
    """Say that the Markdown goes on inside, as far as one sees: a fence, or a page that begins."""
    if lines and (lines[-1].startswith(("```", "~~~")) or any(line.startswith("## ") for line in lines)):
        return "the block above has no end; write ``` on a line of its own below its last key"
    return None


def _twice(line: str, problem: str) -> str | None:
    if problem.startswith("Cannot overwrite a value"):
        key = line.partition("=")[0].strip()
        return f"{key} is in this table already; leave one of them out"
    found = re.fullmatch(r"\s*\[\s*([\w-]+)\s*\]\s*", line)
    if found and problem.startswith("Cannot declare"):
        return f"[{found[1]}] is there already; where there may be several, write [[{found[1]}]]"
    return None


def _mended(line: str) -> str | None:
    for rule, mend in _MENDED:
        meant = mend(line).strip()
        if meant != line.strip() and _is_toml(meant):
            next_thing = f"write {meant}" if len(meant) <= _LONGEST else "correct the line"
            return f"this is not TOML: {rule}; {next_thing}"
    return None


def _is_toml(line: str) -> bool:
    try:
        return bool(tomllib.loads(line))
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
