"""Write a result in the medium that was asked for.

It knows where standard output leads, and nothing of what is written.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from routelab.errors import RoutelabError
from routelab.screen.blocks import Block, CommandResult
from routelab.screen.media import MEDIA, PLAIN, RICH, Medium
from routelab.streams import shows_little

_OUTPUT = ("--format", "-o", "--output")
_SWITCHES = ("--redact", "--no-redact")


def write(
    options: argparse.Namespace,
    *,
    blocks: Callable[[], Iterable[Block]],
    document: Callable[[], dict[str, Any]],
    command: Sequence[str] = (),
    secrets: Iterable[str] = (),
) -> None:
    """Write a result as the options say, to standard output or to a file; only what is wanted of it is made.

    `command` is what was typed, in words, and `secrets` are texts to leave out where secrets are. Raises
    RoutelabError where the file cannot be written.
    """
    words = ("routelab", *without_output(command)) if command else ()
    result = CommandResult(command=shlex.join(words), blocks=blocks, document=document)
    if redacts(options):
        result = _redacted(result, words, secrets)
    if options.output is None:
        chosen_medium(options.format).write(result)
    else:
        _to_file(options.output, options.format, result)


def redacts(options: argparse.Namespace) -> bool:
    """Tell whether secrets are to be left out: as the options say, else where others will see the result."""
    asked: bool | None = options.redact
    return chosen_medium(options.format).shared if asked is None else asked


def _redacted(result: CommandResult, words: Sequence[str], secrets: Iterable[str]) -> CommandResult:
    from routelab.screen.redaction import Redaction  # only what is shared is redacted

    redaction = Redaction(secrets)
    return CommandResult(
        command=shlex.join(redaction.words(words)),
        redacted=True,
        blocks=lambda: redaction.tree(tuple(result.blocks())),
        document=lambda: redaction.tree(result.document()),
    )


def _to_file(file: str, asked: str | None, result: CommandResult) -> None:
    """Write a result to a file, whole or not at all."""
    written = BytesIO()
    stream = TextIOWrapper(written, encoding="utf-8", errors="backslashreplace", newline="")
    with redirect_stdout(stream):
        chosen_medium(asked).write(result)
        stream.flush()
    write_file(file, written.getvalue())


def write_file(file: str, content: bytes) -> None:
    """Write a whole file. Raises RoutelabError where that is not possible."""
    from routelab.wholefile import write_whole  # most results go to standard output

    try:
        write_whole(Path(file), content)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise RoutelabError(f"cannot write {file!r}: {reason}") from None


def without_output(words: Sequence[str]) -> list[str]:
    """Leave out what says how and where to, which is not what was asked."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in _OUTPUT:
            next(rest, None)
        elif word not in _SWITCHES and not word.startswith(
            tuple(f"{option}=" for option in _OUTPUT if option.startswith("--"))
        ):
            kept.append(word)
    return kept


def chosen_medium(asked: str | None) -> Medium:
    """Return the medium: as asked, else the rich one where standard output is a terminal that can show it."""
    if asked is not None:
        return MEDIA[asked]
    # Not rich's own guess: FORCE_COLOR makes that say "terminal" to a log file.
    return RICH if sys.stdout.isatty() and not shows_little() else PLAIN
