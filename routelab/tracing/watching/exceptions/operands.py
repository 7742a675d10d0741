"""Which part of a line had the value that an exception complains of, and where that came from.

Python's message has types alone: "'NoneType' object has no attribute 'upper'". It reads the frame that raised
and the text of its file. Of values it asks only Python's own types, so nothing of the app's is called.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from opcode import opname
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple, TypeAlias

from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.local import LocalProxy

from routelab.pythontext import parsed
from routelab.routing.wording import listed

_UNKNOWN = object()
_MOST_KEYS = 5  # that are told
_MOST_LOOKED_AT = 1000  # keys of a dict
_LONGEST = 60  # letters of a piece of a line
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_ITERATE = ("dict", "enumerate", "list", "max", "min", "reversed", "set", "sorted", "sum", "tuple")
_METHOD = re.compile(
    r"'(?:builtin_function_or_)?method' object (?:is not subscriptable|does not support the context manager)"
)
_INDICES = re.compile(r"(byte|list|string|tuple) indices must be integers")
_TYPES = {"byte": "bytes", "list": "list", "string": "str", "tuple": "tuple"}
_OF_REQUEST = re.compile(r"request\.(args|cookies|files|form|headers|json|values)")
_CONVERTED = re.compile(r"\brequest\.\w+\.get\([^()]*\btype=(int|float)\)")
_OF_SETTINGS = ("flask.config", "routelab.engine.config")
_GIVE_ONE = ("fetchone", "first", "get", "get_json")  # a value, and nothing that makes values later
_REQUEST_HAS = (
    "a request has its query in request.args, its form in request.form, its JSON in request.get_json()"
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BINDS = (ast.Store, ast.Del)


class Failing(NamedTuple):
    """The piece of a line that raised, in the frame where it did."""

    node: ast.AST
    operation: str  # of the interpreter: "BINARY_OP"
    frame: FrameType
    tree: ast.Module
    text: str
    lines_before: int

    def value(self, node: ast.AST | None) -> Any:
        """Return what a piece stands for, where only Python's own types have to be asked."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name) if not _may_be_another(name, self):
                return self.frame.f_locals.get(name, self.frame.f_globals.get(name, _UNKNOWN))
            case ast.Attribute(value=held, attr="config"):
                return _config_of(self.value(held))
            case ast.Subscript(value=held, slice=key):
                holder, asked = self.value(held), self.value(key)
                if type(holder) in (dict, list, tuple) and type(asked) in (str, int):
                    try:
                        return holder[asked]
                    except LookupError:
                        return _UNKNOWN
        return _UNKNOWN

    def written(self, node: ast.AST) -> str | None:
        """Return a piece as its file has it; None for a long one."""
        text = ast.get_source_segment(self.text, node)
        return text if text is not None and len(text) <= _LONGEST and "\n" not in text else None


def _config_of(app: Any) -> Any:
    """Return an app's settings, where they are kept as Flask keeps them; an app's own class may make them."""
    if type(app) is LocalProxy:
        app = object.__getattribute__(app, "_get_current_object")()
    held = getattr(type(app), "__dictoffset__", 0) and object.__getattribute__(app, "__dict__").get("config")
    return held if isinstance(held, dict) and _is_plain(held) else _UNKNOWN


def _is_plain(holder: Any) -> bool:
    """Tell whether something is a dict, or one of Flask's settings, which answer as a dict does."""
    kind = type(holder)
    return kind is dict or (issubclass(kind, dict) and kind.__module__ in _OF_SETTINGS)


def words_on_operands(error: BaseException, lines: Sequence[str], way: TracebackType) -> str | None:
    """Say which part of the line that raised was None, a string, or without that key.

    `way` is the end of the exception's way, and `lines` are those of its file.
    """
    words = next((say for kind, say in _WORDS if type(error) is kind), None)
    if type(error).__name__ == "ProgrammingError" and type(error).__module__ == "sqlite3":
        words = _on_bindings
    failing = None if words is None else failing_piece(way, lines)
    if words is None or failing is None:
        return None
    return next(words(error, failing), None)


