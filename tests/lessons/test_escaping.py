"""No view of the course puts what a visitor sent into a page unescaped, but where that is what is explained."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from routelab.lessons.course import bundled_lessons
from routelab.lessons.explanation import codes, folder
from routelab.lessons.files import Files, project
from tables import each

EXPLAINED = ("inheritance-and-static", "safety")  # each shows such a view, what comes of it, and the way out
SENT = ("args", "form", "values", "headers", "cookies", "json", "get_json", "get_data", "data", "path", "url")
SAFE_CALLS = ("escape", "render_template", "len", "int", "float", "bool", "url_for", "sum")
TEXT_CONVERTERS = ("", "string", "path", "default")
RULE = r"<(?:(?P<converter>[a-z]+)(?:\([^)]*\))?:)?(?P<name>\w+)>"


def unescaped(text: str) -> list[str]:
    """Return the lines of a file's functions that make a page of what was sent; data is none."""
    found: list[str] = []
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef) and any(map(_is_route, function.decorator_list)):
            sent = {arg.arg for arg in function.args.args} - _numbers(function)
            found += _lines(function, sent, text)
    return found


def _lines(function: ast.FunctionDef, sent: set[str], text: str) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _carries(node.value, sent) and not _is_data(node.value):
            sent |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            body = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
            if _is_text(body) and _carries(body, sent) and not _is_plain(node.value):
                yield ast.get_source_segment(text, node) or ""
        elif isinstance(node, ast.Call) and any(
            _is_text(each) and _carries(each, sent) for each in node.args
        ):
            yield from [ast.get_source_segment(text, node) or ""] if _called(node) == "make_response" else []


def _is_route(decorator: ast.expr) -> bool:
    return _called(decorator) in ("route", "get", "post", "put", "patch", "delete")


def _numbers(function: ast.FunctionDef) -> set[str]:
    """Return the arguments that a converter makes numbers or words of a list of."""
    rules = [
        rule
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        and decorator.args
        and isinstance(rule := getattr(decorator.args[0], "value", None), str)
    ]
    return {
        variable["name"]
        for rule in rules
        for variable in re.finditer(RULE, rule)
        if (variable["converter"] or "") not in TEXT_CONVERTERS
    }


def _is_data(value: ast.expr) -> bool:
    """Tell whether a value is a number by its `type`, or a list or dict by its default."""
    defaults = value.args if isinstance(value, ast.Call) else []
    return _is_number(value) or any(isinstance(each, (ast.List, ast.Dict)) for each in defaults)


def _is_number(value: ast.expr) -> bool:
    keywords = value.keywords if isinstance(value, ast.Call) else []
    return any(
        it.arg == "type" and getattr(it.value, "id", "") in ("int", "float", "bool") for it in keywords
    )


def _is_plain(value: ast.expr) -> bool:
    """Tell whether the headers say that it is no page."""
    return "text/plain" in ast.unparse(value) or "octet-stream" in ast.unparse(value)


def _is_text(body: ast.expr) -> bool:
    """Tell whether a value may be a string: what is data, or made by a template, is none."""
    return not isinstance(body, (ast.Dict, ast.List, ast.ListComp, ast.Constant)) and _called(body) not in (
        "render_template", "jsonify", "redirect", "list", "rows", "get", *SAFE_CALLS,
    )  # fmt: skip


def _carries(node: ast.AST, sent: set[str]) -> bool:
    """Tell whether what was sent is in a value as it came."""
    if _called(node) in SAFE_CALLS:
        return False
    if isinstance(node, ast.BinOp) and any(_is_numeral(each) for each in (node.left, node.right)):
        return False  # of a string it would fail, or be no more than a string doubled
    if isinstance(node, ast.Name) and node.id in sent:
        return True
    if isinstance(node, ast.Attribute) and node.attr in SENT and _root(node) == "request":
        return True
    if isinstance(node, ast.Name) and node.id == "session":
        return True
    if isinstance(node, ast.Attribute) and _root(node) == "g":
        return True
    if isinstance(node, (ast.Subscript, ast.Call)) and _looks_up(node):
        return False
    if isinstance(node, ast.Compare):
        return False
    return any(_carries(each, sent) for each in ast.iter_child_nodes(node))


