"""Every way in which a rule is written so that no request reaches it, told alike by the five commands.

Whether a request reaches it is asked of the app's own test client.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import flask
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

import routelab
from effort import examples
from routelab.engine.app import Flask as EngineFlask
from routelab.requestline.parsing import parse
from routelab.requestline.urlfor import parse_build_words
from routelab.routing.finding import Level
from routelab.routing.pattern import needs_slash
from routelab.screen.plain import lines
from routelab.screen.shown.router import decision_blocks, table_blocks
from routelab.screen.shown.trace import trace_blocks
from support import ENGINES, checked, live
from tables import each

HEAD = """
from flask import Flask

app = Flask(__name__)

def first(**values):
    return 'first'

def lost(**values):
    return 'lost'

"""


class Way(NamedTuple):
    """Rules of which one, `lost`, is not reached; what each command says of it, "" where it rightly does not."""

    source: str
    asked: str  # the request that seems to be for the rule
    told: str  # by request and match
    table: str  # by routes and audit
    back: str  # by build
    values: tuple[str, ...] = ()


def rules(*written: tuple[str, str]) -> str:
    return "".join(f"app.add_url_rule({rule!r}, {name!r}, {name})\n" for rule, name in written)


REGEX = """
from werkzeug.routing import BaseConverter

class Regex(BaseConverter):
    def __init__(self, url_map, regex):
        super().__init__(url_map)
        self.regex = regex

app.url_map.converters['regex'] = Regex