def failing_piece(way: TracebackType, lines: Sequence[str]) -> Failing | None:
    """Find the piece of a line that raised, by what the compiler noted of it; None where it noted nothing."""
    code, at = way.tb_frame.f_code, way.tb_lasti
    place = next(islice(code.co_positions(), at // 2, None), None)
    if place is None or None in place:
        return None  # Python was told to keep no columns
    for text, before in _around(code, lines):
        tree = parsed(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.expr | ast.stmt) and place == (
                node.lineno + before, (node.end_lineno or 0) + before, node.col_offset, node.end_col_offset,
            ):  # fmt: skip
                inner = node.value if isinstance(node, ast.Expr) else node
                return Failing(inner, opname[code.co_code[at]], way.tb_frame, tree, text, before)
    return None


def _around(code: CodeType, lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield what to parse, with how many lines of the file come before it: the function, else all of it.

    To parse a function takes a part of the time, and a piece of an expression cannot be parsed alone.
    """
    if code.co_name.isidentifier():
        first = code.co_firstlineno
        last = max(line or 0 for *_, line in code.co_lines())
        body = "\n".join(lines[first - 1 : last])
        yield (f"if 1:\n{body}", first - 2) if body[:1].isspace() else (body, first - 1)
    yield "\n".join(lines), 0


def _may_be_another(name: str, failing: Failing) -> bool:
    """Tell whether what ran after the line may have changed a name: an `except` or a `finally` around it."""
    line = getattr(failing.node, "lineno", 0)
    for node in ast.walk(failing.tree):
        if isinstance(node, ast.Try) and node.lineno <= line <= (node.end_lineno or 0):
            after = (*node.handlers, *node.finalbody)
            if any(isinstance(it, ast.Name) and it.id == name for each in after for it in ast.walk(each)):
                return True
    return False


def _on_attribute(error: BaseException, failing: Failing) -> Iterator[str]:
    node = failing.node
    if not isinstance(node, ast.Attribute):
        return
    if str(error).startswith("'NoneType'"):
        yield from _is_none(node.value, failing)
    yield from _on_proxies(failing)
    holder, text = getattr(error, "obj", None), failing.written(node.value)
    if text is None or holder is None:
        return
    if type(holder) in (dict, ImmutableMultiDict, MultiDict) and _has(holder, node.attr):
        yield f"{text}[{node.attr!r}] is what it has under that key"
    elif type(holder) in (bytes, dict, list, str, tuple) and (came := _from(node.value, failing)):
        yield f"{text} is of type {type(holder).__name__}{came}"


def _on_type(error: BaseException, failing: Failing) -> Iterator[str]:
    """Say which operand is of the type that the message names."""
    message = str(error)
    yield from _on_brackets(message, failing)
    yield from _on_proxies(failing)
    for node, kind in _operands(message, failing):
        if kind == "NoneType":
            yield from _is_none(node, failing)
        elif kind == "str":
            yield from _is_number_in_a_string(node, failing)
        elif message.startswith("can only concatenate str") and (text := failing.written(node)):
            yield f"{text} is of type {kind}; str({text}) is a string"


def _on_proxies(failing: Failing) -> Iterator[str]:
    """Say where the request, or `g`, is asked for something as a dict would be."""
    match failing.node:
        case ast.Subscript(value=ast.Name(id="g") as held, slice=key):
            name = failing.value(key)
            if _is_proxy(held, failing) and type(name) is str and name.isidentifier():
                yield f"g has attributes, as g.{name}, and no keys"
        case (
            ast.Subscript(value=ast.Name(id="request") as held)
            | ast.Attribute(value=ast.Name(id="request") as held, attr="get" | "items" | "keys")
            | ast.Compare(comparators=[ast.Name(id="request") as held])
        ) if _is_proxy(held, failing):
            yield _REQUEST_HAS
        case node if failing.operation == "GET_ITER":
            for each in _gone_through(node):
                if isinstance(each, ast.Name) and each.id == "request" and _is_proxy(each, failing):
                    yield _REQUEST_HAS


def _is_proxy(node: ast.Name, failing: Failing) -> bool:
    return type(failing.value(node)) is LocalProxy


def _operands(message: str, failing: Failing) -> Iterator[tuple[ast.expr, str]]:
    """Yield the operands that may have been meant, each with the type that the message tells of it."""
    kinds = re.findall(r"['\"]([\w.]+)['\"]", message)
    match failing.node:
        case ast.BinOp(left=left, right=right):
            yield from _of_two(message, kinds, left, right)
        case ast.AugAssign(target=left, value=right):
            yield from _of_two(message, kinds, left, right)
        case ast.Compare(left=left, comparators=[right]) if "not supported between" in message:
            yield from zip((left, right), kinds, strict=False)
        case ast.Compare(comparators=[right]) if "argument of type" in message:
            yield right, kinds[0]
        case ast.Subscript(value=held, slice=key) if "indices must be integers" in message:
            yield key, message.rpartition(" ")[2].strip("'")
        case ast.Subscript(value=held) if kinds:
            yield held, kinds[0]
        case node if failing.operation == "GET_ITER" and kinds:
            yield from ((iterated, kinds[0]) for iterated in _gone_through(node))
        case ast.Call(func=ast.Name(id=name), args=[given, *_]) if kinds:
            if name in ("int", "float", "len") or (name in _ITERATE and "not iterable" in message):
                yield given, kinds[-1]


def _gone_through(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a loop goes through: of the whole loop, which it is up to Python 3.11, or itself."""
    match node:
        case ast.For(iter=iterated):
            yield iterated
        case ast.ListComp(generators=[first, *_]) | ast.SetComp(generators=[first, *_]):
            yield first.iter
        case ast.DictComp(generators=[first, *_]) | ast.GeneratorExp(generators=[first, *_]):
            yield first.iter
        case ast.expr():
            yield node


def _of_two(
    message: str, kinds: list[str], left: ast.expr, right: ast.expr
) -> Iterator[tuple[ast.expr, str]]:
    if message.startswith("unsupported operand"):
        yield from zip((left, right), kinds, strict=False)
    elif message.startswith("can only concatenate"):  # str (not "int") to str
        yield left, "str"
        yield right, kinds[0]
    elif message.startswith(("can't multiply", "not all arguments converted")):
        yield from ((left, "str"), (right, "str"))


def _on_brackets(message: str, failing: Failing) -> Iterator[str]:
    """Say where [ ] stand in the place of ( ), or the other way round."""
    match failing.node:
        case ast.Subscript(value=held) | ast.With(items=[ast.withitem(held)]) | (ast.Attribute() as held) if (
            _METHOD.match(message) and (text := failing.written(held))
        ):
            yield f"{text} is a method; it is called with ( )"
        case ast.Subscript(value=held, slice=key) if (indices := _INDICES.match(message)) and (
            text := failing.written(held)
        ):
            if not (type(failing.value(key)) is str and _NUMBER.fullmatch(failing.value(key))):
                yield f"{text} is of type {_TYPES[indices[1]]}, and what is asked for in [ ] is a key"
        case ast.Call(func=ast.Name(id="render_template" | "render_template_string" as name)) if (
            "positional argument" in message
        ):
            yield f"{name} takes values by name: title=..., or a dict with ** before it"
        case ast.Call(func=held) if message.endswith("object is not callable") and (
            text := failing.written(held)
        ):
            value = failing.value(held)
            if type(value) in (dict, list) or _OF_REQUEST.fullmatch(text):
                yield f"what {text} has is asked for with [ ]"
            elif type(value) is str:
                yield f"{text} is a string here{_from(held, failing)}"


def _on_key(error: BaseException, failing: Failing) -> Iterator[str]:
    """Say which keys a dict has, or that it has a number in the place of a string."""
    node = failing.node
    if not isinstance(node, ast.Subscript) or len(error.args) != 1:
        return
    holder, key, text = failing.value(node.value), error.args[0], failing.written(node.value)
    if not _is_plain(holder) or text is None or type(key) not in (str, int):
        return
    keys = [each for each in islice(holder, _MOST_LOOKED_AT) if type(each) in (str, int)]
    if key in keys:
        return
    other = next((each for each in keys if str(each) == str(key)), None)
    near = get_close_matches(key, [each for each in keys if type(each) is str]) if type(key) is str else []
    if other is not None:
        yield f"{text} has the {_kind(other)} {other!r}, and {key!r} is a {_kind(key)}"
    elif near or (type(key) is str and keys and len(keys) == len(holder) <= _MOST_KEYS):
        yield f"{text} has {listed(tuple(map(repr, near or keys)), 'and')}"


def _has(holder: dict[Any, Any], name: str) -> bool:
    return any(type(key) is str and key == name for key in islice(dict.keys(holder), _MOST_LOOKED_AT))


def _kind(key: str | int) -> str:
    return "string" if type(key) is str else "number"


def _on_index(_error: BaseException, failing: Failing) -> Iterator[str]:
    node = failing.node
    if not isinstance(node, ast.Subscript) or (text := failing.written(node.value)) is None:
        return
    holder, index = failing.value(node.value), failing.value(node.slice)
    if type(holder) in (list, tuple):
        last = len(holder) - 1
        has = f"the indexes 0 to {last}" if last else "the index 0 alone"
        asked = node.slice.id if isinstance(node.slice, ast.Name) and type(index) is int else ""
        yield f"{text} has {has}{f', and {asked} is {index}' * bool(asked)}" if holder else f"{text} is empty"


def _on_unbound(error: BaseException, failing: Failing) -> Iterator[str]:
    name = getattr(error, "name", None) or next(iter(re.findall(r"'(\w+)'", str(error))), "")
    if name in failing.frame.f_globals and name in failing.frame.f_code.co_varnames:
        where = failing.frame.f_code.co_name
        yield (
            f"{where}() sets {name}, so {name} is a name of its own there; with the line global {name} "
            "it is the one outside"
        )


def _on_end(_error: BaseException, failing: Failing) -> Iterator[str]:
    match failing.node:
        case ast.Call(func=ast.Name(id="next"), args=[_]):
            yield "next() found nothing; with a second argument, None, it gives that instead"


def _on_bindings(error: BaseException, failing: Failing) -> Iterator[str]:
    """Say where a string was given for the values of an SQL statement, and each letter counts as one."""
    match failing.node:
        case ast.Call(args=[_, given]) if str(error).startswith("Incorrect number of bindings supplied"):
            text = failing.written(given)
            if text is not None and (type(failing.value(given)) is str or _OF_REQUEST.match(text)):
                yield f"{text} is a string, whose letters are taken one by one; ({text},) is a tuple with it"


def _on_input(_error: BaseException, failing: Failing) -> Iterator[str]:
    """Say where a request asks somebody to type."""
    match failing.node:
        case ast.Call(func=ast.Name(id="input")):
            yield (
                "input() waits for a keyboard, and a request has none: what is typed comes in its query or "
                "its form"
            )


def _is_none(node: ast.expr, failing: Failing) -> Iterator[str]:
    """Say that a piece is None: by its value, or since Python says so of what no value was kept of."""
    text, value = failing.written(node), failing.value(node)
    if text is None or isinstance(node, ast.Constant):
        return
    if value is None or (value is _UNKNOWN and not isinstance(node, ast.Name) and _is_it(node, failing)):
        came = _from(node, failing)
        converted = _CONVERTED.search(text + came)
        more = f", which type={converted[1]} gives also for what is no {converted[1]}" if converted else ""
        yield f"{text} is None{more}{came}"


def _is_it(node: ast.expr, failing: Failing) -> bool:
    """Tell whether the message can only mean the operand, and nothing that this holds or goes through."""
    match failing.node:
        case ast.Attribute() | ast.Subscript() | ast.Call(func=ast.Name(id="int" | "float" | "len")):
            return True
    if failing.operation == "GET_ITER":
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GIVE_ONE


def _is_number_in_a_string(node: ast.expr, failing: Failing) -> Iterator[str]:
    text, value = failing.written(node), failing.value(node)
    if text is not None and not isinstance(node, ast.Constant) and type(value) is str:
        number = _NUMBER.fullmatch(value)
        if number is not None:
            yield f"{text} is the string {value!r}; {'float' if number[1] else 'int'}({text}) is a number"


def _from(node: ast.expr, failing: Failing) -> str:
    """Say which line gave a name its value, where its function has one alone that does."""
    if not isinstance(node, ast.Name) or node.id not in failing.frame.f_code.co_varnames:
        return ""
    bound = list(_bindings(node, failing))
    if len(bound) != 1 or not isinstance(bound[0], ast.Assign):
        return ""
    value = bound[0].value
    text = None if isinstance(value, ast.Constant) and value.value is None else failing.written(value)
    line = bound[0].lineno + failing.lines_before
    return f", set in line {line}" if text is None else f", from {text} in line {line}"


def _bindings(node: ast.Name, failing: Failing) -> Iterator[ast.AST]:
    """Yield what gives a name its value in the function around a line, the lines of inner ones left out."""
    around = [
        it
        for it in ast.walk(failing.tree)
        if isinstance(it, _FUNCTIONS) and it.lineno <= node.lineno <= (it.end_lineno or 0)
    ]
    if not around:
        return
    waiting: list[tuple[ast.AST, ast.AST]] = [(around[-1], each) for each in ast.iter_child_nodes(around[-1])]
    while waiting:
        above, each = waiting.pop()
        if isinstance(each, ast.arg) and each.arg == node.id:
            yield each
        if isinstance(each, ast.Name) and each.id == node.id and isinstance(each.ctx, _BINDS):
            yield above
        if isinstance(each, ast.ExceptHandler | ast.alias) and node.id in (
            each.name,
            getattr(each, "asname", None),
        ):
            yield each
        waiting += [(each, inner) for inner in ast.iter_child_nodes(each)]


_Say: TypeAlias = Callable[[BaseException, Failing], Iterator[str]]
_WORDS: tuple[tuple[type[BaseException], _Say], ...] = (
    (AttributeError, _on_attribute),
    (TypeError, _on_type),
    (KeyError, _on_key),
    (IndexError, _on_index),
    (UnboundLocalError, _on_unbound),
    (StopIteration, _on_end),
    (EOFError, _on_input),
)
