"""What was probably meant where Python cannot read a line of an app, or does not know a name there.

A keyword or a line is offered only after Python has read on with it. No code is run.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from inspect import signature
from itertools import chain
from keyword import kwlist
from opcode import opmap
from traceback import walk_tb
from types import ModuleType

from routelab.pythontext import unwarned
from routelab.routing.redirect import USUAL_METHODS
from routelab.tracing.watching.exceptions.raising import raising_point
from routelab.tracing.watching.exceptions.unquoted import IMPORTED, import_of

_IMPORT_FROM, _EXTENDED_ARG = opmap["IMPORT_FROM"], opmap["EXTENDED_ARG"]
_WORD = r"[A-Za-z]+"
_NEAR = 0.75  # "rout" is near "route", and "user" is not near "use"
_OPENS = r"\s*(?:async |class|def|elif|else|except|finally|for|if|try|while|with)\b"  # what a colon ends
# What is often missing of a line: a pattern for all of it, and what it becomes.
_SLIPS = (
    (rf"({_OPENS}.*)", r"\1:"),
    (r"""(.*(["'])[^"']*)["']""", r"\1\2"),  # two kinds of quotes around one string
    (r"""(.*(["'])[^"']*)["']\)""", r"\1\2)"),
    (r"""(.*(["'])[^"']*)""", r"\1\2"),
    (r"""(.*(["'])[^"')}\]]*)([)}\]]+)""", r"\1\2\3"),
    (r"""(.*(["'])[^"')]*)""", r"\1\2)"),
    (r"""(\s*return )([^"'{\[(]+)["']?""", r'\1"\2"'),
    (r"""(.*\()([^"'()]+)["']?\)""", r'\1"\2")'),
    (r"(.*\([^)]*)", r"\1)"),
    (r"(\s*return .+), *status(?:_code)? *= *(\d+)", r"\1, \2"),  # as of an option, in a tuple
    # The string's own quotes inside it, too: of an attribute of HTML, in an f-string's braces, as in "it's"
    (r"""([^"']*)"([^"']*(?:="(?! )|\{[^"'}]*")[^']*)"([^"']*)""", r"\1'\2'\3"),
    (r"""([^"']*)'([^"]*(?:\w'(?=\w)|\{[^"'}]*')[^"]*)'([^"']*)""", r'\1"\2"\3'),
)
_LACKS_ITS_FUNCTION = (
    r"missing 1 required positional argument: '(?:f|fn|func|function|view|view_func|callback)'"
)
_BARE_METHOD = rf"(?<![\w\"'])({'|'.join(USUAL_METHODS)})(?![\w\"'])"
# What word processors and web pages make of what is typed, and what Python takes.
_TYPED = str.maketrans(
    dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‘’‚‛′", "'")
    | dict.fromkeys("\u00a0\u2007\u202f", " ")
    | {"–": "-"}
)
_LIBRARIES = ("flask", "jinja2", "markupsafe", "werkzeug", *sys.stdlib_module_names)


def meant_word(error: BaseException, lines: Sequence[str], source: str | None = None) -> str | None:
    """Find the word or line that was meant; `lines` are those of the file that a SyntaxError is about.

    `source` is the app's own line that raised, where one did.
    """
    if source is not None and (cured := _line_to_run(error, source)) is not None:
        return cured
    match error:
        case SyntaxError(lineno=int(line)):
            return next(chain(_keywords(lines, line), _whole_lines(lines, line)), None)
        case ModuleNotFoundError(name=str(name)):
            return next(iter(_nearest(name, _LIBRARIES)), None)
        case ImportError(name=str(module)) if isinstance(sys.modules.get(module), ModuleType):
            return _in_module(error, sys.modules[module])
        case AttributeError(name="_check_setup_finished"):
            return next(_lines_that_make_it(error), None)
        case AttributeError(name=str(name), obj=obj):
            return next(iter(_nearest(name, _attributes(obj))), None)
        case NameError(name=str(name)):
            return import_of(name) or next(iter(_nearest(name, _names(error))), None)
        case TypeError():
            return next(_options(error), None)
    return None


def meant_decorator(error: BaseException, source: str | None) -> str | None:
    """Find the decorator that was meant where one that gets the function itself is called: `@before()`."""
    found = re.fullmatch(r"(@[\w.]+)\(\)", source or "")
    lacks = type(error) is TypeError and re.search(f"{_LACKS_ITS_FUNCTION}$", str(error))
    return found[1] if found and lacks else None


def _keywords(lines: Sequence[str], line: int) -> Iterator[str]:
    """Find keywords that let Python read on beyond a line where they replace a word of it."""
    text = "".join(lines[line - 1 : line])
    for word in re.finditer(_WORD, text):
        for near in _nearest(word[0], kwlist):
            cured = f"{text[: word.start()]}{near}{text[word.end() :]}"
            if _reads([*lines[: line - 1], cured, *lines[line:]], beyond=line):
                yield near


def _whole_lines(lines: Sequence[str], line: int) -> Iterator[str]:
    """Find lines that let Python read on where they replace the one that it stopped at."""
    text = "".join(lines[line - 1 : line]).rstrip()
    typed = text.translate(_TYPED)
    if typed != text and _reads([*lines[: line - 1], typed, *lines[line:]], beyond=line):
        yield typed.strip()
    for slip, cure in _SLIPS:
        if (found := re.fullmatch(slip, text)) is not None:
            cured = found.expand(cure)
            if _reads([*lines[: line - 1], cured, *lines[line:]], beyond=line):
                yield cured.strip()


def _line_to_run(error: BaseException, source: str) -> str | None:
    """Find what a line was meant to be that Python could read, and not run: `@route("/")`."""
    way = raising_point(error)
    if way is None:
        return None
    known = {**way.tb_frame.f_globals, **way.tb_frame.f_locals}
    if isinstance(error, NameError):
        owners = [each for each, value in known.items() if callable(_of_class(value, str(error.name)))]
        if source.startswith(f"@{error.name}(") and len(owners) == 1:
            return f"@{owners[0]}.{source[1:]}"
        quoted = re.sub(r"methods=\[.*?\]", lambda found: re.sub(_BARE_METHOD, r'"\1"', found[0]), source)
        return quoted if error.name in USUAL_METHODS and quoted != source else None
    if isinstance(error, TypeError):
        found = re.fullmatch(r"@(\w+)\.(\w+)\[(.*)\]", source)
        if found and callable(_named(known, found)):
            return f"@{found[1]}.{found[2]}({found[3]})"
        found = re.fullmatch(r"(\w+)\.(\w+)\((.+)\)", source)
        if found and hasattr(_named(known, found), "__set__"):
            return f"{found[1]}.{found[2]} = {found[3]}"
    return None


def _named(known: Mapping[str, object], found: re.Match[str]) -> object:
    """Return what the class of an object says of one of its names; the object itself is not asked."""
    return _of_class(known.get(found[1]), found[2])


def _of_class(obj: object, name: str) -> object:
    return next((vars(each)[name] for each in type(obj).__mro__ if name in vars(each)), None)


def _reads(lines: Sequence[str], *, beyond: int) -> bool:
    try:
        with unwarned():
            ast.parse("\n".join(lines))
    except SyntaxError as error:
        return (error.lineno or 0) > beyond
    except ValueError:  # a NUL
        return False
    return True


def _nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return the nearest words that are not the same, the best first; capitals count least."""
    by_small = {each.lower(): each for each in known if each != word}
    return [by_small[near] for near in get_close_matches(word.lower(), by_small, cutoff=_NEAR)]


def _in_module(error: ImportError, module: ModuleType) -> str | None:
    """Find the one name of a module's that differs from the imported one in capitals alone, or is near."""
    asked, known = _imported_in_vain(error), {*vars(module), *IMPORTED.get(module.__name__, ())}
    alike = [name for name in known if name.lower() == asked.lower()]
    if alike:
        return alike[0] if len(alike) == 1 else None
    near = _nearest(asked, sorted(name for name in known if not name.startswith("_")))
    return near[0] if near and asked else None


def _lines_that_make_it(error: BaseException) -> Iterator[str]:
    """Yield `app = Flask(__name__)` where `app` is the class itself, and was asked to register a view."""
    for frame, _ in walk_tb(error.__traceback__):
        for name, value in (*frame.f_globals.items(), *frame.f_locals.items()):
            if type(value) is type and hasattr(value, "_check_setup_finished") and name != value.__name__:
                given = "__name__" if value.__name__ == "Flask" else f'"{name}", __name__'
                yield f"{name} = {value.__name__}({given})"


def _imported_in_vain(error: ImportError) -> str:
    """Read the name off the instruction that raised; from Python 3.12 on the error has it."""
    way = raising_point(error)
    if way is None:
        return ""
    code, at = way.tb_frame.f_code, way.tb_lasti
    if code.co_code[at] != _IMPORT_FROM:
        return ""
    far = code.co_code[at - 1] << 8 if at and code.co_code[at - 2] == _EXTENDED_ARG else 0
    return code.co_names[far + code.co_code[at + 1]]


def _attributes(obj: object) -> Iterator[str]:
    """List the names of a module, or of the classes of an object; nothing of the object's own is asked."""
    for each in (obj,) if isinstance(obj, ModuleType) else type(obj).__mro__:
        yield from (name for name in vars(each) if not name.startswith("_"))


def _options(error: BaseException) -> Iterator[str]:
    """Find the options of a rule that are near one that it was given and does not know."""
    way = raising_point(error)
    local = {} if way is None else way.tb_frame.f_locals
    given, kind = local.get("options"), getattr(local.get("self"), "url_rule_class", None)
    if type(given) is dict and isinstance(kind, type):
        known = signature(kind).parameters
        for word in given:
            yield from () if word in known else _nearest(str(word), known)


def _names(error: BaseException) -> Iterator[str]:
    """List the names that the line which failed could have used."""
    way = raising_point(error)
    if way is not None:
        yield from (*way.tb_frame.f_locals, *way.tb_frame.f_globals)
    yield from vars(builtins)