"""

WAYS = {
    "twice": Way(
        rules(("/x", "first"), ("/x", "lost")),
        "GET /x",
        "has the same shape and was registered first",
        "is not reached for GET: /x (first)",
        "GET /x does not lead back: /x (first) takes it",
    ),
    "another_name": Way(
        rules(("/u/<name>", "first"), ("/u/<string:other>", "lost")),
        "GET /u/ann",
        "has the same shape and was registered first",
        "is not reached for GET: /u/<name> (first)",
        "does not lead back: /u/<name> (first) takes it",
        ("other=ann",),
    ),
    "narrower": Way(
        rules(("/o/<name>", "first"), ("/o/<uuid:key>", "lost")),
        "GET /o/12345678-1234-5678-1234-567812345678",
        "would fit, but",
        "reaches it",
        "does not lead back: /o/<name> (first) takes it",
        ("key=12345678-1234-5678-1234-567812345678",),
    ),
    "question": Way(
        rules(("/search?q=cat", "lost")),
        "GET /search?q=cat",
        'has a "?"; what follows ? in a URL is the query string',
        "no ordinary URL fits",
        "GET /search%3Fq=cat matches back",
    ),
    "hash": Way(
        rules(("/page#top", "lost")),
        "GET /page#top",
        'has a "#"; what follows # in a URL stays in the browser',
        "no ordinary URL fits",
        "GET /page%23top matches back",
    ),
    "encoded": Way(
        rules(("/caf%C3%A9", "lost")),
        "GET /caf%C3%A9",
        'write "é" there',
        "no ordinary URL fits",
        "GET /caf%25C3%25A9 matches back",
    ),
    "encoded_space": Way(
        rules(("/my%20page", "lost")),
        "GET /my%20page",
        'write " " there',
        "no ordinary URL fits",
        "GET /my%2520page matches back",
    ),
    "int_limits": Way(
        rules(("/shelf/<int(min=9, max=3):number>", "lost")),
        "GET /shelf/5",
        "limits of int(min=9, max=3) exclude each other",
        "limits of int(min=9, max=3) exclude each other",
        "limits of int(min=9, max=3) exclude each other",
        ("number=5",),
    ),
    "float_limits": Way(
        rules(("/price/<float(min=9.5, max=3.5):amount>", "lost")),
        "GET /price/5.0",
        "limits of float(min=9.5, max=3.5) exclude each other",
        "limits of float(min=9.5, max=3.5) exclude each other",
        "limits of float(min=9.5, max=3.5) exclude each other",
        ("amount=5.0",),
    ),
    "slash_in_pattern": Way(
        REGEX + rules(("/day/<regex('[0-9]+/[0-9]+'):day>", "lost")),
        "GET /day/3/4",
        "has the pattern [0-9]+/[0-9]+, which needs a slash, but it is given one segment at a time",
        "which needs a slash, but it is given one segment at a time",
        "which needs a slash, but it is given one segment at a time",
        ("day=3/4",),
    ),
}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("engine", ENGINES)
def test_five_commands_agree(engine: str, name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    app, lab = live(tmp_path, HEAD + way.source, engine)
    method, _, path = way.asked.partition(" ")
    assert app.test_client().open(path, method=method).text != "lost"

    trace = lab.send(way.asked)
    checked(trace)
    assert way.told in "\n".join(lines(trace_blocks(trace)))
    decision = lab.match(parse(way.asked))
    assert way.told in "\n".join(lines(decision_blocks(lab, parse(way.asked), decision)))
    table = lab.routes()
    assert next(row for row in table.routes if row.endpoint == "lost").unreachable is not None
    assert way.table in "\n".join(lines(table_blocks(table)))
    found = [placed for placed in lab.audit().findings if placed.finding.about.endpoint == "lost"]
    assert [placed.level for placed in found] == [Level.ERROR]
    assert way.table in found[0].finding.text
    back = lab.build(parse_build_words(["lost", *way.values])).back
    assert back is not None
    assert way.back in back.text


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pattern_that_would_take_the_rest_is_told_as_given_one_segment(engine: str, tmp_path: Path) -> None:
    source = REGEX + rules(("/all/<regex('.+'):rest>", "first"), ("/<regex('[a-z]+'):word>", "lost"))
    _, lab = live(tmp_path, HEAD + source, engine)
    assert "would fit that as well" in "\n".join(lines(trace_blocks(lab.send("GET /all/a/b"))))
    assert "would fit that as well" not in "\n".join(lines(trace_blocks(lab.send("GET /word/a/b"))))
    assert not lab.audit().findings


def _pattern(random: Random, depth: int = 3) -> str:
    """Make a pattern of pieces and groups, with slashes here and there."""
    pieces = [
        "a",
        "[/b]",
        "/",
        r"\/",
        "[^/]",
        "x?",
        "/?",
        "/*",
        "/{0,2}",
        "/{1,2}",
        r"\[",
        ".",
        "(?!/)",
        "(?=/)",
    ]
    made = ""
    for _ in range(random.randint(1, 3)):
        if depth and random.random() < 0.4:
            choices = "|".join(_pattern(random, depth - 1) for _ in range(random.randint(1, 2)))
            made += random.choice(("", "?:", f"?P<g{random.getrandbits(60)}>")).join(("(", choices))
            made += random.choice((")", ")?", ")*", ")+", "){0,1}"))
        else:
            made += random.choice(pieces)
    return made


def test_a_pattern_that_is_said_to_need_a_slash_fits_no_text_without_one() -> None:
    random = Random(11)
    needing = 0
    texts = ["".join(letters) for size in range(5) for letters in product("abx[", repeat=size)]
    for _ in range(examples(400)):
        pattern = _pattern(random)
        if needs_slash(pattern):
            needing += 1
            assert not [text for text in texts if re.fullmatch(pattern, text)], pattern
    assert needing > examples(400) / 10


@each(
    ("pattern", "needs"),
    [
        ("[a-z]+/[a-z]+", True),
        ("[a-z]+(/[a-z]+)+", True),
        (r"\d+\/\d+|/", True),
        ("[a-z]+(/[a-z]+)*", False),
        ("[^/]+", False),
        ("a/b|c", False),
        ("(?:a/|b/)c", True),
        ("", False),
    ],
)
def test_which_patterns_need_a_slash(pattern: str, needs: bool) -> None:
    assert needs_slash(pattern) is needs


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_for_building_only_is_named_where_its_path_is_asked_for(engine: str, tmp_path: Path) -> None:
    source = (
        "app.add_url_rule('/far/<int:n>', 'far', build_only=True)\napp.add_url_rule('/', 'first', first)\n"
    )
    _, lab = live(tmp_path, HEAD + source, engine)
    said = "\n".join(lines(trace_blocks(lab.send("GET /far/3"))))
    assert "Nearest is /far/<int:n>" in said
    assert "is there for building URLs only" in said
    assert "build_only" not in "\n".join(lines(trace_blocks(lab.send("GET /far/x"))))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_without_a_method_is_told_as_one(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, HEAD + "app.add_url_rule('/none', 'lost', lost, methods=[])\n", engine)
    said = "\n".join(lines(trace_blocks(lab.send("GET /none"))))
    assert "/none accepts no method of its own (lost" in said


PIECES = (
    "a",
    "b",
    "<name>",
    "<string:other>",
    "<int:n>",
    "<int(min=5, max=2):n>",
    "a%41",
    "b?x",
    "c#d",
    "<path:p>",
)


KINDS: dict[str, Callable[[str], Any]] = {"routelab": EngineFlask, "flask": flask.Flask}


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_table_calls_unreached_is_what_the_audit_calls_an_error(kind: str) -> None:
    """And no request that is made up, of whatever form, reaches such a rule: the app's own map is asked."""
    random, reached = Random(7), set[str]()
    typed = ("a", "b", "aA", "a%41", "3", "7", "c", "zz", "b/x", "")
    paths = sorted({f"/{first}/{second}".rstrip("/") or "/" for first in typed for second in typed})
    environs = [EnvironBuilder(path).get_environ() for path in paths]
    for _ in range(examples(20)):
        app = KINDS[kind]("app")
        for number in range(random.randint(1, 6)):
            name = f"view{number}"
            chosen = (random.choice(PIECES) for _ in range(random.randint(1, 2)))
            rule = "".join(f"/{piece.replace('>', f'{place}>')}" for place, piece in enumerate(chosen))
            app.add_url_rule(rule, name, lambda view=name, **_: view)
        lab = routelab.watch(app)
        lost = {row.endpoint for row in lab.routes().routes if row.unreachable is not None}
        errors = {
            placed.finding.about.endpoint
            for placed in lab.audit().findings
            if placed.finding.code.value in ("R101", "R102", "R201", "R211", "R212", "R213")
        }
        assert lost == errors
        for environ in environs if lost else ():
            with suppress(HTTPException):
                endpoint, _ = app.url_map.bind_to_environ(environ).match()
                assert endpoint not in lost, environ["PATH_INFO"]
                reached.add(endpoint)
    assert reached
