"""What of a typed line is remembered: everything but secrets.

It looks at text alone, and must not know where lines are kept.

    POST /login name=ann password=hunter2  ->  POST /login name=ann password=...
"""

from __future__ import annotations

import re
from functools import partial

_WORDS = "password|passwd|pwd|passphrase|secret|token|api[-_]?key|credential|session|csrf"
_OF_A_NAME = r"[\w.\[\]-]"
_VALUE = r"""(?:'[^']*'|"[^"]*"|[^\s'"&,)]+)"""
# Compiled with the first line that is typed: the prompt does not wait for it.
# As an item, in a query or a form, as a header, in JSON and in a call of url_for.
# A name is taken whole or not at all: looking for the word at each of its letters took seconds for a line of
# 8,000 of them that somebody pastes, and grows with their square.
_NAMED = partial(
    re.sub,
    rf"""(?i)((?<!{_OF_A_NAME})(?={_OF_A_NAME}*(?:{_WORDS})){_OF_A_NAME}++["']?\s*+(?::=@|:=|==|=|:)\s*+){_VALUE}""",
)
_HEADER = partial(re.sub, r"""(?i)((?:authorization|cookie)\s*:\s*)[^'"\n]+""")
_OPTION = partial(re.sub, r"""((?<!\S)(?:-a|--auth|-u|--user|-b|--cookie)[\s=]+)(?:'[^']*'|"[^"]*"|\S+)""")
_IN_A_URL = partial(re.sub, r"(//)[^/\s@]+@")


def without_secrets(line: str) -> str:
    """Return a line with dots in the place of passwords, tokens, secrets, credentials and cookies."""
    line = _OPTION(r"\1...", line)
    line = _IN_A_URL(r"\1...@", line)
    return _NAMED(r"\1...", _HEADER(r"\1...", line))
