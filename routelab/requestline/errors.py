"""What can be wrong with a request line: a class per fault, with its sentence of where, what and what next.

It must not know how lines are parsed, nor how an error is shown.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from routelab.errors import UsageError


class RequestLineError(UsageError):
    """A request line that cannot be understood.

    `suggestion` is a whole line that the person may have meant, for a prompt to offer, or None.
    """

    suggestion: str | None = None


class EmptyLineError(RequestLineError):
    def __init__(self) -> None:
        super().__init__("the request line is empty; write a method and a path, as in: GET /user/alice")


class UnclosedQuoteError(RequestLineError):
    def __init__(self, quote: str, column: int) -> None:
        self.quote, self.column = quote, column
        super().__init__(f"the {quote} at column {column} is never closed; close it, or write \\{quote}")


class UnknownOptionError(RequestLineError):
    def __init__(self, option: str, known: Iterable[str]) -> None:
        self.option = option
        near = get_close_matches(option, known, n=1)
        self.near = near[0] if near else None
        hint = f"did you mean {self.near}?" if near else "write -- before an item that starts with a dash"
        super().__init__(f"unknown option {shown(option)}; {hint}")


class BadOptionValueError(RequestLineError):
    """An option's value is missing (None) or not of the form that it wants."""

    def __init__(self, option: str, value: str | None, wants: str) -> None:
        self.option, self.value, self.wants = option, value, wants
        problem = "needs a value" if value is None else f"cannot take {shown(value)}"
        super().__init__(f"{option} {problem}; write {option} {wants}")


class MissingPathError(RequestLineError):
    def __init__(self, method: str, before: str | None = None) -> None:
        self.method, self.before = method, before
        rest = f" {before}" if before else ""
        self.suggestion = f"{method.upper()} /{rest}"
        place = f"before {shown(before)}" if before else f"after {method}"
        super().__init__(f"the path is missing {place}; write it, as in: {method.upper()} /")


class NotAPathError(RequestLineError):
    def __init__(self, word: str, method: str | None = None) -> None:
        self.word = word
        self.suggestion = f"{method or 'GET'} /{word}"
        super().__init__(
            f"{shown(word)} is not a path: a path starts with a slash; write {shown('/' + word)}"
        )


class MangledPathError(RequestLineError):
    """Git Bash turned a path into a Windows path before routelab saw it."""

    def __init__(self, word: str, original: str | None) -> None:
        self.word, self.original = word, original
        meant = original or "/user/alice"
        super().__init__(
            f"{shown(word)} is a Windows path: Git Bash rewrites words that start with a slash; "
            f"write {shown('/' + meant)} with two slashes, or set MSYS_NO_PATHCONV=1"
        )


class UnknownSchemeError(RequestLineError):
    def __init__(self, scheme: str, known: Iterable[str]) -> None:
        self.scheme = scheme
        super().__init__(f"{shown(scheme)} is not a scheme that a Flask app answers; use {', '.join(known)}")


class BadHostError(RequestLineError):
    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"{shown(host)} is not a host name; write it as in http://localhost:5000/, or only the path"
        )


class BadMethodError(RequestLineError):
    def __init__(self, method: str) -> None:
        self.method = method
        super().__init__(f"{shown(method)} is not a method; methods are words, as GET or POST")


class ControlCharacterError(RequestLineError):
    def __init__(self, where: str, character: str) -> None:
        self.where, self.character = where, character
        super().__init__(
            f"the {where} holds the control character {character!r}, which no client may send as it is; "
            f"remove it{'' if where.startswith('value') else f', or write it as %{ord(character):02X}'}"
        )


class NotUtf8Error(RequestLineError):
    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(f"the {where} is not valid text, so it cannot be sent as UTF-8; type it again")


class BadHeaderNameError(RequestLineError):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{shown(name)} is not a header name; names are letters, digits and dashes, as in X-Token:1"
        )


class HeaderWithoutNameError(RequestLineError):
    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(
            f"{shown(item)} is a header without a name; write the name before it, as in X-Token:1"
        )


class NotAnItemError(RequestLineError):
    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(
            f"{shown(word)} is not an item; write name=value for data, name==value for the query, Name:value "
            "for a header, and quote what has spaces in it"
        )


class HeaderNotEmptyError(RequestLineError):
    """`Name;` sends an empty header, so nothing may follow the semicolon."""

    def __init__(self, item: str, name: str) -> None:
        self.item, self.name = item, name
        super().__init__(
            f"{shown(item)}: {name}; is an empty header, nothing may follow it; write \\; for a semicolon"
        )


class UploadNeedsFormError(RequestLineError):
    def __init__(self, item: str, name: str) -> None:
        self.item, self.name = item, name
        super().__init__(
            f"{shown(item)} uploads a file, which JSON cannot carry; add -f, or write \\@ for a plain @"
        )


class UnreadableFileError(RequestLineError):
    def __init__(self, item: str, path: str, reason: str) -> None:
        self.item, self.path, self.reason = item, path, reason
        super().__init__(
            f"{shown(item)}: cannot read {shown(path)} ({reason}); name a file, or write \\@ for a plain @"
        )


class NotTextError(RequestLineError):
    def __init__(self, item: str, path: str) -> None:
        self.item, self.path = item, path
        super().__init__(
            f"{shown(item)}: {shown(path)} is not UTF-8 text; upload it with -f and name@file instead"
        )


class InvalidJsonError(RequestLineError):
    def __init__(self, item: str, problem: str) -> None:
        self.item, self.problem = item, problem
        super().__init__(
            f"{shown(item)}: what follows := is not JSON ({problem}); "
            'write 42, true or "text" in double quotes, or = for plain text'
        )


class BadKeyError(RequestLineError):
    def __init__(self, key: str, problem: str) -> None:
        self.key, self.problem = key, problem
        super().__init__(
            f"key {shown(key)}: {problem}; write a[b]=1, a[]=1 or a[0]=1, and \\[ for a plain bracket"
        )


class NotAFormValueError(RequestLineError):
    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(
            f"{shown(item)}: a form carries text, no null, list or object; send JSON without -f instead"
        )


class TwoBodiesError(RequestLineError):
    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        super().__init__(
            f"{shown(first)} and {shown(second)} both want to be the whole body; keep one of them"
        )


class BodyTooLargeError(RequestLineError):
    """`size` is in bytes; a device may say 0 and yet never end."""

    def __init__(self, *, size: int, limit: int, item: str | None = None) -> None:
        self.size, self.limit, self.item = size, limit, item
        where = f"{shown(item)}: " if item else ""
        amount = f"{size / 2**20:.1f} MiB" if size > limit else "more"
        super().__init__(
            f"{where}the body is {amount}, and at most {limit // 2**20} MiB can be sent; send a smaller one"
        )


def shown(text: str) -> str:
    """Quote what was typed, cut where it would fill the screen."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