def _looks_up(node: ast.Subscript | ast.Call) -> bool:
    """Tell whether something of the app's own is looked up: ALBUMS[name], ALBUMS.get(name)."""
    base = node.value if isinstance(node, ast.Subscript) else node.func
    root = _root(base)
    return bool(root) and root.isupper()


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_numeral(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


HEAD = "from flask import Flask, request, session\napp = Flask(__name__)\n\n"


@each(
    ("rule", "body"),
    [
        ("/<name>", 'return f"Hello, {name}"'),
        ("/<path:name>", 'return "Hello, " + name'),
        ("/<string(length=2):name>", 'return "Hello, {}".format(name)'),
        ("/<name>", 'return "Hello, %s" % name'),
        ("/<name>", "return name"),
        ("/<name>", 'text = f"Hello, {name}"\n    return text, 201'),
        ("/<name>", 'response = make_response(f"Hello, {name.upper()}")\n    return response'),
        ("/x", 'return f"{request.args}"'),
        ("/x", 'q = request.form.get("q")\n    return f"You look for {q}"'),
        ("/x", 'return "Seat " + request.headers["X-Seat"]'),
        ("/x", 'return f"{session}"'),
    ],
)
def test_text_that_was_sent_is_found(rule: str, body: str) -> None:
    assert unescaped(f'{HEAD}@app.route("{rule}")\ndef view(name=""):\n    {body}\n')


@each(
    ("rule", "body"),
    [
        ("/<int:name>", 'return f"Hello, {name}"'),
        ("/<any(a, b):name>", 'return f"Hello, {name}"'),
        ("/<name>", 'return f"Hello, {escape(name)}"'),
        ("/<name>", 'return {"hello": name}'),
        ("/<name>", 'return name, {"Content-Type": "text/plain"}'),
        ("/<name>", 'return render_template("hello.html", name=name)'),
        ("/<name>", 'return f"Hello, {len(name)}"'),
        ("/<name>", "return ALBUMS[name]"),
        ("/x", 'n = request.args.get("n", 1, type=int)\n    return f"Page {n}"'),
        ("/x", 'return "Hello"'),
    ],
)
def test_what_is_safe_is_none(rule: str, body: str) -> None:
    assert not unescaped(f'{HEAD}@app.route("{rule}")\ndef view(name=""):\n    {body}\n')


def test_no_lesson_has_such_a_view_but_those_that_explain_it() -> None:
    found = {
        f"{lesson.name}/{files.value}/{path}": lines
        for lesson in bundled_lessons()
        if not lesson.name.endswith(EXPLAINED)
        for files in Files
        for path, source in project(lesson, files).items()
        if path.suffix == ".py" and (lines := unescaped(source.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_page_of_explain_has_such_a_view() -> None:
    found = {
        code: lines
        for code in codes()
        for code_block in re.findall(
            r"(?ms)^```python app\.py\n(.*?)^```", (folder() / f"{code}.md").read_text(encoding="utf-8")
        )
        if _is_python(code_block) and (lines := unescaped(code_block))
    }
    assert found == {}


def _is_python(text: str) -> bool:
    """Tell whether it can be read: some pages are about what cannot."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def test_the_lesson_that_explains_it_shows_one_and_mends_it() -> None:
    (lesson,) = (each for each in bundled_lessons() if each.name.endswith(EXPLAINED[1]))

    def views(files: Files) -> list[str]:
        return unescaped(project(lesson, files)[PurePosixPath("app.py")].read_text(encoding="utf-8"))

    assert views(Files.STARTER)
    assert views(Files.SOLUTION) == []
