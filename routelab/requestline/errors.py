"""What can be wrong with a line that was typed: one error, and one sentence for each fault.

A sentence says where the fault is, what it is and what to write instead. This module must not know how lines
are parsed, nor how an error is shown.
"""

from routelab.errors import UsageError
from routelab.oneof import OneOf

_SHOWN = 60  # characters of what was typed: enough to find the place, and a sentence of two lines at most


class Fault(OneOf):
    """The sentence for each fault; `{name!r}` quotes what was typed."""

    # The line
    EMPTY_LINE = "the request line is empty; write a method and a path, as in: GET /user/alice"
    LINE_TOO_LONG = (
        "the line has {length:,} characters, and at most {limit:,} are read; send a large body from a file"
    )
    UNCLOSED_QUOTE = "the {quote} at column {column} is never closed; close it, or write \\{quote}"
    NOT_UTF8 = "the {where} is not valid text, so it cannot be sent as UTF-8; type it again"

    # Options
    UNKNOWN_OPTION = "unknown option {option!r}; {hint}"
    BAD_OPTION_VALUE = "{option} cannot take {value!r}; write {option} {wants}"
    NO_OPTION_VALUE = "{option} needs a value; write {option} {wants}"

    # Method and URL
    MISSING_PATH = "the path is missing after {method}; write it, as in: {method} /"
    MISSING_PATH_BEFORE = "the path is missing before {before!r}; write it, as in: {method} /"
    NOT_A_PATH = "{word!r} is not a path: a path starts with a slash; write {path!r}"
    MANGLED_PATH = (
        "{word!r} is a Windows path: Git Bash rewrites words that start with a slash; "
        "write {path!r} with two slashes, or set MSYS_NO_PATHCONV=1"
    )
    UNKNOWN_SCHEME = "{scheme!r} is not a scheme that a Flask app answers; use {known}"
    BAD_HOST = "{host!r} is not a host name; write it as in http://localhost:5000/, or only the path"
    BAD_METHOD = "{method!r} is not a method; methods are words, as GET or POST"
    CONTROL_CHARACTER = (
        "the {where} contains the control character {character!r}, which no client may send as it is; "
        "remove it, or write it as %{code:02X}"
    )

    # Headers
    CONTROL_IN_HEADER = (
        "the {where} contains the control character {character!r}, which no client may send; remove it"
    )
    BAD_HEADER_NAME = "{name!r} is not a header name; names are letters, digits and dashes, as in X-Token:1"
    HEADER_WITHOUT_NAME = "{item!r} is a header without a name; write the name before it, as in X-Token:1"
    HEADER_NOT_EMPTY = (
        "{item!r} has text after the semicolon, and Name; sends an empty header; "
        "write \\; for a plain semicolon"
    )

    # Items and bodies
    NOT_AN_ITEM = (
        "{word!r} is not an item; write name=value for data, name==value for the query, Name:value "
        "for a header, and quote what has spaces in it"
    )
    BAD_KEY = "key {key!r}: {problem}; write a[b]=1, a[]=1 or a[0]=1, and \\[ for a plain bracket"
    INVALID_JSON = (
        "{item!r}: what follows := is not JSON ({problem}); "
        'write 42, true or "text" in double quotes, or = for plain text'
    )
    NOT_A_FORM_VALUE = (
        "{item!r}: a form carries text, not null, a list or an object; send JSON without -f instead"
    )
    UPLOAD_NEEDS_FORM = "{item!r} uploads a file, which JSON cannot carry; add -f, or write \\@ for a plain @"
    UNREADABLE_FILE = "{item!r}: cannot read {path!r} ({reason}); name a file, or write \\@ for a plain @"
    NOT_TEXT = "{item!r}: {path!r} is not UTF-8 text; upload it with -f and name@file instead"
    TWO_BODIES = "{first!r} and {second!r} both want to be the whole body; keep one of them"
    BODY_TOO_LARGE = "the body is {amount}, and at most {most} can be sent; send a smaller one"
    FILE_TOO_LARGE = "{item!r}: the body is {amount}, and at most {most} can be sent; send a smaller one"

    # curl commands
    NO_URL = "the command has no URL; write one, as in: curl http://localhost:5000/"
    TWO_URLS = "the command has {count} URLs; write one, as in: curl http://localhost:5000/"
    METHOD_WITHOUT_X = "curl takes {method} for a URL; write -X {method} for the method"
    CURL_NOT_FIRST = "curl begins a command; write it first, with what follows it as curl takes it"
    CURL_AND_MORE = (
        "a curl command in quotes says all of the request; write what follows it inside the quotes"
    )
    CURL_OPTION = "curl's {option!r} is not simulated; {hint}"
    NO_CURL_VALUE = "curl's {option} needs a value after it; write it, or leave the option out"
    NOT_A_CURL_HEADER = "{text!r} is not a header; write it as in -H 'Name: value'"
    NOT_A_FIELD = "{text!r} is not a form field; write it as in -F name=value or -F name=@file"
    COOKIE_FILE = "{text!r} is a cookie file, which is not read; write -b 'name=value'"
    FORM_AND_DATA = "-F and -d both want to be the body; keep one of them"
    BINARY_BODY = "the body is not text, so no command line can carry it; send it from a file"

    # Calls of url_for
    NOT_A_CALL = "{problem}; write it as in: url_for('profile', user_id=42)"
    NOT_A_VALUE = "{word!r} {problem}; write NAME=VALUE, or NAME:=JSON, as in: user_id:=42"


class RequestLineError(UsageError):
    """A line that cannot be understood as a request, a curl command or a call of url_for.

    `facts` are what the sentence was made of. `suggestion` is a whole line that the person may have meant,
    for a prompt to offer, or None.
    """

    def __init__(self, fault: Fault, suggestion: str | None = None, **facts: object) -> None:
        self.fault = fault
        self.suggestion = suggestion
        self.facts = facts
        super().__init__(fault.value.format_map({name: _cut(fact) for name, fact in facts.items()}))


def _cut(fact: object) -> object:
    """Cut what would fill the screen, escapes counted."""
    if not isinstance(fact, str) or len(repr(fact[: _SHOWN + 1])) <= _SHOWN + 2:
        return fact
    start = fact[: _SHOWN - 3]
    while len(repr(start)) > _SHOWN - 1:
        start = start[:-1]
    return f"{start}..."
