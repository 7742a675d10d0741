"""Names in templates: what is given is never told as missing, and what is missing is told as Jinja treats it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from routelab.lab import Lab, load
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, write_app

# One app for each engine has the files of all cases: a request names the page, and what the view gives it.
APP = """
    from flask import Flask, render_template, request
    import jinja2

    app = Flask(__name__)

    class Thing:
        size = "size!"
        def __call__(self):
            return "called!"
        def __iter__(self):
            return iter(["one!"])
        def __str__(self):
            return "printed!"

    GIVEN = {
        "nothing": {},
        "given": {"given": Thing()},
        "thing": {"thing": Thing()},
        "title": {"given": {"title": 1}},
        "shown": {"title": "Blue Shelf", "total": 14, "long": "x" * 900},
    }

    @app.get("/<path:page>")
    def home(page):
        return render_template(page, **GIVEN[request.args.get("given", "nothing")])

    @app.post("/undefined/<name>")
    def choose(name):
        app.jinja_env.undefined = getattr(jinja2, name)
        return app.jinja_env.undefined.__name__

    @app.context_processor
    def more():
        return {"thing": Thing()} if "processor" in request.args else {}
"""

# How a template gets the name `thing`: the files beside it, where USE is what it does with the name.
GIVEN: dict[str, dict[str, str]] = {
    "view": {"page.html": "USE"},
    "set": {"page.html": "{% set thing = given %}USE"},
    "set_block": {"page.html": "{% set thing %}text{% endset %}{{ thing }}"},
    "set_by_if": {"page.html": "{% if given %}{% set thing = given %}{% endif %}USE"},
    "unpacked": {"page.html": "{% set other, thing = (1, given) %}USE"},
    "loop": {"page.html": "{% for thing in [given] %}USE{{ loop.index }}{% endfor %}"},
    "loop_unpacked": {"page.html": "{% for n, thing in [(1, given)] %}USE{% endfor %}"},
    "with": {"page.html": "{% with thing = given %}USE{% endwith %}"},
    "macro": {"page.html": "{% macro m(thing) %}USE{% endmacro %}{{ m(given) }}"},
    "macro_default": {"page.html": "{% macro m(thing='x') %}{{ thing }}{% endmacro %}{{ m() }}"},
    "macro_not_given": {"page.html": "{% macro m(thing) %}{% if 0 %}USE{% endif %}{% endmacro %}{{ m() }}"},
    "macro_itself": {"page.html": "{% macro thing() %}x{% endmacro %}{{ thing() }}"},
    "caller": {
        "page.html": "{% macro m() %}{{ caller(given) }}{% endmacro %}{% call(thing) m() %}USE{% endcall %}"
    },
    "varargs": {"page.html": "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(given, thing=1) }}"},
    "import": {
        "page.html": "{% import 'parts.html' as thing %}{{ thing.item(1) }}",
        "parts.html": "{% macro item(n) %}{{ n }}{% endmacro %}",
    },
    "import_in_child": {
        "page.html": "{% extends 'base.html' %}{% import 'parts.html' as thing %}"
        "{% block a %}{{ thing.item(1) }}{% endblock %}",
        "base.html": "{% block a %}{% endblock %}",
        "parts.html": "{% macro item(n) %}{{ n }}{% endmacro %}",
    },
    "from_in_child": {
        "page.html": "{% extends 'base.html' %}{% from 'parts.html' import item as thing %}"
        "{% block a %}{{ thing(1) }}{% endblock %}",
        "base.html": "{% block a %}{% endblock %}",
        "parts.html": "{% macro item(n) %}{{ n }}{% endmacro %}",
    },
    "import_with_context": {
        "page.html": "{% set thing = given %}{% from 'parts.html' import item with context %}{{ item() }}",
        "parts.html": "{% macro item() %}USE{% endmacro %}",
    },
    "set_in_child": {
        "page.html": "{% extends 'base.html' %}{% set thing = given %}{% block a %}USE{% endblock %}",
        "base.html": "{% block a %}{% endblock %}",
    },
    "set_in_child_for_parent": {
        "page.html": "{% extends 'base.html' %}{% set thing = given %}",
        "base.html": "USE{% block a %}USE{% endblock %}",
    },
    "set_in_parent": {
        "page.html": "{% extends 'base.html' %}{% block a %}USE{% endblock %}",
        "base.html": "{% set thing = given %}{% block a %}{% endblock %}",
    },
    "imported_by_parent": {
        "page.html": "{% extends 'base.html' %}{% block a %}{{ thing.item(1) }}{% endblock %}",
        "base.html": "{% import 'parts.html' as thing %}{% block a %}{% endblock %}",
        "parts.html": "{% macro item(n) %}{{ n }}{% endmacro %}",
    },
    "included": {
        "page.html": "{% set thing = given %}{% include 'part.html' %}",
        "part.html": "USE",
    },
    "included_in_loop": {
        "page.html": "{% for thing in [given] %}{% include 'part.html' %}{% endfor %}",
        "part.html": "USE",
    },
    "scoped_block": {
        "page.html": "{% extends 'base.html' %}{% block a %}USE{% endblock %}",
        "base.html": "{% for thing in [given] %}{% block a scoped %}{% endblock %}{% endfor %}",
    },
    "namespace": {
        "page.html": "{% set ns = namespace(thing=0) %}{% for x in [1] %}{% set ns.thing = given %}{% endfor %}"
        "{{ ns.thing }}"
    },
    "guarded": {
        "page.html": "{{ nothing|default('x') }}{{ nothing|d('y') }}{% if nothing is defined %}{% endif %}"
    },
    "super": {
        "page.html": "{% extends 'base.html' %}{% block a %}{{ super() }}{{ self.b() }}{% endblock %}",
        "base.html": "{% block a %}x{% endblock %}{% block b %}y{% endblock %}",
    },
    "flasks_own": {
        "page.html": "{{ request.path }}{{ session }}{{ g }}{{ config.DEBUG }}{{ url_for('home', page='a') }}"
        "{{ get_flashed_messages() }}{{ range(3) }}{{ dict(a=1) }}{{ cycler(1).next() }}{{ joiner()() }}"
    },
}
USES = {
    "printed": ("{{ thing }}", "prints thing", "prints as nothing"),
    "joined": ("{{ 'a' ~ thing }}", "prints thing", "prints as nothing"),
    "called": ("{{ thing() }}", "calls thing", "calling an undefined value raises UndefinedError"),
    "asked": ("{{ thing.size }}", "asks thing", "raises UndefinedError"),
    "item": ("{{ thing['size'] }}", "asks thing", "raises UndefinedError"),
    "loop": ("{% for x in thing %}{{ x }}{% endfor %}", "loops over thing", "runs zero times"),
    "condition": ("{% if thing %}yes{% endif %}", "tests thing", "counts as false"),
    "or": ("{{ thing or 'none' }}", "tests thing", "counts as false"),
    "inline_if": ("{{ 'x' if thing else 'y' }}", "tests thing", "counts as false"),
    "filtered": ("{{ thing|upper }}", "uses thing", ""),
}


@pytest.fixture(scope="module", params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp(request.param)
    with load(write_app(folder, APP), engine=request.param, folder=folder) as lab:
        assert lab.failure is None
        yield Place(folder, lab)


class Place(NamedTuple):
    """A folder with an app, and its lab."""

    folder: Path
    lab: Lab

    def send(self, case: str, files: dict[str, str], query: str = "") -> Trace:
        """Write the files of a case below a folder of its own, and ask for its page."""
        for name, text in files.items():
            path = self.folder / "templates" / case / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(re.sub(r"'(\w+\.html)'", rf"'{case}/\1'", text), encoding="utf-8")
        trace = self.lab.send(f"GET /{case}/page.html?{query}")
        checked(trace)
        return trace


def templates(trace: Trace) -> dict[str, TemplateStep]:
    return {step.name.rpartition("/")[2]: step for step in trace.steps if isinstance(step, TemplateStep)}


def words(trace: Trace) -> str:
    return "\n".join(line for step in templates(trace).values() for line in step.details)


@pytest.mark.parametrize("way", GIVEN)
def test_a_name_that_is_given_is_not_missing(place: Place, way: str) -> None:
    more = any("USE" in text for text in GIVEN[way].values())
    for use, (text, *_) in USES.items() if more else [("printed", ("",))]:
        files = {name: it.replace("USE", text) for name, it in GIVEN[way].items()}
        trace = place.send(f"{way}_{use}", files, "given=thing" if way == "view" else "given=given")
        assert trace.response is not None
        assert trace.response.status == 200, trace.exception
        assert all(not step.missing and not step.undefined for step in templates(trace).values()), words(
            trace
        )
        assert "was given no value" not in words(trace)


@pytest.mark.worker
@pytest.mark.parametrize("use", USES)
def test_a_context_processor_gives_a_name(place: Place, use: str) -> None:
    trace = place.send(f"processor_{use}", {"page.html": USES[use][0]}, "processor")
    assert trace.response is not None
    assert trace.response.status == 200
    assert templates(trace)["page.html"].missing == ()


# Where the name is missing: the template in which it is told, and its line.
MISSING: dict[str, tuple[dict[str, str], str, int]] = {
    "page": ({"page.html": "a\nb\nUSE"}, "page.html", 3),
    "block": (
        {
            "page.html": "{% extends 'base.html' %}\n{% block a %}\n\nUSE{% endblock %}",
            "base.html": "{% block a %}{% endblock %}",
        },
        "page.html",
        4,
    ),
    "parent": ({"page.html": "{% extends 'base.html' %}", "base.html": "\nUSE"}, "base.html", 2),
    "included": ({"page.html": "{% include 'part.html' %}", "part.html": "\nUSE"}, "part.html", 2),
    "macro": ({"page.html": "{% macro m() %}\nUSE{% endmacro %}\n{{ m() }}"}, "page.html", 2),
    "loop": ({"page.html": "{% for n in [1, 2, 3] %}\nUSE\n{% endfor %}"}, "page.html", 2),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("where", MISSING)
def test_a_name_that_is_missing_is_told_where_it_is_asked_for(place: Place, where: str, use: str) -> None:
    files, name, line = MISSING[where]
    text, did, done = USES[use]
    trace = place.send(f"{where}_{use}_", {each: it.replace("USE", text) for each, it in files.items()})
    found = templates(trace)
    assert found[name].missing == ("thing",)
    assert [each for each, step in found.items() if step.missing] == [name]
    assert [each.line for each in found[name].undefined] == [line]
    said = found[name].undefined[0].text
    assert f"line {line} {did}" in said
    assert "was given no value" in said
    assert done in said
    assert trace.response is not None
    raised = trace.exception is not None and trace.exception.type == "UndefinedError"
    assert raised == (trace.response.status == 500) == ("raises UndefinedError" in said)
    if raised:
        error = found[name].raised
        assert error is not None
        assert (error.file, found[name].error_line) == (f"templates/{where}_{use}_/{name}", line)


@pytest.mark.parametrize(
    "strictness", ["Undefined", "ChainableUndefined", "DebugUndefined", "StrictUndefined"]
)
@pytest.mark.parametrize("use", [use for use in USES if use != "filtered"])
def test_what_is_said_of_each_undefined_class_is_what_it_does(
    place: Place, use: str, strictness: str
) -> None:
    place.lab.send(f"POST /undefined/{strictness}")
    try:
        trace = place.send(f"{strictness}_{use}", {"page.html": USES[use][0]})
    finally:
        place.lab.send("POST /undefined/Undefined")
    (undefined,) = templates(trace)["page.html"].undefined
    assert undefined.strictness.value == strictness
    assert trace.response is not None
    assert (trace.response.status == 500) == ("raises UndefinedError" in undefined.text)
    if "prints as nothing" in undefined.text:
        assert trace.response.body in (b"", b"a")


NOT_SEEN: dict[str, tuple[dict[str, str], str, str]] = {
    "imported": (
        {
            "page.html": "{% from 'parts.html' import m %}{{ m() }}",
            "parts.html": "{% macro m() %}{{ given }}{% endmacro %}",
        },
        "parts.html",
        "which page.html was given and this template was not",
    ),
    "without_context": (
        {"page.html": "{% include 'part.html' without context %}", "part.html": "{{ given }}"},
        "part.html",
        "which page.html was given and this template was not",
    ),
    "set_in_a_loop": (
        {"page.html": "{% for n in [1] %}\n{% set total = n %}{% endfor %}{{ total }}"},
        "page.html",
        "which line 2 sets, but only inside",
    ),
    "set_in_a_block": (
        {
            "page.html": "{% extends 'base.html' %}{% block a %}{% set x1 = 1 %}{% endblock %}{% block b %}{{ x1 }}{% endblock %}",
            "base.html": "{% block a %}{% endblock %}{% block b %}{% endblock %}",
        },
        "page.html",
        "which line 1 sets, but only inside",
    ),
    "not_exported": (
        {"page.html": "{% from 'parts.html' import nope %}", "parts.html": ""},
        "page.html",
        "does not export the requested name 'nope'",
    ),
    "misspelt": ({"page.html": "{{ givven }}"}, "page.html", "there is a similar name: given"),
    "attribute": (
        {"page.html": "{{ given.titel }}"},
        "page.html",
        "prints given.titel, but the dict has no titel",
    ),
    "attribute_near": ({"page.html": "{{ given.titel }}"}, "page.html", "there is a similar name: title"),
    "attribute_of_none": (
        {"page.html": "{% set n = none %}{{ n.titel }}"},
        "page.html",
        "but None has no titel",
    ),
    "item": ({"page.html": "{{ given['titel'] }}"}, "page.html", "but the dict has no titel"),
    "filter_of_the_name": (
        {"page.html": "{{ len(given) }}"},
        "page.html",
        "Jinja has a filter for that: value|length",
    ),
    "filter_upper": (
        {"page.html": "{{ upper(given) }}"},
        "page.html",
        "Jinja has a filter for that: value|upper",
    ),
    "unknown_filter": ({"page.html": "{{ given|lenght }}"}, "page.html", "Jinja has a filter length"),
    "python_filter": ({"page.html": "{{ given|len }}"}, "page.html", "Jinja has a filter length"),
}


@pytest.mark.worker
@pytest.mark.parametrize("case", NOT_SEEN)
def test_why_a_name_is_not_there(place: Place, case: str) -> None:
    files, name, said = NOT_SEEN[case]
    trace = place.send(case, files, "given=title")
    assert said.replace("page.html", f"{case}/page.html") in "\n".join(templates(trace)[name].details)


@pytest.mark.worker
@pytest.mark.parametrize(
    "text", ["{% for x in items %}{% endfor %}", "{{ first }}", "{% if last %}{% endif %}", "{{ list.a }}"]
)
def test_a_name_that_is_not_called_is_no_filter(place: Place, text: str) -> None:
    """Somebody meant to give `items`, whatever Jinja has by that name."""
    trace = place.send(f"plain{len(text)}", {"page.html": text}, "given=title")
    said = "\n".join(templates(trace)["page.html"].details)
    assert "that was given no value" in said
    assert "filter" not in said
    assert [found for found in trace.findings if found.code == "R702"] == []


def test_the_recorder_leaves_no_mark_on_undefined(tmp_path: Path) -> None:
    import flask
    import jinja2

    from routelab.watched import watch

    kept: dict[str, Any] = {}
    app = flask.Flask(__name__, root_path=str(tmp_path))

    @app.get("/")
    def home() -> str:
        env = app.jinja_env
        kept["value"] = env.undefined(name="x")
        kept["answers"] = (
            isinstance(kept["value"], env.undefined),
            issubclass(jinja2.Undefined, env.undefined),
            isinstance(3, env.undefined),
            env.overlay().from_string("{{ y }}").render(),
        )

        class Own(env.undefined):  # type: ignore[name-defined,misc]
            pass

        kept["own"] = Own(name="z"), isinstance(kept["value"], Own)
        return flask.render_template_string("{{ kept(nothing) }}", kept=lambda it: kept.update(it=it) or "")

    assert app.jinja_env.undefined is jinja2.Undefined
    watch(app).send("GET /")
    assert app.jinja_env.undefined is jinja2.Undefined
    assert "select_template" not in vars(app.jinja_env)
    assert type(kept["value"]) is type(kept["it"]) is jinja2.Undefined
    assert kept["answers"] == (True, True, False, "")
    assert str(kept["own"][0]) == ""
    assert kept["own"][1] is False


@pytest.mark.worker
def test_what_a_template_gets_is_shown(place: Place) -> None:
    trace = place.send("shown", {"page.html": ""}, "given=shown")
    (line, *_) = templates(trace)["page.html"].details
    assert line.startswith("with title='Blue Shelf', total=14, long='xxx")
    assert line.endswith("(700 more characters)")
