"""The options of a request line, found wherever they stand on it.

It must not know what a method, a path or an item is; a command's own options it knows only by name.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from routelab.record import Record
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.record import MAX_REDIRECTS, BodyKind

_SHORT: Final = {"-f": "--form", "-j": "--json", "-a": "--auth", "-F": "--follow"}
_BODY_KINDS: Final = {"--form": BodyKind.FORM, "--json": BodyKind.JSON, "--multipart": BodyKind.MULTIPART}
_WANTS: Final = {"--raw": "TEXT", "--auth": "USER:PASS", "--max-redirects": "N"}
_LONGEST = 40  # characters: no option is longer, and comparing a long word takes long

OPTIONS = frozenset({*_SHORT, *_BODY_KINDS, *_WANTS, "--follow"})


class Options(Record):
    """What the options of one line say; `body` is the kind asked for, or None when none was."""

    body: BodyKind | None = None
    raw: str | None = None
    auth: str | None = None
    follow: bool = False
    max_redirects: int = MAX_REDIRECTS

    @property
    def form(self) -> bool:
        return self.body in (BodyKind.FORM, BodyKind.MULTIPART)


NO_OPTIONS = Options()


def scan(
    words: Sequence[str], also_known: Collection[str], options: Options = NO_OPTIONS
) -> tuple[list[str], Options]:
    """Take the options out of the words: the words that stay, and what these options add to `options`.

    The last of several wins; what follows `--` stays. Raises RequestLineError.
    """
    rest: list[str] = []
    said: dict[str, Any] = {}
    coming = iter(words)
    for word in coming:
        if word == "--":
            rest.extend(coming)
        elif word[:1] != "-" or word == "-":
            rest.append(word)
        else:
            for option, value in _spelled_out(word, coming, also_known):
                said |= _said(option, value)
    return rest, options.replace(**said) if said else options


def _spelled_out(
    word: str, coming: Iterator[str], also_known: Collection[str]
) -> Iterator[tuple[str, str | None]]:
    """Yield (long name, value) for `--form`, `--raw=TEXT`, `--raw TEXT`, `-fF` or `-aUSER:PASS`."""
    if word.startswith("--"):
        option, equals, value = word.partition("=")
        if option not in OPTIONS or (equals and option not in _WANTS):
            raise _unknown(word if option in OPTIONS else option, also_known)
        yield option, (value if equals else _value(option, coming))
        return
    for at, letter in enumerate(word[1:], start=2):
        option = _SHORT.get(f"-{letter}", "")
        if not option:
            raise _unknown(f"-{letter}" if len(word) == 2 else word, also_known)
        if option in _WANTS and word[at:]:
            yield option, word[at:]
            return
        yield option, _value(option, coming)


def _value(option: str, coming: Iterator[str]) -> str | None:
    return next(coming, None) if option in _WANTS else None


def _said(option: str, value: str | None) -> dict[str, Any]:
    """Return what an option says, by the names of `Options`."""
    if option in _BODY_KINDS:
        return {"body": _BODY_KINDS[option]}
    if option == "--follow":
        return {"follow": True}
    wants = _WANTS[option]
    if value is None:
        raise RequestLineError(Fault.NO_OPTION_VALUE, option=option, wants=wants)
    if option == "--raw":
        return {"raw": value}
    if option == "--auth":
        if ":" not in value:
            raise RequestLineError(Fault.BAD_OPTION_VALUE, option=option, value=value, wants=wants)
        return {"auth": value}
    return {"max_redirects": whole_number(option, value)}


def whole_number(option: str, value: str) -> int:
    """Read what an option counts. Raises RequestLineError for what is no number, or a very large one."""
    if value.isascii() and value.isdigit() and len(value) <= 6:
        return int(value)
    raise RequestLineError(Fault.BAD_OPTION_VALUE, option=option, value=value, wants="N, a whole number")


def _unknown(option: str, also_known: Collection[str]) -> RequestLineError:
    from routelab.nearest import nearest  # only for those who mistype

    near = nearest(option[:_LONGEST], (*OPTIONS, *also_known))
    hint = f"did you mean {near}?" if near else "write -- before an item that starts with a dash"
    return RequestLineError(Fault.UNKNOWN_OPTION, option=option, near=near, hint=hint)
