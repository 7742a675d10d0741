"""Phrases that must not come back: in what the program says, in lessons and documents, and in traces.

The list is of what native readers stumbled over; each stands with what is said instead.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from support import ROOT, lab_of
from tables import each

PACKAGE, LESSONS = ROOT / "routelab", ROOT / "lessons"
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
INSTEAD = {
    r"mend(s|ed|ing)?\b(?!\})": "fix",
    r"whoever\b": "name who it is",
    r"somebody who\b": "anyone who, or name who it is",
    r"belongs? into\b": "belongs in",
    r"be it\b": "whether",
    r"hush(es|ed)?\b": "hide",
    r"(makes?|made) no answer of\b": "cannot turn it into a response",
    r"(?<!here )(is|are) no (digit|number|dict|error|failure|variable|variables|year|track|text|answer|part of)\b": "is not a",
    r"look \w+ (\w+ )?over\b": "check",
    r"of \d+ rules none\b": "none of N rules",
    r"some way through\b": "the function can end without",
    r"all of it holds\b": "all checks pass",
    r"as wanted\b": "checks pass",
    r"Enter sends it\b": "Press Enter to send it",
    r"goes on from here\b": "continues here",
    r"no query, no body\b": "leave out what is not there",
    r"no handler takes it\b": "was not handled",
    r"an User\b": "a User",
}
IN_PROGRAM = {
    r"(?<!there )(?<!There )(is|are|was) no (name|place|script|request|list|lesson|address|file|result|regular)\b": "is not a",
    r"stands? (at|in|on|above|below|before|beside|behind|outside|there|here|first|around|among)\b": "is",
    r"(loaded|made|begun|written|assign it|grade it) anew\b": "again, or reloaded",
    r"takes? (digits|only|no (GET|sign|line)|exactly|at least|at most|GET|POST)\b": "accept",
    r"wants? (Secure|it as|the|each|\w+=)": "need",
    r"(goes|go|went) on (without|from|here)\b": "continue",
    r"handlers? (is|are|was|were) (not )?asked\b": "called",
    r"no handler [\w ]*(is|was) asked\b": "called",
    r"refusal ends\b": "rejection",
    r"(hand|handed|hands) (it|them|a page) on\b": "pass on",
    r"c[ao]me to (its|their) end\b": "finish",
    r"(?<=[.:;] )[Ww]ho (opens|asks|reads|teaches|runs|has)\b": "anyone who",
    r"also for one\b": "even for one",
    r"or nearly\b": "or a similar one",
    r"(once|for each) (the|its|run of) slashes\b": "repeated slashes",
    r"\bholds? (no|something|submissions|for this)\b": "has, or contains",
    r"(an|the) answer to a HEAD\b": "a response to HEAD",
}
IN_LESSONS = {
    r"a text\b(?! file)": "a string",
    r"texts\b": "strings",
    r"gaps?\b": "variable, or placeholder in a template",
    r"let in\b": "accept",
    r"is none\b": "negate the verb",
    r"equals\b": "ties",
    r"an answer\b(?! (of|to))": "a response",
}
APP = """
    from flask import Flask, abort, redirect, session
    app = Flask(__name__)
    app.secret_key = "s"

    @app.route("/")
    def home():
        return "Hello"

    @app.route("/post/<int:post_id>")
    def show_post(post_id):
        if post_id > 5:
            abort(404)
        return {"id": post_id}

    @app.route("/user/<name>/")
    def show_user(name):
        session["name"] = name
        return object() if name == "odd" else None if name == "nobody" else redirect("/")

    @app.post("/login")
    def login():
        return 1 / 0
"""
REQUESTS = [
    "GET /", "GET /nope", "GET /post", "GET /post/x", "GET /post/7", "GET /post/3", "GET /post/3/x", "GET /user/ann",
    "GET /user/ann/", "GET /user/odd/", "GET /user/nobody/", "GET /login", "POST /login", "OPTIONS /", "HEAD /",
    "GET //", "GET /static/x.css",
]  # fmt: skip


def found_in(text: str, phrases: dict[str, str]) -> list[str]:
    if any_of(tuple(phrases)).search(text) is None:  # so for nearly all of them
        return []
    return [
        f"{found[0]!r}: {instead}"
        for phrase, instead in phrases.items()
        if (found := re.search(rf"(?<![\w#-]){phrase}", text)) is not None
    ]


@cache
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w#-])(?:{'|'.join(phrases)})")


@cache
def said_by(file: Path) -> tuple[tuple[int, str], ...]:
    """Return the strings of a module that are no docstring, with their lines; a value in one is an x."""
    nodes = tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))  # to walk takes longer than to parse
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    no_text = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    no_text |= {id(part) for node in joined for part in node.values}
    return tuple(
        (node.lineno, text)
        for node in nodes
        if isinstance(node, ast.expr) and id(node) not in no_text and (text := text_of(node)) is not None
    )


def text_of(node: ast.AST) -> str | None:
    match node:
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) or "x" for part in parts)
        case ast.Constant(value=str(text)):
            return text
    return None


@pytest.mark.parametrize(
    "room", sorted({path.parent for path in PACKAGE.rglob("*.py")}), ids=lambda it: it.name
)
def test_the_program_says_none_of_them(room: Path) -> None:
    for file in sorted(room.glob("*.py")):
        for line, text in said_by(file):
            if " " in text:
                assert not found_in(text, INSTEAD | IN_PROGRAM), f"{file.relative_to(ROOT)}:{line}"


@each("room", ["loading", "routing", "session", "tracing"])
def test_what_is_said_of_an_app_has_no_marks_of_code(room: str) -> None:
    """Only sentences of lessons are read for code in backticks; elsewhere a backtick would stand on the page."""
    for file in sorted((PACKAGE / room).rglob("*.py")):
        for line, text in said_by(file):
            assert re.search(r"`\w[^`]*`", text) is None, f"{file.relative_to(ROOT)}:{line}"


@each("file", sorted(LESSONS.glob("*/lesson.md")))
def test_lessons_say_none_of_them(file: Path) -> None:
    code = False
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            code = not code and "toml task" not in line and line != "```"
        elif not code and not re.match(
            r"\s*(request|expect|replace|choices|example|query|before|value|review)\b", line
        ):
            prose = re.sub(r"\{#.*?\}", "", line)
            assert not found_in(prose, INSTEAD | IN_LESSONS), f"{file.relative_to(ROOT)}:{number}"


@each("file", DOCUMENTS)
def test_documents_say_none_of_them(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        assert not found_in(line, INSTEAD | IN_PROGRAM), f"{file.relative_to(ROOT)}:{number}"


def test_traces_say_none_of_them(tmp_path: Path) -> None:
    with lab_of(tmp_path, APP) as lab:
        for request in REQUESTS:
            for text in lines(trace_blocks(lab.send(request), verbose=True)):
                assert not found_in(text, INSTEAD | IN_PROGRAM), f"{request}: {text}"


TAUGHT = [LESSONS / "glossary.toml", *LESSONS.glob("explain/*.md"), *LESSONS.glob("*/teacher.toml")]


@each("file", sorted(TAUGHT))
def test_glossary_explanations_and_notes_for_teachers_say_none_of_them(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if re.match(r"(lesson|page) = ", line) is None:  # an id may be any word
            assert not found_in(line, INSTEAD | IN_PROGRAM), f"{file.relative_to(ROOT)}:{number}"
