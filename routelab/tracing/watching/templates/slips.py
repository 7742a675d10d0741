"""What was meant where Jinja could not read a template, told from its message and the tags around.

It asks Jinja's own lexer for the tags, renders nothing, and knows no app. Where these do not decide it is
silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from keyword import iskeyword
from typing import Any, NamedTuple

from routelab.nearest import nearest

_OF_BLOCKS = ("block", "call", "filter", "for", "if", "macro", "raw", "set", "with")
_TAGS = (
    *("autoescape", "elif", "else", "extends", "import", "include"),
    *(text for name in _OF_BLOCKS for text in (name, f"end{name}")),
)
# Operators of other languages as patterns; before a "!" of `not` stands nothing that it could belong to.
_OPERATORS = {r"&&": "and", r"\|\|": "or", r"===": "==", r"!==": "!=", r"(?<![\w)\]])!(?!=)": "not"}
_EXTENSIONS = {
    "break": "loopcontrols",
    "continue": "loopcontrols",
    "do": "do",
    "trans": "i18n",
    "debug": "debug",
}
# Tags of Django's, and what Flask's templates have in their place.
_OF_DJANGO = {
    "url": "{{ url_for('name_of_the_view') }} writes a URL",
    "static": "{{ url_for('static', filename='style.css') }} writes the URL of a file",
    "empty": "what a loop over nothing shows comes after {% else %}",
}
_TAKES_TEMPLATE = ("extends", "from", "import", "include")
_TWICE = "a template has a block of a name once; {{{{ self.{}() }}}} shows it again"
_ELSE_IF = "in a template else if is one word: {% elif ... %}"


# What is asked about a slip, with what the message names.
Told = Callable[..., "str | None"]


class _Tag(NamedTuple):
    """A `{% ... %}` or `{{ ... }}` with its words; `closed` tells whether it was read to its end."""

    line: int
    is_block: bool
    words: tuple[str, ...]
    closed: bool

    @property
    def name(self) -> str:
        return self.words[0] if self.words else ""

    def begins(self, *words: str) -> bool:
        return self.words[: len(words)] == words


class _Slip(NamedTuple):
    """Where Jinja stopped: a line of a text, and the tags of the text as far as they can be read."""

    source: str
    line: int
    tags: tuple[_Tag, ...]

    @property
    def text(self) -> str:
        lines = self.source.splitlines()
        return lines[self.line - 1] if 0 < self.line <= len(lines) else ""

    @property
    def here(self) -> tuple[_Tag, ...]:
        return tuple(tag for tag in self.tags if tag.line == self.line)

    def block(self, name: str) -> _Tag | None:
        """Return the first block of a name on the line."""
        return next((tag for tag in self.here if tag.is_block and tag.name == name), None)


def what_was_meant(environment: Any, source: str, line: int, message: str) -> str | None:
    """Say what was probably meant: "a comparison is written ==". None where that is not clear."""
    slip = _Slip(source=source, line=line, tags=tuple(_tags(environment, source)))
    for pattern, told in _KINDS:
        found = pattern.match(message)
        said = None if found is None else told(slip, *found.groups())
        if said is not None:
            return said
    return None


def _tags(environment: Any, source: str) -> Iterator[_Tag]:
    """Yield the tags of a text, up to a character that no tag has."""
    words: list[str] | None = None
    line, is_block = 0, False
    with suppress(Exception):  # TemplateSyntaxError
        for number, kind, text in environment.lex(source):
            if kind in ("block_begin", "variable_begin"):
                words, line, is_block = [], number, kind == "block_begin"
            elif kind in ("block_end", "variable_end") and words is not None:
                yield _Tag(line, is_block, tuple(words), closed=True)
                words = None
            elif words is not None and kind != "whitespace":
                words.append(text)
    if words is not None:
        yield _Tag(line, is_block, tuple(words), closed=False)


def _one_equals_sign(slip: _Slip, kind: str) -> str | None:
    if kind == "print":
        return "{{ ... }} prints a value; {% set name = value %} gives a name one"
    asked = any(tag.name in ("if", "elif") and "=" in tag.words for tag in slip.here)
    return "a comparison is written ==" if asked else None


def _else_if(slip: _Slip) -> str | None:
    return _ELSE_IF if any(tag.begins("else", "if") for tag in slip.here) else None


def _half_closed(slip: _Slip, *_: str) -> str | None:
    """Tell of the tag that Jinja was in when it met the brace."""
    tag = next((tag for tag in reversed(slip.tags) if not tag.closed), None) or next(
        (tag for tag in slip.here if "}" in tag.words), None
    )
    if tag is None:
        return None
    begin, end = ("{%", "%}") if tag.is_block else ("{{", "}}")
    name = f" {tag.words[0]}" if tag.is_block and tag.words else ""
    return f"the {begin}{name} in line {tag.line} is closed by {end}"


def _not_closed(slip: _Slip, name: str) -> str | None:
    """Find the line of the block that Jinja was in at the end."""
    opened = _open_blocks(slip.tags, name)
    if not opened:
        return None
    return f"{{% {name} %}} in line {opened[-1].line} is not closed: {{% end{name} %}} is missing"


def _open_blocks(tags: Iterable[_Tag], name: str) -> list[_Tag]:
    opened: list[_Tag] = []
    for tag in tags:
        if tag.is_block and tag.name == name and not (name == "set" and "=" in tag.words):
            opened.append(tag)
        elif tag.is_block and tag.name == f"end{name}" and opened:
            opened.pop()
    return opened


def _crossed(slip: _Slip, end: str, inner: str) -> str | None:
    """Find the block inside which another one is closed."""
    opened: list[_Tag] = []
    for tag in slip.tags:
        if not tag.is_block:
            continue
        if tag.line == slip.line and tag.name == end and opened and opened[-1].name == inner:
            return (
                f"{{% {inner} %}} in line {opened[-1].line} is still open there: {{% end{inner} %}} comes "
                f"before {{% {end} %}}"
            )
        if tag.name in _OF_BLOCKS and not (tag.name == "set" and "=" in tag.words):
            opened.append(tag)
        elif opened and tag.name == f"end{opened[-1].name}":
            opened.pop()
    return None


def _unknown_tag(slip: _Slip, name: str, more: str) -> str | None:
    tag = slip.block(name)
    if name in ("elseif", "elsif"):
        return _ELSE_IF
    if name == "end" and tag is not None and len(tag.words) > 1 and tag.words[1] in _OF_BLOCKS:
        return f"that is one word: {{% end{tag.words[1]} %}}"
    if name.startswith("end") and name[3:] in _OF_BLOCKS:
        return f"no {{% {name[3:]} %}} is open there that {{% {name} %}} could close"
    if name in ("else", "elif"):
        bare = f"no {{% if %}} is open there that {{% {name} %}} could belong to"
        return None if more else bare
    if name in _EXTENSIONS:
        add = f"jinja_env.add_extension('jinja2.ext.{_EXTENSIONS[name]}')"
        return f"the tag {name} comes with an extension: {add}"
    if name in _OF_DJANGO:
        return f"that is a tag of Django's: here {_OF_DJANGO[name]}"
    if tag is not None and "=" in tag.words[1:3]:
        return f"a name is given a value by {{% set {name} = ... %}}"
    near = nearest(name, _TAGS)
    if near is not None:
        return f"there is a tag {near}"
    alone = tag is not None and len(tag.words) == 1 and not iskeyword(name)
    return f"a value is printed by {{{{ {name} }}}}" if alone else None


def _operator(slip: _Slip, *_: str) -> str | None:
    """Find an operator of other languages in a tag of the line."""
    tags = " ".join(re.findall(r"\{[{%](.*?)(?:[}%]\}|$)", slip.text))
    tags = re.sub(r"'[^']*'|\"[^\"]*\"", "''", tags)
    found = ((re.search(pattern, tags), ours) for pattern, ours in _OPERATORS.items())
    return next(
        (f"a template has {ours!r} in place of {theirs[0]}" for theirs, ours in found if theirs), None
    )


def _statement_in_print(slip: _Slip, *_: str) -> str | None:
    tag = next((tag for tag in slip.here if not tag.is_block and tag.name in ("if", "for")), None)
    return None if tag is None else f"a statement is written in {{% ... %}}: {{% {' '.join(tag.words)} %}}"


def _braces_inside(slip: _Slip, *_: str) -> str | None:
    """Find braces in the braces of a tag of the line."""
    inside = re.search(r"\{%(?:(?!%\}).)*\{\{|\{\{(?:(?!\}\}).)*\{\{", slip.text)
    return "inside a tag a name has no braces of its own" if inside else None


def _text_without_quotes(slip: _Slip, name: str) -> str | None:
    """Find a name that was not there, in the place of an endpoint or of a template's name."""
    for tag in slip.here:
        calls = pairwise(pairwise(tag.words))
        if any((first, second) == (("url_for", "("), ("(", name)) for first, second in calls):
            return f"url_for takes the endpoint as text, in quotes: url_for({name!r})"
        if tag.is_block and tag.name in _TAKES_TEMPLATE and tag.words[1:3] == (name, "."):
            written = "".join(tag.words[1:4])
            return f"the name of a template is text, in quotes: {{% {tag.name} {written!r} %}}"
    return None


