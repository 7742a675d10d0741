"""The language that routelab speaks: English is in the code, other languages in catalogues beside it.

A sentence is one message, whole, with named places for what changes; gettext finds its translation. What has
none stays English. It must not know any sentence, nor what is translated beside sentences.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from gettext import translation
from pathlib import Path

from routelab.errors import RoutelabError, UsageError

ENGLISH = "en"
VARIABLE = "ROUTELAB_LANGUAGE"
CATALOGUES = Path(__file__).parent / "locale"
_DOMAIN = "routelab"
# What gettext raises for such a catalogue.
_DAMAGED = (OSError, ValueError, LookupError, EOFError, struct.error)


class _Spoken:
    """Which language is spoken, and what finds its messages."""

    name = ENGLISH
    find: Callable[[str], str] | None = None


def languages() -> tuple[str, ...]:
    """Return the languages that there are, English first."""
    return (ENGLISH, *sorted(folder.name for folder in CATALOGUES.iterdir() if folder.is_dir()))


def use(name: str) -> None:
    """Speak a language from now on.

    Raises UsageError where there is none of that name, and RoutelabError where its catalogue cannot be read.
    """
    name = name.strip().casefold() or ENGLISH
    if name not in languages():
        raise UsageError(f"there is no language {name!r}; there are {', '.join(languages())}")
    _Spoken.name, _Spoken.find = name, None if name == ENGLISH else _finding(name)


def _finding(name: str) -> Callable[[str], str]:
    try:
        return translation(_DOMAIN, CATALOGUES, [name]).gettext
    except _DAMAGED as error:
        raise RoutelabError(
            f"the sentences in {name!r} cannot be read ({error}); install routelab again, or "
            f"set {VARIABLE}=en"
        ) from None


def spoken() -> str:
    """Return the language that is spoken: "en", "de"."""
    return _Spoken.name


def say(message: str, /, **values: object) -> str:
    """Say a sentence in the language that is spoken, or in English where that has other places to fill."""
    if _Spoken.find is None:
        return message.format(**values)
    try:
        return _Spoken.find(message).format(**values)
    except (ValueError, LookupError, AttributeError):
        return message.format(**values)