def _loop_of_others(slip: _Slip, *_: str) -> str | None:
    return None if slip.block("for") is None else "a loop is written {% for name in values %}"


def _always(said: str) -> Told:
    """Say the same wherever Jinja has a message: a placeholder is what the message names."""
    return lambda _, *named: said.format(*named)


_KINDS: tuple[tuple[re.Pattern[str], Told], ...] = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"expected token 'end of (statement|print) (?:block|statement)', got '='", _one_equals_sign),
        (r"expected token 'end of statement block', got 'if'", _else_if),
        (r"unexpected '}'$|unexpected end of template, expected 'end of ", _half_closed),
        (r"Unexpected end of template\..* needs to be closed is '(\w+)'", _not_closed),
        (r"Encountered unknown tag '(\w+)'\. You probably made .* to be closed is '(\w+)'", _crossed),
        (r"Encountered unknown tag '(\w+)'\.(?! You)(.*)", _unknown_tag),
        (r"unexpected char '[&!]'|expected token '\w+', got '\|'|unexpected '='", _operator),
        (r"expected token 'end of print statement', got ", _statement_in_print),
        (r"expected token ':', got '}'", _braces_inside),
        (r"expected token 'in', got '", _loop_of_others),
        (r"'(\w+)' is undefined", _text_without_quotes),
        (r"block '(\w+)' defined twice", _always(_TWICE)),
        (r"unexpected char (?:\"'\"|'\"')", _always("the text that begins with this quote does not end")),
        (r"unexpected char '[“”„‘’«»]'", _always("that is a typographic quote: text is written in ' or \"")),
        (r"unexpected char '\?'", _always("a choice is written: this if test else that")),
    )
)
